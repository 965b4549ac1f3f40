"""Generate a key pair: whom it is for, the key, the names, where it goes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, Unpack

from handfast.core.dates import day_text
from handfast.core.distinguished_name import check_part, escape_value
from handfast.core.errors import HandfastError, InvalidInput, NotFound
from handfast.core.frozen import dataclass
from handfast.core.host_names import HOST
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import FieldProblem, FlowStep, SummaryLine, problem_of_reading
from handfast.flows.exchange.naming import NAME_PARTS, country_problems, suggest_sans
from handfast.flows.key_target import KeyTargetDraft, KeyTargetEdits, KeyTargetFlow
from handfast.flows.target import (
    STORE_DEFAULTS,
    TargetOutcome,
    alias_problems,
    key_problems,
    target_problems,
    target_summary,
)
from handfast.services.authority.issuer import check_issuer, issuer_of
from handfast.services.authority.journal import journal_path, read_journal, record_issued
from handfast.services.authority.profiles import PURPOSES, check_path_length
from handfast.services.authority.signing import check_room_below
from handfast.services.describe.validity import EARLIEST
from handfast.services.exchange.keytool_commands import generate_command
from handfast.services.policy.certificate_warnings import (
    serves,
    warning_about_kind,
    warning_about_names,
)
from handfast.services.policy.new_pairs import DEFAULT_DAYS, DEFAULT_KEY
from handfast.services.policy.typed_names import check_email
from handfast.services.policy.validity_days import (
    MAX_DAYS,
    warning_about_days,
    warning_about_issuer_end,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.flows.target import StoreDefaults
    from handfast.services.authority.extension_plan import ExtensionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateDraft(KeyTargetDraft):
    """What the pair is to be. Dates are days in UTC."""

    common_name: str = ""
    unit: str = ""
    organisation: str = ""
    locality: str = ""
    state: str = ""
    country: str = ""
    email: str = ""
    key: str = DEFAULT_KEY
    starts: dt.date
    days: int = DEFAULT_DAYS
    sans: tuple[str, ...] = ()
    purpose: str = "both"
    #: How many CAs may be below a CA; None for any number.
    path_length: int | None = None
    #: The CA that issues the certificate: the key of its open keystore, and its alias; both empty
    #: where the certificate is signed by its own key.
    issuer_store: str = ""
    issuer: str = ""
    #: All extensions but the host names; None for those of the purpose.
    extensions: ExtensionPlan | None = None

    @property
    def ends(self) -> dt.date:
        """The last day of validity; where the calendar ends before, its last day."""
        try:
            return self.starts + dt.timedelta(days=self.days)
        except OverflowError:
            return dt.date.max


#: A part of the name, as the draft calls it.
NamePart: TypeAlias = Literal[
    "common_name", "unit", "organisation", "locality", "state", "country", "email"
]


class GenerateEdits(KeyTargetEdits, total=False):
    """Fields of a :class:`GenerateDraft` that are edited."""

    common_name: str
    unit: str
    organisation: str
    locality: str
    state: str
    country: str
    email: str
    key: str
    starts: dt.date
    days: int
    sans: tuple[str, ...]
    purpose: str
    path_length: int | None
    issuer_store: str
    issuer: str
    extensions: ExtensionPlan | None


class GenerateFlow(KeyTargetFlow[GenerateDraft]):
    """keytool's six questions, and those that it does not ask."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id="name", title=tr("Name")),
        FlowStep(id="key", title=tr("Key and validity")),
        FlowStep(id="names", title=tr("Purpose and hosts")),
        FlowStep(id="target", title=tr("Keystore")),
        FlowStep(id="summary", title=tr("Summary")),
    )

    def __init__(
        self,
        *,
        stores: Sequence[OpenStore] = (),
        today: dt.date | None = None,
        usual: StoreDefaults = STORE_DEFAULTS,
    ) -> None:
        today = today or dt.datetime.now(dt.UTC).date()
        super().__init__(GenerateDraft(starts=today), stores=stores, usual=usual)
        self.today = today
        #: A key that is suggested for a reason that is told where it is; it is not warned of.
        self.advised_key = ""
        self._alias_is_suggested = True
        self._sans_are_suggested = True
        self._purpose_is_chosen = False
        if stores and stores[0].store.trusted and not stores[0].store.key_pairs:
            # That is a trust store, and a private key in one is a finding.
            self.update(target="new")

    @property
    def sans_are_suggested(self) -> bool:
        """Whether the host names still follow the common name."""
        return self._sans_are_suggested

    @property
    def purpose_is_chosen(self) -> bool:
        """Whether somebody said what it is for; until then it is for both roles."""
        return self._purpose_is_chosen

    def update(self, **changes: Unpack[GenerateEdits]) -> None:
        """Change fields of the draft; fields that are suggested from others follow."""
        if "alias" in changes:
            self._alias_is_suggested = not changes["alias"]
        if "sans" in changes:
            self._sans_are_suggested = False
        if {"purpose", "extensions"} & changes.keys():
            self._purpose_is_chosen = True
        if "purpose" in changes:
            # What was chosen for another purpose does not fit this one.
            changes.setdefault("extensions", None)
        self._follow_name(changes)
        self.draft = dataclasses.replace(self.draft, **changes)
        if {"common_name", "existing", "target"} & changes.keys() and self._alias_is_suggested:
            self.draft = dataclasses.replace(self.draft, alias=self._suggest_alias())
        if "common_name" in changes and self._sans_are_suggested:
            sans = suggest_sans(self.draft.common_name)
            self.draft = dataclasses.replace(self.draft, sans=sans)

    def set_end(self, day: dt.date) -> None:
        """Choose the last day of validity instead of its length."""
        self.update(days=(day - self.draft.starts).days)

    def set_years(self, years: int) -> None:
        """Have it end on the day of the year on which it starts, so many years later."""
        starts = self.draft.starts
        try:
            end = starts.replace(year=starts.year + years)
        except ValueError:
            # The 29th of February.
            end = starts.replace(year=starts.year + years, month=3, day=1)
        self.set_end(end)

    def set_name_part(self, part: NamePart, text: str) -> None:
        """Change one part of the name."""
        changes: GenerateEdits = {}
        changes[part] = text
        self.update(**changes)

    @property
    def file_stem(self) -> str:
        if not self.draft.alias:
            return ""
        stem = re.sub(r"[^\w.-]+", "-", self.draft.alias).strip("-.")[:60] or "keystore"
        return f"{stem}-keystore"

    def _suggest_alias(self) -> str:
        name = self.draft.common_name.strip().lower()
        if HOST.fullmatch(name):
            name = name.removeprefix("*.")
        alias = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:48]
        store = self.target_store
        return store.free_alias(alias) if alias and store is not None else alias

    # --- who issues it ------------------------------------------------------------------

    @property
    def is_ca(self) -> bool:
        """Whether the certificate may issue others."""
        plan = self.draft.extensions
        return bool(plan.is_ca) if plan is not None else self.draft.purpose == "ca"

    @property
    def issuers(self) -> tuple[tuple[OpenStore, KeyPair], ...]:
        """The CAs in the open keystores, each with its keystore."""
        return tuple(
            (store, pair)
            for store in self.stores
            for pair in store.store.key_pairs
            if pair.certificate is not None and pair.certificate.is_ca
        )

    @property
    def chosen_issuer(self) -> tuple[OpenStore, KeyPair] | None:
        """The CA that issues the certificate, where one is chosen and still there."""
        draft = self.draft
        for store, pair in self.issuers:
            if (store.key, pair.alias) == (draft.issuer_store, draft.issuer):
                return store, pair
        return None

    def _issuer_problems(self) -> list[FieldProblem]:
        if not self.draft.issuer:
            return []
        found = self.chosen_issuer
        if found is None:
            message = tr("The keystore with the CA was closed.")
            return [FieldProblem(field="issuer", message=message)]
        store, pair = found
        try:
            _, certificate = check_issuer(pair)
            if self.is_ca:
                check_room_below(pair.alias, certificate)
        except HandfastError as error:
            message = f"{error.problem} {error.remedy}".strip()
            return [FieldProblem(field="issuer", message=message)]
        if store.path is None or not store.path.exists():
            message = tr("Save the keystore of the CA first: its journal is stored next to it.")
            return [FieldProblem(field="issuer", message=message)]
        wanted = dt.datetime.combine(self.draft.ends, dt.time(), dt.UTC)
        if message := warning_about_issuer_end(certificate, wanted):
            return [FieldProblem(field="issuer", message=message, severity="warning")]
        return []

    def _path_length_problems(self) -> list[FieldProblem]:
        if self.draft.purpose != "ca" or self.draft.extensions is not None:
            return []
        try:
            check_path_length(self.draft.path_length, is_ca=True)
        except InvalidInput as error:
            return [FieldProblem(field="path_length", message=error.problem)]
        return []

    # --- what is wrong ------------------------------------------------------------------

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        match step:
            case "name":
                return tuple(self._name_problems())
            case "key":
                return tuple(self._key_problems())
            case "names":
                return (
                    *self._san_problems(),
                    *self._path_length_problems(),
                    *self._issuer_problems(),
                )
            case "target":
                return (
                    *target_problems(self.draft, self.stores),
                    *key_problems(self.target_store),
                    *alias_problems(self.draft.alias, self.target_store),
                    *self.key_password_problems(),
                )
        return ()

    def _name_problems(self) -> list[FieldProblem]:
        draft = self.draft
        problems: list[FieldProblem] = []
        if not draft.common_name.strip():
            problems.append(
                FieldProblem(
                    field="common_name",
                    message=tr(
                        "Enter a name: the host name of a server, or what your partner calls "
                        "your system."
                    ),
                )
            )
        for field, key in NAME_PARTS:
            value = getattr(draft, field).strip()
            if field == "country":
                problems += country_problems(value) if value else []
                continue
            try:
                check_part(key, value)
                if field == "email" and value:
                    check_email(value)
            except InvalidInput as error:
                problems.append(FieldProblem(field=field, message=error.problem))
        return problems

    def _key_problems(self) -> list[FieldProblem]:
        draft = self.draft
        problems: list[FieldProblem] = []
        note = warning_about_kind(draft.key)
        if note and draft.key != self.advised_key:
            problems.append(FieldProblem(field="key", severity="warning", message=note))
        # Where it ends is no question before it is clear where it starts.
        if draft.starts < EARLIEST.date():
            message = tr("A certificate cannot start before {year}.", year=EARLIEST.year)
            problems.append(FieldProblem(field="starts", message=message))
        elif draft.days < 1:
            problems.append(
                FieldProblem(field="ends", message=tr("The end must be after the start."))
            )
        elif draft.days > MAX_DAYS:
            problems.append(FieldProblem(field="ends", message=tr("The maximum is 100 years.")))
        elif draft.ends - draft.starts != dt.timedelta(days=draft.days):
            message = tr(
                "A certificate cannot be valid beyond the year {maxyear}.", maxyear=dt.MAXYEAR
            )
            problems.append(FieldProblem(field="ends", message=message))
        elif draft.ends <= self.today:
            problems.append(FieldProblem(field="ends", message=tr("The end date is in the past.")))
        elif message := warning_about_days(
            draft.days,
            is_for_servers=serves(draft.purpose, draft.extensions),
        ):
            problems.append(FieldProblem(field="ends", severity="warning", message=message))
        if draft.starts > self.today:
            problems.append(
                FieldProblem(
                    field="starts",
                    severity="warning",
                    message=tr("It cannot be used before this day."),
                )
            )
        return problems

    def _san_problems(self) -> list[FieldProblem]:
        from handfast.services.authority.general_names import parse_san, parse_sans

        draft = self.draft
        for text in draft.sans:
            kind, _, value = text.partition(":")
            shown = shorten(value) or tr("This name")
            if not value.strip():
                return [
                    FieldProblem(field="sans", message=tr("Fill in the empty name or remove it."))
                ]
            try:
                parse_san(text)
            except InvalidInput:
                return [FieldProblem(field="sans", message=_wrong_name(kind, shown))]
        if twice := problem_of_reading("sans", lambda: parse_sans(draft.sans)):
            return twice
        names = draft.sans if draft.extensions is None else (*draft.sans, *draft.extensions.san)
        # Nobody has said yet that it is for a server: the help of the field tells who needs names.
        is_for_servers = self._purpose_is_chosen and serves(draft.purpose, draft.extensions)
        message = warning_about_names(names, is_for_servers=is_for_servers)
        if message:
            return [FieldProblem(field="sans", severity="warning", message=message)]
        return []

    # --- what is going to be done -----------------------------------------------------------

    @property
    def name(self) -> str:
        """The distinguished name, as it is written everywhere (RFC 4514)."""
        parts = [
            f"{key}={escape_value(value.upper() if key == 'C' else value)}"
            for field, key in NAME_PARTS
            if (value := getattr(self.draft, field).strip())
        ]
        return ",".join(parts)

    def summary(self) -> tuple[SummaryLine, ...]:
        from handfast.services.exchange.generating import KEY_CHOICES

        draft = self.draft
        purposes = {
            "client": tr("Client: presented when you connect to your partner"),
            "server": tr("Server: presented when your partner connects to you"),
            "both": tr("Client and server"),
            "ca": tr("CA, which issues certificates itself"),
            "code-signing": tr("Code signing"),
        }
        plan = draft.extensions
        purpose = purposes[draft.purpose]
        if plan is not None:
            purpose = plan.title or tr("Custom extensions")
        issued_by = [SummaryLine(label=tr("Issued by"), value=draft.issuer)] if draft.issuer else []
        names = [_san_words(each) for each in draft.sans]
        return (
            SummaryLine(label=tr("Subject"), value=self.name),
            SummaryLine(label=tr("Alias"), value=draft.alias),
            SummaryLine(label=tr("Key"), value=KEY_CHOICES[draft.key]),
            SummaryLine(
                label=tr("Valid"),
                value=tr_count(
                    "{start} to {end} ({count} day)",
                    "{start} to {end} ({count} days)",
                    draft.days,
                    start=_date(draft.starts),
                    end=_date(draft.ends),
                ),
            ),
            SummaryLine(label=tr("Purpose"), value=purpose),
            *issued_by,
            SummaryLine(label=tr("Host names"), value="\n".join(names) or tr("none")),
            *target_summary(draft, self.stores),
        )

    def keytool_command(self) -> str:
        draft = self.draft
        if draft.issuer or draft.extensions is not None or draft.purpose not in PURPOSES:
            # That takes several commands of keytool, or cannot be said to it.
            return ""
        return generate_command(
            alias=draft.alias.strip(),
            name=self.name,
            key=draft.key,
            days=draft.days,
            starts=draft.starts if draft.starts != self.today else None,
            sans=draft.sans,
            purpose=draft.purpose,
            store=self.command_store(),
            has_key_password=self.key_password is not None,
        )

    def create(self, progress: Progress = no_progress) -> KeyPair:
        """Create the pair; it is in no keystore yet."""
        from handfast.services.exchange.generating import PairRequest, make_pair

        draft = self.draft
        midnight = dt.datetime.combine(draft.starts, dt.time(), dt.UTC)
        chosen = self.chosen_issuer
        if draft.issuer and (chosen is None or chosen[0].path is None):
            raise NotFound(
                tr("The keystore with the CA was closed or locked."),
                remedy=tr("Open the keystore, and generate the key pair again."),
            )
        issuing = _Issuing(chosen[0].path, chosen[1]) if chosen and chosen[0].path else None
        pair = make_pair(
            PairRequest(
                alias=draft.alias.strip(),
                name=self.name,
                key=draft.key,
                days=draft.days,
                not_before=midnight if draft.starts != self.today else None,
                sans=draft.sans,
                purpose=draft.purpose,
                path_length=draft.path_length if draft.purpose == "ca" else None,
                extensions=draft.extensions,
            ),
            progress,
            issuer=issuing.issuer if issuing is not None else None,
            used_serials=issuing.used_serials() if issuing is not None else (),
        )
        if issuing is not None:
            issuing.record(pair)
        return dataclasses.replace(pair, password=self.key_password)

    def run(self, progress: Progress = no_progress) -> TargetOutcome[KeyPair]:
        return self.put_pair(self.create(progress), progress)

    def put_pair(self, pair: KeyPair, progress: Progress = no_progress) -> TargetOutcome[KeyPair]:
        """Put a pair that was created where it is to go."""
        return self.put([pair], tr("Generate “{alias}”", alias=shorten(pair.alias, 30)), progress)


