"""Writing PKCS#12: what was not touched goes back byte for byte, the rest as Java 17 writes it."""

from __future__ import annotations

import operator
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import CONTEXT_0, OCTET_STRING, SEQUENCE, der, der_integer, der_oid
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import PasswordNeeded, Refused, WouldLose
from handfast.core.language import tr
from handfast.core.password import EMPTY
from handfast.core.progress import no_progress
from handfast.core.store import Store, Strength, shorten
from handfast.formats.crypto.protection import (
    COMPATIBLE,
    MODERN,
    Scheme,
    seal,
    seal_key,
)
from handfast.formats.pkcs12.bags import (
    certificate_bag,
    changed,
    make_bag,
    marked_trusted,
    named,
    rebuilt,
    trusted_bag,
)
from handfast.formats.pkcs12.chains import is_same_name
from handfast.formats.pkcs12.mac import COMPATIBLE_MAC, MODERN_MAC, Mac, make_mac
from handfast.formats.pkcs12.model import (
    CERT_BAG,
    DATA,
    ENCRYPTED_DATA,
    KEY_BAG,
    SECRET_BAG,
    SHROUDED_BAG,
    Bag,
    Link,
    Native,
    Part,
)
from handfast.formats.pkcs12.secrets import rewrap, wrap_secret

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.core.progress import Progress


@dataclass(slots=True)
class _Plan:
    """What becomes of each bag of the file, and what is new."""

    store: Store
    native: Native | None
    key_scheme: Scheme
    certificate_scheme: Scheme | None
    mac: Mac | None
    reseal: bool
    progress: Progress
    #: Which encoding of the store's password is used, as an index.
    encoding_index: int = 0
    known: set[int] = field(default_factory=set)
    claimed: set[int] = field(default_factory=set)
    #: Java writes the certificates of each chain again, so one may be in several bags.
    copies: dict[bytes, list[Bag]] = field(default_factory=dict)
    certificates_by_id: dict[bytes, list[Bag]] = field(default_factory=dict)
    kept: dict[int, bytes] = field(default_factory=dict)
    new_keys: list[bytes] = field(default_factory=list)
    new_certificates: list[bytes] = field(default_factory=list)
    used_ids: set[bytes] = field(default_factory=set)
    #: Whether nothing of it is written, so that no key is encrypted.
    only_checks: bool = False
    #: Where to go on looking for an identifier that is free, by the moment that was wanted.
    next_millis: dict[int, int] = field(default_factory=dict)


def write_store(store: Store, progress: Progress) -> bytes:
    """See :meth:`handfast.formats.base.FormatModule.write`."""
    native = store.native if isinstance(store.native, Native) else None
    if native is not None and _is_untouched(store, native):
        return native.raw
    plan = _plan(store, native, progress)
    for number, entry in enumerate(store.entries):
        if number % 256 == 0:
            progress(number, len(store.entries))
        _place(plan, entry)
    contents = _contents(plan)
    if native is not None and not plan.reseal and contents is None:
        return native.raw
    assert contents is not None  # noqa: S101 - None only where nothing changed
    body = der(SEQUENCE, *contents)
    mac = b""
    if plan.mac is not None:
        mac = make_mac(plan.mac, body, _needed(store.password), plan.encoding_index)
    return der(
        SEQUENCE,
        der_integer(3),
        der(SEQUENCE, der_oid(DATA), der(CONTEXT_0, der(OCTET_STRING, body))),
        mac,
    )


def check_placeable(store: Store) -> None:
    """Raise what writing the entries of a new file would raise, without encrypting anything."""
    plan = _plan(store, None, no_progress)
    plan.only_checks = True
    for entry in store.entries:
        _place(plan, entry)


def _is_untouched(store: Store, native: Native) -> bool:
    return (
        store.strength is Strength.AS_IT_WAS
        and store.password == native.password
        and len(store.entries) == len(native.entries)
        and all(map(operator.is_, store.entries, native.entries))
    )


