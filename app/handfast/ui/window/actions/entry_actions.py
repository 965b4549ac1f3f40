"""What is done with the selected entries: copied, pasted, exported, given another password."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QKeySequence
from shiboken6 import isValid

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import WouldLose
from handfast.core.language import enumerated, tr, tr_count
from handfast.ui.program.file_places import show_folder
from handfast.ui.program.wait_for_preload import once_loaded
from handfast.ui.window.actions.action_needs import Need
from handfast.ui.window.actions.window_menus import MenuSection
from handfast.ui.window.entry_clipboard import EntryClipboard, HeldEntries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QAction

    from handfast.core.entry import Entry
    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.documents.document import Document
    from handfast.flows.entries.copying import CopyFlow
    from handfast.flows.entries.key_export import KeyExportOutcome
    from handfast.flows.entries.key_password import EntryPasswordOutcome
    from handfast.flows.entries.secret_key import SecretKeyOutcome
    from handfast.flows.open_store import OpenStore
    from handfast.services.exchange.copying import CopyResult
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.tabbed_window import TabbedWindow

_KEYS = QKeySequence.StandardKey
#: Rows whose text goes onto the clipboard beside the entries; to put together more takes too long.
_MAX_TEXT_ROWS = 2_000
_MESSAGE_MS = 10_000
#: Characters; a key with its chain has some ten thousand.
_MAX_KEY_TEXT = 200_000


class EntryActions(QObject):
    """Carries out what the menus offer for entries, and what is dropped."""

    def __init__(self, window: TabbedWindow) -> None:
        super().__init__(window)
        self._window = window
        self.clipboard = EntryClipboard(window)
        window.documents_changed.connect(self.clipboard.look_at_documents)

    # --- copying and pasting ------------------------------------------------------------

    def copy(self) -> None:
        """Put the selected entries, and the text of the selected rows, onto the clipboard."""
        self._hold(is_cut=False)

    def cut(self) -> None:
        """The same; once they are pasted elsewhere, the entries are deleted here."""
        self._hold(is_cut=True)

    def _hold(self, *, is_cut: bool) -> None:
        view = self._window.current()
        if view is None or view.store is None:
            return
        is_short = view.count_chosen() <= _MAX_TEXT_ROWS
        text = view.copied("row") if is_short else ""
        entries = view.chosen()
        if not entries:
            # Certificates of a chain are no entries; their rows are text all the same.
            QGuiApplication.clipboard().setText(text)
            return
        held = self._held(view, view.store, entries, is_cut=is_cut)
        self.clipboard.seconds = self._window.settings.clipboard_seconds
        self.clipboard.hold(held, text or "\n".join(each.alias for each in entries))
        count = len(entries)
        if is_cut:
            self._say(
                tr_count(
                    "{count} entry is moved when you paste it.",
                    "{count} entries are moved when you paste them.",
                    count,
                )
            )
        else:
            self._say(
                tr_count(
                    "{count} entry is on the clipboard.",
                    "{count} entries are on the clipboard.",
                    count,
                )
            )

    @staticmethod
    def _held(
        view: StoreView, store: Store, entries: list[Entry], *, is_cut: bool = False
    ) -> HeldEntries:
        from handfast.flows.entries.copying import entries_alone

        return HeldEntries(
            source=entries_alone(store, entries),
            document=view.document,
            entries=tuple(entries),
            is_cut=is_cut,
        )

    def _say(self, text: str) -> None:
        self._window.statusBar().showMessage(text, _MESSAGE_MS)

    @once_loaded
    def paste(self) -> None:
        """Put in what is on the clipboard: entries of this program, files, keys and certificates.

        What came as text goes into a keystore that is chosen on the way, so that none is needed.
        """
        view = self._window.current()
        document = view.document if view is not None and view.store is not None else None
        held = self.clipboard.held()
        if held is not None:
            if view is not None and document is not None:
                self.bring(held, view)
            return
        data = QGuiApplication.clipboard().mimeData()
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        text = data.text() if data.hasText() else ""
        if paths:
            from handfast.ui.window.given_files import take_given

            # What is pasted is meant for this keystore, even where it is one certificate.
            take_given(self._window, paths, shows_one=document is None)
        elif text.strip():
            self._import_text(text, document)
        else:
            self._say(tr("The clipboard contains nothing that a keystore can hold."))

    def _import_text(self, text: str, document: Document | None) -> None:
        from handfast.services.heap.sources import holds_private_key
        from handfast.ui.wizards import open_import, open_import_pair

        window = self._window
        # To look for a key in more would take too long here; the import finds it all the same.
        is_short = len(text) <= _MAX_KEY_TEXT
        has_key = is_short and holds_private_key(text.encode("utf-8", "surrogatepass"))
        opener = open_import_pair if has_key else open_import
        opener(window, window, document=document, text=text)

    @once_loaded
    def duplicate(self) -> None:
        """The selected entries again, under other aliases."""
        view = self._window.current()
        if view is not None and view.store is not None and (entries := view.chosen()):
            self.bring(self._held(view, view.store, entries), view)

    @once_loaded
    def merge(self) -> None:
        """Copy a whole keystore into the one in front, after a preview."""
        view = self._window.current()
        if view is None or view.store is None:
            return
        from handfast.flows.entries.copying import CopyFlow
        from handfast.ui.widgets.window_services import open_stores

        window = self._window
        others = [each for each in open_stores(window, view.document) if each.path != view.path]
        flow = CopyFlow(None, view.store)
        self._ask(flow, view, tr("Merge a Keystore"), tr("Merge"), stores=others)

    def bring(self, held: HeldEntries, view: StoreView, *, moves: bool | None = None) -> None:
        """Put entries into a keystore; ask first where something has to be decided."""
        store = view.store
        if store is None:
            return
        from handfast.flows.entries.copying import CopyFlow

        is_own = held.document is view.document
        is_move = held.is_cut if moves is None else moves
        if is_own and is_move:
            # They are there already.
            self.clipboard.forget()
            return
        flow = CopyFlow(held.source, store)

        def done(result: CopyResult) -> None:
            self._put(flow, view, result)
            if is_move:
                self._take_away(held, result)

        if not is_own and flow.must_ask:
            self._ask(flow, view, tr("Paste Entries"), tr("Paste"), done, held=held)
            return

        def failed(error: HandfastError) -> None:
            if isinstance(error, WouldLose):
                self._ask(flow, view, tr("Paste Entries"), tr("Paste"), done, held=held)
            else:
                view.document.report(error)

        self._window.jobs.run(flow.run, done=done, failed=failed)

    def _ask(
        self,
        flow: CopyFlow,
        view: StoreView,
        title: str,
        button: str,
        done: Callable[[CopyResult], None] | None = None,
        *,
        held: HeldEntries | None = None,
        stores: Sequence[OpenStore] | None = None,
    ) -> None:
        from handfast.ui.dialogs.copy_dialog import CopyDialog

        source = str(held.document.path) if held is not None else ""
        dialog = CopyDialog(
            flow,
            title,
            button,
            self._window.jobs,
            self._window,
            paths=(source, str(view.path)),
            stores=stores,
        )
        dialog.succeeded.connect(done or (lambda result: self._put(flow, view, result)))
        dialog.open()

    def _put(self, flow: CopyFlow, view: StoreView, result: CopyResult) -> None:
        """One step that undo takes back; nothing where the keystore was edited in the meantime."""
        from handfast.flows.entries.copying import summary_of

        if not isValid(view) or view.store is not flow.target:
            self._say(tr("The keystore was changed in the meantime. Paste again."))
            return
        if not result.copied:
            self._say(summary_of(result))
            return
        label = tr_count("Paste {count} Entry", "Paste {count} Entries", len(result.copied))
        view.document.apply(label, result.store)
        view.select(result.copied[0].alias)
        self._say(" ".join([f"{summary_of(result)}.", *result.notes[:2]]))

    def _take_away(self, held: HeldEntries, result: CopyResult) -> None:
        """Delete what was moved from where it was, in one step."""
        from handfast.services.exchange.copying import Fate

        self.clipboard.forget()
        store = held.document.store
        if store is None:
            return
        moved = {
            id(old)
            for old, each in zip(held.entries, result.fates, strict=False)
            if each.fate not in {Fate.SKIPPED, Fate.LEFT_OUT}
        }
        held.document.delete([each for each in store.entries if id(each) in moved])

    # --- dragging ------------------------------------------------------------------------

    def drag_data(self, view: StoreView) -> QMimeData | None:
        """What a drag of the selected rows carries; None where no entry is selected."""
        entries = view.chosen() if view.store is not None else []
        if view.store is None or not entries:
            return None
        return self.clipboard.drag(self._held(view, view.store, entries))

    # --- dialogs for the selected entries ---------------------------------------------------

    def _chosen_keys(self) -> tuple[StoreView, Store, list[Entry]] | None:
        view = self._window.current()
        store = view.store if view is not None else None
        if view is None or store is None:
            return None
        keys: list[Entry] = [
            each for each in view.selected() if isinstance(each, KeyPair | SecretKey)
        ]
        return (view, store, keys) if keys else None

    @once_loaded
    def export_keys(self) -> None:
        """Let the selected key pairs or secret keys leave, in the form that is wanted."""
        if (chosen := self._chosen_keys()) is None:
            return
        view, store, keys = chosen
        from handfast.flows.entries.key_export import KeyExportFlow
        from handfast.ui.dialogs.key_export_dialog import KeyExportDialog

        flow = KeyExportFlow(store, keys, source=view.path, folder=str(view.path.parent))
        dialog = KeyExportDialog(flow, view.document, self._window.jobs, self._window)

        def tell(outcome: KeyExportOutcome) -> None:
            words = tr(
                "Exported {files}.", files=enumerated([path.name for path in outcome.paths[:4]])
            )
            if isValid(view) and view.store is not None:
                folder = outcome.paths[0].parent
                view.tell_notice(words, (tr("Show in &Folder"), lambda: show_folder(folder)))
            else:
                self._say(words)

        dialog.succeeded.connect(tell)
        dialog.open()

    @once_loaded
    def set_password(self) -> None:
        """Give the selected keys a password of their own, or that of the keystore."""
        if (chosen := self._chosen_keys()) is None:
            return
        view, store, keys = chosen
        from handfast.flows.entries.key_password import EntryPasswordFlow
        from handfast.ui.dialogs.entry_password_dialog import EntryPasswordDialog

        flow = EntryPasswordFlow(store, keys)
        dialog = EntryPasswordDialog(flow, str(view.path), self._window.jobs, self._window)

        def change(outcome: EntryPasswordOutcome) -> None:
            if isValid(view) and view.store is flow.store:
                view.document.apply(flow.label, outcome.store)
                view.select(flow.entries[0].alias)
                self._say(" ".join(outcome.notes[:2]))

        dialog.succeeded.connect(change)
        dialog.open()

    @once_loaded
    def edit_chain(self) -> None:
        """Put the chain of the selected key pair in order."""
        view = self._window.current()
        entries = view.selected() if view is not None else []
        pair = entries[0] if len(entries) == 1 else None
        if view is None or view.store is None or not isinstance(pair, KeyPair):
            return
        from handfast.flows.entries.chain import EditChainFlow
        from handfast.ui.dialogs.chain_dialog import ChainDialog

        flow = EditChainFlow(view.store, pair)
        dialog = ChainDialog(flow, self._window.jobs, self._window)

        def change(store: Store) -> None:
            if isValid(view) and view.store is flow.store:
                view.document.apply(flow.label, store)
                view.select(pair.alias)

        dialog.succeeded.connect(change)
        dialog.open()

    @once_loaded
    def new_secret_key(self) -> None:
        """Generate a secret key, or import one from a file."""
        view = self._window.current()
        if view is None or view.store is None:
            return
        from handfast.flows.entries.secret_key import SecretKeyFlow
        from handfast.ui.dialogs.secret_key_dialog import SecretKeyDialog

        flow = SecretKeyFlow(view.store)
        dialog = SecretKeyDialog(flow, str(view.path), self._window)

        def put(outcome: SecretKeyOutcome) -> None:
            if isValid(view) and view.store is flow.store:
                view.document.apply(outcome.label, outcome.store)
                view.select(outcome.alias)

        dialog.succeeded.connect(put)
        dialog.open()


def add_clipboard_actions(add: Callable[..., QAction], entries: EntryActions) -> list[QAction]:
    """The actions of the clipboard, in the order of the menu."""
    section = MenuSection.CLIPBOARD
    return [
        add(
            "actionCut", tr("Cu&t"), entries.cut, key=_KEYS.Cut, picture="cut", section=section,
            need=Need.ENTRIES, tip=tr("Move the selected entries to where you paste them"),
            many=lambda count: tr_count("Cu&t {count} Entry", "Cu&t {count} Entries", count),
        ),
        add(
            "actionCopy", tr("&Copy"), entries.copy, key=_KEYS.Copy, picture="copy",
            section=section, need=Need.ROWS,
            tip=tr("Copy the selected entries for another keystore, and their rows as text"),
            many=lambda count: tr_count("&Copy {count} Entry", "&Copy {count} Entries", count),
        ),
        add(
            "actionPaste", tr("&Paste"), entries.paste, key=_KEYS.Paste, picture="paste",
            section=section, need=Need.NOTHING,
            tip=tr("Add copied entries, or keys and certificates copied as text or files"),
        ),
        add(
            "actionDuplicate", tr("Dupl&icate"), entries.duplicate, key="Ctrl+D",
            picture="duplicate", section=section, need=Need.ENTRIES,
            tip=tr("Create a copy of the entry under another alias"),
            many=lambda count: tr_count(
                "Dupl&icate {count} Entry", "Dupl&icate {count} Entries", count
            ),
        ),
    ]  # fmt: skip


def add_key_actions(add: Callable[..., QAction], entries: EntryActions) -> list[QAction]:
    """The actions for keys, in the order of the menu."""
    section = MenuSection.KEYS
    return [
        add(
            "actionExportKeyPair", tr("E&xport Key Pair…"), entries.export_keys, key="Ctrl+Shift+E",
            picture="export", section=section, need=Need.KEYS,
            tip=tr("Save the private key in the format that a program requires, encrypted or "
"unencrypted"),
            many=lambda count: tr_count("E&xport {count} Key…", "E&xport {count} Keys…", count),
        ),
        add(
            "actionSetEntryPassword", tr("Set Key Pa&ssword…"), entries.set_password,
            picture="password", section=section, need=Need.KEYS,
            tip=tr("Give the key its own password, or that of the keystore"),
            many=lambda count: tr_count(
                "Set {count} Key Pa&ssword…", "Set {count} Key Pa&sswords…", count
            ),
        ),
        add(
            "actionEditChain", tr("Edit Ch&ain…"), entries.edit_chain, section=section,
            need=Need.KEY_PAIR, tip=tr("Add, remove, reorder, and complete the issuers"),
        ),
        add(
            "actionNewSecretKey", tr("New Secret Ke&y…"), entries.new_secret_key,
            section=MenuSection.ADDITIONS, need=Need.KEYSTORE, picture="secret-key",
            tip=tr("Generate an AES or HMAC key, or import one from a file"),
        ),
        add(
            "actionMerge", tr("&Merge Keystore…"), entries.merge, section=MenuSection.ADDITIONS,
            need=Need.KEYSTORE, tip=tr("Copy all entries of another keystore, after a preview"),
        ),
    ]  # fmt: skip
