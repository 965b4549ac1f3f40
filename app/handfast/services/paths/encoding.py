"""What programs make of a certificate in BER (X.690), though RFC 5280 (4.1) demands DER.

OpenSSL reads it, and verifies the signature over the bytes as they are. Java reads most of it, and
verifies over what it makes of it. Tried with JDK 17, of which the rules about Java are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handfast.core.asn1 import ber
from handfast.core.certificates.summary import has_plain_frame
from handfast.core.errors import Damaged
from handfast.core.language import tr
from handfast.services.paths.peers import NOBODY, Peer

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.services.paths.peers import Peers

#: Java reads the length of a value in at most so many bytes (sun.security.util.DerValue).
_JAVA_MAX_LENGTH_BYTES: Final = 4
#: The fields of X509_CERT_AUX by their tags, in their order.
_SETTINGS: Final = (ber.SEQUENCE, 0xA0, 0x0C, ber.OCTET_STRING, 0xA1)
#: The types that Java does not read in segments: a bit string, and the two of a date.
_WHOLE_TO_JAVA: Final = frozenset((0x23, 0x37, 0x38))


def trouble_with_encoding(certificate: Certificate) -> str:
    """Why Java cannot read a certificate in BER, as a sentence; empty where it can."""
    if certificate.parsed is None or certificate.strictly_parsed is not None:
        return ""
    found = _Forms()
    try:
        _look(certificate.der, 0, len(certificate.der), (), found)
    except Damaged:
        return ""
    if found.has_long_length:
        return tr("It is encoded in BER instead of DER, with a length that Java cannot read.")
    if found.is_segmented or (found.is_open_within and not found.is_converted):
        return tr("It is encoded in BER instead of DER, in a form that Java cannot read.")
    return ""


def signature_over_ber() -> str:
    """What is said of a signature over the bytes as they are, which Java does not verify."""
    return tr("It is encoded in BER instead of DER, and Java verifies its signature over DER.")


def signature_over_der() -> str:
    """The opposite."""
    return tr(
        "It is encoded in BER, and its signature is over DER; only Java verifies it in that way."
    )


def refused_for_tail(certificate: Certificate, *, is_own: bool, is_trusted: bool) -> Peers:
    """Who does not load a PEM file in which bytes follow the certificate inside its block.

    Java, openssl, and what reads the certificate out of a keystore pass over them. ``is_own``: it
    is the leaf of an identity, of which OpenSSL’s library reads settings of trust behind the
    certificate (X509_CERT_AUX); ``is_trusted``: it is in a file of trusted certificates.
    """
    tail = _tail(certificate)
    if not tail or _is_settings_of_trust(tail):
        return NOBODY
    found = set[Peer]()
    if is_own:
        found |= {Peer.NODE, Peer.PYTHON, Peer.CURL, Peer.NGINX}
    if is_trusted:
        found.add(Peer.NODE)
    return frozenset(found)


def bytes_follow() -> str:
    """The same in words."""
    return tr("Bytes follow it, which not every program accepts in a PEM file.")


def _tail(certificate: Certificate) -> bytes:
    der = certificate.der
    if has_plain_frame(der):
        return b""
    try:
        return der[ber.read(der, 0, len(der)).end :]
    except Damaged:
        return b""


def _is_settings_of_trust(tail: bytes) -> bool:
    try:
        whole = ber.read(tail, 0, len(tail))
        parts = list(ber.children(tail, whole))
        uses = [kind.tag for each in parts[:1] if each.tag == ber.SEQUENCE
                for kind in ber.children(tail, each)]  # fmt: skip
    except Damaged:
        return False
    places = [_SETTINGS.index(each.tag) for each in parts if each.tag in _SETTINGS]
    return (
        whole.tag == ber.SEQUENCE
        and len(places) == len(parts)
        and places == sorted(set(places))
        and set(uses) <= {ber.OID}
    )


@dataclass(slots=True)
class _Forms:
    """Which forms of BER are in a certificate."""

    has_long_length: bool = False
    #: A key, a signature, or a date is in segments.
    is_segmented: bool = False
    #: The certificate or what is signed has no written length: Java converts it as a whole.
    is_converted: bool = False
    #: A value without a written length is followed by another: Java reads on at the wrong place.
    is_open_within: bool = False


def _look(
    der: bytes, position: int, limit: int, path: tuple[int, ...], found: _Forms
) -> tuple[int, bool]:
    """Look at one value and at all in it, each once; where it ends, and whether it is open.

    ``path`` is its place: the body of a certificate is ``(0,)``.

    :raises Damaged: it is cut short, or nested too deeply
    """
    if len(path) > ber.MAX_DEPTH or position + 2 > limit:
        raise ber.damaged(tr("it ends in the middle of a value"), position)
    tag, written = der[position], der[position + 1]
    is_open = bool(tag & 0x20) and tag & 0x1F != 0x1F and written == 0x80
    if is_open:
        start, stop = position + 2, limit
    else:
        value = ber.read(der, position, limit)
        start, stop = value.start, value.stop
    if tag & 0x1F != 0x1F and written & 0x80 and written & 0x7F > _JAVA_MAX_LENGTH_BYTES:
        found.has_long_length = True
    found.is_segmented |= tag in _WHOLE_TO_JAVA
    found.is_converted |= is_open and path in {(), (0,)}
    at, number, was_open = start, 0, False
    while tag & 0x20 and at < stop and not (is_open and der[at : at + 2] == b"\0\0"):
        # The parts of the certificate itself Java reads right.
        found.is_open_within |= was_open and bool(path)
        at, was_open = _look(der, at, stop, (*path, number), found)
        number += 1
    return (at + 2 if is_open else stop), is_open
