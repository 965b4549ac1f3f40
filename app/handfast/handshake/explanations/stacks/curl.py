"""What libcurl says of its results, and the names of verification flags that it passes on.

Origins: curl_easy_strerror; x509.h of Mbed TLS (BADCERT), which Unity has as UNITYTLS_X509VERIFY.
"""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, known

CURL: Final = (
    *known(
        "refused-by-peer no-shared-algorithm tls-version", "SSL connect error", weight=VAGUE + 3
    ),
    *known(
        "untrusted host-mismatch missing-intermediate expired",
        "SSL peer certificate or SSH remote key was not OK",
        weight=ALERT,
    ),
    *known(
        "no-identity key-password wrong-format",
        "Problem with the local SSL certificate",
        weight=LIKELY,
    ),
    *known("no-shared-algorithm", "Couldn't use specified SSL cipher", weight=EXACT - 6),
    *known("not-tls", "Requested SSL level failed", weight=LIKELY),
    *known(
        "empty-trust-store",
        "Problem with the SSL CA cert (path? access rights?)",
        weight=EXACT,
    ),
    *known("untrusted", "Issuer check against peer certificate failed", weight=EXACT - 6),
    *known(
        "revoked",
        "Failed to load CRL file (path? access rights?, format?)\nInvalid SSL certificate status\n"
        "server certificate status verification FAILED\nNo OCSP response received",
        weight=EXACT - 6,
    ),
    *known(
        "stale-certificate untrusted",
        "SSL public key does not match pinned public key\npublic key does not match pinned\n"
        "SSL public key does not matched pinned",
        weight=EXACT + 2,
    ),
    *known("no-identity", "SSL Client Certificate required", weight=EXACT),
    *known(
        "wrong-format",
        "SSL crypto engine not found\nCan not set SSL crypto engine as default\n"
        "Failed to initialise SSL crypto engine",
        weight=LIKELY,
    ),
    # Flags of a verification.
    *known(
        "untrusted missing-intermediate",
        "BADCERT_NOT_TRUSTED\nX509VERIFY_FLAG_NOT_TRUSTED\nBADCRL_NOT_TRUSTED",
        weight=EXACT,
    ),
    *known(
        "untrusted expired host-mismatch",
        "X509VERIFY_FLAG_UNKNOWN_ERROR\nX509VERIFY_FATAL_ERROR\nBADCERT_OTHER",
        weight=LIKELY,
    ),
    *known("expired clock", "BADCERT_EXPIRED\nX509VERIFY_FLAG_EXPIRED", weight=EXACT),
    *known("not-yet-valid clock", "BADCERT_FUTURE", weight=EXACT),
    *known("host-mismatch", "BADCERT_CN_MISMATCH\nX509VERIFY_FLAG_CN_MISMATCH", weight=EXACT),
    *known(
        "revoked",
        "BADCERT_REVOKED\nX509VERIFY_FLAG_REVOKED\nBADCRL_EXPIRED\nBADCRL_FUTURE",
        weight=EXACT,
    ),
    *known("no-identity", "BADCERT_MISSING", weight=EXACT),
    *known(
        "wrong-purpose",
        "BADCERT_KEY_USAGE\nBADCERT_EXT_KEY_USAGE\nBADCERT_NS_CERT_TYPE",
        weight=EXACT,
    ),
    *known("weak-signature", "BADCERT_BAD_MD", weight=EXACT),
    *known("weak-key", "BADCERT_BAD_KEY\nBADCERT_BAD_PK", weight=EXACT),
)
