"""How a page of the guide looks: room between its parts, and a quiet ground under commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import (
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from handfast.ui.widgets.style import GRID, blend

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

#: Of a line, in hundredths of its height.
_LINE = 128
#: What is in a text for a picture.
_PICTURE = "\ufffc"
_IS_CODE = QTextFormat.Property.BlockCodeFence.value
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


def lay_out(document: QTextDocument, palette: QPalette) -> None:
    """Give a page that was read from Markdown its distances."""
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(GRID)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        cursor.mergeBlockFormat(_distances(block, palette))
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _draw_table(frame, palette)
    cursor.endEditBlock()


def _distances(block: QTextBlock, palette: QPalette) -> QTextBlockFormat:
    given, form = block.blockFormat(), QTextBlockFormat()
    is_code = given.hasProperty(_IS_CODE)
    # The ground of each line of code ends where that of the next begins, and a picture is a line
    # whose height has room enough.
    is_tight = is_code or _PICTURE in block.text()
    form.setLineHeight(100 if is_tight else _LINE, _PROPORTIONAL)
    in_table = QTextCursor(block).currentTable() is not None
    if given.headingLevel():
        form.setTopMargin(GRID if given.headingLevel() == 1 else 3 * GRID)
        form.setBottomMargin(GRID)
    elif is_code:
        text, base = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
        form.setBackground(blend(text, base, 0.06))
        form.setNonBreakableLines(False)
        form.setTopMargin(0)
        form.setBottomMargin(0)
        following = block.next()
        if not following.isValid() or not following.blockFormat().hasProperty(_IS_CODE):
            form.setBottomMargin(2 * GRID)
    elif block.textList() is not None:
        form.setBottomMargin(GRID / 2)
    elif not in_table:
        form.setBottomMargin(GRID)
    return form


def _draw_table(table: QTextTable, palette: QPalette) -> None:
    text, base = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
    form = table.format().toTableFormat()
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(blend(text, base, 0.2))
    form.setCellPadding(6)
    form.setCellSpacing(0)
    form.setTopMargin(GRID)
    form.setBottomMargin(2 * GRID)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(form)
