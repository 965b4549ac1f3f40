"""Messages as programs print them, and the cause that must be named first."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, tuple[str, ...]]] = {
    "wrong-password": (
        "keytool error: java.io.IOException: Keystore was tampered with, or password was incorrect",
        "keytool error: java.io.IOException: keystore password was incorrect",
        "Mac verify error: invalid password?",
        (
            "curl: (58) could not parse PKCS12 file, check password, OpenSSL error "
            "error:11800071:PKCS12 routines::mac verify failure"
        ),
        "ValueError: Invalid password or PKCS12 data",
        "The specified network password is not correct.",
        "pkcs12: decryption password incorrect",
    ),
    "key-password": (
        "keytool error: java.security.UnrecoverableKeyException: Cannot recover key",
        (
            "java.security.UnrecoverableKeyException: Get Key failed: Given final block not "
            "properly padded. Such issues can arise if a bad key is used during decryption."
        ),
    ),
    "wrong-format": (
        "java.io.IOException: Invalid keystore format",
        "java.io.IOException: toDerInputStream rejects tag type 45",
        (
            "java.io.IOException: parseAlgParameters failed: ObjectIdentifier() -- data isn't an "
            "object ID (tag = 48)"
        ),
        (
            "java.io.IOException: Integrity check failed: java.security.NoSuchAlgorithmException: "
            "Algorithm HmacPBESHA256 not available"
        ),
        "keytool error: java.lang.Exception: Input not an X.509 certificate",
        "keytool error: java.lang.Exception: Failed to parse input",
        "Could not parse certificate: java.io.IOException: Incomplete data",
        "error:0909006C:PEM routines:get_name:no start line",
        "java.security.KeyStoreException: PKCS11 not found",
        "error:0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported",
        "tls: failed to find any PEM data in certificate input",
    ),
    "missing-intermediate": (
        "keytool error: java.lang.Exception: Failed to establish chain from reply",
        "verify error:num=21:unable to verify the first certificate",
        "Error: unable to verify the first certificate UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ),
    "key-mismatch": (
        "keytool error: java.lang.Exception: Public keys in reply and keystore don't match",
        (
            'nginx: [emerg] SSL_CTX_use_PrivateKey("/k.pem") failed (SSL: error:05800074:x509 '
            "certificate routines::key values mismatch)"
        ),
        "tls: private key does not match public key",
    ),
    "empty-trust-store": (
        (
            "java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be "
            "non-empty"
        ),
    ),
    "untrusted": (
        "400 The SSL certificate error",
        "unable to get local issuer (20)",
        (
            "sun.security.validator.ValidatorException: PKIX path building failed: "
            "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
            "certification path to requested target"
        ),
        "verify error:num=20:unable to get local issuer certificate",
        "verify error:num=18:self-signed certificate",
        (
            'psql: error: connection to server at "localhost" (127.0.0.1), port 5432 failed: SSL '
            "error: certificate verify failed"
        ),
        "curl: (60) SSL certificate problem: self-signed certificate in certificate chain",
        (
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
            "failed: unable to get local issuer certificate (_ssl.c:1000)"
        ),
        "x509: certificate signed by unknown authority",
        "NET::ERR_CERT_AUTHORITY_INVALID",
        "SEC_ERROR_UNKNOWN_ISSUER",
        (
            "The remote certificate is invalid because of errors in the certificate chain: "
            "PartialChain"
        ),
        "javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca",
        (
            "40E7:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:SSL alert "
            "number 48"
        ),
        (
            "java.security.cert.CertPathValidatorException: Path does not chain with any of the "
            "trust anchors"
        ),
        "Trust anchor for certification path not found.",
        (
            "2026/11/24 10:00:00 [info] 7#7: *1 client SSL certificate verify error: "
            "(18:self-signed certificate) while reading client request headers"
        ),
    ),
    "stale-certificate": (
        (
            "PKIX path validation failed: java.security.cert.CertPathValidatorException: signature "
            "check failed"
        ),
    ),
    "expired": (
        "expired certificate",
        "java.security.cert.CertificateExpiredException: NotAfter: Tue Jan 02 00:00:00 UTC 2024",
        "verify error:num=10:certificate has expired",
        (
            "x509: certificate has expired or is not yet valid: current time 2026-11-24T10:00:00Z "
            "is after 2024-01-01T00:00:00Z"
        ),
        "NET::ERR_CERT_DATE_INVALID",
        "Received fatal alert: certificate_expired",
        "curl: (60) SSL certificate problem: certificate has expired",
    ),
    "not-yet-valid": (
        (
            "java.security.cert.CertificateNotYetValidException: NotBefore: Fri Jan 01 00:00:00 "
            "UTC 2100"
        ),
        "verify error:num=9:certificate is not yet valid",
        "curl: (60) SSL certificate problem: certificate is not yet valid",
    ),
    "host-mismatch": (
        "javax.net.ssl.SSLPeerUnverifiedException: Hostname localhost not verified:",
        (
            "java.security.cert.CertificateException: No subject alternative DNS name matching "
            "api.example found."
        ),
        "java.security.cert.CertificateException: No name matching localhost found",
        "java.security.cert.CertificateException: No subject alternative names present",
        "curl: (60) SSL: no alternative certificate subject name matches target host name 'x'",
        "certificate verify failed: Hostname mismatch, certificate is not valid for 'x'.",
        "x509: certificate is valid for a.example, not b.example",
        "NET::ERR_CERT_COMMON_NAME_INVALID",
        "SSL_ERROR_BAD_CERT_DOMAIN",
        (
            'psql: error: connection to server at "127.0.0.1", port 5432 failed: server '
            'certificate for "localhost" does not match host name "127.0.0.1"'
        ),
        (
            "Hostname/IP does not match certificate's altnames: Host: a. is not in the cert's "
            "altnames: DNS:b ERR_TLS_CERT_ALTNAME_INVALID"
        ),
        (
            "javax.net.ssl.SSLPeerUnverifiedException: Certificate for <a> doesn't match any of "
            "the subject alternative names: [b]"
        ),
        "Remote certificate is invalid: RemoteCertificateNameMismatch",
    ),
    "wrong-purpose": (
        "Extended key usage does not permit use for TLS client authentication",
        "verify error:num=26:unsuitable certificate purpose",
        "x509: certificate specifies an incompatible key usage",
    ),
    "not-a-ca": (
        (
            "sun.security.validator.ValidatorException: TrustAnchor with subject CN=leaf is not a "
            "CA certificate"
        ),
        "verify error:num=79:invalid CA certificate",
    ),
    "path-length": ("verify error:num=25:path length constraint exceeded",),
    "name-constraint": ("verify error:num=47:permitted subtree violation",),
    "unknown-critical-extension": ("verify error:num=34:unhandled critical extension",),
    "revoked": (
        "verify error:num=23:certificate revoked",
        "Received fatal alert: certificate_revoked",
        "NET::ERR_CERT_REVOKED",
    ),
    "weak-signature": (
        (
            "java.security.cert.CertPathValidatorException: Algorithm constraints check failed on "
            "signature algorithm: MD5withRSA"
        ),
        "Certificates do not conform to algorithm constraints",
        "SSL_CTX_use_certificate:ca md too weak",
    ),
    "weak-key": (
        (
            "java.security.cert.CertPathValidatorException: Algorithm constraints check failed on "
            "keysize limits: RSA 512 bit key"
        ),
        "error:0A00018F:SSL routines::ee key too small",
    ),
    "tls-version": (
        "Received fatal alert: protocol_version",
        "SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:SSL alert number 70",
        (
            "The server selected protocol version TLS10 is not accepted by client "
            "preferences [TLS12] (server selected unsupported protocol version)"
        ),
        (
            "javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled or "
            "cipher suites are inappropriate)"
        ),
    ),
    "no-shared-algorithm": (
        "javax.net.ssl.SSLHandshakeException: No available authentication scheme",
        "javax.net.ssl.SSLHandshakeException: no cipher suites in common",
        "error:0A0000C1:SSL routines:tls_post_process_client_hello:no shared cipher",
        "Received fatal alert: handshake_failure",
    ),
    "no-identity": (
        "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED",
        "<center>No required SSL certificate was sent</center>",
        "SSL routines:tls_process_client_certificate:peer did not return a certificate",
        "Received fatal alert: certificate_required",
        "javax.net.ssl.SSLHandshakeException: Empty client certificate chain",
        "tls: client didn't provide a certificate",
        "ERR_BAD_SSL_CLIENT_AUTH_CERT",
        "the client answers with an empty Certificate message",
    ),
    "refused-by-peer": (
        "gnutls_handshake() failed: Certificate is bad",
        "schannel: next InitializeSecurityContext failed: SEC_E_ILLEGAL_MESSAGE (0x80090326)",
        "org.apache.kafka.common.errors.SslAuthenticationException: SSL handshake failed",
        "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate",
        "bad_certificate",
        "certificate_unknown",
        "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown",
        "remote error: tls: bad certificate",
        "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake",
        "curl: (35) Recv failure: Connection reset by peer",
    ),
    "not-tls": (
        "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message",
        "error:0A00010B:SSL routines:ssl3_get_record:wrong version number",
        "http: server gave HTTP response to HTTPS client",
        "<center>The plain HTTP request was sent to HTTPS port</center>",
        "SSL_ERROR_RX_RECORD_TOO_LONG",
    ),
    "timeout": (
        "java.net.SocketTimeoutException: Read timed out",
        "curl: (28) Operation timed out after 5000 milliseconds with 0 bytes received",
        "net/http: TLS handshake timeout",
    ),
    "unreachable": (
        "java.net.ConnectException: Connection refused (Connection refused)",
        "curl: (6) Could not resolve host: nowhere.invalid",
        "java.net.UnknownHostException: nowhere.invalid",
        "dial tcp: lookup nowhere.invalid: no such host",
    ),
}

HARMLESS: Final = (
    "",
    "Everything went well today.",
    "INFO Started Application in 2.1 seconds",
    "verify return code: 0 (ok)",
    "Certificate was added to keystore",
    "TLSv1.3, cipher TLS_AES_256_GCM_SHA384, server certificate verified",
    "The handshake has finished; 200 OK",
    "2026-11-24 10:00:00 GET /handshake/protocol 200",
    "Enter keystore password:",
    "NotAfter is a field of a certificate",
    "RFC 6066 adds the alert bad_certificate_status_response",
)
