"""What was just done or not done to the keystore, told beneath the rows, with the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from handfast.core.language import tr
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import GRID, TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QWidget

    from handfast.core.store import Store

_ICON_PX = 16


#: The words of a button, and what it does.
NoticeWay: TypeAlias = "tuple[str, Callable[[], object]]"


class NoticeBar(QFrame):
    """A sentence, with *Undo* beside it; it goes with the next edit, or when it is closed."""

    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.setFrameShape(QFrame.Shape.NoFrame)
        #: The value of the keystore that it is about.
        self._store: Store | None = None
        self._picture = "info"
        self._mark = QLabel(self)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._words = TextLabel(shade="plain", parent=self)
        self._words.setObjectName("noticeText")
        self._undo = QPushButton(tr("&Undo"), self)
        self._undo.setObjectName("noticeUndo")
        self._undo.setAutoDefault(False)
        self._undo.clicked.connect(self.undo_requested)
        self._go: Callable[[], object] | None = None
        self._way = QPushButton(self)
        self._way.setObjectName("noticeWay")
        self._way.setAutoDefault(False)
        self._way.clicked.connect(self._follow_way)
        away = QToolButton(self)
        away.setObjectName("noticeClose")
        away.setIcon(icon("close"))
        away.setAutoRaise(True)
        away.setToolTip(tr("Close this message"))
        away.setAccessibleName(tr("Close this message"))
        away.clicked.connect(self._put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self._mark)
        row.addWidget(self._words, 1)
        row.addWidget(self._undo)
        row.addWidget(self._way)
        row.addWidget(away)
        self._paint_mark()
        self.hide()

    def tell(
        self, words: str, store: Store | None, *, offers_undo: bool, way: NoticeWay | None = None
    ) -> None:
        """Say what was done; it stands until the keystore has another value than ``store``."""
        self._store = store
        self._picture = "delete" if offers_undo else "info"
        self._paint_mark()
        self._words.setText(words)
        self._undo.setVisible(offers_undo)
        self._undo.setAccessibleDescription(words)
        button, self._go = way if way is not None else ("", None)
        self._way.setText(button)
        self._way.setVisible(way is not None)
        self._way.setAccessibleDescription(words)
        self.show()
        # It appears beside where the person is, who would not hear of it otherwise.
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def follow(self, store: Store | None) -> None:
        """Go away where the keystore has become another value."""
        if store is None or store is not self._store:
            self._put_away()

    def text(self) -> str:
        """What it says, for tests."""
        return self._words.text()

    def _follow_way(self) -> None:
        if self._go is not None:
            self._go()

    def _put_away(self) -> None:
        self._store = self._go = None
        self.hide()

    def _paint_mark(self) -> None:
        size = QSize(_ICON_PX, _ICON_PX)
        self._mark.setPixmap(icon(self._picture).pixmap(size, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is event.Type.PaletteChange:
            self._paint_mark()
