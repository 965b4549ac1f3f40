"""Messages of particular programs and platforms, in the words that only they use."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import (
    CAUSE_IN_NEXT_LINE,
    NAME_NOT_SERVED,
    NO_KEY_IN_WINDOWS,
    NO_KEY_IN_WINDOWS_REMEDY,
    PROBE_TWICE_REMEDY,
)
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, rules


def _alert(number: int) -> str:
    """A line with the number of an alert, alone as people search for it or about TLS."""
    alone = rf"^\W{{0,9}}alert:? {number}\W{{0,9}}$"
    return rf"{alone}|(?:tls|ssl|handshake|fatal)[^\n]{{0,200}}alert {number}\b"


_SIGNER = tr(
    "The certificate of the other side, or the CA that issued it, is not in the trust "
    "store that this program uses."
)

#: .NET, Schannel, and IIS.
WINDOWS: Final = (
    *rules(
        "untrusted expired host-mismatch missing-intermediate",
        "remote certificate is invalid according to the validation procedure",
        "remote certificate was rejected by the provided remotecertificatevalidationcallback",
        "ssl policy errors",
        weight=ALERT + 6,
        message=tr(
            ".NET rejected the certificate of the other side without a reason. Most often, the "
            "issuer is not in the trust store; the other causes are the host name and the dates."
        ),
    ),
    *rules(
        "untrusted missing-intermediate",
        "403.16",
        "0x800b0109",
        "cert_trust_is_untrusted_root",
        "cert_e_chaining",
        "0x800b010a",
        "sec_e_untrusted_root",
        "0x80090325",
        "certificate chain was issued by an untrusted authority",
        "cert_trust_is_partial_chain",
        ("rejected the certificate", "server (?:has )?rejected the certificate"),
        weight=EXACT - 4,
    ),
    *rules(
        "expired clock",
        "403.17",
        "sec_e_cert_expired",
        "0x80090328",
        "0x800b0101",
        "cert_trust_is_not_time_valid",
        weight=EXACT,
    ),
    *rules(
        "revoked",
        "403.13",
        "0x800b010c",
        "cert_e_revoked",
        "cert_trust_is_revoked",
        "0x80092010",
        weight=EXACT,
    ),
    *rules(
        "host-mismatch",
        "0x800b010f",
        "sec_e_wrong_principal",
        "0x80090322",
        "target principal name is incorrect",
        weight=EXACT,
    ),
    *rules(
        "tls-version no-identity no-shared-algorithm",
        "could not establish secure channel for ssl/tls with authority",
        "could not create ssl/tls secure channel",
        weight=LIKELY + 6,
        message=tr(
            "Windows could not set up TLS: the program and the server have no TLS version or "
            "cipher suite in common, or the program’s own certificate has no usable private key."
        ),
        remedy=tr(
            "Allow TLS 1.2 and 1.3 in the program (older .NET and PowerShell use TLS 1.0 unless "
            "told otherwise). With a client certificate, allow the program’s account to read its "
            "private key."
        ),
    ),
    *rules(
        "no-identity key-password",
        "no credentials are available in the security package",
        "sec_e_no_credentials",
        "0x8009030e",
        "sec_e_unknown_credentials",
        "0x8009030d",
        "keyset does not exist",
        "nte_bad_keyset",
        "0x80090016",
        "nte_no_key",
        "0x8009000d",
        "a fatal error occurred when attempting to access the ssl server credential private key",
        "a fatal error occurred when attempting to access the ssl client credential private key",
        weight=LIKELY + 6,
        message=NO_KEY_IN_WINDOWS,
        remedy=NO_KEY_IN_WINDOWS_REMEDY,
    ),
    *rules(
        "no-identity wrong-format",
        "crypt_e_not_found",
        "0x80092004",
        "cannot find the certificate and private key for decryption",
        weight=LIKELY,
        message=tr(
            "Windows did not find the certificate, or its private key, in the certificate store "
            "or file that the program names."
        ),
    ),
    *rules(
        "wrong-format wrong-password",
        ("failed to import cert file", "schannel|last error"),
        "0x80092002",
        "crypt_e_bad_encode",
        "0x80092009",
        "crypt_e_no_match",
        "0x8007000d",
        weight=LIKELY + 6,
    ),
    *rules("wrong-password", "0x80070056", "error_invalid_password", weight=EXACT),
    *rules(
        "no-shared-algorithm tls-version",
        "0x80090331",
        "sec_e_algorithm_mismatch",
        weight=EXACT - 1,
    ),
    *rules(
        "wrong-format",
        "pkcs12 (pfx) without a supplied password has exceeded maximum allowed iterations",
        "exceeded maximum allowed iterations",
        weight=EXACT + 1,
        message=tr(
            "The PKCS#12 file requires more key derivation iterations than .NET allows for a "
            "file that it opens without a password."
        ),
        remedy=tr(
            "Configure the password in the program, or save the file here with the usual number "
            "of iterations."
        ),
    ),
    *rules(
        "untrusted expired host-mismatch no-identity tls-version",
        "the ssl connection could not be established, see inner exception",
        "authentication failed, see inner exception",
        weight=VAGUE + 4,
        message=tr(
            "The inner exception, further down in the .NET log, names the cause. Most often, the "
            "certificate of the other side is not trusted."
        ),
    ),
)

#: SAP, IBM WebSphere and MQ, WebLogic and Oracle, wolfSSL, Mbed TLS.
VENDORS: Final = (
    *rules(
        "untrusted missing-intermediate",
        "ssslerr_peer_cert_untrusted",
        "icm_http_ssl_peer_cert_untrusted",
        "peer certificate rejected by chainverifier",
        "ssl_peer_cert_untrusted",
        ("missing trust", "validation failed|certificate"),
        "cwpki0022e",
        "cwpki0428i",
        "cwpki0041w",
        "ssl signer exchange prompt",
        ("ssl signer", "ssl signer from target host"),
        ("signer", "signer might need to be added to (?:the )?local trust ?store"),
        ("signer", "signer with subjectdn [^\n]{0,400} was sent from"),
        ("cwpki0823e", ""),
        "bea-090477",
        "bea-090773",
        "bea-090508",
        ("was not trusted causing ssl handshake failure", ""),
        "ora-29024",
        "ora-24247: certificate",
        ("certificate validation failure", "ora-|ssl|tls"),
        "amq9716",
        "gsk_error_no_ca",
        "gsk_err_no_ca",
        "gsk_keyfile_bad_label",
        "asn no signer error",
        "asn_no_signer_e",
        "wolfssl error -188",
        ("cert_untrusted", "unable to find trusted certificate|tls alert"),
        "mbedtls_err_x509_cert_verify_failed",
        ("certificate is not correctly signed by the trusted ca", ""),
        "not correctly signed by the trusted ca",
        ("certificate verification failed", "mbedtls|x509 - certificate verification failed"),
        weight=EXACT + 2,
        message=_SIGNER,
    ),
    *rules(
        "no-identity key-password ca-list-mismatch",
        "secj0056e",
        ("no client certificate available", "secj|authentication failed"),
        "amq9637",
        "amq9642",
        "amq9657",
        "amq9671",
        "bea-090168",
        "cwpki0024e",
        'ssl_certificate" is defined',
        "no key alias specified",
        ("has no key", "alias"),
        ("at least one key", "key ?store|keystore|tls"),
        ("errsecinternalcomponent", ""),
        "no certificates were found that met",
        ("but not private key file", ""),
        "channel is lacking a certificate",
        "bea-090504: no client",
        "gsk_error_no_certificate",
        "gsk_err_no_certificate",
        ("client did not present", "certificate"),
        "ssslerr_no_ssl_client_pse",
        "icm_http_no_client_cert",
        "sslcertificatecheck: no client",
        weight=EXACT + 1,
    ),
    *rules(
        "refused-by-peer untrusted expired",
        "amq9633",
        "bad ssl certificate for channel",
        "gsk_error_bad_cert",
        "gsk_err_bad_cert",
        "bea-090482",
        "bea-090497",
        "ora-28860",
        "ora-28857",
        weight=ALERT + 4,
        message=tr(
            "The certificate was rejected: its issuer is not trusted, it has expired, or it is "
            "for another purpose. The other side’s log shows which."
        ),
    ),
    *rules(
        "expired",
        "bea-090478",
        "gsk_error_cert_expired",
        "gsk_err_cert_date",
        "asn_after_date_e",
        "ssslerr_cert_expired",
        "amq9640",
        "cwpki0715e",
        ("not valid anymore", "expired"),
        "bea-090154",
        weight=EXACT + 2,
    ),
    *rules("not-yet-valid clock", "asn_before_date_e", weight=EXACT + 2),
    *rules(
        "host-mismatch",
        "amq9636",
        "verify san list",
        "san matcher",
        "ora-24263",
        "ora-29002: ",
        "bea-090504",
        "domain_name_mismatch",
        ("does not match the target address", ""),
        "ssslerr_server_cert_mismatch",
        ("hostname verifier", "bea-|weblogic|failed|reject"),
        ("security:090504", ""),
        weight=EXACT + 2,
    ),
    *rules(
        "wrong-password",
        "amq9660",
        "bea-090164",
        "ora-28853",
        "bea-090152",
        "ora-28366",
        "gsk_error_bad_keyfile_password",
        "gsk_err_bad_keyfile_password",
        ("password", "wallet[^\n]{0,60} password [^\n]{0,20}incorrect"),
        weight=EXACT + 1,
    ),
    *rules(
        "no-identity wrong-password wrong-format",
        "ora-28759",
        "ora-12578",
        "ora-28365",
        "ora-28368",
        (
            "wallet",
            "(?:wallet is not open|wallet open failed|unable to open wallet|failed to open wallet)",
        ),
        "gsk_error_bad_keyfile",
        "gsk_err_keyring_open_error",
        weight=EXACT,
        message=tr(
            "The Oracle or IBM client could not open the wallet or key database: the path is "
            "wrong, the account cannot read it, or it has no auto-login file."
        ),
        remedy=tr(
            "Check the path, and check that the account that the program runs as can read the "
            "wallet’s files (ewallet.p12, cwallet.sso)."
        ),
    ),
    *rules(
        "key-mismatch no-identity",
        "pki-04006",
        ("no matching private key in the wallet", ""),
        weight=EXACT + 1,
    ),
    *rules(
        "no-identity key-password wrong-password",
        "security:090716",
        "bea-090716",
        "failed to retrieve identity key/certificate from keystore",
        "bea-090167",
        "bea-090169",
        weight=EXACT,
    ),
    *rules(
        "no-identity untrusted key-password no-shared-algorithm",
        "mqrc_ssl_initialization_error",
        "mqrc_jsse_error",
        "mqrc_ssl_",
        ("mqrc", "mqrc 23(?:93|97|98)|'239[378]'|reason '2(?:393|397|398)'"),
        "amq9771e",
        "general sslengine problem",
        "ssl handshake failed: general",
        ("ora-29263", ""),
        "ora-28750",
        "ora-28862",
        "ora-28864",
        "ora-28788",
        weight=VAGUE + 6,
        message=CAUSE_IN_NEXT_LINE,
    ),
    *rules(
        "no-shared-algorithm tls-version",
        "gsk_error_no_ciphers",
        "gsk_err_no_ciphers",
        "amq9616",
        "amq9620",
        "amq9631",
        "amq9635",
        "amq9641",
        "amq9719",
        "ssslerr_no_cipher",
        weight=EXACT,
    ),
    *rules(
        "refused-by-peer untrusted no-identity",
        "ssslerr_ssl_read",
        "ssslerr_ssl_connect",
        "ssslerr_ssl_accept",
        "ssslerr_conn_closed",
        "cwpki0823e: ssl handshake failure:",
        ("secude_ssl", "0x2000"),
        ("certificate unknown", "client alert|server alert"),
        weight=VAGUE + 4,
        message=tr(
            "SAP or IBM software reports only that the connection was lost during the handshake. "
            "Often, the other side rejected the certificate."
        ),
    ),
    *rules("wrong-format wrong-password", "cwpki0033e", weight=VAGUE + 6),
    *rules("tls-version not-tls", "ora-28866", "ora-28858", weight=EXACT),
    *rules("refused-by-peer untrusted", "ora-28865", weight=VAGUE + 6),
    *rules(
        "wrong-format",
        "ssfw_krn_nossflib",
        "sec_error_bad_database",
        "sec_error_legacy_database",
        weight=LIKELY,
    ),
    *rules("revoked", "amq9715", "amq9717", weight=EXACT),
    *rules(
        "missing-intermediate chain-order",
        "could not validate the certificate with the certificate chain",
        "certificate chain must start with the immediate signing certificate",
        ("certificate body", "certificate body contains an invalid"),
        "invalid certificate chain in certificate",
        weight=EXACT,
        message=tr(
            "The cloud service could not link the certificate to the chain that was uploaded "
            "with it: an issuer is missing, or the order is not leaf, intermediate, root."
        ),
        remedy=tr(
            "Export the complete chain here as PEM, leaf first, and upload the certificate and "
            "the chain in their separate fields."
        ),
    ),
)

#: BoringSSL, Envoy, HAProxy, Apache, nginx, rustls, Erlang, Node, Go, and GnuTLS.
SERVERS: Final = (
    *rules(
        "untrusted missing-intermediate expired host-mismatch",
        ("certificate_verify_failed", "openssl_internal|envoy|tls error|upstream"),
        "tls_error:|268435581",
        "268435581",
        weight=LIKELY - 5,
        message=tr(
            "BoringSSL (Envoy, Istio, gRPC, Chrome) rejected the certificate of the other side. "
            "Most often, its issuer is not in the file of trusted CAs."
        ),
    ),
    *rules(
        "no-identity key-password ca-list-mismatch",
        "peer_did_not_return_a_certificate",
        ("tlscertificatevalidationerror", "certificatechain|privatekey|is required"),
        "peer did not provide a certificate",
        ("not provide a certificate", "peer|client"),
        "268435655",
        "http error 496",
        "http 496",
        ("496", "\\b496\\b[^\n]{0,40}(?:certificate|ssl)"),
        "certificate_required_alert",
        "nocertificatespresented",
        "no client certificate presented",
        "no certificates presented",
        weight=EXACT,
    ),
    *rules(
        "untrusted expired missing-intermediate wrong-purpose",
        "http error 495",
        "http 495",
        ("495", "\\b495\\b[^\n]{0,40}(?:certificate|ssl)"),
        "error 526",
        ("invalid ssl certificate", "526|origin|cloudflare|ssl"),
        "ca chain cannot be verified",
        "ssl client ca chain cannot be verified",
        ("client certificate", "client certificate[^\n]{0,40} (?:is )?untrusted or invalid"),
        weight=LIKELY + 5,
    ),
    *rules(
        "no-shared-algorithm",
        "err_ssl_client_auth_no_common_algorithms",
        "no_common_signature_algorithms",
        "no_shared_cipher",
        "sslv3_alert_handshake_failure",
        "could not generate dh keypair",
        ("prime size must be multiple of 64", ""),
        weight=ALERT + 8,
    ),
    *rules(
        "wrong-format",
        "unsupportedcertversion",
        ("sec_error_bad_der", ""),
        ("badencoding", "certificate|peer"),
        "baddertime",
        "invalidcertificate(other",
        weight=EXACT,
        message=tr(
            "The certificate has an old version, or its encoding breaks the rules, and this "
            "program rejects what others accept. The usual cases are version 1 certificates and "
            "BER encoding."
        ),
        remedy=tr("Have the certificate reissued as version 3 in DER."),
    ),
    *rules("not-a-ca", "causedasendentity", "x509: invalid basic constraints", weight=EXACT),
    *rules(
        "wrong-purpose",
        "invalid_ext_key_usage",
        "invalid_key_usage",
        ("unsupported certificate", "(?:fatal|received|error)[^\n]{0,30} unsupported certificate"),
        "unsupported_certificate_purpose",
        weight=EXACT + 2,
    ),
    *rules(
        "untrusted no-identity tls-version",
        (
            "peer not authenticated",
            "sslpeerunverified|httpclient|httpexception|telemetry|servicenow|https?://|artifact|download",
        ),
        weight=EXACT - 1,
        message=tr(
            "The client has no verified certificate of the server: it does not trust the issuer, "
            "or the handshake failed earlier. Java hides the first error behind this one."
        ),
    ),
    *rules("expired clock", ("cert_expired", "bad_cert"), weight=EXACT + 2),
    *rules(
        "untrusted missing-intermediate",
        ("unknown_ca", "bad_cert"),
        "selfsigned_peer",
        ("invalid_issuer", "bad_cert"),
        weight=EXACT + 2,
    ),
    *rules("host-mismatch", "hostname_check_failed", weight=EXACT + 2),
    *rules("path-length", "max_path_length_reached", weight=EXACT + 2),
    *rules("name-constraint", ("name_not_permitted", "bad_cert"), weight=EXACT + 2),
    *rules("not-a-ca", "missing_basic_constraint", weight=EXACT + 2),
    *rules("stale-certificate untrusted", ("invalid_signature", "bad_cert"), weight=EXACT + 2),
    *rules("revoked", ("revoked", "bad_cert"), weight=EXACT + 2),
    *rules(
        "key-mismatch",
        "ah02565",
        ("do not match", "certificate and private key [^\n]{0,300}do not match"),
        "no certificate matches private key",
        "no cert in -in file matches private key",
        "key_values_mismatch",
        "keymismatch",
        ("bad signature", "ssl routines|tls"),
        ("signature length not correct", ""),
        weight=EXACT,
    ),
    *rules(
        "no-identity wrong-format key-password",
        "ah02572",
        "failed to configure at least one certificate and key",
        ("ah02241", ""),
        ("sslcertificatekeyfile", "does not exist or is empty"),
        weight=EXACT - 2,
    ),
    *rules(
        "refused-by-peer untrusted expired",
        "sslv3_alert_bad_certificate",
        "sslv3_alert_certificate_unknown",
        "tlsv1_alert_access_denied",
        weight=ALERT + 3,
    ),
    *rules(
        "untrusted missing-intermediate",
        "tlsv1_alert_unknown_ca",
        ("alert 48", _alert(48)),
        ("alert: 48", _alert(48)),
        weight=ALERT + 8,
        side="server",
    ),
    *rules(
        "expired", "sslv3_alert_certificate_expired", ("alert 45", _alert(45)), weight=ALERT + 8
    ),
    *rules(
        "revoked", "sslv3_alert_certificate_revoked", ("alert 44", _alert(44)), weight=ALERT + 8
    ),
    *rules(
        "wrong-purpose",
        "sslv3_alert_unsupported_certificate",
        ("alert 43", _alert(43)),
        weight=ALERT + 8,
    ),
    *rules("tls-version", ("alert 70", _alert(70)), weight=ALERT + 8),
    *rules(
        "no-identity key-password ca-list-mismatch",
        ("alert 116", _alert(116)),
        "tlsv13_alert_certificate_required",
        "tlsv1_alert_certificate_required",
        weight=EXACT,
    ),
    *rules(
        "host-mismatch",
        ("alert 112", _alert(112)),
        ("unrecognized name", "tlsv1 unrecognized name"),
        weight=ALERT + 8,
        message=NAME_NOT_SERVED,
    ),
    *rules(
        "refused-by-peer untrusted expired",
        ("alert 42", _alert(42)),
        ("alert 46", _alert(46)),
        weight=ALERT + 2,
    ),
    *rules(
        "no-shared-algorithm no-identity tls-version", ("alert 40", _alert(40)), weight=ALERT + 2
    ),
    *rules(
        "host-mismatch",
        "illegal server name",
        "illegal given domain name",
        weight=EXACT,
        message=tr(
            "The host name contains a character that Java does not accept in a TLS server name, "
            "most often an underscore."
        ),
        remedy=tr(
            "Give the server a host name of letters, digits, and hyphens, and a certificate for "
            "that name."
        ),
    ),
    # Who sent this alert failed itself, whatever the same line says of the handshake.
    *rules(
        "refused-by-peer",
        "tlsv1_alert_internal_error",
        "alert internal error",
        "ssl alert number 80",
        weight=ALERT + 1,
    ),
    *rules(
        "refused-by-peer",
        "peer closed connection in ssl handshake",
        ("closedchannelexception", "ssl|tls|handshake"),
        ("unexpected_message", "alert"),
        ("should not be presented in", "extension"),
        ("decryption failed or bad record mac", ""),
        ("bad_record_mac", ""),
        ("bad record mac", ""),
        weight=VAGUE + 3,
        message=tr(
            "The other side ended the handshake, or a message arrived damaged or out of order. "
            "The likely cause is a device between the two sides, or a bug in one of the TLS "
            "libraries."
        ),
        remedy=PROBE_TWICE_REMEDY,
    ),
)
