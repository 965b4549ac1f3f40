"""Bring in a key pair from a heap of files, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.flows.exchange.import_pair import ImportPairFlow
from handfast.services.files.shown_path import shown_path
from handfast.services.heap.sources import HeapSource, read_heap_file, read_heap_source
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.window_services import open_stores, put_into_document, usual_folder
from handfast.ui.wizards.frame import FlowWizard, Half, Stage
from handfast.ui.wizards.page import Page, SummaryPage
from handfast.ui.wizards.source_reading import SourceReading
from handfast.ui.wizards.sources_page import SourcesPage
from handfast.ui.wizards.target_page import KeyTargetPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from handfast.core.entry import KeyPair
    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.flows.base import FieldProblem, SummaryLine
    from handfast.flows.exchange.import_pair import Whose
    from handfast.flows.sources import Source
    from handfast.flows.target import TargetOutcome
    from handfast.formats.base import Limits
    from handfast.services.exchange.certificate_sources import CertificateSource
    from handfast.ui.widgets.window_services import Document, Runner, Workspace

#: What is missing, double, or foreign; more is in the summary of a file of hundreds.
_MAX_NOTES = 8
#: Rows of the list of aliases that are seen without scrolling.
_LEAST_ROWS, _MOST_ROWS = 3, 8


class HeapReading(SourceReading):
    """Looks for private keys as well as certificates."""

    def read_file(
        self, path: Path, password: Password | None, limits: Limits, progress: Progress
    ) -> Source:
        passwords = [password] if password is not None else []
        return read_heap_file(path, passwords=passwords, limits=limits, progress=progress)

    def read_data(
        self,
        data: bytes,
        name: str,
        password: Password | None,
        limits: Limits,
        progress: Progress,
    ) -> Source:
        passwords = [password] if password is not None else []
        return read_heap_source(
            data, name=name, passwords=passwords, limits=limits, progress=progress
        )

    def could_not_read(self, error: HandfastError) -> Source:
        return HeapSource(name=tr("Details"), error=error)


class HeapPage(SourcesPage):
    """The files, and what is missing, double, or foreign among them."""

    def __init__(self, flow: ImportPairFlow) -> None:
        super().__init__(
            flow,
            step="files",
            prefix="pair",
            heading=tr("Which files make up the key pair?"),
            introduction=tr(
                "The private key, its certificate, and the chain, in any form and order: PEM, DER, "
                "PKCS#12, JKS, JWK, OpenSSH, PVK, a zip, or a Kubernetes Secret."
            ),
            filters=(
                tr("Keys and certificates")
                + " (*.key *.pem *.crt *.cer *.der *.p7b *.p12 *.pfx *.jks *.zip *.yaml *.json)",
            ),
        )
        self._importing = flow
        self._notes: list[FieldNote] = []

    def build(self) -> None:
        super().build()
        self.text.setAccessibleName(tr("Paste a private key and certificates as text"))
        self.text.setPlaceholderText(
            tr("Or paste the text here:") + "\n\n-----BEGIN PRIVATE KEY-----\nMIIE…"
        )

    def said_of(self, source: Source) -> str:
        return self._importing.said_of(cast("HeapSource", source))

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        found = tuple(problems)
        if self._importing.sources and not any(
            each.needs_password or each.may_cost for each in self._importing.sources
        ):
            # What does not fit together is no slip of the person's: it is said at once.
            self.was_tried = True
        super().show_problems([each for each in found if each.severity == "error"])
        wanted = [each.message for each in found if each.severity == "warning"][:_MAX_NOTES]
        if [each.text for each in self._notes] == wanted:
            return
        for note in self._notes:
            self.content.removeWidget(note)
            note.hide()
            note.deleteLater()
        self._notes = []
        for number, message in enumerate(wanted):
            note = FieldNote(parent=self)
            note.setObjectName(f"pair.note.{number + 1}")
            note.show_note("warning", message)
            self.content.insertWidget(self.content.count() - 1, note)
            self._notes.append(note)


class PairTargetPage(KeyTargetPage):
    """Where the pairs go, and their aliases there."""

    def __init__(self, flow: ImportPairFlow, jobs: Runner, *, folder: str) -> None:
        super().__init__(
            flow,
            jobs,
            prefix="pair",
            heading=tr("Where does the key pair go?"),
            introduction=tr("The files that you chose are not changed."),
            folder=folder,
        )
        self._importing = flow
        self._shown: tuple[KeyPair, ...] = ()

    def build_more_aliases(self) -> None:
        self.aliases = QTreeWidget()
        self.aliases.setRootIsDecorated(False)
        self.aliases.setUniformRowHeights(True)
        self.aliases.setHeaderLabels([tr("Alias"), tr("Certificate")])
        self.aliases.setColumnWidth(0, 26 * GRID)
        self.aliases.setEditTriggers(QTreeWidget.EditTrigger.AllEditTriggers)
        self.aliases.setAccessibleName(tr("Aliases"))
        self.aliases.itemChanged.connect(self._rename)
        self.form.add(
            "aliases",
            tr("&Aliases"),
            self.aliases,
            help_text=tr("The names of the entries in the keystore. Click one to change it."),
        )

    def _rename(self, item: QTreeWidgetItem, column: int) -> None:
        if column == 0:
            self._importing.set_alias(self.aliases.indexOfTopLevelItem(item), item.text(0))
            self.took_edit(("aliases",))

    def show_draft(self) -> None:
        super().show_draft()
        has_several = self._importing.has_several
        self.form.rows["aliases"].set_visible(has_several)
        pairs = self._importing.pairs if has_several else ()
        if pairs == self._shown:
            return
        self._shown = pairs
        self.aliases.blockSignals(True)
        while self.aliases.topLevelItemCount() > len(pairs):
            self.aliases.takeTopLevelItem(len(pairs))
        for at, pair in enumerate(pairs):
            item = self.aliases.topLevelItem(at)
            if item is None:
                item = QTreeWidgetItem(self.aliases)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            leaf = pair.chain[0]
            item.setText(0, pair.alias)
            item.setText(1, shorten(leaf.common_name or leaf.subject, 80))
        self.aliases.blockSignals(False)
        self.aliases.viewport().update()
        rows = max(_LEAST_ROWS, min(len(pairs), _MOST_ROWS))
        row = max(self.aliases.sizeHintForRow(0), 2 * GRID)
        beside = self.aliases.header().sizeHint().height() + 2 * self.aliases.frameWidth()
        self.aliases.setFixedHeight(rows * row + beside + GRID // 2)


class PairSummaryPage(SummaryPage):
    """What is going to be done, and whose private key it is."""

    def __init__(self, flow: ImportPairFlow) -> None:
        super().__init__(
            step="summary",
            prefix="pair",
            heading=tr("Ready to import"),
            introduction=tr("Nothing has been changed yet."),
        )
        self._flow = flow

    def build(self) -> None:
        self.whose = ChoiceField(
            [
                ("mine", tr("It is &mine"), tr("It becomes a key pair in the keystore.")),
                (
                    "partners",
                    tr("It is my &partner’s"),
                    tr("Only the certificates are imported, as trusted."),
                ),
            ]
        )
        self.whose.chosen.connect(self._choose)
        self.form.add("whose", tr("Whose private key is it?"), self.whose)
        self.form.finish()
        self.content.insertWidget(0, self.form)
        # After it, so that Tab comes to the choice first.
        super().build()

    def show_draft(self) -> None:
        self.whose.set_value(self._flow.draft.whose)
        self._lines.setVisible(not self._flow.is_partners)

    def show_summary(self, lines: Sequence[SummaryLine], command: str) -> None:
        super().show_summary(lines, command)
        self.command.setVisible(not self._flow.is_partners)

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        self.form.rows["whose"].touched = True
        super().show_problems(problems)

    def _choose(self, value: str) -> None:
        self._flow.update(whose=cast("Whose", value))
        self.took_edit(("whose",))


def _ends_here(_sources: Sequence[CertificateSource]) -> None:
    """Nothing follows."""


class ImportPairWizard(FlowWizard):
    """A heap of files, into a keystore as key pairs."""

    finish_label = tr("&Import")
    running_title = tr("Importing")

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        document: Document | None,
        files: Sequence[Path] = (),
        text: str = "",
    ) -> None:
        flow = ImportPairFlow(stores=open_stores(workspace, document), usual=workspace.usual)
        folder = str(files[0].parent) if files else str(usual_folder(workspace, document))
        self._importing = flow
        self._folder = folder
        #: Opens the import of a partner's certificates; given by whoever opened this one.
        self.goes_on_with_certificates: Callable[[Sequence[CertificateSource]], None] = _ends_here
        self.sources_page = HeapPage(flow)
        self._reading = HeapReading(flow, self.sources_page, workspace.jobs)
        self._target_page = PairTargetPage(flow, workspace.jobs, folder=folder)
        pages: list[Page] = [self.sources_page, self._target_page, PairSummaryPage(flow)]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Import a Key Pair"),
            parent=parent,
            document=document,
        )
        self.setObjectName("importPairWizard")
        self._reading.taken.connect(self._take)
        self._target_page.store_opened.connect(self.open_for_target)
        #: Whether what was given at the start is still being read, and nobody has looked at it.
        self._goes_ahead = bool(files or text)
        if files:
            self._reading.read_files(files)
        if text:
            self.sources_page.paste(text)

    def _take(self) -> None:
        self.mark_edited()
        self.refresh_page()
        if self._goes_ahead and self.stage == Stage.FILLING and self.page is self.sources_page:
            self._goes_ahead = False
            self._go_ahead()

    def _go_ahead(self) -> None:
        """Go to the first step at which something is to be said, which may be the last."""
        flow = self._importing
        flow.suggest_path(self._folder)
        at = 0
        while at < len(self.pages) - 1 and flow.can_leave(self.pages[at].step):
            self._make(self.pages[at])
            self.pages[at].visited = True
            at += 1
        if at:
            self._enter(at)

    def finish(self) -> None:
        if (
            self.stage == Stage.FILLING
            and self._importing.is_partners
            and self._importing.can_leave("summary")
        ):
            sources = self._importing.partners_certificates
            self.accept()
            self.goes_on_with_certificates(sources)
            return
        super().finish()

    def forget_secrets(self, why: str) -> None:
        if self.sources_page.is_made:
            # What was pasted may be a private key.
            self.sources_page.text.clear()
        super().forget_secrets(why)

    def say_forgotten(self) -> None:
        self.foot.said.setText(tr("The keystore was locked. Choose the files again."))

    def done(self, result: int) -> None:
        self._reading.stop()
        self._target_page.closing()
        super().done(result)

    # --- the outcome ---------------------------------------------------------------------------

    def apply_outcome(self, outcome: TargetOutcome[KeyPair]) -> None:
        page, entries = self.result_page, outcome.entries
        alias = entries[0].alias
        what = tr_count(
            "{count} key pair is imported", "{count} key pairs are imported", len(entries)
        )
        if len(entries) == 1:
            what = tr("“{alias}” is imported", alias=shorten(alias, 60))
        document: Any = None
        if outcome.opened is not None:
            path = outcome.opened.path
            self.workspace.show_opened(outcome.opened)
            page.show_result(what, tr("The new keystore is {file}.", file=shown_path(path)))
        else:
            document = put_into_document(
                self.workspace, outcome.existing, outcome.label, outcome.entries
            )
            page.show_result(
                what, tr("It is in {file}, which is not saved yet.", file=document.path.name)
            )
            page.offer_saving(document)
        page.add_action(
            tr("&Export the Certificate…"),
            tr("Your partner needs it, or its issuer, to trust you."),
            lambda: self._export(document, alias),
            object_name="resultExport",
        )
        # The keys are in the keystore now, and of no more use here.
        self._importing.forget_secrets()
        if self.sources_page.is_made:
            self.sources_page.text.clear()

    def _export(self, document: Document | None, alias: str) -> None:
        self.accept()
        self.goes_on(Half.EXPORT, document=document, aliases=(alias,))
