"""The causes behind an error message or a log, by rules that are data.

A log is read in pieces of bounded size, whatever its length. A rule is a phrase, looked for as
such, and where a phrase does not tell enough a regular expression for its line alone: neither
can take long over any text. What a library is known to say is found by its words, in any spelling;
what programs say in words of their own is guessed from families of words, which weigh less.
"""

from __future__ import annotations

import codecs
import dataclasses
import functools
import io
import re
from typing import IO, TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.handshake.explanations import RULES
from handfast.handshake.explanations.languages import in_english
from handfast.handshake.explanations.rule import (
    ALERT,
    LIKELY,
    VAGUE,
    Reading,
    Rule,
    plain_words,
    words_of,
)
from handfast.handshake.explanations.stating import stated_in
from handfast.handshake.explanations.subjects import is_of_other_subject
from handfast.handshake.report.causes import WORDINGS, Cause, general_cause
from handfast.handshake.report.party import other_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PIECE_BYTES = 1 << 20
#: No message is longer; so much of a piece without a line's end is looked at again with the next.
_OVERLAP_CHARS = 1024
_MAX_EVIDENCE_CHARS = 400
#: A cause and what else it may be, where the other side’s files must change then.
_OF_BOTH_SIDES = frozenset(
    (
        ("untrusted", "missing-intermediate"),
        ("untrusted", "expired"),
        ("untrusted", "host-mismatch"),
        ("missing-intermediate", "untrusted"),
        ("missing-intermediate", "stale-certificate"),
    )
)
#: What programs say of any failure: it yields to a statement of what exactly is wrong.
_UMBRELLAS = frozenset(("untrusted", "refused-by-peer"))
#: That nobody was there.
_CONNECTING = frozenset(("unreachable", "timeout"))
#: From this weight on a statement is as good as a name of the cause.
_NAMED = 60
#: How many lines with a rule's phrase are looked at in one piece, where the line must fit too.
_MAX_LINES = 200
#: So much of a message is there at least, where it was cut off.
_CUT_OFF = 16
#: The longest text in which line ends may be those of a narrow window rather than of messages.
_MAX_WRAPPED_CHARS = 64 * 1024
#: A message, broken over so many lines, is read as one; the words of a longer text stand apart.
_MAX_MESSAGE_LINES = 8
#: Time, level, program, and process, as loggers put them before each line.
_LOG_PREFIX = re.compile(
    rb"^\s{0,40}(?:[\w.-]{1,60}\s{1,20}\|\s)?"
    rb"(?:\[?\d{4}[-/]\d{2}[-/]\d{2}[T ][\d:.,+Z-]{5,30}\]?\s{0,4})?"
    rb"(?:[A-Z]/[\w.]{1,40}\s{0,4}\(\s{0,8}\d{1,8}\):\s{0,40})?"
)
_WORDS = {Reading.WORDS: words_of, Reading.GUESS: plain_words}
#: From so many bytes on, a piece is first looked at for its words.
_WORTH_SORTING = 8 * 1024
#: Blanks for all but the small letters.
_LETTERS = bytes(each if 0x61 <= each <= 0x7A else 0x20 for each in range(256))
_INNER = re.compile(rb"^\W*(?:\[[^\]\n]{0,80}\]\s*)?caused by\b")


@dataclass(frozen=True, slots=True)
class _Sighting:
    """Where a rule's message was seen: the better is the greater."""

    weight: int
    is_inner: bool
    evidence: bytes


def explain(text: str | IO[bytes]) -> tuple[Cause, ...]:
    """The causes behind a text, the likeliest first, each with the line that told it.

    :raises OSError: the file could not be read to its end
    """
    if isinstance(text, str):
        data = text.encode("utf-8", "surrogateescape")
        found = _search([data])
        if b"\n" in data and len(data) <= _MAX_WRAPPED_CHARS and _is_vague(found):
            # Pasted from a narrow window or a mail, its lines are broken anywhere.
            is_short = data.count(b"\n") <= _MAX_MESSAGE_LINES
            found = _search([_joined(data)], with_guesses=is_short) | found
        if len(data) <= _MAX_WRAPPED_CHARS and (english := in_english(text)) != text:
            found = _search([english.encode("utf-8", "surrogateescape")]) | found
        found |= _cut_off(data)
        return _rank(found, _stated(data, found))
    return _rank(_search(_pieces(text)))


def _joined(data: bytes) -> bytes:
    """All lines as one, without what a logger puts before each of them."""
    return b" ".join(b" ".join(_LOG_PREFIX.sub(b"", line) for line in data.splitlines()).split())


def _is_vague(found: dict[int, _Sighting]) -> bool:
    """Whether nothing was found that tells more than that something failed."""
    return max((each.weight for each in found.values()), default=0) <= VAGUE + 10


