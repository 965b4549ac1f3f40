"""Both sides of a test setup in one go: they work together, and it is all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import FileProblem
from handfast.core.password import Password
from handfast.services.authority import both_sides
from handfast.services.authority.both_sides import BothSides, make_both_sides
from handfast.services.authority.journal import journal_path, read_journal
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD = "changeit"


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console in a folder of its own; code and JSON."""
    return json_console(capsys, monkeypatch, tmp_path, PASSWORD)


@pytest.mark.parametrize("wanted", ["pkcs12", "jks"])
@pytest.mark.parametrize("key", ["ec:P-256", "rsa:2048"])
def test_both_sides_work_together(
    run: Any, keytool: Tool, openssl: Tool, tmp_path: Path, wanted: str, key: str
) -> None:
    code, told = run("test-setup", "lab", "--host", "api.test", "--host", "127.0.0.1",
                     "--format", wanted, "--key", key)  # fmt: skip
    assert code == 0, told
    assert len(told["files"]) == 7
    lab, ending = tmp_path / "lab", {"pkcs12": "p12", "jks": "jks"}[wanted]
    sides = ("--client", f"lab/client.{ending}", "--client-trust", f"lab/client-trust.{ending}",
             "--server", f"lab/server.{ending}", "--server-trust",
             f"lab/server-trust.{ending}")  # fmt: skip
    for host in ("api.test", "127.0.0.1"):
        assert run("rehearse", *sides, "--hostname", host)[0] == 0
    assert run("rehearse", *sides, "--hostname", "other.test")[0] == 1
    for name in ("server", "client"):
        listed = keytool("-list", "-keystore", lab / f"{name}.{ending}", "-storepass", PASSWORD)
        assert "PrivateKeyEntry" in listed.stdout
        assert run("export", f"lab/{name}.{ending}", "--alias", name, "--out", f"{name}.pem",
                   "--encoding", "pem")[0] == 0  # fmt: skip
        openssl("verify", "-x509_strict", "-purpose", f"ssl{name}", "-CAfile", lab / "ca.pem",
                tmp_path / f"{name}.pem")  # fmt: skip
    assert len(read_journal(journal_path(lab / f"ca.{ending}")).issued) == 2
    code, told = run("listen", "--identity", f"lab/server.{ending}", "--trust",
                     f"lab/server-trust.{ending}", "--negative", "--ca",
                     f"lab/ca.{ending}")  # fmt: skip
    assert code == 0, told


@pytest.mark.parametrize(("more", "code"), [
    (("--host", "a b"), 2), (("--host", ""), 2), (("--client", ""), 2), (("--key", "rsa:7"), 2),
    (("--days", "0"), 2),
])  # fmt: skip
def test_what_is_wrong_leaves_nothing_behind(
    run: Any, tmp_path: Path, more: tuple[str, ...], code: int
) -> None:
    found, told = run("test-setup", "lab", *more)
    assert found == code, told
    assert not (tmp_path / "lab").exists()


def test_nothing_that_is_there_is_replaced(run: Any, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "client.p12").write_bytes(b"mine")
    code, told = run("test-setup", "lab")
    assert (code, told["error"]["kind"]) == (6, "already-exists")
    assert [each.name for each in (tmp_path / "lab").iterdir()] == ["client.p12"]
    assert (tmp_path / "lab" / "client.p12").read_bytes() == b"mine"
    (tmp_path / "file").write_bytes(b"")
    assert run("test-setup", "file")[0] == 7


@pytest.mark.parametrize("at", range(5))
def test_a_fault_in_the_middle_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    real, count = both_sides.save_store, 0

    def failing(*given: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count > at:
            raise FileProblem("The disk is full.")
        return real(*given, **named)

    monkeypatch.setattr(both_sides, "save_store", failing)
    for folder in (tmp_path / "new", tmp_path / "old"):
        count = 0
        if folder.name == "old":
            folder.mkdir()
            (folder / "else.txt").write_text("stays")
        with pytest.raises(FileProblem):
            make_both_sides(folder, BothSides(), Password(PASSWORD))
    assert not (tmp_path / "new").exists()
    assert [each.name for each in (tmp_path / "old").iterdir()] == ["else.txt"]


def test_a_password_is_needed(run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HANDFAST_PASSWORD")
    assert run("test-setup", "lab")[0] == 3
    assert not (tmp_path / "lab").exists()
