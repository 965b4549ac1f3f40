"""What a rule of an explanation is: a message, and the causes that it stands for."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.handshake.explanations.spelling import without_paths
from handfast.handshake.explanations.subjects import names_namesake, tells_success

if TYPE_CHECKING:
    from handfast.handshake.report.party import Side

#: How much a message tells: the cause itself; one of few causes; that something failed.
EXACT, LIKELY, ALERT, VAGUE = 90, 70, 50, 20


class Reading(enum.Enum):
    """What of a line a rule's pattern is matched against."""

    #: The line as it stands, in lower case.
    LINE = enum.auto()
    #: Its words, whatever stands between them: for what a library is known to say.
    WORDS = enum.auto()
    #: The same, unless the line is about something else: for what nobody listed.
    GUESS = enum.auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """A message: its causes, the likeliest first, and words to say instead of the general ones."""

    codes: tuple[str, ...]
    #: What must be in one line, in lower case.
    words: str
    #: What the line must match besides, in lower case. Repetitions in it are all bounded.
    line: str = ""
    weight: int = LIKELY
    side: Side = "client"
    message: str = ""
    remedy: str = ""
    #: See :func:`words_of` and :func:`plain_words` for the two that look at words.
    reading: Reading = Reading.LINE


def rules(
    codes: str,
    *words: str | tuple[str, str],
    weight: int = LIKELY,
    side: Side = "client",
    message: str = "",
    remedy: str = "",
) -> tuple[Rule, ...]:
    """Several messages that mean the same; a pair is a phrase and what its line must match."""
    pairs = [(each, "") if isinstance(each, str) else each for each in words]
    return tuple(
        Rule(tuple(codes.split()), phrase, line, weight, side, message, remedy)
        for phrase, line in pairs
    )


def family(
    codes: str,
    anchors: str,
    *lines: str,
    weight: int = LIKELY,
    side: Side = "client",
    message: str = "",
    remedy: str = "",
) -> tuple[Rule, ...]:
    """One meaning in the many wordings of programs that nobody listed.

    :param anchors: words separated by ``|``, of which a line has at least one as it stands
    :param lines: what the plain words of such a line match; ``~N`` stands for up to N words
    """
    line = "|".join(f"(?:{_GAP.sub(_gap, each)})" for each in lines)
    return tuple(
        Rule(tuple(codes.split()), anchor, line, weight, side, message, remedy, Reading.GUESS)
        for anchor in anchors.split("|")
    )


def known(
    codes: str,
    messages: str,
    *,
    near: str = "",
    weight: int = EXACT - 6,
    side: Side = "client",
    message: str = "",
    remedy: str = "",
) -> tuple[Rule, ...]:
    """Messages of a library or program as its own tables have them, in any spelling.

    ``KEY_VALUES_MISMATCH``, ``KeyValuesMismatch``, and “key values mismatch” are one message.

    :param messages: one a line; ``*`` stands for up to eight words, such as a name or number
    :param near: words separated by ``|``, of which one must be in the line as well, for messages
        that others say too
    """
    there = f"^(?=.* (?:{near}) ).*" if near else ""
    return tuple(
        Rule(
            tuple(codes.split()), anchor, there + line, weight, side, message, remedy, Reading.WORDS
        )
        for anchor, line in map(_in_words, filter(None, map(str.strip, messages.splitlines())))
    )


def _in_words(message: str) -> tuple[str, str]:
    """What finds the lines that may have a message, and what then matches their words."""
    parts = [_spelled(part.encode()).decode().strip() for part in message.split("*")]
    line = " " + "(?:[a-z0-9]+ ){0,8}".join(f"{part} " if part else "" for part in parts)
    # A word that every spelling has; that of “can’t” is not one.
    lowered = message.lower()
    words = [word for part in parts for word in part.split() if word in lowered]
    return max(words, key=len), line


def _gap(match: re.Match[str]) -> str:
    return f"(?:[a-z0-9]+ ){{0,{match[1]}}}"


def plain_words(line: bytes) -> bytes:
    """The words of a line as :func:`words_of` has them; none of one about something else."""
    said = without_paths(line)
    # Names of files say nothing of what a message is about, but that of “configure” does.
    if names_namesake(said) or b"configure: error" in line:
        return b""
    return words_of(said)


def words_of(line: bytes) -> bytes:
    """The words of a line in lower case, one blank before, between, and after them.

    Names such as ``UnknownIssuer`` and ``CERT_HAS_EXPIRED`` fall into their words; quotation
    marks, punctuation, and colons are gone, so that one pattern fits all spellings.
    """
    return b"" if _FRAME.match(line) or tells_success(line) else _spelled(line)


def _spelled(line: bytes) -> bytes:
    words = _CAMEL.sub(b" ", _APOSTROPHE.sub(b"", _ESCAPED.sub(b" ", line)))
    return b" " + b" ".join(words.translate(_WORD_BYTES).split()) + b" "


#: A frame of a trace of Java, .NET, Node.js, or Python: its names say nothing of the cause.
_FRAME = re.compile(rb"\s{0,40}(?:at [\w.$/<>\[\]@`]{1,300} ?\(|at (?:async|new) |File \")")
_GAP = re.compile(r"~(\d+) ")
_APOSTROPHE = re.compile(rb"(?<=[A-Za-z])(?:'|\xe2\x80\x99|`|&#39;|\\u0027|&apos;)(?=[A-Za-z])")
#: Escapes, and the step at which Erlang was: “In state cipher” says nothing of ciphers.
_ESCAPED = re.compile(
    rb"\\[nrt]|&(?:quot|amp|lt|gt|nbsp);|%20|(?i:\bin state :?cipher\b)|(?i:\b\w{1,40}timeout\w{0,10}[\"']?\s{0,2}=>?\s{0,2}\d)"
)
#: Where a name in mixed case falls into words; “SSLv3” and “SANs” are one word each.
_CAMEL = re.compile(rb"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!v[0-9]|s(?![A-Za-z]))[a-z])")
_WORD_BYTES = bytes(
    each + 0x20 if 0x41 <= each <= 0x5A else each if chr(each).isalnum() and each < 0x80 else 0x20
    for each in range(256)
)