def _plan(store: Store, native: Native | None, progress: Progress) -> _Plan:
    strength = store.strength
    if strength is Strength.AS_IT_WAS and native is not None:
        schemes = [part.scheme for part in native.parts if part.scheme is not None]
        certificate_scheme = schemes[0] if schemes else None
        key_scheme = native.key_scheme or certificate_scheme or MODERN
        mac = native.mac
        reseal = native.password != store.password
        if reseal and native.password is None and mac is None and store.password is not None:
            # A store without protection was given a password: it wants what a new one has.
            certificate_scheme, mac = certificate_scheme or MODERN, MODERN_MAC
        if reseal and store.password is None:
            certificate_scheme, mac = None, None
    elif strength is Strength.COMPATIBLE:
        key_scheme, certificate_scheme, mac, reseal = COMPATIBLE, COMPATIBLE, COMPATIBLE_MAC, True
    elif strength is Strength.NONE:
        key_scheme, certificate_scheme, mac, reseal = MODERN, None, None, True
    else:
        key_scheme, certificate_scheme, mac, reseal = MODERN, MODERN, MODERN_MAC, True
    plan = _Plan(
        store, native, key_scheme, certificate_scheme, mac, reseal=reseal, progress=progress
    )
    if native is None:
        return plan
    if strength is Strength.AS_IT_WAS and not reseal:
        plan.encoding_index = native.spelling
    links = [entry.native for entry in native.entries if isinstance(entry.native, Link)]
    linked = {id(bag) for link in links for bag in (link.bag, *link.certificates)}
    for part in native.parts:
        for bag in part.leaves:
            plan.known.add(id(bag))
            if bag.kind in {KEY_BAG, SHROUDED_BAG, SECRET_BAG} or bag.certificate:
                plan.claimed.add(id(bag))
            if bag.certificate and id(bag) not in linked:
                plan.copies.setdefault(bag.certificate, []).append(bag)
            if bag.key_id is not None:
                plan.used_ids.add(bag.key_id)
                if bag.certificate:
                    plan.certificates_by_id.setdefault(bag.key_id, []).append(bag)
    return plan


def _needed(password: Password | None) -> Password:
    if password is None:
        raise PasswordNeeded(
            tr("A password is needed to protect this keystore."),
            remedy=tr("Enter a password for the keystore."),
        )
    return password


def _link(plan: _Plan, entry: Entry) -> Link | None:
    link = entry.native
    if isinstance(link, Link) and id(link.bag) in plan.known:
        return link
    return None


def _place(plan: _Plan, entry: Entry) -> None:
    link = _link(plan, entry)
    match entry:
        case KeyPair():
            _place_pair(plan, entry, link)
        case SecretKey():
            _place_secret(plan, entry, link)
        case TrustedCertificate():
            _place_trusted(plan, entry, link)


def _seals_plain_keys(plan: _Plan) -> bool:
    """Whether a key that is unencrypted is encrypted from now on.

    It stays as it is while nobody asks for more than an edit; Java does not see it, and whoever
    changes the password or converts the store wants it protected.
    """
    is_asked = plan.reseal or plan.store.strength is not Strength.AS_IT_WAS
    return is_asked and plan.store.password is not None


def _is_sealed_by(plan: _Plan, link: Link, entry: KeyPair | SecretKey) -> bool:
    """Whether the key in the file is encrypted under the password that it is to have."""
    return link.bag.kind != KEY_BAG and link.password == _password(plan, entry)


def _is_hidden(plan: _Plan, link: Link) -> bool:
    """Whether Java would give the key another certificate, or none.

    Java goes by the identifier alone, which must be that of the key's own certificate and of no
    other; see `sun.security.pkcs12.PKCS12KeyStore`.
    """
    wanted = link.bag.key_id
    if wanted is None:
        return bool(link.certificates)
    same = {bag.certificate for bag in plan.certificates_by_id.get(wanted, ())}
    return same != {bag.certificate for bag in link.certificates[:1]}


