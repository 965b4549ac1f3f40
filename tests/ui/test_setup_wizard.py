"""Setting mutual TLS up in the real window, with a partner on keytool, from nothing to green."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QWidget

from handfast.core.password import Password
from handfast.handshake.party import Party, PartyStore
from handfast.handshake.rehearsal import rehearse
from handfast.services.opening import open_file
from handfast.services.partnerships import next_step, read_partnership
from handfast.ui.main_window import MainWindow
from handfast.ui.setup.window import SetUpWizard
from handfast.ui.wizards.sources_page import SourcesPage
from tests.partner import PASSWORD, Partner
from tests.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.handshake.report import Report
    from tests.tools import Tool

OURS = "correct horse"
HOST = "api.globex.example"


@pytest.fixture(scope="module")
def partner(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Partner:
    made = Partner(keytool, tmp_path_factory.mktemp("globex"))
    made.make_pair("good")
    made.make_pair("over", more="-startdate -400d -validity 30")
    return made


class SetUp(Driver):
    """The wizard, and somebody at it."""

    @property
    def flow(self) -> Any:
        return self.wizard.flow

    @property
    def page(self) -> Any:
        return self.wizard.page

    def wait_for(self, step: str) -> None:
        self.qtbot.waitUntil(
            lambda: self.step == step and self.wizard.stage == "filling", timeout=30_000
        )

    def to(self, step: str) -> None:
        """*Next*, which leads there."""
        self.next()
        self.wait_for(step)

    def do(self, step: str) -> None:
        """*Next*, which writes here and stays to say so."""
        assert self.step == step
        self.next()
        self.qtbot.waitUntil(
            lambda: self.wizard.stage == "filling" and not self.flow.has_work(step),
            timeout=30_000,
        )
        assert self.step == step

    def name_partner(self, folder: Path, preset: str = "java-client") -> None:
        self.choose("setup.preset", preset)
        self.type("setup.our_name", "Acme")
        self.type("setup.partner", "Globex")
        self.type("setup.host", HOST)
        self.type("setup.folder", str(folder))
        self.to("pair")

    def make_pair(self) -> None:
        for step in ("name", "key", "names", "keystore"):
            self.to(step)
        self.type("generate.password", OURS)
        self.type("generate.password_again", OURS)
        self.to("make")
        self.do("make")

    def hand_over(self) -> None:
        self.to("handover")
        self.do("handover")
        self.to("certificates")

    def give(self, *files: Path) -> None:
        """Files, as the dialog and a drop hand them over."""
        before = self.flow.importing.draft.sources
        self.wizard.findChild(SourcesPage).files_given.emit(list(files))
        self.qtbot.waitUntil(lambda: self.flow.importing.draft.sources != before)

    def trust(self, fingerprint: str) -> None:
        self.to("truststore")
        if self.flow.importing.draft.target == "new":
            self.type("import.password", OURS)
            self.type("import.password_again", OURS)
        self.to("check")
        self.type("import.fingerprint", fingerprint)
        self.to("import")
        self.do("import")

    def rehearsed(self) -> Report:
        """What the rehearsal on the page came to."""
        self.wait_for("rehearsal")
        self.qtbot.waitUntil(lambda: self.page.shown is not None and self.page.again.isEnabled())
        report: Report = self.page.shown.report
        return report

    def press(self, name: str) -> Report:
        """A button in the rehearsal, after which it is rehearsed again."""
        before = self.page.shown
        self.click(name)
        self.qtbot.waitUntil(lambda: self.page.shown is not before)
        return self.rehearsed()

    def close(self) -> None:
        wizard = self.wizard
        self.click("wizardFinish" if self.is_visible("wizardFinish") else "wizardCancel")
        self.qtbot.waitUntil(lambda: not wizard.isVisible())


def begin(qtbot: QtBot, window: MainWindow) -> SetUp:
    return SetUp(qtbot, window, "actionSetUpMutualTls")


def restarted(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The program, closed and started again."""
    window.settings.sync()
    window.close()
    settings = QSettings(window.settings.fileName(), QSettings.Format.IniFormat)
    again = MainWindow(settings)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitExposed(again)
    return again


def listed(window: MainWindow) -> list[Any]:
    """The partners on the start page."""
    page = window.findChild(QWidget, "startPartners")
    return [row.button for row in page._rows] if page.isVisible() else []


def take_up(qtbot: QtBot, window: MainWindow) -> SetUp:
    """Press the partner on the start page."""
    (row,) = listed(window)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(e.isVisible() for e in window.findChildren(SetUpWizard)))
    return SetUp(qtbot, window)


def unlock(made: SetUp, *fields: str) -> None:
    made.wait_for("unlock")
    for field in fields:
        made.qtbot.waitUntil(lambda f=field: made.is_visible(f"setup.unlock.{f}.password"))
        made.type(f"setup.unlock.{field}.password", OURS)
        made.click(f"setup.unlock.{field}.open")
        made.qtbot.waitUntil(lambda f=field: not made.is_visible(f"setup.unlock.{f}.password"))


def test_from_nothing_to_green(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, partner: Partner, keytool: Tool
) -> None:
    folder = tmp_path / "globex"
    made = begin(qtbot, window)
    made.name_partner(folder)
    assert [path.name for path in folder.iterdir()] == ["globex.partnership.json"]
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
    assert "is what your partner read out" in made.said()
    made.to("rehearsal")
    report = made.rehearsed()
    assert report.ok
    assert "Nothing that can be checked from here speaks against it" in made.said()
    assert "Certificate “api.globex.example”, as it was sent" in made.said()
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
