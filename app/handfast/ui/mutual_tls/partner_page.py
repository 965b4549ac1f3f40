"""The first step: for which program, who we are, who they are, and where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtWidgets import QComboBox, QLineEdit

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.flows.presets import PRESETS
from handfast.ui.widgets.fields import ChoiceField, PathField
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.flows.setup.flow import SetUpFlow
    from handfast.flows.setup.state import PartnershipEdits

_HOSTS = {
    "client": ("Their &host name", "The name that you connect to, such as api.globex.example."),
    "server": ("Our &host name", "The name under which they call you, such as api.acme.example."),
}


class PartnerPage(Page):
    """Everything that the other steps are filled in from."""

    def __init__(self, flow: SetUpFlow) -> None:
        super().__init__(
            step="partner",
            prefix="setup",
            heading="You and your partner",
            introduction="Each side shows a certificate and trusts the other’s. You can stop at "
            "any step and go on days later.",
        )
        self._flow = flow

    def edit(self, **changes: Unpack[PartnershipEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.preset = QComboBox()
        for each in PRESETS:
            self.preset.addItem(each.title, each.id)
        self.preset.activated.connect(lambda at: self.edit(preset=self.preset.itemData(at)))
        self.role = ChoiceField(
            [
                ("client", "We &call them", "We are the client: we open the connection."),
                ("server", "They c&all us", "We are the server: they open the connection."),
            ]
        )
        self.role.chosen.connect(lambda value: self.edit(role=value))
        self.our_name = self._line(lambda text: self.edit(our_name=text))
        self.partner = self._line(lambda text: self.edit(partner=text))
        self.host = self._line(lambda text: self.edit(host=text))
        self.folder = PathField(title="Folder of this set-up", folder=True)
        self.folder.text_edited.connect(lambda text: self.edit(folder=text))
        form = self.form
        form.add("preset", "&Program", self.preset)
        form.add("role", "Who connects", self.role)
        form.add("our_name", "&We are", self.our_name, help_text="Your company, or your system.")
        form.add("partner", "Pa&rtner", self.partner, help_text="As you call them.")
        form.add("host", "Host", self.host)
        form.add("folder", "&Folder", self.folder)
        self.use_form()

    def _line(self, edit: Callable[[str], None]) -> QLineEdit:
        line = QLineEdit()
        line.textEdited.connect(edit)
        return line

    def show_draft(self) -> None:
        flow, draft, preset = self._flow, self._flow.draft, self._flow.preset
        self.preset.setCurrentIndex(self.preset.findData(preset.id))
        what = f"{preset.summary[0].upper()}{preset.summary[1:]}."
        self.form.rows["preset"].note.set_help(
            f"{what} {preset.why('role')}" if preset.is_role_fixed else what
        )
        self.form.rows["role"].set_visible(not preset.is_role_fixed)
        self.role.set_value(draft.role)
        for field in ("our_name", "partner", "host"):
            line: QLineEdit = getattr(self, field)
            if line.text() != getattr(draft, field):
                line.setText(getattr(draft, field))
        label, help_text = _HOSTS[draft.role]
        row = self.form.rows["host"]
        if row.name is not None:
            row.name.setText(label)
        self.host.setAccessibleName(label.replace("&", ""))
        row.note.set_help(help_text)
        self.folder.set_text(draft.folder)
        is_free = flow.path is None or flow.may_move
        self.folder.setEnabled(is_free)
        kept = "a small file"
        if draft.partner.strip():
            kept = shorten(flow.place.name, 48)
        if not is_free:
            self.form.rows["folder"].note.set_help(
                tr("It cannot be changed any more: what was created for this refers to it.")
            )
            return
        self.form.rows["folder"].note.set_help(
            f"What is made for this goes there, and {kept}, by which it can be taken up again. "
            "It holds no secrets."
        )

    def focus_first(self) -> None:
        if self._flow.draft.our_name:
            super().focus_first()
        else:
            self.preset.setFocus()
