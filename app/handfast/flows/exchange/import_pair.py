"""Bring in a key pair from any heap of files: what is in them, whose it is, and where it goes."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, Unpack

from handfast.core.errors import HandfastError
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import Format, Store, quoted, shorten
from handfast.flows.base import FieldProblem, FlowStep, SummaryLine
from handfast.flows.key_target import KeyTargetDraft, KeyTargetEdits, KeyTargetFlow
from handfast.flows.sources import SourcesFlow, certificate_words, error_text
from handfast.flows.target import (
    STORE_DEFAULTS,
    TargetOutcome,
    alias_problems,
    key_problems,
    target_problems,
    target_summary,
)
from handfast.services.exchange.certificate_sources import CertificateSource
from handfast.services.exchange.keytool_commands import import_pair_command
from handfast.services.heap.pairing import Assembled, assemble
from handfast.services.heap.sources import HeapSource, heap_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import KeyPair
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.flows.target import StoreDefaults

#: Pairs for which the commands are shown; they are alike.
_MAX_COMMANDS = 5

#: Whose the private key is.
Whose: TypeAlias = Literal["mine", "partners"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPairDraft(KeyTargetDraft):
    """What was given, whose it is, and where it goes.

    ``alias`` is that of the pair; where there are several, it is empty.
    """

    sources: tuple[HeapSource, ...] = ()
    whose: Whose = "mine"
    #: The aliases that were chosen for several pairs, by the fingerprints of their certificates.
    aliases: tuple[tuple[str, str], ...] = ()


class ImportPairEdits(KeyTargetEdits, total=False):
    """Fields of an :class:`ImportPairDraft` that are edited."""

    sources: tuple[HeapSource, ...]
    whose: Whose
    aliases: tuple[tuple[str, str], ...]


class ImportPairFlow(SourcesFlow["HeapSource"], KeyTargetFlow[ImportPairDraft]):
    """The pairs of a heap, into a keystore."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id="files", title=tr("Files")),
        FlowStep(id="target", title=tr("Keystore")),
        FlowStep(id="summary", title=tr("Summary")),
    )

    def __init__(
        self, *, stores: Sequence[OpenStore] = (), usual: StoreDefaults = STORE_DEFAULTS
    ) -> None:
        super().__init__(ImportPairDraft(), stores=stores, usual=usual)
        self._alias_is_suggested = True
        self._known: tuple[object, Assembled | HandfastError] | None = None
        if stores and stores[0].store.trusted and not stores[0].store.key_pairs:
            # That is a trust store, and a private key in one is a finding.
            self.draft = dataclasses.replace(self.draft, target="new")

    # --- editing --------------------------------------------------------------------------

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""
        super().set_stores(stores)
        self._known = None

    def update(self, **changes: Unpack[ImportPairEdits]) -> None:
        """Change fields of the draft; the alias follows from what was given."""
        if "alias" in changes:
            self._alias_is_suggested = not changes["alias"]
        self._follow_name(changes)
        self.draft = dataclasses.replace(self.draft, **changes)
        if {"sources", "existing", "target"} & changes.keys() and self._alias_is_suggested:
            pairs = self._suggested_pairs()
            alias = pairs[0].alias if len(pairs) == 1 else ""
            self.draft = dataclasses.replace(self.draft, alias=alias)

    def forget_secrets(self) -> bool:
        """Let go of passwords, and of the private keys that were read."""
        had_keys = any(each.keys or each.data for each in self.draft.sources)
        self._known = None
        if had_keys:
            kept = tuple(each for each in self.draft.sources if not each.keys and not each.data)
            self.draft = dataclasses.replace(self.draft, sources=kept)
        return super().forget_secrets() or had_keys

    @property
    def sources(self) -> tuple[HeapSource, ...]:
        """What was given so far."""
        return self.draft.sources

    def put_sources(self, sources: tuple[HeapSource, ...]) -> None:
        self.update(sources=sources)

    # --- what is in it ----------------------------------------------------------------------

    def said_of(self, source: HeapSource) -> str:
        """What was found in a source, or why nothing was."""
        said = []
        if source.keys:
            said.append(tr_count("{count} private key.", "{count} private keys.", len(source.keys)))
        if source.certificates:
            said.append(certificate_words(source.certificates))
        if source.error is not None:
            said.append(error_text(source.error))
        return " ".join(said) or tr("This contains nothing that belongs to a key pair.")

    @property
    def has_keys(self) -> bool:
        """Whether there is a private key in what was given."""
        return any(each.keys for each in self.draft.sources)

    @property
    def has_several(self) -> bool:
        """Whether there are several pairs, each of which keeps its own name."""
        return len(self._suggested_pairs()) > 1

    def _suggested_pairs(self) -> tuple[KeyPair, ...]:
        found = self.assembled
        return found.pairs if isinstance(found, Assembled) else ()

    @property
    def assembled(self) -> Assembled | HandfastError:
        """The pairs with their chains under free aliases, or why there are none."""
        store = self.target_store
        known_for = (self.draft.sources, id(store))
        if self._known is None or self._known[0] != known_for:
            target = store if store is not None else Store(format=Format.PKCS12)
            try:
                found: Assembled | HandfastError = assemble(heap_of(self.draft.sources), target)
            except HandfastError as error:
                found = error.without_frames()
            self._known = (known_for, found)
        return self._known[1]

    @property
    def pairs(self) -> tuple[KeyPair, ...]:
        """The pairs that would be brought in, under the aliases that were chosen."""
        found = self._suggested_pairs()
        chosen = dict(self.draft.aliases)
        if len(found) == 1:
            chosen = {found[0].chain[0].sha256: self.draft.alias}
        return tuple(
            dataclasses.replace(
                pair,
                alias=chosen.get(pair.chain[0].sha256, pair.alias).strip(),
                password=self.key_password,
            )
            for pair in found
        )

    def set_alias(self, index: int, alias: str) -> None:
        """Name one of several pairs; an empty alias is for what is suggested."""
        sha256 = self._suggested_pairs()[index].chain[0].sha256
        others = tuple(each for each in self.draft.aliases if each[0] != sha256)
        self.update(aliases=(*others, (sha256, alias)) if alias.strip() else others)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is missing, double, or foreign, a sentence each."""
        found = self.assembled
        return found.notes if isinstance(found, Assembled) else ()

    @property
    def file_stem(self) -> str:
        found = self.pairs
        alias = found[0].alias if found else ""
        stem = re.sub(r"[^\w.-]+", "-", alias).strip("-.")[:60]
        return f"{stem}-keystore" if stem else ""

    # --- whose it is ------------------------------------------------------------------------

    @property
    def is_partners(self) -> bool:
        """Whether the private key is a partner's, so that only certificates are brought in."""
        return self.draft.whose == "partners"

    @property
    def partners_certificates(self) -> tuple[CertificateSource, ...]:
        """The certificates alone, for the import of what a partner sent."""
        return tuple(
            CertificateSource(
                name=each.name,
                data=b"",
                path=each.path,
                certificates=each.certificates,
                remarks=(tr("The private key that came with it is left out."),)
                if each.keys
                else (),
            )
            for each in self.draft.sources
            if each.certificates
        )

    # --- what is wrong ----------------------------------------------------------------------

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        match step:
            case "files":
                return self._file_problems()
            case "target":
                return self._target_problems()
            case "summary" if self.is_partners:
                return self._partner_problems()
        return ()

    def _file_problems(self) -> tuple[FieldProblem, ...]:
        if not self.draft.sources:
            message = tr("Choose, drop, or paste the private key and its certificates.")
            return (FieldProblem(field="sources", message=message),)
        found = self.assembled
        if isinstance(found, HandfastError):
            return (FieldProblem(field="sources", message=self._why_none(found)),)
        return tuple(
            FieldProblem(field="sources", message=each, severity="warning") for each in found.notes
        )

    def _why_none(self, error: HandfastError) -> str:
        """Why no pair was found, without what a source already reports itself."""
        sources = self.draft.sources
        if any(each.needs_password for each in sources):
            return tr("Enter the password of each locked file.")
        if all(each.error is not None for each in sources):
            return tr("There is no private key here. Add the file with the private key.")
        return error_text(error)

    def _target_problems(self) -> tuple[FieldProblem, ...]:
        store = self.target_store
        found = [*target_problems(self.draft, self.stores), *key_problems(store)]
        if self.has_several:
            found += self._alias_problems(store)
        else:
            found += alias_problems(self.draft.alias, store)
        return (*found, *self.key_password_problems())

    def _alias_problems(self, store: Store | None) -> list[FieldProblem]:
        """What is wrong with the aliases of several pairs; the first of it."""
        used: set[str] = set()
        for pair in self.pairs:
            found = alias_problems(pair.alias, store, field="aliases")
            if not found and pair.alias.casefold() in used:
                message = tr(
                    "“{alias}” is the alias of two of these pairs. Choose another alias.",
                    alias=shorten(pair.alias, 60),
                )
                found = [FieldProblem(field="aliases", message=message)]
            if found:
                return found
            used.add(pair.alias.casefold())
        return []

    def _partner_problems(self) -> tuple[FieldProblem, ...]:
        warning = tr(
            "Your partner must never send a private key: anyone who has it can pretend to be them. "
            "Ask them to create a new pair and to send its certificate alone."
        )
        found = [FieldProblem(field="whose", message=warning, severity="warning")]
        if not self.partners_certificates:
            message = tr("This contains no certificate that could be trusted.")
            found.append(FieldProblem(field="whose", message=message))
        return tuple(found)

    # --- what is going to be done -------------------------------------------------------------

    def summary(self) -> tuple[SummaryLine, ...]:
        lines: list[SummaryLine] = []
        for pair in self.pairs:
            chain = [shorten(each.common_name or each.subject, 80) for each in pair.chain]
            lines.append(SummaryLine(label=tr("Key pair"), value=quoted(pair.alias, 80)))
            lines.append(SummaryLine(label=tr("Chain"), value="\n".join(chain)))
        if self.notes:
            lines.append(
                SummaryLine(label=tr("Note"), value="\n".join(self.notes[:6]), is_warning=True)
            )
        lines += target_summary(self.draft, self.stores)
        return tuple(lines)

    def keytool_command(self) -> str:
        return "\n\n".join(self._command_for(pair) for pair in self.pairs[:_MAX_COMMANDS])

    def _command_for(self, pair: KeyPair) -> str:
        keys = [
            each for each in self.draft.sources if any(key.key == pair.key for key in each.keys)
        ]
        holding = [each for each in self.draft.sources if {*each.certificates} & {*pair.chain}]
        holding.sort(key=lambda each: pair.chain[0] not in each.certificates)
        return import_pair_command(
            alias=pair.alias,
            keys=[str(each.path or each.name) for each in keys],
            certificates=[str(each.path or each.name) for each in holding],
            store=self.command_store(),
            has_key_password=self.key_password is not None,
        )

    def run(self, progress: Progress = no_progress) -> TargetOutcome[KeyPair]:
        found = self.assembled
        if isinstance(found, HandfastError):
            raise found
        pairs = self.pairs
        label = tr_count("Import {count} key pair", "Import {count} key pairs", len(pairs))
        if len(pairs) == 1:
            label = tr("Import “{alias}”", alias=shorten(pairs[0].alias, 30))
        return self.put(pairs, label, progress)
