"""Reading PKCS#12 (RFC 7292), with the rules by which Java tells its entries apart."""

from __future__ import annotations

from dataclasses import field, replace
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
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Damaged, HandfastError, Unsupported, WrongPassword
from handfast.core.frozen import dataclass
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.language import tr, tr_count, tr_in
from handfast.core.password import EMPTY
from handfast.core.store import Format, Integrity, Store
from handfast.formats.base import AGREED_LIMITS, BudgetExceeded, untried_remark, wrong_password
from handfast.formats.crypto.protection import (
    Decryption,
    DoesNotFit,
    Scheme,
    Spelling,
    parse_sealed,
    password_encodings,
)
from handfast.formats.pkcs12.chains import build_chains, find_leaves, is_own
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
    PartState,
)
from handfast.formats.pkcs12.parts import (
    Reader,
    authenticate,
    authenticated,
    read_part,
    read_parts,
)
from handfast.formats.pkcs12.secrets import read_secret, unwrap

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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
    outer = expect(read(data, 0, len(data)), SEQUENCE, tr("the outer structure"), 0)
    fields = list(children(data, outer))
    if len(fields) < 2 or fields[0].tag != INTEGER:
        raise damaged(tr("the version is missing"), outer.begin)
    if content(data, fields[0]) != b"\x03":
        raise Unsupported(
            tr("This PKCS#12 file has a version that Handfast does not support."),
            causes=(tr("The file may be damaged at its beginning."),),
            remedy=tr("Get the file again from its source."),
            offset=fields[0].begin,
        )
    contents = authenticated(data, fields[1])
    mac = parse_mac(data, fields[2], limits) if len(fields) > 2 else None
    if outer.end < len(data):
        reader.remarks.append(
            tr_count(
                "{count} byte follows the end of the keystore.",
                "{count} bytes follow the end of the keystore.",
                len(data) - outer.end,
            )
        )
    if password is not None:
        reader.candidates = password_encodings(password)
        if mac is not None:
            authenticate(reader, mac, contents)
            reader.is_verified = True
    parts = read_parts(reader, contents, is_verified=mac is not None)
    entries, key_scheme = _entries(reader, parts)
    if mac is None and password is not None and _fits_nothing(parts, entries):
        raise wrong_password(Format.PKCS12)
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
        has_legacy_protection=_is_legacy(parts, mac, key_scheme),
        closed_to_java=_closed_to_java(_schemes(parts, None), mac),
        keys_closed_to_java=_closed_to_java([key_scheme] if key_scheme is not None else []),
        fewest_iterations=_fewest_iterations(parts, mac, key_scheme),
        lacks_mac=mac is None and bool(_schemes(parts, key_scheme)),
        remarks=tuple(reader.remarks),
        carried=_unseen(parts),
        locked_parts=sum(part.state is PartState.LOCKED for part in parts),
        foreign_parts=sum(part.state is PartState.FOREIGN for part in parts),
        native=native,
    )


def unlock_parts(store: Store, password: Password, progress: Progress) -> Store:
    """The store with the parts that this password opens, and with what is in them.

    Pairs that were without certificates get theirs. The next save puts these parts under the
    password of the file.

    :raises WrongPassword: it opens none of them
    """
    native = store.native
    assert isinstance(native, Native)  # noqa: S101 - only such a store has parts
    names = {bag.alias or "" for part in native.parts for bag in part.leaves}
    passwords = dict.fromkeys(("", *names), password)
    reader = Reader(native.raw, store.password, passwords, AGREED_LIMITS, progress)
    reader.is_verified = True
    if store.password is not None:
        reader.candidates = password_encodings(store.password)
    parts: list[Part] = []
    for part in native.parts:
        opened = part
        if part.state is PartState.LOCKED:
            again = read_part(reader, part.raw)
            if not again.is_opaque:
                opened = replace(again, password=password, is_unlocked=True)
        parts.append(opened)
    if all(new is old for new, old in zip(parts, native.parts, strict=True)):
        raise WrongPassword(
            tr("The password does not open the locked part of the file."),
            remedy=tr("Try again, or ask the person who created the file."),
        )
    found, _ = _entries(reader, tuple(parts))
    known = {id(link.bag): e for e in store.entries if isinstance(link := e.native, Link)}
    seen = {id(bag) for part in native.parts for bag in part.leaves}
    entries: list[Entry] = []
    taken = {entry.alias.casefold() for entry in store.entries}
    for entry in found:
        link = entry.native
        assert isinstance(link, Link)  # noqa: S101 - all of them were made here
        was = known.pop(id(link.bag), None)
        if was is not None:
            entries.append(_with_chain(was, entry))
        elif id(link.bag) not in seen:
            alias = entry.alias
            while alias.casefold() in taken:
                alias = f"{alias}-2"
            taken.add(alias.casefold())
            entries.append(replace(entry, alias=alias))
    others = [entry for entry in store.entries if not any(entry is each for each in entries)]
    kept = {id(link.bag) for e in entries if isinstance(link := e.native, Link)}
    entries += [
        each
        for each in others
        if not (isinstance(link := each.native, Link) and id(link.bag) in kept)
    ]
    locked = sum(part.state is PartState.LOCKED for part in parts)
    reader.remarks.clear()
    return replace(
        store,
        entries=tuple(entries),
        locked_parts=locked,
        carried=_unseen(tuple(parts)),
        remarks=tuple(_remarks(reader, tuple(parts))),
        native=replace(native, parts=tuple(parts), entries=()),
    )


