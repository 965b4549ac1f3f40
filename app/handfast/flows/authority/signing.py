"""Sign a request with a CA of an open keystore: what it asks for is granted or refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

from cryptography import x509

from handfast.core.entry import KeyPair
from handfast.core.errors import AlreadyExists, HandfastError, InvalidInput, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.authority.extension_editing import plan_words
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep, SummaryLine, problem_of_reading
from handfast.flows.open_store import find_store
from handfast.flows.sources import SourcesFlow, error_text
from handfast.flows.target import can_be_replaced, output_problems
from handfast.services.authority.issuer import check_issuer, issuer_of
from handfast.services.authority.issuing import sign_to_file
from handfast.services.authority.journal import journal_path
from handfast.services.authority.profiles import Profile, check_path_length, key_usage
from handfast.services.authority.signing import (
    EXTENSION_NAMES,
    SigningPlan,
    check_names,
    check_requester,
    check_room_below,
)
from handfast.services.describe.validity import date_text
from handfast.services.exchange.exporting import suggest_file_name
from handfast.services.exchange.keytool_commands import (
    CommandStore,
    request_extensions,
    sign_command,
)
from handfast.services.files.new_encoding import encoding_of_name
from handfast.services.files.shown_path import shown_path
from handfast.services.policy.new_pairs import DEFAULT_DAYS
from handfast.services.policy.overwriting import replaceable_path
from handfast.services.policy.validity_days import (
    check_days,
    warning_about_days,
    warning_about_issuer_end,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.flows.open_store import OpenStore
    from handfast.services.authority.extension_plan import ExtensionPlan
    from handfast.services.authority.request_files import ReceivedRequest, RequestSource
    from handfast.services.authority.signing import SignedRequest

REQUEST, CERTIFICATE, FILE, SUMMARY = "request", "certificate", "file", "summary"
_SAN: Final = EXTENSION_NAMES["san"]
_KEY_USAGE: Final = EXTENSION_NAMES["key-usage"]
_EXTENDED: Final = EXTENSION_NAMES["extended-key-usage"]
_ENDINGS: Final = {"pem": ".pem", "der": ".cer", "pkcs7": ".p7b"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignDraft:
    """How the request is answered."""

    #: The alias of the CA.
    issuer: str = ""
    #: None for what the request asks for.
    profile: Profile | None = None
    #: All that the certificate says but the names; None for what the purpose says.
    extensions: ExtensionPlan | None = None
    #: How many CAs may stand below it; None for any number.
    path_length: int | None = None
    days: int = DEFAULT_DAYS
    #: Alternative names that are not granted, as ``kind:value``.
    refused_names: frozenset[str] = frozenset()
    #: Extensions that are not granted.
    refused: frozenset[x509.ObjectIdentifier] = frozenset()
    path: str = ""
    encoding: str = "pem"
    has_chain: bool = True
    #: Whether the file that already exists may be replaced.
    replace: bool = False


class SignEdits(TypedDict, total=False):
    """Fields of a :class:`SignDraft` that are edited."""

    issuer: str
    profile: Profile | None
    extensions: ExtensionPlan | None
    path_length: int | None
    days: int
    refused_names: frozenset[str]
    refused: frozenset[x509.ObjectIdentifier]
    path: str
    encoding: str
    has_chain: bool
    replace: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The certificate, and the file that it was written to."""

    signed: SignedRequest
    path: Path
    journal: Path


