"""What a screen reader gets of the windows: read back from a real accessibility bus.

The program runs on a real X server in a session bus of its own, and another program reads its
names, roles, states, and descriptions over AT-SPI, as Orca does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.tools import program
from tests.support.x_server import x_server

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
HERE = ROOT / "tests" / "support" / "ui"
LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
SYSTEM_PYTHON = "/usr/bin/python3"
#: What people work with, by the names that AT-SPI gives the roles.
WORKED_WITH = frozenset(
    ("push button", "toggle button", "check box", "radio button", "combo box", "text",
     "password text", "spin button", "page tab", "tree", "tree table", "table", "list", "menu item",
     "list item")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing on the screen, as a screen reader has it."""

    name: str
    role: str
    description: str
    states: frozenset[str]
    labels: tuple[str, ...]
    children: tuple[Seen, ...] = field(repr=False)

    def all(self) -> Iterator[Seen]:
        """It and everything in it that is showing."""
        yield self
        for child in self.children:
            if "showing" in child.states or child.role in {"menu item", "list item"}:
                yield from child.all()

    def find(self, role: str, name: str) -> Seen:
        """The one of that role whose name begins so."""
        found = [each for each in self.all() if each.role == role and each.name.startswith(name)]
        assert found, (role, name, sorted({(each.role, each.name) for each in self.all()}))
        return found[0]


def seen(told: dict[str, Any]) -> Seen:
    return Seen(
        name=told["name"],
        role=told["role"],
        description=told["description"],
        states=frozenset(told["states"]),
        labels=tuple(told["labels"]),
        children=tuple(seen(each) for each in told["children"]),
    )


def required(found: bool, what: str) -> None:
    """Skip where something is missing that a user may lack; fail where it must be there."""
    if found:
        return
    if os.environ.get("HANDFAST_REQUIRE_TOOLS", "") not in {"", "0"}:
        pytest.fail(f"{what} is required here")
    pytest.skip(f"there is no {what}")


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """The windows by their titles, as they are on the bus."""
    session = program("dbus-run-session")
    required(LAUNCHER.exists(), "at-spi2-core")
    has_bindings = subprocess.run(
        [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')"],
        check=False,
        capture_output=True,
    )
    required(has_bindings.returncode == 0, "gir1.2-atspi-2.0 with python3-gi")
    folder = tmp_path_factory.mktemp("bus")
    script = (
        f'"{LAUNCHER}" --launch-immediately & '
        f'"{sys.executable}" "{HERE / "accessibility_child.py"}" "{folder}" > "{folder}/said" & '
        "child=$!; "
        f'for _ in $(seq 300); do grep -q ready "{folder}/said" && break; sleep 0.1; done; '
        f'"{SYSTEM_PYTHON}" "{HERE / "accessibility_reader.py"}"; '
        "kill $child; kill %1"
    )
    with x_server("1440x900") as environment:
        environment.pop("AT_SPI_BUS_ADDRESS", None)
        done = subprocess.run(
            [session, "--", "bash", "-c", script],
            env={**environment, "PYTHONPATH": str(ROOT), "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith("[")]
    assert lines, done.stdout[-2000:] + done.stderr[-3000:]
    programs = [seen(each) for each in json.loads(lines[-1])]
    assert [each.name for each in programs] == ["Handfast"], done.stderr[-3000:]
    (ours,) = programs
    return {each.name: each for each in ours.children}


def test_every_window_is_there_with_its_role(windows: dict[str, Seen]) -> None:
    roles = {name: each.role for name, each in windows.items()}
    assert roles == {
        "tour.p12 – Handfast": "frame",
        "New Keystore": "dialog",
        "Rehearse Mutual TLS": "dialog",
    }


def test_everything_that_is_worked_with_says_what_it_is(windows: dict[str, Seen]) -> None:
    silent = [
        (title, each.role, each.description)
        for title, window in windows.items()
        for each in window.all()
        if each.role in WORKED_WITH
        and not each.name.strip()
        # A line between the choices of a box.
        and each.description != "separator"
    ]
    assert silent == []


def test_what_a_box_is_for_is_told_beside_what_is_chosen(windows: dict[str, Seen]) -> None:
    boxes = {each.name: each for each in windows["New Keystore"].all() if each.role == "combo box"}
    assert "Format" in boxes["PKCS#12"].labels
    password = windows["New Keystore"].find("password text", "Password")
    assert "focusable" in password.states


def test_the_tree_speaks_sense(windows: dict[str, Seen]) -> None:
    tree = next(
        each
        for each in windows["tour.p12 – Handfast"].all()
        if each.role in {"tree", "tree table"} and each.name == "Entries"
    )
    cells = [each for each in tree.all() if each.role in {"table cell", "tree item"} and each.name]
    names = [each.name for each in cells]
    assert "Key pairs (1)" in names
    # The state that is drawn as a mark is said.
    assert "partner, expiring" in names
    assert any(name.endswith("expired") and name.startswith("a partner") for name in names)
    own = next(each for each in cells if each.name == "acme")
    assert {"selected", "focusable", "expandable"} <= own.states
    group = next(each for each in cells if each.name == "Key pairs (1)")
    assert {"expandable", "expanded"} <= group.states
    headers = [each.name for each in tree.all() if "header" in each.role]
    assert headers[:3] == ["Alias", "Common name", "Valid until"]


def test_the_status_line_is_read_as_it_stands(windows: dict[str, Seen]) -> None:
    assert windows["tour.p12 – Handfast"].find("label", "PKCS#12, 3 entries")


def test_each_step_of_a_rehearsal_is_one_sentence_in_its_order(windows: dict[str, Seen]) -> None:
    steps = [
        each.name
        for each in windows["Rehearse Mutual TLS"].all()
        if each.role == "label" and each.name.startswith("Step ")
    ]
    numbers = [int(each.split()[1].rstrip(",")) for each in steps]
    assert numbers[:3] == [1, 2, 3]
    assert numbers == sorted(numbers)
    assert "Client: " in steps[0]
    assert ", ok" in steps[0]
    # The client’s certificate is the server’s own, so that the rehearsal fails somewhere.
    assert any("failed" in each for each in steps) or all("ok" in each for each in steps)
