"""A tab whose store is not open: it is being read, wants its password, or cannot be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from handfast.core.errors import (
    Damaged,
    FileProblem,
    NotAKeystore,
    PasswordNeeded,
    TooCostly,
    WrongPassword,
)
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.ui.widgets.busy_line import BusyLine
from handfast.ui.widgets.cost_confirmation import AgreeButton
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.secrets.password_row import PasswordRow
from handfast.ui.widgets.style import TextLabel, breakable, heading_font

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from handfast.core.errors import HandfastError
    from handfast.documents.work import RunningJob
    from handfast.ui.widgets.indicators import CheckBox

_SIGN_PX = 40
#: After this long a store is not one of those that open at once, whose rows would only come later
#: for a picture that nobody sees.
_SIGN_DELAY_MS = 100
_COLUMN_PX = 640
_SHOWN_NAME_CHARS = 120


#: Where the format cannot tell what happened, so that the causes of an error are possibilities.
_UNCERTAIN = (WrongPassword, Damaged, NotAKeystore)


def picture_of(error: HandfastError) -> str:
    """The icon of an error, on its page and on its tab."""
    pictures: tuple[tuple[type[HandfastError], str], ...] = (
        (PasswordNeeded, "lock"),
        (TooCostly, "warning"),
        (Damaged, "damaged"),
        (FileProblem, "missing"),
    )
    return next((picture for kind, picture in pictures if isinstance(error, kind)), "error")


class OpeningPage(QWidget):
    """One headline, an explanation, and what can be done about it."""

    password_given = Signal(str)
    stop_requested = Signal()
    retry_requested = Signal()
    #: Another file is to be opened instead.
    choose_requested = Signal()
    #: The person means to open it however long that takes.
    agreed = Signal()
    import_requested = Signal()
    import_pair_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("openingPage")
        self._picture = "store"
        self._sign = QLabel(self)
        self._sign.setFixedSize(_SIGN_PX, _SIGN_PX)
        self._file = TextLabel(parent=self)
        self._file.setObjectName("errorFile")
        self._headline = TextLabel(shade="plain", parent=self)
        self._headline.setFont(heading_font(self.font()))
        self._headline.setObjectName("errorHeadline")
        self._explanation = TextLabel(parent=self)
        self._explanation.setObjectName("errorText")
        for label in (self._file, self._headline, self._explanation):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.busy = BusyLine(self, margin=0)
        self.busy.stop_requested.connect(self.stop_requested)
        words = QVBoxLayout()
        words.setSpacing(16)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._file)
        head.addWidget(self._headline)
        words.addLayout(head)
        words.addWidget(self._explanation)
        words.addWidget(self._password_row())
        words.addWidget(self._ways_out())
        words.addWidget(self.busy)
        column = QWidget(self)
        column.setMaximumWidth(_COLUMN_PX)
        row = QHBoxLayout(column)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(column, 8)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 64, 32, 32)
        layout.addLayout(middle)
        layout.addStretch(1)

    def _password_row(self) -> QWidget:
        self._asking = QWidget(self)
        self._row = PasswordRow(
            self._asking,
            name="passwordField",
            button_name="passwordOpen",
            label=tr("Password of the keystore"),
        )
        self._row.given.connect(self.password_given)
        self.password = self._row.line
        #: A box to tick, once there is a keyring for it.
        self.remember: CheckBox | None = None
        self._asked = QVBoxLayout(self._asking)
        self._asked.setContentsMargins(0, 0, 0, 0)
        self._asked.setSpacing(8)
        self._asked.addWidget(self._row)
        return self._asking

    def _ways_out(self) -> QWidget:
        self._ways = QWidget(self)
        self.agreeing = AgreeButton("openingAgree", self._ways)
        self.agreeing.clicked.connect(self.agreed)
        #: Whether what is imported is a private key, rather than certificates.
        self._has_key = False
        self.importing = QPushButton(tr("&Import It…"), self._ways)
        self.importing.setObjectName("openingImport")
        self.importing.clicked.connect(self._import)
        self._again = QPushButton(tr("&Try Again"), self._ways)
        self._again.setObjectName("openingRetry")
        self._again.clicked.connect(self.retry_requested)
        other = QPushButton(tr("Choose &Another File…"), self._ways)
        other.setObjectName("openingChoose")
        other.clicked.connect(self.choose_requested)
        close = QPushButton(tr("&Close"), self._ways)
        close.setObjectName("openingClose")
        close.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self._ways)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.agreeing)
        row.addWidget(self.importing)
        row.addWidget(self._again)
        row.addWidget(other)
        row.addWidget(close)
        row.addStretch(1)
        return self._ways

    def show_opening(self, name: str, job: RunningJob | None) -> None:
        """It is being read."""
        self._tell("store", tr("Opening {name}…", name=name), "")
        self._sign.clear()
        QTimer.singleShot(_SIGN_DELAY_MS, self, self._paint_sign)
        if job is not None:
            self.busy.watch(tr("Reading"), job)

    def show_error(
        self, error: HandfastError, name: str, *, asks: bool, may_agree: bool = False
    ) -> None:
        """A file could not be opened, or not without another password, or only at a cost."""
        headline, lines = error.problem, []
        if isinstance(error, Damaged):
            # Where in the file it is wrong is for whoever looks into it.
            headline = tr("The file is damaged or incomplete.")
            lines.append(error.problem)
        causes = [cause for cause in error.causes if cause]
        if causes and isinstance(error, _UNCERTAIN):
            lines.append(tr("Possible causes:"))
            lines += [f"• {cause}" for cause in causes]
        else:
            lines += causes
        if not isinstance(error, PasswordNeeded):
            # There it says to enter the password, which the field below says already.
            lines.append(error.remedy)
        self._tell(picture_of(error), headline, "\n".join(filter(None, lines)))
        self._file.setText(breakable(shorten(name, _SHOWN_NAME_CHARS)))
        self._file.setVisible(not error.names_file)
        self._paint_sign()
        self._asking.setVisible(asks)
        self._ways.setVisible(not asks)
        # A second try would end in the same way.
        self._again.setVisible(not may_agree)
        self.agreeing.setVisible(may_agree)
        if may_agree and self.isVisible():
            # Not the button: Enter, pressed for the password, would agree to it.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        if asks and self.isVisible():
            # In a tab behind, it waits until that is looked at: somebody types in the one in front.
            self._row.take_focus()

    def focus_password(self) -> None:
        """Have what is typed go into the field, where a password is asked for."""
        if not self._asking.isHidden():
            self._row.take_focus()
        elif self._asking.isAncestorOf(self.focusWidget() or self):
            # Read while another tab was in front: not a field that is not there.
            ways = self._ways.findChildren(QPushButton)
            for button in ways:
                if button.isVisibleTo(self):
                    button.setFocus(Qt.FocusReason.OtherFocusReason)
                    return

    @property
    def is_waiting(self) -> bool:
        """Whether a password is asked for, and nobody has begun to type it."""
        return not self._asking.isHidden() and not self.password.text()

    def offer_remembering(self, *, is_ticked: bool) -> None:
        """There is a keyring; nothing is put into it unless the person ticks it."""
        from handfast.ui.widgets.indicators import CheckBox

        if self.remember is None:
            self.remember = CheckBox(tr("&Remember in the system keyring"), self._asking)
            self.remember.setObjectName("passwordRemember")
            self._asked.addWidget(self.remember)
        self.remember.setChecked(is_ticked)
        self.remember.show()

    def show_locked(self, headline: str, why: str) -> None:
        """It was open, and asks for its password again."""
        self._tell("lock", headline, why)
        self._paint_sign()
        if self.remember is not None:
            self.remember.hide()
        self._asking.show()
        self._row.clear()

    def offer_import(self) -> None:
        """It is no store, but there are certificates in it."""
        self._has_key = False
        self.importing.show()

    def offer_import_pair(self) -> None:
        """It is not a keystore, but there is a private key in it."""
        self._has_key = True
        self.importing.show()

    def _import(self) -> None:
        (self.import_pair_requested if self._has_key else self.import_requested).emit()

    def _tell(self, picture: str, headline: str, explanation: str) -> None:
        self.busy.finish()
        self._picture = picture
        self._headline.setText(breakable(headline))
        self._explanation.setText(breakable(explanation))
        self._explanation.setVisible(bool(explanation))
        self._file.hide()
        self._asking.hide()
        self._ways.hide()
        self.agreeing.hide()
        self.importing.hide()

    def _paint_sign(self) -> None:
        size = QSize(_SIGN_PX, _SIGN_PX)
        self._sign.setPixmap(icon(self._picture).pixmap(size, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is event.Type.PaletteChange:
            self._paint_sign()
