"""Renewing the certificate of a pair, with its key or a new one; all else stays as it is."""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput, Refused, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.keys import PrivateKey
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.authority.as_written import as_written
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.profiles import AddedExtension
from handfast.services.authority.signatures import public_key_as_written
from handfast.services.authority.signing import issue_certificate
from handfast.services.describe.certificate_der import read_parts
from handfast.services.exchange.generating import generate_key, self_signed
from handfast.services.exchange.requests import create_request
from handfast.services.policy.formats import can_hold_key_twice
from handfast.services.policy.key_passwords import locked_error
from handfast.services.policy.new_pairs import DEFAULT_DAYS
from handfast.services.policy.validity_days import MAX_DAYS, check_days

if TYPE_CHECKING:
    from collections.abc import Collection

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.store import Store
    from handfast.services.exchange.requests import CertificateRequest

#: Identifiers of keys are computed again; what points to the old issuer’s lists stays with it.
_COMPUTED: Final = {
    x509.SubjectKeyIdentifier.oid.dotted_string,
    x509.AuthorityKeyIdentifier.oid.dotted_string,
}
_EC_CHOICES: Final = {256: "ec:P-256", 384: "ec:P-384", 521: "ec:P-521"}
#: A new key has a certificate of its own until the CA answers, as keytool gives it one.
_DAYS_UNTIL_REPLY: Final = 90


class RenewalWay(Enum):
    """Who signs the new certificate of a pair."""

    #: The pair itself.
    SELF_SIGNED = "self-signed"
    #: A CA whose key is in the same keystore.
    OWN_CA = "own-ca"
    #: A CA elsewhere, which is asked with a request.
    REQUEST = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalPlan:
    """How a pair is renewed."""

    #: None for as long as the present certificate was valid.
    days: int | None = None
    new_key: bool = False
    #: Keep the old entry under a dated alias.
    keep_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """The keystore with the renewed pair."""

    store: Store
    pair: KeyPair
    #: The alias under which the old entry stays; empty where it was replaced.
    old_alias: str = ""
    #: The CA of the same keystore that issued it; None for a self-signed one.
    issuer: KeyPair | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRequest:
    """A request for renewal, and the keystore with the key that the reply is for."""

    store: Store
    request: CertificateRequest
    #: The pair that the reply will match: the present one, or that of the new key.
    pair: KeyPair


def renewal_way(store: Store, entry: Entry) -> RenewalWay:
    """Who can renew the certificate of a pair.

    :raises InvalidInput: the entry is not a key pair with a certificate
    """
    pair = _pair_with_certificate(entry)
    if pair.chain[0].is_self_signed:
        return RenewalWay.SELF_SIGNED
    return RenewalWay.REQUEST if issuing_pair(store, pair) is None else RenewalWay.OWN_CA


def request_renewal(
    store: Store, entry: Entry, *, new_key: bool = False, now: dt.datetime | None = None
) -> RenewalRequest:
    """Ask the CA of a pair for a new certificate, with its names and purposes.

    With a new key, the present pair stays in use under its alias, and the new one waits for the
    reply under a dated alias.

    :raises InvalidInput: the entry is not a key pair with a certificate
    :raises PasswordNeeded: the key is locked
    """
    pair = _renewable(entry)
    if not new_key:
        return RenewalRequest(store=store, request=create_request(pair), pair=pair)
    start = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    # One of the library’s many key classes.
    key: Any = generate_key(key_choice(pair))
    dates = (start, start + dt.timedelta(days=_DAYS_UNTIL_REPLY))
    fresh = dataclasses.replace(
        pair,
        alias=store.free_alias(f"{pair.alias}-{start:%Y-%m-%d}"),
        chain=(_signed_by_itself(pair, key, dates, keeps_key=False),),
        key=PrivateKey(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        created=start,
        native=None,
    )
    return RenewalRequest(
        store=store.with_entries([fresh]), request=create_request(fresh), pair=fresh
    )


def renew(
    store: Store,
    entry: Entry,
    plan: RenewalPlan,
    *,
    used_serials: Collection[int] = (),
    now: dt.datetime | None = None,
) -> Renewal:
    """Renew a self-signed pair, or one whose CA is in the same keystore.

    :raises InvalidInput: the entry is not a key pair, or days are out of bounds
    :raises PasswordNeeded: the key, or that of the CA, is locked
    :raises Refused: another CA issued it, which must be asked with a request
    """
    start = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    pair = _renewable(entry)
    leaf = pair.chain[0]
    days = plan.days if plan.days is not None else days_of(leaf)
    check_days(days)
    if plan.keep_old and not plan.new_key and not can_hold_key_twice(store.format):
        raise Unsupported(
            tr("A PEM file holds one certificate for each private key."),
            causes=(tr("The old entry and the renewed one would have the same key."),),
            remedy=tr("Renew it with a new key, or keep a copy of the file."),
        )
    authority = None if leaf.is_self_signed else _authority(store, pair)
    assert pair.key is not None  # noqa: S101 - _renewable refuses locked keys
    # One of the library’s many key classes.
    key: Any = generate_key(key_choice(pair)) if plan.new_key else pair.key.load()
    if authority is None:
        dates = (start, start + dt.timedelta(days=days))
        chain: tuple[Certificate, ...] = (
            _signed_by_itself(pair, key, dates, keeps_key=not plan.new_key),
        )
    else:
        issuer = issuer_of(authority, now=now)
        certificate, _ = issue_certificate(
            subject=_name_of(pair),
            subject_as_written=leaf.subject_der,
            public_key=key.public_key(),
            public_as_written=None if plan.new_key else public_key_as_written(leaf.der),
            issuer=issuer,
            extensions=kept_extensions(leaf),
            days=days,
            is_ca=leaf.is_ca,
            used_serials=used_serials,
            now=start,
        )
        chain = (certificate, *authority.chain)
    private = pair.key
    if plan.new_key:
        private = PrivateKey(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    fresh = dataclasses.replace(pair, chain=chain, key=private, created=start)
    old_alias = ""
    if plan.keep_old:
        old_alias = store.free_alias(f"{pair.alias}-{start:%Y-%m-%d}")
        # What ties a key to its certificates in the file would be the same for both otherwise.
        old = dataclasses.replace(pair, alias=old_alias, native=None)
        fresh = dataclasses.replace(fresh, native=None)
        renewed = store.with_replaced(pair, fresh).with_entries([old])
    else:
        renewed = store.with_replaced(pair, fresh)
    return Renewal(store=renewed, pair=fresh, old_alias=old_alias, issuer=authority)


def _signed_by_itself(
    pair: KeyPair,
    key: Any,  # noqa: ANN401 - one of the library's many key classes
    dates: tuple[dt.datetime, dt.datetime],
    *,
    keeps_key: bool,
) -> Certificate:
    """A certificate of the same name and extensions, signed by the key that it is for."""
    leaf = pair.chain[0]
    fresh = self_signed(_name_of(pair), key, kept_extensions(leaf), dates)
    public = public_key_as_written(leaf.der) if keeps_key else None
    return as_written(fresh, key, subject=leaf.subject_der, public=public)


def _name_of(pair: KeyPair) -> x509.Name:
    """A name to begin with: the bytes of the present one take its place.

    :raises Unsupported: the certificate has none that can be kept
    """
    leaf = pair.chain[0]
    if not leaf.subject_der:
        raise _unreadable_name(pair)
    if leaf.subject_name is not None:
        return leaf.subject_name
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "-")])


