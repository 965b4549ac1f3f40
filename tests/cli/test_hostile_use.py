"""What people and scripts do wrong with the verbs that write: nothing is lost, and all is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handfast.services.authority.journal import journal_path, read_journal
from tests.support.console import json_of

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = 8


@pytest.fixture
def console(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console in a folder with a CA in ca.p12 and a request in a.csr."""
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    monkeypatch.chdir(tmp_path)

    run = json_of(capsys)
    new = ("generate", "--key", "ec:P-256")
    assert run(*new, "ca.p12", "--alias", "ca", "--dname", "CN=CA", "--purpose", "ca")[0] == 0
    assert run(*new, "a.p12", "--alias", "a", "--dname", "CN=a")[0] == 0
    assert run("request", "a.p12", "--alias", "a", "--out", "a.csr")[0] == 0
    assert run("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out", "a.pem")[0] == 0
    return run


READING = [
    ("sign", "ca.p12", "--alias", "ca", "--out", "new", "--request"),
    ("revoke", "ca.p12", "--alias", "ca"),
    ("reply", "a.p12"),
    ("reply", "a.p12", "a.pem", "--from"),
    ("import", "a.p12"),
    ("import-key", "a.p12"),
    ("complete", "a.p12", "--from"),
    ("compare", "a.pem"),
    ("verify", "a.pem", "--trust", "ca.p12", "--crl"),
    ("verify", "a.pem", "--trust"),
    ("verify", "--trust", "ca.p12"),
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("verb", READING, ids=" ".join)
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(
    verb: tuple[str, ...], console: Any
) -> None:
    os.mkfifo("pipe")
    code, data = console(*verb, "pipe")
    assert (code, data["error"]["code"]) == (7, 7)
    assert "named pipe" in data["error"]["problem"]


@pytest.mark.parametrize("verb", READING, ids=" ".join)
def test_an_empty_file_is_named(verb: tuple[str, ...], console: Any) -> None:
    Path("nothing").touch()
    code, data = console(*verb, "nothing")
    assert code == 4
    assert "nothing" in data["error"]["problem"]


WRITING = [
    ("request", "ca.p12", "--alias", "ca", "--out"),
    ("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out"),
    ("crl", "ca.p12", "--alias", "ca", "--out"),
    ("export", "ca.p12", "--alias", "ca", "--out"),
    ("export-key", "ca.p12", "--alias", "ca", "--out"),
    ("export-key", "ca.p12", "--alias", "ca", "--encoding", "public-pem", "--out"),
]
REPORTING = [("check", "a.p12", "--openmetrics"), ("scan", ".", "--csv"), ("scan", ".", "--junit")]


@pytest.mark.parametrize("verb", WRITING, ids=" ".join)
def test_no_output_replaces_the_journal_of_a_ca(verb: tuple[str, ...], console: Any) -> None:
    journal = journal_path(Path("ca.p12"))
    before = journal.read_bytes()
    code, data = console(*verb, journal.name, "--force")
    assert (code, data["error"]["code"]) == (6, 6)
    assert journal.read_bytes() == before


@pytest.mark.parametrize("name", ["", ".", "/"])
@pytest.mark.parametrize("verb", WRITING, ids=" ".join)
def test_an_output_without_a_name_is_a_slip(verb: tuple[str, ...], name: str, console: Any) -> None:
    code, data = console(*verb, name)
    assert (code, data["error"]["kind"]) == (2, "usage")


@pytest.mark.parametrize("name", ["n" * 300, "no/such/file", "a\0b"])
@pytest.mark.parametrize("verb", [*WRITING, *REPORTING], ids=" ".join)
def test_a_name_that_the_system_does_not_take_is_a_problem_of_the_file(
    verb: tuple[str, ...], name: str, console: Any
) -> None:
    code, data = console(*verb, name)
    assert (code, data["error"]["code"]) == (7, 7)


@pytest.mark.parametrize(
    ("encoding", "password", "code"),
    [("pkcs12", "passwörter", 2), ("pkcs12", "short", 2), ("pem", "abc", 2), ("pem-key", "", 3),
     ("pkcs12", "long enough", 0), ("pem", "abcd", 0)],
)  # fmt: skip
def test_the_password_of_an_exported_key_follows_the_rules_of_its_format(
    encoding: str, password: str, code: int, console: Any
) -> None:
    Path("secret.txt").write_text(password, encoding="utf-8")
    assert console("export-key", "a.p12", "--alias", "a", "--out", "out", "--encoding", encoding,
                   "--out-password-file", "secret.txt")[0] == code  # fmt: skip
    assert Path("out").exists() == (code == 0)


def at_once(*commands: tuple[str, ...]) -> list[int]:
    """The exit codes of programs that run at the same time."""
    environment = {**os.environ, "HANDFAST_PASSWORD": "changeit"}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "handfast", *each],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for each in commands
    ]  # fmt: skip
    return [each.wait(timeout=120) for each in running]


@pytest.mark.usefixtures("console")
def test_the_journal_loses_no_line_when_several_issue_at_once() -> None:
    sign = ("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out")
    crl = ("crl", "ca.p12", "--alias", "ca", "--out")
    generate = ("--alias", "n", "--dname", "CN=n", "--key", "ec:P-256", "--issuer", "ca.p12#ca")
    codes = at_once(
        *[(*sign, f"{number}.pem") for number in range(MANY)],
        *[(*crl, f"{number}.crl") for number in range(2)],
        *[("generate", f"{number}.p12", *generate) for number in range(2)],
        ("revoke", "ca.p12", "--alias", "ca", "a.pem"),
    )
    assert set(codes) == {0}
    journal = read_journal(journal_path(Path("ca.p12")))
    assert len(journal.issued) == len(journal.serials()) == 1 + MANY + 2
    assert len(journal.revoked) == 1
    assert [number for _, number in journal.crl_numbers] == [2]


