"""The step of the CA's reply in the setup, which may take days to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from handfast.core.language import tr
from handfast.ui.wizards.reply import ReplySourcesPage

if TYPE_CHECKING:
    from handfast.flows.setup.flow import SetUpFlow


class AwaitedReplyPage(ReplySourcesPage):
    """What the CA sent; until then the steps that do not need it can be gone through."""

    #: The steps after it are to be gone through first.
    postponed = Signal()

    def __init__(self, flow: SetUpFlow) -> None:
        super().__init__(
            flow.replying,
            introduction=tr(
                "The certificate, alone or with its chain. Nothing received yet? Close this window "
                "and come back later from the start page or the menu."
            ),
        )
        self._setting_up = flow

    def build(self) -> None:
        super().build()
        self.later = QPushButton(tr("Continue &While Waiting"))
        self.later.setObjectName("reply.later")
        self.later.setToolTip(
            tr("Import your partner’s certificate now, and the CA’s reply when it arrives")
        )
        self.later.setAutoDefault(False)
        self.later.clicked.connect(self.postponed)
        # After what was given, so that it is the last thing to be come to.
        last = self.content.count() - 1
        self.content.insertWidget(last, self.later, 0, Qt.AlignmentFlag.AlignLeft)

    def show_draft(self) -> None:
        super().show_draft()
        is_asked = self._setting_up.draft.requested_at is not None
        self.later.setVisible(is_asked and not self._replying.sources)
