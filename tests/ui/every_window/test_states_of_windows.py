"""Windows in the states that take work to reach: full, empty, failing, and with long names.

What the tour of every window does not come to by opening it. In each state, nothing is cut off,
nothing is beside the window, and no letter leads to two things. With ``HANDFAST_PICTURES``
naming a folder, a picture of each is put there, to be looked at.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.handshake.live.probing import Target, probe
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import record_issued
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store
from handfast.services.jdks import installations
from handfast.ui.help.explain_window import ExplainWindow
from handfast.ui.inventory.inventory_window import InventoryWindow
from handfast.ui.inventory.reminders_dialog import RemindersDialog
from handfast.ui.jdks.jdk_window import JdkWindow
from handfast.ui.live.listen_window import ListenWindow
from handfast.ui.program.theme import palette_of
from handfast.ui.renewal.roll_over_window import RollOverWindow
from handfast.ui.widgets.secrets.password_line import PasswordLine
from tests.support.issued import issue
from tests.support.jdks import fake_jdk, trust_store
from tests.support.partner import Partner
from tests.support.ui.every_window import settle
from tests.support.ui.helpers import action, opened
from tests.support.ui.setup_driver import begin
from tests.support.ui.tour_child import faults_of
from tests.support.ui.window_letters import clashing_letters
from tests.support.ui.window_texts import cut_off
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytestqt.qtbot import QtBot

    from handfast.core.entry import Entry
    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool

PASSWORD = Password("changeit")
OTHER = Password("another one")
LONG = "integration of the eastern subsidiary with a partner whose name does not end, production"
LONG_HOST = f"{'very-long-host-name-' * 3}api.eastern.example"


def _palette(name: str) -> QPalette:
    if name != "contrast":
        return palette_of(dark=name == "dark")
    palette, role = QPalette(QColor("black")), QPalette.ColorRole
    for each, color in (
        (role.WindowText, "white"), (role.Text, "white"), (role.ButtonText, "white"),
        (role.Base, "black"), (role.AlternateBase, "black"), (role.Button, "black"),
        (role.Highlight, "yellow"), (role.HighlightedText, "black"), (role.Link, "cyan"),
    ):  # fmt: skip
        palette.setColor(each, QColor(color))
    return palette


class Looking:
    """Looks at a window in a state."""

    def __init__(self, pictures: str) -> None:
        self._pictures = pictures
        self._count = 0
        self.faults: dict[str, list[str]] = {}

    def at(self, name: str, window: QWidget) -> None:
        settle()
        letters = [f"two have a letter: {each}" for each in clashing_letters(window)]
        if found := [*cut_off(window), *_beside(window), *letters]:
            self.faults[name] = found
        if self._pictures:
            folder = Path(self._pictures)
            folder.mkdir(parents=True, exist_ok=True)
            count = len(list(folder.glob("*.png")))
            window.grab().save(str(folder / f"{count:03d}-{name.replace(' ', '_')}.png"))


def _beside(window: QWidget) -> list[str]:
    # Where its frame is, is the matter of a test under a window manager.
    return [each for each in faults_of(window) if not each.startswith("frame")]


@pytest.fixture
def look() -> Iterator[Looking]:
    looking = Looking(os.environ.get("HANDFAST_PICTURES", ""))
    palette = os.environ.get("HANDFAST_PALETTE")
    if palette:
        QApplication.setPalette(_palette(palette))
    yield looking
    assert looking.faults == {}


def save(path: Path, entries: Sequence[Entry], *, password: Password = PASSWORD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = Format.JKS if path.suffix == ".jks" else Format.PKCS12
    save_store(new_store(kind, password).with_entries(entries), path)
    return path


def dialog_of(window: QWidget, qtbot: QtBot, name: str) -> Any:
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(QDialog, name)))
    (found,) = [each for each in window.findChildren(QDialog, name) if each.isVisible()]
    return found


def inventory_of(window: MainWindow, qtbot: QtBot) -> InventoryWindow:
    found = window.findChild(InventoryWindow)
    assert found is not None
    qtbot.waitUntil(lambda: not found.is_looking)
    return found


def test_inventory(window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking) -> None:
    root = tmp_path / "a folder with a name of some length" / "left behind by a colleague"
    save(root / "trust.jks", [issue(CN="Old Root", ends=-40).trusted("old")])
    save(root / "api.p12", [issue(CN="api.example", ends=20).pair("api"),
                            issue(CN="c" * 64, ends=200).trusted(LONG * 3)])  # fmt: skip
    save(root / "archive" / "2019" / f"{LONG}.p12", [issue(CN="vpn").pair("vpn")])
    save(root / "locked.p12", [issue(CN="x").pair("x")], password=OTHER)
    (root / "broken.jks").write_bytes((root / "trust.jks").read_bytes()[:90])
    (root / "notes.txt").write_text("nothing\n", encoding="utf-8")
    (root / "empty").touch()
    window.dialogs.inventory.show_folders([root])
    inventory = inventory_of(window, qtbot)
    look.at("inventory found", inventory)
    inventory.skipped.button.click()
    look.at("inventory skipped files", inventory)
    inventory.filter.setText("nothing has this")
    inventory._apply_filter()
    look.at("inventory no row", inventory)
    inventory.show_all()
    inventory._ask_reminders()
    reminders = inventory.findChild(RemindersDialog)
    assert reminders is not None
    look.at("reminders", reminders)
    reminders.within.setValue(1)
    look.at("reminders none", reminders)
    reminders.close()
    inventory.save_csv(root / "api.p12")
    qtbot.waitUntil(inventory.problem.isVisible)
    look.at("inventory csv refused", inventory)
    (tmp_path / "void").mkdir()
    inventory.show_folders([tmp_path / "void"])
    inventory_of(window, qtbot)
    look.at("inventory empty folder", inventory)
    inventory.show_folders([tmp_path / "gone" / LONG])
    inventory_of(window, qtbot)
    look.at("inventory no folder", inventory)
    inventory.flow.update(folders=())
    inventory.folder.line.clear()
    inventory.look()
    look.at("inventory no folder named", inventory)
    inventory.show_known()
    inventory_of(window, qtbot)
    look.at("inventory nothing known", inventory)


def test_test_server(window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking) -> None:
    client, stranger = issue(CN="client.example"), issue(CN=f"{LONG[:60]}")
    server = issue(CN="server.example", sans=["localhost"])
    keys = save(tmp_path / "server.p12", [server.pair("server")])
    trust = save(tmp_path / f"{LONG}.p12", [client.trusted("client")])
    for each in (keys, trust):
        opened(window, qtbot, each)
    action(window, "actionListen").trigger()
    listening = window.findChild(ListenWindow)
    assert listening is not None
    listening.start.click()
    qtbot.waitUntil(lambda: listening.is_listening)
    look.at("test server listening", listening)
    port = listening._port
    for number, pair in enumerate((client, stranger), 1):
        store = new_store(Format.PKCS12, PASSWORD).with_entries([pair.pair("own")])
        party = Party(side="client", keys=PartyStore(store=store))
        probe(Target(host="127.0.0.1", port=port, hostname="localhost"), party)
        qtbot.waitUntil(lambda number=number: listening.list.count() == number)
        listening.list.setCurrentRow(0)
        look.at(f"test server connection {number}", listening)
    view = window.current()
    assert view is not None
    view.document.apply("Empty it", view.store.without(view.store.entries))
    qtbot.waitUntil(listening.notices.outdated.isVisible)
    look.at("test server outdated", listening)
    listening.start.click()
    qtbot.waitUntil(lambda: not listening.is_listening)
    look.at("test server stopped", listening)


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A CA that issued some certificates."""
    path = tmp_path / "ca.p12"
    ca = make_pair(PairRequest(alias="ca", name=f"CN={LONG[:60]}", key="ec:P-256", days=900,
                               purpose="ca"))  # fmt: skip
    fresh = make_pair(PairRequest(alias="fresh", name="CN=Fresh CA", key="ec:P-256", purpose="ca"))
    save(path, [ca, fresh])
    for name in ("site", LONG[:60], "bad"):
        made = make_pair(
            PairRequest(alias="x", name=f"CN={name}", key="ec:P-256"), issuer=issuer_of(ca)
        )
        record_issued(path, ca.chain[0], made.chain[0], dt.datetime.now(dt.UTC))
    return path


