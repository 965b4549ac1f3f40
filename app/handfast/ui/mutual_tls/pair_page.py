"""Which key pair we show: one that is made for this, or an existing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Signal

from handfast.core.language import tr
from handfast.ui.mutual_tls.preset_reasons import Reasons
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.flows.setup.state import PartnershipEdits
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Runner


class PairPage(Page):
    """The choice, and the reasons of the preset beneath."""

    #: A file was read that our pair is in.
    store_opened = Signal(object)

    def __init__(self, flow: SetUpFlow, jobs: Runner) -> None:
        super().__init__(
            step="pair",
            prefix="setup",
            heading=tr("Your key pair"),
            introduction=tr(
                "The private key stays in its keystore. Your partner gets the certificate."
            ),
        )
        self._flow, self._jobs = flow, jobs

    def edit(self, **changes: Unpack[PartnershipEdits]) -> None:
        """Hand the person’s change to the flow."""
        self._flow.update(**changes)
        self.took_edit(changes)

    def build(self) -> None:
        self.choice = ChoiceField(
            [
                (
                    "new",
                    tr("Create a new &key pair"),
                    tr("The next steps ask for its name and where it goes."),
                ),
                ("existing", tr("&Use an existing key pair"), tr("From a keystore that you have.")),
            ]
        )
        self.choice.chosen.connect(lambda value: self.edit(pair=value))
        self.store = StoreField("setup.keystore.box", tr("Keystore"), self._jobs)
        self.store.chosen.connect(lambda key: self.edit(keystore=key))
        self.store.opened.connect(self._opened)
        self.alias = NameBox()
        self.alias.activated.connect(lambda at: self.edit(alias=self.alias.itemData(at)))
        self.signed = CheckBox(tr("Have it signed by a &CA"))
        self.signed.clicked.connect(lambda on: self.edit(signing="ca" if on else "self"))
        self.reasons = Reasons()
        self.form.add("pair", tr("Key pair"), self.choice)
        self.form.add("keystore", tr("Key&store"), self.store)
        self.form.add("alias", tr("&Alias"), self.alias)
        self.form.add(
            "signing",
            "",
            self.signed,
            help_text=tr(
                "A request is created for you to send to the CA; your partner gets the "
                "certificate that the CA issues."
            ),
        )
        self._suggested = self.form.add_section("")
        self.form.add_widget(self.reasons)
        self.use_form()

    def show_draft(self) -> None:
        draft, preset = self._flow.draft, self._flow.preset
        is_new = draft.pair == "new"
        self.choice.set_value(draft.pair)
        self.signed.setChecked(draft.signing == "ca")
        rows = self.form.rows
        for field in ("keystore", "alias"):
            rows[field].set_visible(not is_new)
        self._suggested.setText(
            tr("Suggested for {title}", title=preset.title) if preset.recipe else tr("Suggested")
        )
        self._suggested.setVisible(is_new)
        self.reasons.setVisible(is_new)
        self.reasons.show_preset(preset)
        if is_new:
            return
        self.store.show_stores(self._flow.stores, draft.keystore)
        found = self._flow.keystore
        pairs = found.store.key_pairs if found is not None else ()
        self.alias.clear()
        for pair in pairs:
            self.alias.add_name(pair.alias)
        self.alias.setCurrentIndex(self.alias.findData(draft.alias) if draft.alias else -1)
        self.alias.setPlaceholderText(tr("Choose a key pair") if pairs else "")
        self.alias.setEnabled(bool(pairs))

    def _opened(self, opened: OpenedFile) -> None:
        self.store_opened.emit(opened)
        self.edit(keystore=str(opened.path))

    def closing(self) -> None:
        """Nobody waits for the file any more."""
        if self.is_made:
            self.store.closing()
