"""A store that takes far more work than usual is opened only where somebody agrees to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import INTERRUPTED, main
from handfast.services.demo import make_demo
from tests.support.console import json_of
from tests.support.costly import PASSWORD, absurd, dear, written
from tests.support.tools import INTERRUPTIBLE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)

    return json_of(capsys)


def test_it_is_refused_with_a_remedy_that_works(console: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "dear.p12", dear())
    code, answer = console("list", path)
    assert (code, answer["error"]["kind"]) == (5, "too-costly")
    assert "5,000,001 iterations" in answer["error"]["problem"]
    assert "--allow-cost" in answer["error"]["remedy"]
    code, answer = console("list", path, "--allow-cost")
    assert code == 0
    assert [entry["alias"] for entry in answer["entries"]] == ["costly"]


def test_a_wrong_password_is_still_one(
    console: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = written(tmp_path / "dear.p12", dear())
    monkeypatch.setenv("HANDFAST_PASSWORD", "wrong")
    code, answer = console("list", path, "--allow-cost")
    assert (code, answer["error"]["kind"]) == (3, "wrong-password")


def test_what_was_sent_may_cost_as_much(console: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "dear.p12", dear())
    target = tmp_path / "trust.p12"
    code, answer = console("import", target, path)
    assert (code, answer["error"]["kind"]) == (5, "too-costly")
    assert "--allow-cost" in answer["error"]["remedy"]
    assert not target.exists()
    secret = tmp_path / "secret.txt"
    secret.write_text(PASSWORD)
    agreed = console("import", target, path, "--allow-cost", "--file-password-file", secret)
    assert agreed[0] == 0
    assert target.exists()


def test_each_store_of_a_rehearsal_may_cost(console: Any, tmp_path: Path) -> None:
    make_demo(tmp_path)
    path = written(tmp_path / "dear.p12", dear())
    arguments = ("rehearse", "--client", tmp_path / "acme-keystore.p12", "--client-trust", path,
                 "--client-password-file", tmp_path / "secret.txt",
                 "--server", tmp_path / "globex-keystore.jks",
                 "--server-password-file", tmp_path / "secret.txt",
                 "--server-trust", path)  # fmt: skip
    (tmp_path / "secret.txt").write_text("changeit")
    code, answer = console(*arguments)
    assert (code, answer["error"]["kind"]) == (5, "too-costly")
    code, answer = console(*arguments, "--allow-cost")
    assert code == 1
    assert "steps" in answer


@pytest.mark.parametrize("verb", ["list", "show", "check", "convert", "export", "probe", "listen"])
def test_every_verb_that_opens_a_store_says_so(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, "--help"]) == 0
    assert "--allow-cost" in capsys.readouterr().out


def test_verbs_without_a_store_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--help"]) == 0
    assert "--allow-cost" not in capsys.readouterr().out


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal where there are signals")
def test_it_can_be_stopped(tmp_path: Path) -> None:
    path = written(tmp_path / "absurd.p12", absurd())
    secret = tmp_path / "secret.txt"
    os.mkfifo(secret)
    command = [sys.executable, "-c", INTERRUPTIBLE, sys.executable, "-m", "handfast", "list"]
    given = [str(path), "--allow-cost", "--password-file", str(secret)]
    with subprocess.Popen([*command, *given]) as process:
        try:
            # Once the password is read, there is nothing but work to do.
            secret.write_text(PASSWORD + "\n")
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)
            process.send_signal(signal.SIGINT)
            assert process.wait(5) == INTERRUPTED
        finally:
            # Else it would be waited for for as long as it would take.
            process.kill()
