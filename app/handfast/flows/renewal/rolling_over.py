"""Roll over: from the old pair to the new one with a partner, planned and proven."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias, TypedDict, Unpack

from handfast.core.errors import HandfastError, InvalidInput, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, Store, shorten
from handfast.flows.base import FieldProblem, FlowStep, problem_of_reading
from handfast.flows.catalogue_flow import CatalogueFlow
from handfast.flows.handover import Handover, RolloverNotice, write_handover
from handfast.flows.renewal.plan_words import (
    Names,
    last_day,
    reminders_of,
    side_names,
    trust_by,
)
from handfast.flows.setup.saved_setup import slug
from handfast.handshake.engine.endpoint import host_of
from handfast.handshake.report.party import Party, PartyStore, other_side
from handfast.handshake.rollover import RollingSide, RolloverPlan, plan_rollover
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.importing import import_certificates, suggest_alias
from handfast.services.files.report_files import write_chosen_report
from handfast.services.partnerships import PARTNER_STAGES, ROLLOVER_STAGES
from handfast.services.reminders import calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.party import Side
    from handfast.services.partnerships import Partnership, PartnerStage, RolloverStage

_STEP: Final = "rollover"
#: What the partner trusts of us, where their trust store is not at hand.
Trusting: TypeAlias = Literal["leaf", "ca"]
#: The stores, as the draft calls them.
Place: TypeAlias = Literal["ours", "trust", "partner", "partner_next", "partner_trust"]
PLACES: Final[tuple[Place, ...]] = ("ours", "trust", "partner", "partner_next", "partner_trust")


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverDraft:
    """Who rolls over; stores by the key that they have. Empty where one is not at hand."""

    #: Which side of TLS we are.
    role: Side = "client"
    ours: str = ""
    old_alias: str = ""
    #: Empty while the new pair is not there yet.
    new_alias: str = ""
    trust: str = ""
    #: The partner’s keystore or certificates, and those that they change to.
    partner: str = ""
    partner_next: str = ""
    partner_trust: str = ""
    #: What they trust, where ``partner_trust`` is empty.
    trusting: Trusting = "leaf"
    host: str = ""


class RolloverEdits(TypedDict, total=False):
    """Fields of a :class:`RolloverDraft` that are edited."""

    role: Side
    ours: str
    old_alias: str
    new_alias: str
    trust: str
    partner: str
    partner_next: str
    partner_trust: str
    trusting: Trusting
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One certificate on the time line."""

    side: Side
    is_new: bool
    label: str
    start: dt.datetime
    end: dt.datetime


