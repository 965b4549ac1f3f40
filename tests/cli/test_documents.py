"""What every JSON document has in common, and odd input that ends in a plain answer."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


def answer(capsys: Any, *arguments: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_each_has_the_version_of_its_shape(capsys: Any, demo: Path, tmp_path: Path) -> None:
    keys, trust = demo / "acme-keystore.p12", demo / "acme-truststore.p12"
    partner, theirs = demo / "globex-keystore.jks", demo / "globex-truststore.jks"
    for arguments in (
        ("list", keys),
        ("list", keys, trust),
        ("show", keys),
        ("check", keys),
        ("explain", "PKIX path building failed"),
        ("recipe",),
        ("export", keys, "--alias", "acme", "--out", tmp_path / "acme.cer"),
        ("rehearse", "--client", keys, "--client-trust", trust, "--server", partner,
         "--server-trust", theirs),
        ("list", tmp_path / "absent"),
        ("list",),
        ("lost",),
    ):  # fmt: skip
        assert answer(capsys, *arguments)[1]["schema"] == 1, arguments


def test_so_has_each_line_of_the_test_server(demo: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "handfast", "listen", "--identity", demo / "globex-keystore.jks",
         "--trust", demo / "globex-truststore.jks", "--for", "0.2", "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [json.loads(line)["schema"] for line in done.stdout.splitlines()] == [1]


def test_a_list_of_several_has_the_error_of_the_one_that_is_missing(
    capsys: Any, demo: Path, tmp_path: Path
) -> None:
    code, data = answer(capsys, "list", demo / "acme-keystore.p12", tmp_path / "absent.p12")
    assert (code, data["error"]["code"], data["error"]["kind"]) == (7, 7, "file")
    first, second = data["stores"]
    assert first["entries"]
    assert first["notes"] == []
    assert second["error"] == data["error"]


def test_the_variable_forbids_listening_everywhere(
    capsys: Any, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = (
        "listen", "--identity", demo / "globex-keystore.jks",
        "--trust", demo / "globex-truststore.jks", "--for", "0.1",
    )  # fmt: skip
    assert main([*map(str, arguments)]) == 0
    monkeypatch.setenv("HANDFAST_NO_NETWORK", "1")
    for address in ("127.0.0.1", "::1", "localhost", "0.0.0.0"):
        code, data = answer(capsys, *arguments, "--address", address)
        assert (code, data["error"]["kind"]) == (6, "network-forbidden"), address


@pytest.mark.parametrize("proxy", ["a@b@c:1", "http://a@b@c:1/", "a@@c:1", "@a@c:1"])
def test_an_address_with_two_at_signs_is_refused(capsys: Any, proxy: str) -> None:
    code, data = answer(capsys, "probe", "localhost:1", "--proxy", proxy)
    assert (code, data["error"]["kind"]) == (2, "usage")
    assert "%40" in data["error"]["remedy"]


def test_a_variable_that_is_not_text_is_a_wrong_password(
    capsys: Any, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, "HANDFAST_PASSWORD": "a\ud800"})
    for arguments in (
        ("list", demo / "acme-keystore.p12"),
        ("generate", tmp_path / "new.p12", "--alias", "a", "--dname", "CN=a"),
    ):
        code, data = answer(capsys, *arguments)
        assert (code, data["error"]["kind"]) == (3, "wrong-password")


def test_the_name_of_a_file_does_not_drive_the_terminal(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    import getpass

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    evil = tmp_path / "\x1b[31mred.p12"
    monkeypatch.setenv("HANDFAST_PASSWORD", "secret1")
    assert main(["convert", str(demo / "acme-keystore.p12"), str(evil)]) == 3
    (tmp_path / "source.txt").write_text("changeit\n", encoding="utf-8")
    source = ("--password-file", str(tmp_path / "source.txt"))
    dest = tmp_path / "dest.txt"
    dest.write_text("secret1\n", encoding="utf-8")
    made = ["convert", str(demo / "acme-keystore.p12"), str(evil), *source]
    assert main([*made, "--dest-password-file", str(dest)]) == 0
    monkeypatch.delenv("HANDFAST_PASSWORD")
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return "wrong one"

    monkeypatch.setattr(getpass, "getpass", typed)
    monkeypatch.setattr(sys, "stdin", Terminal())
    capsys.readouterr()
    assert main(["list", str(evil)]) == 3
    out, err = capsys.readouterr()
    assert len(asked) == 3
    assert "\\x1b[31mred.p12" in asked[0]
    assert "\x1b" not in out + err + "".join(asked)


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have no such names.")
def test_the_example_in_a_folder_whose_name_is_not_text(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    done = subprocess.run(
        [sys.executable, "-m", "handfast", "demo", folder, "--no-window"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    command = next(
        line.strip() for line in done.stdout.decode().splitlines() if "acme-keystore" in line[20:]
    )
    assert command.startswith("handfast list $'")
    words = command.removeprefix("handfast list ")
    read = subprocess.run(
        ["bash", "-c", f"cat {words} | head -c 1"], capture_output=True, check=True
    )
    assert read.stdout == b"0"
