"""Who issued whom among the certificates of one file, at a cost that is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.certificate import Certificate

_MAX_CHAIN_CERTIFICATES = 16
#: Members of all chains of one file: four of each of ten thousand pairs.
_MAX_MEMBERS = 40_000
#: What checking a signature takes with the largest keys of each kind, in twentieths of a
#: millisecond; and how many of those one file gets. Beyond, the name decides.
_COSTS = {"RSA": 1, "DSA": 100}
_OTHER_COST = 20
_BUDGET = 10_000


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

    def chain(self, leaf: Certificate) -> tuple[Certificate, ...]:
        """The leaf, its issuer, that one's, and so on as far as they are there."""
        chain = [leaf]
        while len(chain) < min(_MAX_CHAIN_CERTIFICATES, self._members):
            current = chain[-1]
            if not current.is_readable or current.is_self_issued:
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
        candidates = [
            each for each in self._by_subject.get(current.issuer_der, ()) if each != current
        ]
        if len(candidates) > 1:
            for each in candidates:
                self._left -= _COSTS.get(each.key_algorithm, _OTHER_COST)
                if self._left < 0:
                    break
                if current.is_issued_by(each):
                    return each
        return candidates[0] if candidates else None
