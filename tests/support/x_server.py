"""A real X server with a window manager, for what only they can prove: frames, focus, the bus."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def x_server(size: str) -> Iterator[dict[str, str]]:
    """A screen of that size, such as ``800x600``; gives the environment of programs on it."""
    server, manager = program("Xvfb"), program("openbox")
    read, write = os.pipe()
    started = subprocess.Popen(
        [server, "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as said:
            # Empty where the server ended instead.
            number = said.readline().strip()
        assert number, "Xvfb does not start"
        environment = {
            **os.environ,
            "DISPLAY": f":{number}",
            "QT_QPA_PLATFORM": "xcb",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        managing = subprocess.Popen(
            [manager, "--sm-disable"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield environment
        finally:
            managing.terminate()
            managing.wait(10)
    finally:
        started.terminate()
        started.wait(10)
