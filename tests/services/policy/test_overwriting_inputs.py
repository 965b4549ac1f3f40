"""What a command reads is never what it writes, under whatever name the file is reached."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import AlreadyExists, InvalidInput, Refused
from handfast.services.authority.journal import journal_path
from handfast.services.policy.overwriting import check_different, check_output
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = "long enough"


@pytest.fixture
def call(capsys: Any, monkeypatch: Any, tmp_path: Path) -> Any:
    """A CA, a pair with a request, a certificate alone, and a file with the password."""
    found: Callable[..., tuple[int, dict[str, Any]]] = json_console(
        capsys, monkeypatch, tmp_path, PASSWORD
    )
    key = ("--key", "ec:P-256")
    made = (
        ("generate", "ca.p12", "--alias", "ca", "--dname", "CN=CA", "--purpose", "ca", *key),
        ("generate", "own.p12", "--alias", "own", "--dname", "CN=own.example", *key),
        ("generate", "new.p12", "--alias", "new", "--dname", "CN=own.example", *key),
        ("request", "own.p12", "--alias", "own", "--out", "own.csr"),
        ("export", "own.p12", "--alias", "own", "--out", "trust.pem"),
        ("export", "new.p12", "--alias", "new", "--out", "next.pem"),
    )
    for each in made:
        assert found(*each)[0] == 0
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    (tmp_path / "preset.json").write_text("{}", encoding="utf-8")
    return found


SIGN = ("sign", "ca.p12", "--alias", "ca", "--request", "own.csr")
PLAN = (
    "rollover", "--client", "own.p12#own", "--client-next", "new.p12#new", "--client-trust",
    "trust.pem", "--server", "own.p12#own", "--server-trust", "trust.pem", "--server-trust-next",
    "next.pem",
)  # fmt: skip
CASES = {
    "the request": ("own.csr", (*SIGN, "--out")),
    "the CA": ("ca.p12", (*SIGN, "--out")),
    "the journal": ("ca.p12.ca.json", (*SIGN, "--out")),
    "a password": ("password", (*SIGN, "--password-file", "password", "--out")),
    "the password of a key": ("password", (*SIGN, "--key-password-file", "password", "--out")),
    "the CA of a list": ("ca.p12", ("crl", "ca.p12", "--alias", "ca", "--out")),
    "the journal of a list": ("ca.p12.ca.json", ("crl", "ca.p12", "--alias", "ca", "--out")),
    "an exported keystore": ("own.p12", ("export", "own.p12", "--alias", "own", "--out")),
    "the password of an export": (
        "password", ("export", "own.p12", "--alias", "own", "--password-file", "password", "--out"),
    ),
    "a keystore that asks": ("own.p12", ("request", "own.p12", "--alias", "own", "--out")),
    "a challenge": (
        "password",
        ("request", "own.p12", "--alias", "own", "--challenge-password-file", "password", "--out"),
    ),
    "a keystore of keys": ("own.p12", ("export-key", "own.p12", "--alias", "own", "--out")),
    "the password of keys": (
        "password",
        ("export-key", "own.p12", "--alias", "own", "--out-password-file", "password", "--out"),
    ),
    "a renewed keystore": ("own.p12", ("renew", "own.p12", "--alias", "own", "--request")),
    "the password of a renewal": (
        "password",
        ("renew", "own.p12", "--alias", "own", "--password-file", "password", "--request"),
    ),
    "the trust store of a plan": ("trust.pem", (*PLAN, "--ics")),
    "the next trust store of a plan": ("next.pem", (*PLAN, "--ics")),
    "the password of a plan": ("password", (*PLAN, "--password-file", "password", "--ics")),
}  # fmt: skip


@pytest.mark.parametrize("how", ["itself", "a link", "a hard link"])
@pytest.mark.parametrize("what", CASES)
def test_what_is_read_stays(what: str, how: str, call: Any, tmp_path: Path) -> None:
    name, arguments = CASES[what]
    path = tmp_path / name
    if name.endswith(".ca.json"):
        # There is one after the first certificate.
        assert call(*SIGN, "--out", "first.pem")[0] == 0
    out = name
    if how != "itself":
        out = "other name"
        (os.symlink if how == "a link" else os.link)(path, tmp_path / out)
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}
    code, answer = call(*arguments, out, "--force")
    assert (code, answer["error"]["kind"]) == (6, "refused")
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before


@pytest.mark.parametrize("what", CASES)
def test_another_file_is_written(what: str, call: Any, tmp_path: Path) -> None:
    _, arguments = CASES[what]
    (tmp_path / "out.pem").write_text("an older one", encoding="utf-8")
    assert call(*arguments, "out.pem", "--force")[0] in {0, 1}
    assert "an older one" not in (tmp_path / "out.pem").read_text(encoding="utf-8", errors="ignore")


@pytest.mark.parametrize("verb", [(*SIGN, "--out"), ("crl", "ca.p12", "--alias", "ca", "--out")])
def test_a_journal_that_is_still_to_be_begun(verb: Any, call: Any, tmp_path: Path) -> None:
    assert not journal_path(tmp_path / "ca.p12").exists()
    code, answer = call(*verb, "ca.p12.ca.json", "--force")
    assert (code, answer["error"]["kind"]) == (6, "refused")
    assert not journal_path(tmp_path / "ca.p12").exists()


def test_a_preset_and_a_certificate_of_one_name(call: Any, tmp_path: Path) -> None:
    code, answer = call(
        *SIGN, "--purpose", "client", "--out", "both.json", "--save-preset", "./both.json"
    )
    assert (code, answer["error"]["kind"]) == (2, "usage")
    assert not (tmp_path / "both.json").exists()


def test_the_rule_itself(tmp_path: Path) -> None:
    given, absent = tmp_path / "given.txt", tmp_path / "absent.txt"
    given.write_text("text", encoding="utf-8")
    with pytest.raises(AlreadyExists):
        check_output(given, replace=False)
    with pytest.raises(Refused):
        check_output(given, replace=False, read=(given,))
    check_output(given, replace=True, read=(absent,))
    with pytest.raises(Refused):
        check_output(absent, replace=True, read=(tmp_path / "." / "absent.txt",))
    with pytest.raises(InvalidInput):
        check_different((given, absent, tmp_path / "." / "given.txt"))
    check_different((given, absent))
