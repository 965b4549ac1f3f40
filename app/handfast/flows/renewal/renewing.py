"""Renew the certificate of a pair: by itself, by its CA in the same keystore, or by a request."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.entry import KeyPair
from handfast.core.errors import AlreadyExists, HandfastError, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep, SummaryLine, problem_of_reading
from handfast.flows.open_store import find_store
from handfast.flows.target import path_problems
from handfast.services.authority.journal import journal_path, read_journal, record_issued
from handfast.services.authority.renewing import (
    RenewalPlan,
    RenewalWay,
    days_of,
    issuing_pair,
    key_choice,
    renew,
    renewal_way,
    request_renewal,
)
from handfast.services.describe.validity import date_text
from handfast.services.exchange.exporting import suggest_file_name
from handfast.services.exchange.generating import KEY_CHOICES
from handfast.services.exchange.keytool_commands import CommandStore, renew_command
from handfast.services.files.shown_path import shown_path
from handfast.services.files.store_files import write_file
from handfast.services.policy.certificate_warnings import (
    has_weak_key,
    is_for_servers,
    warning_about_renewal,
)
from handfast.services.policy.formats import can_hold_key_twice
from handfast.services.policy.new_pairs import DEFAULT_DAYS
from handfast.services.policy.overwriting import check_output, proposed_path
from handfast.services.policy.validity_days import (
    check_days,
    warning_about_days,
    warning_about_earlier_end,
    warning_about_issuer_end,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.flows.open_store import OpenStore

RENEWAL, SUMMARY = "renewal", "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewDraft:
    """How the pair is renewed."""

    new_key: bool = False
    days: int = DEFAULT_DAYS
    #: Keep the old entry under a dated alias.
    keep_old: bool = True
    #: Where the request is written, where a CA elsewhere must renew it.
    request_path: str = ""
    #: Whether an older file of that name may be replaced.
    replaces_request: bool = False


class RenewEdits(TypedDict, total=False):
    """Fields of a :class:`RenewDraft` that are edited."""

    new_key: bool
    days: int
    keep_old: bool
    request_path: str
    replaces_request: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What was done. Nothing is in the keystore before :attr:`store` is put in its place."""

    way: RenewalWay
    #: The keystore as it was, so that it can be seen whether it is still the same.
    before: Store
    store: Store
    #: What the history of the keystore calls it.
    label: str
    pair: KeyPair
    #: The alias under which the old entry stays; empty where it was replaced.
    old_alias: str = ""
    #: The request that was written; None where the certificate is there already.
    request: Path | None = None

    @property
    def certificate(self) -> Certificate:
        """The certificate of the pair; of a request for a new key, the provisional one."""
        return self.pair.chain[0]


