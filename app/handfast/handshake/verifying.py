"""Verifying one chain against a trust store: its path, its rules, and its revocation."""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Final

from handfast.core.certificates.revocation_list import RevocationList, parse_list
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.handshake.diagnosis import Diagnosis, Direction, diagnose
from handfast.handshake.report.causes import general_cause
from handfast.handshake.report.party import Party, PartyStore, other_side
from handfast.services.paths.revocation import Shortfall, is_list_of, revoked_entry, shortfall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Side


#: Why a list that does not name a certificate does not count as an answer.
_SHORTFALLS: Final = {
    Shortfall.NOT_YET_VALID: tr("The revocation list of its issuer is not valid yet."),
    Shortfall.OUT_OF_DATE: tr("The revocation list of its issuer is out of date."),
    Shortfall.CHANGES_ONLY: tr(
        "The revocation list of its issuer contains only the changes since an earlier list."
    ),
    Shortfall.OTHER_SCOPE: tr(
        "The revocation list of its issuer is for other certificates or other reasons."
    ),
    Shortfall.UNKNOWN_CRITICAL: tr(
        "The revocation list of its issuer has a critical extension that Handfast does not know."
    ),
    Shortfall.NOT_ALLOWED: tr("The key usage of its issuer does not include cRLSign."),
}
#: The cause that a client would not present the chain, since its issuer is not asked for.
_ASKED_FOR: Final = "ca-list-mismatch"


class Revocation(Enum):
    """What is known of a certificate being taken back."""

    GOOD = "good"
    REVOKED = "revoked"
    #: It was asked for, and no list or responder gave an answer that counts.
    UNKNOWN = "unknown"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationAnswer:
    """One certificate of the path, and what a list or a responder said of it."""

    certificate: Certificate
    state: Revocation
    #: Where the answer came from: the name of a file or an address.
    source: str = ""
    #: Why there is no answer that counts; empty where there is one.
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationPlan:
    """What is verified, for whom, and when."""

    #: Leaf first; the others in any order.
    chain: tuple[Certificate, ...]
    trust: PartyStore
    #: The side of TLS on which the chain is presented.
    purpose: Side = "server"
    host: str = ""
    at: dt.datetime | None = None
    #: Revocation lists in DER.
    revocation_lists: tuple[bytes, ...] = ()
    #: Whether the chain was taken from the very file that is trusted.
    is_from_trust: bool = False

    @property
    def moment(self) -> dt.datetime:
        """The moment at which the chain must be valid."""
        return self.at if self.at is not None else dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedChain:
    """The answer."""

    ok: bool
    #: From the leaf to the anchor, or as far as it leads.
    path: tuple[Certificate, ...]
    #: The alias under which the end of the path is trusted; empty where it is not.
    anchor: str
    revocation: Revocation
    answers: tuple[RevocationAnswer, ...]
    causes: tuple[Cause, ...]


def purpose_of(leaf: Certificate) -> Side:
    """The side of TLS that a certificate is for; a server where it may be both."""
    return "client" if leaf.allows("client") and not leaf.allows("server") else "server"


def check_host_for(purpose: Side, host: str) -> None:
    """Let a host name be asked for, which only the certificate of a server has.

    :raises InvalidInput: it is to be that of a client; the field is ``hostname``
    """
    if host and purpose == "client":
        raise InvalidInput(
            tr("A client has no host name to check."),
            field="hostname",
            remedy=tr("Verify it as a server, or leave the host name out."),
        )


def verify_chain(plan: VerificationPlan) -> VerifiedChain:
    """Verify a chain as a TLS peer would, OpenSSL's own verification included.

    An anchor may be a root, an intermediate, or the leaf itself where exactly it is trusted.
    """
    diagnosis = _diagnose(plan)
    path = diagnosis.path.certificates if diagnosis.path is not None else plan.chain[:1]
    anchor = diagnosis.path.anchor if diagnosis.path is not None else None
    answers = tuple(by_lists(path, plan.revocation_lists, plan.moment))
    # What one program alone refuses is told beside the answer, which is that of the others.
    known = {(each.code, each.message) for each in diagnosis.causes}
    limits = [each for each in diagnosis.limits if (each.code, each.message) not in known]
    causes = _about_the_chain((*diagnosis.causes, *limits))
    return VerifiedChain(
        ok=not any(not cause.is_minor for cause in causes),
        path=path,
        anchor=anchor.alias if anchor is not None else "",
        revocation=overall(answers),
        answers=answers,
        causes=causes,
    )


