"""The preferences: each takes effect as it is chosen, and none waits for an OK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from handfast.ui.help.whats_this import asking_button, offer_guide
from handfast.ui.preferences import apply_preferences
from handfast.ui.preferences.keyring_row import KeyringRow
from handfast.ui.preferences.preferences import (
    BACKUP,
    CLIPBOARD,
    FORMAT,
    MAX_EXPIRY_DAYS,
    STRENGTH,
    allows_network,
    clipboard_seconds,
    expiry_threshold,
    lock_minutes,
    makes_backup,
    new_format,
    new_strength,
)
from handfast.ui.program.recent_stores import keeps_recent
from handfast.ui.program.session import forget_tabs, restores, set_restores
from handfast.ui.program.theme import Appearance, choose_appearance, stored_appearance
from handfast.ui.widgets.form import Form
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.style import GRID, TextLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.ui.window.main_window import MainWindow

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


class PreferencesWindow(QDialog):
    """Over the main window; what is chosen is in effect at once."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setObjectName("preferences")
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        offer_guide(self)
        self._window = window
        tabs = QTabWidget(self)
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
        self.setMinimumSize(84 * GRID, 48 * GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(tabs, 1)
        layout.addLayout(foot)

    # --- the pages ----------------------------------------------------------------

    def _general(self) -> QWidget:
        window, settings, form = self._window, self._window.settings, Form("preferences")
        self._choice(form, "appearance", "&Appearance", _APPEARANCES, stored_appearance(settings),
                     lambda chosen: choose_appearance(settings, chosen))  # fmt: skip
        days = QSpinBox()
        days.setRange(0, MAX_EXPIRY_DAYS)
        days.setSuffix(" days before its end")
        days.setValue(expiry_threshold(settings))
        days.setMaximumWidth(26 * GRID)
        days.valueChanged.connect(lambda value: apply_preferences.choose_expiry(window, value))
        form.add("expiry", "Mark as &expiring", days,
                 help_text="In rows, details and findings, and on the start page.")  # fmt: skip
        formats = [(each.format.title, each.format) for each in capabilities() if each.can_write]
        self._choice(form, "format", "&Format of new stores", formats, new_format(settings),
                     lambda chosen: settings.setValue(FORMAT, chosen.name))  # fmt: skip
        self._choice(form, "strength", "&Protection of new stores", STRENGTHS,
                     new_strength(settings),
                     lambda chosen: settings.setValue(STRENGTH, chosen.name))  # fmt: skip
        self._tick(form, "backup", "&Keep the version before as .bak when saving",
                   makes_backup(settings), lambda on: settings.setValue(BACKUP, on))  # fmt: skip
        return _page(form)

    def _security(self) -> QWidget:
        window, settings, form = self._window, self._window.settings, Form("preferences")
        self._choice(form, "lock", "&Lock stores", _LOCKS, lock_minutes(settings),
                     lambda minutes: apply_preferences.choose_lock(window, minutes),
                     help_text="Passwords and keys are forgotten then. Edits are kept.",
                     other=lambda minutes: f"After {minutes:,} minutes")  # fmt: skip
        self._choice(form, "clipboard", "&Clear clipboard", _CLEARINGS, clipboard_seconds(settings),
                     lambda seconds: settings.setValue(CLIPBOARD, seconds),
                     help_text="Of copied passwords. Certificates and fingerprints stay.",
                     other=lambda seconds: f"After {seconds:,} seconds")  # fmt: skip
        self._tick(form, "network", "Allow the &network connections that I ask for",
                   allows_network(settings),
                   lambda on: apply_preferences.choose_network(window, is_allowed=on),
                   label="Network", help_text="Handfast makes no others.")  # fmt: skip
        keyring = KeyringRow(settings, window.jobs)
        row = form.add("keyring", "Keyring", keyring)
        keyring.said.connect(row.note.set_help)
        keyring.failed.connect(lambda words: row.note.show_note("error", words))
        keyring.look()
        return _page(form)

    def _remembered(self) -> QWidget:
        window, settings, form = self._window, self._window.settings, Form("preferences")
        self._tick(form, "restore", "&Open the tabs of the last time", restores(settings),
                   lambda on: set_restores(settings, on), label="Tabs",
                   clear=("Forget them", lambda: forget_tabs(settings)))  # fmt: skip
        self._tick(
            form, "recent", "&List the stores that were opened", keeps_recent(settings),
            lambda on: apply_preferences.choose_recent(window, on), label="Recent stores",
            clear=("Clear list", lambda: apply_preferences.clear_recent(window)),
        )  # fmt: skip
        columns = TextLabel("Which, how wide, and where the details begin", shade="plain")
        self._beside(form, "columns", "Columns", columns, "Reset",
                     lambda: apply_preferences.forget_layout(window))  # fmt: skip
        return _page(form)

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
    layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, GRID)
    layout.addWidget(form, 1)
    return page
