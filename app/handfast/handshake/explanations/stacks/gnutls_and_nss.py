"""What GnuTLS and NSS (Firefox, certutil, curl on older systems) say.

Origins: gnutls_strerror and gnutls_certificate_verification_status_print; SSLerrs.h and SECerrs.h.
"""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, known

_GNUTLS: Final = "gnutls[a-z]*|fatal error|tls|ssl|certificate|handshake"
_NSS: Final = "ssl|tls|peer|certificate|cert|certutil|nss|pkcs|pk12util|sec|crl|ocsp"

GNUTLS_AND_NSS: Final = (
    *known(
        "no-shared-algorithm tls-version",
        """
        Could not negotiate a supported cipher suite
        Could not negotiate a supported compression method
        No supported cipher suites have been found
        No supported compression algorithms have been found
        The cipher type is unsupported
        An algorithm that is not enabled was negotiated
        No common application protocol could be negotiated
        No common key share with peer
        One of the involved algorithms has insufficient security level
        The curve is unsupported
        No temporary RSA parameters were found
        No temporary DH parameters were found
        No or insufficient priorities were set
        The signature is incompatible with the public key
        """,
        near=_GNUTLS,
        weight=EXACT - 5,
    ),
    *known(
        "weak-key",
        "The Diffie-Hellman prime sent by the server is not acceptable",
        weight=EXACT,
    ),
    *known(
        "tls-version",
        "A packet with illegal or unsupported version was received",
        weight=EXACT,
    ),
    *known(
        "not-tls tls-version",
        """
        An unexpected TLS packet was received
        A TLS record packet with invalid length was received
        A TLS packet with unexpected length was received
        An unexpected TLS handshake packet was received
        """,
        weight=LIKELY - 4,
    ),
    *known(
        "no-identity key-password",
        """
        No certificate was found
        The peer did not send any certificate
        Certificate is required
        Insufficient credentials for that request
        Could not find a matching key
        """,
        near=_GNUTLS,
        weight=LIKELY + 6,
    ),
    *known(
        "host-mismatch",
        """
        A disallowed SNI server name has been received
        The SNI host name not recognised
        The name in the certificate does not match the expected
        The certificate's owner does not match hostname
        certificate hostname does not match
        """,
        weight=EXACT - 4,
    ),
    *known(
        "key-mismatch wrong-format",
        "The certificate and the given key do not match",
        weight=EXACT,
    ),
    *known(
        "key-mismatch refused-by-peer untrusted",
        "Public key signature verification has failed",
        near=_GNUTLS,
        weight=LIKELY + 2,
    ),
    *known(
        "stale-certificate untrusted",
        """
        public key hash does not match provided pin
        The signature in the certificate is invalid
        The certificate's signature * invalid
        """,
        near=_GNUTLS + "|pin",
        weight=LIKELY + 2,
    ),
    *known(
        "key-password wrong-password",
        """
        Decryption has failed
        The given password contains invalid characters
        Error in provided password for key
        """,
        near="gnutls[a-z]*|key|pkcs|p12|certtool|importing",
        weight=LIKELY,
    ),
    *known(
        "wrong-format",
        """
        ASN1 parser: Error in DER parsing
        ASN1 parser: Error in TAG
        ASN1 parser: Element was not found
        ASN1 parser: Syntax error
        ASN1 parser: Error in type
        Base64 decoding error
        Base64 unexpected header error
        The PKCS structure's content type is unknown
        The PKCS structure's bag type is unknown
        Error in parsing
        The OID is not supported
        The public key is invalid
        The public key parameters are invalid
        Failed to import the key into store
        Error while reading file
        Unsupported version of certificate
        """,
        near="gnutls[a-z]*|fatal error|certtool|asn1|certificate|key|pkcs|crl|base64",
        weight=LIKELY,
    ),
    *known(
        "untrusted missing-intermediate expired",
        """
        Could not authenticate peer
        Error in the certificate verification
        Error in the certificate
        """,
        near=_GNUTLS,
        weight=ALERT,
    ),
    *known(
        "name-constraint",
        "CIDR name constraint is malformed\nSome constraint limits were reached",
        near=_GNUTLS,
        weight=LIKELY,
    ),
    *known(
        "refused-by-peer no-shared-algorithm",
        """
        Peer has terminated the connection
        An illegal parameter has been received
        An illegal parameter was found
        Rehandshake was requested by the peer
        Safe renegotiation failed
        Unsafe renegotiation denied
        The specified session has been invalidated for some reason
        Too many empty record packets have been received
        Channel binding data not available
        Re-authentication was requested by the peer
        The TLS connection was non-properly terminated
        """,
        near=_GNUTLS,
        weight=VAGUE + 5,
    ),
    # NSS.
    *known(
        "untrusted missing-intermediate",
        """
        No certificate authority is trusted for SSL client authentication
        The signer's certificate could not be found
        Unable to communicate securely with peer: peers's certificate was rejected
        Peer's Certificate issuer is not recognized
        Peer's certificate has been marked as not trusted
        Certificate issuer is not trusted
        Cert chain fails policy validation
        Could not find * issuer
        """,
        near=_NSS,
        weight=LIKELY + 6,
    ),
    *known(
        "no-identity key-password ca-list-mismatch",
        """
        The private key for this certificate cannot be found in key database
        SSL peer could not obtain your certificate from the supplied URL
        Unable to export. Private Key could not be located
        Unable to export. Unable to locate certificate or key by nickname
        could not find certificate named
        The key database is in an old, unsupported format
        The operation failed because the PKCS#11 token is not logged in
        No slot or token was selected
        The security card or token does not exist
        Unable to find the certificate or key necessary for authentication
        """,
        near=_NSS + "|key|token|certificate|find",
        weight=LIKELY + 7,
    ),
    *known(
        "host-mismatch",
        "SSL peer has no certificate for the requested DNS name\n"
        "requested domain name does not match the server's certificate",
        weight=EXACT,
    ),
    *known(
        "stale-certificate untrusted",
        """
        Peer's certificate has an invalid signature
        issuer's certificate * invalid signature
        SSL peer reported bad certificate hash value
        You are attempting to import a cert with the same issuer/serial as an existing cert
        same issuer/serial
        """,
        near=_NSS,
        weight=LIKELY + 5,
    ),
    *known(
        "revoked",
        "The KRL for this site's certificate\nNo KRL for this site's certificate",
        weight=LIKELY,
    ),
    *known(
        "wrong-format",
        """
        Certificate extension value is invalid
        Bad information access location in cert extension
        security library: improperly formatted DER-encoded message
        security library: bad database
        security library: invalid arguments
        The certificate/key database is in an old, unsupported format
        Unable to import. Decoding failed
        Unable to import. File structure is corrupt
        Unable to import. Encryption algorithm not supported
        Unable to import. File not supported
        Not a PKCS #12 file
        PKCS12 decode not verified
        PKCS12 decode import bags failed
        """,
        near=_NSS + "|library|import|database",
        weight=LIKELY + 3,
    ),
    *known(
        "wrong-password wrong-format",
        """
        Unable to import. MAC algorithm not supported
        Unable to import. Invalid MAC. Incorrect password or corrupt file
        Unable to import. Incorrect password
        PKCS12 decode * password
        """,
        weight=EXACT - 4,
    ),
    *known(
        "refused-by-peer untrusted no-identity",
        """
        SSL peer cannot verify your certificate
        SSL peer rejected your certificate
        Peer received a valid certificate, but access was denied
        SSL received an unexpected
        SSL received a malformed
        SSL peer was not expecting a handshake message it received
        SSL peer reported an internal error
        SSL peer has closed this connection
        Peer reports failure of signature verification or key exchange
        SSL had an error performing key exchange
        PR_END_OF_FILE_ERROR
        """,
        weight=VAGUE + 6,
    ),
    *known(
        "weak-key",
        "SSL received a weak ephemeral Diffie-Hellman key\nSSL_ERROR_WEAK_SERVER_EPHEMERAL_DH_KEY\n"
        "SSL_ERROR_WEAK_SERVER_CERT_KEY\nMOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE\n"
        "The server uses key pinning",
        weight=LIKELY + 6,
    ),
    *known(
        "not-a-ca",
        """
        MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY
        MOZILLA_PKIX_ERROR_V1_CERT_USED_AS_CA
        SEC_ERROR_CA_CERT_INVALID
        SEC_ERROR_CERT_NOT_IN_NAME_SPACE signer
        The Certifying Authority for this certificate is not permitted
        """,
        weight=EXACT,
    ),
    *known(
        "stale-certificate untrusted",
        """
        MOZILLA_PKIX_ERROR_KEY_PINNING_FAILURE
        MOZILLA_PKIX_ERROR_MITM_DETECTED
        SEC_ERROR_REUSED_ISSUER_AND_SERIAL
        SEC_ERROR_BAD_SIGNATURE
        """,
        weight=LIKELY + 6,
    ),
    *known(
        "expired clock not-yet-valid",
        "MOZILLA_PKIX_ERROR_NOT_YET_VALID_ISSUER_CERTIFICATE\n"
        "MOZILLA_PKIX_ERROR_VALIDITY_TOO_LONG\nSEC_ERROR_INVALID_TIME",
        weight=LIKELY,
    ),
    *known(
        "wrong-format",
        """
        MOZILLA_PKIX_ERROR_EMPTY_ISSUER_NAME
        MOZILLA_PKIX_ERROR_INVALID_INTEGER_ENCODING
        SEC_ERROR_BAD_DER
        SEC_ERROR_EXTENSION_VALUE_INVALID
        SEC_ERROR_UNSUPPORTED_KEYALG
        SEC_ERROR_INVALID_KEY
        """,
        weight=LIKELY,
    ),
    # What gnutls_certificate_verification_status_print adds to “The certificate is NOT trusted”.
    *known(
        "revoked",
        """
        certificate chain is revoked
        revocation or OCSP data are old
        revocation or OCSP data are issued with a future date
        the OCSP status is missing
        received OCSP status response is invalid
        """,
        weight=EXACT,
    ),
    *known("unknown-critical-extension", "contains an unknown critical extension", weight=EXACT),
    *known("not-a-ca", "certificate issuer is not a CA", weight=EXACT),
    *known(
        "stale-certificate untrusted", "signature in the certificate is invalid", weight=EXACT - 8
    ),
    *known(
        "host-mismatch untrusted",
        "owner of the certificate is not the expected one",
        weight=EXACT,
    ),
    # The names of GnuTLS’ errors, where a program prints no text.
    *known(
        "no-shared-algorithm tls-version",
        """
        GNUTLS_E_NO_APPLICATION_PROTOCOL
        GNUTLS_E_NO_COMMON_KEY_SHARE
        GNUTLS_E_UNWANTED_ALGORITHM
        GNUTLS_E_NO_PRIORITIES_WERE_SET
        GNUTLS_E_NO_TEMPORARY_DH_PARAMS
        GNUTLS_E_UNKNOWN_PK_ALGORITHM
        GNUTLS_E_INCOMPATIBLE_SIG_WITH_KEY
        GNUTLS_E_INCOMPAT_DSA_KEY_WITH_TLS_PROTOCOL
        """,
    ),
    *known("weak-key", "GNUTLS_E_DH_PRIME_UNACCEPTABLE"),
    *known("tls-version", "GNUTLS_E_UNSUPPORTED_VERSION_PACKET"),
    *known(
        "not-tls tls-version",
        "GNUTLS_E_UNEXPECTED_PACKET\nGNUTLS_E_UNEXPECTED_PACKET_LENGTH\nGNUTLS_E_RECORD_OVERFLOW",
        weight=LIKELY - 4,
    ),
    *known(
        "wrong-format",
        """
        GNUTLS_E_KEY_IMPORT_FAILED
        GNUTLS_E_PK_INVALID_PRIVKEY
        GNUTLS_E_PRIVKEY_VERIFICATION_ERROR
        GNUTLS_E_UNKNOWN_PKCS_BAG_TYPE
        GNUTLS_E_UNKNOWN_PKCS_CONTENT_TYPE
        GNUTLS_E_X509_UNSUPPORTED_EXTENSION
        GNUTLS_E_X509_DUPLICATE_EXTENSION
        GNUTLS_E_X509_UNKNOWN_SAN
        """,
        weight=LIKELY,
    ),
    *known(
        "wrong-password key-password",
        "GNUTLS_E_MAC_VERIFY_FAILED\nGNUTLS_E_INVALID_PASSWORD\nGNUTLS_E_INVALID_PASSWORD_STRING\n"
        "GNUTLS_E_DECRYPTION_FAILED\nGNUTLS_E_TPM_KEY_PASSWORD_ERROR",
        weight=LIKELY,
    ),
    *known(
        "no-identity",
        "GNUTLS_E_INSUFFICIENT_CREDENTIALS\nGNUTLS_E_FILE_ERROR\n"
        "GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE",
        weight=LIKELY,
    ),
    *known(
        "chain-order",
        "GNUTLS_E_CERTIFICATE_LIST_UNSORTED\nlist is not sorted (in subject to issuer order)",
    ),
    *known("host-mismatch", "GNUTLS_E_RECEIVED_DISALLOWED_NAME"),
    *known("revoked", "GNUTLS_E_OCSP_MISMATCH_WITH_CERTS\nGNUTLS_E_NO_CERTIFICATE_STATUS"),
    *known("stale-certificate untrusted", "GNUTLS_E_PK_SIG_VERIFY_FAILED", weight=LIKELY),
    *known("timeout", "GNUTLS_E_TIMEDOUT"),
    *known(
        "refused-by-peer",
        """
        GNUTLS_E_PREMATURE_TERMINATION
        GNUTLS_E_PULL_ERROR
        GNUTLS_E_PUSH_ERROR
        GNUTLS_E_SESSION_EOF
        Peer has terminated the connection
        A TLS warning alert has been received
        """,
        near="gnutls[a-z]*|tls|ssl",
        weight=VAGUE + 3,
    ),
)
