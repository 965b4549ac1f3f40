"""Writing PKCS#12: what was not touched goes back byte for byte, the rest as Java 17 writes it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import PasswordNeeded, WouldLose
from handfast.core.store import Store, Strength
from handfast.formats.ber import (
    BMP_STRING,
    CONTEXT_0,
    OCTET_STRING,
    SEQUENCE,
    SET,
    der,
    der_integer,
    der_oid,
)
from handfast.formats.pkcs12_mac import COMPATIBLE_MAC, MODERN_MAC, Mac, make_mac
from handfast.formats.pkcs12_model import (
    ANY_USAGE,
    CERT_BAG,
    DATA,
    ENCRYPTED_DATA,
    FRIENDLY_NAME,
    KEY_BAG,
    LOCAL_KEY_ID,
    SECRET_BAG,
    SHROUDED_BAG,
    TRUSTED_USAGE,
    X509_CERTIFICATE,
    Bag,
    Link,
    Native,
    Part,
)
from handfast.formats.pkcs12_protection import (
    COMPATIBLE,
    MODERN,
    Scheme,
    seal,
    seal_key,
)
from handfast.formats.pkcs12_secrets import rewrap, wrap_secret

if TYPE_CHECKING:
    from handfast.core.certificate import Certificate
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
    known: set[int] = field(default_factory=set)
    claimed: set[int] = field(default_factory=set)
    #: Java writes the certificates of each chain anew, so one may stand in several bags.
    copies: dict[bytes, list[Bag]] = field(default_factory=dict)
    kept: dict[int, bytes] = field(default_factory=dict)
    new_keys: list[bytes] = field(default_factory=list)
    new_certificates: list[bytes] = field(default_factory=list)
    used_ids: set[bytes] = field(default_factory=set)


def write_store(store: Store, progress: Progress) -> bytes:
    """See :meth:`handfast.formats.base.FormatModule.write`."""
    plan = _plan(store, progress)
    for number, entry in enumerate(store.entries):
        if number % 256 == 0:
            progress(number, len(store.entries))
        _place(plan, entry)
    contents = _contents(plan)
    native = plan.native
    if native is not None and not plan.reseal and contents is None:
        return native.raw
    assert contents is not None  # noqa: S101 - None only where nothing changed
    body = der(SEQUENCE, *contents)
    mac = b""
    if plan.mac is not None:
        mac = make_mac(plan.mac, body, _needed(store.password))
    return der(
        SEQUENCE,
        der_integer(3),
        der(SEQUENCE, der_oid(DATA), der(CONTEXT_0, der(OCTET_STRING, body))),
        mac,
    )


def _plan(store: Store, progress: Progress) -> _Plan:
    native = store.native if isinstance(store.native, Native) else None
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
    for part in native.parts if native is not None else ():
        for bag in part.bags:
            plan.known.add(id(bag))
            if bag.kind in {KEY_BAG, SHROUDED_BAG, SECRET_BAG} or bag.certificate:
                plan.claimed.add(id(bag))
            if bag.certificate and not bag.is_trusted and bag.key_id is None:
                plan.copies.setdefault(bag.certificate, []).append(bag)
            if bag.key_id is not None:
                plan.used_ids.add(bag.key_id)
    return plan


def _needed(password: Password | None) -> Password:
    if password is None:
        raise PasswordNeeded(
            "A password is needed to protect this store.", remedy="Give the store a password."
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


def _place_pair(plan: _Plan, pair: KeyPair, link: Link | None) -> None:
    password = pair.password or plan.store.password
    key_id = b""
    if link is not None and (pair.key is None or pair.key == link.key):
        bag = link.bag
        key_id = bag.key_id or b""
        same = pair.key is None or link.password == password or bag.kind == KEY_BAG
        if same and not _stronger(plan, pair.key, bag):
            value = bag.value
        else:
            assert pair.key is not None  # noqa: S101 - a locked key is always the same
            value = seal_key(_scheme(plan, link), pair.key.pkcs8, _needed(password))
        kind = KEY_BAG if value is bag.value and bag.kind == KEY_BAG else SHROUDED_BAG
        plan.kept[id(bag)] = _renamed(bag, pair.alias, link.alias, value, kind)
    elif pair.key is None:
        raise WouldLose(
            f"The key of “{pair.alias}” is locked and cannot be written into another file.",
            remedy="Unlock it with its password first.",
        )
    else:
        key_id = _new_id(plan, pair)
        sealed = seal_key(plan.key_scheme, pair.key.pkcs8, _needed(password))
        plan.new_keys.append(_bag(SHROUDED_BAG, sealed, pair.alias, key_id))
    _place_chain(plan, pair, link, key_id)


def _stronger(plan: _Plan, key: object, bag: Bag) -> bool:
    """Whether a key that could stay as it is is to be sealed in another way."""
    wanted = plan.store.strength in {Strength.MODERN, Strength.COMPATIBLE}
    return wanted and key is not None and bag.kind != KEY_BAG


def _scheme(plan: _Plan, link: Link) -> Scheme:
    if plan.store.strength is Strength.AS_IT_WAS and link.scheme is not None:
        return link.scheme
    return plan.key_scheme


def _place_chain(plan: _Plan, pair: KeyPair, link: Link | None, key_id: bytes) -> None:
    had = {bag.certificate: bag for bag in link.certificates} if link is not None else {}
    for position, certificate in enumerate(pair.chain):
        bag = had.get(certificate.der)
        is_leaf = position == 0
        for copy in plan.copies.get(certificate.der, ()):
            if copy is not bag:
                plan.kept.setdefault(id(copy), copy.raw)
        if bag is not None and (not is_leaf or bag.key_id == (key_id or None)):
            if is_leaf and link is not None and bag.alias == link.alias:
                kept = _renamed(bag, pair.alias, link.alias, bag.value, bag.kind)
                plan.kept[id(bag)] = kept
            else:
                plan.kept.setdefault(id(bag), bag.raw)
        elif is_leaf:
            plan.new_certificates.append(_certificate_bag(certificate, pair.alias, key_id))
        else:
            new = _certificate_bag(certificate, None, b"")
            if new not in plan.new_certificates:
                plan.new_certificates.append(new)


def _place_secret(plan: _Plan, secret: SecretKey, link: Link | None) -> None:
    password = secret.password or plan.store.password
    if link is not None and (secret.material is None or secret.material == link.key):
        bag = link.bag
        value = bag.value
        same = secret.material is None or link.password == password
        if secret.material is not None and (not same or _stronger(plan, secret.material, bag)):
            plain = rewrap(secret.algorithm, secret.material.reveal())
            value = wrap_secret(seal_key(_scheme(plan, link), plain, _needed(password)))
        plan.kept[id(bag)] = _renamed(bag, secret.alias, link.alias, value, bag.kind)
    elif secret.material is None:
        raise WouldLose(
            f"The secret key “{secret.alias}” is locked and cannot be written into another file.",
            remedy="Unlock it with its password first.",
        )
    else:
        plain = rewrap(secret.algorithm, secret.material.reveal())
        sealed = seal_key(plan.key_scheme, plain, _needed(password))
        value = wrap_secret(sealed)
        plan.new_keys.append(_bag(SECRET_BAG, value, secret.alias, _new_id(plan, secret)))


def _place_trusted(plan: _Plan, entry: TrustedCertificate, link: Link | None) -> None:
    if link is None or link.bag.certificate != entry.certificate.der:
        plan.new_certificates.append(_trusted_bag(entry.certificate, entry.alias))
        return
    bag = link.bag
    if entry.is_visible_to_java and not bag.is_trusted:
        attribute = der(SEQUENCE, TRUSTED_USAGE, der(SET, ANY_USAGE))
        kept = _with_name((*bag.attributes, attribute), entry.alias)
        plan.kept[id(bag)] = _assemble(bag.kind, bag.value, kept)
    else:
        plan.kept[id(bag)] = _renamed(bag, entry.alias, link.alias, bag.value, bag.kind)


# --- bags -----------------------------------------------------------------------


def _assemble(kind: str, value: bytes, attributes: tuple[bytes, ...]) -> bytes:
    # DER wants a SET sorted; Java and OpenSSL read any order.
    tail = (der(SET, *sorted(attributes)),) if attributes else ()
    return der(SEQUENCE, der_oid(kind), der(CONTEXT_0, value), *tail)


def _name(alias: str) -> bytes:
    text = alias.encode("utf-16-be", "surrogatepass")
    return der(SEQUENCE, FRIENDLY_NAME, der(SET, der(BMP_STRING, text)))


def _with_name(attributes: tuple[bytes, ...], alias: str) -> tuple[bytes, ...]:
    return (*(each for each in attributes if FRIENDLY_NAME not in each[:32]), _name(alias))


def _renamed(bag: Bag, alias: str, was: str, value: bytes, kind: str) -> bytes:
    """The bag as it was, but for its name or its value where those changed."""
    if alias == was:
        return bag.raw if value is bag.value else _assemble(kind, value, bag.attributes)
    return _assemble(kind, value, _with_name(bag.attributes, alias))


def _bag(kind: str, value: bytes, alias: str | None, key_id: bytes) -> bytes:
    attributes: tuple[bytes, ...] = ()
    if alias is not None:
        attributes += (_name(alias),)
    if key_id:
        attributes += (der(SEQUENCE, LOCAL_KEY_ID, der(SET, der(OCTET_STRING, key_id))),)
    return _assemble(kind, value, attributes)


def _certificate_value(certificate: Certificate) -> bytes:
    holder = der(CONTEXT_0, der(OCTET_STRING, certificate.der))
    return der(SEQUENCE, der_oid(X509_CERTIFICATE), holder)


def _certificate_bag(certificate: Certificate, alias: str | None, key_id: bytes) -> bytes:
    return _bag(CERT_BAG, _certificate_value(certificate), alias, key_id)


def _trusted_bag(certificate: Certificate, alias: str) -> bytes:
    usage = der(SEQUENCE, TRUSTED_USAGE, der(SET, ANY_USAGE))
    return _assemble(CERT_BAG, _certificate_value(certificate), (_name(alias), usage))


def _new_id(plan: _Plan, entry: KeyPair | SecretKey) -> bytes:
    """``Time <milliseconds>``: what ties key and certificate, and Java's creation date."""
    moment = entry.created.timestamp() if entry.created is not None else time.time()
    millis = round(moment * 1000)
    while (key_id := f"Time {millis}".encode()) in plan.used_ids:
        millis += 1
    plan.used_ids.add(key_id)
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
        after = [
            plan.kept.get(id(bag), bag.raw)
            for bag in part.bags
            if id(bag) in plan.kept or id(bag) not in plan.claimed
        ]
        if part is key_part:
            after += keys
            keys = []
        if part is certificate_part:
            after += certificates
            certificates = []
        if after == before and not (plan.reseal and _is_resealed(plan, part)):
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


