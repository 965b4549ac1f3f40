"""The name of a file or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from handfast.core.language import tr
from handfast.core.visible_text import visible
from handfast.ui.widgets.secrets.password_line import LineWithButton, TextLine
from handfast.ui.widgets.style import plain

if TYPE_CHECKING:
    from collections.abc import Sequence


class PathField(LineWithButton):
    """The name of a file or a folder, typed or chosen."""

    def __init__(
        self,
        *,
        title: str,
        filters: Sequence[str] = (),
        saving: bool = True,
        folder: bool = False,
    ) -> None:
        super().__init__(TextLine(), tr("Choose…"), name="choose")
        self._title = title
        self._filters = tuple(filters)
        self._saving = saving
        self._folder = folder
        self.button.setAccessibleName(title)
        self.button.clicked.connect(self._choose)
        # Whole, because the field shows as much as there is room for.
        self.line.textChanged.connect(lambda text: self.line.setToolTip(plain(visible(text))))

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._title, self.line.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        elif self._saving:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            # Whether an existing file is replaced is asked on the page, where it can be read
            # again, and not by the dialog.
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        if self._filters:
            dialog.setNameFilters(list(self._filters))
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, name: str) -> None:
        self.line.setText(str(Path(name)))
        self.text_edited.emit(self.line.text())