class SignFlow(SourcesFlow["RequestSource"], BaseFlow[SignDraft, Signed]):
    """One request, answered by a key pair of one keystore. The keystore stays as it is."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id=REQUEST, title=tr("Request")),
        FlowStep(id=CERTIFICATE, title=tr("Certificate")),
        FlowStep(id=FILE, title=tr("File")),
        FlowStep(id=SUMMARY, title=tr("Summary")),
    )

    def __init__(
        self,
        stores: Sequence[OpenStore],
        key: str,
        alias: str = "",
        *,
        folder: str = "",
        now: dt.datetime | None = None,
    ) -> None:
        """With the pair ``alias`` of the open keystore ``key``, or with its first CA."""
        super().__init__(SignDraft(issuer=alias))
        self.key = key
        self.folder = folder
        self.now = now or dt.datetime.now(dt.UTC)
        self._store: Store | None = None
        self._path: Path | None = None
        self._sources: tuple[RequestSource, ...] = ()
        self._path_is_suggested = True
        self.set_stores(stores)
        if not isinstance(self._entry(alias), KeyPair):
            self.update(issuer=self._first_ca())

    # --- what is there --------------------------------------------------------------

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""
        found = find_store(stores, self.key)
        self._store = found.store if found is not None else None
        self._path = found.path if found is not None else None

    def _entry(self, alias: str) -> object:
        return self._store.find(alias) if self._store is not None and alias else None

    def _first_ca(self) -> str:
        pairs = self.pairs
        cas = [each for each in pairs if each.certificate and each.certificate.is_ca]
        return next((each.alias for each in (*cas, *pairs)), "")

    @property
    def pairs(self) -> tuple[KeyPair, ...]:
        """The key pairs of the keystore, CAs or not."""
        return tuple(self._store.key_pairs) if self._store is not None else ()

    @property
    def issuer(self) -> KeyPair | None:
        """The pair that is to sign."""
        entry = self._entry(self.draft.issuer)
        return entry if isinstance(entry, KeyPair) else None

    @property
    def received(self) -> ReceivedRequest | None:
        """The request, where exactly one was given."""
        found = [each.received for each in self._sources if each.received is not None]
        return found[0] if len(found) == 1 else None

    @property
    def granted_names(self) -> tuple[str, ...]:
        """The alternative names that come into the certificate."""
        received = self.received
        if received is None or _SAN in self.draft.refused:
            return ()
        return tuple(each for each in received.names if each not in self.draft.refused_names)

    @property
    def decides_purpose(self) -> bool:
        """Whether the CA states the purpose, so that what the request asks for is not taken."""
        return self.draft.profile is not None or self.draft.extensions is not None

    @property
    def is_ca(self) -> bool:
        """Whether the certificate may issue others."""
        plan = self.draft.extensions
        return bool(plan.is_ca) if plan is not None else self.draft.profile is Profile.CA

    # --- the sources ----------------------------------------------------------------

    @property
    def sources(self) -> tuple[RequestSource, ...]:
        """What was given so far."""
        return self._sources

    def put_sources(self, sources: tuple[RequestSource, ...]) -> None:
        before = self.received
        self._sources = sources
        if self.received is not before:
            # What was refused was about another request.
            self.update(refused=frozenset(), refused_names=frozenset())

    def said_of(self, source: RequestSource) -> str:
        """What a source asks for, or why it cannot be read."""
        if source.error is not None:
            return error_text(source.error)
        received = source.received
        if received is None:
            return ""
        subject = shorten(received.subject, 160) or tr("no subject")
        return tr("Request of {subject}, {key}", subject=subject, key=received.key)

    # --- editing --------------------------------------------------------------------

    def update(self, **changes: Unpack[SignEdits]) -> None:
        """Change fields of the draft; the name of the file follows until it is edited."""
        if "profile" in changes:
            # What was chosen for another purpose does not fit this one.
            changes.setdefault("extensions", None)
        if "path" in changes:
            self._path_is_suggested = False
            said = encoding_of_name(changes["path"].strip())
            if said in _ENDINGS:
                changes.setdefault("encoding", said)
            changes.setdefault("replace", False)
        elif "encoding" in changes:
            changes.setdefault("replace", False)
            if not self._path_is_suggested and self.draft.path:
                ending = _ENDINGS[changes["encoding"]]
                changes["path"] = str(Path(self.draft.path).with_suffix(ending))
        if changes.get("encoding") == "der":
            # DER has room for one certificate.
            changes["has_chain"] = False
        self.draft = dataclasses.replace(self.draft, **changes)
        self._suggest_path()

    def _suggest_path(self) -> None:
        received = self.received
        if not self._path_is_suggested or received is None or not self.folder:
            return
        common = received.request.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        name = str(common[0].value) if common else "certificate"
        stem = Path(suggest_file_name(name, "pem")).stem
        path = replaceable_path(Path(self.folder) / f"{stem}{_ENDINGS[self.draft.encoding]}")
        self.draft = dataclasses.replace(self.draft, path=str(path))

    def grant(self, oid: x509.ObjectIdentifier, *, is_granted: bool) -> None:
        """Take an extension over, or refuse it."""
        rest = self.draft.refused - {oid}
        self.update(refused=rest if is_granted else rest | {oid})

    def grant_name(self, name: str, *, is_granted: bool) -> None:
        """Take an alternative name over, or refuse it."""
        rest = self.draft.refused_names - {name}
        self.update(refused_names=rest if is_granted else rest | {name})

    def forget_secrets(self) -> bool:
        return False

    # --- what is wrong --------------------------------------------------------------

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        match step:
            case "request":
                return self._source_problems()
            case "certificate":
                return tuple(self._certificate_problems())
            case "file":
                return self._file_problems()
        return ()

    def _source_problems(self) -> tuple[FieldProblem, ...]:
        count = sum(each.received is not None for each in self._sources)
        if count == 1:
            return ()
        message = (
            tr("Requests are signed one at a time. Remove the others.")
            if count
            else tr("Choose, drop, or paste a certificate request.")
        )
        return (FieldProblem(field="sources", message=message),)

    def _certificate_problems(self) -> list[FieldProblem]:
        draft, received = self.draft, self.received
        entry = self._store.find(draft.issuer) if self._store is not None else None
        if entry is None or received is None:
            message = tr("Choose the key pair of a CA.")
            return [FieldProblem(field="issuer", message=message)]
        try:
            pair, certificate = check_issuer(entry, now=self.now)
            check_requester(received.request, certificate)
        except HandfastError as error:
            return [FieldProblem(field="issuer", message=error_text(error))]
        found: list[FieldProblem] = []

        def check(field: str, rule: Callable[[], None]) -> None:
            try:
                rule()
            except HandfastError as error:
                found.append(FieldProblem(field=field, message=error_text(error)))

        granted = [
            each
            for text, each in zip(received.names, received.general_names, strict=True)
            if text in self.granted_names
        ]
        check("names", lambda: check_names(pair.chain, received.request.subject, granted))
        if not received.subject and not granted:
            message = tr(
                "The certificate would have neither a subject nor a name. Grant at least one name."
            )
            found.append(FieldProblem(field="names", message=message))
        is_ca = self.is_ca
        if is_ca:
            check("profile", lambda: check_room_below(pair.alias, certificate))
        if is_ca and draft.extensions is None:
            check("path_length", lambda: check_path_length(draft.path_length, is_ca=True))
        return [*found, *self._day_problems(certificate, is_ca=is_ca)]

    def _day_problems(self, certificate: Certificate, *, is_ca: bool) -> list[FieldProblem]:
        days = self.draft.days
        if found := problem_of_reading("days", lambda: check_days(days)):
            return list(found)
        if message := warning_about_issuer_end(certificate, self.now + dt.timedelta(days=days)):
            return [FieldProblem(field="days", message=message, severity="warning")]
        is_for_servers = not is_ca and self.draft.profile is not Profile.CLIENT
        if message := warning_about_days(days, is_for_servers=is_for_servers):
            return [FieldProblem(field="days", message=message, severity="warning")]
        return []

    def _file_problems(self) -> tuple[FieldProblem, ...]:
        draft = self.draft
        return tuple(output_problems(draft.path, field="path", replace=draft.replace))

    @property
    def path(self) -> Path:
        """The file that is written."""
        return Path(self.draft.path).expanduser()

    @property
    def file_exists(self) -> bool:
        """Whether a file would be replaced, which may be."""
        return can_be_replaced(self.draft.path)

    # --- what is going to be done ---------------------------------------------------

    @property
    def plan(self) -> SigningPlan:
        """How the request is answered, for the signature."""
        draft = self.draft
        return SigningPlan(
            days=draft.days,
            profile=draft.profile,
            path_length=draft.path_length if draft.profile is Profile.CA else None,
            extensions=draft.extensions,
            refused=draft.refused,
            refused_names=draft.refused_names,
        )

    def left_out(self) -> tuple[str, ...]:
        """What the request asks for and does not get, in words."""
        received, draft = self.received, self.draft
        if received is None:
            return ()
        granted = self.granted_names
        return (
            *(each for each in received.names if each not in granted),
            *(
                each.title
                for each in received.extensions
                if not each.is_takeable or each.oid in draft.refused or self.decides_purpose
            ),
        )

    def summary(self) -> tuple[SummaryLine, ...]:
        received, draft = self.received, self.draft
        if received is None:
            return ()
        end = self.now + dt.timedelta(days=draft.days)
        issuer = self.issuer
        last = issuer.certificate.not_after if issuer and issuer.certificate else None
        valid = tr_count(
            "until {date} ({count} day from today)",
            "until {date} ({count} days from today)",
            draft.days,
            date=date_text(min(end, last) if last is not None else end),
        )
        lines = [
            SummaryLine(label=tr("Subject"), value=received.subject or tr("none")),
            SummaryLine(label=tr("Names"), value="\n".join(self.granted_names) or tr("none")),
            SummaryLine(label=tr("Purpose"), value=self._purpose_text()),
            SummaryLine(label=tr("Valid"), value=valid),
            SummaryLine(label=tr("Issued by"), value=draft.issuer),
        ]
        left_out = self.left_out()
        if left_out:
            lines.append(SummaryLine(label=tr("Left out"), value="\n".join(left_out)))
        lines.append(SummaryLine(label=tr("File"), value=shown_path(self.path)))
        if self._path is not None:
            journal = shown_path(journal_path(self._path))
            lines.append(SummaryLine(label=tr("Recorded in"), value=journal))
        return tuple(lines)

    def _purpose_text(self) -> str:
        plan = self.draft.extensions
        return purpose_words(self.draft.profile) if plan is None else plan_words(plan)

    def keytool_command(self) -> str:
        received, store, path, draft = self.received, self._store, self._path, self.draft
        if received is None or store is None or path is None or draft.encoding == "pkcs7":
            # keytool answers in PEM or DER.
            return ""
        if draft.extensions is not None:
            return ""
        given = [each.path for each in self._sources if each.received is received]
        return sign_command(
            alias=draft.issuer,
            request=str(given[0]) if given and given[0] is not None else "request.csr",
            out=str(self.path),
            store=CommandStore(path=str(path), format=store.format.value, exists=True),
            days=draft.days,
            extensions=self._command_extensions(received),
            encoding=draft.encoding,
        )

    def _command_extensions(self, received: ReceivedRequest) -> tuple[str, ...]:
        draft = self.draft
        is_rsa = received.key.startswith("RSA")
        profile = draft.profile or Profile.BOTH
        usage = key_usage(profile, is_rsa=is_rsa)
        usages = tuple(each.dotted_string for each in profile.usages)
        asked = {each.oid: each.value for each in received.request.extensions}
        if draft.profile is None:
            takeable = {each.oid for each in received.extensions if each.is_takeable}
            wanted = asked.get(_KEY_USAGE) if _KEY_USAGE in takeable - draft.refused else None
            usage = wanted if isinstance(wanted, x509.KeyUsage) else usage
            if _EXTENDED in takeable - draft.refused:
                usages = received.usages
        found = request_extensions(
            sans=self.granted_names, key_usage=_usage_names(usage), usages=usages
        )
        if not profile.is_ca:
            return ("BC:c=ca:false", *found)
        length = "" if draft.path_length is None else f",pathlen:{draft.path_length}"
        return (f"BC:c=ca:true{length}", *found)

    # --- doing it -------------------------------------------------------------------

    def run(self, progress: Progress = no_progress) -> Signed:
        """Sign it. The serial number is in the journal earlier than the certificate is written."""
        received, issuer, path = self.received, self.issuer, self._path
        if received is None or issuer is None or path is None:
            raise NotFound(
                tr("The keystore with the CA was closed or locked."),
                remedy=tr("Open the keystore, and sign the request again."),
            )
        for problem in self.problems(FILE):
            raise InvalidInput(problem.message, field=problem.field)
        progress(0, 0)
        out = self.path.absolute()
        signed = sign_to_file(
            path,
            issuer_of(issuer),
            received.request,
            self.plan,
            out=out,
            encoding=self.draft.encoding,
            has_chain=self.draft.has_chain,
            replace=self.draft.replace,
            read=[each.path for each in self._sources if each.path is not None],
        )
        return Signed(signed=signed, path=out, journal=journal_path(path))

    def agree(self, error: HandfastError) -> bool:
        """Take a person’s consent to replace an older file; whether there was one to take."""
        if isinstance(error, AlreadyExists):
            self.update(replace=True)
            return True
        return False


def purpose_words(profile: Profile | None) -> str:
    """What a certificate is for, in words."""
    match profile:
        case None:
            return tr("As requested")
        case Profile.CLIENT:
            return tr("Client")
        case Profile.SERVER:
            return tr("Server")
        case Profile.BOTH:
            return tr("Client and server")
        case Profile.CA:
            return tr("CA that issues certificates")
        case Profile.CODE_SIGNING:
            return tr("Code signing")


def _usage_names(usage: x509.KeyUsage) -> tuple[str, ...]:
    names = {
        "digitalSignature": usage.digital_signature,
        "nonRepudiation": usage.content_commitment,
        "keyEncipherment": usage.key_encipherment,
        "dataEncipherment": usage.data_encipherment,
        "keyAgreement": usage.key_agreement,
        "keyCertSign": usage.key_cert_sign,
        "cRLSign": usage.crl_sign,
    }
    return tuple(name for name, is_set in names.items() if is_set)
