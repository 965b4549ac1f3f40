"""The name of a file or a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QFileDialog, QStyle, QStyleOptionFrame

from handfast.core.language import tr
from handfast.core.visible_text import visible
from handfast.ui.widgets.secrets.password_line import LineWithButton, TextLine
from handfast.ui.widgets.style import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFontMetrics, QPaintEvent

#: What Qt leaves on either side of the text in a line.
_LINE_MARGIN_PX = 2


def elided_path(path: str, metrics: QFontMetrics, width: int) -> str:
    """A path within so many pixels: what is left out is of its folders, as long as that is enough.

    The name at the end is what tells one file from another.
    """
    shown = visible(path)
    if metrics.horizontalAdvance(shown) <= width:
        return shown
    folder, separator, name = shown.rpartition("/" if "/" in shown else os.sep)
    end = f"{separator}{name}"
    left = width - metrics.horizontalAdvance(end)
    if folder and left > metrics.horizontalAdvance("…"):
        return f"{metrics.elidedText(folder, Qt.TextElideMode.ElideRight, left)}{end}"
    return metrics.elidedText(end.strip("/"), Qt.TextElideMode.ElideMiddle, width)


class PathLine(TextLine):
    """A path that is longer than the line keeps its end in sight while nobody types into it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        area = self.style().subElementRect(
            QStyle.SubElement.SE_LineEditContents, option, self
        ).adjusted(_LINE_MARGIN_PX, 0, -_LINE_MARGIN_PX, 0)  # fmt: skip
        text, metrics = self.text(), self.fontMetrics()
        if self.hasFocus() or metrics.horizontalAdvance(text) <= area.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(
            area,
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            elided_path(text, metrics, area.width()),
        )
        painter.end()


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
        super().__init__(PathLine(), tr("Choose…"), name="choose")
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
