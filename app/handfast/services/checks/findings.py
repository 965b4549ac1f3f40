"""What a check noticed, and in which order a person should read it."""

from __future__ import annotations

from collections import Counter
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from handfast.core.frozen import dataclass
from handfast.core.language import tr_count

if TYPE_CHECKING:
    from collections.abc import Iterable

#: *error*: something will fail. *warning*: it will hurt later, or some peers refuse it.
#: *info*: good to know.
Severity: TypeAlias = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
#: Every code that a finding may have: scripts rely on them, so that none is ever renamed.
CODES: Final = frozenset(
    {
        "alias-case-collision",
        "chain-broken",
        "chain-incomplete",
        "chain-order",
        "client-auth-ending",
        "damaged",
        "duplicate-certificate",
        "entry-password-differs",
        "expired",
        "expiring",
        "invisible-to-java",
        "key-mismatch",
        "keys-not-tried",
        "legacy-format",
        "name-constraint",
        "no-san",
        "no-shared-algorithm",
        "not-yet-valid",
        "open-permissions",
        "other-names",
        "oversized-chain",
        "path-length",
        "private-key-in-trust-store",
        "reply-not-on-pair",
        "trust-lost",
        "undecrypted-part",
        "unknown-critical-extension",
        "unprotected-key",
        "unreadable-certificate",
        "unreadable-entry",
        "weak-key",
        "weak-signature",
        "well-known-password",
        "wrong-purpose",
    }
)


class Part(Enum):
    """What of an entry or keystore a finding is about, where that decides who can mend it."""

    #: The keystore, the entry, its key, or its own certificate.
    ITSELF = auto()
    #: A CA's certificate in the chain of a pair, which only that CA can replace.
    ABOVE = auto()
    #: An entry that has no certificate yet.
    ABSENT = auto()
    #: A certificate that some program cannot read, in whatever file it is.
    CERTIFICATE = auto()
    #: What is encrypted for somebody else, and no password opens.
    SEALED = auto()


#: The codes of what fails on a day that is known, whoever does nothing.
_ENDING: Final = frozenset({"expired", "expiring"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing: how bad, what, why it matters, what to do. ``alias`` is empty for the store."""

    severity: Severity
    code: str
    alias: str = ""
    message: str
    why: str
    remedy: str
    part: Part = Part.ITSELF


def most_severe_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted by severity, and then what stops working by itself: a certificate that ends.

    Otherwise as they came: the store first, then entry by entry.
    """

    def weight(finding: Finding) -> tuple[int, bool]:
        return SEVERITIES.index(finding.severity), finding.code not in _ENDING

    return tuple(sorted(findings, key=weight))


def counts_by_severity(findings: Iterable[Finding]) -> list[tuple[Severity, str]]:
    """Each severity that there is, the worst first, with its number in words: ``2 errors``."""
    counts = Counter(finding.severity for finding in findings)
    words: tuple[tuple[Severity, str], ...] = (
        ("error", tr_count("{count} error", "{count} errors", counts["error"])),
        ("warning", tr_count("{count} warning", "{count} warnings", counts["warning"])),
        ("info", tr_count("{count} note", "{count} notes", counts["info"])),
    )
    return [(severity, text) for severity, text in words if counts[severity]]


def summary_text(findings: Iterable[Finding]) -> str:
    """``2 errors, 1 warning``; what is good to know is called a note. Empty for none."""
    return ", ".join(text for _, text in counts_by_severity(findings))
