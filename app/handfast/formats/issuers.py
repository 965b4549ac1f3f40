"""Who issued whom among the certificates of one file, at a cost that is bounded."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.certificates.certificate import Certificate

_MAX_CHAIN_CERTIFICATES = 16
#: Members of all chains of one file: four of each of ten thousand pairs.
_MAX_MEMBERS = 40_000
#: What checking a signature takes with the largest keys of each kind, in twentieths of a
#: millisecond; and how many of those one file gets. Beyond, the name decides.
_COSTS = {"RSA": 1, "DSA": 100}
_OTHER_COST = 20
_BUDGET = 10_000
#: Different names that are compared by more than their bytes.
_MAX_COMPARED_NAMES = 2_000


def signed_part(chain: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    """A chain as far as each certificate is signed by the next.

    An issuer that is found by its name alone may have another key: an altered certificate, or a CA
    that has a new key under its old name. What cannot be verified counts as signed.
    """
    for count, (certificate, issuer) in enumerate(itertools.pairwise(chain), start=1):
        if certificate.signature_fits(issuer) is False:
            return chain[:count]
    return chain


class Issuers:
    """The issuers of one file, found by name; of several with the right one, by signature."""

    def __init__(self, certificates: Iterable[Certificate]) -> None:
        self._by_subject: dict[bytes, list[Certificate]] = {}
        for each in dict.fromkeys(certificates):
            if each.subject_der:
                self._by_subject.setdefault(each.subject_der, []).append(each)
        self._found: dict[Certificate, Certificate | None] = {}
        self._left = _BUDGET
        self._members = _MAX_MEMBERS
        #: By the name as it is compared; made when a name is not found byte for byte.
        self._by_key: dict[object, list[Certificate]] | None = None

    def chain(self, leaf: Certificate) -> tuple[Certificate, ...]:
        """The leaf, its issuer, that one's, and so on as far as they are there."""
        chain = [leaf]
        while len(chain) < min(_MAX_CHAIN_CERTIFICATES, self._members):
            current = chain[-1]
            if not current.is_readable:
                break
            if current not in self._found:
                self._found[current] = self._issuer(current)
            issuer = self._found[current]
            if issuer is None or issuer in chain:
                break
            chain.append(issuer)
        self._members -= len(chain)
        return tuple(chain)

    def _issuer(self, current: Certificate) -> Certificate | None:
        candidates = [each for each in self._named(current) if each != current]
        # A certificate with its issuer's own name is either a root or issued by another key of
        # that name, as in a roll-over (RFC 4210, 4.4); only the signature tells the two apart.
        by_name_alone = not current.is_self_issued
        if len(candidates) > 1 or not by_name_alone:
            for each in candidates:
                self._left -= _COSTS.get(each.key_algorithm, _OTHER_COST)
                if self._left < 0:
                    break
                if current.is_issued_by(each) and not (
                    current.is_self_issued and self._is_root(current)
                ):
                    return each
        return candidates[0] if candidates and by_name_alone else None

    def _is_root(self, certificate: Certificate) -> bool:
        self._left -= _COSTS.get(certificate.key_algorithm, _OTHER_COST)
        return certificate.is_self_signed

    def _named(self, current: Certificate) -> list[Certificate]:
        """Those with the name of its issuer: byte for byte, else as RFC 5280, 7.1 compares."""
        found = self._by_subject.get(current.issuer_der, [])
        if found or not current.issuer_der:
            return found
        if self._by_key is None:
            self._by_key = {}
            for each in list(self._by_subject.values())[:_MAX_COMPARED_NAMES]:
                self._by_key.setdefault(each[0].subject_key, []).extend(each)
        return self._by_key.get(current.issuer_key, [])
