"""What a person may ask for next, loaded while nobody waits.

At the start only what the first rows need is loaded. The first opening of a wizard would then stand
still for a quarter of a second, of which its modules take four fifths.
"""

from __future__ import annotations

import contextlib
import threading
from importlib import import_module

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from handfast.ui import collecting
from handfast.ui.once_loaded import LOADER

#: Milliseconds between looks at whether somebody is at work.
_PATIENCE = 250
#: The most likely first. Each brings what lies beneath it along.
_WANTED = (
    "handfast.ui.details.entry_page",
    "handfast.ui.details.certificate_page",
    "handfast.ui.problem_bar",
    "handfast.ui.wizards.import_",
    "handfast.ui.wizards.generate",
    "handfast.ui.wizards.export",
    "handfast.ui.store_dialog",
    "handfast.ui.rename_dialog",
    "handfast.services.generating",
    "handfast.services.saving",
    "handfast.formats.jks",
    "handfast.formats.jks_writing",
    "handfast.formats.jceks",
    "handfast.formats.pkcs12",
    "handfast.formats.pem_store",
    "handfast.formats.pkcs7",
    "handfast.formats.bks",
    "handfast.formats.uber",
    "handfast.services.checking",
    "handfast.ui.rehearsal.window",
    "handfast.ui.rehearsal.causes",
    "handfast.ui.rehearsal.printing",
    "handfast.handshake.rehearsal",
    "handfast.handshake.live.probing",
    "handfast.handshake.live.listening",
    "handfast.handshake.explaining",
    "handfast.ui.setup.opening",
    "handfast.ui.setup.rehearsal_page",
    "handfast.handshake.recipes",
    "handfast.ui.live.probe_window",
    "handfast.ui.live.listen_window",
    "handfast.ui.explain_window",
    "handfast.ui.preferences_window",
    "handfast.services.keyring_passwords",
    "handfast.ui.guide_window",
    "handfast.ui.about",
)


def load_when_idle(parent: QObject) -> None:
    """Load it all once nobody is at work: on a slow machine the rows may still be waited for."""
    if collecting.is_paused():
        QTimer.singleShot(_PATIENCE, parent, lambda: load_when_idle(parent))
    else:
        load_ahead()


def load_ahead() -> threading.Thread:
    """Load it all in a thread of its own, which ends early where the program does."""
    is_over = threading.Event()
    application = QCoreApplication.instance()
    if application is not None:
        application.aboutToQuit.connect(is_over.set)

    def load() -> None:
        # What is loaded stays, so there is no garbage in it.
        collecting.pause()
        try:
            for name in _WANTED:
                if is_over.is_set():
                    return
                # Where something is missing, whoever asks for it is told then.
                with contextlib.suppress(ImportError):
                    import_module(name)
        finally:
            collecting.resume()

    thread = threading.Thread(target=load, name=LOADER)
    thread.start()
    return thread
