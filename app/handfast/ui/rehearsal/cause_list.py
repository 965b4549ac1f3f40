"""What to change, the likeliest first, each with a button where Handfast can do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from handfast.core.language import tr
from handfast.flows.handshake.remedies import remedy_label
from handfast.ui.widgets.shrinking import NameButton
from handfast.ui.widgets.style import GRID, heading_font, plain
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from handfast.handshake.report.causes import Action, Cause
    from handfast.handshake.report.party import Side

#: What else may be done about a cause where it is shown: names, and the words of their buttons.
WaysOut: TypeAlias = "Callable[[Cause], Iterable[tuple[str, str]]]"


class Again(NamedTuple):
    """What is tried again after a remedy, in words."""

    at_once: str
    #: Where the remedy edits a keystore first.
    after_edit: str


REHEARSE_AGAIN = Again(
    tr("Then rehearses again"),
    tr("Changes the keystore in its tab, where you can undo it, and rehearses again"),
)
PROBE_AGAIN = Again(
    tr("Then probes again"),
    tr("Changes the keystore in its tab, where you can undo it, and probes again"),
)


class Judged(Protocol):
    """Whatever came to an answer, for reasons."""

    @property
    def ok(self) -> bool: ...
    @property
    def causes(self) -> Sequence[Cause]: ...


class CausesList(QWidget):
    """Every cause with its remedy."""

    #: An Action that the person wants done.
    remedy_chosen = Signal(object)
    #: The name of another way out that was offered.
    way_chosen = Signal(str)

    def __init__(
        self,
        report: Judged,
        parent: QWidget | None = None,
        *,
        ways: WaysOut | None = None,
        ways_first: bool = False,
        names: Mapping[Side, str] | None = None,
        is_live: bool = False,
        again: Again | None = None,
    ) -> None:
        super().__init__(parent)
        self._ways = ways
        self._ways_first = ways_first
        self._is_live = is_live
        self._again = again or (PROBE_AGAIN if is_live else REHEARSE_AGAIN)
        #: What the parties are called, where they have names.
        self._names = names or {}
        self.setObjectName("rehearsalCauses")
        self.setAccessibleName(tr("What to change"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        title = WrapLabel(tr("What to change") if not report.ok else tr("Notes"))
        title.setFont(heading_font(self.font(), larger_by=2))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2 * GRID)
        lines.addWidget(title)
        for number, cause in enumerate(report.causes, 1):
            lines.addWidget(self._row(number, cause))

    def _row(self, number: int, cause: Cause) -> QWidget:
        row = QWidget(self)
        row.setObjectName(f"rehearsalCause{number}")
        row.setAccessibleName(tr("Cause {number}: {message}", number=number, message=cause.message))
        place = WrapLabel(f"{number}.")
        place.setFixedWidth(3 * GRID)
        head = WrapLabel(cause.title)
        font = QFont(head.font())
        font.setWeight(QFont.Weight.DemiBold)
        head.setFont(font)
        whose = _whose(cause.side, self._names.get(cause.side, ""))
        if cause.opinion:
            whose += " · " + tr("according to {opinion}", opinion=cause.opinion)
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        words.addWidget(head)
        words.addWidget(WrapLabel(cause.message))
        words.addWidget(WrapLabel(cause.remedy))
        if cause.code != "unreachable":
            # Without a connection nothing is known of anybody's files.
            words.addWidget(WrapLabel(whose, shade="quiet"))
        if self._ways_first:
            self._add_ways(words, number, cause, row)
        action = cause.action
        if action is not None:
            text, spoken, more = self._words(action)
            button = NameButton(text.replace("&", "&&"), row)
            button.setObjectName(f"rehearsalRemedy{number}")
            button.setAutoDefault(False)
            button.setAccessibleName(spoken)
            button.setToolTip(plain(f"{text}\n{more}"))
            button.clicked.connect(lambda _=False: self.remedy_chosen.emit(action))
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if not self._ways_first:
            self._add_ways(words, number, cause, row)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        return row

    def _add_ways(self, words: QVBoxLayout, number: int, cause: Cause, row: QWidget) -> None:
        for name, text in self._ways(cause) if self._ways is not None else ():
            way = NameButton(text, row)
            way.setObjectName(f"rehearsalWay{number}.{name}")
            way.setAutoDefault(False)
            way.clicked.connect(lambda _=False, name=name: self.way_chosen.emit(name))
            words.addWidget(way, 0, Qt.AlignmentFlag.AlignLeft)

    def _words(self, action: Action) -> tuple[str, str, str]:
        """What is on the button, what it is called, and its tool tip."""
        text = remedy_label(action)
        if self._is_live and action.kind in {"trust", "replace-trusted"}:
            # Anybody may have sent it: the wizard shows its fingerprint first.
            more = tr("Shows its fingerprint first, so that you can compare it")
            return f"{text}…", f"{text}…", more
        again = self._again
        more = again.at_once if action.kind == "choose" else again.after_edit
        return text, f"{text}. {again.at_once}", more


def _whose(side: Side, name: str) -> str:
    """Which side has to change something."""
    if side == "client":
        return (
            tr("Fix on the client side: {name}", name=name)
            if name
            else tr("Fix on the client side")
        )
    return tr("Fix on the server side: {name}", name=name) if name else tr("Fix on the server side")
