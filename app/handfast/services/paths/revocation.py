"""Lists of revoked certificates (CRLs): out of a file, and what each says of a certificate.

A list that names a certificate says that it is revoked. One that does not name it says that it is
good only where it is complete, current, and about certificates of that kind (RFC 5280, 6.3.3).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from cryptography import x509

from handfast.core.certificates.decoding import list_signature_fits
from handfast.core.certificates.lenient import UNREADABLE
from handfast.core.certificates.revocation_list import RevocationList, parse_list
from handfast.core.name_matching import name_key
from handfast.formats.pem.armor import find_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate

#: Critical extensions of a list that are looked at here.
_UNDERSTOOD: Final = (x509.IssuingDistributionPoint.oid, x509.AuthorityKeyIdentifier.oid)
#: What reading an extension of a list can raise, a second one of the same kind included.
_UNREADABLE: Final = (*UNREADABLE, x509.UnsupportedGeneralNameType, x509.DuplicateExtension)


class Shortfall(Enum):
    """Why a list that does not name a certificate does not say that it is good either."""

    NOT_YET_VALID = "not yet valid"
    OUT_OF_DATE = "out of date"
    #: It lists only what changed since an earlier list (RFC 5280, 5.2.4).
    CHANGES_ONLY = "changes only"
    #: It is about other certificates, other reasons, or another distribution point (5.2.5).
    OTHER_SCOPE = "other scope"
    #: It has a critical extension that is not known here.
    UNKNOWN_CRITICAL = "unknown critical extension"
    #: The key usage of the CA does not allow its key to sign lists (6.3.3, f).
    NOT_ALLOWED = "not allowed"


def read_revocation_lists(data: bytes) -> tuple[bytes, ...]:
    """Each list in DER; none where the file holds none that can be read."""
    candidates = [data] if data[:1] == b"\x30" else []
    candidates += [block.data for block in find_blocks(data) if block.label == "X509 CRL"]
    found = []
    for each in candidates:
        try:
            parse_list(each)
        except ValueError:
            continue
        found.append(each)
    return tuple(found)


def is_list_of(revoked: RevocationList, issuer: Certificate) -> bool:
    """Whether a list is the issuer’s own: anybody can write one in its name."""
    return (
        issuer.parsed is not None
        and revoked.issuer_key == issuer.subject_key
        and list_signature_fits(revoked, issuer.parsed)
    )


def revoked_entry(
    found_list: RevocationList, certificate: Certificate
) -> x509.RevokedCertificate | None:
    """Where an issuer’s own list says that it revoked a certificate; None where it does not."""
    revoked = found_list.parsed
    serial = int(certificate.serial or "0", 16)
    try:
        found = revoked.get_revoked_certificate_by_serial_number(serial)
        if found is None:
            return None
        if _is_indirect(revoked):
            found = _entry_in_indirect(revoked, certificate, serial)
        if found is not None and _is_taken_off(revoked, found):
            return None
    except _UNREADABLE:
        # What cannot be read is not passed over: the number is on the list.
        return found
    return found


def shortfall(
    found_list: RevocationList,
    certificate: Certificate,
    issuer: Certificate,
    at: datetime,
) -> Shortfall | None:
    """Why a list of the issuer does not say that a certificate is good; None where it does."""
    revoked = found_list.parsed
    if revoked.last_update_utc > at:
        return Shortfall.NOT_YET_VALID
    if revoked.next_update_utc is not None and revoked.next_update_utc < at:
        return Shortfall.OUT_OF_DATE
    usage = issuer.extension(x509.KeyUsage.oid)
    if isinstance(usage, x509.KeyUsage) and not usage.crl_sign:
        return Shortfall.NOT_ALLOWED
    try:
        for each in revoked.extensions:
            if each.oid == x509.DeltaCRLIndicator.oid:
                return Shortfall.CHANGES_ONLY
            value = each.value
            if isinstance(value, x509.IssuingDistributionPoint) and not _is_about(
                value, certificate
            ):
                return Shortfall.OTHER_SCOPE
            if each.critical and each.oid not in _UNDERSTOOD:
                return Shortfall.UNKNOWN_CRITICAL
    except _UNREADABLE:
        return Shortfall.UNKNOWN_CRITICAL
    return None


def _is_about(scope: x509.IssuingDistributionPoint, certificate: Certificate) -> bool:
    """Whether a list with this scope would have to name the certificate, were it revoked."""
    if scope.only_contains_attribute_certs or scope.only_some_reasons or scope.indirect_crl:
        return False
    if scope.only_contains_user_certs if certificate.is_ca else scope.only_contains_ca_certs:
        return False
    if scope.relative_name is not None:
        return False
    return scope.full_name is None or any(
        each in scope.full_name for each in _distribution_points(certificate)
    )


def _distribution_points(certificate: Certificate) -> Sequence[x509.GeneralName]:
    points = certificate.extension(x509.CRLDistributionPoints.oid)
    if not isinstance(points, x509.CRLDistributionPoints):
        return ()
    return [name for point in points for name in point.full_name or ()]


def _is_indirect(revoked: x509.CertificateRevocationList) -> bool:
    try:
        found = revoked.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    except x509.ExtensionNotFound:
        return False
    return found.value.indirect_crl


def _entry_in_indirect(
    revoked: x509.CertificateRevocationList, certificate: Certificate, serial: int
) -> x509.RevokedCertificate | None:
    """In a list for several CAs, an entry is of the CA that it or the last one before it names."""
    of_this_issuer = True
    for entry in revoked:
        try:
            named = entry.extensions.get_extension_for_class(x509.CertificateIssuer).value
        except x509.ExtensionNotFound:
            pass
        else:
            names = named.get_values_for_type(x509.DirectoryName)
            of_this_issuer = any(
                name_key(each.public_bytes()) == certificate.issuer_key for each in names
            )
        if of_this_issuer and entry.serial_number == serial:
            return entry
    return None


def _is_taken_off(revoked: x509.CertificateRevocationList, entry: x509.RevokedCertificate) -> bool:
    """Whether a list of changes says that the certificate is good again (RFC 5280, 5.3.1)."""
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        revoked.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.remove_from_crl
