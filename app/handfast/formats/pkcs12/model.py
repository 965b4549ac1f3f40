"""What is remembered of a PKCS#12 file so that what was not touched is written back as it was."""

from __future__ import annotations

import struct
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import (
    BMP_STRING,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    children,
    content,
    der,
    der_oid,
    encoded,
    octets,
    oid_text,
)
from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from handfast.core.asn1.ber import Span
    from handfast.core.entry import Entry
    from handfast.core.keys import PrivateKey, SecretMaterial
    from handfast.core.password import Password
    from handfast.formats.crypto.protection import Scheme
    from handfast.formats.pkcs12.mac import Mac

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
ENCRYPTED_DATA = "1.2.840.113549.1.7.6"

BAGS = "1.2.840.113549.1.12.10.1."
KEY_BAG = BAGS + "1"
SHROUDED_BAG = BAGS + "2"
CERT_BAG = BAGS + "3"
SECRET_BAG = BAGS + "5"
NESTED_BAG = BAGS + "6"
X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"

FRIENDLY_NAME = der_oid("1.2.840.113549.1.9.20")
LOCAL_KEY_ID = der_oid("1.2.840.113549.1.9.21")
#: Java's mark on a certificate that it is to trust.
TRUSTED_USAGE = der_oid("2.16.840.1.113894.746875.1.1")
ANY_USAGE = der_oid("2.5.29.37.0")


@dataclass(frozen=True, slots=True, eq=False)
class Bag:
    """One SafeBag as it stood in the file; told from others by identity."""

    raw: bytes
    kind: str
    #: The DER of the bag's value, and of each attribute.
    value: bytes
    attributes: tuple[bytes, ...]
    alias: str | None = None
    key_id: bytes | None = None
    is_trusted: bool = False
    #: What a certificate bag holds; empty for others.
    certificate: bytes = b""
    #: What a bag of bags holds; empty for others, and where that could not be read.
    inside: tuple[Bag, ...] = ()

    def __repr__(self) -> str:
        return f"<bag {self.kind}>"


class PartState(Enum):
    """Whether the bags of a part are known."""

    OPEN = auto()
    #: Encrypted under another password than the file's.
    LOCKED = auto()
    #: Encrypted for the holder of a certificate (RFC 7292, 3.1), or of another kind.
    FOREIGN = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One ContentInfo: bags unencrypted or encrypted, or something to be left alone."""

    raw: bytes
    #: None where the bags are unencrypted, or the part could not be opened.
    scheme: Scheme | None
    bags: tuple[Bag, ...]
    state: PartState = PartState.OPEN
    #: What opened it where that is not the password of the file.
    password: Password | None = None
    #: Whether a person gave that password, so that reading the file again does not find it.
    is_unlocked: bool = False

    @property
    def is_opaque(self) -> bool:
        """Whether nothing is known of what is in it."""
        return self.state is not PartState.OPEN

    @property
    def leaves(self) -> Iterator[Bag]:
        """The bags with those inside of others, in the order of the file, without their holders."""
        return _leaves(self.bags)

    def __repr__(self) -> str:
        return f"<part of {len(self.bags)} bags>"


def _leaves(bags: tuple[Bag, ...]) -> Iterator[Bag]:
    for bag in bags:
        if bag.inside:
            yield from _leaves(bag.inside)
        else:
            yield bag


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """What ties an entry to the bags it was read from."""

    bag: Bag
    #: The bag of each certificate of the chain, in its order.
    certificates: tuple[Bag, ...] = ()
    alias: str = ""
    #: The key as it was, and what opened it; None while locked.
    key: PrivateKey | SecretMaterial | None = None
    password: Password | None = None
    scheme: Scheme | None = None

    @property
    def sealed(self) -> bytes:
        return self.bag.value

    def without_open_key(self) -> Self:
        return replace(self, key=None, password=None)

    def __repr__(self) -> str:
        return "<link>"


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A whole file."""

    raw: bytes
    parts: tuple[Part, ...]
    mac: Mac | None
    password: Password | None
    key_scheme: Scheme | None = None
    #: The entries as they came out of it.
    entries: tuple[Entry, ...] = ()
    #: Which encoding of the password opened it, as an index.
    spelling: int = 0

    def __repr__(self) -> str:
        return f"<PKCS#12 file of {len(self.raw)} bytes>"


#: The start of nearly every certificate bag: four nested values with lengths of two bytes, the
#: object identifiers between them, then the certificate.
_CERTIFICATE_HEAD = struct.Struct(">2sH13s2sH2sH14sH2sH")
_LONG_SEQUENCE, _LONG_CONTEXT_0, _LONG_OCTETS = b"\x30\x82", b"\xa0\x82", b"\x04\x82"
_CERT_BAG_OID = der_oid(CERT_BAG)
_X509_OID = der_oid(X509_CERTIFICATE) + _LONG_CONTEXT_0
_USUAL_HEAD = (
    _LONG_SEQUENCE,
    _CERT_BAG_OID,
    _LONG_CONTEXT_0,
    _LONG_SEQUENCE,
    _X509_OID,
    _LONG_OCTETS,
)
_TRUSTED = der(SEQUENCE, TRUSTED_USAGE, der(SET, ANY_USAGE))


