"""One report, whoever shook hands: a rehearsal, a probe, or the server that listens."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.handshake.report import story
from handfast.handshake.report.report import Report, View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.report import Chain, Note, Step
    from handfast.handshake.report.step_texts import HandshakeFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cause and the step at which it ends the handshake."""

    cause: Cause
    step: int


def build_report(
    facts: HandshakeFacts,
    placed: Sequence[Placed],
    *,
    texts: Mapping[int, str],
    opinion: str,
    tls: str | None,
    untried: Mapping[int, str] | None = None,
    client: View | None = None,
    server: View | None = None,
    chains: Sequence[Chain] = (),
    presented: Sequence[Certificate] = (),
    choice: str = "",
    notes: Sequence[Note] = (),
    unknown: Sequence[str] = (),
) -> Report:
    """The whole answer.

    ``placed`` are the causes, the likeliest first; what few programs mind comes after the others.
    ``texts`` says of each step what happens in it, ``untried`` of those that were left out why.
    ``tls`` is the version that was agreed on, ``opinion`` the library that speaks here.
    """
    ordered = sorted(placed, key=lambda each: each.cause.is_minor)
    return Report(
        ok=not ordered,
        tls=tls,
        cipher=facts.cipher if tls is not None else None,
        group=facts.group,
        steps=_with_unchecked_host(_steps(ordered, texts, untried or {}, notes), facts),
        client=client or View(),
        server=server or View(),
        causes=tuple(each.cause for each in ordered),
        chains=tuple(chains),
        presented=tuple(presented),
        asked_for=facts.asked_for,
        choice=choice,
        notes=tuple(notes),
        unknown=tuple(unknown),
        opinion=opinion,
    )


def _with_unchecked_host(steps: Sequence[Step], facts: HandshakeFacts) -> tuple[Step, ...]:
    """Without a host name, nothing was compared with the names in the certificate."""
    return tuple(
        dataclasses.replace(each, was_checked=False)
        if each.number == story.HOST_CHECK and each.status == "ok" and not facts.host
        else each
        for each in steps
    )


def _steps(
    placed: Sequence[Placed],
    texts: Mapping[int, str],
    untried: Mapping[int, str],
    notes: Sequence[Note],
) -> tuple[Step, ...]:
    failure: story.Failure | None = None
    if placed:
        gravest = [each for each in placed if each.cause.is_minor == placed[0].cause.is_minor]
        first = min(gravest, key=lambda each: each.step)
        failure = story.Failure(step=first.step, detail=first.cause.message)
    said: dict[int, list[str]] = {}
    for note in notes:
        said.setdefault(note.step, []).append(note.message)
    found = []
    for step in story.tell(texts, failure):
        if step.number in untried and step.status != "failed":
            found.append(
                dataclasses.replace(step, status="not-reached", detail=untried[step.number])
            )
        elif step.number in said and step.status == "ok":
            detail = " ".join((step.detail, *said[step.number]))
            found.append(dataclasses.replace(step, detail=detail))
        else:
            found.append(step)
    return tuple(found)
