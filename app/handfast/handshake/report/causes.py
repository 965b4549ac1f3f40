"""Why a handshake fails: every cause by its code, in words that fit wherever it is met.

These are the general words. A rehearsal knows the files and aliases and says more; see
:mod:`handfast.handshake.report.wording`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.services.paths.peers import EVERYONE

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.party import Side
    from handfast.services.paths.peers import Peers

#: What a remedy does to a store, where a program can do it.
#: *trust*: import ``certificates`` as trusted. *replace-trusted*: the same, in place of the
#: entry ``alias``. *set-chain*: give the pair ``alias`` the chain ``certificates``.
#: *key-password*: give the key ``alias`` the password of its store. *choose*: present ``alias``.
ActionKind: TypeAlias = Literal["trust", "replace-trusted", "set-chain", "key-password", "choose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A remedy that can be applied: what to do to which store of which side."""

    kind: ActionKind
    side: Side
    #: Which of the two stores of that side is to change.
    store: Literal["keys", "trust"]
    path: Path | None = None
    #: The entry that it is about; for a certificate to be trusted, the alias to give it.
    alias: str = ""
    certificates: tuple[Certificate, ...] = ()
    #: Whether ``certificates`` are known to be the newer ones, and not only those presented.
    is_current: bool = True


class Age(enum.Enum):
    """What a trusted certificate is to another of its name, which is presented."""

    OLDER = enum.auto()
    NEWER = enum.auto()
    #: Both began on one day: neither is known to follow the other.
    SAME = enum.auto()
    #: A date is missing, or the certificate that should be trusted is not at hand.
    UNKNOWN = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """A trusted certificate that has the name of the right one and is not it."""

    #: How old what is trusted is, next to what is presented.
    age: Age
    has_same_key: bool
    #: The side whose trust store holds it.
    verifier: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason: its code, the side whose files must change, and what to do."""

    code: str
    side: Side
    message: str
    remedy: str
    #: Whose opinion it is, where not everybody’s: ``Java``, ``OpenSSL 3.0``.
    opinion: str = ""
    action: Action | None = None
    #: The programs that refuse it; those that accept it are named in the message.
    refused_by: Peers = EVERYONE
    #: Whether few programs share this opinion: it comes after the others.
    is_minor: bool = False
    #: The line of a log that told it; empty where none did.
    evidence: str = ""
    #: Whether a proxy wants a user name and password, or other ones.
    is_proxy_sign_in: bool = False
    #: Of ``stale-certificate``: what is trusted instead, where the certificates are known.
    namesake: Namesake | None = None
    #: The alias of the pair whose certificate somebody on the network refused, where it is known.
    refused_alias: str = ""

    @property
    def title(self) -> str:
        """Its heading: that of its code, or what is known to be so of this one."""
        if self.namesake is None:
            return WORDINGS[self.code].title
        return _TITLES_BY_AGE[self.namesake.age]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A cause as such: a heading, what it means, and what is usually done about it."""

    title: str
    meaning: str
    remedy: str


