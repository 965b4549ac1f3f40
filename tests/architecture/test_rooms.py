"""Inside ``ui/``: no circle of files, no arrow from a lower room to a higher one, no full room."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support.arrows import PACKAGE, arrows, circles, module_of

if TYPE_CHECKING:
    from pathlib import Path

UI = PACKAGE / "ui"
#: From the ground up; a room may import from those on its own floor and beneath.
FLOORS = (
    ("widgets",),
    ("details", "program"),
    (
        "authority",
        "dialogs",
        "help",
        "inventory",
        "jdks",
        "live",
        "mutual_tls",
        "preferences",
        "rehearsal",
        "renewal",
        "start",
        "store_tab",
        "verification",
        "wizards",
    ),
    ("window",),
    ("app",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MAX_FILES_IN_A_ROOM = 24


def room_of(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_file_is_in_a_circle() -> None:
    """In the whole package: what is imported for types or in functions counts too."""
    assert circles(arrows()) == []


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(module_of(path, UI)) for path in UI.rglob("*.py")} - {"", "__init__"}
    assert rooms == FLOOR.keys()


def test_no_arrow_runs_upward() -> None:
    upward = [
        f"{module} imports {other}"
        for module, others in arrows(UI).items()
        for other in others
        if room_of(module) in FLOOR and FLOOR[room_of(other)] > FLOOR[room_of(module)]
    ]
    assert sorted(upward) == []


def test_rooms_on_one_floor_are_in_no_circle() -> None:
    rooms: dict[str, set[str]] = {room: set() for room in FLOOR}
    for module, others in arrows(UI).items():
        if room_of(module) in FLOOR:
            rooms[room_of(module)] |= {room_of(each) for each in others} - {room_of(module)}
    assert circles(rooms) == []


@pytest.mark.parametrize("folder", sorted({path.parent for path in UI.parent.rglob("*.py")}))
def test_no_folder_is_full(folder: Path) -> None:
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MAX_FILES_IN_A_ROOM, f"{folder.name} has {len(files)} files"


def test_the_house_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Print how full each room is and which arrows run between them; shown also without -s."""
    between: Counter[tuple[str, str]] = Counter()
    files: Counter[str] = Counter()
    for module, others in arrows(UI).items():
        files[room_of(module)] += "." in module
        for other in others:
            if room_of(other) != room_of(module):
                between[room_of(module), room_of(other)] += 1
    folders = Counter(path.parent for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    fullest = ", ".join(
        f"{folder.relative_to(PACKAGE).as_posix()} {count}"
        for folder, count in folders.most_common(8)
    )
    with capsys.disabled():
        print(f"\n{len(folders)} folders, at most {MAX_FILES_IN_A_ROOM} files each: {fullest}")
        print(f"ui/: {sum(between.values())} arrows of {len(between)} kinds between rooms")
        for room in FLOOR:
            told = ", ".join(f"{b} {n}" for (a, b), n in sorted(between.items()) if a == room)
            print(f"  {room} ({files[room]} files): {told or 'imports no other room'}")
    assert between
