"""Messages about the handshake itself: algorithms, versions, alerts and the connection."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, rules

_REFUSED = tr(
    "The other side did not accept the certificate that it received: it does not trust "
    "the issuer, or the certificate has expired, is for another purpose, or is malformed."
)
_SEND_AGAIN = tr(
    "Send the current certificate and its CA to the other side again, and ask it to "
    "check the trust store that its program actually uses. Its own log shows the reason."
)
#: In other lines the words of an alert mean other things.
_ALERT_LINE = "alert|remote error: tls"
_NONE_PRESENTED = tr(
    "The client presented no certificate: the keystore that its program uses contains no "
    "key pair, the key could not be unlocked, or its issuer is not in the server’s list "
    "of CAs."
)
_PRESENT_ONE = tr(
    "Give the client a key pair that has its complete chain, uses the keystore password "
    "for the key, and was issued by a CA that the server trusts. Make sure that the "
    "program uses it."
)

ALGORITHMS: Final = (
    *rules(
        "weak-signature weak-key",
        ("constraints check failed on signature algorithm", ""),
        ("algorithm constraints check failed", "signature|md5|sha-?1|md2"),
        "signature algorithm not accepted",
        "ca md too weak",
        "ca signature digest algorithm too weak",
        "err_cert_weak_signature_algorithm",
        "sec_error_cert_signature_algorithm_disabled",
        "insecure signature algorithm",
        "signed using an insecure algorithm",
        "cannot verify signature: insecure algorithm",
        "x509: cannot verify signature: algorithm unimplemented",
        "hasweaksignature",
        "certificate uses a weak signature",
        "certificate chain uses insecure algorithm",
        "signature algorithm too weak",
        ("uses the", "uses the (?:sha1|md5|md2)with[^\n]{0,40} signature algorithm"),
        weight=EXACT + 3,
    ),
    *rules(
        "weak-key",
        "constraints check failed on keysize",
        "ee key too small",
        "ca key too small",
        "key too small",
        "certificate key too weak",
        "dh key too small",
        "err_ssl_weak_server_ephemeral_dh_key",
        "err_cert_weak_key",
        "mozilla_pkix_error_inadequate_key_size",
        "ssl_error_weak_server_cert_key",
        "certificate chain uses key size that is too small",
        "key length too short",
        ("algorithm constraints check failed", "keysize"),
        ("bit rsa key", "[0-9]{3,4}-bit rsa key which is considered a security risk"),
        weight=EXACT + 4,
    ),
    *rules(
        "weak-key no-shared-algorithm",
        ("comply to algorithm constraints", "key does not comply"),
        weight=EXACT,
    ),
    *rules(
        "weak-signature weak-key",
        "certificates do not conform to algorithm constraints",
        "certificates does not conform to algorithm constraints",
        "algorithm constraints check failed",
        weight=EXACT,
    ),
    *rules(
        "tls-version",
        "protocol_version",
        "tlsv1 alert protocol version",
        "alert protocol version",
        ("error in protocol version", _ALERT_LINE),
        "unsupported protocol",
        "ssl alert number 70",
        "err_ssl_version_or_cipher_mismatch",
        "ssl_error_unsupported_version",
        "protocol version not supported",
        "server selected unsupported protocol version",
        "no appropriate protocol",
        "the client and server cannot communicate, because they do not possess a common algorithm",
        "no protocols available",
        "err_ssl_obsolete_version",
        "client offered only unsupported versions",
        "the client supported protocol versions",
        "is not enabled or supported in server context",
        "inappropriate_fallback",
        "inappropriate fallback",
        "tls version not supported",
        "unsupportedprotocol",
        "tlsv1_alert_protocol_version",
        # Signatures of TLS 1.0 and 1.1 are over SHA-1; a server without RFC 5746 is as old.
        "legacy sigalg disallowed",
        "unsafe legacy renegotiation disabled",
        "peer only supports",
        (
            "protocol",
            "(?:tlsv?1(?:\\.[01])?|sslv[23])[^\n]{0,40} (?:is |are )?(?:disabled|not supported)",
        ),
        weight=EXACT,
    ),
    *rules(
        "no-shared-algorithm",
        "no available authentication scheme",
        "no cipher suites in common",
        "no shared cipher",
        "no common cipher",
        "no suitable signature algorithm",
        "no shared signature algorithms",
        "no cipher overlap",
        "ssl_error_no_cypher_overlap",
        "no ciphers available",
        "no cipher match",
        "unsupported signature algorithm",
        "wrong signature type",
        "wrong curve",
        "no supported versions satisfy",
        "no cipher suite supported by both",
        "peer doesn't support any of the certificate's signature algorithms",
        "no mutually supported",
        "no common signature algorithm",
        "no shared groups",
        "no suitable key share",
        "insufficient_security",
        ("insufficient security", _ALERT_LINE),
        "ssl alert number 71",
        "unsupported elliptic curve",
        "unsupported_curve",
        "nosuchalgorithmexception: ed25519",
        weight=EXACT - 1,
    ),
    *rules(
        "no-shared-algorithm no-identity tls-version",
        "handshake_failure",
        "alert handshake failure",
        (
            "handshake failed",
            f"^(?![^\n]{{0,900}}certificate)[^\n]{{0,900}}(?:{_ALERT_LINE})",
        ),
        ("handshake failure", _ALERT_LINE),
        "malformed_handshake_data",
        "ssl alert number 40",
        "ssl_error_handshake_failure_alert",
        "tls: handshake failure",
        "alert_handshake_failure",
        weight=ALERT,
        message=tr(
            "The two sides have no cipher suite, group, or signature algorithm in common that "
            "suits their keys; or the server requires a client certificate and received none."
        ),
        remedy=tr(
            "Make sure that both sides enable TLS 1.2 or 1.3, that the server’s key pair is RSA "
            "or EC P-256, and that the client has a key pair to present. The server’s log shows "
            "which of these is the cause."
        ),
    ),
)

IDENTITY: Final = (
    *rules(
        "no-identity key-password ca-list-mismatch no-shared-algorithm",
        "certificate_required",
        "certificate required",
        ("certificate is required", f"{_ALERT_LINE}|handshake"),
        "ssl alert number 116",
        weight=EXACT,
        message=_NONE_PRESENTED,
        remedy=_PRESENT_ONE,
    ),
    *rules(
        "no-identity key-password ca-list-mismatch",
        "no required ssl certificate was sent",
        "sent no required ssl certificate",
        "err_ssl_client_auth_cert_needed",
        "peer did not return a certificate",
        "empty client certificate chain",
        "empty server certificate chain",
        "null cert chain",
        "bad_cert_required",
        "err_bad_ssl_client_auth_cert",
        "client certificate is required",
        "client certificate required",
        "client didn't provide a certificate",
        "client sent no certificate",
        "client did not present a certificate",
        # s_client and s_server say so of every connection that ended early.
        ("no client certificate", "no client certificate(?! available| ca names)"),
        "missing client certificate",
        "requires a client certificate",
        "requires a valid client certificate",
        "403.7",
        "ssl_error_rx_certificate_required_alert",
        "ssl_error_bad_cert_alert",
        "empty certificate message",
        "continuing without client authentication",
        "must use certificate authentication",
        "no x.509 certificate for client authentication",
        "peer not authenticated",
        "peer sent no certificates",
        ("no peer certificate", "no peer certificate(?! available)"),
        ("certificate", "(?:produced|consuming) (?:client )?certificate[^\n]{0,40}empty"),
        ("certificate chain", "<empty>"),
        ("suppressing", "no certificate"),
        ("alert no certificate", ""),
        weight=EXACT - 2,
        message=_NONE_PRESENTED,
        remedy=_PRESENT_ONE,
    ),
    *rules(
        "ca-list-mismatch no-identity",
        "no x.509 cert selected",
        "no matching issuer",
        "no certificate matches the issuers",
        "none of the client certificates match",
        weight=VAGUE + 5,
    ),
    *rules(
        "ca-list-mismatch",
        "no acceptable client certificate ca names",
        "certificate issuer not in the list of acceptable",
        "no certificate issued by one of the acceptable",
        weight=LIKELY - 10,
        side="server",
    ),
    *rules(
        "key-mismatch",
        "invalid signature on certificateverify",
        "certificateverify message signature",
        "certificate verify signature",
        "invalid certificateverify",
        ("serverkeyexchange signature", "invalid|bad|wrong"),
        weight=EXACT,
    ),
)

ALERTS: Final = (
    *rules(
        "untrusted missing-intermediate",
        "unknown_ca",
        "alert unknown ca",
        ("unknown ca", _ALERT_LINE),
        ("ca is unknown", _ALERT_LINE),
        "ssl alert number 48",
        "ssl_error_unknown_ca_alert",
        "remote error: tls: unknown certificate authority",
        "alert_unknown_ca",
        weight=ALERT + 5,
        message=tr(
            "The other side does not know the CA of the certificate that it received, or an "
            "intermediate certificate was not sent."
        ),
        remedy=tr(
            "Ask the other side to import your CA into the trust store that it uses, and send "
            "the complete chain."
        ),
    ),
    *rules(
        "wrong-purpose",
        "unsupported_certificate",
        "alert unsupported certificate",
        ("unsupported certificate", _ALERT_LINE),
        ("certificate is not supported", _ALERT_LINE),
        "ssl alert number 43",
        "remote error: tls: unsupported certificate",
        weight=ALERT + 5,
    ),
    *rules("revoked", "ssl alert number 44", "alert certificate revoked", weight=ALERT + 5),
    *rules(
        "refused-by-peer untrusted expired",
        # The alert, also alone as people search for it; not those about a certificate’s status.
        ("bad_certificate", "bad_certificate(?!_)"),
        "alert bad certificate",
        "ssl alert number 42",
        "remote error: tls: bad certificate",
        "certificate_unknown",
        "alert certificate unknown",
        ("unknown certificate", _ALERT_LINE),
        ("certificate unknown", _ALERT_LINE),
        ("certificate is bad", f"{_ALERT_LINE}|gnutls"),
        "ssl alert number 46",
        "ssl_error_certificate_unknown_alert",
        "remote error: tls: unknown certificate",
        "alert_bad_certificate",
        "access_denied",
        "alert access denied",
        ("access denied", _ALERT_LINE),
        ("access was denied", _ALERT_LINE),
        "ssl alert number 49",
        "the ssl certificate was rejected",
        "err_bad_ssl_client_auth_cert",
        "bad certificate",
        weight=ALERT,
        message=_REFUSED,
        remedy=_SEND_AGAIN,
    ),
    *rules(
        # nginx in HTTP, of a certificate that came and that it does not take.
        "untrusted expired missing-intermediate wrong-purpose",
        "the ssl certificate error",
        weight=ALERT + 9,
        side="server",
        message=tr(
            "The server does not accept the certificate that the client presented: it does not "
            "know the CA, or the certificate has expired. Its error log shows which."
        ),
        remedy=tr(
            "Ask the server’s side to import your certificate, or your CA’s, into its file of "
            "trusted certificates; and send the complete chain."
        ),
    ),
    *rules(
        "refused-by-peer no-shared-algorithm no-identity",
        # Windows, of any alert that it has no word for.
        "sec_e_illegal_message",
        "0x80090326",
        weight=ALERT - 5,
    ),
    *rules(
        "refused-by-peer untrusted no-identity",
        # Kafka’s wrapper; what it wraps stands beneath, where somebody printed it.
        ("sslauthenticationexception", "handshake failed"),
        weight=VAGUE,
    ),
    *rules(
        "host-mismatch",
        "unrecognized_name",
        "alert unrecognized name",
        ("unrecognized name", _ALERT_LINE),
        ("name was not recognized", _ALERT_LINE),
        "ssl alert number 112",
        "err_ssl_unrecognized_name_alert",
        weight=ALERT + 5,
        message=tr(
            "The server has no configuration for the host name that the client requested (SNI)."
        ),
        remedy=tr(
            "Connect with a host name that the server is configured for, or configure this name "
            "on the server."
        ),
    ),
    *rules(
        "key-mismatch",
        "decrypt_error",
        "alert decrypt error",
        ("decrypt error", _ALERT_LINE),
        ("error decrypting", _ALERT_LINE),
        "ssl alert number 51",
        weight=ALERT,
        message=tr(
            "A signature in the handshake is not valid: a private key does not belong to its "
            "certificate, or a device between the two sides changed a message."
        ),
    ),
)
