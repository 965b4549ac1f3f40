"""What a person must know of a result: that it is outdated, or that a change is not saved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from handfast.core.language import listed, tr, tr_count
from handfast.core.store import shorten
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import StateLine
from handfast.ui.widgets.window_services import document_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.flows.open_store import OpenStore
    from handfast.ui.widgets.window_services import Document, Workspace


_OUTDATED = tr("The keystores were changed: this is the result from before.")


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

    #: The keystores that are open were looked at, since something changed.
    looked = Signal()

    def __init__(
        self, prefix: str, workspace: Workspace, keys: Callable[[], Iterable[str]], parent: QWidget
    ) -> None:
        super().__init__(f"{prefix}Unsaved", tr("&Save"), self.save, parent)
        self._workspace, self._keys = workspace, keys
        self._has_result = False
        self._problem = ""
        workspace.documents_changed.connect(self.look)
        workspace.documents_changed.connect(self.looked)

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


class ResultNotices:
    """Both notices of what rests on keystores, by one rule for every window that shows a result.

    A result is outdated once a keystore that it was made of holds other entries in its tab. One
    that was closed or locked since changes nothing.
    """

    def __init__(
        self,
        prefix: str,
        workspace: Workspace,
        parent: QWidget,
        *,
        again: str,
        run: Callable[[], object],
        words: str = _OUTDATED,
    ) -> None:
        """``again``: the words of the button that replaces an outdated result by ``run``."""
        self._workspace, self._words = workspace, words
        #: What the result was made of, and what the one that is being made is made of.
        self._used: dict[str, Store] = {}
        self._coming: dict[str, Store] | None = None
        self.outdated = NoticeLine(f"{prefix}Outdated", again, run, parent)
        self.unsaved = UnsavedNotice(prefix, workspace, lambda: self._used, parent)
        self.unsaved.looked.connect(self.look)

    def begin(self, used: Iterable[OpenStore | None]) -> None:
        """A result is being made of these keystores, as they are now."""
        self._coming = {each.key: each.store for each in used if each is not None}
        self.outdated.show_text("")

    def cancel(self) -> None:
        """It comes to nothing; the earlier result stays."""
        self._coming = None
        self.look()

    def finish(self) -> None:
        """It is there, and the keystores may have been edited while it was made."""
        if self._coming is not None:
            self._used, self._coming = self._coming, None
        self.unsaved.begin()
        self.look()

    def forget(self) -> None:
        """There is no result any more."""
        self._used, self._coming = {}, None
        self.unsaved.look()
        self.look()

    def look(self) -> None:
        """Show how the keystores are now."""
        if self._coming is None:
            is_outdated = any(self._is_other(key, store) for key, store in self._used.items())
            self.outdated.show_text(self._words if is_outdated else "")

    def _is_other(self, key: str, used: Store) -> bool:
        document = document_of(self._workspace, key)
        now = document.store if document is not None else None
        return now is not None and now is not used and now.entries != used.entries
