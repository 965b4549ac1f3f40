"""Safe bags as they are written into a PKCS#12 file (RFC 7292, 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.asn1.ber import (
    BMP_STRING,
    CONTEXT_0,
    OCTET_STRING,
    SEQUENCE,
    SET,
    der,
    der_oid,
)
from handfast.formats.pkcs12.model import (
    ANY_USAGE,
    CERT_BAG,
    FRIENDLY_NAME,
    LOCAL_KEY_ID,
    TRUSTED_USAGE,
    X509_CERTIFICATE,
    Bag,
)

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate


def make_bag(kind: str, value: bytes, alias: str | None, key_id: bytes) -> bytes:
    """A bag with a name and a key identifier, where there are such."""
    attributes: tuple[bytes, ...] = ()
    if alias is not None:
        attributes += (_name(alias),)
    if key_id:
        attributes += (der(SEQUENCE, LOCAL_KEY_ID, der(SET, der(OCTET_STRING, key_id))),)
    return _assemble(kind, value, attributes)


def certificate_bag(certificate: Certificate, alias: str | None, key_id: bytes) -> bytes:
    """A certificate of a chain."""
    return make_bag(CERT_BAG, _certificate_value(certificate), alias, key_id)


def trusted_bag(certificate: Certificate, alias: str) -> bytes:
    """A certificate that Java is to trust."""
    return _assemble(CERT_BAG, _certificate_value(certificate), (_name(alias), _trust()))


def marked_trusted(bag: Bag, alias: str) -> bytes:
    """A certificate of the file, as one that Java is to trust from now on."""
    return _assemble(bag.kind, bag.value, _with_name((*bag.attributes, _trust()), alias))


def changed(bag: Bag, value: bytes, kind: str) -> bytes:
    """The bag with another value; the same bytes where it is the same."""
    return bag.raw if value is bag.value else _assemble(kind, value, bag.attributes)


def named(bag: Bag, alias: str, value: bytes, kind: str) -> bytes:
    """The bag under a name, perhaps with another value."""
    return _assemble(kind, value, _with_name(bag.attributes, alias))


def rebuilt(bag: Bag, value: bytes, alias: str, key_id: bytes, kind: str) -> bytes:
    """The bag under a name and an identifier, with its other attributes as they were."""
    others = (
        each
        for each in bag.attributes
        if FRIENDLY_NAME not in each[:32] and LOCAL_KEY_ID not in each[:32]
    )
    identifier = der(SEQUENCE, LOCAL_KEY_ID, der(SET, der(OCTET_STRING, key_id)))
    return _assemble(kind, value, (*others, _name(alias), identifier))


def _assemble(kind: str, value: bytes, attributes: tuple[bytes, ...]) -> bytes:
    # DER wants a SET sorted; Java and OpenSSL read any order.
    tail = (der(SET, *sorted(attributes)),) if attributes else ()
    return der(SEQUENCE, der_oid(kind), der(CONTEXT_0, value), *tail)


def _name(alias: str) -> bytes:
    text = alias.encode("utf-16-be", "surrogatepass")
    return der(SEQUENCE, FRIENDLY_NAME, der(SET, der(BMP_STRING, text)))


def _with_name(attributes: tuple[bytes, ...], alias: str) -> tuple[bytes, ...]:
    return (*(each for each in attributes if FRIENDLY_NAME not in each[:32]), _name(alias))


def _trust() -> bytes:
    return der(SEQUENCE, TRUSTED_USAGE, der(SET, ANY_USAGE))


def _certificate_value(certificate: Certificate) -> bytes:
    holder = der(CONTEXT_0, der(OCTET_STRING, certificate.der))
    return der(SEQUENCE, der_oid(X509_CERTIFICATE), holder)
