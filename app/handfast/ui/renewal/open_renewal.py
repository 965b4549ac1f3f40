"""Opens the windows of this room over the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.ui.renewal.renew_wizard import RenewWizard
from handfast.ui.renewal.roll_over_window import RollOverWindow, open_keystores
from handfast.ui.wizards import open_export

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from handfast.services.partnerships import Partnership
    from handfast.ui.renewal.roll_over_window import RollingWorkspace
    from handfast.ui.widgets.window_services import Document, Workspace
    from handfast.ui.wizards.frame import Half


def open_renewal(
    workspace: Workspace, parent: QWidget | None, document: Document, alias: str
) -> RenewWizard:
    """Renew the certificate of a pair of an open keystore."""
    wizard = RenewWizard(workspace, parent, document=document, alias=alias)

    def go_on(
        half: Half,  # noqa: ARG001 - the other half of an exchange is always the export
        *,
        document: Document | None = None,
        aliases: Sequence[str] = (),
    ) -> None:
        # The partner needs the new certificate: nothing else follows.
        open_export(workspace, parent, document=document, aliases=aliases)

    wizard.goes_on = go_on
    # Not modal: a person may look something up in another tab in the meantime.
    wizard.show()
    return wizard


def open_roll_over(
    workspace: RollingWorkspace,
    parent: QWidget | None,
    *,
    partnership: Partnership | None = None,
    path: Path | None = None,
) -> RollOverWindow:
    """Plan a roll-over; of a partnership, whose keystores are opened in tabs for it."""
    if partnership is not None:
        open_keystores(workspace, partnership)
    window = RollOverWindow(workspace, parent, partnership=partnership, path=path)
    window.renew_requested.connect(
        lambda document, alias: open_renewal(workspace, parent, document, alias)
    )
    window.show()
    return window
