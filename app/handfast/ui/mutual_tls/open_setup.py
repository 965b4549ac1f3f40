"""Beginning a set-up, or going on with one, over the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from handfast.services.partnerships import read_partnership
from handfast.ui.mutual_tls.setup_window import SetUpWizard
from handfast.ui.program.known_partnerships import KnownPartnerships
from handfast.ui.widgets.window_services import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import TypeAlias

    from PySide6.QtWidgets import QWidget

    from handfast.core.commands import Command
    from handfast.flows.open_store import OpenStore
    from handfast.services.partnerships import Partnership
    from handfast.ui.program.settings import Settings

    #: Does a command in a keystore, for the entry of that alias.
    RunCommand: TypeAlias = Callable[[Command, OpenStore, str], None]


class PartnerWorkspace(Workspace, Protocol):
    """The window, which also lists the partnerships."""

    @property
    def settings(self) -> Settings: ...
    def show_partnerships(self) -> None:
        """List what is known now."""


def begin_set_up(window: PartnerWorkspace, parent: QWidget, run_command: RunCommand) -> SetUpWizard:
    """A new one, over ``parent``; ``run_command`` does what mends a failed rehearsal."""
    return _shown(window, SetUpWizard(window, parent), run_command)


def take_up_set_up(
    window: PartnerWorkspace, parent: QWidget, path: Path, run_command: RunCommand
) -> None:
    """One that was begun, once its file is read; the wizard that has it already, if one does."""
    for each in parent.findChildren(SetUpWizard):
        if each.setting_up.path == path and each.isVisible():
            each.raise_()
            each.activateWindow()
            return
    known = KnownPartnerships(window.settings)

    def show(partnership: Partnership) -> None:
        known.put_first(path)
        _shown(window, SetUpWizard(window, parent, known=partnership, path=path), run_command)

    window.jobs.run(
        lambda _progress: read_partnership(path),
        done=show,
        # It is listed, so that the list says what is wrong with it.
        failed=lambda _error: _list(window, path),
    )


def _shown(window: PartnerWorkspace, wizard: SetUpWizard, run_command: RunCommand) -> SetUpWizard:
    wizard.ways.command_requested.connect(run_command)
    wizard.moved.connect(lambda path: KnownPartnerships(window.settings).remove(path))
    wizard.kept.connect(lambda path: _list(window, path))
    wizard.show()
    return wizard


def _list(window: PartnerWorkspace, path: Path) -> None:
    KnownPartnerships(window.settings).put_first(path)
    window.show_partnerships()
