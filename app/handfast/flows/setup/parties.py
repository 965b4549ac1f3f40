"""The two sides of a partnership: ours with its stores, and as much of theirs as is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.errors import HandfastError
from handfast.core.store import shorten
from handfast.flows.open_store import find_store
from handfast.flows.store_catalogue import party_store
from handfast.handshake.report.party import Party, other_side
from handfast.services.files.opening import is_unlocked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.flows.open_store import OpenStore
    from handfast.services.exchange.certificate_sources import CertificateSource
    from handfast.services.partnerships import Partnership

#: As it stands within sentences.
_LONGEST_NAME: Final = 60


def chain_from(sent: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """The chain in what a partner sent, leaf first; empty where there are only CAs in it."""
    leaf = next(iter(sorted(_leaves(sent), key=lambda each: each.is_ca)), None)
    if leaf is None or _signs_only(leaf):
        return ()
    chain = [leaf]
    while not chain[-1].is_self_issued:
        above = next(
            (each for each in sent if each not in chain and _issued(each, chain[-1])), None
        )
        if above is None:
            break
        chain.append(above)
    return tuple(chain)


def _leaves(sent: Sequence[Certificate]) -> Iterable[Certificate]:
    return (
        each
        for each in sent
        if each.is_readable and not any(other != each and _issued(each, other) for other in sent)
    )


def _issued(issuer: Certificate, certificate: Certificate) -> bool:
    return certificate.issuer_der == issuer.subject_der and certificate.is_issued_by(issuer)


def _signs_only(certificate: Certificate) -> bool:
    """Whether it is the certificate of a CA, and of nobody who could be talked to.

    ``openssl req -x509`` marks an ordinary self-signed one as a CA too, without a key usage.
    """
    from cryptography import x509

    usage = certificate.extension(x509.OID_KEY_USAGE)
    return (
        certificate.is_ca
        and not certificate.san
        and isinstance(usage, x509.KeyUsage)
        and usage.key_cert_sign
        and not usage.digital_signature
    )


def lone_file(sources: Sequence[CertificateSource]) -> CertificateSource | None:
    """The file that was all that they sent, where other programs can take it as it is."""
    if len(sources) == 1 and sources[0].is_plain and sources[0].path is not None:
        return sources[0]
    return None


def pem_of(chain: Iterable[Certificate]) -> str:
    """A chain as a partnership keeps it."""
    return "".join(each.public_pem() for each in chain)


def kept_chain(partnership: Partnership) -> tuple[Certificate, ...]:
    """The partner’s chain out of the file; empty where there is none, or it was spoilt."""
    from handfast.services.exchange.certificate_files import read_certificates

    if not partnership.partner_chain:
        return ()
    try:
        chain = read_certificates(partnership.partner_chain.encode()).certificates
    except HandfastError:
        return ()
    # Only what the fingerprint vouches for: the file lies where others may write.
    return chain if chain[0].sha256 == partnership.partner_sha256 else ()


def is_open(stores: Iterable[OpenStore], key: str, alias: str) -> bool:
    """Whether a store is open with its password, and the pair of that alias, if it is in there."""
    found = find_store(stores, key)
    return found is not None and is_unlocked(found.store, alias)


def our_party(partnership: Partnership, keys: OpenStore, trust: OpenStore) -> Party:
    """Us, with both stores."""
    return Party(
        side=partnership.role,
        name=shorten(partnership.our_name, _LONGEST_NAME),
        keys=party_store(keys),
        alias=partnership.alias,
        trust=party_store(trust),
    )


def their_party(
    partnership: Partnership,
    chain: tuple[Certificate, ...],
    keys: OpenStore | None,
    trust: OpenStore | None,
    alias: str,
) -> Party:
    """The partner: mostly a lone chain, and stores where somebody has them too."""
    # They sent one of their certificates: its pair is the one that they mean to use.
    meant = (
        each.alias
        for each in (keys.store.key_pairs if keys is not None else ())
        if chain and each.certificate == chain[0]
    )
    return Party(
        side=other_side(partnership.role),
        name=shorten(partnership.partner, _LONGEST_NAME),
        keys=party_store(keys) if keys is not None else None,
        alias=alias or next(meant, None),
        known_chain=chain if keys is None else (),
        trust=party_store(trust) if trust is not None else None,
    )
