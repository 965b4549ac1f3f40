"""Messages about whom somebody trusts, and about the CAs above a certificate."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, rules

TRUST: Final = (
    *rules(
        "empty-trust-store untrusted",
        "the trustanchors parameter must be non-empty",
        "trustanchors parameter must be non-empty",
        "no trusted certificate found",
        "trust store is empty",
        "truststore is empty",
        "ssl_ctx_set_default_verify_paths",
        (
            "unable to load",
            "(?:unable to|cannot|could not|failed to) load (?:the )?(?:trusted )?ca (?:cert|file|bundle|crt)",
        ),
        "error setting default verify locations",
        weight=EXACT + 2,
    ),
    *rules("untrusted missing-intermediate", "certificate invalid: signer not found", weight=EXACT),
    *rules(
        "stale-certificate untrusted",
        "signature check failed",
        "signature does not match.",
        "certificate signature failure",
        "x509: certificate signed by unknown authority (possibly because of",
        "authority and subject key identifier mismatch",
        "authority and issuer serial number mismatch",
        "unable to decrypt certificate's signature",
        weight=EXACT + 1,
        message=tr(
            "The trust store contains a certificate with the issuer’s name but another key: the "
            "issuer was renewed, or two CAs have the same name."
        ),
        remedy=tr(
            "Import the issuer’s current certificate into the trust store, replacing the old one."
        ),
    ),
    # What GnuTLS says first of every certificate that it refuses, whatever the reason.
    *rules(
        "untrusted missing-intermediate expired",
        ("is not trusted", "certificate of [^\n]{0,200} is not trusted"),
        "server certificate verification failed",
        # How programs on GnuTLS sum it up.
        "peer cert untrusted or revoked",
        ("error in the certificate", "handshake|tls|gnutls"),
        "peer's certificate is not trusted",
        weight=ALERT + 8,
    ),
    # OpenSSL’s summary; where the program prints no more, the reason stays open.
    *rules(
        "untrusted missing-intermediate expired host-mismatch wrong-purpose",
        "certificate verify failed",
        weight=ALERT - 10,
    ),
    *rules(
        "untrusted missing-intermediate stale-certificate",
        "unable to find valid certification path",
        "pkix path building failed",
        "path does not chain with any of the trust anchors",
        "no trusted certificate chain",
        "unable to get local issuer",
        "unable to get issuer certificate",
        "unable to get certificate issuer",
        "verify error:num=20",
        "verify error:num=2:",
        "verify return code: 20",
        "verify return code: 2 ",
        "err_cert_authority_invalid",
        "err_insecure_response",
        "sec_error_unknown_issuer",
        "sec_error_untrusted_issuer",
        "sec_error_ca_cert_invalid",
        "certificate signed by unknown authority",
        "x509certificate: certificate chain is not trusted",
        "net::err_cert_authority_invalid",
        "a certificate chain could not be built to a trusted root authority",
        "a certificate chain processed, but terminated in a root certificate which is not trusted",
        "certificate chain was issued by an authority that is not trusted",
        "remotecertificatechainerrors",
        "partialchain",
        "untrustedroot",
        "cert_e_untrustedroot",
        "could not establish trust relationship for the ssl/tls",
        "peer certificate cannot be authenticated with given ca",
        "ssl certificate problem: unable to get",
        "self-signed certificate in certificate chain",
        "self signed certificate in certificate chain",
        "self_signed_cert_in_chain",
        "unable_to_get_issuer_cert_locally",
        "certpathbuilderexception",
        "trust anchor for certification path not found",
        "mozilla_pkix_error_self_signed_cert",
        "issuer is not trusted",
        "unknownissuer",
        "peer's certificate issuer is not recognized",
        "the certificate issuer is unknown",
        "certificate is not trusted",
        "unknown certificate authority",
        "untrusted certificate",
        "certificate not trusted",
        "no trusted root",
        "certificate could not be validated",
        "the certificate hasn't got a known issuer",
        "certificate verification failed: issuer",
        ("certificate rejected", "verify|error 28"),
        ("certificate", "certificate (?:chain )?is not (?:in the|in)[^\n]{0,30} trust ?store"),
        weight=LIKELY + 5,
    ),
    # These report a certificate that a trust store lacks, not a missing file.
    *rules(
        "untrusted missing-intermediate",
        (
            "not ",
            (
                "\\b(?:issuer|signer|trust anchor|certificate)\\b[^\n]{0,120} not (?:be )?(?:found|present|trusted|"
                "available|contained)[^\n]{0,12} (?:in|by)[^\n]{0,40}(?:trust ?store|trust store|cacerts)"
            ),
        ),
        ("issuer", "\\bissuer[^\n]{0,40} not (?:be )?found"),
        weight=EXACT + 5,
    ),
    # Node says so too where no certificate was sent.
    *rules(
        "untrusted no-identity missing-intermediate",
        ("unable_to_get_issuer_cert", "unable_to_get_issuer_cert(?!_locally)"),
        weight=LIKELY + 5,
    ),
    *rules(
        "untrusted",
        "depth_zero_self_signed_cert",
        (
            "self-signed certificate",
            "(?<!creating a )(?<!generating a )(?<!generate a )self-signed",
        ),
        "self signed certificate",
        "verify error:num=18",
        "verify error:num=19",
        "verify return code: 18",
        "verify return code: 19",
        "certificate is self-signed",
        weight=LIKELY + 4,
        message=tr(
            "The certificate, or the root of its chain, is self-signed and is not in the trust "
            "store that was used."
        ),
        remedy=tr("Compare its fingerprint with its owner, then import it into that trust store."),
    ),
    *rules(
        "missing-intermediate untrusted stale-certificate",
        "unable to verify the first certificate",
        "unable to verify leaf signature",
        "unable_to_verify_leaf_signature",
        "verify error:num=21",
        "verify return code: 21",
        "incomplete certificate chain",
        "certificate chain is incomplete",
        "chain is incomplete",
        "missing intermediate",
        "extra download",
        weight=EXACT - 5,
        side="server",
    ),
    *rules(
        "not-a-ca untrusted",
        ("is not a ca certificate", ""),
        "invalid ca certificate",
        "basic constraints check failed: this is not a ca",
        "basic constraints check failed: pathlenconstraint is",
        "this is not a ca certificate",
        "parent certificate cannot sign this kind of certificate",
        "keyusage does not allow key cert",
        "mozilla_pkix_error_ca_cert_used_as_end_entity",
        "sec_error_ca_cert_invalid",
        "issuercannotsign",
        "endentityusedasca",
        "key usage does not include certificate signing",
        "certificate is not a ca",
        "invalid non-ca certificate",
        "path length invalid for non-ca cert",
        "path length given without key usage",
        "keycertsign invalid for non-ca cert",
        "basic constraints of ca cert not marked critical",
        "ca cert does not include key usage",
        "keyusage does not allow certificate signing",
        "ca key usage check failed",
        ("basicconstraints", "missing|no basicconstraints|not a ca"),
        weight=EXACT + 1,
    ),
    *rules(
        "path-length",
        "path length constraint exceeded",
        "basic constraints check failed: pathlenconstraint violated",
        "pathlenconstraint violated",
        "path length constraint violated",
        "too many intermediates for path length constraint",
        "sec_error_path_len_constraint_invalid",
        "pathlenconstraintviolated",
        "certificate chain too long",
        weight=EXACT + 3,
    ),
    *rules(
        "name-constraint",
        "name constraints violation",
        "permitted subtree violation",
        "excluded subtree violation",
        "nameconstraint",
        "name constraints check failed",
        "is not permitted by any constraint",
        "is excluded by constraint",
        "name constraints minimum and maximum not supported",
        "unsupported name constraint type",
        "unsupported or invalid name constraint syntax",
        "err_cert_name_constraint_violation",
        "cert_not_in_name_space",
        "subject name is not from a permitted subtree",
        "hasnotpermittednameconstraint",
        weight=EXACT + 2,
    ),
    # GnuTLS has one sentence for both.
    *rules(
        "path-length name-constraint",
        "violates the signer's constraints",
        weight=EXACT + 1,
    ),
    *rules(
        "unknown-critical-extension",
        "unhandled critical extension",
        "unrecognized critical extension",
        "unsupported critical extension",
        "critical extension that is not supported",
        "sec_error_unknown_critical_extension",
        "unsupportedcriticalextension",
        "contains unsupported critical",
        weight=EXACT + 2,
    ),
    *rules(
        "revoked",
        "certificate revoked",
        "certificate has been revoked",
        "certificate is revoked",
        "certificaterevokedexception",
        "certificate_revoked",
        "err_cert_revoked",
        "sec_error_revoked_certificate",
        "crypt_e_revoked",
        "certificate was revoked",
        "verify error:num=23",
        "certrevoked",
        weight=EXACT + 2,
    ),
    *rules(
        "revoked",
        "unable to get certificate crl",
        "could not determine revocation status",
        "unable to determine revocation status",
        "undeterminedrevocationstatus",
        "crypt_e_revocation_offline",
        "crypt_e_no_revocation_check",
        "revocation function was unable to check revocation",
        "revocationstatusunknown",
        "crl has expired",
        "crl is not yet valid",
        "crl signature failure",
        "unable to get crl issuer certificate",
        "crl path validation error",
        "ocsp verification needed",
        "ocsp verification failed",
        "ocsp unknown cert",
        "unable to check revocation",
        weight=LIKELY + 1,
        message=tr(
            "The checking side requires a revocation check and cannot complete it: the CA’s "
            "revocation list or OCSP service is unreachable, missing, or out of date."
        ),
        remedy=tr(
            "Allow that side to reach the CA’s CRL or OCSP address, or provide a current "
            "revocation list."
        ),
    ),
    # What Python 3.13 and “openssl verify -x509_strict” look at, and others do not.
    *rules(
        "wrong-format not-a-ca",
        "missing authority key identifier",
        "missing subject key identifier",
        "empty subject alternative name extension",
        "subject empty and subject alt name extension not critical",
        "authority key identifier marked critical",
        "subject key identifier marked critical",
        "using cert extension requires at least x509v3",
        "issuer name empty",
        "invalid or inconsistent certificate extension",
        ("format error in certificate's not", ""),
        weight=EXACT,
        message=tr(
            "The certificate breaks a rule of RFC 5280. Strict programs, such as Python 3.13, "
            "reject it, while others still accept it."
        ),
        remedy=tr(
            "Have the certificate reissued by a CA that follows RFC 5280. Until then, the only "
            "workaround is to configure the checking program to be less strict (Python: "
            "VERIFY_X509_STRICT)."
        ),
    ),
)
