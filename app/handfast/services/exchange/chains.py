"""The chain of a key pair, edited by hand: which certificates, and in which order."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from handfast.core.errors import InvalidInput, NotFound
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.formats.key_matching import private_mark, public_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.core.store import Store


def check_chain(pair: KeyPair, chain: Sequence[Certificate]) -> tuple[str, ...]:
    """What is unwise about a chain for a pair, a sentence each.

    :raises InvalidInput: it is empty, holds a certificate twice, or does not begin with the
        certificate of the pair’s key
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
    check_chain(pair, chain)
    return store.with_replaced(pair, dataclasses.replace(pair, chain=tuple(chain)))
