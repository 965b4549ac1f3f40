"""Who takes part in a handshake: which side, with which stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from handfast.core.frozen import dataclass
from handfast.core.language import tr

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.store import Store

Side: TypeAlias = Literal["client", "server"]
#: The versions by the names they have on the command line and in JSON.
Tls: TypeAlias = Literal["1.2", "1.3"]
TLS_VERSIONS: tuple[Tls, ...] = ("1.2", "1.3")


def other_side(side: Side) -> Side:
    """Whom this side talks to."""
    return "server" if side == "client" else "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyStore:
    """A store as one party uses it, and what to call it in a remedy."""

    store: Store
    #: None for one that was never saved.
    path: Path | None = None
    #: What it is called where it has no path.
    title: str = tr("the keystore")

    @property
    def name(self) -> str:
        """The file's name in quotes, else what it is called."""
        return f"“{self.path.name}”" if self.path is not None else self.title


def certificates_alone(store: Store) -> tuple[Certificate, ...]:
    """The chain of a partner, leaf first, from a plain file of certificates as they send it.

    Empty for a keystore: one without a key pair is a mistake, and not a partner.
    """
    if not store.is_certificate_file:
        return ()
    return tuple(each.certificate for each in store.trusted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side: the keystore with its key pairs, and the store of whom it trusts.

    ``keys`` is None for a partner of whom only public certificates are known: those are
    ``known_chain``, leaf first. ``trust`` is None where nobody knows whom the partner trusts.
    """

    side: Side
    #: What the person calls them; empty for “the client” and “the server”.
    name: str = ""
    keys: PartyStore | None = None
    #: The key pair that must be used, where that is not left to choice.
    alias: str | None = None
    known_chain: tuple[Certificate, ...] = ()
    trust: PartyStore | None = None
    #: Which versions it speaks.
    tls: tuple[Tls, ...] = TLS_VERSIONS
    #: Lists of revoked certificates that this party goes by, in DER.
    revocation_lists: tuple[bytes, ...] = ()

    @property
    def title(self) -> str:
        return self.name or (tr("the client") if self.side == "client" else tr("the server"))

    def spoken_with(self, other: Party) -> Tls:
        """The version of TLS that two parties speak: the newest that both have."""
        return max(set(self.tls) & set(other.tls), default=TLS_VERSIONS[-1])
