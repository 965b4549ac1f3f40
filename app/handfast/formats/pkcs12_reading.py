"""Reading PKCS#12 (RFC 7292), with the rules by which Java tells its entries apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.certificate import Certificate
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Damaged, HandfastError, PasswordNeeded, Unsupported, WrongPassword
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.store import Format, Integrity, Store
from handfast.formats.ber import (
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
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
from handfast.formats.pkcs12_chains import build_chain, find_leaves
from handfast.formats.pkcs12_mac import Mac, parse_mac
from handfast.formats.pkcs12_model import (
    CERT_BAG,
    DATA,
    ENCRYPTED_DATA,
    KEY_BAG,
    SECRET_BAG,
    SHROUDED_BAG,
    SIGNED_DATA,
    Bag,
    Link,
    Native,
    Part,
    read_bag,
)
from handfast.formats.pkcs12_protection import (
    DoesNotFit,
    Scheme,
    Spelling,
    parse,
    parse_sealed,
    spellings,
)
from handfast.formats.pkcs12_secrets import read_secret, unwrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits


@dataclass(slots=True)
class _Reader:
    data: bytes
    password: Password | None
    entry_passwords: Mapping[str, Password]
    limits: Limits
    progress: Progress
    candidates: tuple[Spelling, ...] = ()
    remarks: list[str] = field(default_factory=list)
    locked_parts: int = 0


def read_store(
    data: bytes,
    password: Password | None,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`."""
    reader = _Reader(data, password, entry_passwords, limits, progress)
    outer = expect(read(data, 0, len(data)), SEQUENCE, "the outer structure", 0)
    fields = list(children(data, outer))
    if len(fields) < 2 or fields[0].tag != INTEGER:
        raise damaged("the version is missing", outer.begin)
    if content(data, fields[0]) != b"\x03":
        raise Unsupported("This PKCS#12 file is of a version that Handfast does not know.")
    contents = _authenticated(data, fields[1])
    mac = parse_mac(data, fields[2], limits) if len(fields) > 2 else None
    if outer.end < len(data):
        reader.remarks.append(f"{len(data) - outer.end:,} bytes follow the end of the store.")
    if password is not None:
        reader.candidates = spellings(password)
        if mac is not None:
            reader.candidates = _fitting(mac, contents, reader.candidates)
    parts = _read_parts(reader, contents, is_verified=mac is not None)
    entries, key_scheme = _entries(reader, parts)
    native = Native(data, parts, mac, password, key_scheme)
    return Store(
        format=Format.PKCS12,
        entries=entries,
        integrity=_integrity(mac, password),
        password=password,
        protection=_protection(parts, mac, key_scheme),
        remarks=tuple(reader.remarks),
        native=native,
    )


def _authenticated(data: bytes, span: Span) -> bytes:
    fields = list(children(data, expect(span, SEQUENCE, "the contents", span.begin)))
    kind = oid_text(content(data, expect(fields[0] if fields else None, OID, "a type", 0)))
    if kind == SIGNED_DATA:
        raise Unsupported(
            "This PKCS#12 file is signed with a key instead of protected by a password.",
            remedy="Export it again with the program that made it, with a password.",
        )
    holder = next(children(data, fields[1]), None) if kind == DATA and len(fields) > 1 else None
    if holder is None or holder.tag & ~0x20 != OCTET_STRING:
        raise damaged("the contents are missing", span.begin)
    return octets(data, holder)


def _fitting(mac: Mac, contents: bytes, candidates: tuple[Spelling, ...]) -> tuple[Spelling, ...]:
    for spelling in candidates:
        if mac.fits(contents, spelling):
            return (spelling,)
    raise _wrong_password()


def _wrong_password() -> WrongPassword:
    return WrongPassword(
        "The password does not fit this store.",
        causes=(
            "It is mistyped, or that of another store.",
            "The file was altered: its integrity check tells the two not apart.",
        ),
        remedy="Try again; mind upper and lower case.",
    )


def _integrity(mac: Mac | None, password: Password | None) -> Integrity:
    if mac is None:
        return Integrity.NONE
    return Integrity.UNVERIFIED if password is None else Integrity.VERIFIED


