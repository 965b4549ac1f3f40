"""Complete the chain of a pair: where its issuers are looked for, and what was found."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack
from urllib.parse import urlsplit

from handfast.core.entry import KeyPair
from handfast.core.errors import NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr
from handfast.core.network import ALLOWED, NetworkPermission
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep, SummaryLine
from handfast.flows.open_store import find_store
from handfast.flows.verification.story import name_of
from handfast.handshake.live.revocation_answers import fetch_issuers, issuer_addresses
from handfast.services.exchange.certificate_sources import read_source_file
from handfast.services.exchange.completing import complete_chain, put_completed
from handfast.services.files.opening import open_file
from handfast.services.files.shown_path import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.flows.open_store import OpenStore
    from handfast.services.exchange.completing import CompletedChain

SOURCES, SUMMARY = "sources", "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteDraft:
    """Where issuers are looked for, besides the keystore itself."""

    #: In the other keystores that are open.
    open_stores: bool = True
    #: Trust stores of this machine.
    machine: tuple[Path, ...] = ()
    #: A file with certificates, or a keystore that opens without a password of its own.
    file: str = ""
    #: Whether the person consents to fetching from the addresses in the certificates.
    online: bool = False


class CompleteEdits(TypedDict, total=False):
    """Fields of a :class:`CompleteDraft` that are edited."""

    open_stores: bool
    machine: tuple[Path, ...]
    file: str
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What was found. Nothing is in the keystore before :attr:`store` is put in its place."""

    before: Store
    store: Store
    label: str
    chain: CompletedChain


class CompleteFlow(BaseFlow[CompleteDraft, Completed]):
    """One pair of an open keystore."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id=SOURCES, title=tr("Where to look")),
        FlowStep(id=SUMMARY, title=tr("Summary")),
    )

    def __init__(
        self,
        stores: Sequence[OpenStore],
        key: str,
        alias: str,
        *,
        network: NetworkPermission = ALLOWED,
    ) -> None:
        """The pair ``alias`` of the open keystore ``key``."""
        super().__init__(CompleteDraft())
        self.key = key
        self.alias = alias
        self.network = network
        self._stores: tuple[OpenStore, ...] = tuple(stores)

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""
        self._stores = tuple(stores)

    def update(self, **changes: Unpack[CompleteEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    @property
    def store(self) -> Store | None:
        """The keystore as it is now; None where it was closed or locked."""
        found = find_store(self._stores, self.key)
        return found.store if found is not None else None

    @property
    def pair(self) -> KeyPair | None:
        """The pair as it is now; None where it is gone."""
        entry = self.store.find(self.alias) if self.store is not None else None
        return entry if isinstance(entry, KeyPair) and entry.chain else None

    @property
    def others(self) -> tuple[OpenStore, ...]:
        """The other keystores that are open."""
        return tuple(each for each in self._stores if each.key != self.key)

    @property
    def servers(self) -> tuple[str, ...]:
        """The hosts that would be asked, as far as the chain names them now."""
        pair = self.pair
        addresses = issuer_addresses(pair.chain[-1]) if pair is not None else []
        hosts = [urlsplit(each).hostname or "" for each in addresses]
        return tuple(dict.fromkeys(each for each in hosts if each))

    @property
    def missing_issuer(self) -> str:
        """The issuer that the chain lacks now, as it stands; empty where it ends with a root."""
        pair = self.pair
        if pair is None or pair.chain[-1].is_self_signed:
            return ""
        last = pair.chain[-1]
        return last.issuer_common_name or last.issuer

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        if step != SOURCES:
            return ()
        if self.pair is None:
            message = tr("“{alias}” is no longer in the keystore.", alias=shorten(self.alias))
            return (FieldProblem(field="open_stores", message=message),)
        if self.draft.file.strip() and not _is_file(self.draft.file):
            message = tr("This file does not exist.")
            return (FieldProblem(field="file", message=message),)
        return ()

    def summary(self) -> tuple[SummaryLine, ...]:
        pair, draft = self.pair, self.draft
        if pair is None:
            return ()
        places = [tr("this keystore")]
        if draft.open_stores:
            places += [each.title for each in self.others]
        places += [shown_path(each) for each in draft.machine]
        if draft.file.strip():
            places.append(shown_path(Path(draft.file).expanduser()))
        if draft.online:
            places.append(tr("the addresses in the certificates"))
        names = "\n".join(shorten(name_of(each), 80) for each in pair.chain)
        return (
            SummaryLine(label=tr("Pair"), value=pair.alias),
            SummaryLine(label=tr("Chain now"), value=names),
            SummaryLine(label=tr("Looked for in"), value=enumerated(places)),
            SummaryLine(
                label=tr("Written"),
                value=tr("when you save the keystore; until then it can be undone"),
                is_about_saving=True,
            ),
        )

    def keytool_command(self) -> str:
        """keytool completes a chain only while it imports a reply."""
        return ""

    def run(self, progress: Progress = no_progress) -> Completed:
        """Look for the issuers; what is not found is named in the outcome."""
        store, pair, draft, network = self.store, self.pair, self.draft, self.network
        if store is None or pair is None:
            raise NotFound(
                tr("“{alias}” is no longer in the keystore.", alias=shorten(self.alias)),
                remedy=tr("Open the keystore, and start again."),
            )
        others = [each.store for each in self.others] if draft.open_stores else []
        pool = list(_pool(others, draft, progress))

        def fetch(certificate: Certificate) -> Iterable[Certificate]:
            progress(0, 0)
            return fetch_issuers(certificate, permission=network)

        if draft.online:
            network.check("fetch issuers")
        chain = complete_chain(store, pair, pool, fetch if draft.online else None)
        return Completed(
            before=store,
            store=put_completed(store, chain) if chain.added else store,
            label=tr("Complete the Chain of “{alias}”", alias=shorten(pair.alias, 30)),
            chain=chain,
        )


def _pool(
    others: Iterable[Store], draft: CompleteDraft, progress: Progress
) -> Iterator[Certificate]:
    for store in others:
        for entry in store.entries:
            yield from entry.chain
    for path in draft.machine:
        progress(0, 0)
        for entry in open_file(path, progress=progress).store.entries:
            yield from entry.chain
    if draft.file.strip():
        source = read_source_file(Path(draft.file).expanduser(), progress=progress)
        if source.error is not None:
            raise source.error
        yield from source.certificates


def _is_file(text: str) -> bool:
    try:
        return Path(text).expanduser().is_file()
    except (OSError, ValueError, RuntimeError):
        return False
