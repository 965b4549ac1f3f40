"""Where a report is to be written: a dialog that proposes a free name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from handfast.services.policy.overwriting import proposed_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget


def ask_where_to_save(
    parent: QWidget,
    *,
    title: str,
    name: str,
    folders: Sequence[Path],
    take: Callable[[Path], object],
    filters: Sequence[str] = (),
) -> None:
    """Ask for a file to write; the dialog asks before it lets one be replaced.

    :param folders: where it is likely wanted; the first that can be written to is proposed
    """
    proposed = proposed_path(folders, name)
    dialog = QFileDialog(parent, title, str(proposed))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if filters:
        dialog.setNameFilters(list(filters))
    dialog.setDefaultSuffix(proposed.suffix[1:])
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
