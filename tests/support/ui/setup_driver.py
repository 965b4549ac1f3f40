"""Drives the wizard that sets mutual TLS up, closes it, and takes it up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from handfast.ui.mutual_tls.setup_window import SetUpWizard
from handfast.ui.program.settings import Settings
from handfast.ui.window.main_window import MainWindow
from handfast.ui.wizards.sources_page import SourcesPage
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.handshake.report.report import Report

OURS = "correct horse"
HOST = "api.globex.example"


class SetUp(Driver):
    """The wizard, and somebody at it."""

    @property
    def flow(self) -> Any:
        return self.wizard.flow

    @property
    def page(self) -> Any:
        return self.wizard.page

    @property
    def theirs(self) -> SourcesPage:
        """The page that takes what the partner sent."""
        pages = self.wizard.findChildren(SourcesPage)
        return next(page for page in pages if page.prefix == "import")

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
        self.to("name")
        self.to("key")
        # Quicker to make than RSA.
        self.choose("generate.key", "ec:P-256")
        self.to("names")
        self.to("keystore")
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
        self.theirs.files_given.emit(list(files))
        self.qtbot.waitUntil(lambda: self.flow.importing.draft.sources != before)

    def trust(self, fingerprint: str) -> None:
        self.to("truststore")
        if self.is_visible("import.password"):
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
        self.qtbot.waitUntil(lambda: not isValid(wizard) or not wizard.isVisible())


def begin(qtbot: QtBot, window: MainWindow) -> SetUp:
    return SetUp(qtbot, window, "actionSetUpMutualTls")


def restarted(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The program, closed and started again."""
    window.settings.sync()
    window.close()
    settings = QSettings(window.settings.file_name, QSettings.Format.IniFormat)
    again = MainWindow(Settings(settings))
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
