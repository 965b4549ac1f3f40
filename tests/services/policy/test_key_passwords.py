"""Keys with passwords of their own, converted by every face, and what keytool then takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.entry import SecretKey
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.services.exchange.converting import convert
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.services.files.unlocking import with_passwords
from handfast.services.policy.key_passwords import with_one_password
from tests.support.stores import store_of_two_passwords

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD, OWN, NEW = "the keystore's", "the key's own", "another one"


@pytest.fixture(params=["jks", "jceks"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A keystore in which one key has the keystore's password and one its own."""
    path = tmp_path / f"source.{request.param}"
    store = store_of_two_passwords(Format(request.param.upper()), PASSWORD, OWN)
    if request.param == "jceks":
        secret = SecretKey(
            alias="secret", algorithm="AES", material=SecretMaterial(bytes(16)),
            password=Password(OWN),
        )  # fmt: skip
        store = store.with_entries([secret])
    save_store(store, path)
    return path


def opened_with_both(path: Path) -> Store:
    store = open_file(path, Password(PASSWORD)).store
    return with_passwords(store, [Password(OWN)])


def keytool_takes_all(keytool: Any, path: Path, password: str, folder: Path) -> set[str]:
    """The entries that keytool copies out of a store under its one password."""
    copy = folder / "copy.p12"
    keytool(
        "-importkeystore", "-noprompt", "-srckeystore", path, "-srcstorepass", password,
        "-destkeystore", copy, "-deststoretype", "PKCS12", "-deststorepass", "changeit",
    )  # fmt: skip
    return {entry.alias for entry in open_file(copy, Password("changeit")).store.entries}


def test_the_console(source: Path, tmp_path: Path, keytool: Any, capsys: Any) -> None:
    files = {"a": PASSWORD, "b": OWN, "c": NEW}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    made = tmp_path / "made.p12"
    code = main(
        [
            "convert", str(source), str(made), "--format", "pkcs12", "--json",
            "--password-file", str(tmp_path / "a"), "--key-password-file", str(tmp_path / "b"),
            "--dest-password-file", str(tmp_path / "c"),
        ]
    )  # fmt: skip
    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert any("“own” now has the password of the keystore" in note for note in answer["notes"])
    aliases = {entry.alias for entry in opened_with_both(source).entries}
    assert keytool_takes_all(keytool, made, NEW, tmp_path) == aliases


@pytest.mark.parametrize("wanted", list(Format))
def test_the_rule_itself(source: Path, wanted: Format) -> None:
    store = opened_with_both(source)
    changed, notes = with_one_password(store, wanted)
    if wanted in {Format.PKCS12, Format.PEM}:
        assert all(getattr(entry, "password", None) is None for entry in changed.entries)
        assert len(notes) == sum(
            getattr(entry, "password", None) is not None for entry in store.entries
        )
    else:
        assert changed is store
        assert notes == ()


def test_a_pem_file_opens_with_the_password_that_was_chosen(
    source: Path, tmp_path: Path, openssl: Any
) -> None:
    store = opened_with_both(source)
    conversion = convert(store, Format.PEM, Password(NEW))
    made = tmp_path / "made.pem"
    save_store(conversion.store, made)
    again = open_file(made, Password(NEW)).store
    assert [entry.is_locked for entry in again.key_pairs] == [False, False]
    assert openssl("pkey", "-in", made, "-passin", f"pass:{NEW}", "-noout").returncode == 0


def test_a_key_that_is_locked_is_a_loss_and_not_a_note(source: Path) -> None:
    store = open_file(source, Password(PASSWORD)).store
    conversion = convert(store, Format.PKCS12, Password(NEW))
    assert any("“own”" in loss for loss in conversion.losses)
    assert not any("“own”" in note for note in conversion.notes)


def test_a_copy_in_the_same_format_keeps_what_each_key_has(source: Path) -> None:
    store = opened_with_both(source)
    conversion = convert(store, store.format, Password(NEW))
    assert conversion.store.get("own") == store.get("own")
