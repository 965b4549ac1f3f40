"""What a rehearsal says of the key pair that is presented, or that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.store import shorten
from handfast.handshake.report import story
from handfast.handshake.report.causes import Action, Cause
from handfast.handshake.report.report import Note
from handfast.handshake.report.wording import (
    capital,
    issuer_of,
    keys_name,
    named,
    quoted,
    set_chain,
    trust_action,
    trust_name,
)
from handfast.services.paths.judging import curve_trouble
from handfast.services.paths.peers import JAVA, Peer, opinion_of, who_differs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.handshake.report.party import Party

_PRESENTS_NOTHING: Final = (
    "Java presents nothing then; OpenSSL, Node.js, Python and curl present it all the same."
)


def no_identity(party: Party) -> Cause:
    return Cause(
        code="no-identity",
        side=party.side,
        message=f"{capital(keys_name(party))} holds no key pair, so {party.title} has nothing to "
        "present.",
        remedy=f"Give {party.title} the keystore with its private key and certificate chain, or "
        "generate a pair in this one. Certificates alone prove nothing.",
    )


def no_certificate(party: Party, pair: KeyPair) -> Cause:
    return Cause(
        code="no-identity",
        side=party.side,
        message=f"{quoted(pair.alias)} in {keys_name(party)} is a private key without a "
        "certificate, so there is nothing to present.",
        remedy="Import the certificate that was issued for this key onto this alias.",
    )


def key_password(party: Party, pair: KeyPair, *, is_other: bool = False) -> Cause:
    return Cause(
        code="key-password",
        side=party.side,
        message=f"The key {quoted(pair.alias)} in {keys_name(party)} has a password that differs "
        "from the store’s"
        + (
            "; Java then refuses the whole store: “Cannot recover key”."
            if is_other
            else ", so a program that knows the store’s only cannot use it: “Cannot recover key”."
        ),
        remedy=f"Give {quoted(pair.alias)} the password of {keys_name(party)}, or configure both "
        "passwords.",
        opinion="Java" if is_other else "",
        action=Action(
            kind="key-password",
            side=party.side,
            store="keys",
            path=party.keys.path if party.keys is not None else None,
            alias=pair.alias,
        ),
    )


def key_trouble(party: Party, pair: KeyPair) -> Cause:
    return Cause(
        code="wrong-format",
        side=party.side,
        message=f"The key {quoted(pair.alias)} in {keys_name(party)} cannot be read: "
        f"{shorten(pair.trouble, 200)}",
        remedy="Convert the keystore with the program that made it, or use a new key pair.",
    )


def key_mismatch(party: Party, pair: KeyPair) -> Cause:
    return Cause(
        code="key-mismatch",
        side=party.side,
        message=f"The private key {quoted(pair.alias)} in {keys_name(party)} does not belong to "
        "its certificate, so its signature proves nothing.",
        remedy="Find the pair from which the certificate was requested, or have a certificate "
        "issued for this key.",
    )


def no_shared_key_type(party: Party, pair: KeyPair) -> Cause:
    still = ""
    if pair.algorithm == "DSA":
        others = ", and OpenSSL 3 of a client" if party.side == "client" else ""
        still = f" In TLS 1.2 Java still takes it{others}."
    size = f", {pair.bits} bits" if pair.bits else ""
    told = curve_trouble(pair.certificate) if pair.certificate is not None else ""
    curve = f" {told}" if told else ""
    return Cause(
        code="no-shared-algorithm",
        side=party.side,
        message=f"The key {quoted(pair.alias)} in {keys_name(party)} is of a kind that TLS does "
        f"not sign with today: {pair.algorithm}{size}.{still}{curve}",
        remedy="Make a new pair with RSA (2,048 bits or more) or EC P-256, and have it certified.",
        opinion="OpenSSL" if still else "",
    )


def no_shared_algorithm(party: Party, words: str) -> Cause:
    return Cause(
        code="no-shared-algorithm",
        side=party.side,
        message=f"The two sides found no algorithm in common (OpenSSL: “{words}”).",
        remedy=f"Use a pair with RSA 2,048 or EC P-256 for {party.title}; everybody supports them.",
    )


def tls_version(party: Party, other: Party) -> Cause:
    return Cause(
        code="tls-version",
        side=party.side,
        message=f"{capital(party.title)} speaks TLS {' and '.join(party.tls)} only, "
        f"{other.title} TLS {' and '.join(other.tls)} only.",
        remedy=f"Enable TLS {max(other.tls)} for {party.title}.",
    )


def chain_order(party: Party, pair_alias: str, chain: Sequence[Certificate], own: int) -> Cause:
    """One’s own certificate is not the first, which nobody takes."""
    ordered = in_order(chain, own)
    return Cause(
        code="chain-order",
        side=party.side,
        message=f"In the chain of {quoted(pair_alias)} in {keys_name(party)} its own certificate "
        f"stands at place {own + 1}, not at the first, where every peer looks for it.",
        remedy=f"Import the chain onto {quoted(pair_alias)} again in order: "
        f"{', '.join(named(each) for each in ordered[:5])}.",
        action=set_chain(party, pair_alias, ordered),
    )


def order_note(party: Party, pair_alias: str | None, chain: Sequence[Certificate]) -> Note:
    """The certificates above one’s own are not in order, which the known programs put right."""
    whose = f"{quoted(pair_alias)} in {keys_name(party)}" if pair_alias else party.title
    ordered = ", ".join(named(each) for each in in_order(chain, 0)[:5])
    return Note(
        side=party.side,
        step=story.CLIENT_CHECKS if party.side == "server" else story.SERVER_CHECKS,
        message=f"The chain of {whose} is not in order: each certificate should be followed by "
        "its issuer’s. Java, OpenSSL, Node.js, Python, curl, and nginx sort it out; programs that "
        f"hold to the letter of RFC 5246 (7.4.2) refuse it. In order it is: {ordered}.",
        refused_by=frozenset(),
    )


def in_order(chain: Sequence[Certificate], own: int) -> tuple[Certificate, ...]:
    """One’s own certificate, and those above it as far as they are there."""
    path = [chain[own]]
    left = [each for index, each in enumerate(chain) if index != own]
    while not path[-1].is_self_signed:
        above = next((each for each in left if each.subject_key == path[-1].issuer_key), None)
        if above is None:
            break
        left.remove(above)
        path.append(above)
    return tuple(path)


def not_asked_for(party: Party, verifier: Party, chain: Sequence[Certificate]) -> Cause:
    """Of a client of whom only the certificates are known."""
    top = chain[-1]
    return Cause(
        code="ca-list-mismatch",
        side=party.side,
        message=f"{capital(verifier.title)} asks for certificates of the issuers in "
        f"{trust_name(verifier)}. {named(chain[0])} is of {issuer_of(top)}, which is not among "
        f"them. {_PRESENTS_NOTHING}",
        remedy=f"Import the CA {issuer_of(top)} into {trust_name(verifier)}.",
        opinion="Java",
        refused_by=JAVA,
        action=trust_action(verifier, top) if top.is_self_signed and top.is_ca else None,
    )


def too_many_authorities(server: Party, count: int, *, is_old: bool) -> Cause:
    """Of a server whose request names more CAs than fit into it."""
    refusing = frozenset((Peer.OPENSSL, Peer.NODE, Peer.NGINX))
    java = "leaves the list out in TLS 1.3"
    if is_old:
        refusing |= JAVA
        java = "leaves the list out in TLS 1.3 only"
    return Cause(
        code="ca-list-mismatch",
        side=server.side,
        message=f"The names of the {count:,} certificates in {trust_name(server)} take more than "
        f"64 KiB, which do not fit into the request for the client’s certificate. Java {java}; "
        f"OpenSSL, Node.js and nginx end every handshake. {who_differs(refusing, 'client')}",
        remedy=f"Keep in {trust_name(server)} only the CAs whose clients may connect.",
        opinion=opinion_of(refusing, "client"),
        refused_by=refusing,
    )


def ca_list(
    party: Party, verifier: Party, pairs: Sequence[KeyPair], fitting: KeyPair | None
) -> Cause:
    names = ", ".join(quoted(each.alias) for each in pairs[:3])
    if fitting is not None:
        return Cause(
            code="ca-list-mismatch",
            side=party.side,
            message=f"{names} in {keys_name(party)} is of an issuer that {verifier.title} does not "
            f"ask for; {quoted(fitting.alias)} would be accepted.",
            remedy=f"Present {quoted(fitting.alias)} from {keys_name(party)} instead.",
            action=Action(
                kind="choose",
                side=party.side,
                store="keys",
                path=party.keys.path if party.keys is not None else None,
                alias=fitting.alias,
            ),
        )
    issuers = ", ".join(dict.fromkeys(issuer_of(each.chain[-1]) for each in pairs[:3]))
    top = pairs[0].chain[-1]
    return Cause(
        code="ca-list-mismatch",
        side=party.side,
        message=f"{capital(verifier.title)} asks for certificates of the issuers in "
        f"{trust_name(verifier)}. {names} in {keys_name(party)} "
        f"{'is' if len(pairs) == 1 else 'are'} of {issuers}, which is not among them. "
        f"{_PRESENTS_NOTHING}",
        remedy=f"Import the CA {issuer_of(top)} into {trust_name(verifier)}, or present a "
        "certificate of a CA that is asked for, with its whole chain.",
        opinion="Java",
        refused_by=JAVA,
        action=trust_action(verifier, top) if top.is_self_signed and top.is_ca else None,
    )