def _first(parts: list[Part], kinds: set[str]) -> Part | None:
    for part in parts:
        if not part.is_opaque and any(bag.kind in kinds for bag in part.bags):
            return part
    return None


def _part_scheme(plan: _Plan, part: Part) -> Scheme | None:
    if plan.store.strength is Strength.AS_IT_WAS and plan.store.password is not None:
        was_plain = plan.native is not None and plan.native.password is None
        if part.scheme is not None or not was_plain:
            return part.scheme
    holds_certificates = any(bag.kind == CERT_BAG for bag in part.bags)
    return plan.certificate_scheme if holds_certificates or part.scheme else None


def _is_resealed(plan: _Plan, part: Part) -> bool:
    return part.scheme is not None or _part_scheme(plan, part) is not None


def _part(plan: _Plan, bags: list[bytes], scheme: Scheme | None) -> bytes:
    plain = der(SEQUENCE, *bags)
    if scheme is None:
        return der(SEQUENCE, der_oid(DATA), der(CONTEXT_0, der(OCTET_STRING, plain)))
    algorithm, sealed = seal(scheme, plain, _needed(plan.store.password))
    info = der(SEQUENCE, der_oid(DATA), algorithm, der(0x80, sealed))
    return der(
        SEQUENCE,
        der_oid(ENCRYPTED_DATA),
        der(CONTEXT_0, der(SEQUENCE, der_integer(0), info)),
    )
