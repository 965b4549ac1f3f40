"""What is to be rehearsed: four stores, a host name, a version, a date; and then the handshake."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias, TypedDict, Unpack

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.flows.base import FieldProblem, FlowStep, problem_of_reading
from handfast.flows.catalogue_flow import CatalogueFlow
from handfast.flows.handshake.cause_commands import StoresAtHand
from handfast.handshake.engine.endpoint import host_of
from handfast.handshake.report.party import (
    TLS_VERSIONS,
    Party,
    Side,
    Tls,
    certificates_alone,
    other_side,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from handfast.core.entry import KeyPair
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.report import Report

#: The four stores, as the draft calls them.
Place: TypeAlias = Literal["client_keys", "client_trust", "server_keys", "server_trust"]
PLACES: tuple[Place, ...] = ("client_keys", "client_trust", "server_keys", "server_trust")
_SIDES: tuple[Side, Side] = ("client", "server")
_WHAT: dict[Place, str] = {
    "client_keys": tr("Choose the client’s keystore."),
    "client_trust": tr("Choose the client’s trust store."),
    "server_keys": tr("Choose the server’s keystore."),
    "server_trust": tr("Choose the server’s trust store."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalDraft:
    """Stores by the key that they have among the open ones and the files that were read."""

    client_keys: str = ""
    client_trust: str = ""
    server_keys: str = ""
    server_trust: str = ""
    #: The pair that must be used; empty where the program chooses.
    client_alias: str = ""
    server_alias: str = ""
    host: str = ""
    #: The only version to speak; None for all.
    tls: Tls | None = None
    #: None for now.
    at: datetime | None = None


class RehearsalEdits(TypedDict, total=False):
    """Fields of a :class:`RehearsalDraft` that are edited."""

    client_keys: str
    client_trust: str
    server_keys: str
    server_trust: str
    client_alias: str
    server_alias: str
    host: str
    tls: Tls | None
    at: datetime | None


_STEP: Final = "rehearsal"


class RehearsalFlow(CatalogueFlow[RehearsalDraft, "Report"]):
    """The stores that are open and the files that were read for this, and which plays what."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=_STEP, title=tr("Rehearsal")),)

    def __init__(self, stores: Sequence[OpenStore] = ()) -> None:
        super().__init__(RehearsalDraft(), stores)
        self.suggest()

    # --- the stores -----------------------------------------------------------------

    def used_keys(self) -> set[str]:
        return {getattr(self.draft, place) for place in PLACES}

    def pairs(self, place: Place) -> tuple[KeyPair, ...]:
        """The key pairs of the store at a place."""
        return self.catalogue.pairs(getattr(self.draft, place))

    def choose(self, place: Place, key: str) -> None:
        """Take a store to a place."""
        changes: RehearsalEdits = {}
        changes[place] = key
        self.update(**changes)

    def truster_instead(self, cause: Cause) -> OpenStore | None:
        """An open keystore that trusts already what a cause would have imported elsewhere."""
        action = cause.action
        if action is None or action.kind != "trust":
            return None
        wanted = {each.sha256 for each in action.certificates}
        chosen = getattr(self.draft, f"{action.side}_trust")
        for each in self.catalogue.open_stores:
            trusted = {entry.certificate.sha256 for entry in each.store.trusted}
            if each.key != chosen and wanted & trusted:
                return each
        return None

    def use_truster(self, cause: Cause) -> None:
        """Have the side of a cause verify with that keystore instead."""
        found = self.truster_instead(cause)
        if found is not None and cause.action is not None:
            is_client = cause.action.side == "client"
            self.choose("client_trust" if is_client else "server_trust", found.key)

    def at_hand(self) -> dict[Side, StoresAtHand]:
        """The keystores of both sides, for the commands that mend a cause."""
        draft, find = self.draft, self.catalogue.find
        return {
            "client": StoresAtHand(
                keys=find(draft.client_keys),
                alias=draft.client_alias,
                trust=find(draft.client_trust),
            ),
            "server": StoresAtHand(
                keys=find(draft.server_keys),
                alias=draft.server_alias,
                trust=find(draft.server_trust),
            ),
        }

    def choose_alias(self, side: Side, alias: str) -> None:
        """Have a side present this pair; with none, the program chooses."""
        if side == "client":
            self.update(client_alias=alias)
        else:
            self.update(server_alias=alias)

    def update(self, **changes: Unpack[RehearsalEdits]) -> None:
        """Change fields of the draft; what nobody chose yet is suggested from them."""
        self._touched |= changes.keys()
        if "client_keys" in changes:
            changes.setdefault("client_alias", "")
        if "server_keys" in changes:
            changes.setdefault("server_alias", "")
        self.draft = dataclasses.replace(self.draft, **changes)
        self.suggest()

    def suggest(self) -> None:
        """Fill in what nobody chose yet: who holds the keys, and who trusts the other's."""
        changes: RehearsalEdits = {}
        with_keys = [each for each in self.catalogue.open_stores if each.store.key_pairs]

        def free(field: str) -> bool:
            return field not in self._touched and not getattr(self.draft, field)

        for side in _SIDES:
            place: Place = "client_keys" if side == "client" else "server_keys"
            if free(place):
                taken = {self.draft.client_keys, self.draft.server_keys}
                taken.add(changes.get("client_keys", ""))
                candidates = [each for each in with_keys if each.key not in taken]
                fitting = [each for each in candidates if _is_only_for(each, side)]
                neutral = [each for each in candidates if not _is_only_for(each, other_side(side))]
                for each in (*fitting, *neutral)[:1]:
                    changes[place] = each.key
        if changes:
            self.draft = dataclasses.replace(self.draft, **changes)
            changes = {}
        for side in _SIDES:
            if free(f"{side}_trust"):
                partner = self.catalogue.find(getattr(self.draft, f"{other_side(side)}_keys"))
                if partner is not None:
                    trust: Place = "client_trust" if side == "client" else "server_trust"
                    for each in _truster(self.catalogue.open_stores, partner)[:1]:
                        changes[trust] = each.key
        if free("host"):
            changes["host"] = self._suggested_host()
        self.draft = dataclasses.replace(self.draft, **changes)

    def _suggested_host(self) -> str:
        alias = self.draft.server_alias
        for pair in self.pairs("server_keys"):
            if pair.certificate is not None and alias in {"", pair.alias}:
                for name in pair.certificate.san:
                    if name.startswith("dns:") and "*" not in name:
                        return name.removeprefix("dns:")
        return ""

    # --- what is wrong, and the handshake ----------------------------------------------

    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is still missing."""
        found = [
            FieldProblem(field=place, message=_WHAT[place])
            for place in PLACES
            if self.catalogue.find(getattr(self.draft, place)) is None
            and not self._is_for_the_partner_to_know(place)
        ]
        found += problem_of_reading("host", lambda: host_of(self.draft.host.strip()))
        return tuple(found)

    def _is_for_the_partner_to_know(self, place: Place) -> bool:
        """Whether it is the trust store of a party that is known by its certificate only."""
        keys: dict[Place, str] = {
            "client_trust": self.draft.client_keys,
            "server_trust": self.draft.server_keys,
        }
        found = self.catalogue.find(keys.get(place, ""))
        return found is not None and bool(certificates_alone(found.store))

    def party(self, side: Side) -> Party:
        """One side, as the handshake takes it."""
        keys = self.catalogue.party_store(getattr(self.draft, f"{side}_keys"))
        trust = self.catalogue.party_store(getattr(self.draft, f"{side}_trust"))
        partner = certificates_alone(keys.store) if keys is not None else ()
        if keys is None or (trust is None and not partner):
            raise InvalidInput(
                tr("A keystore of the client is missing.")
                if side == "client"
                else tr("A keystore of the server is missing."),
                remedy=tr("Choose all four keystores."),
            )
        return Party(
            side=side,
            keys=None if partner else keys,
            alias=None if partner else getattr(self.draft, f"{side}_alias") or None,
            known_chain=partner,
            trust=trust,
            tls=TLS_VERSIONS if self.draft.tls is None else (self.draft.tls,),
        )

    def run(self, progress: Progress = no_progress) -> Report:
        """The handshake. Nothing of it is written anywhere."""
        return self.prepared()(progress)

    def prepared(self) -> Callable[[Progress], Report]:
        """The handshake as it stands now, for another thread, whatever is chosen later."""
        client, server = self.party("client"), self.party("server")
        host, at = host_of(self.draft.host.strip()), self.draft.at

        def run(progress: Progress) -> Report:
            from handfast.handshake.rehearsal import rehearse

            progress(0, 0)
            return rehearse(client, server, host=host, at=at)

        return run


def _is_only_for(found: OpenStore, side: str) -> bool:
    """Whether its first pair is meant for that side and not for the other."""
    leaf = next((pair.certificate for pair in found.store.key_pairs if pair.certificate), None)
    if leaf is None:
        return False
    purposes = set(leaf.purposes) & {"client", "server"}
    return purposes == {side}


def _truster(stores: Sequence[OpenStore], partner: OpenStore) -> list[OpenStore]:
    """Stores that trust a certificate of the partner's chains, those without keys first."""
    theirs = {certificate.sha256 for pair in partner.store.key_pairs for certificate in pair.chain}
    fitting = [
        each
        for each in stores
        if any(entry.certificate.sha256 in theirs for entry in each.store.trusted)
    ]
    return sorted(fitting, key=lambda each: bool(each.store.key_pairs))
