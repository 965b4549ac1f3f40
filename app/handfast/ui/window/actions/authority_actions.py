"""A small CA in the menus of the window: sign requests, revoke, write revocation lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from handfast.core.language import tr, tr_count
from handfast.services.files.shown_path import shown_path
from handfast.services.policy.chosen_entry import authorities
from handfast.ui.program.wait_for_preload import once_loaded
from handfast.ui.widgets.window_services import usual_folder
from handfast.ui.window.actions.action_needs import Need

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtGui import QAction

    from handfast.documents.document import Document
    from handfast.flows.authority.both_sides import BothSidesOutcome
    from handfast.flows.authority.revoking import WrittenList
    from handfast.ui.window.tabbed_window import TabbedWindow

_SHOWN_FOR_MS = 20_000


def first_authority(documents: Sequence[Document]) -> tuple[Document, str] | None:
    """The first CA whose key is open, and its keystore; None where none is."""
    for document in documents:
        for pair in authorities(document.store) if document.store is not None else ():
            if not pair.is_locked:
                return document, pair.alias
    return None


class AuthorityDialogs(QObject):
    """Opens the windows of a CA over the main window."""

    def __init__(self, window: TabbedWindow) -> None:
        super().__init__(window)
        self._window = window

    def _alias(self) -> str:
        view = self._window.current()
        entries = view.selected() if view is not None else []
        return entries[0].alias if len(entries) == 1 else ""

    @once_loaded
    def sign(self) -> None:
        """Sign a request with the selected CA, or another of the keystore."""
        from handfast.ui.authority.sign_wizard import SignWizard

        document = self._window.current_document
        if document is not None:
            SignWizard(self._window, self._window, document=document, alias=self._alias()).show()

    @once_loaded
    def sign_file(self, path: Path) -> None:
        """Sign a request with a CA of an open keystore; without one, lead to opening it."""
        from handfast.ui.authority.sign_wizard import SignWizard

        window = self._window
        found = first_authority(window.documents)
        if found is None:
            window.statusBar().showMessage(
                tr("Open the keystore that has the CA, then choose Sign with a CA again."),
                _SHOWN_FOR_MS,
            )
            window.choose()
            return
        document, alias = found
        SignWizard(window, window, document=document, alias=alias, files=[path]).show()

    @once_loaded
    def revoke(self) -> None:
        """Show what the selected CA issued, to revoke some of it."""
        from handfast.flows.authority.revoking import RevokeFlow
        from handfast.ui.authority.revoke_dialog import RevokeDialog

        window, document = self._window, self._window.current_document
        if document is None or document.store is None:
            return
        flow = RevokeFlow(document.store, document.path, self._alias())
        dialog = RevokeDialog(flow, window.jobs, window)
        dialog.list_wanted.connect(lambda alias: self._create_list(document, alias))
        dialog.open()

    @once_loaded
    def create_list(self) -> None:
        """Write the revocation list of the selected CA."""
        document = self._window.current_document
        if document is not None:
            self._create_list(document, self._alias())

    @once_loaded
    def create_both_sides(self) -> None:
        """Create a CA with a server and a client, and the trust stores of both."""
        from handfast.flows.authority.both_sides import BothSidesFlow
        from handfast.ui.authority.both_sides_dialog import BothSidesDialog

        window = self._window
        folder = usual_folder(window, window.current_document) / "test-setup"
        dialog = BothSidesDialog(BothSidesFlow(str(folder)), window.jobs, window)
        dialog.succeeded.connect(self._show_both_sides)
        dialog.open()

    def _show_both_sides(self, outcome: BothSidesOutcome) -> None:
        for path in outcome.keystores:
            self._window.open_path(path, password=outcome.password)
        folder = outcome.keystores[0].parent
        words = tr("The test setup is in {folder}.", folder=shown_path(folder))
        self._window.statusBar().showMessage(words, _SHOWN_FOR_MS)

    def _create_list(self, document: Document, alias: str) -> None:
        from handfast.flows.authority.revoking import ListFlow
        from handfast.ui.authority.list_dialog import ListDialog

        if document.store is None:
            return
        flow = ListFlow(document.store, document.path, alias)
        dialog = ListDialog(flow, self._window.jobs, self._window)
        dialog.succeeded.connect(self._tell_list)
        dialog.open()

    def _tell_list(self, written: WrittenList) -> None:
        words = tr_count(
            "List number {number} with {count} revoked certificate is in {file}.",
            "List number {number} with {count} revoked certificates is in {file}.",
            written.count,
            number=written.number,
            file=shown_path(written.path),
        )
        self._window.statusBar().showMessage(words, _SHOWN_FOR_MS)


def authority_actions(
    add: Callable[..., QAction], dialogs: AuthorityDialogs
) -> tuple[QAction, ...]:
    """What a CA does with its key; a menu of its own in the menus."""
    return (
        add(
            "actionSign",
            tr("&Sign Request…"),
            dialogs.sign,
            need=Need.KEYSTORE,
            tip=tr("Issue a certificate for a request (CSR) with a CA of this keystore"),
        ),
        add(
            "actionRevoke",
            tr("&Revoke Certificates…"),
            dialogs.revoke,
            need=Need.KEYSTORE,
            tip=tr(
                "Show the certificates that a CA of this keystore issued, and revoke some of them"
            ),
        ),
        add(
            "actionCreateCrl",
            tr("&Create Revocation List…"),
            dialogs.create_list,
            need=Need.KEYSTORE,
            tip=tr("Create the list (CRL) of the certificates that a CA of this keystore revoked"),
        ),
        add(
            "actionCreateTestSetup",
            tr("Create a &Test Setup…"),
            dialogs.create_both_sides,
            tip=tr("Create a CA with a server and a client, and the trust stores of both"),
        ),
    )
