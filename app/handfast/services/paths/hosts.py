"""Whether a certificate is for a host: by RFC 9525, and as each program sees it.

An exact name wins whatever stands beside it. Of the rest each program has its own idea: of
wildcards, of the common name, of a dot at the end, of an underscore. Sources: RFC 9525 (6.3), the
JDK's ``HostnameChecker``, OpenSSL's ``X509_check_host``, Node's ``tls.checkServerIdentity``,
curl's ``Curl_cert_hostcheck``; Python asks OpenSSL.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.host_names import is_address
from handfast.services.paths.peers import VERIFIERS, Peer, Peers

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

#: What a label of a host name is made of (RFC 1123); people use underscores all the same.
_PLAIN_LABEL: Final = re.compile(r"[a-z0-9-]+")
#: The same as Java has it, which allows no hyphen at either end.
_STRICT_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
#: Tags of alternative names: e-mail, X.400, EDI, URI and IP address (RFC 5280, 4.2.1.6).
_NAMES_OID: Final = "2.5.29.17"
_MAIL, _URI, _ADDRESS = 0x81, 0x86, 0x87
_KNOWN_KINDS: Final = frozenset((0xA0, _MAIL, 0x82, 0xA3, 0xA4, _URI, _ADDRESS, 0x88))
#: Bytes of an address; of a network, which Java reads as well.
_ADDRESS_SIZES: Final = frozenset((4, 8, 16, 32))
_SCHEME: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:[^\s\"<>\\^`{|}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateNames:
    """The names that a certificate has for a host, in lower case."""

    dns: tuple[str, ...]
    addresses: tuple[str, ...]
    common: tuple[str, ...]
    #: Whether Java can read the alternative names; where it cannot, there are none for it.
    is_read_by_java: bool = True


def names_of(certificate: Certificate) -> CertificateNames:
    """The names in it that programs look at."""
    from cryptography.x509.oid import NameOID

    san = certificate.san
    subject = certificate.subject_name
    common = subject.get_attributes_for_oid(NameOID.COMMON_NAME) if subject is not None else []
    return CertificateNames(
        dns=tuple(each[4:].lower() for each in san if each.startswith("dns:")),
        addresses=tuple(each[3:].lower() for each in san if each.startswith("ip:")),
        common=tuple(str(each.value).lower() for each in common),
        is_read_by_java=_is_read_by_java(certificate),
    )


def _is_read_by_java(certificate: Certificate) -> bool:
    """Whether each alternative name is one that Java accepts (``sun.security.x509``)."""
    from handfast.core.certificates.lenient import alternative_name_fields

    if _NAMES_OID not in {
        *certificate.extensions,
        *(each.oid for each in certificate.extension_troubles),
    }:
        return True
    fields = alternative_name_fields(certificate.der)
    return (
        fields is not None
        and bool(fields)
        and all(_is_name_of_java(tag, content) for tag, content in fields)
    )


def _is_name_of_java(tag: int, content: bytes) -> bool:
    if tag == _ADDRESS:
        return len(content) in _ADDRESS_SIZES
    if tag == _MAIL:
        return content.rpartition(b"@")[2] not in {b"", b"."}
    if tag == _URI:
        return _SCHEME.fullmatch(content) is not None
    return tag in _KNOWN_KINDS


def is_for_host(certificate: Certificate, host: str) -> bool:
    """Whether ``host``, a name in ASCII or an address, is among its alternative names.

    The common name does not count (RFC 9525, 6.3). Of the alternative names those do that the RFC
    allows, unless Java and OpenSSL both refuse, and those that both accept.
    """
    names = names_of(certificate)
    if is_address(host):
        return _address(host) in names.addresses
    if not names.dns:
        return False
    wanted = host.lower().removesuffix(".")
    refusing = refusing_host(certificate, host) & {Peer.JAVA, Peer.OPENSSL}
    if any(_by_rfc(each, wanted) for each in names.dns):
        return len(refusing) < len({Peer.JAVA, Peer.OPENSSL})
    return not refusing


def refusing_host(certificate: Certificate, host: str) -> Peers:
    """The programs that do not accept the certificate of a server for that host."""
    names = names_of(certificate)
    asked = {
        Peer.JAVA: _java,
        Peer.OPENSSL: _openssl,
        Peer.PYTHON: _python,
        Peer.NODE: _node,
        Peer.CURL: _curl,
    }
    return frozenset(each for each in VERIFIERS["server"] if not asked[each](names, host.lower()))


def has_address_as_name(certificate: Certificate, host: str) -> bool:
    """Whether an address is in an entry that is for names, where programs look for none."""
    if not is_address(host):
        return False
    names = names_of(certificate)
    return _address(host) not in names.addresses and host.lower() in names.dns


def connectable(certificate: Certificate) -> tuple[str, ...]:
    """The names by which every program can connect: no wildcards, nothing that is no host."""
    names = names_of(certificate)
    found = [
        each
        for each in (*names.dns, *names.addresses)
        if "*" not in each and not refusing_host(certificate, each)
    ]
    return tuple(dict.fromkeys(found))


def _address(host: str) -> str:
    return str(ipaddress.ip_address(host))


def _unmapped(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        # A network, which is in the place of an address by mistake.
        return address
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _by_rfc(pattern: str, host: str) -> bool:
    pattern = pattern.removesuffix(".")
    if pattern == host:
        return True
    star, _, rest = pattern.partition(".")
    label, _, below = host.partition(".")
    return star == "*" and "." in rest and "*" not in rest and bool(label) and below == rest


# --- as programs have it -----------------------------------------------------------------------


def _java(names: CertificateNames, host: str) -> bool:
    if not names.is_read_by_java:
        names = dataclasses.replace(names, dns=(), addresses=(), is_read_by_java=True)
    if is_address(host):
        # An address of IPv4 within IPv6 is that of IPv4 to it.
        return _unmapped(host) in {_unmapped(each) for each in names.addresses}
    wanted = host.removesuffix(".")
    # It refuses to look for what is no host name by RFC 1123.
    if not all(map(_STRICT_LABEL.fullmatch, wanted.split("."))):
        return False
    if names.dns:
        return any(_java_matches(each, wanted) for each in names.dns)
    return any(_java_matches(each, wanted) for each in names.common[-1:])


def _java_matches(pattern: str, host: str) -> bool:
    # A name that is none by RFC 1123 matches nothing; an asterisk may be in any label.
    if not all(_STRICT_LABEL.fullmatch(each) for each in pattern.replace("*", "z").split(".")):
        return False
    if "*" in pattern and "." not in pattern.rpartition("*")[2]:
        return False
    # Both are compared in the letters that people read (java.net.IDN), not as A-labels.
    mine = list(map(_in_unicode, pattern.split(".")))
    theirs = list(map(_in_unicode, host.split(".")))
    return len(mine) == len(theirs) and all(
        re.fullmatch(re.escape(one).replace(r"\*", ".*"), other) is not None
        for one, other in zip(mine, theirs, strict=True)
    )


def _in_unicode(label: str) -> str:
    """An A-label as a U-label (RFC 3490, 4.2); any other, and one that is malformed, as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _openssl(names: CertificateNames, host: str) -> bool:
    return _checked_host(names, host, partial=True)


