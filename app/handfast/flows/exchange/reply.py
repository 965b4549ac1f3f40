"""Bring in a CA's reply: the pair that it is for, its chain, and what the chain lacks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.entry import KeyPair
from handfast.core.errors import HandfastError, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import Format, Store, quoted, shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep, SummaryLine
from handfast.flows.open_store import find_store
from handfast.flows.sources import SourcesFlow, error_text, with_added
from handfast.services.exchange.certificate_sources import CertificateSource
from handfast.services.exchange.importing import warnings_for
from handfast.services.exchange.keytool_commands import CommandStore, reply_command
from handfast.services.exchange.replies import (
    RepliesBeside,
    Reply,
    answered_pairs,
    answers,
    find_reply,
    put_reply,
)
from handfast.services.files.shown_path import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """What the CA sent, the pair that it goes onto, and where missing issuers come from."""

    sources: tuple[CertificateSource, ...] = ()
    #: The open keystore with the pair, by its key, and the alias of the pair.
    store: str = ""
    alias: str = ""
    #: Files and keystores beside the reply, in which issuers are looked for.
    pool: tuple[CertificateSource, ...] = ()


class ReplyEdits(TypedDict, total=False):
    """Fields of a :class:`ReplyDraft` that are edited."""

    sources: tuple[CertificateSource, ...]
    store: str
    alias: str
    pool: tuple[CertificateSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairChoice:
    """A pair that the reply fits, in one of the open keystores."""

    store: OpenStore
    pair: KeyPair


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyOutcome:
    """The reply, ready to be put on its pair."""

    reply: Reply
    #: The open keystore that it goes into, by its key.
    existing: str
    #: What the edit is called in the history of the keystore.
    label: str

    def put(self, store: Store) -> Store:
        """The keystore as it is now, with the new chain on the pair.

        :raises NotFound: the pair was changed or deleted in the meantime
        """
        if not any(each is self.reply.pair for each in store.entries):
            raise NotFound(
                tr("“{alias}” was changed in the meantime.", alias=shorten(self.reply.pair.alias)),
                remedy=tr("Import the reply again."),
            )
        return put_reply(store, self.reply)


class ReplyFlow(SourcesFlow["CertificateSource"], BaseFlow[ReplyDraft, ReplyOutcome]):
    """A reply onto the pair whose key it fits."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id="reply", title=tr("Reply")),
        FlowStep(id="chain", title=tr("Key pair and chain")),
        FlowStep(id="summary", title=tr("Summary")),
    )

    def __init__(
        self,
        *,
        stores: Sequence[OpenStore] = (),
        sources: Sequence[CertificateSource] = (),
        only: tuple[str, str] | None = None,
    ) -> None:
        """Begin; ``only`` is the key of a keystore and an alias, where one pair is meant."""
        super().__init__(ReplyDraft())
        self.stores = tuple(stores)
        self._only = only
        self._known: tuple[ReplyDraft, tuple[int, ...], Reply | HandfastError] | None = None
        self._chosen_by_hand = False
        if sources:
            self.update(sources=tuple(sources))

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""
        self.stores = tuple(stores)
        self._known = None
        self._follow()

    def expect(self, store: str, alias: str) -> None:
        """Have the reply go onto this pair and no other."""
        if self._only != (store, alias):
            self._only = (store, alias)
            self._known = None
            self._follow()

    def forget_secrets(self) -> bool:
        # In the pair that was found there is its private key.
        self._known = None
        return False

    def update(self, **changes: Unpack[ReplyEdits]) -> None:
        """Change fields of the draft; the pair follows from what was sent, until one is chosen."""
        if {"store", "alias"} & changes.keys():
            self._chosen_by_hand = True
        self.draft = dataclasses.replace(self.draft, **changes)
        if "sources" in changes:
            self._chosen_by_hand = False
        self._follow()

    def _follow(self) -> None:
        choices = self.choices
        chosen = self.chosen
        if chosen is not None and (self._chosen_by_hand or chosen in choices[:1]):
            return
        first = choices[0] if choices else None
        self.draft = dataclasses.replace(
            self.draft,
            store=first.store.key if first is not None else "",
            alias=first.pair.alias if first is not None else "",
        )

    # --- sources --------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[CertificateSource, ...]:
        """What was given so far."""
        return self.draft.sources

    def put_sources(self, sources: tuple[CertificateSource, ...]) -> None:
        self.update(sources=sources)

    def add_pool(self, added: Iterable[CertificateSource]) -> None:
        """Look for missing issuers in these, too."""
        self.update(pool=tuple(with_added(self.draft.pool, added)))

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """Everything that the CA sent, each once."""
        found = (each for source in self.draft.sources for each in source.certificates)
        return tuple(dict.fromkeys(found))

    # --- the pair and its chain -------------------------------------------------------------

    @property
    def choices(self) -> tuple[PairChoice, ...]:
        """The pairs that the reply fits: of the keystore in front before those of others."""
        certificates = self.certificates
        if not certificates:
            return ()
        found = [
            PairChoice(store=store, pair=pair)
            for store in self.stores
            for pair in answered_pairs(certificates, store.store)
        ]
        if self._only is not None:
            found = [each for each in found if self._is_meant(each)]
        return tuple(found)

    def _is_meant(self, choice: PairChoice) -> bool:
        return self._only == (choice.store.key, choice.pair.alias)

    @property
    def chosen(self) -> PairChoice | None:
        """The pair that the reply goes onto."""
        draft = self.draft
        return next(
            (
                each
                for each in self.choices
                if (each.store.key, each.pair.alias) == (draft.store, draft.alias)
            ),
            None,
        )

    @property
    def reply(self) -> Reply | None:
        """The reply with its chain put together; None where it fits no pair."""
        found = self._found()
        return found if isinstance(found, Reply) else None

    def _found(self) -> Reply | HandfastError:
        ids = tuple(id(each.store) for each in self.stores)
        if self._known is None or self._known[:2] != (self.draft, ids):
            self._known = (self.draft, ids, self._find())
        return self._known[2]

    def _find(self) -> Reply | HandfastError:
        certificates, chosen = self.certificates, self.chosen
        pool = [each for source in self.draft.pool for each in source.certificates]
        try:
            if chosen is not None:
                return find_reply(
                    certificates, chosen.store.store, alias=chosen.pair.alias, pool=pool
                )
            return self._refusal()
        except HandfastError as error:
            return error.without_frames()

    def _refusal(self) -> HandfastError:
        """Why the reply goes onto no pair: the reason of the one keystore that is meant."""
        wanted, alias = self._only or ("", None)
        meant = find_store(self.stores, wanted)
        stores = [meant] if meant is not None else list(self.stores)
        if len(stores) != 1:
            return _no_pair(len(stores))
        try:
            find_reply(self.certificates, stores[0].store, alias=alias)
        except HandfastError as error:
            return error.without_frames()
        return _no_pair(len(stores))

    def origin_of(self, certificate: Certificate) -> str:
        """Where a member of the chain comes from, in words."""
        for source in self.draft.sources:
            if certificate in source.certificates:
                return tr("the reply")
        chosen = self.chosen
        if chosen is not None and any(
            certificate in each.chain for each in chosen.store.store.entries
        ):
            return tr("the keystore")
        for source in self.draft.pool:
            if certificate in source.certificates:
                return shorten(source.name, 40)
        return ""

    # --- what is wrong ----------------------------------------------------------------------

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        match step:
            case "reply":
                return self._reply_problems()
            case "chain":
                return self._chain_problems()
        return ()

    def _reply_problems(self) -> tuple[FieldProblem, ...]:
        if not self.certificates:
            message = tr("Choose, drop, or paste the reply of the CA.")
            return (FieldProblem(field="sources", message=message),)
        found = self._found()
        if isinstance(found, HandfastError):
            return (FieldProblem(field="sources", message=error_text(found)),)
        return ()

    def _chain_problems(self) -> tuple[FieldProblem, ...]:
        found = self._found()
        if isinstance(found, HandfastError):
            return (FieldProblem(field="alias", message=error_text(found)),)
        warnings = [
            FieldProblem(field="alias", message=each, severity="warning")
            for each in warnings_for(found.chain[0], Store(format=Format.PKCS12))
        ]
        if found.missing_issuer:
            issuer = shorten(found.missing_issuer, 120)
            warnings.append(
                FieldProblem(
                    field="chain",
                    severity="warning",
                    message=tr(
                        "The chain ends without its root: the certificate of {issuer} is missing. "
                        "Look for it in a file from the CA or in Java’s cacerts. Some peers "
                        "refuse a chain without it.",
                        issuer=issuer,
                    ),
                )
            )
        return tuple(warnings)

    # --- what is going to be done -------------------------------------------------------------

    def summary(self) -> tuple[SummaryLine, ...]:
        reply, chosen = self.reply, self.chosen
        if reply is None or chosen is None:
            return ()
        store = chosen.store
        names = [shorten(each.common_name or each.subject, 80) for each in reply.chain]
        lines = [
            SummaryLine(label=tr("Key pair"), value=quoted(reply.pair.alias, 80)),
            SummaryLine(
                label=tr("In the keystore"),
                value=shown_path(store.path) if store.path is not None else store.title,
            ),
            SummaryLine(label=tr("New chain"), value="\n".join(names)),
        ]
        root = reply.root
        if root is not None:
            fingerprint = group_fingerprint(root.sha256)
            lines.append(
                SummaryLine(
                    label=tr("Root SHA-256"), value=f"{fingerprint[:47]}\n{fingerprint[48:]}"
                )
            )
        else:
            lines.append(
                SummaryLine(
                    label=tr("Missing"), value=shorten(reply.missing_issuer, 120), is_warning=True
                )
            )
        if reply.strangers:
            left = [shorten(each.common_name or each.subject, 80) for each in reply.strangers[:5]]
            more = len(reply.strangers) - len(left)
            left += [tr_count("and {count} more", "and {count} more", more)] if more else []
            lines.append(SummaryLine(label=tr("Left out"), value="\n".join(left)))
        lines += [
            SummaryLine(label=tr("Private key"), value=tr("unchanged")),
            SummaryLine(
                label=tr("Written"),
                value=tr("when you save the keystore; until then it can be undone"),
                is_about_saving=True,
            ),
        ]
        return tuple(lines)

    def keytool_command(self) -> str:
        chosen = self.chosen
        if chosen is None:
            return ""
        store = CommandStore(
            path=str(chosen.store.path or chosen.store.title),
            format=chosen.store.store.format.value,
            exists=True,
        )
        files = [str(each.path or "reply.pem") for each in self.draft.sources if each.certificates]
        uses_pool = any(source.certificates for source in self.draft.pool)
        return reply_command(
            alias=chosen.pair.alias, files=files, store=store, trusts_cacerts=uses_pool
        )

    def run(self, progress: Progress = no_progress) -> ReplyOutcome:
        progress(0, 0)
        found = self._found()
        if isinstance(found, HandfastError):
            raise found
        return ReplyOutcome(
            reply=found,
            existing=self.draft.store,
            label=tr("Import the reply onto “{alias}”", alias=shorten(found.pair.alias, 30)),
        )


