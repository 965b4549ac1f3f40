"""A store of ten thousand entries in the real window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLineEdit, QTreeView

from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store
from tests.support.samples import many_certificates

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

COUNT = 10_000


@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12], ids=lambda each: each.value)
def test_all_are_shown_and_one_is_found(
    wanted: Format, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "many"
    many = many_certificates(COUNT)
    chosen = [(each, f"entry{number:05}") for number, each in enumerate(many)]
    save_store(import_certificates(new_store(wanted, WELL_KNOWN), chosen), path)
    window.open_path(path)
    tree = window.findChild(QTreeView, "entryTree")

    def names() -> list[str]:
        """The first rows below the group, which is the only one."""
        model = tree.model()
        assert model.rowCount() == 1
        group = model.index(0, 0)
        return [group.data(), *(model.index(row, 0, group).data() for row in range(2))]

    def shows_all() -> None:
        assert names() == ["Trusted certificates (10,000)", "entry00000", "entry00001"]
        assert tree.model().rowCount(tree.model().index(0, 0)) == COUNT

    qtbot.waitUntil(lambda: tree.model().rowCount() > 0, timeout=20_000)
    qtbot.waitUntil(shows_all, timeout=20_000)
    first = tree.model().index(0, 0, tree.model().index(0, 0))
    qtbot.waitUntil(lambda: tree.visualRect(first).isValid(), timeout=20_000)

    entry_filter = window.findChild(QLineEdit, "entryFilter")
    qtbot.keyClicks(entry_filter, "host04321")

    def found() -> list[str]:
        model = tree.model()
        group = model.index(0, 0)
        return [model.index(row, 0, group).data() for row in range(model.rowCount(group))]

    qtbot.waitUntil(lambda: found() == ["entry04321"], timeout=20_000)
    tree.setCurrentIndex(tree.model().index(0, 0, tree.model().index(0, 0)))
    view = window.current()
    text = "".join(view.details.text().split())
    assert "CN=host04321.example" in text
    assert many[4321].sha256 in text.replace(":", "").lower()
    qtbot.keyClicks(entry_filter, "x")
    qtbot.waitUntil(lambda: not found(), timeout=20_000)
    entry_filter.clear()
    qtbot.waitUntil(shows_all, timeout=20_000)
