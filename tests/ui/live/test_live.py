"""Live handshakes in the real window: probing, and being probed."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import socket
import ssl
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from PySide6.QtCore import QPoint, QRegularExpression, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.handshake.live.listening import Listener
from handfast.handshake.live.probing import Target, probe
from handfast.handshake.report.party import Party, PartyStore
from handfast.handshake.report.story import SERVER_ASKS, SERVER_PRESENTS
from handfast.services.demo import make_demo
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.live.listen_window import ListenWindow
from handfast.ui.live.presented import PresentedList
from handfast.ui.live.probe_window import ProbeWindow
from handfast.ui.rehearsal.lanes import StepRow
from handfast.ui.widgets.value_rows import Mark
from handfast.ui.window.locking import lock_everything
from handfast.ui.wizards.export import ExportWizard
from handfast.ui.wizards.import_ import ImportWizard
from tests.handshake.hostile import hostile_server
from tests.support.issued import issue
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

PASSWORD = Password("changeit")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("live") / "demo"
    make_demo(folder)
    return folder


@pytest.fixture
def demo(example: Path, tmp_path: Path) -> Path:
    return shutil.copytree(example, tmp_path / "demo")


def held(path: Path) -> PartyStore:
    return PartyStore(store=open_file(path, PASSWORD).store, path=path)


def acme(demo: Path) -> Party:
    """The client of the example."""
    return Party(
        side="client",
        keys=held(demo / "acme-keystore.p12"),
        trust=held(demo / "acme-truststore.p12"),
    )


@contextlib.contextmanager
def globex(demo: Path, trust: str = "globex-truststore.jks", connections: int = 1) -> Iterator[int]:
    """The server of the example, listening for one."""
    server = Party(side="server", keys=held(demo / "globex-keystore.jks"), trust=held(demo / trust))
    listener = Listener(server)
    thread = threading.Thread(
        target=lambda: listener.serve(lambda _: None, connections=connections), daemon=True
    )
    thread.start()
    try:
        yield listener.port
    finally:
        listener.stop()
        thread.join(10)


def probing(window: MainWindow, qtbot: QtBot) -> ProbeWindow:
    action(window, "actionProbe").trigger()
    found = window.findChild(ProbeWindow)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def run(made: ProbeWindow, qtbot: QtBot, port: int, host: str = "localhost") -> None:
    made.endpoint.clear()
    qtbot.keyClicks(made.endpoint, f"127.0.0.1:{port}")
    made.hostname.clear()
    qtbot.keyClicks(made.hostname, host)
    before = made.shown
    qtbot.mouseClick(button(made, "probeRun"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not None and made.shown is not before, timeout=15_000)


def test_a_server_that_takes_us(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    for name in ("acme-keystore.p12", "acme-truststore.p12"):
        opened(window, qtbot, demo / name)
    made = probing(window, qtbot)
    # The open stores are filled in.
    assert made.flow.own.keys.endswith("acme-keystore.p12")
    assert made.flow.own.trust.endswith("acme-truststore.p12")
    with globex(demo) as port:
        run(made, qtbot, port)
    assert made.shown.ok
    assert len(made.findChildren(StepRow)) == 13
    assert made.findChild(QLabel, "rehearsalVerdict").text().startswith("It works over TLS 1.3")
    # Its fingerprint is there to be compared.
    presented = made.findChild(PresentedList)
    shown = presented.findChild(QLabel, "presented1.card.fingerprint")
    digits = "".join(each for each in shown.text().lower() if each in "0123456789abcdef")
    assert digits == made.shown.presented[0].sha256


def test_a_proxy_that_wants_to_know_who_asks(window: MainWindow, qtbot: QtBot) -> None:
    heard: list[bytes] = []

    def refuse(taken: socket.socket) -> None:
        heard.append(taken.recv(1000))
        taken.sendall(b"HTTP/1.1 407 no\r\nProxy-Authenticate: Basic realm=x\r\n\r\n")
        taken.recv(1)

    made = probing(window, qtbot)
    asks = (made.proxy_name, made.proxy_password)
    assert not any(each.isVisible() for each in asks)
    with hostile_server(refuse) as port:
        qtbot.keyClicks(made.proxy, f"127.0.0.1:{port}")
        assert all(each.isVisible() for each in asks)
        assert made.proxy_password.echoMode() is QLineEdit.EchoMode.Password
        run(made, qtbot, 1)
    assert b"authorization" not in heard[0].lower()
    assert [each.code for each in made.shown.causes] == ["unreachable"]
    assert "user name and password" in made.shown.causes[0].remedy
    with hostile_server(refuse) as port:
        made.proxy.clear()
        qtbot.keyClicks(made.proxy, f"127.0.0.1:{port}")
        qtbot.keyClicks(made.proxy_name, "mary")
        qtbot.keyClicks(made.proxy_password, "guessed")
        run(made, qtbot, 1)
    assert b"\r\nProxy-Authorization: Basic bWFyeTpndWVzc2Vk\r\n" in heard[1]
    assert [each.code for each in made.shown.causes] == ["wrong-password"]
    qtbot.keyClicks(made.proxy_name, ":")
    qtbot.mouseClick(button(made, "probeRun"), Qt.MouseButton.LeftButton)
    assert "no colon" in made.note.text
    made.proxy.clear()
    assert not any(each.isVisible() for each in asks)


def test_a_server_that_is_not_trusted_is_imported_from_here(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    trust = opened(window, qtbot, demo / "acme-truststore.p12")
    trust.document.apply("Empty it", trust.store.without(trust.store.entries))
    opened(window, qtbot, demo / "acme-keystore.p12")
    made = probing(window, qtbot)
    made.own.trust.chosen.emit(str(trust.path))
    with globex(demo) as port:
        run(made, qtbot, port)
    assert not made.shown.ok
    assert made.shown.causes[0].code in {"untrusted", "empty-trust-store"}
    qtbot.mouseClick(button(made, "presentedImport"), Qt.MouseButton.LeftButton)
    wizard = window.findChild(ImportWizard)
    assert wizard is not None
    qtbot.waitUntil(lambda: bool(wizard.flow.draft.candidates))
    offered = [each.certificate for each in wizard.flow.draft.candidates]
    assert offered == list(made.shown.presented)
    # Nothing is trusted until its fingerprint was seen there.
    assert trust.store.trusted == ()
    wizard.close()
    assert not made.outdated.isVisible()
    # Once it is in the trust store, the red result is that of another one.
    trusted = import_certificates(trust.store, [(offered[0], "globex")])
    trust.document.apply("Import", trusted)
    qtbot.waitUntil(lambda: "the result from before" in made.outdated.text)
    assert "is not saved yet" in made.unsaved.text
    before = made.shown
    with globex(demo) as port:
        made.set_endpoint(f"127.0.0.1:{port}")
        qtbot.mouseClick(made.outdated.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: made.shown is not before, timeout=15_000)
    assert made.shown.ok
    assert not made.outdated.isVisible()


def test_a_remedy_that_trusts_goes_by_way_of_the_import(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    trust = opened(window, qtbot, demo / "acme-truststore.p12")
    trust.document.apply("Empty it", trust.store.without(trust.store.entries))
    made = probing(window, qtbot)
    made.own.trust.chosen.emit(str(trust.path))
    with globex(demo) as port:
        run(made, qtbot, port)
    remedy = button(made, "rehearsalRemedy1")
    # It leads on, and nothing is probed by it.
    assert remedy.text().endswith("into acme-truststore.p12…")
    assert "again" not in f"{remedy.accessibleName()} {remedy.toolTip()}"
    qtbot.mouseClick(remedy, Qt.MouseButton.LeftButton)
    wizard = window.findChild(ImportWizard)
    qtbot.waitUntil(lambda: bool(wizard.flow.draft.candidates))
    assert trust.store.trusted == ()
    wizard.close()


@pytest.mark.parametrize("name", ["rehearsalRemedy1", "presentedImport"])
def test_what_is_imported_goes_into_the_trust_store_that_was_chosen_as_a_file(
    window: MainWindow, qtbot: QtBot, demo: Path, name: str
) -> None:
    trust = demo / "client-trust.p12"
    other = issue(CN="Some Other CA", is_ca=True, usages=())
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([other.trusted("other")]), trust)
    opened(window, qtbot, demo / "acme-keystore.p12")
    made = probing(window, qtbot)
    made.own.trust.read(trust)
    qtbot.waitUntil(lambda: made.flow.own.trust == str(trust))
    with globex(demo) as port:
        run(made, qtbot, port)
    assert trust not in [each.path for each in window.documents]
    qtbot.mouseClick(button(made, name), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(ImportWizard) is not None)
    wizard = window.findChild(ImportWizard)
    qtbot.waitUntil(lambda: bool(wizard.flow.draft.candidates))
    draft = wizard.flow.draft
    assert (draft.target, draft.existing) == ("existing", str(trust))
    wizard.close()


def test_a_remedy_for_a_file_that_was_only_read_opens_it_and_probes_again(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    root = issue(CN="Acme Root", is_ca=True, usages=())
    pair = issue(CN="client", issuer=root).pair("acme")
    mixed_up = dataclasses.replace(pair, chain=tuple(reversed(pair.chain)))
    keys = demo / "mixed-up.jks"
    save_store(new_store(Format.JKS, PASSWORD).with_entries([mixed_up]), keys)
    trusting = new_store(Format.PKCS12, PASSWORD).with_entries([root.trusted("acme")])
    save_store(trusting, demo / "trusts-acme.p12")
    opened(window, qtbot, demo / "acme-truststore.p12")
    made = probing(window, qtbot)
    made.own.keys.read(keys)
    qtbot.waitUntil(lambda: made.flow.own.keys == str(keys))
    with globex(demo, "trusts-acme.p12", connections=3) as port:
        run(made, qtbot, port)
        assert made.shown.causes[0].code == "chain-order"
        assert str(keys) not in [str(each.path) for each in window.documents]
        before = made.shown
        qtbot.mouseClick(button(made, "rehearsalRemedy1"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: made.shown is not before, timeout=15_000)
    assert made.shown.ok
    # In a tab, where it can be undone.
    assert window.current().path == keys
    assert window.current().store.get("acme").chain == pair.chain
    window.undo()
    assert window.current().store.get("acme").chain == mixed_up.chain


def test_a_report_is_proposed_beside_the_keystore_under_a_free_name(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    opened(window, qtbot, demo / "acme-keystore.p12")
    opened(window, qtbot, demo / "acme-truststore.p12")
    made = probing(window, qtbot)
    with globex(demo) as port:
        run(made, qtbot, port)
    names = []
    for _ in range(2):
        qtbot.mouseClick(made.save_html, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: bool(made.findChildren(QFileDialog)))
        dialog = made.findChildren(QFileDialog)[-1]
        (name,) = dialog.selectedFiles()
        names.append(Path(name))
        names[-1].touch()
        dialog.reject()
        qtbot.waitUntil(lambda: not made.findChildren(QFileDialog))
    stem = f"probe-127.0.0.1-{port}-{datetime.now():%Y-%m-%d}"  # noqa: DTZ005 - as the window
    assert names == [demo / f"{stem}.html", demo / f"{stem}-2.html"]


def test_the_result_is_saved_for_whoever_runs_the_server(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    opened(window, qtbot, demo / "acme-keystore.p12")
    opened(window, qtbot, demo / "acme-truststore.p12")
    made = probing(window, qtbot)
    assert not made.save_pdf.isEnabled()
    with globex(demo) as port:
        run(made, qtbot, port)
    made.save(tmp_path / "probe.html")
    text = (tmp_path / "probe.html").read_text(encoding="utf-8")
    assert "Probe of a live endpoint" in text
    assert f"127.0.0.1:{port}" in text
    assert "acme-truststore.p12" in text
    assert PASSWORD.reveal() not in text
    assert "Rehearsal" not in text
    made.save(tmp_path / "probe.pdf")
    assert (tmp_path / "probe.pdf").read_bytes().startswith(b"%PDF")
    made.save(tmp_path / "no" / "such" / "folder.pdf")
    assert made.problem.isVisible()


def test_the_rows_of_both_columns_are_level(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    opened(window, qtbot, demo / "acme-keystore.p12")
    made = probing(window, qtbot)

    def top(field: QWidget) -> int:
        return field.mapTo(made, QPoint(0, 0)).y()

    left = [top(each) for each in (made.endpoint, made.hostname, made.begins)]
    right = [top(each) for each in (made.own.keys.box, made.own.alias, made.own.trust.box)]
    assert left == right


def test_whom_a_server_refuses_exports_the_certificate_that_it_lacks(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    keys = opened(window, qtbot, demo / "acme-keystore.p12")
    opened(window, qtbot, demo / "acme-truststore.p12")
    stranger = issue(CN="Some Other CA", is_ca=True, usages=())
    trusting = new_store(Format.PKCS12, PASSWORD).with_entries([stranger.trusted("other")])
    save_store(trusting, demo / "trusts-another.p12")
    made = probing(window, qtbot)
    with globex(demo, "trusts-another.p12") as port:
        run(made, qtbot, port)
    cause = made.shown.causes[0]
    assert (cause.code, cause.side) == ("untrusted", "server")
    assert "The server’s trust store" in cause.message
    assert "Send your certificate" in cause.remedy
    way = next(
        each
        for each in made.findChildren(QPushButton)
        if each.objectName().startswith("rehearsalWay1.export_certificate")
    )
    assert way.text() == "Export Your Certificate…"
    qtbot.mouseClick(way, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(ExportWizard) is not None)
    wizard = window.findChild(ExportWizard)
    assert window.current() is keys
    assert [each.alias for each in wizard.flow.chosen] == [cause.refused_alias]
    wizard.close()
    # Nobody needs ours where it is we who do not trust.
    with globex(demo) as port:
        run(made, qtbot, port)
    assert made.shown.ok
    assert not made.findChildren(QPushButton, QRegularExpression("rehearsalWay1.export.*"))


def test_another_host_name_fails_at_its_step(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    opened(window, qtbot, demo / "acme-truststore.p12")
    made = probing(window, qtbot)
    made.own.keys.chosen.emit("")
    with globex(demo) as port:
        run(made, qtbot, port, host="other.example")
    assert not made.shown.ok
    assert "host-mismatch" in {each.code for each in made.shown.causes}
    assert "failed here" in " ".join(each.accessibleName() for each in made.findChildren(StepRow))


def test_cancel_ends_a_probe_that_hangs_and_the_window_goes_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    called, hung_up = threading.Event(), threading.Event()

    def behave(taken: socket.socket) -> None:
        taken.recv(4096)
        called.set()
        taken.settimeout(20)
        with contextlib.suppress(OSError):
            taken.recv(1)
        hung_up.set()

    made = probing(window, qtbot)
    beats: list[float] = []
    pulse = QTimer(made)
    pulse.setInterval(1)
    pulse.timeout.connect(lambda: beats.append(time.monotonic()))
    with hostile_server(behave) as port:
        qtbot.keyClicks(made.endpoint, f"127.0.0.1:{port}")
        qtbot.mouseClick(button(made, "probeRun"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(called.is_set)
        pulse.start()
        qtbot.waitUntil(lambda: len(beats) > 100)
        assert not button(made, "probeRun").isEnabled()
        qtbot.mouseClick(button(made, "probeCancel"), Qt.MouseButton.LeftButton)
        assert button(made, "probeRun").isEnabled()
        assert made.said.text() == "Canceled."
        # The connection does not outlive it.
        qtbot.waitUntil(hung_up.is_set, timeout=5_000)
    assert made.shown is None


def test_closing_the_window_hangs_up_too(window: MainWindow, qtbot: QtBot) -> None:
    called, hung_up = threading.Event(), threading.Event()

    def behave(taken: socket.socket) -> None:
        taken.recv(4096)
        called.set()
        taken.settimeout(20)
        with contextlib.suppress(OSError):
            taken.recv(1)
        hung_up.set()

    made = probing(window, qtbot)
    with hostile_server(behave) as port:
        qtbot.keyClicks(made.endpoint, f"127.0.0.1:{port}")
        qtbot.keyClick(made.endpoint, Qt.Key.Key_Return)
        qtbot.waitUntil(called.is_set)
        made.close()
        qtbot.waitUntil(hung_up.is_set, timeout=5_000)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter a host and a port"),
        ("api.example", "api.example:443"),
        ("a:0", "api.example:443"),
    ],
)
def test_what_is_no_endpoint_is_told_beneath(
    window: MainWindow, qtbot: QtBot, typed: str, said: str
) -> None:
    made = probing(window, qtbot)
    qtbot.keyClicks(made.endpoint, typed)
    qtbot.mouseClick(button(made, "probeRun"), Qt.MouseButton.LeftButton)
    assert made.note.isVisible()
    assert said in made.note.text
    assert made.shown is None


def test_nobody_there_is_told(window: MainWindow, qtbot: QtBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    made = probing(window, qtbot)
    run(made, qtbot, port)
    assert made.shown.causes[0].code == "unreachable"
    assert made.findChild(QAbstractButton, "presentedImport") is None
    # A connection that was refused is no step of a handshake, and no file is at fault.
    assert "refused" in made.shown.causes[0].message
    verdict = made.findChild(QLabel, "rehearsalVerdict").text()
    assert "no connection" in verdict
    assert "step" not in verdict
    assert not made.findChild(QWidget, "rehearsalLanes").isVisible()
    words = [each.text() for each in made.findChildren(QLabel)]
    assert not [text for text in words if text.startswith("To be changed by")]


def test_a_server_that_asks_for_no_certificate_gets_no_green_tick(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    pair = open_file(demo / "globex-keystore.jks").store.key_pairs[0]
    key = tmp_path / "server.pem"
    private = load_der_private_key(pair.key.pkcs8, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    key.write_bytes(private + "".join(each.public_pem() for each in pair.chain).encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key)
    for name in ("acme-keystore.p12", "acme-truststore.p12"):
        opened(window, qtbot, demo / name)
    made = probing(window, qtbot)
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def serve() -> None:
            with (
                contextlib.suppress(OSError),
                plain.accept()[0] as taken,
                context.wrap_socket(taken, server_side=True) as wrapped,
            ):
                wrapped.recv(1)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        run(made, qtbot, plain.getsockname()[1])
        thread.join(10)
    assert made.shown.asked_for is None
    rows = {row.step.number: row for row in made.findChildren(StepRow)}
    assert rows[SERVER_ASKS].mark == "warning"
    assert "not asked" in rows[SERVER_ASKS].accessibleName()
    assert rows[SERVER_PRESENTS].mark == "ok"
    assert made.findChild(Mark, "rehearsalMark").kind == "warning"
    assert "not mutual TLS" in made.findChild(QLabel, "rehearsalVerdict").text()


# --- listening ------------------------------------------------------------------------------------


def listening(window: MainWindow, qtbot: QtBot, demo: Path) -> ListenWindow:
    for name in ("globex-keystore.jks", "globex-truststore.jks"):
        opened(window, qtbot, demo / name)
    action(window, "actionListen").trigger()
    found = window.findChild(ListenWindow)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def port_of(made: ListenWindow) -> int:
    return int(made.state.text().split(".", 4)[3].split(":")[1])


def call(port: int, client: Party) -> None:
    target = Target(host="127.0.0.1", port=port, hostname="localhost")
    threading.Thread(target=lambda: probe(target, client), daemon=True).start()


def test_a_server_says_that_it_uses_what_was_changed_since_and_begins_again_on_its_port(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    made = listening(window, qtbot, demo)
    trust = window.current()
    assert trust.path.name == "globex-truststore.jks"
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    port = port_of(made)
    assert not made.notices.outdated.isVisible()
    trust.document.apply("Empty it", trust.store.without(trust.store.entries))
    qtbot.waitUntil(made.notices.outdated.isVisible)
    assert "as they were at its start" in made.notices.outdated.text
    assert "“globex-truststore.jks” is not saved yet" in made.notices.unsaved.text
    # It still accepts whom it accepted, until it begins again.
    call(port, acme(demo))
    qtbot.waitUntil(lambda: made.list.count() == 1, timeout=15_000)
    assert "Certificate accepted" in made.list.item(0).text()
    qtbot.mouseClick(made.notices.outdated.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.is_listening and not made.notices.outdated.isVisible())
    assert port_of(made) == port
    call(port, acme(demo))
    qtbot.waitUntil(lambda: made.list.count() == 2, timeout=15_000)
    assert "accepted" not in made.list.item(0).text()
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not made.is_listening)
    # Nothing runs, so nothing is outdated.
    window.undo()
    assert not made.notices.outdated.isVisible()
    assert not made.notices.unsaved.isVisible()


def test_each_connection_appears_with_its_story(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    made = listening(window, qtbot, demo)
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    assert made.is_listening
    assert button(made, "listenStart").text() == "S&top"
    call(port_of(made), acme(demo))
    qtbot.waitUntil(lambda: made.list.count() == 1, timeout=15_000)
    assert "Certificate accepted" in made.list.item(0).text()
    assert "Acme Integration" in made.list.item(0).text()
    call(port_of(made), Party(side="client"))
    qtbot.waitUntil(lambda: made.list.count() == 2, timeout=15_000)
    # The latest is on top, and shown while nobody chose another.
    assert "No certificate was presented" in made.list.item(0).text()
    told = " ".join(each.accessibleName() for each in made._area.widget().findChildren(StepRow))
    assert "failed here" in told
    made.list.setCurrentRow(1)
    told = " ".join(each.accessibleName() for each in made._area.widget().findChildren(StepRow))
    assert "failed here" not in told
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not made.is_listening)
    # The port is free, and what came stays to be read.
    assert made.list.count() == 2
    assert button(made, "listenStart").text() == "&Listen"


def test_a_client_that_is_not_trusted_is_imported_from_here(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    trust = opened(window, qtbot, demo / "globex-truststore.jks")
    trust.document.apply("Empty it", trust.store.without(trust.store.entries))
    made = listening(window, qtbot, demo)
    made.own.trust.chosen.emit(str(trust.path))
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    call(port_of(made), acme(demo))
    qtbot.waitUntil(lambda: made.list.count() == 1, timeout=15_000)
    heard = made.list.item(0).data(Qt.ItemDataRole.UserRole)
    assert not heard.report.ok
    qtbot.mouseClick(button(made, "presentedImport"), Qt.MouseButton.LeftButton)
    wizard = window.findChild(ImportWizard)
    qtbot.waitUntil(lambda: bool(wizard.flow.draft.candidates))
    assert [each.certificate for each in wizard.flow.draft.candidates] == list(
        heard.report.presented
    )
    wizard.close()
    made.stop()
    qtbot.waitUntil(lambda: not made.is_listening)


def test_a_port_that_is_taken_is_told(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    made = listening(window, qtbot, demo)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        made.port.setValue(taken.getsockname()[1])
        qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
        assert made.problem.isVisible()
        assert not made.is_listening


def test_without_stores_it_says_which_are_missing(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionListen").trigger()
    made = window.findChild(ListenWindow)
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    assert made.own.keys.note.state == "error"
    assert made.own.trust.note.state == "error"
    assert not made.is_listening


def test_locking_takes_the_keys_of_both_windows(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    made = listening(window, qtbot, demo)
    copy = shutil.copy(demo / "globex-keystore.jks", demo / "copy.jks")
    made.flow.choose(keys=made.flow.take_file(open_file(copy, PASSWORD)))
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    port = port_of(made)
    probing(window, qtbot)
    lock_everything(window, "You locked it.")
    qtbot.waitUntil(lambda: window.findChild(ProbeWindow) is None)
    # The server is stopped and says why, for whoever comes back to it.
    qtbot.waitUntil(lambda: not made.is_listening)
    assert made.isVisible()
    assert "stopped because the keystores were locked." in made.state.text()
    assert button(made, "listenStart").text() == "&Listen"
    with socket.socket() as plain:
        assert plain.connect_ex(("127.0.0.1", port)) != 0
    # The file that was only read is to be opened again; the tab that anybody can open is not.
    assert made.flow.own.keys == ""
    assert made.flow.own.trust.endswith("globex-truststore.jks")
    made.flow.choose(keys=str(demo / "globex-keystore.jks"))
    made.own.refresh()
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    assert made.is_listening
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not made.is_listening)
    assert "locked" not in made.state.text()


def test_where_the_network_is_forbidden_it_says_so(window: MainWindow, qtbot: QtBot) -> None:
    made = probing(window, qtbot)
    qtbot.keyClicks(made.endpoint, "api.example:443")
    window.settings.allows_network = False
    qtbot.mouseClick(button(made, "probeRun"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(made.problem.isVisible)
    assert made.shown is None
    assert button(made, "probeRun").isEnabled()


def test_closing_it_frees_the_port(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    made = listening(window, qtbot, demo)
    qtbot.mouseClick(button(made, "listenStart"), Qt.MouseButton.LeftButton)
    port = port_of(made)
    made.close()

    def is_free() -> bool:
        with socket.socket() as plain:
            return plain.connect_ex(("127.0.0.1", port)) != 0

    qtbot.waitUntil(is_free, timeout=5_000)


@pytest.mark.parametrize("kind", ["probe", "listen"])
def test_every_control_can_be_named_and_reached_by_keyboard(
    window: MainWindow, qtbot: QtBot, kind: str
) -> None:
    action(window, f"action{kind.title()}").trigger()
    made = window.findChild(ProbeWindow if kind == "probe" else ListenWindow)
    qtbot.waitExposed(made)
    for each in made.findChildren(QAbstractButton):
        if each.isVisible():
            assert each.accessibleName() or each.text(), each.objectName()
    seen = set()
    made.own.keys.box.setFocus()
    for _ in range(30):
        qtbot.keyClick(made.focusWidget(), Qt.Key.Key_Tab)
        seen.add(made.focusWidget().objectName())
    wanted = {
        "probe": {"probeEndpoint", "probeHostname", "probeStarttls", "probeProxy", "probeTimeout",
                  "probeRun", "probeClose"},
        "listen": {"listenAddress", "listenPort", "listenStart", "listenClose"},
    }[kind]  # fmt: skip
    assert wanted <= seen
