"""The step that asks where something new goes: into an open store, or into a new file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from handfast.core.language import tr
from handfast.core.password import Password
from handfast.flows.open_store import OpenStore
from handfast.flows.target import NEW_FORMATS, TargetDraft
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.secrets.new_password import NewPasswordField
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.flows.base import FieldProblem
    from handfast.flows.key_target import KeyTargetEdits, KeyTargetFlow
    from handfast.flows.target import TargetEdits, TargetFlow
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Runner

_TITLES = {"PKCS12": "PKCS#12", "JKS": "JKS", "JCEKS": "JCEKS", "PEM": "PEM"}
_USES = {
    "PKCS12": tr("Accepted by every Java since 8, OpenSSL, Windows, and most other programs."),
    "JKS": tr("Java’s own older format, for programs that require it."),
    "JCEKS": tr("Java’s older format for secret keys, for programs that require it."),
    "PEM": tr("Text, for nginx, curl, Python, and other programs that do not use Java."),
}


class TargetPage(Page):
    """An existing keystore, open or not, or the file, format and password of a new one."""

    #: A file was read for this: an OpenedFile.
    store_opened = Signal(object)

    def __init__(
        self,
        flow: TargetFlow[Any, Any],
        jobs: Runner,
        *,
        prefix: str,
        heading: str,
        introduction: str,
        folder: str,
        step: str = "target",
    ) -> None:
        super().__init__(step=step, prefix=prefix, heading=heading, introduction=introduction)
        self._flow = flow
        self._jobs = jobs
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
                ("existing", tr("An existing keystore"), ""),
                ("new", tr("A new keystore"), ""),
            ]
        )
        self.choice.chosen.connect(self._target_chosen)
        self.existing = StoreField(
            f"{self.prefix}.existing", tr("Keystore"), self._jobs, must_verify=True
        )
        self.existing.chosen.connect(lambda key: self.edit(existing=key))
        self.existing.opened.connect(self._take)
        self.path = PathField(
            title=tr("Save the New Keystore"),
            filters=(
                tr("Keystores") + " (*.p12 *.pfx *.jks *.jceks *.pem)",
                tr("All files") + " (*)",
            ),
        )
        self.path.text_edited.connect(lambda text: self.edit(new_path=text))
        self.format = QComboBox()
        for value, _ending in NEW_FORMATS:
            self.format.addItem(_TITLES[value], value)
        self.format.activated.connect(self._format_chosen)
        self.compatible = CheckBox(tr("Older encryption, for &Java before 8u301"))
        self.compatible.clicked.connect(lambda checked: self.edit(compatible=checked))
        self.again = PasswordField()
        self.password = NewPasswordField(self.again)
        self.password.text_edited.connect(lambda text: self.edit(password=Password(text)))
        self.again.text_edited.connect(lambda text: self.edit(password_again=Password(text)))
        form = self.form
        form.add("target", tr("Add it to"), self.choice)
        form.add(
            "existing",
            tr("&Keystore"),
            self.existing,
            object_name=f"{self.prefix}.existing.field",
        )
        # By its own name, and not that of the field around the list.
        form.rows["existing"].note.setObjectName(f"{self.prefix}.existing.note")
        form.add("new_path", tr("&File"), self.path)
        form.add("new_format", tr("For&mat"), self.format)
        form.add("compatible", "", self.compatible)
        form.add(
            "password",
            tr("&Password"),
            self.password,
            help_text=tr("Protects the file. Store it safely: it cannot be recovered."),
        )
        form.add("password_again", tr("C&onfirm password"), self.again)

    def _take(self, opened: OpenedFile) -> None:
        # The window opens it in a tab, where the edit can be seen, saved and undone.
        self.store_opened.emit(opened)
        path = opened.path.absolute()
        self._flow.take_store(OpenStore.of_file(path, opened.store))
        self.took_edit(("existing",))

    def show_draft(self) -> None:
        draft: TargetDraft = self._flow.draft
        stores = self._flow.stores
        self._flow.suggest_path(self.folder)
        draft = self._flow.draft
        is_new = draft.target == "new"
        self.choice.set_value(draft.target)
        self.existing.show_stores(stores, draft.existing)
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

    def _target_chosen(self, value: str) -> None:
        # What is asked for from now on nobody could fill in before.
        self.was_tried = False
        for field in ("existing", "new_path", "password", "password_again"):
            self.form.rows[field].touched = False
        self.edit(target=value)

    def _format_chosen(self, index: int) -> None:
        self.edit(new_format=str(self.format.itemData(index)))

    def closing(self) -> None:
        """Nobody waits for a file that is being read."""
        if self.is_made:
            self.existing.closing()


class KeyTargetPage(TargetPage):
    """The same for a key pair, which is given an alias."""

    def __init__(
        self,
        flow: KeyTargetFlow[Any],
        jobs: Runner,
        *,
        prefix: str,
        heading: str,
        introduction: str,
        folder: str,
        step: str = "target",
    ) -> None:
        super().__init__(
            flow,
            jobs,
            prefix=prefix,
            heading=heading,
            introduction=introduction,
            folder=folder,
            step=step,
        )
        self._keys = flow

    def build_rows(self) -> None:
        super().build_rows()
        self.alias = QLineEdit()
        self.alias.textEdited.connect(self._edit_alias)
        self.form.add(
            "alias",
            tr("&Alias"),
            self.alias,
            help_text=tr("The name of the entry in the keystore. Java shows it in lower case."),
        )
        self.has_key_password = CheckBox(tr("Separate password for the &key"))
        self.has_key_password.clicked.connect(
            lambda checked: self._edit_key_password(has_key_password=checked)
        )
        self.key_password_again = PasswordField()
        self.key_password = NewPasswordField(self.key_password_again, is_second=True)
        self.key_password.text_edited.connect(
            lambda text: self._edit_key_password(key_password=Password(text))
        )
        self.key_password_again.text_edited.connect(
            lambda text: self._edit_key_password(key_password_again=Password(text))
        )
        self.build_more_aliases()
        self.form.add(
            "has_key_password",
            "",
            self.has_key_password,
            help_text=tr(
                "keytool asks for it as “key password”. Without one, the key has the "
                "password of the keystore."
            ),
        )
        self.form.add("key_password", tr("Ke&y password"), self.key_password)
        self.form.add("key_password_again", tr("Confirm key pass&word"), self.key_password_again)

    def build_more_aliases(self) -> None:
        """What stands below the alias, where there may be several pairs."""

    def _edit_alias(self, text: str) -> None:
        self._keys.update(alias=text)
        self.took_edit(("alias",))

    def _edit_key_password(self, **changes: Unpack[KeyTargetEdits]) -> None:
        self._keys.update(**changes)
        self.took_edit(changes)

    def show_draft(self) -> None:
        super().show_draft()
        flow, rows = self._keys, self.form.rows
        can_have, has = flow.can_have_key_password, flow.key_password is not None
        self.has_key_password.setChecked(flow.draft.has_key_password)
        self.key_password.set_text(flow.draft.key_password.reveal())
        self.key_password_again.set_text(flow.draft.key_password_again.reveal())
        rows["alias"].set_visible(not flow.has_several)
        rows["has_key_password"].set_visible(can_have)
        for field in ("key_password", "key_password_again"):
            rows[field].set_visible(has)
        if self.alias.text() != self._keys.draft.alias:
            self.alias.setText(self._keys.draft.alias)
