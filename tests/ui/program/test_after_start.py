"""What a real start does once its window stands."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: Starts as a person does, and says what is in force once the start is over.
_START = """
from PySide6.QtCore import QObject, QTimer
from handfast.core.errors import NetworkForbidden
from handfast.ui import app
from handfast.ui.program.external_open import Application

application = Application([])

def look():
    armed = any(each.findChild(QObject, "idleLock") for each in application.topLevelWidgets())
    window = next(each for each in application.topLevelWidgets() if hasattr(each, "network"))
    try:
        window.network.check("be tried")
        allowed = True
    except NetworkForbidden:
        allowed = False
    # The screen that there is offscreen is smaller than the window would be.
    for each in application.topLevelWidgets():
        assert not each.isVisible() or each.width() <= each.screen().availableSize().width()
        assert not each.isVisible() or each.width() >= 640
    print("armed" if armed else "not armed", "allowed" if allowed else "forbidden", flush=True)
    application.quit()

after_start = app.after_start
app.after_start = lambda window: (after_start(window), QTimer.singleShot(0, look))
app.run([])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the settings are elsewhere on other systems")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("", "not armed allowed"),
        ("[lock]\nminutes=5\n\n[network]\nallowed=false\n", "armed forbidden"),
    ],
)
def test_what_was_chosen_is_in_force(tmp_path: Path, settings: str, said: str) -> None:
    folder = tmp_path / "Handfast"
    folder.mkdir()
    (folder / "Handfast.conf").write_text(settings, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _START],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == said
