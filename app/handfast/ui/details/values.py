"""Values that can be copied: the text, a small button beside it, Ctrl+C and a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
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
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from handfast.ui.details.wrap_label import FingerprintLabel, WrapLabel
from handfast.ui.wizards.look import GRID, blend, fixed_font, paint_mark

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent

#: How long a copy button shows that it has copied, in milliseconds.
_CONFIRM_FOR = 1500


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


class CopyButton(QAbstractButton):
    """A small button that is seen while the mouse is on its row or the focus on itself."""

    def __init__(self, label: str, content: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._is_revealed = False
        self._has_copied = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(f"Copy {label}")
        self.setAccessibleName(f"Copy {label}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.copy)

    def sizeHint(self) -> QSize:
        return QSize(3 * GRID, 2 * GRID + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def copy(self) -> None:
        """Copy, and say so by a tick for a moment."""
        copy_text(self._content)
        self._has_copied = True
        self.setAccessibleDescription("Copied")
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
        if not (self._is_revealed or self.hasFocus() or self._has_copied or self.underMouse()):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        window = palette.color(QPalette.ColorRole.Window)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(frame, 4, 4)
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(text, window, 0.18 if self.isDown() else 0.1))
            painter.drawRoundedRect(frame, 4, 4)
        centre = QRectF(self.rect()).center()
        if self._has_copied:
            paint_mark(painter, QRectF(centre.x() - 7, centre.y() - 7, 14, 14), "ok", palette)
        else:
            _paint_sheets(painter, centre.x(), centre.y(), palette)
        painter.end()


def _paint_sheets(painter: QPainter, x: float, y: float, palette: QPalette) -> None:
    colour = blend(
        palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window), 0.75
    )
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
    """One value with its copy button. ``content`` is what is copied, where it differs."""

    def __init__(
        self,
        label: str,
        value: str,
        *,
        content: str | None = None,
        monospaced: bool = False,
        view: WrapLabel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = label
        self._content = value if content is None else content
        self.view = view if view is not None else WrapLabel(value)
        if monospaced and view is None:
            self.view.setFont(fixed_font(self.font()))
        self.view.setParent(self)
        self.view.setAccessibleName(f"{label}: {value}")
        self.button = CopyButton(label, self._content, self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)

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
        menu.addAction("&Copy").triggered.connect(self.button.copy)
        both = menu.addAction("Copy with its &name")
        both.triggered.connect(lambda: copy_text(f"{self._label}: {self._content}"))
        return menu


def fingerprint_value(label: str, hexadecimal: str) -> CopyableValue:
    """A fingerprint to read out; copied it is ``AB:CD:…``, as keytool prints it."""
    pairs = [hexadecimal[at : at + 2].upper() for at in range(0, len(hexadecimal), 2)]
    view = FingerprintLabel(hexadecimal)
    spoken = view.accessibleName()
    made = CopyableValue(label, view.text(), content=":".join(pairs), view=view)
    view.setAccessibleName(f"{label} {spoken}")
    return made
