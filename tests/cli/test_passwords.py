"""Where the console’s passwords come from, and which store and key each is for."""

from __future__ import annotations

import dataclasses
import io
import re
import stat
import sys
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import WrongPassword
from handfast.core.password import EMPTY, Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.console import json_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import Tool

COMMON, OTHER, OWN = Password("the common one"), Password("another one"), Password("the key’s")


@pytest.fixture
def console(capsys: Any) -> Callable[..., tuple[int, dict[str, Any]]]:
    return json_of(capsys)


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def put(text: str) -> None:
        stream = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stream)

    return put


def pair(alias: str = "own") -> Any:
    return make_pair(PairRequest(alias=alias, name=f"CN={alias}", key="ec:P-256"))


def store_with(
    path: Path, password: Password, *, kind: Format, own: Password | None = None
) -> Path:
    made = dataclasses.replace(pair(), password=own)
    save_store(new_store(kind, password).with_entries([made]), path)
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return store_with(tmp_path / "source.p12", COMMON, kind=Format.PKCS12)


def secret(path: Path, password: Password | str) -> Path:
    text = password if isinstance(password, str) else password.reveal()
    path.write_text(text + "\n", encoding="utf-8")
    return path


# --- standard input ------------------------------------------------------------------------------


def test_one_line_of_standard_input_is_for_both_stores(
    console: Any, standard_input: Any, source: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made.jks"
    standard_input(f"{COMMON.reveal()}\n")
    assert console("convert", source, made, "--format", "jks", "--password-file", "-")[0] == 0
    assert not open_file(made, COMMON).store.key_pairs[0].is_locked
    with pytest.raises(WrongPassword):
        open_file(made, EMPTY)


def test_each_option_takes_a_line(
    console: Any, standard_input: Any, source: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made.jks"
    both = ("--password-file", "-", "--dest-password-file", "-")
    standard_input(f"{COMMON.reveal()}\n{OTHER.reveal()}\n")
    assert console("convert", source, made, "--format", "jks", *both)[0] == 0
    assert not open_file(made, OTHER).store.key_pairs[0].is_locked
    # One that is not there is not an empty one.
    made.unlink()
    standard_input(f"{COMMON.reveal()}\n")
    code, data = console("convert", source, made, "--format", "jks", *both)
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    assert not made.exists()


@pytest.mark.parametrize("verb", ["list", "check"])
def test_standard_input_opens_each_of_several(
    verb: str, console: Any, standard_input: Any, source: Path, tmp_path: Path
) -> None:
    second = store_with(tmp_path / "second.jks", COMMON, kind=Format.JKS)
    standard_input(f"{COMMON.reveal()}\n")
    code, data = console(verb, source, second, "--password-file", "-")
    assert code == 0
    assert len(data["stores"]) == 2
    assert not any("error" in each for each in data["stores"])
    standard_input("not that\n")
    assert console(verb, source, second, "--password-file", "-")[0] == 3


# --- the new store -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pkcs12", "jks", "jceks", "pem"])
def test_a_new_store_with_keys_gets_no_empty_password(
    kind: str, console: Any, source: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    given = ("--password-file", secret(tmp_path / "common", COMMON))
    empty = ("--dest-password-file", secret(tmp_path / "empty", ""))
    code, data = console("convert", source, made, "--format", kind, *given, *empty)
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    assert "empty" in data["error"]["problem"]
    assert not made.exists()
    right = ("--dest-password-file", secret(tmp_path / "right", OTHER))
    assert console("convert", source, made, "--format", kind, *given, *right)[0] == 0


def test_a_password_that_was_merely_tried_is_not_the_new_store_s(
    console: Any, tmp_path: Path
) -> None:
    usual, made = tmp_path / "usual.p12", tmp_path / "made.jks"
    store_with(usual, Password("changeit"), kind=Format.PKCS12)
    code, data = console("convert", usual, made, "--format", "jks")
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    assert "--dest-password-file" in data["error"]["remedy"]
    assert not made.exists()
    given = ("--dest-password-file", secret(tmp_path / "right", OTHER))
    assert console("convert", usual, made, "--format", "jks", *given)[0] == 0
    # Certificates alone as text have nothing to protect.
    trust = tmp_path / "trust.jks"
    certificate = open_file(usual).store.key_pairs[0].chain[0]
    store = new_store(Format.JKS, Password("changeit"))
    save_store(import_certificates(store, [(certificate, "partner")]), trust)
    assert console("convert", trust, tmp_path / "trust.pem", "--format", "pem")[0] == 0


# --- which store ---------------------------------------------------------------------------------


def test_a_wrong_password_is_said_to_be_wrong_for_which_store(
    console: Any, source: Path, tmp_path: Path
) -> None:
    second = store_with(tmp_path / "second.jks", OTHER, kind=Format.JKS)
    given = secret(tmp_path / "common", COMMON)
    stores = ("--client", source, "--server", second)
    trust = ("--client-trust", source, "--server-trust", source)
    code, data = console("rehearse", *stores, *trust, "--password-file", given)
    assert (code, data["error"]["kind"]) == (3, "wrong-password")
    assert "second.jks" in data["error"]["problem"]
    assert f"--password-file {given}" in data["error"]["causes"][-1]
    own = ("--server-password-file", secret(tmp_path / "other", OTHER))
    assert console("rehearse", *stores, *trust, "--password-file", given, *own)[0] == 1


# --- keys with a password of their own -----------------------------------------------------------


@pytest.fixture
def differing(tmp_path: Path) -> Path:
    return store_with(tmp_path / "differing.jks", COMMON, kind=Format.JKS, own=OWN)


def test_a_key_with_its_own_password_comes_along_into_another_format(
    console: Any, differing: Path, tmp_path: Path, keytool: Tool
) -> None:
    made = tmp_path / "made.p12"
    given = ("--password-file", secret(tmp_path / "common", COMMON))
    code, data = console("convert", differing, made, "--format", "pkcs12", *given)
    assert code == 6
    assert "--key-password-file" in data["error"]["remedy"]
    wrong = ("--key-password-file", secret(tmp_path / "wrong", OTHER))
    assert console("convert", differing, made, "--format", "pkcs12", *given, *wrong)[0] == 6
    right = ("--key-password-file", secret(tmp_path / "own", OWN))
    code, data = console("convert", differing, made, "--format", "pkcs12", *given, *wrong, *right)
    assert code == 0
    assert "“own”" in data["notes"][-1]
    # One password for both is all that Java’s tools know for PKCS#12.
    request = tmp_path / "own.csr"
    words = ("-storepass", COMMON.reveal(), "-alias", "own", "-file", request)
    keytool("-certreq", "-keystore", made, *words)
    # A format in which keys have their own keeps it.
    again = tmp_path / "made.jceks"
    ascii_own = Password("the key")
    plain = store_with(tmp_path / "plain.jks", COMMON, kind=Format.JKS, own=ascii_own)
    right = ("--key-password-file", secret(tmp_path / "plain", ascii_own))
    assert console("convert", plain, again, "--format", "jceks", *given, *right)[0] == 0
    assert open_file(again, COMMON).store.key_pairs[0].is_locked


def test_a_rehearsal_may_be_told_the_key_s_password(
    console: Any, differing: Path, tmp_path: Path
) -> None:
    trust = tmp_path / "trust.jks"
    certificate = open_file(differing, COMMON).store.key_pairs[0].chain[0]
    store = new_store(Format.JKS, COMMON)
    save_store(import_certificates(store, [(certificate, "partner")]), trust)
    sides = ("--client", differing, "--server", differing)
    trusts = ("--client-trust", trust, "--server-trust", trust)
    words = ("rehearse", *sides, *trusts, "--password-file", secret(tmp_path / "common", COMMON))
    code, data = console(*words)
    assert code == 1
    remedies = {each["side"]: each["remedy"] for each in data["causes"]}
    assert "--client-key-password-file" in remedies["client"]
    assert "--server-key-password-file" in remedies["server"]
    own = secret(tmp_path / "own", OWN)
    one = ("--client-key-password-file", own)
    code, data = console(*words, *one)
    assert code == 1
    assert {each["side"] for each in data["causes"]} == {"server"}
    assert console(*words, *one, "--server-key-password-file", own)[0] == 0


# --- a new key in a store that has no password ---------------------------------------------------

GENERATE = ("--alias", "new", "--dname", "CN=new", "--key", "ec:P-256")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("kind", ["certificates", "keys in the clear", "keys under it"])
def test_a_new_key_in_a_text_is_encrypted(
    kind: str, console: Any, tmp_path: Path, openssl: Tool
) -> None:
    text = tmp_path / "store.pem"
    old = pair()
    text.write_text(old.chain[0].pem())
    text.chmod(0o644)
    password = secret(tmp_path / "common", COMMON)
    given = ("--password-file", password)
    clear = ""
    if kind != "certificates":
        held = store_with(tmp_path / "held.p12", COMMON, kind=Format.PKCS12)
        how = "-nodes" if kind == "keys in the clear" else "-aes256"
        words = ("-passin", f"pass:{COMMON.reveal()}", "-passout", f"pass:{COMMON.reveal()}")
        text.write_text(openssl("pkcs12", "-in", held, how, *words).stdout)
        if kind == "keys in the clear":
            clear = re.findall(r"(?s)-----BEGIN PRIVATE.*?END PRIVATE KEY-----", text.read_text())[
                0
            ]
    before = text.read_bytes()
    if kind != "keys under it":
        code, data = console("generate", text, *GENERATE)
        assert (code, data["error"]["kind"]) == (3, "password-needed")
        assert text.read_bytes() == before
    code, data = console("generate", text, *GENERATE, *given)
    assert code == 0
    after = text.read_text()
    assert after.count("BEGIN PRIVATE KEY") == (1 if clear else 0)
    # Another that lay in the clear is nobody’s business here.
    assert clear in after
    assert "BEGIN ENCRYPTED PRIVATE KEY" in after
    found = open_file(text, COMMON).store.get("new")
    assert not found.is_locked
    if kind == "certificates":
        assert mode(text) == 0o600
        assert "0644" in data["notes"][0]
    else:
        assert mode(text) == 0o644
        assert data["notes"] == []


def test_only_the_first_key_closes_a_file_to_others(console: Any, tmp_path: Path) -> None:
    given = ("--password-file", secret(tmp_path / "common", COMMON))
    certificate = tmp_path / "partner.cer"
    certificate.write_bytes(pair("partner").chain[0].der)
    path = tmp_path / "store.p12"
    assert console("import", path, certificate, *given)[0] == 0
    path.chmod(0o640)
    assert console("import", path, certificate, "--alias", "second", *given)[0] == 0
    assert mode(path) == 0o640
    assert console("generate", path, *GENERATE, *given)[0] == 0
    assert mode(path) == 0o600
    # Whoever opens it to a group after that means it.
    path.chmod(0o640)
    assert console("import", path, certificate, "--alias", "third", *given)[0] == 0
    assert mode(path) == 0o640


@pytest.fixture
def without_check(tmp_path: Path, openssl: Tool) -> Path:
    """What ``openssl pkcs12 -nomac`` makes: certificates in the clear, the key encrypted."""
    held = store_with(tmp_path / "held.p12", COMMON, kind=Format.PKCS12)
    words = ("-passin", f"pass:{COMMON.reveal()}", "-passout", f"pass:{COMMON.reveal()}")
    text, path = tmp_path / "held.pem", tmp_path / "nomac.p12"
    text.write_text(openssl("pkcs12", "-in", held, "-nodes", *words).stdout)
    openssl("pkcs12", "-export", "-in", text, "-out", path, "-nomac", "-certpbe", "NONE", *words)
    return path


def test_a_password_that_opens_nothing_is_wrong_without_an_integrity_check_too(
    console: Any, without_check: Path, tmp_path: Path
) -> None:
    right = ("--password-file", secret(tmp_path / "right", COMMON))
    wrong = ("--password-file", secret(tmp_path / "wrong", OTHER))
    before = without_check.read_bytes()
    certificate = tmp_path / "partner.cer"
    certificate.write_bytes(pair("partner").chain[0].der)
    for words in (
        ("list", without_check),
        ("generate", without_check, *GENERATE),
        ("import", without_check, certificate),
    ):
        code, data = console(*words, *wrong)
        assert (code, data["error"]["kind"]) == (3, "wrong-password")
    code, data = console("generate", without_check, *GENERATE)
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    assert without_check.read_bytes() == before
    # Without any it is listed, and the key is locked.
    code, data = console("list", without_check)
    assert (code, data["integrity"], data["entries"][0]["locked"]) == (0, "none", True)
    code, data = console("list", without_check, *right)
    assert (code, data["entries"][0]["locked"]) == (0, False)
    assert console("generate", without_check, *GENERATE, *right)[0] == 0
    assert not any(each.is_locked for each in open_file(without_check, COMMON).store.entries)
