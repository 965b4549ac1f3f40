"""What a person may ask for next, loaded while nobody waits.

At the start only what the first rows need is loaded. The first opening of a wizard would then stand
still for a quarter of a second, of which its modules take four fifths.

What knows no Qt is loaded by a thread. What defines widgets is loaded by the GUI thread, one module
at a time between events: PySide builds the meta object of a class while the class is defined, and
reads those of living widgets without holding the interpreter's lock, so that a class defined in
another thread ends in a segmentation fault now and then.
"""

from __future__ import annotations

import contextlib
import threading
from importlib import import_module

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from handfast.ui.program import gc_pauses

#: How often it looks whether somebody is at work.
_POLL_INTERVAL_MS = 250
#: Between two modules that the GUI thread loads, so that clicks and keys come first.
_BETWEEN_MODULES_MS = 2
#: What knows no Qt; the most likely first. Each brings what lies beneath it along.
BELOW_THE_WINDOW = (
    "handfast.flows.new_password",
    "handfast.flows.renaming",
    "handfast.flows.entries.copying",
    "handfast.flows.entries.key_export",
    "handfast.flows.entries.key_password",
    "handfast.flows.entries.chain",
    "handfast.flows.entries.secret_key",
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
    "handfast.handshake.rehearsal",
    "handfast.handshake.live.probing",
    "handfast.handshake.live.listening",
    "handfast.handshake.explaining",
    "handfast.handshake.recipes",
    "handfast.services.files.keyring_passwords",
    "handfast.services.describe.certificate",
    "handfast.services.describe.certificate_der",
    "handfast.flows.import_",
    "handfast.flows.reply",
    "handfast.flows.request",
    "handfast.flows.import_pair",
    "handfast.flows.generate",
    "handfast.flows.renewal.renewing",
    "handfast.flows.renewal.rolling_over",
    "handfast.flows.verification.verifying",
    "handfast.flows.verification.completing",
    "handfast.flows.export",
    "handfast.flows.store_file",
    "handfast.flows.rehearsal_report",
    "handfast.flows.remedies",
    "handfast.flows.handover",
    "handfast.flows.probing",
    "handfast.flows.setup.flow",
    "handfast.flows.setup.recipes",
)
#: What defines widgets: each in a step of its own, what it stands on before it.
IN_THE_WINDOW = (
    "handfast.ui.program.focus_ring",
    "handfast.ui.details.entry_page",
    "handfast.ui.details.certificate_page",
    "handfast.ui.store_tab.notice_bar",
    "handfast.ui.widgets.problem_bar",
    "handfast.ui.wizards.page",
    "handfast.ui.widgets.certificate_table",
    "handfast.ui.widgets.command_fold",
    "handfast.ui.wizards.check_page",
    "handfast.ui.wizards.frame",
    "handfast.ui.wizards.sources_page",
    "handfast.ui.wizards.target_page",
    "handfast.ui.wizards.import_",
    "handfast.ui.wizards.reply",
    "handfast.ui.wizards.import_pair",
    "handfast.ui.wizards.generate",
    "handfast.ui.wizards.request",
    "handfast.ui.wizards.export",
    "handfast.ui.renewal.renew_wizard",
    "handfast.ui.renewal.time_line",
    "handfast.ui.renewal.plan_view",
    "handfast.ui.renewal.roll_over_window",
    "handfast.ui.renewal.open_renewal",
    "handfast.ui.dialogs.form_dialog",
    "handfast.ui.dialogs.store_dialog",
    "handfast.ui.dialogs.rename_dialog",
    "handfast.ui.dialogs.password_dialog",
    "handfast.ui.dialogs.copy_dialog",
    "handfast.ui.dialogs.key_export_dialog",
    "handfast.ui.dialogs.entry_password_dialog",
    "handfast.ui.dialogs.chain_dialog",
    "handfast.ui.dialogs.secret_key_dialog",
    "handfast.ui.rehearsal.lanes",
    "handfast.ui.rehearsal.party_form",
    "handfast.ui.rehearsal.trial",
    "handfast.ui.rehearsal.rehearsal_window",
    "handfast.ui.rehearsal.causes",
    "handfast.ui.rehearsal.printing",
    "handfast.ui.verification.path_view",
    "handfast.ui.verification.verify_window",
    "handfast.ui.verification.complete_wizard",
    "handfast.ui.mutual_tls.handover_page",
    "handfast.ui.mutual_tls.pair_page",
    "handfast.ui.mutual_tls.partner_page",
    "handfast.ui.mutual_tls.recipe_page",
    "handfast.ui.mutual_tls.pages",
    "handfast.ui.mutual_tls.open_setup",
    "handfast.ui.mutual_tls.rehearsal_page",
    "handfast.ui.live.own_side",
    "handfast.ui.live.probe_window",
    "handfast.ui.live.listen_window",
    "handfast.ui.help.explain_window",
    "handfast.ui.preferences.preferences_window",
    "handfast.ui.window.preference_effects",
    "handfast.ui.help.guide_window",
    "handfast.ui.dialogs.about",
)


class Preload(QObject):
    """Loads ahead. Whoever opens a window finds it among the children of the main window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._load, name="preload")
        self._left = list(IN_THE_WINDOW)
        self._steps = QTimer(self)
        self._steps.setInterval(_BETWEEN_MODULES_MS)
        self._steps.timeout.connect(self._step)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._stop)

    @property
    def is_running(self) -> bool:
        return self._steps.isActive()

    def start_when_idle(self) -> None:
        """Begin once nobody is at work: on a slow machine the rows may still be waited for."""
        if gc_pauses.is_paused():
            QTimer.singleShot(_POLL_INTERVAL_MS, self, self.start_when_idle)
        else:
            self.start()

    def start(self) -> None:
        """Load everything beside the work of the window; it ends early where the program does."""
        # What is loaded stays, so there is no garbage in it.
        gc_pauses.pause()
        self._thread.start()
        self._steps.start()

    def wait(self) -> None:
        """Load at once what is still to be loaded."""
        self._thread.join()
        while self.is_running:
            self._step()

    def _stop(self) -> None:
        self._is_over.set()
        self._left.clear()

    def _load(self) -> None:
        for name in BELOW_THE_WINDOW:
            if self._is_over.is_set():
                return
            _load_module(name)

    def _step(self) -> None:
        if self._thread.is_alive():
            return
        if self._left:
            _load_module(self._left.pop(0))
        else:
            self._steps.stop()
            gc_pauses.resume()


def _load_module(name: str) -> None:
    # Where something is missing, whoever asks for it is told then.
    with contextlib.suppress(ImportError):
        import_module(name)
