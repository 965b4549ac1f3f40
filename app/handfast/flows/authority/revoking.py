"""What a CA of an open keystore issued: revoke it, and write the revocation list."""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.errors import HandfastError, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep, problem_of_reading
from handfast.flows.sources import error_text
from handfast.flows.target import can_be_replaced, path_problems, refusal_of
from handfast.services.authority.issuer import authority_of, check_issuer, issuer_of
from handfast.services.authority.issuing import write_revocation_list
from handfast.services.authority.journal import (
    Journal,
    RevocationReason,
    journal_path,
    key_id,
    read_journal,
    revoke,
    update_journal,
)
from handfast.services.describe.validity import date_text
from handfast.services.exchange.exporting import suggest_file_name
from handfast.services.policy.chosen_entry import authorities
from handfast.services.policy.validity_days import DEFAULT_LIST_DAYS, check_list_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.services.authority.journal import IssuedCertificate, RevokedCertificate

REVOKE, LIST = "revoke", "list"


def first_authority(store: Store, alias: str) -> str:
    """The CA of that alias, or the first one; empty where there is none."""
    found = [each.alias for each in authorities(store)]
    return alias if alias in found else next(iter(found), "")


class IssuedState(Enum):
    """What has become of an issued certificate."""

    VALID = auto()
    EXPIRED = auto()
    REVOKED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedRow:
    """One issued certificate, as the table shows it."""

    issued: IssuedCertificate
    revoked: RevokedCertificate | None
    state: IssuedState

    @property
    def texts(self) -> tuple[str, ...]:
        """Subject, serial number, end, and state in words."""
        line = self.issued
        end = date_text(line.not_after) if line.not_after is not None else ""
        return (line.subject or tr("no subject"), f"{line.serial:x}", end, self._state_words())

    def _state_words(self) -> str:
        match self.state:
            case IssuedState.VALID:
                return tr("Valid")
            case IssuedState.EXPIRED:
                return tr("Expired")
            case IssuedState.REVOKED:
                if self.revoked is None:
                    return tr("Revoked")
                return tr(
                    "Revoked on {date}: {reason}",
                    date=date_text(self.revoked.revoked_at),
                    reason=reason_words(self.revoked.reason),
                )