WORDINGS: Final[dict[str, Wording]] = {
    "untrusted": Wording(
        title=tr("The issuer is not trusted"),
        meaning=tr(
            "The trust store contains neither the certificate that was presented nor the CA that "
            "it leads to."
        ),
        remedy=tr(
            "Import the CA’s certificate, or a self-signed certificate itself, into the trust "
            "store of the side that refused."
        ),
    ),
    "missing-intermediate": Wording(
        title=tr("A certificate is missing from the chain"),
        meaning=tr(
            "The root is trusted, but the certificates between it and the one presented were not "
            "sent, so the chain cannot be verified."
        ),
        remedy=tr("Import the CA’s full chain onto the key pair of the side that presents it."),
    ),
    "expired": Wording(
        title=tr("A certificate has expired"),
        meaning=tr("It, or a certificate above it, was valid only until an earlier date."),
        remedy=tr(
            "Renew it, import the new one onto the key pair, and send it to everyone who trusts it."
        ),
    ),
    "not-yet-valid": Wording(
        title=tr("A certificate is not valid yet"),
        meaning=tr("It is not valid yet according to the clock of the side that checks it."),
        remedy=tr(
            "Wait until it becomes valid. If it should be valid already, check the clock of both "
            "computers."
        ),
    ),
    "wrong-purpose": Wording(
        title=tr("The certificate is for another purpose"),
        meaning=tr(
            "Its extended key usage or key usage does not allow what it was used for: TLS client, "
            "TLS server, or signing."
        ),
        remedy=tr("Have a certificate issued for the purpose, or for both TLS client and server."),
    ),
    "host-mismatch": Wording(
        title=tr("The certificate is for another host"),
        meaning=tr(
            "The host name that the client connects to is not among the names (subject "
            "alternative names) in the server’s certificate."
        ),
        remedy=tr(
            "Connect by a name that is in the certificate, or get a certificate with this name. "
            "Disabling the check lets anyone impersonate the server."
        ),
    ),
    "no-identity": Wording(
        title=tr("No certificate was presented"),
        meaning=tr(
            "No usable key pair was found: the keystore contains none, or only certificates "
            "without a private key."
        ),
        remedy=tr(
            "Configure the program with the keystore that contains the private key with its chain."
        ),
    ),
    "key-password": Wording(
        title=tr("The key has another password"),
        meaning=tr(
            "The keystore opens, but its private key has a different password, and the program "
            "knows only one."
        ),
        remedy=tr("Set the password of the key to that of the keystore."),
    ),
    "wrong-password": Wording(
        title=tr("The password is wrong"),
        meaning=tr(
            "The keystore does not open with this password, or it has a different format than the "
            "program expects."
        ),
        remedy=tr(
            "Open it here to find out which; then correct the password or the type in the "
            "configuration."
        ),
    ),
    "wrong-format": Wording(
        title=tr("The file has another format"),
        meaning=tr(
            "The program expects a different format than that of the file, whatever its name says."
        ),
        remedy=tr("Open it here to see its format, and convert it or correct the configured type."),
    ),
    "weak-signature": Wording(
        title=tr("A signature is too weak"),
        meaning=tr(
            "A certificate of the chain is signed with a hash that can be forged, such as SHA-1 "
            "or MD5."
        ),
        remedy=tr("Have it issued again, signed with SHA-256."),
    ),
    "weak-key": Wording(
        title=tr("A key is too short"),
        meaning=tr("A certificate of the chain has a public key that can be broken."),
        remedy=tr(
            "Generate a new pair with RSA (at least 2,048 bits) or EC P-256, and have it certified."
        ),
    ),
    "tls-version": Wording(
        title=tr("No TLS version in common"),
        meaning=tr("One side supports only versions that the other rejects."),
        remedy=tr("Enable TLS 1.2 or 1.3 on the side that is limited to older versions."),
    ),
    "no-shared-algorithm": Wording(
        title=tr("No algorithm in common"),
        meaning=tr("The two sides share no cipher, group, or signature that fits the key."),
        remedy=tr(
            "Use a pair with RSA 2,048 or EC P-256, which everyone supports, or enable the "
            "missing algorithm."
        ),
    ),
    "ca-list-mismatch": Wording(
        title=tr("The server asks for another issuer"),
        meaning=tr(
            "The server names the CAs whose certificates it accepts. The client has no "
            "certificate from them, so it presents nothing."
        ),
        remedy=tr(
            "Import the client’s CA into the server’s trust store, or use a certificate with its "
            "full chain from a CA that the server names."
        ),
    ),
    "not-a-ca": Wording(
        title=tr("The issuer is not a CA"),
        meaning=tr(
            "A certificate that issued another, or that is trusted as an anchor for others, is "
            "not marked as a CA certificate."
        ),
        remedy=tr("Import the real CA certificate, or have the certificate issued by one."),
    ),
    "stale-certificate": Wording(
        title=tr("An older certificate is trusted"),
        meaning=tr(
            "The trust store contains a certificate of the same name with another key or date: it "
            "was renewed, and the new one was never imported."
        ),
        remedy=tr(
            "Send the current certificate to the other side, which must replace the older "
            "one with it."
        ),
    ),
    "chain-order": Wording(
        title=tr("The chain is out of order"),
        meaning=tr(
            "Each certificate must be followed by the one that issued it, starting with your own."
        ),
        remedy=tr("Import the chain again in order: your own certificate, intermediates, root."),
    ),
    "path-length": Wording(
        title=tr("Too many CAs below another"),
        meaning=tr("A CA certificate limits how many CAs may be below it, and there are more."),
        remedy=tr(
            "Have the certificate issued by a CA higher up, or the limiting one issued again."
        ),
    ),
    "name-constraint": Wording(
        title=tr("A name that the CA may not certify"),
        meaning=tr(
            "A CA certificate restricts the names below it, and the chain contains another name."
        ),
        remedy=tr("Have the certificate issued for a permitted name, or by another CA."),
    ),
    "unknown-critical-extension": Wording(
        title=tr("An unsupported critical extension"),
        meaning=tr(
            "A certificate contains an extension marked critical that the other side does not "
            "know and so must reject."
        ),
        remedy=tr(
            "Have the certificate issued without the extension, or with it marked as not critical."
        ),
    ),
    "revoked": Wording(
        title=tr("The certificate was revoked"),
        meaning=tr("Its CA has revoked it before its expiry date."),
        remedy=tr(
            "Ask the CA for the reason; have a new pair certified, and send it to everyone who "
            "needs it."
        ),
    ),
    "empty-trust-store": Wording(
        title=tr("The trust store is empty"),
        meaning=tr(
            "It contains no trusted certificate. In PKCS#12, Java counts only those with its own "
            "attribute."
        ),
        remedy=tr(
            "Import the partner’s certificate or CA as trusted, and save: that sets the attribute."
        ),
    ),
    "key-mismatch": Wording(
        title=tr("Key and certificate do not match"),
        meaning=tr("The private key does not match the public key in the certificate."),
        remedy=tr(
            "Find the pair for which the certificate was requested, or have a certificate issued "
            "for this key."
        ),
    ),
    "refused-by-peer": Wording(
        title=tr("The other side refused"),
        meaning=tr("It ended the handshake without giving a reason."),
        remedy=tr(
            "Ask the other side for its log at that time, and send your certificate and chain "
            "again."
        ),
    ),
    "unreachable": Wording(
        title=tr("No connection"),
        meaning=tr(
            "No connection could be made: the name or port is wrong, a firewall blocks it, or no "
            "service is listening."
        ),
        remedy=tr("Check the host and port, and whether a proxy is needed."),
    ),
    "timeout": Wording(
        title=tr("No answer in time"),
        meaning=tr("The connection was made, but the other side stopped responding."),
        remedy=tr(
            "Try again; check for a firewall that drops packets, or a service that does not use "
            "TLS."
        ),
    ),
    "not-tls": Wording(
        title=tr("This is not TLS"),
        meaning=tr(
            "The other side answered with something else, such as plain HTTP, or a protocol that "
            "must start TLS first."
        ),
        remedy=tr("Check the port, and choose STARTTLS if the protocol uses it."),
    ),
    "clock": Wording(
        title=tr("A clock is wrong"),
        meaning=tr(
            "Valid certificates are reported as expired or not valid yet, because a computer has "
            "the wrong time."
        ),
        remedy=tr("Set the clock of the side that refuses, and synchronize it over the network."),
    ),
}
CAUSE_CODES: Final = tuple(WORDINGS)
_ANOTHER_TRUSTED: Final = tr("Another certificate of this name is trusted")
_TITLES_BY_AGE: Final[dict[Age, str]] = {
    Age.OLDER: WORDINGS["stale-certificate"].title,
    Age.NEWER: tr("An older certificate is presented"),
    Age.SAME: _ANOTHER_TRUSTED,
    Age.UNKNOWN: _ANOTHER_TRUSTED,
}


def general_cause(code: str, side: Side, *, evidence: str = "") -> Cause:
    """A cause in its general words, where nothing is known of the files."""
    words = WORDINGS[code]
    return Cause(
        code=code, side=side, message=words.meaning, remedy=words.remedy, evidence=evidence
    )
