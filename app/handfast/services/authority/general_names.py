"""Alternative names of every kind (RFC 5280, 4.2.1.6), as ``kind:value``."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final

from cryptography import x509

from handfast.core.asn1.ber import der
from handfast.core.distinguished_name import parse_name
from handfast.core.errors import InvalidInput
from handfast.core.host_names import ascii_host
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.policy.typed_names import EMAIL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: What a user is called in Active Directory; an otherName with this type.
_UPN: Final = "1.3.6.1.4.1.311.20.2.3"
_UTF8: Final = 0x0C
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d{0,38})){1,64}")
_REMEDY = tr(
    "Write dns:host.example, ip:192.0.2.1, uri:https://…, email:a@host.example, dn:CN=…, "
    "rid:1.2.3, upn:user@host.example, or other:OID=HEX."
)


def parse_general_name(text: str, field: str = "san") -> x509.GeneralName:
    """A name of any kind: those of keytool, and ``dn``, ``rid``, ``upn``, and ``other``.

    :raises InvalidInput: with ``field``
    """
    kind, _, value = (each.strip() for each in text.partition(":"))
    readers: dict[str, Callable[[str], x509.GeneralName]] = {
        "dn": lambda value: x509.DirectoryName(parse_name(value)),
        "rid": lambda value: x509.RegisteredID(_oid(value)),
        "upn": lambda value: x509.OtherName(
            x509.ObjectIdentifier(_UPN), der(_UTF8, value.encode("utf-8"))
        ),
        "other": _other,
    }
    reader = readers.get(kind.lower())
    try:
        if reader is None:
            return parse_san(text)
        if not value:
            raise ValueError(value)
        return reader(value)
    except (ValueError, InvalidInput) as error:
        problem = error.problem if isinstance(error, InvalidInput) else ""
        raise InvalidInput(
            problem or tr("“{text}” is not valid.", text=shorten(text)),
            field=field,
            remedy=_REMEDY,
        ) from error


def parse_san(text: str) -> x509.GeneralName:
    """A subject alternative name from ``kind:value``."""
    kind, colon, value = text.partition(":")
    value = value.strip()
    try:
        if colon and not value:
            raise ValueError(tr("nothing follows the colon"))
        match kind.strip().lower():
            case "dns":
                return x509.DNSName(ascii_host(value))
            case "ip":
                return x509.IPAddress(_address(value))
            case "uri":
                if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", value):
                    raise ValueError(
                        tr("a URI starts with a scheme such as https: and contains no spaces")
                    )
                return x509.UniformResourceIdentifier(value)
            case "email":
                if not EMAIL.fullmatch(value):
                    raise ValueError(tr("it is not an e-mail address"))
                if not value.isascii():
                    raise ValueError(
                        tr("an e-mail address in a certificate can contain only ASCII characters")
                    )
                return x509.RFC822Name(value)
    except ValueError as error:
        raise InvalidInput(
            tr("“{text}” is not valid: {error}.", text=text, error=error), field="san"
        ) from error
    raise InvalidInput(
        tr("“{text}” does not name its type.", text=text),
        field="san",
        remedy=tr("Write dns:host.example, ip:192.0.2.1, uri:https://… or email:a@host.example."),
    )


def parse_sans(texts: Sequence[str]) -> list[x509.GeneralName]:
    """Subject alternative names, each of which stands there once.

    :raises InvalidInput: one is none, or it is there already; the field is ``san``
    """
    names = [parse_san(text) for text in texts]
    known: set[str] = set()
    for text in texts:
        if text.strip().casefold() in known:
            name = shorten(text.partition(":")[2].strip())
            raise InvalidInput(tr("“{name}” appears twice.", name=name), field="san")
        known.add(text.strip().casefold())
    return names


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError as error:
        raise ValueError(tr("it is not an IP address such as 192.0.2.1 or 2001:db8::1")) from error


def _oid(text: str) -> x509.ObjectIdentifier:
    if not _OID.fullmatch(text):
        raise ValueError(text)
    return x509.ObjectIdentifier(text)


def _other(text: str) -> x509.OtherName:
    number, equals, digits = text.partition("=")
    if not equals:
        raise ValueError(text)
    return x509.OtherName(_oid(number.strip()), bytes.fromhex(digits))
