"""A recipe, drawn: its steps, what to copy with the places to fill in standing out, and notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.handshake.recipes import Fields, Paragraph, Snippet
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.style import GRID, LABEL_WIDTH, fixed_font, heading_font, state_color
from handfast.ui.widgets.value_rows import StateLine
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QTextDocument

    from handfast.handshake.recipes import Placeholder, Recipe, RecipeStep

_MOST_LINES = 24


class RecipeView(QWidget):
    """One recipe."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.setObjectName("setup.recipe.view")
        self.setAccessibleName(recipe.title)
        self._snippets = 0
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2 * GRID)
        lines.addWidget(WrapLabel(recipe.introduction))
        for warning in recipe.warnings:
            lines.addWidget(StateLine("warning", warning))
        for number, step in enumerate(recipe.steps, 1):
            lines.addWidget(self._step(number, step))
        if recipe.placeholders:
            lines.addWidget(self._to_fill_in(recipe.placeholders))
        for note in recipe.notes:
            lines.addWidget(WrapLabel(note, shade="quiet"))

    def _step(self, number: int, step: RecipeStep) -> QWidget:
        part = QWidget(self)
        lines = QVBoxLayout(part)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GRID)
        title = WrapLabel(f"{number}. {step.title}")
        title.setFont(heading_font(self.font(), larger_by=1))
        lines.addWidget(title)
        for block in step.blocks:
            if isinstance(block, Paragraph):
                lines.addWidget(WrapLabel(block.text))
            elif isinstance(block, Fields):
                lines.addWidget(_fields(block))
            else:
                lines.addWidget(self._snippet(block))
        return part

    def _snippet(self, snippet: Snippet) -> QWidget:
        self._snippets += 1
        part = QWidget(self)
        name = f"setup.recipe.snippet{self._snippets}"
        text = SnippetText(snippet)
        text.setObjectName(name)
        text.setAccessibleName(snippet.file_name or tr("Command"))
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFont(fixed_font(self.font(), scale=0.95))
        rows = min(_MOST_LINES, text.blockCount())
        widest = max(
            (text.fontMetrics().horizontalAdvance(each) for each in snippet.text.splitlines()),
            default=0,
        )
        # Room for the bar of a line that is longer than the page.
        bar = text.horizontalScrollBar().sizeHint().height() if widest > 70 * GRID else 0
        text.setFixedHeight(rows * text.fontMetrics().lineSpacing() + 2 * GRID + bar)
        copy = CopyButton(tr("Copy"))
        copy.setObjectName(f"{name}.copy")
        copy.setAccessibleName(
            tr("Copy {name}", name=snippet.file_name)
            if snippet.file_name
            else tr("Copy the command")
        )
        copy.set_content(snippet.text)
        head = QHBoxLayout()
        head.addWidget(WrapLabel(snippet.file_name or tr("Command"), shade="quiet"), 1)
        head.addWidget(copy)
        lines = QVBoxLayout(part)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GRID // 2)
        lines.addLayout(head)
        lines.addWidget(text)
        return part

    def _to_fill_in(self, placeholders: Sequence[Placeholder]) -> QWidget:
        part = QWidget(self)
        part.setObjectName("setup.recipe.placeholders")
        part.setAccessibleName(tr("Values to fill in"))
        lines = QVBoxLayout(part)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(GRID // 2)
        title = WrapLabel(tr("Values to fill in"))
        title.setFont(heading_font(self.font(), larger_by=1))
        lines.addWidget(title)
        for each in placeholders:
            lines.addWidget(WrapLabel(f"{each.text}: {each.meaning}"))
        return part


def _fields(block: Fields) -> QWidget:
    part = QWidget()
    grid = QGridLayout(part)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    grid.setColumnMinimumWidth(0, LABEL_WIDTH)
    grid.setColumnStretch(1, 1)
    marked = {each.text for each in block.placeholders}
    for at, (label, value) in enumerate(block.rows):
        said = WrapLabel(value, shade="warning" if value in marked else "plain")
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        said.setAccessibleName(f"{label}: {value}")
        grid.addWidget(WrapLabel(label, shade="quiet"), at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(said, at, 1)
    return part


class SnippetText(QPlainTextEdit):
    """The text of a snippet, with the places to fill in marked."""

    #: None while Qt’s constructor runs, which sends events already.
    _marker: _Marker | None = None

    def __init__(self, snippet: Snippet) -> None:
        super().__init__(snippet.text.rstrip("\n"))
        self._marker = _Marker(self.document(), snippet.placeholders, self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._marker is not None and event.type() is QEvent.Type.PaletteChange:
            self._marker.rehighlight()


class _Marker(QSyntaxHighlighter):
    """The places to fill in stand out, by weight as well as by color."""

    def __init__(
        self, document: QTextDocument, placeholders: Sequence[Placeholder], of: QWidget
    ) -> None:
        super().__init__(document)
        self._of = of
        texts = "|".join(re.escape(each.text) for each in placeholders)
        self._pattern = re.compile(texts) if texts else None

    def highlightBlock(self, text: str) -> None:
        if self._pattern is None:
            return
        marked = QTextCharFormat()
        marked.setFontWeight(QFont.Weight.Bold)
        colour: QColor = state_color("warning", self._of.palette())
        marked.setForeground(colour)
        for match in self._pattern.finditer(text):
            self.setFormat(match.start(), match.end() - match.start(), marked)
