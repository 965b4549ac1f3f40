"""What to change, the likeliest first, each with a button where Handfast can do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from handfast.flows.rehearsal_report import SIDES
from handfast.flows.remedies import remedy_label
from handfast.handshake.report.causes import WORDINGS
from handfast.ui.widgets.style import GRID, heading_font, plain
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from handfast.handshake.report.causes import Action, Cause
    from handfast.handshake.report.party import Side

#: What else may be done about a cause where it is shown: names, and the words of their buttons.
WaysOut: TypeAlias = "Callable[[Cause], Iterable[tuple[str, str]]]"


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
        again: tuple[str, str] = ("rehearse again", "rehearsed"),
    ) -> None:
        super().__init__(parent)
        self._ways = ways
        self._ways_first = ways_first
        self._is_live = is_live
        self._again = ("probe again", "probed") if is_live else again
        #: What the parties are called, where they have names.
        self._names = names or {}
        self.setObjectName("rehearsalCauses")
        self.setAccessibleName("What to change")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        title = WrapLabel("What to change" if not report.ok else "Worth knowing")
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
        row.setAccessibleName(f"Cause {number}: {cause.message}")
        place = WrapLabel(f"{number}.")
        place.setFixedWidth(3 * GRID)
        head = WrapLabel(WORDINGS[cause.code].title)
        font = QFont(head.font())
        font.setWeight(QFont.Weight.DemiBold)
        head.setFont(font)
        side, name = SIDES[cause.side].lower(), self._names.get(cause.side, "")
        whose = f"To be changed by {name}, the {side}" if name else f"To be changed by the {side}"
        if cause.opinion:
            whose += f" · so says {cause.opinion}"
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
            text, then, more = self._words(action)
            button = QPushButton(text.replace("&", "&&"), row)
            button.setObjectName(f"rehearsalRemedy{number}")
            button.setAutoDefault(False)
            button.setAccessibleName(f"{text}{then}")
            button.setToolTip(plain(more))
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
            way = QPushButton(text, row)
            way.setObjectName(f"rehearsalWay{number}.{name}")
            way.setAutoDefault(False)
            way.clicked.connect(lambda _=False, name=name: self.way_chosen.emit(name))
            words.addWidget(way, 0, Qt.AlignmentFlag.AlignLeft)

    def _words(self, action: Action) -> tuple[str, str, str]:
        """What stands on the button, what is said of it besides, and its tool tip."""
        text = remedy_label(action)
        if self._is_live and action.kind in {"trust", "replace-trusted"}:
            # Anybody may have sent it: the wizard shows its fingerprint first.
            return f"{text}…", "", "Its fingerprint is shown first, to be compared"
        again = self._again
        where = "" if action.kind == "choose" else "In its tab, where it can be undone; then "
        more = f"{where}it is {again[1]} again"
        return text, f" and {again[0]}", more[0].upper() + more[1:]
