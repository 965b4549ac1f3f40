"""Where something new goes: into a store that is open, or into a new file."""

from __future__ import annotations

import dataclasses
import os
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypedDict, TypeVar, Unpack

from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import HandfastError, InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import EMPTY, Password
from handfast.core.store import Format, Integrity, Store, Strength, check_alias, shorten
from handfast.flows.base import BaseFlow, FieldProblem, SummaryLine
from handfast.flows.file_names import format_of_name, with_ending
from handfast.flows.open_store import OpenStore, find_store
from handfast.services.exchange.keytool_commands import CommandStore
from handfast.services.files.new_format import usual_ending
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.shown_path import shown_path
from handfast.services.policy.aliases import check_free
from handfast.services.policy.formats import WRITABLE_FORMATS, needs_password
from handfast.services.policy.overwriting import why_never_overwritten
from handfast.services.policy.passwords import judge_password

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.progress import Progress
    from handfast.services.files.opening import OpenedFile

#: What the choosers offer, with the ending that fits.
NEW_FORMATS = tuple((each.value, usual_ending(each)) for each in WRITABLE_FORMATS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDraft:
    """The part of a draft that says where it goes."""

    #: ``existing`` or ``new``.
    target: str = "new"
    #: Which of the open stores, by its key.
    existing: str = ""
    new_path: str = ""
    new_format: str = "PKCS12"
    #: Whether a new PKCS#12 is written so that Java 8 reads it.
    compatible: bool = False
    password: Password = EMPTY
    password_again: Password = EMPTY


class TargetEdits(TypedDict, total=False):
    """Fields of a :class:`TargetDraft` that are edited."""

    target: str
    existing: str
    new_path: str
    new_format: str
    compatible: bool
    password: Password
    password_again: Password


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDefaults:
    """How a person wants new stores, as far as the choosers offer it."""

    format: Format = Format.PKCS12
    strength: Strength = Strength.MODERN

    def to_draft(self) -> TargetEdits:
        """As fields of a :class:`TargetDraft`; PKCS#12 for a format that is not offered."""
        is_offered = self.format.value in dict(NEW_FORMATS)
        return {
            "new_format": self.format.value if is_offered else Format.PKCS12.value,
            "compatible": self.strength is Strength.COMPATIBLE,
        }


#: Where nobody said anything.
STORE_DEFAULTS = StoreDefaults()

D = TypeVar("D", bound=TargetDraft)
E = TypeVar("E", KeyPair, TrustedCertificate)


def target_problems(
    draft: TargetDraft, stores: Iterable[OpenStore], *, asks_password: bool = True
) -> list[FieldProblem]:
    """What is wrong with where it goes."""
    if draft.target == "existing":
        if find_store(stores, draft.existing) is None:
            return [FieldProblem(field="existing", message=tr("Choose a keystore."))]
        return []
    problems = path_problems(draft.new_path, field="new_path")
    if not problems and Path(draft.new_path).expanduser().exists():
        problems.append(
            FieldProblem(
                field="new_path",
                message=tr(
                    "This file already exists. Choose another name, or choose “An existing "
                    "keystore” above to add to it."
                ),
            )
        )
    return [*problems, *password_problems(draft)] if asks_password else problems


def key_problems(store: Store | None) -> list[FieldProblem]:
    """Whether a key that is put into an open store would be unencrypted there."""
    if store is None or store.password is not None:
        return []
    if store.integrity is not Integrity.NONE and store.format is not Format.PEM:
        # It was opened without its password, which saving asks for.
        return []
    return [
        FieldProblem(
            field="existing",
            message=tr(
                "This keystore has no password: anyone with the file could read the private "
                "key. Set a password for the keystore first, or choose a new one."
            ),
        )
    ]


def output_problems(
    text: str, *, field: str, replace: bool, sources: Sequence[Path] = ()
) -> list[FieldProblem]:
    """What is wrong with the name of a file to be written; ``replace``: an older one may go.

    ``sources`` are the keystores that what is written comes from.
    """
    problems = path_problems(text, field=field)
    if not problems and (refused := refusal_of(text, sources)):
        message = tr("{problem} Choose another name.", problem=refused)
        return [FieldProblem(field=field, message=message)]
    if not problems and not replace and is_file_there(text):
        message = tr(
            "“{name}” already exists. Replace it below, or choose another name.",
            name=shorten(Path(text).expanduser().name),
        )
        problems.append(FieldProblem(field=field, message=message))
    return problems


def refusal_of(text: str, sources: Sequence[Path] = ()) -> str:
    """Why the file of this name is never overwritten; empty where it may be, or is not there."""
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        return ""
    return why_never_overwritten(path, sources=sources) if text.strip() else ""


def can_be_replaced(text: str, sources: Sequence[Path] = ()) -> bool:
    """Whether a file of this name is there, and may be replaced by somebody who agrees to it."""
    return is_file_there(text) and not refusal_of(text, sources)


def is_file_there(text: str) -> bool:
    """Whether a file of this name would be replaced; no name at all names none."""
    try:
        return bool(text.strip()) and Path(text).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def path_problems(text: str, *, field: str) -> list[FieldProblem]:
    """What is wrong with the name of a file to be written, whether or not it exists."""

    def wrong(message: str) -> list[FieldProblem]:
        return [FieldProblem(field=field, message=message)]

    if not text.strip():
        return wrong(tr("Enter a file name."))
    try:
        path = Path(text).expanduser()
        if path.is_dir():
            return wrong(tr("This is a folder. Add the name of a file."))
        folder = path.parent
        if not folder.exists():
            return wrong(tr("The folder “{folder}” does not exist.", folder=folder))
        if not folder.is_dir():
            return wrong(tr("“{folder}” is a file, not a folder.", folder=folder))
        if not os.access(folder, os.W_OK):
            return wrong(
                tr("You do not have permission to write to the folder “{folder}”.", folder=folder)
            )
    except (OSError, ValueError, RuntimeError):
        return wrong(tr("This is not a valid file name."))
    return []


def password_problems(draft: TargetDraft) -> list[FieldProblem]:
    """What is wrong with the password of a new store and its repetition."""
    verdicts = judge_password(draft.password, Format(draft.new_format))
    problems = [
        FieldProblem(field="password", severity=each.severity, message=each.message)
        for each in verdicts
    ]
    if any(each.is_error for each in verdicts):
        return problems
    if draft.password_again != draft.password:
        message = (
            tr("Confirm the password.")
            if draft.password_again.is_empty
            else tr("The passwords do not match.")
        )
        problems.append(FieldProblem(field="password_again", message=message))
    return problems


def alias_problems(alias: str, store: Store | None, *, field: str = "alias") -> list[FieldProblem]:
    """Whether an alias can be used, and is free."""
    try:
        check_alias(alias)
        if store is not None:
            check_free(store, alias)
    except HandfastError as error:
        return [FieldProblem(field=field, message=f"{error.problem} {error.remedy}".strip())]
    return []


def target_summary(draft: TargetDraft, stores: Iterable[OpenStore]) -> list[SummaryLine]:
    if draft.target == "existing":
        found = find_store(stores, draft.existing)
        name = "" if found is None else shown_path(found.path) if found.path else found.title
        return [
            SummaryLine(label=tr("Into the keystore"), value=name),
            SummaryLine(
                label=tr("Written"),
                value=tr("when you save the keystore; until then you can undo it"),
                is_about_saving=True,
            ),
        ]
    kind = Format(draft.new_format).title
    if draft.compatible and draft.new_format == "PKCS12":
        kind = tr("{format}, readable by Java 8", format=kind)
    return [
        SummaryLine(
            label=tr("Into a new keystore"), value=shown_path(Path(draft.new_path).expanduser())
        ),
        SummaryLine(label=tr("Format"), value=kind),
    ]


def empty_target(draft: TargetDraft, *, asks_password: bool = True) -> Store:
    """The new store as it is before anything is put in."""
    if not asks_password:
        return new_store(Format(draft.new_format), None, Strength.NONE)
    strength = Strength.COMPATIBLE if draft.compatible else Strength.MODERN
    return new_store(Format(draft.new_format), draft.password, strength)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOutcome(Generic[E]):
    """What was added, and the store that holds it."""

    entries: tuple[E, ...]
    store: Store
    #: What the edit is called in the history of an open store.
    label: str
    #: The open store that it goes into; empty for a new one, which ``opened`` is then.
    existing: str = ""
    opened: OpenedFile | None = None


class TargetFlow(BaseFlow[D, TargetOutcome[E]]):
    """A flow that ends in new entries of a store."""

    #: Whether keys are put in, which a password protects in every format.
    holds_keys = False

    def __init__(self, draft: D, *, stores: Sequence[OpenStore], usual: StoreDefaults) -> None:
        changes = usual.to_draft()
        changes["target"] = "existing" if stores else "new"
        changes["existing"] = stores[0].key if stores else ""
        super().__init__(dataclasses.replace(draft, **changes))
        self.stores = tuple(stores)
        #: Read for this, until the window has opened it too.
        self._fresh: OpenStore | None = None
        self._path_is_suggested = True

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""
        fresh = self._fresh
        if fresh is not None and find_store(stores, fresh.key) is not None:
            self._fresh = fresh = None
        self.stores = (*stores, fresh) if fresh is not None else tuple(stores)

    def take_store(self, store: OpenStore) -> None:
        """A keystore was opened for this: the new entry goes there."""
        if find_store(self.stores, store.key) is None:
            self._fresh = store
            self.stores = (*self.stores, store)
        self.update(target="existing", existing=store.key)

    def update(self, **changes: Unpack[TargetEdits]) -> None:
        """Change fields of the draft; fields that are suggested from others follow."""
        self._follow_name(changes)
        self.draft = dataclasses.replace(self.draft, **changes)

    def _follow_name(self, changes: TargetEdits) -> None:
        """Have the format follow the ending that was typed, or the ending the format."""
        if "new_path" in changes:
            self._path_is_suggested = False
            known = format_of_name(changes["new_path"])
            is_offered = known is not None and known.value in dict(NEW_FORMATS)
            if known is not None and is_offered and "new_format" not in changes:
                changes["new_format"] = known.value
        elif "new_format" in changes and not self._path_is_suggested:
            wanted = Format(changes["new_format"])
            changes["new_path"] = with_ending(self.draft.new_path, wanted)

    def forget_secrets(self) -> bool:
        draft: TargetDraft = self.draft
        typed = (draft.password, draft.password_again)
        self.update(password=EMPTY, password_again=EMPTY)
        return any(not each.is_empty for each in typed)

    @property
    @abstractmethod
    def file_stem(self) -> str:
        """What a new store’s file would be called, without its ending; empty for not yet known."""

    def suggest_path(self, folder: str) -> None:
        """Name the new file, in a folder, until the person names it."""
        if self._path_is_suggested and self.file_stem:
            ending = dict(NEW_FORMATS)[self.draft.new_format]
            path = f"{folder.rstrip('/')}/{self.file_stem}.{ending}"
            self.draft = dataclasses.replace(self.draft, new_path=path)

    @property
    def asks_password(self) -> bool:
        """Whether a new store is put under a password: PEM protects keys, and nothing else."""
        return needs_password(Format(self.draft.new_format), holds_keys=self.holds_keys)

    @property
    def _target(self) -> OpenStore | None:
        if self.draft.target != "existing":
            return None
        return find_store(self.stores, self.draft.existing)

    @property
    def target_store(self) -> Store | None:
        """The open store that is chosen; None for a new one."""
        found = self._target
        return found.store if found is not None else None

    def command_store(self) -> CommandStore:
        """The store as a keytool command has it."""
        found = self._target
        if found is not None:
            return CommandStore(
                path=str(found.path or found.title),
                format=found.store.format.value,
                exists=True,
            )
        draft = self.draft
        return CommandStore(
            path=str(Path(draft.new_path).expanduser()),
            format=draft.new_format,
            compatible=draft.compatible,
        )

    def put(self, entries: Sequence[E], label: str, progress: Progress) -> TargetOutcome[E]:
        """Add the entries to the open store, or write the new one."""
        draft = self.draft
        if draft.target != "existing":
            opened = save_store(
                empty_target(draft, asks_password=self.asks_password).with_entries(entries),
                Path(draft.new_path).expanduser(),
                backup=False,
                progress=progress,
            )
            return TargetOutcome(
                entries=tuple(entries), store=opened.store, label=label, opened=opened
            )
        store = self.target_store
        if store is None:
            raise InvalidInput(tr("The keystore was closed."), field="existing")
        return TargetOutcome(
            entries=tuple(entries),
            store=store.with_entries(entries),
            label=label,
            existing=draft.existing,
        )
