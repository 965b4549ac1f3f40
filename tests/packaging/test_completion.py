"""Completion in the shells themselves: keys are pressed, and the line that comes of it is read."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.cli.main import main
from handfast.services.demo import make_demo
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMPLETION = Path(__file__).parents[2] / "packaging" / "completion"
_SECONDS = 20
#: What is typed before Tab, and the line that it becomes.
CASES = [
    ("handfast gener", "handfast generate"),
    ("handfast show acme-keystore.p12 --alias a", "handfast show acme-keystore.p12 --alias acme"),
    ("handfast export --alias zz", None),
    ("handfast rename globex-keystore.jks gl", "handfast rename globex-keystore.jks globex"),
    ("handfast delete acme-truststore.p12 gl", "handfast delete acme-truststore.p12 globex"),
    ("handfast generate new.p12 --key rsa:40", "handfast generate new.p12 --key rsa:4096"),
    ("handfast generate new.p12 --key ed", "handfast generate new.p12 --key ed25519"),
    ("handfast recipe tom", "handfast recipe tomcat"),
    ("handfast check acme-keystore.p12 --fail-on expiri", "… --fail-on expiring"),
    ("handfast probe h:1 --identity acme-keystore.p12#a", "… --identity acme-keystore.p12#acme"),
    ("handfast show open.jks --alias m", r"… --alias my\ key"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    make_demo(folder)
    path = str(folder / "open.jks")
    os.environ["HANDFAST_PASSWORD"] = "changeit"
    try:
        assert (
            main(["generate", path, "--alias", "my key", "--dname", "CN=a", "--key", "ed25519"])
            == 0
        )
    finally:
        del os.environ["HANDFAST_PASSWORD"]
    return folder


def environment() -> dict[str, str]:
    found = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HANDFAST")}
    return {
        **kept, "PATH": found, "TERM": "dumb", "PS1": "> ", "INPUTRC": os.devnull,
        "HISTFILE": "", "LC_ALL": "C.UTF-8",
    }  # fmt: skip


@contextmanager
def terminal(*command: str, folder: Path) -> Iterator[Callable[[str, str], str]]:
    """A shell on a terminal of its own: send keys, and read until something has been printed."""
    process, handle = pty.fork()
    if not process:
        os.chdir(folder)
        os.execve(command[0], command, environment())

    def send(keys: str, until: str) -> str:
        os.write(handle, keys.encode())
        seen, end = "", time.monotonic() + _SECONDS
        while until not in seen:
            ready, _, _ = select.select([handle], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"waited for {until!r}, and read {seen!r}"
            seen += os.read(handle, 65536).decode(errors="replace")
        return seen

    try:
        yield send
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(handle)


#: Moves to the start of the line, lets it be printed rather than run, and ends it.
_PRINT = "\x01printf '<%s>\\n' '\x05'\r"


def pressed(send: Callable[[str, str], str], typed: str) -> str:
    """The line after Tab."""
    # The mark is split, so that what is typed is not taken for what is printed.
    told = send(f"{typed}\t{_PRINT}", ">\r\n")
    return told.rsplit("<", 1)[1].split(">", 1)[0].rstrip()


def expected(typed: str, line: str | None) -> str:
    if line is None:
        return typed
    if not line.startswith("…"):
        return line
    option = line.removeprefix("… ").split(" ", 1)[0]
    return typed[: typed.index(option)] + line.removeprefix("… ")


def test_bash(folder: Path) -> None:
    with terminal(program("bash"), "--norc", "--noprofile", "-i", folder=folder) as send:
        send(f"bind 'set bell-style none'; . {COMPLETION}/handfast.bash; echo re''ady\r", "ready")
        for typed, line in CASES:
            assert pressed(send, typed) == expected(typed, line)


def test_zsh(folder: Path) -> None:
    with terminal(program("zsh"), "-f", "-i", folder=folder) as send:
        send(
            f"bindkey -e; unsetopt beep; fpath=({COMPLETION} $fpath); autoload -Uz compinit; "
            "compinit -u -D; echo re''ady\r",
            "ready",
        )
        for typed, line in CASES:
            assert pressed(send, typed) == expected(typed, line)


def test_fish(folder: Path) -> None:
    for typed, line in CASES:
        if line is None:
            continue
        done = subprocess.run(
            [program("fish"), "--no-config", "-c",
             f"source {COMPLETION / 'handfast.fish'}; complete -C \"$argv[1]\"", typed],
            cwd=folder, env=environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        offered = [each.split("\t", 1)[0] for each in done.stdout.splitlines()]
        word = expected(typed, line).removeprefix(typed[: typed.rindex(" ") + 1])
        assert offered == [word.replace("\\", "")] or offered == [word], typed


@pytest.mark.parametrize(
    ("names", "aliases"),
    [
        (["acme-keystore.p12"], "acme\n"),
        (["acme-keystore.p12", "globex-keystore.jks"], "acme\nglobex\n"),
        (["absent.p12"], ""),
        (["README.txt"], ""),
        ([], ""),
    ],
)
def test_what_a_shell_asks(
    folder: Path, names: list[str], aliases: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["--complete-aliases", *(str(folder / name) for name in names)]) == 0
    assert capsys.readouterr() == (aliases, "")
