"""Nothing goes to the network while somebody works in the window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from handfast.services.demo import make_demo
from handfast.ui.window.actions.lazy_actions import after_start
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

#: What Python tells of, before it is done: PEP 578, and the table of audit events of its manual.
_TELLING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
            "socket.bind", "urllib.Request", "webbrowser.open")  # fmt: skip
_heard: list[str] | None = None


def _hear(event: str, _arguments: tuple[Any, ...]) -> None:
    if _heard is not None and event in _TELLING:
        _heard.append(event)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    global _heard  # noqa: PLW0603 - a hook cannot be taken away again, only told to be quiet
    sys.addaudithook(_hear)
    _heard = []
    yield _heard
    _heard = None


def test_working_with_stores_sends_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, heard: list[str]
) -> None:
    make_demo(tmp_path)
    after_start(window)
    for name in ("acme-keystore.p12", "acme-truststore.p12", "globex-keystore.jks",
                 "globex-truststore.jks"):  # fmt: skip
        opened(window, qtbot, tmp_path / name)
    with qtbot.waitSignal(window.views[-1].summarised):
        action(window, "actionCheck").trigger()
    action(window, "actionPreferences").trigger()
    action(window, "actionCopyDiagnostics").trigger()
    action(window, "actionRehearse").trigger()
    # It opens once what it needs is loaded.
    qtbot.waitUntil(lambda: window.findChild(QDialog, "rehearsalWindow") is not None)
    rehearsal: Any = window.findChild(QDialog, "rehearsalWindow")
    qtbot.mouseClick(button(rehearsal, "rehearseRun"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rehearsal.shown is not None)
    assert heard == []


def test_the_ear_is_not_deaf(heard: list[str]) -> None:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
    assert set(heard) == {"socket.bind"}
