"""One certificate at a glance: whose it is, until when, its fingerprint, what to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from handfast.core.language import enumerated, tr, tr_count
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.services.describe.certificate import key_text
from handfast.services.describe.holder import holder_text
from handfast.services.describe.validity import date_text, expiry_text
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.form import FieldNote
from handfast.ui.widgets.style import GRID, TextLabel, breakable, heading_font, plain
from handfast.ui.widgets.window_layout import WrappingRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate


class CertificateCard(QWidget):
    """The head of a certificate. Object names begin with the prefix that it is given."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._name = TextLabel(shade="plain")
        self._name.setObjectName(f"{prefix}.card.name")
        self._name.setFont(heading_font(self.font(), larger_by=2))
        self._facts = TextLabel()
        self._facts.setObjectName(f"{prefix}.card.facts")
        self._caption = TextLabel(tr("SHA-256 fingerprint"))
        self._fingerprint = FingerprintView(large=True)
        self._fingerprint.setObjectName(f"{prefix}.card.fingerprint")
        self._notes = QVBoxLayout()
        self._notes.setSpacing(GRID // 2)
        beside = QWidget()
        self.tools = WrappingRow(beside)
        digits = WrappingRow()
        digits.addWidget(self._fingerprint)
        digits.addWidget(beside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._name)
        layout.addWidget(self._facts)
        layout.addLayout(self._notes)
        layout.addSpacing(GRID)
        layout.addWidget(self._caption)
        layout.addLayout(digits)

    def show_certificate(self, certificate: Certificate, warnings: Sequence[str] = ()) -> None:
        self._name.setText(breakable(shorten(holder_text(certificate), 160)))
        self._name.setToolTip(plain(visible(certificate.subject)))
        self._facts.setText(breakable("\n".join(facts_of(certificate))))
        self._fingerprint.set_fingerprint(certificate.sha256)
        while (item := self._notes.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for warning in warnings:
            note = FieldNote(parent=self)
            note.show_note("warning", breakable(warning))
            self._notes.addWidget(note, 0, Qt.AlignmentFlag.AlignTop)


def facts_of(certificate: Certificate) -> list[str]:
    """Who issued it, until when it is valid, and what key it has, a line each."""
    if not certificate.is_readable:
        return [tr("It is damaged, or of a type that Handfast does not support.")]
    issuer = shorten(certificate.issuer_common_name or certificate.issuer, 100)
    who = tr("Self-signed") if certificate.is_self_issued else tr("Issued by {name}", name=issuer)
    lines = [f"{who} · {key_text(certificate)}"]
    start, end = certificate.not_before, certificate.not_after
    if start is not None and end is not None:
        first, last, when = date_text(start), date_text(end), expiry_text(certificate)
        lines.append(tr("Valid {start} to {end} ({when})", start=first, end=last, when=when))
    if certificate.san:
        names = [visible(text.partition(":")[2]) for text in certificate.san]
        more, first_names = len(names) - 4, enumerated(names[:4])
        lines.append(
            shorten(
                tr_count(
                    "For {names}, and {count} more",
                    "For {names}, and {count} more",
                    more,
                    names=first_names,
                )
                if more > 0
                else tr("For {names}", names=first_names),
                160,
            )
        )
    return lines


def until_words(certificate: Certificate) -> str:
    """When it ends, shortly, for a column."""
    end = certificate.not_after
    if end is None:
        return tr("unreadable")
    day = date_text(end)
    return tr("expired {date}", date=day) if certificate.is_expired() else day
