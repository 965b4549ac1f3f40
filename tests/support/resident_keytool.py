"""The JDK's keytool in one virtual machine that stays, for the many tests that run it.

Starting a virtual machine takes ten times as long as what keytool does in it. It is the same
keytool, with the same arguments, input, and output. What only a process of its own can have
(options of the virtual machine, its providers, its environment, another working folder) gets one.
"""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.tools import Tool, program, tool

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = Path(__file__).parent.parent / "data" / "keytool" / "KeytoolServer.java"
#: Options of which keytool in another state, or another process, makes something else.
_OF_A_PROCESS = ("-J", "-provider", "-addprovider", "-debug", "-help", "--help", "-h", "-?")
_COMMANDS = frozenset(
    {
        "-certreq", "-changealias", "-delete", "-exportcert", "-export", "-gencert",
        "-genkeypair", "-genkey", "-genseckey", "-importcert", "-import", "-importkeystore",
        "-importpass", "-keypasswd", "-list", "-printcert", "-printcertreq", "-printcrl",
        "-storepasswd",
    }
)  # fmt: skip


class ResidentKeytool:
    """Runs keytool as :func:`tests.support.tools.tool` does, in a machine that stays."""

    def __init__(self, *options: str) -> None:
        self._program = program("keytool")
        self._as_process: Tool = tool("keytool", *(f"-J{option}" for option in options))
        # Without what makes a short run quick: here the compiler has time to be worth it.
        self._options = [each for each in options if "TieredStopAtLevel" not in each]
        self._folder = Path.cwd()
        self._server: subprocess.Popen[bytes] | None = None
        self._stays = True

    def __call__(
        self, *arguments: str | Path, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        words = [str(each) for each in arguments]
        if not self._can_stay(words):
            return self._as_process(*words, check=check, stdin=stdin)
        done = self._run(words, stdin or "")
        if done is None:
            # A Java in which one cannot stay.
            self.end()
            self._stays = False
            return self._as_process(*words, check=check, stdin=stdin)
        if check and done.returncode != 0:
            raise AssertionError(f"keytool failed: {done.stdout}\n{done.stderr}")
        return done

    def end(self) -> None:
        """End the virtual machine."""
        if self._server is not None:
            self._server.kill()
            self._server.communicate()
            self._server = None

    def _can_stay(self, words: list[str]) -> bool:
        return (
            self._stays
            and words[:1] != []
            and words[0] in _COMMANDS
            and not any(each.startswith(_OF_A_PROCESS) or ":env" in each for each in words)
            and all(each.isprintable() for each in words)
            and Path.cwd() == self._folder
        )

    def _run(self, words: list[str], stdin: str) -> subprocess.CompletedProcess[str] | None:
        sent = [str(len(words)).encode(), *map(_encoded, words), _encoded(stdin)]
        server = self._server = self._server or self._begin()
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            server.stdin.write(b"".join(line + b"\n" for line in sent))
            server.stdin.flush()
        except BrokenPipeError:
            return None
        answer = [server.stdout.readline() for _line in range(3)]
        if not answer[-1]:
            return None
        out, err = (_decoded(line) for line in answer[1:])
        return subprocess.CompletedProcess([self._program, *words], int(answer[0]), out, err)

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [program("java"), *self._options,
             "--add-exports", "java.base/sun.security.tools.keytool=ALL-UNNAMED", str(_SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Java warns that there will be no such guard in later versions.
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip


@contextlib.contextmanager
def resident_keytool(*options: str) -> Iterator[Tool]:
    """The keytool on PATH, with options of its virtual machine, until it is needed no more."""
    keytool = ResidentKeytool(*options)
    try:
        yield keytool
    finally:
        keytool.end()


def _encoded(text: str) -> bytes:
    return base64.b64encode(text.encode())


def _decoded(line: bytes) -> str:
    """Text with the newlines that :mod:`subprocess` gives it."""
    text = base64.b64decode(line).decode()
    return text.replace("\r\n", "\n").replace("\r", "\n")
