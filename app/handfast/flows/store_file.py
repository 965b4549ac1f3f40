"""A keystore into a file: a new one, or one that is open, elsewhere or in another format."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypedDict, TypeVar, Unpack

from handfast.core.errors import AlreadyExists, HandfastError, WouldLose
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.core.store import Format, Strength
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.flows.file_names import format_of_name, with_ending
from handfast.flows.new_password import repetition_problems
from handfast.formats.registry import module_for, usual_ending
from handfast.services.policy.formats import has_strengths
from handfast.services.policy.key_passwords import is_kept_by_password, with_one_password
from handfast.services.policy.passwords import judge_kept_password, judge_password

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.services.files.opening import OpenedFile

STEP = "file"
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFileDraft:
    """Where it goes, in which format, under which password."""

    path: str = ""
    format: Format = Format.PKCS12
    strength: Strength = Strength.MODERN
    password: Password = EMPTY
    password_again: Password = EMPTY
    #: Whether the file that exists may be replaced; asked for once it is known to exist.
    replace: bool = False
    #: Whether what the format cannot hold may be left out; asked for once it is known.
    allow_loss: bool = False


class StoreFileEdits(TypedDict, total=False):
    """Fields of a :class:`StoreFileDraft` that are edited."""

    path: str
    format: Format
    strength: Strength
    password: Password
    password_again: Password
    replace: bool
    allow_loss: bool


class StoreFileFlow(BaseFlow[StoreFileDraft, R]):
    """The fields that *New* and *Save As* share."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("File")),)

    def __init__(self, draft: StoreFileDraft, *, folder: Path, backup: bool) -> None:
        super().__init__(draft)
        #: Where a name without a folder goes.
        self.folder = folder
        #: Whether a file that is replaced stays beside the new one, as ``.bak``.
        self.backup = backup

    @property
    def keeps_password(self) -> bool:
        """Whether the password of the store stays, as none was typed."""
        return False

    @property
    def target(self) -> Path:
        """The file that is written."""
        return self.folder / Path(self.draft.path.strip()).expanduser()

    def update(self, **changes: Unpack[StoreFileEdits]) -> None:
        """Change fields of the draft; the format and the ending of the name follow each other."""
        if "path" in changes and "format" not in changes:
            known = format_of_name(changes["path"])
            if known is not None and changes["path"] != self.draft.path:
                changes["format"] = known
        elif "format" in changes and "path" not in changes:
            changes["path"] = with_ending(self.draft.path, changes["format"])
        if {"path", "format"} & changes.keys():
            # Leave was given for another file, or for another format.
            changes.setdefault("replace", False)
            changes.setdefault("allow_loss", False)
        self.draft = dataclasses.replace(self.draft, **changes)

    def forget_secrets(self) -> bool:
        typed = (self.draft.password, self.draft.password_again)
        self.update(password=EMPTY, password_again=EMPTY)
        return any(not each.is_empty for each in typed)

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        return (*self._path_problems(), *self._password_problems())

    def _path_problems(self) -> list[FieldProblem]:
        text = self.draft.path.strip()
        if not text:
            return [FieldProblem(field="path", message=tr("Choose a file."))]
        if self.target.is_dir():
            message = tr("This is a folder. Add the name of a file.")
            return [FieldProblem(field="path", message=message)]
        return []

    def _password_problems(self) -> list[FieldProblem]:
        draft = self.draft
        found = [
            FieldProblem(field="password", severity=each.severity, message=each.message)
            for each in judge_password(draft.password, draft.format)
        ]
        return [*found, *repetition_problems(draft.password, draft.password_again)]

    def agree(self, error: HandfastError) -> bool:
        """Give the leave that an error asked for; whether there is one to give."""
        if isinstance(error, AlreadyExists):
            self.update(replace=True)
        elif isinstance(error, WouldLose):
            self.update(allow_loss=True)
        else:
            return False
        return True


