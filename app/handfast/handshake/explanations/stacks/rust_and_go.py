"""What rustls and webpki, and Go's crypto/tls and crypto/x509 say.

Origins: rustls/src/error.rs, webpki/src/error.rs; src/crypto/tls and src/crypto/x509 of Go.
"""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, known, rules

_RUST: Final = "rustls|webpki|invalid ?certificate|invalid peer certificate|tls|cert|certificate"

RUST_AND_GO: Final = (
    # Of a handshake that a proxy or an old program disturbed; Erlang’s options of other versions.
    *known(
        "refused-by-peer key-mismatch",
        "DecryptError",
        near="reqwest|hyper|tokio|tonic|rustls|invalid data",
        weight=ALERT,
    ),
    # Of strongSwan, whose own key does not sign.
    *known(
        "no-identity key-mismatch no-shared-algorithm", "authentication of * myself with * failed"
    ),
    *known("tls-version", "options * versions", near="sslv3|tlsv1", weight=LIKELY),
    *known("expired clock", "CertExpired\nCertificateExpired", weight=EXACT),
    *known("not-yet-valid clock", "CertNotValidYet", weight=EXACT),
    *known(
        "host-mismatch",
        "CertNotValidForName\nNotValidForName\nNotValidForNameContext\n"
        "PresentedIdentifier\nServerNameMismatch",
        weight=EXACT,
    ),
    *known(
        "not-a-ca",
        "CaUsedAsEndEntity\nEndEntityUsedAsCa\nIssuerNotCrlSigner",
        weight=EXACT,
    ),
    *known("path-length", "PathLenConstraintViolated", weight=EXACT),
    *known(
        "name-constraint",
        "NameConstraintViolation\nMalformedNameConstraint\nInvalidNetworkMaskConstraint",
        weight=EXACT,
    ),
    *known(
        "wrong-purpose",
        "RequiredEkuNotFound\nRequiredEkuNotFoundContext\nInvalidPurpose",
        weight=EXACT,
    ),
    *known(
        "unknown-critical-extension",
        "UnsupportedCriticalExtension\nUnhandledCriticalExtension",
        weight=EXACT,
    ),
    *known(
        "revoked",
        """
        UnknownRevocationStatus
        ExpiredRevocationList
        InvalidCrlSignatureForPublicKey
        UnsupportedCrlVersion
        UnsupportedIndirectCrl
        UnsupportedDeltaCrl
        """,
        weight=EXACT - 4,
    ),
    *known("stale-certificate untrusted", "InvalidSignatureForPublicKey", weight=EXACT),
    *known(
        "weak-signature no-shared-algorithm",
        """
        UnsupportedSignatureAlgorithmForPublicKey
        UnsupportedSignatureAlgorithm
        UnsupportedSignatureAlgorithmContext
        SignatureAlgorithmMismatch
        """,
        near=_RUST,
        weight=LIKELY + 6,
    ),
    *known(
        "wrong-format",
        """
        BadDer
        BadDerTime
        ExtensionValueInvalid
        InvalidCertValidity
        InvalidSerialNumber
        MalformedExtensions
        MalformedDnsIdentifier
        UnsupportedCertVersion
        TrailingData
        BadEncoding
        no certificates found in pem
        no private key found in pem
        private key is invalid
        failed to parse private key
        """,
        near=_RUST,
        weight=LIKELY + 2,
    ),
    *known(
        "untrusted missing-intermediate",
        "UnknownIssuer\nApplicationVerificationFailure\nMaximumSignatureChecksExceeded",
        weight=LIKELY + 4,
    ),
    *known(
        "empty-trust-store",
        """
        no valid native root CA certificates found
        no native root CA certificates found
        NoRootAnchors
        no root anchors were provided
        webpki roots not found
        could not load platform certs
        """,
        weight=EXACT,
    ),
    *known(
        "no-identity",
        "NoCertificatesPresented\npeer sent no certificates\nno server certificate chain resolved",
        near=_RUST + "|peer|server",
        weight=EXACT - 3,
    ),
    *known(
        "no-shared-algorithm tls-version",
        """
        NoCipherSuitesInCommon
        NoSignatureSchemesInCommon
        NoKxGroupsInCommon
        NoApplicationProtocol
        peer is incompatible
        PeerIncompatible
        no protocols in common rustls
        NamedGroupsInCommon
        """,
        near=_RUST + "|peer",
        weight=LIKELY + 3,
    ),
    *known(
        "tls-version",
        """
        ServerDoesNotSupportTls12Or13
        ServerTlsVersionIsDisabled
        Tls12NotOffered
        Tls13RequiredForQuic
        SupportedVersionsExtensionRequired
        Tls12NotOfferedOrEnabled
        """,
        weight=EXACT,
    ),
    *known(
        "key-mismatch",
        "InconsistentKeys\nkeys may not be consistent\nKeyMismatch",
        near=_RUST,
        weight=EXACT,
    ),
    *known(
        "refused-by-peer untrusted",
        """
        peer misbehaved
        PeerMisbehaved
        InappropriateMessage
        InappropriateHandshakeMessage
        received corrupt message
        received unexpected message
        cannot decrypt peer's message
        peer closed connection without sending TLS close_notify
        """,
        near=_RUST + "|peer|message",
        weight=VAGUE + 5,
    ),
    # Go.
    *known(
        "untrusted missing-intermediate stale-certificate",
        """
        x509: certificate signed by unknown authority
        x509: failed to load system roots
        x509: certificate is not trusted
        x509: no valid chains
        x509: no valid chains built
        x509: too many certificates
        x509: certificate has no issuers
        x509: signature check attempts limit reached
        """,
        weight=LIKELY + 4,
    ),
    *known(
        "empty-trust-store", "x509: failed to load system roots and no roots provided", weight=EXACT
    ),
    *known(
        "host-mismatch",
        """
        x509: certificate is not valid for any names
        x509: certificate is valid for * not
        x509: cannot validate certificate for
        x509: cannot parse dnsName
        x509: certificate relies on legacy Common Name
        tls: either ServerName or InsecureSkipVerify must be specified
        """,
        weight=EXACT - 2,
    ),
    *known(
        "not-a-ca",
        """
        x509: invalid signature: parent certificate cannot sign this kind of certificate
        x509: certificate is not authorized to sign other certificates
        """,
        weight=EXACT,
    ),
    *known(
        "name-constraint",
        "x509: a root or intermediate certificate is not authorized to sign\n"
        "x509: issuer has name constraints but leaf\nx509: name constraint",
        weight=EXACT,
    ),
    *known("wrong-purpose", "x509: certificate specifies an incompatible key usage", weight=EXACT),
    *known("unknown-critical-extension", "x509: unhandled critical extension", weight=EXACT),
    *known(
        "chain-order",
        "x509: issuer name does not match subject from issuing certificate",
        weight=EXACT,
    ),
    *known("weak-signature", "x509: cannot verify signature: insecure algorithm", weight=EXACT),
    *known(
        "weak-key",
        "tls: server sent certificate containing RSA key larger than\n"
        "x509: RSA key\ntls: RSA key size too small for supported signature algorithms\n"
        "crypto/rsa: * insecure",
        weight=LIKELY,
    ),
    *known(
        "wrong-password key-password",
        """
        x509: decryption password incorrect
        pkcs12: decryption password incorrect
        x509: no DEK-Info header in block
        pkcs12: decryption error
        """,
        weight=EXACT,
    ),
    *known(
        "wrong-format",
        """
        x509: malformed
        x509: invalid
        x509: failed to parse private key
        x509: failed to parse EC private key
        x509: unsupported elliptic curve
        x509: unknown public key algorithm
        x509: unknown elliptic curve
        x509: cannot verify signature: algorithm unimplemented
        x509: negative serial number
        x509: serial number too long
        x509: trailing data
        x509: internal error
        x509: zero or negative RSA modulus
        x509: invalid version
        x509: PKCS#8 wrapping contained private key with unknown algorithm
        x509: certificate contains duplicate extensions
        tls: failed to find any PEM data
        tls: failed to find certificate PEM data
        tls: failed to find PEM block
        tls: failed to parse private key
        tls: failed to parse certificate
        tls: found a certificate rather than a key
        tls: found unknown private key type
        tls: unknown public key algorithm
        pkcs12: error reading P12 data
        pkcs12: expected exactly two safe bags
        pkcs12: expected exactly two items
        pkcs12: unknown digest algorithm
        pkcs12: algorithm * is not supported
        unable to parse bytes as PEM block
        asn1: structure error
        asn1: syntax error
        """,
        weight=LIKELY + 2,
    ),
    *known(
        "key-mismatch",
        "tls: private key does not match public key\n"
        "tls: private key type does not match public key type",
        weight=EXACT,
    ),
    # Of the smallstep and Mozilla packages for PKCS#7.
    *known("clock not-yet-valid expired", "signing time * outside of certificate validity"),
    # net/http, of a server that closed the connection before it answered anything.
    *rules(
        "refused-by-peer unreachable not-tls",
        ("eof", r"\b(?:get|post|put|head|delete) \\*\"https://[^\n\"]{1,300}\": eof"),
        weight=ALERT - 5,
    ),
    *known(
        "no-identity",
        """
        tls: neither Certificates, GetCertificate, nor GetConfigForClient set in Config
        tls: no certificates configured
        tls: client didn't provide a certificate
        tls: certificate required
        no tls.Certificate available
        tls: first argument to Server
        tls: unsupported certificate: private key
        tls: certificate private key of type * does not implement
        private key does not implement crypto Signer
        private key does not implement crypto Decrypter
        does not implement crypto.Signer
        """,
        weight=EXACT - 2,
    ),
    *known(
        "no-shared-algorithm",
        """
        tls: no cipher suite supported by both client and server
        tls: client doesn't support any cipher suites compatible with
        tls: no supported elliptic curves offered
        tls: no supported key exchange
        tls: no ECDHE curve supported by both client and server
        tls: peer doesn't support any of the certificate's signature algorithms
        tls: server chose an unconfigured cipher suite
        tls: server selected unsupported curve
        tls: server selected unsupported group
        tls: client used the legacy version field
        tls: client requested unsupported application protocols
        tls: server advertised unrequested ALPN extension
        tls: unsupported signature algorithm
        tls: peer doesn't support any common signature algorithms
        """,
        weight=EXACT - 5,
    ),
    *known(
        "tls-version",
        """
        tls: client offered only unsupported versions
        tls: server selected unsupported protocol version
        tls: protocol version not supported
        tls: no supported versions satisfy MinVersion and MaxVersion
        tls: client offered an unsupported, maximum protocol version
        tls: downgrade attempt detected
        tls: received record with version
        """,
        weight=EXACT - 5,
    ),
    *known(
        "not-tls",
        """
        tls: first record does not look like a TLS handshake
        http: server gave HTTP response to HTTPS client
        client sent an HTTP request to an HTTPS server
        tls: oversized record received
        tls: unsupported SSLv2 handshake received
        """,
        weight=LIKELY + 2,
    ),
    *known(
        "stale-certificate key-mismatch",
        "tls: invalid signature by the client certificate\n"
        "tls: invalid signature by the server certificate",
        weight=LIKELY,
    ),
    *known(
        "refused-by-peer",
        """
        tls: unexpected message
        tls: received unexpected handshake message
        tls: handshake has not yet been performed
        tls: handshake did not verify certificate chain
        tls: use of closed connection
        tls: internal error
        tls: bad record MAC
        tls: error decoding message
        tls: error decrypting message
        tls: illegal parameter
        tls: too many
        tls: server's identity changed during renegotiation
        tls: missing ServerKeyExchange message
        tls: handshake failure
        """,
        weight=VAGUE + 5,
    ),
)
