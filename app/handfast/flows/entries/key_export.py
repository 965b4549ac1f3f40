"""Key pairs and secret keys that leave their keystore, in the form that a program wants."""

from __future__ import annotations

import dataclasses
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import AlreadyExists, Refused
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.core.store import Format, Strength, shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.flows.new_password import repetition_problems
from handfast.flows.target import path_problems
from handfast.formats.registry import pair_again
from handfast.services.exchange.key_commands import export_key_command
from handfast.services.exchange.key_export import PEM_SUFFIXES, ExportedFile, export_pairs
from handfast.services.exchange.key_files import file_stems, write_key_files
from handfast.services.exchange.keytool_commands import CommandStore
from handfast.services.exchange.secret_keys import encode_secret
from handfast.services.files.new_encoding import KeyEncoding, SecretEncoding
from handfast.services.files.unlocking import with_all_tried
from handfast.services.policy.overwriting import free_path
from handfast.services.policy.passwords import judge_password

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.core.store import Store

STEP = "file"
AnyEncoding = KeyEncoding | SecretEncoding

#: The forms in the order of the list: what they are and which programs want them, and the rest.
PAIR_FORMS: Final[tuple[tuple[KeyEncoding, str, str], ...]] = (
    (
        KeyEncoding.PKCS12,
        tr("PKCS#12 — Java, Windows, browsers, Azure"),
        tr("Key and chain in one encrypted file."),
    ),
    (
        KeyEncoding.PEM,
        tr("PEM, one file — HAProxy, curl, MongoDB"),
        tr("The key as text, then its certificate and the chain."),
    ),
    (
        KeyEncoding.PEM_FILES,
        tr("PEM, separate files — nginx, Apache, AWS"),
        tr("Key, certificate, issuers, and full chain, each in a file of its own."),
    ),
    (
        KeyEncoding.PEM_KEY,
        tr("Private key as text (PEM) — OpenSSL, Node.js, Go"),
        tr("PKCS#8, without certificates."),
    ),
    (
        KeyEncoding.PKCS8,
        tr("Private key as bytes (DER) — Java code, JDBC drivers"),
        tr("PKCS#8, without certificates."),
    ),
    (
        KeyEncoding.TRADITIONAL,
        tr("Private key as text (PKCS#1, SEC 1) — older programs"),
        tr("The traditional form of RSA and EC keys. It cannot be encrypted."),
    ),
    (
        KeyEncoding.KUBERNETES,
        tr("Kubernetes Secret with PEM — Ingress, Gateway"),
        tr("A manifest with tls.crt and tls.key. It cannot be encrypted."),
    ),
    (
        KeyEncoding.KUBERNETES_KEYSTORE,
        tr("Kubernetes Secret with PKCS#12 — Java in a pod"),
        tr("A manifest with keystore.p12, which the password encrypts."),
    ),
    (
        KeyEncoding.PUBLIC_PEM,
        tr("Public key as text (PEM) — OpenSSL, JWT libraries"),
        tr("SubjectPublicKeyInfo; nothing secret."),
    ),
    (
        KeyEncoding.PUBLIC_DER,
        tr("Public key as bytes (DER) — Java code"),
        tr("SubjectPublicKeyInfo; nothing secret."),
    ),
    (
        KeyEncoding.PUBLIC_JWK,
        tr("Public key as JWK — OAuth, OpenID Connect"),
        tr("A JSON Web Key with the chain; nothing secret."),
    ),
    (
        KeyEncoding.PUBLIC_OPENSSH,
        tr("Public key for OpenSSH — authorized_keys"),
        tr("One line of text; nothing secret."),
    ),
)
SECRET_FORMS: Final[tuple[tuple[SecretEncoding, str, str], ...]] = (
    (SecretEncoding.BASE64, "Base64", tr("The key as one line of Base64. It is not encrypted.")),
    (
        SecretEncoding.HEX,
        tr("Hexadecimal"),
        tr("The key as hexadecimal digits. It is not encrypted."),
    ),
    (SecretEncoding.RAW, tr("Bytes"), tr("The bytes of the key. They are not encrypted.")),
)


