"""Parts with names from files in them, which give up the middle of a name before they grow.

An alias may have 300 characters, and a window is not to be as wide as that. Each has the whole in
its tool tip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
)

from handfast.core.store import shorten
from handfast.core.visible_text import alias_text, visible
from handfast.ui.widgets.indicators import CheckBox
from handfast.ui.widgets.style import GRID, plain

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetrics
    from PySide6.QtWidgets import QWidget

#: As narrow as such a part may become.
_LEAST_PX = 16 * GRID
#: What the styles leave around the text of a box, at the most.
_BOX_MARGIN_PX = 8
MAX_NAME_CHARS = 40


def _elided(metrics: QFontMetrics, text: str, width: int) -> str:
    flags = Qt.TextFlag.TextShowMnemonic.value
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width, flags)


def _shrunk(hint: QSize) -> QSize:
    return QSize(min(hint.width(), _LEAST_PX), hint.height())


class NameButton(QPushButton):
    """A button that names something."""

    elides = True

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return _shrunk(super().minimumSizeHint())

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Let the style draw what fits."""
        super().initStyleOption(option)
        area = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        option.text = _elided(self.fontMetrics(), self.text(), area.width())


class NameCheckBox(CheckBox):
    """A box to tick with a name beside it, which is its tool tip too."""

    elides = True

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(visible(name).replace("&", "&&"), parent)
        self.setToolTip(plain(visible(name)))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return _shrunk(QCheckBox.minimumSizeHint(self))

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Let the style draw what fits."""
        super().initStyleOption(option)
        area = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self)
        option.text = _elided(self.fontMetrics(), self.text(), area.width())


class NameBox(QComboBox):
    """A choice among names; as wide as there is room, whatever the names."""

    elides = True

    def __init__(self, parent: QWidget | None = None, *, least_chars: int = 12) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(least_chars)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.currentIndexChanged.connect(self._show_whole)

    def add_name(self, alias: str) -> None:
        """Offer an entry by its alias, which is the data too."""
        self.addItem(shorten(alias_text(alias), MAX_NAME_CHARS), alias)
        whole = plain(alias_text(alias))
        self.setItemData(self.count() - 1, whole, Qt.ItemDataRole.ToolTipRole)
        self._show_whole(self.currentIndex())

    def _show_whole(self, at: int) -> None:
        whole = self.itemData(at, Qt.ItemDataRole.ToolTipRole)
        self.setToolTip(plain(whole) if isinstance(whole, str) else "")

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Let the style draw what fits."""
        super().initStyleOption(option)
        area = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + GRID // 2
        room = area.width() - icon - _BOX_MARGIN_PX
        option.currentText = _elided(self.fontMetrics(), option.currentText, room)
