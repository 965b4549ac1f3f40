"""The commands that mend a cause, as further ways out beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from handfast.core.commands import Command
from handfast.core.language import tr
from handfast.flows.handshake.cause_commands import commands_for, is_for_them, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handfast.flows.handshake.cause_commands import StoresAtHand
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Side


class CauseWays(QObject):
    """What the keystores at hand allow; ``at_hand`` is asked when a cause is shown and pressed."""

    #: A command, the keystore that it is for, and the alias in it.
    command_requested = Signal(Command, object, str)

    def __init__(self, at_hand: Callable[[], Mapping[Side, StoresAtHand]], parent: QObject) -> None:
        super().__init__(parent)
        self._at_hand = at_hand
        self._offered: dict[str, tuple[Command, Cause]] = {}

    def of(self, cause: Cause) -> list[tuple[str, str]]:
        """The names of the ways out of a cause, and the words of their buttons."""
        ways = []
        at_hand = self._at_hand()
        for command in commands_for(cause, at_hand):
            name = f"{command.name.lower()}.{cause.side}.{cause.code}"
            self._offered[name] = (command, cause)
            # Whose certificate it is matters where it is the other side that refuses.
            is_ours = command is Command.EXPORT_CERTIFICATE and is_for_them(cause, at_hand)
            ways.append((name, tr("Export Your Certificate…") if is_ours else command.label))
        return ways

    def go(self, name: str) -> None:
        """Ask for the command behind a button."""
        if name not in self._offered:
            return
        command, cause = self._offered[name]
        target = target_of(command, cause, self._at_hand())
        if target is not None:
            self.command_requested.emit(command, *target)
