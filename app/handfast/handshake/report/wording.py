"""What a rehearsal says of each cause: with the files, the aliases and the names in question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.store import quoted
from handfast.handshake.report import story
from handfast.handshake.report.causes import Action, Age, Cause, Namesake
from handfast.handshake.report.report import Note
from handfast.services.describe.validity import date_text
from handfast.services.exchange.importing import suggest_alias
from handfast.services.paths.hosts import connectable, has_address_as_name, names_of
from handfast.services.paths.peers import (
    EVERYONE,
    OPENSSL,
    Peer,
    opinion_of,
    who_differs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.party import Party, Side
    from handfast.services.paths.building import Anchor, Path
    from handfast.services.paths.peers import Peers


def named(certificate: Certificate) -> str:
    """The certificate’s holder in quotes."""
    return quoted(certificate.common_name or certificate.subject or tr("no name"))


def issuer_of(certificate: Certificate) -> str:
    return quoted(certificate.issuer_common_name or certificate.issuer or tr("no name"))


def keys_name(party: Party) -> str:
    return (
        party.keys.name
        if party.keys is not None
        else tr("the keystore of {party}", party=party.title)
    )


def trust_name(party: Party) -> str:
    return (
        party.trust.name
        if party.trust is not None
        else tr("the trust store of {party}", party=party.title)
    )


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def set_chain(party: Party, alias: str, chain: Sequence[Certificate]) -> Action | None:
    if party.keys is None:
        return None
    return Action(
        kind="set-chain",
        side=party.side,
        store="keys",
        path=party.keys.path,
        alias=alias,
        certificates=tuple(chain),
    )


# --- the path to an anchor ---------------------------------------------------------------------


def trust_action(
    verifier: Party, certificate: Certificate, *, instead_of: str = "", is_current: bool = True
) -> Action:
    """Trusting a certificate; in place of an entry, unless that is a key pair, which stays."""
    store = verifier.trust
    if store is not None and any(each.alias == instead_of for each in store.store.key_pairs):
        instead_of = ""
    return Action(
        kind="replace-trusted" if instead_of else "trust",
        side=verifier.side,
        store="trust",
        path=store.path if store is not None else None,
        alias=instead_of or suggest_alias(certificate, store.store if store else None),
        certificates=(certificate,),
        is_current=is_current,
    )


def empty_trust_store(verifier: Party, certificate: Certificate, hidden: int) -> Cause:
    if hidden:
        message = tr_count(
            "Java does not see the only certificate in {store}: it lacks Java’s trust "
            "attribute. “The trustAnchors parameter must be non-empty”.",
            "Java does not see the {count} certificates in {store}: they lack Java’s trust "
            "attribute. “The trustAnchors parameter must be non-empty”.",
            hidden,
            store=trust_name(verifier),
        )
    else:
        message = tr("{store} contains no certificate.", store=capital(trust_name(verifier)))
    return Cause(
        code="empty-trust-store",
        side=verifier.side,
        message=message,
        remedy=tr(
            "Import {certificate} into {store} again as trusted, and save: that sets the "
            "attribute.",
            certificate=named(certificate),
            store=trust_name(verifier),
        )
        if hidden
        else tr(
            "Import {certificate} into {store}.",
            certificate=named(certificate),
            store=trust_name(verifier),
        ),
        opinion="Java" if hidden else "",
        action=trust_action(verifier, certificate),
    )


def stale(
    presenter: Party,
    verifier: Party,
    path: Path,
    found: Anchor,
    *,
    root: Certificate | None = None,
    alias: str = "",
) -> Cause:
    """What is trusted has the right name, but is another certificate.

    ``root`` is that of the CA that issued what is presented, where anybody here has it; ``alias``
    is that of the pair that is presented.
    """
    mine, theirs = path.top, found.certificate
    if theirs.subject_key != mine.subject_key:
        return _stale_issuer(presenter, verifier, mine, found, root)
    same_key = theirs.public_key_der == mine.public_key_der != b""
    age = _age_of(theirs, mine)
    # Java verifies what is presented with the key of a CA that it trusts, whichever of the two is
    # newer; the others look for the very certificate.
    refusing = OPENSSL if same_key and theirs.is_ca and mine.is_self_issued else EVERYONE
    message = " ".join(
        (
            _trusted_instead(presenter, verifier, found, mine, age),
            tr("Both have the same key.") if same_key else tr("Their keys differ."),
            who_differs(refusing, presenter.side),
        )
    ).strip()
    remedy, action = _stale_remedy(presenter, verifier, found, mine, root, age)
    if age is Age.NEWER:
        at_hand = _newer_at_hand(presenter, path, theirs, alias if same_key else "")
        if at_hand is not None:
            remedy, action = at_hand
    return Cause(
        code="stale-certificate",
        side=presenter.side if age is Age.NEWER else verifier.side,
        message=message,
        opinion=opinion_of(refusing, presenter.side),
        refused_by=refusing,
        remedy=remedy,
        action=action,
        namesake=Namesake(age=age, has_same_key=same_key, verifier=verifier.side),
    )


def _age_of(trusted: Certificate, presented: Certificate) -> Age:
    """By the days on which they began, which is what people are shown."""
    if trusted.not_before is None or presented.not_before is None:
        return Age.UNKNOWN
    theirs, ours = trusted.not_before.date(), presented.not_before.date()
    return Age.SAME if theirs == ours else Age.OLDER if theirs < ours else Age.NEWER


def _stale_issuer(
    presenter: Party,
    verifier: Party,
    issued: Certificate,
    found: Anchor,
    root: Certificate | None,
) -> Cause:
    """The chain ended before its root; the one that is trusted has only the root's name."""
    theirs = found.certificate
    wanted = root if root is not None and root.subject_key == theirs.subject_key else None
    age = _age_of(theirs, wanted) if wanted is not None else Age.UNKNOWN
    same_key = wanted is not None and theirs.public_key_der == wanted.public_key_der != b""
    remedy = tr(
        "Import the certificate that issued {issued} into {store} in place of {alias}.",
        issued=named(issued),
        store=trust_name(verifier),
        alias=quoted(found.alias),
    )
    return Cause(
        code="stale-certificate",
        side=verifier.side,
        message=tr(
            "{store} trusts {certificate} (as {alias}), which has the name of the issuer of "
            "{issued} that {party} presents, but did not issue it.",
            store=capital(trust_name(verifier)),
            certificate=named(theirs),
            alias=quoted(found.alias),
            issued=named(issued),
            party=presenter.title,
        ),
        remedy=remedy,
        action=None
        if wanted is None
        else trust_action(verifier, wanted, instead_of=found.alias, is_current=age is Age.OLDER),
        namesake=Namesake(age=age, has_same_key=same_key, verifier=verifier.side),
    )


