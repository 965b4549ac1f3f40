"""Name constraints (RFC 5280, 4.2.1.10) as Java has them, where that is not as everybody else does.

Java reads fewer constraints than OpenSSL, cannot compare an empty host, and takes a wildcard below
a CA for each host that it could stand for. Tried with JDK 17, April 2026.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cryptography import x509

from handfast.core.asn1 import ber
from handfast.core.certificates.lenient import extension_value
from handfast.core.errors import Damaged
from handfast.core.host_names import is_address
from handfast.core.language import tr
from handfast.services.paths.name_constraints import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.certificates.certificate import Certificate

_NAME_CONSTRAINTS: Final = "2.5.29.30"
_PERMITTED, _EXCLUDED = 0xA0, 0xA1
_MAIL, _HOST, _URI, _ADDRESS, _REGISTERED = 0x81, 0x82, 0x86, 0x87, 0x88
#: Hosts, other names, X.400 addresses, directory names, and EDI names.
_TAKEN_AS_THEY_ARE: Final = frozenset((_HOST, 0xA0, 0xA3, 0xA4, 0xA5))
#: An address alone, and one with the mask of its network.
_ADDRESS_BYTES: Final = frozenset((4, 8, 16, 32))
_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
_MAX_LABEL_CHARACTERS: Final = 63
_MAX_HOST_CHARACTERS: Final = 253
#: More are made to keep a program busy.
_MAX_SUBTREES: Final = 2_000


def java_reads_constraints(certificate: Certificate) -> bool:
    """Whether Java can read the name constraints of a certificate, which may have none."""
    value = extension_value(certificate.der, _NAME_CONSTRAINTS)
    if value is None:
        return True
    try:
        return all(_is_read(value, each) for _, each in _bases(value))
    except (Damaged, ValueError):
        return False


def java_ignores_constraints(certificate: Certificate) -> bool:
    """Whether Java passes over them: it cannot read them, and they are not critical."""
    if java_reads_constraints(certificate):
        return False
    found = certificate.extensions.get(_NAME_CONSTRAINTS)
    return found is not None and not found.critical


def java_takes_for_host(common_name: str) -> bool:
    """Whether Java compares a common name with constraints on hosts."""
    return not is_address(common_name) and _is_host(common_name.removeprefix("*."))


def java_objection(ca: Certificate, below: Certificate, *, is_leaf: bool) -> str:
    """Why Java alone refuses a name of ``below`` for the constraints of ``ca``; empty if not."""
    value = extension_value(ca.der, _NAME_CONSTRAINTS)
    if value is None or not java_reads_constraints(ca):
        return ""
    try:
        limits = [
            (is_excluded, _text(value, each))
            for is_excluded, each in _bases(value)
            if each.tag == _HOST
        ]
    except (Damaged, ValueError):
        return ""
    if not limits:
        return ""
    hosts = [
        each.value for each in names_of(below, is_leaf=is_leaf) if isinstance(each, x509.DNSName)
    ]
    if hosts and any(not text for _, text in limits):
        return tr("Its name constraints have an empty host name, which Java cannot compare.")
    for host in hosts:
        for is_excluded, text in limits:
            if is_excluded and "*" in host and _stands_for(host, text):
                return tr(
                    "Its name constraints exclude “{excluded}”, and to Java “{host}” stands for "
                    "it too.",
                    excluded=text,
                    host=host,
                )
    return ""


def _bases(value: bytes) -> Iterator[tuple[bool, ber.Span]]:
    """Each subtree’s name, and whether it is excluded; Java takes the two lists in any order."""
    whole = ber.read(value, 0, len(value))
    if whole.tag != ber.SEQUENCE:
        raise ValueError
    count = 0
    for part in ber.children(value, whole):
        if part.tag not in {_PERMITTED, _EXCLUDED}:
            raise ValueError
        for subtree in ber.children(value, part):
            count += 1
            found = next(ber.children(value, subtree), None)
            if subtree.tag != ber.SEQUENCE or found is None or count > _MAX_SUBTREES:
                raise ValueError
            yield part.tag == _EXCLUDED, found


def _is_read(value: bytes, name: ber.Span) -> bool:
    if name.tag == _MAIL:
        return _is_mail(_text(value, name))
    if name.tag == _URI:
        return _is_uri(_text(value, name))
    if name.tag == _ADDRESS:
        return name.stop - name.start in _ADDRESS_BYTES
    if name.tag == _REGISTERED:
        return ber.oid_numbers(ber.content(value, name)) is not None
    return name.tag in _TAKEN_AS_THEY_ARE


def _text(value: bytes, name: ber.Span) -> str:
    return ber.octets(value, name).decode("latin-1")


def _is_mail(text: str) -> bool:
    domain = text.partition("@")[2] if "@" in text else text
    return bool(domain) and domain != "."


def _is_uri(text: str) -> bool:
    """A host without a scheme, or what is below one."""
    try:
        has_scheme = bool(urlsplit(text).scheme) or ":" in text
    except ValueError:
        return False
    return not has_scheme and _is_host(text.removeprefix("."))


def _is_host(text: str) -> bool:
    """What Java takes for the name of a host (``sun.security.x509.DNSName``)."""
    labels = text.split(".")
    return len(text) <= _MAX_HOST_CHARACTERS and all(
        len(each) <= _MAX_LABEL_CHARACTERS and _LABEL.fullmatch(each) for each in labels
    )


def _stands_for(pattern: str, host: str) -> bool:
    """Whether a wildcard matches a host, label by label, as Java does for TLS."""
    wanted, given = pattern.lower().split("."), host.lower().split(".")
    if len(wanted) < 2 or len(wanted) != len(given):
        return False
    return all(
        len(each) <= _MAX_LABEL_CHARACTERS
        and re.fullmatch(".*".join(map(re.escape, each.split("*"))), label)
        for each, label in zip(wanted, given, strict=True)
    )
