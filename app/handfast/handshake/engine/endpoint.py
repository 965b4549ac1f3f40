"""Host, port, and path as a person writes them."""

from __future__ import annotations

from handfast.core.errors import InvalidInput
from handfast.core.host_names import ascii_host, is_address
from handfast.core.language import tr
from handfast.core.network import port_of
from handfast.core.store import shorten


def endpoint_of(text: str, what: str = "HOST:PORT") -> tuple[str, int]:
    """Host and port; an address of IPv6 is in brackets.

    :raises InvalidInput: it is none; the remedy shows one
    """
    host, _, port = text.strip().rpartition(":")
    if not host or not _is_port(port):
        raise InvalidInput(
            tr("“{text}” is not a valid {what}.", text=shorten(text), what=what),
            field="endpoint",
            remedy=tr("Write it as api.example:443."),
        )
    return host_of(host.removeprefix("[").removesuffix("]")), int(port)


def _is_port(text: str) -> bool:
    try:
        return text == text.strip() and port_of(text) != 0
    except InvalidInput:
        return False


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
        if "*" not in bare:
            return ascii_host(bare) + text[len(bare) :]
    except ValueError:
        pass
    raise InvalidInput(
        tr("“{text}” is not a valid host name.", text=shorten(text)),
        field="hostname",
        remedy=tr(
            "Enter only the name, such as api.example.com: without https://, a port, or a path."
        ),
    )


def http_path_of(text: str) -> str:
    """What is asked for over HTTP, as it can be sent in a request line (RFC 9112, 3.2.1).

    :raises InvalidInput: it cannot; the field is ``path``
    """
    path = text.strip()
    if path and not (
        path.startswith("/") and path.isascii() and path.isprintable() and " " not in path
    ):
        raise InvalidInput(
            tr(
                "A path starts with “/” and has only ASCII characters, no spaces, and no "
                "invisible ones."
            ),
            field="path",
        )
    return path
