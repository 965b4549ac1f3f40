"""What the window shows while no store is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCommandLinkButton, QFrame, QLabel, QVBoxLayout, QWidget


class StartPage(QWidget):
    """Open a store, or one of those opened lately."""

    open_requested = Signal()
    recent_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPage")
        column = QWidget(self)
        column.setFixedWidth(520)
        title = QLabel("Open a keystore", column)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.8)
        title.setFont(font)
        words = QLabel(
            "See the key pairs and trusted certificates in a JKS or PKCS#12 file, and when they"
            " expire. Drop a file anywhere in this window, or choose one.",
            column,
        )
        words.setWordWrap(True)
        button = QCommandLinkButton("Open a store…", "JKS, PKCS#12, cacerts", column)
        button.setObjectName("startOpen")
        button.clicked.connect(self.open_requested)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_title = QLabel("Recent", column)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        for widget in (title, words, button, self._recent_title):
            layout.addWidget(widget)
        layout.addLayout(self._recent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(48, 64, 48, 48)
        outer.addWidget(column, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)

    def set_recent(self, paths: list[str]) -> None:
        """Show the files opened lately, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._recent_title.setVisible(bool(paths))
        for text in paths:
            path = Path(text)
            folder = str(path.parent) if path.exists() else f"{path.parent} (no longer there)"
            button = QCommandLinkButton(path.name, folder, self)
            button.clicked.connect(lambda _=False, text=text: self.recent_requested.emit(text))
            self._recent.addWidget(button)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.NoFrame)
        self._recent.addWidget(line)
