"""What a person may ask for next, loaded while nobody waits.

At the start only what the first rows need is loaded. The first opening of a wizard would then stand
still for a quarter of a second, of which its modules take four fifths.
"""

from __future__ import annotations

import contextlib
import threading
from importlib import import_module

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from handfast.ui.program import gc_pauses

#: How often it looks whether somebody is at work.
_POLL_INTERVAL_MS = 250
#: The most likely first. Each brings what lies beneath it along.
_WANTED = (
    "handfast.ui.details.entry_page",
    "handfast.ui.details.certificate_page",
    "handfast.ui.widgets.problem_bar",
    "handfast.ui.wizards.import_",
    "handfast.ui.wizards.generate",
    "handfast.ui.wizards.export",
    "handfast.ui.dialogs.store_dialog",
    "handfast.ui.dialogs.rename_dialog",
    "handfast.ui.dialogs.password_dialog",
    "handfast.flows.new_password",
    "handfast.flows.renaming",
    "handfast.services.exchange.generating",
    "handfast.services.files.saving",
    "handfast.formats.java.jks",
    "handfast.formats.java.writing",
    "handfast.formats.java.jceks",
    "handfast.formats.pkcs12.store",
    "handfast.formats.pem.store",
    "handfast.formats.pkcs7",
    "handfast.formats.bouncy.bks",
    "handfast.formats.bouncy.uber",
    "handfast.formats.bouncy.bcfks",
    "handfast.services.checks.store_checks",
    "handfast.ui.rehearsal.rehearsal_window",
    "handfast.ui.rehearsal.causes",
    "handfast.ui.rehearsal.printing",
    "handfast.handshake.rehearsal",
    "handfast.handshake.live.probing",
    "handfast.handshake.live.listening",
    "handfast.handshake.explaining",
    "handfast.ui.mutual_tls.open_setup",
    "handfast.ui.mutual_tls.rehearsal_page",
    "handfast.handshake.recipes",
    "handfast.ui.live.probe_window",
    "handfast.ui.live.listen_window",
    "handfast.ui.help.explain_window",
    "handfast.ui.preferences.preferences_window",
    "handfast.ui.window.preference_effects",
    "handfast.services.files.keyring_passwords",
    "handfast.ui.help.guide_window",
    "handfast.ui.dialogs.about",
)


class Preload(QObject):
    """The thread that loads ahead. Who opens a window finds it among the children of the window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._load, name="preload")
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._is_over.set)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def start_when_idle(self) -> None:
        """Begin once nobody is at work: on a slow machine the rows may still be waited for."""
        if gc_pauses.is_paused():
            QTimer.singleShot(_POLL_INTERVAL_MS, self, self.start_when_idle)
        else:
            self.start()

    def start(self) -> None:
        """Load everything in a thread of its own, which ends early where the program does."""
        self._thread.start()

    def wait(self) -> None:
        """Until everything is loaded."""
        self._thread.join()

    def _load(self) -> None:
        # What is loaded stays, so there is no garbage in it.
        gc_pauses.pause()
        try:
            for name in _WANTED:
                if self._is_over.is_set():
                    return
                # Where something is missing, whoever asks for it is told then.
                with contextlib.suppress(ImportError):
                    import_module(name)
        finally:
            gc_pauses.resume()
