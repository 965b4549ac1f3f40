"""Taking a partner's certificates into a store as trusted."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from handfast.core.entry import TrustedCertificate
from handfast.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.store import Store


class FreeAliases:
    """Aliases that are free in a store, for many certificates in linear time."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {alias.casefold() for alias in taken}
        self._next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """``wanted``, or the first of ``wanted-2``, ``wanted-3`` … that is free; taken from now."""
        alias, folded = wanted, wanted.casefold()
        number = self._next.get(folded, 2)
        while alias.casefold() in self._taken:
            alias, number = f"{wanted}-{number}", number + 1
        self._next[folded] = number
        self._taken.add(alias.casefold())
        return alias


class KnownEntries:
    """The entries of a store by what a certificate may have in common with them."""

    def __init__(self, store: Store) -> None:
        self.trusted: dict[Certificate, list[str]] = {}
        self.own: dict[Certificate, list[str]] = {}
        self.pairs_by_key: dict[bytes, list[str]] = {}
        for entry in store.entries:
            leaf = entry.certificate
            if leaf is None:
                continue
            if entry.kind == "trusted-certificate":
                self.trusted.setdefault(leaf, []).append(entry.alias)
            elif entry.kind == "key-pair":
                self.own.setdefault(leaf, []).append(entry.alias)
                if leaf.public_key_der:
                    self.pairs_by_key.setdefault(leaf.public_key_der, []).append(entry.alias)


def suggest_alias(certificate: Certificate, store: Store | None = None) -> str:
    """A short alias from the common name, free in the store."""
    name = re.sub(r"[^\w.\-]+", "-", certificate.common_name.lower()).strip("-.")[:60]
    wanted = name or "certificate"
    return store.free_alias(wanted) if store is not None else wanted


def warnings_for(certificate: Certificate, store: Store | KnownEntries) -> tuple[str, ...]:
    """What a person should know before trusting it, a sentence each."""
    found: list[str] = []
    if not certificate.is_readable:
        found.append(
            tr(
                "It breaks a rule of X.509 and cannot be read in full. Some programs reject "
                "it, and Java then rejects the whole keystore."
            )
        )
    if certificate.is_expired():
        found.append(
            tr("It expired on {not_after}.", not_after=f"{certificate.not_after:%Y-%m-%d}")
        )
    if certificate.is_not_yet_valid():
        found.append(
            tr(
                "It is valid only from {not_before}.",
                not_before=f"{certificate.not_before:%Y-%m-%d}",
            )
        )
    found += _weaknesses(certificate)
    known = store if isinstance(store, KnownEntries) else KnownEntries(store)
    found += [
        tr("It is already in the keystore as “{alias}”.", alias=alias)
        for alias in known.trusted.get(certificate, ())
    ]
    own = known.own.get(certificate, [])
    found += [
        tr("It is your own certificate, of the pair “{alias}”.", alias=alias) for alias in own
    ]
    if certificate.public_key_der:
        found += [
            tr(
                "It belongs to the pair “{alias}”: if you import it as trusted, the pair keeps its "
                "old certificate.",
                alias=alias,
            )
            for alias in known.pairs_by_key.get(certificate.public_key_der, ())
            if alias not in own
        ]
    return tuple(found)


def _weaknesses(certificate: Certificate) -> list[str]:
    """A key or a signature that peers refuse, in the words of the check of a store."""
    # Reading what partners send needs none of the checks before there is a certificate.
    from handfast.services.checks.certificate_checks import check_key, check_signature
    from handfast.services.paths.strength import is_forgeable

    what = tr("this certificate")
    findings = list(check_key(certificate, "", what))
    if certificate.is_self_issued or is_forgeable(certificate):
        findings += check_signature(certificate, "", what.capitalize())
    return [f"{finding.message} {finding.why}" for finding in findings]


def import_certificates(store: Store, chosen: Iterable[tuple[Certificate, str]]) -> Store:
    """The store with each certificate trusted under its alias."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return store.with_entries(
        TrustedCertificate(alias=alias, certificate=certificate, created=now)
        for certificate, alias in chosen
    )
