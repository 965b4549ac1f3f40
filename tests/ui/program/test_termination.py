"""The window is told to end while it saves in another thread: no temporary file is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WINDOW = """
import sys, threading, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from handfast.services.files.file_system import FileSystem
from handfast.services.files.store_files import write_file
from handfast.ui.program.termination import Termination
application = QCoreApplication([])
if sys.argv[2] == "heard":
    Termination(application)
def stuck(*_):
    print("there", flush=True)
    time.sleep(60)
FileSystem.sync = stuck
save = lambda: write_file(Path(sys.argv[1]), b"new", overwrite=True)
threading.Thread(target=save, daemon=True).start()
application.exec()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("how", ["heard", "not heard"])
def test_what_is_unfinished_is_removed(how: str, number: int, tmp_path: Path) -> None:
    target = tmp_path / "store.p12"
    target.write_bytes(b"old")
    command = [sys.executable, "-c", WINDOW, str(target), how]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert running.stdout is not None
    assert running.stdout.readline() == b"there\n"
    running.send_signal(number)
    assert running.wait(30) == -number
    running.stdout.close()
    assert target.read_bytes() == b"old"
    # Without it the file does stay: the test can tell.
    assert len(list(tmp_path.iterdir())) == (1 if how == "heard" else 2)
