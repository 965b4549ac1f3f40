"""A secret key that is generated, or that comes from a file, into an open keystore."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.errors import HandfastError, InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.flows.target import alias_problems
from handfast.formats.registry import module_for
from handfast.services.exchange.keytool_commands import CommandStore, secret_key_command
from handfast.services.exchange.secret_keys import (
    SECRET_ALGORITHMS,
    SECRET_KINDS,
    generate_secret,
    put_secret,
    read_secret,
)
from handfast.services.files.store_files import read_named_file

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.services.files.new_encoding import SecretEncoding

STEP = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKeyDraft:
    """Where the key comes from, and what it is called."""

    alias: str = ""
    #: Whether it comes from a file rather than from random numbers.
    from_file: bool = False
    kind: str = "aes:256"
    path: str = ""
    algorithm: str = SECRET_ALGORITHMS[0]
    #: None to tell by what the file holds.
    encoding: SecretEncoding | None = None


class SecretKeyEdits(TypedDict, total=False):
    """Fields of a :class:`SecretKeyDraft` that are edited."""

    alias: str
    from_file: bool
    kind: str
    path: str
    algorithm: str
    encoding: SecretEncoding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKeyOutcome:
    """The keystore with the key, and the alias of that."""

    store: Store
    alias: str
    label: str


class SecretKeyFlow(BaseFlow[SecretKeyDraft, SecretKeyOutcome]):
    """Nothing is written: the key is an edit of the open keystore."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Secret Key")),)

    def __init__(self, store: Store) -> None:
        super().__init__(SecretKeyDraft(alias=store.free_alias("secret")))
        self.store = store

    def update(self, **changes: Unpack[SecretKeyEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        draft = self.draft
        found: list[FieldProblem] = []
        if "secret-key" not in module_for(self.store.format).CAPABILITIES.kinds:
            title = self.store.format.title
            message = tr(
                "{title} keystores cannot hold secret keys. Use a PKCS#12 or JCEKS keystore.",
                title=title,
            )
            found.append(FieldProblem(field="alias", message=message))
        found += alias_problems(draft.alias.strip(), self.store)
        if draft.from_file:
            if not draft.path.strip():
                found.append(FieldProblem(field="path", message=tr("Choose the key file.")))
            elif not Path(draft.path).expanduser().is_file():
                found.append(FieldProblem(field="path", message=tr("This file does not exist.")))
        return tuple(found)

    def run(self, progress: Progress = no_progress) -> SecretKeyOutcome:
        """The keystore with the new key."""
        progress(0, 0)
        draft = self.draft
        for problem in self.problems():
            raise InvalidInput(problem.message, field=problem.field)
        alias = draft.alias.strip()
        if draft.from_file:
            data = read_named_file(Path(draft.path).expanduser())[0]
            key = read_secret(data, alias=alias, algorithm=draft.algorithm, encoding=draft.encoding)
        else:
            key = generate_secret(alias, draft.kind)
        verb = tr("Import") if draft.from_file else tr("Generate")
        return SecretKeyOutcome(
            store=put_secret(self.store, key), alias=alias, label=f"{verb} “{shorten(alias, 40)}”"
        )

    def command(self, path: str) -> str:
        """The same as a ``keytool`` command; empty for a key from a file, which keytool lacks."""
        draft = self.draft
        if draft.from_file:
            return ""
        algorithm, bits, _ = SECRET_KINDS[draft.kind]
        store = CommandStore(path=path, format=self.store.format.value, exists=True)
        return secret_key_command(draft.alias.strip(), algorithm, bits, store)


def field_of(error: HandfastError) -> str:
    """Beside which field an error of :meth:`SecretKeyFlow.run` is said; empty for none."""
    named = error.field if isinstance(error, InvalidInput) else ""
    return {"files": "path", "alias": "alias"}.get(named, "")
