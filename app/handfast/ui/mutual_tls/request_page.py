"""The step that creates the request for a CA, in the folder that is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.language import tr
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.wizards.page import SummaryPage

if TYPE_CHECKING:
    from handfast.flows.setup.flow import SetUpFlow


class RequestPage(SummaryPage):
    """What is asked for, and the folder that the request goes into."""

    def __init__(self, flow: SetUpFlow) -> None:
        super().__init__(
            step="request",
            prefix="setup",
            heading=tr("The request for the CA"),
            introduction=tr(
                "It contains the name and the public key of the pair. Send it to the CA, and close "
                "this window until the reply arrives: the start page leads back here."
            ),
        )
        self._flow = flow

    def build(self) -> None:
        super().build()
        self.folder = PathField(title=tr("Folder for the Request"), folder=True)
        self.folder.text_edited.connect(self._edit)
        self.form.add("handover_folder", tr("F&older"), self.folder)
        self.form.finish()
        self.content.insertWidget(0, self.form)
        self.command.hide()

    def _edit(self, text: str) -> None:
        self._flow.update(handover_folder=text)
        self.took_edit(("handover_folder",))

    def show_draft(self) -> None:
        self.folder.set_text(self._flow.draft.handover_folder)
