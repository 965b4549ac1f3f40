"""What a later start says to the first: the files that it was given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: How many seconds a second start waits for the first to answer before it opens its own window.
PATIENCE = 3.0
#: And how many the first, whose window stands still in the meantime, waits for what is sent.
SHORT = 0.5
#: The most bytes that a message has.
LARGEST = 1 << 20
#: So that a version that speaks otherwise is not misunderstood.
GREETING = b"handfast 1\n"


class Request:
    """What a later start asks for."""

    __slots__ = ("paths", "token")

    def __init__(self, paths: Sequence[Path], token: str = "") -> None:
        self.paths = list(paths)
        #: By it Wayland knows that a person asked for the window to be raised.
        self.token = token


class FirstPlace(Protocol):
    """What the first start holds, through which later ones reach it."""

    def fileno(self) -> int | None:
        """What becomes readable when another start knocks; None where threads receive."""

    def notify(self, notify: Callable[[], None]) -> None:
        """Where threads receive: call this for each request, and for those that wait already."""

    def receive(self) -> Request | None:
        """The files of one that knocked; None where it gave up or sends nonsense."""

    def close(self) -> None:
        """Let the next one be the first."""


def written(paths: Sequence[Path]) -> bytes:
    """The message of a start with these files, without the end of its line."""
    # Not for a start that comes first, which neither sends nor receives.
    import json

    message = {
        # The first has a working folder of its own.
        "paths": [os.path.abspath(path) for path in paths],  # noqa: PTH100 - keeps links as named
        "token": os.environ.get("XDG_ACTIVATION_TOKEN", ""),
    }
    return json.dumps(message).encode("ascii")


def understood(line: bytes) -> Request | None:
    """The request in a message; None where it is none."""
    import json

    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or not isinstance(message.get("paths"), list):
        return None
    paths, token = message["paths"], message.get("token", "")
    if not all(isinstance(path, str) for path in paths) or not isinstance(token, str):
        return None
    return Request([Path(path) for path in paths], token)
