"""What programs say of their own settings, and of a connection that is not as they require it.

Origins: the messages in the programs themselves: pgbouncer, PostgreSQL, OpenVPN, librdkafka,
Apache HTTP Server, HAProxy, nginx, Postfix, Dovecot, OpenLDAP, Squid, stunnel, hitch, rsyslog,
mutt, msmtp, FileZilla, WeeChat, Poco, FreeRDP, Qt.
"""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import (
    ONE_SIDE_WITHOUT_TLS,
    ONE_SIDE_WITHOUT_TLS_REMEDY,
)
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, family, known

_SETTING: Final = (
    "ssl[a-z0-9]*|m?tls[a-z0-9]*|https|starttls|stls|openssl|gnutls|frontend|vhost|listener|cert|"
    "certificate|certificates"
)

SETTINGS: Final = (
    *known(
        "no-identity wrong-format",
        """
        requires tls_key_file
        requires tls_cert_file
        requires * tls_key_file
        cert and key must both be specified
        must use them both
        either both certificate and key
        both certificate and key must be
        both certificate and key are required
        must contain at least a certificate and a private key
        must be set before key
        Certificate type was not specified
        certificates not configured, not loaded
        certificate file is not set
        certificate is not set
        certificate is not configured
        certificate not configured
        no certificate is defined
        no certificate defined
        no certfile
        no ssl_certificate is defined
        no server certificate
        no SSL certificate configured
        no TLS certificate configured
        no SSL configured
        No SSLHostConfig element was found
        no extra certs
        server required TLS certificate
        server requires a client certificate
        server requested a client certificate
        proxy_cert or proxy_cert_file given
        no credentials found for PSE
        Not accepted by client
        cert requires key
        key requires cert
        certificate without key
        No keystore configured
        No keystore specified
        No SSL Context available
        No SSLContext available
        SSL context is not configured
        SSLContext is not configured
        Problem setting TLS options
        keystore must be configured
        keystore location is required
        private key path is required
        private key is not configured
        """,
        near=_SETTING + "|key|pse|sso|jks|keystore|handshake",
        weight=LIKELY + 2,
    ),
    *known(
        "no-identity key-password",
        """
        private key file * must be owned by the database user or root
        private key file * has group or world access
        could not access private key file
        private key file * is not a regular file
        Invalid private keyfile * Not a file
        Unable to stat private keyfile
        key file * has incorrect permissions
        private key file * permissions
        """,
        weight=EXACT - 3,
        message=tr(
            "The program refuses to use the file with the private key: other accounts can read "
            "it, it belongs to another account, or it is not a file."
        ),
        remedy=tr(
            "Give the file to the account that the program runs as, and remove the access of "
            "all others (chmod 600)."
        ),
    ),
    *known(
        "empty-trust-store untrusted",
        """
        No server certificate verification method has been enabled
        You must define CA file (--ca)
        requires client_tls_ca_file
        requires tls_trust_file
        Unable to find any standard CA certificatepaths
        Setting client-verify-ca is required
        No client-verify-ca configured
        error loading client CA names
        failed to load CA
        Failed load CA
        Failed to use default CA paths
        unable to set CA-no-names file
        No CA certificate path
        no CA file configured
        without knowing which Certificate Authorities to trust
        no certificate store
        wrong verify/ca-file
        """,
        near=_SETTING + "|ca|cafile|ca certificates|verify",
        weight=LIKELY,
    ),
    # What programs advise where a certificate was not verified, whatever the reason.
    *known(
        "untrusted empty-trust-store",
        """
        is the ca-certificates package installed
        root CA certificates are installed
        install ca-certificates
        verify that ssl.ca.location is correctly configured
        """,
        weight=ALERT + 6,
    ),
    *known(
        "not-tls",
        """
        requires STARTTLS
        STARTTLS is required
        connection requires TLS
        TLS connection required
        SSL connection required
        a TLS session is required
        a secure connection is required
        secure connection required
        Require explicit FTP over TLS
        Require implicit FTP over TLS
        STLS not supported
        TLS requires LDAP version 3
        CLEARTEXT communication
        CLEARTEXT communication not permitted by network security policy
        has blocked a cleartext HTTP
        Cleartext HTTP traffic to * not permitted
        cleartext HTTP traffic
        ERR_CLEARTEXT_NOT_PERMITTED
        Transport encryption required
        SSL connection is required. Please specify SSL connection options
        received invalid response to SSL negotiation
        unexpected response to SSL negotiation
        server refused SSL
        server refused TLS
        server does not accept SSL
        Refusing STARTTLS request
        Refusing TLS service request
        Must be SSL enabled
        configured for unsecured HTTP
        unsecured HTTP connections
        insecure HTTP connections are not
        you normally need --ssl
        """,
        weight=LIKELY + 1,
        message=ONE_SIDE_WITHOUT_TLS,
        remedy=ONE_SIDE_WITHOUT_TLS_REMEDY,
    ),
    # The user that a client certificate identifies.
    *known(
        "untrusted refused-by-peer",
        """
        certificate identity not mapped
        certificate not mapped
        certificate is not mapped
        no user mapped to certificate
        certificate is not associated with a user
        certificate does not map to
        no mapping for certificate
        certificate is not authorized
        certificate not authorized
        certificate * not authorized to
        client certificate is not allowed
        """,
        near="client|user|identity|m?tls|ssl|subject",
        weight=LIKELY,
    ),
    *known(
        "host-mismatch refused-by-peer",
        """
        certificate CN * does not match expected
        certificate subject * does not match expected
        certificate identity * does not match expected
        does not match expected identity
        """,
        near="certificate|cert|m?tls",
        weight=EXACT - 4,
    ),
    *known(
        "no-identity host-mismatch wrong-purpose",
        """
        does not have an appropriate certificate
        does not have a suitable certificate
        no appropriate certificate
        no suitable certificate
        could not find an appropriate certificate
        certificate must have a CN matching the hostname
        """,
        weight=EXACT + 3,
    ),
    *known(
        "wrong-format",
        "certificate structure was incomplete\ncertificate structure is incomplete",
        weight=LIKELY,
    ),
    *known(
        "stale-certificate untrusted",
        """
        Invalid signature in Request
        Invalid signature in Response
        SAML * signature * invalid
        SAML * signature verification failed
        SAML * signature validation failed
        assertion signature * invalid
        Signature validation failed. SAML
        Signature cryptographic validation not successful
        Unable to verify the signature of the SAML
        signature trust establishment failed
        metadata signature * failed
        """,
        weight=LIKELY,
        message=tr(
            "The signature of a message does not fit the certificate that is stored for its "
            "sender: the sender signs with another key now, or the message was changed."
        ),
        remedy=tr(
            "Ask the sender for its current signing certificate, compare the fingerprint, and "
            "replace the stored certificate."
        ),
    ),
    *known(
        "revoked",
        """
        Responder Error: unauthorized
        Responder Error: tryLater
        Responder Error: internalError
        Responder Error: malformedRequest
        Responder Error: sigRequired
        Error querying OCSP responder
        Error checking revocation
        """,
        weight=LIKELY + 4,
    ),
    *known(
        "empty-trust-store",
        "Could not find a suitable TLS CA certificate bundle\nCA certificate bundle, invalid path",
        weight=EXACT + 4,
    ),
    # Redis’ protocol, of the first bytes of a handshake and of an alert.
    *known(
        "not-tls refused-by-peer",
        "Protocol error, got * x15 * as reply type byte\nProtocol error, got * x16 * as reply type byte",
        weight=LIKELY,
    ),
    *known(
        "host-mismatch",
        """
        Server certificate mismatch
        Server name not specified in certificate
        not present in server certificate
        no CN found in certificate
        No subjectAltNames and no valid common name in certificate
        cert has NO alt names
        X509 subject mismatch
        DN mismatch
        is not in peer certificate
        Invalid SNI
        SNI mismatch
        SNI * is invalid
        host name must be specified for a verified SSL connection
        client connected via TLS to SNI
        asked for certificate of server * which has no md config
        does not match the host header
        """,
        near=_SETTING + "|peer|x509|sni|tns|ora|[a-z]*ssl",
        weight=EXACT - 6,
    ),
    *known(
        "key-mismatch",
        """
        Decrypted private key/cert are not matched
        Private key failed verification
        Private key check failed
        check of private key failed
        private key verification failed
        """,
        weight=LIKELY + 4,
    ),
    *known(
        "key-password wrong-password",
        "private key password verification failed",
        weight=EXACT + 5,
    ),
    *known(
        "wrong-format",
        """
        file type P12 for private key not supported
        not supported file type for private key
        not supported file type * for certificate
        Certificate must be X.509
        file must start with a cert
        Could not convert private key
        Unable to convert private key
        unable to process private key
        Invalid certificate chain file
        Invalid cert chain file
        Invalid cert file
        Invalid certificate file
        """,
        weight=LIKELY,
    ),
    *known(
        "wrong-format wrong-password no-identity",
        """
        cannot read configured * keystore
        cannot read configured * truststore
        """,
        weight=LIKELY + 2,
    ),
    *known(
        "no-shared-algorithm tls-version",
        """
        Can't set cipher list
        Can't set ciphersuites
        negotiated cipher not allowed
        error setting cipher grade
        Cipher suite configuration failed
        missing selected ALPN property
        expands to * require_cipher
        invalid OpenSSL configuration command cipher
        """,
        near=_SETTING + "|cipher|ciphers|peer|alpn",
        weight=LIKELY,
    ),
    *known(
        "tls-version no-shared-algorithm",
        """
        SSLv2 is no longer supported
        SSLv3 is no longer supported
        may not support the client's requested TLS protocol versions
        invalid value * for maximum SSL protocol version
        disable_tlsv1_2
        min_version * must be
        """,
        near=_SETTING + "|sslv2|sslv3|tls_min_version",
        weight=LIKELY + 2,
    ),
    *known(
        "refused-by-peer",
        "session reuse required\nFTPS server rejects new SSL sessions in the data connection\n"
        "TLS session of data connection not resumed",
        near="ssl[a-z0-9]*|tls[a-z0-9]*|ftps",
        weight=ALERT,
        message=tr(
            "The FTP server requires that the data connection resume the TLS session of the "
            "control connection, and the client does not do that."
        ),
        remedy=tr(
            "Use a client that resumes TLS sessions, or turn the requirement off in the server "
            "(vsftpd: require_ssl_reuse=NO)."
        ),
    ),
    # Kafka, which tries its own settings with one another at the start.
    *known(
        "no-identity untrusted",
        "created with the provided settings can't connect",
        weight=ALERT,
    ),
    # Dovecot, of a client that hung up; and what runs a program that signs.
    *known(
        "refused-by-peer untrusted",
        """
        TLS handshaking: Connection closed
        TLS handshaking: Disconnected
        TLS handshaking: read * failed
        TLS handshaking: Connection reset
        """,
        weight=VAGUE + 4,
    ),
    *family(
        "no-identity wrong-password wrong-format",
        "command failed|exit code|exited with|returned non-zero|returncode",
        r" (?:command failed|exit code|exited with|returned non zero|return code) .{0,300} (?:osslsigncode|signtool|"
        r"codesign|jarsigner|apksigner|keytool|pk12util|certutil) ",
        weight=VAGUE - 6,
        message=tr(
            "The program that signs failed. Most often, it does not find the key pair, or the "
            "password of its file is wrong. The lines around this one name the cause."
        ),
        remedy=tr("Open the file with the key pair here to test its password."),
    ),
    # Java’s LDAP, which names no reason; port 636 is that of LDAP over TLS.
    *family(
        "untrusted refused-by-peer unreachable",
        "bind failed",
        r" simple bind failed .{0,200} (?:636|3269) ",
        weight=ALERT - 8,
    ),
)
