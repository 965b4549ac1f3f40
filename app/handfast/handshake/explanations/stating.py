"""Finds the lines of a text that state something of the field, and what they state.

The text is unescaped, said in English, and rid of paths and addresses first, so that one message
is read alike wherever it was copied from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.handshake.explanations.languages import in_english
from handfast.handshake.explanations.rule import NOT_OURS, plain_words, words_of
from handfast.handshake.explanations.spelling import folded, unescaped, without_places
from handfast.handshake.explanations.statements import Statement, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A longer text has more lines than anybody reads as one message.
_MAX_LINES: Final = 200
#: Lines of so few are read together as well: a message is often broken over them.
_MAX_JOINED: Final = 8
#: One of these is in whatever is about TLS, certificates, or keystores.
_FIELD: Final = re.compile(
    r"cert|\b(?:m?tls|ssl|https)|ssl\b|tls\b|x\.?509|key ?store|trust ?store|pkcs|\bp12\b|\bpfx\b|"
    r"\bjks\b|private ?key|priv_?key|key ?file|handshake|\bocsp\b|\bcrl\b|ca ?bundle|\bpem\b|wallet|"
    r"keychain|cipher|\bsecure (?:connection|channel)|jarsign|codesign|key ?pair|\bkeytool\b|revoc|\brsa\b"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement, and the line that makes it."""

    statement: Statement
    evidence: bytes


def stated_in(data: bytes) -> tuple[Stated, ...]:
    """All that the lines of a text state, the surest first."""
    found = [
        Stated(statement, line.encode("utf-8", "surrogateescape").strip()[:400])
        for line, words in _worded(data.decode("utf-8", "surrogateescape"))
        for statement in statements_of(words)
    ]
    return tuple(sorted(found, key=lambda each: -each.statement.weight))


def _worded(text: str) -> Iterator[tuple[str, str]]:
    """Lines about the field, as they stand and as their plain words."""
    lines = [line for line in unescaped(text).splitlines() if line.strip()]
    if 1 < len(lines) <= _MAX_JOINED:
        lines.append(" ".join(lines))
    count = 0
    for line in lines:
        said = in_english(line)
        if _FIELD.search(said.lower()) is None or NOT_OURS.search(
            said.lower().encode("utf-8", "replace")
        ):
            continue
        if not plain_words(said.encode("utf-8", "replace")):
            continue
        words = words_of(without_places(folded(said)).encode("utf-8", "replace")).decode()
        if words.strip():
            yield line, words
            count += 1
            if count == _MAX_LINES:
                return
