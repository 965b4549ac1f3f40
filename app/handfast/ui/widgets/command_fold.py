"""*Show as a keytool command*: folded away, with a button that copies it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID, TextLabel, fixed_font

#: Of the box of a command; a longer one is scrolled.
_FEWEST_LINES, _MOST_LINES = 3, 20


class CopyButton(QPushButton):
    """Copies a text and says on its face that it did."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(label, parent)
        self._label = label
        self._content = ""
        self.setAutoDefault(False)
        self.clicked.connect(self._copy)

    def set_content(self, content: str) -> None:
        self._content = content
        self.setText(self._label)
        self.setEnabled(bool(content))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._content)
        self.setText(tr("Copied"))

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)  # type: ignore[arg-type]  # any QEvent will do
        self.setText(self._label)


class CommandFold(QWidget):
    """The equivalent command line, for those who compare it with their knowledge base."""

    def __init__(self, parent: QWidget | None = None, *, title: str = "") -> None:
        """``title`` says which programs the command is for, where it is not keytool alone."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._toggle = QToolButton(self)
        self._toggle.setObjectName("wizardCommandToggle")
        self._toggle.setText(title or tr("Show as a &keytool command"))
        self._toggle.setAutoRaise(True)
        self._toggle.setArrowType(Qt.ArrowType.RightArrow)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._body = QWidget(self)
        self._text = QPlainTextEdit(self._body)
        self._text.setObjectName("wizardCommand")
        self._text.setAccessibleName(tr("keytool command"))
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setFont(fixed_font(self.font(), scale=0.95))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._text.installEventFilter(self)
        self._copy = CopyButton(tr("&Copy Command"), self)
        self._copy.setObjectName("wizardCommandCopy")
        note = TextLabel(
            tr("Replace <password> with the password. Without that line, keytool asks for it."),
            parent=self._body,
        )
        head = QHBoxLayout()
        head.addWidget(self._toggle)
        head.addStretch(1)
        head.addWidget(self._copy)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(GRID)
        body.addWidget(self._text)
        body.addWidget(note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(self._body)
        self._toggle.clicked.connect(self._turn)
        self._fold(shown=False)

    def set_command(self, command: str) -> None:
        """Show a command; nothing is offered where there is none."""
        self.setVisible(bool(command))
        self._text.setPlainText(command)
        self._copy.set_content(command)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._fit()

    def _fit(self) -> None:
        """As high as the command is in this width, so that nothing of it has to be scrolled to."""
        document = self._text.document()
        # Counted in lines, not in pixels.
        lines = max(_FEWEST_LINES, min(_MOST_LINES, int(document.size().height())))
        margins = 2 * (int(document.documentMargin()) + self._text.frameWidth())
        height = self._text.fontMetrics().lineSpacing() * lines + margins + GRID // 2
        if height != self._text.height():
            self._text.setFixedHeight(height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            # Once the text has been laid out in its new width.
            QTimer.singleShot(0, self, self._fit)
        return super().eventFilter(watched, event)

    def _turn(self) -> None:
        self._fold(shown=self._body.isHidden())

    def _fold(self, *, shown: bool) -> None:
        self._body.setVisible(shown)
        self._copy.setVisible(shown)
        self._toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
