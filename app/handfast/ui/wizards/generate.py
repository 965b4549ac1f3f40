"""Generate a key pair, drawn."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Unpack

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.flows.exchange.generate import GenerateFlow
from handfast.services.authority.extension_files import OF_PURPOSE, PRESETS
from handfast.services.authority.profiles import MAX_PATH_LENGTH
from handfast.services.files.shown_path import shown_path
from handfast.services.policy.validity_days import MAX_DAYS
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.days_field import DaysField
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.style import GRID, TextLabel
from handfast.ui.widgets.window_layout import WrappingRow
from handfast.ui.widgets.window_services import (
    document_of,
    open_stores,
    put_into_document,
    usual_folder,
)
from handfast.ui.wizards.extension_editor import ExtensionsField
from handfast.ui.wizards.frame import FlowWizard, Half
from handfast.ui.wizards.names_editor import NamesEditor
from handfast.ui.wizards.page import Page, SummaryPage
from handfast.ui.wizards.target_page import KeyTargetPage

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.flows.exchange.generate import GenerateEdits, NamePart
    from handfast.flows.target import TargetOutcome
    from handfast.ui.widgets.window_services import Document, Workspace

_FIRST_NAME = tr(
    "A server’s host name, or the name of a client system. keytool asks: “{question}”",
    question="What is your first and last name?",
)
_COUNTRY = tr(
    "For example AU. keytool asks: “{question}”",
    question="What is the two-letter country code for this unit?",
)
#: What keytool asks, word for word, so that people who know it recognize each field.
_NAME_FIELDS: Final[tuple[tuple[NamePart, str, str], ...]] = (
    ("common_name", tr("Co&mmon name (CN)"), _FIRST_NAME),
    (
        "unit",
        tr("Organizational &unit (OU)"),
        tr("keytool asks: “{question}”", question="What is the name of your organizational unit?"),
    ),
    (
        "organisation",
        tr("&Organization (O)"),
        tr("keytool asks: “{question}”", question="What is the name of your organization?"),
    ),
    (
        "locality",
        tr("&City or locality (L)"),
        tr("keytool asks: “{question}”", question="What is the name of your City or Locality?"),
    ),
    (
        "state",
        tr("&State or province (ST)"),
        tr("keytool asks: “{question}”", question="What is the name of your State or Province?"),
    ),
    ("country", tr("Count&ry (C)"), _COUNTRY),
    ("email", tr("&E-mail"), tr("Optional. keytool does not ask for it.")),
)
#: For each purpose that was chosen; the empty one stands for none yet.
_NAMES = {
    "": tr(
        "A client needs none. A server needs the host names that clients connect to: without them "
        "they reject its certificate."
    ),
    "client": tr("A client needs none. Subject alternative names (SAN) in the certificate."),
    "server": tr(
        "The host names that clients connect to. Subject alternative names (SAN) in "
        "the certificate."
    ),
    "ca": tr("A CA needs none. Subject alternative names (SAN) in the certificate."),
    "both": tr(
        "The host names that clients connect to. Subject alternative names (SAN) in "
        "the certificate."
    ),
}


class NamePage(Page):
    """keytool's six questions, and an e-mail address."""

    def __init__(self, flow: GenerateFlow) -> None:
        super().__init__(
            step="name",
            prefix="generate",
            heading=tr("Who is it for?"),
            introduction=tr(
                "Your partner sees this name in the certificate. Only the first field is required."
            ),
        )
        self._flow = flow
        self._lines: dict[str, QLineEdit] = {}

    def build(self) -> None:
        for field, label, help_text in _NAME_FIELDS:
            line = QLineEdit()
            line.textEdited.connect(lambda text, part=field: self._edit_part(part, text))
            self._lines[field] = line
            self.form.add(field, label, line, help_text=help_text)
        self._lines["country"].setMaximumWidth(12 * GRID)
        self.use_form()

    def _edit_part(self, part: NamePart, text: str) -> None:
        self._flow.set_name_part(part, text)
        self.took_edit((part,))

    def show_draft(self) -> None:
        for field, line in self._lines.items():
            value = getattr(self._flow.draft, field)
            if line.text() != value:
                line.setText(value)