class Consent(Enum):
    """What a person has to agree to in so many words before anything is written."""

    #: A private key leaves without encryption.
    UNENCRYPTED = auto()
    #: A file that exists is replaced.
    REPLACE = auto()


class ConsentNeeded(Refused):
    """Not written yet: ``consent`` says what a person must agree to first."""

    kind = "consent-needed"

    def __init__(self, consent: Consent, problem: str, *, remedy: str = "") -> None:
        super().__init__(problem, remedy=remedy)
        self.consent = consent


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyExportDraft:
    """In which form, under which password, and where to."""

    encoding: AnyEncoding = KeyEncoding.PKCS12
    #: Whether the private key is to be encrypted, where the form can be.
    encrypts: bool = True
    #: Whether a PKCS#12 is written so that Java 8 reads it.
    compatible: bool = False
    password: Password = EMPTY
    password_again: Password = EMPTY
    #: Whether each pair gets files of its own, in ``folder``.
    separate: bool = False
    path: str = ""
    folder: str = ""
    consents: frozenset[Consent] = frozenset()


class KeyExportEdits(TypedDict, total=False):
    """Fields of a :class:`KeyExportDraft` that are edited."""

    encoding: AnyEncoding
    encrypts: bool
    compatible: bool
    password: Password
    password_again: Password
    separate: bool
    path: str
    folder: str
    consents: frozenset[Consent]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyExportOutcome:
    """The files that were written."""

    paths: tuple[Path, ...]
    is_encrypted: bool


