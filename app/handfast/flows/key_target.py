"""Where a key pair goes: a keystore, an alias there, and the password of the key itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar, Unpack

from handfast.core.entry import KeyPair
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.password import EMPTY, Password
from handfast.core.store import Format
from handfast.flows.base import FieldProblem
from handfast.flows.target import TargetDraft, TargetEdits, TargetFlow
from handfast.services.policy.key_passwords import FORMATS_OF_ONE_PASSWORD
from handfast.services.policy.passwords import judge_password


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTargetDraft(TargetDraft):
    """The part of a draft that says where a key pair goes."""

    alias: str = ""
    #: Whether the key gets a password other than the keystore's, where the format has that.
    has_key_password: bool = False
    key_password: Password = EMPTY
    key_password_again: Password = EMPTY


class KeyTargetEdits(TargetEdits, total=False):
    """Fields of a :class:`KeyTargetDraft` that are edited."""

    alias: str
    has_key_password: bool
    key_password: Password
    key_password_again: Password


K = TypeVar("K", bound=KeyTargetDraft)


class KeyTargetFlow(TargetFlow[K, KeyPair]):
    """A flow that ends in new key pairs of a keystore."""

    holds_keys = True

    @abstractmethod
    def update(self, **changes: Unpack[KeyTargetEdits]) -> None:
        """Change fields of the draft."""

    @property
    def has_several(self) -> bool:
        """Whether there are several pairs, each under an alias of its own."""
        return False

    @property
    def target_format(self) -> Format:
        """The format of the keystore that the pair goes into."""
        store = self.target_store
        return store.format if store is not None else Format(self.draft.new_format)

    @property
    def can_have_key_password(self) -> bool:
        """Whether the format has a password for each key beside that of the keystore."""
        return self.target_format not in FORMATS_OF_ONE_PASSWORD

    @property
    def key_password(self) -> Password | None:
        """The password of the key itself; None where it has that of the keystore."""
        is_wanted = self.draft.has_key_password and self.can_have_key_password
        return self.draft.key_password if is_wanted else None

    def forget_secrets(self) -> bool:
        draft = self.draft
        had_own = not (draft.key_password.is_empty and draft.key_password_again.is_empty)
        self.update(key_password=EMPTY, key_password_again=EMPTY)
        return super().forget_secrets() or had_own

    def key_password_problems(self) -> list[FieldProblem]:
        """What is wrong with the password of the key itself and its repetition."""
        password = self.key_password
        if password is None:
            return []
        if password.is_empty:
            message = tr("Enter a password for the key.")
            return [FieldProblem(field="key_password", message=message)]
        found = [
            FieldProblem(field="key_password", severity=each.severity, message=each.message)
            for each in judge_password(password, self.target_format)
        ]
        if self.draft.key_password_again != password:
            message = tr("The passwords do not match.")
            found.append(FieldProblem(field="key_password_again", message=message))
        return found