def _place_pair(plan: _Plan, pair: KeyPair, link: Link | None) -> None:
    if (
        link is not None
        and pair.key is not None
        and plan.store.strength in {Strength.MODERN, Strength.COMPATIBLE}
        and _is_hidden(plan, link)
    ):
        key_id = _new_id(plan, pair)
        sealed = _sealed(plan, _scheme(plan, link), pair.key.pkcs8, pair)
        plan.new_keys.append(rebuilt(link.bag, sealed, pair.alias, key_id, SHROUDED_BAG))
        _place_chain(plan, pair, link, None, key_id)
        return
    if link is not None and (pair.key is None or pair.key == link.key):
        bag = link.bag
        leaf = next(iter(link.certificates), None)
        key_id = bag.key_id or b""
        is_plain = bag.kind == KEY_BAG and not _seals_plain_keys(plan)
        same = pair.key is None or is_plain or _is_sealed_by(plan, link, pair)
        if same and not _stronger(plan, pair.key, bag):
            value = bag.value
        else:
            assert pair.key is not None  # noqa: S101 - a locked key is always the same
            value = _sealed(plan, _scheme(plan, link), pair.key.pkcs8, pair)
        kind = KEY_BAG if value is bag.value and bag.kind == KEY_BAG else SHROUDED_BAG
        if pair.alias != link.alias or _wants_name(plan, pair, link):
            plan.kept[id(bag)] = named(bag, pair.alias, value, kind)
        else:
            plan.kept[id(bag)] = changed(bag, value, kind)
    elif pair.key is None:
        raise WouldLose(
            tr(
                "The key of “{alias}” is locked and cannot be written to another file.",
                alias=pair.alias,
            ),
            remedy=tr("Unlock it with its password first."),
        )
    else:
        leaf = None
        key_id = _new_id(plan, pair)
        sealed = _sealed(plan, plan.key_scheme, pair.key.pkcs8, pair)
        plan.new_keys.append(make_bag(SHROUDED_BAG, sealed, pair.alias, key_id))
    _place_chain(plan, pair, link, leaf, key_id)


def _wants_name(plan: _Plan, pair: KeyPair, link: Link) -> bool:
    """Whether nothing but its name will tie the key to its certificate."""
    bag, leaf = link.bag, next(iter(link.certificates), None)
    if bag.key_id is not None or not pair.chain or is_same_name(bag.alias, pair.alias):
        return False
    # As it was they were tied by being the only ones.
    is_kept = leaf is not None and leaf.certificate == pair.chain[0].der
    return not is_kept or len(plan.store.key_pairs) > 1


def _password(plan: _Plan, entry: KeyPair | SecretKey) -> Password | None:
    return entry.password or plan.store.password


def _sealed(plan: _Plan, scheme: Scheme, plain: bytes, entry: KeyPair | SecretKey) -> bytes:
    own = entry.password
    password = _needed(_password(plan, entry))
    if plan.only_checks:
        return plain
    is_own = own is not None and own != plan.store.password
    encoding_index = 0 if is_own else plan.encoding_index
    return seal_key(scheme, plain, password, encoding_index)


def _stronger(plan: _Plan, key: object, bag: Bag) -> bool:
    """Whether a key that could stay as it is is to be sealed in another way."""
    wanted = plan.store.strength in {Strength.MODERN, Strength.COMPATIBLE}
    return wanted and key is not None and bag.kind != KEY_BAG


def _scheme(plan: _Plan, link: Link) -> Scheme:
    if plan.store.strength is Strength.AS_IT_WAS and link.scheme is not None:
        return link.scheme
    return plan.key_scheme


