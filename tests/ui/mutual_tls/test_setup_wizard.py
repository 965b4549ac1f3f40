"""Setting mutual TLS up in the real window, with a partner on keytool, from nothing to green."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDateEdit,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)
from shiboken6 import isValid

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.open_store import OpenStore
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.partnerships import next_step, read_partnership
from tests.support.issued import issue
from tests.support.partner import PASSWORD, Partner
from tests.support.ui.drops import drop, files
from tests.support.ui.helpers import opened
from tests.support.ui.setup_driver import HOST, OURS, SetUp, begin

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.handshake.report.report import Report
    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool


@pytest.fixture(scope="module")
def partner(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Partner:
    made = Partner(keytool, tmp_path_factory.mktemp("globex"))
    made.make_pair("good")
    made.make_pair("over", more="-startdate -400d -validity 30")
    return made


def test_from_nothing_to_green(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner, keytool: Tool
) -> None:
    folder = tmp_path / "globex"
    made = begin(qtbot, window)
    made.name_partner(folder)
    # It may be just being written anew, beside itself.
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert there == {"globex.partnership.json"}
    made.make_pair()
    assert "acme-keystore.p12" in made.said()
    made.hand_over()
    sent = folder / "for-globex"
    assert {path.name for path in sent.iterdir()} == {
        "acme.cer", "acme.pem", "README.txt", "README.html"
    }  # fmt: skip
    partner.trust.unlink(missing_ok=True)
    partner.trust_us(sent / "acme.cer")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    assert "matches what your partner read out" in made.said()
    made.to("rehearsal")
    report = made.rehearsed()
    assert report.ok
    assert "No problem was found in what can be checked from here" in made.said()
    assert "Certificate “api.globex.example”, as received" in made.said()
    made.to("recipe")
    assert "acme-keystore.p12" in made.page.text()
    assert "<keystore password>" in made.page.text()

    # Java sees what it should.
    keys, trust = folder / "acme-keystore.p12", folder / "truststore.p12"
    told = keytool("-list", "-keystore", keys, "-storepass", OURS).stdout
    assert "acme, " in told
    assert "PrivateKeyEntry" in told
    told = keytool("-list", "-keystore", trust, "-storepass", OURS).stdout
    assert told.count("trustedCertEntry") == 1
    assert partner.fingerprint("good") in told
    # And with the stores of both, as they lie on the disk, the handshake runs.
    ours = Party(side="client", keys=_held(keys, OURS), alias="acme", trust=_held(trust, OURS))
    theirs = Party(
        side="server",
        keys=_held(partner.keys, PASSWORD),
        alias="good",
        trust=_held(partner.trust, PASSWORD),
    )
    whole = rehearse(ours, theirs, host=HOST)
    assert (whole.ok, whole.tls, whole.unknown) == (True, "1.3", ())
    assert not rehearse(ours, theirs, host="other.example").ok
    made.close()
    kept = read_partnership(folder / "globex.partnership.json")
    assert next_step(kept) == ""
    assert OURS not in (folder / "globex.partnership.json").read_text(encoding="utf-8")
    window.settings.sync()
    assert OURS not in (tmp_path / "settings.ini").read_text(encoding="utf-8")


def _held(path: Path, password: str) -> PartyStore:
    return PartyStore(store=open_file(path, Password(password)).store, path=path)


def entries(keytool: Tool, path: Path) -> list[str]:
    """The aliases that keytool finds."""
    told = keytool("-list", "-keystore", path, "-storepass", OURS).stdout
    return [line.partition(",")[0] for line in told.splitlines() if "Entry" in line]


def as_far_as_their_certificate(
    qtbot: QtBot, window: MainWindow, folder: Path, preset: str = "java-client"
) -> SetUp:
    made = begin(qtbot, window)
    made.name_partner(folder, preset)
    made.make_pair()
    made.hand_over()
    return made


def test_a_command_that_mends_a_cause_is_one_press_away(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    theirs = issue(CN=HOST, sans=[HOST], ends=-3, usages=(ExtendedKeyUsageOID.SERVER_AUTH,)).pair(
        "globex"
    )
    sent, keys = tmp_path / "theirs.cer", tmp_path / "theirs.p12"
    sent.write_bytes(theirs.chain[0].der)
    save_store(new_store(Format.PKCS12, Password(PASSWORD)).with_entries([theirs]), keys)
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    made.give(sent)
    made.trust(theirs.chain[0].sha256)
    made.to("rehearsal")
    assert made.rehearsed().causes[0].code == "expired"
    # Without their keystore, nothing of theirs can be mended here.
    name = "rehearsalWay1.renew.server.expired"
    assert not made.wizard.findChildren(QAbstractButton, name)
    made.flow.their_keys = OpenStore.of_file(keys, open_file(keys, Password(PASSWORD)).store)
    made.click("setup.rehearse")
    qtbot.waitUntil(lambda: bool(made.wizard.findChildren(QAbstractButton, name)))
    made.click(name)
    qtbot.waitUntil(lambda: any(each.path == keys for each in window.views))
    qtbot.waitUntil(
        lambda: any(each.objectName() == "renewWizard" for each in window.findChildren(QDialog))
    )


def test_a_partner_whose_certificate_expired_sends_another_and_it_is_green(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner, keytool: Tool
) -> None:
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    made.give(partner.folder / "over.cer")
    made.trust(partner.fingerprint("over"))
    made.to("rehearsal")
    report = made.rehearsed()
    assert (report.ok, report.causes[0].code) == (False, "expired")
    assert "It fails at step 6" in made.said()
    assert entries(keytool, tmp_path / "globex" / "truststore.p12") == ["api.globex.example"]
    made.click("rehearsalWay1.certificates")
    made.wait_for("certificates")
    assert ("Rehearsal", "problem") in made.steps()
    made.give(partner.folder / "good.cer")
    made.to("truststore")
    assert made.flow.importing.draft.target == "existing"
    made.to("check")
    made.type("import.fingerprint", partner.fingerprint("good"))
    made.to("import")
    assert "which expired on" in made.said()
    made.do("import")
    made.to("rehearsal")
    assert made.rehearsed().ok
    trust = tmp_path / "globex" / "truststore.p12"
    qtbot.waitUntil(lambda: not window.current().is_dirty)
    assert entries(keytool, trust) == ["api.globex.example-2"]
    made.close()
    kept = read_partnership(tmp_path / "globex" / "globex.partnership.json")
    assert kept.rehearsed_ok


def test_what_was_imported_stays_so_until_something_else_is_sent(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    # The field was emptied before, and says so only now.
    made.theirs.text_given.emit("")
    assert not made.flow.has_work("import")
    assert "is trusted" in made.said()
    made.to("rehearsal")
    assert made.rehearsed().ok
    made.give(partner.folder / "over.cer")
    assert made.flow.has_work("import")
    assert [each.name for each in made.flow.importing.draft.sources] == ["over.cer"]
    made.close()


def test_what_was_lost_from_the_trust_store_comes_back_by_pressing_the_remedy(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner, keytool: Tool
) -> None:
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    trust = tmp_path / "globex" / "truststore.p12"
    view = next(each for each in window.views if each.path == trust)
    qtbot.waitUntil(lambda: view.store is not None)
    other = issue(CN="someone-else").trusted("someone-else")
    view.document.apply("Lose it", view.store.without(view.store.entries).with_entries([other]))
    made.to("rehearsal")
    report = made.rehearsed()
    assert (report.ok, report.causes[0].code) == (False, "untrusted")
    assert made.find("rehearsalRemedy1").text().endswith("into truststore.p12")
    assert made.press("rehearsalRemedy1").ok
    # It is written at once, and the page says so.
    qtbot.waitUntil(lambda: "saved in “truststore.p12”" in made.find("setup.rehearse.said").text())
    # It is written at once, and can be undone all the same.
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert len(entries(keytool, trust)) == 2
    view.document.undo()
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert entries(keytool, trust) == ["someone-else"]
    assert not made.press("setup.rehearse").ok
    assert "saved" not in made.find("setup.rehearse.said").text()


def test_a_fingerprint_that_differs_stops_until_the_right_file_is_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    # Something else arrived than what the partner reads out.
    made.give(partner.folder / "over.cer")
    made.to("truststore")
    made.type("import.password", OURS)
    made.type("import.password_again", OURS)
    made.to("check")
    made.type("import.fingerprint", partner.fingerprint("good"))
    state, words = made.note("import.fingerprint")
    assert state == "error"
    assert "do not trust it" in words
    made.next()
    assert made.step == "check"
    assert not (tmp_path / "globex" / "truststore.p12").exists()
    for _ in range(2):
        made.click("wizardBack")
    made.click("import.source.1.remove")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.to("rehearsal")
    assert made.rehearsed().ok


def test_a_certificate_for_another_host_is_mended_by_the_right_host(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    made = begin(qtbot, window)
    made.choose("setup.preset", "curl")
    made.type("setup.our_name", "Acme")
    made.type("setup.partner", "Globex")
    made.type("setup.host", "wrong.globex.example")
    made.type("setup.folder", str(tmp_path / "globex"))
    made.to("pair")
    made.make_pair()
    made.hand_over()
    made.give(partner.folder / "good.cer")
    made.to("truststore")
    # PEM protects certificates with no password, so none is asked for.
    assert not made.is_visible("import.password")
    made.to("check")
    made.to("import")
    made.do("import")
    assert "have not compared" in made.said()
    made.to("rehearsal")
    assert made.rehearsed().causes[0].code == "host-mismatch"
    made.click("rehearsalWay1.partner")
    made.wait_for("partner")
    made.type("setup.host", HOST)
    made.click("wizardStep17")
    assert made.rehearsed().ok


def test_a_pasted_certificate_is_taken(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner, openssl: Tool
) -> None:
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    made.next()
    assert made.step == "certificates"
    assert "Choose, drop, or paste" in made.said()
    text = openssl("x509", "-inform", "DER", "-in", partner.folder / "good.cer").stdout
    field = made.find("import.text")
    assert isinstance(field, QPlainTextEdit)
    QGuiApplication.clipboard().setText(f"Hello,\n\nhere it is:\n{text}\nRegards")
    qtbot.mouseClick(field.viewport(), Qt.MouseButton.LeftButton)
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(made.flow.importing.draft.sources))
    made.trust(partner.fingerprint("good"))
    made.to("rehearsal")
    assert made.rehearsed().ok


def with_theirs(made: SetUp, partner: Partner) -> Report:
    """Rehearsed with the partner’s own stores, whose passwords are typed."""
    made.click("setup.theirs")
    for field, path in zip(made.page.fields, (partner.keys, partner.trust), strict=True):
        before = made.page.shown
        field.read(path)
        made.qtbot.waitUntil(field.password.isVisible)
        made.qtbot.keyClicks(field.password.line, PASSWORD)
        made.qtbot.keyClick(field.password.line, Qt.Key.Key_Return)
        made.qtbot.waitUntil(lambda before=before: made.page.shown is not before)
    return made.rehearsed()


def test_the_wrong_certificate_was_sent_and_the_remedy_takes_the_right_one(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, keytool: Tool
) -> None:
    theirs = Partner(keytool, tmp_path / "theirs")
    theirs.make_pair("present")
    former = Partner(keytool, tmp_path / "former")
    wrong = former.make_pair("former", more="-startdate -30d -validity 90")
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    theirs.trust_us(tmp_path / "globex" / "for-globex" / "acme.cer")
    made.give(wrong)
    made.trust(former.fingerprint("former"))
    made.to("rehearsal")
    # By itself nothing is wrong with it; it is not what they present.
    assert made.rehearsed().ok
    report = with_theirs(made, theirs)
    assert (report.ok, report.causes[0].side) == (False, "client")
    assert report.causes[0].code == "stale-certificate"
    assert made.press("rehearsalRemedy1").ok
    trust = tmp_path / "globex" / "truststore.p12"
    view = next(each for each in window.views if each.path == trust)
    qtbot.waitUntil(lambda: not view.is_dirty)
    told = keytool("-list", "-keystore", trust, "-storepass", OURS).stdout
    assert theirs.fingerprint("present") in told
    view.document.undo()
    assert not made.press("setup.rehearse").ok


def test_a_remedy_for_a_store_of_theirs_that_was_only_read_opens_it_and_rehearses_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner, keytool: Tool
) -> None:
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    partner.trust.unlink(missing_ok=True)
    partner.trust_us(partner.folder / "over.cer")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.to("rehearsal")
    made.rehearsed()
    report = with_theirs(made, partner)
    assert (report.ok, report.causes[0].side) == (False, "server")
    assert partner.trust not in [each.path for each in window.documents]
    assert made.press("rehearsalRemedy1").ok
    view = next(each for each in window.views if each.path == partner.trust)
    qtbot.waitUntil(lambda: not view.is_dirty)
    told = keytool("-list", "-keystore", partner.trust, "-storepass", PASSWORD).stdout
    assert told.count("trustedCertEntry") == 2
    view.document.undo()
    assert not made.press("setup.rehearse").ok


def test_with_the_partner_s_own_stores_the_whole_handshake_runs(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    made = as_far_as_their_certificate(qtbot, window, tmp_path / "globex")
    partner.trust.unlink(missing_ok=True)
    partner.trust_us(tmp_path / "globex" / "for-globex" / "acme.cer")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.to("rehearsal")
    made.rehearsed()
    report = with_theirs(made, partner)
    assert (report.ok, report.tls, report.unknown) == (True, "1.3", ())
    assert "It works over TLS 1.3" in made.said()


def test_an_existing_pair_is_taken_from_a_file_with_its_password(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "ours.p12"
    store = new_store(Format.PKCS12, Password(OURS)).with_entries(
        [issue(CN="first").pair("first"), issue(CN="second").pair("second")]
    )
    save_store(store, path)
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    made.click("setup.pair.existing")
    made.next()
    assert made.note("setup.keystore")[0] == "error"
    assert ("Name", "ahead") not in [(n, s) for n, s in made.steps() if s == "current"]
    made.page.store.read(path)
    qtbot.waitUntil(lambda: made.is_visible("setup.keystore.boxPassword"))
    made.type("setup.keystore.boxPassword", "wrong")
    made.click("setup.keystore.boxOpen")
    qtbot.waitUntil(lambda: made.page.store.note.state == "error")
    made.type("setup.keystore.boxPassword", OURS)
    made.click("setup.keystore.boxOpen")
    qtbot.waitUntil(lambda: made.flow.keystore is not None)
    made.next()
    assert made.note("setup.alias") == ("error", "Choose a key pair.")
    made.choose("setup.alias", "second")
    made.to("handover")
    assert "“second”" in made.said()
    made.do("handover")
    assert (tmp_path / "globex" / "for-globex" / "second.cer").exists()


def test_a_folder_with_other_files_in_it_is_told_and_left_alone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "globex"
    (folder / "for-globex").mkdir(parents=True)
    (folder / "for-globex" / "mine.txt").write_text("mine")
    made = begin(qtbot, window)
    made.name_partner(folder)
    made.make_pair()
    made.to("handover")
    made.next()
    qtbot.waitUntil(lambda: made.is_visible("wizardError"))
    assert "contains other files" in made.said()
    assert [each.name for each in (folder / "for-globex").iterdir()] == ["mine.txt"]
    made.type("setup.handover_folder", str(folder / "other"))
    made.do("handover")
    assert not made.is_visible("wizardError")
    made.click("setup.handover.again")
    made.click("setup.handing.known")
    made.to("certificates")


def test_generating_can_be_cancelled_and_begun_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    made.to("name")
    made.to("key")
    made.choose("generate.key", "rsa:8192")
    made.to("names")
    made.to("keystore")
    made.type("generate.password", OURS)
    made.type("generate.password_again", OURS)
    made.to("make")
    made.next()
    assert made.wizard.stage == "running"
    assert made.is_visible("wizardProgress")
    made.click("wizardCancel")
    assert (made.wizard.stage, made.step) == ("filling", "make")
    assert not list((tmp_path / "globex").glob("*.p12"))
    made.click("wizardStep5")
    made.choose("generate.key", "ec:P-256")
    made.click("wizardStep8")
    made.do("make")


def test_as_the_server_too(window: MainWindow, qtbot: QtBot, tmp_path: Path, keytool: Tool) -> None:
    caller = Partner(keytool, tmp_path / "caller", purpose="client")
    sent = caller.make_pair("caller", host="caller.globex.example")
    made = begin(qtbot, window)
    made.choose("setup.preset", "nginx")
    made.type("setup.our_name", "Acme")
    made.type("setup.partner", "Globex")
    made.type("setup.host", "api.acme.example")
    made.type("setup.folder", str(tmp_path / "globex"))
    made.to("pair")
    assert "nginx reads only PEM" in made.said()
    made.make_pair()
    assert "api.acme.example-keystore.pem" in made.said()
    made.hand_over()
    assert drop(made.page.drop, files(sent))
    qtbot.waitUntil(lambda: bool(made.flow.importing.draft.sources))
    made.trust(caller.fingerprint("caller"))
    made.to("rehearsal")
    assert made.rehearsed().ok
    made.to("recipe")
    assert "ssl_client_certificate" in made.page.text()


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("our_name", "", "Enter your name."),
        ("partner", "", "Enter the name of your partner."),
        ("host", "https://x/", "Enter only the name"),
        ("folder", "here", "the full path"),
    ],
)
def test_mistakes_of_the_first_step_are_told_beside_their_fields(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, field: str, text: str, words: str
) -> None:
    made = begin(qtbot, window)
    made.type("setup.our_name", "Acme")
    made.type("setup.partner", "Globex")
    made.type("setup.folder", str(tmp_path / "globex"))
    made.type(f"setup.{field}", text)
    state, said = made.note(f"setup.{field}")
    assert state == "error"
    assert words in said
    made.next()
    assert made.step == "partner"
    assert made.has_keyboard(f"setup.{field}")
    assert not (tmp_path / "globex").exists()


def test_where_it_cannot_be_kept_that_is_told_and_nothing_is_lost(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    made.type("setup.our_name", "Acme")
    made.type("setup.partner", "Globex")
    made.type("setup.folder", str(tmp_path / "globex"))
    # Between the check and the writing, somebody puts a file there.
    (tmp_path / "globex").write_text("in the way")
    made.flow.problems = lambda _step: ()
    made.next()
    qtbot.waitUntil(lambda: "could not be created" in made.said())
    assert made.step == "partner"
    made.click("wizardCancel")
    qtbot.waitUntil(lambda: made.is_visible("wizardDiscard"))
    made.click("wizardKeep")
    assert made.find("setup.partner").text() == "Globex"
    made.click("wizardCancel")
    qtbot.waitUntil(lambda: made.is_visible("wizardDiscard"))
    wizard = made.wizard
    made.click("wizardDiscardButton")
    qtbot.waitUntil(lambda: not isValid(wizard) or not wizard.isVisible())


def assert_all_named(wizard: QWidget) -> None:
    """Whatever takes the keyboard says what it is."""
    kinds = (QAbstractButton, QComboBox, QDateEdit, QLineEdit, QPlainTextEdit, QSpinBox)
    for each in wizard.findChildren(QWidget):
        if not isinstance(each, kinds) or not each.isVisible():
            continue
        # The line inside a date or a number is that of the field around it.
        if isinstance(each.parentWidget(), QDateEdit | QSpinBox | QComboBox):
            continue
        text = each.text() if isinstance(each, QAbstractButton) else ""
        assert each.accessibleName() or text, (each, each.objectName())


def test_from_the_keyboard_alone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner
) -> None:
    made = begin(qtbot, window)
    wizard = made.wizard

    def tab_to(name: str) -> None:
        for _ in range(40):
            if wizard.focusWidget().objectName() == name:
                return
            qtbot.keyClick(wizard.focusWidget(), Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {name}")

    def type_into(name: str, text: str) -> None:
        tab_to(name)
        focus = wizard.focusWidget()
        qtbot.keyClick(focus, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(focus, text)

    def go_on(step: str) -> None:
        assert_all_named(wizard)
        qtbot.keyClick(wizard.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        made.wait_for(step)

    tab_to("setup.preset")
    box = made.find("setup.preset")
    while box.currentData() != "curl":
        qtbot.keyClick(box, Qt.Key.Key_Up)
    type_into("setup.our_name", "Acme")
    type_into("setup.partner", "Globex")
    type_into("setup.host", HOST)
    type_into("setup.folder", str(tmp_path / "globex"))
    go_on("pair")
    for step in ("name", "key", "names", "keystore"):
        go_on(step)
    type_into("generate.password", OURS)
    type_into("generate.password_again", OURS)
    go_on("make")
    assert wizard.focusWidget().objectName() == "wizardNext"
    qtbot.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "make" in made.flow.done, timeout=30_000)
    go_on("handover")
    go_on("handover")
    qtbot.waitUntil(lambda: made.flow.draft.sent_at is not None)
    go_on("certificates")
    made.give(partner.folder / "good.cer")
    go_on("truststore")
    go_on("check")
    type_into("import.fingerprint", partner.fingerprint("good"))
    go_on("import")
    go_on("import")
    qtbot.waitUntil(lambda: "import" in made.flow.done)
    go_on("rehearsal")
    assert made.rehearsed().ok
    go_on("recipe")
    tab_to("setup.recipe.save")
    assert_all_named(wizard)
    # Back, by the keys of a browser.
    qtbot.keyClick(wizard.focusWidget(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert made.step == "rehearsal"
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(wizard) or not wizard.isVisible())


def test_no_page_takes_a_letter_twice(window: MainWindow, qtbot: QtBot) -> None:
    wizard = begin(qtbot, window).wizard
    foot = wizard.foot
    for page in wizard.pages:
        forth = foot.finish if page is wizard.pages[-1] else foot.next
        parts = [*page.findChildren(QLabel), *page.findChildren(QAbstractButton), foot.back, forth]
        letters = [QKeySequence.mnemonic(part.text()).toString() for part in parts]
        taken = [letter for letter in letters if letter]
        assert sorted(set(taken)) == sorted(taken), page.step


def test_long_names_make_nothing_wider(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    made = begin(qtbot, window)
    width = made.wizard.width()
    made.choose("setup.preset", "curl")
    made.type("setup.our_name", "A" * 60)
    made.type("setup.partner", "Globex " + "x" * 150)
    made.type("setup.folder", str(tmp_path / ("f" * 100)))
    made.to("pair")
    made.make_pair()
    made.to("handover")
    made.do("handover")
    made.to("certificates")
    assert made.wizard.width() == width
    body = made.page.scroller
    assert body.widget().width() <= body.viewport().width()
    # What others chose is shown as it is, and breaks where it must.
    sent = tmp_path / "odd.cer"
    sent.write_bytes(issue(CN="<b>bold</b> & " + "y" * 180).certificate.der)
    made.give(sent)
    made.to("truststore")
    made.to("check")
    made.type("import.alias", "<b>bold</b>" + "y" * 180)
    made.to("import")
    made.do("import")
    assert "“<b>bold</b>yy" in made.said().replace("&", "")
    shown = made.wizard.stack.currentWidget()
    assert shown.title.textFormat() is Qt.TextFormat.PlainText
    assert shown.title.width() <= shown.width()
    made.to("rehearsal")
    made.rehearsed()
    made.to("recipe")
    assert made.wizard.width() == width


def test_a_store_that_is_open_takes_the_pair_and_is_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, keytool: Tool
) -> None:
    path = tmp_path / "open.p12"
    save_store(new_store(Format.PKCS12, Password(OURS)), path)
    view = opened(window, qtbot, path, Password(OURS))
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    made.to("name")
    made.to("key")
    made.choose("generate.key", "ec:P-256")
    made.to("names")
    made.to("keystore")
    made.click("generate.target.existing")
    made.to("make")
    assert "now, with all other changes" in made.said()
    made.do("make")
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert entries(keytool, path) == ["acme"]
    assert made.flow.keystore is not None


def test_a_slip_in_the_first_step_can_be_corrected_until_something_is_made(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    folder = tmp_path / "first"
    made.name_partner(folder)
    assert (folder / "globex.partnership.json").exists()
    made.click("wizardBack")
    made.wait_for("partner")
    assert made.find("setup.folder").isEnabled()
    better = tmp_path / "second"
    made.type("setup.partner", "Initech")
    made.type("setup.folder", str(better))
    made.to("pair")
    place = better / "initech.partnership.json"
    qtbot.waitUntil(place.exists)
    assert not (folder / "globex.partnership.json").exists()
    assert read_partnership(place).partner == "Initech"
    assert read_partnership(place).handover_folder == str(better / "for-initech")
    assert window.settings.partnerships == [place]
    # Once there is a keystore in it, the folder stays, and says why.
    made.make_pair()
    for _ in range(10):
        if made.step == "partner":
            break
        made.click("wizardBack")
    assert not made.find("setup.folder").isEnabled()
    assert "can no longer be changed" in made.note("setup.folder")[1]
    made.close()


def test_a_correction_never_replaces_another_partnership(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    other = tmp_path / "both" / "initech.partnership.json"
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "both")
    other.write_text("somebody else's", encoding="utf-8")
    made.click("wizardBack")
    made.wait_for("partner")
    made.type("setup.partner", "Initech")
    made.next()
    assert made.step == "partner"
    assert other.read_text(encoding="utf-8") == "somebody else's"
    assert (tmp_path / "both" / "globex.partnership.json").exists()
    made.close()


def test_what_a_preset_suggests_is_not_warned_of(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "snow", preset="servicenow")
    made.to("name")
    made.to("key")
    assert made.flow.generating.draft.key == "rsa:2048"
    assert not made.is_visible("generate.key.note")
    # Chosen by oneself, it is.
    made.choose("generate.key", "ec:P-521")
    assert made.note("generate.key")[0] == "warning"
    made.close()
