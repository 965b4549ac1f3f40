"""Entries that were copied, cut, or are being dragged: typed, with their keys, in this process.

What goes onto the system’s clipboard, or to another program, is a random mark and public text. A
key leaves this way neither as text nor as bytes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QObject, QTemporaryDir, QTimer, QUrl, Signal
from PySide6.QtGui import QGuiApplication

from handfast.core.entry import TrustedCertificate
from handfast.core.frozen import dataclass
from handfast.documents.document import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.store import Store
    from handfast.documents.document import Document

#: Holds nothing but the mark by which the entries are found in this process.
MIME_TYPE: Final = "application/x-handfast-entries"
_MARK_BYTES: Final = 16
#: Files that are made when a drag begins, before it is known where it goes.
_MAX_DRAGGED_FILES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEntries:
    """Entries of a document, as they were when they were copied."""

    #: The keystore with these entries alone.
    source: Store
    document: Document
    #: The entries themselves, to be found in the document again.
    entries: tuple[Entry, ...]
    is_cut: bool = False

    @property
    def has_keys(self) -> bool:
        """Whether a private or secret key is among them."""
        return any(not isinstance(each, TrustedCertificate) for each in self.entries)


class EntryClipboard(QObject):
    """What was copied last, and what is being dragged, until its time is up or it is locked."""

    #: What can be pasted is something else now.
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        #: After how many seconds keys are let go of; 0 for never.
        self.seconds = 0
        self._held: HeldEntries | None = None
        self._mark = b""
        self._dragged: HeldEntries | None = None
        self._drag_mark = b""
        self._folder: QTemporaryDir | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.forget)
        QGuiApplication.clipboard().dataChanged.connect(self._look)

    # --- copying -----------------------------------------------------------------------

    def hold(self, held: HeldEntries, text: str) -> None:
        """Keep these to be pasted; ``text`` is what other programs paste, and is public."""
        self._mark = os.urandom(_MARK_BYTES)
        data = QMimeData()
        data.setText(text)
        data.setData(MIME_TYPE, self._mark)
        QGuiApplication.clipboard().setMimeData(data)
        self._held = held
        if self.seconds and held.has_keys:
            self.timer.start(self.seconds * 1000)
        else:
            self.timer.stop()
        self.changed.emit()

    def held(self) -> HeldEntries | None:
        """What was copied last in this process, unless something else was copied since."""
        if self._held is None or not self._mark:
            return None
        data = QGuiApplication.clipboard().mimeData()
        if data is None or bytes(data.data(MIME_TYPE).data()) != self._mark:
            return None
        return self._held

    def _look(self) -> None:
        if self._held is not None and self.held() is None:
            # Something else was copied: what nobody can paste is not kept.
            self.forget()
        else:
            self.changed.emit()

    def forget(self) -> None:
        """Let go of what was copied; the public text may stay where it is."""
        self.timer.stop()
        self._held, self._mark = None, b""
        self.changed.emit()

    def forget_secrets(self, _why: str) -> None:
        """The keystores were locked: nothing of them is pasted any more."""
        self._dragged, self._drag_mark = None, b""
        self.forget()

    def look_at_documents(self) -> None:
        """Let go of entries whose keystore was closed or locked."""
        if self._held is not None and self._held.document.state is not State.OPEN:
            self.forget()

    # --- dragging ----------------------------------------------------------------------

    def drag(self, held: HeldEntries) -> QMimeData:
        """What a drag carries: the mark, and the certificates as text and as files."""
        self._dragged, self._drag_mark = held, os.urandom(_MARK_BYTES)
        data = QMimeData()
        data.setData(MIME_TYPE, self._drag_mark)
        shown = [each for each in held.entries if each.chain]
        if shown and len(shown) <= _MAX_DRAGGED_FILES:
            data.setText("".join(each.chain[0].public_pem() for each in shown))
            data.setUrls([QUrl.fromLocalFile(str(path)) for path in self._files(shown)])
        return data

    def _files(self, entries: Sequence[Entry]) -> list[Path]:
        """The certificates as files, for a program that takes files; removed with the program."""
        from handfast.services.exchange.key_files import file_stems

        self._folder = QTemporaryDir()
        folder = Path(self._folder.path())
        paths = []
        stems = file_stems(each.alias for each in entries)
        for stem, entry in zip(stems, entries, strict=True):
            path = folder / f"{stem}.pem"
            path.write_text(entry.chain[0].public_pem(), encoding="ascii")
            paths.append(path)
        return paths

    def dragged(self, data: QMimeData) -> HeldEntries | None:
        """The entries of this process that a drag carries; None where it carries others."""
        is_own = bool(self._drag_mark) and data.hasFormat(MIME_TYPE)
        if not is_own or bytes(data.data(MIME_TYPE).data()) != self._drag_mark:
            return None
        return self._dragged

    def drag_ended(self) -> None:
        """The drag is over, wherever it ended."""
        self._dragged, self._drag_mark = None, b""
