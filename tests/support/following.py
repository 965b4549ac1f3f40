"""Recipes carried out as they are printed: files written, commands run, placeholders filled in."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.handshake.recipes import facts_of
from handfast.handshake.report.party import PartyStore
from handfast.services.files.saving import new_store, save_store
from tests.handshake.making import CLIENT, SERVER, Made, make, trusting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.handshake.recipes import Recipe, RecipeFacts, Snippet
    from handfast.handshake.report.party import Side

#: As nasty as a folder may be without being refused by a file system.
NASTY = 'it\'s "our" folder, #1; 100% back\\slash ü 漢'
SECRET = "open sesame"
_ENDINGS = {Format.PKCS12: "p12", Format.JKS: "jks", Format.PEM: "pem", Format.JCEKS: "jceks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A root and a CA below it."""

    root: Made
    issuing: Made

    def issue(self, name: str, side: Side, *, ends: int = 300) -> Made:
        usage = SERVER if side == "server" else CLIENT
        return make(name, by=self.issuing, usages=(usage,), kind="rsa", ends=ends)


def authority(name: str) -> Authority:
    root = make(f"{name} Root", ca=True)
    return Authority(root=root, issuing=make(f"{name} Issuing", by=root, ca=True))


def stores(
    folder: Path,
    side: Side,
    own: Made,
    trusted: Made,
    *,
    wanted: Format = Format.PKCS12,
    port: int = 0,
    whole: bool = True,
) -> RecipeFacts:
    """Both stores of a side on disk, and the facts about them; ``whole`` is of the chain."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    pair = own.pair(side, chain=None if whole else (own.certificate,))
    for what, entries in (("keys", (pair,)), ("trust", trusting(trusted).entries)):
        path = folder / f"{side} {what}.{_ENDINGS[wanted]}"
        store = new_store(wanted, Password(SECRET)).with_entries(entries)
        paths.append(PartyStore(store=save_store(store, path).store, path=path))
    return facts_of(
        role=side,
        keys=paths[0],
        alias=side,
        trust=paths[1],
        partner="Globex",
        host="localhost",
        port=port,
        address="127.0.0.1" if side == "server" else "",
    )


def filled(snippet: Snippet) -> str:
    """A snippet with the password in its places, as a person writes it there."""
    text = snippet.text
    for each in snippet.placeholders:
        assert each.text in text
        assert "password" in each.text, f"{each.text} is no password"
        text = text.replace(each.text, SECRET)
    assert "<" not in text.replace("<<", "") or snippet.language in {"xml", "java"}
    return text


def prepare(recipe: Recipe, folder: Path) -> list[str]:
    """Write each file, make each copy; the commands that are left to run."""
    folder.mkdir(parents=True, exist_ok=True)
    commands: list[str] = []
    for snippet in recipe.snippets:
        if snippet.file_name:
            path = folder / snippet.file_name
            path.write_text(filled(snippet), encoding="utf-8")
            path.chmod(0o600)
        elif snippet.language == "shell" and snippet.text.startswith("handfast "):
            done = shell(snippet.text, folder, HANDFAST_PASSWORD=SECRET)
            assert done.returncode == 0, done.stderr
        elif snippet.language == "shell":
            commands.append(filled(snippet))
    return commands


def _environment(folder: Path, more: dict[str, str]) -> dict[str, str]:
    own = str(Path(sys.executable).parent)
    path = os.pathsep.join((own, os.environ["PATH"]))
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "HOME": str(folder), **more}


def shell(
    command: str, folder: Path, *, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """A command line, as it is, in a folder."""
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=20,
        check=False,
        env=_environment(folder, variables),
    )


@contextlib.contextmanager
def started(command: str, folder: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A command line that goes on, without a terminal; ended at the end."""
    with subprocess.Popen(
        ["sh", "-c", f"exec {command}"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        # Passwords are asked for on the terminal; where there is none, on standard input.
        start_new_session=True,
        env=_environment(folder, variables),
    ) as process:
        # Whatever it waits for, the test that waits for it goes on.
        watch = threading.Timer(30, process.kill)
        watch.start()
        try:
            yield process
        finally:
            watch.cancel()
            process.kill()


def say(process: subprocess.Popen[str], text: str) -> None:
    """Type something, whether or not it still listens."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        os.write(process.stdin.fileno(), text.encode())


def until(process: subprocess.Popen[str], words: str) -> str:
    """Read what it prints until a line with these words; all of it."""
    assert process.stdout is not None
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return "".join(seen)
    raise AssertionError(f"“{words}” was not printed: {''.join(seen)}")
