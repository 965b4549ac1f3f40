"""The container of JKS and JCEKS: a magic number, entries one after the other, a digest.

Written after the description in the JDK's `sun.security.provider.JavaKeyStore`. All numbers are
big-endian. The certificates are unencrypted, each key is sealed by itself, and the digest is
SHA-1 over the password, a fixed phrase and everything before.

Why this walk is ours, where pyjks has `KeyStore.loads` (all tried with 20.0.0):

- A file that is cut short passes unnoticed or as something else: its slices may come out short,
  which it does not check, and nothing says at which byte the trouble is.
- Aliases are decoded as plain UTF-8. Those of Java are not: an emoji or a NUL in one fails.
- Version 1 is refused, and two entries of one alias are, both of which Java reads.
- A password that fits nothing is told only after every key has been tried in pure Python, and an
  unknown key algorithm or a key blob that is not ASN.1 stops the whole file from opening.
- It deserialises Java objects of any kind and size.

The tests use it as a second opinion on every keystore that they read or write.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from typing import TYPE_CHECKING, NamedTuple

from handfast.core.errors import Damaged, InvalidInput, Unsupported
from handfast.core.language import grouped, tr
from handfast.formats.base import larger_than_any, too_many_certificates
from handfast.formats.java import modified_utf8

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

KEY_TAG, CERTIFICATE_TAG, SECRET_TAG = 1, 2, 3
DIGEST_LENGTH = 20
X509 = b"X.509"
#: `sun.security.provider.JavaKeyStore`: mixed into the digest "so that it differs from others".
_PHRASE = b"Mighty Aphrodite"
#: Entries between two reports of progress.
ENTRIES_PER_PROGRESS = 256
#: The smallest entry: tag, empty alias, date, and an empty certificate of version 1.
_MIN_ENTRY_BYTES = 4 + 2 + 8 + 4

_INT = struct.Struct(">I")
_SHORT = struct.Struct(">H")
_TAG_AND_LENGTH = struct.Struct(">IH")
_DATE = struct.Struct(">q")
#: How nearly every certificate begins.
_X509_HEAD = _SHORT.pack(len(X509)) + X509


class RawEntry(NamedTuple):
    """One entry as it is in the file. There may be many: a tuple is made at a third of the cost."""

    tag: int
    alias: bytes
    #: Milliseconds since 1970, signed.
    date: int
    #: The sealed key; empty for a certificate.
    sealed: bytes
    #: Type and encoding of each certificate.
    chain: tuple[tuple[bytes, bytes], ...]
    offset: int

    def __repr__(self) -> str:
        return f"<raw entry at {self.offset}>"


class RawStore(NamedTuple):
    """All of them, and where they end."""

    version: int
    entries: tuple[RawEntry, ...]
    #: Where the digest starts.
    end: int


def walk(
    data: bytes,
    *,
    title: str,
    skip_secret: Callable[[bytes, int], int] | None,
    limits: Limits,
    progress: Progress,
) -> RawStore:
    """The entries of a file, by structure alone; nothing is decrypted or verified.

    ``skip_secret`` takes the file and where a sealed secret key starts, and gives where it ends.

    :raises Damaged: cut short, or a number in it cannot be; with the offset
    """
    size = len(data)
    if size < 12:
        raise cut_short(tr("the header"), size)
    version, count = struct.unpack_from(">II", data, 4)
    if version not in (1, 2):
        raise Unsupported(
            tr(
                "This {title} file has version {version}; Handfast supports versions 1 and 2.",
                title=title,
                version=grouped(version),
            ),
            causes=(tr("The file may be damaged at its beginning."),),
            remedy=tr("Get the file again from its source."),
            offset=4,
        )
    if count * _MIN_ENTRY_BYTES > size:
        raise Damaged(
            tr(
                "The file claims to contain {count} entries, for which it is far too short.",
                count=grouped(count),
            ),
            causes=(WHY_DAMAGED,),
            remedy=FETCH_AGAIN,
            offset=8,
        )
    if count > limits.entries:
        raise larger_than_any(
            tr(
                "The file contains {count} entries; Handfast reads up to {entries} without "
                "confirmation.",
                count=grouped(count),
                entries=grouped(limits.entries),
            ),
            offset=8,
        )
    entries: list[RawEntry] = []
    position, certificates = 12, 0
    for number in range(count):
        if number % ENTRIES_PER_PROGRESS == 0:
            progress(number, count)
        start = position
        if start + 6 > size:
            raise cut_short(
                tr("entry {number} of {count}", number=grouped(number + 1), count=grouped(count)),
                start,
            )
        tag, length = _TAG_AND_LENGTH.unpack_from(data, start)
        position = start + 6 + length
        if position + 8 > size:
            raise cut_short(
                tr("entry {number} of {count}", number=grouped(number + 1), count=grouped(count)),
                start,
            )
        alias = data[start + 6 : position]
        (date,) = _DATE.unpack_from(data, position)
        position += 8
        sealed = b""
        chain: tuple[tuple[bytes, bytes], ...] = ()
        if tag == CERTIFICATE_TAG:
            certificate, position = _certificate(data, position, version)
            chain = (certificate,)
        elif tag == KEY_TAG:
            sealed, position = _sized(data, position, tr("a private key"))
            chain, position = _chain(data, position, version)
        elif tag == SECRET_TAG and skip_secret is not None:
            stop = skip_secret(data, position)
            sealed, position = data[position:stop], stop
        else:
            raise Damaged(
                tr(
                    "Entry {number} of {count} is of kind {tag}, which {title} does not have.",
                    number=grouped(number + 1),
                    count=grouped(count),
                    tag=grouped(tag),
                    title=title,
                ),
                causes=(WHY_DAMAGED,),
                remedy=FETCH_AGAIN,
                offset=start,
            )
        certificates += len(chain)
        if certificates > limits.certificates:
            raise too_many_certificates(limits, start)
        entries.append(RawEntry(tag, alias, date, sealed, chain, start))
    if position + DIGEST_LENGTH > size:
        raise cut_short(tr("the checksum at its end"), position)
    progress(count, count)
    return RawStore(version, tuple(entries), position)


def _sized(data: bytes, position: int, what: str) -> tuple[bytes, int]:
    if position + 4 > len(data):
        raise cut_short(what, position)
    (length,) = _INT.unpack_from(data, position)
    start, stop = position + 4, position + 4 + length
    if stop > len(data):
        raise Damaged(
            tr(
                "At byte {position}, the length of {what} is {length} bytes, but only {left} "
                "follow.",
                position=grouped(position),
                what=what,
                length=grouped(length),
                left=grouped(len(data) - start),
            ),
            causes=(WHY_DAMAGED,),
            remedy=FETCH_AGAIN,
            offset=position,
        )
    return data[start:stop], stop


def _certificate(data: bytes, position: int, version: int) -> tuple[tuple[bytes, bytes], int]:
    kind = X509
    if version == 2 and data.startswith(_X509_HEAD, position):
        position += len(_X509_HEAD)
    elif version == 2:
        if position + 2 > len(data):
            raise cut_short(tr("a certificate"), position)
        (length,) = _SHORT.unpack_from(data, position)
        if position + 2 + length > len(data):
            raise cut_short(tr("a certificate"), position)
        kind = data[position + 2 : position + 2 + length]
        position += 2 + length
    encoded, position = _sized(data, position, tr("a certificate"))
    return (kind, encoded), position


def _chain(data: bytes, position: int, version: int) -> tuple[tuple[tuple[bytes, bytes], ...], int]:
    if position + 4 > len(data):
        raise cut_short(tr("a certificate chain"), position)
    (count,) = _INT.unpack_from(data, position)
    if count * 4 > len(data) - position:
        raise Damaged(
            tr(
                "At byte {position}, the file announces a chain of {count} certificates, for "
                "which it is too short.",
                position=grouped(position),
                count=grouped(count),
            ),
            causes=(WHY_DAMAGED,),
            remedy=FETCH_AGAIN,
            offset=position,
        )
    position += 4
    chain: list[tuple[bytes, bytes]] = []
    for _ in range(count):
        certificate, position = _certificate(data, position, version)
        chain.append(certificate)
    return tuple(chain), position


WHY_DAMAGED = tr(
    "The file was truncated or changed when it was copied, for example by sending it as text."
)
FETCH_AGAIN = tr("Get the file again in binary mode, or restore it from a backup.")


def cut_short(what: str, offset: int) -> Damaged:
    """The file ends too early."""
    return Damaged(
        tr("The file ends in the middle of {what}.", what=what),
        causes=(tr("It was truncated when it was copied or downloaded."),),
        remedy=FETCH_AGAIN,
        offset=offset,
    )


def decode_alias(raw: RawEntry) -> str:
    try:
        return modified_utf8.decode(raw.alias)
    except ValueError as error:
        raise Damaged(
            tr("The alias at byte {position} is not text.", position=grouped(raw.offset + 6)),
            causes=(WHY_DAMAGED,),
            remedy=FETCH_AGAIN,
            offset=raw.offset + 6,
        ) from error


def digest(password: str, body: bytes | memoryview) -> bytes:
    """The check sum over everything before it."""
    # SHA-1 is what the format prescribes; it is not a choice.
    hasher = hashlib.sha1(modified_utf8.utf16(password) + _PHRASE, usedforsecurity=False)
    hasher.update(body)
    return hasher.digest()


def fits(password: str, data: bytes, end: int) -> bool:
    """Whether the check sum at ``end`` is that of this password."""
    found = data[end : end + DIGEST_LENGTH]
    return hmac.compare_digest(digest(password, memoryview(data)[:end]), found)


def serialise(magic: bytes, entries: list[RawEntry], password: str, progress: Progress) -> bytes:
    """A file of version 2, in time linear in its size."""
    pieces = [magic, struct.pack(">II", 2, len(entries))]
    for number, entry in enumerate(entries):
        if number % ENTRIES_PER_PROGRESS == 0:
            progress(number, len(entries))
        pieces += (
            _TAG_AND_LENGTH.pack(entry.tag, len(entry.alias)),
            entry.alias,
            _DATE.pack(entry.date),
        )
        if entry.tag == KEY_TAG:
            pieces += (_INT.pack(len(entry.sealed)), entry.sealed, _INT.pack(len(entry.chain)))
        elif entry.tag == SECRET_TAG:
            pieces.append(entry.sealed)
        for kind, encoded in entry.chain:
            pieces += (_SHORT.pack(len(kind)), kind, _INT.pack(len(encoded)), encoded)
    progress(len(entries), len(entries))
    body = b"".join(pieces)
    return body + digest(password, body)


def encode_alias(alias: str) -> bytes:
    raw = modified_utf8.encode(alias)
    if len(raw) > modified_utf8.MAX_BYTES:
        raise InvalidInput(
            tr(
                "The alias is too long: it takes {count} bytes, and the format allows at most "
                "{max_bytes}.",
                count=grouped(len(raw)),
                max_bytes=grouped(modified_utf8.MAX_BYTES),
            ),
            field="alias",
            remedy=tr("Choose a shorter alias."),
        )
    return raw
