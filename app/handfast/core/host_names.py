"""Host names as certificates hold them (RFC 1123, RFC 5280)."""

from __future__ import annotations

import ipaddress
import re

from handfast.core.language import tr

#: A host name in ASCII. A wildcard may be its first label, and people use underscores.
HOST = re.compile(
    r"(?=.{1,253}$)(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?"
    r"(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*",
    re.IGNORECASE,
)


def is_address(host: str) -> bool:
    """Whether it is an address of IPv4 or IPv6 rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def ascii_host(host: str) -> str:
    """The host name in ASCII; ValueError says in words why it is none."""
    if is_address(host):
        raise ValueError(tr("it is an address: write ip:{host}", host=host))
    if any(character.isspace() or character in "/:@" for character in host):
        raise ValueError(tr("a host name contains no spaces, slashes, or colons"))
    if not host.isascii():
        import idna

        # IDNA 2008 (RFC 5891). Python's own codec is of 2003 and makes another host of faß.de.
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(tr("it is not a host name")) from error
    if not HOST.fullmatch(host):
        raise ValueError(tr("it is not a host name"))
    return host