def fitting_pair(
    certificates: Iterable[Certificate], stores: Sequence[OpenStore]
) -> PairChoice | None:
    """The first pair of the open keystores for which the certificates are a CA's reply."""
    known = tuple(certificates)
    for store in stores:
        for pair in answered_pairs(known, store.store):
            own = pair.certificate
            fitting = [each for each in known if answers(pair, each) and each != own]
            # A self-signed one beside the pair is an older certificate of ours, and no reply.
            if any(not each.is_self_signed for each in fitting):
                return PairChoice(store=store, pair=pair)
    return None


def source_beside(store: Store, alias: str, path: Path) -> CertificateSource | None:
    """The CA's certificate that is trusted beside a pair, as if the CA had sent it now."""
    pair = store.find(alias)
    beside = RepliesBeside(store).of(pair) if isinstance(pair, KeyPair) else None
    if beside is None:
        return None
    name = tr("“{alias}” in {keystore}", alias=shorten(beside.alias, 60), keystore=path.name)
    return CertificateSource(name=name, data=b"", path=path, certificates=(beside.certificate,))


def _no_pair(stores: int) -> HandfastError:
    if not stores:
        return NotFound(
            tr("No keystore is open."),
            remedy=tr("Open the keystore with the key pair that the request was created for."),
        )
    return NotFound(
        tr("The reply does not match any key pair in the open keystores."),
        causes=(tr("The request was created in another keystore, or for another key."),),
        remedy=tr("Open the keystore from which the request was created."),
    )
