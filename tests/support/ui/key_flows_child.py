"""A process that does with key pairs what people do, whose memory and files a test reads.

``python key_flows_child.py FOLDER DOING`` works on the files that the test put into FOLDER. Each
password that it is to type it asks for by name, a line of its standard output, and reads it from
its standard input key by key, so that this process never has it as a whole but by what the window
makes of it. At the end it says so, and waits until its input ends.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QItemSelectionModel, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QRadioButton, QWidget

from handfast.services.files.new_encoding import KeyEncoding
from handfast.ui.program import secret_memory
from handfast.ui.program.crashes import Crashes
from handfast.ui.program.external_open import Application
from handfast.ui.program.settings import Settings
from handfast.ui.widgets.secrets.secret_clipboard import keep_secrets_for
from handfast.ui.window.locking import lock_everything
from handfast.ui.window.main_window import MainWindow
from tests.support.ui.helpers import action
from tests.support.ui.setup_driver import SetUp
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.ui.store_tab.store_view import StoreView

CONTROL = Qt.KeyboardModifier.ControlModifier


def ask(what: str) -> None:
    print(what, flush=True)


def wait(until: Callable[[], bool], timeout: int = 30_000) -> None:
    loop = QEventLoop()
    looking = QTimer()
    looking.timeout.connect(lambda: loop.quit() if until() else None)
    looking.start(5)
    late = QTimer()
    late.setSingleShot(True)
    late.timeout.connect(lambda: loop.exit(1))
    late.start(timeout)
    is_late = loop.exec()
    looking.stop()
    late.stop()
    if is_late:
        raise TimeoutError(until)


def rest(seconds: float) -> None:
    end = time.monotonic() + seconds
    wait(lambda: time.monotonic() > end)


class Bot:
    """What the drivers of wizards need of pytest-qt."""

    mouseClick = staticmethod(QTest.mouseClick)  # noqa: N815 (Qt's)
    keyClick = staticmethod(QTest.keyClick)  # noqa: N815 (Qt's)
    keyClicks = staticmethod(QTest.keyClicks)  # noqa: N815 (Qt's)

    @staticmethod
    def waitUntil(until: Callable[[], bool], timeout: int = 30_000) -> None:
        wait(until, timeout)


BOT: Any = Bot()


def enter(line: QWidget, name: str) -> None:
    """Type the password of that name into a field."""
    line.setFocus()
    ask(name)
    while (key := os.read(0, 1)) != b"\n":
        QTest.keyClicks(line, key.decode())


def wizard(window: MainWindow, name: str) -> Driver:
    return Driver(BOT, window, name)


def give(driver: Driver, *paths: Path) -> None:
    """Files, as the dialog and a drop hand them over."""
    page: Any = driver.wizard.page
    flow: Any = driver.wizard.flow
    page.files_given.emit(list(paths))
    wait(lambda: len(flow.sources) == len(paths))


def through(driver: Driver) -> None:
    """To the end of a wizard whose pages are filled in."""
    while not driver.is_visible("wizardFinish"):
        before = driver.step
        driver.next()
        wait(lambda before=before: driver.step != before or driver.is_visible("wizardFinish"))
    driver.finish()
    assert driver.wizard.stage == "finished", driver.said()


def dialog_of(window: MainWindow, opener: str) -> Any:
    wait(action(window, opener).isEnabled)
    action(window, opener).trigger()
    wait(lambda: any(each.isVisible() for each in window.findChildren(QDialog)))
    return [each for each in window.findChildren(QDialog) if each.isVisible()][-1]


def accept(dialog: Any) -> None:
    dialog.findChild(QPushButton, f"{dialog.objectName()}.accept").click()
    wait(lambda: not [e for e in QApplication.topLevelWidgets() if e is dialog and e.isVisible()])


def opened(window: MainWindow, path: Path, password: str) -> StoreView:
    window.open_path(path)
    view = window.current()
    assert view is not None

    def field() -> QLineEdit | None:
        fields = (
            view.page.findChild(QLineEdit, "passwordField"),
            view.details.findChild(QLineEdit, "unlockPassword"),
        )
        return next((each for each in fields if each is not None and each.isVisible()), None)

    wait(lambda: field() is not None)
    line = field()
    assert line is not None
    enter(line, password)
    QTest.keyClick(line, Qt.Key.Key_Return)
    wait(lambda: view.store is not None and view.store.password is not None)
    return view


def save(view: StoreView) -> None:
    view.document.save()
    wait(lambda: not view.is_dirty)


def choose(view: StoreView, alias: str) -> None:
    wait(lambda: view.model.index_of_alias(alias).isValid())
    model = view.tree.selectionModel()
    flags = QItemSelectionModel.SelectionFlag
    model.clear()
    model.setCurrentIndex(view.model.index_of_alias(alias), flags.ClearAndSelect | flags.Rows)
    wait(lambda: [each.alias for each in view.chosen()] == [alias])
    view.tree.setFocus()


def request_with_a_new_pair(window: MainWindow, view: StoreView) -> None:
    driver = wizard(window, "actionCreateRequest")
    driver.click("request.of.new")
    driver.next()
    driver.type("generate.common_name", "new.example")
    driver.next()
    driver.choose("generate.key", "rsa:2048")
    while driver.step != "request":
        driver.next()
    enter(driver.find("request.challenge"), "challenge")
    through(driver)
    driver.click("request.result.copy")
    driver.wizard.close()
    save(view)


def put_the_reply(window: MainWindow, view: StoreView, folder: Path) -> None:
    ask(f"sign {folder / 'new.example.csr'}")
    assert os.read(0, 1) == b"\n"
    driver = wizard(window, "actionImportReply")
    give(driver, folder / "new.example-reply.pem")
    through(driver)
    driver.wizard.close()
    save(view)
    assert view.store is not None
    assert len(view.store.find("new.example").chain) == 3  # type: ignore[union-attr]


def import_an_encrypted_key(
    window: MainWindow, view: StoreView, folder: Path, *, is_finished: bool = True
) -> None:
    driver = wizard(window, "actionImportKeyPair")
    give(driver, folder / "sealed.key", folder / "sealed.crt")
    wait(lambda: driver.is_visible("pair.source.1.password"))
    line = driver.find("pair.source.1.password")
    QTest.keyClicks(line, "wrong")
    driver.click("pair.source.1.open")
    wait(lambda: "does not open" in driver.said())
    wait(lambda: driver.is_visible("pair.source.1.password"))
    enter(driver.find("pair.source.1.password"), "sealed key")
    driver.click("pair.source.1.open")
    flow: Any = driver.wizard.flow
    wait(lambda: flow.has_keys)
    if not is_finished:
        return
    through(driver)
    driver.wizard.close()
    save(view)


def export_encrypted(window: MainWindow, view: StoreView, folder: Path) -> None:
    choose(view, "new.example")
    forms = (
        (KeyEncoding.PKCS12, "out.p12"),
        (KeyEncoding.PEM_FILES, "out"),
        (KeyEncoding.PKCS8, "out.der"),
    )
    for encoding, out in forms:
        dialog = dialog_of(window, "actionExportKeyPair")
        dialog.encoding.setCurrentIndex(dialog.encoding.findData(encoding))
        dialog.path.setText(str(folder / out))
        enter(dialog.password, "export")
        enter(dialog.again, "export")
        if encoding is KeyEncoding.PKCS8:
            # A person shows it and copies it; it is on the clipboard only for its time.
            dialog.password.setEchoMode(QLineEdit.EchoMode.Normal)
            dialog.password.selectAll()
            dialog.password.copy()
        accept(dialog)


def copy_between(window: MainWindow, view: StoreView, folder: Path) -> StoreView:
    target = opened(window, folder / "target.jks", "target")
    # The platform of tests gives the keyboard to a window only when it is asked to.
    window.activateWindow()
    wait(window.isActiveWindow)
    window.tabs.setCurrentWidget(view)
    choose(view, "new.example")
    QTest.keyClick(view.tree, Qt.Key.Key_C, CONTROL)
    window.tabs.setCurrentWidget(target)
    target.tree.setFocus()
    QTest.keyClick(target.tree, Qt.Key.Key_V, CONTROL)
    wait(lambda: target.store is not None and target.store.find("new.example") is not None)
    choose(target, "new.example")
    dialog = dialog_of(window, "actionSetEntryPassword")
    dialog.findChild(QRadioButton, "entryPasswordDialog.choice.own").click()
    enter(dialog.password, "key’s own")
    enter(dialog.again, "key’s own")
    accept(dialog)
    wait(lambda: target.is_dirty)
    save(target)
    return target


def change_the_password(window: MainWindow, view: StoreView) -> None:
    window.tabs.setCurrentWidget(view)
    dialog = dialog_of(window, "actionChangePassword")
    enter(dialog.password, "changed")
    enter(dialog.again, "changed")
    accept(dialog)
    wait(lambda: view.is_dirty)
    save(view)


def set_up_with_a_partner(window: MainWindow, folder: Path) -> None:
    made = SetUp(BOT, window, "actionSetUpMutualTls")
    made.name_partner(folder / "globex")
    made.click("setup.signing")
    for step in ("name", "key"):
        made.to(step)
    made.choose("generate.key", "rsa:2048")
    for step in ("names", "keystore"):
        made.to(step)
    made.find("generate.password")
    enter(made.find("generate.password"), "set-up")
    enter(made.find("generate.password_again"), "set-up")
    made.to("make")
    made.do("make")
    made.to("request")
    made.do("request")
    made.close()


def crash(window: MainWindow, folder: Path, *views: StoreView) -> None:
    """A fault of the program while everything is open, whose report is kept."""

    def fail() -> None:
        held = [view.store for view in views]
        passwords = [each.password.reveal() for each in held if each and each.password]
        raise RuntimeError(f"with {passwords} in {folder}")

    QTimer.singleShot(0, window, fail)
    wait(lambda: window.findChild(QDialog, "crashBox") is not None)
    box: Any = window.findChild(QDialog, "crashBox")
    # Saved, as a person saves it.
    (folder / "report.txt").write_text(box.detailedText(), encoding="utf-8")
    assert "RuntimeError" in box.detailedText()
    box.close()


def leave(window: MainWindow) -> None:
    """Cancel everything that is open; nothing of it is held here afterwards."""
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()


def main(place: str, doing: str) -> None:
    folder = Path(place)
    secret_memory.wipe_what_is_freed()
    secret_memory.keep_few_arenas()
    application = Application([])
    stored = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    window = MainWindow(Settings(stored))
    keep_secrets_for(1)
    hook = sys.excepthook
    Crashes(window).install()
    told = sys.excepthook
    sys.excepthook = hook
    window.resize(1120, 720)
    window.show()
    view = opened(window, folder / "own.p12", "own")
    request_with_a_new_pair(window, view)
    put_the_reply(window, view, folder)
    import_an_encrypted_key(window, view, folder)
    export_encrypted(window, view, folder)
    target = copy_between(window, view, folder)
    change_the_password(window, view)
    set_up_with_a_partner(window, folder)
    sys.excepthook = told
    crash(window, folder, view, target)
    sys.excepthook = hook
    # And half done, as a person leaves it.
    window.tabs.setCurrentWidget(view)
    import_an_encrypted_key(window, view, folder, is_finished=False)
    window.tabs.setCurrentWidget(target)
    choose(target, "new.example")
    dialog = dialog_of(window, "actionExportKeyPair")
    enter(dialog.password, "export")
    del dialog
    rest(1.5)
    if doing == "close":
        leave(window)
        wizard(window, "").click("wizardDiscardButton")
        wait(lambda: not [e for e in window.findChildren(QDialog) if e.isVisible()])
        for each in list(window.views):
            window.remove(each)
    elif doing == "lock":
        lock_everything(window, "Locked by a test.")
        wait(lambda: not any(each.document.holds_secrets for each in window.views))
    wait(lambda: not window.is_collecting)
    rest(0.5)
    ask("done")
    while os.read(0, 1):
        pass
    application.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
