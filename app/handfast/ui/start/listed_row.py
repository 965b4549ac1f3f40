"""A row of a list on the start page: press it to open what it names, or take it off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from handfast.core.language import tr
from handfast.core.visible_text import visible
from handfast.ui.program.file_places import copy_path, show_folder
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.row_button import RowButton
from handfast.ui.widgets.style import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent


class ListedRow(QWidget):
    """A file by the name that people know it by."""

    removed = Signal()

    def __init__(
        self, path: Path, *, name: str, picture: str, remove: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.button = RowButton(picture, name, self)
        self.button.setToolTip(plain(visible(str(path))))
        away = QToolButton(self)
        away.setObjectName(remove)
        away.setIcon(icon("close"))
        away.setIconSize(QSize(14, 14))
        away.setAutoRaise(True)
        away.setToolTip(tr("Remove from this list (the file is not deleted)"))
        away.setAccessibleName(tr("Remove {name} from the list", name=name))
        away.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        away.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.button, 1)
        row.addWidget(away)
        self._row = row

    def offer(self, text: str, name: str, object_name: str, then: SignalInstance) -> None:
        """A button before the end of the row, for what is most pressing."""
        button = QPushButton(text, self)
        button.setObjectName(object_name)
        button.setAccessibleName(name)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(then)
        self._row.insertWidget(1, button)
        # At once, so that it can have the focus.
        button.show()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setObjectName("rowMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        offers: tuple[tuple[str, str, Callable[[], object]] | None, ...] = (
            ("rowOpen", tr("&Open"), self.button.click),
            None,
            ("rowCopyPath", tr("Copy &Path"), lambda: copy_path(self.path)),
            ("rowOpenFolder", tr("Open &Folder"), lambda: show_folder(self.path.parent)),
            None,
            ("rowRemove", tr("&Remove From List"), self.removed.emit),
        )
        for offer in offers:
            if offer is None:
                menu.addSeparator()
                continue
            name, text, call = offer
            action = menu.addAction(text)
            action.setObjectName(name)
            action.triggered.connect(lambda _checked=False, call=call: call())
        at = event.globalPos()
        if event.reason() is event.Reason.Keyboard:
            at = self.button.mapToGlobal(self.button.rect().bottomLeft())
        menu.popup(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)
