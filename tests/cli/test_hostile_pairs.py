"""Pairs in and out under misuse: keys stay protected, and each kind of failure has its answer."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.services.exchange import key_files

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "secret12"


def _make(folder: Path) -> None:
    """A CA, pairs in three formats, their replies, and one pair in the clear."""
    for name, text in {
        "pw": PASSWORD, "wrong": "another1", "empty": "", "new": "newpass77", "own": "keypass99",
    }.items():  # fmt: skip
        Path(folder / name).write_text(f"{text}\n", encoding="utf-8")

    def run(*arguments: str) -> None:
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
            assert main(list(arguments)) == 0, arguments

    made = ("--key", "ec:P-256", "--alias")
    run("generate", "ca.p12", *made, "ca", "--dname", "CN=CA", "--purpose", "ca")
    run("export", "ca.p12", "--alias", "ca", "--out", "ca.crt", "--encoding", "pem")
    for ending in ("jks", "p12", "pem"):
        store = f"s.{ending}"
        run("generate", store, *made, "pair", "--dname", "CN=host.example")
        run("request", store, "--alias", "pair", "--out", "r.csr", "--force")
        run("sign", "ca.p12", "--alias", "ca", "--request", "r.csr", "--out", f"{ending}.der",
            "--encoding", "der")  # fmt: skip
    run("export-key", "s.p12", "--alias", "pair", "--unencrypted", "--out", "loose.pem",
        "--encoding", "pem")  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDFAST_PASSWORD", PASSWORD)
        patch.chdir(folder)
        _make(folder)
    return folder


@pytest.fixture
def console(
    made: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console in a folder of its own with all that."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin or b"")))
        code = main([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def contents() -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in Path().iterdir() if each.is_file()}


NEW_KEYS = [
    ("import-key", "{}", "loose.pem", "--alias", "n"),
    ("import-key", "{}", "random.bin", "--alias", "n", "--secret", "AES"),
    ("generate", "{}", "--alias", "n", "--dname", "CN=n", "--key", "ec:P-256"),
    ("copy", "s.jks", "{}", "--password-file", "pw", "--on-collision", "rename"),
]


@pytest.mark.parametrize("target", ["new.pem", "trusted.pem", "clear.pem", "s.pem"])
@pytest.mark.parametrize("verb", NEW_KEYS, ids=lambda verb: f"{verb[0]}-{len(verb)}")
def test_no_key_is_put_into_a_text_unencrypted(
    verb: tuple[str, ...], target: str, console: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy("ca.crt", "trusted.pem")
    shutil.copy("loose.pem", "clear.pem")
    Path("random.bin").write_bytes(bytes(range(16)))
    monkeypatch.delenv("HANDFAST_PASSWORD")
    before = contents()
    code, data = console(*(each.format(target) for each in verb))
    if verb[0] == "copy" and target in {"new.pem", "s.pem"}:
        # The password of the source is that of the target, unless that has one of its own.
        assert code == 0
        assert b"ENCRYPTED" in Path(target).read_bytes()
        return
    if "--secret" in verb and code == 5:
        assert "secret keys" in data["error"]["problem"]
    else:
        assert (code, data["error"]["kind"]) == (3, "password-needed")
    assert contents() == before


def test_a_key_in_a_text_gets_the_password_that_is_given(console: Any) -> None:
    assert console("import-key", "new.pem", "loose.pem", "--password-file", "new")[0] == 0
    assert b"ENCRYPTED PRIVATE KEY" in Path("new.pem").read_bytes()
    assert console("list", "new.pem", "--password-file", "new")[0] == 0
    assert console("list", "new.pem", "--password-file", "wrong")[0] == 3


def test_the_password_of_a_text_is_not_changed_while_its_keys_are_locked(
    console: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HANDFAST_PASSWORD")
    before = contents()
    code, data = console("password", "s.pem", "--new-password-file", "new")
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    assert "--password-file" in data["error"]["remedy"]
    assert contents() == before
    changed = ("password", "s.pem", "--password-file", "pw", "--new-password-file", "new")
    assert console(*changed)[0] == 0


USES = [
    ("request", "{}", "--alias", "pair", "--out", "o.csr"),
    ("export-key", "{}", "--alias", "pair", "--out", "o.pem", "--out-password-file", "new"),
    ("renew", "{}", "--alias", "pair"),
    ("password", "{}", "--alias", "pair", "--new-password-file", "new"),
]


@pytest.mark.parametrize("verb", USES, ids=lambda verb: verb[0])
def test_a_key_password_that_does_not_fit_is_wrong_and_one_that_lacks_is_needed(
    verb: tuple[str, ...], console: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ("--alias", "pair", "--new-password-file", "own")
    assert console("password", "s.jks", *own)[0] == 0
    before = contents()
    verb = tuple(each.format("s.jks") for each in verb)
    for name, kind in (("wrong", "wrong-password"), ("empty", "wrong-password")):
        code, data = console(*verb, "--key-password-file", name)
        assert (code, data["error"]["kind"]) == (3, kind)
    code, data = console(*verb)
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    assert "--key-password-file" in data["error"]["remedy"]
    monkeypatch.delenv("HANDFAST_PASSWORD")
    code, data = console(*verb)
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    # Without any password, that of the keystore may be what lacks.
    assert "--password-file" in data["error"]["remedy"]
    assert contents() == before
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    assert console(*verb, "--key-password-file", "own")[0] == 0


def test_a_locked_key_in_the_input_tells_a_wrong_password_from_none(console: Any) -> None:
    locked = ("export-key", "s.p12", "--alias", "pair", "--out", "locked.pem", "--encoding", "pem",
              "--out-password-file", "own")  # fmt: skip
    assert console(*locked)[0] == 0
    imported = ("import-key", "n.p12", "locked.pem")
    assert console(*imported)[1]["error"]["kind"] == "password-needed"
    wrong = console(*imported, "--key-password-file", "wrong")
    assert (wrong[0], wrong[1]["error"]["kind"]) == (3, "wrong-password")
    assert not Path("n.p12").exists()
    assert console(*imported, "--key-password-file", "own")[0] == 0


def test_copying_from_a_text_whose_keys_are_locked_asks_for_its_password(
    console: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HANDFAST_PASSWORD")
    for source in ("s.pem", "s.jks"):
        code, data = console("copy", source, "n.p12", "--dest-password-file", "new")
        assert (code, data["error"]["kind"]) == (3, "password-needed"), source
    assert not Path("n.p12").exists()


@pytest.mark.parametrize("store", ["s.jks", "s.p12", "s.pem"])
def test_a_reply_whose_signature_is_broken_is_refused(store: str, console: Any) -> None:
    reply = Path(f"{store[2:]}.der")
    damaged = bytearray(reply.read_bytes())
    damaged[-5] ^= 1
    Path("bad.der").write_bytes(damaged)
    before = contents()
    for others in (("ca.crt",), ("--from", "ca.crt")):
        code, data = console("reply", store, "bad.der", *others)
        assert (code, data["error"]["kind"]) == (6, "refused")
        assert "was not signed by “CA”" in data["error"]["problem"]
    assert contents() == before
    assert console("reply", store, reply.name, "ca.crt")[0] == 0


def test_an_issuer_of_the_same_name_with_another_key_is_not_put_into_a_chain(console: Any) -> None:
    old = ("generate", "old.p12", "--alias", "ca", "--dname", "CN=CA", "--key", "ec:P-256")
    assert console(*old, "--purpose", "ca")[0] == 0
    assert console("export", "old.p12", "--alias", "ca", "--out", "old.crt")[0] == 0
    assert console("reply", "s.p12", "p12.der", "old.crt")[0] == 6
    # Both are there: the right one is found by its signature.
    assert console("reply", "s.p12", "p12.der", "old.crt", "ca.crt")[0] == 0
    assert console("check", "s.p12")[0] == 0
    assert console("reply", "s.jks", "jks.der", "ca.crt")[0] == 0
    assert console("export-key", "s.jks", "--alias", "pair", "--unencrypted", "--out", "k.pem",
                   "--encoding", "pem-key")[0] == 0  # fmt: skip
    code, data = console("import-key", "n.p12", "k.pem", "jks.der", "old.crt")
    assert code == 0
    assert len(data["entries"][0]["chain"]) == 1
    assert any("was not signed by “CA”" in note for note in data["notes"])


def test_a_damaged_key_in_a_secret_is_damaged_and_not_locked(console: Any) -> None:
    secret = ("export-key", "s.p12", "--alias", "pair", "--out", "secret.yaml", "--unencrypted")
    assert console(*secret, "--encoding", "kubernetes-secret")[0] == 0
    text = Path("secret.yaml").read_text()
    head, _, tail = text.partition("tls.key: ")
    Path("secret.yaml").write_text(f"{head}tls.key: {tail[:80]}\n")
    code, data = console("import-key", "n.p12", "secret.yaml")
    assert (code, data["error"]["kind"]) == (4, "damaged"), data


@pytest.mark.parametrize("alias", [
    "", "  ", "\u00a0", "\u200b", "\u202e\u200f", "\ufeff", "a\x00b", "a\nb", "a\tb", "a\x7fb",
    "a\x85b", "a\u2028b", "x" * 5000, "\ud800",
])  # fmt: skip
@pytest.mark.parametrize("verb", [
    ("rename", "s.jks", "pair"), ("rename", "s.p12", "pair"), ("rename", "s.pem", "pair"),
    ("import-key", "s.p12", "loose.pem", "--alias"),
], ids=" ".join)  # fmt: skip
def test_an_alias_that_nobody_could_see_or_type_is_a_slip(
    verb: tuple[str, ...], alias: str, console: Any
) -> None:
    before = contents()
    code, data = console(*verb, alias)
    assert (code, data["error"]["kind"]) == (2, "usage")
    assert contents() == before


@pytest.mark.parametrize(("store", "alias"), [
    ("s.jks", "x" * 300), ("s.p12", "x" * 300), ("s.pem", "x" * 300), ("s.jks", "שלום"),
    ("s.p12", "🔑"), ("s.pem", "שלום"), ("s.jks", "straße"), ("s.p12", "e\u0301"),
    ("s.pem", "a/b"), ("s.jks", "İx"), ("s.p12", ".."),
])  # fmt: skip
def test_an_unusual_alias_serves_every_verb(store: str, alias: str, console: Any) -> None:
    assert console("rename", store, "pair", alias)[0] == 0
    assert console("show", store, "--alias", alias)[0] == 0
    assert console("request", store, "--alias", alias, "--out", "o.csr")[0] == 0
    assert console("export-key", store, "--alias", alias, "--out", "o.p12")[0] == 0
    assert console("copy", store, "o.jks", alias)[0] == 0
    copied = console("list", "o.jks")[1]["entries"][0]["alias"]
    assert console("copy", "o.jks", "t.p12", copied)[0] == 0
    assert console("rename", store, alias, "pair")[0] == 0
    assert console("delete", "o.jks", copied)[0] == 0


def test_the_alias_that_a_copy_gets_is_told_as_it_is_stored(console: Any) -> None:
    assert console("rename", "s.p12", "pair", "Server")[0] == 0
    code, data = console("copy", "s.p12", "o.jks")
    assert (code, data["copied"][0]["to"]) == (0, "server")
    assert [each["alias"] for each in console("list", "o.jks")[1]["entries"]] == ["server"]
    assert console("copy", "s.p12", "o.jks")[1]["error"]["kind"] == "already-exists"


def test_standard_input_serves_where_a_file_does(console: Any) -> None:
    loose, reply = Path("loose.pem").read_bytes(), Path("p12.der").read_bytes()
    assert console("import-key", "n.p12", "-", stdin=loose)[0] == 0
    assert console("reply", "s.p12", "-", "ca.crt", stdin=reply)[0] == 0
    assert console("import", "s.jks", "-", stdin=Path("ca.crt").read_bytes())[0] == 0
    request = Path("r.csr").read_bytes()
    signed = ("sign", "ca.p12", "--alias", "ca", "--request", "-", "--out", "signed.pem")
    assert console(*signed, stdin=request)[0] == 0
    assert console("import-key", "m.p12", "-", stdin=b"")[0] == 4
    assert console("import-key", "m.p12", "-", "-", stdin=loose)[0] == 2
    twice = console("import-key", "m.p12", "-", "--password-file", "-", stdin=b"x\n" + loose)
    assert (twice[0], twice[1]["error"]["kind"]) == (2, "usage")
    keys = ("--key-password-file", "-")
    assert console("import-key", "m.p12", "-", *keys, stdin=b"x\n" + loose)[0] == 2
    assert not Path("m.p12").exists()


def test_files_that_belong_together_are_written_all_or_none(
    console: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handfast.core.errors import FileProblem

    really = key_files.write_file
    Path("z.crt").write_text("older\n")

    def full(path: Path, data: bytes, **more: Any) -> Any:
        if path.name == "z-fullchain.crt":
            raise FileProblem("The disk is full.")
        return really(path, data, **more)

    monkeypatch.setattr(key_files, "write_file", full)
    exported = ("export-key", "s.p12", "--alias", "pair", "--encoding", "pem-files",
                "--unencrypted", "--out", "z", "--force")  # fmt: skip
    assert console(*exported)[0] == 7
    assert not Path("z.key").exists()
    assert Path("z.crt").read_text() == "older\n"
    monkeypatch.setattr(key_files, "write_file", really)
    assert console(*exported)[0] == 0
    assert Path("z.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("encoding", ["pkcs12", "pem", "pem-key", "pem-files", "pkcs8"])
def test_an_older_export_of_the_same_key_is_replaced_and_that_of_another_is_not(
    encoding: str, console: Any
) -> None:
    exported = ("export-key", "s.p12", "--alias", "pair", "--encoding", encoding, "--out", "out",
                *(() if encoding == "pkcs12" else ("--unencrypted",)))  # fmt: skip
    assert console(*exported)[0] == 0
    assert console(*exported)[1]["error"]["kind"] == "already-exists"
    # The certificate is another one meanwhile, of the same key.
    assert console("reply", "s.p12", "p12.der", "ca.crt")[0] == 0
    assert console(*exported, "--force")[0] == 0
    before = contents()
    other = ("export-key", "s.jks", *exported[2:], "--force")
    code, data = console(*other)
    assert (code, data["error"]["kind"]) == (6, "refused")
    assert "never overwritten" in data["error"]["problem"]
    assert contents() == before
    # Nor is a keystore that holds more than the key.
    assert console("copy", "s.p12", "more.p12")[0] == 0
    assert console("import", "more.p12", "jks.der", "--alias", "them")[0] == 0
    into = ("export-key", "s.p12", "--alias", "pair", "--out")
    assert console(*into, "more.p12", "--force")[0] == 6
    assert console(*into, "s.p12", "--force")[0] == 6


CHANGES = [
    ("rename", "s.p12", "pair", "x"),
    ("delete", "s.jks", "pair"),
    ("password", "s.p12", "--new-password-file", "new"),
    ("reply", "s.p12", "p12.der", "ca.crt"),
    ("import-key", "s.jks", "loose.pem"),
    ("copy", "s.p12", "s.jks", "--on-collision", "rename"),
    ("complete", "s.p12", "--from", "ca.crt"),
]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to be both")
@pytest.mark.parametrize("verb", CHANGES, ids=lambda verb: verb[0])
def test_a_file_or_a_folder_that_may_not_be_written_stays(
    verb: tuple[str, ...], console: Any
) -> None:
    Path().chmod(0o755)
    if verb[0] == "complete":
        assert console("reply", "s.p12", "p12.der")[0] == 0
    for each in Path().iterdir():
        each.chmod(0o444)
    before = contents()
    os.seteuid(65534)
    try:
        code, data = console(*verb)
    finally:
        os.seteuid(0)
    assert (code, data["error"]["kind"]) == (7, "file"), data
    assert contents() == before


@pytest.mark.usefixtures("console")
@pytest.mark.parametrize("verb", CHANGES[:6], ids=lambda verb: verb[0])
def test_a_kill_leaves_the_old_or_the_new_file_and_no_readable_rest(verb: tuple[str, ...]) -> None:
    environment = {**os.environ, "HANDFAST_PASSWORD": PASSWORD}
    command = [sys.executable, "-m", "handfast"]
    store = verb[2] if verb[0] == "copy" else verb[1]
    original = Path(store).read_bytes()
    for delay in (0.12, 0.2, 0.26, 0.32, 0.4):
        Path(store).write_bytes(original)
        child = subprocess.Popen(
            [*command, *verb], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            child.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        name = "new" if verb[0] == "password" and Path(store).read_bytes() != original else "pw"
        listed = subprocess.run(
            [*command, "list", store, "--password-file", name, "--json"],
            env=environment, capture_output=True, check=True,
        )  # fmt: skip
        assert json.loads(listed.stdout)["integrity"] == "verified"
        for rest in Path().glob(f".{store}.handfast-*"):
            assert rest.stat().st_mode & 0o777 == 0o600
            rest.unlink()
