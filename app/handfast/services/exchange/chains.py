"""The chain of a key pair: edited by hand, and as a format can hold it.

Java's formats keep any certificates in any order. PKCS#12 and PEM hold certificates side by side,
and a reader finds the issuer of each: a certificate that issued none of them is not in the chain.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from handfast.core.errors import InvalidInput, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.formats.key_matching import private_mark, public_mark
from handfast.formats.registry import module_for
from handfast.services.paths.building import chain_in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.core.store import Format, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedPair:
    """A pair as a format holds it that finds the issuer of each certificate."""

    pair: KeyPair
    #: What comes along but changes, a sentence each.
    notes: tuple[str, ...] = ()
    #: The certificates of its chain that do not come along, a sentence each.
    losses: tuple[str, ...] = ()


def put_in_order(pair: KeyPair, wanted: Format) -> OrderedPair:
    """A pair with its chain as a format that reads it by issuer gives it back."""
    key = pair.key
    own = (each for each in pair.chain if key is not None and key.fits(each.public_key_der))
    leaf = next(own, pair.chain[0])
    chain = chain_in_order((leaf, *(each for each in pair.chain if each != leaf)))
    if chain == pair.chain:
        return OrderedPair(pair=pair)
    losses = [_loss(each, pair) for each in pair.chain if each not in chain]
    notes: list[str] = []
    if chain != tuple(each for each in pair.chain if each in chain):
        notes.append(
            tr(
                "The chain of “{alias}” is put in order: in {title}, each certificate is followed "
                "by its issuer.",
                alias=shorten(pair.alias),
                title=wanted.title,
            )
        )
    return OrderedPair(
        pair=dataclasses.replace(pair, chain=chain), notes=tuple(notes), losses=tuple(losses)
    )


def _loss(certificate: Certificate, pair: KeyPair) -> str:
    facts = {
        "name": shorten(visible(certificate.common_name) or visible(certificate.subject), 40),
        "alias": shorten(pair.alias),
    }
    if not certificate.is_readable:
        return tr(
            "A certificate in the chain of “{alias}”: it cannot be read, so nothing tells which "
            "certificate it issued.",
            alias=facts["alias"],
        )
    if not all(each.is_readable for each in pair.chain):
        return tr(
            "The certificate “{name}” in the chain of “{alias}”: another one of the chain cannot "
            "be read, so nothing tells where this one belongs.",
            **facts,
        )
    return tr(
        "The certificate “{name}” in the chain of “{alias}”: it did not issue any certificate of "
        "the chain.",
        **facts,
    )


def check_chain(pair: KeyPair, chain: Sequence[Certificate], wanted: Format) -> tuple[str, ...]:
    """What is unwise about a chain for a pair in a keystore of a format, a sentence each.

    :raises InvalidInput: it is empty, holds a certificate twice, does not begin with the
        certificate of the pair’s key, or is one that the format does not keep
    """
    if not chain:
        raise InvalidInput(tr("A key pair needs at least its own certificate."), field="chain")
    if len(set(chain)) < len(chain):
        raise InvalidInput(tr("The chain contains a certificate twice."), field="chain")
    if not _is_leaf_of(pair, chain[0]):
        name = shorten(chain[0].common_name or chain[0].subject, 40)
        raise InvalidInput(
            tr("The first certificate, “{name}”, does not belong to the private key.", name=name),
            field="chain",
            remedy=tr("Move the certificate of the key to the top."),
        )
    if not module_for(wanted).CAPABILITIES.keeps_chain_order and tuple(chain) != chain_in_order(
        tuple(chain)
    ):
        raise InvalidInput(
            tr("{title} does not keep a chain in this order.", title=wanted.title),
            causes=(
                tr(
                    "In {title}, each certificate is followed by its issuer, and nothing else is "
                    "part of the chain.",
                    title=wanted.title,
                ),
            ),
            field="chain",
            remedy=tr(
                "Put each certificate below the one that it issued, and remove what issued none."
            ),
        )
    warnings = []
    for certificate, issuer in itertools.pairwise(chain):
        if not certificate.is_issued_by(issuer):
            name = shorten(certificate.common_name or certificate.subject, 40)
            other = shorten(issuer.common_name or issuer.subject, 40)
            warnings.append(
                tr(
                    "“{name}” was not issued by “{other}”, which follows it: peers may "
                    "reject the chain.",
                    name=name,
                    other=other,
                )
            )
    if not chain[-1].is_self_signed:
        name = shorten(chain[-1].issuer_common_name or chain[-1].issuer, 40)
        warnings.append(
            tr("The chain ends before its root: the certificate of “{name}” is missing.", name=name)
        )
    return tuple(warnings)


def _is_leaf_of(pair: KeyPair, certificate: Certificate) -> bool:
    if pair.chain and certificate == pair.chain[0]:
        # It stays, whatever it is: a key of an unknown kind cannot be compared.
        return True
    key = certificate.public_key_der
    if pair.key is not None:
        mark = private_mark(pair.key)
    else:
        mark = public_mark(pair.chain[0].public_key_der) if pair.chain else b""
    return bool(mark) and mark == public_mark(key)


def with_chain(store: Store, pair: KeyPair, chain: Sequence[Certificate]) -> Store:
    """The keystore in which a pair has another chain.

    :raises NotFound: the pair is no longer in the keystore
    :raises InvalidInput: as :func:`check_chain`
    """
    if not any(entry is pair for entry in store.entries):
        raise NotFound(
            tr("“{alias}” was changed in the meantime.", alias=shorten(pair.alias)),
            field="alias",
            remedy=tr("Try again."),
        )
    check_chain(pair, chain, store.format)
    return store.with_replaced(pair, dataclasses.replace(pair, chain=tuple(chain)))