def _cut_off(data: bytes) -> dict[int, _Sighting]:
    """What a text begins to say where it was cut off: at least half of a message, to its end."""
    said = data.rstrip()
    tail = said.lower()[-_OVERLAP_CHARS:]
    line = said[said.rfind(b"\n") + 1 :][-_MAX_EVIDENCE_CHARS:]
    missing: dict[int, int] = {}
    for index, (rule, words) in enumerate(_rules()):
        if len(words) > _CUT_OFF and tail.endswith(words):
            # It ends with a message, of which another one is only longer.
            return {}
        least = len(words) // 2 + 1
        if rule.line or least <= _CUT_OFF or words[:least] not in tail:
            continue
        for length in range(len(words) - 1, least - 1, -1):
            if tail.endswith(words[:length]):
                missing[index] = len(words) - length
                break
    # Of messages that begin alike, the one of which the least is missing.
    fewest = min(missing.values(), default=0)
    return {
        index: _Sighting(RULES[index].weight, is_inner=False, evidence=line)
        for index, count in missing.items()
        if count == fewest
    }


def explain_stream(stream: IO[bytes]) -> tuple[Cause, ...]:
    """The causes behind the messages in a stream, which may be too long for the memory."""
    start = stream.read(_MAX_WRAPPED_CHARS + 1)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        # What PowerShell makes of “> error.log”.
        return _rank(_search(_pieces(_Reencoded(start, stream))))
    if len(start) <= _MAX_WRAPPED_CHARS:
        return explain(start.decode("utf-8", "surrogateescape"))
    return _rank(_search(_pieces(stream, start)))


class _Reencoded(io.RawIOBase):
    """A stream of UTF-16 as one of UTF-8."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._start = start
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data, self._start = self._start or self._stream.read(size), b""
        return self._decoder.decode(data, final=not data).encode("utf-8", "replace")


def _pieces(stream: IO[bytes] | _Reencoded, start: bytes = b"") -> Iterator[bytes]:
    """The stream in pieces that end with a line, unless a line is longer than a piece."""
    rest = start
    while data := stream.read(_PIECE_BYTES):
        piece = rest + data
        end = piece.rfind(b"\n") + 1
        if end == 0 and len(piece) > 2 * _PIECE_BYTES:
            yield piece
            rest = piece[-_OVERLAP_CHARS:]
        elif end:
            yield piece[:end]
            rest = piece[end:]
        else:
            rest = piece
    if rest:
        yield rest


def _search(
    pieces: Iterator[bytes] | Sequence[bytes], *, with_guesses: bool = True
) -> dict[int, _Sighting]:
    """For each rule that was seen, by its index, where it was seen best."""
    best: dict[int, _Sighting] = {}
    for piece in map(_distinct, pieces):
        # Of bytes only ASCII letters change, so that places stay where they were.
        lowered = piece.lower()
        said = _said(lowered)
        worded: dict[tuple[Reading, int, int], bytes] = {}
        elsewhere: dict[bytes, bool] = {}
        for index, (rule, words) in enumerate(_rules()):
            if rule.reading is Reading.GUESS and not with_guesses:
                continue
            if (said is not None and not _parts()[index] <= said) or words not in lowered:
                continue
            for start, end in _lines(lowered, words, every=bool(rule.line)):
                line = lowered[start:end]
                if rule.line:
                    pattern = _pattern(rule.line)
                    if rule.reading is not Reading.LINE:
                        # A line is met by many rules, and fell into its words before.
                        place = (rule.reading, start, end)
                        if (words_there := worded.get(place)) is None:
                            words_there = worded[place] = _WORDS[rule.reading](piece[start:end])
                        if pattern.search(words_there) is None:
                            continue
                    elif pattern.search(line) is None:
                        continue
                # A line is met by many rules, and a log says the same line over and over.
                if (is_elsewhere := elsewhere.get(line)) is None:
                    is_elsewhere = elsewhere[line] = is_of_other_subject(line)
                if is_elsewhere:
                    continue
                sighting = _Sighting(
                    weight=rule.weight,
                    is_inner=_INNER.search(line[:200]) is not None,
                    evidence=_clip(piece[start:end], line.find(words)),
                )
                # Of several in a row, the innermost “Caused by” is the last.
                if index not in best or sighting.is_inner:
                    best[index] = sighting
    return best


def _distinct(piece: bytes) -> bytes:
    """Each line of a long piece once, whatever time a logger put before it: logs repeat lines."""
    if len(piece) < _WORTH_SORTING:
        return piece
    lines: dict[bytes, bytes] = {}
    for line in piece.split(b"\n"):
        lines.setdefault(_LOG_PREFIX.sub(b"", line, count=1), line)
    return b"\n".join(lines.values())


def _said(lowered: bytes) -> frozenset[bytes] | None:
    """Which words of the rules a piece has; None where finding that out would not pay.

    A log says the same things over and over. Its different words are a small text, in which it
    is soon found that most of the rules cannot be met.
    """
    if len(lowered) < _WORTH_SORTING:
        return None
    words = b" ".join(set(lowered.translate(_LETTERS).split()))
    if len(words) > len(lowered) // 4:
        return None
    return frozenset(part for part in _all_parts() if part in words)


@functools.cache
def _all_parts() -> frozenset[bytes]:
    return frozenset().union(*_parts())


@functools.cache
def _parts() -> tuple[frozenset[bytes], ...]:
    """The words of each rule's phrase, of which the first and the last may be cut short."""
    return tuple(frozenset(words.translate(_LETTERS).split()) for _, words in _rules())


