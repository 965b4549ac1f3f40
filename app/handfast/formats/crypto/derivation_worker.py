"""The worker of ``formats.crypto.subprocess_derivation``: derives one key, and exits.

Run as a file of its own, or by the frozen program, it knows nothing of the rest. It reads a line
of JSON, the password among it, and writes the key in hex. When whoever asked closes the pipe, or
ends in any way, so does it, in the middle of the work.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from typing import NoReturn

#: What the frozen program is called with, which has no Python to run this file with.
FLAG = "--derive-one-key"
_STDIN, _STDOUT = 0, 1


def main() -> NoReturn:
    """Answer what stands on standard input; never returns."""
    # Ctrl-C goes to all processes of a terminal; the one that asked ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(_STDIN, 65_536)
        if not more:
            os._exit(1)
        line += more
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    try:
        key = _derived(json.loads(line))
    except (ValueError, TypeError, KeyError, MemoryError):
        # Tried again, and told, by the one that asked.
        os._exit(1)
    os.write(_STDOUT, key.hex().encode("ascii"))
    os._exit(0)


def _derived(asked: dict[str, str | int]) -> bytes:
    password, salt = bytes.fromhex(str(asked["password"])), bytes.fromhex(str(asked["salt"]))
    size = int(asked["size"])
    if "digest" in asked:
        rounds = int(asked["rounds"])
        return hashlib.pbkdf2_hmac(str(asked["digest"]), password, salt, rounds, size)
    n, r, p = int(asked["n"]), int(asked["r"]), int(asked["p"])
    memory = int(asked["memory"])
    return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=size)


def _end_with_the_other() -> None:
    # Nothing more is said: reading ends when the pipe does.
    while os.read(_STDIN, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
