"""A real nginx on the loopback, and how it is stopped."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from typing import TYPE_CHECKING

from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONFIGURATION = """
daemon off;
worker_processes 1;
pid "{folder}/nginx.pid";
error_log stderr info;
events {{}}
http {{
    access_log off;
    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";
    {http}
}}
"""


@contextlib.contextmanager
def reserved() -> Iterator[socket.socket]:
    """A port that listens already: whoever comes before nginx does is kept waiting for it."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        yield listening


@contextlib.contextmanager
def nginx(folder: Path, listening: socket.socket, http: str) -> Iterator[None]:
    """nginx with ``http`` inside its ``http`` block, on a port that was reserved for it."""
    path = program("nginx")
    folder.mkdir(parents=True)
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, http=http), encoding="utf-8")
    command = [path, "-e", "stderr", "-p", str(folder), "-c", str(configuration)]
    # Without this, a caller would wait on the reserved port for an nginx that never starts.
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[listening.fileno()],
            # It takes the socket over, as when its program is replaced while it runs.
            env={**os.environ, "NGINX": f"{listening.fileno()};"},
        ) as process,
    ):
        try:
            yield
            assert process.poll() is None, (folder / "log").read_text(errors="replace")
        finally:
            process.terminate()
            process.wait(20)
