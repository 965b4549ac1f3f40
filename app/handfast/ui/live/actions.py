"""The actions that lead to live handshakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction


class _Dialogs(Protocol):
    def probe(self) -> None: ...
    def listen(self) -> None: ...


def live_actions(add: Callable[..., QAction], dialogs: _Dialogs) -> list[QAction]:
    """Probe and listen, beside the rehearsal."""
    return [
        add(
            "actionProbe", "&Probe a Live Endpoint…", dialogs.probe, picture="probe",
            key="Ctrl+Shift+P", tip="Shake hands with a server, and see what it makes of us",
        ),
        add(
            "actionListen", "Test Ser&ver…", dialogs.listen, picture="listen",
            tip="Listen as a mutual-TLS server, and see each connection’s story",
        ),
    ]  # fmt: skip
