"""Entries that come from another keystore, drawn: what is asked once for all, and a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from shiboken6 import isValid

from handfast.core.errors import WouldLose
from handfast.core.language import tr, tr_count
from handfast.core.password import Password
from handfast.core.visible_text import visible
from handfast.flows.entries.copying import summary_of
from handfast.flows.open_store import OpenStore
from handfast.services.exchange.copying import Fate, OnCollision
from handfast.ui.dialogs.form_dialog import ConsentDialog
from handfast.ui.widgets.command_fold import CommandFold
from handfast.ui.widgets.fields.choice_field import ChoiceField
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.secrets.new_password import NewPasswordField
from handfast.ui.widgets.secrets.password_line import PasswordField
from handfast.ui.widgets.style import GRID, TextLabel, plain
from handfast.ui.widgets.window_layout import resize_to_fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.flows.entries.copying import CopyEdits, CopyFlow
    from handfast.services.exchange.copying import CopyResult
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Runner, RunningJob

#: More rows are not read; the line beneath counts them all.
MAX_PREVIEW_ROWS = 500
#: One preview once the typing pauses.
_PAUSE_MS = 150
_MAX_SHOWN_LOSSES = 6


class CopyDialog(ConsentDialog):
    """The flow, drawn; ``succeeded`` brings its outcome. Nothing is changed before."""

    succeeded = Signal(object)

    def __init__(
        self,
        flow: CopyFlow,
        title: str,
        button: str,
        jobs: Runner,
        parent: QWidget | None = None,
        *,
        paths: tuple[str, str] = ("", ""),
        stores: Sequence[OpenStore] | None = None,
    ) -> None:
        """``stores`` offers a choice of the keystore that the entries come from."""
        super().__init__("copyDialog", title, button, parent)
        self.flow = flow
        self._jobs = jobs
        self._paths = paths
        self._stores = {each.key: each for each in stores or ()}
        self._job: RunningJob | None = None
        self._error: HandfastError | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._preview)
        self.source: StoreField | None = None
        if stores is not None:
            self.source = StoreField("copyDialog.source", tr("Keystore to merge"), jobs, self)
            self.source.show_stores(stores, "")
            self.source.chosen.connect(self._choose)
            self.source.opened.connect(self._read)
            self.form.add("source", tr("&From"), self.source, object_name="copyDialog.sourceField")
        self._build_questions()
        self._build_preview()
        self.finish()
        resize_to_fit(self, (84, 66), (66, 45))
        self._show_questions()
        self._preview()

    def _build_questions(self) -> None:
        flow, form = self.flow, self.form
        self.collision = ChoiceField(
            (
                (OnCollision.RENAME.value, tr("Keep &both"), tr("The new one gets a number.")),
                (OnCollision.REPLACE.value, tr("&Replace the existing entry"), ""),
                (OnCollision.SKIP.value, tr("&Skip the new one"), ""),
            )
        )
        self.collision.set_value(flow.draft.on_collision.value)
        self.collision.chosen.connect(lambda value: self._edited(on_collision=OnCollision(value)))
        form.add("on_collision", tr("If an alias is taken"), self.collision)
        self.own = CheckBox(tr("Keys keep &their own passwords"), self)
        self.own.setChecked(flow.draft.keeps_own_passwords)
        self.own.toggled.connect(lambda is_on: self._edited(keeps_own_passwords=is_on))
        form.add("own_passwords", "", self.own)
        self.locked = PasswordField()
        form.add(
            "locked_password",
            tr("Password of &locked keys"),
            self.locked,
            help_text=tr("Without it, these keys are left out."),
        )
        self.locked.line.textChanged.connect(
            lambda text: self._edited(locked_password=Password(text))
        )
        self.again = PasswordField()
        self.new = NewPasswordField(self.again)
        form.add(
            "new_password",
            tr("New &password"),
            self.new,
            help_text=tr("This keystore has no password yet. The new password protects the keys."),
        )
        form.add("new_password_again", tr("Confirm pass&word"), self.again)
        self.new.line.textChanged.connect(lambda text: self._edited(new_password=Password(text)))
        self.again.line.textChanged.connect(
            lambda text: self._edited(new_password_again=Password(text))
        )

    def _build_preview(self) -> None:
        self.rows = QTreeWidget(self)
        self.rows.setRootIsDecorated(False)
        self.rows.setUniformRowHeights(True)
        self.rows.setColumnCount(3)
        self.rows.setHeaderLabels([tr("Entry"), tr("Kind"), tr("What happens")])
        self.rows.setMinimumHeight(12 * GRID)
        self.rows.setColumnWidth(0, 24 * GRID)
        self.rows.setColumnWidth(1, 18 * GRID)
        row = self.form.add(
            "preview", tr("Preview"), self.rows, wide=True, grow=True,
            object_name="copyDialog.preview",
        )  # fmt: skip
        self.summary = row.note
        self.notes = TextLabel(parent=self)
        self.notes.setObjectName("copyDialog.notes")
        self.form.add_widget(self.notes)
        self.command = CommandFold(self)
        self.form.add_widget(self.command)

    # --- what is asked ------------------------------------------------------------------

    def _show_questions(self) -> None:
        flow, rows = self.flow, self.form.rows
        taken = flow.collisions
        rows["on_collision"].set_visible(taken > 0)
        rows["on_collision"].note.set_help(
            tr_count("{count} alias is taken.", "{count} aliases are taken.", taken)
        )
        rows["own_passwords"].set_visible(flow.keys_with_own_passwords > 0)
        rows["locked_password"].set_visible(flow.locked_keys > 0)
        for name in ("new_password", "new_password_again"):
            rows[name].set_visible(flow.needs_password)
        command = flow.command(*self._paths)
        self.command.set_command(command)
        self.command.setVisible(bool(command))

    def _choose(self, key: str) -> None:
        self._take(self._stores[key])

    def _read(self, opened: OpenedFile) -> None:
        store = OpenStore.of_file(opened.path, opened.store)
        self._stores[store.key] = store
        if self.source is not None:
            self.source.show_stores(tuple(self._stores.values()), store.key)
        self._take(store)

    def _take(self, chosen: OpenStore) -> None:
        self.flow.set_source(chosen.store)
        self._paths = (str(chosen.path or chosen.title), self._paths[1])
        self._changed()

    def _edited(self, **changes: Unpack[CopyEdits]) -> None:
        self.flow.update(**changes)
        for name in changes:
            if name in self.form.rows:
                self.form.rows[name].touched = True
        self._changed()

    def _changed(self) -> None:
        self.say("")
        self._show_questions()
        self.show_problems(self.flow.problems(), everywhere=False)
        self._soon.start()

    # --- the preview ---------------------------------------------------------------------

    def _preview(self) -> None:
        if self._job is not None:
            self._job.cancel()
        if self.flow.source is None:
            self._show_result(None)
            return

        def failed(error: HandfastError) -> None:
            if isValid(self) and self.isVisible():
                self._show_result(None)
                self.show_error(error)

        def done(result: CopyResult) -> None:
            if isValid(self):
                self._show_result(result)

        self._job = self._jobs.run(self.flow.preview, done=done, failed=failed)

    def _show_result(self, result: CopyResult | None) -> None:
        self.rows.clear()
        self.notes.setVisible(result is not None and bool(result.notes))
        if result is None:
            self.summary.set_help("")
            return
        kinds = {
            "key-pair": tr("Key pair"),
            "trusted-certificate": tr("Trusted certificate"),
            "secret-key": tr("Secret key"),
        }
        items = []
        for each in result.fates[:MAX_PREVIEW_ROWS]:
            item = QTreeWidgetItem(
                [visible(each.entry.alias), kinds[each.entry.kind], _fate_text(each.fate)]
            )
            if each.fate is Fate.RENAMED:
                item.setText(2, tr("Added as “{alias}”", alias=visible(each.alias)))
            if each.reason:
                item.setToolTip(2, plain(each.reason))
            items.append(item)
        more = len(result.fates) - len(items)
        if more:
            items.append(QTreeWidgetItem([tr_count("and {count} more", "and {count} more", more)]))
        self.rows.addTopLevelItems(items)
        self.summary.set_help(summary_of(result))
        shown = result.notes[:_MAX_SHOWN_LOSSES]
        self.notes.setText("\n".join(visible(each) for each in shown))

    # --- doing it ------------------------------------------------------------------------

    def try_it(self) -> None:
        """Work it out off the GUI thread; who closes the dialog first gives it up."""
        if not self.flow.can_leave("copy"):
            self.show_problems(self.flow.problems(), everywhere=True)
            return
        self.run(self._jobs, self.flow.run)

    def agree(self) -> None:
        self.flow.update(allows_loss=True)
        self.try_it()

    def show_error(self, error: HandfastError) -> None:
        """Problem and remedy; what would be left out may be left out, once a person agrees."""
        self._error = error
        if isinstance(error, WouldLose):
            shown = error.losses[:_MAX_SHOWN_LOSSES]
            more = len(error.losses) - len(shown)
            lines = [error.problem, *(f"• {loss}" for loss in shown)]
            if more:
                lines.append(tr_count("… and {count} more.", "… and {count} more.", more))
            if error.locked:
                lines.append(tr("Enter the password of locked keys above."))
                self.form.rows["locked_password"].set_visible(True)
                self.locked.line.setFocus(Qt.FocusReason.OtherFocusReason)
            if error.leaves_nothing:
                lines.append(tr("Without them, there is nothing to copy."))
            self.say("\n".join(lines), confirm="" if error.leaves_nothing else tr("Leave Them Out"))
            return
        lines = [error.problem, *error.causes, error.remedy]
        self.say("\n".join(line for line in lines if line))

    def done(self, result: int) -> None:
        self._soon.stop()
        if self._job is not None:
            self._job.cancel()
        if self.source is not None:
            self.source.closing()
        super().done(result)

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: this is about two of them, and closes."""
        self.flow.forget_secrets()
        self.flow.source = None
        self._stores = {}
        self.close()


def _fate_text(fate: Fate) -> str:
    texts = {
        Fate.ADDED: tr("Added"),
        Fate.RENAMED: tr("Added"),
        Fate.REPLACED: tr("Replaces the entry"),
        Fate.SKIPPED: tr("Skipped"),
        Fate.LEFT_OUT: tr("Left out"),
    }
    return texts[fate]
