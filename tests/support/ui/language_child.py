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
from typing import TYPE_CHECKING  # noqa: E402

from PySide6.QtCore import QModelIndex, QSettings  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QFileDialog  # noqa: E402

from handfast.ui.help.explain_window import ExplainWindow  # noqa: E402
from handfast.ui.program.external_open import Application  # noqa: E402
from handfast.ui.program.settings import Settings  # noqa: E402
from handfast.ui.store_tab.store_view import StoreView  # noqa: E402
from handfast.ui.window.main_window import MainWindow  # noqa: E402
from handfast.ui.wizards.frame import WizardWindow  # noqa: E402
from tests.support.ui.every_window import Tour, settle  # noqa: E402
from tests.support.ui.result_scenes import ResultScenes  # noqa: E402
from tests.support.ui.window_texts import cut_off, english_in, texts_of  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

#: Messages of which each is explained in another way.
_MESSAGES = (
    "PKIX path building failed: unable to find valid certification path to requested target",
    "java.io.IOException: keystore password was incorrect",
    "Received fatal alert: handshake_failure",
    "nothing of the kind",
)
#: Their pages do what they say when one goes on.
_DOES_AT_ONCE = ("SetUp",)


def scenes(name: str, top: QWidget) -> Iterator[str]:
    """What a window shows when somebody does something in it."""
    if isinstance(top, WizardWindow) and not name.startswith(_DOES_AT_ONCE):
        if top.foot.next.isVisible() and top.foot.next.isEnabled():
            at = top.page
            top.foot.next.click()
            settle()
            if top.page is at:
                yield f"{name}, with problems"
    elif isinstance(top, ExplainWindow):
        for message in _MESSAGES:
            top.log.setPlainText(message)
            top.explain.click()
            QTest.qWait(300)
            yield f"{name}: {message[:20]}"


def menus(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The context menus of the rows, the details, the tab, and the empty ground."""
    view, made = window.current(), window._menus
    if not isinstance(view, StoreView) or view.history is None:
        return
    model = view.tree.model()
    indexes = [QModelIndex()]
    for row in range(model.rowCount()):
        group = model.index(row, 0)
        indexes += [group, model.index(0, 0, group)]
    for number, index in enumerate(indexes):
        yield f"menu {number}", made.of_row(view, view.tree, index)
    yield "menu of the details", made.of_details(view)
    tab = made.of_tab(window.tabs.currentIndex())
    if tab is not None:
        yield "menu of the tab", tab


def main(folder: Path) -> None:
    """Go on the tour."""
    application = Application([])
    folder.mkdir(exist_ok=True)
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(settings))
    window.resize(1120, 720)
    window.show()
    QTest.qWaitForWindowExposed(window)
    states, english, cut = [], {}, {}
    seen: set[str] = set()

    def look(name: str, top: QWidget) -> None:
        states.append(name)
        new = [each for each in texts_of(top) if each not in seen]
        seen.update(new)
        if found := [each for each in new if english_in(each)]:
            english[name] = found
        if short := cut_off(top):
            cut[name] = short

    tour = Tour(window, folder)
    results = ResultScenes(folder / "parties")
    for name, top in tour.states():
        if isinstance(top, QFileDialog):
            # Qt has its own catalogs.
            continue
        look(name, top)
        for scene in scenes(name, top):
            look(scene, top)
        for scene in results.of(top):
            look(f"{name}: {scene}", top)
        if name == "findings":
            for menu, popup in menus(window):
                look(menu, popup)
    print(json.dumps({"states": states, "english": english, "cut": cut}), flush=True)
    del application
    # What still runs for a window is not waited for.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
