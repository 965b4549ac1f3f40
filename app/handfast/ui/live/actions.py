"""The actions that lead to live handshakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from handfast.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction


class _Dialogs(Protocol):
    def probe(self) -> None: ...
    def listen(self) -> None: ...
    def negative(self) -> None: ...


def live_actions(add: Callable[..., QAction], dialogs: _Dialogs) -> list[QAction]:
    """Probe, listen, and negative tests, beside the rehearsal."""
    return [
        add(
            "actionProbe",
            tr("&Probe a Live Endpoint…"),
            dialogs.probe,
            picture="probe",
            key="Ctrl+Shift+P",
            tip=tr("Test a handshake with a server and show the result of each step"),
        ),
        add(
            "actionListen",
            tr("Test Ser&ver…"),
            dialogs.listen,
            picture="listen",
            tip=tr("Run a mutual-TLS test server and report each connection"),
        ),
        add(
            "actionNegativeTests",
            tr("&Negative Tests…"),
            dialogs.negative,
            tip=tr("Prove that a server rejects the clients that it must not accept"),
        ),
    ]
