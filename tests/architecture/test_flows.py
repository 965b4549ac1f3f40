"""Every flow is one :class:`~handfast.flows.base.Flow`, and its edits are typed."""

from __future__ import annotations

import ast
from pathlib import Path

import handfast

PACKAGE = Path(handfast.__file__).parent


def test_no_edit_of_a_flow_is_untyped() -> None:
    untyped = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
        for folder in ("flows", "ui")
        for path in (PACKAGE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name.strip("_").startswith(("update", "edit", "choose", "change", "say", "set"))
        and node.args.kwarg is not None
        and node.args.kwarg.annotation is not None
        and ast.unparse(node.args.kwarg.annotation) in {"Any", "object"}
    ]  # fmt: skip
    assert untyped == []
