"""The step that takes what a partner sent: files chosen or dropped, or pasted text."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.core.password import Password
from handfast.core.store import shorten
from handfast.flows.sources import said_of_certificates
from handfast.ui.widgets.busy_line import BusyLine
from handfast.ui.widgets.cost_confirmation import AgreeButton
from handfast.ui.widgets.fields.drop_area import DropArea
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.secrets.password_row import PasswordRow
from handfast.ui.widgets.style import GRID, StateMark, TextLabel, fixed_font
from handfast.ui.widgets.whats_this import explain
from handfast.ui.wizards.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QMimeData

    from handfast.flows.base import FieldProblem
    from handfast.flows.sources import Source, SourcesFlow
    from handfast.ui.widgets.window_services import RunningJob

_CERTIFICATES = (tr("Certificates") + " (*.cer *.crt *.pem *.der *.p7b *.p7c *.p12 *.pfx)",)


class SourceCard(QWidget):
    """One file or text: what is in it, or what is wrong with it, and its password if it has one."""

    removed = Signal()
    password_given = Signal(object)
    cost_agreed = Signal()

    def __init__(self, source: Source, said_of_it: str, name_of_it: str) -> None:
        super().__init__()
        self.setObjectName(name_of_it)
        mark = StateMark("error" if source.error is not None else "ok")
        if source.needs_password or source.may_cost:
            mark.set_state("warning")
        name = TextLabel(shorten(source.name, 80), shade="plain")
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        remove = QToolButton()
        remove.setText("×")
        remove.setAutoRaise(True)
        remove.setToolTip(tr("Leave this out"))
        remove.setAccessibleName(tr("Leave out {name}", name=source.name))
        remove.setObjectName(f"{name_of_it}.remove")
        remove.clicked.connect(self.removed)
        words = QVBoxLayout()
        words.setSpacing(GRID // 4)
        words.addWidget(name)
        said = TextLabel(said_of_it)
        said.setObjectName(f"{name_of_it}.said")
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(said)
        for remark in source.remarks:
            note = FieldNote(parent=self)
            note.show_note("warning", remark)
            words.addWidget(note)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        self.password: PasswordRow | None = None
        #: Where Tab stops, in order.
        self.stops: list[QWidget] = [remove]
        if source.needs_password:
            self.password = PasswordRow(
                self,
                name=f"{name_of_it}.password",
                button_name=f"{name_of_it}.open",
                label=tr("Password of this file"),
            )
            self.password.given.connect(lambda text: self.password_given.emit(Password(text)))
            self.stops += self.password.stops
            words.addSpacing(GRID // 2)
            words.addWidget(self.password)
        if source.may_cost:
            agree = AgreeButton(f"{name_of_it}.agree", self)
            agree.clicked.connect(self.cost_agreed)
            self.stops.append(agree)
            row = QHBoxLayout()
            row.addWidget(agree)
            row.addStretch(1)
            words.addSpacing(GRID // 2)
            words.addLayout(row)


class SourcesPage(Page):
    """Choose, drop or paste."""

    files_given = Signal(object)
    text_given = Signal(str)
    password_given = Signal(int, object)
    #: The source that takes far more work than usual is to be read all the same.
    cost_agreed = Signal(int)
    #: Nobody waits for what is being read.
    stop_requested = Signal()

    def __init__(
        self,
        flow: SourcesFlow[Any],
        *,
        step: str = "certificates",
        prefix: str = "import",
        heading: str = tr("What did your partner send?"),
        introduction: str = tr(
            "A .cer, .crt, .pem, .der, or .p7b file, or the text of an e-mail; one or several."
        ),
        filters: Sequence[str] = _CERTIFICATES,
    ) -> None:
        super().__init__(step=step, prefix=prefix, heading=heading, introduction=introduction)
        self._flow = flow
        self._filters = tuple(filters)
        self._shown: tuple[Source, ...] = ()
        self._cards: list[SourceCard] = []
        self.setAcceptDrops(True)

    def said_of(self, source: Source) -> str:
        """What was found in a source, or why nothing was."""
        return said_of_certificates(source)

    def build(self) -> None:
        self.choose = QPushButton(tr("Choose &Files…"))
        self.choose.setObjectName(f"{self.prefix}.files")
        explain(self.choose, self.prefix, "files")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose)
        self.drop = DropArea(tr("Drop files here, or"), self.choose)
        self.drop.setObjectName(f"{self.prefix}.drop")
        explain(self.drop, self.prefix, "files")
        self.drop.dropped.connect(self._dropped)
        self.drop.setMinimumHeight(15 * GRID)
        self.text = QPlainTextEdit()
        self.text.setObjectName(f"{self.prefix}.text")
        explain(self.text, self.prefix, "text")
        self.text.setAccessibleName(tr("Paste a certificate as text"))
        self.text.setPlaceholderText(
            tr("Or paste the text here:") + "\n\n-----BEGIN CERTIFICATE-----\nMIID…"
        )
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(fixed_font(self.font(), scale=0.9))
        self.text.setMinimumHeight(15 * GRID)
        # A text dropped on it is pasted by Qt; a file is for the area around.
        self.text.setAcceptDrops(False)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(150)
        self._typing.timeout.connect(lambda: self.text_given.emit(self.text.toPlainText()))
        self.text.textChanged.connect(self._typing.start)
        ways = QHBoxLayout()
        ways.setSpacing(2 * GRID)
        ways.addWidget(self.drop, 1)
        ways.addWidget(self.text, 1)
        self._busy = BusyLine(self, margin=0)
        self._busy.stop_requested.connect(self._stop)
        self._note = FieldNote(parent=self)
        self._note.setObjectName(f"{self.prefix}.sources.note")
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID + GRID // 2)
        self.content.addLayout(ways)
        self.content.addWidget(self._note)
        self.content.addWidget(self._busy)
        self.content.addLayout(self._list)
        self.content.addStretch(1)

    def paste(self, text: str) -> None:
        """Put a text into the field, as if it had been pasted there."""
        self.text.setPlainText(text)

    def show_reading(self, job: RunningJob | None) -> None:
        """Something is being read, or was."""
        if job is None:
            self._busy.finish()
        else:
            self._busy.watch(tr("Reading"), job)

    def _stop(self) -> None:
        self._busy.finish()
        self.stop_requested.emit()

    def focus_first(self) -> None:
        for card in self._cards:
            if card.password is not None:
                card.password.take_focus()
                return
        self.choose.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_problem(self) -> None:
        self.focus_first()

    def show_problems(self, problems: Iterable[FieldProblem]) -> None:
        first = next(iter(problems), None)
        if first is not None and self.was_tried:
            self._note.show_note(first.severity, first.message)
        else:
            self._note.show_note("", "")

    def show_draft(self) -> None:
        sources = self._flow.sources
        if sources == self._shown:
            return
        self._shown = sources
        for card in self._cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for index, source in enumerate(sources):
            name = f"{self.prefix}.source.{index + 1}"
            card = SourceCard(source, self.said_of(source), name)
            card.removed.connect(lambda at=index: self._remove(at))
            card.password_given.connect(
                lambda password, at=index: self.password_given.emit(at, password)
            )
            card.cost_agreed.connect(lambda at=index: self.cost_agreed.emit(at))
            self._list.addWidget(card)
            self._cards.append(card)
            if card.password is not None:
                card.password.take_focus()
                # Once it is laid out: on a low screen it is scrolled to.
                QTimer.singleShot(0, card, partial(self._show_card, card))
        # They are younger than the buttons at the foot, but come before them.
        before: QWidget = self.text
        for card in self._cards:
            for stop in card.stops:
                QWidget.setTabOrder(before, stop)
                before = stop

    def _show_card(self, card: QWidget) -> None:
        self.scroller.ensureWidgetVisible(card)

    def _remove(self, index: int) -> None:
        source = self._flow.sources[index]
        if source.path is None:
            self.text.clear()
        else:
            self._flow.remove_source(index)
            self.took_edit(("sources",))
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.heading.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([tr("All files") + " (*)", *self._filters])
        dialog.filesSelected.connect(
            lambda names: self.files_given.emit([Path(name) for name in names])
        )
        dialog.open()

    def _dropped(self, data: QMimeData) -> None:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.files_given.emit(paths)
        elif data.hasText():
            self.paste(data.text())