def _python(names: CertificateNames, host: str) -> bool:
    # It switches wildcards within a label off (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS).
    return _checked_host(names, host, partial=False)


def _checked_host(names: CertificateNames, host: str, *, partial: bool) -> bool:
    if is_address(host):
        return _address(host) in names.addresses
    return any(_openssl_matches(each, host, partial=partial) for each in names.dns or names.common)


def _openssl_matches(pattern: str, host: str, *, partial: bool) -> bool:
    if pattern == host:
        return True
    first, _, rest = pattern.partition(".")
    if "." not in rest or not all(map(_PLAIN_LABEL.fullmatch, rest.split("."))):
        return False
    if first.count("*") != 1 or first.startswith("xn--"):
        return False
    before, after = first.split("*")
    if (before and after) or (first != "*" and not partial):
        return False
    label, _, below = host.partition(".")
    if below != rest or not label.startswith(before) or not label.endswith(after):
        return False
    if first == "*":
        return _PLAIN_LABEL.fullmatch(label) is not None
    covered = label[len(before) : len(label) - len(after)]
    return not label.startswith("xn--") and re.fullmatch(r"[a-z0-9-]*", covered) is not None


def _node(names: CertificateNames, host: str) -> bool:
    if is_address(host):
        return _address(host) in names.addresses
    wanted = host.removesuffix(".")
    return any(_node_matches(each.removesuffix("."), wanted) for each in names.dns or names.common)


def _node_matches(pattern: str, host: str) -> bool:
    mine, theirs = pattern.split("."), host.split(".")
    if len(mine) != len(theirs) or "" in mine or mine[1:] != theirs[1:]:
        return False
    first, label = mine[0], theirs[0]
    parts = first.split("*")
    if len(parts) == 1 or "xn--" in first:
        return first == label
    if len(parts) > 2 or len(mine) <= 2:
        return False
    before, after = parts
    fits = label.startswith(before) and label.endswith(after)
    return fits and len(before) + len(after) <= len(label)


def _curl(names: CertificateNames, host: str) -> bool:
    if is_address(host):
        if names.dns or names.addresses:
            return _address(host) in names.addresses
        return host in names.common
    wanted = host.removesuffix(".")
    if names.dns or names.addresses:
        return any(_curl_matches(each.removesuffix("."), wanted) for each in names.dns)
    return any(_curl_matches(each.removesuffix("."), wanted) for each in names.common[-1:])


def _curl_matches(pattern: str, host: str) -> bool:
    if not pattern.startswith("*.") or "." not in pattern[2:]:
        return pattern == host
    return host.partition(".")[2] == pattern[2:]
