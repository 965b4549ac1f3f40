"""Walks every window in the language of the tests, and prints what no catalog has translated.

Run by test_every_window_is_translated.py with ``HANDFAST_LANGUAGE`` naming the catalog:
``python language_child.py FOLDER`` prints a JSON document with the states, the English texts that
were found, and the texts that were cut off.
"""

from __future__ import annotations

# Before anything else of Handfast: tables of texts are evaluated in the language.
from handfast.language_choice import choose

choose()

import json  # noqa: E402 - see above
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from PySide6.QtCore import QSettings  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QFileDialog  # noqa: E402

from handfast.ui.program.external_open import Application  # noqa: E402
from handfast.ui.program.settings import Settings  # noqa: E402
from handfast.ui.window.main_window import MainWindow  # noqa: E402
from tests.ui.every_window import Tour  # noqa: E402
from tests.ui.window_texts import cut_off, english_in, texts_of  # noqa: E402


def main(folder: Path) -> None:
    """Go on the tour."""
    application = Application([])
    folder.mkdir()
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(settings))
    window.resize(1120, 720)
    window.show()
    QTest.qWaitForWindowExposed(window)
    states, english, cut = [], {}, {}
    seen: set[str] = set()
    for name, top in Tour(window, folder).states():
        states.append(name)
        if isinstance(top, QFileDialog):
            # Qt has its own catalogs.
            continue
        new = [each for each in texts_of(top) if each not in seen]
        seen.update(new)
        if found := [each for each in new if english_in(each)]:
            english[name] = found
        if short := cut_off(top):
            cut[name] = short
    print(json.dumps({"states": states, "english": english, "cut": cut}), flush=True)
    del application
    # What still runs for a window is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
