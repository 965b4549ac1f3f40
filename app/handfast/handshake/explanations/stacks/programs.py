"""What servers, databases, brokers, VPNs, and mail programs say in their own words.

Origins: the messages in the programs themselves and in their manuals: Apache HTTP Server, HAProxy,
nginx, Postfix, Dovecot, Exim, PostgreSQL, MySQL, Redis, OpenLDAP, FreeRADIUS, OpenVPN, strongSwan,
Mosquitto, Zabbix, rsyslog, stunnel, MongoDB, Elasticsearch, Kafka, OPC UA, Kubernetes; and IBM MQ,
Db2, and GSKit, Oracle, SAP, and WebLogic by the codes in their messages.
"""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import (
    CAUSE_IN_NEXT_LINE,
    ONE_SIDE_WITHOUT_TLS,
    ONE_SIDE_WITHOUT_TLS_REMEDY,
    OWN_FILE_REMEDY,
)
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, known, rules

_IDENTITY: Final = "no-identity key-password wrong-format"
_LOADING: Final = "wrong-format no-identity key-password"
_OWN: Final = tr(
    "The program could not use its own certificate or private key: the file or entry is missing, "
    "the account that the program runs as cannot read it, it has another format, or its password "
    "is missing or wrong."
)

PROGRAMS: Final = (
    # Of the NSS database of a web server, and of wolfSSL where it does not name itself.
    *known("wrong-password no-identity", "could not authenticate to token"),
    *known(
        "wrong-password", "No password file * exists Invalid password\nNo password file * exists"
    ),
    *known("untrusted missing-intermediate", "ASN signer"),
    # Of the keys of IKE, and of Apache’s and OpenVPN’s own words.
    *known("no-shared-algorithm", "NO_PROPOSAL_CHOSEN"),
    *known("refused-by-peer no-identity untrusted", "AUTHENTICATION_FAILED notify"),
    *known(
        "stale-certificate key-mismatch untrusted",
        "signature validation failed",
        near="charon|ike|looking for another key|certificate|cert",
    ),
    *known("host-mismatch", "constraint check failed identity * required\nVERIFY X509NAME ERROR"),
    *known("not-tls", "HTTP spoken on HTTPS port"),
    *known("wrong-password", "NSS password is incorrect"),
    *known("empty-trust-store", "SSLCACertificateFile file * does not exist"),
    # Of apt, of Haskell’s tls, and of Qt (QAbstractSocket::SslHandshakeFailedError).
    *known("empty-trust-store", "No system certificates available"),
    *known("refused-by-peer no-shared-algorithm tls-version", "HandshakeFailed Error_EOF"),
    *known(
        "untrusted refused-by-peer host-mismatch", "SocketError 13", near="abstract|q", weight=ALERT
    ),
    # Of Bundler; of SignTool and others that ask for the time.
    *known(
        "untrusted missing-intermediate expired host-mismatch", "Bundler CertificateFailureError"
    ),
    *known(
        "unreachable timeout",
        """
        timestamp server either could not be reached
        timestamp server could not be reached
        timestamp server is unavailable
        could not reach the timestamp server
        cannot connect to the timestamp server
        timestamp request failed
        """,
    ),
    # Of Mono and of Unity before 2018, of whatever went wrong.
    *known(
        "refused-by-peer untrusted tls-version",
        "The authentication or decryption has failed",
        weight=ALERT,
    ),
    *known("refused-by-peer", "server hello empty\nempty server hello"),
    *known(
        "host-mismatch",
        "cert hostname not useable\ncertificate hostname not usable\nhostname not usable for server",
    ),
    # node-forge (lib/pki.js, lib/x509.js, lib/pkcs12.js).
    *known(
        "wrong-format",
        """
        ASN 1 object does not contain an RSAPrivateKey
        ASN 1 object does not contain an RSAPublicKey
        ASN 1 object is not an X 509v3 Certificate
        ASN 1 object is not a PKCS 10 CertificationRequest
        ASN 1 object is not an PKCS 12 PFX
        ASN 1 object is not a supported EncryptedPrivateKeyInfo
        Cannot read PKCS 12 PFX
        Too few bytes to parse DER
        Too few bytes to read ASN 1
        """,
    ),
    *known("wrong-password", "PKCS 12 MAC could not be verified"),
    # CUPS (http.h, printer-state-reasons).
    *known("expired", "cups pki expired"),
    *known(
        "untrusted expired stale-certificate",
        "cups pki invalid\ncups pki changed\n"
        "cups pki unknown\ncups certificate error\ncups certificate warning",
    ),
    *known(
        _LOADING,
        """
        Failed to configure certificate
        Failed to configure at least one certificate and key
        Failed to configure private key
        Failed to configure encrypted (?) private key
        Init: Unable to get the private key
        Init: Unable to get the certificate
        Init: Unable to read server certificate
        unable to load SSL certificate into SSL Context
        unable to load SSL private key into SSL Context
        unable to load chain certificate into SSL Context
        unable to load SSL private key from PEM file
        unable to load SSL certificate from PEM file
        unable to load private key from file
        cannot load certificate
        cannot load certificate key
        cannot get * certificate from file
        cannot get * private key from file
        Failed to acquire TLS certificate
        Failed to acquire TLS private key
        Failed to acquire SSL certificate
        Failed to acquire SSL private key
        Failed to set certificates to ssl object
        error setting certificate file
        unable to set client certificate
        unable to use client certificate
        could not load client certificate
        could not load PEM client certificate
        could not load server certificate file
        could not load private key file
        could not load TLS certificate
        could not use certificate
        could not use private key
        error adding our certificate
        Failed to load certificate
        Failed to load server certificate
        Failed to load client certificate
        Unable to load server certificate
        Unable to load server key file
        Unable to load client certificate
        Unable to use client certificate file
        Unable to use client key file
        Cannot load certificate file
        Cannot load private key file
        Cannot load inline certificate file
        Cannot load CA certificate file key
        Error loading certificate
        Error loading the certificate
        Error loading the key
        Error reading SSL certificate
        failed to load tls key pair
        failed to load tls certificate
        failed to load keypair
        failed to load X509 key pair
        failed to load key pair
        error loading X509 key pair
        unable to load X509 key pair
        couldn't load the certificate
        Couldn't read SSL certificate
        Couldn't parse private SSL key
        Can't load SSL certificate
        Can't load certificate
        Can't load SSL private key
        Couldn't initialize SSL context
        Couldn't initialize SSL server context
        Failed to initialize SSL server context
        Failed to initialize SSL context
        Failed initializing SSL context
        SSL context initialization failed
        TLS init def ctx failed
        could not initialize TLS context
        unable to initialize SSL context
        Failed to create SSL context
        error creating SSL context
        unable to get certificate from
        SSL error: Unable to get certificate
        SSL error: Unable to get private key
        SSL_CTX_use_certificate
        SSL_CTX_use_certificate_chain_file
        SSL_CTX_use_certificate_file
        SSL_CTX_use_PrivateKey_file
        use_certificate_chain_file
        use_certificate_file
        use_private_key_file
        use_rsa_private_key_file
        Error loading local certificate or private key
        opening * key file failed
        failed to load * private key
        failed to parse * private key
        Private key appears not to support
        error reading private key
        loading certificate failed
        loading private key failed
        loading * private key from * failed
        building CRED_PRIVATE_KEY
        building CRED_CERTIFICATE
        """,
        weight=ALERT - 1,
        message=_OWN,
        remedy=OWN_FILE_REMEDY,
    ),
    *known(
        "no-identity key-password",
        """
        no private key found for
        No Private Key found in
        Unable to retrieve certificate
        Oops, no * server certificate found
        unable to stat SSL certificate
        No server certs available
        No valid signing certificate configured
        Server presented no certificate
        Peer presented no certificate
        peer did not present a certificate
        No acceptable peer certificate available
        no certificate from peer
        no verified certificate
        No client-side authentication method is specified
        No SSL certificate provided by peer
        no SSL certificate provided by peer; connection rejected
        client certificate required but not provided
        connection requires a valid client certificate
        certificate authentication failed for user
        client certificate contains no user name
        Must provide certificate
        client did not send certificate
        the private key * was not found
        no tls certificate available
        Secret is not supplied by SDS
        certificate lookup error
        the server has asked for the client to provide credentials
        no such certificate
        certificate * not found in
        Could not load default TLS certificate
        Error fetching certificate
        Secret * does not contain * tls.crt
        Secret * no data or stringData
        Secret * webhook * tls * not found
        secret * tls * not found
        no server certificates
        unable to fetch associated secret
        configured private key is not accessible
        The key store * does not contain a key
        failed to load signer * does not contain a key
        missing required client certificate
        keyStore is not configured
        keystore * not configured
        keystore * is not set
        """,
        near="ssl[a-z0-9]*|m?tls[a-z0-9]*|certificate|cert|keystore|key store|secret|signer|ike|eap|"
        "client|vpn|private key|sds|server",
        weight=LIKELY - 2,
    ),
    *known(
        "not-tls",
        """
        SSL is required
        TLS is required
        SSL required
        requires SSL
        confidentiality required
        TLS required
        TLS confidentiality required
        stronger confidentiality required
        Connections using insecure transport are prohibited
        The server is configured to only allow SSL connections
        SSL is not enabled on the server
        SSL is required, but the server does not support it
        server does not support SSL, but SSL was required
        TLS is required, but was not offered
        TLS is not available due to local problem
        TLS not available
        TLS support is not enabled
        TLS engine not initialised
        Authentication not allowed until SSL/TLS is enabled
        Plaintext authentication not allowed
        Plaintext authentication disallowed on non-secure
        encryption required
        must issue a STARTTLS command first
        STARTTLS command * first
        Must start TLS first
        pg_hba.conf entry for host * no encryption
        pg_hba.conf entry for host * database * no encryption
        pg_hba.conf entry for host * SSL off
        pg_hba.conf entry for host * database * SSL off
        channel binding required, but SSL not in use
        client did not start TLS
        Invalid method in request * non-SSL port
        plain HTTP request was sent to HTTPS port
        Client sent plain text to
        did not offer STARTTLS
        does not support STARTTLS
        does not advertise STARTTLS
        Peer did not respond to TLS
        unencrypted connection
        unencrypted connections are not allowed
        HTTP specified in endpoints
        received plaintext http traffic on an https channel
        bad_header * GET
        InvalidReceiveException: Invalid receive (size = 369296129
        InvalidReceiveException: Invalid receive (size = 369296128
        InvalidReceiveException: Invalid receive (size = 1195725856
        Invalid receive (size = 1347375956
        connecting to a PLAINTEXT broker listener
        received plaintext traffic on an encrypted channel
        SSL/TLS request completed with plain
        SSL disabled on server
        SSL connections are not accepted
        Remote server does not require TLS
        """,
        weight=LIKELY + 1,
        message=ONE_SIDE_WITHOUT_TLS,
        remedy=ONE_SIDE_WITHOUT_TLS_REMEDY,
    ),
    *known(
        "host-mismatch",
        """
        certificate does NOT include an ID which matches the server name
        server certificate for * does not match host name
        could not get server's host name from server certificate
        unable to obtain common name from peer certificate
        unable to get CN from peer certificate
        unable to get subjectAltName from peer certificate
        hostname does not match CN in peer certificate
        Subject CN in certificate not server name
        Certificate CN * does not match specified value
        Domain match * not found
        Domain suffix match * not found
        certificate subject does not match
        certificate subject * did not match
        certificate issuer does not match
        peer name not authorized
        IP address in certificate does not match
        does not cover all domains
        not covered by cert
        is not in the certificate's
        certificate principal * does not match
        CN mismatch
        VERIFY X509NAME ERROR
        client certificate * principals
        certificate has principals
        Hostname * provided via SNI and hostname * provided via HTTP are different
        provided via SNI, but no hostname
        No matching SSL virtual host
        Misdirected Request
        The server sent a security certificate identifying
        """,
        near="ssl[a-z0-9]*|m?tls[a-z0-9]*|certificate|cert|sni|x509name|peer|openssl|san",
        weight=LIKELY + 6,
    ),
    *known(
        "key-mismatch",
        """
        certificate/key are inconsistent
        certificate and private key do not match
        inconsistencies between private key and certificate
        Private key does not match the certificate
        Private key does not certify public key
        Private key is not consistent with
        key and certificate don't match
        certificate and key don't match
        certificate and private key are not a pair
        private key not match
        certificate does not match private key
        no matching certificate found for private key
        """,
        weight=EXACT - 2,
    ),
    *known(
        "untrusted missing-intermediate",
        """
        no trusted certificate found
        no trusted RSA public key found
        no trusted ECDSA public key found
        no trusted public key found
        no RSA public key known for
        no trusted root
        issuer cacert not found
        X.509 certificate rejected
        no issuer certificate found for
        TLS: Unable to verify
        client certificate not trusted
        server certificate not trusted
        peer certificate not trusted
        BadCertificateUntrusted
        BadCertificateChainIncomplete
        BadCertificateIssuerUseNotAllowed
        BadSecurityChecksFailed
        Could not verify security on OpenSecureChannel request
        Client certificate signed by CA not known to server
        does not recognize the CA used to issue
        Certificate Verification: Error
        certificate is not trusted by
        Certification Authority * not recognized
        self-signed certificate * not in trust
        trust chain cannot be verified
        IDP_CERT * not trusted
        """,
        weight=LIKELY + 2,
    ),
    *known(
        "expired clock",
        "BadCertificateTimeInvalid\nBadCertificateIssuerTimeInvalid\n"
        "certificate invalid (valid from\npeer certificate invalid (valid from\n"
        "certificate is outside of its validity",
        weight=EXACT - 4,
    ),
    *known(
        "wrong-purpose",
        "BadCertificateUseNotAllowed\nVERIFY KU ERROR\nVERIFY EKU ERROR\n"
        "VERIFY nsCertType ERROR\nCertificate has key usage * expected one of\n"
        "unsuitable peer certificate purpose",
        weight=EXACT,
    ),
    *known(
        "host-mismatch", "BadCertificateHostNameInvalid\nBadCertificateUriInvalid", weight=EXACT
    ),
    *known(
        "revoked",
        "BadCertificateRevoked\nBadCertificateIssuerRevoked\n"
        "BadCertificateRevocationUnknown\nBadCertificateIssuerRevocationUnknown",
        weight=EXACT - 1,
    ),
    *known("weak-key weak-signature", "BadCertificatePolicyCheckFailed", weight=LIKELY),
    *known("wrong-format", "BadCertificateInvalid", weight=LIKELY),
    # Cloud services, of what was uploaded.
    *known(
        "wrong-format wrong-password",
        """
        certificate field contains more than one certificate
        You can specify only one certificate in this field
        The password is incorrect, or the certificate is not valid
        certificate content can not be read
        Check if certificate is in valid
        """,
        weight=LIKELY + 2,
    ),
    *known(
        "empty-trust-store untrusted",
        """
        Server authenticity is not verified since certificate path validation is not enabled
        certificate path validation is not enabled
        one of the options cacertfile or cacerts are required
        verify is enabled but no CA file specified
        unable to set CA file
        couldn't load CA
        Cannot load CA
        cannot load Certification Authority data
        could not load root certificate file
        could not use CA certificate
        no certificate loaded from CA certificate file
        Unable to configure verify locations
        Unable to determine list of acceptable CA certificates
        Failed to configure CA certificate chain
        Failed to load ca certificate
        no ssl_client_certificate for ssl_verify_client
        No CA certificates
        no acceptable CA list
        No CA files were read
        Can't load default CA locations
        Can't load CA certs
        Failed to configure CA certificate(s)
        Unable to load CA certificates
        Unable to load CA certificate
        Error: Unable to load CA certificates
        error setting certificate verify locations
        error adding trust anchors
        Starting in * requires specifying a certificate authority
        ca certificate file * not found
        An error encountered while to set root certificates location
        cannot initialize SSL verify with 'ca-file
        """,
        weight=LIKELY - 1,
    ),
    *known(
        "key-password wrong-password",
        """
        Private Key Password verification failed
        private key passphrase incorrect
        private key passphrase * incorrect
        private key password incorrect
        bad decrypt
        """,
        near="private|ssl key|pem|key file",
        weight=EXACT + 2,
    ),
    *known(
        "wrong-password key-password",
        """
        Apache:mod_ssl:Error: Pass phrase incorrect
        Pass phrase incorrect
        Init: Private key not found * pass phrase
        Failed to obtain key with alias * Wrong password
        keystore load: keystore password was incorrect
        MAC verification of PKCS#12 container failed
        Failed to decrypt PKCS#12
        password incorrect pkcs12
        Wrong pass phrase for private key
        """,
        near="mod ssl|ssl|private key|key|keystore|pkcs ?12|p12|container|pass ?phrase",
        weight=LIKELY + 6,
    ),
    *known(
        "wrong-format wrong-password no-identity",
        """
        The keystore properties are not valid
        The truststore properties are not valid
        keystore properties are invalid
        no valid keystore
        Keystore cannot be loaded
        IOError loading keyStore
        Error opening Key store
        Error loading keystore
        Failed to load keystore
        Could not load keystore
        Unable to load keystore
        unable to load key store
        could not load store from
        keystore load
        failed to initialize SSL * keystore
        failed to initialize a TrustManager for keystore
        failed to initialize SSL TrustManager
        """,
        weight=ALERT + 2,
    ),
    *known(
        "refused-by-peer untrusted no-identity",
        """
        TLS_ERROR: BIO read tls_read_plaintext error
        peer failed to perform TLS handshake
        TLS handshake failed
        SSL negotiation failed
        SSLHandshakeFailed
        SSL connection error
        SSL Exception: Error during handshake
        Error during handshake: failed to read data
        TLS Negotiation failure
        TLS key negotiation failed to occur
        TLS handshake failed within
        L6RSP
        upstream connect error * TLS error
        BadSecureChannelClosed
        tls_process_server
        lost connection after STARTTLS
        Cannot start TLS
        """,
        weight=VAGUE + 2,
    ),
    *known("untrusted missing-intermediate expired", "VERIFY ERROR: depth", weight=VAGUE + 8),
    # OpenVPN says so of everything that keeps a handshake from its end, a firewall most often.
    *known("unreachable timeout", "TLS key negotiation failed to occur within", weight=LIKELY + 12),
)

