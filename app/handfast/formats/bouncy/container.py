"""What Bouncy Castle's BKS and UBER stores have in common: the list of entries.

Written after `org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi`. All numbers are
big-endian; texts are Java's. pyjks reads both as well and is the oracle of the tests; it is not
used here because it takes lengths at their word, refuses two entries of one alias, says nowhere
at which byte the trouble is, and needs a compiled package for UBER that fails to import since
Python 3.12.
"""

from __future__ import annotations

import struct
from dataclasses import field
from enum import IntEnum
from typing import TYPE_CHECKING

from handfast.core.errors import Damaged, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr
from handfast.formats.base import too_many, too_many_certificates
from handfast.formats.java import modified_utf8
from handfast.formats.java.container import (
    ENTRIES_PER_PROGRESS,
    FETCH_AGAIN,
    WHY_DAMAGED,
    cut_short,
)

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

_MIN_CERTIFICATE_BYTES = 2 + 4
#: BouncyCastle draws 20 bytes; nobody has reason for more than this.
_MAX_SALT_BYTES = 1024


class Kind(IntEnum):
    """What the byte in front of an entry says."""

    END = 0
    CERTIFICATE = 1
    #: An unencrypted key.
    KEY = 2
    #: Bytes that whoever put them there had protected already.
    OPAQUE = 3
    #: A key encrypted under its own password.
    SEALED = 4


class KeyKind(IntEnum):
    """What the byte in front of a key says."""

    PRIVATE = 0
    PUBLIC = 1
    SECRET = 2


@dataclass(frozen=True, slots=True)
class RawKey:
    """A key taken out of its envelope."""

    kind: KeyKind
    encoding: str
    algorithm: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as it is in the file."""

    kind: Kind
    alias: str
    #: Milliseconds since 1970, signed.
    date: int
    #: Type and encoding of each certificate; a certificate entry's own comes last.
    chain: tuple[tuple[str, bytes], ...]
    content: bytes = field(repr=False)
    offset: int


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of either kind of file."""

    version: int
    salt: bytes
    iterations: int
    #: Where what follows starts.
    end: int


class Cursor:
    """Reads forward through bytes, and says where they end too early."""

    __slots__ = ("_data", "position")

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data = data
        self.position = position

    @property
    def left(self) -> int:
        return len(self._data) - self.position

    def take(self, size: int, what: str) -> bytes:
        if size > self.left:
            raise cut_short(what, self.position)
        start = self.position
        self.position = start + size
        return self._data[start : self.position]

    def number(self, size: int, what: str) -> int:
        return int.from_bytes(self.take(size, what), "big")

    def text(self, what: str) -> str:
        at = self.position
        raw = self.take(self.number(2, what), what)
        try:
            return modified_utf8.decode(raw)
        except ValueError as error:
            raise _damaged(tr("Expected text at byte {at}", at=grouped(at)), at) from error

    def sized(self, what: str) -> bytes:
        at = self.position
        size = self.number(4, what)
        if size > self.left:
            raise _damaged(
                tr(
                    "At byte {at}, the length of {what} is {size} bytes, but only {left} follow",
                    at=grouped(at),
                    what=what,
                    size=grouped(size),
                    left=grouped(self.left),
                ),
                at,
            )
        return self.take(size, what)


def _damaged(what: str, offset: int) -> Damaged:
    return Damaged(f"{what}.", causes=(WHY_DAMAGED,), remedy=FETCH_AGAIN, offset=offset)


