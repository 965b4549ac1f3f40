"""A list of revoked certificates (CRL) as it is written, and as it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography import x509

from handfast.core.asn1 import ber
from handfast.core.certificates.lenient import mended_name, mended_time
from handfast.core.certificates.summary import span
from handfast.core.frozen import dataclass
from handfast.core.name_matching import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTEGER: Final = 0x02
_TIMES: Final = frozenset((0x17, 0x18))


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One list; both sides of it, since what is read may have been mended."""

    #: The bytes that are signed and that other programs read.
    der: bytes
    #: Its content. What this encodes is not what was signed.
    parsed: x509.CertificateRevocationList
    #: The name of its issuer in the form in which names are compared.
    issuer_key: object


def parse_list(der: bytes) -> RevocationList:
    """A revocation list (RFC 5280, 5), though its issuer has characters that its kind of string
    does not, or its times are not in the form of DER: OpenSSL and Java read these.

    :raises ValueError: it is none
    """
    try:
        parsed = x509.load_der_x509_crl(der)
        # The library reads times and names only once they are asked for.
        _ = parsed.issuer, parsed.last_update_utc, parsed.next_update_utc
    except (ValueError, TypeError, x509.InvalidVersion):
        parsed = _mended(der)
    return RevocationList(der, parsed, name_key(_issuer(der)))


def _mended(der: bytes) -> x509.CertificateRevocationList:
    try:
        tag, start, end = span(der, 0)
        _, _, signed_end = span(der, start)
        fields = list(_fields(der, start))
        at = _issuer_index(fields)
        fields[at] = mended_name(fields[at])
        for index in (at + 1, at + 2):
            if index < len(fields) and fields[index][0] in _TIMES:
                fields[index] = mended_time(fields[index])
    except IndexError as error:
        raise ValueError("it ends too early") from error
    if tag != ber.SEQUENCE or end != len(der):
        raise ValueError("it is not a sequence")
    signed = ber.der(ber.SEQUENCE, b"".join(fields))
    try:
        return x509.load_der_x509_crl(ber.der(ber.SEQUENCE, signed + der[signed_end:]))
    except (TypeError, x509.InvalidVersion) as error:
        raise ValueError(str(error)) from error


def _fields(der: bytes, start: int) -> Iterator[bytes]:
    """The fields of what is signed, each whole (RFC 5280, 5.1)."""
    _, at, end = span(der, start)
    while at < end:
        following = span(der, at)[2]
        yield der[at:following]
        at = following


def _issuer_index(fields: list[bytes]) -> int:
    # The version is optional, and stands before the algorithm and the issuer.
    at = 1 + (fields[0][0] == _INTEGER)
    if at >= len(fields):
        raise ValueError("it names no issuer")
    return at


def _issuer(der: bytes) -> bytes:
    """The name of the issuer as it is written: the library would encode it again."""
    try:
        fields = list(_fields(der, span(der, 0)[1]))
        return fields[_issuer_index(fields)]
    except IndexError as error:
        raise ValueError("it ends too early") from error
