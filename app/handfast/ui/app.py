"""The composition root: builds the application and its window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer

from handfast.ui.program import gc_pauses
from handfast.ui.program.crashes import Crashes
from handfast.ui.program.external_open import Application, HandedOver
from handfast.ui.program.language_preference import translate_qt
from handfast.ui.program.locale_dates import use_system_forms
from handfast.ui.program.secret_memory import keep_few_arenas, wipe_what_is_freed
from handfast.ui.program.session import Session
from handfast.ui.program.settings import Appearance, Settings
from handfast.ui.program.termination import Termination
from handfast.ui.program.theme import apply_appearance
from handfast.ui.widgets.icons import application_icon
from handfast.ui.window.actions.lazy_actions import after_start
from handfast.ui.window.file_watcher import FileWatcher
from handfast.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.ui.program.single_instance.message import FirstPlace

#: After this the start is over for most stores.
_UNTIL_QUIET_MS = 1000


def run(
    paths: Sequence[Path], instance: FirstPlace | None = None, *, is_apart: bool = False
) -> int:
    """Open the window with these stores, and return when it is closed.

    With ``instance``, later starts hand their files to this one. To be called while the collection
    of garbage pauses; it goes on once the start is over.
    """
    wipe_what_is_freed()
    keep_few_arenas()
    running = Application.instance()
    application = running if isinstance(running, Application) else Application(sys.argv[:1])
    # By this the desktop finds the entry in its menu that the window belongs to.
    application.setDesktopFileName("handfast")
    application.setApplicationName("Handfast")
    application.setOrganizationName("Handfast")
    handed_over = HandedOver(application, instance)
    use_system_forms()
    translate_qt(application)
    settings = Settings(QSettings("Handfast", "Handfast"))
    if settings.appearance is not Appearance.SYSTEM:
        apply_appearance(settings.appearance)
    window = MainWindow(settings, paths)
    Crashes(window).install()
    Termination(application)
    # A window of its own beside another one has no say in what is open.
    Session(window, keeps_tabs=not paths and not is_apart)
    FileWatcher(window, window)
    window.show()
    handed_over.show_in(window, window.open_path)
    # Drawn at eight sizes, and not what anybody waits for.
    QTimer.singleShot(100, lambda: application.setWindowIcon(application_icon()))
    QTimer.singleShot(_UNTIL_QUIET_MS, gc_pauses.resume)
    QTimer.singleShot(_UNTIL_QUIET_MS, window, lambda: after_start(window))
    return Application.exec()
