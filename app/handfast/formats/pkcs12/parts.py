"""From the bytes of a PKCS#12 file to its bags: the integrity check, the parts, decryption."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import (
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    Span,
    children,
    content,
    damaged,
    encoded,
    expect,
    octets,
    oid_text,
    read,
)
from handfast.core.errors import Damaged, PasswordNeeded, Unsupported
from handfast.core.language import grouped, tr
from handfast.core.password import EMPTY
from handfast.core.store import Format
from handfast.formats.base import BudgetExceeded, WorkBudget, too_many, wrong_password
from handfast.formats.crypto.ciphers import is_whole
from handfast.formats.crypto.protection import (
    Decryption,
    DoesNotFit,
    Spelling,
    parse,
    password_encodings,
    too_costly,
)
from handfast.formats.pkcs12.model import (
    DATA,
    ENCRYPTED_DATA,
    NESTED_BAG,
    SIGNED_DATA,
    Bag,
    Part,
    PartState,
    read_bag,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits
    from handfast.formats.pkcs12.mac import Mac


#: Bags in bags in bags; each level holds a copy of what is below it.
_MAX_NESTING = 4


@dataclass(slots=True)
class Reader:
    """What reading one file needs, and what it finds out on its way."""

    data: bytes
    password: Password | None
    entry_passwords: Mapping[str, Password]
    limits: Limits
    progress: Progress
    candidates: tuple[Spelling, ...] = ()
    remarks: list[str] = field(default_factory=list)
    budget: WorkBudget = field(init=False)
    #: Keys left locked to save time.
    postponed: int = 0
    #: How many bags were read.
    bags: int = 0
    #: Whether the integrity check says that the password is the file's.
    is_verified: bool = False

    def __post_init__(self) -> None:
        self.budget = self.limits.budget()

    def prefer(self, spelling: Spelling) -> None:
        """Try this one first from now on. Tools were seen that use two of them in one file."""
        others = (each for each in self.candidates if each != spelling)
        self.candidates = (spelling, *others)


def authenticated(data: bytes, span: Span) -> bytes:
    fields = list(children(data, expect(span, SEQUENCE, tr("the contents"), span.begin)))
    kind = oid_text(content(data, expect(fields[0] if fields else None, OID, tr("a type"), 0)))
    if kind == SIGNED_DATA:
        raise Unsupported(
            tr("This PKCS#12 file is signed with a key instead of protected by a password."),
            remedy=tr("Export it again with a password, using the program that created it."),
        )
    holder = next(children(data, fields[1]), None) if kind == DATA and len(fields) > 1 else None
    if holder is None or holder.tag & ~0x20 != OCTET_STRING:
        raise damaged(tr("the contents are missing"), span.begin)
    return octets(data, holder)


def authenticate(reader: Reader, mac: Mac, contents: bytes) -> None:
    """Prefer the spelling of the password by which the check fits; WrongPassword for none."""
    tried: set[bytes] = set()
    for spelling in reader.candidates:
        if mac.word(spelling) in tried:
            continue
        tried.add(mac.word(spelling))
        _spend(reader, mac.cost, mac.iterations)
        if mac.fits(contents, spelling, reader.progress):
            reader.prefer(spelling)
            return
    raise wrong_password(Format.PKCS12)


def _spend(reader: Reader, cost: int, iterations: int) -> None:
    try:
        reader.budget.spend(cost)
    except BudgetExceeded as error:
        raise too_costly(tr("{iterations} iterations", iterations=grouped(iterations))) from error


def read_parts(reader: Reader, contents: bytes, *, is_verified: bool) -> tuple[Part, ...]:
    top = expect(read(contents, 0, len(contents)), SEQUENCE, tr("the list of contents"), 0)
    parts: list[Part] = []
    for span in children(contents, top):
        fields = list(children(contents, span))
        kind = oid_text(content(contents, fields[0])) if fields else ""
        raw = encoded(contents, span)
        if len(fields) < 2:
            raise damaged(tr("a part has no content"), span.begin)
        if kind == DATA:
            holder = next(children(contents, fields[1]), None)
            if holder is None:
                raise damaged(tr("a part is empty"), span.begin)
            bags = _read_bags(reader, octets(contents, holder))
            parts.append(Part(raw, None, bags))
        elif kind == ENCRYPTED_DATA:
            parts.append(_encrypted(reader, contents, fields[1], raw, is_verified=is_verified))
        else:
            parts.append(Part(raw, None, (), state=PartState.FOREIGN))
    return tuple(parts)


def read_part(reader: Reader, raw: bytes) -> Part:
    """One encrypted part by itself, under the passwords that the reader has for it."""
    fields = list(children(raw, read(raw, 0, len(raw))))
    return _encrypted(reader, raw, fields[1], raw, is_verified=True)


def _encrypted(reader: Reader, data: bytes, span: Span, raw: bytes, *, is_verified: bool) -> Part:
    holder = expect(next(children(data, span), None), SEQUENCE, tr("a part"), span.begin)
    fields = list(children(data, holder))
    info = list(children(data, fields[1])) if len(fields) > 1 else []
    if len(info) < 2:
        raise damaged(tr("an encrypted part is incomplete"), span.begin)
    decryption = parse(data, info[1], reader.limits)
    if reader.password is None:
        raise PasswordNeeded(
            tr("This keystore is encrypted; its password is required to see what it contains."),
            remedy=tr("Enter its password."),
        )
    if len(info) < 3:
        return Part(raw, decryption.scheme, ())
    sealed = octets(data, info[2])
    if not is_verified and not is_whole(decryption.scheme.cipher, sealed):
        raise damaged(tr("an encrypted part is truncated"), span.begin)
    tried: set[bytes] = set()
    for spelling in reader.candidates:
        if decryption.word(spelling) in tried:
            continue
        tried.add(decryption.word(spelling))
        _spend(reader, decryption.cost, decryption.scheme.iterations)
        plain = _decrypted(reader, decryption, sealed, spelling)
        if plain is None:
            continue
        reader.prefer(spelling)
        return Part(raw, decryption.scheme, _read_bags(reader, plain))
    if not is_verified:
        raise wrong_password(Format.PKCS12)
    # What opens a key may open a part as well, and some programs use no password for one.
    for password in dict.fromkeys((*reader.entry_passwords.values(), EMPTY)):
        for spelling in password_encodings(password):
            if decryption.word(spelling) in tried:
                continue
            tried.add(decryption.word(spelling))
            try:
                reader.budget.spend(decryption.cost)
            except BudgetExceeded:
                return Part(raw, None, (), state=PartState.LOCKED)
            plain = _decrypted(reader, decryption, sealed, spelling)
            if plain is not None:
                bags = _read_bags(reader, plain)
                return Part(raw, decryption.scheme, bags, password=password)
    return Part(raw, None, (), state=PartState.LOCKED)


def _decrypted(
    reader: Reader, decryption: Decryption, sealed: bytes, spelling: Spelling
) -> bytes | None:
    """What an encrypted part holds; None where the password does not fit."""
    try:
        plain = decryption.open(sealed, spelling, reader.progress)
        # Padding fits by chance once in 256 times: what comes out must be bags as well.
        expect_any(read(plain, 0, len(plain)), tr("the bags"))
    except (DoesNotFit, Damaged):
        return None
    return plain


def expect_any(span: Span, what: str) -> Span:
    """A SEQUENCE, or the SET that some programs write in its place."""
    return span if span.tag == SET else expect(span, SEQUENCE, what, 0)


def _read_bags(reader: Reader, data: bytes, depth: int = 0) -> tuple[Bag, ...]:
    top = expect_any(read(data, 0, len(data)), tr("the bags"))
    bags: list[Bag] = []
    for span in children(data, top):
        try:
            bag = read_bag(data, span)
        except Damaged:
            bag = None
        bags.append(_opened(reader, bag or Bag(encoded(data, span), "", b"", ()), depth))
        reader.bags += 1
        if reader.bags > reader.limits.entries:
            raise too_many(reader.limits)
        if reader.bags % 256 == 0:
            reader.progress(reader.bags, 0)
    return tuple(bags)


def _opened(reader: Reader, bag: Bag, depth: int) -> Bag:
    """A bag of bags with what is in it (RFC 7292, 4.2.6); others as they are."""
    if bag.kind != NESTED_BAG or depth >= _MAX_NESTING:
        return bag
    try:
        return dataclasses.replace(bag, inside=_read_bags(reader, bag.value, depth + 1))
    except Damaged:
        return bag
