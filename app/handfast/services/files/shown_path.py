"""Paths as people write them."""

from __future__ import annotations

import os
from pathlib import Path


def shown_path(path: Path | str) -> str:
    """``~/Documents/globex`` for what is in the person’s home, else the whole of it.

    To be read, and typed into a field of ours or a shell. What programs read gets the whole path:
    no configuration file knows ``~``. Windows has no such sign.
    """
    whole = str(path)
    if os.name == "nt":
        return whole
    try:
        home = str(Path.home())
    except RuntimeError:
        return whole
    if home == os.sep or not os.path.isabs(home):  # noqa: PTH117 - is a string already
        return whole
    if whole == home:
        return "~"
    return f"~{whole.removeprefix(home)}" if whole.startswith(home + os.sep) else whole
