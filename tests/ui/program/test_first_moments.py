"""The first moments of a store: its rows come before all else, and nothing takes a field away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from handfast.services.demo import make_demo
from handfast.ui.store_tab.background_checks import RELAXED_MS
from tests.support.ui.helpers import saved_with_own_password

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

#: Starts the program, and tells at the first paint of rows what was loaded for it.
_WATCHED = """
import enum, json, os, sys
made = []
create = enum.EnumType._create_
def counted(cls, *given, **named):
    # Python 3.13 names each of them.
    names = named.get("names") or (given[1] if len(given) > 1 else ())
    made.append(len(list(names)))
    return create(cls, *given, **named)
from handfast.ui.program import startup
def tell():
    members, loaded = sum(made), sorted(sys.modules)
    tool = sys.modules["shibokensupport.signature.lib.pyi_generator"]
    filled = "pyside_type_init" in vars(sys.modules["shibokensupport.signature.parser"])
    import builtins
    own = type(builtins.__import__).__name__, builtins.__import__.__name__
    from PySide6.QtCore import QTimer
    try:
        QTimer("wrong")
    except TypeError as error:
        said = str(error)
    print(json.dumps({"modules": loaded, "members": members,
                      "tool": hasattr(tool, "generate_pyi"), "said": said,
                      "explaining": filled, "import": own}), flush=True)
    os._exit(0)
import_qt_core = startup.import_qt_core
def watch():
    import_qt_core()
    # Those that are made with Qt itself do not count.
    enum.EnumType._create_ = counted
    from handfast.ui.store_tab.entry_tree import EntryTree
    paint = EntryTree.paintEvent
    def painted(self, event):
        paint(self, event)
        if self.model().rowCount():
            tell()
    EntryTree.paintEvent = painted
startup.import_qt_core = watch
from handfast.__main__ import main
sys.exit(main())
"""


def test_only_what_the_rows_need_is_loaded_before_them(tmp_path: Path) -> None:
    make_demo(tmp_path)
    store = next(tmp_path.glob("*.jks"))
    told = subprocess.run(
        [sys.executable, "-c", _WATCHED, "--new-instance", str(store)],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    state = json.loads(told.stdout)
    loaded = set(state["modules"])
    assert "handfast.formats.java.reading" in loaded
    late = {"handfast.ui.start.start_page", "handfast.ui.details.certificate_page", "cryptography",
            "handfast.handshake.rehearsal", "handfast.flows.base", "PySide6.QtNetwork",
            "handfast.services.checks.store_checks", "keyring"}  # fmt: skip
    assert loaded & late == set()
    # Each member of an enumeration of Qt takes 10 µs. The namespace Qt alone has 1,200; the styles
    # have 600, all kinds of widgets 1,200 more, and either comes with a single careless call.
    assert 1000 < state["members"] < 2500
    # PySide’s tool for developers is not loaded; what explains a wrong call is, by such a call.
    assert not state["tool"]
    # By another version than the one whose parts are known, it is loaded at once.
    assert state["explaining"] is (PySide6.__version_info__[:2] != (6, 11))
    assert state["import"] == ["builtin_function_or_method", "__import__"]
    assert "Supported signatures" in state["said"]


def test_what_is_typed_at_once_is_not_taken_away(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "own.p12"
    saved_with_own_password(path)
    window.open_path(path)
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.history is not None, timeout=20_000)
    view.select("pair")
    field = view.details.findChild(QLineEdit, "unlockPassword")
    qtbot.keyClicks(field, "its o")
    QTest.qWait(2 * RELAXED_MS)
    assert view.details.findChild(QLineEdit, "unlockPassword") is field
    assert field.text() == "its o"


def test_the_details_come_by_themselves(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    make_demo(tmp_path)
    window.open_path(next(tmp_path.glob("*.jks")))
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.path.name in view.details.text() or "JKS" in view.details.text())
