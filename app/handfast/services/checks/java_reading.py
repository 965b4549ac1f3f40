"""The finding about a certificate that Java cannot read.

Its answer is “keystore password was incorrect” or “Failed to parse input”, which leads people
astray.
"""

from __future__ import annotations

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.checks.findings import Finding, Part


def unreadable_for_java(reason: str, alias: str, what: str) -> Finding:
    """For a certificate for which ``java_refusal`` gives that reason."""
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
        part=Part.CERTIFICATE,
    )
