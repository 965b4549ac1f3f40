"""Heaps that were made to do harm, given to the window: bounded, told, and nothing changes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from handfast.core.password import Password
from tests.support.issued import Issued, issue
from tests.support.ui.helpers import opened_new
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow

PASSWORD = Password("changeit")


@pytest.fixture(scope="module")
def own() -> Issued:
    return issue(CN="own.example")


@pytest.fixture
def document(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Any:
    return opened_new(window, qtbot, tmp_path / "open.p12", PASSWORD)


def zipped(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def nested(key: bytes) -> bytes:
    data = key
    for _ in range(12):
        data = zipped({"inner.zip": data})
    return data


ALIASES = "kind: Secret\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def given(window: MainWindow, qtbot: QtBot, *paths: Path) -> Driver:
    """The import of key pairs, with these files chosen in it."""
    driver = Driver(qtbot, window, "actionImportKeyPair")
    wizard: Any = driver.wizard
    wizard.sources_page.files_given.emit(list(paths))
    qtbot.waitUntil(lambda: len(wizard.flow.sources) == len(paths), timeout=60_000)
    return driver


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bomb.zip", "unpacks to more data"),
        ("nested.zip", "archive inside an archive was skipped"),
        ("aliases.yaml", "neither a key nor a certificate"),
        ("deep.json", "neither a key nor a certificate"),
    ],
)
def test_it_is_told_and_nothing_changes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued, name: str,
    words: str,
) -> None:  # fmt: skip
    data = {
        "bomb.zip": lambda: zipped({f"f{n}": bytes(15_000_000) for n in range(6)}),
        "nested.zip": lambda: nested(own.private_pem()),
        "aliases.yaml": ALIASES.encode,
        "deep.json": lambda: b'{"kind":"Secret","data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    }[name]()
    (tmp_path / name).write_bytes(data)
    driver = given(window, qtbot, tmp_path / name)
    assert driver.step == "files"
    assert words in driver.said()
    driver.next()
    assert driver.step == "files"
    assert not document.is_dirty


def test_members_that_lead_out_of_the_archive_write_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    folder = tmp_path / "given" / "deeper"
    folder.mkdir(parents=True)
    pem = own.certificate.public_pem().encode()
    out = tmp_path / "out.key"
    (folder / "a.zip").write_bytes(zipped({"../../out.key": own.private_pem(), f"{out}": pem}))
    before = {each for each in tmp_path.rglob("*") if each.suffix in {".key", ".crt", ".pem"}}
    driver = given(window, qtbot, folder / "a.zip")
    driver.next()
    driver.next()
    driver.finish()
    assert document.store.find("own.example") is not None
    assert before == {e for e in tmp_path.rglob("*") if e.suffix in {".key", ".crt", ".pem"}}


def test_a_thousand_files_at_once(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    """The pair is found among them; what is foreign is named, but not a thousand times."""
    folder = tmp_path / "given"
    folder.mkdir()
    strangers = [issue(CN=f"stranger {number}").certificate.public_pem() for number in range(20)]
    members = {f"c{n}.crt": strangers[n % 20].encode() for n in range(1000)}
    members |= {"own.key": own.private_pem(), "own.crt": own.certificate.public_pem().encode()}
    (folder / "all.zip").write_bytes(zipped(members))
    driver = given(window, qtbot, folder / "all.zip")
    assert driver.wizard.flow.has_keys

    def shown() -> int:
        found = driver.wizard.findChildren(QWidget)
        return sum(e.isVisible() for e in found if e.objectName().startswith("pair.note."))

    qtbot.waitUntil(lambda: shown() > 0)
    assert shown() <= 10
    driver.next()
    driver.next()
    driver.finish()
    assert document.store.get("own.example").chain[0] == own.certificate


def test_a_thousand_files_dropped_are_bounded(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    paths = []
    for number in range(300):
        path = folder / f"c{number}.key"
        path.write_bytes(own.private_pem())
        paths.append(path)
    (folder / "own.crt").write_text(own.certificate.public_pem())
    driver = given(window, qtbot, *paths, folder / "own.crt")
    assert len(driver.wizard.flow.pairs) == 1
    assert not document.is_dirty
    # The same key three hundred times is one.
    assert driver.wizard.isVisible()


@pytest.mark.parametrize("form", ["truncated", "noise"])
def test_a_damaged_key_is_told_from_a_wrong_password(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued, form: str
) -> None:
    pem = own.private_pem()
    data = {
        "truncated": pem[: len(pem) // 2],
        "noise": bytes(range(256)) * 20,
    }[form]
    path = tmp_path / "damaged.key"
    path.write_bytes(data)
    driver = given(window, qtbot, path)
    assert not driver.is_visible("pair.source.1.password")
    assert not driver.wizard.flow.has_keys
    driver.next()
    assert driver.step == "files"
    assert driver.note("pair.sources")[0] == "error"
    assert not document.is_dirty


def test_an_alias_in_any_script(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, document: Any, own: Issued
) -> None:
    alias = "Ünï-日本-😀"
    path = tmp_path / "own.pem"
    path.write_bytes(own.private_pem() + own.certificate.public_pem().encode())
    driver = given(window, qtbot, path)
    driver.next()
    QApplication.clipboard().setText(alias)
    driver.find("pair.alias").setText("")
    driver.find("pair.alias").paste()
    driver.wizard.flow.update(alias=alias)
    driver.next()
    assert driver.step == "summary"
    driver.finish()
    assert document.store.get(alias).chain[0] == own.certificate
    document.document.save()
    qtbot.waitUntil(lambda: not document.is_dirty)
    assert document.store.find(alias) is not None
