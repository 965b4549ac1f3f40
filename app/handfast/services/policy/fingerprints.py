"""How a fingerprint that a person typed or pasted is read, and compared with a certificate."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

SHA256_DIGITS = 64
SHA1_DIGITS = 40

#: Marks of direction and blanks of no width. Windows puts U+200E before what is copied from its
#: certificate window.
_INVISIBLE = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
#: What keytool, OpenSSL, certutil and browsers write around the digits. No such word can be made
#: of hexadecimal digits.
_LABELS = re.compile(
    r"\b(?:certificate|cert|hash|fingerprint|thumbprint)\b|\bsha[-_ ]?(?:256|1)(?![0-9a-f])",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s:;,.=()\-\u2010-\u2015]")
_HEX = re.compile(r"[0-9a-f]*")


class FingerprintMatch(Enum):
    """What comparing a fingerprint with a certificate gives."""

    MATCH = "match"
    MISMATCH = "mismatch"
    #: Too short to say, as while it is being typed.
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A whole fingerprint: 64 lower-case hexadecimal digits of SHA-256, or 40 of SHA-1."""

    digits: str

    @property
    def algorithm(self) -> str:
        return "SHA-256" if len(self.digits) == SHA256_DIGITS else "SHA-1"

    def of(self, certificate: Certificate) -> Fingerprint:
        """The fingerprint of a certificate by the same algorithm."""
        is_sha256 = len(self.digits) == SHA256_DIGITS
        return Fingerprint(certificate.sha256 if is_sha256 else certificate.sha1)

    def fits(self, certificate: Certificate) -> bool:
        return self.of(certificate) == self


def read_fingerprint(text: str) -> Fingerprint:
    """A whole fingerprint, in any spacing, case and with any usual label before it.

    :raises InvalidInput: it is not a whole SHA-256 or SHA-1 fingerprint
    """
    digits = _digits(text)
    if digits is None:
        raise _not_a_fingerprint(tr("It contains characters other than 0 to 9 and A to F."))
    if len(digits) not in {SHA256_DIGITS, SHA1_DIGITS}:
        raise _not_a_fingerprint(
            tr_count(
                "It has {count} digit; SHA-256 has {sha256_digits}.",
                "It has {count} digits; SHA-256 has {sha256_digits}.",
                len(digits),
                sha256_digits=SHA256_DIGITS,
            )
        )
    return Fingerprint(digits)


def match_fingerprint(text: str, certificate: Certificate) -> FingerprintMatch:
    """Compare what has been typed so far: SHA-256 (64 digits) or SHA-1 (40 digits)."""
    digits = _digits(text)
    if digits is None or len(digits) > SHA256_DIGITS:
        return FingerprintMatch.MISMATCH
    if digits in {certificate.sha256, certificate.sha1}:
        return FingerprintMatch.MATCH
    could_be = certificate.sha256.startswith(digits) or certificate.sha1.startswith(digits)
    return FingerprintMatch.INCOMPLETE if could_be else FingerprintMatch.MISMATCH


def _digits(text: str) -> str | None:
    """The digits of a fingerprint in lower case; None where something else is among them."""
    bare = _LABELS.sub("", _INVISIBLE.sub("", text))
    digits = _SEPARATORS.sub("", bare).lower()
    return digits if _HEX.fullmatch(digits) else None


def _not_a_fingerprint(cause: str) -> InvalidInput:
    return InvalidInput(
        tr("This is not a SHA-256 fingerprint."),
        field="fingerprint",
        causes=(cause,),
        remedy=tr("Ask the partner for the SHA-256 fingerprint in full."),
    )
