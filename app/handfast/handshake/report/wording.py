"""What a rehearsal says of each cause: with the files, the aliases and the names in question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.store import shorten
from handfast.handshake.report import story
from handfast.handshake.report.causes import Action, Cause
from handfast.handshake.report.report import Note
from handfast.services.describe.validity import date_text
from handfast.services.exchange.importing import suggest_alias
from handfast.services.paths.hosts import connectable, has_address_as_name, names_of
from handfast.services.paths.peers import EVERYONE, VERIFIERS, Peer, opinion_of, who_differs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificate import Certificate
    from handfast.handshake.report.party import Party
    from handfast.services.paths.building import Anchor, Path
    from handfast.services.paths.peers import Peers


def named(certificate: Certificate) -> str:
    """The certificate’s holder in quotes."""
    return f"“{shorten(certificate.common_name or certificate.subject or 'no name')}”"


def issuer_of(certificate: Certificate) -> str:
    return f"“{shorten(certificate.issuer_common_name or certificate.issuer or 'no name')}”"


def keys_name(party: Party) -> str:
    return party.keys.name if party.keys is not None else f"the keystore of {party.title}"


def trust_name(party: Party) -> str:
    return party.trust.name if party.trust is not None else f"the trust store of {party.title}"


def quoted(alias: str) -> str:
    return f"“{shorten(alias)}”"


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


def trust_action(verifier: Party, certificate: Certificate, *, instead_of: str = "") -> Action:
    store = verifier.trust
    return Action(
        kind="replace-trusted" if instead_of else "trust",
        side=verifier.side,
        store="trust",
        path=store.path if store is not None else None,
        alias=instead_of or suggest_alias(certificate, store.store if store else None),
        certificates=(certificate,),
    )


def empty_trust_store(verifier: Party, certificate: Certificate, hidden: int) -> Cause:
    if hidden:
        message = (
            f"Java sees none of the {hidden:,} certificates in {trust_name(verifier)}: they lack "
            "its mark of trust. “The trustAnchors parameter must be non-empty”."
        )
    else:
        message = f"{capital(trust_name(verifier))} trusts nobody: no certificate is in it."
    return Cause(
        code="empty-trust-store",
        side=verifier.side,
        message=message,
        remedy=f"Import {named(certificate)} into {trust_name(verifier)}"
        + (" again as trusted, and save: the mark is set then." if hidden else "."),
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
) -> Cause:
    """``root`` is that of the CA that issued what is presented, where anybody here has it."""
    mine, theirs = path.top, found.certificate
    if theirs.subject_key != mine.subject_key:
        # The chain ended before its root; the one that is trusted has the root’s name.
        message = (
            f"{capital(trust_name(verifier))} trusts {named(theirs)} (as {quoted(found.alias)}), "
            f"which has the name of the issuer of {named(mine)} but another key: it was renewed."
        )
        return Cause(
            code="stale-certificate",
            side=verifier.side,
            message=message,
            remedy=f"Import the present certificate of {named(theirs)} into "
            f"{trust_name(verifier)} in place of {quoted(found.alias)}.",
        )
    ours, old = mine.not_before, theirs.not_before
    if ours is not None and old is not None and old > ours:
        return Cause(
            code="stale-certificate",
            side=presenter.side,
            message=f"{capital(presenter.title)} still presents the {named(mine)} of "
            f"{date_text(ours)}; {trust_name(verifier)} has its successor of {date_text(old)} "
            f"(as {quoted(found.alias)}).",
            remedy=f"Put the newer pair into {keys_name(presenter)} and use it.",
        )
    same_key = path.is_same_key_only
    dates = f" of {date_text(old)}" if old is not None else ""
    return Cause(
        code="stale-certificate",
        side=verifier.side,
        message=f"{capital(trust_name(verifier))} trusts an older {named(theirs)}{dates} (as "
        f"{quoted(found.alias)}) than the one that {presenter.title} presents"
        + (
            ". Its key is the same, which is not enough."
            if same_key
            else ": it was renewed, and the new one was never imported."
        ),
        remedy=f"Import the present {named(mine)} into {trust_name(verifier)} in place of "
        f"{quoted(found.alias)}."
        if mine.is_self_signed or root is None
        # One that a CA issued is enough for Java and curl alone; its root is for all.
        else f"Import {named(root)}, which is above it, into {trust_name(verifier)}.",
        action=trust_action(verifier, mine, instead_of=found.alias)
        if mine.is_self_signed or root is None
        else trust_action(verifier, root),
    )


def missing_intermediate(presenter: Party, verifier: Party, path: Path, alias: str) -> Cause:
    issuer = issuer_of(path.top)
    if path.missing:
        names = ", ".join(named(each) for each in path.missing)
        remedy = f"Add {names} to the chain of {quoted(alias)} in {keys_name(presenter)}."
    else:
        remedy = (
            f"Ask the CA for the certificate of {issuer}, and import the whole chain onto "
            f"{quoted(alias)} in {keys_name(presenter)}."
        )
    action = None
    if path.missing:
        action = set_chain(presenter, alias, (*path.certificates, *path.missing))
    likely = "" if path.missing else "probably "
    return Cause(
        code="missing-intermediate",
        side=presenter.side,
        message=f"{capital(presenter.title)} sends its chain only up to {named(path.top)}. The "
        f"certificate of its issuer, {issuer}, is {likely}missing between it and the root that "
        f"{trust_name(verifier)} trusts.",
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
        message = (
            f"The self-signed certificate {named(leaf)} that {presenter.title} presents is not in "
            f"{trust_name(verifier)}."
        )
    else:
        end = named(top) if top.is_self_signed else issuer_of(top)
        message = (
            f"{capital(presenter.title)} presents {named(leaf)}, whose chain leads to {end}. "
            f"{capital(trust_name(verifier))} does not trust it."
        )
    if wrong_way_round:
        message += (
            f" It holds {verifier.title}’s own certificate instead: the two were exchanged the "
            "wrong way round."
        )
    if wanted is None:
        remedy = (
            f"Ask for the certificate of {issuer_of(top)}, and import it into "
            f"{trust_name(verifier)}."
        )
    else:
        remedy = f"Import {named(wanted)} into {trust_name(verifier)}."
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
        message=f"{named(certificate)} misses its time by less than a day or so: the clock of "
        f"{verifier.title}, or of the issuer of the certificate, may be wrong.",
        remedy="Set the clock and its time zone, and let it be set from the network.",
    )


def host_mismatch(server: Party, leaf: Certificate, host: str, refusing: Peers) -> Cause:
    names = names_of(leaf)
    said = ", ".join(f"“{shorten(each, 40)}”" for each in (*names.dns, *names.addresses)[:5])
    differs = who_differs(refusing, "server")
    among = "among its subject alternative names"
    if has_address_as_name(leaf, host):
        message = (
            f"{named(leaf)} holds “{host}” as a DNS name. An address is only looked for in entries "
            f"of the kind IP address."
        )
        among = "as an IP address among its subject alternative names"
    elif said:
        message = f"The client asks for “{host}”; the certificate {named(leaf)} is for {said}."
    elif host.lower() in names.common:
        message = (
            f"{named(leaf)} names “{host}” only as common name, where browsers, Go and current "
            "libraries do not look (RFC 9525)."
        )
    elif names.common and Peer.OPENSSL not in refusing:
        message = (
            f"{named(leaf)} names “{names.common[-1]}” only as common name, where browsers, Go "
            "and current libraries do not look (RFC 9525)."
        )
    else:
        message = (
            f"The client asks for “{host}”; the certificate {named(leaf)} names no host at all."
        )
    if not refusing:
        differs = "Java, OpenSSL, Node.js, Python and curl still do."
    usable = ", ".join(f"“{shorten(each, 40)}”" for each in connectable(leaf)[:5])
    fix = f"connect by one of its names ({usable}), or " if usable else ""
    is_minor = len(refusing) < len(VERIFIERS["server"]) and not names.dns
    return Cause(
        code="host-mismatch",
        side=server.side,
        message=f"{message} {differs}".strip(),
        remedy=f"{capital(fix + 'have')} a certificate issued for {keys_name(server)} with "
        f"“{host}” {among}. Do not switch the check off.",
        opinion="RFC 9525" if is_minor else opinion_of(refusing, "server"),
        refused_by=refusing or EVERYONE,
        is_minor=is_minor,
    )


def host_note(server: Party, leaf: Certificate, host: str, refusing: Peers) -> Note:
    """What is told where the host is right, and some programs refuse it all the same."""
    if host.endswith("."):
        why = "The host name ends in a dot, which not every program takes off."
        remedy = f"Connect to “{host.removesuffix('.')}”."
    elif "_" in host:
        why = "An underscore is not allowed in a host name (RFC 1123)."
        remedy = f"Have {keys_name(server)} reached by a name without one."
    else:
        why = f"{named(leaf)} is for it by a pattern that not every program takes."
        remedy = f"Have a certificate issued with “{host}” itself among its names."
    return Note(
        side=server.side,
        step=story.HOST_CHECK,
        message=f"“{host}”: {why} {who_differs(refusing, 'server')} {remedy}",
        refused_by=refusing,
    )
