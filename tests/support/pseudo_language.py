"""The language of the tests: every text of the catalog accented, longer, and in brackets."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

_SCRIPT = Path(__file__).parents[2] / "packaging" / "texts.py"


@cache
def texts() -> ModuleType:
    """The script that collects the texts."""
    spec = importlib.util.spec_from_file_location("handfast_texts", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_pseudo_catalog(path: Path) -> None:
    """Write the catalog, which ``HANDFAST_LANGUAGE`` then names."""
    from babel.messages.mofile import write_mo

    with path.open("wb") as file:
        write_mo(file, texts().pseudo_catalog())
