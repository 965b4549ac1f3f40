"""Whether there is a screen to open a window on, without asking Qt, which aborts where not."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_X11_SOCKETS = "/tmp/.X11-unix/X"  # noqa: S108 - where every X server listens, not a file of ours
_SECONDS = 2


def has_screen(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether Qt will find something to draw on."""
    if sys.platform in {"win32", "darwin"}:
        return True
    # Somebody who names a platform knows why: offscreen, VNC, a framebuffer.
    if environment.get("QT_QPA_PLATFORM") or environment.get("WAYLAND_DISPLAY"):
        return True
    display = environment.get("DISPLAY", "")
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    # A display left over from a session that has ended is a name with nobody behind it.
    return _is_answered(local.group(1)) if local else bool(display)


def _is_answered(number: str) -> bool:
    if sys.platform == "win32":
        return False
    import socket

    path = f"{_X11_SOCKETS}{number}"
    for address in (path, f"\0{path}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_SECONDS)
            try:
                connection.connect(address)
            except OSError:
                continue
            return True
    return False
