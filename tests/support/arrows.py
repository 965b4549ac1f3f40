"""The arrows of the house: which module imports which, and the circles among them."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "app" / "handfast"


def module_of(path: Path, root: Path = PACKAGE) -> str:
    """``ui.store_tab.store_view``, and the name of a room for its ``__init__``."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def arrows(root: Path = PACKAGE) -> dict[str, set[str]]:
    """What each module of a folder imports of it: at its top, for types, and in functions."""
    prefix = ".".join(["handfast", *root.relative_to(PACKAGE).parts]) + "."
    modules = {module_of(path, root): path for path in root.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for module, path in modules.items():
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                # A name of the package may be a module of its own, else it is in the package.
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                named = {each for each in whole if each.removeprefix(prefix) in modules}
                names |= named | ({node.module} if named != whole else set())
        own = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
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
