"""An HTTP proxy on the way: who it is, and asking it for a tunnel (RFC 9110, 9.3.6)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote

from handfast.core.errors import InvalidInput
from handfast.core.password import EMPTY, Password
from handfast.core.store import shorten
from handfast.handshake.engine.endpoint import bracketed, endpoint_of
from handfast.handshake.live.deadline import WireError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What to do where it wants to know who asks.
_NEEDS_NAME: Final = "Give the name and the password that the proxy knows you by."
_WRONG_NAME: Final = "Give the name and the password again; the proxy knows them otherwise."
_OTHER_WAY: Final = (
    "Run a program beside Handfast that signs in to the proxy, and give that as the proxy; or try "
    "it from a computer that needs none."
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
            f"“{shorten(scheme)}” is no way to a proxy that Handfast knows.",
            field="proxy",
            remedy="Only proxies that are spoken to in plain HTTP are: http://proxy.example:3128.",
        )
    name, _, where = rest.rstrip("/").rpartition("@")
    if ":" in name:
        # Not repeated: whatever stands there would be in logs, too.
        raise InvalidInput(
            "The password of a proxy does not belong beside its name.",
            field="proxy",
            remedy="Leave it away there; it has a place of its own.",
        )
    if "@" in name:
        # More often a slip than a name with an @ in it, and no password is asked for a slip.
        raise InvalidInput(
            "The address of a proxy has one @ at most, between the user name and the host.",
            field="proxy",
            remedy="Write %40 for an @ in the user name: mary%40corp.example@proxy.example:3128.",
        )
    host, port = endpoint_of(where, what)
    return Proxy(host=host, port=port, name=name_of(unquote(name)))


def name_of(text: str) -> str:
    """The name that a proxy knows somebody by, as it can be sent (RFC 7617, 2).

    :raises InvalidInput: none with that in it can be
    """
    if ":" in text or any(not each.isprintable() for each in text):
        raise InvalidInput(
            f"“{shorten(text)}” cannot be sent to a proxy as a name.",
            field="proxy_name",
            remedy="A name has no colon, and no characters that are not seen.",
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
        raise WireError("unreachable", f"this is no HTTP proxy, it says {shown(status)}")
    if words[1] in _UNKNOWN:
        raise _unknown_to(proxy, words[1].decode("ascii"), _schemes(_headers(talk)))
    if not words[1].startswith(b"2"):
        raise WireError("unreachable", f"the proxy refuses it, with {shown(status)}")
    _headers(talk)


def _headers(talk: Dialogue) -> list[bytes]:
    found: list[bytes] = []
    for _ in range(_MAX_LINES):
        line = talk.line()
        if not line:
            return found
        found.append(line)
    raise WireError("unreachable", "the answer of the proxy does not end")


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
        words = f"the proxy lets people in only by {ways}, not by name and password ({status})"
        return WireError("unreachable", words, remedy=_OTHER_WAY)
    if not proxy.name:
        words = f"the proxy asks for a name and a password first ({status})"
        return WireError("unreachable", words, remedy=_NEEDS_NAME, is_proxy_sign_in=True)
    words = f"the proxy does not take this password of “{shorten(proxy.name)}” ({status})"
    return WireError("wrong-password", words, remedy=_WRONG_NAME, is_proxy_sign_in=True)
