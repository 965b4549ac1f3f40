"""From a presented chain to the anchor that ends it, and why it does not get there.

This follows Java’s rules, in which a certificate that stands in the trust store is trusted as it
is, and says more than an error number does: what is missing, who has it, and what was mistaken
for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handfast.core.entry import KeyPair, TrustedCertificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.certificate import Certificate
    from handfast.core.store import Store

#: Chains are never this long; a circle of cross-signed CAs is.
_LONGEST: Final = 16
_WORD = re.compile(r"[a-z0-9]+")
_COMMON_WORDS: Final = frozenset(
    ("ca", "root", "intermediate", "issuing", "sub", "subordinate", "certificate", "authority",
     "certification", "the", "of", "and", "server", "client", "tls", "ssl", "test", "new", "old",
     *(f"g{number}" for number in range(10)), *(f"{number}" for number in range(10)))
)  # fmt: skip
_BETWEEN = re.compile(r"\b(intermediate|issuing|sub|subordinate|int|inter)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One certificate of a path."""

    certificate: Certificate
    #: Whether the presenter sent it; else it came from the verifier's trust store.
    was_sent: bool
    #: The verifier's alias of it, where the verifier trusts it; the path ends there.
    anchor_alias: str = ""
    #: What is wrong with it, in a few words; empty where nothing is.
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A certificate that a party trusts, and what its store calls it."""

    alias: str
    certificate: Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How far a chain leads."""

    links: tuple[Link, ...]
    #: Where it ends well: the verifier’s own certificate.
    anchor: Anchor | None = None
    #: Certificates between that were not sent, but that somebody here has.
    missing: tuple[Certificate, ...] = ()
    #: Whether the root or anchor would be reached, were those sent.
    would_be_trusted: bool = False
    #: What the verifier has of the same name, where it is not the same.
    stale: Anchor | None = None
    #: Whether more was sent than belongs to it, or in another order than from below upward.
    is_out_of_order: bool = False
    #: Whether the anchor has the same name and key as the end of the chain, but other bytes.
    is_same_key_only: bool = False

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        return tuple(link.certificate for link in self.links)

    @property
    def top(self) -> Certificate:
        return self.links[-1].certificate


def anchors_of(store: Store) -> tuple[Anchor, ...]:
    """What Java trusts in a store: trusted certificates, and the leaves of its key pairs."""
    found = []
    for entry in store.entries:
        if isinstance(entry, TrustedCertificate) and entry.is_visible_to_java:
            found.append(Anchor(alias=entry.alias, certificate=entry.certificate))
        elif isinstance(entry, KeyPair) and entry.chain:
            found.append(Anchor(alias=entry.alias, certificate=entry.chain[0]))
    return tuple(found)


def follow(
    chain: Sequence[Certificate], anchors: Sequence[Anchor], pool: Iterable[Certificate] = ()
) -> Path:
    """The path from the first of ``chain``; ``pool`` is what else any party has."""
    by_subject: dict[bytes, list[Anchor]] = {}
    for anchor in anchors:
        by_subject.setdefault(anchor.certificate.subject_der, []).append(anchor)
    path = _climb(chain, by_subject)
    if path.anchor is None and not path.top.is_self_issued:
        path = _bridge(path, by_subject, tuple(pool))
    return path


