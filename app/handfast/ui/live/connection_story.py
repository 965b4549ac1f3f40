"""The whole of one live handshake on a page: how it went, and what the other side presented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from handfast.ui.live.presented import PresentedList
from handfast.ui.rehearsal.result import RehearsalResult
from handfast.ui.widgets.window_services import once_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.party import Party
    from handfast.handshake.report.report import Report
    from handfast.ui.rehearsal.cause_ways import CauseWays
    from handfast.ui.widgets.window_services import Document, Workspace


class LiveStory(QWidget):
    """``theirs`` is the party whose certificates came over the network."""

    #: An Action that the person wants done.
    remedy_chosen = Signal(object)
    #: The certificates that the person wants in a trust store.
    import_requested = Signal(object)

    def __init__(
        self,
        report: Report,
        client: Party,
        server: Party,
        theirs: Party,
        *,
        ways: CauseWays | None = None,
    ) -> None:
        super().__init__()
        result = RehearsalResult(
            report, client, server, is_live=True, ways=ways.of if ways is not None else None
        )
        result.remedy_chosen.connect(self.remedy_chosen)
        if ways is not None:
            result.way_chosen.connect(ways.go)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(result)
        if report.presented:
            presented = PresentedList(theirs.side, report.presented)
            presented.import_requested.connect(lambda: self.import_requested.emit(report.presented))
            lines.addWidget(presented)
        lines.addStretch(1)


def hand_to_import(
    workspace: Workspace,
    parent: QWidget | None,
    trust: OpenStore | None,
    certificates: Sequence[Certificate],
) -> None:
    """Open the wizard with certificates, which checks them and shows their fingerprints.

    ``trust`` is the keystore that they are for, wherever it was chosen.
    """
    text = "".join(each.public_pem() for each in certificates)

    def begin(document: Document | None) -> None:
        from handfast.ui.wizards import open_import

        open_import(workspace, parent, document=document, text=text)

    if trust is None or trust.path is None:
        begin(None)
    else:
        once_open(workspace, trust, begin)
