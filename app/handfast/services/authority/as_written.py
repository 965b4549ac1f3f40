"""A certificate with the very bytes of an earlier one in it: its names, and its public key.

What a library decodes and encodes again is not always what was there: a name in an old string type
or in none that it reads, a key that is bound to RSASSA-PSS. Those who compare bytes, as Java does
with names and every peer with a pinned key, would not know it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handfast.core.asn1 import ber
from handfast.core.asn1.ber import der
from handfast.core.certificate import Certificate
from handfast.services.authority.signatures import is_for_pss, public_key_as_written, sign_body

if TYPE_CHECKING:
    from collections.abc import Mapping

_BITS, _SEQUENCE = 0x03, 0x30
#: Fields of a TBSCertificate of version 3, after the version and the serial number (RFC 5280, 4.1).
_ALGORITHM, _ISSUER, _SUBJECT, _PUBLIC_KEY = 2, 3, 5, 6


def as_written(
    fresh: Certificate,
    signer: Any,  # noqa: ANN401 - one of the library's many key classes
    *,
    subject: bytes,
    public: bytes | None,
    issuer: Certificate | None = None,
) -> Certificate:
    """A fresh certificate with a subject and a SubjectPublicKeyInfo byte for byte, both in DER.

    ``public`` is None where the key stays as it was encoded, ``issuer`` the CA that signs with
    ``signer``, None where it is self-signed. It is signed again only where something differs.

    :raises Unsupported: the key cannot sign
    """
    changes = {_SUBJECT: subject}
    if issuer is None:
        changes[_ISSUER] = subject
    if public is not None:
        changes[_PUBLIC_KEY] = public
    fields = _fields(fresh.der)
    if all(fields[at] == value for at, value in changes.items()):
        return fresh
    key = public_key_as_written(issuer.der) if issuer is not None else public or b""
    return Certificate(_signed(fields, changes, signer, is_pss=is_for_pss(key)))


def key_of_request(request: bytes) -> tuple[bytes, bytes]:
    """Subject and public key of a CertificationRequestInfo (RFC 2986, 4.1), as they stand there."""
    whole = ber.read(request, 0, len(request))
    _version, subject, public, *_rest = ber.children(request, whole)
    return ber.encoded(request, subject), ber.encoded(request, public)


def _fields(certificate: bytes) -> list[bytes]:
    whole = ber.read(certificate, 0, len(certificate))
    body = next(ber.children(certificate, whole))
    return [ber.encoded(certificate, each) for each in ber.children(certificate, body)]


def _signed(
    fields: list[bytes],
    changes: Mapping[int, bytes],
    signer: Any,  # noqa: ANN401 - one of the library's many key classes
    *,
    is_pss: bool,
) -> bytes:
    algorithm, _ = sign_body(signer, b"", is_pss=is_pss)
    new = {**changes, _ALGORITHM: algorithm}
    body = der(_SEQUENCE, *(new.get(at, field) for at, field in enumerate(fields)))
    _, signature = sign_body(signer, body, is_pss=is_pss)
    return der(_SEQUENCE, body, algorithm, der(_BITS, b"\0", signature))
