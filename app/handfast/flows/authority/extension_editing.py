"""Editing a plan of extensions: from a preset or a file, part by part, and into a file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.services.authority.extension_files import (
    PRESETS,
    read_plan,
    titled,
    write_plan,
)

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.services.authority.extension_plan import ExtensionPlan


EXTENSIONS: Final = "extensions"


class ExtensionEdits(TypedDict, total=False):
    """Parts of an :class:`ExtensionPlan` that are edited."""

    title: str
    is_ca: bool | None
    path_length: int | None
    key_usage: tuple[str, ...]
    extended_key_usage: tuple[str, ...]
    san: tuple[str, ...]
    ocsp: tuple[str, ...]
    ca_issuers: tuple[str, ...]
    crl_points: tuple[str, ...]
    policies: tuple[str, ...]
    permitted: tuple[str, ...]
    excluded: tuple[str, ...]
    raw: tuple[str, ...]
    critical: tuple[str, ...]


class ExtensionFlow(BaseFlow["ExtensionPlan", "ExtensionPlan"]):
    """A plan that is edited; it is handed over when nothing in it is wrong."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=EXTENSIONS, title=tr("Extensions")),)

    def __init__(self, plan: ExtensionPlan | None = None) -> None:
        super().__init__(plan or PRESETS["tls-both"])

    def update(self, **changes: Unpack[ExtensionEdits]) -> None:
        """Change parts of the plan; what is not a CA has no path length and no name constraints."""
        if "is_ca" in changes and not changes["is_ca"]:
            changes.setdefault("path_length", None)
        if "title" not in changes and self.preset:
            # The plan now differs from the preset.
            changes["title"] = ""
        self.draft = dataclasses.replace(self.draft, **changes)

    @property
    def preset(self) -> str:
        """The name of the preset that the plan is; empty for a plan of one’s own."""
        return next((name for name, plan in PRESETS.items() if plan == self.draft), "")

    def choose(self, preset: str) -> None:
        """Begin again with a preset; the alternative names stay."""
        san = self.draft.san
        self.draft = dataclasses.replace(PRESETS[preset], san=san) if san else PRESETS[preset]

    def load(self, path: Path) -> None:
        """Take the plan of a file.

        It raises what :func:`~handfast.services.authority.extension_files.read_plan` raises.
        """
        self.draft = read_plan(path)

    def save(self, path: Path, *, replace: bool = False) -> None:
        """Write the plan to a file, under the name of the file where it has none.

        It raises what :func:`~handfast.services.authority.extension_files.write_plan` raises.
        """
        plan = titled(self.draft, path)
        write_plan(plan, path, replace=replace)
        self.draft = plan

    def problems(self, step: str = EXTENSIONS) -> tuple[FieldProblem, ...]:
        """What is wrong, by part."""
        if step != EXTENSIONS:
            return ()
        return tuple(
            FieldProblem(field=each.field or "", message=_text(each))
            for each in self.draft.problems()
        )

    def run(self, progress: Progress = no_progress) -> ExtensionPlan:
        """The plan, for what will be issued with it."""
        progress(0, 0)
        return self.draft


def _text(error: HandfastError) -> str:
    return f"{error.problem} {error.remedy}".strip()


def lines_of(values: tuple[str, ...]) -> str:
    """Several values as the text of a field, one a line."""
    return "\n".join(values)


def values_of(text: str) -> tuple[str, ...]:
    """The lines of a field that hold something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def plan_words(plan: ExtensionPlan) -> str:
    """A plan in a few words."""
    parts = [plan.title] if plan.title else []
    parts += plan.extended_key_usage or plan.key_usage
    return ", ".join(dict.fromkeys(parts))
