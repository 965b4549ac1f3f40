"""A tour of every window, dialog, and page of a wizard, for tests of what holds for all of them.

Windows are found by triggering every action of the main window, so that a new one is on the tour
as soon as it has an action. Nothing here needs pytest: the tour runs in programs of its own too,
on a real X server.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTabWidget, QWidget
from shiboken6 import isValid

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.demo import make_demo
from handfast.services.files.saving import new_store, save_store
from handfast.ui.wizards.frame import WizardWindow
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from handfast.ui.window.main_window import MainWindow

#: Actions that open no window, or leave the program.
_NO_WINDOW = frozenset(
    ("actionQuit", "actionClose", "actionCloseAll", "actionCloseOthers", "actionCloseToTheRight",
     "actionSave", "actionSaveAll", "actionUndo", "actionRedo", "actionDelete", "actionLock",
     "actionReload", "actionHome", "actionWhatsThis", "actionCopyDiagnostics", "actionNextTab",
     "actionPreviousTab", "actionCut", "actionCopy", "actionOpenFolder",
     "actionPaste", "actionDuplicate")
)  # fmt: skip
#: An alias that is longer than any window is wide.
LONG_ALIAS = "a partner with a very long name " * 9
_WAIT_S = 20.0


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the program work until it is so."""
    until = time.monotonic() + _WAIT_S
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("what was waited for did not happen")
        QTest.qWait(10)


def settle() -> None:
    """Let the program draw what it has to."""
    for _ in range(3):
        QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QApplication.processEvents()


class Tour:
    """Goes through everything that the program can show; ``states`` yields each with its name."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window = window
        self._folder = folder
        make_demo(folder)
        authority = issue(CN="Acme Root CA", is_ca=True)
        pair = issue(issuer=authority, CN="api.acme.example", sans=["api.acme.example"])
        entries = [
            pair.pair("acme"),
            issue(CN="partner.example", ends=20).trusted("partner"),
            issue(CN="c" * 64, ends=-3).trusted(LONG_ALIAS[:300]),
        ]
        store = new_store(Format.PKCS12, Password("changeit")).with_entries(entries)
        self.path = folder / "tour.p12"
        save_store(store, self.path)
        self.locked = folder / "locked.p12"
        save_store(store.with_password(Password("another one")), self.locked)
        self.loose = folder / "loose.cer"
        self.loose.write_bytes(pair.certificate.der)
        self.text = folder / "a text.txt"
        self.text.write_text("This is not a keystore.\n")

    def states(self) -> Iterator[tuple[str, QWidget]]:
        """Every state in turn: what it is called, and the window that shows it."""
        window = self.window
        settle()
        yield "start page", window
        for name, path in (("password page", self.locked), ("certificate file", self.loose),
                           ("not a keystore", self.text)):  # fmt: skip
            window.open_path(path)
            wait_until(lambda: not self._is_opening())
            settle()
            yield name, window
        window.open_path(self.path)
        wait_until(lambda: window.current() is not None and window.current().history is not None)
        view: Any = window.current()
        settle()
        yield "keystore", window
        for alias in ("acme", "partner", LONG_ALIAS[:300]):
            view.select(alias)
            settle()
            yield f"details of {alias[:20].strip()}", window
        window.actions_.check.trigger()
        QTest.qWait(200)
        yield "findings", window
        names = dict.fromkeys(
            each.objectName()
            for each in window.findChildren(QAction)
            if each.objectName().startswith("action")
        )
        for name in names:
            if name not in _NO_WINDOW and not name.startswith(("actionCopy", "actionAppearance")):
                yield from self._behind(name, view)

    def _is_opening(self) -> bool:
        view: Any = self.window.current()
        return view is None or view.document.state.name == "OPENING"

    def _behind(self, name: str, view: Any) -> Iterator[tuple[str, QWidget]]:
        """Each window that an action opens, with each of its pages."""
        for alias in ("acme", "partner"):
            view.select(alias)
            settle()
            action = self.window.findChild(QAction, name)
            if action is None or not action.isEnabled():
                continue
            before = set(_windows())
            action.trigger()
            for _ in range(30):
                QTest.qWait(10)
                if set(_windows()) - before:
                    break
            opened = [each for each in _windows() if each not in before]
            for each in opened:
                settle()
                yield from _pages(name.removeprefix("action"), each)
            for each in opened:
                _close(each)
            if opened:
                return


def _windows() -> list[QWidget]:
    return [
        each
        for each in QApplication.topLevelWidgets()
        if each.isVisible() and isinstance(each, QDialog)
    ]


def _pages(name: str, window: QWidget) -> Iterator[tuple[str, QWidget]]:
    if isinstance(window, WizardWindow):
        for index, page in enumerate(window.pages):
            # Not by Next, which asks for answers first.
            window._enter(index)
            settle()
            yield f"{name}, {page.step}", window
        return
    tabs = window.findChild(QTabWidget)
    for index in range(tabs.count() if tabs is not None else 1):
        if tabs is not None:
            tabs.setCurrentIndex(index)
        settle()
        yield f"{name} {index}" if tabs is not None else name, window


def _close(window: QWidget) -> None:
    if not isValid(window):
        return
    with contextlib.suppress(RuntimeError):
        window._was_edited = False  # type: ignore[attr-defined]
    window.close()
    QTest.qWait(20)
    if isValid(window) and window.isVisible():
        window.hide()
        window.deleteLater()
    settle()
