"""Certificate revocation lists (RFC 5280, 5), out of a CA's journal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from cryptography import x509

from handfast.core.errors import Refused
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.authority.as_written import list_as_written
from handfast.services.authority.issuer import is_pss, sign_with
from handfast.services.authority.journal import RevocationReason, key_id
from handfast.services.policy.validity_days import DEFAULT_LIST_DAYS, check_list_days

if TYPE_CHECKING:
    from handfast.services.authority.issuer import Issuer
    from handfast.services.authority.journal import Journal

_FLAGS: Final = {
    RevocationReason.KEY_COMPROMISE: x509.ReasonFlags.key_compromise,
    RevocationReason.CA_COMPROMISE: x509.ReasonFlags.ca_compromise,
    RevocationReason.AFFILIATION_CHANGED: x509.ReasonFlags.affiliation_changed,
    RevocationReason.SUPERSEDED: x509.ReasonFlags.superseded,
    RevocationReason.CESSATION_OF_OPERATION: x509.ReasonFlags.cessation_of_operation,
}


def create_revocation_list(
    issuer: Issuer,
    journal: Journal,
    *,
    days: int = DEFAULT_LIST_DAYS,
    now: dt.datetime | None = None,
) -> tuple[bytes, Journal]:
    """The list in DER with the next number, and the journal in which the number is used.

    :param days: how long the list is valid
    :raises InvalidInput: :func:`check_list_days` does
    :raises Refused: the CA's certificate does not allow its key to sign lists
    """
    check_list_days(days)
    usage = issuer.certificate.extension(x509.KeyUsage.oid)
    if isinstance(usage, x509.KeyUsage) and not usage.crl_sign:
        raise Refused(
            tr(
                "The key of “{alias}” may not sign revocation lists.",
                alias=shorten(issuer.pair.alias),
            ),
            causes=(tr("Its key usage lacks cRLSign."),),
            remedy=tr("Renew the CA’s certificate with the key usage cRLSign."),
        )
    start = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    key = key_id(issuer.certificate)
    number = journal.crl_number(key) + 1
    listed: set[int] = set()
    entries = []
    for line in journal.revoked:
        # Once is enough, should somebody have put two journals together.
        if line.issuer_key != key or line.serial in listed:
            continue
        listed.add(line.serial)
        revoked = (
            x509.RevokedCertificateBuilder()
            .serial_number(line.serial)
            .revocation_date(line.revoked_at)
        )
        # RFC 5280, 5.3.1: a reason that says nothing is left out.
        if line.reason in _FLAGS:
            revoked = revoked.add_extension(x509.CRLReason(_FLAGS[line.reason]), critical=False)
        entries.append(revoked.build())
    # All at once: one by one, each copies those before it.
    builder = (
        x509.CertificateRevocationListBuilder(revoked_certificates=entries)
        .issuer_name(issuer.name)
        .last_update(start)
        .next_update(start + dt.timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(issuer.authority_key_identifier, critical=False)
    )
    signed = sign_with(builder, issuer.key, pss=is_pss(issuer.certificate))
    data = list_as_written(signed, issuer.key, issuer=issuer.certificate)
    return data, journal.with_crl_number(key, number)
