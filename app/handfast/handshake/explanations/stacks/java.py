"""What Java's TLS, certificate paths, keystores, keytool, and jarsigner say; and Bouncy Castle.

Origins: the messages of sun.security.ssl, .validator, .provider.certpath, .x509, .pkcs12,
sun.security.provider.JavaKeyStore, java.security, and the resources of keytool and jarsigner.
"""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.meanings import REVOCATION_UNKNOWN, REVOCATION_UNKNOWN_REMEDY
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, known

JAVA: Final = (
    *known(
        "wrong-format",
        """
        DER input, Integer tag error
        DER input not an octet string
        DER input, not a sequence
        Sequence tag error
        Set of tag error
        Invalid number of padding bits
        Invalid encoding: redundant leading 0s
        Invalid encoding: zero length Int value
        Nested OctetString limit reached
        DerValue.getOctetString, not an Octet String
        DerValue.getOID, not an OID
        DerValue.getUTCTime, not a UtcTime
        DerValue.getGeneralizedTime, not a GeneralizedTime
        DerValue.getBigIntegerInternal, not expected
        DerInput.getLength()
        DerInputStream.getLength()
        Indefinite length encoding not supported
        Indefinite len conversion failed
        EOC does not have matching indefinite-length tag
        Short read of DER length
        Redundant length bytes found
        Should use short form for length
        Invalid lenByte
        Not enough length bytes
        signed overrun, bytes
        signed fields invalid
        signed fields overrun
        algid field overrun
        signature algorithm mismatch
        excess key data
        excess subject key
        unparsed keybits
        invalid key format
        Unable to decode key
        Unable to decode public key
        Could not create RSA private key
        X.509 Certificate is incomplete
        X.509 cert is incomplete
        Incorrect version, certificate version
        no more data allowed for version 1 certificate
        Extensions not allowed in v2 certificate
        Incomplete BER/DER data
        Header and footer do not match
        Multi octets tag not supported
        Could not parse certificate
        Unsupported encoding for certificate
        Cannot convert * to a certificate
        key is not encoded as EncryptedPrivateKeyInfo
        encrypted private key info * not supported
        Invalid PKCS12 keystore
        PKCS12 keystore version
        Unsupported PKCS12 format version
        Unsupported PKCS12 cert type
        Unsupported PKCS12 bag type
        public key protected PKCS12 not supported
        unsupported PKCS12 secret value type
        encountered non-Certificate
        Expecting a secretKeyFactory
        Unsupported private key algorithm
        Unrecognized keystore format
        Invalid keystore format
        Unrecognized KeyStore format
        Store base64 failed
        Not a PKCS#10 cert request
        Not a PKCS10 certificate request
        PKCS #10 cert request * invalid
        Cert reply * not in X509 format
        Error parsing X509 certificate
        unable to parse certificate
        failed to parse certificate
        malformed PEM data
        malformed sequence in RSA private key
        problem parsing PRIVATE KEY
        problem creating RSA private key
        unable to convert key pair
        unable to read encrypted data
        unknown object in stream
        Unable to find PEM
        DEF length * object truncated
        corrupted stream - out of bounds length
        unexpected end-of-contents marker
        stream is not a BC * keystore
        Wrong version of key store
        """,
        weight=LIKELY + 3,
    ),
    *known(
        "wrong-password wrong-format",
        """
        Keystore was tampered with
        keystore password was incorrect
        Password verification failed
        Failed PKCS12 integrity checking
        KeyStore integrity check failed
        PKCS12 key store mac invalid
        wrong password or corrupted file
        Could not decrypt data
        Unable to verify mac
        MAC algorithm requires parameters
        Keystore password must be at least 6 characters
        keystore password needs to be provided
        Enter keystore password: Enter
        Must provide keystore password
        keystore corrupted: incorrect password or corrupted data
        BCFKS KeyStore corrupted
        BCFKS KeyStore is corrupted
        If keystore is not password protected
        integrity check failed: java.security.InvalidKeyException
        """,
    ),
    *known(
        "key-password",
        """
        unable to read encrypted data * pad block
        unable to read encrypted data * bad padding
        Cannot recover key
        Get Key failed
        Private key not stored as PKCS
        Given final block not properly padded
        Key protection algorithm not found
        Could not decrypt key
        exception decrypting data
        unable to decrypt encrypted private key
        Different store and key passwords not supported
        key associated with * not a private key
        Key password cannot be null
        no password specified for decryption
        """,
    ),
    *known(
        "no-identity key-password ca-list-mismatch",
        """
        Empty client certificate chain
        Empty server certificate chain
        Empty client certificate list
        Client has no certificate
        No available client authentication scheme
        No available client certificate
        No X.509 certificate for client authentication
        No X.509 cert selected for
        Empty certificate chain
        null or zero-length certificate chain
        KeyMgr: no matching alias found
        No matching private key
        No private key to be installed
        alias name * does not identify a key entry
        does not exist in keystore
        Certificate chain not found for
        Signing certificate * not found
        must reference a valid KeyStore key entry
        TrustedCertEntry not supported
        no server certificate chain
        no certificate chain found
        """,
        weight=LIKELY + 8,
    ),
    *known(
        "key-mismatch",
        """
        Public keys in reply and keystore don't match
        Certificate reply and certificate in keystore are identical
        public key * private key * not match
        private key does not match
        Private key must be instance
        Cannot find matching private key
        """,
        weight=EXACT - 3,
    ),
    *known(
        "missing-intermediate chain-order",
        """
        Failed to establish chain from reply
        Incomplete certificate chain in reply
        Duplicate Certificate chain
        Certificate chain is not valid
        Certificate chain does not form
        """,
        weight=EXACT - 3,
    ),
    *known(
        "untrusted missing-intermediate stale-certificate",
        """
        PKIX path building failed
        PKIX path validation failed
        unable to find valid certification path
        Path does not chain with any of the trust anchors
        No trusted certificate found
        No trusted certificate
        certificate chain is not trusted
        Certificate chaining error
        CertificateMessage * not trusted
        subject/issuer name chaining check failed
        Untrusted certificate
        Certificate has been * distrusted
        TLS Server certificate issued after * and anchored by a distrusted
        Unable to construct a valid chain
        Couldn't verify the peer
        No issuer certificate for certificate in certification path found
        Trust anchor for certification path not found
        unable to process certificate
        """,
        weight=LIKELY,
    ),
    *known(
        "empty-trust-store untrusted",
        """
        the trustAnchors parameter must be non-empty
        at least one TrustAnchor must be specified
        no trust anchors
        keystore does not contain at least one trusted certificate entry
        Not available key store
        Inaccessible trust store
        No X509TrustManager
        no X509 trust manager found
        TrustManagerFactoryImpl is not initialized
        """,
        weight=EXACT - 3,
    ),
    *known(
        "stale-certificate untrusted",
        """
        signature check failed
        Signature does not match
        certificate does not verify with supplied key
        Signature was not verified
        No CRLs found * signature
        """,
        weight=LIKELY + 4,
    ),
    *known(
        "host-mismatch",
        """
        No subject alternative names
        No subject alternative DNS name matching
        No name matching
        No subject alternative names matching IP address
        Certificate domain name has illegal
        Illegal given domain name
        Illegal given hostname
        Hostname or IP address is undefined
        HTTPS hostname wrong
        Unrecognized server name indication
        Unrecognized server_name
        server certificate change is restricted during renegotiation
        """,
        weight=EXACT - 5,
    ),
    *known(
        "wrong-purpose",
        """
        End user tried to act as a CA
        Extended key usage does not
        KeyUsage does not allow
        Netscape cert type does not
        critical policy qualifiers present in certificate
        """,
        weight=EXACT - 4,
    ),
    *known(
        "weak-signature weak-key",
        """
        Certificates do not conform to algorithm constraints
        Certificates does not conform to algorithm constraints
        Algorithm constraints check failed
        constraints check failed on
        Usage constraint TLSServer
        denyAfter constraint check failed
        algorithm parameters constraint check
        """,
        weight=EXACT - 6,
    ),
    *known(
        "weak-key",
        """
        keysize limits
        keySize constraint check failed
        ServerKeyExchange does not comply to algorithm constraints
        DH key exchange does not comply to algorithm constraints
        Prime size must be multiple of 64
        RSA keys must be at least 512 bits
        """,
        weight=EXACT,
    ),
    *known(
        "tls-version",
        """
        No appropriate protocol
        The client supported protocol versions * are not accepted by server preferences
        The server selected protocol version * is not accepted by client preferences
        The server selected protocol version
        Server chose * but that protocol version is not enabled
        Client requested protocol * is not enabled or supported
        Remote host closed * unsupported protocol
        Unsupported SSL v2.0 ClientHello
        SSLv2Hello is disabled
        A potential protocol version downgrade attack
        Requested to negotiate unsupported SSLv2
        Not supported protocol version
        """,
        weight=EXACT - 3,
    ),
    *known(
        "no-shared-algorithm no-identity tls-version",
        """
        no cipher suites in common
        No available authentication scheme
        no negotiable cipher suite
        No supported cipher suite
        Unsupported CipherSuite
        No supported key exchange algorithm
        No available cipher suite
        Unsupported signature_algorithm
        Unsupported signature algorithm
        No preferred signature algorithm
        No supported CertificateVerify signature algorithm
        Unsupported signature algorithm * used in
        Server selected improper ciphersuite
        ServerHello does not contain
        No negotiated application protocol
        No matching application layer protocol values
        No selected application protocol value
        Invalid application_layer_protocol_negotiation
        UnsupportedNamedGroup
        Unsupported named group
        No common named group
        ECParameters * unsupported curve
        Unsupported EC curve
        """,
        weight=LIKELY,
    ),
    *known(
        "not-tls tls-version",
        """
        Unsupported or unrecognized SSL message
        Unrecognized SSL message, plaintext connection
        Unrecognized record version
        Invalid TLS record
        not an SSL/TLS record
        plaintext connection?
        may be talking to SSLv2
        Unknown record type
        Bad input record size
        """,
        weight=LIKELY,
    ),
    *known(
        "not-a-ca",
        """
        basic constraints check failed: this is not a CA certificate
        TrustAnchor with subject * is not a CA certificate
        CA key usage check failed
        """,
        weight=EXACT - 5,
    ),
    *known(
        "path-length",
        "pathLenConstraint violated\nViolated path length constraints\nmaximum path length exceeded",
        weight=EXACT,
    ),
    *known("name-constraint", "name constraints check failed", weight=EXACT),
    *known(
        "unknown-critical-extension",
        "unrecognized critical extension\nCertificate contains unsupported critical extensions",
        weight=EXACT,
    ),
    *known(
        "revoked",
        """
        Unable to determine revocation status
        Could not determine revocation status
        Certificate's revocation status is unknown
        Certificate does not specify OCSP responder
        Responder's certificate not valid for signing OCSP responses
        Responder's certificate is not authorized to sign OCSP responses
        Response is unreliable: its validity interval is out-of-date
        Unable to verify OCSP Responder's signature
        Error verifying OCSP Response's signature
        OCSP response error
        OCSP Response not OK
        Invalid OCSPResponse status
        Invalid status_request
        """,
        weight=LIKELY + 3,
        message=REVOCATION_UNKNOWN,
        remedy=REVOCATION_UNKNOWN_REMEDY,
    ),
    *known(
        "refused-by-peer untrusted no-identity",
        """
        Remote host terminated the handshake
        SSL peer shut down incorrectly
        closing inbound before receiving peer's close_notify
        The Finished message cannot be verified
        Unexpected handshake message
        Unexpected post-handshake message
        Unexpected Certificate handshake message
        Receiving application data before handshake complete
        Received close_notify during handshake
        Socket is closed handshake
        Insufficient buffer remaining for AEAD cipher fragment
        Invalid Alert message
        Illegal handshake message
        Unsafe renegotiation is not allowed
        Client initiated renegotiation is not allowed
        Extended Master Secret extension is required
        connection closed before TLS
        Internal TLS error, this could be an attack
        Connection has closed: javax.net.ssl
        """,
        weight=VAGUE + 6,
    ),
    # Bouncy Castle’s own names of alerts.
    *known(
        "untrusted missing-intermediate",
        "TlsFatalAlertReceived: unknown_ca\nTlsFatalAlert: unknown_ca",
        weight=LIKELY + 5,
    ),
    *known(
        "no-shared-algorithm no-identity",
        """
        TlsFatalAlert: handshake_failure
        TlsFatalAlertReceived: handshake_failure
        TlsFatalAlert: insufficient_security
        """,
        weight=LIKELY,
    ),
    *known(
        "refused-by-peer untrusted",
        """
        TlsFatalAlert: internal_error
        TlsFatalAlert: bad_certificate
        TlsFatalAlert: certificate_unknown
        TlsFatalAlertReceived: bad_certificate
        TlsFatalAlertReceived: certificate_unknown
        TlsNoCloseNotifyException
        """,
        weight=ALERT,
    ),
)
