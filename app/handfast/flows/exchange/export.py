"""Export certificates for a partner. Only certificates enter here, so no private key leaves."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.certificates.certificate import Certificate, group_fingerprint
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep, SummaryLine
from handfast.flows.open_store import OpenStore, find_store
from handfast.flows.target import path_problems
from handfast.services.exchange.exporting import encode_certificates, suggest_file_name
from handfast.services.exchange.keytool_commands import CommandStore, export_command
from handfast.services.files.new_encoding import encoding_of_name
from handfast.services.files.shown_path import shown_path
from handfast.services.files.store_files import write_file
from handfast.services.policy.certificate_warnings import warning_about_expired
from handfast.services.policy.overwriting import (
    check_replaceable,
    replaceable_path,
    why_never_overwritten,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import KeyPair, TrustedCertificate
    from handfast.core.progress import Progress
    from handfast.core.store import Store

ENCODING_TITLES = {"der": "DER", "pem": "PEM", "pkcs7": "PKCS#7"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exportable:
    """What an alias could hand over: its public certificates, and nothing else of it."""

    alias: str
    kind: str
    chain: tuple[Certificate, ...]

    @property
    def certificate(self) -> Certificate:
        return self.chain[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDraft:
    """Which certificates, how, and where to."""

    source: str = ""
    #: Aliases, in the order of the store.
    chosen: tuple[str, ...] = ()
    chain: bool = False
    encoding: str = "der"
    #: Whether each certificate gets its own file, in ``folder``.
    separate: bool = False
    path: str = ""
    folder: str = ""
    #: Whether files that already exist may be replaced.
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOutcome:
    """The files that were written, and the certificates in them."""

    paths: tuple[Path, ...]
    certificates: tuple[Certificate, ...]


class ExportEdits(TypedDict, total=False):
    """Fields of an :class:`ExportDraft` that are edited."""

    source: str
    chosen: tuple[str, ...]
    chain: bool
    encoding: str
    separate: bool
    path: str
    folder: str
    replace: bool


class ExportFlow(BaseFlow[ExportDraft, ExportOutcome]):
    """Certificates out of an open store, into a file to send."""

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id="certificates", title=tr("Certificates")),
        FlowStep(id="file", title=tr("File")),
        FlowStep(id="summary", title=tr("Summary")),
    )

    def __init__(
        self,
        *,
        stores: Sequence[OpenStore] = (),
        source: str = "",
        chosen: Sequence[str] = (),
        folder: str = "",
        begins_with_own: bool = False,
    ) -> None:
        """Begin with the first of the stores unless ``source`` names another.

        ``begins_with_own``: with the first that holds a key pair, whose certificate a partner
        waits for; what somebody else sent is then not chosen for its being alone.
        """
        self.stores = tuple(stores)
        self._known: tuple[Store, tuple[Exportable, ...]] | None = None
        own = [each for each in stores if each.store.key_pairs] if begins_with_own else []
        source = source or next((each.key for each in (*own, *stores)), "")
        super().__init__(ExportDraft(source=source, folder=folder))
        self._path_is_suggested = True
        available = [each.alias for each in self.exportable]
        wanted = [alias for alias in chosen if alias in available]
        if not wanted and len(available) == 1 and (own or not begins_with_own):
            wanted = available
        self.update(chosen=tuple(wanted))

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open now; what was chosen of one that is gone is let go."""
        self.stores = tuple(stores)
        found = find_store(self.stores, self.draft.source)
        if self._known is not None and (found is None or found.store is not self._known[0]):
            # A keystore that was closed or locked is not kept for what it once offered.
            self._known = None
        if found is None and self.stores:
            self.update(source=self.stores[0].key)

    @property
    def exportable(self) -> tuple[Exportable, ...]:
        """What the chosen store has to hand over: key pairs first, they are what is sent."""
        found = find_store(self.stores, self.draft.source)
        if found is None:
            return ()
        if self._known is not None and self._known[0] is found.store:
            return self._known[1]
        ordered: tuple[KeyPair | TrustedCertificate, ...] = (
            *found.store.key_pairs,
            *found.store.trusted,
        )
        every = tuple(
            Exportable(alias=entry.alias, kind=entry.kind, chain=entry.chain)
            for entry in ordered
            if entry.chain
        )
        self._known = (found.store, every)
        return every

    @property
    def chosen(self) -> tuple[Exportable, ...]:
        wanted = set(self.draft.chosen)
        return tuple(each for each in self.exportable if each.alias in wanted)

    @property
    def has_chain(self) -> bool:
        """Whether a chain would be more than the certificates alone."""
        return any(len(each.chain) > 1 for each in self.chosen)

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """Everything that goes out, each once, leaves before their issuers."""
        chain = self.draft.chain
        every = (
            certificate
            for each in self.chosen
            for certificate in (each.chain if chain else each.chain[:1])
        )
        return tuple(dict.fromkeys(every))

    def update(self, **changes: Unpack[ExportEdits]) -> None:
        """Change fields of the draft; fields that are suggested from others follow."""
        if "path" in changes:
            self._path_is_suggested = False
            encoding = _encoding_of(changes["path"])
            # DER holds one certificate only.
            fits = encoding != "der" or len(self.certificates) == 1
            if encoding is not None and fits:
                changes.setdefault("encoding", encoding)
        elif "encoding" in changes and not self._path_is_suggested:
            changes["path"] = _with_ending(self.draft.path, changes["encoding"])
        if "source" in changes and changes["source"] != self.draft.source:
            changes.setdefault("chosen", ())
        if {"path", "folder", "encoding", "chosen", "separate"} & changes.keys():
            # A leave to replace was given for other files.
            changes.setdefault("replace", False)
        self._set(**changes)
        several = len(self.certificates) > 1
        if self.draft.chain and not self.has_chain:
            self._set(chain=False)
        if several and self.draft.encoding == "der" and not self.draft.separate:
            # DER holds one certificate only.
            if "encoding" in changes and len(self.chosen) > 1:
                self._set(separate=True)
            elif "encoding" in changes:
                self._set(chain=False)
            else:
                self._set(encoding="pem")
        if self.draft.separate and (len(self.chosen) < 2):
            self._set(separate=False)
        if self._path_is_suggested and self.chosen:
            name = suggest_file_name(self._stem, self.draft.encoding)
            path = Path(self.draft.folder or ".") / name
            self._set(path=str(replaceable_path(path, sources=self._open_paths)))

    def _set(self, **changes: Unpack[ExportEdits]) -> None:
        self.draft = dataclasses.replace(self.draft, **changes)

    @property
    def _stem(self) -> str:
        if len(self.chosen) == 1:
            return self.chosen[0].alias
        found = find_store(self.stores, self.draft.source)
        return f"{Path(found.title).stem if found is not None else 'store'}-certificates"

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that would be written."""
        if not self.draft.separate:
            return (Path(self.draft.path).expanduser(),)
        folder = Path(self.draft.folder).expanduser()
        names: list[str] = []
        for each in self.chosen:
            name = suggest_file_name(each.alias, self.draft.encoding)
            stem, ending = name.rsplit(".", 1)
            number = 2
            while name.lower() in (known.lower() for known in names):
                name = f"{stem}-{number}.{ending}"
                number += 1
            names.append(name)
        return tuple(folder / name for name in names)

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        if step == "certificates":
            return tuple(self._choice_problems())
        if step == "file":
            return tuple(self._file_problems())
        return ()

    def _choice_problems(self) -> list[FieldProblem]:
        if find_store(self.stores, self.draft.source) is None:
            return [
                FieldProblem(field="source", message=tr("Open a keystore to export from first."))
            ]
        if not self.exportable:
            return [
                FieldProblem(field="chosen", message=tr("This keystore contains no certificates."))
            ]
        if not self.chosen:
            return [FieldProblem(field="chosen", message=tr("Choose at least one certificate."))]
        message = warning_about_expired([(each.alias, each.certificate) for each in self.chosen])
        if message:
            return [FieldProblem(field="chosen", severity="warning", message=message)]
        return []

    def _file_problems(self) -> list[FieldProblem]:
        draft = self.draft
        problems: list[FieldProblem] = []
        field = "folder" if draft.separate else "path"
        if draft.separate:
            folder = Path(draft.folder).expanduser()
            if not draft.folder.strip():
                problems.append(FieldProblem(field=field, message=tr("Choose a folder.")))
            elif not folder.is_dir():
                problems.append(
                    FieldProblem(
                        field=field,
                        message=tr("The folder “{folder}” does not exist.", folder=folder),
                    )
                )
            elif not os.access(folder, os.W_OK):
                problems.append(
                    FieldProblem(
                        field=field,
                        message=tr("You do not have permission to write to this folder."),
                    )
                )
        else:
            problems += path_problems(draft.path, field=field)
        if not problems and not draft.separate and self._is_open_store:
            problems.append(
                FieldProblem(
                    field=field, message=tr("This keystore is open and will not be overwritten.")
                )
            )
        if not problems and (refused := self._refusal):
            message = tr("{problem} Choose another name.", problem=refused)
            problems.append(FieldProblem(field=field, message=message))
        if not problems and self.existing_files and not draft.replace:
            names = self.existing_files
            problems.append(
                FieldProblem(
                    field=field,
                    message=_exist(names),
                )
            )
        return problems

    @property
    def _refusal(self) -> str:
        """Why one of the files is never overwritten; empty where each may be."""
        reasons = (why_never_overwritten(path, sources=self._open_paths) for path in self.paths)
        return next(filter(None, reasons), "")

    @property
    def can_replace(self) -> bool:
        """Whether files that exist may be replaced by somebody who agrees to it."""
        return bool(self.existing_files) and not self._refusal

    @property
    def existing_files(self) -> tuple[Path, ...]:
        """Files that would be replaced."""
        return tuple(path for path in self.paths if path.is_file())

    @property
    def _is_open_store(self) -> bool:
        return any(path in self._open_paths for path in self.paths)

    @property
    def _open_paths(self) -> tuple[Path, ...]:
        return tuple(each.path for each in self.stores if each.path is not None)

    def summary(self) -> tuple[SummaryLine, ...]:
        certificates = self.certificates
        names = [each.alias for each in self.chosen]
        lines = [
            SummaryLine(
                label=tr("Certificate") if len(certificates) == 1 else tr("Certificates"),
                value=_listed(names),
            ),
        ]
        if len(certificates) == 1:
            lines += [
                SummaryLine(label=tr("Subject"), value=_spaced(certificates[0].subject)),
                SummaryLine(label="SHA-256", value=_two_lines(certificates[0].sha256)),
            ]
        elif self.draft.chain:
            lines.append(
                SummaryLine(
                    label=tr("Including the chain"),
                    value=tr_count(
                        "{count} certificate", "{count} certificates", len(certificates)
                    ),
                )
            )
        paths = self.paths
        lines += [
            SummaryLine(label=tr("Encoding"), value=ENCODING_TITLES[self.draft.encoding]),
            SummaryLine(
                label=tr("File")
                if len(paths) == 1
                else tr_count("{count} file", "{count} files", len(paths)),
                value=_listed([shown_path(path) for path in paths]),
            ),
        ]
        if self.existing_files:
            lines.append(
                SummaryLine(
                    label=tr("Replaces"), value=_listed([path.name for path in self.existing_files])
                )
            )
        lines.append(SummaryLine(label=tr("Private keys"), value=tr("not exported")))
        return tuple(lines)

    def keytool_command(self) -> str:
        found = find_store(self.stores, self.draft.source)
        if found is None:
            return ""
        store = CommandStore(
            path=str(found.path or found.title), format=found.store.format.value, exists=True
        )
        aliases = [each.alias for each in self.chosen]
        # Each alias has its own file, or all of them have one.
        groups = [[alias] for alias in aliases] if self.draft.separate else [aliases]
        named = zip(groups, map(str, self.paths), strict=True)
        return export_command(
            [(group, path) for group, path in named if group],
            store=store,
            encoding=self.draft.encoding,
            chain=self.draft.chain,
        )

    def run(self, progress: Progress = no_progress) -> ExportOutcome:
        if not self.chosen:
            raise InvalidInput(tr("There is no certificate to export."), field="chosen")
        draft, paths = self.draft, self.paths
        if draft.separate:
            chains = [each.chain if draft.chain else each.chain[:1] for each in self.chosen]
            files = [encode_certificates(chain, draft.encoding) for chain in chains]
        else:
            files = [encode_certificates(self.certificates, draft.encoding)]
        for path in paths:
            check_replaceable(path, sources=self._open_paths)
        for number, (path, data) in enumerate(zip(paths, files, strict=True)):
            progress(number, len(files))
            write_file(path, data, overwrite=draft.replace, new_mode=0o644)
        return ExportOutcome(paths=paths, certificates=self.certificates)


def _encoding_of(text: str) -> str | None:
    """What the ending of a name that was typed says, where certificates can be written so."""
    said = encoding_of_name(text.strip())
    return said if said in ENCODING_TITLES else None


def _with_ending(text: str, encoding: str) -> str:
    """A typed name with the ending of an encoding, in the place of that of another."""
    path = Path(text)
    known = _encoding_of(text)
    if known is None or known == encoding:
        return text
    return str(path.with_suffix(Path(suggest_file_name("name", encoding)).suffix))


def _listed(names: Sequence[str]) -> str:
    shown = [shorten(name, 120) for name in names[:6]]
    rest = len(names) - len(shown)
    return (
        ("\n".join(shown) + "\n" + tr_count("and {count} more", "and {count} more", rest))
        if rest
        else "\n".join(shown)
    )


def _spaced(name: str) -> str:
    """A name as people read it: with a blank after each comma that separates its parts."""
    return re.sub(r"(?<!\\),", ", ", name)


def _two_lines(fingerprint: str) -> str:
    grouped = group_fingerprint(fingerprint)
    return f"{grouped[:47]}\n{grouped[48:]}"


def _exist(paths: Sequence[Path]) -> str:
    name, rest = shorten(paths[0].name), len(paths) - 1
    if not rest:
        return tr("“{name}” already exists. Replace it below, or choose another name.", name=name)
    return tr_count(
        "“{name}” and {count} more already exist. Replace them below, or choose another name.",
        "“{name}” and {count} more already exist. Replace them below, or choose another name.",
        rest,
        name=name,
    )
