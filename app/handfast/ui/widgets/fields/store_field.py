"""Choosing one store: an open one, or a file, whose password is asked for beneath."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.keystore_opener import KeystoreOpener
from handfast.ui.widgets.secrets.password_row import PasswordRow
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.password import Password
    from handfast.flows.open_store import OpenStore
    from handfast.ui.widgets.window_services import Runner

_FILE = "file:"
#: Before the path of a file that is offered and is read once it is chosen.
_READ = "read:"
LONGEST = 40


class StoreField(QWidget):
    """A list of stores that ends with *Choose a file…*."""

    #: The key of an open store that was chosen.
    chosen = Signal(str)
    #: A file that was read: an OpenedFile.
    opened = Signal(object)

    def __init__(
        self,
        name: str,
        label: str,
        jobs: Runner,
        parent: QWidget | None = None,
        *,
        without: str = "",
        must_verify: bool = False,
    ) -> None:
        """``must_verify``: the password is asked for where a file can be read without it, as a JKS
        can, because writing into it needs the password.
        """
        super().__init__(parent)
        #: What to call having no store; empty where there must be one.
        self._without = without
        self._shown = ""
        self.box = NameBox(self)
        self.box.setObjectName(name)
        self.box.setAccessibleName(label)
        self.box.activated.connect(self._activated)
        row = PasswordRow(
            self,
            name=f"{name}Password",
            button_name=f"{name}Open",
            label=tr("{label}: password of the file", label=label),
            placeholder=tr("Password of this file"),
            is_wide=True,
        )
        self.opener = KeystoreOpener(
            jobs,
            row,
            self,
            name_of=lambda part: f"{name}{part.title()}",
            must_be_unlocked=must_verify,
        )
        self.password, self.note = row.field, self.opener.note
        self.opener.opened.connect(self.opened)
        self.opener.failed.connect(self._failed)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        # The gap belongs to what is beneath the box, so that rows without it are level.
        lines.setSpacing(0)
        for beneath in (row, self.note):
            beneath.setContentsMargins(0, GRID // 2, 0, 0)
        lines.addWidget(self.box)
        lines.addWidget(self.opener)
        self.setFocusProxy(self.box)

    def show_stores(
        self, stores: Sequence[OpenStore], key: str, files: Sequence[tuple[Path, str]] = ()
    ) -> None:
        """What can be chosen, and what is; ``files`` are offered by a title of their own."""
        self._shown = key
        self.box.clear()
        if self._without:
            self.box.addItem(self._without, "")
        for each in stores:
            self.box.addItem(icon("store"), shorten(each.title, LONGEST), each.key)
            at = self.box.count() - 1
            self.box.setItemData(
                at, plain(visible(str(each.path or each.title))), Qt.ItemDataRole.ToolTipRole
            )
        known = {each.key for each in stores}
        for path, title in files:
            if str(path) not in known:
                self.box.addItem(icon("store"), shorten(title, LONGEST), f"{_READ}{path}")
                tip = plain(visible(str(path)))
                self.box.setItemData(self.box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        if self.box.count():
            self.box.insertSeparator(self.box.count())
        self.box.addItem(icon("open"), tr("Choose a file…"), _FILE)
        self.box.setCurrentIndex(self._place_of(key))
        if self.box.currentIndex() < 0:
            self.box.setPlaceholderText(tr("Choose a keystore"))
        self.box.setToolTip(plain(key))

    def _place_of(self, key: str) -> int:
        return self.box.findData(key) if key or self._without else -1

    def _activated(self, index: int) -> None:
        data = self.box.itemData(index)
        if isinstance(data, str) and data.startswith(_READ):
            self.read(Path(data.removeprefix(_READ)))
            return
        if data != _FILE:
            self.opener.quiet()
            self.chosen.emit(data)
            return
        self.box.setCurrentIndex(self._place_of(self._shown))
        dialog = QFileDialog(self, tr("Choose a Keystore"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def read(self, path: Path, password: Password | None = None) -> None:
        """Read a file off the GUI thread."""
        self.opener.read(path, password)

    def _failed(self) -> None:
        if self.opener.row.isVisible():
            self.opener.row.take_focus()

    def closing(self) -> None:
        """Nobody waits for the file any more."""
        self.opener.closing()
