"""One request in HTTP, for servers that report a refusal only there.

nginx, and gateways that are made of it, complete the handshake with whoever has no certificate or
one that is not trusted, and answer every request with status 400 and a sentence about it.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import field
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Final

import h11

from handfast.core.frozen import dataclass
from handfast.handshake.engine.endpoint import bracketed
from handfast.handshake.live.deadline import WireError
from handfast.handshake.report import story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.live.wire import Wire
    from handfast.handshake.report.party import Side

#: The protocol by its name in ALPN (RFC 7301, RFC 9112).
HTTP: Final = b"http/1.1"
#: The sentence is short; a page of somebody’s front door need not be read to its end.
_MAX_ANSWER_BYTES: Final = 16 * 1024
#: How every reply begins.
_MARK: Final = b"HTTP/"
_CHARSET: Final = re.compile(rb"charset=\"?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
#: Bad request, unauthorised, forbidden, and what nginx calls these two within itself.
REFUSALS: Final = frozenset((400, 401, 403, 495, 496))
_TAGS: Final = re.compile(r"<[^>]*>")
_TITLE: Final = re.compile(r"<title>([^<]{1,200})</title>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back: the first line and its number, the page’s title, and its words."""

    line: str
    status: int
    title: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A refusal that was told in HTTP: its cause, whose files must change, and where it belongs."""

    code: str
    side: Side
    step: int
    words: str


def ask(wire: Wire, name: str, path: str = "/") -> Reply | None:
    """Ask for ``/``, or another path; None where what came is not HTTP, or nothing did.

    :raises WireTrouble: it ended the connection instead
    """
    connection = h11.Connection(h11.CLIENT)
    request = h11.Request(
        method="GET",
        target=path,
        headers=[
            ("Host", bracketed(name).encode("ascii", "replace").decode("ascii")),
            ("User-Agent", "handfast"),
            ("Accept", "*/*"),
            # A compressed sentence would have to be unpacked, which a hostile server may abuse.
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ],
    )
    wire.write((connection.send(request) or b"") + (connection.send(h11.EndOfMessage()) or b""))
    heard = _Heard()
    length = 0
    start = b""
    try:
        while length < _MAX_ANSWER_BYTES and not heard.is_complete:
            piece = wire.read()
            length += len(piece)
            start = (start + piece)[: len(_MARK)] if len(start) < len(_MARK) else start
            if not start.startswith(_MARK[: len(start)]):
                return None
            connection.receive_data(piece)
            heard.take(connection)
    except WireError as trouble:
        # After an answer it hangs up, as it was asked to.
        if not length and trouble.code != "timeout":
            raise
    except h11.RemoteProtocolError:
        # What was understood until then is told.
        pass
    return heard.reply()


@dataclasses.dataclass(slots=True)
class _Heard:
    """What has come of a reply."""

    response: h11.Response | None = None
    body: bytearray = field(default_factory=bytearray)
    is_complete: bool = False

    def take(self, connection: h11.Connection) -> None:
        """Take what has come in full.

        :raises h11.RemoteProtocolError: it is no HTTP
        """
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Response):
                self.response = event
            elif isinstance(event, h11.Data):
                self.body += event.data
            elif not isinstance(event, h11.InformationalResponse):
                # It needs more, or it has ended, and then nothing else belongs to it.
                self.is_complete = event is not h11.NEED_DATA
                return

    def reply(self) -> Reply | None:
        """What it says; None without a whole head."""
        found = self.response
        if found is None:
            return None
        page = self._page({bytes(name): bytes(value) for name, value in found.headers})
        title = _TITLE.search(page)
        version, reason = (
            bytes(each).decode("ascii", "replace") for each in (found.http_version, found.reason)
        )
        return Reply(
            line=f"HTTP/{version} {found.status_code} {reason}".rstrip(),
            status=found.status_code,
            title=" ".join(unescape(title[1]).split()) if title is not None else "",
            words=" ".join(unescape(_TAGS.sub(" ", page)).split()),
        )

    def _page(self, headers: dict[bytes, bytes]) -> str:
        """The text of the body; empty where it is compressed all the same."""
        if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
            return ""
        named = _CHARSET.search(headers.get(b"content-type", b""))
        try:
            return self.body.decode(named[1].decode("ascii") if named else "utf-8", "replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")


def complaint(
    reply: Reply, ours: Sequence[Certificate], at: datetime | None = None
) -> Complaint | None:
    """What a reply says against our certificate; None where it says nothing against it."""
    text = reply.words.casefold()
    if reply.status not in REFUSALS or "certificate" not in text:
        return None
    words = reply.title or f"{reply.line}: {reply.words[:160]}"
    if not ours or "no required ssl certificate" in text:
        return Complaint(code="no-identity", side="client", step=story.CLIENT_PRESENTS, words=words)
    if "ssl certificate error" not in text:
        return Complaint(
            code="refused-by-peer", side="server", step=story.SERVER_CHECKS, words=words
        )
    # It does not say what is wrong; what is plain to see comes before what only it knows.
    code, side = _plain_to_see(ours, at or datetime.now(UTC))
    return Complaint(code=code, side=side, step=story.SERVER_CHECKS, words=words)


def _plain_to_see(ours: Sequence[Certificate], at: datetime) -> tuple[str, Side]:
    if any(each.is_expired(at) for each in ours):
        return "expired", "client"
    if any(each.is_not_yet_valid(at) for each in ours):
        return "not-yet-valid", "client"
    if not ours[0].allows("client"):
        return "wrong-purpose", "client"
    return "untrusted", "server"
