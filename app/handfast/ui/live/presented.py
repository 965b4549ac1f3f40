"""What the other side presented, with fingerprints, and the way into a trust store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from handfast.core.language import tr, tr_count
from handfast.ui.widgets.certificate_card import CertificateCard
from handfast.ui.widgets.style import GRID, heading_font
from handfast.ui.widgets.window_layout import rule
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.party import Side

#: A hostile chain is long, and nobody compares more.
_MOST = 12


class PresentedList(QWidget):
    """The certificates as they came, its own first."""

    #: The person wants them in a trust store.
    import_requested = Signal()

    def __init__(
        self, side: Side, certificates: Sequence[Certificate], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("presentedList")
        self.setAccessibleName(
            tr("Certificates that the client presented")
            if side == "client"
            else tr("Certificates that the server presented")
        )
        count = len(certificates)
        title = WrapLabel(
            tr_count(
                "The client presented {count} certificate",
                "The client presented {count} certificates",
                count,
            )
            if side == "client"
            else tr_count(
                "The server presented {count} certificate",
                "The server presented {count} certificates",
                count,
            )
        )
        title.setFont(heading_font(self.font(), larger_by=2))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * GRID, 0, 3 * GRID, 3 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addWidget(title)
        advice = tr(
            "Before you trust one, compare its fingerprint with your partner through another "
            "channel, such as by telephone: anyone could have presented it here."
        )
        lines.addWidget(WrapLabel(advice, shade="quiet"))
        for number, each in enumerate(certificates[:_MOST], 1):
            if number > 1:
                lines.addWidget(rule())
            card = CertificateCard(f"presented{number}")
            card.show_certificate(each, _warnings(each))
            lines.addWidget(card)
        if count > _MOST:
            lines.addWidget(
                WrapLabel(
                    tr_count("… and {count} more.", "… and {count} more.", count - _MOST),
                    shade="quiet",
                )
            )
        self.import_ = QPushButton(tr("&Import into a Trust Store…"), self)
        self.import_.setObjectName("presentedImport")
        self.import_.setAutoDefault(False)
        self.import_.setToolTip(
            tr("Opens the wizard, which checks them and shows the fingerprints again")
        )
        self.import_.clicked.connect(self.import_requested)
        lines.addWidget(self.import_, 0, Qt.AlignmentFlag.AlignLeft)


def _warnings(certificate: Certificate) -> list[str]:
    if certificate.is_expired():
        return [tr("It has expired.")]
    return [tr("It is not valid yet.")] if certificate.is_not_yet_valid() else []