def _read_parts(reader: _Reader, contents: bytes, *, is_verified: bool) -> tuple[Part, ...]:
    top = expect(read(contents, 0, len(contents)), SEQUENCE, "the list of contents", 0)
    parts: list[Part] = []
    for span in children(contents, top):
        fields = list(children(contents, span))
        kind = oid_text(content(contents, fields[0])) if fields else ""
        raw = encoded(contents, span)
        if len(fields) < 2:
            raise damaged("a part has no content", span.begin)
        if kind == DATA:
            holder = next(children(contents, fields[1]), None)
            if holder is None:
                raise damaged("a part is empty", span.begin)
            bags = _read_bags(reader, octets(contents, holder))
            parts.append(Part(raw, None, bags))
        elif kind == ENCRYPTED_DATA:
            parts.append(_encrypted(reader, contents, fields[1], raw, is_verified=is_verified))
        else:
            reader.remarks.append("A part is encrypted for a certificate; it is left as it is.")
            parts.append(Part(raw, None, (), is_opaque=True))
    return tuple(parts)


def _encrypted(reader: _Reader, data: bytes, span: Span, raw: bytes, *, is_verified: bool) -> Part:
    holder = expect(next(children(data, span), None), SEQUENCE, "a part", span.begin)
    fields = list(children(data, holder))
    info = list(children(data, fields[1])) if len(fields) > 1 else []
    if len(info) < 2:
        raise damaged("an encrypted part is incomplete", span.begin)
    decryption = parse(data, info[1], reader.limits)
    if reader.password is None:
        raise PasswordNeeded(
            "This store is encrypted; its password is needed to see what is in it.",
            remedy="Give its password.",
        )
    if len(info) < 3:
        return Part(raw, decryption.scheme, ())
    sealed = octets(data, info[2])
    for spelling in reader.candidates:
        try:
            plain = decryption.open(sealed, spelling)
            # Padding fits by chance once in 256 times: what comes out must be bags as well.
            expect(read(plain, 0, len(plain)), SEQUENCE, "the bags", 0)
        except (DoesNotFit, Damaged):
            continue
        reader.candidates = (spelling,)
        return Part(raw, decryption.scheme, _read_bags(reader, plain))
    if not is_verified:
        raise _wrong_password()
    reader.remarks.append("A part has another password than the store; it is left as it is.")
    return Part(raw, None, (), is_opaque=True)


def _read_bags(reader: _Reader, data: bytes) -> tuple[Bag, ...]:
    top = expect(read(data, 0, len(data)), SEQUENCE, "the bags", 0)
    bags: list[Bag] = []
    for span in children(data, top):
        bag = read_bag(data, span)
        bags.append(bag or Bag(encoded(data, span), "", b"", ()))
        if len(bags) > reader.limits.entries:
            raise Damaged(f"The file claims more than {reader.limits.entries:,} entries.")
        if len(bags) % 256 == 0:
            reader.progress(len(bags), 0)
    return tuple(bags)


# --- from bags to entries ---------------------------------------------------------


def _entries(reader: _Reader, parts: tuple[Part, ...]) -> tuple[tuple[Entry, ...], Scheme | None]:
    bags = [bag for part in parts for bag in part.bags]
    keys = [bag for bag in bags if bag.kind in {KEY_BAG, SHROUDED_BAG}]
    certificates = [bag for bag in bags if bag.kind == CERT_BAG and bag.certificate]
    parsed = {id(bag): Certificate(bag.certificate) for bag in certificates}
    leaves = find_leaves(keys, certificates)
    chains: dict[int, tuple[Bag, ...]] = {}
    by_subject: dict[bytes, list[Bag]] = {}
    if any(leaf is not None and not parsed[id(leaf)].is_self_issued for leaf in leaves.values()):
        for bag in certificates:
            by_subject.setdefault(parsed[id(bag)].subject_der, []).append(bag)
    used: set[bytes] = set()
    for key in keys:
        leaf = leaves[id(key)]
        chain = build_chain(leaf, by_subject, parsed) if leaf is not None else ()
        chains[id(key)] = chain
        used.update(bag.certificate for bag in chain)
    entries: list[Entry] = []
    scheme: Scheme | None = None
    for number, bag in enumerate(bags):
        if number % 256 == 0:
            reader.progress(number, len(bags))
        name = bag.alias if bag.alias is not None else ""
        if bag.kind in {KEY_BAG, SHROUDED_BAG}:
            chain = chains[id(bag)]
            pair, found = _key_pair(reader, bag, name, chain, parsed)
            scheme = scheme or found
            entries.append(pair)
        elif bag.kind == SECRET_BAG:
            secret, found = _secret(reader, bag, name)
            scheme = scheme or found
            entries.append(secret)
        elif bag.certificate and (bag.is_trusted or bag.certificate not in used):
            entries.append(
                TrustedCertificate(
                    alias=name,
                    certificate=parsed[id(bag)],
                    is_visible_to_java=bag.is_trusted,
                    native=Link(bag, alias=name),
                )
            )
    return _name_the_nameless(entries), scheme


