"""A keystore that is open, being opened, or locked, and everything that a person does to it.

A document has one explicit :class:`State`. Whatever takes long runs through a
:class:`~handfast.documents.work.Runner`; whoever shows the document listens to it and draws what
it finds. A document is used from one thread only, to which its runner calls back.
"""

from __future__ import annotations

import dataclasses
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

from handfast.core.errors import (
    Cancelled,
    ChangedOnDisk,
    FileProblem,
    HandfastError,
    NotFound,
    PasswordNeeded,
    TooCostly,
    WrongPassword,
)
from handfast.core.history import History
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.documents.learning import same_entries, with_known_entries, with_opened
from handfast.documents.problem import Problem, Remedy
from handfast.documents.releasing import Released
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS
from handfast.formats.registry import unlock_entry, unlock_parts
from handfast.services.files.opening import OpenedFile, open_file
from handfast.services.files.store_files import stamp_of
from handfast.services.files.unlocking import keys_opened_by, with_all_tried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from handfast.core.entry import Entry, KeyPair, SecretKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.documents.work import Runner, RunningJob
    from handfast.services.files.sealing import SealedHistory
    from handfast.services.files.store_files import FileStamp

_CHANGED_BY_ANOTHER = tr(
    "Another program changed it. The contents shown are from before that change."
)
#: How a failure is handed to whoever asked, where it is not told above the entries.
Failed: TypeAlias = "Callable[[HandfastError], None]"


class State(Enum):
    """Where a document stands; exactly one of these at any time."""

    #: Its file is being read, or a password is being tried.
    OPENING = auto()
    #: Its file cannot be read without a password, or without another one: see ``error``.
    NEEDS_PASSWORD = auto()
    #: Its entries can be seen and edited.
    OPEN = auto()
    #: Its content was put away until its password is entered again: see ``why_locked``.
    LOCKED = auto()
    #: Its file could not be read: see ``error``.
    FAILED = auto()
    #: Nobody uses it any more, and it holds nothing.
    CLOSED = auto()


class LockScope(Enum):
    """What of a document :meth:`Document.lock` would put away now."""

    #: All of it.
    EVERYTHING = auto()
    #: The keys with passwords of their own; everybody can open the rest.
    OWN_KEYS = auto()
    #: Nothing: it has no password.
    NO_PASSWORD = auto()
    #: Nothing: everybody tries the password that it has.
    WELL_KNOWN_PASSWORD = auto()
    #: Nothing, while it is being saved.
    SAVING = auto()
    #: Nothing: it is not open.
    NOT_OPEN = auto()


