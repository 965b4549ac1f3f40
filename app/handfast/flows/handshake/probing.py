"""What is to be probed, and what listens: our side of a handshake with somebody on the network."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.network import (
    ALLOWED,
    DEFAULT_TIMEOUT_SECONDS,
    NetworkPermission,
    check_timeout,
)
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.flows.base import (
    Draft,
    FieldProblem,
    FlowStep,
    Outcome,
    problem_of_reading,
)
from handfast.flows.catalogue_flow import CatalogueFlow
from handfast.flows.handshake.cause_commands import StoresAtHand
from handfast.handshake.engine.endpoint import endpoint_of, host_of
from handfast.handshake.report.party import Party

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.live.listening import Listener
    from handfast.handshake.live.probing import Target
    from handfast.handshake.live.proxy import Proxy
    from handfast.handshake.report.party import Side
    from handfast.handshake.report.report import Report

LOOPBACK: Final = "127.0.0.1"
ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - offered to choose, never the default


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSide:
    """Our two stores by their key, and the pair that must be used; empty where none is."""

    keys: str = ""
    alias: str = ""
    trust: str = ""


class OwnSideEdits(TypedDict, total=False):
    """Fields of an :class:`OwnSide` that are edited."""

    keys: str
    alias: str
    trust: str


class LiveFlow(CatalogueFlow[Draft, Outcome]):
    """Our side, chosen among the open stores and files."""

    steps: ClassVar[tuple[FlowStep, ...]]

    side: Side = "client"

    def __init__(self, draft: Draft, stores: Sequence[OpenStore] = ()) -> None:
        super().__init__(draft, stores)
        self.own = OwnSide()
        self.suggest()

    def used_keys(self) -> set[str]:
        return {self.own.keys, self.own.trust}

    def forget_secrets(self) -> bool:
        """Let go of every key but for those in stores that are still open."""
        had_secret = super().forget_secrets()
        gone: OwnSideEdits = {}
        if self.catalogue.find(self.own.keys) is None:
            gone["keys"] = gone["alias"] = ""
        if self.catalogue.find(self.own.trust) is None:
            gone["trust"] = ""
        self.own = dataclasses.replace(self.own, **gone)
        return had_secret

    def choose(self, **changes: Unpack[OwnSideEdits]) -> None:
        """Other stores, or another pair."""
        self._touched |= changes.keys()
        if "keys" in changes:
            changes.setdefault("alias", "")
        self.own = dataclasses.replace(self.own, **changes)

    def suggest(self) -> None:
        """The first open store that holds a pair, and the first that only trusts."""
        for each in self.catalogue.open_stores:
            if "keys" not in self._touched and not self.own.keys and each.store.key_pairs:
                self.own = dataclasses.replace(self.own, keys=each.key)
            only_trusts = each.store.trusted and not each.store.key_pairs
            if "trust" not in self._touched and not self.own.trust and only_trusts:
                self.own = dataclasses.replace(self.own, trust=each.key)

    @property
    def chosen_trust(self) -> OpenStore | None:
        """Our trust store, open or read from a file; None where none was chosen."""
        return self.catalogue.find(self.own.trust)

    def party(self) -> Party:
        """Our side, as the handshake takes it."""
        return Party(
            side=self.side,
            keys=self.catalogue.party_store(self.own.keys),
            alias=self.own.alias or None,
            trust=self.catalogue.party_store(self.own.trust),
        )

    def at_hand(self) -> dict[Side, StoresAtHand]:
        """Our keystores, for the commands that mend a cause; the other side has its own."""
        find = self.catalogue.find
        ours = StoresAtHand(
            keys=find(self.own.keys), alias=self.own.alias, trust=find(self.own.trust)
        )
        return {self.side: ours}

    def _pair_problems(self, *, is_needed: bool) -> list[FieldProblem]:
        pairs = self.catalogue.pairs(self.own.keys)
        if self.own.alias:
            pairs = tuple(each for each in pairs if each.alias == self.own.alias)
        found = self.catalogue.find(self.own.keys)
        if found is None:
            told = tr("Choose the keystore with the key pair to present.")
            return [FieldProblem(field="keys", message=told)] if is_needed else []
        if not pairs:
            told = tr("“{title}” has no key pair to present.", title=found.title)
        elif all(each.is_locked for each in pairs):
            told = tr(
                "The private key in “{title}” is locked: unlock it in its tab first.",
                title=found.title,
            )
        else:
            return []
        return [FieldProblem(field="keys", message=told)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeDraft:
    """Whom to call, as it was typed."""

    endpoint: str = ""
    #: The name to ask for and to check; empty for that of the endpoint.
    hostname: str = ""
    proxy: str = ""
    #: As whom the proxy is asked; empty where it lets everybody through.
    proxy_name: str = ""
    proxy_password: Password = EMPTY
    #: How TLS is asked for; empty where it begins at once.
    starttls: str = ""
    seconds: int = int(DEFAULT_TIMEOUT_SECONDS)


class ProbeEdits(TypedDict, total=False):
    """Fields of a :class:`ProbeDraft` that are edited."""

    endpoint: str
    hostname: str
    proxy: str
    proxy_name: str
    proxy_password: Password
    starttls: str
    seconds: int


class ProbeFlow(LiveFlow[ProbeDraft, "Report"]):
    """A handshake with a live endpoint."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id="probe", title=tr("Probe")),)

    side: Side = "client"

    def __init__(self, stores: Sequence[OpenStore] = ()) -> None:
        super().__init__(ProbeDraft(), stores)

    def update(self, **changes: Unpack[ProbeEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    def forget_secrets(self) -> bool:
        had_password = not self.draft.proxy_password.is_empty
        self.update(proxy_password=EMPTY)
        return super().forget_secrets() or had_password

    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is missing or wrong, by field."""
        from handfast.handshake.live.proxy import check_named, name_of, proxy_of

        found = []
        draft = self.draft
        if not draft.endpoint.strip():
            told = tr("Enter a host and a port, such as api.example.com:443.")
            found.append(FieldProblem(field="endpoint", message=told))
        else:
            found += problem_of_reading(
                "endpoint", lambda: endpoint_of(draft.endpoint, tr("host and port"))
            )
        found += problem_of_reading("hostname", lambda: host_of(draft.hostname.strip()))
        if draft.proxy.strip():
            wrong = problem_of_reading("proxy", lambda: proxy_of(draft.proxy, tr("host and port")))
            wrong += problem_of_reading("proxy_name", lambda: name_of(draft.proxy_name.strip()))
            if not wrong and not draft.proxy_password.is_empty:
                wrong = problem_of_reading("proxy_name", lambda: check_named(self._proxy()))
            found += wrong
        found += problem_of_reading("seconds", lambda: check_timeout(draft.seconds))
        return (*found, *self._pair_problems(is_needed=False))

    def target(self, network: NetworkPermission = ALLOWED) -> Target:
        """Whom to call.

        :raises InvalidInput: :meth:`problems` reports it
        """
        from handfast.handshake.live.probing import Target

        draft = self.draft
        host, port = endpoint_of(draft.endpoint)
        return Target(
            host=host,
            port=port,
            hostname=host_of(draft.hostname.strip()),
            seconds=float(draft.seconds),
            proxy=self._proxy() if draft.proxy.strip() else None,
            starttls=draft.starttls or None,
            network=network,
        )

    def _proxy(self) -> Proxy:
        from handfast.handshake.live.proxy import name_of, proxy_of

        draft = self.draft
        proxy = proxy_of(draft.proxy)
        name = name_of(draft.proxy_name.strip()) or proxy.name
        return dataclasses.replace(proxy, name=name, password=draft.proxy_password)

    def run(self, progress: Progress = no_progress) -> Report:
        """The handshake.

        :raises Cancelled: ``progress`` did, and the connection is closed
        """
        return self.prepared()(progress)

    def prepared(self, network: NetworkPermission = ALLOWED) -> Callable[[Progress], Report]:
        """The handshake as it stands now, for another thread, whatever is chosen while it runs."""
        from handfast.handshake.live.probing import probe

        target, party = self.target(network), self.party()
        return lambda progress: probe(target, party, progress)

    def server(self) -> Party:
        """Whom we talk to, as far as that is known."""
        name = host_of(self.draft.hostname.strip()) or endpoint_of(self.draft.endpoint)[0]
        return Party(side="server", name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenDraft:
    """Where to listen; port 0 takes any that is free."""

    address: str = LOOPBACK
    port: int = 0


class ListenEdits(TypedDict, total=False):
    """Fields of a :class:`ListenDraft` that are edited."""

    address: str
    port: int


class ListenFlow(LiveFlow[ListenDraft, "Listener"]):
    """A server to be called for a test."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id="listen", title=tr("Test server")),)

    side: Side = "server"

    def __init__(self, stores: Sequence[OpenStore] = ()) -> None:
        super().__init__(ListenDraft(), stores)

    def update(self, **changes: Unpack[ListenEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is missing, by field."""
        found = self._pair_problems(is_needed=True)
        if self.catalogue.find(self.own.trust) is None:
            told = tr("Choose the trust store of the server.")
            found.append(FieldProblem(field="trust", message=told))
        return tuple(found)

    def run(self, progress: Progress = no_progress) -> Listener:
        """The server, as :meth:`listen` gives it."""
        progress(0, 0)
        return self.listen()

    def listen(self, network: NetworkPermission = ALLOWED, *, port: int | None = None) -> Listener:
        """The server, listening already but serving nobody yet.

        :param port: instead of that of the draft
        :raises FileProblem: the port is taken, or takes special rights
        """
        from handfast.handshake.live.listening import Listener

        return Listener(
            self.party(),
            address=self.draft.address,
            port=self.draft.port if port is None else port,
            network=network,
        )
