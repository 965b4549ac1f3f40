"""Every flow is one :class:`~handfast.flows.base.Flow`, and its edits are typed."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

import handfast
import handfast.flows
from handfast.flows.base import Flow

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


def flows() -> list[type]:
    """The classes that are called flows, but for those that others are built on."""
    modules = [
        import_module(each.name)
        for each in pkgutil.walk_packages(handfast.flows.__path__, "handfast.flows.")
    ]
    return [
        found
        for module in modules
        for name, found in vars(module).items()
        if name.endswith("Flow")
        and inspect.isclass(found)
        and found.__module__ == module.__name__
        and not inspect.isabstract(found)
        and not getattr(found, "_is_protocol", False)
    ]


def test_there_are_flows() -> None:
    assert len(flows()) > 20


@pytest.mark.parametrize("flow", flows(), ids=lambda flow: flow.__name__)
def test_each_is_a_flow(flow: type) -> None:
    """With all that the protocol asks for, and nothing else may be called one."""
    members = {name for name in vars(Flow) if not name.startswith("_")}
    assert members == {"steps", "problems", "can_leave", "forget_secrets", "run"}
    assert [name for name in sorted(members) if not hasattr(flow, name)] == []
