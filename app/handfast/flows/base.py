"""What every flow has: steps, a draft that is edited, problems said beside the field, an outcome.

A flow is a wizard or a dialog without a screen. The UI draws it and tests drive it, both through
the same typed edits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, Protocol, TypeVar

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.progress import no_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStep:
    """One step: what it is called in code, and on screen."""

    id: str
    title: str
    #: Whether it belongs to the last one before it that does not.
    is_inner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """What is wrong with a field of the draft. Only errors stand in the way."""

    field: str
    message: str
    severity: Severity = "error"


def problem_of_reading(field: str, read: Callable[[], object]) -> list[FieldProblem]:
    """What is wrong with what a field was given, if reading it fails."""
    try:
        read()
    except InvalidInput as error:
        return [FieldProblem(field=field, message=f"{error.problem} {error.remedy}".strip())]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """One line of what is going to be done."""

    label: str
    value: str
    #: Whether it says when the keystore is written.
    is_about_saving: bool = False
    #: Whether it is something that a person should rather have done otherwise.
    is_warning: bool = False


Draft = TypeVar("Draft")
Outcome = TypeVar("Outcome")
Outcome_co = TypeVar("Outcome_co", covariant=True)


class Flow(Protocol[Outcome_co]):
    """What every wizard and every dialog drives: steps, what is wrong on them, and the work.

    A flow takes edits through a method of its own, ``update`` with the fields of its draft as
    typed keywords, and follows them up: whatever is suggested from what was edited changes along.
    Nothing is written before :meth:`run`.
    """

    @property
    def steps(self) -> tuple[FlowStep, ...]:
        """The steps in their order; a dialog has one."""

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        """What is wrong on one step, errors and warnings, in the order of the fields."""

    def can_leave(self, step: str) -> bool:
        """Whether nothing on a step stands in the way."""

    def forget_secrets(self) -> bool:
        """Let go of every password that was typed; whether there was one."""

    def run(self, progress: Progress = ...) -> Outcome_co:
        """Do it. Only :class:`~handfast.core.errors.HandfastError` leaves it."""


class WizardFlow(Flow[Outcome_co], Protocol[Outcome_co]):
    """A flow over the open stores that says first what it is going to do."""

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""

    def is_skipped(self, step: str) -> bool:
        """Whether what the step is for was left out, although one may go beyond it."""

    def summary(self) -> tuple[SummaryLine, ...]:
        """What :meth:`run` is going to do."""

    def keytool_command(self) -> str:
        """The same as a command line, passwords as placeholders."""


class BaseFlow(ABC, Generic[Draft, Outcome]):
    """Steps over a frozen draft; what most flows have in common."""

    steps: ClassVar[tuple[FlowStep, ...]]

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def forget_secrets(self) -> bool:
        """Let go of every password that was typed; whether there was one."""
        return False

    @abstractmethod
    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        """What is wrong on one step, errors and warnings, in the order of the fields."""

    def can_leave(self, step: str) -> bool:
        """Whether nothing on a step stands in the way."""
        return not has_error(self.problems(step))

    def is_skipped(self, step: str) -> bool:  # noqa: ARG002 - for flows with a check to skip
        """Whether what the step is for was left out, although one may go beyond it."""
        return False

    @abstractmethod
    def run(self, progress: Progress = no_progress) -> Outcome:
        """Do it. Only :class:`~handfast.core.errors.HandfastError` leaves it."""


def has_error(problems: Iterable[FieldProblem]) -> bool:
    """Whether one of them stands in the way."""
    return any(problem.severity == "error" for problem in problems)
