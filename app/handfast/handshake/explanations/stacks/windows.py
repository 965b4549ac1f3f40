"""Windows: the results of Schannel, CryptoAPI, and CNG by number and by name; and .NET.

Origins: winerror.h; the resources of System.Net.Security, System.Net.Http, and
System.Security.Cryptography.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.handshake.explanations.codes import windows_results
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, Rule, known, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IDENTITY: Final = "no-identity key-password"
_FORMAT: Final = "wrong-format wrong-password"
_UNTRUSTED: Final = "untrusted missing-intermediate"

#: Results that another table does not have, or has under a vaguer cause.
_RESULTS: Final[Mapping[str, Mapping[int, str]]] = {
    _IDENTITY: {
        0x80090003: "NTE_BAD_KEY",
        0x80090010: "NTE_PERM",
        0x80090011: "NTE_NOT_FOUND",
        0x80090014: "NTE_BAD_PROV_TYPE",
        0x8009000A: "NTE_BAD_TYPE",
        0x8009000B: "NTE_BAD_KEY_STATE",
        0x80090019: "NTE_KEYSET_NOT_DEF",
        0x8009001A: "NTE_KEYSET_ENTRY_BAD",
        0x80090022: "NTE_SILENT_CONTEXT",
        0x80090030: "NTE_DEVICE_NOT_READY",
        0x8009030C: "SEC_E_LOGON_DENIED",
        0x80090320: "SEC_E_INCOMPLETE_CREDENTIALS",
        0x8009200B: "CRYPT_E_NO_KEY_PROPERTY",
        0x8009200C: "CRYPT_E_NO_DECRYPT_CERT",
        0x80092006: "CRYPT_E_NO_PROVIDER",
    },
    "wrong-password": {0x80090033: "NTE_INCORRECT_PASSWORD"},
    _FORMAT: {
        0x80090005: "NTE_BAD_DATA",
        0x80090015: "NTE_BAD_PUBLIC_KEY",
        0x8009002C: "NTE_DECRYPTION_FAILURE",
        0x80091002: "CRYPT_E_UNKNOWN_ALGO",
        0x80091005: "CRYPT_E_UNEXPECTED_ENCODING",
        0x80092003: "CRYPT_E_FILE_ERROR",
        0x8009200A: "CRYPT_E_UNEXPECTED_MSG_TYPE",
        0x80092023: "CRYPT_E_INVALID_X500_STRING",
        0x80093100: "CRYPT_E_ASN1_ERROR",
        0x80093103: "CRYPT_E_ASN1_CORRUPT",
        0x80093108: "CRYPT_E_ASN1_BADPDU",
        0x800B0108: "CERT_E_MALFORMED",
    },
    _UNTRUSTED: {
        0x80090352: "SEC_E_ISSUING_CA_UNTRUSTED",
        0x80090359: "SEC_E_ISSUING_CA_UNTRUSTED_KDC",
        0x80092007: "CRYPT_E_SELF_SIGNED",
        0x8009202B: "CRYPT_E_NO_TRUSTED_SIGNER",
        0x80096002: "TRUST_E_NO_SIGNER_CERT",
        0x800B0004: "TRUST_E_SUBJECT_NOT_TRUSTED",
        0x800B010D: "CERT_E_UNTRUSTEDTESTROOT",
        0x800B0111: "TRUST_E_EXPLICIT_DISTRUST",
        0x800B0113: "CERT_E_INVALID_POLICY",
        0x800B010B: "TRUST_E_FAIL",
    },
    "stale-certificate untrusted": {
        0x80090006: "NTE_BAD_SIGNATURE",
        0x80096004: "TRUST_E_CERT_SIGNATURE",
        0x80096010: "TRUST_E_BAD_DIGEST",
    },
    "chain-order missing-intermediate": {
        0x800B0107: "CERT_E_ISSUERCHAINING",
        0x800B0102: "CERT_E_VALIDITYPERIODNESTING",
    },
    "not-a-ca": {0x80096019: "TRUST_E_BASIC_CONSTRAINTS", 0x800B0103: "CERT_E_ROLE"},
    "path-length": {0x800B0104: "CERT_E_PATHLENCONST"},
    "unknown-critical-extension": {0x800B0105: "CERT_E_CRITICAL"},
    "wrong-purpose": {0x800B0106: "CERT_E_PURPOSE", 0x800B0110: "CERT_E_WRONG_USAGE"},
    "name-constraint host-mismatch": {0x800B0114: "CERT_E_INVALID_NAME"},
    "revoked": {
        0x80090351: "SEC_E_SMARTCARD_CERT_REVOKED",
        0x80090353: "SEC_E_REVOCATION_OFFLINE_C",
        0x80090358: "SEC_E_REVOCATION_OFFLINE_KDC",
        0x80092011: "CRYPT_E_NO_REVOCATION_DLL",
        0x80092014: "CRYPT_E_NOT_IN_REVOCATION_DATABASE",
    },
    "expired": {0x80090355: "SEC_E_SMARTCARD_CERT_EXPIRED", 0x8009035A: "SEC_E_KDC_CERT_EXPIRED"},
    "clock": {0x80090324: "SEC_E_TIME_SKEW"},
    "no-shared-algorithm tls-version": {
        0x80090008: "NTE_BAD_ALGID",
        0x80090029: "NTE_NOT_SUPPORTED",
        0x80090331: "SEC_E_ALGORITHM_MISMATCH",
        0x80090367: "SEC_E_APPLICATION_PROTOCOL_MISMATCH",
    },
    "tls-version no-shared-algorithm": {0x80090302: "SEC_E_UNSUPPORTED_FUNCTION"},
    "not-tls tls-version": {
        0x80090308: "SEC_E_INVALID_TOKEN",
        0x80090318: "SEC_E_INCOMPLETE_MESSAGE",
    },
    "refused-by-peer untrusted no-identity": {
        0x80090304: "SEC_E_INTERNAL_ERROR",
        0x8009030F: "SEC_E_MESSAGE_ALTERED",
        0x80090310: "SEC_E_OUT_OF_SEQUENCE",
        0x80090317: "SEC_E_CONTEXT_EXPIRED",
        0x80090329: "SEC_E_ENCRYPT_FAILURE",
        0x80090330: "SEC_E_DECRYPT_FAILURE",
        0x80090333: "SEC_E_UNFINISHED_CONTEXT_DELETED",
        0x80090350: "SEC_E_DOWNGRADE_DETECTED",
        0x80090363: "SEC_E_MUTUAL_AUTH_FAILED",
    },
}


#: Of the installer of drivers (setupapi.h), with letters where others have digits.
_INSTALLER: Final[Mapping[str, str]] = {
    _UNTRUSTED: "e000024[0123]",
    "stale-certificate untrusted": "e0000244|e0000247|e000024b",
    "no-identity untrusted": "e000022f",
}


def _results() -> Iterator[Rule]:
    for codes, hexes in _INSTALLER.items():
        yield from rules(codes, ("0xe00002", f"0x(?:{hexes})(?![0-9a-f])"), weight=LIKELY + 5)
    for codes, results in _RESULTS.items():
        weight = LIKELY + 5
        yield from windows_results(codes, results, weight=weight, signed_weight=weight)
        yield from known(codes, "\n".join(results.values()), weight=weight)


DOTNET: Final = (
    *known(
        "wrong-password",
        """
        The certificate data cannot be read with the provided password
        The password may be incorrect
        The specified network password is not correct
        The provided password is not correct
        """,
    ),
    *known(
        "wrong-password wrong-format",
        """
        PKCS12 (PFX) without a supplied password has exceeded maximum allowed iterations
        The PKCS#12 Exportable flag
        The EncryptedPrivateKeyInfo structure was decoded but was not successfully interpreted
        The algorithm identified by * is unknown, not valid for the requested usage, or was not handled
        """,
        weight=LIKELY + 4,
    ),
    *known(
        "wrong-format",
        """
        ASN1 corrupted data
        Cannot find the original signer
        The input does not contain valid encoding under
        Cannot find the requested object
        The contents of the PEM block are not
        No supported key formats were found
        The provided data does not represent a valid certificate
        The certificate contents do not contain a PEM with a CERTIFICATE label
        The key contents do not contain a PEM
        The key contents contain a PEM with content that is
        The key contents contain multiple
        The input to WriteEncodedValue
        The certificate data * not a valid
        """,
        near="cryptographic|asn ?content|certificate|x509[a-z0-9]*|key|pem|pfx",
        weight=LIKELY,
    ),
    *known(
        "key-mismatch",
        """
        The provided key does not match the public key for this certificate
        The public key of the certificate does not match the value specified
        The issuer certificate public key algorithm * does not match
        """,
    ),
    *known(
        "no-identity key-password",
        """
        The server mode SSL must use a certificate with the associated private key
        The credentials supplied to the package were not recognized
        Keyset does not exist
        Cannot find the original signer
        The certificate does not have a private key
        Certificate does not have a private key
        The specified certificate does not have a private key
        The certificate * must have a private key that is capable of key exchange
        It is likely that certificate * may not have a private key
        The process may not have access rights for the private key
        No server certificate was specified
        Unable to configure HTTPS endpoint
        No server certificate was specified, and the default developer certificate could not be found
        Invalid provider type specified
        The client certificate is not provided
        The remote certificate is required
        The remote server did not return a certificate
        RemoteCertificateNotAvailable
        The certificate key algorithm is not supported
        Key not valid for use in specified state
        Could not find a certificate
        """,
        weight=LIKELY + 6,
    ),
    *known(
        "host-mismatch",
        """
        RemoteCertificateNameMismatch
        The remote name could not be matched to the certificate
        """,
    ),
    *known(
        "untrusted missing-intermediate expired",
        """
        The remote certificate is invalid according to the validation procedure
        The remote certificate was rejected by the provided RemoteCertificateValidationCallback
        The remote certificate is invalid because of errors in the certificate chain
        Could not establish trust relationship for the SSL/TLS secure channel
        A certificate chain could not be built to a trusted root authority
        RemoteCertificateChainErrors
        The certificate chain was issued by an authority that is not trusted
        The X.509 certificate * chain building failed
        The certificate that was used has a trust chain that cannot be verified
        The X.509 certificate * is not in the trusted people store
        """,
        weight=LIKELY,
    ),
    *known(
        "tls-version no-shared-algorithm",
        """
        The client and server cannot communicate, because they do not possess a common algorithm
        The requested security protocol is not supported
        Cannot determine the frame size or a corrupted frame was received tls version
        """,
        weight=EXACT - 6,
    ),
    *known(
        "refused-by-peer untrusted no-identity tls-version",
        """
        The request was aborted: Could not create SSL/TLS secure channel
        The SSL connection could not be established
        A call to SSPI failed
        Authentication failed because the remote party has closed the transport stream
        Authentication failed because the remote party sent a TLS alert
        Authentication failed, see inner exception
        The underlying connection was closed: An unexpected error occurred on a send
        The underlying connection was closed: An unexpected error occurred on a receive
        The message received was unexpected or badly formatted
        The decryption operation failed, see inner exception
        The encryption operation failed, see inner exception
        Received an unexpected EOF or 0 bytes from the transport stream
        A secure channel
        Unable to perform the handshake
        AuthenticationException ssl
        """,
        near="ssl|tls|secure channel|sspi|authentication exception|transport stream|web exception|"
        "underlying connection|http request exception|unexpected|inner exception",
        weight=VAGUE + 4,
        message=tr(
            ".NET reports only that TLS failed. The inner exception names the cause. Most often, "
            "the other side did not accept a certificate, or no TLS version is common to both."
        ),
    ),
    # Who ends on an exception of this kind had a certificate or a handshake that failed.
    *known(
        "untrusted refused-by-peer",
        "System.Security.Authentication.AuthenticationException",
        weight=ALERT - 15,
    ),
)

WINDOWS_RESULTS: Final = (*_results(), *DOTNET)
