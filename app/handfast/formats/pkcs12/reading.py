"""Reading PKCS#12 (RFC 7292), with the rules by which Java tells its entries apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import (
    INTEGER,
    SEQUENCE,
    children,
    content,
    damaged,
    expect,
    read,
)
from handfast.core.certificate import Certificate
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Damaged, HandfastError, Unsupported
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.store import Format, Integrity, Store
from handfast.formats.base import BudgetExceeded, untried_remark
from handfast.formats.crypto.protection import (
    DoesNotFit,
    Scheme,
    Spelling,
    parse_sealed,
    password_encodings,
)
from handfast.formats.pkcs12.chains import build_chains, find_leaves
from handfast.formats.pkcs12.mac import Mac, parse_mac
from handfast.formats.pkcs12.model import (
    CERT_BAG,
    KEY_BAG,
    SECRET_BAG,
    SHROUDED_BAG,
    Bag,
    Link,
    Native,
    Part,
)
from handfast.formats.pkcs12.parts import (
    Reader,
    authenticate,
    authenticated,
    read_parts,
    wrong_password,
)
from handfast.formats.pkcs12.secrets import read_secret, unwrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits


def read_store(
    data: bytes,
    password: Password | None,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`."""
    reader = Reader(data, password, entry_passwords, limits, progress)
    outer = expect(read(data, 0, len(data)), SEQUENCE, "the outer structure", 0)
    fields = list(children(data, outer))
    if len(fields) < 2 or fields[0].tag != INTEGER:
        raise damaged("the version is missing", outer.begin)
    if content(data, fields[0]) != b"\x03":
        raise Unsupported(
            "This PKCS#12 file is of a version that Handfast does not know.",
            causes=("The file may be damaged at its beginning.",),
            remedy="Fetch the file again from where it came.",
            offset=fields[0].begin,
        )
    contents = authenticated(data, fields[1])
    mac = parse_mac(data, fields[2], limits) if len(fields) > 2 else None
    if outer.end < len(data):
        reader.remarks.append(f"{len(data) - outer.end:,} bytes follow the end of the store.")
    if password is not None:
        reader.candidates = password_encodings(password)
        if mac is not None:
            authenticate(reader, mac, contents)
    parts = read_parts(reader, contents, is_verified=mac is not None)
    entries, key_scheme = _entries(reader, parts)
    if mac is None and password is not None and _fits_nothing(parts, entries):
        raise wrong_password()
    reader.remarks += _remarks(reader, parts)
    spelling = (
        password_encodings(password).index(reader.candidates[0]) if password is not None else 0
    )
    native = Native(data, parts, mac, password, key_scheme, entries, spelling)
    return Store(
        format=Format.PKCS12,
        entries=entries,
        integrity=_integrity(mac, password),
        password=password,
        protection=_protection(parts, mac, key_scheme),
        remarks=tuple(reader.remarks),
        carried=_unseen(parts),
        native=native,
    )


def _fits_nothing(parts: tuple[Part, ...], entries: tuple[Entry, ...]) -> bool:
    """Whether keys are encrypted and not one opens: without a check, only they tell."""
    sealed = [
        each
        for each in entries
        if isinstance(each.native, Link)
        and each.native.bag.kind in {SHROUDED_BAG, SECRET_BAG}
        and not each.trouble
    ]
    is_open = any(part.scheme is not None for part in parts)
    return bool(sealed) and not is_open and all(e.is_locked and not e.is_untried for e in sealed)


def _integrity(mac: Mac | None, password: Password | None) -> Integrity:
    if mac is None:
        return Integrity.NONE
    return Integrity.UNVERIFIED if password is None else Integrity.VERIFIED


# --- from bags to entries ---------------------------------------------------------


def _entries(reader: Reader, parts: tuple[Part, ...]) -> tuple[tuple[Entry, ...], Scheme | None]:
    bags = [bag for part in parts for bag in part.leaves]
    keys = [bag for bag in bags if bag.kind in {KEY_BAG, SHROUDED_BAG}]
    certificates = [bag for bag in bags if bag.kind == CERT_BAG and bag.certificate]
    parsed = {id(bag): Certificate(bag.certificate) for bag in certificates}
    leaves = find_leaves(keys, certificates)
    built = build_chains(
        (leaf for leaf in leaves.values() if leaf is not None), certificates, parsed
    )
    chains = {key: () if leaf is None else built[id(leaf)] for key, leaf in leaves.items()}
    used = {bag.certificate for chain in built.values() for bag in chain}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """What came of opening a key."""

    #: None where it stays locked.
    plain: bytes | None = field(default=None, repr=False)
    #: The password of its own that opened it.
    own: Password | None = None
    scheme: Scheme | None = None
    trouble: str = ""
    is_untried: bool = False


