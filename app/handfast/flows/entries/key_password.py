"""The password of a key itself: set, changed, or made equal to that of its keystore."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.flows.new_password import repetition_problems
from handfast.formats.registry import pair_again
from handfast.services.exchange.changing_passwords import change_key_password
from handfast.services.exchange.keytool_commands import CommandStore, key_password_command
from handfast.services.files.unlocking import with_passwords
from handfast.services.policy.formats import key_may_differ
from handfast.services.policy.passwords import judge_password

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.progress import Progress
    from handfast.core.store import Store

STEP = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPasswordDraft:
    """The present password where it is not known, and which one the key gets."""

    present: Password = EMPTY
    #: Whether the key gets the password of its keystore.
    equals_store: bool = True
    password: Password = EMPTY
    password_again: Password = EMPTY


class EntryPasswordEdits(TypedDict, total=False):
    """Fields of an :class:`EntryPasswordDraft` that are edited."""

    present: Password
    equals_store: bool
    password: Password
    password_again: Password


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPasswordOutcome:
    """The keystore with the keys under their new password, and what to know about that."""

    store: Store
    notes: tuple[str, ...] = ()


class EntryPasswordFlow(BaseFlow[EntryPasswordDraft, EntryPasswordOutcome]):
    """One key, or several at once."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Password")),)

    def __init__(self, store: Store, entries: Sequence[Entry]) -> None:
        self.store = store
        self.entries = tuple(each for each in entries if isinstance(each, KeyPair | SecretKey))
        # Who has equal passwords comes for another one, if the format can hold that.
        is_equal = all(each.password is None and not each.is_locked for each in self.entries)
        super().__init__(EntryPasswordDraft(equals_store=not (is_equal and self.can_differ)))

    @property
    def can_differ(self) -> bool:
        """Whether the format holds a key under a password of its own."""
        return key_may_differ(self.store.format)

    @property
    def can_equal(self) -> bool:
        """Whether the keystore has a password that a key could get."""
        return self.store.password is not None

    @property
    def asks_present(self) -> bool:
        """Whether a key opens with a password that is not known."""
        return any(each.is_locked and not each.trouble for each in self.entries)

    def update(self, **changes: Unpack[EntryPasswordEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    def forget_secrets(self) -> bool:
        draft = self.draft
        typed = (draft.present, draft.password, draft.password_again)
        self.update(present=EMPTY, password=EMPTY, password_again=EMPTY)
        return any(not each.is_empty for each in typed)

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        draft = self.draft
        if not self.entries:
            return (FieldProblem(field="choice", message=tr("Select a key pair or a secret key.")),)
        found: list[FieldProblem] = []
        broken = next((each for each in self.entries if each.trouble), None)
        if broken is not None:
            message = tr(
                "“{alias}” cannot be opened: {trouble}",
                alias=shorten(broken.alias, 40),
                trouble=broken.trouble,
            )
            found.append(FieldProblem(field="choice", message=message))
        if self.asks_present and draft.present.is_empty and not self._may_be_untried:
            message = tr("Enter the current password of the key.")
            found.append(FieldProblem(field="present", message=message))
        if draft.equals_store:
            if not self.can_equal:
                message = tr("The keystore has no password that the key could use.")
                found.append(FieldProblem(field="choice", message=message))
            return tuple(found)
        if not self.can_differ:
            message = tr(
                "In a PKCS#12 keystore, a key has the password of the keystore: Java and "
                "keytool cannot open a key that has another."
            )
            found.append(FieldProblem(field="choice", message=message))
            return tuple(found)
        found += [
            FieldProblem(field="password", severity=each.severity, message=each.message)
            for each in judge_password(draft.password, self.store.format)
        ]
        return (*found, *repetition_problems(draft.password, draft.password_again))

    @property
    def _may_be_untried(self) -> bool:
        """Whether the locked ones may open with the password of the keystore."""
        return all(each.is_untried for each in self.entries if each.is_locked)

    def run(self, progress: Progress = no_progress) -> EntryPasswordOutcome:
        """The keystore with the keys under their new password.

        :raises InvalidInput: :meth:`problems` reports it
        :raises PasswordNeeded: a key does not open with the password that was entered
        """
        for problem in self.problems():
            if problem.severity == "error":
                raise InvalidInput(problem.message, field=problem.field)
        draft, store = self.draft, self.store
        if draft.equals_store:
            password = store.password if store.password is not None else EMPTY
        else:
            password = draft.password
        wanted = {id(entry) for entry in self.entries}
        if not draft.present.is_empty:
            opened = with_passwords(
                store, [draft.present], wanted=lambda each: id(each) in wanted, progress=progress
            )
            store = pair_again(opened)
        notes: list[str] = []
        for number, entry in enumerate(self.entries):
            progress(number, len(self.entries))
            change = change_key_password(store, entry.alias, password, progress=progress)
            store = change.store
            notes += change.notes
        return EntryPasswordOutcome(store=store, notes=tuple(notes))

    @property
    def label(self) -> str:
        """What the edit is called in the history."""
        if len(self.entries) == 1:
            return tr("Change the Password of “{alias}”", alias=shorten(self.entries[0].alias, 40))
        return tr("Change the Passwords of {count} Keys", count=grouped(len(self.entries)))

    def command(self, path: str) -> str:
        """The same as ``keytool`` commands."""
        store = CommandStore(path=path, format=self.store.format.value, exists=True)
        return key_password_command([entry.alias for entry in self.entries], store)
