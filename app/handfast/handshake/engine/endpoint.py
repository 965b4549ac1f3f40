"""Host and port as a person writes them."""

from __future__ import annotations

from handfast.core.errors import InvalidInput
from handfast.core.host_names import ascii_host, is_address
from handfast.core.language import tr
from handfast.core.store import shorten


def endpoint_of(text: str, what: str = "HOST:PORT") -> tuple[str, int]:
    """Host and port; an address of IPv6 is in brackets.

    :raises InvalidInput: it is none; the remedy shows one
    """
    host, _, port = text.strip().rpartition(":")
    if not port.isascii() or not port.isdecimal() or not 0 < int(port[:6]) < 65_536 or not host:
        raise InvalidInput(
            tr("“{text}” is not a valid {what}.", text=shorten(text), what=what),
            field="endpoint",
            remedy=tr("Write it as api.example:443."),
        )
    return host_of(host.removeprefix("[").removesuffix("]")), int(port)


def bracketed(host: str) -> str:
    """A host as it stands before a port: an address of IPv6 in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host else host


def host_of(text: str) -> str:
    """A name as it is looked up, in ASCII; an address as it is.

    :raises InvalidInput: no such name can be
    """
    if not text or is_address(text):
        return text
    # A dot at the end says that the name is whole (RFC 1034, 3.1); programs differ over it.
    bare = text.removesuffix(".")
    try:
        return ascii_host(bare) + text[len(bare) :]
    except ValueError as error:
        raise InvalidInput(
            tr("Handfast cannot connect to “{text}”: {error}.", text=shorten(text), error=error),
            field="hostname",
        ) from error
