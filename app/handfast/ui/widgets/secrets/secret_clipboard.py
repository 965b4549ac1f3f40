"""A secret on the clipboard goes after a time, if it is still there by then."""

from __future__ import annotations

import hmac
import os

from PySide6.QtCore import QMimeData, QObject, QTimer, Slot
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication, QLineEdit

_NAME = "secretClipboard"
#: Unless it was chosen otherwise.
_DEFAULT_SECONDS = 30
_PLACES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)
#: By this KDE's and others' histories of the clipboard know what they are not to keep.
_HINT = "x-kde-passwordManagerHint"


class SecretClipboard(QObject):
    """Knows of the one secret that was copied last, and not what it is."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName(_NAME)
        self._key = os.urandom(32)
        #: After how many seconds a secret is removed; 0 for never.
        self.seconds = _DEFAULT_SECONDS
        self._digest = b""
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.clear)
        # It would stay there after the program, on some platforms.
        application.aboutToQuit.connect(self.clear)

    def _of(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")

    def is_known(self, text: str) -> bool:
        return hmac.compare_digest(self._digest, self._of(text))

    def guard(self, text: str, mode: QClipboard.Mode) -> None:
        """A secret was put on the clipboard; take it off after the time that was chosen."""
        self._digest = self._of(text)
        if mode is QClipboard.Mode.Clipboard:
            data = QMimeData()
            data.setText(text)
            data.setData(_HINT, b"secret")
            QApplication.clipboard().setMimeData(data, mode)
        if self.seconds:
            self.timer.start(self.seconds * 1000)
        else:
            self.timer.stop()
            self._digest = b""

    def clear(self) -> None:
        """Take it off, unless something else was copied since."""
        self.timer.stop()
        clipboard = QApplication.clipboard()
        for mode in _PLACES:
            if self._digest and self.is_known(clipboard.text(mode)):
                clipboard.clear(mode)
        self._digest = b""


def _only_one() -> SecretClipboard | None:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return None
    found = application.findChild(SecretClipboard, _NAME)
    return found if found is not None else SecretClipboard(application)


def keep_secrets_for(seconds: int) -> None:
    """Choose after how many seconds a copied secret leaves the clipboard; 0 for never."""
    keeper = _only_one()
    if keeper is not None:
        keeper.seconds = seconds


class _CopyWatch(QObject):
    """What is copied out of one field is guarded, for as long as the field exists.

    It belongs to the field, and listens with a method of its own: Qt ends that connection with
    either side. A plain function would keep the field alive, and outlast the clipboard.
    """

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        QApplication.clipboard().changed.connect(self._look)

    @Slot(QClipboard.Mode)
    def _look(self, mode: QClipboard.Mode) -> None:
        line = self.parent()
        text = QApplication.clipboard().text(mode)
        if not isinstance(line, QLineEdit) or not text or text != line.selectedText():
            return
        keeper = _only_one()
        if keeper is not None and not keeper.is_known(text):
            keeper.guard(text, mode)


def watch_copies(line: QLineEdit) -> None:
    """From now on, what is copied out of this field while it can be read is a secret."""
    _CopyWatch(line)
