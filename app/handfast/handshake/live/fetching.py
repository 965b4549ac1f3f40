"""One HTTP request for public data that a certificate names: lists, issuers, OCSP answers.

Only plain HTTP addresses are asked, as RFC 5280, 4.2.1.13 and RFC 6960, A.1 have it: what comes
back is signed itself, and HTTPS would need the very certificate that is being verified.
"""

from __future__ import annotations

import http.client
import socket
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
_USER_AGENT: Final = "Handfast"


class FetchTrouble(Enum):
    """Why nothing was fetched."""

    ADDRESS = tr("Handfast fetches only addresses that start with http://.")
    UNREACHABLE = tr("The address could not be reached.")
    TIMEOUT = tr("The address did not answer in time.")
    REFUSED = tr("The address answered with an error.")
    TOO_LARGE = tr("The answer is larger than Handfast reads.")


class FetchError(Exception):
    """Nothing was fetched, and why."""

    def __init__(self, trouble: FetchTrouble, address: str) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.address = address


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
        try:
            headers = {"User-Agent": _USER_AGENT, "Connection": "close"}
            if content_type:
                headers["Content-Type"] = content_type
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST" if body is not None else "GET", target, body, headers)
            answer = connection.getresponse()
            if answer.status != http.client.OK:
                raise FetchError(FetchTrouble.REFUSED, address)
            return Fetched(
                _read(answer, connection, end, address), answer.headers.get_content_type()
            )
        finally:
            connection.close()
    except TimeoutError as error:
        raise FetchError(FetchTrouble.TIMEOUT, address) from error
    except (OSError, ValueError, UnicodeError) as error:
        raise FetchError(FetchTrouble.UNREACHABLE, address) from error
    except http.client.HTTPException as error:
        raise FetchError(FetchTrouble.REFUSED, address) from error


def _read(
    answer: http.client.HTTPResponse,
    connection: http.client.HTTPConnection,
    end: float,
    address: str,
) -> bytes:
    data = bytearray()
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise FetchError(FetchTrouble.TIMEOUT, address)
        if isinstance(connection.sock, socket.socket):
            connection.sock.settimeout(left)
        piece = answer.read1(_PIECE_BYTES)
        if not piece:
            return bytes(data)
        data += piece
        if len(data) > _MAX_ANSWER_BYTES:
            raise FetchError(FetchTrouble.TOO_LARGE, address)
