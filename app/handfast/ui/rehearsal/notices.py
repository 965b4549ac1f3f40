"""What a person must know of a result: that it is outdated, or that a change is not saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from handfast.core.language import listed, tr, tr_count
from handfast.core.store import shorten
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine
from handfast.ui.widgets.window_services import document_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handfast.core.errors import HandfastError
    from handfast.ui.widgets.window_services import Document, Workspace


class NoticeLine(QWidget):
    """A warning across the window, with one button that answers it."""

    def __init__(self, name: str, words: str, act: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.state = StateLine("warning", "", self)
        self.button = QPushButton(words, self)
        self.button.setObjectName(f"{name}Button")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda _=False: act())
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self.state, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self.state.label.text()

    def show_text(self, text: str) -> None:
        """Say it; nothing for an empty text."""
        self.state.label.setText(text)
        self.state.label.setAccessibleName(text)
        self.setVisible(bool(text))


class UnsavedNotice(NoticeLine):
    """Which keystores of a result are changed in their tabs only, and saving them at once."""

    def __init__(
        self, prefix: str, workspace: Workspace, keys: Callable[[], Iterable[str]], parent: QWidget
    ) -> None:
        super().__init__(f"{prefix}Unsaved", tr("&Save"), self.save, parent)
        self._workspace, self._keys = workspace, keys
        self._has_result = False
        self._problem = ""
        workspace.documents_changed.connect(self.look)

    def begin(self) -> None:
        """There is a result from now on, which may rest on what is in no file yet."""
        self._has_result = True
        self._problem = ""
        self.look()

    def _unsaved(self) -> list[Document]:
        found = (document_of(self._workspace, key) for key in dict.fromkeys(self._keys()) if key)
        return [each for each in found if each is not None and each.is_dirty]

    def look(self) -> None:
        """Show how the keystores are now."""
        unsaved = self._unsaved() if self._has_result else []
        if not unsaved:
            self._problem = ""
        names = listed([f"“{shorten(each.path.name, 60)}”" for each in unsaved])
        self.show_text(
            self._problem
            or tr_count(
                "{names} is not saved yet: programs still read the file without the change.",
                "{names} are not saved yet: programs still read the files without the changes.",
                len(unsaved),
                names=names,
            )
            if unsaved
            else ""
        )

    def save(self) -> None:
        """Write them; why one could not be written is said here, as its tab may be behind."""
        self._problem = ""
        for document in self._unsaved():
            document.save(self.look, self._failed)

    def _failed(self, error: HandfastError) -> None:
        self._problem = f"{error.problem} {error.remedy}".strip()
        self.look()
