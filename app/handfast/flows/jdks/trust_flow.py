"""The trust stores of the JDKs: looked at, compared, and given a CA that a person chooses."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import check_alias
from handfast.flows.base import FieldProblem, FlowStep, has_error
from handfast.services.checks.jdk_trust_checks import lost_authorities
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.files.store_files import read_named_file
from handfast.services.jdks.authorities import (
    Outcome,
    add_authority,
    plan_addition,
    the_authority_among,
    undo_addition,
    warnings_about,
)
from handfast.services.jdks.installations import find_jdks
from handfast.services.jdks.journal import read_journal
from handfast.services.jdks.trust_stores import read_trust_stores, uneven_trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.services.checks.jdk_trust_checks import LostAuthority
    from handfast.services.jdks.authorities import PlannedAddition, Undone
    from handfast.services.jdks.installations import Machine
    from handfast.services.jdks.journal import AddedAuthority
    from handfast.services.jdks.trust_stores import JavaTrustStore, UnevenTrust

_STEP: Final = "jdks"


@dataclass(frozen=True, slots=True, kw_only=True)
class JdkTrust:
    """What the JDKs of a machine trust, as it was when it was looked at."""

    stores: tuple[JavaTrustStore, ...] = ()
    uneven: tuple[UnevenTrust, ...] = ()
    lost: tuple[LostAuthority, ...] = ()
    #: What was added here before; the last of them is what undo takes out.
    journal: tuple[AddedAuthority, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JdkTrustDraft:
    """Which CA, under which alias, and which trust stores are left as they are."""

    authority: Certificate | None = None
    alias: str = ""
    left_out: frozenset[str] = frozenset()


class JdkTrustEdits(TypedDict, total=False):
    """Fields of a :class:`JdkTrustDraft` that are edited."""

    authority: Certificate | None
    alias: str
    left_out: frozenset[str]


def look_at_jdks(progress: Progress = no_progress, machine: Machine | None = None) -> JdkTrust:
    """Find the JDKs, read their trust stores, and compare them; for another thread.

    :raises Damaged: what was noted of earlier additions cannot be read
    """
    journal = read_journal()
    stores = read_trust_stores(find_jdks(machine), progress=progress)
    return JdkTrust(
        stores=stores,
        uneven=uneven_trust(stores),
        lost=lost_authorities(journal, stores),
        journal=journal,
    )


def read_authority(path: Path) -> Certificate:
    """The CA in a file.

    :raises HandfastError: it cannot be read, or holds none or several
    """
    return the_authority_among(read_certificates(read_named_file(path)[0]).certificates)


class JdkTrustFlow:
    """What was found, and what is to be done about it."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=_STEP, title=tr("JDKs")),)

    def __init__(self) -> None:
        self.draft = JdkTrustDraft()
        self.trust = JdkTrust()

    def set_trust(self, trust: JdkTrust) -> None:
        """What was found by looking."""
        self.trust = trust

    def forget_secrets(self) -> bool:
        """Certificates are public, and the passwords of trust stores are the usual ones."""
        return False

    def update(self, **changes: Unpack[JdkTrustEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    def choose(self, place: str, *, is_chosen: bool) -> None:
        """Whether a trust store is to get the CA."""
        left_out = self.draft.left_out
        self.update(left_out=left_out - {place} if is_chosen else left_out | {place})

    @property
    def plan(self) -> tuple[PlannedAddition, ...]:
        """What would become of each trust store; nothing while no CA is chosen."""
        draft = self.draft
        if draft.authority is None:
            return ()
        return plan_addition(
            draft.authority,
            self.trust.stores,
            alias=draft.alias.strip(),
            left_out=draft.left_out,
        )

    @property
    def changes(self) -> int:
        """How many trust stores would be changed."""
        return sum(each.outcome is Outcome.ADD for each in self.plan)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the CA first."""
        return warnings_about(self.draft.authority) if self.draft.authority is not None else ()

    @property
    def undoable(self) -> AddedAuthority | None:
        """What undo would take out; None where nothing was added."""
        return self.trust.journal[-1] if self.trust.journal else None

    def can_leave(self, step: str = _STEP) -> bool:
        """Whether there is something to be done."""
        return not has_error(self.problems(step))

    def problems(self, step: str = _STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is still missing."""
        if self.draft.authority is None:
            message = tr("Choose the certificate of the CA.")
            return (FieldProblem(field="file", message=message),)
        if alias := self.draft.alias.strip():
            try:
                check_alias(alias)
            except InvalidInput as error:
                return (FieldProblem(field="alias", message=error.problem),)
        if not self.changes:
            message = tr("No trust store would change.")
            return (FieldProblem(field="stores", message=message),)
        return ()

    def run(self, progress: Progress = no_progress) -> tuple[PlannedAddition, ...]:
        """Add it as it stands now."""
        return self.prepared()(progress)

    def prepared(self) -> Callable[[Progress], tuple[PlannedAddition, ...]]:
        """The work as it stands now, for another thread."""
        authority, plan = self.draft.authority, self.plan
        if authority is None:
            raise InvalidInput(
                tr("No CA was chosen."), field="file", remedy=tr("Choose its certificate.")
            )
        return lambda progress: add_authority(authority, plan, progress=progress)

    @staticmethod
    def undo(progress: Progress) -> tuple[Certificate, tuple[Undone, ...]]:
        """Take the last CA out again, for another thread."""
        progress(0, 0)
        return undo_addition()
