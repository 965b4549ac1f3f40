"""What is done through a window of its own: new, save as, rename, rehearse and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from handfast.core.commands import Command
from handfast.core.entry import KeyPair
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.ui.program.wait_for_preload import once_loaded
from handfast.ui.window.actions.authority_actions import AuthorityDialogs
from handfast.ui.window.actions.inventory_actions import InventoryDialogs
from handfast.ui.window.actions.validity_actions import ValidityDialogs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.store import Store
    from handfast.flows.new_password import NewPasswordDraft
    from handfast.flows.open_store import OpenStore
    from handfast.flows.store_file import SavedAs
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.tabbed_window import TabbedWindow

#: More rows than anybody types; they would take their time to be made.
_MAX_RENAMED = 500
_MESSAGE_MS = 10_000


class StoreActions(QObject):
    """Opens the dialogs over the window and carries out what they ask for."""

    def __init__(self, window: TabbedWindow) -> None:
        super().__init__(window)
        self._window = window
        self.validity = ValidityDialogs(window)
        self.authority = AuthorityDialogs(window)
        self.inventory = InventoryDialogs(window, self.validity.renew_entry)

    @once_loaded
    def new(self) -> None:
        """Create an empty keystore and open it."""
        from handfast.flows.store_file import NewStoreFlow
        from handfast.ui.dialogs.store_dialog import StoreDialog
        from handfast.ui.widgets.window_services import usual_folder

        window, settings = self._window, self._window.settings
        flow = NewStoreFlow(
            format=settings.new_format,
            strength=settings.new_strength,
            folder=usual_folder(window),
            backup=settings.makes_backup,
        )
        dialog = StoreDialog(flow, tr("New Keystore"), tr("Create"), window.jobs, window)

        dialog.succeeded.connect(window.show_opened)
        dialog.open()

    @once_loaded
    def save_as(self) -> None:
        """Write the keystore elsewhere, in any format that can hold it, and go on there."""
        self._save_as(converts=False)

    @once_loaded
    def convert(self) -> None:
        """The same, with another format suggested."""
        self._save_as(converts=True)

    def _run_in_keystore(self, command: Command, found: OpenStore, alias: str) -> None:
        """Do what mends a cause of a failed handshake, in the keystore that it is in."""
        from handfast.ui.window.actions.remedy_commands import run_in_keystore

        run_in_keystore(self._window, command, found, alias)

    def _save_as(self, *, converts: bool) -> None:
        window, view = self._window, self._window.current()
        store = view.store if view is not None else None
        if view is None or store is None:
            return
        from handfast.flows.store_file import SaveAsFlow
        from handfast.ui.dialogs.store_dialog import StoreDialog

        flow = SaveAsFlow(store, view.path, backup=window.settings.makes_backup)
        title, button = tr("Save As"), tr("Save")
        if converts:
            flow.suggest_conversion()
            title, button = tr("Convert to Another Format"), tr("Convert")
        dialog = StoreDialog(flow, title, button, window.jobs, window, document=view.document)

        def go_on(saved: SavedAs) -> None:
            before = view.path
            window.moved(view, saved.opened, flow.store, saved.change)
            if view in window.views and before != view.path:
                self._tell_of_original(view, before)

        dialog.succeeded.connect(go_on)
        dialog.open()

    def _tell_of_original(self, view: StoreView, original: Path) -> None:
        """The tab goes on with the new file: say so, and lead back to the one before it."""
        words = tr(
            "This is the new “{name}”. “{original}” still exists, unchanged.",
            name=shorten(view.path.name, 60),
            original=shorten(original.name, 60),
        )
        view.tell_notice(
            words, (tr("Open the &Original"), lambda: self._window.open_path(original))
        )

    @once_loaded
    def change_password(self) -> None:
        """Put the keystore under another password; it is an edit, written with the next save."""
        view = self._window.current()
        store = view.store if view is not None else None
        if view is None or store is None:
            return
        from handfast.flows.new_password import NewPasswordFlow
        from handfast.ui.dialogs.password_dialog import PasswordDialog

        is_in_keyring = view.path in self._window.settings.keyring_paths
        dialog = PasswordDialog(NewPasswordFlow(store, is_in_keyring=is_in_keyring), self._window)

        def change(agreed: NewPasswordDraft) -> None:
            view.change_password(agreed.password, remembers=agreed.remembers)

        dialog.succeeded.connect(change)
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
        open_import(window, window, document=window.keystore_at_hand, files=files)

    @once_loaded
    def create_request(self) -> None:
        """Create a request for a CA, of the pair that is selected."""
        from handfast.ui.wizards import open_request

        window = self._window
        view = window.current()
        pairs = [each for each in view.selected() if isinstance(each, KeyPair)] if view else []
        alias = pairs[0].alias if pairs else ""
        open_request(window, window, document=window.current_document, alias=alias)

    def import_reply(self) -> None:
        """Put what a CA sent on the key pair that it is for."""
        self.import_reply_files([])

    @once_loaded
    def import_reply_files(self, files: Sequence[Path]) -> None:
        """Put a CA's reply on the key pair that it is for, from these files."""
        from handfast.ui.wizards import open_reply

        window = self._window
        open_reply(window, window, document=window.keystore_at_hand, files=files)

    @once_loaded
    def put_reply_beside(self, view: StoreView, alias: str) -> None:
        """Put the CA's certificate that is trusted beside a pair on the pair itself."""
        from handfast.flows.exchange.reply import source_beside
        from handfast.ui.wizards import open_reply

        source = source_beside(view.store, alias, view.path) if view.store is not None else None
        if source is not None:
            open_reply(self._window, self._window, document=view.document, sources=[source])

    def import_pair(self) -> None:
        """Bring in a key pair from loose files."""
        self.import_pair_files([])

    @once_loaded
    def import_pair_files(self, files: Sequence[Path]) -> None:
        """Bring in the key pair that is in these files."""
        from handfast.ui.wizards import open_import_pair

        window = self._window
        open_import_pair(window, window, document=window.keystore_at_hand, files=files)

    @once_loaded
    def rehearse(self) -> None:
        """Try the handshake between two parties."""
        from handfast.ui.rehearsal.rehearsal_window import RehearsalWindow

        rehearsing = RehearsalWindow(self._window, self._window)
        rehearsing.ways.command_requested.connect(self._run_in_keystore)
        rehearsing.show()

    def probe(self) -> None:
        """Shake hands with a server on the network."""
        self.probe_endpoint("")

    @once_loaded
    def probe_endpoint(self, endpoint: str) -> None:
        """The same, with its host and port filled in where they are known."""
        from handfast.ui.live.probe_window import ProbeWindow

        probing = ProbeWindow(self._window, self._window)
        probing.ways.command_requested.connect(self._run_in_keystore)
        probing.set_endpoint(endpoint)
        probing.show()

    @once_loaded
    def listen(self) -> None:
        """Be the server of a test."""
        from handfast.ui.live.listen_window import ListenWindow

        listening = ListenWindow(self._window, self._window)
        listening.ways.command_requested.connect(self._run_in_keystore)
        listening.show()

    @once_loaded
    def negative(self) -> None:
        """Prove that a server refuses who must not come in."""
        from handfast.ui.live.negative_window import NegativeWindow

        NegativeWindow(self._window, self._window).show()

    @once_loaded
    def set_up(self) -> None:
        """Set mutual TLS up with a partner."""
        from handfast.ui.mutual_tls.open_setup import begin_set_up

        begin_set_up(self._window, self._window, self._run_in_keystore)

    @once_loaded
    def take_up(self, path: Path) -> None:
        """Go on with a partnership from its file."""
        from handfast.ui.mutual_tls.open_setup import take_up_set_up

        take_up_set_up(self._window, self._window, path, self._run_in_keystore)

    @once_loaded
    def explain(self) -> None:
        """Find the cause behind a message."""
        from handfast.ui.help.explain_window import ExplainWindow
        from handfast.ui.window.actions.remedy_commands import run_command

        explaining = ExplainWindow(self._window, self._window)

        def run(command: Command) -> None:
            if command is Command.PROBE:
                self.probe_endpoint(explaining.endpoint())
            else:
                run_command(self._window, command)

        explaining.command_requested.connect(run)
        explaining.show()

    def rename(self) -> None:
        """Give the selected entries other aliases."""
        view = self._window.current()
        entries = view.chosen() if view is not None else []
        if view is None or view.store is None or not entries:
            return
        if len(entries) > 1:
            self._rename_several(view, view.store, entries)
            return
        from handfast.flows.entries.renaming import RenameFlow
        from handfast.ui.dialogs.rename_dialog import RenameDialog

        entry = entries[0]
        flow = RenameFlow(view.store, entry)
        dialog = RenameDialog(flow, self._window)

        def rename(store: Store) -> None:
            # Shown without blocking, so the store may have been edited elsewhere.
            if view.store is flow.store:
                view.document.apply(tr("Rename “{alias}”", alias=shorten(entry.alias)), store)
                view.select(flow.alias)

        dialog.renamed.connect(rename)
        dialog.open()

    def _rename_several(self, view: StoreView, store: Store, entries: Sequence[Entry]) -> None:
        if len(entries) > _MAX_RENAMED:
            self._window.statusBar().showMessage(
                tr_count(
                    "Select at most {count} entry to rename.",
                    "Select at most {count} entries to rename them together.",
                    _MAX_RENAMED,
                ),
                _MESSAGE_MS,
            )
            return
        from handfast.flows.entries.renaming import RenameSeveralFlow
        from handfast.ui.dialogs.rename_several_dialog import RenameSeveralDialog

        flow = RenameSeveralFlow(store, entries)
        dialog = RenameSeveralDialog(flow, self._window)

        def rename(after: Store) -> None:
            if view.store is flow.store:
                words = tr_count(
                    "Rename {count} entry", "Rename {count} entries", flow.count_changed
                )
                view.document.apply(words, after)
                chosen = {alias for _entry, alias in flow.renamed}
                view.select_entries([each for each in after.entries if each.alias in chosen])

        dialog.renamed.connect(rename)
        dialog.open()