def _pair_with_certificate(entry: Entry) -> KeyPair:
    if not isinstance(entry, KeyPair) or not entry.chain:
        raise InvalidInput(
            tr("“{alias}” is not a key pair with a certificate.", alias=shorten(entry.alias)),
            field="alias",
            remedy=tr("Name the alias of the pair whose certificate expires."),
        )
    return entry


def _renewable(entry: Entry) -> KeyPair:
    pair = _pair_with_certificate(entry)
    if pair.key is None:
        raise locked_error(pair)
    return pair


def _unreadable_name(pair: KeyPair) -> Unsupported:
    return Unsupported(
        tr("The name in the certificate of “{alias}” cannot be read.", alias=shorten(pair.alias)),
        remedy=tr("Create a new pair."),
    )


def issuing_pair(store: Store, pair: KeyPair) -> KeyPair | None:
    """The CA that issued a pair’s certificate, where its key is in the same keystore."""
    leaf = pair.chain[0]
    for other in store.key_pairs:
        own = other.certificate
        if other is not pair and own is not None and own.is_ca and leaf.is_issued_by(own):
            return other
    return None


def _authority(store: Store, pair: KeyPair) -> KeyPair:
    found = issuing_pair(store, pair)
    if found is not None:
        return found
    leaf = pair.chain[0]
    raise Refused(
        tr(
            "The certificate of “{alias}” was issued by {issuer}, which must renew it.",
            alias=shorten(pair.alias),
            issuer=shorten(leaf.issuer, 120),
        ),
        causes=(tr("The key of that CA is not in this keystore."),),
        remedy=tr(
            "Create a request for renewal (on the console, with --request FILE), send it to "
            "the CA, and import the reply onto the key pair."
        ),
    )


def days_of(certificate: Certificate) -> int:
    """For how many days a certificate is valid from its first to its last day."""
    start, end = certificate.not_before, certificate.not_after
    if start is None or end is None:
        return DEFAULT_DAYS
    return min(max((end - start).days, 1), MAX_DAYS)


def key_choice(pair: KeyPair) -> str:
    """The kind of key that is like the present one, or stronger where that is too weak."""
    algorithm, bits = pair.algorithm, pair.bits or 0
    if algorithm == "Ed25519":
        return "ed25519"
    if algorithm == "EC":
        return _EC_CHOICES.get(bits, "ec:P-256")
    for size in (2048, 3072, 4096, 8192):
        if bits <= size:
            return f"rsa:{size}"
    return "rsa:8192"


def kept_extensions(leaf: Certificate) -> list[AddedExtension]:
    """The extensions of a certificate byte for byte, but for the identifiers of keys.

    Of one that occurs twice, which no certificate may have (RFC 5280, 4.2), the first is kept.
    """
    kept = {}
    for each in read_parts(leaf.der).extensions:
        if each.oid not in _COMPUTED and each.oid not in kept:
            value = x509.UnrecognizedExtension(x509.ObjectIdentifier(each.oid), each.value)
            kept[each.oid] = AddedExtension(value, each.critical)
    return list(kept.values())
