"""Finds the lines of a text that state something of the field, and what they state.

The text is unescaped, said in English, and rid of paths and addresses first, so that one message
is read alike wherever it was copied from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.handshake.explanations.languages import in_english
from handfast.handshake.explanations.rule import plain_words, words_of
from handfast.handshake.explanations.spelling import folded, unescaped, without_places
from handfast.handshake.explanations.statements import Statement, statements_of
from handfast.handshake.explanations.subjects import is_of_other_subject

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A longer text has more lines than anybody reads as one message.
_MAX_LINES: Final = 200
_MAX_EVIDENCE: Final = 400
#: From this weight on a statement tells more than that something failed.
_CLEAR: Final = 40
#: One of these is in whatever is about TLS, certificates, or keystores.
_FIELD: Final = re.compile(
    r"cert|\bcrt\b|thumbprint|\b(?:m?tls|ssl|https)|ssl\b|tls\b|x\.?509|key ?store|trust ?store|trust ?manager|key ?manager|pkcs|\bp12\b|\bpfx\b|"
    r"\bjks\b|private ?key|priv_?key|key ?file|\bocsp\b|\bcrl\b|ca ?bundle|\bpem\b|wallet|"
    r"keychain|cipher|handshake|handshaking|\bsecure (?:connection|channel)|jarsign|codesign|key ?pair|\bkeytool\b|revoc|store_?password|signing ?config|identity of the (?:remote|server|host|site)|identities found|\bfatal alert|subject ?alt(?:ernative)? ?name|authenticode|\brsa (?:key(?! finger)|private)"
    r"|\bissuing ca\b|\broot ca\b|\b(?:unknown|untrusted) ca\b|certification authority|trust(?:ed)? anchor|trust (?:material|manager)|provisioning profile|signing identit|\b(?:load|loading|import|parse) key\b(?! \")"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement, and the line that makes it."""

    statement: Statement
    evidence: bytes


def stated_in(data: bytes, joined: bytes = b"") -> tuple[Stated, ...]:
    """All that the lines of a text state, the surest first.

    :param joined: the lines as one, for a message that was broken over them: it is read where no
        line states anything clearly by itself
    """
    found = _stated(data)
    if joined and (not found or found[0].statement.weight < _CLEAR):
        found += _stated(joined)
    return tuple(sorted(found, key=lambda each: -each.statement.weight))


def _stated(data: bytes) -> list[Stated]:
    found = [
        Stated(statement, line.encode("utf-8", "surrogateescape").strip()[:_MAX_EVIDENCE])
        for line, words in _worded(unescaped(data.decode("utf-8", "surrogateescape")))
        for statement in statements_of(words)
    ]
    return sorted(found, key=lambda each: -each.statement.weight)


def _worded(text: str) -> Iterator[tuple[str, str]]:
    """Lines about the field, each once, as they stand and as their plain words."""
    english = in_english(text)
    if _FIELD.search(english.lower()) is None:
        return
    count = 0
    for said, line in dict(zip(english.split("\n"), text.split("\n"), strict=False)).items():
        lowered = said.lower()
        if _FIELD.search(lowered) is None or is_of_other_subject(
            lowered.encode("utf-8", "replace")
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
