"""The step that makes the folder for the partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from handfast.core.language import tr
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.wizards.page import SummaryPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.flows.base import SummaryLine
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.flows.setup.state import PartnershipEdits


class HandoverPage(SummaryPage):
    """Where the folder goes and what will be in it; or that they have our certificate already."""

    def __init__(self, flow: SetUpFlow) -> None:
        super().__init__(
            step="handover",
            prefix="setup",
            heading=tr("For your partner"),
            introduction=tr(
                "They need your certificate to trust you. It contains no secret, and you can "
                "mail it."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[PartnershipEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        super().build()
        what = tr("The certificate in every usual format, and a page with its fingerprint.")
        self.choice = ChoiceField(
            [
                ("folder", tr("Create a &folder to send"), what),
                ("known", tr("They already &have it"), tr("Nothing is written.")),
            ]
        )
        self.choice.chosen.connect(lambda value: self.edit(handing=value))
        self.folder = PathField(title=tr("Folder for Your Partner"), folder=True)
        self.folder.text_edited.connect(lambda text: self.edit(handover_folder=text))
        self.form.add("handing", tr("Your certificate"), self.choice)
        self.form.add(
            "handover_folder",
            tr("F&older"),
            self.folder,
            help_text=tr("Created if missing; must be empty otherwise."),
        )
        self.form.finish()
        self.content.insertWidget(0, self.form)
        self.command.hide()

    def show_draft(self) -> None:
        draft = self._flow.draft
        self.choice.set_value(draft.handing)
        self.folder.set_text(draft.handover_folder)
        self.form.rows["handover_folder"].set_visible(draft.handing == "folder")

    def show_summary(self, lines: Sequence[SummaryLine], command: str) -> None:
        super().show_summary(lines if self._flow.draft.handing == "folder" else (), command)
