"""Complete the chain of a pair, drawn."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Unpack

from PySide6.QtWidgets import QVBoxLayout, QWidget

from handfast.core.errors import ChangedOnDisk
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.flows.verification.completing import SOURCES, SUMMARY, CompleteFlow
from handfast.flows.verification.story import name_of
from handfast.flows.verification.verifying import trust_sources_of_this_machine
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.style import GRID, TextLabel, breakable, plain
from handfast.ui.widgets.window_services import document_of, open_stores
from handfast.ui.wizards.frame import FlowWizard
from handfast.ui.wizards.page import Page, SummaryPage

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.flows.verification.completing import Completed, CompleteEdits
    from handfast.flows.verification.verifying import TrustSource
    from handfast.ui.widgets.window_services import Document, Workspace


class SourcesPage(Page):
    """Where the issuers are looked for."""

    def __init__(self, flow: CompleteFlow) -> None:
        missing = flow.missing_issuer
        super().__init__(
            step=SOURCES,
            prefix="complete",
            heading=tr("Complete the chain of “{alias}”", alias=shorten(visible(flow.alias), 40)),
            introduction=tr("The chain ends below “{name}”.", name=shorten(visible(missing), 100))
            if missing
            else tr("The chain already ends with a root; nothing is missing."),
        )
        self._flow = flow
        self._files: tuple[TrustSource, ...] = ()
        self._boxes: dict[Path, CheckBox] = {}

    def edit(self, **changes: Unpack[CompleteEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.open = CheckBox(tr("The other &open keystores"))
        self.open.toggled.connect(lambda on: self.edit(open_stores=on))
        self.form.add("open_stores", tr("Look in"), self.open)
        self.machine = QWidget()
        self._column = QVBoxLayout(self.machine)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._row = self.form.add("machine", tr("This machine"), self.machine)
        self.file = PathField(title=tr("Choose a File with Issuers"), saving=False)
        self.file.text_edited.connect(lambda text: self.edit(file=text))
        self.form.add(
            "file",
            tr("&File"),
            self.file,
            help_text=tr("Certificates in any format, such as the CA’s bundle."),
        )
        self.online = CheckBox(tr("Fe&tch from the addresses in the certificates"))
        self.online.toggled.connect(lambda on: self.edit(online=on))
        self.form.add("online", tr("Network"), self.online)
        self._show_files()
        self.use_form()

    def show_files(self, files: tuple[TrustSource, ...]) -> None:
        """What this machine has, once it was looked for."""
        self._files = files
        if self.is_made:
            self._show_files()

    def _show_files(self) -> None:
        for source in self._files:
            if source.path in self._boxes:
                continue
            box = CheckBox(source.title)
            box.setObjectName(f"complete.machine.{len(self._boxes)}")
            box.setToolTip(plain(shown_path(source.path)))
            box.toggled.connect(lambda _on: self._choose_files())
            self._boxes[source.path] = box
            self._column.addWidget(box)
        # They are found later than the fields beneath them are made, but Tab goes as the eye does.
        for before, after in itertools.pairwise((self.open, *self._boxes.values())):
            self.setTabOrder(before, after)
        self._row.set_visible(bool(self._boxes))

    def _choose_files(self) -> None:
        chosen = tuple(path for path, box in self._boxes.items() if box.isChecked())
        self.edit(machine=chosen)

    def show_draft(self) -> None:
        flow, draft = self._flow, self._flow.draft
        boxes = [(self.open, draft.open_stores), (self.online, draft.online)]
        for box, value in boxes:
            box.blockSignals(True)
            box.setChecked(value)
            box.blockSignals(False)
        self.form.rows["open_stores"].set_visible(bool(flow.others))
        self.file.set_text(draft.file)
        servers = flow.servers
        self.online.setEnabled(bool(servers))
        self.form.rows["online"].note.set_help(
            breakable(tr("From {hosts}.", hosts=enumerated(servers)))
            if servers
            else tr("The last certificate of the chain names no address of its issuer.")
        )


class CompleteWizard(FlowWizard):
    """The missing issuers of one pair of an open keystore."""

    finish_label = tr("&Complete")
    running_title = tr("Looking for the issuers")

    def __init__(
        self, workspace: Workspace, parent: QWidget | None, *, document: Document, alias: str
    ) -> None:
        flow = CompleteFlow(
            open_stores(workspace, document), str(document.path), alias, network=workspace.network
        )
        sources = SourcesPage(flow)
        pages = [
            sources,
            SummaryPage(
                step=SUMMARY,
                prefix="complete",
                heading=tr("Ready to look"),
                introduction=tr("Nothing has been changed yet."),
            ),
        ]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Complete a Chain"),
            parent=parent,
            document=document,
        )
        self.setObjectName("completeWizard")
        self._flow = flow
        self._looking = workspace.jobs.run(
            lambda _progress: trust_sources_of_this_machine(),
            done=sources.show_files,
            failed=lambda _error: None,
        )

    def done(self, result: int) -> None:
        self._looking.cancel()
        super().done(result)

    def apply_outcome(self, outcome: Completed) -> None:
        document = document_of(self.workspace, self._flow.key)
        if document is None or document.store is not outcome.before:
            raise ChangedOnDisk(
                tr("The keystore was closed or changed in the meantime."),
                remedy=tr("Nothing was changed in it. Open it, and complete the chain again."),
            )
        found, page = outcome.chain, self.result_page
        if found.added:
            document.apply(outcome.label, outcome.store)
        title = (
            tr("The chain is complete")
            if found.is_complete
            else tr("The chain is still not complete")
        )
        said = (
            tr_count("{count} issuer was added.", "{count} issuers were added.", len(found.added))
            if found.added
            else tr("Nothing was added.")
        )
        page.show_result(title, said, state="ok" if found.is_complete else "warning")
        if found.added:
            names = "\n".join(shorten(name_of(each), 100) for each in found.chain)
            chain = TextLabel(breakable(names), shade="plain")
            chain.setObjectName("complete.result.chain")
            page.add_extra(TextLabel(tr("The chain now")), chain)
            page.offer_saving(document)
        if found.missing_issuer:
            missing = TextLabel(
                breakable(
                    tr(
                        "The issuer “{name}” was not found. Ask the CA for its certificate, and "
                        "choose its file.",
                        name=shorten(found.missing_issuer, 120),
                    )
                ),
                shade="warning",
            )
            missing.setObjectName("complete.result.missing")
            page.add_extra(missing)
