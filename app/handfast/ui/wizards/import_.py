"""Import a partner's certificates, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.flows.import_ import ImportFlow
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.window_services import open_stores, put_into_document, usual_folder
from handfast.ui.wizards.check_page import CheckPage
from handfast.ui.wizards.frame import Half, WizardWindow
from handfast.ui.wizards.page import SummaryPage
from handfast.ui.wizards.source_reading import SourceReading
from handfast.ui.wizards.sources_page import SourcesPage
from handfast.ui.wizards.target_page import TargetPage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from handfast.core.entry import TrustedCertificate
    from handfast.flows.target import TargetOutcome
    from handfast.ui.widgets.window_services import Document, Workspace


class ImportWizard(WizardWindow):
    """What a partner sent, checked and taken into a trust store."""

    finish_label = "&Import"
    running_title = "Importing"

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        document: Document | None,
        files: Sequence[Path],
        text: str,
    ) -> None:
        flow = ImportFlow(stores=open_stores(workspace, document), usual=workspace.usual)
        self.sources_page = SourcesPage(flow)
        self._reading = SourceReading(flow, self.sources_page, workspace.jobs)
        self.check_page = CheckPage(flow)
        pages = [
            self.sources_page,
            target := TargetPage(
                flow,
                workspace.jobs,
                prefix="import",
                heading="Which store trusts it?",
                introduction="A trust store holds the certificates of those whom a program "
                "believes.",
                folder=str(usual_folder(workspace, document)),
            ),
            self.check_page,
            SummaryPage(
                step="summary",
                prefix="import",
                heading="Ready to import",
                introduction="Nothing has been changed yet.",
            ),
        ]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title="Import a Partner’s Certificate",
            parent=parent,
            document=document,
        )
        self.setObjectName("importWizard")
        self._reading.taken.connect(self._take)
        target.store_opened.connect(self.open_for_target)
        self._target_page = target
        self.check_page.said.connect(self.refresh_page)
        if files:
            self._reading.read_files(files)
        if text:
            self.sources_page.paste(text)

    def _take(self) -> None:
        self.mark_edited()
        self.refresh_page()

    def done(self, result: int) -> None:
        self._reading.stop()
        self._target_page.closing()
        super().done(result)

    # --- the outcome ---------------------------------------------------------------------------

    def apply_outcome(self, outcome: TargetOutcome[TrustedCertificate]) -> None:
        page = self.result_page
        count = len(outcome.entries)
        what = (
            f"“{outcome.entries[0].alias}” is trusted"
            if count == 1
            else f"{count:,} certificates are trusted"
        )
        if outcome.opened is not None:
            path = outcome.opened.path
            self.workspace.show_opened(outcome.opened)
            page.show_result(what, f"The new trust store is {shown_path(path)}.")
        else:
            document = put_into_document(
                self.workspace, outcome.existing, outcome.label, outcome.entries
            )
            where = "It is in" if count == 1 else "They are in"
            page.show_result(what, f"{where} {document.path.name}, which is not saved yet.")
            page.offer_saving(document)
        page.add_action(
            "&Export your own…",
            "The other half: your partner needs your certificate to trust you.",
            self._export,
            object_name="resultExport",
        )

    def _export(self) -> None:
        self.accept()
        self.goes_on(Half.EXPORT)
