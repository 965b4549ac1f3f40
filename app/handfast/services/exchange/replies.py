"""A CA's reply: the certificates of a file, put onto the key pair whose key they answer for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import AlreadyExists, InvalidInput, NotFound, Refused
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.store import quoted, shorten
from handfast.formats.issuers import Issuers, signed_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.store import Store

#: Aliases that a message names; more only say how many.
_MAX_NAMED_PAIRS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply that belongs to a pair of a store, with its chain put together."""

    pair: KeyPair
    #: The new chain: the leaf, its issuer, and so on; the root last where it is at hand.
    chain: tuple[Certificate, ...]
    #: Certificates of the reply that do not belong to the chain.
    strangers: tuple[Certificate, ...] = ()
    #: Members of the chain that came from elsewhere than the reply.
    added: tuple[Certificate, ...] = ()

    @property
    def root(self) -> Certificate | None:
        """The self-signed certificate at the end of the chain; None where it is not at hand."""
        top = self.chain[-1]
        return top if top.is_self_signed else None

    @property
    def missing_issuer(self) -> str:
        """The name of the issuer that was not found anywhere; empty where the chain is whole."""
        return "" if self.root is not None else self.chain[-1].issuer


def answers(pair: KeyPair, certificate: Certificate) -> bool:
    """Whether a certificate holds the public half of a pair's key."""
    public = certificate.public_key_der
    if not public:
        return False
    leaf = pair.certificate
    if leaf is not None and leaf.public_key_der:
        return leaf.public_key_der == public
    return pair.key is not None and pair.key.fits(public)


def _has_key(pair: KeyPair, certificate: Certificate) -> bool:
    """Whether the private key fits a certificate, whatever certificate the pair has now."""
    public = certificate.public_key_der
    return bool(public) and pair.key is not None and pair.key.fits(public)


def answered_pairs(certificates: Iterable[Certificate], store: Store) -> tuple[KeyPair, ...]:
    """The pairs whose public half one of the certificates holds, in the order of the keystore.

    Many certificates and many pairs cost no more than one look at each.
    """
    keys = {each.public_key_der: each for each in certificates if each.public_key_der}

    def is_answered(pair: KeyPair) -> bool:
        leaf = pair.certificate
        if leaf is not None and leaf.public_key_der:
            return leaf.public_key_der in keys
        return any(answers(pair, each) for each in keys.values())

    return tuple(pair for pair in store.key_pairs if is_answered(pair))


class RepliesBeside:
    """Replies of a CA that became trusted certificates beside the pairs that they are for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_key: dict[bytes, list[TrustedCertificate]] | None = None

    def of(self, pair: KeyPair) -> TrustedCertificate | None:
        """The trusted certificate that the pair should have; None where it has the best."""
        leaf = pair.certificate
        if leaf is None or not leaf.public_key_der:
            return None
        if self._by_key is None:
            self._by_key = {}
            for entry in self._store.trusted:
                key = entry.certificate.public_key_der
                if key:
                    self._by_key.setdefault(key, []).append(entry)
        beside = [
            entry
            for entry in self._by_key.get(leaf.public_key_der, ())
            if not entry.certificate.is_self_signed and _is_better(entry.certificate, leaf)
        ]
        return max(beside, key=lambda each: _preference(pair, each.certificate), default=None)


def _is_better(certificate: Certificate, leaf: Certificate) -> bool:
    """Whether a certificate that a CA issued should take the place of a pair's own."""
    if leaf.is_self_signed:
        return not certificate.is_expired()
    if certificate == leaf or certificate.not_before is None or leaf.not_before is None:
        return False
    return certificate.not_before > leaf.not_before and not certificate.is_expired()


def replies_beside(store: Store) -> tuple[Certificate, ...]:
    """The certificates of a keystore that are trusted, and should be on pairs of it.

    :raises NotFound: there are none
    """
    known = RepliesBeside(store)
    found = [known.of(pair) for pair in store.key_pairs]
    certificates = tuple(each.certificate for each in found if each is not None)
    if not certificates:
        raise NotFound(
            tr("No trusted certificate in this keystore is a CA’s reply for one of its pairs."),
            field="files",
            remedy=tr("Name the file that the CA sent."),
        )
    return certificates


def find_reply(
    certificates: Sequence[Certificate],
    store: Store,
    *,
    alias: str | None = None,
    pool: Iterable[Certificate] = (),
) -> Reply:
    """Find the pair that the certificates answer for, and put its new chain together.

    :param certificates: the reply, in any order, with or without its issuers and strangers
    :param alias: the pair that is meant; None to find it by its key
    :param pool: further certificates that may complete the chain, such as those of ``cacerts``
    :raises Refused: no pair fits, or another one than is meant
    :raises AlreadyExists: the pair has this very chain
    """
    pairs = store.key_pairs
    if alias is not None:
        named = store.get(alias)
        if not isinstance(named, KeyPair):
            raise InvalidInput(
                tr("“{alias}” is not a key pair.", alias=shorten(named.alias)),
                field="alias",
                causes=(tr("A reply belongs to the private key that signed the request."),),
                remedy=tr("Name the alias of a key pair."),
            )
        pairs = (named,)
    matches = [(pair, each) for pair in pairs for each in certificates if answers(pair, each)]
    if not matches:
        # A pair with the certificate of another key asked for one for its own.
        matches = [(pair, each) for pair in pairs for each in certificates if _has_key(pair, each)]
    if not matches:
        raise _no_match(certificates, store, alias)
    pair, leaf = max(matches, key=lambda match: _preference(match[0], match[1]))
    reply = _put_together(pair, leaf, certificates, store, pool)
    if reply.chain == pair.chain:
        raise AlreadyExists(
            tr("“{alias}” already has this certificate and this chain.", alias=shorten(pair.alias)),
            causes=(tr("The reply contains nothing that the pair lacks."),),
            remedy=tr("Nothing needs to be done."),
        )
    return reply


