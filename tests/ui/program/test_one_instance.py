"""One window for each person: real processes, killed and stopped for real."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

import pytest

from handfast.services.demo import make_demo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WAIT = 20
_START = str(Path(__file__).parents[2] / "support" / "ui" / "watched_start.py")


class Started:
    """A process whose window can be asked what it shows."""

    def __init__(self, environment: dict[str, str], *arguments: object) -> None:
        command = [sys.executable, _START, *map(str, arguments)]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def until(self, fits: Callable[[dict[str, object]], bool]) -> dict[str, object]:
        while True:
            line = self._lines.get(timeout=_WAIT)
            assert line, f"it ended: {self.process.stderr and self.process.stderr.read()}"
            if fits(state := json.loads(line)):
                return state

    def shows(self, *paths: Path) -> dict[str, object]:
        """Wait until it has just these tabs, the last one in front."""
        names = [str(path) for path in paths]
        return self.until(lambda state: state["tabs"] == names)


class Machine:
    """A private runtime folder, and what was started in it."""

    def __init__(self, folder: Path, name: str = "runtime") -> None:
        runtime = folder / name
        runtime.mkdir(mode=0o700)
        self.runtime = runtime
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}},
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        self.started: list[Started] = []

    def start(self, *arguments: object) -> Started:
        made = Started(self.environment, *arguments)
        self.started.append(made)
        return made

    def hand_over(self, *arguments: object, cwd: Path | None = None) -> int:
        """A second start as a double click makes it: its exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "handfast", *map(str, arguments)],
            env=self.environment, cwd=cwd, timeout=_WAIT, capture_output=True, check=False,
        )  # fmt: skip
        assert not done.stderr, done.stderr
        return done.returncode


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    # Not beneath the folder of the test: the name of a socket has room for a hundred letters.
    made = Machine(tmp_path_factory.mktemp("machine"))
    yield made
    for each in made.started:
        each.process.kill()
        each.process.communicate()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder)
    return sorted(folder.glob("*.jks"))[:2] + sorted(folder.glob("*.p12"))[:2]


def test_a_second_start_hands_its_files_over_raises_the_window_and_opens_nothing_twice(
    machine: Machine, stores: list[Path]
) -> None:
    one, two = stores[:2]
    first = machine.start("--minimized", one)
    first.until(lambda state: state["minimized"] is True)
    # Named from another folder, as in a terminal.
    assert machine.hand_over(two.name, cwd=two.parent) == 0
    first.until(lambda state: state["tabs"] == [str(one), str(two)] and state["minimized"] is False)
    assert machine.hand_over(one) == 0
    assert first.until(lambda state: state["current"] == str(one))["tabs"] == [str(one), str(two)]


