"""What every flow has: steps, a draft that is edited, problems said beside the field, an outcome.

A flow is a wizard without a screen. The UI draws it and tests drive it; both through ``update``.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from handfast.core.progress import no_progress

if TYPE_CHECKING:
    from handfast.core.progress import Progress

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """One line of what is going to be done."""

    label: str
    value: str


Draft = TypeVar("Draft")
Outcome = TypeVar("Outcome")


class Flow(ABC, Generic[Draft, Outcome]):
    """Steps over a frozen draft. Nothing is written before :meth:`run`."""

    steps: ClassVar[tuple[FlowStep, ...]]

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    def update(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of the draft
        """Change fields of the draft; fields that are suggested from others follow."""
        self.draft = dataclasses.replace(self.draft, **changes)  # type: ignore[type-var]  # a dataclass, which TypeVar cannot say

    def forget_secrets(self) -> bool:
        """Let go of every password that was typed; whether there was one."""
        return False

    @abstractmethod
    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        """What is wrong on one step, errors and warnings, in the order of the fields."""

    def can_leave(self, step: str) -> bool:
        """Whether nothing on a step stands in the way."""
        return not any(problem.severity == "error" for problem in self.problems(step))

    @abstractmethod
    def summary(self) -> tuple[SummaryLine, ...]:
        """What :meth:`run` is going to do."""

    @abstractmethod
    def keytool_command(self) -> str:
        """The same as a command line, passwords as placeholders."""

    @abstractmethod
    def run(self, progress: Progress = no_progress) -> Outcome:
        """Do it. Only :class:`~handfast.core.errors.HandfastError` leaves it."""
