"""Whether a certificate is for a host (RFC 9525), as service-identity sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service_identity import CertificateError, VerificationError
from service_identity.cryptography import verify_certificate_hostname, verify_certificate_ip_address

from handfast.core.host_names import is_address

if TYPE_CHECKING:
    from handfast.core.certificate import Certificate


def is_for_host(certificate: Certificate, host: str) -> bool:
    """Whether ``host``, a name in ASCII or an address, is among its alternative names."""
    if certificate.parsed is None:
        return False
    verify = verify_certificate_ip_address if is_address(host) else verify_certificate_hostname
    try:
        verify(certificate.parsed, host)
    except (VerificationError, CertificateError, ValueError):
        # A ValueError is an extension that the library cannot read.
        return False
    return True