def _place_chain(
    plan: _Plan, pair: KeyPair, link: Link | None, leaf: Bag | None, key_id: bytes
) -> None:
    """``leaf`` is the bag that is tied to the key already; None for a new key."""
    had = {bag.certificate: bag for bag in link.certificates} if link is not None else {}
    for position, certificate in enumerate(pair.chain):
        _check_not_empty(certificate, pair.alias)
        bag = had.get(certificate.der)
        for copy in plan.copies.get(certificate.der, ()):
            if copy is not bag:
                plan.kept.setdefault(id(copy), copy.raw)
        if position == 0 and (bag is None or bag is not leaf):
            plan.new_certificates.append(certificate_bag(certificate, pair.alias, key_id))
        elif bag is None:
            new = certificate_bag(certificate, None, b"")
            if new not in plan.new_certificates:
                plan.new_certificates.append(new)
        elif position == 0 and link is not None and _renames_leaf(plan, pair, link, bag):
            plan.kept[id(bag)] = named(bag, pair.alias, bag.value, bag.kind)
        else:
            plan.kept.setdefault(id(bag), bag.raw)


def _renames_leaf(plan: _Plan, pair: KeyPair, link: Link, leaf: Bag) -> bool:
    follows = pair.alias != link.alias and is_same_name(leaf.alias, link.alias)
    return follows or _wants_name(plan, pair, link)


def _place_secret(plan: _Plan, secret: SecretKey, link: Link | None) -> None:
    if link is not None and (secret.material is None or secret.material == link.key):
        bag = link.bag
        value = bag.value
        same = secret.material is None or link.password == _password(plan, secret)
        if secret.material is not None and (not same or _stronger(plan, secret.material, bag)):
            plain = rewrap(secret.algorithm, secret.material.reveal())
            value = wrap_secret(_sealed(plan, _scheme(plan, link), plain, secret))
        plan.kept[id(bag)] = _renamed(bag, secret.alias, link.alias, value)
    elif secret.material is None:
        raise WouldLose(
            tr(
                "The secret key “{alias}” is locked and cannot be written to another file.",
                alias=secret.alias,
            ),
            remedy=tr("Unlock it with its password first."),
        )
    else:
        plain = rewrap(secret.algorithm, secret.material.reveal())
        value = wrap_secret(_sealed(plan, plan.key_scheme, plain, secret))
        plan.new_keys.append(make_bag(SECRET_BAG, value, secret.alias, _new_id(plan, secret)))


def _check_not_empty(certificate: Certificate, alias: str) -> None:
    """A bag holds one value (RFC 7292, 4.2.3); JKS can have an entry without a byte of it."""
    if not certificate.der:
        raise Refused(
            tr(
                "PKCS#12 cannot hold the certificate of “{alias}”: it is empty.",
                alias=shorten(alias),
            ),
            remedy=tr("Delete the entry first, or keep the keystore in its own format."),
        )


def _place_trusted(plan: _Plan, entry: TrustedCertificate, link: Link | None) -> None:
    if link is None or link.bag.certificate != entry.certificate.der:
        _check_not_empty(entry.certificate, entry.alias)
        plan.new_certificates.append(trusted_bag(entry.certificate, entry.alias))
        return
    bag = link.bag
    if entry.is_visible_to_java and not bag.is_trusted:
        plan.kept[id(bag)] = marked_trusted(bag, entry.alias)
    else:
        plan.kept[id(bag)] = _renamed(bag, entry.alias, link.alias, bag.value)


def _renamed(bag: Bag, alias: str, was: str, value: bytes) -> bytes:
    """The bag as it was, but for its name or its value where those changed."""
    if alias == was:
        return changed(bag, value, bag.kind)
    return named(bag, alias, value, bag.kind)


def _new_id(plan: _Plan, entry: KeyPair | SecretKey) -> bytes:
    """``Time <milliseconds>``: what ties key and certificate, and Java's creation date."""
    moment = entry.created.timestamp() if entry.created is not None else time.time()
    first = round(moment * 1000)
    # Thousands may have come at the same moment.
    millis = plan.next_millis.get(first, first)
    while (key_id := f"Time {millis}".encode()) in plan.used_ids:
        millis += 1
    plan.used_ids.add(key_id)
    plan.next_millis[first] = millis + 1
    return key_id


