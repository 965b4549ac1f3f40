"""A form: names on the left, fields on the right, and beneath each field what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.ui.widgets.style import (
    FIELD_WIDTH,
    GRID,
    LABEL_WIDTH,
    StateMark,
    TextLabel,
    breakable,
    heading_font,
)
from handfast.ui.widgets.whats_this import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handfast.flows.base import FieldProblem


#: A row that grows takes nearly all of the room that is left, beneath the last row.
_GROWING = 100
#: Characters of its item that a box shows at least.
_SHORTEST_CHOICE = 12


class FieldNote(QWidget):
    """The line beneath a field: help at first, and the problem in its place once there is one."""

    def __init__(self, help_text: str = "", *, parent: QWidget) -> None:
        # Without a parent it would be shown as a window of its own, for a moment.
        super().__init__(parent)
        self._help = help_text
        self._mark = StateMark(parent=self)
        self._text = TextLabel(help_text, parent=self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2 + 2)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.show_note("", "")

    @property
    def state(self) -> str:
        """``error``, ``warning``, ``ok`` or nothing."""
        return self._mark.state

    @property
    def text(self) -> str:
        return self._said

    def set_help(self, help_text: str) -> None:
        self._help = help_text
        if not self.state:
            self.show_note("", "")

    def show_note(self, state: str, message: str) -> None:
        """What is to be said of the field; an empty state brings the help back."""
        self._said = message if state else self._help
        self._mark.set_state(state)
        self._mark.setVisible(bool(state))
        self._text.set_shade(state or "quiet")
        self._text.setText(breakable(message) if state else self._help)
        words = {"error": tr("Error"), "warning": tr("Warning"), "ok": tr("Good")}
        self._text.setAccessibleName(f"{words[state]}: {message}" if state else self._help)
        self.setVisible(bool(state or self._help))


class FieldRow:
    """One field of a form, its name and its note."""

    def __init__(
        self, *, field: str, name: QLabel | None, editor: QWidget, note: FieldNote, cell: QWidget
    ) -> None:
        self.field = field
        self.name = name
        self.editor = editor
        self.note = note
        self._cell = cell
        #: Gives the row the room that is left; only of fields that use it.
        self.stretch: Callable[[int], None] | None = None
        #: Says where the keyboard goes, of a field that is several; else it is the editor's proxy.
        self.find_target: Callable[[], QWidget] | None = None
        #: Whether the person has changed it; problems of what nobody touched wait for *Next*.
        self.touched = False

    @property
    def focus_target(self) -> QWidget:
        """What takes the keyboard when a problem is to be mended."""
        if self.find_target is not None:
            return self.find_target()
        return self.editor.focusProxy() or self.editor

    def set_visible(self, visible: bool) -> None:
        if self.name is not None:
            self.name.setVisible(visible)
        self._cell.setVisible(visible)
        if self.stretch is not None:
            self.stretch(_GROWING if visible else 0)

    @property
    def is_shown(self) -> bool:
        return not self._cell.isHidden()


class Form(QWidget):
    """Rows of fields that know their problems. Field names are those of the flow's draft."""

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self.rows: dict[str, FieldRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._next = 0
        self._line_height = QLineEdit().sizeHint().height()
        #: The fields with an error, though nobody has touched them and it is not told yet.
        self._unmet: frozenset[str] = frozenset()

    def add(
        self,
        field: str,
        label: str,
        editor: QWidget,
        *,
        help_text: str = "",
        wide: bool = False,
        grow: bool = False,
        object_name: str = "",
    ) -> FieldRow:
        """One more field. ``wide`` gives it the room of its label too, beneath it."""
        editor.setObjectName(object_name or f"{self._prefix}.{field}")
        # Editor and note share a cell, so that a row that is hidden leaves no gap behind.
        cell = QWidget(self)
        note = FieldNote(help_text, parent=cell)
        note.setObjectName(f"{editor.objectName()}.note")
        name: QLabel | None = None
        if label:
            name = QLabel(label)
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setBuddy(editor.focusProxy() or editor)
            plain = label.replace("&&", "\0").replace("&", "").replace("\0", "&")
            target = editor.focusProxy()
            # A button is called what stands on it; the label is of the group that it is in.
            is_group = target is None or isinstance(target, QAbstractButton)
            (editor if target is None or is_group else target).setAccessibleName(plain)
        if isinstance(editor, QComboBox):
            # As narrow as the window needs it: its longest item is seen when it is opened.
            editor.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            editor.setMinimumContentsLength(_SHORTEST_CHOICE)
            editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if not grow:
            editor.setMaximumWidth(FIELD_WIDTH)
        for part in (editor, editor.focusProxy(), cell, name):
            if part is not None:
                explain(part, self._prefix, field)
        inside = QVBoxLayout(cell)
        inside.setContentsMargins(0, 0, 0, GRID + GRID // 2)
        inside.setSpacing(GRID // 2)
        inside.addWidget(editor, 1 if grow else 0)
        inside.addWidget(note)
        if name is None or wide:
            if name is not None:
                self._grid.addWidget(name, self._next, 0, 1, 2)
                self._next += 1
            self._grid.addWidget(cell, self._next, 0 if wide else 1, 1, 2 if wide else 1)
        else:
            # Beside the first line of an editor that has several.
            name.setMinimumHeight(min(editor.sizeHint().height(), self._line_height))
            self._grid.addWidget(name, self._next, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(cell, self._next, 1)
        at = self._next
        self._next += 1

        def stretch(factor: int) -> None:
            self._grid.setRowStretch(at, factor)

        if grow:
            stretch(_GROWING)
        row = FieldRow(field=field, name=name, editor=editor, note=note, cell=cell)
        row.stretch = stretch if grow else None
        self.rows[field] = row
        return row

    def add_section(self, title: str) -> QLabel:
        """A heading over the rows that follow."""
        label = QLabel(title)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(heading_font(self.font(), larger_by=1))
        label.setContentsMargins(0, GRID if self._next else 0, 0, GRID)
        self._grid.addWidget(label, self._next, 0, 1, 2)
        self._next += 1
        return label

    def add_widget(self, widget: QWidget, *, stretch: int = 0) -> None:
        """Something without a name, over the whole width."""
        self._grid.addWidget(widget, self._next, 0, 1, 2)
        self._grid.setRowStretch(self._next, stretch)
        self._grid.setRowMinimumHeight(self._next + 1, 2 * GRID)
        self._next += 2

    def finish(self) -> None:
        """Push the rows to the top."""
        self._grid.setRowStretch(self._next, 1)

    def show_problems(self, problems: Iterable[FieldProblem], *, everywhere: bool) -> None:
        """Say the worst thing of each field; of untouched ones only where asked to."""
        worst: dict[str, FieldProblem] = {}
        for problem in problems:
            known = worst.get(problem.field)
            if known is None or (known.severity != "error" and problem.severity == "error"):
                worst[problem.field] = problem
        self._unmet = frozenset(
            field for field, problem in worst.items() if problem.severity == "error"
        )
        for field, row in self.rows.items():
            if not row.is_shown:
                continue
            found = worst.get(field)
            # A warning is about what stands there already, so it need not wait.
            if found is not None and (everywhere or row.touched or found.severity == "warning"):
                row.note.show_note(found.severity, found.message)
                row.focus_target.setAccessibleDescription(row.note.text)
            else:
                row.note.show_note("", "")
                row.focus_target.setAccessibleDescription(row.note.text)

    def first_to_fill_in(self) -> FieldRow | None:
        """Where a person begins: the uppermost line that must not stay as it is, else the first."""
        able = [
            row
            for row in self.rows.values()
            if row.is_shown and row.focus_target.isEnabled() and row.focus_target.focusPolicy()
        ]
        for row in able:
            if row.field in self._unmet and isinstance(row.focus_target, QLineEdit):
                return row
        return able[0] if able else None

    def first_with_error(self) -> FieldRow | None:
        """The uppermost field whose error is shown."""
        for row in self.rows.values():
            if row.is_shown and row.note.state == "error":
                return row
        return None