class NewStoreFlow(StoreFileFlow["OpenedFile"]):
    """An empty keystore."""

    def __init__(self, *, format: Format, strength: Strength, folder: Path, backup: bool) -> None:  # noqa: A002 - the field of the draft
        name = f"keystore.{usual_ending(format)}"
        draft = StoreFileDraft(path=str(folder / name), format=format, strength=strength)
        super().__init__(draft, folder=folder, backup=backup)

    def run(self, progress: Progress = no_progress) -> OpenedFile:
        from handfast.services.files import saving

        draft = self.draft
        return saving.save_store(
            saving.new_store(draft.format, draft.password, draft.strength),
            self.target.absolute(),
            overwrite=draft.replace,
            backup=self.backup,
            progress=progress,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAs:
    """The file that was written."""

    opened: OpenedFile
    #: What an earlier value of the store becomes there, so that undo goes on working.
    change: Callable[[Store], Store]


class SaveAsFlow(StoreFileFlow[SavedAs]):
    """A keystore that is open, into another file; with no password typed it keeps its own."""

    def __init__(self, store: Store, path: Path, *, backup: bool) -> None:
        is_same = has_strengths(store.format)
        draft = StoreFileDraft(
            path=str(path),
            format=store.format,
            strength=Strength.AS_IT_WAS if is_same else Strength.MODERN,
        )
        super().__init__(draft, folder=path.parent, backup=backup)
        self.store = store
        self.path = path

    def suggest_conversion(self) -> None:
        """Begin with another format, and a file beside the one that is open."""
        wanted = Format.JKS if self.store.format is Format.PKCS12 else Format.PKCS12
        self.update(format=wanted)
        if self.replaces_own_file:
            # Its name says nothing about formats, or says that of what it is not.
            self.update(path=f"{self.path}.{usual_ending(wanted)}")

    def take_store(self, store: Store) -> None:
        """Go on with the keystore as it is known now: keys of it were unlocked."""
        self.store = store

    @property
    def locked_keys(self) -> int:
        """How many keys cannot come along unless their password is entered, as far as is known."""
        if self.draft.format is self.store.format:
            return 0
        kinds = module_for(self.draft.format).CAPABILITIES.kinds
        return sum(
            is_kept_by_password(each, kinds) and not each.is_untried for each in self.store.entries
        )

    @property
    def keeps_password(self) -> bool:
        typed = (self.draft.password, self.draft.password_again)
        return self.store.password is not None and all(each.is_empty for each in typed)

    @property
    def replaces_own_file(self) -> bool:
        """Whether the file that the store was read from is the one that is written."""
        return self.target.absolute() == self.path.absolute()

    def _password_problems(self) -> list[FieldProblem]:
        if not self.keeps_password:
            return super()._password_problems()
        if self.store.format is self.draft.format:
            # What opens the file as it is stays good for it; another format may not take it.
            return []
        return [
            FieldProblem(field="password", severity=each.severity, message=each.message)
            for each in judge_kept_password(self.store.password, self.draft.format)
        ]

    def run(self, progress: Progress = no_progress) -> SavedAs:
        from handfast.services.exchange.converting import save_converted

        draft, store = self.draft, self.store
        password = None if self.keeps_password else draft.password
        strength = draft.strength if has_strengths(draft.format) else Strength.AS_IT_WAS
        saved, _conversion = save_converted(
            store,
            self.target.absolute(),
            draft.format,
            password if password is not None else store.password,
            strength=strength,
            allow_loss=draft.allow_loss,
            overwrite=draft.replace,
            backup=self.backup,
            progress=progress,
        )
        there = {entry.alias.casefold() for entry in saved.store.entries}

        def change(each: Store) -> Store:
            # The steps before hold no more than the file can.
            lost = [one for one in each.entries if one.alias.casefold() not in there]
            lost = [one for one in lost if one in store.entries]
            return _converted(each.without(lost), draft.format, strength, password)

        return SavedAs(opened=saved, change=change)


def _converted(
    store: Store, wanted: Format, strength: Strength, password: Password | None
) -> Store:
    """A store as it is in a file of another format."""
    if wanted is not store.format or password is not None:
        store, _notes = with_one_password(store, wanted)
    store = dataclasses.replace(store, format=wanted, strength=strength)
    return store if password is None else store.with_password(password)
