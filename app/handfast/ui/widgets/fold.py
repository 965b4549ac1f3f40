"""A heading that unfolds what is beneath it, which is made when it is first unfolded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.window_layout import tab_by_place

if TYPE_CHECKING:
    from collections.abc import Callable


class Fold(QWidget):
    """A disclosure: Space or a click unfolds it."""

    toggled = Signal(bool)

    def __init__(
        self, title: str, make: Callable[[], QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._body: QWidget | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.button = QToolButton(self)
        self.button.setText(title)
        self.button.setCheckable(True)
        self.button.setAutoRaise(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        font = QFont(self.button.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.button.setFont(font)
        self.button.toggled.connect(self._unfold)
        self._arrow(unfolded=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def is_unfolded(self) -> bool:
        return self.button.isChecked()

    @property
    def body(self) -> QWidget | None:
        """What is beneath; None until it was unfolded for the first time."""
        return self._body

    def set_unfolded(self, unfolded: bool) -> None:
        self.button.setChecked(unfolded)

    def _unfold(self, unfolded: bool) -> None:
        self._arrow(unfolded=unfolded)
        if unfolded and self._body is None:
            self._body = self._make()
            self._body.setParent(self)
            layout = self.layout()
            if layout is not None:
                layout.addWidget(self._body)
            tab_by_place(self.button, self._body)
        if self._body is not None:
            self._body.setVisible(unfolded)
        self.toggled.emit(unfolded)

    def _arrow(self, *, unfolded: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow
        self.button.setArrowType(arrow)
        self.button.setAccessibleDescription(tr("expanded") if unfolded else tr("collapsed"))
