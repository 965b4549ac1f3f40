"""A verification told in steps: each rule by its name, and how the chain does by it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.language import listed, tr
from handfast.core.store import shorten
from handfast.handshake.verifying import Revocation
from handfast.services.describe.validity import date_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.verifying import RevocationAnswer, VerificationPlan, VerifiedChain


class Rule(Enum):
    """What is looked at, in the order in which a TLS peer does."""

    PATH = "path"
    DATES = "dates"
    CONSTRAINTS = "constraints"
    PURPOSE = "purpose"
    HOST = "host"
    STRENGTH = "strength"
    REVOCATION = "revocation"


class Outcome(Enum):
    """How the chain does by a rule."""

    OK = "ok"
    FAILED = "failed"
    #: Some programs refuse it, or nobody could tell.
    WARNING = "warning"
    #: Nobody asked for it.
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStep:
    """One step: the rule, where it stands, how it went, and what was found."""

    number: int
    rule: Rule
    outcome: Outcome
    title: str
    #: The standard that has the rule.
    source: str
    detail: str


#: Which causes break which rule. What is in none of them concerns the chain as it was presented.
_CODES: Final[dict[Rule, frozenset[str]]] = {
    Rule.PATH: frozenset(
        {"untrusted", "missing-intermediate", "chain-order", "stale-certificate",
         "empty-trust-store", "wrong-format", "key-mismatch"}
    ),
    Rule.DATES: frozenset({"expired", "not-yet-valid", "clock"}),
    Rule.CONSTRAINTS: frozenset(
        {"not-a-ca", "path-length", "name-constraint", "unknown-critical-extension"}
    ),
    Rule.PURPOSE: frozenset({"wrong-purpose"}),
    Rule.HOST: frozenset({"host-mismatch"}),
    Rule.STRENGTH: frozenset({"weak-signature", "weak-key", "no-shared-algorithm"}),
    Rule.REVOCATION: frozenset({"revoked"}),
}  # fmt: skip
_TITLES: Final[dict[Rule, tuple[str, str]]] = {
    Rule.PATH: (tr("A path leads to a trusted certificate"), "RFC 5280, 6.1"),
    Rule.DATES: (tr("Every certificate in the path is valid at that time"), "RFC 5280, 6.1.3"),
    Rule.CONSTRAINTS: (tr("Each issuer is allowed to issue its certificate"), "RFC 5280, 6.1.4"),
    Rule.PURPOSE: (tr("The certificate is for this purpose"), "RFC 5280, 4.2.1.12"),
    Rule.HOST: (tr("The certificate is for this host"), "RFC 9525"),
    Rule.STRENGTH: (tr("Keys and signatures are strong enough"), "SP 800-131A"),
    Rule.REVOCATION: (tr("No certificate in the path was revoked"), "RFC 5280, 6.3; RFC 6960"),
}


def rule_steps(verified: VerifiedChain, plan: VerificationPlan) -> tuple[RuleStep, ...]:
    """The steps of a verification, in order."""
    steps = []
    for number, rule in enumerate(Rule, 1):
        broken = [each for each in verified.causes if each.code in _CODES[rule]]
        outcome = _outcome(rule, broken, verified, plan)
        title, source = _TITLES[rule]
        steps.append(
            RuleStep(
                number=number,
                rule=rule,
                outcome=outcome,
                title=title,
                source=source,
                detail=_detail(rule, outcome, broken, verified, plan),
            )
        )
    return tuple(steps)


def _outcome(
    rule: Rule, broken: Sequence[Cause], verified: VerifiedChain, plan: VerificationPlan
) -> Outcome:
    if any(not each.is_minor for each in broken):
        return Outcome.FAILED
    if broken:
        return Outcome.WARNING
    if rule is Rule.HOST and not plan.host:
        return Outcome.NOT_CHECKED
    if rule is Rule.REVOCATION:
        return {
            Revocation.GOOD: Outcome.OK,
            Revocation.REVOKED: Outcome.FAILED,
            Revocation.UNKNOWN: Outcome.WARNING,
            Revocation.NOT_CHECKED: Outcome.NOT_CHECKED,
        }[verified.revocation]
    return Outcome.OK


def _detail(
    rule: Rule,
    outcome: Outcome,
    broken: Sequence[Cause],
    verified: VerifiedChain,
    plan: VerificationPlan,
) -> str:
    if broken:
        return " ".join(dict.fromkeys(each.message for each in broken))
    match rule:
        case Rule.PATH:
            return _path_text(verified, plan)
        case Rule.DATES:
            return _dates_text(verified.path)
        case Rule.PURPOSE:
            return tr("TLS client") if plan.purpose == "client" else tr("TLS server")
        case Rule.HOST:
            return plan.host or tr("No host was named.")
        case Rule.REVOCATION:
            return _revocation_text(verified.answers, outcome)
    return ""


def is_trusted_by_itself(verified: VerifiedChain, plan: VerificationPlan) -> bool:
    """Whether it is trusted only because it was looked for where it was taken from."""
    return plan.is_from_trust and bool(verified.anchor) and len(verified.path) == 1


def _path_text(verified: VerifiedChain, plan: VerificationPlan) -> str:
    names = [shorten(name_of(each), 60) for each in verified.path]
    if is_trusted_by_itself(verified, plan):
        return tr(
            "The trust store is the keystore that “{name}” is in, as “{alias}”, so this says "
            "nothing about who issued it. Choose the trust store of the other side.",
            name=names[0],
            alias=verified.anchor,
        )
    if len(names) == 1:
        return tr("“{name}” itself is trusted, as “{alias}”.", name=names[0], alias=verified.anchor)
    return tr(
        "“{leaf}” leads to “{anchor}”, which is trusted as “{alias}”.",
        leaf=names[0],
        anchor=names[-1],
        alias=verified.anchor,
    )


def _dates_text(path: Sequence[Certificate]) -> str:
    ends = [(each.not_after, name_of(each)) for each in path if each.not_after is not None]
    if not ends:
        return ""
    end, name = min(ends)
    return tr(
        "The first to expire is “{name}”, on {date}.", name=shorten(name, 60), date=date_text(end)
    )


def _revocation_text(answers: Sequence[RevocationAnswer], outcome: Outcome) -> str:
    if outcome is Outcome.NOT_CHECKED:
        return tr("No revocation list was given, and no server was asked.")
    told = []
    for each in answers:
        name = shorten(name_of(each.certificate), 60)
        match each.state:
            case Revocation.GOOD:
                said = tr(
                    "“{name}” is not revoked, according to {source}.", name=name, source=each.source
                )
            case Revocation.REVOKED:
                said = tr(
                    "“{name}” is revoked, according to {source}.", name=name, source=each.source
                )
            case _:
                said = tr("The revocation status of “{name}” is unknown.", name=name)
        told.append(f"{said} {each.detail}".strip())
    return "\n".join(told)


def name_of(certificate: Certificate) -> str:
    """Whose certificate it is: its common name, else its whole name."""
    return certificate.common_name or certificate.subject or tr("a certificate without a name")


_WORDS: Final[dict[Outcome, str]] = {
    Outcome.OK: tr("good"),
    Outcome.FAILED: tr("failed"),
    Outcome.WARNING: tr("not certain"),
    Outcome.NOT_CHECKED: tr("not checked"),
}


def outcome_words(outcome: Outcome) -> str:
    """How a step went, in a word or two."""
    return _WORDS[outcome]


class Place(Enum):
    """Where in the path a certificate stands."""

    LEAF = "leaf"
    INTERMEDIATE = "intermediate"
    ANCHOR = "anchor"
    #: The leaf itself is trusted.
    PINNED = "pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathLink:
    """One certificate of the path, as it is drawn."""

    certificate: Certificate
    place: Place
    title: str
    #: What it is, until when, and how it is known.
    detail: str
    is_expired: bool


def path_links(verified: VerifiedChain, at: dt.datetime) -> tuple[PathLink, ...]:
    """The path from the leaf to the anchor, or as far as it leads."""
    found = []
    last = len(verified.path) - 1
    for depth, certificate in enumerate(verified.path):
        is_anchor = bool(verified.anchor) and depth == last
        place = Place.LEAF if not depth else Place.INTERMEDIATE
        if is_anchor:
            place = Place.ANCHOR if depth else Place.PINNED
        found.append(
            PathLink(
                certificate=certificate,
                place=place,
                title=name_of(certificate),
                detail=_link_text(certificate, place, verified.anchor),
                is_expired=certificate.is_expired(at),
            )
        )
    return tuple(found)


def _link_text(certificate: Certificate, place: Place, alias: str) -> str:
    end = certificate.not_after
    date = date_text(end) if end is not None else tr("an unknown date")
    match place:
        case Place.LEAF:
            return tr("Presented; valid until {date}", date=date)
        case Place.INTERMEDIATE:
            return tr("Issuer; valid until {date}", date=date)
        case Place.ANCHOR:
            return tr("Trusted as “{alias}”; valid until {date}", alias=alias, date=date)
        case Place.PINNED:
            return tr("Trusted directly, as “{alias}”; valid until {date}", alias=alias, date=date)


def missing_link(verified: VerifiedChain) -> str:
    """What is missing above a path that leads to nothing trusted; empty where nothing is."""
    if verified.anchor or not verified.path:
        return ""
    last = verified.path[-1]
    if last.is_self_signed:
        return tr("“{name}” is not in the trust store.", name=shorten(name_of(last), 80))
    issuer = last.issuer_common_name or last.issuer
    return tr("Its issuer “{name}” was not found.", name=shorten(issuer, 80))


def verdict_text(verified: VerifiedChain, plan: VerificationPlan) -> str:
    """The answer in a sentence."""
    if verified.ok:
        if is_trusted_by_itself(verified, plan):
            return (
                tr(
                    "It is trusted because it is itself in this keystore; whether it was revoked "
                    "is not known."
                )
                if verified.revocation is Revocation.UNKNOWN
                else tr("It is trusted because it is itself in this keystore.")
            )
        unsure = verified.revocation is Revocation.UNKNOWN
        return (
            tr("It is trusted; whether it was revoked is not known.")
            if unsure
            else tr("It is trusted.")
        )
    broken = {each.code for each in verified.causes if not each.is_minor}
    reasons = [_TITLES_OF_FAILURE[rule] for rule, codes in _CODES.items() if codes & broken] or [
        tr("it is refused")
    ]
    return tr("It is not trusted: {reasons}.", reasons=listed(reasons))


_TITLES_OF_FAILURE: Final[dict[Rule, str]] = {
    Rule.PATH: tr("no path leads to a trusted certificate"),
    Rule.DATES: tr("a certificate is not valid at that time"),
    Rule.CONSTRAINTS: tr("an issuer is not allowed to issue its certificate"),
    Rule.PURPOSE: tr("it is for another purpose"),
    Rule.HOST: tr("it is for another host"),
    Rule.STRENGTH: tr("a key or a signature is too weak"),
    Rule.REVOCATION: tr("a certificate was revoked"),
}
