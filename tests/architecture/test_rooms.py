"""Inside ``ui/``: no circle of files, no arrow from a lower room to a higher one, no full room."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "app" / "handfast" / "ui"
#: From the ground up; a room may import from those on its own floor and beneath.
FLOORS = (
    ("widgets",),
    ("details", "program"),
    (
        "authority",
        "dialogs",
        "help",
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


def module_of(path: Path) -> str:
    """``store_tab.store_view``, and the name of a room for its ``__init__``."""
    return ".".join(path.relative_to(UI).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def arrows() -> dict[str, set[str]]:
    """What each module of ``ui/`` imports of ``ui/``: at its top, for types, in functions."""
    modules = {module_of(path): path for path in UI.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for module, path in modules.items():
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                # A name of the package may be a module of its own, else it is in the package.
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                named = {each for each in whole if each.removeprefix("handfast.ui.") in modules}
                names |= named | ({node.module} if named != whole else set())
        own = {
            name.removeprefix("handfast.ui.") for name in names if name.startswith("handfast.ui.")
        }
        found[module] = (own & modules.keys()) - {module}
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one module (Tarjan, 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        path.append(module)
        for other in graph[module]:
            if other not in order:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in path:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            at = path.index(module)
            if len(path) - at > 1:
                found.append(sorted(path[at:]))
            del path[at:]

    for module in graph:
        if module not in order:
            visit(module)
    return found


def test_circles_are_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_file_is_in_a_circle() -> None:
    assert circles(arrows()) == []


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(module_of(path)) for path in UI.rglob("*.py")} - {"", "__init__"}
    assert rooms == FLOOR.keys()


def test_no_arrow_runs_upward() -> None:
    upward = [
        f"{module} imports {other}"
        for module, others in arrows().items()
        for other in others
        if room_of(module) in FLOOR and FLOOR[room_of(other)] > FLOOR[room_of(module)]
    ]
    assert sorted(upward) == []


def test_rooms_on_one_floor_are_in_no_circle() -> None:
    rooms: dict[str, set[str]] = {room: set() for room in FLOOR}
    for module, others in arrows().items():
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
    for module, others in arrows().items():
        files[room_of(module)] += "." in module
        for other in others:
            if room_of(other) != room_of(module):
                between[room_of(module), room_of(other)] += 1
    with capsys.disabled():
        print(f"\nui/: {sum(between.values())} arrows of {len(between)} kinds between rooms")
        for room in FLOOR:
            told = ", ".join(f"{b} {n}" for (a, b), n in sorted(between.items()) if a == room)
            print(f"  {room} ({files[room]} files): {told or 'imports no other room'}")
    assert between
