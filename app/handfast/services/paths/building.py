"""From a presented chain to the anchor that ends it, and why it does not get there.

This follows Java’s rules, in which a certificate that is in the trust store is trusted as it
is, and says more than an error number does: what is missing, who has it, and what was mistaken
for it.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.store import Store

#: Chains are never this long; a circle of cross-signed CAs is.
_MAX_PATH_CERTIFICATES: Final = 64
#: Certificates that are looked at in one search: cross-signed CAs have very many ways.
_MAX_STEPS: Final = 400
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
    #: Whether it was sent in another order than from below upward.
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
    chain: Sequence[Certificate],
    anchors: Sequence[Anchor],
    pool: Iterable[Certificate] = (),
    at: datetime | None = None,
) -> Path:
    """The path from the first of ``chain``; ``pool`` is what else any party has.

    Where several certificates have the name and key of an issuer, one that is valid ``at`` that
    moment is preferred, as OpenSSL does; without a moment the first is taken.
    """
    by_subject: dict[bytes, list[Anchor]] = {}
    for anchor in anchors:
        by_subject.setdefault(anchor.certificate.subject_key, []).append(anchor)
    path = _Search(by_subject, at).best(chain)
    if path.anchor is None and not path.top.is_self_signed:
        path = _bridge(path, by_subject, tuple(pool))
    return path


class _Search:
    """All ways from a leaf upward, the likeliest first, until one is good."""

    def __init__(self, anchors: dict[bytes, list[Anchor]], at: datetime | None) -> None:
        self._anchors = anchors
        self._at = at
        self._steps = 0

    def best(self, chain: Sequence[Certificate]) -> Path:
        first: Path | None = None
        fallback: Path | None = None
        twin: Path | None = None
        for path in self._climb((Link(certificate=chain[0], was_sent=True),), tuple(chain[1:])):
            if path.is_same_key_only and len(path.links) == 1:
                # Nobody takes another leaf for its key's sake.
                twin = twin or path
                continue
            if path.anchor is not None:
                if all(self._is_valid(each) for each in path.certificates):
                    return _placed(path, chain)
                first = first or path
            fallback = fallback or path
            if first is not None and self._at is None:
                break
        alone = Path(links=(Link(certificate=chain[0], was_sent=True),))
        return _placed(first or twin or fallback or alone, chain)

    def _is_valid(self, certificate: Certificate) -> bool:
        at = self._at
        return at is None or not (certificate.is_expired(at) or certificate.is_not_yet_valid(at))

    def _climb(self, links: tuple[Link, ...], left: tuple[Certificate, ...]) -> Iterator[Path]:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            return
        current = links[-1].certificate
        same = self._anchors.get(current.subject_key, [])
        # One that is the same but for its outermost length, or what is behind it, is the same.
        shown = current.presented
        exact = next((each for each in same if each.certificate.presented == shown), None)
        if exact is not None:
            last = Link(certificate=current, was_sent=True, anchor_alias=exact.alias)
            yield Path(links=(*links[:-1], last), anchor=exact)
            return
        ended = False
        if not current.is_self_signed:
            for above in self._preferred(current, self._anchors.get(current.issuer_key, [])):
                ended = True
                was_sent = above.certificate in left
                last = Link(
                    certificate=above.certificate, was_sent=was_sent, anchor_alias=above.alias
                )
                yield Path(links=(*links, last), anchor=above)
        twin = next(
            (e for e in same if e.certificate.public_key_der == current.public_key_der != b""),
            None,
        )
        if twin is not None:
            last = Link(certificate=current, was_sent=True, anchor_alias=twin.alias)
            yield Path(
                links=(*links[:-1], last),
                anchor=twin,
                is_same_key_only=True,
            )
            ended = True
        if not current.is_self_signed and len(links) <= _MAX_PATH_CERTIFICATES:
            fitting = [each for each in left if fits(current, each)]
            fitting.sort(
                key=lambda each: (not self._is_valid(each), not hints_agree(current, each))
            )
            for each in fitting:
                rest = list(left)
                rest.remove(each)
                ended = True
                link = Link(certificate=each, was_sent=True)
                yield from self._climb((*links, link), tuple(rest))
        if not ended:
            stale = _stale(current, same, self._anchors)
            yield Path(links=links, stale=stale)

    def _preferred(self, current: Certificate, anchors: Sequence[Anchor]) -> list[Anchor]:
        fitting = [
            each
            for each in anchors
            if each.certificate != current and fits(current, each.certificate)
        ]
        return sorted(
            fitting,
            key=lambda each: (
                not self._is_valid(each.certificate),
                not hints_agree(current, each.certificate),
            ),
        )


def _placed(path: Path, chain: Sequence[Certificate]) -> Path:
    """The path, and whether its certificates were sent from below upward."""
    places = [chain.index(link.certificate) for link in path.links if link.certificate in chain]
    return dataclasses.replace(path, is_out_of_order=places != sorted(places))


def _stale(
    current: Certificate, same: Sequence[Anchor], anchors: dict[bytes, list[Anchor]]
) -> Anchor | None:
    """A certificate of the same name as the one that should be trusted."""
    if same:
        return same[0]
    return next(iter(anchors.get(current.issuer_key, [])), None)


def _bridge(path: Path, anchors: dict[bytes, list[Anchor]], pool: tuple[Certificate, ...]) -> Path:
    """What is missing between the end of the path and an anchor, if anybody here has it."""
    missing: list[Certificate] = []
    current = path.top
    while len(missing) < _MAX_PATH_CERTIFICATES:
        if any(fits(current, each.certificate) for each in anchors.get(current.issuer_key, [])):
            return _with_missing(path, missing, trusted=True)
        found = next((each for each in pool if each not in missing and fits(current, each)), None)
        if found is None or found == current:
            break
        if found.is_self_signed:
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


def chain_in_order(chain: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    """The certificates from the leaf upward, each followed by the one that issued it.

    Where none of the issuer's name made the signature, the first of that name stands there.
    """
    path = [chain[0]]
    left = list(chain[1:])
    while left and not path[-1].is_self_signed:
        current = path[-1]
        named = [each for each in left if each.subject_key == current.issuer_key != b""]
        if not named:
            break
        found = next((each for each in named if fits(current, each)), named[0])
        left.remove(found)
        path.append(found)
    return tuple(path)


def fits(below: Certificate, above: Certificate) -> bool:
    """Whether one issued the other, as far as can be told without knowing every algorithm."""
    if not below.issuer_der or below.issuer_key != above.subject_key:
        return False
    if below.parsed is None:
        return False
    signed = below.signature_fits(above)
    # A signature of an old kind: only the identifiers of the keys can tell.
    return hints_agree(below, above) if signed is None else signed


def hints_agree(below: Certificate, above: Certificate) -> bool:
    """Whether what a certificate says of its issuer's key fits (RFC 5280, 4.2.1.1).

    It is a hint for finding the issuer. Java and OpenSSL both refuse an issuer that it speaks
    against, though its signature fits.
    """
    from cryptography import x509

    wanted = below.extension(x509.AuthorityKeyIdentifier.oid)
    if not isinstance(wanted, x509.AuthorityKeyIdentifier):
        return True
    given = above.extension(x509.SubjectKeyIdentifier.oid)
    if (
        wanted.key_identifier is not None
        and isinstance(given, x509.SubjectKeyIdentifier)
        and given.digest != wanted.key_identifier
    ):
        return False
    serial = wanted.authority_cert_serial_number
    return serial is None or above.serial in {"", f"{serial:x}"}


def looks_like_missing_intermediate(top: Certificate, anchors: Sequence[Anchor]) -> bool:
    """Whether a chain that ends in the air was probably cut below a root that is trusted.

    Nobody can know without the certificate itself; its issuer’s name tells people the same way.
    """
    roots = [each.certificate for each in anchors if each.certificate.is_ca]
    if not roots or top.is_self_signed:
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
