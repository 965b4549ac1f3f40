"""The language of the window, chosen before any module with texts for it is imported."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QSettings, QTranslator

from handfast import language_choice

#: The key of the settings; :class:`~handfast.ui.program.settings.Settings` reads and writes it.
LANGUAGE_KEY = "language"


def choose_language() -> None:
    """Choose the language by the environment, the preferences, and the system, in this order.

    Nothing is read while there is no catalog to choose.
    """
    if not language_choice.available():
        return
    preferred = str(QSettings("Handfast", "Handfast").value(LANGUAGE_KEY, ""))
    # On a desktop of these, no variable names the language; elsewhere, the variables are all.
    is_asked = sys.platform in {"win32", "darwin"}
    system = QLocale.system().uiLanguages() if is_asked else None
    language_choice.choose(preferred=preferred, system=system)


def translate_qt(application: QCoreApplication) -> None:
    """Have the buttons, menus, and dialogs that Qt brings speak the language that was chosen."""
    name = language_choice.chosen()
    code = Path(name).stem if name.endswith(".mo") else name
    if code == language_choice.ENGLISH:
        return
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(code), "qtbase", "_", folder):
        application.installTranslator(translator)
