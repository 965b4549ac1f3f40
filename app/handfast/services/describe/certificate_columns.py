"""Single values of a certificate, for the columns of a list; empty where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.services.describe.der import hex_pairs

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

_ORGANIZATION: Final = "2.5.4.10"
_SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
_AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
#: The names that people know, by those of the library.
_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


def issuer_organization(certificate: Certificate) -> str:
    """The organization of the issuer; the last where there are several."""
    name = certificate.issuer_name
    found = [
        str(each.value) for each in name or () if each.oid.dotted_string == _ORGANIZATION
    ]  # fmt: skip
    return found[-1] if found else ""


def curve(certificate: Certificate) -> str:
    """The curve of an EC key, or that of an Edwards key."""
    if certificate.key_algorithm in {"Ed25519", "Ed448", "X25519", "X448"}:
        return certificate.key_algorithm
    if certificate.key_algorithm != "EC":
        return ""
    found = getattr(certificate.public_key, "curve", None)
    name = str(getattr(found, "name", ""))
    return _CURVES.get(name, name)


def subject_key_id(certificate: Certificate) -> str:
    """The identifier by which certificates that it issued name its key."""
    value = certificate.extensions.get(_SUBJECT_KEY_IDENTIFIER)
    digest = getattr(value.value, "digest", None) if value is not None else None
    return hex_pairs(digest) if isinstance(digest, bytes) else ""


def authority_key_id(certificate: Certificate) -> str:
    """The identifier of the key that signed it."""
    value = certificate.extensions.get(_AUTHORITY_KEY_IDENTIFIER)
    found = getattr(value.value, "key_identifier", None) if value is not None else None
    return hex_pairs(found) if isinstance(found, bytes) else ""
