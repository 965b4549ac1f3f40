"""What a second start costs, which hands its file to the window that is open.

Beside it is run what it cannot be quicker than: Python that starts and does nothing.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TIMES = 15
#: For the first window to stand, in seconds.
_PATIENCE = 60.0


def handing_over(store: Path, folder: Path) -> tuple[float, float]:
    """Medians in seconds of a second start and of Python alone, run in turn."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {
        **{k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}},
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-m", "handfast", str(store)]
    first = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_it_answers(runtime)
        pairs = [
            (_seconds(command, environment), _seconds([sys.executable, "-c", "pass"], environment))
            for _ in range(_TIMES)
        ]
    finally:
        first.kill()
        first.wait()
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return ours, theirs


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, env=environment, check=True, timeout=_PATIENCE)
    return time.perf_counter() - begin


def _wait_until_it_answers(runtime: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        for address in runtime.rglob("*.socket"):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_PATIENCE)
                try:
                    connection.connect(str(address))
                    connection.sendall(b'{"paths": []}\n')
                    if connection.recv(32):
                        return
                except OSError:
                    continue
        time.sleep(0.02)
    raise TimeoutError("The first window does not answer.")
