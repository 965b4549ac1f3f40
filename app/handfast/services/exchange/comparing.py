"""In what two certificates differ, or two keystores."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeAlias

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.services.describe.certificate import describe_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from handfast.core.entry import Entry
    from handfast.core.store import Store

#: What is compared: a certificate, or a keystore with all that is in it.
Comparable: TypeAlias = "Certificate | Store"
#: All that can differ: of certificates, of entries, and whole entries.
FIELDS = (
    "subject", "issuer", "serial", "not_before", "not_after", "algorithm", "public_key",
    "signature", "san", "is_ca", "purposes", "extension", "sha256", "alias", "kind", "chain",
    "certificate", "key", "entry",
)  # fmt: skip
#: The extension whose names are compared one by one.
_SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs; None on the side that does not have it at all."""

    #: The place, as ``subject``, or in keystores ``server: certificate 2: not_after``.
    where: str
    a: str | None
    b: str | None
    #: What differs, a field of :data:`FIELDS`; ``extension`` has its title in ``title``.
    field: str
    title: str = ""
    #: The entry that it is in, and the number of the certificate in its chain where it has several;
    #: None and 0 where two certificates are compared.
    alias: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that differs, in the order of the first one; empty where both are the same."""

    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        return not self.differences


def comparable_of(store: Store) -> Comparable:
    """What a file is compared as: a text with one certificate is that certificate.

    As a partner sends it, and not a keystore with one entry.
    """
    if store.is_certificate_file and len(store.trusted) == 1:
        return store.trusted[0].certificate
    return store


def compare(a: Comparable, b: Comparable) -> Comparison:
    """Compare two certificates field by field, or two keystores entry by entry.

    Two keystores are the same where they hold the same entries under the same aliases; their
    format, their passwords, and the dates and the order of their entries are not compared, so
    that a conversion can be checked. Aliases are compared as Java does, without regard to case.

    :raises InvalidInput: one is a certificate and the other a keystore
    """
    if isinstance(a, Certificate) and isinstance(b, Certificate):
        return Comparison(differences=tuple(_certificates(a, b)))
    if isinstance(a, Certificate) or isinstance(b, Certificate):
        raise InvalidInput(
            tr("A certificate and a keystore cannot be compared with each other."),
            remedy=tr("Name an entry of the keystore after a #: keystore.p12#alias"),
        )
    return Comparison(differences=tuple(_stores(a, b)))


# --- certificates --------------------------------------------------------------------------------


def _certificates(a: Certificate, b: Certificate) -> Iterator[Difference]:
    if a == b:
        return
    for (where, of_a), (_, of_b) in zip(_fields(a), _fields(b), strict=True):
        if of_a != of_b:
            yield Difference(where=where, a=of_a, b=of_b, field=where)
    yield from _extensions(a, b)
    # Two certificates may say the same and yet not be the same one.
    yield Difference(where="sha256", a=a.sha256, b=b.sha256, field="sha256")


def _fields(certificate: Certificate) -> tuple[tuple[str, str], ...]:
    """The fields that people compare, by the names that they have in JSON."""
    bits = f" {certificate.key_bits}" if certificate.key_bits else ""
    return (
        ("subject", certificate.subject_rfc4514),
        ("issuer", certificate.issuer_rfc4514),
        ("serial", certificate.serial),
        ("not_before", _moment(certificate.not_before)),
        ("not_after", _moment(certificate.not_after)),
        ("algorithm", f"{certificate.key_algorithm}{bits}"),
        ("public_key", _digest(certificate.public_key_der)),
        ("signature", certificate.signature_algorithm),
        ("san", ", ".join(certificate.san)),
        ("is_ca", tr("yes") if certificate.is_ca else tr("no")),
        ("purposes", ", ".join(certificate.purposes)),
    )


def _moment(moment: datetime | None) -> str:
    return tr("unknown") if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _digest(data: bytes) -> str:
    return f"SHA-256 {hashlib.sha256(data).hexdigest()}" if data else tr("unknown")


def _extensions(a: Certificate, b: Certificate) -> Iterator[Difference]:
    of_a, of_b = _texts(a), _texts(b)
    for title in [*of_a, *(title for title in of_b if title not in of_a)]:
        if of_a.get(title) != of_b.get(title):
            yield Difference(
                where=title, a=of_a.get(title), b=of_b.get(title), field="extension", title=title
            )


def _texts(certificate: Certificate) -> dict[str, str]:
    """The extensions, in words, by their titles."""
    found: dict[str, str] = {}
    for section in describe_certificate(certificate):
        if section.oid and section.oid != _SUBJECT_ALTERNATIVE_NAME:
            text = "; ".join(f"{row.label}: {row.value}" for row in section.rows)
            before = found.get(section.title)
            found[section.title] = text if before is None else f"{before}; {text}"
    return found


# --- keystores -----------------------------------------------------------------------------------


def _stores(a: Store, b: Store) -> Iterator[Difference]:
    in_a, in_b = _by_alias(a), _by_alias(b)
    only_b = {key: entry for key, entry in in_b.items() if key not in in_a}
    moved = {_content(entry): key for key, entry in only_b.items()}
    for key, entry in in_a.items():
        if key in in_b:
            yield from _entries(entry, in_b[key])
            continue
        # The same under another alias is one difference rather than two.
        other = moved.pop(_content(entry), None)
        if other is not None:
            other_alias = only_b.pop(other).alias
            yield Difference(where="alias", a=entry.alias, b=other_alias, field="alias")
        else:
            yield _of_entry(entry, "", "entry", _summary(entry), None)
    for entry in only_b.values():
        yield _of_entry(entry, "", "entry", None, _summary(entry))


def _of_entry(
    entry: Entry, place: str, field: str, a: str | None, b: str | None, number: int = 0
) -> Difference:
    """Something that differs in an entry, at a place in it."""
    where = f"{_name(entry)}: {place}" if place else _name(entry)
    return Difference(where=where, a=a, b=b, field=field, alias=entry.alias, number=number)


def _by_alias(store: Store) -> dict[tuple[str, int], Entry]:
    """The entries by alias; one that occurs several times is numbered."""
    found: dict[tuple[str, int], Entry] = {}
    seen: dict[str, int] = {}
    for entry in store.entries:
        folded = entry.alias.casefold()
        seen[folded] = seen.get(folded, 0) + 1
        found[folded, seen[folded]] = entry
    return found


def _content(entry: Entry) -> tuple[object, ...]:
    """What an entry is, whatever its alias."""
    if isinstance(entry, SecretKey):
        return entry.kind, entry.algorithm, entry.material
    return entry.kind, tuple(each.der for each in entry.chain)


def _entries(a: Entry, b: Entry) -> Iterator[Difference]:
    if a.kind != b.kind:
        yield _of_entry(a, "kind", "kind", a.kind, b.kind)
        return
    if isinstance(a, SecretKey) and isinstance(b, SecretKey):
        yield from _secret_keys(a, b)
        return
    if len(a.chain) != len(b.chain):
        yield _of_entry(a, "chain", "chain", _count(a), _count(b))
    several = max(len(a.chain), len(b.chain)) > 1
    for at, (of_a, of_b) in enumerate(zip_longest(a.chain, b.chain), 1):
        number = at if several else 0
        place = f"certificate {at}" if several else "certificate"
        if of_a is None or of_b is None:
            yield _of_entry(a, place, "certificate", _subject(of_a), _subject(of_b), number)
            continue
        for each in _certificates(of_a, of_b):
            yield dataclasses.replace(
                each, where=f"{_name(a)}: {place}: {each.where}", alias=a.alias, number=number
            )
    if isinstance(a, KeyPair) and isinstance(b, KeyPair) and not a.chain and not b.chain:
        # With a chain, the certificate says whose key it is.
        yield from _private_keys(a, b)


def _private_keys(a: KeyPair, b: KeyPair) -> Iterator[Difference]:
    if a.key is not None and b.key is not None and a.key != b.key:
        yield _of_entry(a, "key", "key", tr("one private key"), tr("another private key"))


def _secret_keys(a: SecretKey, b: SecretKey) -> Iterator[Difference]:
    if a.algorithm != b.algorithm:
        yield _of_entry(a, "algorithm", "algorithm", a.algorithm, b.algorithm)
    # What differs is told, never the keys themselves, nor a digest that could be guessed from.
    if a.material is not None and b.material is not None and a.material != b.material:
        yield _of_entry(a, "key", "key", tr("one secret key"), tr("another secret key"))


def _name(entry: Entry) -> str:
    return entry.alias or "(no alias)"


def _summary(entry: Entry) -> str:
    certificate = entry.certificate
    name = entry.algorithm if certificate is None else shorten(certificate.subject_rfc4514)
    match entry.kind:
        case "key-pair":
            return tr("key pair {name}", name=name).strip()
        case "secret-key":
            return tr("secret key {name}", name=name).strip()
        case _:
            return tr("trusted certificate {name}", name=name).strip()


def _subject(certificate: Certificate | None) -> str | None:
    return None if certificate is None else certificate.subject_rfc4514


def _count(entry: Entry) -> str:
    return tr_count("{count} certificate", "{count} certificates", len(entry.chain))