def _lines(lowered: bytes, words: bytes, *, every: bool) -> Iterator[tuple[int, int]]:
    """Beginning and end of lines with the words: the first and the last, or up to a limit."""
    position, count = lowered.find(words), 0
    last = -1
    while position >= 0 and count < _MAX_LINES:
        start = lowered.rfind(b"\n", 0, position) + 1
        end = lowered.find(b"\n", position)
        end = len(lowered) if end < 0 else end
        # A line may have no end in sight: what is around the words is enough.
        yield max(start, position - _OVERLAP_CHARS), min(end, position + _OVERLAP_CHARS)
        count += 1
        if not every and last < 0:
            last = lowered.rfind(words)
            position = last if last > end else -1
        elif not every:
            return
        else:
            position = lowered.find(words, end)


def _clip(line: bytes, at: int) -> bytes:
    line_start = max(0, min(at - _MAX_EVIDENCE_CHARS // 3, len(line) - _MAX_EVIDENCE_CHARS))
    return line[line_start : line_start + _MAX_EVIDENCE_CHARS].strip()


@functools.cache
def _rules() -> tuple[tuple[Rule, bytes], ...]:
    return tuple((rule, rule.words.encode("utf-8")) for rule in RULES)


@functools.cache
def _pattern(line: str) -> re.Pattern[bytes]:
    """Most patterns are never met by the words of their rule, and so never compiled."""
    return re.compile(line.encode("utf-8"))


def _is_umbrella(rule: Rule) -> bool:
    """Whether a rule is for what programs say of any failure."""
    return rule.codes[0] in _UMBRELLAS and (
        rule.weight < LIKELY or not {"expired", "host-mismatch"}.isdisjoint(rule.codes)
    )


def _stated(data: bytes, found: dict[int, _Sighting]) -> tuple[tuple[Rule, _Sighting], ...]:
    """What a short text states, unless a library’s own words in it name the cause already."""
    is_short = 0 < data.strip().count(b"\n") <= _MAX_MESSAGE_LINES
    joined = _joined(data) if is_short else b""
    best = max(found, key=lambda index: found[index].weight, default=None)
    if best is not None and found[best].weight >= ALERT:
        rule = RULES[best]
        if rule.reading is not Reading.GUESS and not _is_umbrella(rule):
            return ()
    return tuple(
        (
            Rule(each.statement.codes, "", weight=each.statement.weight),
            _Sighting(each.statement.weight, is_inner=False, evidence=each.evidence),
        )
        for each in stated_in(data, joined)
    )


def _fitting(found: dict[int, _Sighting]) -> dict[int, _Sighting]:
    """Only what a text can mean: one that names its cause is not guessed at as well.

    What says only that something failed offers many causes, which another message there rules out.
    """
    is_named = any(each.weight >= LIKELY for each in found.values())
    if not is_named:
        return found
    return {index: each for index, each in found.items() if each.weight > VAGUE + 10}


def _rank(
    found: dict[int, _Sighting], stated: Sequence[tuple[Rule, _Sighting]] = ()
) -> tuple[Cause, ...]:
    """A cause a code, by the weight of what told it; of equals, the inner one, then by rule."""
    seen = [(RULES[index], found[index]) for index in sorted(_fitting(found))]
    seen.extend(stated)
    # The surest statement is the first.
    is_named = any(
        sighting.weight >= _NAMED and rule.codes[0] not in _UMBRELLAS
        for rule, sighting in stated[:1]
    )
    # Who sent an alert was there.
    is_heard = any(
        b"alert" in sighting.evidence.lower() and rule.codes[0] not in _CONNECTING
        for rule, sighting in seen
    )
    order = sorted(
        seen,
        key=lambda each: (
            is_heard and each[0].codes[0] in _CONNECTING,
            is_named and _is_umbrella(each[0]),
            -each[1].weight,
            not each[1].is_inner,
        ),
    )
    causes: dict[str, Cause] = {}
    for rule, sighting in order:
        evidence = sighting.evidence.decode("utf-8", "replace")
        causes.setdefault(rule.codes[0], _cause(rule, evidence))
    # What else it may be comes after what it is said to be.
    for rule, sighting in order:
        evidence = sighting.evidence.decode("utf-8", "replace")
        for code in rule.codes[1:]:
            # Who does not trust is not who presents what lacks something.
            swaps = (rule.codes[0], code) in _OF_BOTH_SIDES
            side = other_side(rule.side) if swaps else rule.side
            causes.setdefault(code, general_cause(code, side, evidence=evidence))
    return tuple(causes.values())


def _cause(rule: Rule, evidence: str) -> Cause:
    code = rule.codes[0]
    words = WORDINGS[code]
    return dataclasses.replace(
        general_cause(code, rule.side, evidence=evidence),
        message=rule.message or words.meaning,
        remedy=rule.remedy or words.remedy,
    )
