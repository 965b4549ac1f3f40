"""Opens every window on the screen of a real X server, and prints what does not fit there.

Run by test_every_window_fits.py, which starts the server and the window manager:
``python tour_child.py FOLDER`` prints a JSON document with the states and the faults.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QToolBar,
    QWidget,
)

from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.program.external_open import Application
from handfast.ui.program.settings import Settings
from handfast.ui.widgets.window_layout import frame_of
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.every_window import Tour, settle


def place(widget: QWidget) -> QRect:
    """Where a widget is on the screen."""
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def viewport_of(widget: QWidget, window: QWidget) -> QWidget | None:
    """The nearest viewport that a widget scrolls in."""
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            return parent
        parent = area
    return None


def faults_of(window: QWidget) -> list[str]:
    """What of a window is not on the screen, or cannot be scrolled to."""
    found = []
    screen = window.screen().availableGeometry()
    if not screen.contains(frame_of(window)):
        found.append(f"frame {frame_of(window).getRect()} is not in {screen.getRect()}")
    if isinstance(window, QFileDialog):
        # Its rows are Qt's.
        return found
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, (QAbstractButton, QComboBox, QLineEdit)):
            continue
        if not widget.isVisible() or widget.window() is not window or not widget.width():
            continue
        if isinstance(widget.parentWidget(), (QToolBar, QComboBox)):
            # A tool bar has an overflow, and a box its own line.
            continue
        at, called = place(widget), widget.objectName() or type(widget).__name__
        viewport = viewport_of(widget, window)
        room = place(window if viewport is None else viewport)
        if at.left() < room.left() or at.right() > room.right():
            found.append(f"{called} at {at.getRect()} is beside {room.getRect()}")
        elif viewport is None and not room.contains(at):
            found.append(f"{called} at {at.getRect()} is not in {room.getRect()}")
    return found


def lasting_faults_of(window: QWidget) -> list[str]:
    """Its faults once the window manager, on a busy machine, has had time to place and size it."""
    for _ in range(1000):
        if not faults_of(window):
            return []
        QTest.qWait(30)
    return faults_of(window)


def main(folder: Path) -> None:
    """Go on the tour."""
    folder.mkdir()
    application = Application([])
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(settings))
    window.show()
    QTest.qWaitForWindowExposed(window)
    states, faults = [], {}
    for name, top in Tour(window, folder).states():
        states.append(name)
        # The window manager first puts a frame around it, and gives it a place.
        for _ in range(1_000):
            frame = frame_of(top)
            if not frame.isEmpty() and frame != top.geometry():
                break
            QTest.qWait(10)
        settle()
        found = lasting_faults_of(top)
        if isinstance(top, FormDialog):
            top.say("What went wrong takes a good many words to say. " * 12, confirm="Replace It")
            settle()
            QTest.qWait(20)
            found += [f"with an error: {each}" for each in lasting_faults_of(top)]
        if found:
            faults[name] = found
    frame = frame_of(window).height() - window.geometry().height()
    print(json.dumps({"states": states, "faults": faults, "frame": frame}), flush=True)
    del application
    # What still runs for a window is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
