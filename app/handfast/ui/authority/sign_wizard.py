"""Sign a request with a CA of an open keystore, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack, cast

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.flows.authority.signing import (
    CERTIFICATE,
    FILE,
    REQUEST,
    SUMMARY,
    SignFlow,
    purpose_words,
)
from handfast.services.authority.extension_files import OF_PURPOSE, PRESETS
from handfast.services.authority.profiles import MAX_PATH_LENGTH, Profile
from handfast.services.authority.request_files import (
    RequestSource,
    read_request_file,
    read_request_source,
)
from handfast.services.describe.validity import end_text
from handfast.services.files.shown_path import shown_path
from handfast.services.policy.validity_days import MAX_DAYS
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.days_field import DaysField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.shrinking import NameCheckBox
from handfast.ui.widgets.style import GRID, TextLabel, breakable, plain
from handfast.ui.widgets.window_services import open_stores, usual_folder
from handfast.ui.wizards.extension_editor import ExtensionsField
from handfast.ui.wizards.frame import FlowWizard
from handfast.ui.wizards.page import Page, SummaryPage
from handfast.ui.wizards.source_reading import SourceReading
from handfast.ui.wizards.sources_page import SourcesPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.flows.authority.signing import Signed, SignEdits
    from handfast.flows.base import FieldProblem
    from handfast.flows.sources import Source
    from handfast.formats.base import Limits
    from handfast.ui.widgets.window_services import Document, Workspace

#: Names and extensions that are listed; a request of thousands is granted or refused as a whole.
_MAX_TICKS = 60
_PURPOSES = (None, Profile.CLIENT, Profile.SERVER, Profile.BOTH, Profile.CA, Profile.CODE_SIGNING)


class RequestReading(SourceReading):
    """Looks for a certificate request."""

    def read_file(
        self,
        path: Path,
        password: Password | None,  # noqa: ARG002 - a request has none
        limits: Limits,  # noqa: ARG002 - a request is small
        progress: Progress,  # noqa: ARG002 - and read at once
    ) -> Source:
        return read_request_file(path)

    def read_data(
        self,
        data: bytes,
        name: str,
        password: Password | None,  # noqa: ARG002 - a request has none
        limits: Limits,  # noqa: ARG002 - a request is small
        progress: Progress,  # noqa: ARG002 - and read at once
    ) -> Source:
        return read_request_source(data, name=name)

    def could_not_read(self, error: HandfastError) -> Source:
        return RequestSource(name=tr("Details"), error=error)


class RequestPage(SourcesPage):
    """The request: a file, or its text."""

    def __init__(self, flow: SignFlow) -> None:
        super().__init__(
            flow,
            step=REQUEST,
            prefix="sign",
            heading=tr("Which request?"),
            introduction=tr(
                "PKCS#10 in PEM or DER, often named .csr or .p10, or the text of an e-mail."
            ),
            filters=(tr("Certificate requests") + " (*.csr *.p10 *.req *.pem *.der)",),
        )
        self._signing = flow

    def build(self) -> None:
        super().build()
        self.text.setAccessibleName(tr("Paste a certificate request as text"))
        self.text.setPlaceholderText(
            tr("Or paste the text here:") + "\n\n-----BEGIN CERTIFICATE REQUEST-----\nMIIC…"
        )

    def said_of(self, source: Source) -> str:
        return self._signing.said_of(cast("RequestSource", source))

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        found = tuple(problems)
        if sum(each.received is not None for each in self._signing.sources) > 1:
            # That there are several is no slip of the person’s: it is said at once.
            self.was_tried = True
        super().show_problems(found)


class TickList(QWidget):
    """What a request asks for, each with a box to grant or refuse it."""

    def __init__(self) -> None:
        super().__init__()
        self._prefix = ""
        self._shown: tuple[tuple[str, str], ...] = ()
        self.boxes: list[NameCheckBox] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(GRID // 2)

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        self._prefix = name

    def show_choices(
        self,
        choices: Sequence[tuple[str, str]],
        tell: Callable[[int, bool], None],
    ) -> None:
        """Have a box for each choice, of a name and its tip."""
        if tuple(choices) == self._shown:
            return
        self._shown = tuple(choices)
        for box in self.boxes:
            self._lines.removeWidget(box)
            box.hide()
            box.deleteLater()
        self.boxes = []
        before: QWidget = self
        for at, (title, tip) in enumerate(choices):
            box = NameCheckBox(shorten(title, 72))
            box.setObjectName(f"{self._prefix}.{at + 1}")
            box.setToolTip(plain(tip or visible(title)))
            box.clicked.connect(lambda checked, at=at: tell(at, checked))
            self._lines.addWidget(box)
            box.show()
            QWidget.setTabOrder(before, box)
            before = box
            self.boxes.append(box)

    def sizeHint(self) -> QSize:
        # Without a choice a layout has no size at all.
        return super().sizeHint().expandedTo(QSize(0, 0))

    def first_box(self) -> QWidget:
        """Where the keyboard goes first."""
        return next((each for each in self.boxes if each.isEnabled()), self)


class CertificatePage(Page):
    """Who signs, what of the request is granted, for what, and for how long."""

    def __init__(self, flow: SignFlow) -> None:
        super().__init__(
            step=CERTIFICATE,
            prefix="sign",
            heading=tr("What does the certificate contain?"),
            introduction=tr(
                "Grant only what you know to be correct. The request proves only that its "
                "sender has the private key."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[SignEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        form = self.form
        self.issuer = QComboBox()
        self.issuer.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.issuer.activated.connect(lambda at: self.edit(issuer=self.issuer.itemData(at)))
        form.add("issuer", tr("&Issued by"), self.issuer)
        # With some text, for the form measures it.
        self.subject = TextLabel(tr("none"), shade="plain", parent=self)
        form.add("subject", tr("Subject"), self.subject)
        self.names = TickList()
        row = form.add("names", tr("Names"), self.names)
        row.find_target = self.names.first_box
        self.profile = QComboBox()
        for each in _PURPOSES:
            self.profile.addItem(purpose_words(each), each.value if each is not None else "")
        self.profile.activated.connect(self._profile_chosen)
        form.add("profile", tr("&Purpose"), self.profile)
        self.path_length = QSpinBox()
        self.path_length.setRange(-1, MAX_PATH_LENGTH)
        self.path_length.setSpecialValueText(tr("any number"))
        self.path_length.valueChanged.connect(
            lambda value: self.edit(path_length=None if value < 0 else value)
        )
        form.add("path_length", tr("C&As below it"), self.path_length)
        self.extensions = TickList()
        row = form.add("extensions", tr("Extensions"), self.extensions)
        row.find_target = self.extensions.first_box
        self.own_extensions = ExtensionsField(tr("those of the purpose"))
        self.own_extensions.edited.connect(lambda plan: self.edit(extensions=plan))
        form.add("own_extensions", tr("Custom"), self.own_extensions)
        self.days = DaysField(1, MAX_DAYS)
        self.days.valueChanged.connect(lambda days: self.edit(days=days))
        form.add("days", tr("&Valid for"), self.days)
        self.use_form()

    def _profile_chosen(self, at: int) -> None:
        value = self.profile.itemData(at)
        self.edit(profile=Profile(value) if value else None)

    def show_draft(self) -> None:
        flow, draft, rows = self._flow, self._flow.draft, self.form.rows
        aliases = [pair.alias for pair in flow.pairs]
        if [self.issuer.itemData(at) for at in range(self.issuer.count())] != aliases:
            self.issuer.clear()
            for alias in aliases:
                self.issuer.addItem(shorten(visible(alias), 60), alias)
        self.issuer.setCurrentIndex(self.issuer.findData(draft.issuer))
        # Which pair is not right for it is no slip of the person’s: it is said at once.
        for field in ("issuer", "names", "profile"):
            rows[field].touched = True
        received = flow.received
        if received is None:
            return
        subject = received.subject or tr("none")
        self.subject.setText(breakable(f"{subject}\n{received.key}"))
        self.profile.setCurrentIndex(_PURPOSES.index(draft.profile))
        for box, value in (
            (self.path_length, -1 if draft.path_length is None else draft.path_length),
            (self.days, draft.days),
        ):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        is_planned = draft.extensions is not None
        rows["path_length"].set_visible(draft.profile is Profile.CA and not is_planned)
        preset = OF_PURPOSE[(draft.profile or Profile.BOTH).value]
        self.own_extensions.show_plan(draft.extensions, PRESETS[preset])
        self._show_names()
        self._show_extensions()

    def _show_names(self) -> None:
        flow, rows = self._flow, self.form.rows
        received = flow.received
        names = received.names if received is not None else ()
        rows["names"].set_visible(bool(names))

        def tell(at: int, is_granted: bool) -> None:
            flow.grant_name(names[at], is_granted=is_granted)
            self.took_edit(("names",))

        self.names.show_choices([(each, "") for each in names[:_MAX_TICKS]], tell)
        for name, box in zip(names, self.names.boxes, strict=False):
            box.setChecked(name not in flow.draft.refused_names)
        rest = len(names) - _MAX_TICKS
        rows["names"].note.set_help(
            tr("The request has {count} more names, which are granted.", count=rest)
            if rest > 0
            else ""
        )

    def _show_extensions(self) -> None:
        flow, rows = self._flow, self.form.rows
        received = flow.received
        asked = received.extensions[:_MAX_TICKS] if received is not None else ()
        rows["extensions"].set_visible(bool(asked))

        def tell(at: int, is_granted: bool) -> None:
            flow.grant(asked[at].oid, is_granted=is_granted)
            self.took_edit(("extensions",))

        self.extensions.show_choices(
            [
                (tr("{title}: {value}", title=each.title, value=each.value), each.oid.dotted_string)
                for each in asked
            ],
            tell,
        )
        for each, box in zip(asked, self.extensions.boxes, strict=False):
            can_be = each.is_takeable and not flow.decides_purpose
            box.setEnabled(can_be)
            box.setChecked(can_be and each.oid not in flow.draft.refused)
        if flow.decides_purpose:
            note = tr("Your choice determines these.")
        elif all(each.is_takeable for each in asked):
            note = ""
        else:
            note = tr("Only the CA decides about extensions that cannot be selected.")
        rows["extensions"].note.set_help(note)


class FilePage(Page):
    """Where the certificate goes, and in which form."""

    def __init__(self, flow: SignFlow) -> None:
        super().__init__(
            step=FILE,
            prefix="sign",
            heading=tr("Where does the certificate go?"),
            introduction=tr("The file to send back. It contains no secret."),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[SignEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.encoding = ChoiceField(
            [
                ("pem", "&PEM", tr("Text; nearly every program accepts it.")),
                ("der", "&DER", tr("Binary; one certificate.")),
                ("pkcs7", "P&KCS#7", tr("Binary; one or more certificates, common on Windows.")),
            ]
        )
        self.encoding.chosen.connect(lambda value: self.edit(encoding=value))
        self.form.add("encoding", tr("Encoding"), self.encoding)
        self.chain = CheckBox(tr("&With the certificates of the CAs"))
        self.chain.clicked.connect(lambda checked: self.edit(has_chain=checked))
        self.form.add(
            "has_chain",
            "",
            self.chain,
            help_text=tr("The other side needs them to verify the certificate."),
        )
        self.path = PathField(
            title=tr("Save the Certificate"),
            filters=(
                tr("Certificates") + " (*.pem *.cer *.crt *.der *.p7b)",
                tr("All files (*)"),
            ),
        )
        self.path.text_edited.connect(lambda text: self.edit(path=text))
        self.form.add("path", tr("&File"), self.path)
        self.replace = CheckBox(tr("&Replace the existing file"))
        self.replace.clicked.connect(lambda checked: self.edit(replace=checked))
        self.form.add("replace", "", self.replace)
        self.use_form()

    def show_draft(self) -> None:
        flow, draft = self._flow, self._flow.draft
        self.encoding.set_value(draft.encoding)
        self.chain.setChecked(draft.has_chain)
        self.chain.setEnabled(draft.encoding != "der")
        self.path.set_text(draft.path)
        self.replace.setChecked(draft.replace)
        self.form.rows["replace"].set_visible(flow.file_exists)

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        # A file that already exists is no slip of the person’s: it is said at once.
        self.form.rows["path"].touched = True
        super().show_problems(problems)


class SignWizard(FlowWizard):
    """A certificate for a request, issued by a CA of an open keystore."""

    finish_label = tr("&Sign")
    running_title = tr("Signing the request")

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        document: Document,
        alias: str = "",
        files: Sequence[Path] = (),
    ) -> None:
        flow = SignFlow(
            open_stores(workspace, document),
            str(document.path),
            alias,
            folder=str(usual_folder(workspace, document)),
        )
        self._signing = flow
        self._request_page = RequestPage(flow)
        pages: list[Page] = [
            self._request_page,
            CertificatePage(flow),
            FilePage(flow),
            SummaryPage(
                step=SUMMARY,
                prefix="sign",
                heading=tr("Ready to sign"),
                introduction=tr("Nothing has been issued yet."),
            ),
        ]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Sign a Certificate Request"),
            parent=parent,
            document=document,
        )
        self.setObjectName("signWizard")
        self._reading = RequestReading(flow, self._request_page, workspace.jobs)
        self._reading.taken.connect(self._sources_taken)
        if files:
            self._reading.read_files(files)

    def _sources_taken(self) -> None:
        self.mark_edited()
        self.refresh_page()

    def done(self, result: int) -> None:
        self._reading.stop()
        super().done(result)

    def apply_outcome(self, outcome: Signed) -> None:
        certificate, page = outcome.signed.certificate, self.result_page
        said = tr(
            "It is in {file} and expires {end}. {journal} has its serial number.",
            file=shown_path(outcome.path),
            end=end_text(certificate.not_after, self._signing.now),
            journal=outcome.journal.name,
        )
        page.show_result(tr("The certificate is issued"), said)
        fingerprint = FingerprintView(large=True)
        fingerprint.setObjectName("sign.result.fingerprint")
        fingerprint.set_fingerprint(certificate.sha256)
        page.add_extra(TextLabel(tr("SHA-256 fingerprint of the certificate")), fingerprint)
        folder = outcome.path.parent
        page.add_action(
            tr("Open the &Folder"),
            shown_path(folder),
            lambda: _show_folder(folder),
            object_name="resultFolder",
            is_next=False,
        )


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
