"""The last resort: a message that nobody listed, of a library that speaks of TLS or keys alone.

An exception, a prefix, or a range of names tells at least what the message is about.
"""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import OPEN_FILE_REMEDY, PROBE_REMEDY, TLS_FAILED
from handfast.handshake.explanations.rule import VAGUE, rules

_WEIGHT: Final = VAGUE - 14
_FILE: Final = tr(
    "The library could not read or use a certificate, key, or keystore: it has a different format than "
    "expected, is damaged, or is encrypted with another password."
)

NAMESPACES: Final = (
    *rules(
        "wrong-format wrong-password key-password",
        ("pkcs12 routines", ""),
        ("pem routines", ""),
        ("asn1 encoding routines", ""),
        ("x509 v3 routines", ""),
        ("digital envelope routines", ""),
        ("decoder routines", ""),
        ("store routines", r"\bstore routines"),
        ("rsa routines", ""),
        ("elliptic curve routines", ""),
        ("provider routines", ""),
        ("err_ossl_", r"err_ossl_(?!ssl)"),
        ("openssl::pkey", ""),
        ("openssl::pkcs12", ""),
        ("openssl::asn1", ""),
        ("operatorcreationexception", ""),
        ("java.security.keystore", "exception"),
        ("crypt_e_", ""),
        ("nte_", r"\bnte_[a-z]"),
        ("sec_error_", ""),
        ("errsec", r"\berrsec[a-z]"),
        ("security routines", ""),
        weight=_WEIGHT,
        message=_FILE,
        remedy=OPEN_FILE_REMEDY,
    ),
    *rules(
        "untrusted missing-intermediate expired",
        ("x509 certificate routines", ""),
        ("openssl::x509", ""),
        ("x509: ", r"\bx509: [a-z]"),
        ("cert_e_", ""),
        ("trust_e_", ""),
        ("err_cert_", ""),
        ("mozilla_pkix_error_", ""),
        ("cssmerr_tp_", ""),
        ("certpathvalidatorexception", ""),
        ("certpathbuilderexception", ""),
        ("sslcertverificationerror", ""),
        ("certificateverifyerror", ""),
        ("badcertificate", r"\bbadcertificate[a-z]"),
        weight=_WEIGHT,
    ),
    *rules(
        "refused-by-peer untrusted no-identity tls-version",
        ("ssl routines", ""),
        ("tls: ", r"(?:^|[\s:\"'(])tls: [a-z]"),
        ("err_ssl_", ""),
        ("err_tls_", ""),
        ("ssl_error_", r"ssl_error_(?!want_)"),
        ("errssl", r"\berrssl[a-z]"),
        ("sec_e_", r"\bsec_e_[a-z]"),
        ("schannel", r"schannel[:(][^\n]{0,200}(?:error|fail|0x80)"),
        ("rustls", r"rustls[^\n]{0,40}(?:error|fail|: )"),
        ("tls_alert", ""),
        ("tlsfatalalert", ""),
        ("secure connection failed", ""),
        ("qsslsocket", "error|fail|cannot|not |invalid|unable"),
        ("gnutls_e_", ""),
        ("gnutls", r"gnutls[^\n]{0,40}(?:error|fail|-[0-9]{2,3}\b)"),
        ("mbedtls", r"mbedtls[^\n]{0,80}-0x[0-9a-f]{2,4}\b"),
        ("mbed tls", r"mbed tls[^\n]{0,80}(?:error|fail|-0x[0-9a-f]{2,4}\b)"),
        ("wolfssl", "wolfssl[^\n]{0,80}(?:error|fail|-[0-9]{3})"),
        ("pkcs7 routines", ""),
        weight=_WEIGHT - 1,
        message=TLS_FAILED,
        remedy=PROBE_REMEDY,
    ),
)