class KeyPage(Page):
    """Which key, and from when until when."""

    def __init__(self, flow: GenerateFlow) -> None:
        super().__init__(
            step="key",
            prefix="generate",
            heading=tr("Key and validity"),
            introduction=tr(
                "The suggested key is accepted everywhere and strong enough for years."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[GenerateEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        from handfast.services.exchange.generating import KEY_CHOICES

        self.key = QComboBox()
        for value, title in KEY_CHOICES.items():
            self.key.addItem(title, value)
        self.key.activated.connect(lambda index: self.edit(key=self.key.itemData(index)))
        self.days = DaysField(1, MAX_DAYS)
        self.days.valueChanged.connect(self._days_changed)
        self.starts = _date_field()
        self.starts.dateChanged.connect(self._starts_changed)
        self.ends = _date_field()
        self.ends.dateChanged.connect(self._ends_changed)
        quick = QWidget()
        row = WrappingRow(quick)
        row.addWidget(self.days)
        for title, years, name in (
            (tr_count("{count} year", "{count} years", 1), 1, 365),
            (tr_count("{count} year", "{count} years", 2), 2, 730),
            (tr_count("{count} year", "{count} years", 5), 5, 1826),
        ):
            button = QPushButton(title)
            button.setAutoDefault(False)
            button.setObjectName(f"generate.days.{name}")
            button.clicked.connect(lambda _checked=False, wanted=years: self._choose_years(wanted))
            row.addWidget(button)
        quick.setFocusProxy(self.days)
        self.form.add("key", tr("&Key"), self.key)
        self.form.add("starts", tr("Valid &from"), self.starts)
        self.form.add("days", tr("Valid f&or"), quick, object_name="generate.days.row")
        self.days.setObjectName("generate.days")
        self.form.add(
            "ends",
            tr("Valid &until"),
            self.ends,
            help_text=tr("Your partner needs a new certificate before this day."),
        )
        for field in (self.key, self.starts, self.ends):
            field.setMaximumWidth(36 * GRID)
        self.use_form()

    def show_draft(self) -> None:
        draft = self._flow.draft
        widgets = (self.key, self.days, self.starts, self.ends)
        for widget in widgets:
            widget.blockSignals(True)
        self.key.setCurrentIndex(self.key.findData(draft.key))
        if 1 <= draft.days <= MAX_DAYS:
            self.days.setValue(draft.days)
            _set_date(self.ends, draft.ends)
        _set_date(self.starts, draft.starts)
        for widget in widgets:
            widget.blockSignals(False)

    def _choose_years(self, years: int) -> None:
        self._flow.set_years(years)
        self.took_edit(("days",))

    def _days_changed(self, days: int) -> None:
        self.edit(days=days)

    def _starts_changed(self, date: QDate) -> None:
        # The length is kept and the end moves along, as in a calendar.
        self.edit(starts=dt.date(date.year(), date.month(), date.day()))

    def _ends_changed(self, date: QDate) -> None:
        self._flow.set_end(dt.date(date.year(), date.month(), date.day()))
        self.took_edit(("ends",))


class NamesPage(Page):
    """What it proves, and the hosts that it is valid for."""

    def __init__(self, flow: GenerateFlow, *, can_be_issued: bool = True) -> None:
        """``can_be_issued`` offers the CAs of the open keystores to issue the certificate."""
        self._can_be_issued = can_be_issued
        super().__init__(
            step="names",
            prefix="generate",
            heading=tr("What is it used for?"),
            introduction=tr(
                "In mutual TLS, both sides present a certificate: the client that "
                "connects, and the server that it connects to."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[GenerateEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.purpose = ChoiceField(
            [
                ("client", tr("&Client"), tr("You connect to your partner and prove who you are.")),
                (
                    "server",
                    tr("&Server"),
                    tr("Your partner connects to you and checks your host name."),
                ),
                ("both", tr("B&oth"), tr("One key pair for both roles.")),
                ("ca", tr("CA"), tr("It issues certificates for others, as a small CA.")),
            ]
        )
        self.purpose.chosen.connect(lambda value: self.edit(purpose=value))
        self.names = NamesEditor()
        self.names.names_edited.connect(lambda names: self.edit(sans=names))
        self.form.add("purpose", tr("Purpose"), self.purpose)
        self.path_length = QSpinBox()
        self.path_length.setRange(-1, MAX_PATH_LENGTH)
        self.path_length.setSpecialValueText(tr("any number"))
        self.path_length.valueChanged.connect(
            lambda value: self.edit(path_length=None if value < 0 else value)
        )
        self.form.add("path_length", tr("CAs belo&w it"), self.path_length)
        self._row = self.form.add("sans", tr("Host names"), self.names)
        self._row.find_target = self.names.first_field
        self.issuer = QComboBox()
        self.issuer.activated.connect(self._choose_issuer)
        self.form.add("issuer", tr("&Issued by"), self.issuer)
        self.extensions = ExtensionsField(tr("those of the purpose"))
        self.extensions.edited.connect(lambda plan: self.edit(extensions=plan))
        self.form.add("extensions", tr("Extensions"), self.extensions)
        self.use_form()

    def _choose_issuer(self, at: int) -> None:
        store, alias = self.issuer.itemData(at)
        self.edit(issuer_store=store, issuer=alias)

    def _show_issuers(self) -> None:
        flow, draft = self._flow, self._flow.draft
        self.issuer.clear()
        self.issuer.addItem(tr("itself (self-signed)"), ("", ""))
        issuers = flow.issuers if self._can_be_issued else ()
        for store, pair in issuers:
            title = tr("{alias} in {name}", alias=shorten(pair.alias, 40), name=store.title)
            self.issuer.addItem(visible(title), (store.key, pair.alias))
        wanted = (draft.issuer_store, draft.issuer)
        places = [at for at in range(self.issuer.count()) if self.issuer.itemData(at) == wanted]
        self.issuer.setCurrentIndex(places[0] if places else 0)
        self.form.rows["issuer"].set_visible(bool(issuers) or bool(draft.issuer))
        # Which CA it is was chosen among the existing ones: what is wrong is said at once.
        self.form.rows["issuer"].touched = True

    def show_draft(self) -> None:
        draft = self._flow.draft
        self.purpose.set_value(draft.purpose)
        self.names.set_names(draft.sans)
        self.path_length.blockSignals(True)
        self.path_length.setValue(-1 if draft.path_length is None else draft.path_length)
        self.path_length.blockSignals(False)
        is_planned = draft.extensions is not None
        self.form.rows["path_length"].set_visible(draft.purpose == "ca" and not is_planned)
        self._show_issuers()
        self.extensions.show_plan(draft.extensions, PRESETS[OF_PURPOSE[draft.purpose]])
        suggested = self._flow.sans_are_suggested and bool(draft.sans)
        self._row.note.set_help(
            tr(
                "Suggested from the common name. Subject alternative names (SAN) in "
                "the certificate."
            )
            if suggested
            else _NAMES[draft.purpose if self._flow.purpose_is_chosen else ""]
        )


class GenerateWizard(FlowWizard):
    """A self-signed key pair, into an open store or a new one."""

    finish_label = tr("&Generate")
    running_title = tr("Generating the key pair")
    running_note = tr("Large RSA keys take a while: two suitable prime numbers must be found.")

    def __init__(
        self, workspace: Workspace, parent: QWidget | None, *, document: Document | None
    ) -> None:
        flow = GenerateFlow(stores=open_stores(workspace, document), usual=workspace.usual)
        pages = [
            NamePage(flow),
            KeyPage(flow),
            NamesPage(flow),
            target := KeyTargetPage(
                flow,
                workspace.jobs,
                prefix="generate",
                heading=tr("Where does it go?"),
                introduction=tr(
                    "The private key never leaves this keystore. What you send is the certificate."
                ),
                folder=str(usual_folder(workspace, document)),
            ),
            SummaryPage(
                step="summary",
                prefix="generate",
                heading=tr("Ready to generate"),
                introduction=tr(
                    "Review it; go back to change anything. Nothing has been created yet."
                ),
            ),
        ]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Generate a Key Pair"),
            parent=parent,
            document=document,
        )
        self.setObjectName("generateWizard")
        target.store_opened.connect(self.open_for_target)
        self._target_page = target

    def done(self, result: int) -> None:
        self._target_page.closing()
        super().done(result)

    def apply_outcome(self, outcome: TargetOutcome[KeyPair]) -> None:
        certificate = outcome.entries[0].chain[0]
        page = self.result_page
        alias = outcome.entries[0].alias
        document: Document | None = None
        if outcome.opened is not None:
            path = outcome.opened.path
            self.workspace.show_opened(outcome.opened)
            page.show_result(
                tr("The key pair is ready"),
                tr(
                    "“{alias}” is in the new keystore {path}. Keep its password in a safe place: "
                    "it cannot be recovered.",
                    alias=alias,
                    path=shown_path(path),
                ),
            )
            key = str(path.absolute())
        else:
            key = outcome.existing
            document = put_into_document(self.workspace, key, outcome.label, outcome.entries)
            page.show_result(
                tr("The key pair is ready"),
                tr(
                    "“{alias}” is in {name}, which is not saved yet.",
                    alias=alias,
                    name=document.path.name,
                ),
            )
        self._show_fingerprint(certificate)
        if document is not None:
            page.offer_saving(document)
        page.add_action(
            tr("&Export the Certificate…"),
            tr("Your partner needs it to trust you. It contains no secret."),
            lambda: self._export(key, alias),
            object_name="resultExport",
        )
        page.add_action(
            tr("Create a &Request…"),
            tr("Have a CA sign it, if your partner requires that."),
            lambda: self._request(key, alias),
            object_name="resultRequest",
        )

    def _show_fingerprint(self, certificate: Certificate) -> None:
        fingerprint = FingerprintView(large=True)
        fingerprint.setObjectName("generate.result.fingerprint")
        fingerprint.set_fingerprint(certificate.sha256)
        caption = TextLabel(
            tr("SHA-256 fingerprint of the certificate; read it out to your partner")
        )
        copy = CopyButton(tr("Copy Fin&gerprint"))
        copy.setObjectName("generate.result.copy")
        copy.set_content(group_fingerprint(certificate.sha256))
        self.result_page.add_extra(caption, fingerprint, copy)

    def _request(self, key: str, alias: str) -> None:
        document = document_of(self.workspace, key)
        self.accept()
        self.goes_on(Half.REQUEST, document=document, aliases=(alias,))

    def _export(self, key: str, alias: str) -> None:
        document = document_of(self.workspace, key)
        self.accept()
        self.goes_on(Half.EXPORT, document=document, aliases=(alias,))


def _date_field() -> QDateEdit:
    field = QDateEdit()
    field.setCalendarPopup(True)
    field.setDisplayFormat("d MMMM yyyy")
    return field


def _set_date(field: QDateEdit, day: dt.date) -> None:
    field.setDate(QDate(day.year, day.month, day.day))