def reason_words(reason: RevocationReason) -> str:
    """Why a certificate was revoked, in words."""
    match reason:
        case RevocationReason.UNSPECIFIED:
            return tr("no reason given")
        case RevocationReason.KEY_COMPROMISE:
            return tr("its key was compromised")
        case RevocationReason.CA_COMPROMISE:
            return tr("the key of its CA was compromised")
        case RevocationReason.AFFILIATION_CHANGED:
            return tr("its affiliation changed")
        case RevocationReason.SUPERSEDED:
            return tr("it was superseded")
        case RevocationReason.CESSATION_OF_OPERATION:
            return tr("it is no longer needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeDraft:
    """Which certificates, and why."""

    issuer: str = ""
    #: Serial numbers.
    chosen: frozenset[int] = frozenset()
    reason: RevocationReason = RevocationReason.UNSPECIFIED


class RevokeEdits(TypedDict, total=False):
    """Fields of a :class:`RevokeDraft` that are edited."""

    issuer: str
    chosen: frozenset[int]
    reason: RevocationReason


class RevokeFlow(BaseFlow[RevokeDraft, Journal]):
    """The issued certificates of the CAs of one keystore, from the journal beside it."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=REVOKE, title=tr("Certificates")),)

    def __init__(
        self, store: Store, path: Path, alias: str = "", *, now: dt.datetime | None = None
    ) -> None:
        super().__init__(RevokeDraft(issuer=first_authority(store, alias)))
        self._store = store
        self.path = path
        self.now = now or dt.datetime.now(dt.UTC)
        self.journal: Journal | None = None

    @property
    def issuers(self) -> tuple[str, ...]:
        """The aliases of the CAs."""
        return tuple(each.alias for each in authorities(self._store))

    @property
    def journal_file(self) -> Path:
        """Where the journal is."""
        return journal_path(self.path)

    def read(self, _progress: Progress = no_progress) -> Journal:
        """The journal on disk; may be run in a thread."""
        return read_journal(self.journal_file)

    def take_journal(self, journal: Journal) -> None:
        """Show this journal; what was chosen is chosen again."""
        self.journal = journal
        self.update(chosen=frozenset())

    def update(self, **changes: Unpack[RevokeEdits]) -> None:
        """Change fields of the draft."""
        if "issuer" in changes:
            changes.setdefault("chosen", frozenset())
        self.draft = dataclasses.replace(self.draft, **changes)

    @property
    def rows(self) -> tuple[IssuedRow, ...]:
        """What the CA issued, the newest first."""
        entry = self._store.find(self.draft.issuer) if self.draft.issuer else None
        journal = self.journal
        if journal is None or entry is None:
            return ()
        key = key_id(authority_of(entry))
        revoked = {each.serial: each for each in journal.revoked if each.issuer_key == key}
        return tuple(
            self._row(each, revoked.get(each.serial))
            for each in reversed(journal.issued)
            if each.issuer_key == key
        )

    def _row(self, issued: IssuedCertificate, revoked: RevokedCertificate | None) -> IssuedRow:
        is_over = issued.not_after is not None and issued.not_after <= self.now
        state = IssuedState.EXPIRED if is_over else IssuedState.VALID
        return IssuedRow(
            issued=issued,
            revoked=revoked,
            state=IssuedState.REVOKED if revoked is not None else state,
        )

    def choose_rows(self, rows: Sequence[int]) -> None:
        """Choose certificates by their places in :attr:`rows`."""
        found = self.rows
        self.update(chosen=frozenset(found[at].issued.serial for at in rows))

    def problems(self, step: str = REVOKE) -> tuple[FieldProblem, ...]:
        if step != REVOKE:
            return ()
        if not self.draft.issuer:
            message = tr("There is no CA in this keystore.")
            return (FieldProblem(field="issuer", message=message),)
        chosen = [each for each in self.rows if each.issued.serial in self.draft.chosen]
        if not chosen:
            message = (
                tr("Choose the certificates to revoke.")
                if self.rows or self.journal is None
                else tr("This CA has not issued any certificates with Handfast.")
            )
            return (FieldProblem(field="certificates", message=message),)
        done = next((each for each in chosen if each.revoked is not None), None)
        if done is not None:
            message = tr(
                "“{subject}” is already revoked. Remove it from the selection.",
                subject=shorten(done.issued.subject, 80),
            )
            return (FieldProblem(field="certificates", message=message),)
        return ()

    def run(self, progress: Progress = no_progress) -> Journal:
        """Revoke all of them, or none; the journal afterwards."""
        progress(0, 0)
        issuer = authority_of(self._store.get(self.draft.issuer))

        def take_back(journal: Journal) -> Journal:
            for serial in sorted(self.draft.chosen):
                journal = revoke(journal, issuer, serial, reason=self.draft.reason)
            return journal

        return update_journal(self.path, take_back)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDraft:
    """A revocation list."""

    issuer: str = ""
    days: int = DEFAULT_LIST_DAYS
    path: str = ""
    #: Whether the file that already exists may be replaced.
    replace: bool = False


class ListEdits(TypedDict, total=False):
    """Fields of a :class:`ListDraft` that are edited."""

    issuer: str
    days: int
    path: str
    replace: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenList:
    """A revocation list that was written."""

    path: Path
    number: int
    #: How many certificates are on it.
    count: int


class ListFlow(BaseFlow[ListDraft, WrittenList]):
    """The revocation list of a CA of one keystore; a newer one replaces the older."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=LIST, title=tr("Revocation list")),)

    def __init__(self, store: Store, path: Path, alias: str = "") -> None:
        super().__init__(ListDraft())
        self._store = store
        self._keystore = path
        self._path_is_suggested = True
        self.update(issuer=first_authority(store, alias))

    @property
    def issuers(self) -> tuple[str, ...]:
        """The aliases of the CAs."""
        return tuple(each.alias for each in authorities(self._store))

    def update(self, **changes: Unpack[ListEdits]) -> None:
        """Change fields of the draft; the name of the file follows the CA until it is edited."""
        if "path" in changes:
            self._path_is_suggested = False
            changes.setdefault("replace", False)
        elif "issuer" in changes and self._path_is_suggested and changes["issuer"]:
            stem = Path(suggest_file_name(changes["issuer"], "pem")).stem
            changes["path"] = str(self._keystore.parent / f"{stem}.crl")
            changes.setdefault("replace", False)
        self.draft = dataclasses.replace(self.draft, **changes)

    @property
    def file_exists(self) -> bool:
        """Whether a file would be replaced, which may be."""
        return can_be_replaced(self.draft.path, (self._keystore,))

    def problems(self, step: str = LIST) -> tuple[FieldProblem, ...]:
        draft = self.draft
        if step != LIST:
            return ()
        found: list[FieldProblem] = []
        entry = self._store.find(draft.issuer) if draft.issuer else None
        if entry is None:
            message = tr("There is no CA in this keystore.")
            return (FieldProblem(field="issuer", message=message),)
        try:
            check_issuer(entry)
        except HandfastError as error:
            found.append(FieldProblem(field="issuer", message=error_text(error)))
        found += problem_of_reading("days", lambda: check_list_days(draft.days))
        wrong = path_problems(draft.path, field="path")
        if not wrong and (refused := refusal_of(draft.path, (self._keystore,))):
            message = tr("{problem} Choose another name.", problem=refused)
            wrong = [FieldProblem(field="path", message=message)]
        if not wrong and self.file_exists and not draft.replace:
            message = tr("This file already exists. Choose another name, or replace it.")
            wrong = [FieldProblem(field="path", message=message)]
        return (*found, *wrong)

    def run(self, progress: Progress = no_progress) -> WrittenList:
        """Write it. Its number is already in the journal."""
        progress(0, 0)
        entry = self._store.find(self.draft.issuer)
        if entry is None:
            raise NotFound(tr("The CA is no longer in the keystore."))
        issuer = issuer_of(entry)
        out = Path(self.draft.path).expanduser().absolute()
        numbered = write_revocation_list(
            self._keystore, issuer, out=out, days=self.draft.days, replace=self.draft.replace
        )
        key = key_id(issuer.certificate)
        return WrittenList(
            path=out,
            number=numbered.crl_number(key),
            count=sum(each.issuer_key == key for each in numbered.revoked),
        )