def test_authority(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking, authority: Path, openssl: Any
) -> None:
    request = tmp_path / "their.csr"
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", tmp_path / "their.key", "-out", request,
            "-subj", f"/O={LONG[:60]}/CN=them.example",
            "-addext", f"subjectAltName=DNS:them.example,DNS:{LONG_HOST},IP:10.0.0.1",
            "-addext", "extendedKeyUsage=clientAuth",
            "-addext", "basicConstraints=critical,CA:TRUE")  # fmt: skip
    view = opened(window, qtbot, authority)
    view.select("ca")
    driver = Driver(qtbot, window, "actionSign")
    (tmp_path / "junk.csr").write_text("no request\n", encoding="utf-8")
    driver.drop("sign.drop", tmp_path / "junk.csr")
    qtbot.waitUntil(lambda: "junk.csr" in driver.said())
    look.at("sign not a request", driver.wizard)
    driver.drop("sign.drop", request)
    qtbot.waitUntil(lambda: "CN=them.example" in driver.said())
    look.at("sign request", driver.wizard)
    driver.next()
    look.at("sign certificate", driver.wizard)
    driver.next()
    look.at("sign file", driver.wizard)
    driver.next()
    look.at("sign summary", driver.wizard)
    driver.finish()
    look.at("sign done", driver.wizard)
    driver.wizard.close()
    action(window, "actionRevoke").trigger()
    revoking = dialog_of(window, qtbot, "revokeDialog")
    qtbot.waitUntil(lambda: revoking.model.rowCount() == 4)
    look.at("revoke", revoking)
    revoking.table.selectRow(0)
    look.at("revoke chosen", revoking)
    revoking.go.click()
    qtbot.waitUntil(revoking.confirm.isVisible)
    look.at("revoke done", revoking)
    revoking._choose_issuer("fresh")
    look.at("revoke none issued", revoking)
    revoking.close()
    action(window, "actionCreateCrl").trigger()
    listing = dialog_of(window, qtbot, "listDialog")
    look.at("revocation list", listing)
    Path(listing.flow.draft.path).write_bytes(b"an earlier file")
    listing._edit(path=listing.flow.draft.path)
    look.at("revocation list exists", listing)
    listing.close()


