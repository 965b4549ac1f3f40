"""Which names a CA may certify (RFC 5280, 4.2.1.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography import x509

    from handfast.core.certificate import Certificate


def forbidden_name(ca: Certificate, below: Certificate) -> str:
    """A name of ``below`` that ``ca`` may not certify, as ``kind:value``; empty where none is."""
    from cryptography import x509

    limits = ca.extension(x509.NameConstraints.oid)
    if not isinstance(limits, x509.NameConstraints):
        return ""
    for name in _names(below):
        same = type(name)
        excluded = [each for each in limits.excluded_subtrees or () if isinstance(each, same)]
        permitted = [each for each in limits.permitted_subtrees or () if isinstance(each, same)]
        inside = any(_is_within(name, each) for each in permitted)
        if any(_is_within(name, each) for each in excluded) or (permitted and not inside):
            from handfast.core.decoding import general_name_text

            return general_name_text(name)
    return ""


def _names(certificate: Certificate) -> Sequence[x509.GeneralName]:
    from cryptography import x509

    found: list[x509.GeneralName] = []
    value = certificate.extension(x509.SubjectAlternativeName.oid)
    if isinstance(value, x509.SubjectAlternativeName):
        found += list(value)
    subject = certificate.subject_name
    if subject is not None and len(subject.rdns):
        found.append(x509.DirectoryName(subject))
    return found


def _is_within(name: x509.GeneralName, subtree: x509.GeneralName) -> bool:
    import ipaddress

    from cryptography import x509

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
        host = name.value.partition("://")[2].partition("/")[0].partition(":")[0]
        if subtree.value.startswith("."):
            return host.lower().endswith(subtree.value.lower())
        return host.lower() == subtree.value.lower()
    if isinstance(name, x509.IPAddress) and isinstance(subtree, x509.IPAddress):
        network = subtree.value
        address = name.value
        return isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network) and (
            isinstance(address, ipaddress.IPv4Address | ipaddress.IPv6Address)
            and address in network
        )
    if isinstance(name, x509.DirectoryName) and isinstance(subtree, x509.DirectoryName):
        return name.value.rdns[: len(subtree.value.rdns)] == subtree.value.rdns
    return False


def _host_within(host: str, domain: str) -> bool:
    host, domain = host.lower().removeprefix("*."), domain.lower()
    if not domain:
        return True
    return host == domain.lstrip(".") or host.endswith("." + domain.lstrip("."))
