"""Whether a certificate policy that a chain requires is valid for all of it (RFC 5280, 6.1).

Java always looks at policies; OpenSSL and what builds on it only where they are told to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509

from handfast.core.certificates.lenient import policy_mappings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate

_ANY = "2.5.29.32.0"


def unmet_requirement(chain: Sequence[Certificate]) -> int | None:
    """Which certificate requires a policy that is not met; None where all is well.

    ``chain`` is leaf first and without the trust anchor; the answer is a place in it.
    """
    count = len(chain)
    explicit = without_any = without_mapping = count + 1
    valid = {_ANY}
    requiring: int | None = None
    for index, certificate in enumerate(reversed(chain), 1):
        is_last = index == count
        valid = _narrowed(
            valid,
            certificate,
            counts_any=without_any > 0 or (not is_last and certificate.is_self_issued),
        )
        if explicit <= 0 and not valid:
            return requiring
        if not is_last:
            valid = _mapped(valid, certificate) if without_mapping > 0 else valid
        if is_last or not certificate.is_self_issued:
            explicit, without_any, without_mapping = (
                max(each - 1, 0) for each in (explicit, without_any, without_mapping)
            )
        limits = certificate.extension(x509.PolicyConstraints.oid)
        if isinstance(limits, x509.PolicyConstraints):
            wanted = limits.require_explicit_policy
            if wanted is not None and (not is_last or wanted == 0):
                explicit = min(explicit, wanted)
                requiring = count - index if requiring is None else requiring
            if limits.inhibit_policy_mapping is not None:
                without_mapping = min(without_mapping, limits.inhibit_policy_mapping)
        inhibited = certificate.extension(x509.InhibitAnyPolicy.oid)
        if isinstance(inhibited, x509.InhibitAnyPolicy):
            without_any = min(without_any, inhibited.skip_certs)
    return requiring if explicit <= 0 and not valid else None


def _narrowed(valid: set[str], certificate: Certificate, *, counts_any: bool) -> set[str]:
    """What of the policies so far a certificate has as well."""
    listed = certificate.extension(x509.CertificatePolicies.oid)
    if not isinstance(listed, x509.CertificatePolicies):
        return set()
    own = {each.policy_identifier.dotted_string for each in listed}
    named = own - {_ANY}
    found = named if _ANY in valid else named & valid
    return found | valid if _ANY in own and counts_any else found


def _mapped(valid: set[str], certificate: Certificate) -> set[str]:
    """The policies by the names that the next certificate has for them (RFC 5280, 4.2.1.5)."""
    pairs = policy_mappings(certificate.der)
    replaced = {one for one, _ in pairs}
    # What maps from a policy that any covers is covered as well.
    return {each for each in valid if each not in replaced} | {
        other for one, other in pairs if one in valid or _ANY in valid
    }
