"""What the window shows while no store is open: recent stores, and what people come to do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCommandLinkButton,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

_COLUMN = 380


class StartPage(QWidget):
    """Recent stores on the left, the tasks on the right."""

    open_requested = Signal()
    new_requested = Signal()
    generate_requested = Signal()
    export_requested = Signal()
    import_requested = Signal()
    recent_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        left, self._left = self._column("Open")
        self._link(left, self._left, "Open a store…", "JKS or PKCS#12; or drop it here", "Open")
        right, lines = self._column("Make or exchange")
        for text, hint, name in (
            ("Generate a key pair…", "Your own, self-signed, as keytool makes it", "Generate"),
            ("Export a certificate…", "For a partner; never the private key", "Export"),
            ("Import a certificate…", "A partner’s, its fingerprint checked first", "Import"),
            ("New store…", "Empty, PKCS#12 or JKS", "New"),
        ):
            self._link(right, lines, text, hint, name)
        lines.addStretch(1)
        self._recent_title = QLabel("Recent", left)
        self._recent_title.setContentsMargins(8, 16, 0, 0)
        self._left.addWidget(self._recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._left.addLayout(self._recent)
        self._left.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(48, 64, 48, 48)
        row.setSpacing(64)
        row.addStretch(1)
        row.addWidget(left)
        row.addWidget(right)
        row.addStretch(1)

    def _column(self, title: str) -> tuple[QWidget, QVBoxLayout]:
        column = QWidget(self)
        column.setFixedWidth(_COLUMN)
        head = QLabel(title, column)
        font = head.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        head.setFont(font)
        head.setContentsMargins(8, 0, 0, 8)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        return column, layout

    def _link(self, column: QWidget, layout: QVBoxLayout, text: str, hint: str, name: str) -> None:
        button = _Link(text, hint, column)
        button.setObjectName(f"start{name}")
        signal = {
            "Open": self.open_requested,
            "New": self.new_requested,
            "Generate": self.generate_requested,
            "Export": self.export_requested,
            "Import": self.import_requested,
        }[name]
        button.clicked.connect(lambda _checked=False: signal.emit())
        layout.addWidget(button)

    def set_recent(self, paths: list[str]) -> None:
        """Show the files opened lately, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._recent_title.setVisible(bool(paths))
        for text in paths:
            path = Path(text)
            folder = str(path.parent) if path.exists() else f"{path.parent} (no longer there)"
            button = _Link(path.name, folder, self)
            button.setToolTip(text)
            button.clicked.connect(lambda _=False, text=text: self.recent_requested.emit(text))
            self._recent.addWidget(button)


class _Link(QCommandLinkButton):
    """A command link that keeps the height of its two lines."""

    def __init__(self, text: str, hint: str, parent: QWidget) -> None:
        super().__init__(text, hint, parent)
        self.setIconSize(QSize(16, 16))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        # The offscreen and some X11 styles leave no room for the second line.
        line = self.fontMetrics().height()
        return QSize(super().sizeHint().width(), max(super().sizeHint().height(), 2 * line + 28))