def _with_chain(was: Entry, now: Entry) -> Entry:
    """An entry as it was, a pair with the chain that has come to light."""
    if not isinstance(was, KeyPair) or not isinstance(now, KeyPair) or was.chain:
        return was
    old, new = was.native, now.native
    assert isinstance(old, Link)  # noqa: S101 - the caller found both by it
    assert isinstance(new, Link)  # noqa: S101 - the same
    key = was.key if was.key is not None else now.key
    return replace(
        was,
        chain=now.chain,
        key=key,
        password=was.password if was.key is not None else now.password,
        native=replace(
            old,
            certificates=new.certificates,
            key=old.key if was.key is not None else new.key,
            password=old.password if was.key is not None else new.password,
        ),
    )


def pair_again(store: Store, among: Collection[Entry]) -> Store:
    """The store with each pair at the certificate of its own key, which is known only now.

    While a key is locked, the identifiers of the file decide, as in Java, and they may be wrong.
    A pair whose chain was edited keeps it. Certificates that no pair has any more become entries
    of their own; those of a pair are none.
    """
    native = store.native
    if not isinstance(native, Native):
        # It comes from elsewhere, where each certificate stands with its key.
        return store
    unsettled: dict[int, tuple[KeyPair, Link]] = {}
    for entry in among:
        link = entry.native
        if (
            isinstance(entry, KeyPair)
            and isinstance(link, Link)
            and entry.key is not None
            and entry.key == link.key
            and [each.der for each in entry.chain] == [bag.certificate for bag in link.certificates]
            and not (entry.chain and is_own(entry.key, entry.chain[0]))
        ):
            unsettled[id(link.bag)] = (entry, link)
    if not unsettled:
        return store
    bags = [bag for part in native.parts for bag in part.leaves]
    certificates = [bag for bag in bags if bag.kind == CERT_BAG and bag.certificate]
    parsed = {id(bag): Certificate(bag.certificate) for bag in certificates}
    keys = [link.bag for _, link in unsettled.values()]
    opened = {key: entry.key for key, (entry, _) in unsettled.items() if entry.key is not None}
    leaves = find_leaves(keys, certificates, opened, parsed)
    found = {
        key: leaf
        for key, leaf in leaves.items()
        if leaf is not None and is_own(opened[key], parsed[id(leaf)])
    }
    if not found:
        return store
    built = build_chains(found.values(), certificates, parsed)
    pairs: dict[int, Entry] = {}
    for key, leaf in found.items():
        entry, link = unsettled[key]
        chain = built[id(leaf)]
        pairs[id(entry)] = replace(
            entry,
            chain=tuple(parsed[id(bag)] for bag in chain),
            native=replace(link, certificates=chain),
        )
    entries = [pairs.get(id(entry), entry) for entry in store.entries]
    links = [e.native for e in entries if isinstance(e, KeyPair) and isinstance(e.native, Link)]
    used = {bag.certificate for link in links for bag in link.certificates}
    entries = [
        entry
        for entry in entries
        if not isinstance(entry, TrustedCertificate)
        or not isinstance(link := entry.native, Link)
        or link.bag.is_trusted
        or entry.alias != link.alias
        or link.bag.certificate not in used
    ]
    shown = {
        link.bag.certificate
        for entry in entries
        if isinstance(entry, TrustedCertificate) and isinstance(link := entry.native, Link)
    }
    taken = {entry.alias.casefold() for entry in entries}
    for key in found:
        for bag in unsettled[key][1].certificates:
            if bag.certificate in used or bag.certificate in shown:
                continue
            shown.add(bag.certificate)
            alias = free = bag.alias or "1"
            number = 1
            while free.casefold() in taken:
                number += 1
                free = f"{alias}-{number}" if bag.alias else str(number)
            taken.add(free.casefold())
            entries.append(
                TrustedCertificate(
                    alias=free,
                    certificate=parsed[id(bag)],
                    is_visible_to_java=bag.is_trusted,
                    native=Link(bag, alias=free),
                )
            )
    return replace(store, entries=tuple(entries))


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
    opened = _open_keys(reader, keys)
    known = {key: PrivateKey(found.plain) for key, found in opened.items() if found.plain}
    leaves = find_leaves(keys, certificates, known, parsed)
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
            outcome = opened[id(bag)]
            scheme = scheme or outcome.scheme
            entries.append(_key_pair(reader, bag, name, chain, parsed, outcome))
        elif bag.kind == SECRET_BAG:
            secret, sealed_by = _secret(reader, bag, name)
            scheme = scheme or sealed_by
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
    # Java does not look into bags of bags.
    outside = {id(bag) for part in parts for bag in part.bags}
    if any(bag.inside for part in parts for bag in part.bags):
        entries = [
            each
            if not isinstance(link := each.native, Link) or id(link.bag) in outside
            else replace(each, is_visible_to_java=False)
            for each in entries
        ]
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
    is_damaged: bool = False
    is_untried: bool = False


