"""Certificates and lists with the very bytes of an earlier certificate: its names, its public key.

What a library decodes and encodes again is not always what was there: a name in an old string type
or in none that it reads, a key that is bound to RSASSA-PSS. Those who compare bytes, as Java does
with names and every peer with a pinned key, would not know it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handfast.core.asn1 import ber
from handfast.core.asn1.ber import der
from handfast.core.certificates.certificate import Certificate
from handfast.services.authority.signatures import is_for_pss, public_key_as_written, sign_body

if TYPE_CHECKING:
    from collections.abc import Mapping

_BITS, _SEQUENCE = 0x03, 0x30
#: Fields of a TBSCertificate of version 3, after the version and the serial number (RFC 5280, 4.1).
_ALGORITHM, _ISSUER, _SUBJECT, _PUBLIC_KEY = 2, 3, 5, 6
#: Fields of a TBSCertList of version 2, after the version (RFC 5280, 5.1).
_LIST_ALGORITHM, _LIST_ISSUER = 1, 2


def as_written(
    fresh: Certificate,
    signer: Any,  # noqa: ANN401 - one of the library's many key classes
    *,
    subject: bytes | None = None,
    public: bytes | None = None,
    issuer: Certificate | None = None,
) -> Certificate:
    """A fresh certificate with a subject and a SubjectPublicKeyInfo byte for byte, both in DER.

    Each is None where it stays as it was encoded. ``issuer`` is the CA that signs with ``signer``,
    whose name is kept byte for byte as well, or None where it is self-signed. It is signed again
    only where something differs.

    :raises Unsupported: the key cannot sign
    """
    wanted = {
        _ISSUER: issuer.subject_der if issuer is not None else subject,
        _SUBJECT: subject,
        _PUBLIC_KEY: public,
    }
    changes = {at: value for at, value in wanted.items() if value is not None}
    fields = _fields(fresh.der)
    if all(fields[at] == value for at, value in changes.items()):
        return fresh
    key = public_key_as_written(issuer.der) if issuer is not None else public or b""
    is_pss = is_for_pss(key)
    return Certificate(_signed(fields, changes, signer, algorithm_at=_ALGORITHM, is_pss=is_pss))


def list_as_written(
    fresh: bytes,
    signer: Any,  # noqa: ANN401 - one of the library's many key classes
    *,
    issuer: Certificate,
) -> bytes:
    """A fresh revocation list, in DER, with the name of its issuer byte for byte.

    :raises Unsupported: the key cannot sign
    """
    fields = _fields(fresh)
    if fields[_LIST_ISSUER] == issuer.subject_der:
        return fresh
    key = public_key_as_written(issuer.der)
    return _signed(
        fields,
        {_LIST_ISSUER: issuer.subject_der},
        signer,
        algorithm_at=_LIST_ALGORITHM,
        is_pss=is_for_pss(key),
    )


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
    algorithm_at: int,
    is_pss: bool,
) -> bytes:
    algorithm, _ = sign_body(signer, b"", is_pss=is_pss)
    new = {**changes, algorithm_at: algorithm}
    body = der(_SEQUENCE, *(new.get(at, field) for at, field in enumerate(fields)))
    _, signature = sign_body(signer, body, is_pss=is_pss)
    return der(_SEQUENCE, body, algorithm, der(_BITS, b"\0", signature))
