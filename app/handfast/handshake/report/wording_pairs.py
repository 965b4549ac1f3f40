"""What a rehearsal says of the key pair that is presented, or that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import enumerated, grouped, listed, tr
from handfast.core.store import quoted, shorten
from handfast.handshake.engine.identity_choice import LEAST_DSA_BITS
from handfast.handshake.report import story
from handfast.handshake.report.causes import Action, Cause
from handfast.handshake.report.report import Note
from handfast.handshake.report.wording import (
    capital,
    issuer_of,
    keys_name,
    named,
    set_chain,
    trust_action,
    trust_name,
)
from handfast.services.paths.judging import curve_trouble
from handfast.services.paths.peers import (
    EVERYONE,
    JAVA,
    OPENSSL,
    VERIFIERS,
    Peer,
    opinion_of,
    who_differs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.handshake.report.party import Party, Side
    from handfast.services.paths.peers import Peers

_PRESENTS_NOTHING: Final = tr(
    "Java then presents nothing; OpenSSL, Node.js, Python, and curl present it anyway."
)


def no_identity(party: Party) -> Cause:
    return Cause(
        code="no-identity",
        side=party.side,
        message=tr(
            "{store} contains no key pair, so {party} has nothing to present.",
            store=capital(keys_name(party)),
            party=party.title,
        ),
        remedy=tr(
            "Configure {party} with the keystore that contains its private key and certificate "
            "chain, or generate a pair in this one. Certificates alone prove nothing.",
            party=party.title,
        ),
    )


def no_certificate(party: Party, pair: KeyPair) -> Cause:
    return Cause(
        code="no-identity",
        side=party.side,
        message=tr(
            "{alias} in {store} is a private key without a certificate, so there is nothing to "
            "present.",
            alias=quoted(pair.alias),
            store=keys_name(party),
        ),
        remedy=tr("Import the certificate that was issued for this key onto this alias."),
    )


def key_password(party: Party, pair: KeyPair, *, is_other: bool = False) -> Cause:
    return Cause(
        code="key-password",
        side=party.side,
        message=tr(
            "The key {alias} in {store} has a password that differs from that of the "
            "keystore; Java then rejects the whole keystore: “Cannot recover key”.",
            alias=quoted(pair.alias),
            store=keys_name(party),
        )
        if is_other
        else tr(
            "The key {alias} in {store} has a password that differs from that of the "
            "keystore, so a program that knows only the keystore’s password cannot use it: "
            "“Cannot recover key”.",
            alias=quoted(pair.alias),
            store=keys_name(party),
        ),
        remedy=tr(
            "Set the password of {alias} to that of {store}, or configure both passwords.",
            alias=quoted(pair.alias),
            store=keys_name(party),
        ),
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
        message=tr(
            "The key {alias} in {store} cannot be read: {trouble}",
            alias=quoted(pair.alias),
            store=keys_name(party),
            trouble=shorten(pair.trouble, 200),
        ),
        remedy=tr("Convert the keystore with the program that created it, or use a new key pair."),
    )


def key_mismatch(party: Party, pair: KeyPair) -> Cause:
    return Cause(
        code="key-mismatch",
        side=party.side,
        message=tr(
            "The private key {alias} in {store} does not match its certificate, so its "
            "signature proves nothing.",
            alias=quoted(pair.alias),
            store=keys_name(party),
        ),
        remedy=tr(
            "Find the pair for which the certificate was requested, or have a certificate issued "
            "for this key."
        ),
    )


def no_shared_key_type(party: Party, pair: KeyPair, tls: str = "1.3") -> Cause:
    """A key that TLS does not sign with today; ``tls`` is the version that is spoken."""
    refusing, still = EVERYONE, ""
    if pair.algorithm == "DSA":
        in_tls_1_2 = _refusing_dsa(party, pair)
        refusing = in_tls_1_2 if tls == "1.2" else EVERYONE
        still = " " + (
            who_differs(refusing, party.side)
            if tls == "1.2"
            else _accepting_dsa(party.side, in_tls_1_2)
        )
    told = curve_trouble(pair.certificate) if pair.certificate is not None else ""
    curve = f" {told}" if told else ""
    return Cause(
        code="no-shared-algorithm",
        side=party.side,
        message=_unusable_key(party, pair) + still + curve,
        remedy=tr(
            "Generate a new pair with RSA (2,048 bits or more) or EC P-256, and have it certified."
        ),
        opinion="OpenSSL" if still else "",
        refused_by=refusing,
    )


def _refusing_dsa(party: Party, pair: KeyPair) -> Peers:
    """Who refuses a key of DSA in TLS 1.2: OpenSSL as a server offers no cipher for it."""
    if party.side == "server":
        return OPENSSL
    return OPENSSL - {Peer.NODE} if (pair.bits or 0) < LEAST_DSA_BITS else frozenset()


def _accepting_dsa(side: Side, refusing: Peers) -> str:
    accepting = [each.value for each in VERIFIERS[side] if each not in refusing]
    if len(accepting) == 1:
        return tr("In TLS 1.2, {program} still accepts it.", program=accepting[0])
    return tr("In TLS 1.2, {programs} still accept it.", programs=listed(accepting))


def dsa_note(party: Party, pair: KeyPair) -> Note:
    """A client’s key of DSA, which only TLS 1.2 signs with."""
    return Note(
        side=party.side,
        step=story.CLIENT_PROVES,
        message=tr(
            "{alias} in {store} is a DSA key, with which only TLS 1.2 signs. There, Java, OpenSSL, "
            "Node.js, Python, and nginx still accept it from a client; no program accepts it in "
            "TLS 1.3.",
            alias=quoted(pair.alias),
            store=keys_name(party),
        ),
        refused_by=frozenset(),
    )


def dsa_certificate_note(party: Party, leaf: Certificate) -> Note:
    """The same where only the certificate is known."""
    facts = {"certificate": named(leaf)}
    return Note(
        side=party.side,
        step=story.CLIENT_PROVES if party.side == "client" else story.SERVER_PROVES,
        message=tr(
            "{certificate} is for a DSA key, with which only TLS 1.2 signs. There, Java, OpenSSL, "
            "Node.js, Python, and nginx still accept it from a client; no program accepts it in "
            "TLS 1.3.",
            **facts,
        )
        if party.side == "client"
        else tr(
            "{certificate} is for a DSA key, with which only TLS 1.2 signs. There, only Java "
            "still accepts it from a server; no program accepts it in TLS 1.3.",
            **facts,
        ),
        refused_by=frozenset(),
    )


def no_shared_algorithm(party: Party, words: str) -> Cause:
    return Cause(
        code="no-shared-algorithm",
        side=party.side,
        message=tr("The two sides have no algorithm in common (OpenSSL: “{words}”).", words=words),
        remedy=tr(
            "Use a pair with RSA 2,048 or EC P-256 for {party}; everyone supports them.",
            party=party.title,
        ),
    )


def tls_version(party: Party, other: Party) -> Cause:
    return Cause(
        code="tls-version",
        side=party.side,
        message=tr(
            "{party} supports only TLS {versions}, {other} only TLS {other_versions}.",
            party=capital(party.title),
            versions=listed(list(party.tls)),
            other=other.title,
            other_versions=listed(list(other.tls)),
        ),
        remedy=tr("Enable TLS {version} for {party}.", version=max(other.tls), party=party.title),
    )


def chain_order(party: Party, pair_alias: str, chain: Sequence[Certificate], own: int) -> Cause:
    """One’s own certificate is not the first, which nobody takes."""
    ordered = in_order(chain, own)
    return Cause(
        code="chain-order",
        side=party.side,
        message=tr(
            "In the chain of {alias} in {store}, its own certificate is at position "
            "{position}, not at the first, where every peer looks for it.",
            alias=quoted(pair_alias),
            store=keys_name(party),
            position=own + 1,
        ),
        remedy=tr(
            "Import the chain onto {alias} again in order: {names}.",
            alias=quoted(pair_alias),
            names=enumerated([named(each) for each in ordered[:5]]),
        ),
        action=set_chain(party, pair_alias, ordered),
    )


def order_note(party: Party, pair_alias: str | None, chain: Sequence[Certificate]) -> Note:
    """The certificates above one’s own are not in order, which the known programs put right."""
    whose = (
        tr("{alias} in {store}", alias=quoted(pair_alias), store=keys_name(party))
        if pair_alias
        else party.title
    )
    ordered = ", ".join(named(each) for each in in_order(chain, 0)[:5])
    return Note(
        side=party.side,
        step=story.CLIENT_CHECKS if party.side == "server" else story.SERVER_CHECKS,
        message=tr(
            "The chain of {whose} is not in order: each certificate should be followed by that of "
            "its issuer. Java, OpenSSL, Node.js, Python, curl, and nginx sort it; programs that "
            "follow RFC 5246 (7.4.2) strictly reject it. In order, it is: {ordered}.",
            whose=whose,
            ordered=ordered,
        ),
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
        message=tr(
            "{party} asks for certificates of the issuers in {store}. {certificate} is from "
            "{issuer}, which is not among them. {differs}",
            party=capital(verifier.title),
            store=trust_name(verifier),
            certificate=named(chain[0]),
            issuer=issuer_of(top),
            differs=_PRESENTS_NOTHING,
        ),
        remedy=tr(
            "Import {certificate} into {store}.",
            certificate=named(top),
            store=trust_name(verifier),
        )
        if top.is_self_signed
        else tr(
            "Import the CA {issuer} into {store}.",
            issuer=issuer_of(top),
            store=trust_name(verifier),
        ),
        opinion="Java",
        refused_by=JAVA,
        action=trust_action(verifier, top) if top.is_self_signed else None,
    )


def too_many_authorities(server: Party, count: int, *, is_old: bool) -> Cause:
    """Of a server whose request names more CAs than fit into it."""
    refusing = frozenset((Peer.OPENSSL, Peer.NODE, Peer.NGINX))
    if is_old:
        refusing |= JAVA
    return Cause(
        code="ca-list-mismatch",
        side=server.side,
        message=_too_many_names(count, server, refusing, is_old=is_old),
        remedy=tr(
            "Keep in {store} only the CAs whose clients may connect.", store=trust_name(server)
        ),
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
            message=tr(
                "{names} in {store} is from an issuer that {party} does not ask for; "
                "{alias} would be accepted.",
                names=names,
                store=keys_name(party),
                party=verifier.title,
                alias=quoted(fitting.alias),
            ),
            remedy=tr(
                "Present {alias} from {store} instead.",
                alias=quoted(fitting.alias),
                store=keys_name(party),
            ),
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
        message=tr(
            "{party} asks for certificates of the issuers in {store}. None of them issued "
            "{names} in {keystore}: the issuer is {issuers}. {differs}",
            party=capital(verifier.title),
            store=trust_name(verifier),
            names=names,
            keystore=keys_name(party),
            issuers=issuers,
            differs=_PRESENTS_NOTHING,
        ),
        remedy=tr(
            "Import {certificate} into {store}, or present a certificate, with its full "
            "chain, from a CA that the server asks for.",
            certificate=named(top),
            store=trust_name(verifier),
        )
        if top.is_self_signed
        else tr(
            "Import the CA {issuer} into {store}, or present a certificate, with its full "
            "chain, from a CA that the server asks for.",
            issuer=issuer_of(top),
            store=trust_name(verifier),
        ),
        opinion="Java",
        refused_by=JAVA,
        action=trust_action(verifier, top) if top.is_self_signed else None,
    )


def _unusable_key(party: Party, pair: KeyPair) -> str:
    facts = {
        "alias": quoted(pair.alias),
        "store": keys_name(party),
        "algorithm": pair.algorithm,
    }
    if pair.bits:
        return tr(
            "The key {alias} in {store} is of a kind that TLS does not sign with today: "
            "{algorithm}, {bits} bits.",
            **facts,
            bits=pair.bits,
        )
    return tr(
        "The key {alias} in {store} is of a kind that TLS does not sign with today: {algorithm}.",
        **facts,
    )


def _too_many_names(count: int, server: Party, refusing: Peers, *, is_old: bool) -> str:
    facts = {
        "number": grouped(count),
        "store": trust_name(server),
        "differs": who_differs(refusing, "client"),
    }
    if is_old:
        return tr(
            "The names of the {number} certificates in {store} take more than 64 KiB, too much for "
            "the request for the client’s certificate. Java omits the list, but only in TLS 1.3; "
            "OpenSSL, Node.js, and nginx end every handshake. {differs}",
            **facts,
        )
    return tr(
        "The names of the {number} certificates in {store} take more than 64 KiB, too much for the "
        "request for the client’s certificate. Java omits the list in TLS 1.3; OpenSSL, Node.js, "
        "and nginx end every handshake. {differs}",
        **facts,
    )
