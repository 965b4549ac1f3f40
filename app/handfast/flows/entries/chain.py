"""The chain of a key pair, edited by hand."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar

from handfast.core.errors import HandfastError
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.services.exchange.chains import check_chain, with_chain
from handfast.services.exchange.completing import complete_chain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.core.progress import Progress
    from handfast.core.store import Store

STEP = "chain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainDraft:
    """The certificates in their order, the leaf first."""

    chain: tuple[Certificate, ...] = ()


class EditChainFlow(BaseFlow[ChainDraft, "Store"]):
    """What is wrong with the order is known at once."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Chain")),)

    def __init__(self, store: Store, pair: KeyPair) -> None:
        super().__init__(ChainDraft(chain=pair.chain))
        self.store = store
        self.pair = pair

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to do."""
        return self.draft.chain != self.pair.chain

    def _set(self, chain: Iterable[Certificate]) -> None:
        self.draft = ChainDraft(chain=tuple(chain))

    def remove(self, index: int) -> None:
        """Take a certificate out of the chain."""
        self._set((*self.draft.chain[:index], *self.draft.chain[index + 1 :]))

    def move(self, index: int, by: int) -> int:
        """Move a certificate up or down; its new place."""
        chain = list(self.draft.chain)
        place = min(max(index + by, 0), len(chain) - 1)
        chain.insert(place, chain.pop(index))
        self._set(chain)
        return place

    def append(self, certificates: Iterable[Certificate]) -> int:
        """Put certificates at the end that are not in the chain yet; how many these are."""
        new = [each for each in dict.fromkeys(certificates) if each not in self.draft.chain]
        self._set((*self.draft.chain, *new))
        return len(new)

    def complete(self, pool: Iterable[Certificate] = ()) -> int:
        """Put the issuers in order and add those in the keystore; how many were added."""
        if not self.draft.chain:
            return 0
        pair = dataclasses.replace(self.pair, chain=self.draft.chain)
        found = complete_chain(self.store, pair, pool)
        self._set(found.chain)
        return len(found.added)

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        try:
            warnings = check_chain(self.pair, self.draft.chain, self.store.format)
        except HandfastError as error:
            message = " ".join(part for part in (error.problem, error.remedy) if part)
            return (FieldProblem(field="chain", message=message),)
        return tuple(
            FieldProblem(field="chain", severity="warning", message=each) for each in warnings
        )

    def run(self, progress: Progress = no_progress) -> Store:
        """The keystore in which the pair has the chain."""
        progress(0, 0)
        return with_chain(self.store, self.pair, self.draft.chain)

    @property
    def label(self) -> str:
        """What the edit is called in the history."""
        return tr("Change the Chain of “{alias}”", alias=shorten(self.pair.alias, 40))
