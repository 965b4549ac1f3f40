"""What libraries of devices, of Apple’s systems, of GNU, Rust, .NET, and Ruby say."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, rules

#: Where numbers of mbedTLS and of Apple’s Secure Transport are logged. A phrase has letters, so
#: that a long log in which none of them stands is passed over.
_MBEDTLS: Final = ("mbedtls", "ssl_handshake", "x509_", "esp-tls", "esp-x509")
#: wolfSSL prints its numbers (wolfssl/error-ssl.h) with or without their words.
_WOLFSSL: Final = ("wolfssl", "cyassl", "err =", "error =")
_APPLE: Final = (
    "errordomainssl",
    "cfstreamsslerror",
    "streamerrorcodekey",
    "trust evaluation failed",
    "http load failed",
    "tcp conn failed",
    "errssl",
    "tls_handshake_process",
    "nsurlerrordomain",
    "cferrordomaincfnetwork",
)


def _numbered(places: tuple[str, ...], *numbers: str) -> tuple[tuple[str, str], ...]:
    """Lines of those places that hold one of the numbers."""
    line = rf"(?:{'|'.join(numbers)})\b"
    return tuple((place, line) for place in places)


#: mbedTLS, on ESP32 and other devices (ssl.h, x509.h, pk.h).
DEVICES: Final = (
    *rules(
        "untrusted expired host-mismatch",
        *_numbered(_MBEDTLS, "-0x2700", "-0x3000", "-9984", "-12288"),
        "mbedtls_err_x509_cert_verify_failed",
        "mbedtls_err_x509_fatal_error",
        "no matching trusted root certificate found",
        ("failed to verify certificate", "esp-x509|crt-bundle"),
        "the certificate is not correctly signed by the trusted ca",
        weight=LIKELY + 2,
        message=tr("Mbed TLS could not verify the certificate of the other side: the CA that issued it "
"is not among the device’s trusted CAs."),
    ),
    *rules(
        "host-mismatch",
        "does not match with the expected cn",
        "badcert_cn_mismatch",
        weight=EXACT,
    ),
    *rules("expired", "the certificate validity has expired", "badcert_expired", weight=EXACT),
    *rules("not-yet-valid clock", "badcert_future", "validity starts in the future", weight=EXACT),
    *rules(
        "wrong-format",
        *_numbered(_MBEDTLS, "-0x2180", "-0x2780", "-0x1080", "-0x3d00", "-0x3d80"),
    ),
    *rules("refused-by-peer", *_numbered(_MBEDTLS, "-0x7780", "-0x7880", "-0x7280", "-0x50"),
           weight=ALERT),
    *rules("empty-trust-store", *_numbered(_MBEDTLS, "-0x7680", "-30336"), weight=EXACT),
    *rules("no-identity", *_numbered(_MBEDTLS, "-0x7480", "-0x7580", "-0x7600", "-0x2900", "-0x3e00",
           "-0x2980"), weight=EXACT),
    *rules("key-password wrong-password", *_numbered(_MBEDTLS, "-0x3b00", "-0x3c00", "-0x1300",
           "-0x1380", "-15104", "-15360", "-0x1e00"), weight=EXACT),
    *rules("unreachable", *_numbered(_MBEDTLS, "-0x52", "-0x0052", "-0x44", "-0x0044")),
    *rules("timeout", *_numbered(_MBEDTLS, "-0x6800")),
    *rules("not-tls", *_numbered(_MBEDTLS, "-0x7200", "-0x7100")),
    *rules("untrusted", *_numbered(_WOLFSSL, "-188", "-275"), weight=EXACT),
    *rules("stale-certificate untrusted", "asn_sig_confirm", "bad other signature confirmation",
           *_numbered(_WOLFSSL, "-155", "-229"), weight=EXACT),
    *rules("expired", "asn date error, current date after", *_numbered(_WOLFSSL, "-151"),
           weight=EXACT),
    *rules("not-yet-valid clock", "asn date error, current date before",
           *_numbered(_WOLFSSL, "-150"), weight=EXACT),
    *rules("host-mismatch", *_numbered(_WOLFSSL, "-322", "-323"), weight=EXACT),
    *rules("tls-version", *_numbered(_WOLFSSL, "-326"), weight=EXACT),
    *rules("no-shared-algorithm", *_numbered(_WOLFSSL, "-501", "-500"), weight=EXACT),
    *rules("no-identity", *_numbered(_WOLFSSL, "-305"), weight=EXACT),
    *rules("refused-by-peer", *_numbered(_WOLFSSL, "-313", "-308"), weight=ALERT - 10),
    *rules("wrong-format", *_numbered(_WOLFSSL, "-140", "-162", "-463"), weight=LIKELY),
    *rules("no-shared-algorithm", *_numbered(_MBEDTLS, "-0x7a00", "-0x7380")),
    *rules("tls-version", *_numbered(_MBEDTLS, "-0x6e80", "-0x7e80")),
)  # fmt: skip

#: Secure Transport and Network.framework (SecureTransport.h, NSURLError.h).
APPLE: Final = (
    *rules(
        "untrusted host-mismatch expired",
        "certificate for this server is invalid",
        *_numbered(_APPLE, "-1202", "-1203", "-1012", "-9807", "-9808", "-9812", "-9813"),
        "errsslxcertchaininvalid",
        "errsslunknownrootcert",
        "errsslnorootcert",
        weight=LIKELY,
    ),
    *rules("expired", *_numbered(_APPLE, "-9814", "-1201"), "errsslcertexpired", weight=EXACT),
    *rules(
        "not-yet-valid clock",
        *_numbered(_APPLE, "-9815", "-1204"),
        "errsslcertnotyetvalid",
        weight=EXACT,
    ),
    *rules("host-mismatch", *_numbered(_APPLE, "-9843"), "errsslhostnamemismatch", weight=EXACT),
    *rules(
        "refused-by-peer untrusted",
        "did not accept the certificate",
        *_numbered(_APPLE, "-1205", "-9825", "-9826"),
        "errsslpeerbadcert",
        weight=ALERT + 5,
    ),
    *rules(
        "no-identity",
        *_numbered(_APPLE, "-1206", "-9829"),
        "requires a client certificate",
        weight=LIKELY,
    ),
    *rules("tls-version no-shared-algorithm", *_numbered(_APPLE, "-9802", "-9836"), weight=ALERT),
    *rules("no-shared-algorithm", *_numbered(_APPLE, "-9824", "-9801")),
)

#: GnuTLS, and the programs on it that have words of their own.
GNU: Final = (
    *rules(
        "no-shared-algorithm tls-version no-identity",
        ("gnutls_handshake() failed: handshake failed", ""),
        ("gnutls_handshake() failed: a tls fatal alert", ""),
        weight=ALERT - 5,
    ),
    *rules(
        "untrusted missing-intermediate",
        ("doesn't have a known issuer", ""),
        ("hasn't got a known issuer", ""),
        ("not signed by known authorities", ""),
        ("signer is not a ca", "gnutls|certificate"),
        weight=LIKELY + 4,
    ),
    *rules(
        "wrong-format",
        ("failed to setup x509 certificate/key", ""),
        ("base64 unexpected header error", ""),
        weight=LIKELY,
    ),
)

#: rustls and webpki; .NET’s loaders; Ruby, PHP, LDAP and others.
LANGUAGES: Final = (
    *rules(
        "host-mismatch",
        ("certificate not valid for name", ""),
        ("common name is not a valid hostname", ""),
        ("certificate name does not match input", ""),
        ("doesn't match certificate's altnames", ""),
        ("either servername or insecureskipverify must be specified", ""),
        weight=EXACT,
    ),
    *rules("expired untrusted", ("badservercertificate", ""), weight=ALERT),
    *rules(
        "wrong-password wrong-format",
        ("cannot be read with the provided password", ""),
        ("either the password is incorrect or the process does not have perm", ""),
        weight=EXACT,
    ),
    *rules(
        "key-password wrong-format",
        ("referenced a private key which was already referenced, or could not be loaded", ""),
        weight=LIKELY,
    ),
    *rules(
        "no-identity key-password",
        ("cannot get private key from parameter", ""),
        ("cannot get cert from parameter", ""),
        ("ssl enabled, but ssl_cert not set", ""),
        ("ssl enabled, but ssl_key not set", ""),
        ("failed to create ssl context", "keystore|internode|native_transport|encryption"),
        weight=LIKELY,
    ),
    *rules(
        "key-mismatch",
        ("failed to set certificate and key", ""),
        ("does not have a matching public key", ""),
        ("private key that does not match the certificate", ""),
        ("private key and certificate do not match", ""),
        weight=LIKELY + 4,
    ),
    *rules(
        "no-identity",
        ("tls: no certificates configured", ""),
        ("no certificate provided", "tls|ssl|handshake"),
    ),
    # Erlang and Elixir before release 21: an alert of the other side, or of this one.
    *rules(
        "untrusted",
        ("fatal error: unknown ca", "ssl|tls"),
        ("self_sign_cert_in_chain", ""),
        weight=LIKELY,
    ),
    *rules(
        "refused-by-peer untrusted",
        ("fatal error: certificate unknown", "ssl|tls"),
        ("fatal error: bad certificate", "ssl|tls"),
        weight=ALERT,
    ),
    *rules(
        "refused-by-peer unreachable",
        ("ssl_connect syscall returned=5", ""),
        ("ssl_accept syscall returned=5", ""),
        weight=VAGUE + 10,
    ),
    *rules("untrusted", ("unable to start tls: connect error", ""), weight=ALERT),
    *rules("untrusted missing-intermediate", ("error verifying certificate at depth", "")),
    *rules(
        "not-tls",
        ("starttls failed - unavailable", ""),
        ("starttls", "not supported|unsupported extended operation"),
    ),
    *rules(
        "tls-version",
        ("unsupported tls protocol version", ""),
        ("ssl routines:tls_process_key_exchange:internal error", ""),
        ("legacy signature algorithm unsupported", ""),
        ("legacy sigalg disallowed or unsupported", ""),
        weight=LIKELY,
    ),
)  # fmt: skip

#: Windows as an administrator meets it, network access with certificates, and message brokers.
ADMINISTRATION: Final = (
    *rules(
        "untrusted missing-intermediate",
        "cert(s) untrusted",
        ("chain building failed", "certificate"),
        "trust chain that cannot be verified",
        "could not be built to a trusted root authority",
        weight=LIKELY + 4,
    ),
    *rules("host-mismatch", ("that does not match the hostname", "certificate|common name|cn")),
    *rules(
        "no-identity wrong-purpose host-mismatch",
        "does not have an appropriate certificate",
        ("unable to create nettyacceptor", ""),
        weight=ALERT,
    ),
    *rules(
        "revoked unreachable",
        "could not be checked for revocation",
        "unable to check revocation",
        "revocation server was offline",
        weight=LIKELY,
        message=tr(
            "The certificate was not accepted because its revocation status could not be "
            "checked: the CA’s revocation list (CRL) or OCSP service could not be reached."
        ),
        remedy=tr(
            "Allow the program to reach the addresses in the certificate’s CRL distribution "
            "points and authority information access, or change its settings for revocation "
            "checks."
        ),
    ),
)

#: OPC UA in industry, whose certificates are those of applications (OPC 10000-4, 7.39).
OPC_UA: Final = (
    *rules(
        "untrusted",
        "badsecuritychecksfailed",
        "bad_securitychecksfailed",
        "0x80130000",
        "badcertificateuntrusted",
        weight=LIKELY,
        message=tr("The OPC UA server rejected the certificate of this application, and deliberately "
"gives no details. Most often, the certificate is in its folder of rejected "
"certificates."),
        remedy=tr("Move the certificate from the server’s rejected folder to its trusted folder, and "
"trust the server’s certificate on this side."),
    ),
    *rules("expired clock", "badcertificatetimeinvalid", "badcertificateissuertimeinvalid",
           weight=EXACT),
    *rules("host-mismatch", "badcertificatehostnameinvalid", "badcertificateuriinvalid",
           weight=EXACT),
    *rules("wrong-purpose", "badcertificateusenotallowed", "badcertificateissuerusenotallowed",
           weight=EXACT),
    *rules("revoked", "badcertificaterevoked", "badcertificateissuerrevoked",
           "badcertificaterevocationunknown", "badcertificateissuerrevocationunknown",
           weight=EXACT),
    *rules("missing-intermediate untrusted", "badcertificatechainincomplete", weight=EXACT),
    *rules("weak-key weak-signature", "badcertificatepolicycheckfailed", weight=EXACT),
    *rules("wrong-format untrusted", "badcertificateinvalid", weight=LIKELY),
)  # fmt: skip

LIBRARIES: Final = (*DEVICES, *APPLE, *GNU, *LANGUAGES, *ADMINISTRATION, *OPC_UA)