def _open_bag(reader: Reader, sealed_bag: bytes, alias: str) -> _Opened:
    try:
        decryption, sealed = parse_sealed(sealed_bag, reader.limits)
    except HandfastError as error:
        return _Opened(trouble=error.problem, is_damaged=isinstance(error, Damaged))
    own = reader.entry_passwords.get(alias)
    attempts: list[tuple[Spelling, Password | None]] = [(s, None) for s in reader.candidates]
    if own is not None:
        attempts += [(spelling, own) for spelling in password_encodings(own)]
    if reader.is_verified and reader.password != EMPTY:
        # Some programs protect a file and leave its keys under no password.
        attempts += [(spelling, EMPTY) for spelling in password_encodings(EMPTY)]
    attempts = _without_repetition(attempts, decryption)
    for spelling, password in attempts:
        try:
            reader.budget.spend(decryption.cost)
            plain = decryption.open(sealed, spelling, reader.progress)
            expect(read(plain, 0, len(plain)), SEQUENCE, tr("a key"), 0)
        except BudgetExceeded:
            if password is EMPTY and own is not EMPTY:
                # What was likely to open it was tried.
                break
            reader.postponed += 1
            return _Opened(scheme=decryption.scheme, is_untried=True)
        except (DoesNotFit, Damaged):
            continue
        return _Opened(plain=plain, own=password, scheme=decryption.scheme)
    return _Opened(scheme=decryption.scheme)


def _without_repetition(
    attempts: list[tuple[Spelling, Password | None]], decryption: Decryption
) -> list[tuple[Spelling, Password | None]]:
    """Those that differ in what the algorithm derives its key from."""
    seen: set[bytes] = set()
    found = []
    for spelling, password in attempts:
        word = decryption.word(spelling)
        if word not in seen:
            seen.add(word)
            found.append((spelling, password))
    return found


def _open_keys(reader: Reader, keys: list[Bag]) -> dict[int, _Opened]:
    """What comes of each key, before it is known which certificates are its own."""
    found: dict[int, _Opened] = {}
    for number, bag in enumerate(keys):
        if number % 256 == 0:
            reader.progress(number, len(keys))
        is_plain = bag.kind == KEY_BAG
        name = bag.alias if bag.alias is not None else ""
        found[id(bag)] = (
            _Opened(plain=bag.value) if is_plain else _open_bag(reader, bag.value, name)
        )
    return found


def _key_pair(
    reader: Reader,
    bag: Bag,
    alias: str,
    chain: tuple[Bag, ...],
    parsed: dict[int, Certificate],
    found: _Opened,
) -> KeyPair:
    own = found.own
    key = PrivateKey(found.plain) if found.plain is not None else None
    opened_by = None if key is None else own or reader.password
    return KeyPair(
        alias=alias,
        chain=tuple(parsed[id(each)] for each in chain),
        key=key,
        created=_created(bag),
        password=own if own != reader.password else None,
        trouble=found.trouble,
        is_damaged=found.is_damaged,
        is_untried=found.is_untried,
        # Java passes over a key that is not encrypted.
        is_visible_to_java=bag.kind != KEY_BAG,
        native=Link(bag, chain, alias, key, opened_by, found.scheme),
    )


