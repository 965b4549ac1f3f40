"""Another password for a keystore that is open."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, ClassVar, TypedDict, Unpack

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import EMPTY, Password
from handfast.core.progress import no_progress
from handfast.flows.base import BaseFlow, FieldProblem, FlowStep
from handfast.services.policy.passwords import judge_password

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.core.store import Store

STEP = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasswordDraft:
    """The password, typed twice, and whether the system’s keyring is to know it."""

    password: Password = EMPTY
    password_again: Password = EMPTY
    remembers: bool = False


class NewPasswordEdits(TypedDict, total=False):
    """Fields of a :class:`NewPasswordDraft` that are edited."""

    password: Password
    password_again: Password
    remembers: bool


class NewPasswordFlow(BaseFlow[NewPasswordDraft, NewPasswordDraft]):
    """The change is an edit of the document, so running it only says which it is."""

    steps: ClassVar[tuple[FlowStep, ...]] = (FlowStep(id=STEP, title=tr("Password")),)

    def __init__(self, store: Store, *, is_in_keyring: bool) -> None:
        super().__init__(NewPasswordDraft())
        self.store = store
        #: Whether the keyring has the present password, so that it is asked about the new one.
        self.is_in_keyring = is_in_keyring

    def update(self, **changes: Unpack[NewPasswordEdits]) -> None:
        """Change fields of the draft."""
        self.draft = dataclasses.replace(self.draft, **changes)

    def forget_secrets(self) -> bool:
        typed = (self.draft.password, self.draft.password_again)
        self.update(password=EMPTY, password_again=EMPTY)
        return any(not each.is_empty for each in typed)

    def problems(self, step: str = STEP) -> tuple[FieldProblem, ...]:  # noqa: ARG002 - the only one
        draft = self.draft
        found = [
            FieldProblem(field="password", severity=each.severity, message=each.message)
            for each in judge_password(draft.password, self.store.format)
        ]
        return (*found, *repetition_problems(draft.password, draft.password_again))

    def run(self, progress: Progress = no_progress) -> NewPasswordDraft:
        """The password to put the keystore under, and whether the keyring is to know it.

        :raises InvalidInput: :meth:`problems` reports it
        """
        progress(0, 0)
        if not self.can_leave(STEP):
            raise InvalidInput(tr("This password cannot be used."), field="password")
        return self.draft


def repetition_problems(password: Password, again: Password) -> list[FieldProblem]:
    """Whether a password was typed a second time, and is the same."""
    if again == password:
        return []
    message = tr("Confirm the password.") if again.is_empty else tr("The passwords do not match.")
    return [FieldProblem(field="password_again", message=message)]
