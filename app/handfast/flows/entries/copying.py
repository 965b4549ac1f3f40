"""Entries from one keystore into another that is open: pasted, dropped, duplicated, or merged.

Whatever must be asked is asked once for all entries: what to do where an alias is taken, whether
keys keep their own passwords, which password opens keys that are locked, and whether what the
target cannot hold may stay behind.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import InvalidInput, PasswordNeeded, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.core.store import Integrity, Store
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.flows.new_password import repetition_problems
from handfast.services.exchange.copying import CopyResult, Fate, OnCollision, copy_entries
from handfast.services.exchange.keytool_commands import CommandStore, copy_command
from handfast.services.files.unlocking import keys_opened_by, with_passwords
from handfast.services.policy.formats import check_format
from handfast.services.policy.key_passwords import FORMATS_OF_ONE_PASSWORD
from handfast.services.policy.passwords import judge_password

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.progress import Progress

STEP = "copy"


def entries_alone(store: Store, entries: Sequence[Entry]) -> Store:
    """A keystore of these entries alone, with what their keys need to be opened."""
    return dataclasses.replace(store, entries=tuple(entries), locked_parts=0, foreign_parts=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyDraft:
    """What a person decides about the entries that come over."""

    #: To keep both loses nothing.
    on_collision: OnCollision = OnCollision.RENAME
    keeps_own_passwords: bool = True
    #: What opens keys of the source that are locked; empty for not known.
    locked_password: Password = EMPTY
    #: For a target that has none, and is about to hold a key.
    new_password: Password = EMPTY
    new_password_again: Password = EMPTY
    #: Whether what the target cannot hold may be left out.
    allows_loss: bool = False


class CopyEdits(TypedDict, total=False):
    """Fields of a :class:`CopyDraft` that are edited."""

    on_collision: OnCollision
    keeps_own_passwords: bool
    locked_password: Password
    new_password: Password
    new_password_again: Password
    allows_loss: bool


class CopyFlow(BaseFlow[CopyDraft, CopyResult]):
    """Whether anything must be asked is known from the two keystores alone."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Copy")),)

    def __init__(self, source: Store | None, target: Store) -> None:
        super().__init__(CopyDraft())
        #: None while the keystore to be merged is not chosen.
        self.source = source
        self.target = target

    def set_source(self, source: Store) -> None:
        """Choose the keystore that the entries come from."""
        self.source = source
        self.update(allows_loss=False, locked_password=EMPTY)

    def update(self, **changes: Unpack[CopyEdits]) -> None:
        """Change fields of the draft; a consent holds for what was shown when it was given."""
        if changes.keys() - {"allows_loss"}:
            changes.setdefault("allows_loss", False)
        self.draft = dataclasses.replace(self.draft, **changes)

    def forget_secrets(self) -> bool:
        draft = self.draft
        typed = (draft.locked_password, draft.new_password, draft.new_password_again)
        self.update(locked_password=EMPTY, new_password=EMPTY, new_password_again=EMPTY)
        return any(not each.is_empty for each in typed)

    # --- what must be asked ----------------------------------------------------------

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return self.source.entries if self.source is not None else ()

    @property
    def collisions(self) -> int:
        """How many of the aliases exist in the target."""
        taken = {entry.alias.casefold() for entry in self.target.entries}
        return sum(entry.alias.casefold() in taken for entry in self._entries)

    @property
    def keys_with_own_passwords(self) -> int:
        """How many keys have a password of their own that they could keep."""
        if self.target.format in FORMATS_OF_ONE_PASSWORD or self.target.password is None:
            return 0
        return sum(
            isinstance(entry, KeyPair | SecretKey) and entry.password is not None
            for entry in self._entries
        )

    @property
    def locked_keys(self) -> int:
        """How many keys cannot come over unless their password is entered."""
        return sum(
            entry.is_locked and not entry.is_untried and not entry.trouble
            for entry in self._entries
        )

    @property
    def needs_password(self) -> bool:
        """Whether a key would be unencrypted in the target, which has no password."""
        return self.target.password is None and any(
            not isinstance(entry, TrustedCertificate) for entry in self._entries
        )

    @property
    def must_ask(self) -> bool:
        """Whether a person has to decide something before the entries can come over."""
        return bool(
            self.collisions
            or self.keys_with_own_passwords
            or self.locked_keys
            or self.needs_password
        )

    # --- doing it ----------------------------------------------------------------------

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        if self.source is None:
            return (FieldProblem(field="source", message=tr("Choose the keystore to merge.")),)
        if not self.source.entries:
            return (FieldProblem(field="source", message=tr("This keystore has no entries.")),)
        try:
            check_format(self.target.format)
        except Unsupported as error:
            return (FieldProblem(field="source", message=error.problem),)
        if not self.needs_password:
            return ()
        if self.target.integrity is Integrity.UNVERIFIED:
            # It has a password, which nobody entered: another one would lock its owner out.
            message = tr("Enter the password of this keystore in its details first.")
            return (FieldProblem(field="new_password", message=message),)
        draft = self.draft
        found = [
            FieldProblem(field="new_password", severity=each.severity, message=each.message)
            for each in judge_password(draft.new_password, self.target.format)
        ]
        again = repetition_problems(draft.new_password, draft.new_password_again)
        return (*found, *(dataclasses.replace(each, field="new_password_again") for each in again))

    def preview(self, progress: Progress = no_progress) -> CopyResult:
        """What would come of it now, for a person to see before anything is done.

        :raises InvalidInput: no source is chosen
        """
        source, target, draft = self.source, self.target, self.draft
        if source is None:
            raise InvalidInput(tr("Choose the keystore to merge."), field="source")
        if not draft.locked_password.is_empty:
            source = with_passwords(source, [draft.locked_password], progress=progress)
        if self.needs_password:
            # In a preview a password that is still missing prevents nothing.
            password = draft.new_password if not draft.new_password.is_empty else _PROVISIONAL
            target = target.with_password(password)
        return copy_entries(
            source,
            target,
            on_collision=draft.on_collision,
            keeps_own_passwords=draft.keeps_own_passwords,
            progress=progress,
        )

    def run(self, progress: Progress = no_progress) -> CopyResult:
        """The target with the entries in it.

        :raises InvalidInput: :meth:`problems` reports it
        :raises WrongPassword: no key opens with the password that was typed for them
        :raises WouldLose: something cannot come over, and nobody agreed to leave it out
        """
        for problem in self.problems():
            if problem.severity == "error":
                raise InvalidInput(problem.message, field=problem.field)
        if self.needs_password and self.draft.new_password.is_empty:
            raise PasswordNeeded(tr("The keystore needs a password for the keys."))
        draft = self.draft
        if self.source is not None and not (draft.locked_password.is_empty or draft.allows_loss):
            # Said here and not in the preview, which follows each letter that is typed.
            keys_opened_by(self.source, draft.locked_password, progress=progress)
        result = self.preview(progress)
        if not self.draft.allows_loss:
            result.check()
        return result

    def command(self, source_path: str, target_path: str) -> str:
        """The same as a ``keytool`` command."""
        if self.source is None:
            return ""
        return copy_command(
            [entry.alias for entry in self._entries],
            source=CommandStore(path=source_path, format=self.source.format.value, exists=True),
            target=CommandStore(path=target_path, format=self.target.format.value, exists=True),
        )


#: Stands for the password that a target is going to get; nothing is written under it.
_PROVISIONAL = Password("provisional")


def summary_of(result: CopyResult) -> str:
    """What happens to the entries, counted, as one line."""
    counts = dict.fromkeys(Fate, 0)
    for each in result.fates:
        counts[each.fate] += 1
    return enumerated([_counted(fate, count) for fate, count in counts.items() if count])


def _counted(fate: Fate, count: int) -> str:
    match fate:
        case Fate.ADDED:
            return tr_count("{count} added", "{count} added", count)
        case Fate.RENAMED:
            return tr_count(
                "{count} added under another alias", "{count} added under another alias", count
            )
        case Fate.REPLACED:
            return tr_count("{count} replaced", "{count} replaced", count)
        case Fate.SKIPPED:
            return tr_count("{count} skipped", "{count} skipped", count)
        case Fate.LEFT_OUT:
            return tr_count("{count} left out", "{count} left out", count)
