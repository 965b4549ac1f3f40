"""Why one side’s certificate does not stand before the other: the causes, the likeliest first."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from handfast.core.errors import Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import Format
from handfast.handshake.engine.identity_choice import can_sign_in_tls
from handfast.handshake.engine.verification import verify
from handfast.handshake.report import wording, wording_pairs
from handfast.handshake.report.causes import Cause
from handfast.handshake.report.verdicts import objections_as_causes
from handfast.handshake.report.wording_faults import (
    help_for_expired,
    note_of_fault,
    of_fault,
    root_notes,
)
from handfast.services.paths.building import (
    Path,
    anchors_of,
    fits,
    follow,
    looks_like_missing_intermediate,
)
from handfast.services.paths.hosts import is_for_host, refusing_host
from handfast.services.paths.java_reading import java_refusal
from handfast.services.paths.judging import Aspect, judge, plain_faults
from handfast.services.paths.peers import (
    EVERYONE,
    JAVA,
    NOBODY,
    OPENSSL,
    ROOT_NEEDED,
    Peer,
    opinion_of,
    who_differs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.certificates.revocation_list import RevocationList
    from handfast.core.entry import KeyPair
    from handfast.handshake.engine.identity_choice import Choice
    from handfast.handshake.engine.verification import Verification
    from handfast.handshake.report.party import Party, Tls
    from handfast.handshake.report.report import Note
    from handfast.handshake.report.wording_faults import Help
    from handfast.services.paths.building import Anchor
    from handfast.services.paths.judging import Fault
    from handfast.services.paths.peers import Peers

#: Clocks that differ by a time zone set wrong differ by less than this.
_CLOCK_ERROR: Final = timedelta(hours=26)
#: What is no reason for a no where Java alone refuses it: oddities that OpenSSL lets pass.
_TOLD_BESIDE_A_YES: Final = frozenset(("wrong-format", "not-a-ca"))


def known_revocation_lists(party: Party, pool: Sequence[Certificate]) -> tuple[RevocationList, ...]:
    """The lists that a CA known here has signed; another’s of the same name says nothing."""
    if not party.revocation_lists:
        return ()
    from handfast.core.certificates.revocation_list import parse_list
    from handfast.services.paths.revocation import is_list_of

    lists = [parse_list(each) for each in party.revocation_lists]
    return tuple(each for each in lists if any(is_list_of(each, ca) for ca in pool))


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One certificate on its way from who presents it to who verifies it."""

    presenter: Party
    verifier: Party
    #: None where only public certificates of the presenter are known.
    choice: Choice | None
    at: datetime
    host: str = ""
    #: Every certificate that any party has, for finding what was left out.
    pool: tuple[Certificate, ...] = ()
    revocation_lists: tuple[RevocationList, ...] = ()

    def judge(self, path: Path) -> tuple[Fault, ...]:
        """The faults of its certificates, as the verifier sees them at that moment."""
        return judge(
            path,
            purpose=self.presenter.side,
            at=self.at,
            revocation_lists=self.revocation_lists,
            sent=self.chain,
            tls=self.tls,
        )

    @property
    def tls(self) -> Tls:
        """The version that the two speak, as far as that is settled."""
        return self.presenter.spoken_with(self.verifier)

    @property
    def pair(self) -> KeyPair | None:
        return self.choice.pair if self.choice is not None else None

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """What is presented, leaf first."""
        if self.choice is None:
            return self.presenter.known_chain
        return self.pair.chain if self.pair is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What came of looking at one direction."""

    causes: tuple[Cause, ...]
    #: What some programs refuse though others accept it.
    notes: tuple[Note, ...] = ()
    #: The limits among the notes as causes, for a verification, which has no handshake to tell.
    limits: tuple[Cause, ...] = ()
    path: Path | None = None
    #: Whether the key works with its certificate, so that a handshake can be tried.
    is_presentable: bool = True


def diagnose(direction: Direction) -> Diagnosis:
    """Look at the identity, then at its chain as the verifier sees it."""
    own, presentable = _own_causes(direction)
    chain = direction.chain
    if not chain:
        passed_over = direction.choice.passed_over if direction.choice is not None else ()
        own += _nothing_presented(direction, passed_over)
        return Diagnosis(
            causes=tuple(own),
            notes=_notes_of_passed_over(direction, passed_over),
            is_presentable=presentable,
        )
    if any(not each.is_readable for each in chain):
        own.append(_unreadable(direction))
        return Diagnosis(causes=tuple(own), is_presentable=False)
    if direction.verifier.trust is None:
        known = {each.code for each in own}
        own += [each for each in _plain_to_see(direction) if each.code not in known]
        return Diagnosis(causes=tuple(own), is_presentable=presentable)
    at = _own_place(direction) or 0
    ordered = (chain[at], *(each for index, each in enumerate(chain) if index != at))
    path = _follow(direction, ordered)
    answer = _ask_openssl(direction, ordered)
    causes, notes, limits = _causes_of_path(direction, path, answer=answer)
    known = {each.code for each in own}
    own += [each for each in causes if each.code != "no-shared-algorithm" or not known]
    silent = _not_asked_for(direction, ordered)
    if silent is not None and not causes:
        own.append(silent)
    if direction.pair is not None and direction.pair.algorithm == "DSA" and presentable and not own:
        notes = (*notes, wording_pairs.dsa_note(direction.presenter, direction.pair))
    elif direction.pair is None and ordered[0].key_algorithm == "DSA":
        notes = (*notes, wording_pairs.dsa_certificate_note(direction.presenter, ordered[0]))
    return Diagnosis(
        causes=_distinct(own),
        notes=notes,
        limits=_distinct(limits),
        path=path,
        is_presentable=presentable,
    )


def _plain_to_see(direction: Direction) -> list[Cause]:
    """What is wrong with the certificates whomever the verifier trusts, and with the host name."""
    presenter, verifier, chain = direction.presenter, direction.verifier, direction.chain
    causes = [
        of_fault(each, presenter, verifier, None)
        for each in plain_faults(chain, presenter.side, direction.at)
    ]
    if direction.host and not is_for_host(chain[0], direction.host):
        refusing = refusing_host(chain[0], direction.host)
        causes.append(wording.host_mismatch(presenter, chain[0], direction.host, refusing))
    return causes


def _follow(direction: Direction, chain: Sequence[Certificate], *, first: bool = False) -> Path:
    trust = direction.verifier.trust
    anchors = anchors_of(trust.store) if trust is not None else ()
    return follow(chain, anchors, direction.pool, None if first else direction.at)


def _ask_openssl(direction: Direction, chain: Sequence[Certificate]) -> Verification | None:
    """OpenSSL's own answer; None where the verifier trusts nobody, so that there is none."""
    trust = direction.verifier.trust
    anchors = anchors_of(trust.store) if trust is not None else ()
    if not anchors:
        return None
    return verify(
        chain,
        direction.presenter.side,
        [each.certificate for each in anchors],
        at=direction.at,
        revocation_lists=direction.revocation_lists,
    )


