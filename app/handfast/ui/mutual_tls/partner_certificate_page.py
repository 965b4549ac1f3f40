"""The step of the partner’s certificate: the one that is trusted already, or what they sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from handfast.core.language import tr
from handfast.core.store import Format, Store
from handfast.services.exchange.importing import warnings_for
from handfast.services.policy.fingerprints import FingerprintMatch, match_fingerprint
from handfast.ui.widgets.certificate_card import CertificateCard
from handfast.ui.widgets.form import Form
from handfast.ui.widgets.style import fixed_font
from handfast.ui.wizards.sources_page import SourcesPage

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.flows.setup.flow import SetUpFlow

_WAITING = tr(
    "A .cer, .crt, .pem, .der, or .p7b file, or the text of an e-mail. Nothing received "
    "yet? Close this window and come back later from the start page or the Mutual TLS "
    "menu."
)
_FIRST = (tr("What did your partner send?"), _WAITING)
_LATER = (
    tr("Partner’s certificate"),
    tr("It is already trusted. If they sent another one, add it below."),
)


class TheirsPage(SourcesPage):
    """What was imported stays to be seen, and to be compared if nobody did."""

    #: The fingerprint that was typed is theirs.
    compared = Signal()

    def __init__(self, flow: SetUpFlow) -> None:
        super().__init__(flow.importing)
        self._setting_up = flow

    def build(self) -> None:
        super().build()
        self.card = CertificateCard("setup.theirs")
        self.fingerprint = QLineEdit()
        self.fingerprint.setFont(fixed_font(self.font()))
        self.fingerprint.setPlaceholderText(tr("Read out by your partner"))
        self.fingerprint.textEdited.connect(self._typed)
        self._compare = Form("setup")
        self._compare.add("fingerprint", tr("F&ingerprint"), self.fingerprint)
        self._compare.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.content.insertWidget(0, self.card)
        self.content.insertWidget(1, self._compare)

    def show_draft(self) -> None:
        super().show_draft()
        flow = self._setting_up
        theirs = flow.their_certificate
        heading, introduction = _FIRST if theirs is None else _LATER
        self.heading.setText(heading)
        self.introduction.setText(introduction)
        self.card.setVisible(theirs is not None)
        self._compare.setVisible(theirs is not None)
        if theirs is not None:
            # Not as it is in its store, where it is to be found.
            self.card.show_certificate(theirs, warnings_for(theirs, Store(format=Format.PKCS12)))
            self._show_match(theirs)

    def _show_match(self, theirs: Certificate) -> None:
        note = self._compare.rows["fingerprint"].note
        is_checked = self._setting_up.draft.fingerprint_checked
        text = self.fingerprint.text()
        self.fingerprint.setVisible(not is_checked or bool(text))
        if is_checked:
            note.show_note("ok", tr("You compared it with what your partner read out."))
            return
        match match_fingerprint(text, theirs) if text.strip() else None:
            case FingerprintMatch.MISMATCH:
                note.show_note(
                    "error",
                    tr(
                        "Does not match. This is not the certificate that your partner "
                        "means: ask them to send it again, and add it below."
                    ),
                )
            case None:
                note.show_note("warning", tr("You have not compared it with your partner yet."))
            case _:
                note.show_note("", "")
                note.set_help(tr("Matches so far."))
        self.fingerprint.setAccessibleDescription(note.text)

    def _typed(self, text: str) -> None:
        theirs = self._setting_up.their_certificate
        if theirs is None:
            return
        if match_fingerprint(text, theirs) is FingerprintMatch.MATCH:
            self.compared.emit()
        self._show_match(theirs)
