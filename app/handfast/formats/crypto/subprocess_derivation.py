"""PBKDF2 and scrypt in a process of their own, which can be ended at any time.

Both are computed in C by one call that nothing can stop. In a thread it would go on for seconds
after somebody had enough, with a processor and up to a gigabyte.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.formats.crypto import derivation_worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.progress import Progress

#: Seconds between two chances to stop it.
_POLL_SECONDS = 0.1


def derive_in_subprocess(
    password: bytes, salt: bytes, size: int, costs: Mapping[str, str | int], progress: Progress
) -> bytes | None:
    """The key; None where no other process can be had, or it did not get that far.

    ``costs`` are ``digest`` and ``rounds`` for PBKDF2; ``n``, ``r``, ``p`` and ``memory`` (bytes
    at most) for scrypt. The password goes through a pipe.
    """
    command = _command()
    if command is None:
        return None
    asked = {"password": password.hex(), "salt": salt.hex(), "size": size, **costs}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Windows would show a console for a moment.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return None
    with process:
        try:
            return _answer(process, json.dumps(asked).encode("ascii") + b"\n", size, progress)
        except OSError:
            return None
        finally:
            process.kill()


def _answer(
    process: subprocess.Popen[bytes], question: bytes, size: int, progress: Progress
) -> bytes | None:
    into, out = process.stdin, process.stdout
    if into is None or out is None:
        return None
    into.write(question)
    into.flush()
    while True:
        progress(0, 0)
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        break
    told = out.read()
    if process.returncode != 0 or len(told) != 2 * size:
        return None
    return bytes.fromhex(told.decode("ascii"))


def _command() -> list[str] | None:
    if not sys.executable:
        # Python inside of another program.
        return None
    if getattr(sys, "frozen", False):
        # Then this is the program itself.
        return [sys.executable, derivation_worker.FLAG]
    worker = Path(derivation_worker.__file__)
    return [sys.executable, "-I", "-S", str(worker)] if worker.is_file() else None
