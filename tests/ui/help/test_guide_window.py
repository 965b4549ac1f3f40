"""The user guide in its window: by F1, from page to page, in light and dark, and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from handfast.ui.help.guide_window import COLUMN, GuideWindow, guide_pages, show_guide
from handfast.ui.program.settings import Appearance
from handfast.ui.program.theme import apply_appearance
from tests.guide.pages import PAGES, mentions, plain
from tests.support.ui.helpers import action, button
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

_PICTURE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def _light() -> Iterator[None]:
    apply_appearance(Appearance.LIGHT)
    yield
    apply_appearance(Appearance.SYSTEM)


def guide(window: MainWindow, qtbot: QtBot) -> GuideWindow:
    """As F1 shows it."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    found = window.findChild(GuideWindow)
    assert found is not None
    found.activateWindow()
    qtbot.waitUntil(found.isActiveWindow)
    return found


def shown(made: GuideWindow) -> list[str]:
    rows = [made.contents.item(at) for at in range(made.contents.count())]
    return [row.text() for row in rows if not row.isHidden()]


def all_actions(menu: QMenu, path: str) -> Iterator[str]:
    for each in menu.actions():
        inner = each.menu()
        here = f"{path} > {plain(each.text())}"
        yield here
        if isinstance(inner, QMenu):
            yield from all_actions(inner, here)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_way_through_the_menus_is_one(window: MainWindow, page: Path) -> None:
    there: set[str] = set()
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        menu.aboutToShow.emit()
        there |= set(all_actions(menu, plain(top.text())))
    found = mentions(page.read_text(encoding="utf-8"))
    named = [label for label in found.labels if " > " in label]
    assert [label for label in named if label not in there] == []
    assert "Help > User Guide" in there


def test_every_key_that_it_names_does_something(window: MainWindow) -> None:
    from PySide6.QtGui import QAction

    # The field is explained by Qt itself.
    keys = {"Shift+F1"}
    for each in window.findChildren(QAction):
        keys |= {key.toString() for key in each.shortcuts()}
    for page in PAGES:
        for code in mentions(page.read_text(encoding="utf-8")).code:
            if code.startswith(("Ctrl+", "Shift+", "Alt+", "F1", "F2", "F6")):
                assert code in keys, code


def test_f1_opens_it_once(window: MainWindow, qtbot: QtBot) -> None:
    first = guide(window, qtbot)
    assert first.page == "index.md"
    assert "Handfast opens keystores" in first.browser.toPlainText()
    assert guide(window, qtbot) is first
    assert len(window.findChildren(GuideWindow)) == 1


def test_in_a_wizard_f1_opens_the_page_about_it(window: MainWindow, qtbot: QtBot) -> None:
    driver = Driver(qtbot, window, "actionImportCertificate")
    qtbot.keyClick(driver.wizard, Qt.Key.Key_F1)
    made = window.findChild(GuideWindow)
    assert made is not None
    qtbot.waitExposed(made)
    assert made.page == "import.md"
    assert made.contents.currentItem().text() == "Import a certificate"


@pytest.mark.usefixtures("_light")
def test_every_page_is_read_and_every_picture_fits(window: MainWindow, qtbot: QtBot) -> None:
    made = guide(window, qtbot)
    assert [page.path for page in guide_pages()][1:]
    for page in guide_pages():
        made.show_page(page.path.name)
        heading = page.path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert made.browser.toPlainText().startswith(heading)
        for name in mentions(page.path.read_text(encoding="utf-8")).pictures:
            picture = made.browser.loadResource(_PICTURE, QUrl(name))
            assert isinstance(picture, QImage)
            assert not picture.isNull(), name
            assert 100 < picture.deviceIndependentSize().width() < COLUMN


def test_no_gap_follows_a_picture(window: MainWindow, qtbot: QtBot) -> None:
    made = guide(window, qtbot)
    made.show_page("generate.md")
    document = made.browser.document()
    picture = made.browser.loadResource(_PICTURE, QUrl("pictures/generate-name-error.png"))
    assert isinstance(picture, QImage)
    block = document.begin()
    while "\ufffc" not in block.text():
        block = block.next()
    layout = document.documentLayout()
    top, following = (layout.blockBoundingRect(each).top() for each in (block, block.next()))
    height = picture.deviceIndependentSize().height()
    assert 0 <= following - top - height < 40, (top, following, height)


