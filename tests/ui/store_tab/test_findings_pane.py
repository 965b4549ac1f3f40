"""The quiet line of findings, and the list that it unfolds to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from handfast.services.checks.findings import Finding
from handfast.ui.store_tab.findings_pane import (
    MOST_SHOWN,
    FindingsList,
    FindingsPane,
    _SeverityCount,
)

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

EXPIRED = Finding(
    severity="error",
    code="expired",
    alias="old",
    message="“old” expired on 7 Jun 2026, 5 months ago.",
    why="Handshakes with it fail: the other side rejects it.",
    remedy="Replace it with a new one, and send that to everyone who trusts it. " * 4,
)
WELL_KNOWN = Finding(
    severity="info", code="well-known-password", message="Everybody knows it.", why="", remedy=""
)


@pytest.fixture
def pane(qtbot: QtBot) -> FindingsPane:
    made = FindingsPane()
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    return made


def listed(pane: FindingsPane) -> FindingsList:
    found = pane.findChild(FindingsList)
    assert found is not None
    return found


def test_what_was_not_checked_yet_is_not_called_clean(pane: FindingsPane) -> None:
    assert pane.text() == "Checking…"
    pane.set_findings([])
    pane.await_findings()
    assert pane.text() == "Checking…"
    assert listed(pane).topLevelItemCount() == 0


def test_nothing_found_is_said_and_cannot_be_unfolded(pane: FindingsPane, qtbot: QtBot) -> None:
    pane.set_findings([])
    assert pane.text() == "No findings"
    line: Any = pane.findChild(QToolButton, "findingsLine")
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert not listed(pane).isVisible()
    assert line.arrowType() == Qt.ArrowType.NoArrow


def test_the_line_unfolds_to_severity_in_words_with_a_sign(
    pane: FindingsPane, qtbot: QtBot
) -> None:
    pane.set_findings([EXPIRED, WELL_KNOWN])
    assert pane.text() == "1 error, 1 note"
    assert not listed(pane).isVisible()
    line: Any = pane.findChild(QToolButton, "findingsLine")
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert listed(pane).isVisible()
    first, second = (listed(pane).topLevelItem(row) for row in range(2))
    assert [first.text(0), second.text(0)] == ["Error", "Note"]
    assert not first.icon(0).isNull()
    assert [first.child(row).text(0) for row in range(first.childCount())] == ["Why", "What to do"]
    assert second.childCount() == 0


def test_a_long_remedy_is_wrapped_and_not_cut(pane: FindingsPane) -> None:
    pane.set_findings([EXPIRED])
    pane.unfold()
    item: Any = listed(pane).topLevelItem(0)
    item.setExpanded(True)
    one_line = listed(pane).visualItemRect(item.child(0)).height()
    assert listed(pane).visualItemRect(item.child(1)).height() > one_line


def test_activating_one_goes_to_its_entry_and_one_of_the_store_goes_nowhere(
    pane: FindingsPane, qtbot: QtBot
) -> None:
    pane.set_findings([EXPIRED, WELL_KNOWN])
    pane.unfold()
    went: list[str] = []
    pane.entry_activated.connect(went.append)
    view = listed(pane)
    view.setCurrentItem(view.topLevelItem(1))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert went == []
    view.setCurrentItem(view.topLevelItem(0))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert went == ["old"]


def test_a_finding_is_copied_whole_from_any_of_its_rows(pane: FindingsPane, qtbot: QtBot) -> None:
    pane.set_findings([EXPIRED])
    pane.unfold()
    view = listed(pane)
    item: Any = view.topLevelItem(0)
    item.setExpanded(True)
    for row in (item, item.child(1)):
        QApplication.clipboard().setText("something else")
        view.setCurrentItem(row)
        qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        copied = QApplication.clipboard().text().split("\n")
        assert copied == [EXPIRED.message, EXPIRED.why, EXPIRED.remedy]


def test_thousands_are_counted_but_not_all_shown(pane: FindingsPane) -> None:
    pane.set_findings([EXPIRED] * (MOST_SHOWN + 200))
    assert pane.text() == "700 errors"
    assert listed(pane).topLevelItemCount() == MOST_SHOWN + 1
    last: Any = listed(pane).topLevelItem(MOST_SHOWN)
    assert last.text(1) == "and 200 more"


def test_severity_is_seen_without_unfolding(pane: FindingsPane, qtbot: QtBot) -> None:
    pane.set_findings([EXPIRED, EXPIRED, WELL_KNOWN])
    counts = [
        (each.severity, [label.text() for label in each.findChildren(QLabel) if label.text()])
        for each in pane.findChildren(_SeverityCount)
        if each.isVisible()
    ]
    assert counts == [("error", ["2 errors"]), ("info", ["1 note"])]
    first = pane.findChildren(_SeverityCount)[0]
    assert any(not label.pixmap().isNull() for label in first.findChildren(QLabel))
    line: Any = pane.findChild(QToolButton, "findingsLine")
    assert line.accessibleName() == "2 errors, 1 note"
    # The words are a way to the list as well.
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert listed(pane).isVisible()
    pane.set_findings([])
    assert not [each for each in pane.findChildren(_SeverityCount) if each.isVisible()]


def test_the_list_is_as_high_as_what_it_shows(pane: FindingsPane, qtbot: QtBot) -> None:
    pane.resize(700, 600)
    pane.set_findings([WELL_KNOWN])
    pane.unfold()
    qtbot.waitUntil(lambda: 0 < listed(pane).height() < 60)
    pane.set_findings([WELL_KNOWN, EXPIRED])
    two = listed(pane).sizeHint().height()
    item = listed(pane).topLevelItem(1)
    assert item is not None
    item.setExpanded(True)
    assert listed(pane).sizeHint().height() > two
    pane.set_findings([EXPIRED] * 100)
    assert listed(pane).sizeHint().height() <= 240
