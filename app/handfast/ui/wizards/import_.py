"""Import a partner's certificates, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.flows.exchange.import_ import ImportFlow
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.style import GRID, TextLabel, breakable
from handfast.ui.widgets.value_rows import StateLine
from handfast.ui.widgets.window_services import open_stores, put_into_document, usual_folder
from handfast.ui.wizards.check_page import CheckPage
from handfast.ui.wizards.frame import FlowWizard, Half, Stage
from handfast.ui.wizards.page import Page, SummaryPage
from handfast.ui.wizards.source_reading import SourceReading
from handfast.ui.wizards.sources_page import SourcesPage
from handfast.ui.wizards.target_page import TargetPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from handfast.core.entry import TrustedCertificate
    from handfast.flows.exchange.import_ import WhoseKey
    from handfast.flows.target import TargetOutcome
    from handfast.services.exchange.certificate_sources import CertificateSource
    from handfast.ui.widgets.window_services import Document, Workspace


def _ends_here(_sources: Sequence[CertificateSource]) -> None:
    """Nothing follows."""


def _no_key_pair(_files: Sequence[Path], _text: str) -> None:
    """Nothing follows."""


class PartnerSourcesPage(SourcesPage):
    """What was sent; a CA's reply for a pair of ours, or a private key, is not for here."""

    def __init__(self, flow: ImportFlow) -> None:
        super().__init__(flow)
        self._importing = flow

    def build(self) -> None:
        super().build()
        self.use = ChoiceField(
            [
                ("reply", tr("&Import it onto the key pair"), ""),
                ("trusted", tr("&Trust it like a partner’s certificate"), ""),
            ]
        )
        self.use.setObjectName("import.use")
        self.use.chosen.connect(self._choose_use)
        self._offer = QWidget()
        self._offer.setObjectName("import.offer")
        column = QVBoxLayout(self._offer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        self._offered = TextLabel(shade="plain")
        self._offered.setObjectName("import.offer.text")
        column.addWidget(self._offered)
        column.addWidget(self.use)
        self._offer.hide()
        self.content.insertWidget(self.content.count() - 1, self._offer)
        self._build_key_offer()

    def _build_key_offer(self) -> None:
        self.whose = ChoiceField(
            [
                ("mine", tr("It is &mine: import it as a key pair"), ""),
                ("partners", tr("It is my &partner’s: import only the certificates"), ""),
            ]
        )
        self.whose.setObjectName("import.whose")
        self.whose.chosen.connect(self._choose_whose)
        self._key_offer = QWidget()
        self._key_offer.setObjectName("import.keyOffer")
        column = QVBoxLayout(self._key_offer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(TextLabel(tr("This contains a private key. Whose is it?"), shade="plain"))
        column.addWidget(self.whose)
        self._key_offer.hide()
        self.content.insertWidget(self.content.count() - 1, self._key_offer)

    def show_draft(self) -> None:
        super().show_draft()
        flow = self._importing
        self._key_offer.setVisible(flow.has_key)
        self.whose.set_value(flow.whose_key)
        found = flow.answered_pair if not flow.is_key_pair else None
        self._offer.setVisible(found is not None)
        if found is None:
            return
        alias, store = shorten(found.pair.alias, 60), shorten(found.store.title, 60)
        self._offered.setText(
            breakable(
                tr(
                    "This is a CA’s reply for the key pair “{alias}” in {store}: it "
                    "contains the public half of its key. As a trusted certificate, it "
                    "would not help the key pair.",
                    alias=alias,
                    store=store,
                )
            )
        )
        self.use.set_value("trusted" if flow.draft.trusts_reply else "reply")

    def _choose_whose(self, value: str) -> None:
        self._importing.update(whose_key=cast("WhoseKey", value))
        self.took_edit(("whose_key",))

    def _choose_use(self, value: str) -> None:
        self._importing.update(trusts_reply=value == "trusted")
        self.took_edit(("trusts_reply",))


class ImportWizard(FlowWizard):
    """What a partner sent, checked and taken into a trust store."""

    finish_label = tr("&Import")
    running_title = tr("Importing")

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        document: Document | None,
        files: Sequence[Path],
        text: str,
        sources: Sequence[CertificateSource] = (),
    ) -> None:
        flow = ImportFlow(stores=open_stores(workspace, document), usual=workspace.usual)
        self._importing = flow
        #: Opens the wizard for a CA's reply with what was read here; given by who opened this one.
        self.goes_on_with_reply: Callable[[Sequence[CertificateSource]], None] = _ends_here
        #: Opens the wizard for key pairs with these files and this text.
        self.goes_on_with_key: Callable[[Sequence[Path], str], None] = _no_key_pair
        self.sources_page = PartnerSourcesPage(flow)
        self._reading = SourceReading(flow, self.sources_page, workspace.jobs)
        self.check_page = CheckPage(flow)
        pages = [
            self.sources_page,
            target := TargetPage(
                flow,
                workspace.jobs,
                prefix="import",
                heading=tr("Which trust store should it go into?"),
                introduction=tr("A trust store contains the certificates that a program trusts."),
                folder=str(usual_folder(workspace, document)),
            ),
            self.check_page,
            SummaryPage(
                step="summary",
                prefix="import",
                heading=tr("Ready to import"),
                introduction=tr("Nothing has been changed yet."),
            ),
        ]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Import a Partner’s Certificate"),
            parent=parent,
            document=document,
        )
        self.setObjectName("importWizard")
        self._reading.taken.connect(self._take)
        target.store_opened.connect(self.open_for_target)
        self._target_page = target
        self.check_page.said.connect(self.refresh_page)
        if sources:
            flow.add_sources(sources)
            self._take()
        if files:
            self._reading.read_files(files)
        if text:
            self.sources_page.paste(text)

    def _take(self) -> None:
        self.mark_edited()
        self.refresh_page()

    def go_next(self) -> None:
        is_here = self.page is self.sources_page and self.stage == Stage.FILLING
        if is_here and self._importing.is_key_pair:
            files = [each.path for each in self._importing.sources if each.path is not None]
            text = self.sources_page.text.toPlainText()
            self.sources_page.text.clear()
            self.accept()
            self.goes_on_with_key(files, text)
            return
        if is_here and self._importing.is_reply:
            sources = self._importing.sources
            # Not done() alone, which would leave the edits to be asked about.
            self.accept()
            self.goes_on_with_reply(sources)
            return
        super().go_next()

    def is_behind(self, page: Page) -> bool:
        # A reply and a key pair leave by Next alone, and never into a trust store by a jump.
        flow = self._importing
        is_leaving = page is self.sources_page and (flow.is_reply or flow.is_key_pair)
        return not is_leaving and super().is_behind(page)

    def done(self, result: int) -> None:
        self._reading.stop()
        self._target_page.closing()
        super().done(result)

    # --- the outcome ---------------------------------------------------------------------------

    def apply_outcome(self, outcome: TargetOutcome[TrustedCertificate]) -> None:
        page = self.result_page
        count = len(outcome.entries)
        what = tr_count(
            "“{alias}” is trusted",
            "{count} certificates are trusted",
            count,
            alias=outcome.entries[0].alias,
        )
        if outcome.opened is not None:
            path = outcome.opened.path
            self.workspace.show_opened(outcome.opened)
            page.show_result(what, tr("The new trust store is {path}.", path=shown_path(path)))
        else:
            document = put_into_document(
                self.workspace, outcome.existing, outcome.label, outcome.entries
            )
            page.show_result(
                what,
                tr_count(
                    "It is in {name}, which is not saved yet.",
                    "They are in {name}, which is not saved yet.",
                    count,
                    name=document.path.name,
                ),
            )
            page.offer_saving(document)
        page.add_extra(self._comparison(count))
        page.add_action(
            tr("&Export Your Own…"),
            tr("The other half: your partner needs your certificate to trust you."),
            self._export,
            object_name="resultExport",
        )

        page.add_action(
            tr("&Rehearse the Handshake…"),
            tr("Tests both sides’ certificates in memory before you go live."),
            self._rehearse,
            object_name="resultRehearse",
        )
        page.add_action(
            tr("Set &Up Mutual TLS…"),
            tr("Shows how to configure your program with this trust store and your keystore."),
            self._set_up,
            object_name="resultSetUp",
        )

        if outcome.opened is not None:
            # Return closes: who wants to go on chooses with what.
            page.first_action = None

    def _comparison(self, count: int) -> StateLine:
        """Whether somebody made sure that this is the partner’s certificate."""
        compared = self._importing.compared
        if compared == count:
            words = tr_count(
                "Its fingerprint matches the one from your partner.",
                "Their fingerprints match those from your partner.",
                count,
            )
        elif compared:
            words = tr(
                "{compared} of {count} fingerprints were compared with your partner’s.",
                compared=compared,
                count=count,
            )
        else:
            words = tr_count(
                "Its fingerprint was not compared with your partner’s. Call them and compare it.",
                "Their fingerprints were not compared with your partner’s. Call them and compare.",
                count,
            )
        line = StateLine("ok" if compared == count else "warning", words)
        line.setObjectName("resultComparison")
        return line

    def _rehearse(self) -> None:
        self.accept()
        self.workspace.rehearse()

    def _set_up(self) -> None:
        self.accept()
        self.workspace.set_up()

    def _export(self) -> None:
        self.accept()
        self.goes_on(Half.EXPORT)
