"""Every window keeps its buttons on the screen, with its frame, on small screens and large scales.

On a real X server with a window manager, since nothing else draws a title bar.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pseudo_language import write_pseudo_catalog
from tests.support.x_server import x_server

ROOT = Path(__file__).parents[3]
CHILD = ROOT / "tests" / "support" / "ui" / "tour_child.py"
#: The language is chosen before anything else is imported.
START = (
    "import runpy; from handfast.language_choice import choose; choose(); "
    f"runpy.run_path({str(CHILD)!r}, run_name='__main__')"
)


@pytest.mark.parametrize(
    ("size", "scaling"),
    [
        ("800x600", {}),
        ("1440x900", {}),
        ("1440x900", {"QT_SCALE_FACTOR": "2"}),
        ("1440x900", {"QT_FONT_DPI": "192"}),
        ("800x600", {"HANDFAST_LANGUAGE": ""}),
    ],
    ids=["800x600", "1440x900", "scale-200", "fonts-200", "longer-texts"],
)
def test_every_window_fits(tmp_path: Path, size: str, scaling: dict[str, str]) -> None:
    if "HANDFAST_LANGUAGE" in scaling:
        catalog = tmp_path / "pseudo.mo"
        write_pseudo_catalog(catalog)
        scaling = {"HANDFAST_LANGUAGE": str(catalog)}
    with x_server(size) as environment:
        done = subprocess.run(
            [sys.executable, "-c", START, str(tmp_path / "tour")],
            env={**environment, "PYTHONPATH": str(ROOT), **scaling},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    # A title bar was there, so that it was proven to fit.
    assert told["frame"] > 0
    assert len(told["states"]) > 40
    assert told["faults"] == {}
