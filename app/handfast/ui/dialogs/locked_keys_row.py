"""The row of a form in which the passwords of locked keys are entered, where they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shiboken6 import isValid

from handfast.core.language import tr, tr_count
from handfast.core.password import Password
from handfast.ui.widgets.secrets.unlock_row import UnlockRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.documents.document import Document
    from handfast.ui.widgets.form import Form

_FIELD = "unlock"


class LockedKeysRow:
    """Opens the keys in the document, as the details do, and leaves the rest of the form as it is.

    A password is tried on every locked key; where the keys have several, one is entered after the
    other.
    """

    def __init__(
        self, form: Form, document: Document, name: str, learned: Callable[[Store], None]
    ) -> None:
        """``learned`` gets the keystore in which some of the keys are open."""
        self._document = document
        self._learned = learned
        words = tr("Password of the key")
        self.row = UnlockRow(
            # What it is of stands beside it.
            None,
            placeholder=tr("Password"),
            label=words,
            button_label=tr("Unlock the keys"),
        )
        self._form_row = form.add(
            _FIELD, tr("Password of &locked keys"), self.row, object_name=f"{name}.unlock"
        )
        self.row.given.connect(self._give)

    def show_count(self, count: int) -> None:
        """Ask for the passwords of so many keys; for none, the row is not there."""
        self._form_row.set_visible(count > 0)
        self._form_row.note.set_help(
            tr_count(
                "{count} key is locked. It comes along once you enter its password.",
                "{count} keys are locked. They come along once you enter their passwords.",
                count,
            )
            if count
            else ""
        )

    def take_focus(self) -> None:
        """Have what is typed go into the field."""
        self.row.take_focus()

    def _give(self, text: str) -> None:
        self._document.unlock_keys(Password(text), then=self._done, failed=self._failed)

    def _done(self, store: Store) -> None:
        if isValid(self.row):
            self.row.accept_next()
            self._learned(store)

    def _failed(self, error: HandfastError) -> None:
        if isValid(self.row):
            self.row.show_problem(error.problem)
