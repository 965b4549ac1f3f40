"""The rehearsal in the real window: from four stores to an answer, and from broken to green."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QWidget

from handfast.core.errors import FileProblem
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.handshake.report.alerts import Alert
from handfast.handshake.report.report import Report, View
from handfast.handshake.report.story import SERVER_CHECKS, Failure, tell
from handfast.services.demo import make_demo
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.rehearsal.lanes import StepRow
from handfast.ui.rehearsal.rehearsal_window import RehearsalWindow
from handfast.ui.widgets.value_rows import Mark
from tests.support.issued import issue
from tests.support.ui.helpers import action, button, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.errors import HandfastError
    from handfast.ui.window.main_window import MainWindow

STORES = (
    "acme-keystore.p12",
    "acme-truststore.p12",
    "globex-keystore.jks",
    "globex-truststore.jks",
)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal") / "demo"
    make_demo(folder)
    return folder


@pytest.fixture
def demo(example: Path, tmp_path: Path) -> Path:
    return shutil.copytree(example, tmp_path / "demo")


def rehearsal(window: MainWindow, qtbot: QtBot) -> RehearsalWindow:
    """The window that the tool opens."""
    action(window, "actionRehearse").trigger()
    found = window.findChild(RehearsalWindow)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def run(made: RehearsalWindow, qtbot: QtBot) -> Report:
    before = made.shown
    qtbot.mouseClick(button(made, "rehearseRun"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not None and made.shown is not before)
    assert made.shown is not None
    return made.shown.report


def steps(made: RehearsalWindow) -> list[str]:
    """What every step on the screen is, in words."""
    assert made.shown is not None
    return [row.accessibleName() for row in made.shown.findChildren(StepRow)]


def choose(field: QWidget, path: Path) -> None:
    """A file, as the dialog hands it over."""
    from handfast.ui.widgets.fields.store_field import StoreField

    holder = field.parentWidget()
    assert isinstance(holder, StoreField)
    holder.read(path)


def test_the_open_stores_of_the_example_are_filled_in_and_work(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    for name in STORES:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    draft = made.flow.draft
    chosen = (draft.client_keys, draft.client_trust, draft.server_keys, draft.server_trust)
    assert [each.rsplit("/", 1)[1] for each in chosen] == list(STORES)
    assert run(made, qtbot).ok
    told = steps(made)
    assert len(told) == 13
    assert all(", ok." in each for each in told)
    verdict = made.findChild(QLabel, "rehearsalVerdict")
    assert verdict.text().startswith("It works over TLS 1.3")


def test_pressing_the_remedy_turns_a_broken_set_up_green(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    for name in STORES:
        opened(window, qtbot, demo / name)
    trust = window.current()
    trust.document.apply("Empty it", trust.store.without(trust.store.entries))
    made = rehearsal(window, qtbot)
    made.setup.fields["server_trust"].chosen.emit(str(trust.path))
    report = run(made, qtbot)
    assert report.failed_step.number == SERVER_CHECKS
    told = steps(made)
    assert "failed here" in told[9]
    assert all("not reached" in each for each in told[10:])
    before = made.shown
    remedy = button(made, "rehearsalRemedy1")
    assert "globex-truststore.jks" in remedy.text()
    qtbot.mouseClick(remedy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not before)
    assert made.shown.report.ok
    assert trust.is_dirty
    assert len(trust.store.trusted) == 1
    # The answer is that of the edit, and the file is still the old one.
    assert made.unsaved.isVisible()
    assert "“globex-truststore.jks” is not saved yet" in made.unsaved.text
    assert not made.outdated.isVisible()
    # It is an edit like others.
    window.undo()
    assert trust.store.trusted == ()
    assert "the result from before" in made.outdated.text
    assert not run(made, qtbot).ok
    assert not made.outdated.isVisible()


def test_what_a_remedy_changed_is_saved_where_the_answer_is(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    path = demo / "globex-truststore.jks"
    whole = open_file(path, Password("changeit")).store
    save_store(whole.without(whole.entries), path, overwrite=True)
    for name in STORES:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    made.setup.fields["server_trust"].chosen.emit(str(path))
    assert not run(made, qtbot).ok
    # Nothing was changed, so there is nothing to save.
    assert not made.unsaved.isVisible()
    before = made.shown
    qtbot.mouseClick(button(made, "rehearsalRemedy1"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not before)
    assert made.shown.report.ok
    assert open_file(path, Password("changeit")).store.trusted == ()
    qtbot.mouseClick(made.unsaved.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not made.unsaved.isVisible())
    assert len(open_file(path, Password("changeit")).store.trusted) == 1
    # Saving changes nothing about the answer.
    assert not made.outdated.isVisible()


def test_what_cannot_be_saved_is_told_where_the_answer_is(
    window: MainWindow, qtbot: QtBot, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in STORES:
        opened(window, qtbot, demo / name)
    trust = window.current()
    made = rehearsal(window, qtbot)
    made.setup.fields["server_trust"].chosen.emit(str(trust.path))
    assert run(made, qtbot).ok
    trust.document.apply("Empty it", trust.store.without(trust.store.entries))

    def fail(_then: Callable[[], None], failed: Callable[[HandfastError], None]) -> None:
        failed(FileProblem("The disk is full.", remedy="Delete something."))

    monkeypatch.setattr(trust.document, "save", fail)
    qtbot.mouseClick(made.unsaved.button, Qt.MouseButton.LeftButton)
    assert made.unsaved.text == "The disk is full. Delete something."
    assert made.unsaved.button.isVisible()


def test_an_open_trust_store_that_holds_the_certificate_is_offered_first(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    for name in STORES:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    # The keystore where the trust store belongs, as it happens.
    keys = made.flow.draft.client_keys
    made.setup.fields["client_trust"].chosen.emit(keys)
    assert not run(made, qtbot).ok
    causes, lanes = (
        made.shown.findChild(QWidget, name) for name in ("rehearsalCauses", "rehearsalLanes")
    )
    # What to change stands in sight, above the steps.
    assert causes.y() < lanes.y()
    way, remedy = button(made, "rehearsalWay1.truster"), button(made, "rehearsalRemedy1")
    assert way.y() < remedy.y()
    assert "acme-truststore.p12" in way.text()
    before = made.shown
    qtbot.mouseClick(way, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not before)
    assert made.shown.report.ok
    assert made.flow.draft.client_trust.endswith("acme-truststore.p12")
    # Nothing was copied anywhere.
    assert not any(view.is_dirty for view in window.views)


def test_no_trust_store_is_offered_where_none_holds_the_certificate(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    for name in (STORES[0], *STORES[2:]):
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    made.setup.fields["client_trust"].chosen.emit(made.flow.draft.client_keys)
    assert not run(made, qtbot).ok
    assert made.shown.findChild(QWidget, "rehearsalWay1.truster") is None


def test_a_file_with_its_own_password_is_asked_for_beneath_its_field(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "own-password.p12"
    wrong = read_certificates((demo / "globex.cer").read_bytes()).certificates[0]
    store = new_store(Format.PKCS12, Password("its own one"))
    save_store(import_certificates(store, [(wrong, "ourselves")]), other)
    for name in STORES[:3]:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    qtbot.mouseClick(button(made, "rehearseRun"), Qt.MouseButton.LeftButton)
    note = made.setup.fields["server_trust"].note
    assert (note.state, note.text) == ("error", "Choose the server’s trust store.")
    field = made.setup.fields["server_trust"]
    choose(field.box, other)
    qtbot.waitUntil(field.password.isVisible)
    assert "Enter the password" in field.note.text
    qtbot.keyClicks(field.password.line, "a wrong one")
    qtbot.keyClick(field.password.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: field.note.state == "error")
    field.password.line.clear()
    qtbot.keyClicks(field.password.line, "its own one")
    qtbot.mouseClick(button(made, "rehearseServerTrustOpen"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.flow.draft.server_trust == str(other))
    assert not field.password.isVisible()
    assert field.password.text() == ""
    # Its remedy opens a tab, so that there is something to undo and to save.
    run(made, qtbot)
    before = made.shown
    qtbot.mouseClick(button(made, "rehearsalRemedy1"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not before)
    assert made.shown.report.ok
    assert window.current().path == other
    assert window.current().is_dirty


def test_a_remedy_that_waits_for_its_tab_is_dropped_when_something_else_is_tried(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "empty.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")), other)
    for name in STORES[:3]:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    choose(made.setup.fields["server_trust"].box, other)
    qtbot.waitUntil(lambda: made.flow.draft.server_trust == str(other))
    run(made, qtbot)
    remedy = button(made, "rehearsalRemedy1")
    qtbot.mouseClick(remedy, Qt.MouseButton.LeftButton)
    assert made.said.text() == "Opening empty.p12…"
    before = made.shown
    made.run()
    view = next(each for each in window.views if each.path == other)
    qtbot.waitUntil(lambda: view.store is not None and made.shown is not before)
    assert not made.shown.report.ok
    assert not view.is_dirty
    # Pressed again, with nothing else in its way, it is carried out.
    before = made.shown
    qtbot.mouseClick(button(made, "rehearsalRemedy1"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: made.shown is not before)
    assert made.shown.report.ok
    assert view.is_dirty


def test_a_file_that_is_no_keystore_is_told_beneath_its_field(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no keystore at all")
    made = rehearsal(window, qtbot)
    field = made.setup.fields["client_keys"]
    choose(field.box, tmp_path / "notes.txt")
    qtbot.waitUntil(lambda: field.note.state == "error")
    assert not field.password.isVisible()
    assert made.flow.draft.client_keys == ""


def test_a_version_and_a_date_are_taken_into_account(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    for name in STORES:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    version = made.setup.version
    version.setFocus()
    qtbot.keyClick(version, Qt.Key.Key_End)
    version.activated.emit(version.currentIndex())
    report = run(made, qtbot)
    assert (report.ok, report.tls) == (True, "1.2")
    made.setup.date.setDateTime(made.setup.date.dateTime().addYears(30))
    made.setup.at_date.click()
    report = run(made, qtbot)
    assert report.causes[0].code == "expired"


def test_the_report_is_saved_as_a_page_and_as_pdf_without_secrets(
    window: MainWindow, qtbot: QtBot, demo: Path, tmp_path: Path
) -> None:
    for name in STORES:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    assert not button(made, "rehearsalPdf").isEnabled()
    run(made, qtbot)
    assert button(made, "rehearsalPdf").isEnabled()
    made.save(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for part in ("It works", "The client says hello", "globex-truststore.jks", "localhost"):
        assert part in page
    assert "changeit" not in page
    made.save(tmp_path / "report.pdf")
    data = (tmp_path / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    made.save(tmp_path / "no" / "such" / "folder.pdf")
    assert made.problem.isVisible()


def test_logs_are_folded_until_asked_for_and_names_of_any_kind_are_text(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    for name in STORES:
        opened(window, qtbot, demo / name)
    made = rehearsal(window, qtbot)
    run(made, qtbot)
    odd = "<b>bold</b> & " + "x" * 300
    made.show_report(
        Report(
            ok=False,
            steps=tell({1: odd}, Failure(step=2, detail=odd)),
            client=View(
                sent=("ClientHello",),
                alerts=(Alert(direction="received", level="fatal", number=48),),
            ),
        )
    )
    assert made.findChild(QPlainTextEdit, "rehearsalLogTextClient") is None
    qtbot.mouseClick(button(made, "rehearsalLogClient"), Qt.MouseButton.LeftButton)
    log = made.findChild(QPlainTextEdit, "rehearsalLogTextClient")
    assert "unknown_ca (48)" in log.toPlainText()
    # A long word widens nothing.
    assert made.shown.width() <= made.width()
    assert "<b>bold" not in made.page()
    assert "&lt;b&gt;bold" in made.page()
    assert made.page().startswith('<!DOCTYPE html>\n<html lang="en"><head>')


def test_every_control_can_be_named_and_reached_by_keyboard(
    window: MainWindow, qtbot: QtBot
) -> None:
    made = rehearsal(window, qtbot)
    for each in made.findChildren(QAbstractButton):
        if each.isVisible():
            assert each.accessibleName() or each.text(), each.objectName()
    seen = set()
    made.setup.fields["client_keys"].box.setFocus()
    for _ in range(40):
        qtbot.keyClick(made.focusWidget(), Qt.Key.Key_Tab)
        seen.add(made.focusWidget().objectName())
    assert {"rehearseHost", "rehearseTls", "rehearseRun", "rehearsalClose"} <= seen


def test_the_start_page_leads_to_it(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(button(window, "startRehearse"), Qt.MouseButton.LeftButton)
    assert window.findChild(RehearsalWindow).isVisible()


@pytest.mark.parametrize("has_their_trust", [True, False])
def test_of_a_partner_the_certificate_that_they_sent_is_enough(
    window: MainWindow, qtbot: QtBot, demo: Path, has_their_trust: bool
) -> None:
    action(window, "actionRehearse").trigger()
    qtbot.waitUntil(lambda: window.findChild(RehearsalWindow) is not None)
    rehearsing = window.findChild(RehearsalWindow)
    names = {"client_keys": "acme-keystore.p12", "client_trust": "globex.cer",
             "server_keys": "globex.cer"}  # fmt: skip
    if has_their_trust:
        names["server_trust"] = "acme.cer"
    for place, name in names.items():
        rehearsing.setup.fields[place].read(demo / name)
        qtbot.waitUntil(lambda place=place: bool(getattr(rehearsing.flow.draft, place)))
    rehearsing.flow.update(host="localhost")
    rehearsing.run()
    qtbot.waitUntil(lambda: rehearsing.shown is not None)
    assert rehearsing.shown.report.ok
    assert rehearsing.shown.report.causes == ()
    # Nobody claims to know what takes their private key.
    assert "No problem was found" in rehearsing.shown.accessibleName()
    rehearsing.close()


def test_what_was_not_checked_is_not_green(window: MainWindow, qtbot: QtBot, demo: Path) -> None:
    """Of a partner known by the certificate alone, and without a host name."""
    action(window, "actionRehearse").trigger()
    qtbot.waitUntil(lambda: window.findChild(RehearsalWindow) is not None)
    rehearsing = window.findChild(RehearsalWindow)
    names = {"client_keys": "acme-keystore.p12", "client_trust": "globex.cer",
             "server_keys": "globex.cer"}  # fmt: skip
    for place, name in names.items():
        rehearsing.setup.fields[place].read(demo / name)
        qtbot.waitUntil(lambda place=place: bool(getattr(rehearsing.flow.draft, place)))
    rehearsing.flow.update(host="")
    rehearsing.run()
    qtbot.waitUntil(lambda: rehearsing.shown is not None)
    assert rehearsing.shown.report.ok
    assert rehearsing.shown.findChild(Mark, "rehearsalMark").kind == "warning"
    assert "not checked. No host name was given" in steps(rehearsing)[6]
    row = rehearsing.shown.lanes.rows[6]
    assert row.findChildren(Mark) == []
    page = rehearsing.page()
    assert "✓ No problem" not in page
    assert page.count("not checked") >= 2
    rehearsing.close()


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_certificate_for_clients_is_no_server_whoever_has_its_key(
    window: MainWindow, qtbot: QtBot, demo: Path, is_ours: bool
) -> None:
    ours = issue(CN="northwind client")
    keys, cer = demo / "client-only.p12", demo / "client-only.cer"
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([ours.pair("own")]),
               keys)  # fmt: skip
    cer.write_bytes(ours.certificate.der)
    names = {
        "client_keys": demo / "acme.cer",
        "server_keys": keys,
        "server_trust": demo / "acme.cer",
    }
    if not is_ours:
        names = {"client_keys": demo / "acme-keystore.p12", "client_trust": cer, "server_keys": cer}
    rehearsing = rehearsal(window, qtbot)
    for place, path in names.items():
        rehearsing.setup.fields[place].read(path)  # type: ignore[index]
        qtbot.waitUntil(lambda place=place: bool(getattr(rehearsing.flow.draft, place)))
    rehearsing.flow.update(host="")
    assert "wrong-purpose" in [each.code for each in run(rehearsing, qtbot).causes]


def test_a_keystore_without_a_pair_is_no_partner(
    window: MainWindow, qtbot: QtBot, demo: Path
) -> None:
    action(window, "actionRehearse").trigger()
    qtbot.waitUntil(lambda: window.findChild(RehearsalWindow) is not None)
    rehearsing = window.findChild(RehearsalWindow)
    names = ("acme-keystore.p12", "acme-truststore.p12", "acme-truststore.p12", "acme.cer")
    for (place, field), name in zip(rehearsing.setup.fields.items(), names, strict=True):
        field.read(demo / name)
        qtbot.waitUntil(lambda place=place: bool(getattr(rehearsing.flow.draft, place)))
    rehearsing.run()
    qtbot.waitUntil(lambda: rehearsing.shown is not None)
    assert rehearsing.shown.report.causes[0].code == "no-identity"
    rehearsing.close()
