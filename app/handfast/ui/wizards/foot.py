"""The buttons beneath a wizard, and the one question that it asks in their place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID, StateMark, TextLabel
from handfast.ui.widgets.whats_this import asking_button

_LEAST_WIDTH_PX = 11 * GRID


class Foot(QWidget):
    """Cancel at one end, Back and Next or Finish at the other."""

    keep_editing = Signal()
    discard = Signal()

    def __init__(self, finish_label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = _button("wizardBack", tr("&Back"))
        self.next = _button("wizardNext", tr("&Next"))
        self.finish = _button("wizardFinish", finish_label)
        self.cancel = _button("wizardCancel", tr("Cancel"))
        for button in (self.next, self.finish):
            button.setAutoDefault(True)
        self._ways = QWidget()
        ways = QHBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(GRID)
        help_button = asking_button()
        ways.addWidget(help_button)
        ways.addWidget(self.cancel)
        #: What is to be known of what was done, such as that it could not be kept.
        self.said = TextLabel()
        self.said.setObjectName("wizardSaid")
        # It gives way to the buttons, whose words are longer in other languages.
        self.said.setMinimumWidth(1)
        ways.addWidget(self.said, 1)
        ways.addWidget(self.back)
        ways.addWidget(self.next)
        ways.addWidget(self.finish)
        self._question = QWidget()
        self._question.setObjectName("wizardDiscard")
        self._keep = _button("wizardKeep", tr("&Keep Editing"))
        discard = _button("wizardDiscardButton", tr("&Discard"))
        self._keep.clicked.connect(self.keep_editing)
        discard.clicked.connect(self.discard)
        asking = QHBoxLayout(self._question)
        asking.setContentsMargins(0, 0, 0, 0)
        asking.setSpacing(GRID)
        asking.addWidget(StateMark("warning"))
        asking.addWidget(TextLabel(tr("Discard what you have entered?"), shade="plain"), 1)
        asking.addWidget(discard)
        asking.addWidget(self._keep)
        self._question.hide()
        #: Where Tab stops, in order.
        self.stops = (
            help_button, self.cancel, self.back, self.next, self.finish, discard, self._keep
        )  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, GRID + GRID // 2, 3 * GRID, GRID + GRID // 2)
        layout.addWidget(self._question)
        layout.addWidget(self._ways)

    @property
    def is_asking(self) -> bool:
        return not self._question.isHidden()

    def ask(self) -> None:
        """Ask whether what was entered is to be lost, in the place of the buttons."""
        self._ways.hide()
        self._question.show()
        self._keep.setDefault(True)
        self._keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop_asking(self) -> None:
        self._question.hide()
        self._ways.show()


class _FootButton(QPushButton):
    """As wide as the others where its text is short, and never narrower than its text."""

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(_LEAST_WIDTH_PX, 0))

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(_LEAST_WIDTH_PX, 0))


def _button(name: str, label: str) -> QPushButton:
    button = _FootButton(label)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
