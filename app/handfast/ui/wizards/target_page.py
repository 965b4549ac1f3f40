"""The step that asks where something new goes: into an open store, or into a new file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from PySide6.QtWidgets import QComboBox, QLineEdit

from handfast.core.password import Password
from handfast.flows.target import NEW_FORMATS, TargetDraft
from handfast.ui.widgets.fields import ChoiceField, PasswordField, PathField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.flows.base import FieldProblem
    from handfast.flows.generate import GenerateFlow
    from handfast.flows.open_store import OpenStore
    from handfast.flows.target import TargetEdits, TargetFlow

_TITLES = {"PKCS12": "PKCS#12", "JKS": "JKS", "JCEKS": "JCEKS", "PEM": "PEM"}
_USES = {
    "PKCS12": "Read by every Java since 8, by OpenSSL, Windows and most other programs.",
    "JKS": "Java’s own older format, for programs that ask for it.",
    "JCEKS": "Java’s older format for secret keys, for programs that ask for it.",
    "PEM": "Text, for nginx, curl, Python and other programs that are not Java’s.",
}


class TargetPage(Page):
    """An open store, or the file, format and password of a new one."""

    def __init__(
        self,
        flow: TargetFlow[Any, Any],
        *,
        prefix: str,
        heading: str,
        introduction: str,
        folder: str,
        step: str = "target",
    ) -> None:
        super().__init__(step=step, prefix=prefix, heading=heading, introduction=introduction)
        self._flow = flow
        #: Where a new store is suggested to be.
        self.folder = folder

    def edit(self, **changes: Unpack[TargetEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.build_rows()
        self.use_form()

    def build_rows(self) -> None:
        """Make the fields."""
        self.choice = ChoiceField(
            [
                ("existing", "A store that is open", ""),
                ("new", "A new store", ""),
            ]
        )
        self.choice.chosen.connect(lambda value: self.edit(target=value))
        self.existing = QComboBox()
        self.existing.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.existing.activated.connect(
            lambda index: self.edit(existing=self.existing.itemData(index))
        )
        self.path = PathField(
            title="Where the new store is saved",
            filters=("Keystores (*.p12 *.pfx *.jks *.jceks *.pem)", "All files (*)"),
        )
        self.path.text_edited.connect(lambda text: self.edit(new_path=text))
        self.format = QComboBox()
        for value, _ending in NEW_FORMATS:
            self.format.addItem(_TITLES[value], value)
        self.format.activated.connect(self._format_chosen)
        self.compatible = CheckBox("Older protection, so that &Java 8 reads it")
        self.compatible.clicked.connect(lambda checked: self.edit(compatible=checked))
        self.password = PasswordField()
        self.password.text_edited.connect(lambda text: self.edit(password=Password(text)))
        self.again = PasswordField()
        self.again.text_edited.connect(lambda text: self.edit(password_again=Password(text)))
        form = self.form
        form.add("target", "Put it into", self.choice)
        form.add("existing", "&Store", self.existing)
        form.add("new_path", "&File", self.path)
        form.add("new_format", "For&mat", self.format)
        form.add("compatible", "", self.compatible)
        form.add(
            "password",
            "&Password",
            self.password,
            help_text="Protects the file. Write it down safely: nobody can recover it.",
        )
        form.add("password_again", "Password a&gain", self.again)

    def show_draft(self) -> None:
        draft: TargetDraft = self._flow.draft
        stores = self._flow.stores
        self._flow.suggest_path(self.folder)
        draft = self._flow.draft
        is_new = draft.target == "new"
        self.choice.set_value(draft.target)
        self.choice.set_available("existing", bool(stores))
        self.choice.button("existing").setToolTip("" if stores else "No store is open")
        self._show_stores(stores, draft.existing)
        self.path.set_text(draft.new_path)
        self.format.setCurrentIndex(self.format.findData(draft.new_format))
        self.compatible.setChecked(draft.compatible)
        self.password.set_text(draft.password.reveal())
        self.again.set_text(draft.password_again.reveal())
        rows = self.form.rows
        rows["new_format"].note.set_help(_USES[draft.new_format])
        rows["existing"].set_visible(not is_new)
        for field in ("new_path", "new_format"):
            rows[field].set_visible(is_new)
        for field in ("password", "password_again"):
            rows[field].set_visible(is_new and self._flow.asks_password)
        rows["compatible"].set_visible(is_new and draft.new_format == "PKCS12")

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        found = tuple(problems)
        if self._flow.draft.password_again.is_empty and not self.was_tried:
            # Nobody has come to the second field yet.
            self.form.rows["password_again"].touched = False
        super().show_problems(found)

    def _show_stores(self, stores: Sequence[OpenStore], chosen: str) -> None:
        keys = [self.existing.itemData(index) for index in range(self.existing.count())]
        if keys != [each.key for each in stores]:
            self.existing.clear()
            for each in stores:
                count = len(each.store.entries)
                words = "1 entry" if count == 1 else f"{count:,} entries"
                self.existing.addItem(
                    f"{each.title} — {each.store.format.title}, {words}", each.key
                )
        self.existing.setCurrentIndex(self.existing.findData(chosen))

    def _format_chosen(self, index: int) -> None:
        value = str(self.format.itemData(index))
        path = self._flow.draft.new_path
        changes: TargetEdits = {"new_format": value}
        for other, ending in NEW_FORMATS:
            if other != value and path.lower().endswith(f".{ending}"):
                wanted = dict(NEW_FORMATS)[value]
                changes["new_path"] = f"{path[: -len(ending)]}{wanted}"
        self.edit(**changes)


class KeyTargetPage(TargetPage):
    """The same for a key pair, which is given an alias."""

    def __init__(
        self,
        flow: GenerateFlow,
        *,
        prefix: str,
        heading: str,
        introduction: str,
        folder: str,
        step: str = "target",
    ) -> None:
        super().__init__(
            flow,
            prefix=prefix,
            heading=heading,
            introduction=introduction,
            folder=folder,
            step=step,
        )
        self._generating = flow

    def build_rows(self) -> None:
        super().build_rows()
        self.alias = QLineEdit()
        self.alias.textEdited.connect(self._edit_alias)
        self.form.add(
            "alias",
            "&Alias",
            self.alias,
            help_text="The name of the entry in the store. Java shows it in lower case.",
        )

    def _edit_alias(self, text: str) -> None:
        self._generating.update(alias=text)
        self.took_edit(("alias",))

    def show_draft(self) -> None:
        super().show_draft()
        if self.alias.text() != self._generating.draft.alias:
            self.alias.setText(self._generating.draft.alias)
