"""Renew a pair, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from handfast.core.errors import ChangedOnDisk
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.flows.renewal.renewing import RENEWAL, SUMMARY, RenewFlow, date_text_of
from handfast.services.authority.renewing import RenewalWay
from handfast.services.describe.validity import end_text
from handfast.services.files.shown_path import shown_path
from handfast.services.policy.validity_days import MAX_DAYS
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.days_field import DaysField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.style import GRID, TextLabel, breakable
from handfast.ui.widgets.values import copy_text
from handfast.ui.widgets.window_services import document_of, open_stores
from handfast.ui.wizards.frame import FlowWizard, Half
from handfast.ui.wizards.page import Page, SummaryPage

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.flows.renewal.renewing import Renewed, RenewEdits
    from handfast.ui.widgets.window_services import Document, Workspace

_HEADINGS = {
    RenewalWay.SELF_SIGNED: tr(
        "The key pair signs its new certificate itself. Names, purpose, and extensions do "
        "not change."
    ),
    RenewalWay.OWN_CA: tr(
        "The CA that issued the certificate is in this keystore and signs the new one. "
        "Names, purpose, and extensions do not change."
    ),
    RenewalWay.REQUEST: tr(
        "Another CA issued the certificate, so Handfast creates a request with the same "
        "names and purpose. Import the reply when it arrives."
    ),
}


class RenewalPage(Page):
    """Which key, how long, and what becomes of the old entry."""

    def __init__(self, flow: RenewFlow) -> None:
        super().__init__(
            step=RENEWAL,
            prefix="renew",
            heading=tr("Renew “{alias}”", alias=shorten(visible(flow.alias), 40)),
            introduction=_HEADINGS[flow.way],
        )
        self._flow = flow

    def edit(self, **changes: Unpack[RenewEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        flow = self._flow
        self.now = TextLabel(self._certificate_text(), shade="plain", parent=self)
        self.form.add("now", tr("Certificate"), self.now)
        self.key = ChoiceField(
            [
                ("same", tr("&Keep the key"), tr("Sufficient if the certificate only expires.")),
                (
                    "new",
                    tr("A new ke&y"),
                    tr("Of the same kind. Better if the key is old or may have been copied."),
                ),
            ]
        )
        self.key.chosen.connect(lambda value: self.edit(new_key=value == "new"))
        self.form.add("key", tr("Private key"), self.key)
        if flow.way is RenewalWay.REQUEST:
            self._build_request()
        else:
            self._build_validity()
        self.use_form()

    def _certificate_text(self) -> str:
        leaf = self._flow.leaf
        if leaf is None:
            return ""
        end = end_text(leaf.not_after, self._flow.now)
        return breakable(tr("{subject}\nexpires {end}", subject=leaf.subject, end=end))

    def _build_request(self) -> None:
        self.path = PathField(title=tr("Save the Request"), filters=(tr("Requests (*.csr)"),))
        self.path.text_edited.connect(lambda text: self.edit(request_path=text))
        self.form.add(
            "request_path", tr("&Request"), self.path, help_text=tr("PKCS#10 in PEM format.")
        )
        self.replace = CheckBox(tr("Replace the existing &file"))
        self.replace.toggled.connect(lambda on: self.edit(replaces_request=on))
        self.form.add("replaces_request", "", self.replace)

    def _build_validity(self) -> None:
        self.days = DaysField(1, MAX_DAYS)
        self.days.valueChanged.connect(lambda days: self.edit(days=days))
        quick = QWidget()
        row = QHBoxLayout(quick)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.days)
        for text, days in ((tr("1 year"), 365), (tr("2 years"), 730)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.setObjectName(f"renew.days.{days}")
            button.clicked.connect(lambda _checked=False, wanted=days: self.edit(days=wanted))
            row.addWidget(button)
        row.addStretch(1)
        quick.setFocusProxy(self.days)
        self.form.add("days", tr("&Valid for"), quick, object_name="renew.days.row")
        self.days.setObjectName("renew.days")
        self.keep = CheckBox(tr("Keep the &old entry under a dated alias"))
        self.keep.toggled.connect(lambda on: self.edit(keep_old=on))
        self.form.add(
            "keep_old",
            tr("Old entry"),
            self.keep,
            help_text=tr("Until every partner trusts the new certificate. Delete it afterwards."),
        )

    def show_draft(self) -> None:
        flow, draft = self._flow, self._flow.draft
        self.now.setText(self._certificate_text() or self.now.text())
        self.key.set_value("new" if draft.new_key else "same")
        if flow.way is RenewalWay.REQUEST and "request_path" in self.form.rows:
            self.path.set_text(draft.request_path)
            self.replace.blockSignals(True)
            self.replace.setChecked(draft.replaces_request)
            self.replace.blockSignals(False)
            self.form.rows["replaces_request"].set_visible(flow.request_exists)
        elif "days" in self.form.rows:
            for widget in (self.days, self.keep):
                widget.blockSignals(True)
            self.days.setValue(min(max(draft.days, 1), MAX_DAYS))
            self.keep.setChecked(draft.keep_old)
            for widget in (self.days, self.keep):
                widget.blockSignals(False)
            self.form.rows["days"].note.set_help(tr("Until {date}.", date=date_text_of(flow.ends)))


class RenewWizard(FlowWizard):
    """A new certificate for one pair of an open keystore."""

    finish_label = tr("&Renew")
    running_title = tr("Renewing the certificate")
    running_note = tr("A new RSA key takes a moment.")

    def __init__(
        self, workspace: Workspace, parent: QWidget | None, *, document: Document, alias: str
    ) -> None:
        flow = RenewFlow(open_stores(workspace, document), str(document.path), alias)
        pages = [
            RenewalPage(flow),
            SummaryPage(
                step=SUMMARY,
                prefix="renew",
                heading=tr("Ready to renew"),
                introduction=tr("Nothing has been created yet."),
            ),
        ]
        self.finish_label = (
            tr("&Write the Request") if flow.way is RenewalWay.REQUEST else type(self).finish_label
        )
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Renew a Certificate"),
            parent=parent,
            document=document,
        )
        self.setObjectName("renewWizard")
        self._flow = flow

    def apply_outcome(self, outcome: Renewed) -> None:
        document = document_of(self.workspace, self._flow.key)
        if document is None or document.store is not outcome.before:
            raise ChangedOnDisk(
                tr("The keystore was closed or changed in the meantime."),
                remedy=tr("Nothing was changed in it. Open it, and renew the certificate again."),
            )
        if outcome.store is not outcome.before:
            document.apply(outcome.label, outcome.store)
        if outcome.request is not None:
            self._show_request(outcome, outcome.request, document)
        else:
            self._show_renewed(outcome, document)

    def _show_renewed(self, outcome: Renewed, document: Document) -> None:
        certificate, page = outcome.certificate, self.result_page
        end = end_text(certificate.not_after, self._flow.now)
        said = (
            tr(
                "The new certificate expires {end}. The old entry stays as “{alias}”.",
                end=end,
                alias=outcome.old_alias,
            )
            if outcome.old_alias
            else tr("The new certificate expires {end}.", end=end)
        )
        page.show_result(tr("“{alias}” is renewed", alias=shorten(outcome.pair.alias, 40)), said)
        fingerprint = FingerprintView(large=True)
        fingerprint.setObjectName("renew.result.fingerprint")
        fingerprint.set_fingerprint(certificate.sha256)
        caption = TextLabel(
            tr("SHA-256 fingerprint of the new certificate; read it out to your partner")
        )
        page.add_extra(caption, fingerprint)
        page.offer_saving(document)
        if outcome.way is RenewalWay.SELF_SIGNED:
            page.add_action(
                tr("&Export the Certificate…"),
                tr(
                    "Partners that trust the old certificate must trust this one before you use it."
                ),
                lambda: self._export(document, outcome.pair.alias),
                object_name="resultExport",
            )

    def _show_request(self, outcome: Renewed, request: Path, document: Document) -> None:
        page = self.result_page
        has_new_key = outcome.store is not outcome.before
        said = (
            tr(
                "Send {path} to the CA. The new key waits as “{alias}”; the current pair "
                "stays in use.",
                path=shown_path(request),
                alias=outcome.pair.alias,
            )
            if has_new_key
            else tr("Send {path} to the CA.", path=shown_path(request))
        )
        page.show_result(tr("The request is written"), said)
        if has_new_key:
            page.offer_saving(document)
        page.add_action(
            tr("&Copy the Path"),
            tr("To attach the file to your mail, or to upload it to the CA."),
            lambda: copy_text(str(request)),
            object_name="resultCopyPath",
            is_next=False,
        )

    def _export(self, document: Document, alias: str) -> None:
        self.accept()
        self.goes_on(Half.EXPORT, document=document, aliases=(alias,))
