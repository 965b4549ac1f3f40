"""The texts of a window: all that a person can read in it or hear of it, and what is cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QToolBar,
    QToolButton,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What stands between the brackets of the pseudo-language, innermost first.
_TRANSLATED = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[A-Za-z]{2,}")
#: What is the same in every language: data of the tour, names, keys, and what Qt translates.
_DATA = re.compile(
    r"""
    -----BEGIN\ [A-Z ]+-----\s+\w+…
    | (?:/|\b)[\w/.-]*\.(?:p12|cer|csr|pem|crl|txt|crt) | /[\w/.-]*/cacerts | /tmp/[\w/.-]+
    | \ba\ text\.txt | a\ partner\ with\ [\w\ …]* | \bc{20,}…?c*
    | \b(?:CN=)?(?:[\w.-]+\.example(?:\.com)?(?::\d+)?|Acme\ Root\ CA|acme|partner)\b(?!\w) | CN=
    | \((?:(?:Ctrl|Alt|Shift)\+)*(?:[A-Z,]|F\d+|Del|Home|PgDown|PgUp)\)
    | \b[0-9A-Fa-f]{32,}\b | \b[0-9A-F]{2}(?:[ :\n]+[0-9A-F]{2})+\b
    | \b\d{1,2}\ [A-Z][a-z]+\ \d{4}\b
    | \bHandfast(?:\ [\d.]+)? | Python\ [\d.]+,\ Qt\ [\d.]+,\ \w+
    | PKCS\#12 | &?P&?KCS\#7 | PKCS12 | &?PEM | &?DER | JKS | JCEKS | TLS | URI | SHA-1 | SHA-256
    | \bEC,\ P-256 | \bP-256(?:\ \(secp256r1\))? | \bEC\ 256 | SHA256withECDSA(?:\ \([\d.]+\))?
    | \b(?:AES|HmacSHA\d+|DESede|ARCFOUR) | \bdns:
    | \b(?:digitalSignature|nonRepudiation|keyEncipherment|dataEncipherment)
    | \b(?:keyAgreement|keyCertSign|cRLSign)
    | \bRFC\ \d+(?:,\ [\d.]+)?(?:;\ RFC\ \d+)? | \bSP\ 800-131A
    | \bnginx | \bcurl | openssl\ s_client\ and\ s_server
    | \A(?:Close|Close\ Tab|Scroll\ Left|Scroll\ Right|separator)\Z
    """,
    re.VERBOSE,
)
_MAX_ROWS = 60
#: What a combo box has beside its text.
_ARROW_PX = 24
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


def english_in(text: str) -> str:
    """What of a text no catalog has translated."""
    before = ""
    while before != text:
        before, text = text, _TRANSLATED.sub(" ", text)
    # A tool tip breaks what is too long for a line after a blank.
    text = _DATA.sub(" ", text.replace("\u200b", "").replace(" \n", " "))
    return text if _WORD.search(text) else ""


def texts_of(window: QWidget) -> list[str]:
    """Every text of a window, each once."""
    found: dict[str, None] = {}
    for text in _texts(window):
        if text:
            found[text] = None
    return list(found)


def _texts(window: QWidget) -> Iterator[str]:
    yield window.windowTitle()
    for action in window.findChildren(QAction):
        if not _is_of_qt(action):
            yield from (action.text(), action.toolTip(), action.statusTip(), action.whatsThis())
    for widget in [window, *window.findChildren(QWidget)]:
        if _is_of_qt(widget):
            continue
        yield from (widget.toolTip(), widget.whatsThis(), widget.accessibleName())
        yield widget.accessibleDescription()
        if widget.isVisible() or not isinstance(widget, (QLabel, QLineEdit)):
            yield from _own_texts(widget)


def _is_of_qt(part: QObject | None) -> bool:
    """Whether it is within a dialog for files, which is Qt's and has its own catalogs."""
    while part is not None:
        if isinstance(part, QFileDialog):
            return True
        part = part.parent()
    return False


def _own_texts(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QAbstractButton | QLabel):
        yield widget.text()
    elif isinstance(widget, QGroupBox):
        yield widget.title()
    elif isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QTabBar):
        for index in range(widget.count()):
            yield from (widget.tabText(index), widget.tabToolTip(index))
    elif isinstance(widget, QComboBox):
        for index in range(widget.count()):
            yield widget.itemText(index)
    elif isinstance(widget, QAbstractSpinBox):
        yield widget.text()
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _rows_of(widget, QModelIndex())
        model = widget.model()
        columns = 0 if isinstance(model, QAbstractListModel) else model.columnCount()
        for section in range(columns):
            data = model.headerData(section, Qt.Orientation.Horizontal)
            yield str(data) if isinstance(data, str) else ""


def _rows_of(view: QAbstractItemView, parent: QModelIndex) -> Iterator[str]:
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(min(model.rowCount(parent), _MAX_ROWS)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in _ROLES:
                data = index.data(role)
                if isinstance(data, str):
                    yield data
        yield from _rows_of(view, model.index(row, 0, parent))


def cut_off(window: QWidget) -> list[str]:
    """The labels and buttons of a window that have less room than their texts."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window or not widget.width():
            continue
        short = _missing(widget)
        if short:
            called = widget.objectName() or type(widget).__name__
            found.append(f"{called}: {short}")
    return found


def _missing(widget: QWidget) -> str:
    if isinstance(widget.parentWidget(), QToolBar):
        # It has an overflow.
        return ""
    if getattr(widget, "elides", False) and widget.toolTip():
        # A name from a file, which is whole in the tool tip.
        return ""
    if isinstance(widget, QToolButton) and (
        not widget.text() or widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    ):
        return ""
    if isinstance(widget, QAbstractButton) and widget.text():
        return _too_narrow(widget, widget.text(), widget.sizeHint().width())
    if isinstance(widget, QLabel) and widget.text():
        if widget.hasHeightForWidth():
            wanted = widget.heightForWidth(widget.width())
            if widget.height() < wanted:
                return f"{widget.text()!r} has {widget.height()} of {wanted} pixels in height"
            return ""
        return _too_narrow(widget, widget.text(), widget.sizeHint().width())
    if isinstance(widget, QLineEdit) and widget.placeholderText() and not widget.text():
        hint = widget.placeholderText()
        return _too_narrow(widget, hint, widget.fontMetrics().horizontalAdvance(hint))
    if isinstance(widget, QComboBox) and widget.currentText():
        shown = widget.currentText()
        return _too_narrow(widget, shown, widget.fontMetrics().horizontalAdvance(shown) + _ARROW_PX)
    return ""


def _too_narrow(widget: QWidget, text: str, wanted: int) -> str:
    if widget.width() >= wanted:
        return ""
    return f"{text!r} has {widget.width()} of {wanted} pixels"