def _trusted_instead(
    presenter: Party, verifier: Party, found: Anchor, presented: Certificate, age: Age
) -> str:
    """Which certificate of the name is trusted, and which one is presented."""
    theirs = found.certificate
    facts = {
        "store": capital(trust_name(verifier)),
        "certificate": named(theirs),
        "alias": quoted(found.alias),
        "party": presenter.title,
    }
    if theirs.not_before is None or presented.not_before is None or age is Age.UNKNOWN:
        return tr(
            "{store} trusts another {certificate} (as {alias}) than the one that {party} presents.",
            **facts,
        )
    dates = {"date": date_text(theirs.not_before), "new_date": date_text(presented.not_before)}
    if age is Age.OLDER:
        return tr(
            "{store} trusts an older {certificate} of {date} (as {alias}) than the one of "
            "{new_date} that {party} presents.",
            **facts,
            **dates,
        )
    if age is Age.NEWER:
        return tr(
            "{store} trusts a newer {certificate} of {date} (as {alias}) than the one of "
            "{new_date} that {party} presents.",
            **facts,
            **dates,
        )
    return tr(
        "{store} trusts another {certificate} (as {alias}) than the one that {party} presents. "
        "Both are of {date}, so neither is known to replace the other; the SHA-256 fingerprint "
        "of the trusted one begins with {trusted}, that of the presented one with {presented}.",
        **facts,
        date=dates["date"],
        trusted=_beginning(theirs),
        presented=_beginning(presented),
    )


