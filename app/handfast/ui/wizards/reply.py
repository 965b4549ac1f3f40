"""Bring in a CA's reply, drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.errors import HandfastError, NotFound
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.flows.exchange.reply import ReplyFlow, ReplyOutcome
from handfast.services.describe.holder import holder_text
from handfast.services.exchange.certificate_sources import read_source_file
from handfast.services.files.trust_sources import jdk_trust_store
from handfast.ui.widgets.busy_line import BusyLine
from handfast.ui.widgets.certificate_card import until_words
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.style import GRID, TextLabel, breakable
from handfast.ui.widgets.window_services import document_of, open_stores
from handfast.ui.wizards.frame import FlowWizard, Half
from handfast.ui.wizards.page import Page, SummaryPage
from handfast.ui.wizards.source_reading import SourceReading
from handfast.ui.wizards.sources_page import SourcesPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.progress import Progress
    from handfast.flows.base import FieldProblem
    from handfast.flows.exchange.reply import ReplyEdits
    from handfast.services.exchange.certificate_sources import CertificateSource
    from handfast.ui.widgets.window_services import Document, Runner, RunningJob, Workspace


class ReplySourcesPage(SourcesPage):
    """What the CA sent; a reply that fits no pair is told at once."""

    #: A keystore is to be opened in a tab, because the pair is in it; its path.
    open_requested = Signal(object)

    def __init__(self, flow: ReplyFlow, *, step: str = "reply", introduction: str = "") -> None:
        super().__init__(
            flow,
            step=step,
            prefix="reply",
            heading=tr("What did the CA send?"),
            introduction=introduction
            or tr(
                "The certificate, alone or with its chain: .cer, .crt, .pem, .p7b, a zip, or "
                "the text of an e-mail. Handfast finds the matching key pair."
            ),
            filters=(tr("Certificates") + " (*.cer *.crt *.pem *.der *.p7b *.p7c *.zip)",),
        )
        self._replying = flow

    def build(self) -> None:
        super().build()
        self.open_button = QPushButton(tr("&Open Another Keystore…"))
        self.open_button.setObjectName("reply.openStore")
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self._open_store)
        self.open_button.hide()
        # Beneath the sentence that says that no pair fits.
        self.content.insertWidget(2, self.open_button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_draft(self) -> None:
        super().show_draft()
        flow = self._replying
        self.open_button.setVisible(bool(flow.certificates) and not flow.choices)

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        if self._replying.certificates:
            self.was_tried = True
        super().show_problems(problems)

    def _open_store(self) -> None:
        dialog = QFileDialog(self, tr("Open the keystore with the key pair"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_requested.emit(Path(name)))
        dialog.open()


class ChainView(QWidget):
    """The certificates of a chain, leaf first, each with its end and where it comes from."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("reply.chain.list")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(0, 1)
        self._shown: tuple[tuple[str, str, str], ...] = ()

    def show_chain(
        self, chain: Sequence[Certificate], origin: Callable[[Certificate], str]
    ) -> None:
        """Show these, each with what ``origin`` says of it."""
        rows = tuple(
            (shorten(holder_text(each), 80), until_words(each), origin(each)) for each in chain
        )
        if rows == self._shown:
            return
        self._shown = rows
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (name, until, where) in enumerate(rows):
            title = TextLabel(breakable(name), shade="plain", parent=self)
            title.setAccessibleName(
                tr(
                    "{number}: {name}, valid until {until}, from {where}",
                    number=number + 1,
                    name=name,
                    until=until,
                    where=where,
                )
            )
            self._grid.addWidget(title, number, 0)
            for column, text in ((1, until), (2, where)):
                label = TextLabel(text, parent=self)
                label.setWordWrap(False)
                self._grid.addWidget(label, number, column)
                label.show()
            title.show()