class Document:
    """One keystore file and what is done to it."""

    def __init__(
        self,
        path: Path,
        runner: Runner,
        *,
        keeps_backup: Callable[[], bool] = lambda: True,
        password_saved: Callable[[Password | None], object] = lambda _password: None,
    ) -> None:
        """A document of a file, which is not read before :meth:`open`.

        ``keeps_backup`` says whether a save keeps the previous version as ``.bak``;
        ``password_saved`` is told when a save has put the file under another password.
        """
        self._path = path
        self._runner = runner
        self._keeps_backup = keeps_backup
        self._password_saved = password_saved
        self._listeners: list[Callable[[], object]] = []
        self._state = State.OPENING
        self._error: HandfastError | None = None
        self._why_locked = ""
        self._problem: Problem | None = None
        self._limits = DEFAULT_LIMITS
        self._history: History | None = None
        self._opened: OpenedFile | None = None
        #: What a locked document holds; None where its file holds all of it.
        self._sealed: SealedHistory | None = None
        #: The same until it is sealed, and for good where it cannot be.
        self._unsealed: History | None = None
        self._is_locked_dirty = False
        self._locked_stamp: FileStamp | None = None
        #: The password that :meth:`agree` tries again.
        self._tried: Password | None = None
        self._reading: RunningJob | None = None
        self._sealing: RunningJob | None = None
        self._saving: RunningJob | None = None
        #: A password that was entered for a key, or for a keystore that is shown unverified.
        self._learning: RunningJob | None = None
        #: The keystore's own password, on keys that were not tried yet.
        self._trying: RunningJob | None = None
        #: The file as other programs left it: what was told already, and what was read already.
        self._told: FileStamp | None = None
        self._told_missing = False
        self._reread: FileStamp | None = None

    # --- what it is ----------------------------------------------------------------

    @property
    def path(self) -> Path:
        return self._path

    @property
    def state(self) -> State:
        return self._state

    @property
    def error(self) -> HandfastError | None:
        """Why it is not open: in NEEDS_PASSWORD, in FAILED, and in LOCKED after a failed unlock."""
        return self._error

    @property
    def why_locked(self) -> str:
        """A sentence for people, in the state LOCKED."""
        return self._why_locked

    @property
    def problem(self) -> Problem | None:
        """What went wrong last with a document that is open."""
        return self._problem

    @property
    def history(self) -> History | None:
        """Its values and which one is on disk; None unless it is open."""
        return self._history

    @property
    def store(self) -> Store | None:
        """The value that it has now; None unless it is open."""
        return self._history.store if self._history is not None else None

    @property
    def opened(self) -> OpenedFile | None:
        """The file as it was read or written last; None unless the document is open."""
        return self._opened

    @property
    def is_dirty(self) -> bool:
        """Whether there are edits that are not in the file, behind a lock too."""
        if self._history is not None:
            return self._history.is_dirty
        return self._is_locked_dirty

    @property
    def is_saving(self) -> bool:
        return self._saving is not None and self._saving.is_running

    @property
    def holds_secrets(self) -> bool:
        """Whether anything of a locked document is still readable in memory."""
        return self._unsealed is not None or self._history is not None

    @property
    def may_agree(self) -> bool:
        """Whether the file takes far more work than usual, and :meth:`agree` would read it."""
        return (
            self._state is State.FAILED
            and isinstance(self._error, TooCostly)
            and self._limits is DEFAULT_LIMITS
        )

    @property
    def reading_job(self) -> RunningJob | None:
        """The work behind the state OPENING."""
        return self._running(self._reading)

    @property
    def saving_job(self) -> RunningJob | None:
        return self._running(self._saving)

    @property
    def learning_job(self) -> RunningJob | None:
        """The work behind :meth:`unlock_key` and :meth:`verify`."""
        return self._running(self._learning)

    @property
    def trying_job(self) -> RunningJob | None:
        """The work behind :meth:`try_keys`."""
        return self._running(self._trying)

    @staticmethod
    def _running(job: RunningJob | None) -> RunningJob | None:
        return job if job is not None and job.is_running else None

    def listen(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Have ``listener`` called after every change of any kind; returns what ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def _changed(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    # --- opening -------------------------------------------------------------------

    def open(self, password: Password | None = None) -> None:
        """Read the file; edits of a document that is open already are lost."""
        self._tried = password
        self._cancel(self._reading)
        self._forget_locked()
        self._opened = self._history = None
        self._state, self._error = State.OPENING, None
        self._read_into(password, self._show_reading, self._fail_reading)
        self._changed()

    def show(self, opened: OpenedFile) -> None:
        """Show a file that was read or written just before, without reading it again.

        As with a password that is entered, this opens what is not open, unlocks what is locked,
        and takes the place of what is shown unverified and has no edits; a document that is open
        otherwise stays as it is.
        """
        password = opened.store.password
        if self._state is State.LOCKED:
            if password is not None:
                self.unlock(password)
        elif self._may_be_replaced():
            self._cancel(self._reading)
            self._show_reading(opened)

    def _may_be_replaced(self) -> bool:
        return self._history is None or (not self.is_dirty and self._history.store.password is None)

    def agree(self) -> None:
        """Read the file however much work that takes; what was tried last is tried again."""
        self._limits = AGREED_LIMITS
        self.open(self._tried)

    def enter(self, password: Password) -> None:
        """Use a password that a person entered, or handed over, where it can be of use.

        It opens what needs it, unlocks what is locked, and opens again what is shown unverified
        and has no edits; a document that is open otherwise stays as it is.
        """
        if self._state is State.LOCKED:
            self.unlock(password)
        elif self._may_be_replaced():
            self.open(password)

    def _read_into(
        self, password: Password | None, done: Callable[[OpenedFile], None], failed: Failed
    ) -> None:
        path, limits = self._path, self._limits

        def work(progress: Progress) -> OpenedFile:
            # Where each try takes long, passwords are not guessed.
            return open_file(
                path,
                password,
                try_usual=limits is DEFAULT_LIMITS,
                limits=limits,
                progress=progress,
            )

        self._reading = self._runner.run(work, done=done, failed=failed)

    def _show_reading(self, opened: OpenedFile) -> None:
        self._show(opened, History.opened(opened.store))

    def _fail_reading(self, error: HandfastError) -> None:
        asks = isinstance(error, PasswordNeeded | WrongPassword)
        self._state = State.NEEDS_PASSWORD if asks else State.FAILED
        self._error = error
        self._opened = self._history = None
        self._changed()

    def _show(self, opened: OpenedFile, history: History) -> None:
        self._forget_locked()
        self._tried = None
        self._opened, self._history = opened, history
        self._state, self._error = State.OPEN, None
        self._changed()

    # --- editing -------------------------------------------------------------------

    def apply(self, label: str, store: Store) -> None:
        """Take an edit, which undo can take back; NotFound unless the document is open."""
        self._replace(self._require().apply(label, store))

    def undo(self) -> None:
        if self._history is not None:
            self._replace(self._history.undo())

    def redo(self) -> None:
        if self._history is not None:
            self._replace(self._history.redo())

    def delete(self, entries: Iterable[Entry]) -> None:
        """Delete these entries, which are found by identity."""
        gone = tuple(entries)
        if not gone:
            return
        one = tr("Delete “{alias}”", alias=shorten(gone[0].alias))
        label = (
            one
            if len(gone) == 1
            else tr_count("Delete {count} Entry", "Delete {count} Entries", len(gone))
        )
        self.apply(label, self._require().store.without(gone))

    def change_password(self, password: Password | None) -> None:
        """Put the store under another password, with each key that is under its present one.

        Where such keys were not tried yet, that is done first, and takes its time. Where the
        keystore cannot be put under that password, the :attr:`problem` says why.
        """

        def change(store: Store) -> None:
            from handfast.services.exchange.changing_passwords import change_store_password

            try:
                changed = (
                    store.with_password(None)
                    if password is None
                    else change_store_password(store, password).store
                )
            except HandfastError as error:
                self.report(error)
                return
            self.apply(tr("Change password"), changed)

        store = self._require().store
        if any(entry.is_untried for entry in store.entries):
            self.try_keys(then=change)
        else:
            change(store)

    def _require(self) -> History:
        if self._history is None:
            raise NotFound(
                tr("“{name}” is not open.", name=shorten(self._path.name)),
                remedy=tr("Open it, or unlock it, and try again."),
            )
        return self._history

    def _replace(self, history: History) -> None:
        self._history = history
        if not history.is_dirty:
            # What could not be saved was taken back.
            self._problem = None
        self._changed()

    # --- saving --------------------------------------------------------------------

    def save(
        self,
        then: Callable[[], None] = lambda: None,
        failed: Failed = lambda _error: None,
    ) -> None:
        """Write the file, unless another program changed it since it was read.

        Where nothing is to be written, nothing happens. ``then`` is called once it is written. A
        failure loses nothing: it becomes the :attr:`problem`, and ``failed`` is called as well.
        """
        if self._opened is not None and self.is_dirty:
            self._write(self._opened.stamp, then, failed)

    def overwrite(self) -> None:
        """Write the file although another program changed it; its version becomes ``.bak``."""
        self._write(None, lambda: None, lambda _error: None)

    def stop_saving(self) -> None:
        """Stop before the file is touched; a file that is touched already is written whole."""
        if self._saving is not None:
            self._saving.ask_to_stop()

    def keep_mine(self, stamp: FileStamp) -> None:
        """Keep the edits: the next save replaces the file as it was at ``stamp``."""
        if self._opened is not None:
            self._opened = dataclasses.replace(self._opened, stamp=stamp)
            self._problem = None
            self._changed()

    def move_to(self, opened: OpenedFile, written: Store, change: Callable[[Store], Store]) -> None:
        """Go on with another file, to which ``written`` was saved after ``change``.

        ``change`` is applied to every step, so that undo goes on as well. Nothing happens where
        the document was closed or locked before.
        """
        if self._history is None:
            return
        self._path, self._opened = opened.path, opened
        self._problem = None
        moved = self._history.mark_written(written).mapped(change)
        if moved.saved is not None:
            # What was written is what is shown, with how the file protects it now.
            steps = list(moved.steps)
            steps[moved.saved] = dataclasses.replace(steps[moved.saved], store=opened.store)
            moved = dataclasses.replace(moved, steps=tuple(steps))
        self._replace(moved)

    def _write(
        self, expected: FileStamp | None, then: Callable[[], None], otherwise: Failed
    ) -> None:
        if self._history is None or self.is_saving:
            # A second save beside it would find the file changed, by the first.
            return
        store, path = self._history.store, self._path
        before = self._opened.store if self._opened is not None else None
        backup = self._keeps_backup()
        self._problem = None

        def work(progress: Progress) -> OpenedFile:
            # Loaded with the first save: whoever only looks at a keystore does not wait for it.
            from handfast.services.files.saving import save_store

            return save_store(
                store,
                path,
                expected=expected,
                overwrite=expected is None,
                backup=backup,
                before=before,
                progress=progress,
            )

        def done(saved: OpenedFile) -> None:
            self._opened = saved
            if self._history is not None:
                self._history = self._history.mark_written(store)
            if before is not None and before.password != saved.store.password:
                self._password_saved(saved.store.password)
            self._changed()
            then()

        def failed(error: HandfastError) -> None:
            if isinstance(error, Cancelled):
                self._changed()
            else:
                self.report(error, _after_saving(error))
            otherwise(error)

        self._saving = self._runner.run(work, done=done, failed=failed)
        self._changed()

    # --- problems ------------------------------------------------------------------

    def report(self, error: HandfastError, remedies: tuple[Remedy, ...] = ()) -> None:
        """Report something that went wrong with what is shown."""
        self._problem = Problem(error=error.without_frames(), remedies=remedies)
        self._changed()

    # --- the file on disk ------------------------------------------------------------

    def reload(self, password: Password | None = None) -> None:
        """Take what the file holds now as an edit: undo brings back what was shown before.

        Where the file has another password now, the problem asks for it, and what is shown stays.
        """
        if self._history is None:
            return
        wanted = self._history.store.password if password is None else password

        def done(opened: OpenedFile) -> None:
            if self._history is None:
                return
            self._opened = opened
            self._problem = None
            self._replace(self._history.apply(tr("Reload"), opened.store).mark_saved())

        def failed(error: HandfastError) -> None:
            if not isinstance(error, PasswordNeeded | WrongPassword):
                self.report(error)
                return
            name = shorten(self._path.name)
            changed = WrongPassword(
                tr("The password of “{name}” has been changed.", name=name)
                if password is None
                else tr("This is not the password of “{name}”.", name=name),
                causes=(_CHANGED_BY_ANOTHER,),
                remedy=tr("Enter the new password to reload it."),
            )
            self.report(changed, (Remedy.ENTER_PASSWORD,))

        self._cancel(self._reading)
        self._read_into(wanted, done, failed)

    def compare_with_disk(self) -> None:
        """See whether another program changed the file.

        What it wrote is shown at once where no edit is lost by that; else a problem asks.
        """
        opened = self._opened
        if opened is None or self.is_saving:
            return

        def work(_progress: Progress) -> FileStamp | None:
            return stamp_of(opened.path)

        def done(stamp: FileStamp | None) -> None:
            if self._opened is not opened or self.is_saving:
                return
            if stamp is not None and stamp.is_same_content(opened.stamp):
                self._told, self._told_missing, self._reread = None, False, None
            else:
                self._tell_difference(stamp)

        self._runner.run(work, done=done, failed=lambda _error: None)

    def _tell_difference(self, stamp: FileStamp | None) -> None:
        name = shorten(self._path.name)
        if stamp is None:
            if not self._told_missing:
                self._told_missing, self._told = True, None
                gone = ChangedOnDisk(
                    tr("“{name}” no longer exists.", name=name),
                    causes=(tr("It was deleted, moved, or renamed while it was open."),),
                    remedy=tr("Its contents are still shown here and can be saved."),
                )
                self.report(gone, (Remedy.SAVE_AS,))
            return
        if not self.is_dirty:
            # Once: it may ask for another password, which is being typed.
            if self._reread != stamp:
                self._reread = stamp
                self.reload()
            return
        if self._told == stamp and not self._told_missing:
            return
        self._told, self._told_missing = stamp, False
        changed = ChangedOnDisk(
            tr("“{name}” was changed by another program.", name=name),
            causes=(tr("The file changed on disk, and you have unsaved edits."),),
            remedy=tr(
                "Reload it and lose your edits, or keep them: saving then overwrites the file on "
                "disk."
            ),
        )
        self.report(changed, (Remedy.RELOAD, Remedy.KEEP_MINE, Remedy.SAVE_AS))

    def keep_edits(self) -> None:
        """The answer to a file that another program changed: the next save replaces it."""
        if self._told is not None:
            self.keep_mine(self._told)

    # --- keys that are locked ----------------------------------------------------------

    def unlock_key(
        self,
        entry: KeyPair | SecretKey,
        password: Password,
        *,
        then: Callable[[Entry], None] = lambda _entry: None,
        failed: Failed,
    ) -> None:
        """Open one key with a password of its own; this does not count as an edit."""
        store = self.store
        if store is None:
            return

        def work(progress: Progress) -> KeyPair | SecretKey:
            return unlock_entry(store, entry, password, progress=progress)

        def done(opened: KeyPair | SecretKey) -> None:
            now = self.store
            if now is not None and any(each is entry for each in now.entries):
                self._learn({id(entry): opened})
                # Its certificates may be others than before.
                entries = () if self.store is None else self.store.entries
                alike = (each for each in entries if each.alias == opened.alias)
                then(next((each for each in alike if type(each) is type(opened)), opened))

        self._learning = self._runner.run(work, done=done, failed=failed)

    def unlock_keys(
        self,
        password: Password,
        *,
        then: Callable[[Store], None] = lambda _store: None,
        failed: Failed,
    ) -> None:
        """Open each locked key that a password fits; this does not count as an edit.

        ``then`` is called with the store in which they are open.
        """
        store = self.store
        if store is None:
            return

        def work(progress: Progress) -> dict[int, Entry]:
            return keys_opened_by(store, password, progress=progress)

        def done(opened: dict[int, Entry]) -> None:
            self._learn(opened)
            if self.store is not None:
                then(self.store)

        self._learning = self._runner.run(work, done=done, failed=failed)

    def unlock_parts(self, password: Password, *, failed: Failed) -> None:
        """Open the parts of the file that are under another password than the rest.

        That is an edit: the next save puts them under the password of the keystore.
        """
        store = self.store
        if store is None:
            return

        def work(progress: Progress) -> Store:
            return unlock_parts(store, password, progress=progress)

        def done(opened: Store) -> None:
            if self.store is store:
                self.apply(tr("Unlock a part"), opened)

        self._learning = self._runner.run(work, done=done, failed=failed)

    def try_keys(
        self,
        entry: Entry | None = None,
        *,
        then: Callable[[Store], object] = lambda _store: None,
    ) -> None:
        """Try the keystore's password on one key that was not tried yet, or on all of them.

        ``then`` is called with the store that knows the result.
        """
        store = self.store
        if store is None:
            return
        self._cancel(self._learning, self._trying)

        def work(progress: Progress) -> Store:
            return with_all_tried(
                store, wanted=lambda each: entry is None or each is entry, progress=progress
            )

        def done(tried: Store) -> None:
            pairs = zip(store.entries, tried.entries, strict=True)
            self._learn({id(old): new for old, new in pairs if old is not new})
            if self.store is not None:
                then(self.store)

        def failed(error: HandfastError) -> None:
            self.report(error)

        self._trying = self._runner.run(work, done=done, failed=failed)
        self._changed()

    def stop_trying(self) -> None:
        """Stop the trying of keys; everything stays as it was before."""
        if self.trying_job is not None:
            self._cancel(self._learning, self._trying)
            self._changed()

    def verify(self, password: Password, *, failed: Failed) -> None:
        """Enter the password of a keystore that is shown unverified; no edit is lost by that."""

        def done(opened: OpenedFile) -> None:
            history = self._history
            if history is None or not history.is_dirty:
                self._show(opened, History.opened(opened.store))
                return
            known = same_entries(self._opened, opened)
            self._opened = opened
            if known is None:
                # The file has other content now; what was edited here is one undo away.
                self._replace(history.apply(tr("Open with password"), opened.store).mark_saved())
            else:
                self._replace(with_opened(history, known, opened.store))

        path, limits = self._path, self._limits

        def work(progress: Progress) -> OpenedFile:
            return open_file(path, password, limits=limits, progress=progress)

        self._cancel(self._learning, self._trying)
        self._learning = self._runner.run(work, done=done, failed=failed)

    def _learn(self, known: Mapping[int, Entry]) -> None:
        if self._history is not None:
            self._replace(with_known_entries(self._history, known) if known else self._history)

    # --- locking -------------------------------------------------------------------

    @property
    def lock_scope(self) -> LockScope:
        """What :meth:`lock` would put away, and where nothing, why."""
        from handfast.services.files.sealing import is_secret, with_own_keys_locked

        if self._history is None:
            return LockScope.NOT_OPEN
        if self.is_saving:
            return LockScope.SAVING
        password = self._history.store.password
        if is_secret(password):
            return LockScope.EVERYTHING
        if with_own_keys_locked(self._history) is not self._history:
            return LockScope.OWN_KEYS
        return LockScope.NO_PASSWORD if password is None else LockScope.WELL_KNOWN_PASSWORD

    def lock(self, why: str) -> None:
        """Put away whatever in it is secret, until its password is entered; ``why`` is told.

        A keystore that everybody can open stays open, but for keys with passwords of their own. A
        password that is being tried opens nothing afterwards. While a save is running, nothing is
        locked: whoever asked may ask again.
        """
        self._cancel(self._learning)
        if self._history is None:
            self._lock_while_closed(why)
        elif not self.is_saving:
            self._cancel(self._reading)
            self._lock_open(self._history, why)

    def _lock_while_closed(self, why: str) -> None:
        is_being_unlocked = self._unsealed is not None or self._sealed is not None
        if self._state is State.OPENING and (self._tried is not None or is_being_unlocked):
            self._cancel(self._reading)
            self._tried = None
            self._state, self._error, self._why_locked = State.LOCKED, None, why
            self._changed()

    def _lock_open(self, history: History, why: str) -> None:
        # Rarely needed, and never at the start.
        from handfast.services.files.sealing import is_secret, seal, with_own_keys_locked

        opened = self._opened
        if opened is None:
            return
        if not is_secret(history.store.password):
            if (changed := with_own_keys_locked(history)) is not history:
                on_disk = with_own_keys_locked(History.opened(opened.store)).store
                self._opened = dataclasses.replace(opened, store=on_disk)
                self._replace(changed)
            return
        self._stop_everything()
        self._unsealed, self._sealed = history, None
        self._is_locked_dirty = history.is_dirty
        self._locked_stamp = opened.stamp
        self._opened = self._history = self._problem = self._tried = None
        self._state, self._error, self._why_locked = State.LOCKED, None, why

        # The caller that seals it drops its reference as soon as that is done.
        handed = [history]

        def put_away(sealed: SealedHistory) -> None:
            released, self._unsealed = Released(self._unsealed), None
            self._sealed = sealed
            self._release(released)
            self._changed()

        def cannot(_error: HandfastError) -> None:
            unsealed = self._unsealed
            if unsealed is not None and not unsealed.is_dirty and not unsealed.can_undo:
                # The file holds all of it.
                released, self._unsealed = Released(unsealed), None
                self._release(released)
                self._changed()

        self._sealing = self._runner.run(
            lambda progress: seal(handed.pop(), progress), done=put_away, failed=cannot
        )
        self._changed()

    def unlock(self, password: Password) -> None:
        """Try a password on a locked document; one that does not fit leaves it LOCKED."""
        unsealed, sealed = self._unsealed, self._sealed
        if unsealed is None and sealed is None:
            self.open(password)
            return

        def work(progress: Progress) -> History:
            from handfast.services.files.sealing import unseal

            if sealed is not None:
                return unseal(sealed, password, progress)
            if unsealed is not None and password == unsealed.store.password:
                return unsealed
            raise WrongPassword(tr("This is not the password of the keystore."))

        def done(history: History) -> None:
            stamp = self._locked_stamp
            saved = history.steps[history.saved].store if history.saved is not None else None
            if stamp is not None:
                on_disk = saved if saved is not None else history.store
                self._show(OpenedFile(path=self._path, store=on_disk, stamp=stamp), history)

        def failed(error: HandfastError) -> None:
            self._state, self._error = State.LOCKED, error
            self._changed()

        self._cancel(self._reading)
        self._state, self._error = State.OPENING, None
        self._reading = self._runner.run(work, done=done, failed=failed)
        self._changed()

    def _forget_locked(self) -> None:
        self._cancel(self._sealing)
        self._sealed = self._unsealed = self._locked_stamp = None
        self._is_locked_dirty = False
        self._why_locked = ""

    # --- closing -------------------------------------------------------------------

    def close(self) -> None:
        """Abandon what is being done, and let go of everything."""
        self._stop_everything()
        released = Released(
            self._history, self._unsealed, self._opened.store if self._opened is not None else None
        )
        self._forget_locked()
        self._opened = self._history = self._problem = self._error = self._tried = None
        self._release(released)
        self._state = State.CLOSED
        self._changed()
        self._listeners.clear()

    def _release(self, released: Released) -> None:
        if released.is_large:
            self._runner.run(
                released.release, done=lambda _nothing: None, failed=lambda _error: None
            )

    def _stop_everything(self) -> None:
        self._cancel(self._reading, self._saving, self._learning, self._trying)

    @staticmethod
    def _cancel(*jobs: RunningJob | None) -> None:
        for job in jobs:
            if job is not None:
                job.cancel()


def _after_saving(error: HandfastError) -> tuple[Remedy, ...]:
    if isinstance(error, ChangedOnDisk):
        return Remedy.SAVE_AS, Remedy.RELOAD, Remedy.OVERWRITE
    if isinstance(error, FileProblem):
        return Remedy.TRY_AGAIN, Remedy.SAVE_AS
    return (Remedy.SAVE_AS,)