class RolloverFlow(CatalogueFlow[RolloverDraft, RolloverPlan]):
    """The stores that are open and were read, the partnership if there is one, and the plan."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=_STEP, title=tr("Roll-over")),)

    def __init__(
        self,
        stores: Sequence[OpenStore] = (),
        *,
        partnership: Partnership | None = None,
        now: dt.datetime | None = None,
    ) -> None:
        draft = RolloverDraft()
        if partnership is not None:
            draft = RolloverDraft(
                role=partnership.role,
                ours=_key(partnership.keystore),
                trust=_key(partnership.truststore),
                host=partnership.host if partnership.role == "client" else "",
            )
        super().__init__(draft, stores)
        self.partnership = partnership
        self.now = now
        self.suggest()

    # --- the stores -----------------------------------------------------------------

    def used_keys(self) -> set[str]:
        return {getattr(self.draft, place) for place in PLACES}

    def update(self, **changes: Unpack[RolloverEdits]) -> None:
        """Change fields of the draft; what nobody chose yet is suggested from them."""
        self._touched |= changes.keys()
        if "ours" in changes:
            changes.setdefault("old_alias", "")
            changes.setdefault("new_alias", "")
            self._touched -= {"old_alias", "new_alias"}
        self.draft = dataclasses.replace(self.draft, **changes)
        self.suggest()

    def choose(self, place: Place, key: str) -> None:
        """Take a store to a place."""
        changes: RolloverEdits = {}
        changes[place] = key
        self.update(**changes)

    @property
    def pairs(self) -> tuple[KeyPair, ...]:
        """Our key pairs that have a certificate."""
        return tuple(each for each in self.catalogue.pairs(self.draft.ours) if each.chain)

    def suggest(self) -> None:
        """Fill in what nobody chose yet."""
        draft = self.draft
        if not draft.ours and "ours" not in self._touched:
            keyed = next((e for e in self.catalogue.open_stores if e.store.key_pairs), None)
            if keyed is not None:
                draft = dataclasses.replace(draft, ours=keyed.key)
                self.draft = draft
        pairs = self.pairs
        names = {each.alias for each in pairs}
        if draft.old_alias not in names or "old_alias" not in self._touched:
            old = self._suggested_old(pairs)
            draft = dataclasses.replace(draft, old_alias=old.alias if old is not None else "")
            self.draft = draft
        if draft.new_alias not in names or "new_alias" not in self._touched:
            new = self._suggested_new(pairs)
            draft = dataclasses.replace(draft, new_alias=new.alias if new is not None else "")
        if not draft.trust and "trust" not in self._touched:
            trusting = [e for e in self.catalogue.open_stores if e.store.trusted]
            best = sorted(trusting, key=lambda each: bool(each.store.key_pairs))
            if best:
                draft = dataclasses.replace(draft, trust=best[0].key)
        self.draft = draft
        old = self.old
        if "trusting" not in self._touched and old is not None:
            is_own = old.chain[0].is_self_signed
            self.draft = dataclasses.replace(draft, trusting="leaf" if is_own else "ca")

    def _suggested_old(self, pairs: tuple[KeyPair, ...]) -> KeyPair | None:
        known = self.partnership
        wanted = ""
        if known is not None:
            wanted = known.rollover_old_sha256 or known.our_sha256
        exact = next((each for each in pairs if each.chain[0].sha256 == wanted), None)
        if exact is not None or wanted:
            return exact
        return min(pairs, key=_end_of, default=None)

    def _suggested_new(self, pairs: tuple[KeyPair, ...]) -> KeyPair | None:
        """The pair of the same name that is valid for longest, and longer than the old one."""
        old, known = self.old, self.partnership
        if known is not None and known.rollover_new_sha256:
            wanted = known.rollover_new_sha256
            exact = next((each for each in pairs if each.chain[0].sha256 == wanted), None)
            if exact is not None:
                return exact
        if old is None:
            return None
        later = [
            each
            for each in pairs
            if each is not old
            and each.chain[0].subject_der == old.chain[0].subject_der
            and _end_of(each) > _end_of(old)
        ]
        return max(later, key=_end_of, default=None)

    # --- the two sides ----------------------------------------------------------------

    @property
    def old(self) -> KeyPair | None:
        """The pair that is replaced."""
        return next((each for each in self.pairs if each.alias == self.draft.old_alias), None)

    @property
    def new(self) -> KeyPair | None:
        """The pair that replaces it; None while it is not there."""
        if self.draft.new_alias == self.draft.old_alias:
            return None
        return next((each for each in self.pairs if each.alias == self.draft.new_alias), None)

    @property
    def names(self) -> Names:
        """What the two sides are called."""
        ours = self.partnership.our_name if self.partnership is not None else ""
        theirs = self.partnership.partner if self.partnership is not None else tr("the partner")
        if not theirs:
            return side_names()
        you = None if ours else self.draft.role
        ours = ours or tr("you")
        if self.draft.role == "client":
            return Names(client=ours, server=theirs, you=you)
        return Names(client=theirs, server=ours, you=you)

    def _party_name(self, side: Side) -> str:
        """What causes call a side; empty for that of the reader, which is “the client” there."""
        return "" if self.names.is_you(side) else self.names.of(side)

    def _span_label(self, side: Side, *, is_new: bool) -> str:
        if self.names.is_you(side):
            return tr("Your new certificate") if is_new else tr("Your current certificate")
        name = self.names.of(side)
        if is_new:
            return tr("New certificate of {name}", name=name)
        return tr("Current certificate of {name}", name=name)

    def _partner_chain(self, key: str) -> tuple[Certificate, ...]:
        found = self.catalogue.find(key) if key else None
        if found is not None:
            if found.store.key_pairs:
                return found.store.key_pairs[0].chain
            return tuple(each.certificate for each in found.store.trusted)
        if key or self.partnership is None:
            return ()
        return _chain_in(self.partnership.partner_chain)

    def _next_chain(self) -> tuple[Certificate, ...]:
        """What the partner changes to: what is chosen, or was trusted in an earlier sitting."""
        if self.draft.partner_next:
            return self._partner_chain(self.draft.partner_next)
        known = self.partnership
        if known is None or known.partner_rollover != "trusted":
            return ()
        return _chain_in(known.partner_next_chain)

    def _our_side(self) -> RollingSide:
        draft, side = self.draft, self.draft.role
        keys = self.catalogue.party_store(draft.ours)
        trust = self.catalogue.party_store(draft.trust)
        if keys is None or self.old is None:
            raise InvalidInput(tr("The old pair is missing."), remedy=tr("Choose it."))
        base = Party(
            side=side,
            name=self._party_name(side),
            keys=keys,
            alias=draft.old_alias,
            trust=trust,
        )
        coming = self._next_chain()
        return RollingSide(
            party=base,
            next_party=dataclasses.replace(base, alias=draft.new_alias)
            if self.new is not None
            else None,
            next_trust=dataclasses.replace(base, trust=_with(trust, _anchor_of(coming, "leaf")))
            if coming
            else None,
        )

    def _their_side(self) -> RollingSide:
        draft, side = self.draft, other_side(self.draft.role)
        trust = self.catalogue.party_store(draft.partner_trust) if draft.partner_trust else None
        old, new = self.old, self.new
        known_old = old.chain if old is not None else ()
        if trust is None:
            trust = _with(None, _anchor_of(known_old, draft.trusting))
        base = Party(
            side=side,
            name=self._party_name(side),
            known_chain=self._partner_chain(draft.partner),
            trust=trust,
        )
        chosen = self.catalogue.party_store(draft.partner) if draft.partner else None
        if chosen is not None and chosen.store.key_pairs:
            base = dataclasses.replace(base, keys=chosen, known_chain=())
        fresh: Party | None = None
        if self.has_partner_change:
            after = self.catalogue.party_store(draft.partner_next) if draft.partner_next else None
            has_keys = after is not None and bool(after.store.key_pairs)
            fresh = dataclasses.replace(
                base,
                keys=after if has_keys else None,
                known_chain=() if has_keys else self._next_chain(),
            )
        learned = _with(trust, _anchor_of(new.chain if new is not None else (), draft.trusting))
        return RollingSide(
            party=base,
            next_party=fresh,
            next_trust=dataclasses.replace(base, trust=learned) if new is not None else None,
        )

    # --- what is wrong, and the plan ----------------------------------------------------

    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is still missing."""
        found = []
        if self.old is None:
            message = tr("Choose the keystore and the pair that is replaced.")
            found.append(FieldProblem(field="ours", message=message))
        elif self.new is None and not self.has_partner_change and self.partner_stage != "switched":
            message = tr("The new key pair does not exist yet. Renew the old one first.")
            found.append(FieldProblem(field="new_alias", message=message))
        if self.catalogue.find(self.draft.trust) is None:
            message = tr("Choose your trust store.")
            found.append(FieldProblem(field="trust", message=message))
        if not self._partner_chain(self.draft.partner):
            message = tr("Choose the partner’s certificate or keystore.")
            found.append(FieldProblem(field="partner", message=message))
        found += problem_of_reading("host", lambda: host_of(self.draft.host.strip()))
        return tuple(found)

    def run(self, progress: Progress = no_progress) -> RolloverPlan:
        """Plan it as it stands now."""
        return self.prepared()(progress)

    def prepared(self) -> Callable[[Progress], RolloverPlan]:
        """The plan as it stands now, for another thread, whatever is chosen later."""
        sides = {self.draft.role: self._our_side(), other_side(self.draft.role): self._their_side()}
        host, now = host_of(self.draft.host.strip()), self.now

        def run(progress: Progress) -> RolloverPlan:
            progress(0, 0)
            return plan_rollover(sides["client"], sides["server"], host=host, now=now)

        return run

    @property
    def spans(self) -> tuple[Span, ...]:
        """The certificates of both sides, for the time line."""
        ours, theirs = self.draft.role, other_side(self.draft.role)
        chains: list[tuple[Side, bool, tuple[Certificate, ...]]] = [
            (ours, False, self.old.chain if self.old is not None else ()),
            (ours, True, self.new.chain if self.new is not None else ()),
            (theirs, False, self._partner_chain(self.draft.partner)),
        ]
        if coming := self._next_chain():
            chains.append((theirs, True, coming))
        found = []
        for side, is_new, chain in chains:
            leaf = chain[0] if chain else None
            if leaf is None or leaf.not_before is None or leaf.not_after is None:
                continue
            label = self._span_label(side, is_new=is_new)
            found.append(
                Span(
                    side=side,
                    is_new=is_new,
                    label=label,
                    start=leaf.not_before,
                    end=leaf.not_after,
                )
            )
        return tuple(found)

    # --- the partnership ----------------------------------------------------------------

    @property
    def stage(self) -> RolloverStage:
        """How far it is."""
        return self.partnership.rollover if self.partnership is not None else ""

    @property
    def next_stage(self) -> RolloverStage | None:
        """What comes next; None at the end, or while the new pair is missing."""
        if self.partnership is None or self.new is None:
            # The old pair may be gone already, at the end.
            return None
        if self.stage == "dropped":
            # That one is over; the next begins.
            return "prepared"
        after = ROLLOVER_STAGES.index(self.stage) + 1
        return ROLLOVER_STAGES[after] if after < len(ROLLOVER_STAGES) else None

    def at_stage(self, stage: RolloverStage, plan: RolloverPlan | None) -> Partnership:
        """The partnership at a stage, to be written; it is the flow’s from now on.

        :raises NotFound: there is no partnership, or no pair that it is about
        """
        known, old, new = self.partnership, self.old, self.new
        if known is None or (new is None and stage != "dropped"):
            raise NotFound(tr("No roll-over with a partner is in progress."))
        moment = (self.now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
        changed = dataclasses.replace(known, rollover=stage, rollover_at=moment)
        if stage == "sent":
            # What the partner has of us is now the new certificate.
            changed = dataclasses.replace(changed, sent_at=moment)
        if old is not None and not known.rollover_old_sha256:
            changed = dataclasses.replace(
                changed,
                rollover_old_alias=old.alias,
                rollover_old_sha256=old.chain[0].sha256,
            )
        if new is not None:
            changed = dataclasses.replace(
                changed,
                rollover_new_alias=new.alias,
                rollover_new_sha256=new.chain[0].sha256,
            )
        if plan is not None:
            latest = self._latest(plan)
            changed = dataclasses.replace(changed, rollover_by=latest)
        if stage == "switched" and new is not None:
            changed = dataclasses.replace(
                changed,
                alias=new.alias,
                our_sha256=new.chain[0].sha256,
                our_end=new.chain[0].not_after,
            )
        if stage == "dropped":
            changed = dataclasses.replace(
                changed,
                rollover_old_alias="",
                rollover_old_sha256="",
                rollover_new_alias="",
                rollover_new_sha256="",
                rollover_by=None,
            )
        self.partnership = changed
        return changed

    def _latest(self, plan: RolloverPlan) -> dt.datetime | None:
        return next((s.latest for s in plan.switches if s.side == self.draft.role), None)

    # --- the partner’s change -----------------------------------------------------------

    @property
    def has_partner_change(self) -> bool:
        """Whether the partner’s new certificate is at hand, so that their change is planned."""
        return bool(self._next_chain())

    @property
    def partner_next(self) -> Certificate | None:
        """The certificate that the partner changes to; None where none is at hand."""
        return next(iter(self._next_chain()), None)

    @property
    def partner_stage(self) -> PartnerStage:
        """How far the partner’s change is."""
        return self.partnership.partner_rollover if self.partnership is not None else ""

    @property
    def next_partner_stage(self) -> PartnerStage | None:
        """What comes next in it; None without a partnership, or while nothing changes."""
        known, stage = self.partnership, self.partner_stage
        if known is None:
            return None
        if stage in {"", "dropped"}:
            coming = self.partner_next
            is_new = coming is not None and coming.sha256 != known.partner_sha256
            return "trusted" if is_new else None
        return PARTNER_STAGES[PARTNER_STAGES.index(stage) + 1]

    def at_partner_stage(self, stage: PartnerStage) -> Partnership:
        """The partnership at a stage of the partner’s change; it is the flow’s from now on.

        :raises NotFound: the partnership, or the new certificate of the partner, is missing
        """
        known, chain = self.partnership, self._next_chain()
        if known is None or (stage in {"trusted", "switched"} and not chain):
            raise NotFound(tr("The partner’s new certificate is not available."))
        changed = dataclasses.replace(
            known,
            partner_rollover=stage,
            partner_rollover_at=(self.now or dt.datetime.now(dt.UTC)).replace(microsecond=0),
        )
        if stage == "trusted":
            changed = dataclasses.replace(
                changed,
                partner_old_sha256=known.partner_sha256,
                partner_next_sha256=chain[0].sha256,
                partner_next_chain="".join(each.public_pem() for each in chain),
            )
        if stage == "switched":
            new = self._trusted_as(chain[0])
            changed = dataclasses.replace(
                changed,
                partner_alias=new or known.partner_alias,
                partner_sha256=chain[0].sha256,
                partner_end=chain[0].not_after,
                partner_chain="".join(each.public_pem() for each in chain),
                # That was the one of the old certificate.
                partner_file="",
                partner_file_is_der=False,
            )
        if stage == "dropped":
            changed = dataclasses.replace(
                changed, partner_old_sha256="", partner_next_sha256="", partner_next_chain=""
            )
        self.partnership = changed
        if stage == "switched":
            # What was chosen as the next one is the present one now.
            self.update(partner="", partner_next="")
        return changed

    def _trusted_as(self, certificate: Certificate) -> str:
        found = self.catalogue.find(self.draft.trust)
        trusted = found.store.trusted if found is not None else ()
        return next((each.alias for each in trusted if each.certificate == certificate), "")

    def with_partner_new(self) -> tuple[Store, Store, str]:
        """Our trust store as it is and with the partner’s new certificate, and what that is called.

        :raises NotFound: the trust store or the certificate is not at hand
        """
        found, coming = self.catalogue.find(self.draft.trust), self.partner_next
        if found is None or coming is None:
            raise NotFound(tr("The partner’s new certificate is not available."))
        label = tr("Trust the new certificate of {name}", name=self._partner_name)
        if self._trusted_as(coming):
            return found.store, found.store, label
        chosen = [(coming, suggest_alias(coming, found.store))]
        return found.store, import_certificates(found.store, chosen), label

    def without_partner_old(self) -> tuple[Store, Store, str]:
        """Our trust store as it is and without the partner’s old certificate.

        They are the same where it trusts their CA instead.

        :raises NotFound: the trust store is not at hand
        """
        found, known = self.catalogue.find(self.draft.trust), self.partnership
        if found is None or known is None:
            raise NotFound(tr("Your trust store is not available."), remedy=tr("Choose it."))
        old = [
            each
            for each in found.store.trusted
            if each.certificate.sha256 == known.partner_old_sha256
        ]
        label = tr("Delete the old certificate of {name}", name=self._partner_name)
        return found.store, found.store.without(old) if old else found.store, label

    @property
    def _partner_name(self) -> str:
        return shorten(self.partnership.partner, 30) if self.partnership is not None else ""

    def handover_folder(self) -> Path | None:
        """Where the handover of the new certificate goes; None without a partnership."""
        known, new = self.partnership, self.new
        if known is None or new is None:
            return None
        base = Path(known.folder).expanduser() if known.folder else Path(known.keystore).parent
        start = new.chain[0].not_before or dt.datetime.now(dt.UTC)
        return base / f"roll-over-{slug(known.partner)}-{start:%Y-%m-%d}"

    def prepared_handover(
        self, folder: Path, plan: RolloverPlan
    ) -> Callable[[Progress], tuple[Path, ...]]:
        """Write the new certificate and the page for the partner, with reminders for them."""
        known, old, new, role = self.partnership, self.old, self.new, self.draft.role
        if known is None or new is None:
            raise NotFound(tr("There is no new certificate to hand over."))
        times = next((each for each in plan.switches if each.side == role), None)
        latest = times.latest if times is not None else None
        switch_by = last_day(latest).date() if latest is not None else None
        today = (self.now or dt.datetime.now(dt.UTC)).date()
        learn_by = max(today, trust_by(latest, plan.start).date()) if latest is not None else None
        handover = Handover(
            our_name=known.our_name,
            partner=known.partner,
            alias=new.alias,
            chain=new.chain,
            role=role,
            rollover=RolloverNotice(
                old_sha256=old.chain[0].sha256 if old is not None else "",
                old_end=old.chain[0].not_after if old is not None else None,
                trust_by=learn_by,
                switch_from=learn_by,
                switch_by=switch_by,
            ),
        )

        def run(progress: Progress) -> tuple[Path, ...]:
            progress(0, 0)
            return write_handover(handover, folder)

        return run

    def calendar(self, plan: RolloverPlan) -> bytes:
        """The reminders of the plan as an iCalendar file."""
        now = self.now or dt.datetime.now(dt.UTC)
        return calendar(reminders_of(plan, self.names, now.date()), now=now)

    def write_reminders(self, plan: RolloverPlan, path: Path) -> None:
        """Write the reminders to a file, which a person agreed to replace where it exists.

        :raises Refused: it is one of the keystores, or must not be replaced for another reason
        """
        read = [each.path for each in self.catalogue.stores if each.path is not None]
        write_calendar(path, self.calendar(plan), replace=True, read=read)

    def without_old(self) -> tuple[Store, Store, str]:
        """Our keystore as it is and without the old pair, and what its history calls that.

        :raises NotFound: the old pair is gone already
        """
        found, old = self.catalogue.find(self.draft.ours), self.old
        if found is None or old is None:
            raise NotFound(tr("The old pair is no longer in the keystore."))
        label = tr("Delete “{alias}”", alias=shorten(old.alias, 30))
        return found.store, found.store.without([old]), label


def write_calendar(path: Path, data: bytes, *, replace: bool, read: Sequence[Path] = ()) -> None:
    """Write reminders to a file of their own, and never over one that the plan was made of.

    :raises AlreadyExists: something has that name, and is not to be replaced
    """
    write_chosen_report(path, data, replace=replace, read=read)


def _chain_in(pem: str) -> tuple[Certificate, ...]:
    """The certificates that a partnership keeps; none where it keeps none that can be read."""
    if not pem:
        return ()
    try:
        return read_certificates(pem.encode()).certificates
    except HandfastError:
        return ()


def _key(text: str) -> str:
    return str(Path(text).expanduser().absolute()) if text else ""


def _end_of(pair: KeyPair) -> dt.datetime:
    return pair.chain[0].not_after or dt.datetime.max.replace(tzinfo=dt.UTC)


def _anchor_of(chain: tuple[Certificate, ...], trusting: Trusting) -> tuple[Certificate, ...]:
    """What a partner imports of a chain: the certificate itself, or the CA that it leads to."""
    if not chain:
        return ()
    return chain[:1] if trusting == "leaf" else chain[-1:]


def _with(trust: PartyStore | None, added: Iterable[Certificate]) -> PartyStore:
    """A trust store with certificates more; a new one where there is none."""
    store = trust.store if trust is not None else Store(format=Format.PEM, integrity=Integrity.NONE)
    known = {each.certificate for each in store.trusted}
    for each in added:
        if each not in known:
            store = import_certificates(store, [(each, suggest_alias(each, store))])
    title = trust.title if trust is not None else tr("the partner’s trust store")
    return PartyStore(store=store, path=trust.path if trust is not None else None, title=title)
