"""Import a partner's certificates, drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.flows.import_ import ImportFlow
from handfast.services.certificate_sources import CertificateSource, read_source, read_source_file
from handfast.ui.wizards.check_page import CheckPage
from handfast.ui.wizards.frame import WizardWindow
from handfast.ui.wizards.hosting import open_stores, usual_folder
from handfast.ui.wizards.page import SummaryPage
from handfast.ui.wizards.sources_page import SourcesPage
from handfast.ui.wizards.target_page import TargetPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from handfast.core.entry import TrustedCertificate
    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.flows.target import TargetOutcome
    from handfast.ui.wizards.hosting import Document, RunningJob, Workspace

PASTED = "Pasted text"


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
        self._importing = flow
        self._reading: list[RunningJob] = []
        self._pasting = 0
        self.sources_page = SourcesPage(flow)
        self.check_page = CheckPage(flow)
        pages = [
            self.sources_page,
            TargetPage(
                flow,
                prefix="import",
                heading="Which store trusts it?",
                introduction="A trust store holds the certificates of those whom a program "
                "believes.",
                folder=str(usual_folder(workspace, document)),
                with_alias=False,
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
        self.sources_page.files_given.connect(self.read_files)
        self.sources_page.text_given.connect(self.read_text)
        self.sources_page.password_given.connect(self._read_again)
        self.check_page.said.connect(self.refresh_page)
        if files:
            self.read_files(files)
        if text:
            self.sources_page.paste(text)

    # --- reading, off the GUI thread ------------------------------------------------------

    def read_files(self, paths: Sequence[Path]) -> None:
        """Look into files; what they hold, or why nothing, appears in the list."""

        def work(progress: Progress) -> list[CertificateSource]:
            return [read_source_file(Path(path), progress=progress) for path in paths]

        self._read(work)

    def read_text(self, text: str) -> None:
        """Look into what was pasted; it replaces what was pasted before."""
        self._pasting += 1
        ticket = self._pasting
        if not text.strip():
            self._take_pasted([], ticket)
            return
        # Somebody may paste what a program shows, which is UTF-8 whatever the system uses.
        data = text.encode("utf-8", "surrogatepass")

        def work(progress: Progress) -> list[CertificateSource]:
            return [read_source(data, name=PASTED, progress=progress)]

        job = self.workspace.jobs.run(
            work, done=lambda found: self._take_pasted(found, ticket), failed=self._read_failed
        )
        self._reading.append(job)

    def _read_again(self, index: int, password: Password) -> None:
        source = self._importing.draft.sources[index]

        def work(progress: Progress) -> list[CertificateSource]:
            if source.path is not None:
                return [read_source_file(source.path, password=password, progress=progress)]
            return [read_source(source.data, name=source.name, password=password)]

        self._read(work)

    def _read(self, work: Callable[[Progress], list[CertificateSource]]) -> None:
        self.sources_page.set_busy(True)
        job = self.workspace.jobs.run(work, done=self._take, failed=self._read_failed)
        self._reading.append(job)

    def _take(self, found: list[CertificateSource]) -> None:
        self.sources_page.set_busy(False)
        self.mark_edited()
        self._importing.add_sources(found)
        self.refresh_page()

    def _take_pasted(self, found: list[CertificateSource], ticket: int) -> None:
        if ticket != self._pasting:
            return
        others = [each for each in self._importing.draft.sources if each.path is not None]
        self.mark_edited()
        self._importing.update(sources=(*others, *found))
        self.refresh_page()

    def _read_failed(self, error: HandfastError) -> None:
        self.sources_page.set_busy(False)
        self._importing.add_sources(
            [CertificateSource(name="What was given", data=b"", error=error)]
        )
        self.refresh_page()

    def done(self, result: int) -> None:
        for job in self._reading:
            job.cancel()
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
            self.workspace.open_path(path, password=self._importing.draft.password)
            page.show_result(what, f"The new trust store is {path}.")
        else:
            document = self.put_into_document(outcome.existing, outcome.label, outcome.entries)
            where = "It is in" if count == 1 else "They are in"
            page.show_result(what, f"{where} {document.path.name}, which is not saved yet.")
            self.offer_saving(document)
        page.add_action(
            "&Export your own…",
            "The other half: your partner needs your certificate to trust you.",
            self._export,
            object_name="resultExport",
        )

    def _export(self) -> None:
        from handfast.ui.wizards import open_export

        parent = self.parentWidget()
        self.accept()
        open_export(self.workspace, parent)
