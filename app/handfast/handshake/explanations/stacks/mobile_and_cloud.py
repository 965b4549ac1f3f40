"""What app stores, phones, code signing, certificate services, and clouds say.

Origins: the documentation and messages of Android’s package manager and build tools, Google Play,
Xcode, signtool, AWS Certificate Manager and API Gateway, Azure Key Vault and Application Gateway,
Google Cloud load balancers, ACME (RFC 8555), and Citrix.
"""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import ALIAS_TAKEN, ALIAS_TAKEN_REMEDY
from handfast.handshake.explanations.rule import EXACT, LIKELY, known, rules

MOBILE_AND_CLOUD: Final = (
    *known(
        "stale-certificate",
        """
        App Bundle is signed with the wrong key
        APK that is signed with a different certificate
        signed with a different certificate
        signatures do not match the previously installed version
        signatures do not match previously installed version
        INSTALL_FAILED_UPDATE_INCOMPATIBLE
        INSTALL_FAILED_SHARED_USER_INCOMPATIBLE
        INSTALL_PARSE_FAILED_INCONSISTENT_CERTIFICATES
        upload key does not match
        not signed with the upload certificate
        signed with the wrong key
        signed with a key that is also used
        You need to use the same certificate
        """,
        weight=LIKELY,
        message=tr(
            "The app or file is signed with a different key than the previous version, so the "
            "new signature is not accepted."
        ),
        remedy=tr(
            "Sign with the key pair whose certificate has the expected fingerprint: compare the "
            "fingerprints of the keystore’s entries here."
        ),
    ),
    *known(
        "no-identity",
        """
        INSTALL_PARSE_FAILED_NO_CERTIFICATES
        has no certificates at entry
        Failed to collect certificates from
        No signing certificate * found
        No code signing certificate
        No code signing identities found
        no identity found codesign
        no valid code signing certificates
        doesn't include signing certificate
        doesn't have a signing certificate
        You uploaded an APK that was not signed
        is not signed with an upload certificate
        Keystore file not set for signing config
        Keystore file * not found for signing config
        No certificates were found that met all the given criteria
        Multiple certificates were found that meet
        """,
        near="certificate|certificates|signed|codesign|signing|install|apk|identity|identities",
        weight=EXACT - 4,
    ),
    *known(
        "weak-signature weak-key",
        """
        unsupported signature algorithm SHA1
        unsupported signature algorithm MD5
        signed with a weak algorithm
        signature algorithm which is considered a security risk
        which is considered a security risk
        algorithm is considered a security risk
        signing key has a keysize * considered a security risk
        APK certificate * weak algorithm
        signed in debug mode
        """,
        near="certificate|certificates|truststore|jar|signature|key|keytool|jarsigner|apk|algorithm|rsa",
        weight=EXACT + 2,
    ),
    *known(
        "weak-key",
        """
        private key length is not supported
        key length is not supported
        Diffie-Hellman public key is too small
        Key is too short for this signature algorithm
        RSA keys must be at least
        RSA key is too small
        key size * must be at least 2048
        """,
        near="key|keys|rsa",
        weight=EXACT - 4,
    ),
    *known(
        "wrong-purpose",
        "extension does not support code signing\nnot valid for code signing\n"
        "certificate * cannot be used for signing",
        weight=LIKELY + 6,
    ),
    *known(
        "wrong-format no-identity",
        """
        Alias * has no certificate
        has no public key (certificate)
        Not X.509 certificate
        found non-X.509 certificate in signer's chain
        Cannot restore certchain from file specified
        File specified by -certchain does not exist
        Multiple certificate chains
        No such alias
        """,
        near="alias|mykey|keytool|jarsigner|certificate|certchain|keystore",
        weight=LIKELY,
    ),
    *known(
        "stale-certificate",
        "Key pair not generated, alias * already exists\nSecret Key not generated, alias * already exists\n"
        "Destination alias * already exists",
        weight=LIKELY,
        message=ALIAS_TAKEN,
        remedy=ALIAS_TAKEN_REMEDY,
    ),
    # The certificate services’ own names of errors (RFC 8555, section 6.7).
    *rules(
        "unreachable",
        ("acme:error:", "acme:error:(?:connection|dns)"),
        ("acme", "timed? ?out|timeout|no such host|nxdomain"),
        ("obtaining certificate", "timed? ?out|timeout"),
        weight=LIKELY - 6,
        message=tr(
            "The certificate authority could not reach this host or its DNS record to check that "
            "the name is yours, so it issued no certificate."
        ),
        remedy=tr(
            "Check that the name resolves to this host and that port 80 or 443 is open from the "
            "Internet, or use the DNS challenge."
        ),
    ),
    *rules(
        "host-mismatch",
        ("acme:error:", "acme:error:(?:unauthorized|caa|rejectedidentifier|incorrectresponse)"),
        weight=LIKELY - 6,
        message=tr(
            "The certificate authority did not accept the proof that the name is yours, so it "
            "issued no certificate."
        ),
        remedy=tr(
            "Check that the name’s DNS records lead to this host, and that the challenge is "
            "answered as the authority expects."
        ),
    ),
    *rules(
        "wrong-format",
        ("acme:error:", "acme:error:(?:badcsr|malformed|badpublickey|badsignaturealgorithm)"),
        weight=LIKELY - 6,
    ),
    *known(
        "untrusted",
        """
        You have not chosen to trust
        SSL Error 61
        root certificate of the server certificate used by the backend doesn't match
        Backend server certificate is not signed by a well-known
        did not trust this server's certificate
        """,
        near="ssl|certificate|security certificate|issuer",
        weight=LIKELY + 6,
    ),
    *known(
        "untrusted no-identity expired",
        "General SSLEngine problem\nGeneral OpenSslEngine problem\nGeneral SSLEngineImpl problem",
        weight=LIKELY - 35,
        message=tr(
            "Java reports only that TLS failed. The last “Caused by” in the log names the cause. "
            "Most often, the other side’s certificate is not trusted."
        ),
    ),
)
