"""A log pasted into the real window: its cause, its line, and what the open stores say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.ui.help.explain_window import ExplainWindow
from handfast.ui.live.probe_window import ProbeWindow
from handfast.ui.widgets.value_rows import StateLine
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

EXPIRED = (
    "javax.net.ssl.SSLHandshakeException: PKIX path validation failed\n"
    "Caused by: java.security.cert.CertificateExpiredException: "
    "NotAfter: Sat Nov 01 10:00:00 UTC 2025\n"
)


def a_store(path: Path, *, ended: bool) -> Path:
    begin = datetime.now(UTC) - timedelta(days=100)
    days = 50 if ended else 500
    request = PairRequest(alias="pair", name="CN=Ours", key="ec:P-256", not_before=begin, days=days)
    store = new_store(Format.PKCS12, Password("changeit")).with_entries([make_pair(request)])
    save_store(store, path)
    return path


def explained(window: MainWindow, qtbot: QtBot, text: str) -> ExplainWindow:
    action(window, "actionExplain").trigger()
    made = window.findChild(ExplainWindow)
    qtbot.waitExposed(made)
    assert not button(made, "explainRun").isEnabled()
    QApplication.clipboard().setText(text)
    qtbot.keyClick(made.log, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(button(made, "explainRun"), Qt.MouseButton.LeftButton)
    return made


def verdict(made: ExplainWindow, qtbot: QtBot) -> StateLine:
    qtbot.waitUntil(lambda: made.findChild(StateLine, "explainVerdict1") is not None)
    return made.findChild(StateLine, "explainVerdict1")


def test_an_open_store_bears_the_cause_out(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(window, qtbot, a_store(tmp_path / "old.p12", ended=True))
    made = explained(window, qtbot, EXPIRED)
    state = verdict(made, qtbot)
    assert "This matches “old.p12”" in state.label.text()
    said = [label.text() for label in made.findChildren(QLabel)]
    assert "1. A certificate has expired" in said
    assert any("CertificateExpiredException" in each for each in said)


def test_an_open_store_speaks_against_the_cause(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(window, qtbot, a_store(tmp_path / "fresh.p12", ended=False))
    state = verdict(explained(window, qtbot, EXPIRED), qtbot)
    assert "No such problem was found in “fresh.p12”" in state.label.text()


PKIX = (
    "ERROR Connect to https://payments.internal:7443/ failed\n"
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
    "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
    "certification path to requested target\n"
    "\tat com.example.Main.connect(Main.java:1234)\n"
)


def test_each_line_and_sentence_stands_once(window: MainWindow, qtbot: QtBot) -> None:
    made = explained(window, qtbot, PKIX)
    verdict(made, qtbot)
    said = [label.text() for label in made.findChildren(QLabel) if label.isVisibleTo(made)]
    headings = [each for each in said if each[:2] in {"1.", "2.", "3.", "4.", "5.", "6."}]
    assert headings[0] == "1. The issuer is not trusted"
    assert len(headings) == 3
    assert len([each for each in said if "PKIX path building" in each]) == 1
    assert len([each for each in said if each.startswith("Open the keystores")]) == 1
    assert len([each for each in said if each.startswith("It can also mean")]) == 1


def test_the_server_of_the_log_is_probed(window: MainWindow, qtbot: QtBot) -> None:
    made = explained(window, qtbot, "Connect to payments.internal:7443 failed: Read timed out")
    verdict(made, qtbot)
    qtbot.mouseClick(button(made, "explain1Probe"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(ProbeWindow) is not None)
    probing = window.findChild(ProbeWindow)
    assert probing.endpoint.text() == "payments.internal:7443"
    assert probing.flow.draft.endpoint == "payments.internal:7443"


def test_without_stores_it_says_what_would_tell(window: MainWindow, qtbot: QtBot) -> None:
    state = verdict(explained(window, qtbot, EXPIRED), qtbot)
    assert "Open the keystores" in state.label.text()


def test_a_text_that_tells_nothing_is_answered(window: MainWindow, qtbot: QtBot) -> None:
    made = explained(window, qtbot, "the weather is fine")
    qtbot.waitUntil(
        lambda: "No known error was found" in made.findChild(QLabel, "explainWords").text()
    )
