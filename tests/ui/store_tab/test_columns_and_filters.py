"""Columns that can be shown and are remembered, and filters by state, in the real window."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QTreeView

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.checks.entry_states import EntryState
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.ui.program.settings import Settings
from handfast.ui.store_tab.arrangement import parse_filter, with_state
from handfast.ui.store_tab.entry_node import COLUMNS
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.helpers import opened

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QSettings
    from pytestqt.qtbot import QtBot

PASSWORD = "changeit"


def pair(alias: str, **how: Any) -> Any:
    return make_pair(PairRequest(**{"alias": alias, "name": f"CN={alias}, O=Acme", **how}))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    now = dt.datetime.now(dt.UTC)
    own = dataclasses.replace(pair("own", key="ed25519"), password=Password("the key's own"))
    store = new_store(Format.JKS, Password(PASSWORD)).with_entries(
        [
            pair("fine", key="ec:P-384"),
            pair("late", key="rsa:2048", days=10, not_before=now - dt.timedelta(days=30)),
            pair("soon", key="ec:P-256", days=5),
            own,
        ]
    )
    save_store(store, tmp_path / "four.jks")
    return tmp_path / "four.jks"


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, path: Path) -> Any:
    return opened(window, qtbot, path, Password(PASSWORD))


def shown(view: Any) -> set[str]:
    return {entry.alias for group in view.model._groups.values() for entry in group}


def cell(view: Any, alias: str, title: str) -> str:
    index = view.model.index_of_alias(alias)
    return str(index.siblingAtColumn(COLUMNS.index(title)).data())


def test_what_the_columns_say(view: Any) -> None:
    assert cell(view, "fine", "Curve") == "P-384"
    assert cell(view, "own", "Curve") == "Ed25519"
    assert cell(view, "late", "Curve") == ""
    assert cell(view, "late", "Key size") == "2048"
    assert cell(view, "late", "Issuer’s organization") == "Acme"
    assert str(dt.datetime.now(dt.UTC).year) in cell(view, "fine", "Valid from")
    assert cell(view, "fine", "Own password") == "No"
    assert cell(view, "own", "Own password") == "Yes"
    certificate = view.store.get("fine").chain[0]
    digest = certificate.extensions["2.5.29.14"].value.digest
    assert cell(view, "fine", "Subject key identifier") == digest.hex(":").upper()


def test_sizes_are_sorted_as_numbers(view: Any) -> None:
    view.tree.sortByColumn(COLUMNS.index("Key size"), view.tree.header().sortIndicatorOrder())
    order = [entry.alias for entry in view.model._groups["key-pair"]]
    sizes = [view.store.get(alias).bits for alias in order]
    assert sizes in (sorted(sizes), sorted(sizes, reverse=True))


def test_a_column_is_chosen_in_the_menu_of_the_header_and_remembered(
    view: Any, qtbot: QtBot, stored: QSettings
) -> None:
    at = COLUMNS.index("Curve")
    assert view.tree.isColumnHidden(at)
    menu: QMenu = view.tree.column_menu()
    (curve,) = [each for each in menu.actions() if each.text() == "Curve"]
    curve.trigger()
    assert not view.tree.isColumnHidden(at)
    again = MainWindow(Settings(stored))
    qtbot.addWidget(again)
    again.open_path(view.path, password=Password(PASSWORD))
    other = again.current()
    assert other is not None
    assert not other.tree.isColumnHidden(at)
    assert other.tree.isColumnHidden(COLUMNS.index("Own password"))


def test_a_layout_from_before_shows_no_column_by_itself(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    from PySide6.QtGui import QStandardItemModel

    before = QTreeView()
    qtbot.addWidget(before)
    before.setModel(QStandardItemModel(0, 9, before))
    for column in range(3, 9):
        before.setColumnHidden(column, True)
    window.settings.tree_header = before.header().saveState()
    window.open_path(path, password=Password(PASSWORD))
    view = window.current()
    assert view is not None
    hidden = [view.tree.isColumnHidden(column) for column in range(len(COLUMNS))]
    assert hidden == [False] * 3 + [True] * (len(COLUMNS) - 3)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("is:expired", {"late"}),
        ("is:expiring", {"soon"}),
        ("is:expired is:expiring", {"late", "soon"}),
        ("IS:Expired", {"late"}),
        ("is:locked", {"own"}),
        ("is:unverified", set()),
        ("is:weak", set()),
        ("is:expired soon", set()),
        ("is:nonsense", set()),
        ("", {"fine", "late", "soon", "own"}),
    ],
)
def test_states_in_the_filter(
    window: MainWindow, qtbot: QtBot, view: Any, text: str, wanted: set[str]
) -> None:
    window.filter.setText(text)
    qtbot.waitUntil(lambda: shown(view) == wanted)


def test_an_unverified_keystore(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    save_store(
        new_store(Format.JKS, Password("not a usual one")).with_entries([pair("one")]),
        path.with_name("other.jks"),
    )
    view = opened(window, qtbot, path.with_name("other.jks"))
    window.filter.setText("is:unverified")
    qtbot.waitUntil(lambda: view.filter_text == "is:unverified")
    assert shown(view) == {"one"}


def test_a_weak_key_is_found(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, keytool: Any
) -> None:
    path = tmp_path / "weak.p12"
    keytool("-genkeypair", "-alias", "weak", "-keyalg", "RSA", "-keysize", "1024", "-dname",
            "CN=weak", "-keystore", path, "-storepass", PASSWORD)  # fmt: skip
    keytool("-genkeypair", "-alias", "fine", "-keyalg", "EC", "-dname", "CN=fine", "-keystore",
            path, "-storepass", PASSWORD)  # fmt: skip
    view = opened(window, qtbot, path, Password(PASSWORD))
    window.filter.setText("is:weak")
    qtbot.waitUntil(lambda: shown(view) == {"weak"})


def test_the_menu_beside_the_filter_writes_what_can_be_typed(
    window: MainWindow, qtbot: QtBot, view: Any
) -> None:
    menu = window.findChild(QMenu, "filterMenu")
    window.filter.setText("acme")
    menu.aboutToShow.emit()
    (expired,) = [each for each in menu.actions() if each.objectName() == "actionFilterExpired"]
    expired.trigger()
    assert window.filter.text() == "acme is:expired"
    qtbot.waitUntil(lambda: shown(view) == {"late"})
    menu.aboutToShow.emit()
    (expired,) = [each for each in menu.actions() if each.objectName() == "actionFilterExpired"]
    assert expired.isChecked()
    expired.trigger()
    assert window.filter.text() == "acme"


def test_the_text_and_the_states_are_told_apart() -> None:
    assert parse_filter("a is:weak B") == (("a", "b"), frozenset({EntryState.WEAK}))
    assert with_state("a is:weak", EntryState.WEAK, is_on=False) == "a"
    assert with_state("a", EntryState.LOCKED, is_on=True) == "a is:locked"


def shown_in_order(view: Any) -> list[str]:
    return [entry.alias for entry in view.model._groups["key-pair"]]


def test_the_order_of_the_rows_is_remembered_until_it_is_that_of_the_file_again(
    view: Any, qtbot: QtBot, stored: QSettings
) -> None:
    in_file = shown_in_order(view)
    until = COLUMNS.index("Valid until")
    header = view.tree.header()
    at = header.sectionViewportPosition(until) + 20
    for wanted in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        qtbot.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, header.height() // 2)
        )
        assert header.sortIndicatorOrder() == wanted
    sorted_down = shown_in_order(view)
    assert sorted_down != in_file
    assert set(sorted_down[-2:]) == {"late", "soon"}
    again = MainWindow(Settings(stored))
    qtbot.addWidget(again)
    again.open_path(view.path, password=Password(PASSWORD))
    other: Any = again.current()
    qtbot.waitUntil(lambda: other.store is not None)
    assert shown_in_order(other) == sorted_down
    assert other.tree.header().sortIndicatorSection() == until
    # A third click, or the menu of the header, leads back.
    (unsorted,) = [
        each for each in other.tree.column_menu().actions() if each.text() == "Order of the File"
    ]
    assert unsorted.isEnabled()
    unsorted.trigger()
    assert shown_in_order(other) == in_file
    assert Settings(stored).tree_sorted is None


def test_an_order_that_is_not_understood_is_none(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    for text in ("99 ascending", "x descending", "2", "2 sideways", ""):
        window.settings._stored.setValue("tree/sorted", text)
        window.open_path(path, password=Password(PASSWORD))
        view: Any = window.current()
        qtbot.waitUntil(lambda view=view: view.store is not None)
        assert view.tree.header().sortIndicatorSection() == -1, text
        window.close_current()
