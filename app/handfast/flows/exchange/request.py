"""Create a request for a CA: from an existing pair, or together with a new one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias, TypedDict, Unpack

from handfast.core.distinguished_name import parse_name
from handfast.core.entry import KeyPair
from handfast.core.errors import HandfastError, InvalidInput, PasswordNeeded
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.core.store import quoted, shorten
from handfast.flows.authority.extension_editing import plan_words
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep, SummaryLine, problem_of_reading
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.open_store import OpenStore, find_store
from handfast.flows.target import (
    STORE_DEFAULTS,
    StoreDefaults,
    TargetOutcome,
    can_be_replaced,
    output_problems,
)
from handfast.services.authority.profiles import usage_names
from handfast.services.exchange.exporting import suggest_file_name
from handfast.services.exchange.keytool_commands import (
    CommandStore,
    request_command,
    request_extensions,
)
from handfast.services.exchange.requests import (
    MAX_CHALLENGE_CHARACTERS,
    CertificateRequest,
    RequestDetails,
    create_request,
    key_usage_of,
    usages_of,
)
from handfast.services.files.new_encoding import encoding_of_name
from handfast.services.files.shown_path import shown_path
from handfast.services.files.store_files import write_file
from handfast.services.policy.overwriting import check_output, replaceable_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.services.authority.extension_plan import ExtensionPlan

#: Whose request it is: of an existing pair, or of one that is created with it.
RequestOf: TypeAlias = Literal["existing", "new"]
#: What becomes of it: a file, text on the clipboard, or the text of an email on the clipboard.
Delivery: TypeAlias = Literal["file", "clipboard", "mail"]
#: Steps that the flow of *Generate* asks, by what it calls them.
GENERATING: Final = {"name": "name", "key": "key", "names": "names", "keystore": "target"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraft:
    """Which pair, what is asked for, and where the request goes."""

    of: RequestOf = "existing"
    #: The open keystore with the pair, by its key, and the alias of the pair.
    store: str = ""
    alias: str = ""
    #: The distinguished name, as it is typed.
    name: str = ""
    sans: tuple[str, ...] = ()
    #: ``client``, ``server`` or ``both``; empty for what the certificate has.
    purpose: str = ""
    #: Names of :data:`~handfast.services.exchange.requests.KEY_USAGES`.
    key_usage: tuple[str, ...] = ()
    #: All extensions but the names; None for what the certificate has.
    extensions: ExtensionPlan | None = None
    challenge: Password = EMPTY
    delivery: Delivery = "file"
    #: ``pem`` or ``der``.
    encoding: str = "pem"
    path: str = ""
    #: Whether the file that already exists may be replaced.
    replace: bool = False


class RequestEdits(TypedDict, total=False):
    """Fields of a :class:`RequestDraft` that are edited."""

    of: RequestOf
    store: str
    alias: str
    name: str
    sans: tuple[str, ...]
    purpose: str
    key_usage: tuple[str, ...]
    extensions: ExtensionPlan | None
    challenge: Password
    delivery: Delivery
    encoding: str
    path: str
    replace: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcome:
    """The request, the file that it was written to, and the new pair where there is one."""

    request: CertificateRequest
    alias: str
    #: The text that goes with the request in an email, the request in it.
    mail: str
    path: Path | None = None
    created: TargetOutcome[KeyPair] | None = None


class RequestFlow(BaseFlow[RequestDraft, RequestOutcome]):
    """A PKCS#10 request; nothing but the file is written for an existing pair."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id="pair", title=tr("Key pair")),
        FlowStep(id="name", title=tr("Name"), is_inner=True),
        FlowStep(id="key", title=tr("Key and validity"), is_inner=True),
        FlowStep(id="names", title=tr("Purpose and hosts"), is_inner=True),
        FlowStep(id="keystore", title=tr("Keystore"), is_inner=True),
        FlowStep(id="request", title=tr("Request")),
        FlowStep(id="file", title=tr("Where it goes")),
        FlowStep(id="summary", title=tr("Summary")),
    )

    def __init__(
        self,
        *,
        stores: Sequence[OpenStore] = (),
        alias: str = "",
        folder: str = "",
        usual: StoreDefaults = STORE_DEFAULTS,
    ) -> None:
        """Begin with a pair of the first keystore, where ``alias`` or only one is there."""
        super().__init__(RequestDraft())
        self.stores = tuple(stores)
        self.folder = folder
        self._fresh: OpenStore | None = None
        self._path_is_suggested = True
        self.generating = GenerateFlow(stores=stores, usual=usual)
        with_pairs = next((each for each in stores if each.store.key_pairs), None)
        if with_pairs is None:
            self.update(of="new")
        else:
            named = alias if alias and self._is_pair(with_pairs, alias) else ""
            self.update(store=with_pairs.key, alias=named or _only_alias(with_pairs))

    @staticmethod
    def _is_pair(store: OpenStore, alias: str) -> bool:
        return isinstance(store.store.find(alias), KeyPair)

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now."""
        fresh = self._fresh
        if fresh is not None and find_store(stores, fresh.key) is not None:
            self._fresh = fresh = None
        self.stores = (*stores, fresh) if fresh is not None else tuple(stores)
        self.generating.set_stores(stores)

    def take_store(self, store: OpenStore) -> None:
        """A keystore was opened for this: the pair is in it."""
        if find_store(self.stores, store.key) is None:
            self._fresh = store
            self.stores = (*self.stores, store)
        self.update(store=store.key)

    # --- editing --------------------------------------------------------------------------

    def update(self, **changes: Unpack[RequestEdits]) -> None:
        """Change fields of the draft; what is asked for follows the certificate of the pair."""
        if "path" in changes:
            self._path_is_suggested = False
            said = encoding_of_name(changes["path"].strip())
            encoding = said if said in {"der", "pem"} else None
            if encoding is not None:
                changes.setdefault("encoding", encoding)
        elif "encoding" in changes and not self._path_is_suggested:
            path = Path(self.draft.path)
            if encoding_of_name(path) not in {None, changes["encoding"]}:
                changes["path"] = str(path.with_suffix(f".{changes['encoding']}"))
        if {"path", "encoding", "alias"} & changes.keys():
            # Consent was given for another file.
            changes.setdefault("replace", False)
        if "store" in changes and "alias" not in changes:
            found = find_store(self.stores, changes["store"])
            changes["alias"] = _only_alias(found) if found is not None else ""
        self.draft = dataclasses.replace(self.draft, **changes)
        if {"store", "alias"} & changes.keys():
            self._take_over()
        self.suggest_path()

    def _take_over(self) -> None:
        """Ask for what the certificate of the pair has."""
        leaf = self._leaf
        self.draft = dataclasses.replace(
            self.draft,
            name=leaf.subject if leaf is not None else "",
            sans=leaf.san if leaf is not None else (),
            purpose="",
            key_usage=key_usage_of(leaf) if leaf is not None else (),
        )

    def suggest_path(self) -> None:
        """Name the file after the pair, until the person names it."""
        alias = self.alias
        if self._path_is_suggested and alias and self.folder:
            stem = Path(suggest_file_name(alias, "pem")).stem
            ending = "csr" if self.draft.encoding == "pem" else "der"
            path = replaceable_path(Path(self.folder) / f"{stem}.{ending}", sources=self._sources)
            self.draft = dataclasses.replace(self.draft, path=str(path))

    def forget_secrets(self) -> bool:
        had_one = not self.draft.challenge.is_empty
        self.draft = dataclasses.replace(self.draft, challenge=EMPTY)
        self.stores = tuple(each for each in self.stores if each is not self._fresh)
        self._fresh = None
        return self.generating.forget_secrets() or had_one

    # --- what is there ----------------------------------------------------------------------

    @property
    def is_new(self) -> bool:
        """Whether the pair is created together with the request."""
        return self.draft.of == "new"

    def applies(self, step: str) -> bool:
        """Whether the step is one of those to be gone through."""
        return self.is_new or step not in GENERATING

    @property
    def alias(self) -> str:
        """The alias of the pair, existing or new."""
        return self.generating.draft.alias.strip() if self.is_new else self.draft.alias

    @property
    def keystore(self) -> OpenStore | None:
        """The keystore with the existing pair."""
        return find_store(self.stores, self.draft.store)

    @property
    def pair(self) -> KeyPair | None:
        """The existing pair."""
        found = self.keystore
        entry = found.store.find(self.draft.alias) if found is not None else None
        return entry if isinstance(entry, KeyPair) else None

    @property
    def _leaf(self) -> Certificate | None:
        pair = self.pair
        return pair.certificate if pair is not None else None

    @property
    def details(self) -> RequestDetails:
        """What is asked for; None for what stays as the certificate has it, byte for byte."""
        draft, leaf = self.draft, self._leaf
        challenge = None if draft.challenge.is_empty else draft.challenge
        if self.is_new:
            # A new pair has them in its certificate already.
            return RequestDetails(challenge=challenge, extensions=self.generating.draft.extensions)
        had = leaf.san if leaf is not None else ()
        usage = key_usage_of(leaf) if leaf is not None else ()
        return RequestDetails(
            name=None if leaf is not None and draft.name == leaf.subject else draft.name,
            sans=None if draft.sans == had else draft.sans,
            purpose=draft.purpose or None,
            key_usage=None if draft.key_usage == usage else draft.key_usage,
            challenge=challenge,
            extensions=draft.extensions,
        )

    # --- what is wrong ----------------------------------------------------------------------

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        if step in GENERATING:
            return self.generating.problems(GENERATING[step]) if self.is_new else ()
        match step:
            case "pair":
                return () if self.is_new else self._pair_problems()
            case "request":
                return self._request_problems()
            case "file":
                return self._file_problems()
        return ()

    def _pair_problems(self) -> tuple[FieldProblem, ...]:
        found = self.keystore
        if found is None:
            message = tr("Choose the keystore with the key pair.")
            return (FieldProblem(field="store", message=message),)
        if not found.store.key_pairs:
            message = tr("There is no key pair in this keystore.")
            return (FieldProblem(field="store", message=message),)
        pair = self.pair
        if pair is None:
            return (FieldProblem(field="alias", message=tr("Choose a key pair.")),)
        if pair.is_locked:
            message = tr(
                "Its key is locked. Unlock it in the tab of the keystore first: a request is "
                "signed with it."
            )
            return (FieldProblem(field="alias", message=message),)
        return ()

    def _request_problems(self) -> tuple[FieldProblem, ...]:
        found: list[FieldProblem] = []
        details = self.details
        if details.name is not None:
            try:
                parse_name(details.name)
            except InvalidInput as error:
                text = f"{error.problem} {error.remedy}".strip()
                found.append(FieldProblem(field="name", message=text))
            else:
                if not details.name.strip() and not self.draft.sans:
                    message = tr("Enter a name, or at least one alternative name.")
                    found.append(FieldProblem(field="name", message=message))
        if details.sans is not None:
            found += self._san_problems()
        length = len(self.draft.challenge.reveal())
        if length > MAX_CHALLENGE_CHARACTERS:
            message = tr_count(
                "At most {count} character.", "At most {count} characters.",
                MAX_CHALLENGE_CHARACTERS,
            )  # fmt: skip
            found.append(FieldProblem(field="challenge", message=message))
        return tuple(found)

    def _san_problems(self) -> list[FieldProblem]:
        from handfast.services.authority.general_names import parse_san, parse_sans

        for text in self.draft.sans:
            if not text.partition(":")[2].strip():
                message = tr("Fill in the empty name or remove it.")
                return [FieldProblem(field="sans", message=message)]
            try:
                parse_san(text)
            except InvalidInput as error:
                return [FieldProblem(field="sans", message=error.problem)]
        return problem_of_reading("sans", lambda: parse_sans(self.draft.sans))

    def _file_problems(self) -> tuple[FieldProblem, ...]:
        if self.draft.delivery != "file":
            return ()
        draft = self.draft
        return tuple(
            output_problems(draft.path, field="path", replace=draft.replace, sources=self._sources)
        )

    @property
    def _sources(self) -> list[Path]:
        return [each.path for each in self.stores if each.path is not None]

    @property
    def path(self) -> Path:
        """The file that is written."""
        return Path(self.draft.path).expanduser()

    @property
    def file_exists(self) -> bool:
        """Whether a file would be replaced, which may be."""
        return self.draft.delivery == "file" and can_be_replaced(self.draft.path, self._sources)

    # --- what is going to be done -------------------------------------------------------------

    def summary(self) -> tuple[SummaryLine, ...]:
        draft = self.draft
        lines: list[SummaryLine] = []
        if self.is_new:
            lines += self.generating.summary()
        else:
            found = self.keystore
            where = shown_path(found.path) if found is not None and found.path is not None else ""
            lines += [
                SummaryLine(label=tr("Key pair"), value=quoted(draft.alias, 80)),
                SummaryLine(label=tr("In the keystore"), value=where),
                SummaryLine(label=tr("Name"), value=draft.name),
                SummaryLine(
                    label=tr("Alternative names"), value="\n".join(draft.sans) or tr("none")
                ),
            ]
            if draft.extensions is not None:
                words = plan_words(draft.extensions)
                lines.append(SummaryLine(label=tr("Extensions"), value=words))
            elif draft.purpose:
                lines.append(
                    SummaryLine(label=tr("Purpose"), value=",".join(usage_names(draft.purpose)))
                )
        if not draft.challenge.is_empty:
            lines.append(SummaryLine(label=tr("Challenge password"), value=tr("in the request")))
        match draft.delivery:
            case "file":
                lines += [
                    SummaryLine(label=tr("Request"), value=shown_path(self.path)),
                    SummaryLine(label=tr("Encoding"), value=draft.encoding.upper()),
                ]
            case "clipboard":
                lines.append(
                    SummaryLine(label=tr("Request"), value=tr("copied to the clipboard, as PEM"))
                )
            case "mail":
                lines.append(
                    SummaryLine(
                        label=tr("Request"),
                        value=tr("copied to the clipboard, as the text of an e-mail"),
                    )
                )
        lines.append(SummaryLine(label=tr("Private key"), value=tr("stays in the keystore")))
        return tuple(lines)

    def keytool_command(self) -> str:
        planned = self.generating.draft.extensions if self.is_new else self.draft.extensions
        if planned is not None or (self.is_new and not self.generating.keytool_command()):
            return ""
        if self.is_new:
            draft = self.generating.draft
            store = self.generating.command_store()
            name, sans = "", draft.sans
            key_usage: tuple[str, ...] = ("digitalSignature",)
            if draft.key.startswith("rsa"):
                key_usage = ("digitalSignature", "keyEncipherment")
            usages = usage_names(draft.purpose)
            before = self.generating.keytool_command() + "\n"
            store = dataclasses.replace(store, exists=True)
        else:
            found, leaf = self.keystore, self._leaf
            if found is None:
                return ""
            store = CommandStore(
                path=str(found.path or found.title),
                format=found.store.format.value,
                exists=True,
            )
            details = self.details
            name, sans, before = details.name or "", self.draft.sans, ""
            key_usage = self.draft.key_usage
            usages = usages_of(leaf) if leaf is not None else ()
            if self.draft.purpose:
                usages = usage_names(self.draft.purpose)
        is_file = self.draft.delivery == "file"
        return before + request_command(
            alias=self.alias,
            out=str(self.path) if is_file else f"{self.alias}.csr",
            store=store,
            encoding=self.draft.encoding if is_file else "pem",
            name=name,
            extensions=request_extensions(sans=sans, key_usage=key_usage, usages=usages),
            has_challenge=not self.draft.challenge.is_empty,
        )

    # --- doing it -----------------------------------------------------------------------------

    def run(self, progress: Progress = no_progress) -> RequestOutcome:
        draft = self.draft
        for problem in self.problems("file"):
            raise InvalidInput(problem.message, field=problem.field)
        pair = self.generating.create(progress) if self.is_new else self.pair
        if pair is None:
            raise InvalidInput(tr("The keystore was closed."), field="store")
        if pair.key is None:
            raise PasswordNeeded(
                tr("The key of “{alias}” is locked.", alias=shorten(pair.alias)),
                remedy=tr("Unlock it in the tab of the keystore, and try again."),
            )
        request = create_request(pair, self.details)
        path = self.path.absolute() if draft.delivery == "file" else None
        if path is not None:
            check_output(path, replace=draft.replace, sources=self._sources)
            is_replaced = path.exists()
            write_file(
                path, request.encoded(draft.encoding), overwrite=draft.replace, new_mode=0o644
            )
        created: TargetOutcome[KeyPair] | None = None
        if self.is_new:
            try:
                created = self.generating.put_pair(pair, progress)
            except HandfastError:
                # A request without its private key is of no use, and would be sent by mistake.
                if path is not None and not is_replaced:
                    path.unlink(missing_ok=True)
                raise
        return RequestOutcome(
            request=request,
            alias=pair.alias,
            mail=mail_text(request, pair, self.details),
            path=path,
            created=created,
        )


def mail_text(request: CertificateRequest, pair: KeyPair, details: RequestDetails) -> str:
    """The text of an email to a CA: what is asked for, in words, and the request."""
    leaf = pair.certificate
    name = details.name if details.name is not None else leaf.subject if leaf is not None else ""
    sans = details.sans if details.sans is not None else leaf.san if leaf is not None else ()
    lines = [
        tr("Hello,"),
        "",
        tr("Please issue a certificate for this request (PKCS#10)."),
        "",
        tr("Name: {name}", name=name),
    ]
    if sans:
        lines.append(tr("Alternative names: {names}", names=", ".join(sans)))
    lines += [
        tr("SHA-256 of the request: {digest}", digest=request.sha256),
        "",
        request.pem.rstrip("\n"),
        "",
        tr(
            "Please send the certificate together with the certificates of its issuers up to the "
            "root."
        ),
    ]
    return "\n".join(lines) + "\n"


def _only_alias(store: OpenStore) -> str:
    pairs = store.store.key_pairs
    return pairs[0].alias if len(pairs) == 1 else ""
