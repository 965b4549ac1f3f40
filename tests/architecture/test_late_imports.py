"""Imports inside functions: only where something heavy or rare is loaded, and not one more."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import handfast

PACKAGE = Path(handfast.__file__).parent
#: How many there are for each room. A number may fall; it rises only with a reason, as where a
#: window is loaded when it is asked for.
MAX_LATE_IMPORTS = {
    "flows": 24,
    "ui/widgets": 3,
    "ui/dialogs": 1,
    "ui/preferences": 4,
    "ui/wizards": 8,
    "ui/mutual_tls": 4,
    "ui/rehearsal": 4,
    "ui/live": 1,
    "ui/help": 3,
}


def late_imports(folder: Path) -> list[str]:
    """Each import inside a function, with its place."""
    found = set()
    for path in folder.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                found |= {
                    f"{path.relative_to(PACKAGE)}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Import | ast.ImportFrom)
                }
    return sorted(found)


@pytest.mark.parametrize("room", MAX_LATE_IMPORTS)
def test_no_room_has_more_than_it_needs(room: str) -> None:
    found = late_imports(PACKAGE / room)
    assert len(found) <= MAX_LATE_IMPORTS[room], found