def test_renewal(window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking) -> None:
    own = make_pair(PairRequest(alias=LONG, name=f"CN={LONG[:60]}", key="ec:P-256", days=20))
    ca = issue(CN="Acme CA", is_ca=True)
    issued = issue(issuer=ca, CN="issued.example", ends=9)
    view = opened(window, qtbot, save(tmp_path / "own.p12", [own, issued.pair("issued")]))
    for alias, name in ((LONG, "renew own"), ("issued", "renew issued")):
        view.select(alias)
        driver = Driver(qtbot, window, "actionRenew")
        look.at(name, driver.wizard)
        driver.next()
        look.at(f"{name} summary", driver.wizard)
        driver.finish()
        look.at(f"{name} done", driver.wizard)
        driver.wizard.hide()


def test_roll_over(window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking) -> None:
    old = make_pair(PairRequest(alias="client", name="CN=client", key="ec:P-256", days=20))
    new = make_pair(PairRequest(alias=LONG, name="CN=client", key="ec:P-256", days=400))
    server = make_pair(PairRequest(alias="api", name="CN=api.example", key="ec:P-256", days=300,
                                   sans=("dns:api.example",)))  # fmt: skip

    def trusting(name: str, *pairs: Any) -> Path:
        chosen = [(each.chain[0], each.alias) for each in pairs]
        path = tmp_path / name
        save_store(import_certificates(new_store(Format.PKCS12, PASSWORD), chosen), path)
        return path

    opened(window, qtbot, save(tmp_path / "server.p12", [server]))
    opened(window, qtbot, trusting("trust.p12", server))
    opened(window, qtbot, save(tmp_path / "client.p12", [old, new]))
    action(window, "actionRollOver").trigger()
    rolling = window.findChild(RollOverWindow)
    assert rolling is not None
    rolling.fields["partner"].read(tmp_path / "server.p12")
    qtbot.waitUntil(lambda: rolling.flow.draft.partner.endswith("server.p12"))
    rolling.run()
    qtbot.waitUntil(lambda: rolling._job is None)
    look.at("roll over plan", rolling)
    rolling.flow.update(partner="")
    rolling.run()
    look.at("roll over problems", rolling)


