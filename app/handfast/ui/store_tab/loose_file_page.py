"""A file that is no store, but says something: a certificate, a request, a revocation list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.services.describe.validity import date_text
from handfast.ui.details.fields import FieldsView
from handfast.ui.widgets.style import GRID
from handfast.ui.widgets.value_rows import Facts, StateLine, caption, heading, name_title
from handfast.ui.widgets.values import CopyableValue, fingerprint_value

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from handfast.core.certificates.certificate import Certificate
    from handfast.services.describe.loose_files import LooseFile

#: Lines longer than this are tiring to read, however wide the window is.
_WIDEST = 100 * GRID


def _compared(certificate: Certificate) -> Facts:
    """What two people compare, first and in plain words."""
    facts = Facts()
    subject, issuer = visible(certificate.subject), visible(certificate.issuer)
    facts.add(tr("Subject"), CopyableValue(tr("Subject"), subject))
    facts.add(tr("Issuer"), CopyableValue(tr("Issuer"), issuer))
    start, end = certificate.not_before, certificate.not_after
    if start is not None and end is not None:
        period = tr("{start} to {end}", start=date_text(start), end=date_text(end))
        facts.add(tr("Valid"), CopyableValue(tr("Valid"), period))
    label = tr("SHA-256 fingerprint")
    facts.add(label, fingerprint_value(label, certificate.sha256))
    return facts


class LoosePage(QScrollArea):
    """Everything that the file says; nothing of it can be changed here."""

    import_requested = Signal()
    #: The certificate is to be compared with another one, or with a keystore.
    compare_requested = Signal()
    #: The request is to be answered by a CA.
    sign_requested = Signal()

    def __init__(self, found: LooseFile, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loosePage")
        self.setAccessibleName(f"{found.kind} {name}")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._first: QPushButton | None = None
        page = QWidget()
        page.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(page)
        column.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        column.setSpacing(GRID)
        column.addWidget(caption(f"{found.kind} · {shorten(name)}"))
        column.addWidget(name_title(tr("Name"), found.title or tr("(no name)")))
        for mark, text in found.states:
            column.addWidget(StateLine(mark, text))
        column.addSpacing(GRID)
        if found.certificates:
            way = self._way(tr("&Import into a Keystore…"), "looseImport", self.import_requested)
            compare = QPushButton(tr("Co&mpare…"))
            compare.setObjectName("looseCompare")
            compare.setAutoDefault(False)
            compare.clicked.connect(self.compare_requested)
            way.insertWidget(1, compare)
            column.addLayout(way)
            column.addSpacing(GRID)
            column.addWidget(_compared(found.certificates[0]))
            column.addSpacing(GRID)
        if found.is_request:
            column.addLayout(self._way(tr("&Sign with a CA…"), "looseSign", self.sign_requested))
            column.addSpacing(GRID)
        column.addWidget(heading(tr("All fields")))
        fields = FieldsView(found.sections)
        for index, section in enumerate(found.sections):
            item = fields.tree.topLevelItem(index)
            if item is not None and section.is_main:
                item.setExpanded(True)
        column.addWidget(fields)
        column.addStretch(1)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(page, 1)
        row.addStretch(0)
        self.setWidget(holder)

    def take_focus(self) -> None:
        """What most people come for is one press away."""
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _way(self, words: str, name: str, pressed: SignalInstance) -> QHBoxLayout:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(pressed)
        self._first = button
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        return row