def _not_asked_for(direction: Direction, chain: Sequence[Certificate]) -> Cause | None:
    """Whether a client on Java would keep its certificate to itself, where only that is known."""
    trust = direction.verifier.trust
    if direction.presenter.side != "client" or direction.choice is not None or trust is None:
        return None
    names = {each.certificate.subject_key for each in anchors_of(trust.store)}
    if not names or any(each.issuer_key in names for each in chain):
        return None
    return wording_pairs.not_asked_for(direction.presenter, direction.verifier, chain)


def would_be_accepted(direction: Direction, pair: KeyPair) -> bool:
    """Whether the verifier would take another pair of the presenter."""
    if not pair.chain or pair.key is None or not all(each.is_readable for each in pair.chain):
        return False
    path = _follow(direction, pair.chain)
    if path.anchor is None or (direction.host and not is_for_host(pair.chain[0], direction.host)):
        return False
    return not direction.judge(path)


def _distinct(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    return tuple({(each.code, each.side, each.message): each for each in causes}.values())


# --- the pair --------------------------------------------------------------------------------


def _own_causes(direction: Direction) -> tuple[list[Cause], bool]:
    """What is wrong with the pair itself, and whether it can be presented at all."""
    presenter, pair = direction.presenter, direction.pair
    if direction.choice is None:
        return [], True
    store = presenter.keys.store if presenter.keys is not None else None
    locked = [each for each in (store.key_pairs if store is not None else ()) if each.is_locked]
    if pair is None:
        if store is not None and not store.key_pairs:
            return [wording_pairs.no_identity(presenter)], True
        return [], True
    if not pair.chain:
        return [wording_pairs.no_certificate(presenter, pair)], False
    if pair.key is None:
        trouble = wording_pairs.key_trouble if pair.trouble else wording_pairs.key_password
        return [trouble(presenter, pair)], False
    place = _own_place(direction)
    if place is None:
        return [wording_pairs.key_mismatch(presenter, pair)], False
    causes: list[Cause] = []
    if place:
        causes.append(wording_pairs.chain_order(presenter, pair.alias, pair.chain, place))
    is_known = pair.certificate is not None and pair.certificate.is_readable
    if is_known and not can_sign_in_tls(pair, presenter.side, direction.tls):
        causes.append(wording_pairs.no_shared_key_type(presenter, pair, direction.tls))
    differs = pair.password is not None and store is not None and pair.password != store.password
    if differs:
        causes.append(wording_pairs.key_password(presenter, pair))
    elif not direction.choice.was_forced:
        causes += [wording_pairs.key_password(presenter, each, is_other=True) for each in locked]
    return causes, not place


def _own_place(direction: Direction) -> int | None:
    """Where in the chain the certificate of the key stands; None where nowhere."""
    pair = direction.pair
    if pair is None or pair.key is None:
        return 0
    try:
        pair.key.load()
    except Unsupported:
        # A key that nothing here reads says nothing of where its certificate is.
        return 0
    keys = [index for index, each in enumerate(pair.chain) if pair.key.fits(each.public_key_der)]
    return keys[0] if keys else None


def _nothing_presented(direction: Direction, passed_over: Sequence[KeyPair]) -> list[Cause]:
    presenter, verifier = direction.presenter, direction.verifier
    if not passed_over:
        return []
    unusable = [
        each
        for each in passed_over
        if each.chain and not can_sign_in_tls(each, presenter.side, direction.tls)
    ]
    if len(unusable) == len(passed_over):
        return [wording_pairs.no_shared_key_type(presenter, unusable[0], direction.tls)]
    pairs = [each for each in passed_over if each.chain]
    if not pairs:
        return [wording_pairs.no_certificate(presenter, passed_over[0])]
    mismatch = wording_pairs.ca_list(presenter, verifier, pairs, None)
    trust = verifier.trust
    if trust is None:
        return [mismatch]
    # What would have come of presenting it all the same says which files must change.
    causes: list[Cause] = []
    for pair in pairs:
        if pair.key is None:
            causes.append(wording_pairs.key_password(presenter, pair))
        causes += _causes_of_path(direction, _follow(direction, pair.chain), pair=pair)[0]
    if len(pairs) > 1 and all(each.code == "untrusted" for each in causes):
        return [mismatch, *causes]
    return [*causes, mismatch]


def _notes_of_passed_over(direction: Direction, passed_over: Sequence[KeyPair]) -> tuple[Note, ...]:
    """What other programs, which present it whatever is asked for, would come upon next."""
    first = next((each for each in passed_over if each.chain), None)
    if first is None or direction.verifier.trust is None:
        return ()
    if not all(each.is_readable for each in first.chain):
        return ()
    path = _follow(direction, first.chain)
    answer = _ask_openssl(direction, first.chain)
    return tuple(root_notes(path, answer, direction.presenter, direction.verifier))


def _unreadable(direction: Direction) -> Cause:
    presenter = direction.presenter
    bad = next(each for each in direction.chain if not each.is_readable)
    answer = _ask_openssl(direction, direction.chain)
    refusing = JAVA if java_refusal(bad) else NOBODY
    if answer is not None and answer.strict:
        refusing |= OPENSSL
    refusing = refusing or EVERYONE
    message = tr(
        "{certificate}, which {party} presents, breaks the rules of X.509 and cannot be read in "
        "full.",
        certificate=wording.named(bad),
        party=presenter.title,
    )
    return Cause(
        code="wrong-format",
        side=presenter.side,
        message=f"{message} {who_differs(refusing, presenter.side)}".strip(),
        remedy=tr("Ask its issuer for a new certificate, and import the chain again."),
        opinion=opinion_of(refusing, presenter.side),
        refused_by=refusing,
    )


# --- the path --------------------------------------------------------------------------------


def _causes_of_path(
    direction: Direction,
    path: Path,
    *,
    pair: KeyPair | None = None,
    answer: Verification | None = None,
) -> tuple[list[Cause], tuple[Note, ...], list[Cause]]:
    presenter, verifier = direction.presenter, direction.verifier
    trust = verifier.trust
    if trust is None:
        return [], (), []
    anchors = anchors_of(trust.store)
    presented = pair or direction.pair
    leaf = path.certificates[0]
    causes: list[Cause] = []
    found = weigh(_faults(direction, path), answer)
    refused = [each for each in found if not each.is_limit]
    is_objected = False
    if not anchors:
        wanted = _root_above(path, direction.pool) or path.top
        causes.append(wording.empty_trust_store(verifier, wanted, len(trust.store.trusted)))
    elif path.is_same_key_only and path.anchor is not None and len(path.links) == 1:
        root = _root_above(path, direction.pool)
        own_alias = presented.alias if presented is not None else ""
        causes.append(
            wording.stale(presenter, verifier, path, path.anchor, root=root, alias=own_alias)
        )
    elif path.anchor is None:
        causes += _not_anchored(direction, path, anchors, presented)
    elif answer is not None and answer.strict and not _explained(refused, answer):
        is_objected = True
        causes += objections_as_causes(answer, path.certificates, presenter, verifier)
    for fault in refused:
        at_hand = _help(direction, path, fault, presented)
        causes.append(of_fault(fault, presenter, verifier, path.anchor, at_hand))
        if fault.code in {"expired", "not-yet-valid"} and _is_near(fault.certificate, direction.at):
            causes.append(wording.clock(verifier, fault.certificate))
    limits = [
        each
        for each in found
        if each.is_limit and not (is_objected and each.code == "wrong-format")
    ]
    notes = [
        *root_notes(path, answer, presenter, verifier),
        *(note_of_fault(each, presenter, verifier, path.anchor) for each in limits),
    ]
    if direction.host:
        refusing = refusing_host(leaf, direction.host)
        if not is_for_host(leaf, direction.host):
            causes.append(wording.host_mismatch(presenter, leaf, direction.host, refusing))
        elif refusing:
            notes.append(wording.host_note(presenter, leaf, direction.host, refusing))
    if path.is_out_of_order:
        alias, chain = (presented.alias, presented.chain) if presented else (None, direction.chain)
        notes.append(wording_pairs.order_note(presenter, alias, chain))
    told = [
        dataclasses.replace(of_fault(each, presenter, verifier, path.anchor), is_minor=True)
        for each in limits
    ]
    return causes, tuple(notes), told


def _help(direction: Direction, path: Path, fault: Fault, pair: KeyPair | None) -> Help | None:
    """What is here already against a certificate of a CA that expired."""
    expired = fault.certificate
    if fault.code != "expired" or not fault.depth:
        return None
    found = [
        each
        for each in direction.pool
        if each.subject_key == expired.subject_key
        and each.public_key_der == expired.public_key_der != b""
        and not each.is_expired(direction.at)
        and not each.is_not_yet_valid(direction.at)
    ]
    # One that was sent beside it needs no other root.
    found.sort(key=lambda each: each.is_self_signed)
    if not found or (pair is None and not found[0].is_self_signed):
        return None
    best = _follow(direction, [*direction.chain, *found])
    chain = [link.certificate for link in best.links if not link.certificate.is_self_signed]
    return help_for_expired(
        fault,
        direction.presenter,
        direction.verifier,
        path.anchor,
        successor=found[0],
        alias=pair.alias if pair is not None else "",
        chain=chain,
    )


def _faults(direction: Direction, path: Path) -> tuple[Fault, ...]:
    """Those of the path that most programs take, and of another that Java alone takes."""
    found = direction.judge(path)
    if path.anchor is None or not _is_rebuilt_by_java(direction):
        return found
    of_java = _follow(direction, direction.chain, first=True) if direction.chain else path
    if of_java.certificates == path.certificates or of_java.anchor is None:
        return found
    known = {(each.code, each.certificate) for each in found}
    return (
        *found,
        *(
            dataclasses.replace(each, refused_by=JAVA, aspect=Aspect.SUPERSEDED)
            for each in direction.judge(of_java)
            if each.code in {"expired", "not-yet-valid"}
            and (each.code, each.certificate) not in known
            and Peer.JAVA in each.refused_by
        ),
    )


def _is_rebuilt_by_java(direction: Direction) -> bool:
    """Whether Java sends one certificate of each name only, the first, as it does of PKCS#12."""
    keys = direction.presenter.keys
    return keys is not None and keys.store.format not in {Format.JKS, Format.JCEKS}


def weigh(faults: Sequence[Fault], answer: Verification | None) -> tuple[Fault, ...]:
    """The faults as they are refused in truth: what OpenSSL let pass, it does not refuse."""
    if answer is None:
        return tuple(faults)
    refusing = _refusing(answer)
    found = []
    for each in faults:
        if each.is_beyond_verification:
            found.append(each)
            continue
        if each.follows_openssl and not refusing:
            continue
        refused = (each.refused_by & JAVA) | (each.refused_by & refusing)
        if refused:
            of_java = refused == JAVA and each.code in _TOLD_BESIDE_A_YES
            # If other programs refuse it for their own reasons, Java's refusal is not an exception.
            is_limit = (each.is_limit or of_java) and not answer.strict
            found.append(dataclasses.replace(each, refused_by=refused, is_limit=is_limit))
    return tuple(found)


def _refusing(answer: Verification) -> Peers:
    if not answer.strict:
        return frozenset()
    return OPENSSL if answer.partial else ROOT_NEEDED


def _explained(faults: Sequence[Fault], answer: Verification) -> bool:
    """Whether a fault says already why OpenSSL refuses, or only a root is missing."""
    if not answer.partial:
        return True
    return any(Peer.OPENSSL in each.refused_by for each in faults)


def _is_near(certificate: Certificate, at: datetime) -> bool:
    """Whether it would be valid, were a clock set right."""
    start, end = certificate.not_before, certificate.not_after
    if start is not None and at < start:
        return start - at < _CLOCK_ERROR
    return end is not None and at > end and at - end < _CLOCK_ERROR


def _not_anchored(
    direction: Direction, path: Path, anchors: Sequence[Anchor], pair: KeyPair | None
) -> list[Cause]:
    presenter, verifier = direction.presenter, direction.verifier
    alias = pair.alias if pair is not None else path.certificates[0].common_name
    missing = wording.missing_intermediate(presenter, verifier, path, alias)
    if path.would_be_trusted:
        return [missing]
    at_hand = (*direction.chain, *direction.pool, *(each.certificate for each in anchors))
    signer = _named_signer(path.top, at_hand)
    if signer is not None:
        return [wording.bad_signature(presenter, path.top, signer)]
    if path.stale is not None and not path.missing:
        root = _root_above(path, direction.pool)
        return [wording.stale(presenter, verifier, path, path.stale, root=root, alias=alias)]
    own = verifier.keys.store.key_pairs if verifier.keys is not None else ()
    leaves = {each.chain[0] for each in own if each.chain}
    wrong_way_round = any(each.certificate in leaves for each in anchors)
    causes = [
        wording.untrusted(
            presenter,
            verifier,
            path,
            root=_root_above(path, direction.pool),
            wrong_way_round=wrong_way_round,
        )
    ]
    fitting = _fitting_rival(direction)
    if fitting is not None and pair is not None:
        if presenter.side == "client":
            causes.insert(0, wording_pairs.ca_list(presenter, verifier, [pair], fitting))
        else:
            causes.append(wording_pairs.ca_list(presenter, verifier, [pair], fitting))
    if not path.missing and looks_like_missing_intermediate(path.top, anchors):
        causes.insert(0, missing)
    return causes


def _named_signer(below: Certificate, pool: Sequence[Certificate]) -> Certificate | None:
    """The certificate whose name and key another names as its issuer’s, but did not sign it."""
    from cryptography import x509

    wanted = below.extension(x509.AuthorityKeyIdentifier.oid)
    if not isinstance(wanted, x509.AuthorityKeyIdentifier) or not wanted.key_identifier:
        return None
    for each in pool:
        given = each.extension(x509.SubjectKeyIdentifier.oid)
        if (
            isinstance(given, x509.SubjectKeyIdentifier)
            and given.digest == wanted.key_identifier
            and each.subject_key == below.issuer_key
        ):
            return each if below.signature_fits(each) is False else None
    return None


def _fitting_rival(direction: Direction) -> KeyPair | None:
    if direction.choice is None:
        return None
    rivals = direction.choice.rivals
    return next((each for each in rivals if would_be_accepted(direction, each)), None)


def _root_above(path: Path, pool: Sequence[Certificate]) -> Certificate | None:
    """The root that the path would lead to, if anybody here has it."""
    current = path.missing[-1] if path.missing else path.top
    for _ in range(len(pool)):
        if current.is_self_signed:
            return current
        above = next((each for each in pool if each != current and fits(current, each)), None)
        if above is None:
            return None
        current = above
    return None
