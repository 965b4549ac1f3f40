"""A page as PDF, on the paper of the country."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from handfast.flows.handshake.rehearsal_report import report_title

_MARGIN: Final = 15
#: The line of the page’s number, and the gap over it, in millimetres.
_FOOT: Final = 8
_COUNTRY = QLocale.Country
#: Where paper is Letter (Unicode CLDR, “paperSize”); everywhere else it is A4.
_LETTER: Final = frozenset(
    (_COUNTRY.UnitedStates, _COUNTRY.Canada, _COUNTRY.Mexico, _COUNTRY.Philippines,
     _COUNTRY.PuertoRico, _COUNTRY.Chile, _COUNTRY.Colombia, _COUNTRY.CostaRica,
     _COUNTRY.Guatemala, _COUNTRY.Nicaragua, _COUNTRY.Panama, _COUNTRY.ElSalvador,
     _COUNTRY.Venezuela, _COUNTRY.Belize)
)  # fmt: skip


def usual_paper(locale: QLocale | None = None) -> QPageSize.PageSizeId:
    """A4 or Letter."""
    country = (locale or QLocale.system()).territory()
    return QPageSize.PageSizeId.Letter if country in _LETTER else QPageSize.PageSizeId.A4


def to_pdf(page: str, paper: QPageSize.PageSizeId | None = None, *, is_live: bool = False) -> bytes:
    """The HTML text as the bytes of a PDF file, each page with its number."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(report_title(is_live=is_live))
    writer.setCreator("Handfast")
    writer.setPageSize(QPageSize(paper if paper is not None else usual_paper()))
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    _draw(page, writer)
    # The writer finishes the file when it goes.
    del writer
    return bytes(buffer.data().data())


def _draw(page: str, writer: QPdfWriter) -> None:
    # Not QTextDocument.print_(), which puts margins of its own inside those of the paper.
    document = QTextDocument()
    layout = document.documentLayout()
    layout.setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setMetaInformation(QTextDocument.MetaInformation.CssMedia, "print")
    document.setHtml(page)
    # Whole dots: a fraction of one would show a little of the next page at the end of each.
    foot = round(_FOOT * writer.logicalDpiY() / 25.4)
    body = QSizeF(writer.width(), writer.height() - foot)
    document.setPageSize(body)
    context = QAbstractTextDocumentLayout.PaintContext()
    # That of the window may be white on black.
    context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
    painter = QPainter(writer)
    painter.setFont(QFont(document.defaultFont().family(), 8))
    count = document.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        shown = QRectF(0, number * body.height(), body.width(), body.height())
        painter.save()
        painter.translate(0, -shown.top())
        painter.setClipRect(shown)
        context.clip = shown
        layout.draw(painter, context)
        painter.restore()
        painter.drawText(
            QRectF(0, body.height(), body.width(), foot),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
            f"{number + 1} / {count}",
        )
    painter.end()