@pytest.mark.usefixtures("console")
def test_the_first_lines_of_a_journal_are_written_by_two_at_once() -> None:
    journal_path(Path("ca.p12")).unlink()
    sign = ("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out")
    assert at_once((*sign, "1.pem"), (*sign, "2.pem"), (*sign, "3.pem")) == [0, 0, 0]
    assert len(read_journal(journal_path(Path("ca.p12"))).issued) == 3


def test_a_link_to_the_keystore_of_a_ca_leads_to_the_same_journal(console: Any) -> None:
    Path("folder").mkdir()
    Path("folder/link.p12").symlink_to(Path("ca.p12").absolute())
    assert console("revoke", "folder/link.p12", "--alias", "ca", "a.pem")[0] == 0
    assert console("revoke", "ca.p12", "--alias", "ca", "a.pem")[0] == 6
    assert [each.name for each in Path("folder").iterdir()] == ["link.p12"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"kind": "handfast-ca-journal"', "null"])
@pytest.mark.parametrize("verb", [
    ("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out", "new"),
    ("crl", "ca.p12", "--alias", "ca", "--out", "new"),
    ("revoke", "ca.p12", "--alias", "ca", "a.pem"),
    ("generate", "new", "--alias", "n", "--dname", "CN=n", "--key", "ec:P-256",
     "--issuer", "ca.p12#ca"),
], ids=lambda verb: verb[0])  # fmt: skip
def test_nothing_is_issued_with_a_damaged_journal(
    verb: tuple[str, ...], content: str, console: Any
) -> None:
    journal = journal_path(Path("ca.p12"))
    journal.write_text(content)
    code, data = console(*verb)
    assert (code, data["error"]["kind"]) == (4, "damaged")
    assert journal.read_text() == content
    assert not Path("new").exists()


@pytest.mark.parametrize("arguments", [
    ("check", "a.p12", "--days", "9" * 20),
    ("scan", ".", "--days", "9" * 20),
    ("check", "a.p12", "--days", "-1"),
    *[("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out", "new", *more)
      for more in (("--purpose", "ca", "--path-length", "-1"), ("--days", "0"),
                   ("--purpose", "ca", "--path-length", "9" * 30), ("--days", "9" * 30))],
    *[("generate", "new", "--alias", "n", "--dname", "CN=n", "--purpose", "ca", "--path-length",
       length) for length in ("-1", "9" * 30)],
    *[("revoke", "ca.p12", "--alias", "ca", f"--serial={serial}")
      for serial in ("-5", "1_0", "\u0663", "0x", "", "zz", "f" * 5000)],
    ("renew", "a.p12", "--alias", "a", "--days", "-1"),
    ("crl", "ca.p12", "--alias", "ca", "--out", "new", "--days", "9" * 30),
    ("verify", "a.pem", "--trust", "ca.p12", "--hostname", ""),
    ("verify", "a.pem", "--trust", "ca.p12", "--at", ""),
    ("request", "a.p12", "--alias", "a", "--out", "new", "--san", "email:\u00fc@example.com"),
], ids=lambda arguments: " ".join(arguments)[:60])  # fmt: skip
def test_a_value_out_of_bounds_is_a_slip(arguments: tuple[str, ...], console: Any) -> None:
    code, data = console(*arguments)
    assert (code, data["error"]["kind"]) == (2, "usage"), data
    assert not Path("new").exists()


def test_the_old_entry_with_the_same_key_stays_out_of_pem(console: Any) -> None:
    assert console("generate", "a.pem.pem", "--alias", "a", "--dname", "CN=a",
                   "--key", "ec:P-256")[0] == 0  # fmt: skip
    before = Path("a.pem.pem").read_bytes()
    code, data = console("renew", "a.pem.pem", "--alias", "a", "--keep-old")
    assert (code, data["error"]["kind"]) == (5, "unsupported")
    assert Path("a.pem.pem").read_bytes() == before
    assert console("renew", "a.pem.pem", "--alias", "a", "--keep-old", "--new-key")[0] == 0


@pytest.mark.parametrize("verb", [
    ("verify", "a.pem", "--trust", "ca.p12"), ("complete", "a.p12"),
], ids=lambda verb: verb[0])  # fmt: skip
def test_what_is_asked_for_online_is_refused_where_the_network_is_forbidden(
    verb: tuple[str, ...], console: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert console(*verb)[0] == 0
    monkeypatch.setenv("HANDFAST_NO_NETWORK", "1")
    code, data = console(*verb, "--online")
    assert (code, data["error"]["kind"]) == (6, "network-forbidden")
    assert "HANDFAST_NO_NETWORK" in data["error"]["remedy"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to be both")
@pytest.mark.parametrize("arguments", [
    ("sign", "closed/ca.p12", "--alias", "ca", "--request", "closed/a.csr", "--out", "new"),
    ("import", "closed/a.p12", "closed/a.pem"),
    ("check", "closed/a.p12", "--openmetrics", "closed/new"),
    ("list", "closed/a.p12"),
    ("generate", "closed/sub/n.p12", "--alias", "n", "--dname", "CN=n"),
], ids=lambda arguments: arguments[0])  # fmt: skip
def test_a_folder_that_nobody_may_enter_is_told(arguments: tuple[str, ...], console: Any) -> None:
    console("list", "a.p12")
    Path("closed").mkdir(mode=0o700)
    os.seteuid(65534)
    try:
        code, data = console(*arguments)
    finally:
        os.seteuid(0)
    assert (code, data["error"]["code"]) == (7, 7), data
