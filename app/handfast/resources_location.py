"""Where the icons are: beside the code in a wheel, at the top of the project while developing."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def resources_path() -> Path:
    """The folder that ``resources/`` of the project has become."""
    installed = Path(__file__).parent / "resources"
    # An editable install runs the code where it is written, and the folder stands two above.
    return installed if installed.is_dir() else Path(__file__).parents[2] / "resources"
