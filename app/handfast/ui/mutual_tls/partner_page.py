"""The first step: for which program, who we are, who they are, and where it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtWidgets import QComboBox, QLineEdit

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.flows.setup.presets import PRESETS
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.flows.setup.flow import SetUpFlow
    from handfast.flows.setup.state import PartnershipEdits

_HOSTS = {
    "client": (
        tr("Their &host name"),
        tr("The name that you connect to, such as api.globex.example."),
    ),
    "server": (
        tr("Your &host name"),
        tr("The name that they connect to, such as api.acme.example."),
    ),
}


class PartnerPage(Page):
    """Everything that the other steps are filled in from."""

    def __init__(self, flow: SetUpFlow) -> None:
        super().__init__(
            step="partner",
            prefix="setup",
            heading=tr("You and your partner"),
            introduction=tr(
                "Each side presents a certificate and trusts the other’s. You can stop "
                "at any step and continue days later."
            ),
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
                (
                    "client",
                    tr("You &connect to them"),
                    tr("You are the client: you open the connection."),
                ),
                (
                    "server",
                    tr("They c&onnect to you"),
                    tr("You are the server: they open the connection."),
                ),
            ]
        )
        self.role.chosen.connect(lambda value: self.edit(role=value))
        self.our_name = self._line(lambda text: self.edit(our_name=text))
        self.partner = self._line(lambda text: self.edit(partner=text))
        self.host = self._line(lambda text: self.edit(host=text))
        self.folder = PathField(title=tr("Folder for This Setup"), folder=True)
        self.folder.text_edited.connect(lambda text: self.edit(folder=text))
        form = self.form
        form.add("preset", tr("&Program"), self.preset)
        form.add("role", tr("Who connects"), self.role)
        form.add(
            "our_name",
            tr("&Your name"),
            self.our_name,
            help_text=tr("Your company or your system."),
        )
        form.add(
            "partner", tr("Pa&rtner"), self.partner, help_text=tr("The name that you use for them.")
        )
        form.add("host", tr("Host"), self.host)
        form.add("folder", tr("&Folder"), self.folder)
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
        if not is_free:
            self.form.rows["folder"].note.set_help(
                tr("This can no longer be changed: files that were already created refer to it.")
            )
            return
        self.form.rows["folder"].note.set_help(
            tr(
                "Files are saved here, with {name}, which lets you resume later. It contains no "
                "secrets.",
                name=shorten(flow.place.name, 48),
            )
            if draft.partner.strip()
            else tr(
                "Files are saved here, with a small file that lets you resume later. It contains "
                "no secrets."
            )
        )

    def focus_first(self) -> None:
        if self._flow.draft.our_name:
            super().focus_first()
        else:
            self.preset.setFocus()
