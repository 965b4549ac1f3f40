"""Both sides of a test setup in one go, without a screen."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, TypedDict, Unpack

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.core.store import Format
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.services.authority.both_sides import ENDINGS, BothSides, make_both_sides
from handfast.services.exchange.generating import check_request
from handfast.services.policy.new_pairs import DEFAULT_TEST_KEY
from handfast.services.policy.passwords import judge_password

if TYPE_CHECKING:
    from handfast.core.progress import Progress

STEP: Final = "both-sides"


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSidesDraft:
    """What is typed."""

    folder: str = ""
    #: Names and addresses of the server, with commas between them.
    hosts: str = "localhost, 127.0.0.1"
    client: str = "test-client"
    key: str = DEFAULT_TEST_KEY
    format: str = Format.PKCS12.value
    password: Password = EMPTY
    password_again: Password = EMPTY


class BothSidesEdits(TypedDict, total=False):
    """Fields of a :class:`BothSidesDraft` that are edited."""

    folder: str
    hosts: str
    client: str
    key: str
    format: str
    password: Password
    password_again: Password


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSidesOutcome:
    """The files, what each is by its path, and the keystores among them."""

    files: dict[Path, str]
    password: Password

    @property
    def keystores(self) -> tuple[Path, ...]:
        """The keystores, that of the CA last."""
        found = [path for path in self.files if path.suffix[1:] in ENDINGS.values()]
        return (*found[1:], *found[:1])


class BothSidesFlow(BaseFlow[BothSidesDraft, BothSidesOutcome]):
    """A folder of its own; existing files are never replaced."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Test Setup")),)

    def __init__(self, folder: str = "") -> None:
        super().__init__(BothSidesDraft(folder=folder))

    def update(self, **changes: Unpack[BothSidesEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    def forget_secrets(self) -> bool:
        had_one = not self.draft.password.is_empty
        self.update(password=EMPTY, password_again=EMPTY)
        return had_one

    @property
    def plan(self) -> BothSides:
        """What is to be created."""
        draft = self.draft
        return BothSides(
            hosts=tuple(each.strip() for each in draft.hosts.split(",") if each.strip()),
            client=draft.client.strip(),
            key=draft.key,
            format=Format(draft.format),
        )

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        """What is missing or wrong, by field."""
        draft, plan = self.draft, self.plan
        found: list[FieldProblem] = []
        if not draft.folder.strip():
            told = tr("Choose a folder for the keystores.")
            found.append(FieldProblem(field="folder", message=told))
        elif taken := self._taken(plan):
            told = tr("“{name}” already exists there. Choose another folder.", name=taken)
            found.append(FieldProblem(field="folder", message=told))
        if not plan.hosts:
            told = tr("Enter a host name of the server, such as localhost.")
            found.append(FieldProblem(field="hosts", message=told))
        if not plan.client:
            told = tr("Enter a name for the client.")
            found.append(FieldProblem(field="client", message=told))
        _ca, server, client = plan.requests()
        for field, request in (("hosts", server), ("client", client)):
            if any(each.field == field for each in found):
                continue
            try:
                check_request(request)
            except InvalidInput as error:
                found.append(FieldProblem(field=field, message=error.problem))
        found += [
            FieldProblem(field="password", severity=each.severity, message=each.message)
            for each in judge_password(draft.password, plan.format)
        ]
        if draft.password_again != draft.password:
            told = tr("The passwords do not match.")
            found.append(FieldProblem(field="password_again", message=told))
        return tuple(found)

    def _taken(self, plan: BothSides) -> str:
        """The first file that exists already; empty where none does."""
        try:
            folder = Path(self.draft.folder.strip()).expanduser()
            if folder.is_file():
                return folder.name
            return next((name for name in plan.files() if (folder / name).exists()), "")
        except (OSError, ValueError, RuntimeError):
            return ""

    def run(self, progress: Progress = no_progress) -> BothSidesOutcome:
        """Create the files, all or none.

        It raises what :func:`~handfast.services.authority.both_sides.make_both_sides` raises.
        """
        draft = self.draft
        folder = Path(draft.folder.strip()).expanduser().absolute()
        made = make_both_sides(folder, self.plan, draft.password, progress)
        return BothSidesOutcome(files=made, password=draft.password)
