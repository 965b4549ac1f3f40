"""What a CA signs as a file, recorded in the journal before it is written."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handfast.formats.pem.keys import armour
from handfast.services.authority.journal import (
    journal_path,
    read_journal,
    record_issued,
    update_journal,
)
from handfast.services.authority.revocation_lists import create_revocation_list
from handfast.services.authority.signing import sign_request
from handfast.services.exchange.exporting import encode_certificates
from handfast.services.files.new_encoding import (
    CERTIFICATE_ENCODINGS,
    SINGLE_ENCODINGS,
    encoding_for,
)
from handfast.services.files.store_files import write_file
from handfast.services.policy.overwriting import check_output
from handfast.services.policy.validity_days import DEFAULT_LIST_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography import x509

    from handfast.services.authority.issuer import Issuer
    from handfast.services.authority.journal import Journal
    from handfast.services.authority.signing import SignedRequest, SigningPlan


def sign_to_file(
    keystore: Path,
    issuer: Issuer,
    request: x509.CertificateSigningRequest,
    plan: SigningPlan,
    *,
    out: Path,
    encoding: str | None = None,
    has_chain: bool = False,
    replace: bool = False,
    read: Sequence[Path] = (),
) -> SignedRequest:
    """Sign a request with a CA of a keystore, and write the certificate.

    :param encoding: None for what the name of the file says, else PEM
    :param has_chain: whether the certificates of the CAs follow
    :param read: what else is read for this, as the file of the request, and never overwritten
    :raises Refused: the issuer may not issue this, or ``out`` must not be replaced
    :raises InvalidInput: the plan or the encoding cannot be carried out
    """
    journal = journal_path(keystore)
    check_output(out, replace=replace, sources=(keystore,), read=(journal, *read))
    now = dt.datetime.now(dt.UTC)
    signed = sign_request(
        request,
        issuer,
        plan,
        used_serials=read_journal(journal).serials(),
        now=now,
    )
    chosen = signed.chain if has_chain else signed.chain[:1]
    chosen_encoding = encoding_for(
        out, encoding, choices=CERTIFICATE_ENCODINGS, default="pem", holds_several=len(chosen) > 1
    )
    data = encode_certificates(chosen, chosen_encoding)
    # The journal first: should the file then not be written, a number is used for nothing, which
    # harms nobody; the other way round it could be used twice.
    record_issued(keystore, issuer.certificate, signed.certificate, now)
    write_file(out, data, overwrite=replace, new_mode=0o644)
    return signed


def write_revocation_list(
    keystore: Path,
    issuer: Issuer,
    *,
    out: Path,
    days: int = DEFAULT_LIST_DAYS,
    encoding: str | None = None,
    replace: bool = False,
    read: Sequence[Path] = (),
) -> Journal:
    """Write the list of what a CA of a keystore revoked; the journal with the list’s number.

    :param encoding: None for what the name of the file says, else PEM, which nginx reads
    :param read: what else is read for this, and never overwritten
    :raises Refused: the CA may not sign lists, or ``out`` must not be replaced
    """
    check_output(out, replace=replace, sources=(keystore,), read=(journal_path(keystore), *read))
    chosen = encoding_for(out, encoding, choices=SINGLE_ENCODINGS, default="pem")
    der = b""

    def number(journal: Journal) -> Journal:
        nonlocal der
        der, numbered = create_revocation_list(issuer, journal, days=days)
        return numbered

    def write() -> None:
        data = der if chosen == "der" else (armour("X509 CRL", der, "\n") + "\n").encode()
        write_file(out, data, overwrite=replace, new_mode=0o644)

    # While nobody else numbers a list: an earlier one must not take the place of a later one.
    return update_journal(keystore, number, then=write)