def _secret(reader: Reader, bag: Bag, alias: str) -> tuple[SecretKey, Scheme | None]:
    sealed = read_secret(bag.value)
    if sealed is None:
        trouble = tr("It contains a secret of a kind that Handfast does not support.")
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
        is_damaged=found.is_damaged,
        is_untried=found.is_untried,
        native=link,
    )
    return secret, scheme


def _name_the_nameless(entries: list[Entry]) -> tuple[Entry, ...]:
    """Entries without a friendly name get numbers, as Java gives them; an empty one is a name."""
    nameless = [isinstance(e.native, Link) and e.native.bag.alias is None for e in entries]
    if not any(nameless):
        return tuple(entries)
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
            link = replace(link, alias=str(number))
        named[index] = replace(entry, alias=str(number), native=link)
    return tuple(named)


def _remarks(reader: Reader, parts: tuple[Part, ...]) -> list[str]:
    """What is in the file and not to be seen among the entries."""
    remarks: list[str] = []
    if reader.postponed:
        remarks.append(untried_remark(reader.postponed))
    locked = sum(part.state is PartState.LOCKED for part in parts)
    if locked:
        remarks.append(
            tr_count(
                "{count} part of the file is encrypted under another password, and its "
                "contents are not shown. Unlock it with that password.",
                "{count} parts of the file are encrypted under another password, and their "
                "contents are not shown. Unlock them with that password.",
                locked,
            )
        )
    if any(part.state is PartState.FOREIGN for part in parts):
        remarks.append(
            tr(
                "A part of the file is encrypted for the holder of a certificate instead of "
                "under a password, and its contents are not shown."
            )
        )
    unseen = _unseen(parts)
    if unseen:
        remarks.append(
            tr_count(
                "It also contains {count} item of another kind, or damaged, which stays in "
                "the file as it is.",
                "It also contains {count} items of another kind, or damaged, which stay in "
                "the file as they are.",
                unseen,
            )
        )
    return remarks


def _unseen(parts: tuple[Part, ...]) -> int:
    shown = {KEY_BAG, SHROUDED_BAG, SECRET_BAG}
    leaves = (bag for part in parts for bag in part.leaves)
    return sum(bag.kind not in shown and not bag.certificate for bag in leaves)


#: Ciphers that strict programs refuse.
_LEGACY_CIPHERS = frozenset({"3DES", "RC2"})


_MACS_OF_JAVA = frozenset(
    {"sha1", "sha224", "sha256", "sha384", "sha512", "sha512_224", "sha512_256"}
)


def _schemes(parts: tuple[Part, ...], key_scheme: Scheme | None) -> list[Scheme]:
    schemes = [each for part in parts if (each := part.scheme) is not None]
    return schemes if key_scheme is None else [*schemes, key_scheme]


def _fewest_iterations(
    parts: tuple[Part, ...], mac: Mac | None, key_scheme: Scheme | None
) -> int | None:
    counts = [each.iterations for each in _schemes(parts, key_scheme)]
    counts += [mac.iterations] if mac is not None else []
    return min(counts, default=None)


def _is_legacy(parts: tuple[Part, ...], mac: Mac | None, key_scheme: Scheme | None) -> bool:
    """Whether any part of the protection that is shown is by RC2, triple DES or HMAC-SHA-1."""
    schemes = [each for part in parts if (each := part.scheme) is not None][:1]
    schemes += [key_scheme] if key_scheme is not None else []
    has_old_cipher = any(each.cipher in _LEGACY_CIPHERS for each in schemes)
    return has_old_cipher or (mac is not None and not mac.prf and mac.digest == "sha1")


def _closed_to_java(schemes: list[Scheme], mac: Mac | None = None) -> tuple[str, ...]:
    """Those of these algorithms that no Java has (JDK 25)."""
    titles = [each.title for each in schemes if not each.is_known_to_java]
    if mac is not None and mac.digest not in _MACS_OF_JAVA:
        titles.append(mac.title)
    return tuple(dict.fromkeys(titles))


def _protection(parts: tuple[Part, ...], mac: Mac | None, key_scheme: Scheme | None) -> str:
    schemes = [part.scheme for part in parts if part.scheme is not None]
    words = []
    if key_scheme is not None:
        words.append(tr("Keys: {title}", title=key_scheme.title))
    if schemes:
        words.append(tr("Certificates: {title}", title=schemes[0].title))
    words.append(
        tr("Integrity: {title}", title=mac.title) if mac is not None else tr("No integrity check")
    )
    return tr_in("between the parts of a description", "; ").join(words)
