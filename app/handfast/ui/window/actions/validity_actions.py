"""What keeps a pair working: renew, verify, and complete its chain; and what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Qt

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.ui.program.wait_for_preload import once_loaded
from handfast.ui.window.actions.action_needs import Need
from handfast.ui.window.actions.window_menus import MenuSection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QAction

    from handfast.documents.document import Document
    from handfast.services.partnerships import Partnership
    from handfast.ui.window.tabbed_window import TabbedWindow


#: A keystore by its path, and an entry of it; the whole keystore where that is None.
Place: TypeAlias = "tuple[str, str | None]"


class ValidityDialogs(QObject):
    """Opens the windows of renewal and verification over the main window."""

    def __init__(self, window: TabbedWindow) -> None:
        super().__init__(window)
        self._window = window

    def _selected(self) -> tuple[Document, str] | None:
        view = self._window.current()
        entries = view.selected() if view is not None else []
        if view is None or len(entries) != 1:
            return None
        return view.document, entries[0].alias

    def renew(self) -> None:
        """Renew the certificate of the selected pair."""
        if (chosen := self._selected()) is not None:
            self.renew_entry(*chosen)

    @once_loaded
    def renew_entry(self, document: Document, alias: str) -> None:
        """Renew the certificate of a pair of an open keystore."""
        from handfast.ui.renewal.open_renewal import open_renewal

        open_renewal(self._window, self._window, document, alias)

    def renew_next(self, path: Path) -> None:
        """Open a keystore, and renew the pair in it that expires first."""
        from handfast.ui.window.renew_next import renew_next

        renew_next(self._window, path, self.renew_entry)

    @once_loaded
    def roll_over(self) -> None:
        """Plan the change to a new certificate."""
        from handfast.ui.renewal.open_renewal import open_roll_over

        open_roll_over(self._window, self._window)

    @once_loaded
    def roll_over_partner(self, path: Path) -> None:
        """Plan it, or go on with it, with the partner of this file."""
        from handfast.services.partnerships import read_partnership
        from handfast.ui.renewal.open_renewal import open_roll_over

        window = self._window

        def show(found: Partnership) -> None:
            open_roll_over(window, window, partnership=found, path=path)

        window.jobs.run(
            lambda _progress: read_partnership(path),
            done=show,
            # It is listed, so that the list says what is wrong with it.
            failed=lambda _error: window.show_partnerships(),
        )

    @once_loaded
    def verify(self) -> None:
        """Verify what is selected; without a selection, what is chosen in the window."""
        from handfast.ui.verification.verify_window import VerifyWindow

        window, chosen = self._window, self._selected()
        document = chosen[0] if chosen is not None else window.current_document
        VerifyWindow(
            window,
            window,
            subject=str(document.path) if document is not None else "",
            alias=chosen[1] if chosen is not None else "",
        ).show()

    def compare(self) -> None:
        """Compare what is selected: two entries, or one or none with another keystore."""
        view = self._window.current()
        if view is not None and view.has_loose_certificate:
            self.compare_file(view.path)
            return
        if view is None or view.store is None:
            self.compare_with()
            return
        key = str(view.path)
        entries = [each.alias for each in view.chosen() if each.certificate is not None]
        chosen: list[Place] = [(key, alias) for alias in entries[:2]] or [(key, None)]
        self.compare_with(*chosen)

    @once_loaded
    def compare_with(self, a: Place | None = None, b: Place | None = None) -> None:
        """Compare two keystores or entries; what is not given is chosen in the window."""
        from handfast.ui.dialogs.compare_window import CompareWindow

        CompareWindow(self._window, self._window, a=a, b=b).show()

    @once_loaded
    def compare_file(self, path: Path) -> None:
        """Compare the certificate in a file, with the open keystore or what is chosen."""
        from handfast.ui.dialogs.compare_window import CompareWindow

        window = CompareWindow(self._window, self._window, file=path)
        window.show()

    @once_loaded
    def jdks(self) -> None:
        """Show the JDKs of this machine, and what they trust."""
        from handfast.ui.jdks.jdk_window import JdkWindow

        window = JdkWindow(self._window, self._window)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.show()

    def complete(self) -> None:
        """Complete the chain of the selected pair."""
        if (chosen := self._selected()) is not None:
            self.complete_entry(*chosen)

    @once_loaded
    def complete_entry(self, document: Document, alias: str) -> None:
        """Complete the chain of a pair of an open keystore."""
        from handfast.ui.verification.complete_wizard import CompleteWizard

        CompleteWizard(self._window, self._window, document=document, alias=alias).show()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityActions:
    """The actions of this file, by their names."""

    renew: QAction
    verify: QAction
    compare: QAction
    complete: QAction
    roll_over: QAction
    jdks: QAction


def validity_actions(add: Callable[..., QAction], dialogs: ValidityDialogs) -> ValidityActions:
    """Renew, verify, and complete a chain; all in one section of the menus."""
    return ValidityActions(
        renew=add(
            "actionRenew",
            tr("Rene&w Certificate…"),
            dialogs.renew,
            picture="renew",
            need=Need.KEY_PAIR,
            section=MenuSection.ISSUANCE,
            tip=tr("Give the selected pair a new certificate with its names and purpose"),
        ),
        complete=add(
            "actionCompleteChain",
            tr("Complete C&hain…"),
            dialogs.complete,
            need=Need.KEY_PAIR,
            section=MenuSection.ISSUANCE,
            tip=tr("Find the issuers that the chain of the selected pair lacks"),
        ),
        roll_over=add(
            "actionRollOver",
            tr("Ro&ll Over to a New Certificate…"),
            dialogs.roll_over,
            picture="roll-over",
            section=MenuSection.PARTNERS,
            tip=tr("Test the change to a new certificate with a partner before you make it"),
        ),
        jdks=add(
            "actionJdks",
            tr("&JDKs on This Machine…"),
            dialogs.jdks,
            tip=tr("Show what the JDKs trust, and add your CA to all of them"),
        ),
        verify=add(
            "actionVerify",
            tr("&Verify Certificate…"),
            dialogs.verify,
            picture="verify",
            section=MenuSection.ISSUANCE,
            tip=tr("Check, rule by rule, whether and where a certificate is accepted"),
        ),
        compare=add(
            "actionCompare",
            tr("Com&pare…"),
            dialogs.compare,
            tip=tr("Show how two certificates, or two keystores, differ"),
        ),
    )