class _Issuing:
    """A CA at work: what it issues is in its journal before it is handed out."""

    def __init__(self, path: Path, pair: KeyPair) -> None:
        self._path = path
        self.issuer = issuer_of(pair)

    def used_serials(self) -> frozenset[int]:
        """The serial numbers that must not be used again."""
        return read_journal(journal_path(self._path)).serials()

    def record(self, pair: KeyPair) -> None:
        """Write the certificate into the journal."""
        now = dt.datetime.now(dt.UTC)
        record_issued(self._path, self.issuer.certificate, pair.chain[0], now)


def _date(day: dt.date) -> str:
    return day_text(day)


def _san_words(text: str) -> str:
    kind, _, value = text.partition(":")
    words = {"dns": "host", "ip": "address", "uri": "URI", "email": "e-mail"}
    return f"{value} ({words.get(kind, kind)})"


def _wrong_name(kind: str, value: str) -> str:
    match kind:
        case "dns":
            return tr(
                "“{name}” is not a host name such as api.example.com, without https:// or a port.",
                name=value,
            )
        case "ip":
            return tr("“{name}” is not an IP address such as 192.0.2.10.", name=value)
        case "uri":
            return tr("“{name}” is not a URI such as https://example.com/service.", name=value)
        case "email":
            return tr("“{name}” is not an e-mail address such as team@example.com.", name=value)
        case _:
            return tr("“{name}” is not a name of this kind.", name=value)