def _read_certificate_bag(data: bytes, span: Span) -> Bag | None:
    """What :func:`read_bag` gives, for the shape that certificates nearly always have.

    A store of ten thousand is read twice for each save, and value by value that is most of the
    time it takes. None where anything is not exactly so; whoever asks then looks properly.
    """
    begin, end = span.begin, span.end
    if end - begin < _CERTIFICATE_HEAD.size:
        return None
    (a, outer, kind, b, holder, c, inner, d, explicit, e, size) = _CERTIFICATE_HEAD.unpack_from(
        data, begin
    )
    value = begin + 21
    certificate = begin + _CERTIFICATE_HEAD.size
    attributes_at = certificate + size
    if (
        (a, kind, b, c, d, e) != _USUAL_HEAD
        or explicit != size + 4
        or inner != explicit + 16
        or holder != inner + 4
        or begin + 4 + outer != end
        or attributes_at > end
    ):
        return None
    attributes: list[bytes] = []
    alias: str | None = None
    key_id: bytes | None = None
    is_trusted = False
    if attributes_at < end:
        # Every length from here on has one byte, so what is longer than 127 is left alone.
        at = attributes_at + 2
        if data[attributes_at] != SET or end - at > 0x7F or data[attributes_at + 1] != end - at:
            return None
        while at < end:
            stop = at + 2 + data[at + 1] if at + 2 <= end else end + 1
            attribute = data[at:stop]
            if stop > end or attribute[:1] != b"\x30":
                return None
            at = stop
            attributes.append(attribute)
            if attribute == _TRUSTED:
                is_trusted = True
                continue
            length = len(attribute)
            # SEQUENCE { the name, SET { one value } }
            if length < 17 or attribute[13] != SET:
                return None
            if attribute[14] != length - 15 or attribute[16] != length - 17:
                return None
            name, tag = attribute[2:13], attribute[15]
            if name == FRIENDLY_NAME and tag == BMP_STRING:
                alias = attribute[17:].decode("utf-16-be", "replace")
            elif name == LOCAL_KEY_ID and tag == OCTET_STRING:
                key_id = attribute[17:]
            else:
                return None
    return Bag(
        raw=data[begin:end],
        kind=CERT_BAG,
        value=data[value:attributes_at],
        attributes=tuple(attributes),
        alias=alias,
        key_id=key_id,
        is_trusted=is_trusted,
        certificate=data[certificate:attributes_at],
    )


def read_bag(data: bytes, span: Span) -> Bag | None:
    """One SafeBag; None where it is too odd to look into (it is kept all the same)."""
    usual = _read_certificate_bag(data, span)
    return usual if usual is not None else _read_any_bag(data, span)


def _read_any_bag(data: bytes, span: Span) -> Bag | None:
    fields = list(children(data, span))
    if len(fields) < 2 or fields[0].tag != OID:
        return None
    kind = oid_text(content(data, fields[0]))
    value = content(data, fields[1])
    attributes: list[bytes] = []
    alias: str | None = None
    key_id: bytes | None = None
    is_trusted = False
    if len(fields) > 2 and fields[2].tag == SET:
        for attribute in children(data, fields[2]):
            attributes.append(encoded(data, attribute))
            parts = list(children(data, attribute))
            if len(parts) < 2:
                continue
            name = encoded(data, parts[0])
            values = list(children(data, parts[1]))
            if name == FRIENDLY_NAME and values and values[0].tag == BMP_STRING:
                # Java writes characters beyond the basic plane as UTF-16, though BMP has none.
                alias = content(data, values[0]).decode("utf-16-be", "replace")
            elif name == LOCAL_KEY_ID and values:
                key_id = octets(data, values[0])
            elif name == TRUSTED_USAGE:
                is_trusted = True
    certificate = b""
    if kind == CERT_BAG:
        inner = list(children(data, next(children(data, fields[1]), fields[1])))
        if len(inner) == 2 and oid_text(content(data, inner[0])) == X509_CERTIFICATE:
            holder = next(children(data, inner[1]), None)
            if holder is not None and holder.tag & ~0x20 == OCTET_STRING:
                certificate = octets(data, holder)
    return Bag(
        raw=encoded(data, span),
        kind=kind,
        value=value,
        attributes=tuple(attributes),
        alias=alias,
        key_id=key_id,
        is_trusted=is_trusted,
        certificate=certificate,
    )
