"""The columns of the tree share its room, until somebody gives one a width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from handfast.services.demo import make_demo
from handfast.ui.store_tab.loose_file_page import LoosePage
from tests.support.issued import issue
from tests.support.ui.helpers import opened, process_events

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


def widths(window: MainWindow) -> list[int]:
    view = window.current()
    assert view is not None
    return [view.tree.columnWidth(each) for each in range(3)]


def test_they_share_the_room_and_keep_a_chosen_width(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "acme-keystore.p12")
    window.resize(1600, 700)
    process_events()
    wide = widths(window)
    # None has all that the others leave: the name grows with the rest.
    assert sum(wide) >= view.tree.viewport().width() - 4
    assert wide[0] > 230
    window.resize(1000, 700)
    process_events()
    assert all(now < before for now, before in zip(widths(window), wide, strict=True))
    view.tree.setColumnWidth(0, 333)
    window.resize(1400, 700)
    process_events()
    assert view.tree.columnWidth(0) == 333
    assert window.settings.tree_header is not None
    view.tree.forget_columns()
    assert view.tree.columnWidth(0) != 333


def test_a_loose_certificate_leads_with_what_people_compare(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = issue(CN="partner.example", O="Globex")
    path = tmp_path / "partner.cer"
    path.write_bytes(made.certificate.der)
    window.open_path(path)
    qtbot.waitUntil(lambda: window.findChild(LoosePage) is not None)
    page = window.findChild(LoosePage)
    texts = [each.text().replace("\u200b", "") for each in page.findChildren(QLabel)]
    before = texts[: texts.index("All fields")]
    for wanted in ("Subject", "Issuer", "Valid", "SHA-256 fingerprint"):
        assert wanted in before
    digits = made.certificate.sha256.upper()
    assert any(digits in each.replace(" ", "").replace("\n", "") for each in before)


def test_where_there_is_little_room_the_date_gives_way_last_and_nothing_scrolls(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    view = opened(window, qtbot, tmp_path / "acme-keystore.p12")
    window.resize(720, 450)
    process_events()
    name, common_name, until = widths(window)
    assert until > 170
    assert name > common_name > 80
    assert not view.tree.horizontalScrollBar().isVisible()


def test_a_tip_from_the_start_page_does_not_stand_over_the_line_of_a_keystore(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    make_demo(tmp_path)
    window.statusBar().showMessage("Check a partner’s certificate and trust it")
    opened(window, qtbot, tmp_path / "acme-keystore.p12")
    assert window.statusBar().isVisible()
    assert window.statusBar().currentMessage() == ""
