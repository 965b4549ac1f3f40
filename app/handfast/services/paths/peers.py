"""The programs whose answers are known, and how it is said where they differ.

Each is known as its defaults have it: OpenSSL at the security level 2 of the distributions, Java
as the JDK configures it. HAProxy and other servers on OpenSSL answer as nginx does.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, TypeAlias

from handfast.core.language import listed, tr

#: For which side of a connection a certificate is presented.
Role: TypeAlias = Literal["client", "server"]


class Peer(Enum):
    """A program that verifies certificates, by the name that people know."""

    JAVA = "Java"
    OPENSSL = "OpenSSL"
    NODE = "Node.js"
    PYTHON = "Python"
    CURL = "curl"
    NGINX = "nginx"


Peers: TypeAlias = frozenset[Peer]
#: Who verifies a certificate that is presented in that role.
VERIFIERS: Final[dict[Role, tuple[Peer, ...]]] = {
    "server": (Peer.JAVA, Peer.OPENSSL, Peer.NODE, Peer.PYTHON, Peer.CURL),
    "client": (Peer.JAVA, Peer.OPENSSL, Peer.NODE, Peer.PYTHON, Peer.NGINX),
}
EVERYONE: Final[Peers] = frozenset(Peer)
NOBODY: Final[Peers] = frozenset()
JAVA: Final[Peers] = frozenset((Peer.JAVA,))
#: All that verify with OpenSSL's library.
OPENSSL: Final[Peers] = EVERYONE - JAVA
#: The programs that want the root itself; curl takes any certificate of its CA file as anchor.
ROOT_NEEDED: Final[Peers] = OPENSSL - {Peer.CURL}


def opinion_of(refusing: Peers, role: Role) -> str:
    """Whose opinion a refusal is, in a word or two; empty where everyone refuses."""
    asked = [each for each in VERIFIERS[role] if each in refusing]
    if len(asked) in {0, len(VERIFIERS[role])}:
        return ""
    if Peer.OPENSSL in asked:
        return Peer.OPENSSL.value if Peer.JAVA not in asked else tr("most programs")
    return asked[0].value


def who_differs(refusing: Peers, role: Role) -> str:
    """Who takes it and who does not, as a sentence; empty where they agree."""
    verifiers = VERIFIERS[role]
    no = [each.value for each in verifiers if each in refusing]
    yes = [each.value for each in verifiers if each not in refusing]
    if not no or not yes:
        return ""
    return _differing(yes, no)


def _differing(accepting: list[str], rejecting: list[str]) -> str:
    facts = {"accepting": listed(accepting), "rejecting": listed(rejecting)}
    if len(accepting) == 1 and len(rejecting) == 1:
        return tr("{accepting} accepts it; {rejecting} rejects it.", **facts)
    if len(accepting) == 1:
        return tr("{accepting} accepts it; {rejecting} reject it.", **facts)
    if len(rejecting) == 1:
        return tr("{accepting} accept it; {rejecting} rejects it.", **facts)
    return tr("{accepting} accept it; {rejecting} reject it.", **facts)
