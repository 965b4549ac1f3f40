"""The preferences: each takes effect as it is chosen, and none waits for an OK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from handfast import language_choice
from handfast.core.language import tr, tr_count
from handfast.formats.registry import capabilities
from handfast.services.describe.validity import MAX_EXPIRY_DAYS
from handfast.ui.dialogs.store_dialog import STRENGTHS
from handfast.ui.help.guide_key import offer_guide
from handfast.ui.preferences.keyring_row import KeyringRow
from handfast.ui.program.settings import Appearance, Settings
from handfast.ui.program.theme import choose_appearance
from handfast.ui.widgets.fields.days_field import DaysField
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
    (tr("System default"), Appearance.SYSTEM),
    (tr("Light"), Appearance.LIGHT),
    (tr("Dark"), Appearance.DARK),
)
_LOCKS = (
    (tr("Never"), 0),
    (tr("After 1 minute"), 1),
    (tr("After 5 minutes"), 5),
    (tr("After 10 minutes"), 10),
    (tr("After 30 minutes"), 30),
    (tr("After 1 hour"), 60),
)
_CLEARINGS = (
    (tr("Never"), 0),
    (tr("After 10 seconds"), 10),
    (tr("After 30 seconds"), 30),
    (tr("After 1 minute"), 60),
    (tr("After 5 minutes"), 300),
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
        self.setWindowTitle(tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        offer_guide(self)
        self._settings = settings
        self._effects = effects
        self._jobs = jobs
        tabs = QTabWidget(self)
        # Without a pane of another shade, on which quiet texts could hardly be read in the dark.
        tabs.setDocumentMode(True)
        tabs.setObjectName("preferencesTabs")
        tabs.setAccessibleName(tr("Preferences"))
        tabs.addTab(self._general(), tr("&General"))
        tabs.addTab(self._security(), tr("&Security"))
        tabs.addTab(self._remembered(), tr("&History"))
        close = QPushButton(tr("Close"), self)
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
        self._choice(
            form,
            "appearance",
            tr("&Appearance"),
            _APPEARANCES,
            settings.appearance,
            lambda chosen: choose_appearance(settings, chosen),
        )
        if languages := language_choice.available():
            choices = [(tr("System default"), ""), ("English", language_choice.ENGLISH)]
            choices += [(QLocale(code).nativeLanguageName() or code, code) for code in languages]
            self._choice(
                form,
                "language",
                tr("&Language"),
                choices,
                settings.language,
                self._choose_language,
                help_text=tr("Takes effect the next time Handfast starts."),
            )
        days = DaysField(
            0,
            MAX_EXPIRY_DAYS,
            unit=lambda count: tr_count("day before expiry", "days before expiry", count),
        )
        days.setValue(settings.expiry_days)
        days.setMaximumWidth(26 * GRID)
        days.valueChanged.connect(self._choose_expiry)
        form.add(
            "expiry",
            tr("Mark as &expiring"),
            days,
            help_text=tr("In rows, details, and findings, and on the start page."),
        )
        formats = [(each.format.title, each.format) for each in capabilities() if each.can_write]
        self._choice(
            form,
            "format",
            tr("&Format of new keystores"),
            formats,
            settings.new_format,
            self._choose_format,
        )
        self._choice(
            form,
            "strength",
            tr("&Protection of new keystores"),
            STRENGTHS,
            settings.new_strength,
            self._choose_strength,
        )
        self._tick(
            form,
            "backup",
            tr("&Keep the previous version as .bak when saving"),
            settings.makes_backup,
            self._choose_backup,
        )
        return _page(form)

    def _security(self) -> QWidget:
        settings, form = self._settings, Form("preferences")
        self._choice(
            form,
            "lock",
            tr("&Lock keystores"),
            _LOCKS,
            settings.lock_minutes,
            self._choose_lock,
            help_text=tr("Removes passwords and keys from memory; unsaved edits are kept."),
            other=lambda minutes: tr_count(
                "After {count} minute", "After {count} minutes", minutes
            ),
        )
        self._choice(
            form,
            "clipboard",
            tr("&Clear clipboard"),
            _CLEARINGS,
            settings.clipboard_seconds,
            self._choose_clipboard,
            help_text=tr("Applies to copied passwords. Certificates and fingerprints stay."),
            other=lambda seconds: tr_count(
                "After {count} second", "After {count} seconds", seconds
            ),
        )
        self._tick(
            form,
            "network",
            tr("Allow &network connections that I start"),
            settings.allows_network,
            self._choose_network,
            label=tr("Network"),
            help_text=tr("Handfast makes no other connections."),
        )
        keyring = KeyringRow(settings, self._jobs)
        row = form.add("keyring", tr("Keyring"), keyring)
        keyring.said.connect(row.note.set_help)
        keyring.failed.connect(lambda words: row.note.show_note("error", words))
        keyring.look()
        return _page(form)

    def _remembered(self) -> QWidget:
        settings, form = self._settings, Form("preferences")
        self._tick(
            form,
            "restore",
            tr("&Reopen tabs from the last session"),
            settings.restores_tabs,
            self._choose_restoring,
            label=tr("Tabs"),
            clear=(tr("Forget Them"), settings.forget_tabs),
        )
        self._tick(
            form,
            "recent",
            tr("&List recently opened keystores"),
            settings.keeps_recent,
            self._choose_recent,
            label=tr("Recent keystores"),
            clear=(tr("Clear List"), self._effects.clear_recent),
        )
        columns = TextLabel(tr("Column layout"), shade="plain")
        self._beside(
            form, "columns", tr("Keystore tabs"), columns, tr("Reset"), self._effects.forget_layout
        )
        return _page(form)

    # --- what was chosen ----------------------------------------------------------

    def _choose_language(self, language: str) -> None:
        self._settings.language = language

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
        button.clicked.connect(lambda: row.note.show_note("ok", tr("Done.")))
        return button


def _page(form: Form) -> QWidget:
    form.finish()
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(GRID, 3 * GRID, GRID, GRID)
    layout.addWidget(form, 1)
    return page
