"""Certificates that Java cannot even read: one of them keeps it from opening the whole keystore.

Tried with keytool of JDK 17. Its answer is “keystore password was incorrect” or “Failed to parse
input”, which leads people astray.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.keys import curve_of
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.checks.findings import Finding
from handfast.services.describe.oid_names import named
from handfast.services.paths.judging import early_extensions, has_early_extensions
from handfast.services.paths.strength import EXPLICIT_CURVE

if TYPE_CHECKING:
    from handfast.core.certificate import Certificate

_SUBJECT_ALTERNATIVE_NAME: Final = "2.5.29.17"
#: Those that Java takes apart; another one may hold anything (sun.security.x509.OIDMap).
_PARSED_BY_JAVA: Final = frozenset(
    ("2.5.29.14", "2.5.29.15", "2.5.29.16", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.30",
     "2.5.29.31", "2.5.29.32", "2.5.29.33", "2.5.29.35", "2.5.29.36", "2.5.29.37", "2.5.29.46",
     "2.5.29.54", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.11", "2.16.840.1.113730.1.1")
)  # fmt: skip
#: A name without any part, as it is encoded; and the kinds of fields that a written-out curve has.
_EMPTY_NAME: Final = b"0\x00"
_CURVE_FIELDS: Final = (bytes.fromhex("06072a8648ce3d0101"), bytes.fromhex("06072a8648ce3d0102"))


def java_refusal(certificate: Certificate) -> str:
    """Why Java cannot read a certificate, as a sentence; empty where it can."""
    if certificate.parsed is None:
        return ""
    if certificate.issuer_der == _EMPTY_NAME:
        return tr("It names no issuer.")
    if certificate.subject_der == _EMPTY_NAME:
        trouble = _nameless(certificate)
        if trouble:
            return trouble
    if has_early_extensions(certificate):
        return early_extensions(certificate)
    # Looked for in the bytes first: this runs ten thousand times.
    if any(field in certificate.der for field in _CURVE_FIELDS) and (
        curve_of(certificate.raw_public_key_der) == EXPLICIT_CURVE
    ):
        return tr(
            "The curve of its key is specified by numbers instead of a name (explicit EC "
            "parameters)."
        )
    for each in certificate.extension_troubles:
        if each.is_duplicate:
            return tr("It contains the extension {name} twice.", name=named(each.oid))
        if each.is_critical and each.oid in _PARSED_BY_JAVA:
            return tr("Its critical extension {name} cannot be read.", name=named(each.oid))
    return ""


def _nameless(certificate: Certificate) -> str:
    if not certificate.extensions and not certificate.extension_troubles:
        return ""
    names = certificate.extensions.get(_SUBJECT_ALTERNATIVE_NAME)
    if names is None:
        return tr("It has neither a subject nor alternative names.")
    if not names.critical:
        return tr("It has no subject, and its alternative names are not marked critical.")
    return ""


def unreadable_for_java(reason: str, alias: str, what: str) -> Finding:
    """For a certificate for which :func:`java_refusal` gives that reason."""
    return Finding(
        severity="error",
        code="invisible-to-java",
        alias=alias,
        message=tr(
            "Java cannot read the certificate of {what}, and so cannot open this keystore.",
            what=what,
        ),
        why=tr(
            "{reason} Java then reports “keystore password was incorrect”, or that it failed to "
            "parse the input, although the password is correct.",
            reason=reason,
        ),
        remedy=tr(
            "Have the certificate issued again without this fault, or delete “{alias}” from a "
            "keystore that Java must open.",
            alias=shorten(alias),
        ),
    )
