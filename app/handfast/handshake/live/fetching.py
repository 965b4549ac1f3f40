"""One HTTP request for public data that a certificate names: lists, issuers, OCSP answers.

Only plain HTTP addresses are asked, as RFC 5280, 4.2.1.13 and RFC 6960, A.1 have it: what comes
back is signed itself, and HTTPS would need the very certificate that is being verified.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from enum import Enum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.network import DEFAULT_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from handfast.core.network import NetworkPermission

#: Lists of large public CAs have some 10 MB.
_MAX_ANSWER_BYTES: Final = 20 * 2**20
_PIECE_BYTES: Final = 64 * 1024
_REDIRECTIONS: Final = range(300, 400)
_USER_AGENT: Final = "Handfast"


class FetchTrouble(Enum):
    """Why nothing was fetched."""

    ADDRESS = "address"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    #: The server answered with an error, whose HTTP status is known where it speaks HTTP.
    REFUSED = "refused"
    REDIRECTED = "redirected"
    TOO_LARGE = "too large"


class FetchError(Exception):
    """Nothing was fetched, and why."""

    def __init__(self, trouble: FetchTrouble, address: str, status: int | None = None) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.address = address
        #: The HTTP status, where the server gave one.
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back."""

    data: bytes
    content_type: str


def fetch(
    address: str,
    *,
    permission: NetworkPermission,
    body: bytes | None = None,
    content_type: str = "",
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
) -> Fetched:
    """GET an address, or POST ``body`` to it; redirections are not followed.

    :param timeout: seconds for the whole exchange
    :raises NetworkForbidden: the network must not be used
    :raises FetchError: nothing was fetched
    """
    parts = urlsplit(address)
    if parts.scheme.lower() != "http" or not parts.hostname:
        raise FetchError(FetchTrouble.ADDRESS, address)
    permission.check(
        tr("Network access is off, so Handfast did not fetch {address}.", address=address)
    )
    end = time.monotonic() + timeout
    try:
        connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=timeout)
        connection.connect()
        # The timeout of a socket begins again with each byte: one that comes now and then would
        # keep it open for ever.
        alarm = threading.Timer(max(end - time.monotonic(), 0), _cut, (connection.sock,))
        alarm.daemon = True
        alarm.start()
        try:
            headers = {"User-Agent": _USER_AGENT, "Connection": "close"}
            if content_type:
                headers["Content-Type"] = content_type
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST" if body is not None else "GET", target, body, headers)
            answer = connection.getresponse()
            if answer.status in _REDIRECTIONS:
                raise FetchError(FetchTrouble.REDIRECTED, address, answer.status)
            if answer.status != http.client.OK:
                raise FetchError(FetchTrouble.REFUSED, address, answer.status)
            return Fetched(_read(answer, end, address), answer.headers.get_content_type())
        finally:
            alarm.cancel()
            connection.close()
    except TimeoutError as error:
        raise FetchError(FetchTrouble.TIMEOUT, address) from error
    except (OSError, ValueError, UnicodeError) as error:
        trouble = FetchTrouble.TIMEOUT if time.monotonic() >= end else FetchTrouble.UNREACHABLE
        raise FetchError(trouble, address) from error
    except http.client.HTTPException as error:
        trouble = FetchTrouble.TIMEOUT if time.monotonic() >= end else FetchTrouble.REFUSED
        raise FetchError(trouble, address) from error


def _cut(connected: socket.socket) -> None:
    """End an exchange whose time is up, wherever another thread waits in it."""
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _read(answer: http.client.HTTPResponse, end: float, address: str) -> bytes:
    data = bytearray()
    while True:
        piece = answer.read1(_PIECE_BYTES)
        # What was cut off looks as if it had ended.
        if time.monotonic() >= end:
            raise FetchError(FetchTrouble.TIMEOUT, address)
        if not piece:
            return bytes(data)
        data += piece
        if len(data) > _MAX_ANSWER_BYTES:
            raise FetchError(FetchTrouble.TOO_LARGE, address)
