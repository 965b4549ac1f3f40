"""Opening keys that stayed locked: with a password of their own, or one not tried yet."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from handfast.core.history import History
from handfast.core.password import Password
from handfast.formats.registry import unlock_entry
from handfast.services.files.unlocking import with_all_tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.entry import Entry, KeyPair, SecretKey
    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.details.unlock_row import UnlockRow
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.store_tab.store_opening import Reading
    from handfast.ui.store_tab.store_view import StoreView


class Unlocking(QObject):
    """Tries what was typed in the details; the store then knows more, and is not edited."""

    def __init__(self, view: StoreView, jobs: Jobs) -> None:
        super().__init__(view)
        self._view = view
        self._jobs = jobs
        #: Of a password that was typed.
        self._job: Job | None = None
        #: Of the store's password, on keys that wait for it.
        self._trying: Job | None = None

    def attempt(self, entry: KeyPair | SecretKey, text: str, row: UnlockRow) -> None:
        """Try a password; ``row`` says so if it does not fit."""
        store = self._view.store
        if store is None:
            return
        password = Password(text)

        def failed(error: HandfastError) -> None:
            # Somebody may be looking at another entry by now.
            if isValid(row):
                row.show_problem(error.problem)

        self._job = self._jobs.run(
            lambda progress: unlock_entry(store, entry, password, progress=progress),
            done=lambda opened: self._unlocked(entry, opened),
            failed=failed,
        )

    def verify(self, text: str, row: UnlockRow) -> None:
        """Open a store anew that is shown unverified; ``row`` says so if this does not fit."""
        view, password = self._view, Password(text)

        def done(reading: Reading) -> None:
            opened, rows = reading
            if view.history is None or not view.is_dirty:
                view.show_history(opened, History.opened(opened.store), rows)
                return
            known = _same_opened(view.opened, opened)
            view.opened = opened
            view.rows.extend(rows)
            if known is None:
                # The file is another one by now; what was edited here is an undo away.
                opening = view.history.apply("Open with password", opened.store)
                view.replace_history(opening.mark_saved())
                return
            # As with a single key: knowing more of the store takes no edit back.
            steps = tuple(
                dataclasses.replace(step, store=_with_password(step.store, known, opened.store))
                for step in view.history.steps
            )
            view.replace_history(dataclasses.replace(view.history, steps=steps))

        def failed(error: HandfastError) -> None:
            if isValid(row):
                row.show_problem(error.problem)

        self.stop()
        self._job = self._jobs.run(
            lambda progress: view.read(password, progress), done=done, failed=failed
        )

    def try_keys(
        self,
        entry: KeyPair | SecretKey | None = None,
        then: Callable[[Store], object] = lambda _store: None,
    ) -> None:
        """Try the store's password on a key that waits for it, or on all; ``then``, once done."""
        view, store = self._view, self._view.store
        if store is None:
            return
        self.stop()

        def done(tried: Store) -> None:
            self._trying = None
            view.busy.finish()
            pairs = zip(store.entries, tried.entries, strict=True)
            self._learn({id(old): new for old, new in pairs if old is not new})
            if entry is not None:
                view.select(entry.alias)
            if view.store is not None:
                then(view.store)

        def failed(error: HandfastError) -> None:
            self.stop_trying()
            view.tell_problem(error)

        self._trying = self._jobs.run(
            lambda progress: with_all_tried(
                store, wanted=lambda each: entry is None or each is entry, progress=progress
            ),
            done=done,
            failed=failed,
        )
        what = "Trying the keys …" if entry is None else "Trying the key …"
        view.busy.watch(what, self._trying)

    def stop(self) -> None:
        """The tab is closed."""
        for job in (self._job, self._trying):
            if job is not None:
                job.cancel()
        self._trying = None

    def stop_trying(self) -> None:
        """Somebody has enough of it: all is as it was before."""
        if self._trying is not None:
            self.stop()
            self._view.busy.finish()
            # Its buttons wait for an answer.
            self._view.show_selected()

    def give_up(self) -> None:
        """Stores are locked: what was typed before opens nothing afterwards."""
        if self._job is not None and self._job.is_running:
            self._job.cancel()
            # Its field waits for an answer.
            self._view.show_selected()

    def _unlocked(self, entry: KeyPair | SecretKey, opened: KeyPair | SecretKey) -> None:
        history = self._view.history
        if history is None or not any(each is entry for each in history.store.entries):
            return
        self._learn({id(entry): opened})
        self._view.select(opened.alias)

    def _learn(self, known: dict[int, Entry]) -> None:
        """Put what is known now of some entries, by their identity, in their place."""
        history = self._view.history
        if history is None or not known:
            return
        # Knowing more of the store is no edit: every step that has the entry gets the open one.
        steps = tuple(
            dataclasses.replace(step, store=_with_known(step.store, known))
            for step in history.steps
        )
        self._view.replace_history(dataclasses.replace(history, steps=steps))


def _same_opened(before: OpenedFile | None, opened: OpenedFile) -> dict[int, Entry] | None:
    """The entries of a file that was read again, by the identity of those of before.

    None where the file holds something else by now.
    """
    if before is None or not before.stamp.is_same_content(opened.stamp):
        return None
    old, new = before.store.entries, opened.store.entries
    if [entry.alias for entry in old] != [entry.alias for entry in new]:
        return None
    return {id(entry): again for entry, again in zip(old, new, strict=True)}


def _with_password(store: Store, known: dict[int, Entry], opened: Store) -> Store:
    """What was edited without the password, with what the password tells."""
    return dataclasses.replace(
        _with_known(store, known),
        password=store.password or opened.password,
        integrity=opened.integrity,
        protection=opened.protection,
        remarks=opened.remarks,
        native=opened.native,
    )


def _with_known(store: Store, known: dict[int, Entry]) -> Store:
    if not any(id(entry) in known for entry in store.entries):
        return store
    entries = tuple(known.get(id(entry), entry) for entry in store.entries)
    return dataclasses.replace(store, entries=entries)
