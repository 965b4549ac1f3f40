"""What is remembered of a PKCS#12 file so that what was not touched is written back as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handfast.formats.ber import (
    BMP_STRING,
    OCTET_STRING,
    OID,
    SET,
    children,
    content,
    der_oid,
    encoded,
    octets,
    oid_text,
)

if TYPE_CHECKING:
    from handfast.core.keys import PrivateKey, SecretMaterial
    from handfast.core.password import Password
    from handfast.formats.ber import Span
    from handfast.formats.pkcs12_mac import Mac
    from handfast.formats.pkcs12_protection import Scheme

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
ENCRYPTED_DATA = "1.2.840.113549.1.7.6"

BAGS = "1.2.840.113549.1.12.10.1."
KEY_BAG = BAGS + "1"
SHROUDED_BAG = BAGS + "2"
CERT_BAG = BAGS + "3"
SECRET_BAG = BAGS + "5"
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
    #: What a certificate bag or a nested bag holds; empty for others.
    certificate: bytes = b""

    def __repr__(self) -> str:
        return f"<bag {self.kind}>"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One ContentInfo: bags in the clear or encrypted, or something to be left alone."""

    raw: bytes
    #: None where the bags stand in the clear, or the part could not be opened.
    scheme: Scheme | None
    bags: tuple[Bag, ...]
    is_opaque: bool = False

    def __repr__(self) -> str:
        return f"<part of {len(self.bags)} bags>"


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

    def __repr__(self) -> str:
        return f"<PKCS#12 file of {len(self.raw)} bytes>"


def read_bag(data: bytes, span: Span) -> Bag | None:
    """One SafeBag; None where it is too odd to look into (it is kept all the same)."""
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