@pytest.mark.usefixtures("_light")
def test_pictures_are_as_dark_as_the_window(window: MainWindow, qtbot: QtBot) -> None:
    made = guide(window, qtbot)

    def ground() -> int:
        picture = made.browser.loadResource(_PICTURE, QUrl("pictures/locked.png"))
        assert isinstance(picture, QImage)
        return picture.pixelColor(QPoint(20, picture.height() - 60)).lightness()

    assert ground() > 200
    apply_appearance(Appearance.DARK)
    qtbot.waitUntil(lambda: ground() < 80)


def test_a_link_is_followed_and_back_leads_back(window: MainWindow, qtbot: QtBot) -> None:
    made = guide(window, qtbot)
    cursor = made.browser.document().find("Probe and listen")
    place = made.browser.cursorRect(cursor).center() - QPoint(20, 0)
    qtbot.mouseClick(made.browser.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: made.page == "probe.md")
    assert made.contents.currentItem().text() == "Probe and listen"
    qtbot.mouseClick(button(made, "guideBack"), Qt.MouseButton.LeftButton)
    assert made.page == "index.md"


def test_words_are_found_on_all_pages(window: MainWindow, qtbot: QtBot) -> None:
    made = guide(window, qtbot)
    every = shown(made)
    qtbot.keyClick(made, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(made.words.hasFocus)
    qtbot.keyClicks(made.words, "STARTTLS")
    assert shown(made) == ["Probe and listen"]
    qtbot.keyClick(made.words, Qt.Key.Key_Return)
    assert made.page == "probe.md"
    assert made.browser.textCursor().selectedText().casefold() == "starttls"
    assert len(made.browser.extraSelections()) >= 1
    # Return alone does not close the window or leave the page.
    qtbot.keyClick(made.words, Qt.Key.Key_Return)
    assert made.isVisible()
    assert made.page == "probe.md"
    made.words.clear()
    assert shown(made) == every
    assert made.browser.extraSelections() == []
    qtbot.keyClicks(made.words, "no such words")
    assert shown(made) == []
    qtbot.keyClick(made.words, Qt.Key.Key_Return)
    assert made.page == "probe.md"


def test_escape_closes_it(window: MainWindow, qtbot: QtBot) -> None:
    made = guide(window, qtbot)
    with qtbot.waitSignal(made.destroyed):
        qtbot.keyClick(made, Qt.Key.Key_Escape)
    assert window.findChild(QDialog, "guideWindow") is None


def test_what_is_this_explains_the_parts_of_the_window(window: MainWindow) -> None:
    from PySide6.QtWidgets import QWhatsThis

    action(window, "actionWhatsThis").trigger()
    assert QWhatsThis.inWhatsThisMode()
    QWhatsThis.leaveWhatsThisMode()
    for name in ("entryFilter", "startPage", "storeTabs"):
        part = window.findChild(QWidget, name)
        assert len(part.whatsThis()) > 40, name
    assert "never the private key" in action(window, "actionExportCertificate").whatsThis()


def test_the_page_follows_what_is_looked_for(window: MainWindow, qtbot: QtBot) -> None:
    show_guide(window)
    guide = window.findChild(GuideWindow)
    assert guide.page == "index.md"
    guide.words.setFocus()
    qtbot.keyClicks(guide.words, "Kubernetes Secret with PEM")
    qtbot.waitUntil(lambda: guide.page == "export-key.md")
    place = guide.browser.cursorRect()
    assert guide.browser.viewport().rect().intersects(place)
    assert guide.browser.extraSelections()
    assert guide.focusWidget() is guide.words
    # Nothing has it: the page stays, and the contents are empty.
    guide.words.setText("nowhere in the guide")
    qtbot.wait(400)
    assert guide.page == "export-key.md"
    assert all(guide.contents.item(at).isHidden() for at in range(guide.contents.count()))
