"""The extensions of a certificate, drawn: presets, own files, and every part by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from handfast.core.errors import HandfastError
from handfast.core.language import tr, tr_in
from handfast.flows.authority.extension_editing import (
    ExtensionFlow,
    lines_of,
    plan_words,
    values_of,
)
from handfast.flows.sources import error_text
from handfast.services.authority.extension_files import PRESETS
from handfast.services.authority.extension_plan import (
    CRITICAL_CHOICES,
    EXTENDED_USAGES,
)
from handfast.services.authority.profiles import MAX_PATH_LENGTH
from handfast.services.describe.oid_names import KEY_USAGE_NAMES
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.style import GRID, TextLabel, breakable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handfast.flows.authority.extension_editing import ExtensionEdits
    from handfast.services.authority.extension_plan import ExtensionPlan

_LINES: Final = 2
#: The parts that are lines of text: field, label, and an example.
_LISTS: Final = (
    ("san", tr("Al&ternative names"), "dns:api.example\nupn:user@ad.example",
     tr("One per line: dns, ip, uri, email, dn, rid, upn, or other:OID=HEX.")),
    ("crl_points", tr("Revocation &lists"), "http://ca.example/ca.crl",
     tr("Addresses of revocation lists (CRL distribution points), one per line.")),
    ("ocsp", tr("&OCSP responders"), "http://ocsp.example/", tr("Addresses, one per line.")),
    ("ca_issuers", tr("Issuer’s &certificate"), "http://ca.example/ca.cer",
     tr("Addresses of the CA’s certificate (AIA), one per line.")),
    ("policies", tr("&Policies"), "1.2.3.4 http://ca.example/cps",
     tr("One object identifier per line, with the address of its statement.")),
    ("permitted", tr("Permitted &names"), "dns:example.com\nip:192.0.2.0/24",
     tr("For a CA only: the names that it may certify, one per line.")),
    ("excluded", tr("E&xcluded names"), "dns:bad.example.com",
     tr("For a CA only: the names that it must not certify.")),
    ("raw", tr("Other extensions"), "1.2.3.4.5:critical=0500",
     tr("OID=HEX or OID:critical=HEX, one per line, with the value in DER.")),
)  # fmt: skip


class TickGrid(QWidget):
    """Boxes to tick, two in a row."""

    ticked = Signal(tuple)

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.boxes = {name: CheckBox(name) for name in names}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        for at, box in enumerate(self.boxes.values()):
            box.clicked.connect(lambda _checked=False: self.ticked.emit(self.chosen))
            grid.addWidget(box, at // 2, at % 2)
        grid.setColumnStretch(2, 1)
        self.setFocusProxy(next(iter(self.boxes.values())))

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        for each, box in self.boxes.items():
            box.setObjectName(f"{name}.{each}")

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names of those that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def show_chosen(self, wanted: Iterable[str]) -> None:
        """Tick these."""
        names = set(wanted)
        for name, box in self.boxes.items():
            box.setChecked(name in names)


class LinesField(QPlainTextEdit):
    """A few lines of text; Tab leaves it."""

    def __init__(self, example: str) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setPlaceholderText(example)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        line = self.fontMetrics().lineSpacing()
        self.setFixedHeight(_LINES * line + 2 * GRID)

    def show_text(self, text: str) -> None:
        """Show other lines; what is being typed stays as it is."""
        if values_of(text) != values_of(self.toPlainText()):
            self.setPlainText(text)


class ExtensionEditor(FormDialog):
    """The plan, drawn; ``chosen`` brings it once nothing in it is wrong."""

    chosen = Signal(object)

    def __init__(self, plan: ExtensionPlan | None = None, parent: QWidget | None = None) -> None:
        super().__init__("extensions", tr("Extensions of the Certificate"), tr("&Use"), parent)
        self.flow = ExtensionFlow(plan)
        self._make_preset()
        self.constraints = QComboBox()
        for title, value in (
            (tr("Not a CA"), False),
            (tr("CA that can issue certificates"), True),
            (tr("Not stated"), None),
        ):
            self.constraints.addItem(title, value)
        self.constraints.activated.connect(
            lambda at: self._edit("is_ca", self.constraints.itemData(at))
        )
        self.form.add("is_ca", tr("&Basic constraints"), self.constraints)
        self.length = QSpinBox()
        self.length.setRange(-1, MAX_PATH_LENGTH)
        self.length.setSpecialValueText(tr("any number"))
        self.length.valueChanged.connect(
            lambda value: self._edit("path_length", None if value < 0 else value)
        )
        self.form.add("path_length", tr("CAs below &it"), self.length)
        self.usage = TickGrid(KEY_USAGE_NAMES)
        self.usage.ticked.connect(lambda names: self._edit("key_usage", names))
        self.form.add("key_usage", tr("Key usage"), self.usage)
        self.extended = TickGrid(EXTENDED_USAGES)
        self.extended.ticked.connect(lambda _names: self._edit_extended())
        self.form.add("extended", tr("Extended key usage"), self.extended)
        self.own_usages = QLineEdit()
        self.own_usages.setPlaceholderText("1.3.6.1.4.1.99999.7")
        self.own_usages.textEdited.connect(lambda _text: self._edit_extended())
        self.form.add(
            "extended_key_usage", tr("Custo&m purposes"), self.own_usages,
            help_text=tr("Object identifiers, separated by commas."),
        )  # fmt: skip
        self.lists: dict[str, LinesField] = {}
        for field, label, example, help_text in _LISTS:
            self._add_lines(field, label, example, help_text)
        self.critical = TickGrid(CRITICAL_CHOICES)
        self.critical.ticked.connect(lambda names: self._edit("critical", names))
        self.form.add(
            "critical", tr("Critical"), self.critical,
            help_text=tr(
                "A program that does not support a critical extension rejects the "
"certificate. Basic constraints and name constraints are always critical."
            ),
        )  # fmt: skip
        identifiers = TextLabel(
            tr("The certificate always contains those of its own key and of the issuer’s key."),
            parent=self,
        )
        self.form.add("identifiers", tr("Key identifiers"), identifiers)
        for row in self.form.rows.values():
            # Each part stands by itself: what is wrong with it is said at once.
            row.touched = True
        self.finish()
        self._show_plan()

    def _make_preset(self) -> None:
        self.preset = QComboBox()
        for name, plan in PRESETS.items():
            self.preset.addItem(plan.title, name)
        self.preset.setPlaceholderText(tr("Custom"))
        self.preset.activated.connect(self._choose_preset)
        self.form.add("preset", tr("P&reset"), self.preset)
        files = QWidget()
        row = QHBoxLayout(files)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.open_file = self._file_button(tr("Open &File…"), "open", self._choose_to_open)
        self.save_file = self._file_button(tr("&Save As…"), "save", self._choose_to_save)
        row.addWidget(self.open_file)
        row.addWidget(self.save_file)
        row.addStretch(1)
        files.setFocusProxy(self.open_file)
        self.form.add(
            "files", "", files,
            help_text=tr("Your own presets are files that you can share. They contain no secrets."),
        )  # fmt: skip

    def _file_button(self, words: str, name: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"extensions.{name}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _add_lines(self, field: str, label: str, example: str, help_text: str) -> None:
        lines = LinesField(example)
        lines.textChanged.connect(
            lambda: self._edit(field, values_of(self.lists[field].toPlainText()))
        )
        self.lists[field] = lines
        self.form.add(field, label, lines, help_text=help_text)

    # --- editing --------------------------------------------------------------------

    def _edit(self, part: str, value: object) -> None:
        if getattr(self.flow.draft, part) == value:
            return
        self.flow.update(**cast("ExtensionEdits", {part: value}))
        self._show_plan()

    def _edit_extended(self) -> None:
        own = tuple(each.strip() for each in self.own_usages.text().split(",") if each.strip())
        self._edit("extended_key_usage", (*self.extended.chosen, *own))

    def _choose_preset(self, at: int) -> None:
        self.flow.choose(self.preset.itemData(at))
        self._show_plan()

    def _show_plan(self) -> None:
        plan = self.flow.draft
        self.preset.setCurrentIndex(self.preset.findData(self.flow.preset or None))
        self.constraints.setCurrentIndex(
            next(at for at in range(3) if self.constraints.itemData(at) is plan.is_ca)
        )
        self.length.blockSignals(True)
        self.length.setValue(-1 if plan.path_length is None else plan.path_length)
        self.length.blockSignals(False)
        self.usage.show_chosen(plan.key_usage)
        known = {name.lower() for name in EXTENDED_USAGES}
        self.extended.show_chosen(plan.extended_key_usage)
        own = ", ".join(each for each in plan.extended_key_usage if each.lower() not in known)
        if not self.own_usages.hasFocus():
            self.own_usages.setText(own)
        for field, lines in self.lists.items():
            lines.show_text(lines_of(getattr(plan, field)))
        self.critical.show_chosen(plan.critical)
        for field in ("path_length", "permitted", "excluded"):
            self.form.rows[field].set_visible(bool(plan.is_ca) or bool(getattr(plan, field)))
        problems = self.flow.problems()
        self.show_problems(problems, everywhere=False)
        self.go.setEnabled(not problems)
        self.save_file.setEnabled(not problems)

    # --- files ----------------------------------------------------------------------

    def _choose_to_open(self) -> None:
        dialog = QFileDialog(self, tr("Open a Preset"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr("Presets (*.json)"), tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self.load(Path(name)))
        self._show(dialog)

    def _choose_to_save(self) -> None:
        dialog = QFileDialog(self, tr("Save the Preset"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([tr("Presets (*.json)")])
        dialog.setDefaultSuffix("json")
        # The dialog asks whether to replace a file.
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        self._show(dialog)

    def _show(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def load(self, path: Path) -> None:
        """Take the plan of a file, or say what is wrong with it."""
        try:
            self.flow.load(path)
        except HandfastError as error:
            self.say(error_text(error))
            return
        self.say("")
        self._show_plan()

    def save(self, path: Path) -> None:
        """Write the plan to a file."""
        try:
            self.flow.save(path, replace=True)
        except HandfastError as error:
            self.say(error_text(error))
            return
        self.say("")
        self._show_plan()

    def try_it(self) -> None:
        problems = self.flow.problems()
        self.show_problems(problems, everywhere=True)
        if not problems:
            self.chosen.emit(self.flow.run())
            self.accept()

    def forget_secrets(self, _why: str) -> None:
        """There is no secret in it."""


class ExtensionsField(QWidget):
    """What the extensions are, in a few words, and the way to change them."""

    edited = Signal(object)

    def __init__(self, following: str) -> None:
        """``following`` says what they are while nobody has chosen any."""
        super().__init__()
        self._following = following
        self._plan: ExtensionPlan | None = None
        self._start: ExtensionPlan | None = None
        self.words = TextLabel(following, shade="plain", parent=self)
        self.change = QPushButton(tr("&Edit…"), self)
        self.reset = QPushButton(tr_in("undo one’s own choice", "&Reset"), self)
        for button in (self.change, self.reset):
            button.setAutoDefault(False)
        self.change.clicked.connect(self.open_editor)
        self.reset.clicked.connect(lambda: self.edited.emit(None))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.words, 1)
        row.addWidget(self.change)
        row.addWidget(self.reset)
        self.setFocusProxy(self.change)

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        self.change.setObjectName(f"{name}.edit")
        self.reset.setObjectName(f"{name}.reset")

    def show_plan(self, plan: ExtensionPlan | None, start: ExtensionPlan | None = None) -> None:
        """What is chosen; ``start`` is what the editor begins with where nothing is."""
        self._plan, self._start = plan, start
        self.words.setText(breakable(self._following if plan is None else plan_words(plan)))
        self.reset.setVisible(plan is not None)

    def open_editor(self) -> ExtensionEditor:
        """Open the editor over the window."""
        editor = ExtensionEditor(self._plan or self._start, self.window())
        editor.chosen.connect(self.edited)
        editor.open()
        return editor
