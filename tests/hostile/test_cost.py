"""No file costs more than two seconds or 256 MB beyond its size before somebody agreed to it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import HandfastError
from tests.hostile.measuring import MEMORY_YARD, YARD, look, memory_yardstick, yardstick
from tests.hostile.packed import CASES, PACKED

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is measured as Linux tells it"
)
#: Of processor time; what is measured is more than any one command does with a file.
SECONDS = 2.0
MEMORY = 256 * 2**20


@pytest.fixture(scope="module")
def slowness() -> float:
    """How much longer this machine takes than the one that the promise was made on: 1 to 3."""
    at_work = median(yardstick() for _ in range(9)) / YARD
    at_memory = median(memory_yardstick() for _ in range(9)) / MEMORY_YARD
    return min(3.0, max(1.0, at_work, at_memory))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Opens a file in a fork of a process that has loaded everything already."""
    demo = tmp_path_factory.mktemp("measuring") / "demo"
    command = [sys.executable, "-m", "tests.hostile.measuring", str(demo)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        into, out = process.stdin, process.stdout
        assert into is not None
        assert out is not None

        def measure(path: Path, password: str | None, *, in_full: bool = False) -> dict[str, Any]:
            asked = {"path": str(path), "password": password, "in_full": in_full}
            into.write(json.dumps(asked) + "\n")
            into.flush()
            told: dict[str, Any] = json.loads(out.readline())
            return told

        yield measure
        into.close()


@pytest.mark.parametrize("name", CASES)
def test_it_costs_little_and_is_answered(
    name: str, measured: Any, slowness: float, tmp_path: Path
) -> None:
    case = CASES[name]
    path = tmp_path / "file"
    path.write_bytes(case.make())
    told = measured(path, case.password)
    size = path.stat().st_size
    path.unlink()
    assert told["outcome"] in case.outcome.split("|")
    assert told["seconds"] < SECONDS * slowness
    assert told["bytes"] - size < MEMORY


@pytest.mark.parametrize("name", PACKED)
def test_showing_costs_little_as_well(
    name: str, measured: Any, slowness: float, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(CASES[name].make())
    told = measured(path, CASES[name].password, in_full=True)
    assert told["outcome"] in CASES[name].outcome.split("|")
    assert told["seconds"] < SECONDS * slowness


def test_the_yardstick_is_the_same_piece_of_work_each_time() -> None:
    once, again = (min(yardstick() for _ in range(5)) for _ in range(2))
    assert once > YARD / 20
    assert once / 3 < again < once * 3


def test_what_costs_is_noticed(measured: Any, tmp_path: Path) -> None:
    # The measuring itself: a good file of some size is seen to take something.
    path = tmp_path / "file"
    path.write_bytes(CASES["pkcs12 11 aliases of a megabyte"].make())
    told = measured(path, None)
    assert told["outcome"] == "opened"
    assert told["seconds"] > 0.01
    assert told["bytes"] > 20 * 2**20


def test_a_fault_is_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise HandfastError("Neither.")

    assert look(tmp_path / "missing", None) == "file"
    monkeypatch.setattr("tests.hostile.measuring.open_file", broken)
    assert look(tmp_path / "missing", None) not in {case.outcome for case in CASES.values()}
