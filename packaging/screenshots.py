"""Take pictures of every view: ``python packaging/screenshots.py FOLDER``.

The README shows some of them; all are there to be looked at after a change to the windows.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The platform without a screen tells of every window that it cannot have a least size.
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")

# The pictures do not depend on the desktop of whoever takes them.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.password import Password
from handfast.services.demo import make_demo
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.ui.program.settings import Settings
from handfast.ui.program.theme import Appearance, apply_appearance
from handfast.ui.window.main_window import MainWindow
from handfast.ui.wizards.sources_page import SourcesPage

sys.path.insert(0, str(Path(__file__).parent))
from sample_party import (
    PASSWORD,
    WEAK_BITS,
    make_partner_files,
    make_set_up_partner,
    make_stores,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from handfast.ui.wizards.frame import WizardWindow


#: What paths in the pictures begin with.
_HOME = Path("/home/dana")
#: Of a PNG: lossless whatever it is, and 0 takes the most time.
_SMALLEST = 0


@contextlib.contextmanager
def at_home() -> Iterator[Path]:
    """The home of an integration engineer, made for as long as the pictures are taken.

    Only root can make one; for others a temporary folder stands in some fields and commands.
    """
    try:
        _HOME.mkdir()
        home = _HOME
    except OSError:
        home = Path(tempfile.mkdtemp())
    before = os.environ.get("HOME")
    os.environ["HOME"] = str(home)
    try:
        yield home
    finally:
        shutil.rmtree(home)
        if before is not None:
            os.environ["HOME"] = before


def settle(milliseconds: int = 60) -> None:
    """Let the window open its files and paint."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(what: str, is_so: Callable[[], Any]) -> None:
    """Wait for something that another thread does."""
    for _ in range(600):
        if is_so():
            settle(20)
            return
        settle(25)
    raise TimeoutError(what)


