"""What is exchanged with a CA, and key pairs that are brought in, in the menus of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.language import tr
from handfast.ui.window.actions.window_menus import MenuSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from handfast.ui.window.actions.store_actions import StoreActions


def issuance_actions(add: Callable[..., QAction], dialogs: StoreActions) -> tuple[QAction, ...]:
    """The request, the reply, and the import of a key pair."""
    return (
        add(
            "actionCreateRequest",
            tr("Create &Request…"),
            dialogs.create_request,
            key="Ctrl+Shift+Q",
            picture="export",
            tip=tr("Ask a CA for a certificate: a request (CSR) of a key pair, or of a new one"),
            section=MenuSection.ISSUANCE,
        ),
        add(
            "actionImportReply",
            tr("Imp&ort CA Reply…"),
            dialogs.import_reply,
            picture="import",
            tip=tr("Import the certificate that a CA sent onto its key pair"),
            section=MenuSection.ISSUANCE,
        ),
        add(
            "actionImportKeyPair",
            tr("Import &Key Pair…"),
            dialogs.import_pair,
            key="Ctrl+Shift+K",
            picture="import",
            tip=tr("Import a private key with its certificates from files of any kind"),
            section=MenuSection.KEYS,
        ),
    )