#: What the codes of large products mean, where the message says no more or in another language.
#: What GSKit returns, by the number that Db2 and others of IBM print (gskssl.h).
_GSKIT: Final = {
    "no-identity": "6|7|202|403|407|416|428",
    "wrong-password key-password": "106|201|408",
    "wrong-format no-identity": "102|103|404|405",
    "expired clock": "107|401",
    "untrusted missing-intermediate": "8|413|414|417|435",
    "no-shared-algorithm tls-version": "402|412|421|422",
    "refused-by-peer not-tls": "406|410|411|415|420",
    "revoked": "431|436",
}

PRODUCT_CODES: Final = (
    *rules(
        _IDENTITY,
        *(
            (code, "")
            for code in (
                "amq9627",
                "amq9629",
                "amq9645",
                "amq9657",
                "amq9660",
                "csqx637",
                "csqx642",
                "csqx645",
                "csqx684",
                "csqx685",
                "csqx686",
                "csqx688",
                "csqx689",
                "amq9655",
                "gsk_keyring_open_error",
                "gsk_err_no_private_key",
                "gsk_error_no_private_key",
                "gsk_err_permission_denied",
                "gsk_key_label_not_found",
                "gsk_err_keyring",
                "gsk_no_keyfile_password",
                "bea-090167",
                "bea-090168",
                "bea-090169",
                "bea-090171",
                "ora-28885",
                "ora-29223",
                "ssslerr_pse_error",
                "ssslerr_no_ssl_client_pse",
                "cwpki0024",
                "cwpki0807",
                "cwpki0812",
            )
        ),
        weight=LIKELY + 4,
    ),
    *rules(
        "untrusted missing-intermediate",
        *(
            (code, "")
            for code in (
                "csqx633",
                "csqx634",
                "csqx663",
                "gsk_err_self_signed",
                "gsk_error_self_signed",
                "gsk_err_unknown_ca",
                "gsk_error_unknown_ca",
                "gsk_err_cert_validation",
                "gsk_error_cert_validation",
                "gskval_error_no_chain_built",
                "gsk_err_bad_cert_sig",
                "ora-28791",
                "ora-28870",
                "ora-28868",
                "ora-29002",
                "ora-29005",
                "ora-29024",
                "ora-29248",
                "bea-090477",
                "bea-090508",
                "bea-090542",
                "cwpki0022",
                "cwpki0823",
                "ssslerr_peer_cert_untrusted",
                "icm_http_ssl_peer_cert_untrusted",
                "sqlnet: ora-29024",
            )
        ),
        weight=LIKELY + 2,
    ),
    *rules(
        "host-mismatch",
        *(
            (code, "")
            for code in (
                "amq9643",
                "csqx636",
                "csqx643",
                "csqx640",
                "ora-29003",
                "ora-24263",
                "bea-090504",
                "bea-090960",
                "ssslerr_server_cert_mismatch",
                "icm_http_ssl_cert_mismatch",
                "mqrc_ssl_peer_name",
                "cwpki0824",
            )
        ),
        weight=LIKELY + 6,
    ),
    *rules(
        "expired clock",
        ("amq9630", ""),
        ("csqx658", ""),
        ("ora-29048", ""),
        ("bea-090478", ""),
        ("bea-090154", ""),
        ("ssslerr_cert_expired", ""),
        ("icm_http_ssl_cert_expired", ""),
        weight=LIKELY + 6,
    ),
    *rules(
        "revoked",
        ("amq9666", ""),
        ("amq9716", "revocation|status|check"),
        ("csqx687", ""),
        ("mqrc_ssl_certificate_revoked", ""),
        ("mqrc_ocsp", ""),
        ("gsk_err_certificate_revoked", ""),
        ("gsk_error_certificate_revoked", ""),
        ("ora-28859", "revo"),
        weight=LIKELY + 6,
    ),
    *rules(
        "no-shared-algorithm tls-version",
        *(
            (code, "")
            for code in (
                "amq9639",
                "amq9620",
                "amq9719",
                "csqx630",
                "csqx631",
                "csqx635",
                "csqx639",
                "csqx641",
                "csqx629",
                "mqrc_unsupported_cipher_suite",
                "gsk_err_no_ciphers",
                "gsk_err_bad_v3_cipher",
                "gsk_error_bad_v3_cipher",
                "ora-28884",
                "ora-29039",
                "ora-12650",
                "ora-12660",
            )
        ),
        weight=LIKELY + 3,
    ),
    *rules(
        "wrong-format wrong-password no-identity",
        *(
            (code, "")
            for code in (
                "ora-28367",
                "ora-28353",
                "ora-29106",
                "ora-29113",
                "ora-28759",
                "amq9661",
                "amq9663",
                "mqrc_key_repository_error",
                "mqrc_ssl_cert_store_error",
                "csqx616",
                "gsk_err_bad_keyfile",
                "gsk_error_bad_keyfile_label",
                "gsk_err_asn",
            )
        ),
        weight=LIKELY + 1,
    ),
    *rules(
        "wrong-password",
        ("gsk_err_bad_keyfile_password", ""),
        ("gsk_err_bad_key_password", ""),
        ("ora-28353", "password"),
        ("amq9660", "password"),
        weight=LIKELY + 6,
    ),
    *rules("tls-version", ("ora-29019", ""), ("ora-28858", ""), weight=LIKELY),
    *(
        rule
        for codes, numbers in _GSKIT.items()
        for rule in rules(
            codes,
            (
                "specific error code",
                rf"sqlccssl[^\n]{{0,120}}error codes?[^0-9]{{1,12}}(?:{numbers})\b",
            ),
            ("gskit", rf"gskit[^\n]{{0,60}}(?:error|code|rc)[^0-9\n]{{1,20}}(?:{numbers})\b"),
            weight=LIKELY + 2,
        )
    ),
    # By the range of its number, the message is about TLS, whatever it says.
    *rules(
        "refused-by-peer untrusted no-identity",
        ("amq96", r"\bamq96\d\d"),
        ("amq97", r"\bamq97[0-4]\d"),
        ("csqx6", r"\bcsqx6[1-8]\d"),
        ("ora-288", r"\bora-28[78]\d\d"),
        ("ora-290", r"\bora-29[01]\d\d"),
        ("gsk_err", r"\bgsk_err(?:or)?_"),
        ("bea-090", r"\bbea-090[0-9]{3}"),
        ("cwpki0", r"\bcwpki0\d\d\d"),
        ("ssslerr_", ""),
        ("icm_http_ssl", ""),
        ("mqrc_ssl", ""),
        ("sql30081n", "socket|ssl|tls|gsk"),
        ("sqlccssl", ""),
        weight=VAGUE,
        message=CAUSE_IN_NEXT_LINE,
    ),
)
