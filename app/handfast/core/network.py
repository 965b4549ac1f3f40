"""Whether what a person asks for may use the network, which ports there are, how long to wait.

Nothing uses the network unasked.
"""

from __future__ import annotations

import os
from typing import Final

from handfast.core.errors import InvalidInput, NetworkForbidden
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr

#: Set to anything, it forbids the network to the whole program, the console face included.
VARIABLE: Final = "HANDFAST_NO_NETWORK"

#: How long a server is waited for, where nobody chose another time.
DEFAULT_TIMEOUT_SECONDS: Final = 10.0
MAX_TIMEOUT_SECONDS: Final = 600
LAST_PORT: Final = 65_535


def check_port(port: int, *, least: int = 1) -> int:
    """The port, if there is such a one; ``least`` is 0 where that asks for any free port.

    :raises InvalidInput: there is none of that number; the field is ``port``
    """
    if not least <= port <= LAST_PORT:
        raise InvalidInput(
            tr(
                "A port is a number from {least} to {last_port}.",
                least=least,
                last_port=grouped(LAST_PORT),
            ),
            field="port",
        )
    return port


def port_of(text: str) -> int:
    """The port that was typed; 0 where nothing was.

    :raises InvalidInput: the text is not a port; the field is ``port``
    """
    text = text.strip()
    if not text:
        return 0
    # Digits of every script are decimal, but a file of settings takes those of ASCII only.
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_PORT))
    return check_port(int(text) if is_number else 0)


def check_timeout(seconds: float) -> float:
    """The seconds, if a server may be waited for as long as that.

    :raises InvalidInput: it may not; the field is ``timeout``
    """
    if not 0 < seconds <= MAX_TIMEOUT_SECONDS:
        raise InvalidInput(
            tr(
                "The timeout must be above 0 and at most {max_seconds} seconds.",
                max_seconds=MAX_TIMEOUT_SECONDS,
            ),
            field="timeout",
        )
    return seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPermission:
    """Goes with whatever connects or listens, so that the one who asks decides."""

    #: Where it can be allowed again; empty where it is allowed.
    remedy: str = ""

    def check(self, refusal: str) -> None:
        """Raise :class:`NetworkForbidden` where the network must not be used.

        To be called before a name is looked up or a connection made; ``refusal`` says what was not
        done, as in “Network access is off, so Handfast did not connect to api.example.” What the
        environment forbids stays forbidden.
        """
        remedy = self.remedy
        if os.environ.get(VARIABLE):
            remedy = tr("Unset {variable} in the environment to allow it.", variable=VARIABLE)
        if remedy:
            raise NetworkForbidden(refusal, remedy=remedy)


#: Where nobody but the environment may forbid it.
ALLOWED: Final = NetworkPermission()