def test_handing_over_loads_nothing_of_qt(machine: Machine, stores: list[Path]) -> None:
    machine.start(stores[0]).shows(stores[0])
    code = (
        "import sys; sys.argv[1:] = [sys.argv[1]]\n"
        "from handfast.__main__ import main\n"
        "code = main()\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "sys.exit(code or bool(loaded & {'PySide6', 'cryptography', 'asn1crypto'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(stores[1])], env=machine.environment, check=False,
        timeout=_WAIT,
    )  # fmt: skip
    assert done.returncode == 0


def test_a_new_instance_is_asked_for(machine: Machine, stores: list[Path]) -> None:
    first = machine.start(stores[0])
    first.shows(stores[0])
    machine.start("--new-instance", stores[1]).shows(stores[1])
    # The first is still the one that later starts find.
    assert machine.hand_over(stores[2]) == 0
    first.shows(stores[0], stores[2])


def test_of_several_that_start_at_once_one_has_all_the_files(
    machine: Machine, stores: list[Path]
) -> None:
    all_ = [machine.start(path) for path in stores]
    until = time.monotonic() + _WAIT
    while sum(each.process.poll() is None for each in all_) > 1 and time.monotonic() < until:
        for each in all_:
            if each.process.poll() is None:
                try:
                    each.process.wait(0.05)
                except subprocess.TimeoutExpired:
                    continue
    (left,) = [each for each in all_ if each.process.poll() is None]
    assert all(each.process.returncode == 0 for each in all_ if each is not left)
    left.until(lambda state: set(state["tabs"]) == {str(path) for path in stores})


def test_one_that_was_killed_stands_in_nobodys_way(machine: Machine, stores: list[Path]) -> None:
    first = machine.start(stores[0])
    first.shows(stores[0])
    first.process.kill()
    first.process.wait()
    assert list(machine.runtime.rglob("*.socket")), "nothing was left behind: shows nothing"
    second = machine.start(stores[1])
    second.shows(stores[1])
    assert machine.hand_over(stores[2]) == 0
    second.shows(stores[1], stores[2])


def test_where_the_first_hangs_a_window_of_its_own_opens_and_the_file_only_there(
    machine: Machine, stores: list[Path]
) -> None:
    first = machine.start(stores[0])
    first.shows(stores[0])
    first.process.send_signal(signal.SIGSTOP)
    machine.start(stores[1]).shows(stores[1])
    first.process.send_signal(signal.SIGCONT)
    assert machine.hand_over(stores[2]) == 0
    # Not what the other one shows by now.
    first.shows(stores[0], stores[2])


def test_where_the_first_is_killed_while_it_is_waited_for_the_file_is_shown_all_the_same(
    machine: Machine, stores: list[Path]
) -> None:
    first = machine.start(stores[0])
    first.shows(stores[0])
    (address,) = machine.runtime.rglob("*.socket")
    first.process.send_signal(signal.SIGSTOP)
    before = knocking(address)
    second = machine.start(stores[1])
    until = time.monotonic() + _WAIT
    # It has knocked, and nobody will answer.
    while knocking(address) == before:
        assert time.monotonic() < until
    first.process.kill()
    second.shows(stores[1])
    # The place of the first is free again.
    third = machine.start(stores[2])
    third.shows(stores[2])
    assert machine.hand_over(stores[3]) == 0
    third.shows(stores[2], stores[3])


def knocking(address: Path) -> int:
    """How many sockets of that name the system knows: the one that listens, and those waiting."""
    return Path("/proc/net/unix").read_text(encoding="ascii").count(str(address))


def test_another_person_has_a_window_of_their_own(
    tmp_path_factory: pytest.TempPathFactory, stores: list[Path]
) -> None:
    one, other = (Machine(tmp_path_factory.mktemp(name)) for name in ("one", "other"))
    try:
        mine, theirs = one.start(stores[0]), other.start(stores[1])
        mine.shows(stores[0])
        theirs.shows(stores[1])
        # Each hears of its own, and of nobody else’s.
        assert one.hand_over(stores[2]) == 0
        assert other.hand_over(stores[3]) == 0
        mine.shows(stores[0], stores[2])
        theirs.shows(stores[1], stores[3])
    finally:
        for each in (*one.started, *other.started):
            each.process.kill()
            each.process.communicate()


def test_only_the_person_can_reach_it(machine: Machine, stores: list[Path]) -> None:
    machine.start(stores[0]).shows(stores[0])
    (address,) = machine.runtime.rglob("*.socket")
    assert address.stat().st_mode & 0o077 == 0
    assert address.parent.stat().st_mode & 0o077 == 0


def test_a_runtime_folder_with_a_long_name_has_one_window_too(
    tmp_path: Path, stores: list[Path]
) -> None:
    machine = Machine(tmp_path, "r" * 120)
    others = set(Path("/tmp").glob("handfast-*/*.socket"))
    try:
        first = machine.start(stores[0])
        first.shows(stores[0])
        assert machine.hand_over(stores[1]) == 0
        first.shows(stores[0], stores[1])
        assert list(machine.runtime.rglob("*.socket")) == [], "had room: shows nothing"
        (address,) = set(Path("/tmp").glob("handfast-*/*.socket")) - others
        assert address.stat().st_mode & 0o077 == 0
        assert address.parent.stat().st_mode & 0o077 == 0
        # And left behind it stands in nobody’s way.
        first.process.kill()
        first.process.wait()
        second = machine.start(stores[2])
        second.shows(stores[2])
        assert machine.hand_over(stores[3]) == 0
        second.shows(stores[2], stores[3])
    finally:
        for each in machine.started:
            each.process.kill()
            each.process.communicate()
        for left in set(Path("/tmp").glob("handfast-*/*.socket")) - others:
            left.unlink()


def test_nonsense_on_the_socket_harms_nothing(machine: Machine, stores: list[Path]) -> None:
    first = machine.start(stores[0])
    first.shows(stores[0])
    (address,) = machine.runtime.rglob("*.socket")
    for nonsense in (b"", b"\xff\n", b"[]\n", b'{"paths": [1]}\n', b'{"paths": "x"}\ngo\n'):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(address))
            connection.sendall(nonsense)
    assert machine.hand_over(stores[1]) == 0
    first.shows(stores[0], stores[1])


def test_tabs_come_back_unless_files_are_named(machine: Machine, stores: list[Path]) -> None:
    first = machine.start()
    first.until(lambda state: state["tabs"] == [])
    assert machine.hand_over(stores[0], stores[1]) == 0
    first.shows(stores[0], stores[1])
    settings = Path(machine.environment["XDG_CONFIG_HOME"], "Handfast", "Handfast.conf")
    until = time.monotonic() + _WAIT
    while not settings.exists() or stores[1].name not in settings.read_text().partition("tabs")[2]:
        assert time.monotonic() < until
    first.process.kill()
    first.process.wait()
    looking = machine.start(stores[2])
    looking.shows(stores[2])
    looking.process.kill()
    looking.process.wait()
    machine.start().shows(stores[0], stores[1])