class ChainPage(Page):
    """The pair that the reply goes onto, its new chain, and where a missing issuer is found."""

    #: A keystore or file in which issuers are to be looked for.
    look_in = Signal(object)
    #: Java's own trust store is to be looked into.
    look_in_cacerts = Signal()

    def __init__(self, flow: ReplyFlow, *, step: str = "chain") -> None:
        super().__init__(
            step=step,
            prefix="reply",
            heading=tr("Import it onto this key pair"),
            introduction=tr(
                "The private key does not change; its certificate and chain are replaced. "
                "Undo restores the old chain."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[ReplyEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.pair = QComboBox()
        self.pair.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.pair.activated.connect(self._choose_pair)
        self.chain = ChainView()
        self.file = QPushButton(tr("Look in a &File…"))
        self.file.setObjectName("reply.lookInFile")
        self.file.setAutoDefault(False)
        self.file.clicked.connect(self._choose_file)
        self.cacerts = QPushButton(tr("Look in Java’s &cacerts"))
        self.cacerts.setObjectName("reply.lookInCacerts")
        self.cacerts.setAutoDefault(False)
        self.cacerts.clicked.connect(self.look_in_cacerts)
        self.busy = BusyLine(self, margin=0)
        self._ways = QWidget()
        row = QHBoxLayout(self._ways)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.file)
        row.addWidget(self.cacerts)
        row.addStretch(1)
        self.root = QWidget()
        self._caption = TextLabel()
        self._caption.setObjectName("reply.root.caption")
        self.fingerprint = FingerprintView(large=True)
        self.fingerprint.setObjectName("reply.root.fingerprint")
        column = QVBoxLayout(self.root)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self._caption)
        column.addWidget(self.fingerprint)
        self.form.add("alias", tr("&Key pair"), self.pair)
        self.form.add("chain", tr("New chain"), self.chain)
        self.form.add("ways", tr("Missing"), self._ways)
        self._ways.setFocusProxy(self.file)
        self.form.add_widget(self.busy)
        self.form.add("root", tr("Root"), self.root)
        self.use_form()

    def show_draft(self) -> None:
        flow = self._flow
        choices = flow.choices
        keys = [(each.store.key, each.pair.alias) for each in choices]
        if [self.pair.itemData(index) for index in range(self.pair.count())] != keys:
            self.pair.clear()
            for each, key in zip(choices, keys, strict=True):
                title = tr(
                    "{alias} in {keystore}",
                    alias=shorten(each.pair.alias, 40),
                    keystore=shorten(each.store.title, 40),
                )
                self.pair.addItem(title, key)
        wanted = (flow.draft.store, flow.draft.alias)
        self.pair.setCurrentIndex(keys.index(wanted) if wanted in keys else -1)
        reply = flow.reply
        rows = self.form.rows
        rows["chain"].set_visible(reply is not None)
        rows["ways"].set_visible(reply is not None and bool(reply.missing_issuer))
        root = reply.root if reply is not None else None
        rows["root"].set_visible(root is not None)
        if reply is not None:
            self.chain.show_chain(reply.chain, flow.origin_of)
        if root is not None:
            self._caption.setText(
                breakable(
                    tr(
                        "{name}. Compare its SHA-256 fingerprint with the one that your CA "
                        "publishes.",
                        name=shorten(holder_text(root), 80),
                    )
                )
            )
            self.fingerprint.set_fingerprint(root.sha256)

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        for field in ("alias", "chain"):
            # Nobody types here: what is wrong with the reply is no slip of the person's.
            self.form.rows[field].touched = True
        super().show_problems(problems)

    def say(self, text: str) -> None:
        """Say what went wrong while issuers were looked for, or that none were found."""
        self.form.rows["ways"].note.show_note("error" if text else "", text)

    def show_reading(self, job: RunningJob | None) -> None:
        """Something is being read, or was."""
        if job is None:
            self.busy.finish()
        else:
            self.busy.watch(tr("Reading"), job)

    def _choose_pair(self, index: int) -> None:
        store, alias = self.pair.itemData(index)
        self.edit(store=store, alias=alias)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("A file or keystore with the missing certificates"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(
            lambda names: self.look_in.emit([Path(name) for name in names])
        )
        dialog.open()


class IssuerSearch:
    """Looks for missing issuers in files and in Java's trust store, off the GUI thread."""

    def __init__(self, flow: ReplyFlow, page: ChainPage, jobs: Runner) -> None:
        self._flow, self._page, self._jobs = flow, page, jobs
        self._job: RunningJob | None = None
        page.look_in.connect(self.look_in)
        page.look_in_cacerts.connect(self.look_in_cacerts)
        page.busy.stop_requested.connect(self.stop)

    def look_in(self, paths: Sequence[Path]) -> None:
        """Look into these files."""

        def work(progress: Progress) -> list[CertificateSource]:
            return [read_source_file(path, progress=progress) for path in paths]

        self._begin(work)

    def look_in_cacerts(self) -> None:
        """Look into the trust store of the Java that this machine uses."""

        def work(progress: Progress) -> list[CertificateSource]:
            return [read_source_file(jdk_trust_store(), progress=progress)]

        self._begin(work)

    def _begin(self, work: Callable[[Progress], list[CertificateSource]]) -> None:
        self.stop()
        self._page.say("")
        self._job = self._jobs.run(work, done=self._done, failed=self._failed)
        self._page.show_reading(self._job)

    def _done(self, found: list[CertificateSource]) -> None:
        self._job = None
        self._page.show_reading(None)
        before = self._flow.reply
        self._flow.add_pool(found)
        self._page.took_edit(("chain",))
        after = self._flow.reply
        troubled = next((each.error for each in found if each.error is not None), None)
        if troubled is not None:
            self._page.say(f"{troubled.problem} {troubled.remedy}".strip())
        elif before is not None and after is not None and before.chain == after.chain:
            self._page.say(tr("It does not contain the missing certificate."))

    def _failed(self, error: HandfastError) -> None:
        self._job = None
        self._page.show_reading(None)
        self._page.say(f"{error.problem} {error.remedy}".strip())

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._page.show_reading(None)


def apply_reply(workspace: Workspace, outcome: ReplyOutcome) -> Document:
    """Put the reply on its pair in the open keystore, as an edit that can be undone.

    :raises NotFound: the keystore was closed, or the pair changed in the meantime
    """
    document = document_of(workspace, outcome.existing)
    store = document.store if document is not None else None
    if document is None or store is None:
        raise NotFound(tr("The keystore was closed in the meantime."), remedy=tr("Open it again."))
    document.apply(outcome.label, outcome.put(store))
    return document


class ReplyWizard(FlowWizard):
    """A CA's reply, onto the pair that it is for."""

    finish_label = tr("&Import the Reply")
    running_title = tr("Importing the reply")

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        document: Document | None,
        files: Sequence[Path] = (),
        text: str = "",
        sources: Sequence[CertificateSource] = (),
    ) -> None:
        flow = ReplyFlow(stores=open_stores(workspace, document), sources=sources)
        self.sources_page = ReplySourcesPage(flow)
        self._reading = SourceReading(flow, self.sources_page, workspace.jobs)
        self.chain_page = ChainPage(flow)
        pages = [
            self.sources_page,
            self.chain_page,
            SummaryPage(
                step="summary",
                prefix="reply",
                heading=tr("Ready to import the reply"),
                introduction=tr("Nothing has been changed yet."),
            ),
        ]
        self._replying = flow
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Import a CA Reply"),
            parent=parent,
            document=document,
        )
        self.setObjectName("replyWizard")
        self._reading.taken.connect(self._take)
        self.sources_page.open_requested.connect(workspace.open_path)
        self._search: IssuerSearch | None = None
        if sources:
            self.mark_edited()
            if flow.can_leave("reply"):
                self.go_next()
        if files:
            self._reading.read_files(files)
        if text:
            self.sources_page.paste(text)

    def _make(self, page: Page) -> None:
        was_made = page.is_made
        super()._make(page)
        if page is self.chain_page and not was_made:
            self._search = IssuerSearch(self._replying, self.chain_page, self.workspace.jobs)

    def _take(self) -> None:
        self.mark_edited()
        self.refresh_page()

    def done(self, result: int) -> None:
        self._reading.stop()
        if self._search is not None:
            self._search.stop()
        super().done(result)

    def apply_outcome(self, outcome: ReplyOutcome) -> None:
        document = apply_reply(self.workspace, outcome)
        page, reply = self.result_page, outcome.reply
        page.show_result(
            tr("“{alias}” has its new certificate", alias=shorten(reply.pair.alias, 60)),
            tr_count(
                "Its chain has {count} certificate. {file} is not saved yet.",
                "Its chain has {count} certificates. {file} is not saved yet.",
                len(reply.chain),
                file=document.path.name,
            ),
        )
        if reply.root is not None:
            fingerprint = FingerprintView(large=True)
            fingerprint.setObjectName("reply.result.fingerprint")
            fingerprint.set_fingerprint(reply.root.sha256)
            page.add_extra(TextLabel(tr("SHA-256 fingerprint of the root")), fingerprint)
        page.offer_saving(document)
        page.add_action(
            tr("&Export the Certificate…"),
            tr("Your partner needs it, or its issuer, to trust you."),
            lambda: self._export(document, reply.pair.alias),
            object_name="resultExport",
        )

    def _export(self, document: Document, alias: str) -> None:
        self.accept()
        self.goes_on(Half.EXPORT, document=document, aliases=(alias,))
