"""Certificates as files for a partner. Nothing here is ever given a private key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import CONTEXT_0, SEQUENCE, SET, der, der_integer, der_oid
from handfast.core.errors import Damaged, InvalidInput
from handfast.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate

ENCODINGS = {"der": "cer", "pem": "pem", "pkcs7": "p7b"}


def encode_certificates(certificates: Sequence[Certificate], encoding: str) -> bytes:
    """The certificates in DER (one only), PEM (RFC 7468) or PKCS#7 (RFC 2315, DER).

    :raises InvalidInput: there is none, or the encoding is unknown or holds one only
    :raises Damaged: something else takes the place of one of them
    """
    if not certificates:
        raise InvalidInput(tr("There is no certificate to export."), field="alias")
    if not all(certificate.is_sound for certificate in certificates):
        # In a keystore that was made to deceive it may be a private key.
        raise Damaged(
            tr("The content of the certificate is not a certificate; nothing was written."),
            causes=(tr("The keystore was changed, or created by a faulty program."),),
            remedy=tr("Get the certificate from its issuer."),
        )
    if encoding == "pem":
        return "".join(certificate.public_pem() for certificate in certificates).encode("ascii")
    if encoding == "pkcs7":
        signed = der(
            SEQUENCE,
            der_integer(1),
            der(SET),
            der(SEQUENCE, der_oid("1.2.840.113549.1.7.1")),
            der(CONTEXT_0, *(certificate.presented for certificate in certificates)),
            der(SET),
        )
        return der(SEQUENCE, der_oid("1.2.840.113549.1.7.2"), der(CONTEXT_0, signed))
    if encoding != "der":
        raise InvalidInput(
            tr("“{encoding}” is not a supported encoding.", encoding=encoding), field="encoding"
        )
    if len(certificates) > 1:
        raise InvalidInput(
            tr("DER holds only one certificate."),
            field="encoding",
            remedy=tr("Choose PEM or PKCS#7 for a chain."),
        )
    return certificates[0].presented


def suggest_file_name(alias: str, encoding: str) -> str:
    """A file name that every system takes."""
    stem = re.sub(r"[^\w.\-]+", "-", alias).strip("-.")[:80] or "certificate"
    return f"{stem}.{ENCODINGS[encoding]}"
