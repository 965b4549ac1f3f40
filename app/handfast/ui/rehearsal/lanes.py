"""The story of a handshake between two lanes: the client's left, the server's right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from handfast.core.language import tr, tr_count
from handfast.flows.handshake.rehearsal_report import SIDES, is_omission, status_words
from handfast.ui.widgets.style import GRID, blend, heading_font, plain, quiet_color, state_color
from handfast.ui.widgets.value_rows import Mark
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from handfast.handshake.report.party import Party, Side
    from handfast.handshake.report.report import Report, Step

#: Of the line that a lane is, from the edge.
_LANE = 2 * GRID
#: How far a step keeps from the lane of the other side, as a share of the width.
_AWAY = 0.26


class StepRow(QLabel):
    """One step, at the lane of who does it.

    A label to screen readers, which read its whole sentence; a bare widget they pass over.
    """

    def __init__(self, step: Step, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        #: The sign of the step: an omission is no success.
        self.mark = "error" if step.status == "failed" else "ok"
        if is_omission(step, report):
            self.mark = "warning"
        self.setObjectName(f"rehearsalStep{step.number}")
        word = status_words(step, report)
        self.setAccessibleName(
            tr(
                "Step {number}, {side}: {title}, {state}. {detail}",
                number=step.number,
                side=SIDES[step.who],
                title=step.title,
                state=word,
                detail=step.detail,
            ).strip()
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        #: Nothing happened in it: it was not reached, or there was nothing to check.
        self.is_open = is_quiet = step.status == "not-reached" or not step.was_checked
        shade = "quiet" if is_quiet else "plain"
        number = WrapLabel(f"{step.number}", shade=shade)
        number.setFixedWidth(3 * GRID)
        title = WrapLabel(step.title, shade=shade)
        if not is_quiet:
            font = QFont(title.font())
            font.setWeight(QFont.Weight.DemiBold)
            title.setFont(font)
        state = WrapLabel(word, shade={"failed": "error"}.get(step.status, "quiet"))
        state.setFixedWidth(state.fontMetrics().horizontalAdvance(tr("not reached")) + GRID)
        grid = QGridLayout()
        grid.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(0)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(number, 0, 0, top)
        grid.addWidget(title, 0, 1)
        if is_quiet:
            grid.setColumnMinimumWidth(2, 2 * GRID)
        else:
            grid.addWidget(Mark(self.mark), 0, 2, top)
        grid.addWidget(state, 0, 3, top)
        grid.setColumnStretch(1, 1)
        if step.detail:
            said = WrapLabel(step.detail, shade="plain" if step.status == "failed" else "quiet")
            grid.addWidget(said, 1, 1, 1, 3)
        self._card = QWidget(self)
        self._card.setLayout(grid)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self._card)
        self._keep_away()

    def sizeHint(self) -> QSize:
        # That of what is in it, and not of a text of its own.
        return self._row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.totalMinimumSize()

    def resizeEvent(self, _event: object) -> None:
        self._keep_away()

    def _keep_away(self) -> None:
        near, far = _LANE + 3 * GRID, max(_LANE + 3 * GRID, round(self.width() * _AWAY))
        left, right = (near, far) if self.step.who == "client" else (far, near)
        margins = self._row.contentsMargins()
        if (margins.left(), margins.right()) != (left, right):
            self._row.setContentsMargins(left, GRID // 2, right, GRID // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        text = palette.color(QPalette.ColorRole.WindowText)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = blend(text, window, 0.35)
        painter.setPen(QPen(line, 2))
        lanes = {"client": float(_LANE), "server": float(self.width() - _LANE)}
        for x in lanes.values():
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        card = QRectF(self._card.geometry())
        y = card.top() + GRID // 2 + self.fontMetrics().lineSpacing() / 2
        own = lanes[self.step.who]
        edge = card.left() if self.step.who == "client" else card.right()
        if self.is_open:
            painter.setPen(QPen(line, 1.2, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(own, y), QPointF(edge, y))
            painter.setBrush(window)
            painter.setPen(QPen(line, 1.6))
            painter.drawEllipse(QPointF(own, y), 4, 4)
            painter.end()
            return
        if self.step.status == "failed":
            colour = state_color("error", palette)
            painter.setPen(QPen(colour, 2))
            painter.setBrush(blend(colour, window, 0.08))
            painter.drawRoundedRect(card.adjusted(1, 0, -1, 0), 6, 6)
        else:
            colour = quiet_color(palette)
        painter.setPen(QPen(colour, 1.6))
        painter.drawLine(QPointF(own, y), QPointF(edge, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        radius = 6 if self.step.status == "failed" else 4
        painter.drawEllipse(QPointF(own, y), radius, radius)
        painter.end()


class LaneHead(QWidget):
    """Who stands at the top of a lane, and with which stores."""

    def __init__(self, side: Side, party: Party, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(
            tr("Client and its keystores") if side == "client" else tr("Server and its keystores")
        )
        name = WrapLabel(SIDES[side] + (f": {party.name}" if party.name else ""), max_lines=2)
        name.setFont(heading_font(self.font(), larger_by=2))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(GRID, 0, GRID, GRID)
        lines.setSpacing(2)
        lines.addWidget(name)
        for text in store_lines(party):
            label = WrapLabel(text, shade="quiet", max_lines=2)
            label.setToolTip(plain(text))
            lines.addWidget(label)
        lines.addStretch(1)


def store_lines(party: Party) -> list[str]:
    """The two stores of a party in words, or the certificate that alone is known of it."""
    lines: list[str] = []
    if party.keys is not None:
        lines.append(
            tr("Keystore {name}, key pair “{alias}”", name=party.keys.name, alias=party.alias)
            if party.alias
            else tr("Keystore {name}", name=party.keys.name)
        )
    elif party.known_chain:
        leaf = party.known_chain[0]
        lines.append(tr("Certificate “{name}”, as received", name=leaf.common_name or leaf.subject))
    if party.trust is not None:
        count = len(party.trust.store.trusted)
        lines.append(
            tr_count(
                "Trust store {name}, {count} certificate",
                "Trust store {name}, {count} certificates",
                count,
                name=party.trust.name,
            )
        )
    return lines


class Lanes(QWidget):
    """The heads, and every step between the lanes."""

    def __init__(
        self, report: Report, client: Party, server: Party, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rehearsalLanes")
        self.setAccessibleName(tr("The handshake, step by step"))
        self.rows = [StepRow(step, report, self) for step in report.steps]
        heads = QHBoxLayout()
        heads.setSpacing(4 * GRID)
        heads.addWidget(LaneHead("client", client, self), 1)
        heads.addWidget(LaneHead("server", server, self), 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addLayout(heads)
        for row in self.rows:
            lines.addWidget(row)