def test_jdks(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    look: Looking,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = installations.Machine(
        environment={"HOME": str(tmp_path / "home")}, platform="linux", root=tmp_path
    )
    monkeypatch.setattr(installations, "Machine", lambda: made)
    action(window, "actionJdks").trigger()
    jdks = window.findChild(JdkWindow)
    assert jdks is not None
    qtbot.waitUntil(lambda: not jdks.said.text().startswith("Looking"))
    look.at("jdks none", jdks)
    jdks.close()
    public = issue(CN="Public Root", is_ca=True).certificate
    lib = tmp_path / "usr/lib/jvm"
    fake_jdk(lib / "jdk-17", trust_store([("public", public)]), version="17.0.1")
    fake_jdk(lib / "a-jdk-with-a-very-long-directory-name-of-a-vendor-21", trust_store([]),
             version="21.0.2")  # fmt: skip
    fake_jdk(lib / "jdk-8", b"damaged", version="8.0.1")
    company = tmp_path / "company.crt"
    company.write_text(
        ssl.DER_cert_to_PEM_cert(issue(CN=LONG[:60], is_ca=True).certificate.der), encoding="ascii"
    )
    action(window, "actionJdks").trigger()
    jdks = [each for each in window.findChildren(JdkWindow) if each.isVisible()][-1]
    qtbot.waitUntil(lambda: jdks.model.rowCount() == 3)
    look.at("jdks found", jdks)
    jdks.file.line.setText(str(company))
    jdks._read_file()
    qtbot.waitUntil(jdks.add_button.isEnabled)
    look.at("jdks planned", jdks)
    jdks.add_button.click()
    qtbot.waitUntil(jdks.undo_button.isEnabled)
    look.at("jdks added", jdks)
    jdks.file.line.setText(str(tmp_path / "nothing.crt"))
    jdks._read_file()
    qtbot.wait(400)
    look.at("jdks no such file", jdks)


def test_key_pair_import(window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking) -> None:
    ca = issue(CN="Acme CA", is_ca=True)
    pair = issue(issuer=ca, CN=LONG[:60])
    key = tmp_path / f"{LONG}.key"
    key.write_bytes(
        pair.key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
        )
    )
    cer = tmp_path / "own.cer"
    cer.write_bytes(pair.certificate.der)
    (tmp_path / "junk.txt").write_text("junk\n", encoding="utf-8")
    driver = Driver(qtbot, window, "actionImportKeyPair")
    driver.wizard.resize(640, 420)
    driver.drop("pair.drop", tmp_path / "junk.txt")
    qtbot.waitUntil(lambda: "junk.txt" in driver.said())
    look.at("import key junk", driver.wizard)
    driver.drop("pair.drop", key, cer)
    qtbot.waitUntil(lambda: "own.cer" in driver.said())
    qtbot.wait(300)
    look.at("import key locked", driver.wizard)
    # What asks to be typed into is in sight, however low the window is.
    password = driver.wizard.focusWidget()
    assert isinstance(password, PasswordLine)
    qtbot.waitUntil(lambda: not password.visibleRegion().isEmpty())


def test_completing(window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking) -> None:
    root = issue(CN="Root", is_ca=True)
    ca = issue(issuer=root, CN=LONG[:60], is_ca=True)
    leaf = issue(issuer=ca, CN="client")
    entry = leaf.pair("whole")
    alone = dataclasses.replace(entry, chain=entry.chain[:1])
    view = opened(window, qtbot, save(tmp_path / "own.p12", [alone]))
    view.select("whole")
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(ca.certificate.public_pem() + root.certificate.public_pem(), "ascii")
    driver = Driver(qtbot, window, "actionCompleteChain")
    look.at("complete missing", driver.wizard)
    driver.type("complete.file", str(tmp_path / "none.pem"))
    driver.next()
    look.at("complete next", driver.wizard)
    if driver.is_visible("wizardFinish"):
        driver.finish()
        look.at("complete not found", driver.wizard)
    driver.wizard.hide()
    view.select("whole")
    driver = Driver(qtbot, window, "actionCompleteChain")
    driver.type("complete.file", str(bundle))
    driver.next()
    driver.finish()
    look.at("complete done", driver.wizard)


def test_setup_with_a_partner(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking, keytool: Tool
) -> None:
    partner = Partner(keytool, tmp_path / "globex")
    partner.folder.mkdir(exist_ok=True)
    partner.make_pair("good")
    made = begin(qtbot, window)
    made.next()
    look.at("setup partner missing", made.wizard)
    made.name_partner(tmp_path / "a folder for the setup with a long name", "java-client")
    look.at("setup key pair", made.wizard)
    made.make_pair()
    look.at("setup handover", made.wizard)
    made.hand_over()
    look.at("setup certificate of the partner", made.wizard)
    made.give(partner.folder / "good.cer")
    look.at("setup certificate given", made.wizard)
    made.trust(partner.fingerprint("good"))
    look.at("setup trusted", made.wizard)
    made.to("rehearsal")
    made.rehearsed()
    look.at("setup rehearsal", made.wizard)
    made.to("recipe")
    look.at("setup recipe", made.wizard)


def test_explanations(window: MainWindow, qtbot: QtBot, tmp_path: Path, look: Looking) -> None:
    opened(window, qtbot, save(tmp_path / f"{LONG}.p12", [issue(CN="own").pair(LONG * 2)]))
    action(window, "actionExplain").trigger()
    explaining = window.findChild(ExplainWindow)
    assert explaining is not None
    for name, message in (
        ("PKIX", "PKIX path building failed: unable to find valid certification path to "
                 "requested target\n\tat https://very-long-host.example:8443/with/a/path" * 3),
        ("host", "No subject alternative DNS name matching api.example found."),
        ("nothing", "nothing of the kind"),
    ):  # fmt: skip
        explaining.log.setPlainText(message)
        explaining.explain.click()
        qtbot.wait(500)
        look.at(f"explain {name}", explaining)
