"""An HTTP proxy on the way: who it is, and asking it for a tunnel (RFC 9110, 9.3.6)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import EMPTY, Password
from handfast.core.store import shorten
from handfast.handshake.engine.endpoint import bracketed, endpoint_of
from handfast.handshake.live.deadline import WireError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What to do where it wants to know who asks.
_NEEDS_NAME: Final = tr("Enter your user name and password for the proxy.")
_WRONG_NAME: Final = tr("Enter the name and the password again; the proxy rejected them.")
_OTHER_WAY: Final = tr(
    "Run a program on this computer that signs in to the proxy, and use that as the "
    "proxy; or try from a computer that needs no proxy."
)
_MAX_LINES: Final = 200
#: That it does not know us. Only the first is meant for proxies, but tinyproxy refuses with 401.
_UNKNOWN: Final = frozenset((b"407", b"401"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Where it is, and as whom we ask it; no name where it lets everybody through."""

    host: str
    port: int
    name: str = ""
    password: Password = EMPTY

    @property
    def where(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"


class Dialogue(Protocol):
    """What is said before TLS begins."""

    def say(self, data: bytes) -> None: ...
    def line(self) -> bytes: ...


def proxy_of(text: str, what: str = "HOST:PORT") -> Proxy:
    """A proxy as ``host:port``, with ``http://`` and ``name@`` before it where they are written.

    :raises InvalidInput: it is none, or it has a password in it
    """
    scheme, divider, rest = text.strip().rpartition("://")
    if divider and scheme.lower() != "http":
        raise InvalidInput(
            tr("“{scheme}” is not a supported proxy scheme.", scheme=shorten(scheme)),
            field="proxy",
            remedy=tr("Only proxies over plain HTTP are supported: http://proxy.example:3128."),
        )
    name, _, where = rest.rstrip("/").rpartition("@")
    if ":" in name:
        # Not repeated: whatever stands there would be in logs, too.
        raise InvalidInput(
            tr("The password of a proxy is not part of its address."),
            field="proxy",
            remedy=tr("Remove it from the address; use the password field."),
        )
    if "@" in name:
        # More often a slip than a name with an @ in it, and no password is asked for a slip.
        raise InvalidInput(
            tr("The address of a proxy has at most one @, between the user name and the host."),
            field="proxy",
            remedy=tr(
                "Write %40 for an @ in the user name: mary%40corp.example@proxy.example:3128."
            ),
        )
    host, port = endpoint_of(where, what)
    return Proxy(host=host, port=port, name=name_of(unquote(name)))


def check_named(proxy: Proxy) -> None:
    """Let a password be sent to a proxy, which knows whose it is by the name only.

    :raises InvalidInput: the user name is missing; the field is ``proxy_name``
    """
    if not proxy.name:
        raise InvalidInput(
            tr("The password for the proxy has no user name."),
            field="proxy_name",
            remedy=tr("Enter the user name, or write it before the host: NAME@HOST:PORT."),
        )


def name_of(text: str) -> str:
    """The name that a proxy knows somebody by, as it can be sent (RFC 7617, 2).

    :raises InvalidInput: none with that in it can be
    """
    if ":" in text or any(not each.isprintable() for each in text):
        raise InvalidInput(
            tr("“{text}” cannot be sent to a proxy as a user name.", text=shorten(text)),
            field="proxy_name",
            remedy=tr("A user name contains no colon and no invisible characters."),
        )
    return text


def ask_for_tunnel(talk: Dialogue, proxy: Proxy, host: str, port: int) -> None:
    """Let the proxy connect us to a host.

    :raises WireTrouble: it does not; ``wrong-password`` where it does not know us by that name
    """
    name = f"{bracketed(host)}:{port}"
    said = f"CONNECT {name} HTTP/1.1\r\nHost: {name}\r\n".encode("ascii", "replace")
    if proxy.name:
        known = f"{proxy.name}:{proxy.password.reveal()}".encode("utf-8", "surrogateescape")
        said += b"Proxy-Authorization: Basic " + base64.b64encode(known) + b"\r\n"
    talk.say(said + b"\r\n")
    status = talk.line()
    words = status.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        raise WireError(
            "unreachable",
            tr("this is not an HTTP proxy; it answered {status}", status=shown(status)),
        )
    if words[1] in _UNKNOWN:
        raise _unknown_to(proxy, words[1].decode("ascii"), _schemes(_headers(talk)))
    if not words[1].startswith(b"2"):
        raise WireError("unreachable", tr("the proxy refuses with {status}", status=shown(status)))
    _headers(talk)


def _headers(talk: Dialogue) -> list[bytes]:
    found: list[bytes] = []
    for _ in range(_MAX_LINES):
        line = talk.line()
        if not line:
            return found
        found.append(line)
    raise WireError("unreachable", tr("the answer of the proxy does not end"))


def _schemes(headers: Sequence[bytes]) -> tuple[str, ...]:
    """The ways to sign in that it names, such as ``Basic`` and ``Negotiate``."""
    values = [
        value.split(None, 1)[0]
        for name, _, value in (each.partition(b":") for each in headers)
        if name.strip().lower() == b"proxy-authenticate" and value.strip()
    ]
    return tuple(dict.fromkeys(each[:20].decode("ascii", "replace") for each in values))


def _unknown_to(proxy: Proxy, status: str, schemes: Sequence[str]) -> WireError:
    if schemes and "basic" not in {each.lower() for each in schemes}:
        ways = shown(", ".join(schemes).encode("ascii", "replace"))
        words = tr(
            "the proxy accepts only {ways}, not a name and password ({status})",
            ways=ways,
            status=status,
        )
        return WireError("unreachable", words, remedy=_OTHER_WAY)
    if not proxy.name:
        words = tr("the proxy requires a name and a password ({status})", status=status)
        return WireError("unreachable", words, remedy=_NEEDS_NAME, is_proxy_sign_in=True)
    words = tr(
        "the proxy rejected this password of “{name}” ({status})",
        name=shorten(proxy.name),
        status=status,
    )
    return WireError("wrong-password", words, remedy=_WRONG_NAME, is_proxy_sign_in=True)
