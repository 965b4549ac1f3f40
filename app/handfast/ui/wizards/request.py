"""Create a request for a CA, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack, cast

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from handfast.core.language import tr
from handfast.core.password import Password
from handfast.core.store import shorten
from handfast.flows.exchange.request import RequestFlow, RequestOutcome
from handfast.flows.open_store import OpenStore
from handfast.services.exchange.requests import KEY_USAGES
from handfast.services.files.shown_path import shown_path
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.path_field import PathField
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.window_services import open_stores, put_into_document, usual_folder
from handfast.ui.wizards.extension_editor import ExtensionsField
from handfast.ui.wizards.frame import FlowWizard
from handfast.ui.wizards.generate import KeyPage, NamePage, NamesPage
from handfast.ui.wizards.names_editor import NamesEditor
from handfast.ui.wizards.page import Page, SummaryPage
from handfast.ui.wizards.target_page import KeyTargetPage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.flows.base import FieldProblem
    from handfast.flows.exchange.request import RequestEdits, RequestOf
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Document, Runner, Workspace

#: Usages that only a CA has; they are shown where the certificate has one of them.
_OF_A_CA = frozenset(("keyCertSign", "cRLSign"))


class RequestPairPage(Page):
    """An existing pair, or one that is created together with the request."""

    #: A file was read that the pair is in: an OpenedFile.
    store_opened = Signal(object)

    def __init__(self, flow: RequestFlow, jobs: Runner) -> None:
        super().__init__(
            step="pair",
            prefix="request",
            heading=tr("Which key pair?"),
            introduction=tr(
                "The request contains its public key and is signed with its private key, "
                "which stays in the keystore."
            ),
        )
        self._flow, self._jobs = flow, jobs

    def edit(self, **changes: Unpack[RequestEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.choice = ChoiceField(
            [
                ("existing", tr("An &existing key pair"), tr("Its certificate is replaced later.")),
                ("new", tr("A ne&w key pair"), tr("The next steps ask for its name and place.")),
            ]
        )
        self.choice.chosen.connect(lambda value: self.edit(of=cast("RequestOf", value)))
        self.store = StoreField("request.store.box", tr("Keystore"), self._jobs)
        self.store.chosen.connect(lambda key: self.edit(store=key))
        self.store.opened.connect(self._opened)
        self.alias = NameBox()
        self.alias.activated.connect(lambda at: self.edit(alias=self.alias.itemData(at)))
        self.form.add("of", tr("Key pair"), self.choice)
        self.form.add("store", tr("&Keystore"), self.store)
        self.form.add("alias", tr("&Alias"), self.alias)
        self.use_form()

    def show_draft(self) -> None:
        flow, rows = self._flow, self.form.rows
        draft = flow.draft
        self.choice.set_value(draft.of)
        for field in ("store", "alias"):
            rows[field].set_visible(not flow.is_new)
        self.store.show_stores(flow.stores, draft.store)
        found = flow.keystore
        pairs = found.store.key_pairs if found is not None else ()
        aliases = [pair.alias for pair in pairs]
        if [self.alias.itemData(at) for at in range(self.alias.count())] != aliases:
            self.alias.clear()
            for alias in aliases:
                self.alias.add_name(alias)
        self.alias.setCurrentIndex(self.alias.findData(draft.alias) if draft.alias else -1)
        self.alias.setPlaceholderText(tr("Choose a key pair") if pairs else "")
        self.alias.setEnabled(bool(pairs))

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        if self._flow.draft.alias:
            # That a key is locked is no slip of the person's: it is said at once.
            self.form.rows["alias"].touched = True
        super().show_problems(problems)

    def _opened(self, opened: OpenedFile) -> None:
        self.store_opened.emit(opened)
        self._flow.take_store(OpenStore.of_file(opened.path.absolute(), opened.store))
        self.took_edit(("store",))

    def closing(self) -> None:
        """Nobody waits for a file that is being read."""
        if self.is_made:
            self.store.closing()


class KeyUsageField(QWidget):
    """The key usages, each with a box to tick."""

    def __init__(self, page: RequestDetailsPage) -> None:
        super().__init__()
        self._page = page
        self.boxes: dict[str, CheckBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        for at, name in enumerate(KEY_USAGES):
            # The names are those of RFC 5280, which every CA's form and keytool have, too.
            box = CheckBox(name)
            box.clicked.connect(self._clicked)
            self.boxes[name] = box
            grid.addWidget(box, at // 2, at % 2)
        grid.setColumnStretch(2, 1)
        self.setFocusProxy(self.boxes[KEY_USAGES[0]])

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        for usage, box in self.boxes.items():
            box.setObjectName(f"{name}.{usage}")

    def show_usages(self, wanted: tuple[str, ...]) -> None:
        """Tick these."""
        for name, box in self.boxes.items():
            box.setChecked(name in wanted)
            box.setVisible(name not in _OF_A_CA or bool(_OF_A_CA & set(wanted)))

    def _clicked(self) -> None:
        chosen = tuple(name for name, box in self.boxes.items() if box.isChecked())
        self._page.edit(key_usage=chosen)


class RequestDetailsPage(Page):
    """What is asked for: taken over from the certificate, until it is edited."""

    def __init__(self, flow: RequestFlow) -> None:
        super().__init__(
            step="request",
            prefix="request",
            heading=tr("What do you request?"),
            introduction=tr(
                "Copied from the certificate of the key pair. The CA may decide otherwise."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[RequestEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.name = QLineEdit()
        self.name.textEdited.connect(lambda text: self.edit(name=text))
        self.names = NamesEditor()
        self.names.names_edited.connect(lambda names: self.edit(sans=names))
        self.purpose = QComboBox()
        for title, value in (
            (tr("As in the certificate"), ""),
            (tr("Client"), "client"),
            (tr("Server"), "server"),
            (tr("Client and server"), "both"),
        ):
            self.purpose.addItem(title, value)
        self.purpose.activated.connect(lambda at: self.edit(purpose=self.purpose.itemData(at)))
        self.usage = KeyUsageField(self)
        self.challenge = PasswordField()
        self.challenge.text_edited.connect(lambda text: self.edit(challenge=Password(text)))
        form = self.form
        form.add(
            "name", tr("Na&me"), self.name, help_text=tr("For example CN=api.example.com,O=Acme.")
        )
        row = form.add("sans", tr("Alternative names"), self.names)
        row.find_target = self.names.first_field
        form.add("purpose", tr("&Purpose"), self.purpose)
        form.add("key_usage", tr("Key usage"), self.usage)
        self.extensions = ExtensionsField(tr("as above"))
        self.extensions.edited.connect(lambda plan: self.edit(extensions=plan))
        form.add("extensions", tr("Extensions"), self.extensions)
        form.add(
            "challenge",
            tr("C&hallenge password"),
            self.challenge,
            help_text=tr(
                "Only if the CA asks for one. Anyone who has the request can read it: do "
                "not use the password of the keystore."
            ),
        )
        self.use_form()

    def show_draft(self) -> None:
        draft, rows = self._flow.draft, self.form.rows
        is_planned = draft.extensions is not None
        for field in ("name", "sans", "extensions"):
            rows[field].set_visible(not self._flow.is_new)
        for field in ("purpose", "key_usage"):
            rows[field].set_visible(not self._flow.is_new and not is_planned)
        self.extensions.show_plan(draft.extensions)
        if self.name.text() != draft.name:
            self.name.setText(draft.name)
            self.name.setCursorPosition(0)
        self.names.set_names(draft.sans)
        self.purpose.setCurrentIndex(self.purpose.findData(draft.purpose))
        self.usage.show_usages(draft.key_usage)
        self.challenge.set_text(draft.challenge.reveal())


class RequestFilePage(Page):
    """A file, or the clipboard."""

    def __init__(self, flow: RequestFlow) -> None:
        super().__init__(
            step="file",
            prefix="request",
            heading=tr("How does the CA accept it?"),
            introduction=tr(
                "A request contains no secret unless you entered a challenge password."
            ),
        )
        self._flow = flow

    def edit(self, **changes: Unpack[RequestEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.delivery = ChoiceField(
            [
                ("file", tr("&Save it as a file"), tr("To upload or attach.")),
                ("clipboard", tr("Copy it to the &clipboard"), tr("To paste into a form.")),
                ("mail", tr("Copy it as the text of an &e-mail"), tr("With a short message.")),
            ]
        )
        self.delivery.chosen.connect(lambda value: self.edit(delivery=cast("Any", value)))
        self.encoding = ChoiceField(
            [
                ("pem", "&PEM", tr("Text; nearly every CA accepts it.")),
                ("der", "&DER", tr("Binary; only a few CAs require it.")),
            ]
        )
        self.encoding.chosen.connect(lambda value: self.edit(encoding=value))
        self.path = PathField(
            title=tr("Save the Request"),
            filters=(
                tr("Certificate requests") + " (*.csr *.p10 *.pem *.der)",
                tr("All files (*)"),
            ),
        )
        self.path.text_edited.connect(lambda text: self.edit(path=text))
        self.replace = CheckBox(tr("&Replace the existing file"))
        self.replace.clicked.connect(lambda checked: self.edit(replace=checked))
        self.form.add("delivery", tr("Request"), self.delivery)
        self.form.add("encoding", tr("Encoding"), self.encoding)
        self.form.add("path", tr("&File"), self.path)
        self.form.add("replace", "", self.replace)
        self.use_form()

    def show_draft(self) -> None:
        self._flow.suggest_path()
        draft, rows = self._flow.draft, self.form.rows
        is_file = draft.delivery == "file"
        self.delivery.set_value(draft.delivery)
        self.encoding.set_value(draft.encoding)
        self.path.set_text(draft.path)
        self.replace.setChecked(draft.replace)
        for field in ("encoding", "path"):
            rows[field].set_visible(is_file)
        rows["replace"].set_visible(self._flow.file_exists)

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        # A file that already exists is no slip of the person's: it is said at once.
        self.form.rows["path"].touched = True
        super().show_problems(problems)


class RequestWizard(FlowWizard):
    """A request for a CA, of an existing pair or of one that is created with it."""

    finish_label = tr("&Create the Request")
    running_title = tr("Creating the request")

    def __init__(
        self,
        workspace: Workspace,
        parent: QWidget | None,
        *,
        document: Document | None,
        alias: str = "",
    ) -> None:
        flow = RequestFlow(
            stores=open_stores(workspace, document),
            alias=alias,
            folder=str(usual_folder(workspace, document)),
            usual=workspace.usual,
        )
        self._requesting = flow
        self._pair_page = RequestPairPage(flow, workspace.jobs)
        self._target_page = KeyTargetPage(
            flow.generating,
            workspace.jobs,
            step="keystore",
            prefix="generate",
            heading=tr("Where does the key pair go?"),
            introduction=tr("The private key never leaves this keystore."),
            folder=str(usual_folder(workspace, document)),
        )
        pages: list[Page] = [
            self._pair_page,
            NamePage(flow.generating),
            KeyPage(flow.generating),
            NamesPage(flow.generating, can_be_issued=False),
            self._target_page,
            RequestDetailsPage(flow),
            RequestFilePage(flow),
            SummaryPage(
                step="summary",
                prefix="request",
                heading=tr("Ready to create the request"),
                introduction=tr("Nothing has been written yet."),
            ),
        ]
        super().__init__(
            workspace=workspace,
            flow=flow,
            pages=pages,
            title=tr("Create a Certificate Request"),
            parent=parent,
            document=document,
        )
        self.setObjectName("requestWizard")
        self._pair_page.store_opened.connect(self.open_for_target)
        self._target_page.store_opened.connect(self.open_for_target)

    def applies(self, page: Page) -> bool:
        return self._requesting.applies(page.step)

    def done(self, result: int) -> None:
        self._pair_page.closing()
        self._target_page.closing()
        super().done(result)

    # --- the outcome ---------------------------------------------------------------------------

    def apply_outcome(self, outcome: RequestOutcome) -> None:
        page = self.result_page
        document = self._put_pair(outcome)
        delivery = self._requesting.draft.delivery
        if delivery == "clipboard":
            QGuiApplication.clipboard().setText(outcome.request.pem)
        elif delivery == "mail":
            QGuiApplication.clipboard().setText(outcome.mail)
        where = tr("It is on the clipboard.")
        if outcome.path is not None:
            where = tr("It is in {file}.", file=shown_path(outcome.path))
        after = tr(
            "Send it to the CA. Import its reply onto “{alias}” with Import CA Reply.",
            alias=shorten(outcome.alias, 60),
        )
        page.show_result(tr("The request is ready"), f"{where}\n{after}")
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for name, label, content in (
            ("request.result.copy", tr("&Copy Request"), outcome.request.pem),
            ("request.result.copyMail", tr("Copy as E-&Mail"), outcome.mail),
        ):
            button = CopyButton(label)
            button.setObjectName(name)
            button.set_content(content)
            row.addWidget(button)
        row.addStretch(1)
        page.add_extra(buttons)
        if document is not None:
            page.offer_saving(document)
        if outcome.path is not None:
            folder = outcome.path.parent
            page.add_action(
                tr("Open the &Folder"),
                shown_path(folder),
                lambda: _show_folder(folder),
                object_name="resultFolder",
                is_next=False,
            )

    def _put_pair(self, outcome: RequestOutcome) -> Document | None:
        """Put a new pair where it goes; the open keystore that is to be saved, if there is one."""
        created = outcome.created
        if created is None:
            return None
        if created.opened is not None:
            self.workspace.show_opened(created.opened)
            return None
        return put_into_document(self.workspace, created.existing, created.label, created.entries)


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
