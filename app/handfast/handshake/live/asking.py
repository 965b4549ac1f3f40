"""One request in HTTP, for servers that tell of a refusal only there.

nginx, and gateways that are made of it, complete the handshake with whoever has no certificate or
one that is not trusted, and answer every request with status 400 and a sentence about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from handfast.handshake.engine.endpoint import bracketed
from handfast.handshake.live.deadline import WireError
from handfast.handshake.report import story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificate import Certificate
    from handfast.handshake.live.wire import Wire
    from handfast.handshake.report.party import Side

#: The protocol by its name in ALPN (RFC 7301, RFC 9112).
HTTP: Final = b"http/1.1"
#: The sentence is short; a page of somebody’s front door need not be read to its end.
_LONGEST: Final = 16 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
#: Bad request, unauthorised, forbidden, and what nginx calls these two within itself.
_REFUSALS: Final = frozenset((400, 401, 403, 495, 496))
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


def ask(wire: Wire, name: str) -> Reply | None:
    """Ask for ``/``; None where what came is not HTTP, or nothing did.

    :raises WireTrouble: it ended the connection instead
    """
    wire.write(
        f"GET / HTTP/1.1\r\nHost: {bracketed(name)}\r\nUser-Agent: handfast\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n".encode("ascii", "replace")
    )
    heard = b""
    try:
        while len(heard) < _LONGEST:
            heard += wire.read()
            if not heard.startswith(b"HTTP/"[: len(heard)]):
                break
    except WireError as trouble:
        # After an answer it hangs up, as it was asked to.
        if not heard and trouble.code != "timeout":
            raise
    found = _STATUS.match(heard)
    if found is None:
        return None
    head, _, body = heard[:_LONGEST].partition(b"\r\n\r\n")
    line = head.split(b"\r\n", 1)[0].decode("ascii", "replace")
    page = body.decode("utf-8", "replace")
    title = _TITLE.search(page)
    return Reply(
        line=line,
        status=int(found[1]),
        title=" ".join(title[1].split()) if title is not None else "",
        words=" ".join(_TAGS.sub(" ", page).split()),
    )


def complaint(
    reply: Reply, ours: Sequence[Certificate], at: datetime | None = None
) -> Complaint | None:
    """What a reply says against our certificate; None where it says nothing against it."""
    text = reply.words.casefold()
    if reply.status not in _REFUSALS or "certificate" not in text:
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