def read_head(data: bytes, title: str, versions: tuple[int, ...]) -> Head:
    """Version, salt and iterations."""
    cursor = Cursor(data)
    version = cursor.number(4, tr("its head"))
    if version not in versions:
        raise Unsupported(
            tr(
                "This {title} file has version {version}, which Handfast does not read.",
                title=title,
                version=grouped(version),
            ),
            causes=(tr("It is very old, or the file is damaged at its beginning."),),
            remedy=tr("Convert it to PKCS#12 with the program that created it."),
            offset=0,
        )
    length = cursor.number(4, tr("the header"))
    if not 1 <= length <= _MAX_SALT_BYTES:
        raise _damaged(
            tr("At byte 4, the length of the salt cannot be {length}", length=grouped(length)), 4
        )
    salt = cursor.take(length, tr("the header"))
    iterations = int.from_bytes(cursor.take(4, tr("the header")), "big", signed=True)
    if iterations < 1:
        raise _damaged(
            tr(
                "At byte {position}, the number of iterations is impossible",
                position=grouped(cursor.position - 4),
            ),
            cursor.position - 4,
        )
    return Head(version, salt, iterations, cursor.position)


def walk(
    data: bytes, start: int, limits: Limits, progress: Progress
) -> tuple[tuple[RawEntry, ...], int]:
    """The entries from ``start`` on, and where their list ends."""
    cursor = Cursor(data, start)
    entries: list[RawEntry] = []
    certificates = 0
    while True:
        if len(entries) % ENTRIES_PER_PROGRESS == 0:
            progress(cursor.position, len(data))
        at = cursor.position
        what = tr("entry {number}", number=grouped(len(entries) + 1))
        kind = cursor.number(1, what)
        if kind == Kind.END:
            return tuple(entries), cursor.position
        if kind > Kind.SEALED:
            raise _damaged(
                tr(
                    "At byte {at}, an entry is of kind {kind}, which does not exist",
                    at=grouped(at),
                    kind=grouped(kind),
                ),
                at,
            )
        if len(entries) >= limits.entries:
            raise too_many(limits, at)
        alias = cursor.text(what)
        date = int.from_bytes(cursor.take(8, what), "big", signed=True)
        count_at = cursor.position
        count = cursor.number(4, what)
        if count * _MIN_CERTIFICATE_BYTES > cursor.left:
            raise _damaged(
                tr(
                    "At byte {count_at}, the file announces a chain of {count} certificates, "
                    "for which it is too short",
                    count_at=grouped(count_at),
                    count=grouped(count),
                ),
                count_at,
            )
        chain = [_certificate(cursor) for _ in range(count)]
        content = b""
        if kind == Kind.CERTIFICATE:
            chain.append(_certificate(cursor))
        elif kind == Kind.KEY:
            before = cursor.position
            read_key(cursor)
            content = data[before : cursor.position]
        else:
            content = cursor.sized(tr("a key"))
        certificates += len(chain)
        if certificates > limits.certificates:
            raise too_many_certificates(limits, at)
        entries.append(RawEntry(Kind(kind), alias, date, tuple(chain), content, at))


def _certificate(cursor: Cursor) -> tuple[str, bytes]:
    return cursor.text(tr("a certificate")), cursor.sized(tr("a certificate"))


def read_key(cursor: Cursor) -> RawKey:
    """A key with its kind, encoding and algorithm."""
    at = cursor.position
    kind = cursor.number(1, tr("a key"))
    if kind > KeyKind.SECRET:
        raise _damaged(
            tr(
                "At byte {at}, a key is of kind {kind}, which does not exist",
                at=grouped(at),
                kind=grouped(kind),
            ),
            at,
        )
    encoding, algorithm = cursor.text(tr("a key")), cursor.text(tr("a key"))
    return RawKey(KeyKind(kind), encoding, algorithm, cursor.sized(tr("a key")))


def open_sealed(content: bytes) -> tuple[bytes, int, bytes] | None:
    """Salt, iterations and cipher text of a sealed key; None where it makes no sense."""
    if len(content) < 8:
        return None
    (length,) = struct.unpack_from(">I", content)
    if not 1 <= length <= min(_MAX_SALT_BYTES, len(content) - 8):
        return None
    (iterations,) = struct.unpack_from(">i", content, 4 + length)
    sealed = content[8 + length :]
    if iterations < 1 or not sealed or len(sealed) % 8:
        return None
    return content[4 : 4 + length], iterations, sealed
