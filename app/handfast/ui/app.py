"""The composition root: builds the application and its window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer

from handfast.ui import collecting
from handfast.ui.asked_for import after_start
from handfast.ui.crashes import Crashes
from handfast.ui.handed_over import Application, HandedOver
from handfast.ui.icons import application_icon
from handfast.ui.main_window import MainWindow
from handfast.ui.session import Session
from handfast.ui.theme import Appearance, apply_appearance, stored_appearance
from handfast.ui.watching import Watching

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.ui.instance import Instance

#: Milliseconds until the start is over for most stores.
_UNTIL_QUIET = 1000


def run(paths: Sequence[Path], instance: Instance | None = None, *, is_apart: bool = False) -> int:
    """Open the window with these stores, and return when it is closed.

    With ``instance``, later starts hand their files to this one. To be called while the collection
    of garbage pauses; it goes on once the start is over.
    """
    running = Application.instance()
    application = running if isinstance(running, Application) else Application(sys.argv[:1])
    # By this the desktop finds the entry in its menu that the window belongs to.
    application.setDesktopFileName("handfast")
    application.setApplicationName("Handfast")
    application.setOrganizationName("Handfast")
    handed_over = HandedOver(application, instance)
    settings = QSettings("Handfast", "Handfast")
    if stored_appearance(settings) is not Appearance.SYSTEM:
        apply_appearance(stored_appearance(settings))
    window = MainWindow(settings, paths)
    Crashes(window).install()
    # A window of its own beside another one has no say in what is open.
    Session(window, keeps_tabs=not paths and not is_apart)
    Watching(window)
    # What is usual is more than a small screen has.
    window.resize(window.size().boundedTo(window.screen().availableSize()))
    window.show()
    handed_over.show_in(window)
    # Drawn at eight sizes, and not what anybody waits for.
    QTimer.singleShot(100, lambda: application.setWindowIcon(application_icon()))
    QTimer.singleShot(_UNTIL_QUIET, collecting.resume)
    QTimer.singleShot(_UNTIL_QUIET, window, lambda: after_start(window))
    return Application.exec()