class KeyExportFlow(BaseFlow[KeyExportDraft, KeyExportOutcome]):
    """One or more key pairs, or one or more secret keys, out of an open keystore."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Export")),)

    def __init__(
        self, store: Store, entries: Sequence[Entry], *, source: Path, folder: str = ""
    ) -> None:
        self.store = store
        self.source = source
        pairs = [entry for entry in entries if isinstance(entry, KeyPair)]
        keys = [entry for entry in entries if isinstance(entry, SecretKey)]
        #: What is exported: the key pairs among what is selected, else the secret keys.
        self.entries: tuple[KeyPair | SecretKey, ...] = tuple(pairs or keys)
        encoding: AnyEncoding = SecretEncoding.BASE64 if keys and not pairs else KeyEncoding.PKCS12
        super().__init__(KeyExportDraft(encoding=encoding, folder=folder))
        self._path_is_suggested = True
        self._suggest()

    @property
    def forms(self) -> tuple[tuple[AnyEncoding, str, str], ...]:
        """What can be chosen: the form, its name, and what it is for."""
        return SECRET_FORMS if self.exports_secrets else PAIR_FORMS

    @property
    def exports_secrets(self) -> bool:
        """Whether what leaves are secret keys."""
        return isinstance(self.draft.encoding, SecretEncoding)

    @property
    def is_public(self) -> bool:
        """Whether nothing secret leaves."""
        return self.draft.encoding.is_public

    @property
    def can_be_encrypted(self) -> bool:
        """Whether the form has a place for a password."""
        return self.draft.encoding.can_be_encrypted

    @property
    def can_be_clear(self) -> bool:
        """Whether programs read the form without a password."""
        return self.draft.encoding.can_be_clear

    @property
    def is_encrypted(self) -> bool:
        """Whether what is going to be written is encrypted."""
        return self.can_be_encrypted and (self.draft.encrypts or not self.can_be_clear)

    @property
    def leaves_in_the_clear(self) -> bool:
        """Whether a private or secret key will be written without encryption."""
        return not self.is_public and not self.is_encrypted

    @property
    def may_be_one_file(self) -> bool:
        """Whether one file can hold everything that is selected."""
        encoding = self.draft.encoding
        several = isinstance(encoding, KeyEncoding) and encoding.holds_several
        return len(self.entries) == 1 or several

    @property
    def is_separate(self) -> bool:
        """Whether each entry gets files of its own."""
        return not self.may_be_one_file or (self.draft.separate and len(self.entries) > 1)

    def update(self, **changes: Unpack[KeyExportEdits]) -> None:
        """Change fields of the draft; a consent holds for what was shown when it was given."""
        if "path" in changes:
            self._path_is_suggested = False
        if changes.keys() - {"consents"}:
            changes.setdefault("consents", frozenset())
        self.draft = dataclasses.replace(self.draft, **changes)
        if {"encoding", "folder"} & changes.keys():
            self._suggest()

    def agree(self, consent: Consent) -> None:
        """A person agreed to it, as things stand."""
        self.update(consents=self.draft.consents | {consent})

    def forget_secrets(self) -> bool:
        typed = (self.draft.password, self.draft.password_again)
        self.update(password=EMPTY, password_again=EMPTY)
        return any(not each.is_empty for each in typed)

    def _suggest(self) -> None:
        if not self._path_is_suggested or not self.entries:
            return
        aliases = [entry.alias for entry in self.entries]
        stem = file_stems(aliases)[0] if len(aliases) == 1 else f"{self.source.stem}-keys"
        encoding = self.draft.encoding
        suffixes = PEM_SUFFIXES if encoding is KeyEncoding.PEM_FILES else ("",)
        path = free_path(Path(self.draft.folder or ".") / f"{stem}{self._ending}", suffixes)
        self.draft = dataclasses.replace(self.draft, path=str(path))

    @property
    def _ending(self) -> str:
        encoding = self.draft.encoding
        if isinstance(encoding, KeyEncoding):
            return encoding.ending
        return ".bin" if encoding is SecretEncoding.RAW else ".txt"

    # --- what is wrong -------------------------------------------------------------------

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        draft = self.draft
        if not self.entries:
            message = tr("Select a key pair or a secret key first.")
            return (FieldProblem(field="encoding", message=message),)
        problems = self._entry_problems()
        if self.is_encrypted:
            wanted = Format.PEM if self.can_be_clear else Format.PKCS12
            problems += [
                FieldProblem(field="password", severity=each.severity, message=each.message)
                for each in judge_password(draft.password, wanted)
            ]
            problems += repetition_problems(draft.password, draft.password_again)
        if self.is_separate:
            return (*problems, *self._folder_problems())
        return (*problems, *path_problems(draft.path, field="path"))

    @property
    def locked_keys(self) -> tuple[KeyPair | SecretKey, ...]:
        """Those of which the key is needed, and no password that is known opens it."""
        return tuple(
            entry
            for entry in self.entries
            if entry.is_locked and not entry.is_untried and not (self.is_public and entry.chain)
        )

    def take_store(self, store: Store) -> None:
        """Go on with the keystore as it is known now: keys of it were unlocked."""
        wanted = {(type(entry), entry.alias) for entry in self.entries}
        self.store = store
        self.entries = tuple(
            entry
            for entry in store.entries
            if isinstance(entry, KeyPair | SecretKey) and (type(entry), entry.alias) in wanted
        )

    def _entry_problems(self) -> list[FieldProblem]:
        locked = self.locked_keys
        if not locked:
            return []
        first = locked[0]
        if first.trouble:
            message = tr("The key “{name}” cannot be read.", name=shorten(first.alias, 40))
            return [FieldProblem(field="encoding", message=message)]
        message = tr(
            "The key “{name}” is locked. Enter its password.", name=shorten(first.alias, 40)
        )
        return [FieldProblem(field="unlock", message=message)]

    def _folder_problems(self) -> list[FieldProblem]:
        folder = Path(self.draft.folder).expanduser()
        if not self.draft.folder.strip():
            return [FieldProblem(field="folder", message=tr("Choose a folder."))]
        if not folder.is_dir():
            return [
                FieldProblem(
                    field="folder", message=tr("There is no folder “{folder}”.", folder=folder)
                )
            ]
        return []

    # --- doing it ------------------------------------------------------------------------

    def run(self, progress: Progress = no_progress) -> KeyExportOutcome:
        """Write the files.

        :raises ConsentNeeded: a key would leave unencrypted, or a file be replaced, and nobody
            agreed to that; :meth:`agree` does
        """
        draft = self.draft
        if self.leaves_in_the_clear and Consent.UNENCRYPTED not in draft.consents:
            what = tr("The private key") if not self.exports_secrets else tr("The secret key")
            raise ConsentNeeded(
                Consent.UNENCRYPTED,
                tr("{what} is not encrypted: anyone who can read the file can use it.", what=what),
                remedy=_advice_on_clear_keys(draft.encoding),
            )
        wanted = {id(entry) for entry in self.entries}
        # Those that were left locked to save time open with the password of the keystore.
        tried = with_all_tried(self.store, wanted=lambda each: id(each) in wanted,
                               progress=progress)  # fmt: skip
        # Only now it is known which certificate belongs to a key that was locked.
        paired = {each.alias: each for each in pair_again(tried).entries}
        entries = [paired[old.alias] for old in self.store.entries if id(old) in wanted]
        try:
            paths = write_key_files(
                self._outputs(entries),
                sources=[self.source],
                replace=Consent.REPLACE in draft.consents,
                entries=entries,
                password=draft.password if self.is_encrypted else None,
            )
        except AlreadyExists as error:
            if not error.may_be_replaced:
                error.remedy = tr("Choose another name.")
                raise
            raise ConsentNeeded(
                Consent.REPLACE,
                error.problem,
                remedy=tr("Choose another name, or replace the file."),
            ) from error
        return KeyExportOutcome(paths=paths, is_encrypted=self.is_encrypted)

    def _outputs(self, entries: Sequence[Entry]) -> list[tuple[Path, Sequence[ExportedFile]]]:
        if not self.is_separate:
            return [(Path(self.draft.path).expanduser(), self._exported(entries))]
        folder = Path(self.draft.folder).expanduser()
        stems = file_stems(entry.alias for entry in entries)
        return [
            (folder / f"{stem}{self._ending}", self._exported([entry]))
            for stem, entry in zip(stems, entries, strict=True)
        ]

    def _exported(self, entries: Sequence[Entry]) -> tuple[ExportedFile, ...]:
        draft = self.draft
        if isinstance(draft.encoding, SecretEncoding):
            return tuple(
                ExportedFile("", encode_secret(entry, draft.encoding), is_secret=True)
                for entry in entries
            )
        return export_pairs(
            entries,
            draft.encoding,
            password=draft.password if self.is_encrypted else None,
            strength=Strength.COMPATIBLE if draft.compatible else Strength.MODERN,
        )

    def command(self) -> str:
        """The same as ``keytool`` and ``openssl`` commands; empty where there is none."""
        draft = self.draft
        if isinstance(draft.encoding, SecretEncoding):
            return ""
        store = CommandStore(path=str(self.source), format=self.store.format.value, exists=True)
        out = str(Path(draft.path).expanduser())
        if self.is_separate and self.entries:
            folder = Path(draft.folder).expanduser()
            out = str(folder / f"{file_stems([self.entries[0].alias])[0]}{self._ending}")
        return export_key_command(
            [entry.alias for entry in self.entries][: 1 if self.is_separate else None],
            draft.encoding,
            store=store,
            out=out,
            encrypts=self.is_encrypted,
            compatible=draft.compatible,
        )


def _advice_on_clear_keys(encoding: AnyEncoding) -> str:
    """What becomes of a file with an unencrypted key: a server needs it at each start."""
    if encoding in {KeyEncoding.PEM, KeyEncoding.PEM_FILES}:
        return tr(
            "A server that starts by itself, such as nginx or HAProxy, reads the key at each "
            "start. Keep the file where the server reads it, readable by its user alone, and keep "
            "no other copy."
        )
    if encoding is KeyEncoding.KUBERNETES:
        return tr("Apply the manifest, and then delete the file: the cluster has the key.")
    return tr(
        "Keep the file only where the program reads it, readable by its user alone. If the "
        "program imports the key, delete the file afterwards."
    )


def consent_of(error: HandfastError) -> Consent | None:
    """What a person can agree to, so that it is done all the same."""
    return error.consent if isinstance(error, ConsentNeeded) else None
