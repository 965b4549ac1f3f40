"""Imports inside functions: only where something heavy or rare is loaded, and not one more."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

import handfast

PACKAGE = Path(handfast.__file__).parent


class Late(NamedTuple):
    """How many a room may have, and why any: each of them is of this kind."""

    most: int
    why: str


#: A number may fall; it rises only with a reason, as where a window is loaded when it is asked for.
ROOMS = {
    "core": Late(21, "rows of a keystore are shown from DER, without the library’s x509"),
    "formats": Late(30, "a cipher or a format that the file at hand does not use"),
    "services": Late(71, "the library’s x509 and keys, archives: a start or a list does without"),
    "documents": Late(6, "saving, sealing, and changing a password: not before the first"),
    "handshake": Late(9, "the library’s x509 and serialization, OpenSSL’s binding"),
    "flows": Late(18, "what runs at the end of a wizard: OpenSSL, key generation, saving"),
    "cli": Late(195, "a verb loads what it does once it does it; help and completion load nothing"),
    "ui/widgets": Late(3, "the drawing of SVG, a failure, a secret on the clipboard"),
    "ui/details": Late(8, "pages that are shown after the rows"),
    "ui/program": Late(24, "one platform’s own, a crash, the first thing that runs at the start"),
    "ui/store_tab": Late(14, "checks, a problem, the keyring: after the rows"),
    "ui/start": Late(0, ""),
    "ui/window": Late(94, "a window, a dialog, or a wizard, loaded when it is asked for"),
    "ui/dialogs": Late(1, "a window opened from it"),
    "ui/preferences": Late(2, "a window opened from it"),
    "ui/wizards": Late(8, "a page that few come to, the ending"),
    "ui/mutual_tls": Late(4, "a page that few come to"),
    "ui/rehearsal": Late(4, "printing, and the report in HTML"),
    "ui/live": Late(1, "a window opened from it"),
    "ui/help": Late(2, "explaining, which loads every known message"),
    "ui/authority": Late(0, ""),
    "ui/inventory": Late(0, ""),
    "ui/jdks": Late(0, ""),
    "ui/renewal": Late(0, ""),
    "ui/verification": Late(0, ""),
}
#: Modules that are loaded with Python or by everything: there is nothing to save by waiting.
NEVER_LATE = {
    "ast", "collections", "collections.abc", "codecs", "contextlib", "dataclasses", "datetime",
    "enum", "functools", "hashlib", "ipaddress", "itertools", "json", "os", "pathlib", "re",
    "secrets", "sys", "typing", "handfast.core.errors", "handfast.core.language",
    "handfast.core.store", "handfast.core.entry", "handfast.core.password",
    "handfast.core.asn1.ber",
}  # fmt: skip
#: The start itself is measured to the millisecond: ``ui/program/startup.py`` has the table.
AT_THE_START = ("__init__.py", "__main__.py", "language_choice.py", "ui/program/", "cli/main.py")


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


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_has_more_than_it_needs(room: str) -> None:
    found = late_imports(PACKAGE / room)
    assert len(found) <= ROOMS[room].most, found
    assert bool(ROOMS[room].most) is bool(ROOMS[room].why)


def test_every_room_is_counted() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()} - {"ui"}
    rooms |= {f"ui/{path.name}" for path in (PACKAGE / "ui").iterdir() if path.is_dir()}
    assert rooms - {"ui/__pycache__", "__pycache__", "resources"} == ROOMS.keys()


def test_what_is_loaded_anyway_is_not_late() -> None:
    found = []
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith(AT_THE_START):
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    names = (
                        {node.module}
                        if isinstance(node, ast.ImportFrom)
                        else {each.name for each in node.names}
                        if isinstance(node, ast.Import)
                        else set()
                    )
                    found += [f"{name}:{node.lineno}: {each}" for each in names & NEVER_LATE]
    assert sorted(set(found)) == []
