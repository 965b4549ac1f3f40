"""What every dialog over the main window has: a form, what is wrong beneath, and two buttons."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from handfast.core.language import tr
from handfast.ui.help.guide_key import offer_guide
from handfast.ui.widgets.form import Form
from handfast.ui.widgets.style import GRID, TextLabel, breakable
from handfast.ui.widgets.whats_this import asking_button
from handfast.ui.widgets.window_layout import (
    FittingArea,
    keep_on_screen,
    keep_title_bar_on_screen,
    room_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QResizeEvent, QShowEvent

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.flows.base import FieldProblem
    from handfast.ui.widgets.window_services import Runner

#: A little more than the width of the ring.
_RING = GRID // 2
_EDGE_PX = 3 * GRID - _RING
_LEAST_WIDTH_PX = 66 * GRID


class FormDialog(QDialog):
    """Looks and behaves as a page of a wizard does; one button is the primary one.

    A second button, ``confirm``, is hidden until :meth:`say` gives it words, and never the default;
    a dialog that has a use for it connects it.
    """

    #: What came of it, once it is done; it has closed by then.
    succeeded = Signal(object)

    def __init__(self, name: str, title: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        offer_guide(self)
        self.form = Form(name)
        content = QWidget()
        self._lines = QVBoxLayout(content)
        # Room for the ring around what has the keyboard, which the area would cut off.
        self._lines.setContentsMargins(_RING, _RING, _RING, _RING)
        self._lines.setSpacing(2 * GRID)
        # The buttons and the margins stand beside it.
        # Not a minimum of the dialog, which would keep it from growing with longer texts.
        least_px = min(_LEAST_WIDTH_PX, room_for(self).width()) - 2 * _EDGE_PX
        self.area = FittingArea(content, beside=14, least_px=least_px, parent=self)
        self.problem = TextLabel(shade="error", parent=self)
        self.problem.setObjectName(f"{name}.problem")
        self.go = QPushButton(button, self)
        self.go.setObjectName(f"{name}.accept")
        self.go.setDefault(True)
        self.go.clicked.connect(self.try_it)
        self.confirm = QPushButton(self)
        self.confirm.setObjectName(f"{name}.confirm")
        self.confirm.setAutoDefault(False)
        self.cancel = QPushButton(tr("Cancel"), self)
        self.cancel.setObjectName(f"{name}.cancel")
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.confirm.hide()
        self.problem.hide()
        #: It has a problem to say: each size that it takes for that may reach off the screen.
        self._is_growing = False
        #: Which rows were shown when :meth:`follow_rows` looked last.
        self._shown_rows: tuple[bool, ...] = ()

    def finish(self) -> None:
        """Lay everything out, once the form has its rows."""
        self.form.finish()
        foot = QHBoxLayout()
        foot.setContentsMargins(_RING, 0, _RING, 0)
        foot.setSpacing(GRID)
        what = asking_button(self)
        foot.addWidget(what)
        foot.addWidget(self.cancel)
        foot.addStretch(1)
        foot.addWidget(self.confirm)
        foot.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, 2 * GRID)
        layout.setSpacing(2 * GRID - _RING)
        self._lines.addWidget(self.form, 1)
        self._lines.addWidget(self.problem)
        layout.addWidget(self.area, 1)
        layout.addLayout(foot)
        # As the eye reads: the form, then what is offered, then the way out.
        for before, after in ((self.confirm, self.go), (self.go, self.cancel), (self.cancel, what)):
            self.setTabOrder(before, after)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if event.spontaneous():
            return
        keep_title_bar_on_screen(self)
        if self.focusWidget() in {None, self.go, self.cancel}:
            self.focus_first()

    def focus_first(self) -> None:
        """Put the keyboard where the person begins; Qt would choose one of the buttons."""
        row = self.form.first_to_fill_in()
        if row is not None:
            row.focus_target.setFocus(Qt.FocusReason.TabFocusReason)

    @abstractmethod
    def try_it(self) -> None:
        """Do what the primary button says, or show what stands in the way."""

    def show_problems(self, problems: Iterable[FieldProblem], *, everywhere: bool) -> None:
        """Say beside each field what is wrong with it."""
        self.form.show_problems(problems, everywhere=everywhere)
        if everywhere and (first := self.form.first_with_error()) is not None:
            first.focus_target.setFocus(Qt.FocusReason.OtherFocusReason)

    def took_edit(self, fields: Iterable[str]) -> None:
        """A person changed these fields: what is wrong with them is told, what was said goes."""
        for field in fields:
            if field in self.form.rows:
                self.form.rows[field].touched = True
        self.say("")

    def say(self, text: str, *, confirm: str = "") -> None:
        """Say why it could not be done; ``confirm`` names the button that does it all the same."""
        self.problem.setText(breakable(text))
        self.problem.setVisible(bool(text))
        self.confirm.setText(confirm)
        self.confirm.setVisible(bool(confirm))
        self.set_busy(is_busy=False)
        self._is_growing = bool(text)
        if text:
            # Laid out first: where there is no room, it is scrolled to.
            QTimer.singleShot(0, self.problem, self._show_problem)

    def _show_problem(self) -> None:
        self.area.ensureWidgetVisible(self.problem)
        keep_on_screen(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay on the screen with each size that the layout and the window manager agree on.

        Texts in another width take another height, so that one problem can bring several sizes.
        """
        super().resizeEvent(event)
        if self._is_growing:
            # The frame follows in the same turn of the event loop.
            QTimer.singleShot(0, self, lambda: keep_on_screen(self))

    def follow_rows(self) -> None:
        """Other rows are shown than before: what they took of the height is not left empty."""
        shown = tuple(row.is_shown for row in self.form.rows.values())
        if self._shown_rows and shown != self._shown_rows and self.isVisible():
            QTimer.singleShot(0, self, self._close_gap)
        self._shown_rows = shown

    def _close_gap(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
        height = self.sizeHint().height()
        if self.height() > height and not self.isMaximized():
            self.resize(self.width(), height)

    def set_busy(self, *, is_busy: bool) -> None:
        """While it is being done, nothing else can be pressed but *Cancel*."""
        self.go.setEnabled(not is_busy)
        self.confirm.setEnabled(not is_busy)


class ConsentDialog(FormDialog):
    """A dialog whose work runs off the GUI thread and may take a person's consent.

    Where it can be done only at a loss, ``confirm`` agrees to it.
    """

    def __init__(self, name: str, title: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(name, title, button, parent)
        self.confirm.clicked.connect(self.agree)

    @abstractmethod
    def agree(self) -> None:
        """Do it although something is lost by it."""

    @abstractmethod
    def show_error(self, error: HandfastError) -> None:
        """Say why it could not be done, and what a person may agree to."""

    def run(self, jobs: Runner, work: Callable[[Progress], object]) -> None:
        """Do it off the GUI thread; closing the dialog first cancels it.

        Once it is done the dialog closes, and ``succeeded`` hands on what came of it.
        """
        self.say("")
        self.set_busy(is_busy=True)

        def failed(error: HandfastError) -> None:
            if isValid(self) and self.isVisible():
                self.show_error(error)

        def done(outcome: object) -> None:
            if isValid(self):
                self.accept()
                self.succeeded.emit(outcome)

        job = jobs.run(work, done=done, failed=failed)
        self.rejected.connect(job.cancel)
