"""The preferences: each takes effect as it is chosen, and none waits for an OK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from handfast.formats.registry import capabilities
from handfast.ui.dialogs.store_dialog import STRENGTHS
from handfast.ui.help.guide_key import offer_guide
from handfast.ui.preferences.keyring_row import KeyringRow
from handfast.ui.program.settings import MAX_EXPIRY_DAYS, Appearance, Settings
from handfast.ui.program.theme import choose_appearance
from handfast.ui.widgets.form import Form
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.style import GRID, TextLabel
from handfast.ui.widgets.whats_this import asking_button
from handfast.ui.widgets.window_layout import resize_to_fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.store import Format, Strength
    from handfast.ui.widgets.window_services import Runner

_APPEARANCES = (
    ("As the system", Appearance.SYSTEM),
    ("Light", Appearance.LIGHT),
    ("Dark", Appearance.DARK),
)
_LOCKS = (
    ("Never", 0),
    ("After 1 minute", 1),
    ("After 5 minutes", 5),
    ("After 10 minutes", 10),
    ("After 30 minutes", 30),
    ("After 1 hour", 60),
)
_CLEARINGS = (
    ("Never", 0),
    ("After 10 seconds", 10),
    ("After 30 seconds", 30),
    ("After 1 minute", 60),
    ("After 5 minutes", 300),
)


class Effects(Protocol):
    """What has to happen at once where a preference was chosen, which is kept by then."""

    def expiry_chosen(self) -> None: ...
    def lock_chosen(self) -> None: ...
    def clipboard_chosen(self) -> None: ...
    def recent_chosen(self) -> None: ...
    def clear_recent(self) -> None: ...
    def forget_layout(self) -> None: ...


class PreferencesWindow(QDialog):
    """Over the main window; what is chosen is in effect at once."""

    def __init__(
        self, settings: Settings, effects: Effects, jobs: Runner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("preferences")
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        offer_guide(self)
        self._settings = settings
        self._effects = effects
        self._jobs = jobs
        tabs = QTabWidget(self)
        # Without a pane of another shade, on which quiet texts could hardly be read in the dark.
        tabs.setDocumentMode(True)
        tabs.setObjectName("preferencesTabs")
        tabs.setAccessibleName("Preferences")
        tabs.addTab(self._general(), "&General")
        tabs.addTab(self._security(), "&Security")
        tabs.addTab(self._remembered(), "&Remembered")
        close = QPushButton("Close", self)
        close.setObjectName("preferencesClose")
        close.setMinimumWidth(11 * GRID)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(asking_button(self))
        foot.addStretch(1)
        foot.addWidget(close)
        # Wide enough for the sentences beneath the fields, which would be cut off otherwise.
        resize_to_fit(self, (84, 56), least=(84, 48))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(tabs, 1)
        layout.addLayout(foot)

    # --- the pages ----------------------------------------------------------------

    def _general(self) -> QWidget:
        settings, form = self._settings, Form("preferences")
        self._choice(form, "appearance", "&Appearance", _APPEARANCES, settings.appearance,
                     lambda chosen: choose_appearance(settings, chosen))  # fmt: skip
        days = QSpinBox()
        days.setRange(0, MAX_EXPIRY_DAYS)
        days.setSuffix(" days before its end")
        days.setValue(settings.expiry_days)
        days.setMaximumWidth(26 * GRID)
        days.valueChanged.connect(self._choose_expiry)
        form.add("expiry", "Mark as &expiring", days,
                 help_text="In rows, details and findings, and on the start page.")  # fmt: skip
        formats = [(each.format.title, each.format) for each in capabilities() if each.can_write]
        self._choice(form, "format", "&Format of new stores", formats, settings.new_format,
                     self._choose_format)  # fmt: skip
        self._choice(form, "strength", "&Protection of new stores", STRENGTHS,
                     settings.new_strength, self._choose_strength)  # fmt: skip
        self._tick(form, "backup", "&Keep the version before as .bak when saving",
                   settings.makes_backup, self._choose_backup)  # fmt: skip
        return _page(form)

    def _security(self) -> QWidget:
        settings, form = self._settings, Form("preferences")
        self._choice(form, "lock", "&Lock stores", _LOCKS, settings.lock_minutes,
                     self._choose_lock,
                     help_text="Passwords and keys are forgotten then. Edits are kept.",
                     other=lambda minutes: f"After {minutes:,} minutes")  # fmt: skip
        self._choice(form, "clipboard", "&Clear clipboard", _CLEARINGS,
                     settings.clipboard_seconds, self._choose_clipboard,
                     help_text="Of copied passwords. Certificates and fingerprints stay.",
                     other=lambda seconds: f"After {seconds:,} seconds")  # fmt: skip
        self._tick(form, "network", "Allow the &network connections that I ask for",
                   settings.allows_network, self._choose_network,
                   label="Network", help_text="Handfast makes no others.")  # fmt: skip
        keyring = KeyringRow(settings, self._jobs)
        row = form.add("keyring", "Keyring", keyring)
        keyring.said.connect(row.note.set_help)
        keyring.failed.connect(lambda words: row.note.show_note("error", words))
        keyring.look()
        return _page(form)

    def _remembered(self) -> QWidget:
        settings, form = self._settings, Form("preferences")
        self._tick(form, "restore", "&Open the tabs of the last time", settings.restores_tabs,
                   self._choose_restoring, label="Tabs",
                   clear=("Forget them", settings.forget_tabs))  # fmt: skip
        self._tick(
            form, "recent", "&List the stores that were opened", settings.keeps_recent,
            self._choose_recent, label="Recent stores",
            clear=("Clear list", self._effects.clear_recent),
        )  # fmt: skip
        columns = TextLabel("Which, how wide, and where the details begin", shade="plain")
        self._beside(form, "columns", "Columns", columns, "Reset",
                     self._effects.forget_layout)  # fmt: skip
        return _page(form)

    # --- what was chosen ----------------------------------------------------------

    def _choose_expiry(self, days: int) -> None:
        self._settings.expiry_days = days
        self._effects.expiry_chosen()

    def _choose_format(self, wanted: Format) -> None:
        self._settings.new_format = wanted

    def _choose_strength(self, strength: Strength) -> None:
        self._settings.new_strength = strength

    def _choose_backup(self, is_on: bool) -> None:
        self._settings.makes_backup = is_on

    def _choose_lock(self, minutes: int) -> None:
        self._settings.lock_minutes = minutes
        self._effects.lock_chosen()

    def _choose_clipboard(self, seconds: int) -> None:
        self._settings.clipboard_seconds = seconds
        self._effects.clipboard_chosen()

    def _choose_network(self, is_on: bool) -> None:
        self._settings.allows_network = is_on

    def _choose_restoring(self, is_on: bool) -> None:
        self._settings.restores_tabs = is_on

    def _choose_recent(self, is_on: bool) -> None:
        self._settings.keeps_recent = is_on
        self._effects.recent_chosen()

    # --- its parts ----------------------------------------------------------------

    def _choice(
        self,
        form: Form,
        name: str,
        label: str,
        choices: Sequence[tuple[str, Any]],
        now: Any,  # noqa: ANN401 - one of the choices
        choose: Callable[[Any], object],
        *,
        help_text: str = "",
        other: Callable[[Any], str] | None = None,
    ) -> None:
        """A list to choose from; ``other`` names a value that was written in by hand."""
        offered = list(choices)
        if other is not None and now not in [value for _text, value in offered]:
            offered.append((other(now), now))
        box = QComboBox()
        for text, _value in offered:
            box.addItem(text)
        values = [value for _text, value in offered]
        box.setCurrentIndex(values.index(now) if now in values else 0)
        box.currentIndexChanged.connect(lambda index: choose(values[index]))
        form.add(name, label, box, help_text=help_text)

    def _tick(
        self,
        form: Form,
        name: str,
        text: str,
        now: bool,
        choose: Callable[[bool], object],
        *,
        label: str = "",
        help_text: str = "",
        clear: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """A box to tick; ``clear`` is a button beneath it that forgets what is remembered."""
        box = CheckBox(text)
        box.setChecked(now)
        box.toggled.connect(choose)
        if clear is None:
            form.add(name, label, box, help_text=help_text)
            box.setAccessibleName(text.replace("&", ""))
            return
        button = self._beside(form, name, label, box, *clear)
        button.setEnabled(now)
        box.toggled.connect(button.setEnabled)

    def _beside(
        self,
        form: Form,
        name: str,
        label: str,
        widget: QWidget,
        words: str,
        act: Callable[[], object],
    ) -> QPushButton:
        """Something with a button at its end that forgets it."""
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.setObjectName(f"preferences.{name}Clear")
        button.setAccessibleName(f"{label}: {words.lower()}")
        button.setMinimumWidth(12 * GRID)
        button.clicked.connect(act)
        both = QWidget()
        beside = QHBoxLayout(both)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(widget, 1)
        beside.addWidget(button)
        both.setFocusProxy(widget if widget.focusPolicy() else button)
        row = form.add(name, label, both, object_name=f"preferences.{name}.row")
        widget.setObjectName(f"preferences.{name}")
        # Said where it was pressed: there is not always anything else to see of it.
        button.clicked.connect(lambda: row.note.show_note("ok", "Done."))
        return button


def _page(form: Form) -> QWidget:
    form.finish()
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(GRID, 3 * GRID, GRID, GRID)
    layout.addWidget(form, 1)
    return page