def _about_the_chain(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """What a server asks for is no part of a verification: it is told beside the answer."""
    told = [
        dataclasses.replace(each, is_minor=True) if each.code == _ASKED_FOR else each
        for each in causes
    ]
    return tuple(sorted(told, key=lambda each: each.is_minor))


def with_revocation(
    verified: VerifiedChain, answers: Sequence[RevocationAnswer], purpose: Side
) -> VerifiedChain:
    """The answer with what responders said besides; a revoked certificate makes it a no."""
    known = (*verified.answers, *answers)
    causes = verified.causes
    revoked = [each for each in answers if each.state is Revocation.REVOKED]
    if revoked and not any(cause.code == "revoked" for cause in causes):
        causes = (general_cause("revoked", purpose), *causes)
    return VerifiedChain(
        ok=verified.ok and not revoked,
        path=verified.path,
        anchor=verified.anchor,
        revocation=overall(known),
        answers=known,
        causes=causes,
    )


def overall(answers: Sequence[RevocationAnswer]) -> Revocation:
    """One word for a path: revoked where any is, good where the leaf is and none is unknown."""
    if not answers:
        return Revocation.NOT_CHECKED
    states = {each.state for each in _decisive(answers)}
    for state in (Revocation.REVOKED, Revocation.UNKNOWN):
        if state in states:
            return state
    return Revocation.GOOD


def _decisive(answers: Sequence[RevocationAnswer]) -> list[RevocationAnswer]:
    """For each certificate the best answer: that of a source that knows over one that does not."""
    order = (Revocation.REVOKED, Revocation.GOOD, Revocation.UNKNOWN, Revocation.NOT_CHECKED)
    best: dict[Certificate, RevocationAnswer] = {}
    for each in answers:
        known = best.get(each.certificate)
        if known is None or order.index(each.state) < order.index(known.state):
            best[each.certificate] = each
    return list(best.values())


def by_lists(
    path: Sequence[Certificate], lists: Sequence[bytes], at: dt.datetime
) -> list[RevocationAnswer]:
    """What revocation lists say of each certificate below the anchor; nothing without lists."""
    if not lists:
        return []
    parsed = [parse_list(each) for each in lists]
    found = []
    for depth, certificate in enumerate(path[:-1]):
        found.append(_by_list(certificate, path[depth + 1], parsed, at))
    return found


def _by_list(
    certificate: Certificate,
    issuer: Certificate,
    lists: Sequence[RevocationList],
    at: dt.datetime,
) -> RevocationAnswer:
    own = [each for each in lists if is_list_of(each, issuer)]
    if any(revoked_entry(each, certificate) is not None for each in own):
        return RevocationAnswer(
            certificate=certificate, state=Revocation.REVOKED, source="revocation list"
        )
    reasons = [shortfall(each, certificate, issuer, at) for each in own]
    if None in reasons:
        return RevocationAnswer(
            certificate=certificate, state=Revocation.GOOD, source="revocation list"
        )
    detail = "\n".join(
        dict.fromkeys(_SHORTFALLS[each] for each in reasons if each is not None)
    ) or tr("No revocation list of its issuer was given.")
    return RevocationAnswer(
        certificate=certificate,
        state=Revocation.UNKNOWN,
        source="revocation list",
        detail=detail,
    )


def _diagnose(plan: VerificationPlan) -> Diagnosis:
    presenter = Party(side=plan.purpose, known_chain=plan.chain)
    verifier = Party(
        side=other_side(plan.purpose),
        trust=plan.trust,
        revocation_lists=plan.revocation_lists,
    )
    pool = tuple(
        dict.fromkeys(
            (
                *plan.chain,
                *(each for entry in plan.trust.store.entries for each in entry.chain),
            )
        )
    )
    lists = [parse_list(each) for each in plan.revocation_lists]
    return diagnose(
        Direction(
            presenter=presenter,
            verifier=verifier,
            choice=None,
            at=plan.moment,
            host=plan.host if plan.purpose == "server" else "",
            pool=pool,
            revocation_lists=tuple(
                each for each in lists if any(is_list_of(each, ca) for ca in pool)
            ),
        )
    )
