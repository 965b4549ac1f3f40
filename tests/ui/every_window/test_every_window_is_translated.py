"""Every window, dialog, page, menu, and tool tip in the language of the tests.

What it says comes from the catalog, and has room where it is longer and accented.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.pseudo_language import write_pseudo_catalog
from tests.support.ui.window_texts import english_in

ROOT = Path(__file__).parents[3]
CHILD = ROOT / "tests" / "support" / "ui" / "language_child.py"
#: The smallest: what has room there has it on every larger one.
SCREEN = {"name": "screen", "x": 0, "y": 0, "width": 800, "height": 600}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a walk through every window found."""
    folder = tmp_path_factory.mktemp("language")
    catalog, screen = folder / "pseudo.mo", folder / "screen.json"
    write_pseudo_catalog(catalog)
    screen.write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
    environment = {
        **os.environ,
        "HANDFAST_LANGUAGE": str(catalog),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
    }
    done = subprocess.run(
        [sys.executable, str(CHILD), str(folder / "walk")], env=environment,
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert len(found["states"]) > 80
    for answered in ("Rehearse: fails", "Probe: nobody there", "Verify: works", "Compare: expired"):
        assert answered in found["states"]
    return found


def test_every_text_comes_from_the_catalog(told: dict[str, Any]) -> None:
    # The guide is a document, which is translated as a whole.
    assert {state: texts for state, texts in told["english"].items() if state != "UserGuide"} == {}


def test_no_text_is_cut_off(told: dict[str, Any]) -> None:
    assert told["cut"] == {}


def test_english_is_found_and_data_is_not() -> None:
    assert english_in("⟦Thé kéý⟧ of a store")
    assert english_in("Close this")
    assert english_in("folded")
    assert not english_in("⟦Sérîàl⟧: 4d0b5d802e58aee2eee0286865075919758dd69b (Ctrl+Shift+S)")
