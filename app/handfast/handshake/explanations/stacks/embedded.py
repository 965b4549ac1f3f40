"""Mbed TLS (ESP32, Arduino, curl) and wolfSSL: errors by number and by sentence.

Origins: mbedtls/error.h and the headers of its modules, versions 2 and 3; wolfssl/error-ssl.h and
wolfssl/wolfcrypt/error-crypt.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.handshake.explanations.rule import EXACT, LIKELY, VAGUE, Rule, known, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IDENTITY: Final = "no-identity key-password"
_FORMAT: Final = "wrong-format"

_MBEDTLS: Final[Mapping[str, tuple[int, ...]]] = {
    "untrusted missing-intermediate expired host-mismatch": (0x2700, 0x3000, 0x7800),
    _FORMAT: (
        0x2080,
        0x2100,
        0x2180,
        0x2200,
        0x2280,
        0x2300,
        0x2380,
        0x2400,
        0x2480,
        0x2500,
        0x2580,
        0x2780,
        0x2800,
        0x2900,
        0x3D80,
        0x3D00,
        0x3C80,
        0x3B00,
        0x3A80,
        0x3E00,
        0x3E80,
        0x1080,
        0x1100,
        0x1280,
        0x1400,
        0x1F80,
        0x1F00,
        0x7A00,
    ),
    "no-shared-algorithm": (0x2600, 0x3A00, 0x7300, 0x7380, 0x6E00, 0x5E80, 0x5E00),
    "stale-certificate wrong-format": (0x2680,),
    "key-password wrong-password": (0x3C00, 0x3B80, 0x1300, 0x1380, 0x1E00, 0x1E80),
    "key-mismatch": (0x3F00, 0x4200, 0x4380),
    "not-tls tls-version": (0x7200, 0x7100),
    _IDENTITY: (0x7480, 0x7580, 0x7600),
    "empty-trust-store": (0x7680,),
    "tls-version": (0x6E80,),
    "refused-by-peer untrusted no-identity": (0x7280, 0x7780, 0x7880, 0x7700, 0x7180, 0x50, 0x4C),
    "unreachable": (0x44, 0x52, 0x42),
    "timeout": (0x6800,),
}

_WOLFSSL: Final[Mapping[str, tuple[int, ...]]] = {
    "untrusted missing-intermediate": (188, 329, 275),
    "not-yet-valid clock": (150,),
    "expired clock": (151,),
    "stale-certificate untrusted": (155, 229),
    _FORMAT: (140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 154, 162, 463),
    "no-shared-algorithm": (501, 500, 398, 400),
    "host-mismatch": (322, 325),
    "tls-version": (326,),
    _IDENTITY: (317, 400, 401),
    "key-mismatch": (330, 345),
    "revoked": (360, 361, 362, 363),
    "refused-by-peer untrusted": (313, 308, 397),
    "path-length": (237, 238),
}


def _numbers() -> Iterator[Rule]:
    for codes, numbers in _MBEDTLS.items():
        forms = "|".join(form for number in numbers for form in (f"0x0*{number:x}", str(number)))
        weight = VAGUE + 9 if codes.startswith("refused") else LIKELY + 3
        for place in ("mbed", "ssl", "x509", "esp-", "tls", "pk_parse", "crt"):
            yield from rules(
                codes, (place, rf"(?<![0-9a-z])-(?:{forms})(?![0-9a-fx])"), weight=weight
            )
    for codes, numbers in _WOLFSSL.items():
        forms = "|".join(map(str, numbers))
        weight = VAGUE + 9 if codes.startswith("refused") else LIKELY + 3
        yield from rules(codes, ("wolf", rf"(?<![0-9])-(?:{forms})(?![0-9])"), weight=weight)


EMBEDDED: Final = (
    *_numbers(),
    *known(
        _FORMAT,
        """
        X509 - Format not recognized as DER or PEM
        X509 - The CRT/CRL/CSR format is invalid
        X509 - The CRT/CRL/CSR version element is invalid
        X509 - CRT/CRL/CSR has an unsupported version number
        X509 - The serial tag or value is invalid
        X509 - The algorithm tag or value is invalid
        X509 - The name tag or value is invalid
        X509 - The date tag or value is invalid
        X509 - The signature tag or value invalid
        X509 - The extension tag or value is invalid
        X509 - Input invalid
        X509 - Read/write of file failed
        X509 - Unavailable feature
        X509 - Requested OID is unknown
        X509 - Signature algorithm (oid) is unsupported
        PK - Invalid key tag or value
        PK - Unsupported key version
        PK - Key algorithm is unsupported
        PK - Elliptic curve is unsupported
        PK - Read/write of file failed
        PEM - No PEM header or footer found
        PEM - PEM string is not as expected
        PEM - Unsupported key encryption algorithm
        PKCS12 - Feature not available
        PKCS12 - PBE ASN.1 data not as expected
        PKCS5 - Unexpected ASN.1 data
        PKCS5 - Requested encryption or digest alg not available
        ASN parsing error, invalid input
        ASN date error, bad size
        ASN version error, invalid number
        ASN get big int error, invalid data
        ASN expected tag not found
        ASN bit string error
        ASN object id error
        """,
        weight=EXACT - 7,
    ),
    *known(
        _FORMAT,
        """
        ASN key init error, invalid input
        ASN tag error, not null
        ASN expect error, not zero
        ASN oid error, unknown sum id
        ASN time error, unknown time type
        ASN input error, not enough data
        ASN signature error, mismatched oid
        ASN alternate name error
        ASN no PEM Header Error
        parsing ASN input
        """,
        weight=EXACT,
    ),
    *known(
        "no-shared-algorithm weak-signature",
        "ASN sig error, unsupported hash type\nASN sig error, unsupported key type",
        weight=EXACT,
    ),
    *known("not-yet-valid clock", "ASN date error, current date before", weight=EXACT),
    *known("not-yet-valid clock", "ASN date error, current date is before", weight=EXACT),
    *known("expired clock", "ASN date error, current date after", weight=EXACT),
    *known("expired clock", "ASN date error, current date is after", weight=EXACT),
    *known(
        "revoked",
        "ASN CRL sig error\nASN CRL no signer error\nASN OCSP sig error\nInvalid OCSP Responder",
        weight=EXACT,
    ),
    *known(
        "wrong-purpose", "ASN no Key Usage found error\nExtended Key Usage error", weight=EXACT - 5
    ),
    *known(
        "unknown-critical-extension",
        "X.509 Critical extension ignored or invalid",
        weight=EXACT,
    ),
    *known(
        "key-password wrong-password",
        """
        PK - Private key password can't be empty
        PK - Given private key password does not allow for correct decryption
        PEM - Given private key password does not allow for correct decryption
        PEM - Private key password can't be empty
        PKCS12 - Given private key password does not allow for correct decryption
        """,
    ),
    *known(
        "untrusted missing-intermediate",
        """
        X509 - Certificate verification failed
        SSL - Verification of our peer failed
        ASN no signer error to confirm failure
        ASN self-signed certificate error
        verify problem on certificate
        verify problem based on signature
        The certificate is not correctly signed by the trusted CA
        """,
    ),
    *known(
        "stale-certificate untrusted",
        "ASN sig error, confirm failure\nASN signature error\nX509 - Signature algorithms do not match",
    ),
    *known(
        "path-length not-a-ca",
        """
        ASN CA path length value too large
        ASN CA path length larger than signer error
        ASN Path length
        Certificate chain max path length exceeded
        """,
    ),
    *known(
        _IDENTITY,
        """
        SSL - The own certificate is not set
        SSL - No client certification received from the client
        SSL - The own private key or pre-shared key is not set
        TLSv1 client has no certificate
        server has no certificate
        got no certificate to send
        got no local certificate
        got no private key
        peer did not send cert
        missing rsa private key
        don't have enough data to complete task own private key
        """,
        near="ssl|tls[a-z0-9]*|mbedtls|wolf ?ssl|cert|private key|certificate",
        weight=LIKELY + 4,
    ),
    *known("empty-trust-store", "SSL - No CA Chain is set\ngot no CA chain", weight=EXACT - 5),
    *known(
        "no-shared-algorithm tls-version",
        """
        SSL - The server has no ciphersuites in common with the client
        SSL - No cipher suites
        can't match cipher suite
        Suite is invalid wolfssl
        peer certificate * unsupported curve
        bad server certificate (ECDH curve)
        bad certificate (EC key curve)
        X509 - Signature algorithm * unsupported
        """,
    ),
    *known(
        "weak-key",
        """
        RSA key size too small
        ECC key size too small
        DH key size too small
        RSA Signature property check * too small
        """,
        near="ssl|tls|wolf ?ssl|asn|error|peer",
    ),
    *known("host-mismatch", "peer subject name mismatch\npeer ip address mismatch"),
)
