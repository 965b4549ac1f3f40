"""A journal that cannot be read or written: nothing is issued, and what is said helps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from handfast.services.authority.journal import journal_path, read_journal
from tests.support.console import json_console

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "long enough"
VERBS = {
    "sign": ("sign", "ca.p12", "--alias", "ca", "--request", "own.csr", "--out", "new.pem"),
    "crl": ("crl", "ca.p12", "--alias", "ca", "--out", "new.crl"),
    "generate": ("generate", "new.p12", "--alias", "new", "--dname", "CN=new", "--key", "ec:P-256",
                 "--issuer", "ca.p12#ca"),
}  # fmt: skip


@pytest.fixture
def call(capsys: Any, monkeypatch: Any, tmp_path: Path) -> Any:
    found = json_console(capsys, monkeypatch, tmp_path, PASSWORD)
    key = ("--key", "ec:P-256")
    for made in (
        ("generate", "ca.p12", "--alias", "ca", "--dname", "CN=CA", "--purpose", "ca", *key),
        ("generate", "own.p12", "--alias", "own", "--dname", "CN=own", *key),
        ("request", "own.p12", "--alias", "own", "--out", "own.csr"),
    ):
        assert found(*made)[0] == 0
    return found


@pytest.mark.skipif(os.name != "posix", reason="Windows has other kinds of files")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("what", "remedy"),
    [("folder", "Rename"), ("pipe", "Rename"), ("link to nothing", "Delete the link")],
)
def test_something_else_has_its_name(
    what: str, remedy: str, verb: str, call: Any, tmp_path: Path
) -> None:
    path = journal_path(tmp_path / "ca.p12")
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "nowhere" / "journal")
    before = {each.name for each in tmp_path.iterdir()}
    code, answer = call(*VERBS[verb])
    assert code == 7
    assert answer["error"]["remedy"].startswith(remedy)
    assert "journal of the CA" in answer["error"]["causes"][-1]
    assert {each.name for each in tmp_path.iterdir()} == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_that_may_not_be_written_to(verb: str, call: Any, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        code, answer = call(*VERBS[verb])
    finally:
        tmp_path.chmod(0o755)
    assert code == 7
    assert answer["error"]["problem"]


@pytest.mark.parametrize("verb", VERBS)
def test_where_nothing_is_in_the_way(verb: str, call: Any, tmp_path: Path) -> None:
    assert call(*VERBS[verb])[0] == 0
    assert read_journal(journal_path(tmp_path / "ca.p12")).stamp is not None
