"""PKCS#7 bundles of certificates (.p7b, .p7c, .spc; RFC 2315 and RFC 5652), read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from handfast.core.asn1 import ber
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Damaged, Unsupported
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, Store
from handfast.formats.base import Capabilities, too_many
from handfast.formats.content import Content, classify_block
from handfast.formats.naming import Names, name_for
from handfast.formats.pem.armor import find_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.PKCS7,
    summary=tr("certificates only, as Windows exports them; read only"),
    endings=("p7b", "p7c", "spc"),
    can_write=False,
    kinds=frozenset({"trusted-certificate"}),
    entry_passwords=False,
    passwordless=True,
    creation_dates=False,
)
_CERTIFICATES_PER_PROGRESS = 256


def certificates_in(data: bytes) -> Iterator[bytes]:
    """The certificates of a SignedData (RFC 5652, 5.1), be it DER or BER.

    Walked here because the library's loader takes DER only and fails as a whole where a single
    certificate is odd.
    """
    outer = ber.expect(ber.read(data, 0, len(data)), ber.SEQUENCE, tr("the message"), 0)
    explicit = [each for each in ber.children(data, outer) if each.tag == ber.CONTEXT_0]
    if not explicit:
        return
    signed = next(ber.children(data, explicit[0]), None)
    signed = ber.expect(signed, ber.SEQUENCE, tr("what was signed"), explicit[0].begin)
    parts = list(ber.children(data, signed))
    for part in parts:
        if part.tag == ber.CONTEXT_0:
            for certificate in ber.children(data, part):
                # The other choices here are attribute certificates and the like.
                if certificate.tag == ber.SEQUENCE:
                    yield ber.encoded(data, certificate)
            return
    # Without certificates it is a store all the same, if it holds together.
    signers = ber.expect(
        parts[-1] if parts else None, ber.SET, tr("the list of signers"), signed.begin
    )
    for signer in ber.children(data, signers):
        fields = list(
            ber.children(data, ber.expect(signer, ber.SEQUENCE, tr("a signer"), signer.begin))
        )
        ber.expect(
            fields[-1] if fields else None, ber.OCTET_STRING, tr("a signature"), signer.begin
        )


def read(
    data: bytes,
    password: Password | None,
    *,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`. No password is asked for or used."""
    del password, entry_passwords
    messages = [data]
    if data[:1] != b"0":
        blocks = find_blocks(data)
        messages = [each.data for each in blocks if classify_block(each) is Content.PKCS7]
    names = Names()
    entries: list[TrustedCertificate] = []
    for message in messages:
        for encoded in certificates_in(message):
            if len(entries) % _CERTIFICATES_PER_PROGRESS == 0:
                progress(len(entries), 0)
            if len(entries) >= limits.entries:
                raise too_many(limits)
            certificate = Certificate(encoded)
            alias = names.take(name_for(certificate, "certificate"))
            entries.append(TrustedCertificate(alias=alias, certificate=certificate))
    certificates = [entry.certificate for entry in entries]
    if certificates and not any(each.is_sound for each in certificates):
        raise Damaged(
            tr("None of the certificates in this PKCS#7 bundle can be read."),
            causes=(tr("It was truncated or changed in transit."),),
            remedy=tr("Ask for it again, as an attached file rather than as text in the message."),
        )
    remarks = (
        () if entries else (tr("It contains no certificates, perhaps a signature or revocations."),)
    )
    return Store(
        format=Format.PKCS7,
        entries=tuple(entries),
        integrity=Integrity.NONE,
        protection=tr("None: certificates are not encrypted"),
        remarks=remarks,
    )


def write(_store: Store, *, progress: Progress = no_progress) -> NoReturn:
    """Not written as a store."""
    del progress
    raise Unsupported(
        tr("Handfast reads PKCS#7 bundles but does not change them."),
        remedy=tr("Save it as another format, or export certificates as PKCS#7."),
    )


def unlock(
    _store: Store,
    entry: KeyPair | SecretKey,
    _password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """There are no keys in it."""
    del progress
    return entry
