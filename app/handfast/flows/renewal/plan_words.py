"""A plan of a roll-over in words: what is to be done by whom and when, and what would break it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.handshake.report.party import other_side
from handfast.handshake.rollover import RiskKind, StepKind
from handfast.services.describe.validity import date_text
from handfast.services.reminders import Reminder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.handshake.report.party import Side
    from handfast.handshake.rollover import RolloverPlan, RolloverRisk, RolloverStep


#: The days that are left to switch, once the other side trusts the new certificate.
DAYS_TO_SWITCH: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the two sides are called."""

    client: str
    server: str
    #: The side of the person who reads it; None where both are strangers.
    you: Side | None = None

    def of(self, side: Side) -> str:
        """The name of one side."""
        return self.client if side == "client" else self.server

    def is_you(self, side: Side) -> bool:
        """Whether a side is the reader, who is spoken to."""
        return self.you == side

    def other(self, side: Side) -> str:
        """The name of the side that it talks to."""
        return self.server if side == "client" else self.client


def side_names() -> Names:
    """Where the parties have no names."""
    return Names(client=tr("the client"), server=tr("the server"))


def step_words(step: RolloverStep, names: Names) -> str:
    """What is to be done, in a sentence."""
    who, other = names.of(step.side), names.other(step.side)
    is_mine, is_of_mine = names.is_you(step.side), names.is_you(other_side(step.side))
    match step.kind:
        case StepKind.TRUST_NEW if is_mine:
            return tr("Import the new certificate of {other}, and keep the old one.", other=other)
        case StepKind.TRUST_NEW if is_of_mine:
            return tr(
                "{who} imports your new certificate, and keeps the old one.", who=capitalized(who)
            )
        case StepKind.TRUST_NEW:
            return tr(
                "{who} imports the new certificate of {other}, and keeps the old one.",
                who=capitalized(who),
                other=other,
            )
        case StepKind.SWITCH if is_mine:
            return tr("Switch to your new pair.")
        case StepKind.SWITCH:
            return tr("{who} switches to the new pair.", who=capitalized(who))
        case StepKind.DROP_OLD if is_mine:
            return tr(
                "Remove the old certificate of {other}, once {other} has switched.", other=other
            )
        case StepKind.DROP_OLD if is_of_mine:
            return tr(
                "{who} removes your old certificate, once you have switched.", who=capitalized(who)
            )
        case StepKind.DROP_OLD:
            return tr(
                "{who} removes the old certificate of {other}, once {other} has switched.",
                who=capitalized(who),
                other=other,
            )


def step_time(step: RolloverStep, plan: RolloverPlan) -> str:
    """When: from a day, by a day, or as it suits."""
    if step.kind is StepKind.SWITCH:
        times = next((each for each in plan.switches if each.side == step.side), None)
        if step.by is None or times is None or times.earliest is None:
            return tr("no safe day")
        last = date_text(last_day(step.by))
        if any(e.kind is StepKind.TRUST_NEW and e.side != step.side for e in plan.steps):
            return tr("then, until {last}", last=last)
        return tr("from {first} to {last}", first=date_text(times.earliest), last=last)
    if step.kind is StepKind.TRUST_NEW:
        switch = next((each for each in plan.switches if each.side != step.side), None)
        if step.by is not None:
            return tr("from {date}", date=date_text(step.by))
        if switch is not None and switch.latest is not None:
            return tr("by {date}", date=date_text(trust_by(switch.latest, plan.start)))
        return tr("immediately")
    return tr("at the end")


def last_day(moment: dt.datetime) -> dt.datetime:
    """The last whole day before a moment: on the day itself it may be too late."""
    return moment - dt.timedelta(days=1)


def trust_by(latest: dt.datetime, start: dt.datetime) -> dt.datetime:
    """By when the other side must trust the new certificate, so that a week is left to switch."""
    return max(start, last_day(latest) - dt.timedelta(days=DAYS_TO_SWITCH))


def risk_words(risk: RolloverRisk, names: Names) -> str:
    """What would break the roll-over, in a sentence; ``risk.side`` changes its certificate."""
    if names.is_you(risk.side):
        return _risk_of_yours(risk, names)
    if names.is_you(other_side(risk.side)):
        return _risk_for_you(risk, names)
    who, other, subject = names.of(risk.side), names.other(risk.side), shorten(risk.subject, 100)
    match risk.kind:
        case RiskKind.PINNED_LEAF:
            return tr(
                "{other} trusts the old certificate of {who} itself, and refuses the new one until "
                "it is imported.",
                other=capitalized(other),
                who=who,
            )
        case RiskKind.NEW_CA:
            return tr(
                "{other} does not trust {subject}, to which the new certificate of {who} leads.",
                other=capitalized(other),
                subject=subject,
                who=who,
            )
        case RiskKind.CA_LIST:
            return _ca_list_words(other, subject)
        case RiskKind.NEW_INTERMEDIATE:
            return _intermediate_words(who, subject)
        case RiskKind.NAMES:
            return _names_words(who, subject)


