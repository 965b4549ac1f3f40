"""Apple: errors of Secure Transport, the keychain, and URL loading, by number and by name.

Origins: SecureTransport.h, SecBase.h, NSURLError.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, Rule, known, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ANY: Final = "untrusted missing-intermediate expired host-mismatch"
_IDENTITY: Final = "no-identity key-password ca-list-mismatch"

_ERRORS: Final[Mapping[str, Mapping[int, str]]] = {
    "untrusted missing-intermediate": {
        -9807: "errSSLXCertChainInvalid",
        -9812: "errSSLUnknownRootCert",
        -9813: "errSSLNoRootCert",
        -9831: "errSSLPeerUnknownCA",
        -1202: "NSURLErrorServerCertificateUntrusted",
        -1203: "NSURLErrorServerCertificateHasUnknownRoot",
        -67843: "errSecNotTrusted",
        -25318: "errSecCreateChainFailed",
    },
    _ANY: {-9808: "errSSLBadCert", -67671: "errSecCertificateValueInvalid"},
    "expired clock": {
        -9814: "errSSLCertExpired",
        -9828: "errSSLPeerCertExpired",
        -1201: "NSURLErrorServerCertificateHasBadDate",
        -67818: "errSecCertificateExpired",
    },
    "not-yet-valid clock": {
        -9815: "errSSLCertNotYetValid",
        -1204: "NSURLErrorServerCertificateNotYetValid",
        -67819: "errSecCertificateNotValidYet",
    },
    "revoked": {-9827: "errSSLPeerCertRevoked", -67820: "errSecCertificateRevoked"},
    "host-mismatch": {
        -9843: "errSSLHostNameMismatch",
        -9869: "errSSLUnrecognizedName",
        -67602: "errSecHostNameMismatch",
    },
    "wrong-purpose": {
        -9826: "errSSLPeerUnsupportedCert",
        -67609: "errSecInvalidExtendedKeyUsage",
    },
    _IDENTITY: {
        -9842: "errSSLClientCertRequested",
        -9867: "errSSLCertificateRequired",
        -1206: "NSURLErrorClientCertificateRequired",
        -25300: "errSecItemNotFound",
        -25308: "errSecInteractionNotAllowed",
    },
    "refused-by-peer untrusted no-identity": {
        -1205: "NSURLErrorClientCertificateRejected",
        -9825: "errSSLPeerBadCert",
        -9829: "errSSLPeerCertUnknown",
        -9832: "errSSLPeerAccessDenied",
    },
    "no-shared-algorithm no-identity tls-version": {
        -9801: "errSSLNegotiation",
        -9818: "errSSLBadCipherSuite",
        -9837: "errSSLPeerInsufficientSecurity",
    },
    "tls-version": {
        -9836: "errSSLPeerProtocolVersion",
        -9864: "errSSLInappropriateFallback",
        -9880: "errSSLATSViolation",
    },
    "weak-key weak-signature": {
        -9850: "errSSLWeakPeerEphemeralDHKey",
        -9881: "errSSLATSMinimumVersionViolation",
        -9883: "errSSLATSMinimumKeySizeViolation",
        -9885: "errSSLATSCertificateHashAlgorithmViolation",
    },
    "not-tls tls-version": {
        -9800: "errSSLProtocol",
        -9847: "errSSLRecordOverflow",
        -9849: "errSSLUnexpectedRecord",
        -1022: "NSURLErrorAppTransportSecurityRequiresSecureConnection",
    },
    "refused-by-peer untrusted": {
        -9802: "errSSLFatalAlert",
        -9805: "errSSLClosedGraceful",
        -9806: "errSSLClosedAbort",
        -9816: "errSSLClosedNoNotify",
        -9838: "errSSLPeerInternalError",
        -1200: "NSURLErrorSecureConnectionFailed",
    },
    "key-mismatch": {-9834: "errSSLPeerDecryptError"},
    "wrong-password wrong-format": {
        -25293: "errSecAuthFailed",
        -25264: "errSecPkcs12VerifyFailure",
    },
    "wrong-format": {
        -26275: "errSecDecode",
        -25257: "errSecUnknownFormat",
        -25256: "errSecMultiplePrivKeys",
        -9833: "errSSLPeerDecodeError",
    },
}


def _errors() -> Iterator[Rule]:
    for codes, errors in _ERRORS.items():
        either = "|".join(str(-number) for number in errors)
        vague = codes.startswith("refused")
        weight = VAGUE + 8 if vague else LIKELY + 2
        for place in ("ssl", "osstatus", "nsurl", "cfnetwork", "keychain", "security", "nsos"):
            yield from rules(codes, (place, rf"(?<![0-9])-(?:{either})(?![0-9])"), weight=weight)
        yield from known(codes, "\n".join(errors.values()), weight=weight)


APPLE: Final = (
    *_errors(),
    *known(
        "untrusted missing-intermediate",
        """
        The certificate for this server is invalid
        certificate was signed by an unknown authority macos
        SecTrustEvaluate
        kSecTrustResultRecoverableTrustFailure
        """,
        weight=ALERT,
    ),
    *known(
        "wrong-password",
        """
        SecKeychainItemImport: MAC verification failed during PKCS12 import
        MAC verification failed during PKCS12 import
        The user name or passphrase you entered is not correct
        """,
        weight=EXACT,
    ),
    *known(
        "no-identity key-password",
        """
        The specified item could not be found in the keychain
        no identity found
        User interaction is not allowed
        Unable to build chain to self-signed root for signer
        """,
        near="keychain|codesign|security|identity|signer|certificate",
        weight=LIKELY,
    ),
)
