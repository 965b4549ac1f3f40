"""Entries dragged by a real mouse on a real X server: to another tab, and to another program."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from tests.support.tools import program
from tests.support.x_server import x_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handfast.core.entry import KeyPair

ROOT = Path(__file__).parents[3]
CHILD = ROOT / "tests" / "support" / "ui" / "drag_child.py"


class Child:
    """One of the windows, and what it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the window ended"
        return json.loads(line)

    def ask(self) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return self.read()


@contextlib.contextmanager
def child(environment: dict[str, str], *arguments: str) -> Iterator[Child]:
    with subprocess.Popen(
        [sys.executable, CHILD, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    ) as process:  # fmt: skip
        try:
            yield Child(process)
        finally:
            process.terminate()
            process.wait(20)


class Mouse:
    """The mouse of the X server."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.xdotool = program("xdotool")

    def do(self, *words: str) -> None:
        subprocess.run([self.xdotool, *words], env=self.environment, check=True, timeout=20)
        time.sleep(0.15)

    def drag(self, begin: Sequence[int], end: Sequence[int], *, escapes: bool = False) -> None:
        """Press, move in steps as a hand does, and let go."""
        self.do("mousemove", *map(str, begin))
        self.do("mousedown", "1")
        steps = 12
        for step in range(1, steps + 1):
            at = (round(a + (b - a) * step / steps) for a, b in zip(begin, end, strict=True))
            self.do("mousemove", *map(str, at))
        # Within the place, so that a drag that has just come there is asked for its answer.
        self.do("mousemove_relative", "3", "2")
        time.sleep(0.4)
        if escapes:
            self.do("key", "Escape")
        self.do("mouseup", "1")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with x_server("1440x900") as found:
        yield {
            **found,
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_RUNTIME_DIR": str(tmp_path),
        }


@pytest.fixture
def pair(tmp_path: Path) -> KeyPair:
    made = make_pair(PairRequest(alias="one", name="CN=one.example", key="ec:P-256"))
    save_store(new_store(Format.PKCS12, WELL_KNOWN).with_entries([made]), tmp_path / "source.p12")
    save_store(new_store(Format.PKCS12, WELL_KNOWN), tmp_path / "target.p12")
    return made


def settled(window: Child, wanted: list[list[str]]) -> list[list[str]]:
    """What is in the keystores, once it is what is waited for, or after a while."""
    found = window.ask()
    for _ in range(50):
        if found == wanted:
            break
        time.sleep(0.1)
        found = window.ask()
    return list(found)


@pytest.mark.usefixtures("pair")
def test_an_entry_goes_to_the_tab_on_which_it_is_dropped(
    environment: dict[str, str], tmp_path: Path
) -> None:
    mouse = Mouse(environment)
    with child(environment, "entries", str(tmp_path)) as window:
        places = window.read()
        # Dropped on its own keystore, or given up on the way, it stays where it is.
        mouse.drag(places["row"], places["elsewhere"])
        assert window.ask() == [["one"], []]
        mouse.drag(places["row"], places["tab"], escapes=True)
        time.sleep(0.5)
        assert window.ask() == [["one"], []]
        # Hovering over the tab has brought it to the front.
        mouse.do("key", "ctrl+Prior")
        mouse.drag(places["row"], places["tab"])
        assert settled(window, [["one"], ["one"]]) == [["one"], ["one"]]


def test_its_certificate_is_a_file_for_other_programs(
    environment: dict[str, str], tmp_path: Path, pair: KeyPair
) -> None:
    mouse = Mouse(environment)
    with (
        child(environment, "files") as other,
        child(environment, "entries", str(tmp_path)) as window,
    ):
        here = other.read()["here"]
        places = window.read()
        mouse.drag(places["row"], here)
        files = other.read()
        (text,) = files.values()
        assert pair.chain[0].public_pem().strip() in text
        assert "PRIVATE" not in text
        assert window.ask() == [["one"], []]
