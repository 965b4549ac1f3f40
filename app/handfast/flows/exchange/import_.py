"""Import a partner's certificates: what they sent, where it goes, and whether it is theirs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, TypedDict, Unpack

from handfast.core.entry import TrustedCertificate
from handfast.core.errors import FingerprintDiffers, InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import Format, Store, shorten
from handfast.flows.base import FieldProblem, FlowStep, SummaryLine
from handfast.flows.exchange.reply import PairChoice, fitting_pair
from handfast.flows.sources import SourcesFlow
from handfast.flows.target import (
    STORE_DEFAULTS,
    TargetDraft,
    TargetEdits,
    TargetFlow,
    TargetOutcome,
    alias_problems,
    target_problems,
    target_summary,
)
from handfast.services.exchange.exporting import suggest_file_name
from handfast.services.exchange.importing import FreeAliases, suggest_alias, warnings_for
from handfast.services.exchange.keytool_commands import CommandImport, import_command
from handfast.services.policy.certificate_warnings import warning_about_mixing
from handfast.services.policy.fingerprints import FingerprintMatch, match_fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.flows.target import StoreDefaults
    from handfast.services.exchange.certificate_sources import CertificateSource


#: Empty for what nobody said.
WhoseKey: TypeAlias = Literal["", "mine", "partners"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A certificate that could be imported, and what the person says of it."""

    certificate: Certificate
    alias: str
    source: str
    chosen: bool = True
    #: The fingerprint that the partner read out, as it was typed.
    fingerprint: str = ""
    #: Whether the alias is still ours to change.
    is_suggested: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDraft(TargetDraft):
    """What was sent, what of it is taken, and where it goes."""

    sources: tuple[CertificateSource, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    #: Whether a CA's reply for a pair of ours is to become trusted all the same.
    trusts_reply: bool = False
    #: Whose a private key is that was given; of a partner's only the certificates are taken.
    whose_key: WhoseKey = ""


class ImportEdits(TargetEdits, total=False):
    """Fields of an :class:`ImportDraft` that are edited."""

    sources: tuple[CertificateSource, ...]
    trusts_reply: bool
    whose_key: WhoseKey


class CandidateEdits(TypedDict, total=False):
    """Fields of a :class:`Candidate` that a person edits."""

    alias: str
    chosen: bool
    fingerprint: str


class ImportFlow(SourcesFlow["CertificateSource"], TargetFlow[ImportDraft, TrustedCertificate]):
    """Certificates from a partner into a trust store."""

    file_stem = "truststore"

    steps: ClassVar[tuple[FlowStep, ...]] = (
        FlowStep(id="certificates", title=tr("Certificates")),
        FlowStep(id="target", title=tr("Trust store")),
        FlowStep(id="check", title=tr("Check")),
        FlowStep(id="summary", title=tr("Summary")),
    )

    def __init__(
        self, *, stores: Sequence[OpenStore] = (), usual: StoreDefaults = STORE_DEFAULTS
    ) -> None:
        super().__init__(ImportDraft(), stores=stores, usual=usual)
        # A keystore with a key is not suggested: programs trust what is in another one.
        trusting = next((each for each in stores if not each.store.key_pairs), None)
        if trusting is None:
            self.draft = dataclasses.replace(self.draft, target="new")
        else:
            self.draft = dataclasses.replace(self.draft, existing=trusting.key)
        self._warnings: dict[tuple[str, int], tuple[str, ...]] = {}
        self._answered: tuple[tuple[Certificate, ...], tuple[int, ...], PairChoice | None] | None
        self._answered = None

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        super().set_stores(stores)
        self._answered = None
        self._suggest_aliases()

    def update(self, **changes: Unpack[ImportEdits]) -> None:
        """Change fields of the draft; the candidates and their aliases follow."""
        self._follow_name(changes)
        self.draft = dataclasses.replace(self.draft, **changes)
        if "sources" in changes:
            self._collect()
        if {"sources", "target", "existing"} & changes.keys():
            self._suggest_aliases()

    # --- sources ------------------------------------------------------------------------

    @property
    def sources(self) -> tuple[CertificateSource, ...]:
        """What was given so far."""
        return self.draft.sources

    def put_sources(self, sources: tuple[CertificateSource, ...]) -> None:
        self.update(sources=sources)

    def _collect(self) -> None:
        """A candidate for each certificate found, keeping what was said of those known."""
        known = {each.certificate: each for each in self.draft.candidates}
        found: dict[Certificate, Candidate] = {}
        for source in self.draft.sources:
            for certificate in source.certificates:
                if certificate not in found:
                    found[certificate] = known.get(certificate) or Candidate(
                        certificate=certificate, alias="", source=source.name
                    )
        self.draft = dataclasses.replace(self.draft, candidates=tuple(found.values()))

    def _suggest_aliases(self) -> None:
        chosen = (each.alias for each in self.draft.candidates if not each.is_suggested)
        free = FreeAliases([*(entry.alias for entry in self._entries()), *chosen])
        renamed: list[Candidate] = []
        for each in self.draft.candidates:
            if not each.is_suggested:
                renamed.append(each)
                continue
            alias = free.take(suggest_alias(each.certificate))
            renamed.append(dataclasses.replace(each, alias=alias))
        self.draft = dataclasses.replace(self.draft, candidates=tuple(renamed))

    def change_candidate(self, index: int, **changes: Unpack[CandidateEdits]) -> None:
        """What the person says of one certificate."""
        candidates = list(self.draft.candidates)
        is_suggested = candidates[index].is_suggested and "alias" not in changes
        candidates[index] = dataclasses.replace(
            candidates[index], is_suggested=is_suggested, **changes
        )
        self.draft = dataclasses.replace(self.draft, candidates=tuple(candidates))

    @property
    def answered_pair(self) -> PairChoice | None:
        """The pair of an open keystore for which this is the reply of a CA; None where none is."""
        certificates = tuple(each.certificate for each in self.draft.candidates)
        ids = tuple(id(each.store) for each in self.stores)
        if self._answered is None or self._answered[:2] != (certificates, ids):
            self._answered = (certificates, ids, fitting_pair(certificates, self.stores))
        return self._answered[2]

    @property
    def has_key(self) -> bool:
        """Whether there is a private key in what was given."""
        return any(each.has_key for each in self.draft.sources)

    @property
    def is_key_pair(self) -> bool:
        """Whether what was given is to become a key pair, which is done elsewhere."""
        return self.has_key and self.whose_key == "mine"

    @property
    def whose_key(self) -> WhoseKey:
        """Whose the private key is: unless chosen otherwise, that of its certificate's owner.

        Among files without a key it is rather the partner's, who sent them all. Without any
        certificate nothing is assumed.
        """
        if self.draft.whose_key:
            return self.draft.whose_key
        of_certificates = [each for each in self.draft.sources if each.certificates]
        if not of_certificates:
            return ""
        return "mine" if all(each.has_key for each in of_certificates) else "partners"

    @property
    def is_reply(self) -> bool:
        """Whether it is to be put on a pair, rather than to become trusted."""
        return self.answered_pair is not None and not self.draft.trusts_reply

    # --- the target ----------------------------------------------------------------------

    def _entries(self) -> tuple[Entry, ...]:
        store = self.target_store
        return store.entries if store is not None else ()

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        return tuple(each for each in self.draft.candidates if each.chosen)

    # --- what is wrong -----------------------------------------------------------------------

    def match(self, index: int) -> FingerprintMatch | None:
        """What the fingerprint that was typed for a certificate says; None where none was."""
        candidate = self.draft.candidates[index]
        if not candidate.fingerprint.strip():
            return None
        return match_fingerprint(candidate.fingerprint, candidate.certificate)

    def warnings_of(self, index: int) -> tuple[str, ...]:
        """What a person should know before trusting a certificate."""
        certificate = self.draft.candidates[index].certificate
        store = self.target_store
        key = (certificate.sha256, id(store))
        if key not in self._warnings:
            known = store if store is not None else Store(format=Format.PKCS12)
            found = list(warnings_for(certificate, known))
            found += self._chain_warnings(certificate)
            self._warnings[key] = tuple(found)
        return self._warnings[key]

    def _chain_warnings(self, certificate: Certificate) -> list[str]:
        if certificate.is_self_issued or not certificate.is_readable:
            return []
        around = [each.certificate for each in self.draft.candidates]
        around += [
            entry.certificate for entry in self._entries() if isinstance(entry, TrustedCertificate)
        ]
        if any(other.subject_der == certificate.issuer_der for other in around):
            return []
        issuer = shorten(certificate.issuer_common_name or "", 60)
        words = (
            tr(
                "The certificate of its issuer, “{issuer}”, is missing. Some programs accept "
                "this certificate only if its issuer is trusted too.",
                issuer=issuer,
            )
            if issuer
            else tr(
                "The certificate of its issuer is missing. Some programs accept this "
                "certificate only if its issuer is trusted too."
            )
        )
        return [words]

    def candidate_problems(self, index: int) -> tuple[FieldProblem, ...]:
        """What is wrong with one certificate, by the fields ``alias`` and ``fingerprint``."""
        return self._candidate_problems(index, self._taken_aliases(), self._alias_counts())

    def _taken_aliases(self) -> frozenset[str]:
        return frozenset(entry.alias.casefold() for entry in self._entries())

    def _alias_counts(self) -> Counter[str]:
        return Counter(each.alias.casefold() for each in self.draft.candidates if each.chosen)

    def _candidate_problems(
        self, index: int, taken: frozenset[str], counts: Counter[str]
    ) -> tuple[FieldProblem, ...]:
        candidate = self.draft.candidates[index]
        if not candidate.chosen:
            return ()
        alias = candidate.alias.casefold()
        problems = alias_problems(candidate.alias, self.target_store if alias in taken else None)
        if not problems and counts[alias] > 1:
            problems.append(
                FieldProblem(
                    field="alias",
                    message=tr("Another certificate in this list has the same alias."),
                )
            )
        match self.match(index):
            case FingerprintMatch.MISMATCH:
                problems.append(
                    FieldProblem(field="fingerprint", message=self._mismatch_words(index))
                )
            case FingerprintMatch.INCOMPLETE:
                problems.append(
                    FieldProblem(
                        field="fingerprint",
                        message=tr(
                            "Matches so far, but is not complete: SHA-256 has 64 digits, "
                            "SHA-1 has 40."
                        ),
                    )
                )
        return tuple(problems)

    def _mismatch_words(self, index: int) -> str:
        text = self.draft.candidates[index].fingerprint
        for other in self.draft.candidates:
            if match_fingerprint(text, other.certificate) is FingerprintMatch.MATCH:
                name = shorten(other.certificate.common_name or other.alias, 40)
                return tr(
                    "Does not match: this is the fingerprint of “{name}” in the list.", name=name
                )
        return tr(
            "Does not match. This is not the certificate that your partner means: do not trust "
            "it, and ask them to send it again."
        )

    @property
    def compared(self) -> int:
        """How many of the chosen certificates have the fingerprint that the partner gave."""
        return sum(
            each.chosen and self.match(index) is FingerprintMatch.MATCH
            for index, each in enumerate(self.draft.candidates)
        )

    def is_skipped(self, step: str) -> bool:
        """Whether a certificate is trusted without being compared with what the partner says."""
        return step == "check" and any(
            each.chosen and self.match(index) is not FingerprintMatch.MATCH
            for index, each in enumerate(self.draft.candidates)
        )

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        match step:
            case "certificates":
                if not self.draft.candidates:
                    return (
                        FieldProblem(
                            field="sources",
                            message=tr("Choose, drop, or paste at least one certificate."),
                        ),
                    )
            case "target":
                return (
                    *target_problems(self.draft, self.stores, asks_password=self.asks_password),
                    *self._mixing_problems(),
                )
            case "check":
                return tuple(self._check_problems())
        return ()

    def _mixing_problems(self) -> list[FieldProblem]:
        store = self.target_store
        message = warning_about_mixing(store) if store is not None else ""
        if message:
            return [FieldProblem(field="existing", severity="warning", message=message)]
        return []

    def _check_problems(self) -> list[FieldProblem]:
        if not self.chosen:
            return [
                FieldProblem(field="candidates", message=tr("Choose at least one certificate."))
            ]
        taken, counts = self._taken_aliases(), self._alias_counts()
        wrong = [
            (each, problem)
            for index, each in enumerate(self.draft.candidates)
            for problem in self._candidate_problems(index, taken, counts)
        ]
        several = len(self.draft.candidates) > 1
        return [
            FieldProblem(
                field="candidates",
                message=f"“{shorten(each.alias or each.certificate.common_name, 40)}”: "
                f"{problem.message}"
                if several
                else problem.message,
            )
            for each, problem in wrong
        ]

    # --- what is going to be done ----------------------------------------------------------------

    def summary(self) -> tuple[SummaryLine, ...]:
        lines: list[SummaryLine] = []
        chosen = self.chosen
        for each in chosen[:8]:
            name = each.certificate.common_name or tr("(no name)")
            lines.append(
                SummaryLine(
                    label=tr("Trust") if not lines else "",
                    value=tr(
                        "{name}\nas “{alias}”",
                        name=shorten(name, 80),
                        alias=shorten(each.alias, 80),
                    ),
                )
            )
        if len(chosen) > 8:
            lines.append(
                SummaryLine(
                    label="",
                    value=tr_count("and {count} more", "and {count} more", len(chosen) - 8),
                )
            )
        compared = sum(
            self.match(index) is FingerprintMatch.MATCH
            for index, each in enumerate(self.draft.candidates)
            if each.chosen
        )
        if len(chosen) == 1:
            said = (
                tr("matches what your partner read out")
                if compared
                else tr("not compared with your partner")
            )
        else:
            said = tr_count(
                "{compared} of {count} compared with your partner",
                "{compared} of {count} compared with your partner",
                len(chosen),
                compared=compared,
            )
        lines.append(
            SummaryLine(label=tr("Fingerprint"), value=said, is_warning=compared < len(chosen))
        )
        return (*lines, *target_summary(self.draft, self.stores))

    def keytool_command(self) -> str:
        imports: list[CommandImport] = []
        for each in self.chosen:
            source = next(s for s in self.draft.sources if each.certificate in s.certificates)
            is_alone = source.path is not None and source.is_plain
            imports.append(
                CommandImport(
                    alias=each.alias,
                    file=str(source.path) if is_alone else suggest_file_name(each.alias, "der"),
                    is_alone=is_alone,
                )
            )
        return import_command(imports, self.command_store())

    def run(self, progress: Progress = no_progress) -> TargetOutcome[TrustedCertificate]:
        chosen = self.chosen
        if not chosen:
            raise InvalidInput(tr("There is no certificate to import."), field="candidates")
        for index, each in enumerate(self.draft.candidates):
            if each.chosen and self.match(index) not in {None, FingerprintMatch.MATCH}:
                raise FingerprintDiffers(
                    tr(
                        "The fingerprint entered for “{alias}” belongs to another certificate.",
                        alias=shorten(each.alias),
                    )
                )
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        entries = [
            TrustedCertificate(alias=each.alias, certificate=each.certificate, created=now)
            for each in chosen
        ]
        label = (
            tr("Import “{alias}”", alias=shorten(chosen[0].alias, 30))
            if len(chosen) == 1
            else tr_count("Import {count} certificate", "Import {count} certificates", len(chosen))
        )
        return self.put(entries, label, progress)