class Camera:
    """Takes each picture in light and in dark."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, widget: QWidget, name: str) -> None:
        for ending, appearance in (("", Appearance.LIGHT), ("-dark", Appearance.DARK)):
            apply_appearance(appearance)
            settle()
            widget.grab().save(str(self._folder / f"{name}{ending}.png"), "PNG", _SMALLEST)


class Wizard:
    """A wizard and somebody who fills it in."""

    def __init__(self, camera: Camera, window: MainWindow, action: str, name: str) -> None:
        self._camera = camera
        self._name = name
        if action:
            trigger(window, action)
        self.window: WizardWindow = window.findChild(QWidget, f"{name}Wizard")
        self.window.activateWindow()
        settle(200)

    def find(self, name: str) -> Any:  # noqa: ANN401 - each test of a widget's own methods
        shown = [each for each in self.window.findChildren(QWidget, name) if each.isVisible()]
        if not shown:
            raise LookupError(name)
        return shown[0]

    def shows(self, name: str) -> bool:
        return any(each.isVisible() for each in self.window.findChildren(QWidget, name))

    def type(self, name: str, text: str) -> None:
        line = self.find(name)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)

    def click(self, name: str) -> None:
        self.find(name).click()
        settle()

    def choose(self, name: str, value: str) -> None:
        box = self.find(name)
        at = box.findData(value)
        box.setCurrentIndex(at)
        box.activated.emit(at)
        settle()

    def do(self, page: str) -> None:
        """Take a step that writes, before and after."""
        self.next(page)
        wait_for(page, lambda: self.window.stage == "filling")
        settle(300)
        self.take(f"{page}-done")

    def bottom(self) -> None:
        """Scroll to the end of the page."""
        settle(200)
        bar = self.window.page.scroller.verticalScrollBar()
        bar.setValue(bar.maximum())

    def take(self, page: str) -> None:
        self._camera.take(self.window, f"{self._name}-{page}")

    def next(self, page: str) -> None:
        """Take the page as it is filled in, and go on."""
        self.take(page)
        self.click("wizardNext")

    def finish(self) -> None:
        """The summary, its command, and what is said at the end."""
        self.take("summary")
        self.click("wizardCommandToggle")
        self.take("summary-command")
        self.click("wizardFinish")
        wait_for("the wizard", lambda: self.window.stage == "finished")
        settle(300)
        self.take("done")
        self.window.reject()
        settle(100)


def trigger(window: MainWindow, name: str) -> None:
    """Do what an action of the window does."""
    for action in window.findChildren(QAction, name):
        action.trigger()


def show_generate(camera: Camera, window: MainWindow) -> None:
    """Every page of *Generate*, with the mistake that everybody makes."""
    wizard = Wizard(camera, window, "actionGenerateKeyPair", "generate")
    for field, text in (
        ("common_name", "servicenow.acme.example"),
        ("unit", "Integration"),
        ("organisation", "Acme Pty Ltd"),
        ("locality", "Sydney"),
        ("state", "NSW"),
        ("country", "61"),
    ):
        wizard.type(f"generate.{field}", text)
    wizard.click("wizardNext")
    wizard.take("name-error")
    wizard.type("generate.country", "AU")
    wizard.next("name")
    wizard.next("key")
    wizard.click("generate.purpose.both")
    wizard.next("names")
    wizard.click("generate.target.new")
    wizard.type("generate.new_path", "~/acme/servicenow.p12")
    wizard.type("generate.password", PASSWORD)
    wizard.type("generate.password_again", f"{PASSWORD}r")
    wizard.click("wizardNext")
    wizard.take("target-error")
    wizard.type("generate.password_again", PASSWORD)
    wizard.next("target")
    wizard.finish()


def show_export(camera: Camera, window: MainWindow) -> None:
    """Every page of *Export*."""
    wizard = Wizard(camera, window, "actionExportCertificate", "export")
    wizard.next("choose")
    wizard.type("export.path", "~/acme/for-globex.cer")
    wizard.next("file")
    wizard.finish()


def show_import(camera: Camera, window: MainWindow, files: list[Path]) -> None:
    """Every page of *Import*, with files of which each has something to say."""
    wizard = Wizard(camera, window, "actionImportCertificate", "import")
    wizard.take("empty")
    flow: Any = wizard.window.flow
    wizard.window.findChild(SourcesPage).files_given.emit(files)
    wait_for("the files", lambda: len(flow.draft.sources) == len(files))
    wizard.next("certificates")
    wizard.next("target")
    for row, candidate in enumerate(flow.draft.candidates):
        wizard.find("import.candidates").select_row(row)
        wizard.type("import.fingerprint", group_fingerprint(candidate.certificate.sha256))
        if row == 0:
            wizard.take("check-match")
            wizard.type("import.fingerprint", "12 34")
            wizard.take("check-mismatch")
            wizard.type("import.fingerprint", candidate.certificate.sha256)
        if candidate.certificate.key_bits == WEAK_BITS:
            wizard.take("check-warning")
    wizard.next("check")
    wizard.finish()


def show_set_up(camera: Camera, window: MainWindow, folder: Path) -> None:
    """Every page of *Set up*: as it is filled in, with mistakes, taken up again, and failing."""
    wizard = Wizard(camera, window, "actionSetUpMutualTls", "setUp")
    wizard.take("empty")
    wizard.click("wizardNext")
    wizard.take("partner-error")
    wizard.choose("setup.preset", "servicenow")
    for field, text in (
        ("our_name", "Acme Pty Ltd"),
        ("partner", "Globex & Sons"),
        ("host", "api.globex.example"),
        ("folder", "~/globex"),
    ):
        wizard.type(f"setup.{field}", text)
    wizard.next("partner")
    wait_for("the file", lambda: wizard.window.page.step == "pair")
    wizard.click("setup.pair.existing")
    wizard.take("pair-existing")
    wizard.click("setup.pair.new")
    wizard.next("pair")
    wizard.next("name")
    wizard.next("key")
    wizard.next("names")
    wizard.type("generate.password", PASSWORD)
    wizard.type("generate.password_again", PASSWORD)
    wizard.next("keystore")
    wizard.do("make")
    wizard.click("wizardNext")
    wizard.do("handover")
    wizard.click("wizardNext")
    wizard.take("certificates-empty")
    sources: Any = wizard.window.page
    flow: Any = wizard.window.flow
    sources.files_given.emit([make_set_up_partner(folder, days=-20)])
    wait_for("the file", lambda: flow.importing.draft.sources)
    wizard.next("certificates")
    wizard.type("import.password", PASSWORD)
    wizard.type("import.password_again", PASSWORD)
    wizard.next("truststore")
    wizard.type("import.fingerprint", "12 34")
    wizard.take("check-mismatch")
    wizard.type("import.fingerprint", flow.importing.draft.candidates[0].certificate.sha256)
    wizard.next("check")
    wizard.do("import")
    wizard.click("wizardNext")
    page: Any = wizard.window.page
    wait_for("the rehearsal", lambda: page.shown is not None)
    wizard.take("rehearsal-failed")
    wizard.bottom()
    wizard.take("rehearsal-causes")
    wizard.click("rehearsalWay1.certificates")
    wizard.take("certificates-again")
    sources.files_given.emit([make_set_up_partner(folder, days=200)])
    wait_for("the file", lambda: flow.importing.draft.sources)
    for _ in range(3):
        wizard.click("wizardNext")
    wizard.do("import-again")
    wizard.click("wizardNext")
    wait_for("the rehearsal", lambda: page.shown is not None and page.shown.report.ok)
    wizard.next("rehearsal")
    wizard.take("recipe")
    wizard.bottom()
    wizard.take("recipe-end")
    path = flow.path
    wizard.window.close()
    settle(300)
    while window.documents:
        window.close_tab(0)
    settle(400)
    camera.take(window, "start-partners")
    window.open_path(path)
    wait_for("the wizard", lambda: window.findChild(QWidget, "setUpWizard"))
    again = Wizard(camera, window, "", "setUp")
    wait_for("the stores", lambda: all(
        again.shows(f"setup.unlock.{store}.password") for store in ("keystore", "truststore")
    ))  # fmt: skip
    again.type("setup.unlock.keystore.password", "wrong")
    again.click("setup.unlock.keystore.open")
    settle(400)
    again.take("unlock")
    again.window.close()
    settle(200)


def show_window(camera: Camera, window: MainWindow, demo: Path, stores: Path) -> None:
    """Start page, an error, a password, and stores of several kinds."""
    camera.take(window, "start-empty")
    window.open_path(demo / "acme.cer")
    settle(400)
    camera.take(window, "error")
    window.close_tab(0)
    window.open_path(stores / "guarded.p12")
    settle(600)
    camera.take(window, "password")
    window.close_tab(0)
    for path in (stores / "partners.p12", demo / "globex-truststore.jks"):
        window.open_path(path)
        settle(600)
    window.tabs.setCurrentIndex(0)
    view: Any = window.current()
    camera.take(window, "store-overview")
    for alias, name in (
        ("servicenow-outbound", "store"),
        ("payments-gateway", "store-many-names"),
        ("legacy-mainframe", "store-expired"),
    ):
        view.tree.expandAll()
        view.tree.setCurrentIndex(view.model.index_of_alias(alias))
        settle(200)
        camera.take(window, name)


def show_preferences(camera: Camera, window: MainWindow) -> None:
    """Each page of the preferences."""
    trigger(window, "actionPreferences")
    dialog = window.findChild(QWidget, "preferences")
    tabs = dialog.findChild(QTabWidget, "preferencesTabs")
    settle(400)
    for at in range(tabs.count()):
        tabs.setCurrentIndex(at)
        camera.take(dialog, f"preferences-{tabs.tabText(at).replace('&', '').lower()}")
    dialog.close()


def show_passwords(camera: Camera, window: MainWindow, stores: Path) -> None:
    """A store that is locked with an edit in it, and one whose password changed elsewhere."""
    path = stores / "guarded.p12"
    password = Password(PASSWORD)
    window.open_path(path, password=password)
    view: Any = window.current()
    wait_for("the store", lambda: view.history is not None)
    view.select(view.store.entries[0].alias)
    view.delete_selected()
    trigger(window, "actionLock")
    settle(400)
    camera.take(window, "locked")
    view.document.unlock(password)
    wait_for("the store", lambda: view.history is not None)
    save_store(
        open_file(path, password).store.with_password(Password("another one")),
        path,
        overwrite=True,
        backup=False,
    )
    trigger(window, "actionReload")
    settle(600)
    camera.take(window, "password-changed")
    view.document.undo()
    window.close_tab(window.tabs.currentIndex())


def show_rehearsal(camera: Camera, window: MainWindow, demo: Path) -> None:
    """A rehearsal under a host name that is in no certificate, and under one that is."""
    trigger(window, "actionRehearse")
    rehearsal: Any = window.findChild(QWidget, "rehearsalWindow")
    for (place, field), name in zip(
        rehearsal.setup.fields.items(),
        (
            "acme-keystore.p12",
            "acme-truststore.p12",
            "globex-keystore.jks",
            "globex-truststore.jks",
        ),
        strict=True,
    ):
        field.read(demo / name)
        wait_for(place, lambda place=place: getattr(rehearsal.flow.draft, place) is not None)
    for host, name in (("pay.globex.example", "failed"), ("api.globex.example", "ok")):
        rehearsal.setup.host.setText(host)
        rehearsal.setup.host.textEdited.emit(host)
        rehearsal.run()
        wait_for("the rehearsal", lambda name=name: rehearsal.shown
                 and rehearsal.shown.report.ok == (name == "ok"))  # fmt: skip
        settle(300)
        camera.take(rehearsal, f"rehearsal-{name}")
    rehearsal.close()


def show_live(camera: Camera, window: MainWindow, demo: Path) -> None:
    """The test server of one party, called by the probe of the other, on this computer."""
    trigger(window, "actionListen")
    server: Any = window.findChild(QWidget, "listenWindow")
    trigger(window, "actionProbe")
    client: Any = window.findChild(QWidget, "probeWindow")
    for own, party, ending in ((server.own, "globex", "jks"), (client.own, "acme", "p12")):
        own.keys.read(demo / f"{party}-keystore.{ending}")
        own.trust.read(demo / f"{party}-truststore.{ending}")
    # What is open was suggested for both, before they were read.
    wait_for("the stores", lambda: all(
        f"{party}-keystore" in each.flow.own.keys and f"{party}-truststore" in each.flow.own.trust
        for each, party in ((server, "globex"), (client, "acme"))
    ))  # fmt: skip
    server.toggle()
    port = re.findall(r":(\d+)", server.state.text())[0]
    for line, text in ((client.endpoint, f"127.0.0.1:{port}"), (client.hostname, "localhost")):
        line.setText(text)
        line.textEdited.emit(text)
    client.run()
    wait_for("the probe", lambda: client.shown is not None and server.list.count() == 1)
    settle(300)
    camera.take(client, "probe")
    camera.take(server, "listen")
    client.close()
    server.stop()
    wait_for("the end", lambda: not server.is_listening)
    server.close()


def show_explain(camera: Camera, window: MainWindow) -> None:
    """The line that everybody meets first."""
    trigger(window, "actionExplain")
    explain: Any = window.findChild(QWidget, "explainWindow")
    explain.log.setPlainText(
        "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
        "sun.security.provider.certpath.SunCertPathBuilderException: "
        "unable to find valid certification path to requested target"
    )
    explain.run()
    wait_for("the causes", lambda: explain.findChild(QWidget, "explainCause1"))
    camera.take(explain, "explain")
    explain.close()


def show_guide(camera: Camera, window: MainWindow) -> None:
    """The guide: its contents, a page with pictures, one with commands, and finding."""
    trigger(window, "actionUserGuide")
    guide: Any = window.findChild(QWidget, "guideWindow")
    for name in ("index", "import", "console"):
        guide.show_page(f"{name}.md")
        settle(200)
        camera.take(guide, f"guide-{name}")
    guide.words.setText("fingerprint")
    settle(200)
    camera.take(guide, "guide-find")
    guide.close()


def show_start(camera: Camera, window: MainWindow) -> None:
    """The start page, once stores have been opened."""
    view: Any
    for view in window.documents:
        while view.is_dirty:
            view.undo()
    while window.documents:
        window.close_tab(0)
    settle(300)
    camera.take(window, "start")


def main(folder: Path) -> None:
    """Write a PNG for each view, in light and in dark."""
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(["handfast"])
    application.setStyle("Fusion")
    camera = Camera(folder)
    with at_home() as home, tempfile.TemporaryDirectory() as scratch:
        demo, stores = home / "demo", home / "acme"
        make_demo(demo)
        make_stores(stores)
        settings = QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Settings(settings))
        window.show()
        settle(400)
        show_window(camera, window, demo, stores)
        trigger(window, "actionNew")
        settle(200)
        dialog = window.findChild(QWidget, "storeDialog")
        camera.take(dialog, "new")
        dialog.close()
        show_generate(camera, window)
        window.tabs.setCurrentIndex(0)
        view: Any = window.current()
        view.select("servicenow-outbound")
        show_export(camera, window)
        show_import(camera, window, make_partner_files(stores))
        show_preferences(camera, window)
        show_passwords(camera, window, stores)
        show_rehearsal(camera, window, demo)
        show_live(camera, window, demo)
        show_explain(camera, window)
        show_guide(camera, window)
        show_start(camera, window)
        show_set_up(camera, window, home)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
