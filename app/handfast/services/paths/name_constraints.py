"""Which names a CA may certify (RFC 5280, 4.2.1.10)."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from typing import TYPE_CHECKING

from cryptography import x509

from handfast.core.host_names import HOST
from handfast.core.name_matching import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from handfast.core.certificates.certificate import Certificate

_COMPARED = (
    x509.DNSName,
    x509.RFC822Name,
    x509.UniformResourceIdentifier,
    x509.IPAddress,
    x509.DirectoryName,
)


def is_constrained(ca: Certificate) -> bool:
    """Whether a certificate says which names its holder may certify."""
    return isinstance(ca.extension(x509.NameConstraints.oid), x509.NameConstraints)


def forbidden_name(ca: Certificate, below: Certificate, *, is_leaf: bool = False) -> str:
    """A name of ``below`` that ``ca`` may not certify, as ``kind:value``; empty where none is.

    Of a leaf without alternative names that are hosts, Java and OpenSSL look at the common name.
    """
    return forbidden_among(ca, names_of(below, is_leaf=is_leaf)) if is_constrained(ca) else ""


def forbidden_among(ca: Certificate, names: Iterable[x509.GeneralName]) -> str:
    """The first of some names that ``ca`` may not certify; empty where it may certify all."""
    limits = ca.extension(x509.NameConstraints.oid)
    if not isinstance(limits, x509.NameConstraints):
        return ""
    for name in names:
        same = type(name)
        excluded = [each for each in limits.excluded_subtrees or () if isinstance(each, same)]
        permitted = [each for each in limits.permitted_subtrees or () if isinstance(each, same)]
        inside = any(_is_within(name, each, reading=all) for each in permitted)
        kinds = [*(limits.excluded_subtrees or ()), *(limits.permitted_subtrees or ())]
        # Of a kind that nobody compares, a limit cannot be kept, and so all of that kind is out.
        unknown = not isinstance(name, _COMPARED) and any(isinstance(each, same) for each in kinds)
        barred = any(_is_within(name, each, reading=any) for each in excluded)
        # An address without a host cannot be compared with a host (RFC 5280, 4.2.1.10).
        if isinstance(name, x509.UniformResourceIdentifier) and not all(_hosts(name.value)):
            unknown = bool(excluded or permitted)
        if unknown or barred or (permitted and not inside):
            from handfast.core.certificates.decoding import general_name_text

            return general_name_text(name)
    return ""


def names_of(certificate: Certificate, *, is_leaf: bool) -> Sequence[x509.GeneralName]:
    """The names of a certificate that constraints are about, of its subject too."""
    found: list[x509.GeneralName] = []
    value = certificate.extension(x509.SubjectAlternativeName.oid)
    if isinstance(value, x509.SubjectAlternativeName):
        found += list(value)
    subject = certificate.subject_name
    if subject is not None and len(subject.rdns):
        found.append(x509.DirectoryName(subject))
        for each in subject.get_attributes_for_oid(x509.NameOID.EMAIL_ADDRESS):
            # Limits for mail addresses are for these as well (RFC 5280, 4.2.1.10).
            with contextlib.suppress(ValueError):
                found.append(x509.RFC822Name(str(each.value)))
        if is_leaf and not any(isinstance(each, x509.DNSName) for each in found):
            common = subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
            found += [
                x509.DNSName(text) for each in common if HOST.fullmatch(text := str(each.value))
            ]
    return found


def _is_within(
    name: x509.GeneralName,
    subtree: x509.GeneralName,
    *,
    reading: Callable[[Iterable[bool]], bool],
) -> bool:
    """Whether a name is within a subtree; by all or by any of the ways to read an address."""
    if isinstance(name, x509.DNSName) and isinstance(subtree, x509.DNSName):
        return _host_within(name.value, subtree.value)
    if isinstance(name, x509.RFC822Name) and isinstance(subtree, x509.RFC822Name):
        host = name.value.rpartition("@")[2]
        if "@" in subtree.value:
            return name.value.lower() == subtree.value.lower()
        if subtree.value.startswith("."):
            return host.lower().endswith(subtree.value.lower())
        return host.lower() == subtree.value.lower()
    if isinstance(name, x509.UniformResourceIdentifier) and isinstance(
        subtree, x509.UniformResourceIdentifier
    ):
        domain = subtree.value.lower()
        return reading(
            host.endswith(domain) if domain.startswith(".") else host == domain
            for host in _hosts(name.value)
        )
    if isinstance(name, x509.IPAddress) and isinstance(subtree, x509.IPAddress):
        network = subtree.value
        address = name.value
        return isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network) and (
            isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address)
            and address in network
        )
    if isinstance(name, x509.DirectoryName) and isinstance(subtree, x509.DirectoryName):
        wanted = len(subtree.value.rdns)
        mine = x509.Name(name.value.rdns[:wanted])
        return name_key(mine.public_bytes()) == name_key(subtree.value.public_bytes())
    return False


def _hosts(address: str) -> tuple[str, str]:
    """The host of an address as OpenSSL reads it, and as RFC 3986 has it; in lower case."""
    rest = address.partition("://")[2].lower()
    plain = rest.partition("/")[0].partition(":")[0]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d*$", "", authority)
    return plain, host


def _host_within(host: str, domain: str) -> bool:
    host, domain = host.lower(), domain.lower()
    if domain.startswith("."):
        # What is below it, and not the domain itself.
        return host.endswith(domain)
    return not domain or host == domain or host.endswith("." + domain)