def _created(bag: Bag) -> datetime | None:
    """Java writes the key identifier as the text ``Time <milliseconds>``."""
    text = bag.key_id or b""
    if text[:5] != b"Time " or not text[5:].isdigit() or len(text) > 20:
        return None
    try:
        return datetime.fromtimestamp(int(text[5:]) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _open_bag(
    reader: _Reader, sealed_bag: bytes, alias: str
) -> tuple[bytes | None, Password | None, Scheme | None, str]:
    """Plain bytes, the password of its own that opened it, the scheme, and what went wrong."""
    try:
        decryption, sealed = parse_sealed(sealed_bag, reader.limits)
    except HandfastError as error:
        return None, None, None, error.problem
    own = reader.entry_passwords.get(alias)
    attempts: list[tuple[Spelling, Password | None]] = [(s, None) for s in reader.candidates]
    if own is not None:
        attempts += [(spelling, own) for spelling in spellings(own)]
    for spelling, password in attempts:
        try:
            plain = decryption.open(sealed, spelling)
            expect(read(plain, 0, len(plain)), SEQUENCE, "a key", 0)
        except (DoesNotFit, Damaged):
            continue
        return plain, password, decryption.scheme, ""
    return None, None, decryption.scheme, ""


def _key_pair(
    reader: _Reader,
    bag: Bag,
    alias: str,
    chain: tuple[Bag, ...],
    parsed: dict[int, Certificate],
) -> tuple[KeyPair, Scheme | None]:
    if bag.kind == KEY_BAG:
        plain: bytes | None = bag.value
        own, scheme, trouble = None, None, ""
    else:
        plain, own, scheme, trouble = _open_bag(reader, bag.value, alias)
    key = PrivateKey(plain) if plain is not None else None
    opened_by = None if key is None else own or reader.password
    link = Link(bag, chain, alias, key, opened_by, scheme)
    pair = KeyPair(
        alias=alias,
        chain=tuple(parsed[id(each)] for each in chain),
        key=key,
        created=_created(bag),
        password=own if own != reader.password else None,
        trouble=trouble,
        native=link,
    )
    return pair, scheme


def _secret(reader: _Reader, bag: Bag, alias: str) -> tuple[SecretKey, Scheme | None]:
    sealed = read_secret(bag.value)
    if sealed is None:
        trouble = "It holds a secret of a kind that Handfast does not know."
        link = Link(bag, (), alias)
        return (
            SecretKey(alias=alias, algorithm="", material=None, trouble=trouble, native=link),
            None,
        )
    plain, own, scheme, trouble = _open_bag(reader, sealed, alias)
    algorithm, material = "", None
    if plain is not None:
        algorithm, raw = unwrap(plain)
        material = SecretMaterial(raw)
    link = Link(
        bag, (), alias, material, None if material is None else own or reader.password, scheme
    )
    secret = SecretKey(
        alias=alias,
        algorithm=algorithm,
        material=material,
        created=_created(bag),
        password=own if own != reader.password else None,
        trouble=trouble,
        native=link,
    )
    return secret, scheme


def _name_the_nameless(entries: list[Entry]) -> tuple[Entry, ...]:
    """Entries without a friendly name get numbers, as Java gives them."""
    if all(entry.alias for entry in entries):
        return tuple(entries)
    import dataclasses

    taken = {entry.alias for entry in entries}
    # Java numbers what it sees; certificates that it does not see come after.
    unseen = [isinstance(e, TrustedCertificate) and not e.is_visible_to_java for e in entries]
    named = list(entries)
    number = 1
    for index in sorted(range(len(entries)), key=lambda index: unseen[index]):
        entry = entries[index]
        if entry.alias:
            continue
        while str(number) in taken:
            number += 1
        taken.add(str(number))
        link = entry.native
        if isinstance(link, Link):
            link = dataclasses.replace(link, alias=str(number))
        named[index] = dataclasses.replace(entry, alias=str(number), native=link)
    return tuple(named)


def _protection(parts: tuple[Part, ...], mac: Mac | None, key_scheme: Scheme | None) -> str:
    schemes = [part.scheme for part in parts if part.scheme is not None]
    words = []
    if key_scheme is not None:
        words.append(f"keys with {key_scheme.title}")
    if schemes:
        words.append(f"certificates with {schemes[0].title}")
    words.append(f"integrity by {mac.title}" if mac is not None else "no integrity check")
    text = "; ".join(words)
    return text[0].upper() + text[1:]
