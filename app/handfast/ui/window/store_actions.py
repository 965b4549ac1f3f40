"""What is done through a window of its own: new, save as, rename, rehearse and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from handfast.core.store import shorten
from handfast.ui.program.wait_for_preload import once_loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Format, Store, Strength
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.dialogs.store_dialog import StoreDialog
    from handfast.ui.window.tabbed_window import TabbedWindow


class StoreActions(QObject):
    """Opens the dialogs over the window and carries out what they ask for."""

    def __init__(self, window: TabbedWindow) -> None:
        super().__init__(window)
        self._window = window

    @once_loaded
    def new(self) -> None:
        """Make an empty store and open it."""
        from handfast.services.files.saving import new_store
        from handfast.ui.dialogs.store_dialog import StoreDialog

        dialog = StoreDialog("New store", "Make it", parent=self._window)
        settings = self._window.settings
        dialog.keeps_backup = settings.makes_backup
        dialog.prefer(settings.new_format, settings.new_strength)

        def make(path: Path, wanted: Format, strength: Strength, password: Password | None) -> None:
            def done(saved: OpenedFile) -> None:
                self._window.open_path(saved.path, password=password)

            self._write(dialog, new_store(wanted, password, strength), path, done)

        dialog.chosen.connect(make)
        dialog.open()

    @once_loaded
    def save_as(self) -> None:
        """Write the store elsewhere, in any format that can hold it, and go on with that file."""
        view = self._window.current()
        store = view.store if view is not None else None
        if view is None or store is None:
            return
        from handfast.ui.dialogs.store_dialog import StoreDialog, converted

        dialog = StoreDialog("Save As", "Save", path=view.path, store=store, parent=self._window)
        dialog.keeps_backup = self._window.settings.makes_backup

        def save(path: Path, wanted: Format, strength: Strength, password: Password | None) -> None:
            def done(saved: OpenedFile) -> None:
                there = {entry.alias.casefold() for entry in saved.store.entries}

                def change(each: Store) -> Store:
                    # The steps before hold no more than the file can.
                    lost = [one for one in each.entries if one.alias.casefold() not in there]
                    lost = [one for one in lost if one in store.entries]
                    return converted(each.without(lost), wanted, strength, password)

                self._window.moved(view, saved, store, change)

            self._convert(dialog, store, path, wanted, strength, password, done)

        dialog.chosen.connect(save)
        dialog.open()

    def _convert(
        self,
        dialog: StoreDialog,
        store: Store,
        path: Path,
        wanted: Format,
        strength: Strength,
        password: Password | None,
        done: Callable[[OpenedFile], None],
    ) -> None:
        path, replaces, allows_loss = path.absolute(), dialog.replaces, dialog.allows_loss
        backup = dialog.keeps_backup

        def work(progress: Progress) -> OpenedFile:
            from handfast.services.exchange.converting import save_converted

            saved, _ = save_converted(
                store,
                path,
                wanted,
                password if password is not None else store.password,
                strength=strength,
                allow_loss=allows_loss,
                overwrite=replaces,
                backup=backup,
                progress=progress,
            )
            return saved

        self._run(dialog, work, done)

    def _write(
        self,
        dialog: StoreDialog,
        store: Store,
        path: Path,
        done: Callable[[OpenedFile], None],
    ) -> None:
        from handfast.services.files.saving import save_store

        path, replaces = path.absolute(), dialog.replaces
        backup = dialog.keeps_backup
        self._run(
            dialog,
            lambda progress: save_store(
                store, path, overwrite=replaces, backup=backup, progress=progress
            ),
            done,
        )

    def _run(
        self,
        dialog: StoreDialog,
        work: Callable[[Progress], OpenedFile],
        done: Callable[[OpenedFile], None],
    ) -> None:
        """Write a file; whoever closes the dialog before that has had enough of it."""

        def failed(error: HandfastError) -> None:
            if isValid(dialog) and dialog.isVisible():
                dialog.show_error(error)

        def written(saved: OpenedFile) -> None:
            if isValid(dialog):
                dialog.accept()
            done(saved)

        job = self._window.jobs.run(work, done=written, failed=failed)
        dialog.rejected.connect(job.ask_to_stop)

    @once_loaded
    def change_password(self) -> None:
        """Put the store under another password; it is an edit, written with the next save."""
        view = self._window.current()
        store = view.store if view is not None else None
        if view is None or store is None:
            return
        from handfast.ui.dialogs.store_dialog import StoreDialog

        dialog = StoreDialog(
            "Change the password of the store",
            "Change",
            store=store,
            asks_for_place=False,
            parent=self._window,
        )
        if view.path in self._window.settings.keyring_paths:
            dialog.offer_remembering()

        def change(
            _path: Path, _format: Format, _strength: Strength, password: Password | None
        ) -> None:
            dialog.accept()
            view.change_password(password, remembers=dialog.remembers)

        dialog.chosen.connect(change)
        dialog.open()

    @once_loaded
    def generate(self) -> None:
        """Make a key pair."""
        from handfast.ui.wizards import open_generate

        window = self._window
        open_generate(window, window, document=window.current_document)

    @once_loaded
    def export(self) -> None:
        """Hand over the certificates that are selected."""
        from handfast.ui.wizards import open_export

        window = self._window
        view = window.current()
        aliases = [entry.alias for entry in view.selected()] if view is not None else []
        open_export(window, window, document=window.current_document, aliases=aliases)

    def import_(self) -> None:
        """Take what a partner sent."""
        self.import_files([])

    @once_loaded
    def import_files(self, files: Sequence[Path]) -> None:
        """Take what a partner sent, from these files."""
        from handfast.ui.wizards import open_import

        window = self._window
        open_import(window, window, document=window.current_document, files=files)

    @once_loaded
    def rehearse(self) -> None:
        """Try the handshake between two parties."""
        from handfast.ui.rehearsal.rehearsal_window import RehearsalWindow

        RehearsalWindow(self._window, self._window).show()

    @once_loaded
    def probe(self) -> None:
        """Shake hands with a server on the network."""
        from handfast.ui.live.probe_window import ProbeWindow

        ProbeWindow(self._window, self._window).show()

    @once_loaded
    def listen(self) -> None:
        """Be the server of a test."""
        from handfast.ui.live.listen_window import ListenWindow

        ListenWindow(self._window, self._window).show()

    @once_loaded
    def set_up(self) -> None:
        """Set mutual TLS up with a partner."""
        from handfast.ui.mutual_tls.open_setup import begin_set_up

        begin_set_up(self._window, self._window)

    @once_loaded
    def take_up(self, path: Path) -> None:
        """Go on with a partnership from its file."""
        from handfast.ui.mutual_tls.open_setup import take_up_set_up

        take_up_set_up(self._window, self._window, path)

    @once_loaded
    def explain(self) -> None:
        """Find the cause behind a message."""
        from handfast.ui.help.explain_window import ExplainWindow

        ExplainWindow(self._window, self._window).show()

    def rename(self) -> None:
        """Give the selected entry another alias."""
        view = self._window.current()
        entries = view.chosen() if view is not None else []
        if view is None or view.store is None or len(entries) != 1:
            return
        from handfast.ui.dialogs.rename_dialog import RenameDialog

        entry = entries[0]
        dialog = RenameDialog(view.store, entry, self._window)

        def rename(store: Store) -> None:
            # Shown without blocking, so the store may have been edited from elsewhere meanwhile.
            if view.store is dialog.store:
                view.document.apply(f"Rename “{shorten(entry.alias)}”", store)
                view.select(dialog.alias())

        dialog.renamed.connect(rename)
        dialog.open()
