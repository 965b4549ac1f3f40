"""The commands that advice names, run in the window: one press leads to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from handfast.core.commands import Command
from handfast.core.language import tr

if TYPE_CHECKING:
    from handfast.flows.open_store import OpenStore
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.tabbed_window import TabbedWindow

_SHOWN_FOR_MS = 10_000
#: The object name of the action that does each.
ACTIONS = {
    Command.OPEN: "actionOpen",
    Command.SAVE_AS: "actionSaveAs",
    Command.CHANGE_PASSWORD: "actionChangePassword",
    Command.SET_ENTRY_PASSWORD: "actionSetEntryPassword",
    Command.GENERATE: "actionGenerateKeyPair",
    Command.RENEW: "actionRenew",
    Command.SIGN: "actionSign",
    Command.REVOKE: "actionRevoke",
    Command.CREATE_CRL: "actionCreateCrl",
    Command.REQUEST: "actionCreateRequest",
    Command.IMPORT_REPLY: "actionImportReply",
    Command.IMPORT_CERTIFICATE: "actionImportCertificate",
    Command.EXPORT_CERTIFICATE: "actionExportCertificate",
    Command.IMPORT_KEY_PAIR: "actionImportKeyPair",
    Command.EXPORT_KEY_PAIR: "actionExportKeyPair",
    Command.COMPLETE_CHAIN: "actionCompleteChain",
    Command.EDIT_CHAIN: "actionEditChain",
    Command.VERIFY: "actionVerify",
    Command.CHECK: "actionCheck",
    Command.JDKS: "actionJdks",
    Command.RENAME: "actionRename",
    Command.DELETE: "actionDelete",
    Command.INVENTORY: "actionFindExpiring",
    Command.REHEARSE: "actionRehearse",
    Command.PROBE: "actionProbe",
}


def run_for_entry(window: TabbedWindow, view: StoreView, command: Command, alias: str) -> None:
    """Run a command for an entry of a tab; without an alias, for its keystore."""
    if alias:
        view.select(alias)
    elif command is Command.UNLOCK:
        view.tree.clearSelection()
    if command is Command.UNLOCK:
        view.show_selected()
        view.details.take_focus()
        return
    run_command(window, command)


def run_in_keystore(window: TabbedWindow, command: Command, found: OpenStore, alias: str) -> None:
    """Run a command for an entry of a keystore that may have no tab yet."""
    path = found.path
    if path is None:
        return
    if all(each.path != path for each in window.views):
        window.open_path(path, password=found.store.password)
    view = next(each for each in window.views if each.path == path)
    window.tabs.setCurrentWidget(view)
    window.show_start_page(False)

    def go_on() -> None:
        is_here = view in window.views
        if is_here and view.store is None:
            # It is being read, or asks for its password.
            return
        window.documents_changed.disconnect(go_on)
        if is_here:
            run_for_entry(window, view, command, alias)

    window.documents_changed.connect(go_on)
    go_on()


def run_command(window: TabbedWindow, command: Command) -> None:
    """Run a command; where nothing is open or selected for it, lead to where that is done."""
    action = window.findChild(QAction, ACTIONS[command])
    if action is None:
        return
    window.raise_()
    window.activateWindow()
    if action.isEnabled():
        action.trigger()
        return
    view = window.current()
    if view is None or view.store is None:
        words = tr("Open the keystore, select the entry, then choose {command}.",
                   command=command.label)  # fmt: skip
        window.statusBar().showMessage(words, _SHOWN_FOR_MS)
        window.choose()
        return
    words = tr("Select the entry, then choose {command}.", command=command.label)
    window.statusBar().showMessage(words, _SHOWN_FOR_MS)
    view.tree.setFocus()
