"""Other aliases for entries of a keystore that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from handfast.core.errors import HandfastError
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.services.exchange.renaming import rename_entries, rename_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.progress import Progress
    from handfast.core.store import Store

STEP = "alias"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameDraft:
    """The alias, as it was typed."""

    alias: str = ""


class RenameFlow(BaseFlow[RenameDraft, "Store"]):
    """Whether the alias can be had is known while it is typed."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Alias")),)

    def __init__(self, store: Store, entry: Entry) -> None:
        super().__init__(RenameDraft(alias=entry.alias))
        self.store = store
        self.entry = entry

    def update(self, *, alias: str) -> None:
        """Change the alias."""
        self.draft = RenameDraft(alias=alias)

    @property
    def alias(self) -> str:
        """The alias without the blanks around it."""
        return self.draft.alias.strip()

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to do."""
        return self.alias != self.entry.alias

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        if not self.is_changed:
            return ()
        try:
            self.run()
        except HandfastError as error:
            message = " ".join(part for part in (error.problem, error.remedy) if part)
            return (FieldProblem(field="alias", message=message),)
        return ()

    def run(self, progress: Progress = no_progress) -> Store:
        """The keystore with the entry under its new alias."""
        progress(0, 0)
        return rename_entry(self.store, self.entry, self.alias)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameSeveralDraft:
    """The aliases, as they were typed, in the order of the entries."""

    aliases: tuple[str, ...] = ()


class RenameSeveralFlow(BaseFlow[RenameSeveralDraft, "Store"]):
    """All of them are renamed in one step, or none is."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title="Aliases"),)

    def __init__(self, store: Store, entries: Sequence[Entry]) -> None:
        super().__init__(RenameSeveralDraft(aliases=tuple(each.alias for each in entries)))
        self.store = store
        self.entries = tuple(entries)

    def update(self, *, at: int, alias: str) -> None:
        """Change the alias of the entry at an index."""
        aliases = list(self.draft.aliases)
        aliases[at] = alias
        self.draft = RenameSeveralDraft(aliases=tuple(aliases))

    @property
    def renamed(self) -> tuple[tuple[Entry, str], ...]:
        """Each entry with the alias that it is to have."""
        return tuple(
            (entry, entry.alias if typed == entry.alias else typed.strip())
            for entry, typed in zip(self.entries, self.draft.aliases, strict=True)
        )

    @property
    def count_changed(self) -> int:
        """How many get another alias."""
        return sum(entry.alias != alias for entry, alias in self.renamed)

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        try:
            self.run()
        except HandfastError as error:
            message = " ".join(part for part in (error.problem, error.remedy) if part)
            return (FieldProblem(field="aliases", message=message),)
        return ()

    def run(self, progress: Progress = no_progress) -> Store:
        """The keystore with the entries under their new aliases."""
        progress(0, 0)
        return rename_entries(self.store, self.renamed)
