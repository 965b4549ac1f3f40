"""Export certificates for a partner, drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.collation import sort_key
from handfast.core.language import grouped, tr, tr_count
from handfast.core.visible_text import alias_text
from handfast.flows.exchange.export import Exportable, ExportFlow, ExportOutcome
from handfast.services.files.shown_path import shown_path
from handfast.ui.program.file_places import show_folder
from handfast.ui.widgets.certificate_card import CertificateCard, until_words
from handfast.ui.widgets.certificate_table import CertificateTable, CertificateTableModel
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.style import GRID, TextLabel
from handfast.ui.widgets.window_services import open_stores, usual_folder
from handfast.ui.wizards.frame import FlowWizard, Half
from handfast.ui.wizards.page import Page, SummaryPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from handfast.flows.base import FieldProblem
    from handfast.flows.exchange.export import ExportEdits
    from handfast.ui.widgets.window_services import Document, Workspace


#: A list of up to this many needs no filter.
_SHORT_LIST = 8


def _search_text(each: Exportable) -> str:
    certificate = each.certificate
    names = (each.alias, certificate.common_name, certificate.issuer_common_name)
    return " ".join(names).casefold()


def _end_of(each: Exportable) -> str:
    end = each.certificate.not_after
    return end.isoformat() if end is not None else ""


#: What each column is sorted by.
_SORT_KEYS: tuple[Callable[[Exportable], str], ...] = (
    lambda each: sort_key(each.alias),
    lambda each: sort_key(each.certificate.common_name),
    lambda each: each.kind,
    _end_of,
)


class _Row:
    """A row of the table: an alias and its certificate."""

    __slots__ = ("_chosen", "_each")

    def __init__(self, each: Exportable, chosen: frozenset[str]) -> None:
        self._each = each
        self._chosen = chosen

    def texts(self) -> tuple[str, ...]:
        certificate = self._each.certificate
        kind = tr("Key pair") if self._each.kind == "key-pair" else tr("Trusted")
        return (
            alias_text(self._each.alias),
            certificate.common_name,
            kind,
            until_words(certificate),
        )

    def is_checked(self) -> bool:
        return self._each.alias in self._chosen

    def state(self) -> str:
        return "error" if self._each.certificate.is_expired() else ""


class ChoosePage(Page):
    """Which certificates; and for each its fingerprint, to be read out."""

    def __init__(self, flow: ExportFlow, workspace: Workspace) -> None:
        super().__init__(
            step="certificates",
            prefix="export",
            heading=tr("Which certificate?"),
            introduction=tr(
                "Only certificates leave the keystore: they are public. Private keys "
                "stay where they are."
            ),
        )
        self._flow = flow
        self._workspace = workspace
        #: The certificates in the table, in its order; and the column that they are sorted by.
        self._shown_rows: list[Exportable] = []
        self._sorted: tuple[int, bool] | None = None

    def edit(self, **changes: Unpack[ExportEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.source = QComboBox()
        self.source.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.source.activated.connect(lambda index: self.edit(source=self.source.itemData(index)))
        self.model = CertificateTableModel(
            (tr("Alias"), tr("Common name"), tr("Kind"), tr("Valid until")), is_chosen_by_row=True
        )
        self.table = CertificateTable(
            self.model, widths=(25 * GRID, 0, 12 * GRID, 17 * GRID), is_sortable=True
        )
        self.table.setAccessibleName(tr("Certificates"))
        self.table.setMinimumHeight(16 * GRID)
        self.model.checked.connect(self._check)
        self.table.rows_chosen.connect(self._choose)
        self.table.sorted_by.connect(self._sort)
        self.table.current_row_changed.connect(self._show_current)
        self.chain = CheckBox(tr("With the certificates of its &issuers (the chain)"))
        self.chain.clicked.connect(lambda checked: self.edit(chain=checked))
        self.card = CertificateCard("export")
        self._copy_fingerprint = CopyButton(tr("Copy Finger&print"))
        self._copy_fingerprint.setObjectName("export.copyFingerprint")
        self._copy_certificate = CopyButton(tr("&Copy Certificate"))
        self._copy_certificate.setObjectName("export.copyCertificate")
        self.card.tools.addWidget(self._copy_certificate)
        self.card.tools.addWidget(self._copy_fingerprint)
        self.open_button = QPushButton(tr("&Open Another…"))
        self.open_button.setObjectName("export.openStore")
        self.open_button.setAutoDefault(False)
        self.open_button.clicked.connect(self._open_store)
        chooser = QWidget()
        row = QHBoxLayout(chooser)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.source, 1)
        row.addWidget(self.open_button)
        row.addStretch(0)
        chooser.setFocusProxy(self.source)
        self.form.add("source", tr("&From the keystore"), chooser, object_name="export.source.row")
        self.source.setObjectName("export.source")
        self.form.add_widget(self._make_filter())
        self.form.add("chosen", "", self.table, wide=True, grow=True)
        self.form.add(
            "chain",
            "",
            self.chain,
            wide=True,
            help_text=tr("For a partner who trusts the issuer rather than this one certificate."),
        )
        self.form.add_widget(self.card)
        self.use_form()

    def _make_filter(self) -> QWidget:
        """Above a long list: what is looked for, all or none of it, and how many are chosen."""
        self._filter_row = QWidget()
        self.filter = QLineEdit()
        self.filter.setObjectName("export.filter")
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter certificates"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _text: self.show_draft())
        every = QPushButton(tr("Select &All"))
        every.setObjectName("export.selectAll")
        every.clicked.connect(self.table.selectAll)
        none = QPushButton(tr("Select &None"))
        none.setObjectName("export.selectNone")
        none.clicked.connect(self.table.clearSelection)
        self._count = TextLabel()
        self._count.setObjectName("export.count")
        row = QHBoxLayout(self._filter_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.filter, 1)
        row.addWidget(self._count)
        for button in (every, none):
            button.setAutoDefault(False)
            row.addWidget(button)
        return self._filter_row

    def _arrange(self) -> None:
        """Which certificates are shown, and in which order."""
        words = self.filter.text().casefold().split()
        self._shown_rows = [
            each
            for each in self._flow.exportable
            if all(word in _search_text(each) for word in words)
        ]
        if self._sorted is not None:
            column, is_descending = self._sorted
            self._shown_rows.sort(key=_SORT_KEYS[column], reverse=is_descending)

    def _sort(self, column: int, is_descending: bool) -> None:
        self._sorted = column, is_descending
        self.show_draft()

    def _choose(self, rows: list[int]) -> None:
        """The rows that are selected are those that are exported; what is hidden stays as it is."""
        shown = {each.alias for each in self._shown_rows}
        wanted = {self._shown_rows[row].alias for row in rows}
        wanted |= {alias for alias in self._flow.draft.chosen if alias not in shown}
        chosen = tuple(each.alias for each in self._flow.exportable if each.alias in wanted)
        if chosen != self._flow.draft.chosen:
            self.edit(chosen=chosen)

    def show_draft(self) -> None:
        flow = self._flow
        keys = [self.source.itemData(index) for index in range(self.source.count())]
        if keys != [each.key for each in flow.stores]:
            self.source.clear()
            for each in flow.stores:
                self.source.addItem(each.title, each.key)
        self.source.setCurrentIndex(self.source.findData(flow.draft.source))
        chosen = frozenset(flow.draft.chosen)
        every = flow.exportable
        self._arrange()
        rows = self._shown_rows
        self.model.show_rows([_Row(each, chosen) for each in rows])
        self.table.choose_rows([at for at, each in enumerate(rows) if each.alias in chosen])
        is_long = len(every) > _SHORT_LIST
        self._filter_row.setVisible(is_long)
        self._count.setText(
            tr(
                "{count} of {total} selected",
                count=grouped(len(chosen)),
                total=grouped(len(every)),
            )
        )
        self.chain.setChecked(flow.draft.chain)
        # Without a store there is nothing to show but the way to one.
        self.source.setVisible(bool(flow.stores))
        self.form.rows["source"].note.set_help(
            "" if flow.stores else tr("The keystore that contains your certificate.")
        )
        self.open_button.setText(tr("&Open Another…") if flow.stores else tr("&Open a keystore…"))
        self.form.rows["chosen"].set_visible(bool(every))
        self.form.rows["chain"].set_visible(any(len(each.chain) > 1 for each in every))
        self.chain.setEnabled(flow.has_chain)
        if every and not self.table.currentIndex().isValid():
            first = next((i for i, each in enumerate(rows) if each.alias in chosen), 0)
            self.table.go_to_row(first)
        self._show_current(self.table.currentIndex().row())

    def _open_store(self) -> None:
        dialog = QFileDialog(self, tr("Open a Keystore"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._workspace.open_path(Path(name)))
        dialog.open()

    def _check(self, row: int, checked: bool) -> None:
        alias = self._shown_rows[row].alias
        wanted = set(self._flow.draft.chosen) ^ {alias}
        if (alias in wanted) is not checked:
            return
        self.edit(
            chosen=tuple(each.alias for each in self._flow.exportable if each.alias in wanted)
        )

    def _show_current(self, row: int) -> None:
        every = self._shown_rows
        self.card.setVisible(0 <= row < len(every))
        if not 0 <= row < len(every):
            return
        certificate = every[row].certificate
        self.card.show_certificate(certificate)
        self._copy_fingerprint.set_content(group_fingerprint(certificate.sha256))
        self._copy_certificate.set_content(certificate.public_pem())


class FilePage(Page):
    """In which encoding, and where to."""

    def __init__(self, flow: ExportFlow) -> None:
        super().__init__(
            step="file",
            prefix="export",
            heading=tr("Which format does your partner accept?"),
            introduction=tr(
                "If in doubt, send DER: every Java keystore tool and ServiceNow accept it."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[ExportEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.encoding = ChoiceField(
            [
                (
                    "der",
                    tr("&DER (.cer)"),
                    tr("One certificate, binary; send it as an attachment."),
                ),
                (
                    "pem",
                    tr("P&EM (.pem)"),
                    tr("Text; one or more certificates. Attach or paste it."),
                ),
                (
                    "pkcs7",
                    tr("PKCS#&7 (.p7b)"),
                    tr("One or more certificates in one binary file, common on Windows."),
                ),
            ]
        )
        self.encoding.chosen.connect(lambda value: self.edit(encoding=value))
        self.separate = CheckBox(tr("A file for &each certificate"))
        self.separate.clicked.connect(lambda checked: self.edit(separate=checked))
        self.path = PathField(
            title=tr("Save the Certificate"),
            filters=(tr("Certificates") + " (*.cer *.crt *.pem *.p7b)", tr("All files") + " (*)"),
        )
        self.path.text_edited.connect(lambda text: self.edit(path=text))
        self.folder = PathField(title=tr("Folder for the Certificates"))
        self.folder.button.clicked.disconnect()
        self.folder.button.clicked.connect(self._choose_folder)
        self.folder.text_edited.connect(lambda text: self.edit(folder=text))
        self.replace = CheckBox(tr("&Replace the existing file"))
        self.replace.clicked.connect(lambda checked: self.edit(replace=checked))
        self.form.add("encoding", tr("Encoding"), self.encoding)
        self.form.add("separate", "", self.separate)
        self.form.add("path", tr("&File"), self.path)
        self.form.add("folder", tr("F&older"), self.folder)
        self.form.add("replace", "", self.replace)
        self.use_form()

    def show_draft(self) -> None:
        draft, rows = self._flow.draft, self.form.rows
        self.encoding.set_value(draft.encoding)
        several = len(self._flow.chosen) > 1
        # One certificate with its chain is one file; DER has room for the certificate alone.
        self.encoding.set_available("der", several or not draft.chain)
        self.separate.setChecked(draft.separate)
        self.separate.setEnabled(draft.encoding != "der")
        rows["separate"].set_visible(several)
        rows["path"].set_visible(not draft.separate)
        rows["folder"].set_visible(draft.separate)
        self.path.set_text(draft.path)
        self.folder.set_text(draft.folder)
        existing = self._flow.existing_files
        rows["replace"].set_visible(self._flow.can_replace or draft.replace)
        self.replace.setText(
            tr_count(
                "&Replace the existing file",
                "&Replace the {count} existing files",
                max(1, len(existing)),
            )
        )
        self.replace.setChecked(draft.replace)

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        # A file that already exists is no slip of the person's: it is said at once.
        for field in ("path", "folder"):
            self.form.rows[field].touched = True
        super().show_problems(problems)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("Folder for the Certificates"), self._flow.draft.folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.edit(folder=name))
        dialog.open()


class ExportWizard(FlowWizard):
    """Certificates of an open store, into files to send."""

    finish_label = tr("&Export")
    running_title = tr("Exporting")

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        document: Document | None,
        aliases: Sequence[str],
    ) -> None:
        flow = ExportFlow(
            stores=open_stores(workspace, document),
            chosen=aliases,
            folder=str(usual_folder(workspace, document)),
            begins_with_own=document is None,
        )
        pages = [
            ChoosePage(flow, workspace),
            FilePage(flow),
            SummaryPage(
                step="summary",
                prefix="export",
                heading=tr("Ready to export"),
                introduction=tr("Nothing has been written yet."),
            ),
        ]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Export a Certificate"),
            parent=parent,
            document=document,
        )
        self.setObjectName("exportWizard")
        self._exporting = flow

    def apply_outcome(self, outcome: ExportOutcome) -> None:
        paths, certificates = outcome.paths, outcome.certificates
        page = self.result_page
        count = len(certificates)
        what = tr_count("The certificate is exported", "{count} certificates are exported", count)
        shown = "\n".join(shown_path(path) for path in paths[:6])
        left = len(paths) - 6
        rest = "\n" + tr_count("and {count} more", "and {count} more", left) if left > 0 else ""
        page.show_result(what, shown + rest)
        first = certificates[0]
        # A certificate without a key of ours is somebody else's.
        is_ours = any(each.kind == "key-pair" for each in self._exporting.chosen)
        if count > 1 and not self._exporting.draft.chain:
            words = tr("SHA-256 fingerprint of the first:")
        elif is_ours:
            words = tr(
                "Send the file. Then read this SHA-256 fingerprint to your partner on the "
                "telephone, so that both of you know it arrived unchanged:"
            )
        else:
            words = tr(
                "This is the certificate of another party. Its recipient can compare this "
                "SHA-256 fingerprint with its owner’s:"
            )
        caption = TextLabel(words)
        caption.setObjectName("export.result.caption")
        fingerprint = FingerprintView(large=True)
        fingerprint.setObjectName("export.result.fingerprint")
        fingerprint.set_fingerprint(first.sha256)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for name, label, content in (
            (
                "export.result.copyFingerprint",
                tr("Copy Finger&print") if count == 1 else tr("Copy All Finger&prints"),
                "\n".join(
                    f"{each.common_name}: {group_fingerprint(each.sha256)}"
                    if count > 1
                    else group_fingerprint(each.sha256)
                    for each in certificates
                ),
            ),
            (
                "export.result.copyCertificate",
                tr("&Copy Certificate") if count == 1 else tr("&Copy Certificates"),
                "".join(each.public_pem() for each in certificates),
            ),
        ):
            button = CopyButton(label)
            button.setObjectName(name)
            button.set_content(content)
            row.addWidget(button)
        row.addStretch(1)
        page.add_extra(caption, fingerprint, buttons)
        folder = paths[0].parent
        page.add_action(
            tr("Open the &Folder"),
            shown_path(folder),
            lambda: show_folder(folder),
            object_name="resultFolder",
        )
        if is_ours:
            page.add_action(
                tr("&Import Your Partner’s…"),
                tr("The other half: what they send you goes into your trust store."),
                self._import,
                object_name="resultImport",
            )
        # It is done; the rest is for those who want it.
        page.first_action = None

    def _import(self) -> None:
        self.accept()
        self.goes_on(Half.IMPORT)
