"""The reasons of OpenSSL, LibreSSL, and BoringSSL, as sentences and as names.

Origins: the error tables of libssl and libcrypto (sslerr.h, x509err.h, pkcs12err.h, pemerr.h,
evperr.h, asn1err.h), X509_verify_cert_error_string, and BoringSSL's ssl.errordata.
"""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import (
    PROBE_TWICE_REMEDY,
    REVOCATION_UNKNOWN,
    REVOCATION_UNKNOWN_REMEDY,
)
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, known

_BROKEN: Final = tr(
    "The two TLS libraries could not understand each other: a message came damaged, out of order, "
    "or with a setting that the other side does not accept."
)
#: Whose reasons they are: OpenSSL’s own lines have “routines”, those of programs one of the others.
_NEAR: Final = (
    r"routines|[a-z]*ssl[a-z0-9]*|tls[a-z0-9]*|pem|asn ?1|x ?509|pkcs ?12|evp|decoder|certificate|"
    r"private key|depth lookup|handshake"
)

#: Programs that give no reason name the function that failed.
_FUNCTIONS: Final = (
    *known("key-mismatch no-identity", """
        ssl ctx check private key
        ssl check private key
        x509 check private key
        """, near="fail|failed|fails|error|failure", weight=ALERT + 6),
    *known("wrong-format no-identity key-password", """
        ssl ctx use certificate
        ssl ctx use certificate file
        ssl ctx use certificate chain file
        ssl ctx use privatekey
        ssl ctx use private key
        ssl ctx use private key file
        ssl ctx use privatekey file
        ssl ctx use rsaprivatekey file
        pem read bio privatekey
        pem read privatekey
        pem read x509
        pem read bio x509
        d2i x509
        """, near="fail|failed|fails|error|failure", weight=ALERT),
    *known("wrong-password wrong-format", "pkcs12 parse",
           near="fail|failed|fails|error|failure", weight=ALERT + 2),
    *known("empty-trust-store wrong-format", """
        ssl ctx load verify locations
        ssl ctx set default verify paths
        ssl ctx set default verify file
        ssl load client ca file
        x509 store load locations
        """, near="fail|failed|fails|error|failure", weight=ALERT + 2),
    *known("no-shared-algorithm", """
        ssl ctx set cipher list
        ssl ctx set ciphersuites
        ssl set cipher list
        ssl ctx set1 groups list
        ssl ctx set1 curves list
        """, near="fail|failed|fails|error|failure|invalid", weight=ALERT + 2),
    *known("untrusted expired host-mismatch", """
        ssl3 verify server cert
        cert verify callback 0
        """, weight=ALERT),
    *known("no-identity empty-trust-store", "bio new file", weight=VAGUE + 2),
    # The certificate of the responder that signed the answer.
    *known("untrusted missing-intermediate revoked", "ocsp basic verify certificate verify error"),
    *known("host-mismatch", "x509 check host",
           near="fail|failed|fails|error|failure|returned", weight=ALERT + 2),
    *known("untrusted expired host-mismatch", "ssl get verify result",
           near="fail|failed|fails|error|failure|returned", weight=VAGUE + 12),
)  # fmt: skip

