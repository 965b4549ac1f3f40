"""A negative test: which server is called, by clients of which CA, and what it is to refuse."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

from handfast.core.errors import AlreadyExists, HandfastError, InvalidInput, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.network import ALLOWED, NetworkPermission, check_timeout
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import (
    FieldProblem,
    FlowStep,
    problem_of_reading,
)
from handfast.flows.catalogue_flow import CatalogueFlow
from handfast.flows.target import path_problems
from handfast.handshake.engine.endpoint import endpoint_of, host_of, http_path_of
from handfast.handshake.live.negative_tests import (
    NegativePlan,
    OwnServer,
    run_negative_tests,
)
from handfast.handshake.live.probing import Target
from handfast.handshake.report.party import Party
from handfast.services.authority.issuer import check_issuer, issuer_of
from handfast.services.authority.journal import journal_path
from handfast.services.authority.negative_clients import (
    prepare_negative_test,
    revocation_list_for_test,
)
from handfast.services.policy.chosen_entry import authorities
from handfast.services.policy.overwriting import check_output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.entry import KeyPair
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.live.negative_tests import CaseResult, NegativeReport
    from handfast.services.authority.negative_clients import NegativeClients

_STEP: Final = "negative"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeDraft:
    """What is typed and chosen; keystores by the key that they have."""

    #: Whether the server is one in this program, with ``keys`` and ``trust``.
    is_own_server: bool = False
    endpoint: str = ""
    #: The name to ask for; empty for that of the endpoint.
    hostname: str = ""
    #: What is asked for over HTTP; empty for what the server chooses.
    path: str = ""
    seconds: int = 10
    keys: str = ""
    trust: str = ""
    ca: str = ""
    ca_alias: str = ""
    #: A keystore with a client that the server accepts; empty where one is created.
    client: str = ""
    checks_names: bool = False
    #: Where the revocation list goes that the server then loads; empty for none.
    crl: str = ""
    #: Whether the list that already exists may be replaced.
    replaces_crl: bool = False
    #: Whether the person may test a server that is not on this computer.
    has_consent: bool = False


class NegativeEdits(TypedDict, total=False):
    """Fields of a :class:`NegativeDraft` that are edited."""

    is_own_server: bool
    endpoint: str
    hostname: str
    path: str
    seconds: int
    keys: str
    trust: str
    ca: str
    ca_alias: str
    client: str
    checks_names: bool
    crl: str
    replaces_crl: bool
    has_consent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTest:
    """The clients, made and recorded; the server can load the list now."""

    clients: NegativeClients
    #: The list of the revoked in DER, for a server in this program.
    list_der: bytes
    #: The file that the server is to load; None where there is none.
    list_path: Path | None


class NegativeFlow(CatalogueFlow[NegativeDraft, "NegativeReport"]):
    """The keystores that are open and the files that were read, and which plays what."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=_STEP, title=tr("Negative tests")),)

    def __init__(
        self, stores: Sequence[OpenStore] = (), *, network: NetworkPermission = ALLOWED
    ) -> None:
        super().__init__(NegativeDraft(), stores)
        self.network = network
        self.suggest()

    # --- the stores -----------------------------------------------------------------

    def used_keys(self) -> set[str]:
        draft = self.draft
        return {draft.ca, draft.client, draft.keys, draft.trust}

    def update(self, **changes: Unpack[NegativeEdits]) -> None:
        """Change fields of the draft; what nobody chose yet is suggested from them."""
        self._touched |= changes.keys()
        if "ca" in changes:
            changes.setdefault("ca_alias", "")
        self.draft = dataclasses.replace(self.draft, **changes)
        self.suggest()

    def suggest(self) -> None:
        draft = self.draft
        for each in self.catalogue.open_stores:
            pairs = each.store.key_pairs
            cas = [pair for pair in pairs if pair.certificate and pair.certificate.is_ca]
            if not draft.ca and "ca" not in self._touched and cas:
                draft = dataclasses.replace(draft, ca=each.key)
            if not draft.keys and "keys" not in self._touched and len(cas) < len(pairs):
                draft = dataclasses.replace(draft, keys=each.key)
            only_trusts = each.store.trusted and not pairs
            if not draft.trust and "trust" not in self._touched and only_trusts:
                draft = dataclasses.replace(draft, trust=each.key)
        self.draft = draft
        aliases = [each.alias for each in self.authorities]
        if draft.ca_alias not in aliases:
            self.draft = dataclasses.replace(draft, ca_alias=aliases[0] if aliases else "")

    @property
    def authorities(self) -> tuple[KeyPair, ...]:
        """The CAs of the chosen keystore."""
        found = self.catalogue.find(self.draft.ca)
        return authorities(found.store) if found is not None else ()

    @property
    def authority(self) -> KeyPair | None:
        """The CA that issues the clients."""
        alias = self.draft.ca_alias
        return next((each for each in self.authorities if each.alias == alias), None)

    @property
    def model(self) -> KeyPair | None:
        """The client that the server accepts: the first that the CA issued."""
        above = self.authority.certificate if self.authority is not None else None
        if above is None or self.draft.is_own_server:
            return None
        for pair in self.catalogue.pairs(self.draft.client):
            if pair.certificate is not None and pair.certificate.is_issued_by(above):
                return pair
        return None

    # --- what is missing or wrong ---------------------------------------------------

    @property
    def crl_exists(self) -> bool:
        """Whether a file has the name of the list already."""
        text = self.draft.crl.strip()
        if not text or self.draft.is_own_server:
            return False
        try:
            return Path(text).expanduser().is_file()
        except (OSError, ValueError, RuntimeError):
            return False

    @property
    def needs_consent(self) -> bool:
        """Whether somebody else’s computer may be called."""
        if self.draft.is_own_server:
            return False
        try:
            return endpoint_of(self.draft.endpoint)[0] not in _LOOPBACK
        except InvalidInput:
            return True

    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is missing or wrong, by field."""
        draft = self.draft
        found = self._problems_of_server() if draft.is_own_server else self._problems_of_target()
        authority = self.authority
        if authority is None:
            told = tr("Choose a keystore with the CA that the server trusts.")
            found.append(FieldProblem(field="ca", message=told))
        else:
            try:
                check_issuer(authority)
            except HandfastError as error:
                message = f"{error.problem} {error.remedy}".strip()
                found.append(FieldProblem(field="ca", message=message))
            store = self.catalogue.find(draft.ca)
            if store is not None and (store.path is None or not store.path.exists()):
                told = tr("Save the keystore of the CA first: its journal is stored next to it.")
                found.append(FieldProblem(field="ca", message=told))
        if draft.client and not draft.is_own_server:
            found += self._problems_of_client()
        return tuple(found)

    def _problems_of_server(self) -> list[FieldProblem]:
        draft, found = self.draft, []
        pairs = self.catalogue.pairs(draft.keys)
        if not pairs or all(each.is_locked for each in pairs):
            told = tr("Choose a keystore with the key pair of the server.")
            found.append(FieldProblem(field="keys", message=told))
        if self.catalogue.find(draft.trust) is None:
            told = tr("Choose the trust store of the server.")
            found.append(FieldProblem(field="trust", message=told))
        return found

    def _problems_of_target(self) -> list[FieldProblem]:
        draft, found = self.draft, []
        if not draft.endpoint.strip():
            told = tr("Enter a host and a port, such as api.example.com:443.")
            found.append(FieldProblem(field="endpoint", message=told))
        else:
            found += problem_of_reading("endpoint", lambda: endpoint_of(draft.endpoint))
        found += problem_of_reading("hostname", lambda: host_of(draft.hostname.strip()))
        found += problem_of_reading("path", lambda: http_path_of(draft.path))
        found += problem_of_reading("seconds", lambda: check_timeout(draft.seconds))
        if draft.crl.strip():
            found += self._problems_of_list()
        if self.needs_consent and not draft.has_consent:
            told = tr("Confirm that you may test this server.")
            found.append(FieldProblem(field="consent", message=told))
        return found

    def _problems_of_list(self) -> list[FieldProblem]:
        text, draft = self.draft.crl.strip(), self.draft
        found = path_problems(text, field="crl")
        store = self.catalogue.find(draft.ca)
        if found or store is None or store.path is None:
            return found
        path = Path(text).expanduser()
        others = [each.path for each in self.catalogue.stores if each.path is not None]
        read = (journal_path(store.path), *others)
        try:
            check_output(path, replace=draft.replaces_crl, sources=(store.path,), read=read)
        except AlreadyExists:
            told = tr("“{name}” already exists.", name=shorten(path.name))
            return [FieldProblem(field="crl", message=told)]
        except HandfastError as error:
            return [FieldProblem(field="crl", message=error.problem)]
        return []

    def _problems_of_client(self) -> list[FieldProblem]:
        model = self.model
        if model is None:
            told = tr("This keystore has no key pair that the CA issued.")
        elif model.is_locked:
            told = tr("The private key of “{alias}” is locked.", alias=shorten(model.alias))
        else:
            return []
        return [FieldProblem(field="client", message=told)]

    # --- running --------------------------------------------------------------------

    def preparing(self) -> Callable[[Progress], PreparedTest]:
        """The first half, for another thread: the clients are made, and the list is written.

        :raises NotFound: :meth:`problems` reports it
        """
        draft, pair, model = self.draft, self.authority, self.model
        store = self.catalogue.find(draft.ca)
        if pair is None or store is None or store.path is None:
            raise NotFound(tr("Choose a keystore with the CA that the server trusts."))
        path, text = store.path, "" if draft.is_own_server else draft.crl.strip()
        list_path = Path(text).expanduser() if text else None
        self._check_network()

        def work(progress: Progress) -> PreparedTest:
            issuer = issuer_of(pair)
            made, journal = prepare_negative_test(
                path,
                issuer,
                model=model,
                list_path=list_path,
                replace=draft.replaces_crl,
                progress=progress,
            )
            own = revocation_list_for_test(issuer, journal) if draft.is_own_server else b""
            return PreparedTest(clients=made, list_der=own, list_path=list_path)

        return work

    def calling(
        self, prepared: PreparedTest, tell: Callable[[CaseResult], None]
    ) -> Callable[[Progress], NegativeReport]:
        """The second half, for another thread: each client calls the server."""
        draft = self.draft
        if draft.is_own_server:
            server = Party(
                side="server",
                keys=self.catalogue.party_store(draft.keys),
                trust=self.catalogue.party_store(draft.trust),
            )
            return lambda progress: _call_own(server, prepared, progress, tell)
        host, port = endpoint_of(draft.endpoint)
        plan = NegativePlan(
            target=Target(
                host=host,
                port=port,
                hostname=host_of(draft.hostname.strip()),
                seconds=float(draft.seconds),
                network=self.network,
            ),
            clients=prepared.clients,
            knows_list=prepared.list_path is not None,
            checks_names=draft.checks_names,
            path=draft.path.strip(),
        )
        return lambda progress: run_negative_tests(plan, progress, tell)

    def run(self, progress: Progress = no_progress) -> NegativeReport:
        """Both halves, one after the other."""
        return self.calling(self.preparing()(progress), lambda _result: None)(progress)

    def _check_network(self) -> None:
        """Before anything is issued; a server in this program needs the loopback alone."""
        permission = ALLOWED if self.draft.is_own_server else self.network
        permission.check(tr("Network access is off, so nothing was tested."))


def _call_own(
    server: Party,
    prepared: PreparedTest,
    progress: Progress,
    tell: Callable[[CaseResult], None],
) -> NegativeReport:
    own = OwnServer(server)
    own.add_revocation_list(prepared.list_der)
    with own:
        plan = NegativePlan(
            target=Target(host="127.0.0.1", port=own.port),
            clients=prepared.clients,
            knows_list=True,
        )
        return run_negative_tests(plan, progress, tell, own=own)
