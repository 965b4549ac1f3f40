"""Why a handshake fails: every cause by its code, in words that fit wherever it is met.

These are the general words. A rehearsal knows the files and aliases and says more; see
:mod:`handfast.handshake.report.wording`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from handfast.services.paths.peers import EVERYONE

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificate import Certificate
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
    #: The programs that refuse it; those that accept it are told of in the message.
    refused_by: Peers = EVERYONE
    #: Whether few programs share this opinion: it comes after the others.
    is_minor: bool = False
    #: The line of a log that told it; empty where none did.
    evidence: str = ""
    #: Whether a proxy wants a user name and password, or other ones.
    is_proxy_sign_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A cause as such: a heading, what it means, and what is usually done about it."""

    title: str
    meaning: str
    remedy: str


WORDINGS: Final[dict[str, Wording]] = {
    "untrusted": Wording(
        title="The issuer is not trusted",
        meaning="The trust store that was used holds neither the certificate that was presented "
        "nor the CA that it leads to.",
        remedy="Import the CA’s certificate, or for a self-signed one the certificate itself, "
        "into the trust store of the side that refused.",
    ),
    "missing-intermediate": Wording(
        title="A certificate is missing from the chain",
        meaning="The root is trusted, but the certificates between it and the one presented were "
        "not sent, so nobody can see that they belong together.",
        remedy="Import the CA’s whole chain onto the key pair of the side that presents it.",
    ),
    "expired": Wording(
        title="A certificate has expired",
        meaning="It, or a certificate above it, was valid only until an earlier date.",
        remedy="Renew it, import the new one onto the key pair, and send it to those who trust it.",
    ),
    "not-yet-valid": Wording(
        title="A certificate is not valid yet",
        meaning="Its time begins later than now, as the side that checks it sees the time.",
        remedy="Wait until it begins. If it should have begun, check the clock of both computers.",
    ),
    "wrong-purpose": Wording(
        title="The certificate is for another purpose",
        meaning="Its extended key usage or key usage does not allow what it was used for: TLS "
        "client, TLS server, or signing.",
        remedy="Have a certificate issued for the purpose, or for both TLS client and server.",
    ),
    "host-mismatch": Wording(
        title="The certificate is for another host",
        meaning="The name that the client connects to is not among the names (subject alternative "
        "names) in the server’s certificate.",
        remedy="Connect by a name that is in it, or have one issued with this name. Switching the "
        "check off gives the connection to whoever asks for it.",
    ),
    "no-identity": Wording(
        title="No certificate was presented",
        meaning="There was no key pair that could be used: none in the keystore, or only "
        "certificates without a private key.",
        remedy="Point the program at the keystore that holds the private key with its chain.",
    ),
    "key-password": Wording(
        title="The key has another password",
        meaning="The store opens, but its private key has a password that differs from the "
        "store’s, and the program knows one only.",
        remedy="Give the key the password of the store.",
    ),
    "wrong-password": Wording(
        title="The password does not fit",
        meaning="The keystore does not open with the password that was given, or it is of another "
        "format than the program was told.",
        remedy="Open it here to find out which of the two it is; then correct the password or the "
        "type in the configuration.",
    ),
    "wrong-format": Wording(
        title="The file is of another kind",
        meaning="The program expects another format than the file has, whatever its name says.",
        remedy="Open it here to see what it is, and convert it or correct the configured type.",
    ),
    "weak-signature": Wording(
        title="A signature is too weak",
        meaning="A certificate of the chain is signed with a hash that can be forged, such as "
        "SHA-1 or MD5.",
        remedy="Have it issued again, signed with SHA-256.",
    ),
    "weak-key": Wording(
        title="A key is too short",
        meaning="A certificate of the chain has a public key that can be broken.",
        remedy="Make a new pair: RSA with at least 2,048 bits or EC P-256, and have it certified.",
    ),
    "tls-version": Wording(
        title="No version of TLS in common",
        meaning="One side speaks only versions that the other refuses.",
        remedy="Enable TLS 1.2 or 1.3 on the side that is limited to older ones.",
    ),
    "no-shared-algorithm": Wording(
        title="No algorithm in common",
        meaning="The two sides share no cipher, group or signature that fits the key in use.",
        remedy="Use a pair with RSA 2,048 or EC P-256, which everybody supports, or enable the "
        "missing algorithm.",
    ),
    "ca-list-mismatch": Wording(
        title="The server asks for another issuer",
        meaning="The server names the CAs whose certificates it takes, and the client has none "
        "of those, so that it presents nothing.",
        remedy="Import the client’s CA into the server’s trust store, or give the client a "
        "certificate and complete chain of a CA that the server names.",
    ),
    "not-a-ca": Wording(
        title="The issuer is not a CA",
        meaning="A certificate that issued another, or that is trusted as an anchor for others, "
        "does not say that it is a CA’s.",
        remedy="Import the real CA certificate, or have the certificate issued by one.",
    ),
    "stale-certificate": Wording(
        title="An older certificate is trusted",
        meaning="The trust store holds a certificate of the same name with another key or date: "
        "it was renewed, and the new one never arrived.",
        remedy="Send the present certificate to the other side, who imports it in place of the "
        "older one.",
    ),
    "chain-order": Wording(
        title="The chain is out of order",
        meaning="Each certificate must be followed by the one that issued it, beginning with "
        "one’s own.",
        remedy="Import the chain again in order: own certificate, intermediates, root.",
    ),
    "path-length": Wording(
        title="Too many CAs below another",
        meaning="A CA certificate says how many CAs may stand below it, and there are more.",
        remedy="Have the certificate issued by a CA higher up, or the limiting one issued anew.",
    ),
    "name-constraint": Wording(
        title="A name that the CA may not certify",
        meaning="A CA certificate limits the names below it, and one in the chain is outside.",
        remedy="Have the certificate issued for a permitted name, or by another CA.",
    ),
    "unknown-critical-extension": Wording(
        title="An extension that nobody understands",
        meaning="A certificate holds an extension marked critical that the other side does not "
        "know, and so must refuse.",
        remedy="Have the certificate issued without it, or with it marked as not critical.",
    ),
    "revoked": Wording(
        title="The certificate was revoked",
        meaning="Its CA has declared it invalid before its time.",
        remedy="Ask the CA why; have a new pair certified, and send it to those who need it.",
    ),
    "empty-trust-store": Wording(
        title="The trust store is empty",
        meaning="It holds no certificate that counts as trusted. In PKCS#12, Java counts only "
        "those with its own mark.",
        remedy="Import the partner’s certificate or CA as trusted, and save: the mark is set then.",
    ),
    "key-mismatch": Wording(
        title="Key and certificate do not belong together",
        meaning="The private key is not the one whose public half is in the certificate.",
        remedy="Find the pair from which the certificate was requested, or have one issued for "
        "this key.",
    ),
    "refused-by-peer": Wording(
        title="The other side refused",
        meaning="It ended the handshake, and what it sent does not say why.",
        remedy="Ask for its log of that moment; send it your certificate and chain again.",
    ),
    "unreachable": Wording(
        title="Nothing answers there",
        meaning="No connection could be made: a wrong name or port, a firewall, or nobody listens.",
        remedy="Check host and port, and whether a proxy is needed.",
    ),
    "timeout": Wording(
        title="No answer in time",
        meaning="The connection stands, but the other side fell silent.",
        remedy="Try again; look for a firewall that drops packets, or a service that is not TLS.",
    ),
    "not-tls": Wording(
        title="This is not TLS",
        meaning="The other side answered with something else, such as plain HTTP, or one that "
        "must be asked to start TLS first.",
        remedy="Check the port, and choose STARTTLS where the protocol has it.",
    ),
    "clock": Wording(
        title="A clock is wrong",
        meaning="Certificates that are valid are called expired or not yet valid, because a "
        "computer has the wrong time.",
        remedy="Set the clock of the side that refuses, and let it be set from the network.",
    ),
}
CAUSE_CODES: Final = tuple(WORDINGS)


def general_cause(code: str, side: Side, *, evidence: str = "") -> Cause:
    """A cause in its general words, where nothing is known of the files."""
    words = WORDINGS[code]
    return Cause(
        code=code, side=side, message=words.meaning, remedy=words.remedy, evidence=evidence
    )
