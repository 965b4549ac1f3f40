"""Taking a partner's certificates into a store as trusted."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from handfast.core.entry import TrustedCertificate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.certificate import Certificate
    from handfast.core.store import Store


def suggest_alias(certificate: Certificate, store: Store | None = None) -> str:
    """A short alias from the common name, free in the store."""
    name = re.sub(r"[^\w.\-]+", "-", certificate.common_name.lower()).strip("-.")[:60]
    wanted = name or "certificate"
    return store.free_alias(wanted) if store is not None else wanted


def warnings_for(certificate: Certificate, store: Store) -> tuple[str, ...]:
    """What a person should know before trusting it, a sentence each."""
    found: list[str] = []
    if not certificate.is_readable:
        found.append(
            "It breaks a rule of X.509, and not all of it can be read. Some programs refuse it, "
            "and Java then refuses the whole store."
        )
    if certificate.is_expired():
        found.append(f"It expired on {certificate.not_after:%Y-%m-%d}.")
    if certificate.is_not_yet_valid():
        found.append(f"It is valid only from {certificate.not_before:%Y-%m-%d}.")
    found += _weaknesses(certificate)
    for entry in store.entries:
        if entry.kind == "trusted-certificate" and certificate in entry.chain:
            found.append(f"It is already there as “{entry.alias}”.")
        elif entry.kind == "key-pair" and certificate in entry.chain[:1]:
            found.append(f"It is our own, of the pair “{entry.alias}”.")
        elif (
            entry.kind == "key-pair"
            and entry.certificate is not None
            and certificate.public_key_der
            and entry.certificate.public_key_der == certificate.public_key_der
        ):
            found.append(
                f"It belongs to the pair “{entry.alias}”: imported so, the pair keeps its old one."
            )
    return tuple(found)


def _weaknesses(certificate: Certificate) -> list[str]:
    """A key or a signature that peers refuse, in the words of the check of a store."""
    # Reading what partners send needs none of the checks before there is a certificate.
    from handfast.services.checks.certificate_checks import (
        check_key,
        is_weakly_signed,
        weak_signature,
    )

    what = "this certificate"
    findings = list(check_key(certificate, "", what))
    # Nobody checks what a certificate says of itself.
    if is_weakly_signed(certificate) and not certificate.is_self_issued:
        findings.append(weak_signature(certificate, "", what.capitalize(), "warning"))
    return [f"{finding.message} {finding.why}" for finding in findings]


def import_certificates(store: Store, chosen: Iterable[tuple[Certificate, str]]) -> Store:
    """The store with each certificate trusted under its alias."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    return store.with_entries(
        TrustedCertificate(alias=alias, certificate=certificate, created=now)
        for certificate, alias in chosen
    )