def _beginning(certificate: Certificate) -> str:
    """The beginning of a fingerprint: enough to tell two certificates apart."""
    return group_fingerprint(certificate.sha256)[: 4 * 3 - 1]


def _stale_remedy(
    presenter: Party,
    verifier: Party,
    found: Anchor,
    presented: Certificate,
    root: Certificate | None,
    age: Age,
) -> tuple[str, Action]:
    """What to do with what is trusted, and doing it."""
    store, alias = trust_name(verifier), quoted(found.alias)
    if not presented.is_self_signed and root is not None:
        # One that a CA issued is enough for Java and curl alone; its root is for all.
        words = tr(
            "Import {certificate}, which is above it, into {store}.",
            certificate=named(root),
            store=store,
        )
        return words, trust_action(verifier, root)
    action = trust_action(verifier, presented, instead_of=found.alias, is_current=age is Age.OLDER)
    facts = {"certificate": named(presented), "store": store, "alias": alias}
    if age is Age.OLDER:
        return tr(
            "Import the current {certificate} into {store} in place of {alias}.", **facts
        ), action
    if age is Age.NEWER:
        return tr(
            "Use the newer one in {keys}. If the one presented is right, import it into {store} in "
            "place of {alias}.",
            keys=keys_name(presenter),
            store=store,
            alias=alias,
        ), action
    return tr(
        "If the one presented is right, import it into {store} in place of {alias}. Otherwise use "
        "the trusted one in {keys}.",
        keys=keys_name(presenter),
        store=store,
        alias=alias,
    ), action


def _newer_at_hand(
    presenter: Party, path: Path, newer: Certificate, alias: str
) -> tuple[str, Action] | None:
    """Presenting the newer certificate, where its key is here; ``alias`` of a pair with its key."""
    keys = presenter.keys
    if keys is None or len(path.links) > 1:
        return None
    facts = {"certificate": named(newer), "store": keys_name(presenter)}
    for pair in keys.store.key_pairs:
        if pair.chain and pair.chain[0] == newer and pair.key is not None:
            words = tr(
                "Use {alias} in {store}, which is the newer pair.",
                alias=quoted(pair.alias),
                store=facts["store"],
            )
            return words, Action(
                kind="choose", side=presenter.side, store="keys", path=keys.path, alias=pair.alias
            )
    if alias and newer.is_self_signed:
        words = tr(
            "Import the newer {certificate} onto {alias} in {store}.", alias=quoted(alias), **facts
        )
        action = set_chain(presenter, alias, (newer,))
        return None if action is None else (words, action)
    return None


def bad_signature(presenter: Party, certificate: Certificate, issuer: Certificate) -> Cause:
    """A certificate that names the key of its issuer, and that this key did not sign."""
    return Cause(
        code="wrong-format",
        side=presenter.side,
        message=tr(
            "The signature on {certificate} was not made with the key of {issuer}, which it names "
            "as its issuer. It was changed after it was signed, or damaged.",
            certificate=named(certificate),
            issuer=named(issuer),
        ),
        remedy=tr(
            "Get {certificate} from its issuer again, and import the chain into {store}.",
            certificate=named(certificate),
            store=keys_name(presenter),
        ),
    )


