"""Name constraints (RFC 5280, 4.2.1.10) of every kind, odd ones too, and the names below them."""

from __future__ import annotations

import functools
import ipaddress
from typing import TYPE_CHECKING, Any

from cryptography import x509

from tests.handshake.making import HOST
from tests.handshake.peers.kinds import common, dns, issue, leaf, root, setup
from tests.handshake.peers.strange import tlv

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.handshake.report.party import Side
    from tests.handshake.setups import Case

_BELOW, _PATTERN = "api.apps.example", "*.apps.example"
_ADDRESS = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]


def host(text: str) -> bytes:
    return tlv(0x82, text.encode("latin-1"))


def mail(text: str) -> bytes:
    return tlv(0x81, text.encode())


def uri(text: str) -> bytes:
    return tlv(0x86, text.encode())


def address(digits: str) -> bytes:
    return tlv(0x87, bytes.fromhex(digits))


def directory(text: str) -> bytes:
    return tlv(0xA4, common(text).public_bytes())


def permitted(*names: bytes) -> bytes:
    return tlv(0xA0, *(tlv(0x30, each) for each in names))


def excluded(*names: bytes) -> bytes:
    return tlv(0xA1, *(tlv(0x30, each) for each in names))


def limited(
    *parts: bytes,
    sans: Sequence[x509.GeneralName] | None,
    asked: str = HOST,
    critical: bool = True,
    side: Side = "server",
    is_anchor: bool = False,
    **leaf_settings: Any,
) -> Case:
    """A certificate below a CA with these constraints, which are given in DER."""
    value = x509.UnrecognizedExtension(x509.NameConstraints.oid, tlv(0x30, *parts))
    top = issue("Limited", ca=True, by=None if is_anchor else root(), extra=[(value, critical)])
    own = leaf(side, top, sans=sans, **leaf_settings)
    return setup(side, own, host=asked, trusted=[top] if is_anchor else None)


def _with(extra: x509.GeneralName) -> list[x509.GeneralName]:
    return [*dns(HOST), extra]


_MAIL = _with(x509.RFC822Name("me@acme.example"))
_URI = _with(x509.UniformResourceIdentifier("https://acme.example/x"))
_client = functools.partial(limited, sans=None, side="client")

CONSTRAINED: dict[str, Callable[[], Case]] = {
    f"constraint: {name}": build
    for name, build in {
        "an empty host permitted": lambda: limited(permitted(host("")), sans=dns(HOST)),
        "an empty host excluded": lambda: limited(excluded(host("")), sans=dns(HOST)),
        "an empty host, not critical": lambda: limited(
            permitted(host("")), sans=dns(HOST), critical=False
        ),
        "an empty host of the anchor": lambda: limited(
            permitted(host("")), sans=dns(HOST), is_anchor=True
        ),
        "a dot excluded": lambda: limited(excluded(host(".")), sans=dns(HOST)),
        "a host below a wildcard excluded": lambda: limited(
            excluded(host("secret.apps.example")), sans=dns(_PATTERN), asked=_BELOW
        ),
        "the same of the anchor": lambda: limited(
            excluded(host("secret.apps.example")), sans=dns(_PATTERN), asked=_BELOW, is_anchor=True
        ),
        "a host below a part of a wildcard excluded": lambda: limited(
            excluded(host("secret.apps.example")),
            sans=dns("s*.apps.example", _BELOW),
            asked=_BELOW,
        ),
        "a host two labels below a wildcard excluded": lambda: limited(
            excluded(host("a.b.apps.example")), sans=dns(_PATTERN), asked=_BELOW
        ),
        "a wildcard excluded": lambda: limited(
            excluded(host(_PATTERN)), sans=dns(_BELOW), asked=_BELOW
        ),
        "a wildcard permitted": lambda: limited(
            permitted(host(_PATTERN)), sans=dns(_BELOW), asked=_BELOW
        ),
        "a host permitted below a wildcard": lambda: limited(
            permitted(host(_BELOW)), sans=dns(_PATTERN), asked=_BELOW
        ),
        "a domain permitted with a dot": lambda: limited(
            permitted(host(".apps.example")), sans=dns(_PATTERN), asked=_BELOW
        ),
        "an empty mail excluded": lambda: limited(excluded(mail("")), sans=dns(HOST)),
        "an empty mail, not critical": lambda: limited(
            excluded(mail("")), sans=_MAIL, critical=False
        ),
        "a mail address in another case excluded": lambda: limited(
            excluded(mail("Me@acme.example")),
            sans=_with(x509.RFC822Name("me@ACME.example")),
        ),
        "a mail address that ends with its sign": lambda: limited(
            excluded(mail("a@")), sans=dns(HOST)
        ),
        "a mail domain permitted": lambda: limited(permitted(mail(".acme.example")), sans=_MAIL),
        "an empty uri excluded": lambda: limited(excluded(uri("")), sans=_URI),
        "a uri with a scheme excluded": lambda: limited(
            excluded(uri("https://a.example")), sans=dns(HOST)
        ),
        "a uri permitted": lambda: limited(permitted(uri("acme.example")), sans=_URI),
        "a uri without a host": lambda: limited(
            permitted(uri("acme.example")),
            sans=_with(x509.UniformResourceIdentifier("urn:uuid:1")),
        ),
        "an address permitted": lambda: limited(
            permitted(address("7f000000ff000000")), sans=_ADDRESS, asked="127.0.0.1"
        ),
        "all addresses excluded": lambda: limited(
            excluded(address("0" * 16)), sans=_ADDRESS, asked="127.0.0.1"
        ),
        "an address of five bytes": lambda: limited(
            excluded(address("7f00000100")), sans=dns(HOST)
        ),
        "an address of four bytes": lambda: limited(excluded(address("7f000001")), sans=dns(HOST)),
        "a directory name permitted": lambda: limited(permitted(directory(HOST)), sans=dns(HOST)),
        "a directory name excluded": lambda: limited(
            excluded(directory(HOST.upper())), sans=dns(HOST)
        ),
        "a registered name below": lambda: limited(
            excluded(tlv(0x88, b"\x2a\x03")),
            sans=_with(x509.RegisteredID(x509.ObjectIdentifier("1.2.4"))),
        ),
        "an x400 address excluded": lambda: limited(excluded(tlv(0xA3, b"\x30\0")), sans=dns(HOST)),
        "an empty list": lambda: limited(tlv(0xA0), sans=dns(HOST)),
        "no list": lambda: limited(sans=dns(HOST)),
        "a minimum of zero": lambda: limited(
            tlv(0xA0, tlv(0x30, host(HOST), tlv(0x80, b"\0"))), sans=dns(HOST)
        ),
        "a minimum of one": lambda: limited(
            tlv(0xA0, tlv(0x30, host(HOST), tlv(0x80, b"\1"))), sans=dns(HOST)
        ),
        "a common name of one label": lambda: _client(
            permitted(host("acme.example")), subject="workstation"
        ),
        "a common name with an underscore": lambda: _client(
            permitted(host("acme.example")), subject="my_host.other.example"
        ),
        "a common name with a wildcard": lambda: _client(
            permitted(host("acme.example")), subject="*.other.example"
        ),
        "a common name that is an address": lambda: _client(
            permitted(host("acme.example")), subject="10.1.2.3"
        ),
        "a common name that is no host": lambda: _client(
            permitted(host("acme.example")), subject="Some Body"
        ),
    }.items()
}
