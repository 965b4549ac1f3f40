"""What is taken back is as it was: the file has the same bytes, whichever program wrote it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.documents.document import Document
from handfast.flows.entries.copying import CopyFlow, entries_alone
from handfast.services.exchange.changing_passwords import (
    change_key_password,
    change_store_password,
)
from handfast.services.exchange.deleting import delete_entries
from handfast.services.exchange.renaming import rename_entry
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.services.files.unlocking import with_passwords
from tests.documents.test_document import AtOnce
from tests.interop.test_copies_beside_keytool import ALL, JAVA, OWN, SOURCE, contents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import Tool


def document_of(path: Path) -> Document:
    """The keystore as a tab has it, with the keys that have passwords of their own unlocked."""
    document = Document(path, AtOnce())
    document.enter(Password(SOURCE))
    for entry in document.store.entries if document.store else ():
        if entry.is_locked:
            document.unlock_key(entry, Password(OWN), failed=lambda error: pytest.fail(str(error)))
    assert document.store is not None
    assert not any(entry.is_locked for entry in document.store.entries)
    return document


def save(document: Document) -> None:
    document.save()
    assert not document.is_dirty, document.problem


def pasted(store: Store, source: Store, *aliases: str) -> Store:
    chosen = entries_alone(source, [source.get(alias) for alias in aliases or ("chained", "own")])
    return merged(store, chosen)


def merged(store: Store, source: Store) -> Store:
    flow = CopyFlow(source, store)
    flow.update(allows_loss=True)
    return flow.run().store


def replaced(store: Store, source: Store) -> Store:
    """Pasted in the place of what has the same alias."""
    flow = CopyFlow(entries_alone(source, [source.get("chained")]), store)
    flow.update(on_collision="replace")  # type: ignore[typeddict-item]
    return flow.run().store


def key_password(store: Store, _source: Store) -> Store:
    """Another password for a key, or the keystore's where it had one of its own."""
    store = change_key_password(store, "chained", Password("another of the key")).store
    if store.format is not Format.PEM:
        assert store.password is not None
        store = change_key_password(store, "own", store.password).store
    return store


EDITS: dict[str, Callable[[Store, Store], Store]] = {
    "copy and paste": pasted,
    "paste over": replaced,
    "merge": merged,
    "rename": lambda store, _source: rename_entry(store, store.get("chained"), "other"),
    "delete": lambda store, _source: delete_entries(store, ["chained", "trusted"])[0],
    "delete everything": lambda store, _source: store.without(store.entries),
    "key password": key_password,
    "password": lambda store, _: change_store_password(store, Password("another password")).store,
}


#: What needs nothing of another keystore.
ALONE = ("rename", "delete", "delete everything", "key password", "password")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[Format, Path]:
    """A keystore of each format with everything that it can hold."""
    folder = tmp_path_factory.mktemp("samples")
    for wanted in ALL:
        save_store(contents(wanted), folder / wanted.value)
    return {wanted: folder / wanted.value for wanted in ALL}


@pytest.fixture(scope="module")
def sources(samples: dict[Format, Path]) -> dict[Format, Store]:
    """The same as they are open, with every key unlocked."""
    passwords = [Password(OWN)]
    return {
        wanted: with_passwords(open_file(path, Password(SOURCE)).store, passwords)
        for wanted, path in samples.items()
    }


@pytest.mark.parametrize(
    ("of", "to", "edit"),
    [
        pytest.param(of, to, edit, id=f"{edit} {of.value} {to.value}")
        for of in ALL
        for to in ALL
        for edit in EDITS
        if of is to or edit not in ALONE
        # Without entries there is no PEM file.
        if to is not Format.PEM or edit != "delete everything"
        # Its keys have the password of the keystore.
        if to is not Format.PKCS12 or edit != "key password"
    ],
)
def test_every_edit(
    tmp_path: Path,
    samples: dict[Format, Path],
    sources: dict[Format, Store],
    of: Format,
    to: Format,
    edit: str,
) -> None:
    path = tmp_path / "target"
    shutil.copy(samples[to], path)
    before = path.read_bytes()
    document = document_of(path)
    assert document.store is not None
    document.apply(edit, EDITS[edit](document.store, sources[of]))
    edited = document.store
    assert document.is_dirty
    document.undo()
    assert not document.is_dirty
    document.redo()
    save(document)
    after = path.read_bytes()
    document.undo()
    save(document)
    assert path.read_bytes() == before
    document.redo()
    save(document)
    # And what was done can be done again: the same entries, if not the same salts.
    assert len(path.read_bytes()) == len(after)
    assert document.store == edited
    document.close()


@pytest.mark.parametrize("wanted", JAVA, ids=lambda each: each.value)
def test_a_keystore_that_keytool_wrote(tmp_path: Path, keytool: Tool, wanted: Format) -> None:
    path = tmp_path / "theirs"
    for alias in ("chained", "trusted"):
        keytool(
            "-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1",
            "-dname", f"CN={alias}", "-keystore", path, "-storetype", wanted.value,
            "-storepass", SOURCE, "-keypass", SOURCE,
        )  # fmt: skip
    assert_comes_back(path)
    keytool("-list", "-keystore", path, "-storepass", SOURCE)


def test_a_keystore_that_openssl_wrote(tmp_path: Path, openssl: Tool) -> None:
    key, certificate, path = (tmp_path / name for name in ("key.pem", "cert.pem", "theirs"))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
            "-subj", "/CN=chained", "-days", "100")  # fmt: skip
    openssl("pkcs12", "-export", "-inkey", key, "-in", certificate, "-name", "chained",
            "-passout", f"pass:{SOURCE}", "-out", path)  # fmt: skip
    assert_comes_back(path)
    openssl("pkcs12", "-in", path, "-passin", f"pass:{SOURCE}", "-noout")


def assert_comes_back(path: Path) -> None:
    """Renamed, saved, taken back, saved: the file of the other program."""
    before = path.read_bytes()
    document = document_of(path)
    assert document.store is not None
    document.apply("Rename", rename_entry(document.store, document.store.get("chained"), "other"))
    save(document)
    assert path.read_bytes() != before
    document.undo()
    save(document)
    assert path.read_bytes() == before
    document.close()