def _climb(chain: Sequence[Certificate], anchors: dict[bytes, list[Anchor]]) -> Path:
    links = [Link(certificate=chain[0], was_sent=True)]
    left = list(chain[1:])
    wandered = False
    while True:
        current = links[-1].certificate
        same = anchors.get(current.subject_der, [])
        exact = next((each for each in same if each.certificate == current), None)
        if exact is not None:
            links[-1] = Link(certificate=current, was_sent=True, anchor_alias=exact.alias)
            return Path(links=tuple(links), anchor=exact, is_out_of_order=wandered)
        above = next(
            (
                each
                for each in anchors.get(current.issuer_der, [])
                if each.certificate != current and fits(current, each.certificate)
            ),
            None,
        )
        if above is not None and not current.is_self_issued:
            was_sent = above.certificate in left
            links.append(
                Link(certificate=above.certificate, was_sent=was_sent, anchor_alias=above.alias)
            )
            return Path(links=tuple(links), anchor=above, is_out_of_order=wandered)
        twin = next(
            (e for e in same if e.certificate.public_key_der == current.public_key_der != b""),
            None,
        )
        if twin is not None:
            links[-1] = Link(certificate=current, was_sent=True, anchor_alias=twin.alias)
            return Path(
                links=tuple(links), anchor=twin, is_out_of_order=wandered, is_same_key_only=True
            )
        found = next((each for each in left if fits(current, each)), None)
        if current.is_self_issued or found is None or len(links) > _LONGEST:
            stale = _stale(current, same, anchors)
            return Path(links=tuple(links), stale=stale, is_out_of_order=wandered)
        wandered = wandered or left[0] != found
        left.remove(found)
        links.append(Link(certificate=found, was_sent=True))


def _stale(
    current: Certificate, same: Sequence[Anchor], anchors: dict[bytes, list[Anchor]]
) -> Anchor | None:
    """A certificate of the same name as the one that should be trusted."""
    if same:
        return same[0]
    return next(iter(anchors.get(current.issuer_der, [])), None)


def _bridge(path: Path, anchors: dict[bytes, list[Anchor]], pool: tuple[Certificate, ...]) -> Path:
    """What is missing between the end of the path and an anchor, if anybody here has it."""
    missing: list[Certificate] = []
    current = path.top
    while len(missing) < _LONGEST:
        if any(fits(current, each.certificate) for each in anchors.get(current.issuer_der, [])):
            return _with_missing(path, missing, trusted=True)
        found = next((each for each in pool if each not in missing and fits(current, each)), None)
        if found is None or found == current:
            break
        if found.is_self_issued:
            # The root itself need not be sent: whoever verifies has it, or does not trust it.
            break
        missing.append(found)
        current = found
    return _with_missing(path, missing, trusted=False)


def _with_missing(path: Path, missing: Sequence[Certificate], *, trusted: bool) -> Path:
    return Path(
        links=path.links,
        missing=tuple(missing),
        would_be_trusted=trusted,
        stale=None if trusted else path.stale,
        is_out_of_order=path.is_out_of_order,
    )


def fits(below: Certificate, above: Certificate) -> bool:
    """Whether one issued the other, as far as can be told without knowing every algorithm."""
    if not below.issuer_der or below.issuer_der != above.subject_der:
        return False
    if below.parsed is None or above.parsed is None:
        return False
    signed = below.signature_fits(above)
    # A signature of an old kind: only the identifiers of the keys can tell.
    return _identifiers_agree(below, above) if signed is None else signed


def _identifiers_agree(below: Certificate, above: Certificate) -> bool:
    from cryptography import x509

    wanted = below.extension(x509.AuthorityKeyIdentifier.oid)
    given = above.extension(x509.SubjectKeyIdentifier.oid)
    if not isinstance(wanted, x509.AuthorityKeyIdentifier) or wanted.key_identifier is None:
        return True
    return not isinstance(given, x509.SubjectKeyIdentifier) or given.digest == wanted.key_identifier


def looks_like_missing_intermediate(top: Certificate, anchors: Sequence[Anchor]) -> bool:
    """Whether a chain that ends in the air was probably cut below a root that is trusted.

    Nobody can know without the certificate itself; its issuer’s name tells people the same way.
    """
    roots = [each.certificate for each in anchors if each.certificate.is_ca]
    if not roots or top.is_self_issued:
        return False
    issuer = top.issuer_common_name
    if re.search(r"\broot\b", issuer, re.IGNORECASE):
        return False
    if _BETWEEN.search(issuer):
        return True
    mine = _significant_words(top.issuer)
    return any(mine & _significant_words(root.subject) for root in roots)


def _significant_words(name: str) -> set[str]:
    values = re.findall(r"(?:^|,)(?:CN|O|OU|DC)=((?:[^,\\]|\\.)*)", name)
    words = {word for value in values for word in _WORD.findall(value.lower())}
    return words - _COMMON_WORDS