OPENSSL: Final = (
    *_FUNCTIONS,
    *known(
        "no-identity key-password",
        """
        no certificate assigned
        no certificate set
        no private key assigned
        NO_PRIVATE_KEY_ASSIGNED
        NO_CERTIFICATE_SET
        cert cb error
        CERT_CB_ERROR
        missing rsa certificate
        missing dsa signing cert
        missing ecdsa signing cert
        missing rsa encrypting cert
        missing rsa signing cert
        unable to find certificate
        no certificates returned
        no certificate specified
        peer did not return a certificate
        PEER_DID_NOT_RETURN_A_CERTIFICATE
        certificate required
        no client cert method
        no client cert received
        no required ssl certificate was sent
        no required tls certificate was sent
        the server mode ssl must use a certificate with the associated private key
        """,
        near=_NEAR,
    ),
    *known(
        "key-mismatch",
        """
        key values mismatch
        key type mismatch
        no matching private key
        bad signature ssl
        no certificate matches private key
        CERTIFICATE_AND_PRIVATE_KEY_MISMATCH
        x509 certificate and private key do not match
        subject signature algorithm and issuer public key algorithm mismatch
        mixed private key and certificate
        """,
        near=_NEAR,
    ),
    *known(
        "no-shared-algorithm tls-version",
        """
        no shared cipher
        no shared cipher suite
        no shared group
        no shared groups
        no shared signature algorithms
        NO_COMMON_SIGNATURE_ALGORITHMS
        no suitable signature algorithm
        no suitable key share
        no suitable groups
        no suitable digest algorithm
        no ciphers available
        no ciphers specified
        no cipher match
        unknown cipher returned
        wrong cipher returned
        unsupported elliptic curve
        UNSUPPORTED_ELLIPTIC_CURVE
        unsupported compression algorithm
        no compression specified
        required cipher missing
        wrong signature type
        wrong curve
        wrong certificate type
        unknown certificate type
        unsupported signature algorithm
        NO_GROUPS_SPECIFIED
        bad key share
        missing tmp dh key
        missing tmp ecdh key
        missing sigalgs extension
        missing supported groups extension
        ecc cert not for signing
        unable to find ecdh parameters
        unable to find diffie hellman parameters
        invalid ssl ciphers
        peer signature algorithm unsupported
        """,
        near=_NEAR,
    ),
    *known(
        "no-shared-algorithm not-tls",
        """
        no application protocol
        NO_APPLICATION_PROTOCOL
        tlsv1 alert no application protocol
        invalid alpn protocol
        INVALID_ALPN_PROTOCOL
        no next protocol
        no protocol available alpn
        """,
        near=_NEAR,
        weight=LIKELY,
        message=tr(
            "The two sides have no application protocol (ALPN) in common, such as h2 or http/1.1."
        ),
        remedy=tr(
            "Configure both sides to offer a common application protocol, such as http/1.1, and "
            "check that the client speaks to the right port."
        ),
    ),
    *known(
        "tls-version",
        """
        no protocols available
        unsupported protocol
        unsupported ssl version
        unknown ssl version
        wrong ssl version
        inappropriate fallback
        version too low
        version too high
        tls version too low
        bad protocol version number
        TLSV1_ALERT_PROTOCOL_VERSION
        ssl 2 handshake failure
        """,
        near=_NEAR,
    ),
    *known(
        "not-tls tls-version",
        """
        https proxy request
        wrong version number
        WRONG_VERSION_NUMBER
        record too large
        record length mismatch
        encrypted length too long
        data length too long
        length too short
        bad record type
        unexpected record ssl
        """,
        near=_NEAR,
        weight=LIKELY + 1,
    ),
    *known(
        "weak-key",
        """
        ee key too small
        dh key too small
        ca key too small
        key size too small
        bad dh p length
        digest too big for rsa key
        dh p value too small
        modulus too small
        ee certificate key too weak
        ca certificate key too weak
        """,
        near=_NEAR,
    ),
    *known(
        "weak-signature weak-key",
        """
        ca md too weak
        ca signature digest algorithm too weak
        ca digest algorithm too weak
        ee digest too weak
        """,
        near=_NEAR,
    ),
    *known(
        "untrusted missing-intermediate expired",
        """
        certificate verify failed
        CERTIFICATE_VERIFY_FAILED
        application verification failure
        unspecified certificate verification error
        """,
        near=_NEAR,
        weight=ALERT - 9,
    ),
    *known(
        "revoked",
        """
        unable to decrypt CRL's signature
        format error in CRL's lastUpdate field
        format error in CRL's nextUpdate field
        different CRL scope
        no status available ocsp
        invalid status response
        unsupported status type
        crl already delta
        crl verify failure
        """,
        near=_NEAR,
        weight=LIKELY,
        message=REVOCATION_UNKNOWN,
        remedy=REVOCATION_UNKNOWN_REMEDY,
    ),
    *known(
        "chain-order missing-intermediate",
        "depth lookup path loop\nsubject issuer mismatch",
        weight=LIKELY,
    ),
    *known(
        "stale-certificate untrusted",
        """
        no matching dane tlsa records
        dane tlsa null data
        """,
        near=_NEAR,
        weight=LIKELY + 4,
        message=tr(
            "The certificate received is none of those that the domain’s DNS names (TLSA records "
            "of DANE): one of the two is out of date."
        ),
        remedy=tr(
            "Publish a TLSA record of the certificate in use, or install the certificate that the "
            "records name."
        ),
    ),
    *known(
        "wrong-password wrong-format",
        """
        mac verify failure
        MAC_VERIFY_FAILURE
        INCORRECT_PASSWORD
        mac verify error
        pkcs12 cipherfinal error
        pkcs12 pbe crypt error
        mac generation error
        """,
        near=_NEAR,
    ),
    *known(
        "key-password wrong-password",
        """
        bad password read
        problems getting password
        bad decrypt
        BAD_DECRYPT
        bad pkcs12 decrypt
        interrupted or cancelled
        no password supplied
        processing error pem
        """,
        near=_NEAR,
        weight=LIKELY + 6,
    ),
    *known(
        "wrong-format",
        """
        no start line
        NO_START_LINE
        bad base64 decode
        bad end line
        bad iv chars
        not dek info
        not encrypted pem
        not proc type
        short header
        problems getting pem
        unsupported cipher pem
        unsupported encryption
        expecting dss key blob
        expecting rsa key blob
        bad magic number
        bad version number
        unexpected dek iv
        expecting public key blob
        expecting private key blob
        inconsistent header
        keyblob header parse error
        keyblob too short
        pvk data too short
        no content pem
        wrong tag
        bad object header
        not enough data asn1
        header too long
        nested asn1 error
        NESTED_ASN1_ERROR
        decode error asn1
        expecting an asn1 sequence
        expecting an integer
        illegal object
        type not constructed
        type not primitive
        unexpected eoc
        invalid bmpstring length
        unsupported public key type
        unknown public key type
        unsupported private key algorithm
        private key decode error
        public key decode error
        unsupported algorithm evp
        unsupported key type
        unknown pbe algorithm
        unsupported pbe algorithm
        unsupported prf
        unsupported keylength
        unsupported salt type
        expecting an rsa key
        expecting an ec key
        expecting a dsa key
        keygen failure
        initialization error evp
        decode error pkcs12
        pkcs12 key gen error
        unknown digest algorithm
        contenttype not data
        invalid null argument pkcs12
        pkcs12 algor cipherinit error
        unsupported pkcs12 mode
        unsupported pkcs12 mac
        bad x509 filetype
        unsupported algorithm x509
        unknown key type
        loading defaults x509
        no cert set for us to verify
        invalid directory x509
        cert already in hash table
        no certificate or crl found
        ambiguous content type
        ui process interrupted or cancelled
        not a certificate
        not a crl
        not a key
        not a public key
        not a private key
        ambiguous data
        unsupported search type
        bad value asn1
        invalid digest
        bad certificate length
        certificate length mismatch
        x509 lib
        X509_LIB
        asn1 lib
        ASN1_LIB
        pem lib
        PEM_LIB
        """,
        near=_NEAR,
        weight=ALERT + 6,
    ),
    *known(
        "refused-by-peer no-shared-algorithm",
        """
        ssl handshake failure
        SSL_HANDSHAKE_FAILURE
        attempt to reuse session in different context
        session id context uninitialized
        old session cipher not returned
        old session compression algorithm not returned
        ssl session version mismatch
        ssl session id conflict
        ssl session id has bad length
        ssl session id callback failed
        unexpected message ssl
        unsolicited extension
        bad extension
        bad handshake length
        bad handshake state
        bad digest length
        bad ecpoint
        bad packet
        bad hello request
        excessive message size
        exceeds max fragment size
        error parsing extension
        ERROR_PARSING_EXTENSION
        parse tlsext
        PARSE_TLSEXT
        renegotiation mismatch
        renegotiation encoding err
        renegotiate ext too long
        unsafe legacy renegotiation disabled
        extended master secret not supported
        inconsistent extms
        scsv received when renegotiating
        block cipher pad is wrong
        ccs received early
        got a fin before a ccs
        got next proto before a ccs
        missing fatal
        missing psk kex modes extension
        not on record boundary
        mixed handshake and non handshake data
        no renegotiation
        not replacing certificate
        read bio not set
        read timeout expired
        required compression algorithm missing
        shutdown while in init
        sslv3 alert unexpected message
        sslv3 alert bad record mac
        sslv3 alert illegal parameter
        sslv3 alert decompression failure
        tlsv1 alert decode error
        tlsv1 alert decryption failed
        tlsv1 alert record overflow
        tlsv1 alert internal error
        tlsv1 alert user cancelled
        tlsv1 alert no renegotiation
        tlsv1 bad certificate hash value
        tlsv1 bad certificate status response
        tlsv1 certificate unobtainable
        tlsv1 unsupported extension
        tlsv13 alert missing extension
        too many warn alerts
        too much early data
        uninitialized ssl
        unexpected ccs message
        unexpected end of early data
        unknown alert type
        unknown command ssl
        tls illegal exporter label
        """,
        near=_NEAR,
        weight=VAGUE + 5,
        message=_BROKEN,
        remedy=PROBE_TWICE_REMEDY,
    ),
    *known(
        "host-mismatch",
        """
        hostname mismatch
        ip address mismatch
        email address mismatch
        callback failed sni
        clienthello tlsext
        bad servername
        ssl3 ext invalid servername
        ssl3 ext invalid servername type
        tlsv1 unrecognized name
        """,
        near=_NEAR,
        weight=LIKELY + 2,
    ),
    *known(
        "wrong-format not-a-ca",
        """
        subject name empty
        no explicit policy
        proxy subject name violation
        RFC 3779 resource not subset of parent's resources
        issuer name empty
        unsupported or invalid name syntax
        unsupported extension feature
        suite b certificate version invalid
        cert info signature and signature algorithm mismatch
        certificate verification * invalid policy extension
        """,
        near=_NEAR,
        weight=LIKELY,
    ),
    *known("no-shared-algorithm", "suite b curve not allowed\nsuite b cannot sign", weight=EXACT),
)
