"""Values that can be copied: the text, a small button beside it, Ctrl+C and a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID, blend, fixed_font, paint_mark
from handfast.ui.widgets.wrap_label import FingerprintLabel, WrapLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QResizeEvent

#: Of a copy button, and so the least of a value.
COPY_HEIGHT = 2 * GRID + 4
#: Between a value and its button.
_GAP = GRID // 2
#: How long a copy button shows that it has copied, in milliseconds.
_CONFIRM_FOR = 1500


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


class CopyButton(QAbstractButton):
    """A small button, quiet until the mouse is on its row or the focus on itself."""

    def __init__(self, label: str, content: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._is_revealed = False
        self._has_copied = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(tr("Copy {label}", label=label))
        self.setAccessibleName(tr("Copy {label}", label=label))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.copy)

    def sizeHint(self) -> QSize:
        return QSize(3 * GRID, COPY_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def copy(self) -> None:
        """Copy, and say so by a tick for a moment."""
        copy_text(self._content)
        self._has_copied = True
        self.setAccessibleDescription(tr("Copied"))
        QTimer.singleShot(_CONFIRM_FOR, self, self._forget)
        self.update()

    def _forget(self) -> None:
        self._has_copied = False
        self.setAccessibleDescription("")
        self.update()

    def reveal(self, shown: bool) -> None:
        self._is_revealed = shown
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        window = palette.color(QPalette.ColorRole.Window)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(text, window, 0.18 if self.isDown() else 0.1))
            painter.drawRoundedRect(frame, 4, 4)
        centre = QRectF(self.rect()).center()
        if self._has_copied:
            paint_mark(painter, QRectF(centre.x() - 7, centre.y() - 7, 14, 14), "ok", palette)
        else:
            is_near = self._is_revealed or self.hasFocus() or self.underMouse()
            colour = blend(text, window, 0.8 if is_near else 0.4)
            _paint_sheets(painter, centre.x(), centre.y(), colour)
        painter.end()


def _paint_sheets(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    front = QRectF(x - 2.5, y - 2.5, 8, 8)
    back = QPainterPath()
    back.moveTo(x + 2, y - 5.5)
    back.lineTo(x - 4, y - 5.5)
    back.quadTo(x - 5.5, y - 5.5, x - 5.5, y - 4)
    back.lineTo(x - 5.5, y + 2)
    painter.drawRoundedRect(front, 1.5, 1.5)
    painter.drawPath(back)


class CopyableValue(QWidget):
    """One value, and right behind it its copy button. ``content`` is what is copied, if not it.

    A value that people rather read than copy has no button, which would be one more stop for the
    Tab key; its context menu copies it all the same.
    """

    def __init__(
        self,
        label: str,
        value: str,
        *,
        content: str | None = None,
        monospaced: bool = False,
        view: WrapLabel | None = None,
        has_button: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = label
        self._content = value if content is None else content
        self._more: list[tuple[str, str]] = []
        self.view = view if view is not None else WrapLabel(value)
        if monospaced and view is None:
            self.view.setFont(fixed_font(self.font()))
        self.view.setParent(self)
        self.view.setAccessibleName(f"{label}: {value}")
        self.button = CopyButton(label, self._content, self)
        self.button.setVisible(has_button)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # --- geometry: by hand, because no layout puts a button behind the end of wrapped text --------

    def _room(self, width: int) -> int:
        return max(width - self.button.sizeHint().width() - _GAP, 1)

    def _drop(self) -> int:
        """How far down the text begins, so that its first line stands beside the button."""
        spacing = self.view.fontMetrics().lineSpacing()
        return max(0, (self.button.sizeHint().height() - spacing + 1) // 2)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        text = self._drop() + self.view.heightForWidth(self._room(width))
        return max(text, self.button.sizeHint().height())

    def sizeHint(self) -> QSize:
        width = self.view.sizeHint().width() + _GAP + self.button.sizeHint().width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        least = self.view.minimumSizeHint().width() + _GAP + self.button.sizeHint().width()
        return QSize(least, self.button.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        drop, room = self._drop(), self._room(self.width())
        used = self.view.used_width(room)
        self.view.setGeometry(0, drop, room, max(self.height() - drop, 1))
        size = self.button.sizeHint()
        line = self.view.fontMetrics().lineSpacing()
        top = max(0, (line - size.height()) // 2)
        self.button.setGeometry(used + _GAP, top, size.width(), size.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
            self._arrange()

    @property
    def content(self) -> str:
        """What copying gives."""
        return self._content

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.button.reveal(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.button.reveal(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.button.reveal(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.button.reveal(self.underMouse())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.button.copy()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """The menu of the right mouse button; it deletes itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("&Copy")).triggered.connect(self.button.copy)
        both = menu.addAction(tr("Copy with Its &Name"))
        both.triggered.connect(lambda: copy_text(f"{self._label}: {self._content}"))
        for words, content in self._more:
            action = menu.addAction(words)
            action.triggered.connect(lambda _checked=False, text=content: copy_text(text))
        return menu

    def offer(self, words: str, content: str) -> None:
        """One more thing that the menu copies."""
        self._more.append((words, content))


def fingerprint_value(label: str, hexadecimal: str) -> CopyableValue:
    """A fingerprint to read out; copied it is ``AB:CD:…``, as keytool prints it."""
    pairs = [hexadecimal[at : at + 2].upper() for at in range(0, len(hexadecimal), 2)]
    view = FingerprintLabel(hexadecimal)
    spoken = view.accessibleName()
    made = CopyableValue(label, view.text(), content=":".join(pairs), view=view)
    view.setAccessibleName(f"{label} {spoken}")
    return made