def _open_bag(reader: Reader, sealed_bag: bytes, alias: str) -> _Opened:
    try:
        decryption, sealed = parse_sealed(sealed_bag, reader.limits)
    except HandfastError as error:
        return _Opened(trouble=error.problem)
    own = reader.entry_passwords.get(alias)
    attempts: list[tuple[Spelling, Password | None]] = [(s, None) for s in reader.candidates]
    if own is not None:
        attempts += [(spelling, own) for spelling in password_encodings(own)]
    for spelling, password in attempts:
        try:
            reader.budget.spend(decryption.cost)
            plain = decryption.open(sealed, spelling, reader.progress)
            expect(read(plain, 0, len(plain)), SEQUENCE, "a key", 0)
        except BudgetExceeded:
            reader.postponed += 1
            return _Opened(scheme=decryption.scheme, is_untried=True)
        except (DoesNotFit, Damaged):
            continue
        return _Opened(plain=plain, own=password, scheme=decryption.scheme)
    return _Opened(scheme=decryption.scheme)


def _key_pair(
    reader: Reader,
    bag: Bag,
    alias: str,
    chain: tuple[Bag, ...],
    parsed: dict[int, Certificate],
) -> tuple[KeyPair, Scheme | None]:
    found = _Opened(plain=bag.value)
    if bag.kind != KEY_BAG:
        found = _open_bag(reader, bag.value, alias)
    own, scheme = found.own, found.scheme
    key = PrivateKey(found.plain) if found.plain is not None else None
    opened_by = None if key is None else own or reader.password
    link = Link(bag, chain, alias, key, opened_by, scheme)
    pair = KeyPair(
        alias=alias,
        chain=tuple(parsed[id(each)] for each in chain),
        key=key,
        created=_created(bag),
        password=own if own != reader.password else None,
        trouble=found.trouble,
        is_untried=found.is_untried,
        native=link,
    )
    return pair, scheme


def _secret(reader: Reader, bag: Bag, alias: str) -> tuple[SecretKey, Scheme | None]:
    sealed = read_secret(bag.value)
    if sealed is None:
        trouble = "It holds a secret of a kind that Handfast does not know."
        link = Link(bag, (), alias)
        return (
            SecretKey(alias=alias, algorithm="", material=None, trouble=trouble, native=link),
            None,
        )
    found = _open_bag(reader, sealed, alias)
    own, scheme = found.own, found.scheme
    algorithm, material = "", None
    if found.plain is not None:
        algorithm, raw = unwrap(found.plain)
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
        trouble=found.trouble,
        is_untried=found.is_untried,
        native=link,
    )
    return secret, scheme


def _name_the_nameless(entries: list[Entry]) -> tuple[Entry, ...]:
    """Entries without a friendly name get numbers, as Java gives them; an empty one is a name."""
    nameless = [isinstance(e.native, Link) and e.native.bag.alias is None for e in entries]
    if not any(nameless):
        return tuple(entries)
    import dataclasses

    taken = {entry.alias for entry in entries}
    # Java numbers what it sees; certificates that it does not see come after.
    unseen = [isinstance(e, TrustedCertificate) and not e.is_visible_to_java for e in entries]
    named = list(entries)
    number = 1
    for index in sorted(range(len(entries)), key=lambda index: unseen[index]):
        entry = entries[index]
        if not nameless[index]:
            continue
        while str(number) in taken:
            number += 1
        taken.add(str(number))
        link = entry.native
        if isinstance(link, Link):
            link = dataclasses.replace(link, alias=str(number))
        named[index] = dataclasses.replace(entry, alias=str(number), native=link)
    return tuple(named)


def _remarks(reader: Reader, parts: tuple[Part, ...]) -> list[str]:
    """What is in the file and not to be seen among the entries."""
    remarks: list[str] = []
    if reader.postponed:
        remarks.append(untried_remark(reader.postponed))
    unseen = _unseen(parts)
    if unseen:
        things = "a thing" if unseen == 1 else f"{unseen:,} things"
        remarks.append(
            f"It also holds {things} of another kind, or damaged, kept in the file as it is."
        )
    return remarks


def _unseen(parts: tuple[Part, ...]) -> int:
    shown = {KEY_BAG, SHROUDED_BAG, SECRET_BAG}
    leaves = (bag for part in parts for bag in part.leaves)
    return sum(bag.kind not in shown and not bag.certificate for bag in leaves)


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
