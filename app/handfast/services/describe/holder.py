"""Who a certificate is about, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.language import tr

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate


def holder_text(certificate: Certificate) -> str:
    """The common name or what stands for it, else why there is none."""
    if not certificate.is_readable:
        return tr("A certificate that cannot be read")
    return certificate.common_name or tr("A certificate without a name")
