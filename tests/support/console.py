"""The console as a test calls it: its exit code and its JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from handfast.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def json_console(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    password: str,
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console in a folder, with a password in its environment."""
    monkeypatch.setenv("HANDFAST_PASSWORD", password)
    monkeypatch.chdir(folder)
    return json_of(capsys)


def json_of(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console where the test is, with the environment that it has."""

    def call(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call
