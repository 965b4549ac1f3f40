"""A small CA in the menus of the window: sign requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from handfast.core.language import tr
from handfast.ui.program.wait_for_preload import once_loaded
from handfast.ui.window.action_needs import Need

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from handfast.ui.window.tabbed_window import TabbedWindow


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
    )
