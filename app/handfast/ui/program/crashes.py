"""A fault of the program: told once, to be reported, while the window and its edits stay."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from handfast.core.errors import FileProblem
from handfast.core.language import tr
from handfast.ui.widgets.style import plain

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtWidgets import QMessageBox, QWidget


class Crashes(QObject):
    """Catches what nobody caught, in whichever thread, and shows it in the window's thread."""

    _happened = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._box: QMessageBox | None = None
        # What fails while a failure is being shown must not show it again, and again.
        self._happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on; what is printed on the terminal otherwise still is."""
        sys.excepthook = self._uncaught
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._report(error)
        _forget_last()

    def _in_thread(self, happened: threading.ExceptHookArgs) -> None:
        if happened.exc_value is not None:
            self._report(happened.exc_value)

    def _unraisable(self, happened: sys.UnraisableHookArgs) -> None:
        if happened.exc_value is not None:
            self._report(happened.exc_value)

    def _report(self, error: BaseException) -> None:
        from shiboken6 import isValid

        from handfast.ui.program.diagnostics import diagnostics

        text = diagnostics(error)
        if sys.stderr is not None:
            sys.stderr.write(text)
        # While the program ends, the window may be gone already.
        if isValid(self):
            self._happened.emit(text)

    def _tell(self, text: str) -> None:
        if self._box is not None:
            # One at a time: the first is what led to the others.
            return
        from PySide6.QtGui import QGuiApplication, QIcon
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setObjectName("crashBox")
        box.setWindowTitle("Handfast")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(tr("An unexpected error occurred in Handfast."))
        box.setInformativeText(
            tr("Your keystores and edits are still open. Save copies of your keystores now.")
            + "\n\n"
            + tr(
                "The diagnostic information shows where the error occurred. It contains no "
                "passwords, no file names, and no contents of your keystores."
            )
        )
        box.setDetailedText(text)
        copy = box.addButton(tr("Copy Diagnostic Information"), QMessageBox.ButtonRole.ActionRole)
        copy.setObjectName("crashCopy")
        keep = box.addButton(tr("Save It…"), QMessageBox.ButtonRole.ActionRole)
        keep.setObjectName("crashSave")
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Close))
        for button in box.buttons():
            # Qt has icons of its own for a few buttons, of another family than ours.
            button.setIcon(QIcon())
        # These do something besides, and the message stays to be read.
        for button in (copy, keep):
            button.clicked.disconnect()
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        keep.clicked.connect(lambda: self._ask_where(text))
        box.finished.connect(self._forget)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._box = box
        box.open()

    def _forget(self) -> None:
        self._box = None

    def _ask_where(self, text: str) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._box or self._window, tr("Save Diagnostic Information"))
        dialog.setObjectName("crashSaveDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("handfast-diagnostics.txt")
        dialog.fileSelected.connect(lambda name: self._write(Path(name), text))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _write(self, path: Path, text: str) -> None:
        from handfast.services.files.store_files import write_file

        try:
            write_file(path, text.encode(), overwrite=True)
        except FileProblem as error:
            if self._box is not None:
                self._box.setInformativeText(plain(f"{error.problem}\n{error.remedy}"))


def _forget_last() -> None:
    """Let go of what Python keeps of the last fault for a debugger, and with it of all it held.

    Through its frames, the keys and passwords of a keystore would be in the memory for as long as
    the program runs, whether that keystore is locked or closed.
    """
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        if hasattr(sys, name):
            delattr(sys, name)