def unreadable_on_the_wire(presenter: Side, words: str) -> Cause:
    """A certificate that came over the network and that OpenSSL cannot read, for its reason."""
    return Cause(
        code="wrong-format",
        side=presenter,
        message=tr(
            "A certificate that the server presents breaks the rules of X.509, so that OpenSSL "
            "cannot read it: {words}.",
            words=words,
        )
        if presenter == "server"
        else tr(
            "A certificate that the client presents breaks the rules of X.509, so that OpenSSL "
            "cannot read it: {words}.",
            words=words,
        ),
        remedy=tr("Have a certificate issued that follows these rules."),
    )


def missing_intermediate(presenter: Party, verifier: Party, path: Path, alias: str) -> Cause:
    issuer = issuer_of(path.top)
    if path.missing:
        names = ", ".join(named(each) for each in path.missing)
        remedy = tr(
            "Add {names} to the chain of {alias} in {store}.",
            names=names,
            alias=quoted(alias),
            store=keys_name(presenter),
        )
    else:
        remedy = tr(
            "Ask the CA for the certificate of {issuer}, and import the full chain onto {alias} "
            "in {store}.",
            issuer=issuer,
            alias=quoted(alias),
            store=keys_name(presenter),
        )
    action = None
    if path.missing:
        action = set_chain(presenter, alias, (*path.certificates, *path.missing))
    return Cause(
        code="missing-intermediate",
        side=presenter.side,
        message=tr(
            "{party} sends its chain only up to {certificate}. The certificate of its "
            "issuer, {issuer}, is missing between it and the root that {store} trusts.",
            party=capital(presenter.title),
            certificate=named(path.top),
            issuer=issuer,
            store=trust_name(verifier),
        )
        if path.missing
        else tr(
            "{party} sends its chain only up to {certificate}. The certificate of its "
            "issuer, {issuer}, is probably missing between it and the root that {store} "
            "trusts.",
            party=capital(presenter.title),
            certificate=named(path.top),
            issuer=issuer,
            store=trust_name(verifier),
        ),
        remedy=remedy,
        action=action,
    )


def untrusted(
    presenter: Party,
    verifier: Party,
    path: Path,
    *,
    root: Certificate | None,
    wrong_way_round: bool,
) -> Cause:
    top, leaf = path.top, path.certificates[0]
    # Where only a CA below its root is at hand, importing that is not enough for all programs.
    wanted = root or (top if top.is_self_signed else None)
    if leaf.is_self_signed:
        message = tr(
            "The self-signed certificate {certificate} that {party} presents is not in {store}.",
            certificate=named(leaf),
            party=presenter.title,
            store=trust_name(verifier),
        )
    else:
        end = named(top) if top.is_self_signed else issuer_of(top)
        message = tr(
            "{party} presents {certificate}, whose chain leads to {end}. {store} does not "
            "trust it.",
            party=capital(presenter.title),
            certificate=named(leaf),
            end=end,
            store=capital(trust_name(verifier)),
        )
    if wrong_way_round:
        message += " " + tr(
            "Instead, it contains {party}’s own certificate: keystore and trust store have been "
            "swapped.",
            party=verifier.title,
        )
    if wanted is None:
        remedy = tr(
            "Ask for the certificate of {issuer}, and import it into {store}.",
            issuer=issuer_of(top),
            store=trust_name(verifier),
        )
    else:
        remedy = tr(
            "Import {certificate} into {store}.",
            certificate=named(wanted),
            store=trust_name(verifier),
        )
    return Cause(
        code="untrusted",
        side=verifier.side,
        message=message,
        remedy=remedy,
        action=trust_action(verifier, wanted) if wanted is not None else None,
    )


def clock(verifier: Party, certificate: Certificate) -> Cause:
    return Cause(
        code="clock",
        side=verifier.side,
        message=tr(
            "{certificate} misses its validity by about a day or less: the clock of {party}, or "
            "of the issuer of the certificate, may be wrong.",
            certificate=named(certificate),
            party=verifier.title,
        ),
        remedy=tr("Set the clock and its time zone, and synchronize it over the network."),
    )