# --- parts ----------------------------------------------------------------------


def _contents(plan: _Plan) -> list[bytes] | None:
    """The ContentInfos; None where every one of them is as it was."""
    parts = list(plan.native.parts) if plan.native is not None else []
    keys, certificates = list(plan.new_keys), list(plan.new_certificates)
    out: list[bytes] = []
    is_changed = plan.reseal
    key_part = _first(parts, {KEY_BAG, SHROUDED_BAG, SECRET_BAG})
    certificate_part = _first(parts, {CERT_BAG})
    for part in parts:
        if part.is_opaque:
            out.append(part.raw)
            continue
        before = [bag.raw for bag in part.bags]
        after = _remaining(plan, part.bags)
        # One that another password opened gets that of the file with the next save.
        is_unlocked = part.is_unlocked or part.password not in {None, EMPTY}
        if part is key_part:
            after += keys
            keys = []
        if part is certificate_part:
            after += certificates
            certificates = []
        if after == before and not is_unlocked and not (plan.reseal and _is_resealed(plan, part)):
            out.append(part.raw)
            continue
        is_changed = True
        if after or part.bags == ():
            out.append(_part(plan, after, _part_scheme(plan, part)))
    if keys:
        # Java puts the keys first; they are sealed each on its own.
        out.insert(0, _part(plan, keys, None))
        is_changed = True
    if certificates:
        out.append(_part(plan, certificates, plan.certificate_scheme))
        is_changed = True
    return out if is_changed or plan.native is None else None


def _remaining(plan: _Plan, bags: tuple[Bag, ...]) -> list[bytes]:
    """What becomes of bags: as they were or altered; those of entries that are gone left out."""
    found: list[bytes] = []
    for bag in bags:
        if bag.inside:
            inside = _remaining(plan, bag.inside)
            if plan.store.strength in {Strength.MODERN, Strength.COMPATIBLE}:
                # Java does not look into bags of bags.
                found += inside
            elif inside == [each.raw for each in bag.inside]:
                found.append(bag.raw)
            elif inside:
                found.append(changed(bag, der(SEQUENCE, *inside), bag.kind))
        elif id(bag) in plan.kept or id(bag) not in plan.claimed:
            found.append(plan.kept.get(id(bag), bag.raw))
    return found


def _first(parts: list[Part], kinds: set[str]) -> Part | None:
    for part in parts:
        if not part.is_opaque and any(bag.kind in kinds for bag in part.leaves):
            return part
    return None


def _part_scheme(plan: _Plan, part: Part) -> Scheme | None:
    if plan.store.strength is Strength.AS_IT_WAS and plan.store.password is not None:
        was_plain = plan.native is not None and plan.native.password is None
        if part.scheme is not None or not was_plain:
            return part.scheme
    holds_certificates = any(bag.kind == CERT_BAG for bag in part.leaves)
    return plan.certificate_scheme if holds_certificates or part.scheme else None


def _is_resealed(plan: _Plan, part: Part) -> bool:
    return part.scheme is not None or _part_scheme(plan, part) is not None


def _part(plan: _Plan, bags: list[bytes], scheme: Scheme | None) -> bytes:
    plain = der(SEQUENCE, *bags)
    if scheme is None:
        return der(SEQUENCE, der_oid(DATA), der(CONTEXT_0, der(OCTET_STRING, plain)))
    algorithm, sealed = seal(scheme, plain, _needed(plan.store.password), plan.encoding_index)
    info = der(SEQUENCE, der_oid(DATA), algorithm, der(0x80, sealed))
    return der(
        SEQUENCE,
        der_oid(ENCRYPTED_DATA),
        der(CONTEXT_0, der(SEQUENCE, der_integer(0), info)),
    )
