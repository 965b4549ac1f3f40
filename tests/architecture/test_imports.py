"""Imports point downward, and Qt stays in its folder."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "app" / "handfast"
LAYERS = {
    "core": 0,
    "formats": 1,
    "services": 2,
    "handshake": 3,
    "documents": 4,
    "flows": 5,
    "cli": 6,
    "ui": 7,
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    names = imported(path)
    if layer != "ui":
        assert not [name for name in names if name.startswith("PySide6")]
    if layer in LAYERS:
        for name in names:
            parts = name.split(".")
            if parts[0] == "handfast" and len(parts) > 1 and parts[1] in LAYERS:
                assert LAYERS[parts[1]] <= LAYERS[layer], f"{path} imports {name}"


def test_everything_but_the_window_loads_without_qt() -> None:
    names = [
        "handfast." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] not in {"ui", "__main__.py"}
        and path.name != "__init__.py"
    ]
    code = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "assert not [name for name in sys.modules if name.startswith('PySide6')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_rarely_asked_for_is_not_loaded_at_the_start() -> None:
    rare = (
        "OpenSSL",
        "keyring",
        "service_identity",
        "handfast.services.files.sealing",
        "handfast.services.files.keyring_passwords",
        "handfast.ui.program.idle_lock",
        "handfast.ui.preferences.preferences_window",
        "handfast.ui.store_tab.keyring_link",
        "handfast.ui.widgets.secrets.secret_clipboard",
        "handfast.ui.window.preference_effects",
        "handfast.ui.widgets.whats_this",
    )
    code = f"import sys, handfast.ui.app\nassert not set({rare!r}) & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)