def _risk_of_yours(risk: RolloverRisk, names: Names) -> str:
    """The reader’s certificate changes."""
    other, subject = names.other(risk.side), shorten(risk.subject, 100)
    match risk.kind:
        case RiskKind.PINNED_LEAF:
            return tr(
                "{other} trusts your old certificate itself, and refuses the new one until it is "
                "imported.",
                other=capitalized(other),
            )
        case RiskKind.NEW_CA:
            return tr(
                "{other} does not trust {subject}, to which your new certificate leads.",
                other=capitalized(other),
                subject=subject,
            )
        case RiskKind.CA_LIST:
            return _ca_list_words(other, subject)
        case RiskKind.NEW_INTERMEDIATE:
            return tr(
                "Your new chain has another issuer: {subject}. It must be presented with the "
                "certificate.",
                subject=subject,
            )
        case RiskKind.NAMES:
            return tr(
                "Your new certificate lacks the name {subject} of the old one.", subject=subject
            )


def _risk_for_you(risk: RolloverRisk, names: Names) -> str:
    """The certificate of the other side changes, and the reader checks it."""
    who, subject = names.of(risk.side), shorten(risk.subject, 100)
    match risk.kind:
        case RiskKind.PINNED_LEAF:
            return tr(
                "You trust the old certificate of {who} itself, and refuse the new one until you "
                "import it.",
                who=who,
            )
        case RiskKind.NEW_CA:
            return tr(
                "You do not trust {subject}, to which the new certificate of {who} leads.",
                subject=subject,
                who=who,
            )
        case RiskKind.CA_LIST:
            return tr(
                "You do not ask for certificates of {subject}, so Java programs present none.",
                subject=subject,
            )
        case RiskKind.NEW_INTERMEDIATE:
            return _intermediate_words(who, subject)
        case RiskKind.NAMES:
            return _names_words(who, subject)


def _ca_list_words(other: str, subject: str) -> str:
    return tr(
        "{other} does not ask for certificates of {subject}, so Java programs present none.",
        other=capitalized(other),
        subject=subject,
    )


def _intermediate_words(who: str, subject: str) -> str:
    return tr(
        "The new chain of {who} has another issuer: {subject}. It must be presented with the "
        "certificate.",
        who=who,
        subject=subject,
    )


def _names_words(who: str, subject: str) -> str:
    return tr(
        "The new certificate of {who} lacks the name {subject} of the old one.",
        who=who,
        subject=subject,
    )


def verdict_words(plan: RolloverPlan) -> str:
    """The answer in a sentence."""
    if not plan.ok:
        return (
            tr("The roll-over does not work as planned.")
            if plan.window is not None
            else tr("There is no time in which old and new both work.")
        )
    latest = [each.latest for each in plan.switches if each.latest is not None]
    if not latest:
        return tr("The roll-over works.")
    return tr(
        "The roll-over works. The last safe day to switch is {date}.",
        date=date_text(last_day(min(latest))),
    )


def reminders_of(plan: RolloverPlan, names: Names, today: dt.date) -> tuple[Reminder, ...]:
    """What is to be done on which day, for a calendar."""
    return tuple(_reminders(plan, names, today))


def _reminders(plan: RolloverPlan, names: Names, today: dt.date) -> Iterator[Reminder]:
    latest = {each.side: each.latest for each in plan.switches if each.latest is not None}
    for step in plan.steps:
        side: Side = step.side
        if step.kind is StepKind.SWITCH:
            moment = step.by
        else:
            other: Side = "server" if side == "client" else "client"
            moment = latest.get(other)
        if moment is None:
            continue
        day = last_day(moment).date()
        if step.kind is StepKind.TRUST_NEW:
            day = max(today, trust_by(moment, plan.start).date())
        elif step.kind is StepKind.DROP_OLD:
            day += dt.timedelta(days=2)
        words = step_words(step, names)
        yield Reminder(day=day, title=words, text=f"{words}\n{step_time(step, plan)}")


def capitalized(text: str) -> str:
    """A name at the beginning of a sentence or a column."""
    return f"{text[:1].upper()}{text[1:]}"