class RenewFlow(BaseFlow[RenewDraft, Renewed]):
    """One pair of an open keystore."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id=RENEWAL, title=tr("Renewal")),
        FlowStep(id=SUMMARY, title=tr("Summary")),
    )

    def __init__(
        self, stores: Sequence[OpenStore], key: str, alias: str, *, now: dt.datetime | None = None
    ) -> None:
        """The pair ``alias`` of the open keystore ``key``."""
        self.key = key
        self.alias = alias
        self.now = now or dt.datetime.now(dt.UTC)
        self.today = self.now.date()
        self._store: Store | None = None
        self._path: Path | None = None
        self.set_stores(stores)
        leaf = self.leaf
        super().__init__(
            RenewDraft(
                new_key=leaf is not None and has_weak_key(leaf),
                days=days_of(leaf) if leaf is not None else DEFAULT_DAYS,
                request_path=self._suggest_request(),
            )
        )

    # --- the pair -------------------------------------------------------------------

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""
        found = find_store(stores, self.key)
        self._store = found.store if found is not None else None
        self._path = found.path if found is not None else None

    @property
    def pair(self) -> KeyPair | None:
        """The pair as it is now; None where it is gone."""
        entry = self._store.find(self.alias) if self._store is not None else None
        return entry if isinstance(entry, KeyPair) and entry.chain else None

    @property
    def leaf(self) -> Certificate | None:
        """The certificate that is renewed."""
        pair = self.pair
        return pair.chain[0] if pair is not None else None

    @property
    def way(self) -> RenewalWay:
        """Who signs the new certificate."""
        pair = self.pair
        if pair is None or self._store is None:
            return RenewalWay.SELF_SIGNED
        return renewal_way(self._store, pair)

    @property
    def issuer(self) -> KeyPair | None:
        """The CA of the same keystore that issued it."""
        pair = self.pair
        if pair is None or self._store is None or self.way is not RenewalWay.OWN_CA:
            return None
        return issuing_pair(self._store, pair)

    @property
    def can_keep_key_twice(self) -> bool:
        """Whether the keystore can hold old and new entry with one key."""
        return self._store is None or can_hold_key_twice(self._store.format)

    @property
    def ends(self) -> dt.date:
        """The last day of the new certificate; where the calendar ends before, its last day."""
        try:
            return self.today + dt.timedelta(days=self.draft.days)
        except OverflowError:
            return dt.date.max

    @property
    def request_exists(self) -> bool:
        """Whether a file with the name of the request is there already."""
        try:
            return Path(self.draft.request_path).expanduser().is_file()
        except (OSError, ValueError, RuntimeError):
            return False

    def _suggest_request(self) -> str:
        if self._path is None or self.pair is None:
            return ""
        stem = Path(suggest_file_name(self.alias, "pem")).stem
        folders = (self._path.parent, Path.home())
        return str(proposed_path(folders, f"{stem}-{self.today:%Y-%m-%d}.csr"))

    def update(self, **changes: Unpack[RenewEdits]) -> None:
        """Change fields of the draft."""
        if "request_path" in changes:
            # What was agreed to was about another file.
            changes.setdefault("replaces_request", False)
        self.draft = dataclasses.replace(self.draft, **changes)

    # --- what is wrong --------------------------------------------------------------

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        if step != RENEWAL:
            return ()
        pair = self.pair
        if pair is None:
            message = tr("“{alias}” is no longer in the keystore.", alias=shorten(self.alias))
            return (FieldProblem(field="key", message=message),)
        if pair.key is None:
            message = tr("The private key is locked. Unlock it in the details of the entry first.")
            return (FieldProblem(field="key", message=message),)
        return (*self._key_problems(pair), *self._other_problems(pair))

    def _key_problems(self, pair: KeyPair) -> list[FieldProblem]:
        message = warning_about_renewal(pair, new_key=self.draft.new_key)
        return [FieldProblem(field="key", message=message, severity="warning")] if message else []

    def _other_problems(self, pair: KeyPair) -> list[FieldProblem]:
        draft = self.draft
        if self.way is RenewalWay.REQUEST:
            found = path_problems(draft.request_path, field="request_path")
            if not found and not draft.replaces_request:
                path = Path(draft.request_path).expanduser()
                if path.exists():
                    message = tr("This file already exists. Choose another name, or replace it.")
                    found = [FieldProblem(field="request_path", message=message)]
            return found
        problems = []
        if found := problem_of_reading("days", lambda: check_days(draft.days)):
            problems += found
        elif message := (
            self._warning_about_issuer()
            or warning_about_earlier_end(pair.chain[0], self.now + dt.timedelta(days=draft.days))
            or warning_about_days(draft.days, is_for_servers=is_for_servers(pair.chain[0]))
        ):
            problems.append(FieldProblem(field="days", message=message, severity="warning"))
        if draft.keep_old and not draft.new_key and not self.can_keep_key_twice:
            message = tr(
                "A PEM file holds one certificate for each private key. Choose a new key, or do "
                "not keep the old entry."
            )
            problems.append(FieldProblem(field="keep_old", message=message))
        return problems

    def _warning_about_issuer(self) -> str:
        issuer = self.issuer
        if issuer is None:
            return ""
        wanted = dt.datetime.combine(self.ends, dt.time(), dt.UTC)
        return warning_about_issuer_end(issuer.chain[0], wanted)

    # --- what is going to be done ---------------------------------------------------

    def is_skipped(self, step: str) -> bool:  # noqa: ARG002 - nothing can be
        return False

    def summary(self) -> tuple[SummaryLine, ...]:
        pair = self.pair
        if pair is None:
            return ()
        draft, leaf = self.draft, pair.chain[0]
        lines = [
            SummaryLine(label=tr("Pair"), value=pair.alias),
            SummaryLine(label=tr("Name"), value=leaf.subject),
            SummaryLine(
                label=tr("Key"),
                value=tr("A new key: {kind}", kind=KEY_CHOICES[key_choice(pair)])
                if draft.new_key
                else tr("The current key"),
            ),
        ]
        if self.way is RenewalWay.REQUEST:
            path = shown_path(Path(draft.request_path).expanduser())
            lines.append(SummaryLine(label=tr("Request"), value=path))
            stays = tr("The current key pair stays in use until the CA replies.")
            lines.append(SummaryLine(label=tr("Until then"), value=stays))
            return tuple(lines)
        valid = tr_count(
            "until {date} ({count} day from today)",
            "until {date} ({count} days from today)",
            draft.days,
            date=date_text_of(self.ends),
        )
        lines.append(SummaryLine(label=tr("Valid"), value=valid))
        issuer = self.issuer
        signer = (
            tr("The CA “{alias}”", alias=shorten(issuer.alias))
            if issuer is not None
            else tr("The pair itself")
        )
        lines.append(SummaryLine(label=tr("Signed by"), value=signer))
        lines.append(
            SummaryLine(
                label=tr("The old entry"),
                value=tr("stays as “{alias}”", alias=shorten(self._old_alias()))
                if draft.keep_old
                else tr("is replaced; you can undo this until the keystore is closed"),
            )
        )
        lines.append(
            SummaryLine(
                label=tr("Written"),
                value=tr("when you save the keystore; until then it can be undone"),
                is_about_saving=True,
            )
        )
        return tuple(lines)

    def _old_alias(self) -> str:
        alias = f"{self.alias}-{self.today:%Y-%m-%d}"
        return self._store.free_alias(alias) if self._store is not None else alias

    def keytool_command(self) -> str:
        """The same with keytool; empty where it has no command for it."""
        store, path, draft = self._store, self._path, self.draft
        is_request = self.way is RenewalWay.REQUEST
        has_command = is_request or self.way is RenewalWay.SELF_SIGNED
        if self.pair is None or store is None or path is None or draft.new_key or not has_command:
            return ""
        return renew_command(
            self.pair.alias,
            store=CommandStore(path=str(path), format=store.format.value, exists=True),
            days=draft.days,
            old_alias=self._old_alias() if draft.keep_old else "",
            request=draft.request_path if is_request else "",
        )

    # --- doing it -------------------------------------------------------------------

    def run(self, progress: Progress = no_progress) -> Renewed:
        """Renew it, or write the request.

        What a CA of the keystore issues is in its journal before this returns, so that its serial
        number is never used again.
        """
        store, pair, path = self._store, self.pair, self._path
        if store is None or pair is None or path is None:
            raise NotFound(
                tr("“{alias}” is no longer in the keystore.", alias=shorten(self.alias)),
                remedy=tr("Open the keystore, and start again."),
            )
        progress(0, 0)
        now = dt.datetime.now(dt.UTC)
        if self.way is RenewalWay.REQUEST:
            return self._request(store, pair, path, now)
        is_own = self.way is RenewalWay.OWN_CA
        serials = read_journal(journal_path(path)).serials() if is_own else frozenset()
        renewal = renew(
            store,
            pair,
            RenewalPlan(
                days=self.draft.days, new_key=self.draft.new_key, keep_old=self.draft.keep_old
            ),
            used_serials=serials,
            now=now,
        )
        progress(0, 0)
        if renewal.issuer is not None:
            record_issued(path, renewal.issuer.chain[0], renewal.pair.chain[0], now)
        return Renewed(
            way=self.way,
            before=store,
            store=renewal.store,
            label=tr("Renew “{alias}”", alias=shorten(pair.alias, 30)),
            pair=renewal.pair,
            old_alias=renewal.old_alias,
        )

    def _request(self, store: Store, pair: KeyPair, path: Path, now: dt.datetime) -> Renewed:
        asked = request_renewal(store, pair, new_key=self.draft.new_key, now=now)
        out = Path(self.draft.request_path).expanduser()
        replaces = self.draft.replaces_request
        try:
            check_output(out, replace=replaces, sources=[path], read=[journal_path(path)])
            write_file(out, asked.request.encoded("pem"), overwrite=replaces, new_mode=0o644)
        except AlreadyExists as error:
            raise AlreadyExists(
                error.problem, remedy=tr("Go back, and choose another name or replace the file.")
            ) from error
        return Renewed(
            way=RenewalWay.REQUEST,
            before=store,
            store=asked.store,
            label=tr("Create a new key for “{alias}”", alias=shorten(pair.alias, 30)),
            pair=asked.pair,
            request=out,
        )

    def agree(self, error: HandfastError) -> bool:
        """Take a person's consent to replace an older request; whether there was one to take."""
        if isinstance(error, AlreadyExists):
            self.update(replaces_request=True)
            return True
        return False


def date_text_of(day: dt.date) -> str:
    """``24 Nov 2026``."""
    return date_text(dt.datetime.combine(day, dt.time(), dt.UTC))
