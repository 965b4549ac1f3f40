"""What the system's keyring knows of stores, and the button that makes it forget them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from shiboken6 import isValid

from handfast.core.language import tr, tr_count
from handfast.ui.widgets.style import TextLabel

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.services.files.keyring_passwords import State
    from handfast.ui.program.settings import Settings
    from handfast.ui.widgets.window_services import Runner

_WORDS = {
    "ready": tr("Select it where a keystore asks for its password."),
    "no-library": tr("Not available: install handfast[keyring] to use it."),
    "no-keyring": tr("Not available: this desktop has no keyring, or none that encrypts."),
}


class KeyringRow(QWidget):
    """How many passwords are kept; off the GUI thread, as a keyring may ask something itself."""

    #: What is to be said beneath, and what went wrong.
    said = Signal(str)
    failed = Signal(str)

    def __init__(self, settings: Settings, jobs: Runner) -> None:
        super().__init__()
        self._settings = settings
        self._jobs = jobs
        self._count = TextLabel(shade="plain")
        self._count.setObjectName("preferences.keyringCount")
        self._forget = QPushButton(tr("Forget Them"))
        self._forget.setObjectName("preferences.keyringForget")
        self._forget.setAutoDefault(False)
        self._forget.setAccessibleName(tr("Forget the passwords in the keyring"))
        self._forget.clicked.connect(self._forget_all)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._count)
        row.addWidget(self._forget)
        row.addStretch(1)
        self._show_count()

    def look(self) -> None:
        """See whether there is a keyring."""

        def work(_progress: Progress) -> State:
            from handfast.services.files.keyring_passwords import state

            return state()

        self._jobs.run(work, done=self._tell, failed=lambda _error: None)

    def _tell(self, state: State) -> None:
        if not isValid(self):
            # A keyring may take longer than a person looks at the preferences.
            return
        self.said.emit(_WORDS[state])

    def _show_count(self) -> None:
        count = len(self._settings.keyring_paths)
        self._count.setText(
            tr_count("{count} password remembered", "{count} passwords remembered", count)
            if count
            else tr("No passwords remembered")
        )
        self._forget.setVisible(count > 0)

    def _forget_all(self) -> None:
        paths = self._settings.keyring_paths
        self._forget.setEnabled(False)

        def work(_progress: Progress) -> tuple[list[Path], HandfastError | None]:
            from handfast.services.files.keyring_passwords import KeyringProblem, forget

            gone: list[Path] = []
            problem: HandfastError | None = None
            for path in paths:
                try:
                    forget(path)
                except KeyringProblem as error:
                    problem = error
                else:
                    gone.append(path)
            return gone, problem

        self._jobs.run(work, done=self._forgotten, failed=lambda _error: None)

    def _forgotten(self, result: tuple[list[Path], HandfastError | None]) -> None:
        gone, problem = result
        kept = self._settings.keyring_paths
        self._settings.keyring_paths = [path for path in kept if path not in gone]
        if not isValid(self):
            return
        self._show_count()
        self._say(problem.problem if problem is not None else "")

    def _say(self, problem: str) -> None:
        self._forget.setEnabled(True)
        if problem:
            self.failed.emit(problem)
