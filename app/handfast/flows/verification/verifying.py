"""Verify an entry or a file against what is trusted; the network only where a person consents."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack
from urllib.parse import urlsplit

from handfast.core.errors import InvalidInput, NotAKeystore, NotFound
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.network import ALLOWED, NetworkPermission
from handfast.core.progress import no_progress
from handfast.flows.base import FieldProblem, FlowStep, problem_of_reading
from handfast.flows.catalogue_flow import CatalogueFlow
from handfast.flows.verification.story import RuleStep, rule_steps
from handfast.handshake.engine.endpoint import host_of
from handfast.handshake.live.revocation_answers import ask_about, revocation_addresses
from handfast.handshake.verifying import (
    VerificationPlan,
    VerifiedChain,
    check_host_for,
    purpose_of,
    verify_chain,
    with_revocation,
)
from handfast.services.files.store_files import read_named_file
from handfast.services.files.trust_sources import system_trust_store
from handfast.services.jdks.installations import find_jdks
from handfast.services.paths.revocation import read_revocation_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.progress import Progress
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.party import Side

_STEP: Final = "verification"
#: A file of certificates with more than these is a trust store, and not one chain.
_MAX_CHAIN_CERTIFICATES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyDraft:
    """What is verified, against what, and when; stores by the key that they have."""

    subject: str = ""
    alias: str = ""
    trust: str = ""
    #: None for what the certificate is for.
    purpose: Side | None = None
    host: str = ""
    #: None for now.
    at: datetime | None = None
    #: A file with revocation lists; empty for none.
    crl: str = ""
    #: Whether the person consents to asking the servers that the certificates name.
    online: bool = False


class VerifyEdits(TypedDict, total=False):
    """Fields of a :class:`VerifyDraft` that are edited."""

    subject: str
    alias: str
    trust: str
    purpose: Side | None
    host: str
    at: datetime | None
    crl: str
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The answer, and how it came about."""

    plan: VerificationPlan
    verified: VerifiedChain
    steps: tuple[RuleStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSource:
    """A trust store of this machine that can be chosen."""

    path: Path
    title: str


def trust_sources_of_this_machine() -> tuple[TrustSource, ...]:
    """The trust store of each JDK, and that of the system. Looks at the disk."""
    found = [
        TrustSource(
            path=jdk.cacerts,
            title=tr("cacerts of Java {version}", version=jdk.version or jdk.home.name),
        )
        for jdk in find_jdks()
    ]
    # Windows and macOS keep them in no file.
    with contextlib.suppress(NotFound):
        found.append(TrustSource(path=system_trust_store(), title=tr("The roots of this system")))
    return tuple(found)


class VerifyFlow(CatalogueFlow[VerifyDraft, Verification]):
    """The stores that are open and the files that were read, and which plays what."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=_STEP, title=tr("Verification")),)

    def __init__(
        self,
        stores: Sequence[OpenStore] = (),
        *,
        subject: str = "",
        alias: str = "",
        network: NetworkPermission = ALLOWED,
    ) -> None:
        super().__init__(VerifyDraft(), stores)
        self.network = network
        if subject:
            self.update(subject=subject, alias=alias)
        self.suggest()

    # --- the stores -----------------------------------------------------------------

    def used_keys(self) -> set[str]:
        return {self.draft.subject, self.draft.trust}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of the chosen store that have a certificate, key pairs first."""
        found = self.catalogue.find(self.draft.subject)
        if found is None:
            return ()
        return (
            *(each for each in found.store.key_pairs if each.chain),
            *found.store.trusted,
        )

    def update(self, **changes: Unpack[VerifyEdits]) -> None:
        """Change fields of the draft; what nobody chose yet is suggested from them."""
        self._touched |= changes.keys()
        if "subject" in changes:
            changes.setdefault("alias", "")
        self.draft = dataclasses.replace(self.draft, **changes)
        self.suggest()

    def suggest(self) -> None:
        draft = self.draft
        if not draft.subject and "subject" not in self._touched:
            first = next((each for each in self.catalogue.open_stores if each.store.entries), None)
            if first is not None:
                draft = dataclasses.replace(draft, subject=first.key)
        self.draft = draft
        aliases = [each.alias for each in self.entries]
        if draft.alias not in aliases:
            draft = dataclasses.replace(draft, alias=aliases[0] if aliases else "")
        if not draft.trust and "trust" not in self._touched:
            others = [each for each in self.catalogue.open_stores if each.key != draft.subject]
            trusting = next((each for each in others if each.store.trusted), None)
            if trusting is not None:
                draft = dataclasses.replace(draft, trust=trusting.key)
        self.draft = draft

    # --- what is verified -----------------------------------------------------------

    @property
    def chain(self) -> tuple[Certificate, ...]:
        """The leaf, then whatever is presented with it."""
        found = self.catalogue.find(self.draft.subject)
        entry = found.store.find(self.draft.alias) if found is not None else None
        if found is None or entry is None:
            return ()
        store = found.store
        is_one_chain = store.is_certificate_file and len(store.trusted) <= _MAX_CHAIN_CERTIFICATES
        others = [each.certificate for each in store.trusted] if is_one_chain else []
        return tuple(dict.fromkeys((*entry.chain, *others)))

    @property
    def purpose(self) -> Side:
        """The side of TLS for which it is verified."""
        return self.draft.purpose or self.suggested_purpose

    @property
    def suggested_purpose(self) -> Side:
        """The side that the certificate is for; with a host name, the server."""
        if self.draft.host.strip():
            return "server"
        chain = self.chain
        return purpose_of(chain[0]) if chain else "server"

    @property
    def servers(self) -> tuple[str, ...]:
        """The hosts that would be asked about revocation, as the certificates name them."""
        hosts = [
            urlsplit(address).hostname or ""
            for certificate in self.chain
            for address in revocation_addresses(certificate)
        ]
        return tuple(dict.fromkeys(each for each in hosts if each))

    # --- what is wrong, and the answer ----------------------------------------------

    def problems(self, step: str = "") -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is still missing."""
        found = []
        if not self.chain:
            message = tr("Choose what to verify.")
            found.append(FieldProblem(field="subject", message=message))
        if self.catalogue.find(self.draft.trust) is None:
            message = tr("Choose what to trust.")
            found.append(FieldProblem(field="trust", message=message))
        host = self.draft.host.strip()
        found += problem_of_reading("host", lambda: host_of(host)) or problem_of_reading(
            "host", lambda: check_host_for(self.purpose, host)
        )
        return tuple(found)

    def run(self, progress: Progress = no_progress) -> Verification:
        """Verify it as it stands now."""
        return self.prepared()(progress)

    def prepared(self) -> Callable[[Progress], Verification]:
        """The verification as it stands now, for another thread, whatever is chosen later."""
        draft, chain, purpose = self.draft, self.chain, self.purpose
        trust = self.catalogue.party_store(draft.trust)
        if not chain or trust is None:
            raise InvalidInput(
                tr("The certificate to verify, or the trust store, is missing."),
                remedy=tr("Choose a certificate, and a trust store."),
            )
        network = self.network

        def run(progress: Progress) -> Verification:
            progress(0, 0)
            if draft.online:
                network.check("ask whether the certificates are revoked")
            plan = VerificationPlan(
                chain=chain,
                trust=trust,
                purpose=purpose,
                host=host_of(draft.host.strip()),
                at=draft.at,
                revocation_lists=_lists(Path(draft.crl).expanduser()) if draft.crl.strip() else (),
                is_from_trust=draft.subject == draft.trust,
            )
            verified = verify_chain(plan)
            if draft.online:
                progress(0, 0)
                answers = ask_about(
                    verified.path, at=plan.moment, permission=network, progress=progress
                )
                verified = with_revocation(verified, answers, purpose)
            return Verification(plan=plan, verified=verified, steps=rule_steps(verified, plan))

        return run


def _lists(path: Path) -> tuple[bytes, ...]:
    found = read_revocation_lists(read_named_file(path)[0])
    if not found:
        raise NotAKeystore(
            tr("“{name}” contains no revocation list that can be read.", name=path.name),
            remedy=tr("Choose a CRL in PEM or DER."),
        )
    return found