def host_mismatch(server: Party, leaf: Certificate, host: str, refusing: Peers) -> Cause:
    names = names_of(leaf)
    said = enumerated([quoted(each, 40) for each in (*names.dns, *names.addresses)[:5]])
    differs = who_differs(refusing, "server")
    if has_address_as_name(leaf, host):
        message = tr(
            "{certificate} contains “{host}” as a DNS name. Programs look for an address only in "
            "entries of the type IP address.",
            certificate=named(leaf),
            host=host,
        )
    elif said:
        message = tr(
            "The client asks for “{host}”; the certificate {certificate} is for {names}.",
            host=host,
            certificate=named(leaf),
            names=said,
        )
    elif host.lower() in names.common:
        message = tr(
            "{certificate} names “{host}” only as common name, which browsers, Go, and current "
            "libraries ignore (RFC 9525).",
            certificate=named(leaf),
            host=host,
        )
    elif names.common and Peer.OPENSSL not in refusing:
        message = tr(
            "{certificate} names “{common}” only as common name, which browsers, Go, and current "
            "libraries ignore (RFC 9525).",
            certificate=named(leaf),
            common=names.common[-1],
        )
    else:
        message = tr(
            "The client asks for “{host}”; the certificate {certificate} contains no host name.",
            host=host,
            certificate=named(leaf),
        )
    if not refusing:
        differs = tr("Java, OpenSSL, Node.js, Python, and curl still accept it.")
    usable = enumerated([quoted(each, 40) for each in connectable(leaf)[:5]])
    # Names where RFC 9525 does not look for them, as OpenSSL does all the same.
    is_minor = Peer.OPENSSL not in refusing and not names.dns
    return Cause(
        code="host-mismatch",
        side=server.side,
        message=f"{message} {differs}".strip(),
        remedy=_host_remedy(server, host, usable, is_address=has_address_as_name(leaf, host)),
        opinion="RFC 9525" if is_minor else opinion_of(refusing, "server"),
        refused_by=refusing or EVERYONE,
        is_minor=is_minor,
    )


def host_note(server: Party, leaf: Certificate, host: str, refusing: Peers) -> Note:
    """What is told where the host is right, and some programs refuse it all the same."""
    if host.endswith("."):
        why = tr("The host name ends in a dot, which not every program removes.")
        remedy = tr("Connect to “{host}”.", host=host.removesuffix("."))
    elif "_" in host:
        why = tr("An underscore is not allowed in a host name (RFC 1123).")
        remedy = tr("Make {store} reachable by a name without one.", store=keys_name(server))
    else:
        why = tr(
            "{certificate} covers it with a pattern that not every program accepts.",
            certificate=named(leaf),
        )
        remedy = tr("Have a certificate issued that names “{host}” itself.", host=host)
    return Note(
        side=server.side,
        step=story.HOST_CHECK,
        message=f"“{host}”: {why} {who_differs(refusing, 'server')} {remedy}",
        refused_by=refusing,
    )


def _host_remedy(server: Party, host: str, usable: str, *, is_address: bool) -> str:
    facts = {"store": keys_name(server), "host": host, "names": usable}
    if usable and is_address:
        return tr(
            "Connect by one of its names ({names}), or have a certificate issued for {store} with "
            "“{host}” as an IP address among its subject alternative names. Do not disable the "
            "check.",
            **facts,
        )
    if usable:
        return tr(
            "Connect by one of its names ({names}), or have a certificate issued for {store} with "
            "“{host}” among its subject alternative names. Do not disable the check.",
            **facts,
        )
    if is_address:
        return tr(
            "Have a certificate issued for {store} with “{host}” as an IP address among its "
            "subject alternative names. Do not disable the check.",
            **facts,
        )
    return tr(
        "Have a certificate issued for {store} with “{host}” among its subject alternative names. "
        "Do not disable the check.",
        **facts,
    )