def reply_among(
    certificates: Sequence[Certificate], store: Store, *, alias: str | None = None
) -> Reply | None:
    """The reply for a pair of the store in what is brought in to be trusted; None where none is.

    With an alias only the pair of that alias counts: any other name means a trusted certificate.
    So do further certificates beside one that a pair has already.

    :raises Refused: the alias is that of a pair, and the reply is for another one
    :raises AlreadyExists: the pair has this very chain, and nothing else is there
    """
    named = store.find(alias) if alias is not None else None
    if alias is not None and not isinstance(named, KeyPair):
        return None
    if not any(answers(pair, each) for pair in store.key_pairs for each in certificates):
        return None
    try:
        return find_reply(certificates, store, alias=alias)
    except AlreadyExists:
        known = {each for pair in store.key_pairs for each in pair.chain}
        if named is None and any(each not in known for each in certificates):
            return None
        raise


def put_reply(store: Store, reply: Reply) -> Store:
    """The store in which the pair has the chain of the reply; the key stays as it is."""
    return store.with_replaced(reply.pair, dataclasses.replace(reply.pair, chain=reply.chain))


def _preference(pair: KeyPair, certificate: Certificate) -> tuple[bool, bool, float]:
    """Of several that fit: one that is new, that a CA issued, and that was issued last."""
    begins = certificate.not_before
    return (
        certificate not in pair.chain[:1],
        not certificate.is_self_signed,
        begins.timestamp() if begins is not None else 0.0,
    )


def _put_together(
    pair: KeyPair,
    leaf: Certificate,
    certificates: Sequence[Certificate],
    store: Store,
    pool: Iterable[Certificate],
) -> Reply:
    own = [
        certificate
        for entry in store.entries
        if isinstance(entry, (KeyPair, TrustedCertificate))
        for certificate in entry.chain
    ]
    others = [each for each in certificates if each != leaf]
    # The reply first: what the CA sent is its own word of who stands above.
    found = Issuers((*others, *own, *pool)).chain(leaf)
    sent = set(certificates)
    chain = signed_part(found)
    if len(chain) < len(found) and (len(chain) == 1 or found[len(chain)] in sent):
        raise _not_signed(chain[-1], found[len(chain)])
    used = set(chain)
    return Reply(
        pair=pair,
        chain=chain,
        strangers=tuple(dict.fromkeys(each for each in certificates if each not in used)),
        added=tuple(each for each in chain if each not in sent),
    )


def _not_signed(certificate: Certificate, issuer: Certificate) -> Refused:
    """A reply that no peer could verify."""
    return Refused(
        tr(
            "“{name}” was not signed by “{issuer}”, which it names as its issuer; nothing was "
            "changed.",
            name=shorten(certificate.common_name or certificate.subject),
            issuer=shorten(issuer.common_name or issuer.subject),
        ),
        causes=(
            tr("The certificate was altered on its way."),
            tr("Or the CA has a new key under the same name, and its old certificate is at hand."),
        ),
        remedy=tr("Ask the CA for the certificate again, and for its current CA certificates."),
    )


def _no_match(certificates: Sequence[Certificate], store: Store, alias: str | None) -> Refused:
    others = [
        pair.alias for pair in store.key_pairs if any(answers(pair, each) for each in certificates)
    ]
    if alias is not None and others:
        return Refused(
            tr(
                "The reply is for “{others}”, not for “{alias}”.",
                others=shorten(others[0]),
                alias=shorten(alias),
            ),
            causes=(tr("It contains the public half of the other key."),),
            remedy=tr("Import it onto “{others}”.", others=shorten(others[0])),
        )
    if not store.key_pairs:
        return Refused(
            tr("This keystore has no key pair that the reply could belong to."),
            causes=(tr("The request was created in another keystore."),),
            remedy=tr(
                "Open the keystore that contains the private key, and import the reply there."
            ),
        )
    named = [quoted(each.alias) for each in store.key_pairs[:_MAX_NAMED_PAIRS]]
    rest = len(store.key_pairs) - _MAX_NAMED_PAIRS
    return Refused(
        tr("The reply does not match any key pair in this keystore; nothing was changed."),
        causes=(
            tr("Its public key differs from that of {named}.", named=enumerated(named))
            if rest <= 0
            else tr_count(
                "Its public key differs from that of {named}, and {count} more.",
                "Its public key differs from that of {named}, and {count} more.",
                rest,
                named=enumerated(named),
            ),
            (
                tr(
                    "The key was replaced after the request was sent, or the request came "
                    "from another keystore."
                )
            ),
        ),
        remedy=tr("Use the keystore from which the request was created, or send a new request."),
    )
