"""The chain of a key pair, drawn: certificates that are added, taken out, and put in order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.core.visible_text import visible
from handfast.services.describe.holder import holder_text
from handfast.services.exchange.certificate_sources import CertificateSource, read_source_file
from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.style import GRID, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.flows.entries.chain import EditChainFlow
    from handfast.ui.widgets.window_services import Runner


class ChainDialog(FormDialog):
    """The flow, drawn; ``succeeded`` brings the keystore in which the pair has the chain."""

    succeeded = Signal(object)

    def __init__(self, flow: EditChainFlow, jobs: Runner, parent: QWidget | None = None) -> None:
        title = tr("Chain of “{alias}”", alias=shorten(flow.pair.alias, 40))
        super().__init__("chainDialog", title, tr("Change"), parent)
        self.flow = flow
        self._jobs = jobs
        self.list = QListWidget()
        self.list.setMinimumSize(44 * GRID, 20 * GRID)
        self.list.currentRowChanged.connect(lambda _row: self._show_buttons())
        holder = QWidget()
        holder.setFocusProxy(self.list)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.list, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(GRID)
        row.addLayout(buttons)

        def button(name: str, text: str, act: Callable[[], object], tip: str) -> QPushButton:
            made = QPushButton(text, holder)
            made.setObjectName(f"chainDialog.{name}")
            made.setAutoDefault(False)
            made.setToolTip(tip)
            made.clicked.connect(lambda _checked=False: act())
            buttons.addWidget(made)
            return made

        self.up = button("up", tr("Move &Up"), lambda: self._move(-1), "")
        self.down = button("down", tr("Move &Down"), lambda: self._move(1), "")
        self.remove = button("remove", tr("&Remove"), self._remove, "")
        button("add", tr("&Add from File…"), self._choose, tr("Certificates in any format"))
        self.complete = button(
            "complete",
            tr("&Complete"),
            self._complete,
            tr("Put the issuers in order, and add those that the keystore has"),
        )
        buttons.addStretch(1)
        self.form.add(
            "chain", tr("Certificates, that of the key first"), holder, wide=True, grow=True,
            object_name="chainDialog.chain",
        )  # fmt: skip
        self.list.setObjectName("chainDialog.list")
        self.form.rows["chain"].touched = True
        self.finish()
        self._show_chain(0)

    # --- the list -----------------------------------------------------------------------

    def _show_chain(self, row: int) -> None:
        self.list.clear()
        for certificate in self.flow.draft.chain:
            item = QListWidgetItem(visible(holder_text(certificate)))
            about = tr(
                "{subject}\nissued by {issuer}",
                subject=visible(certificate.subject),
                issuer=visible(certificate.issuer),
            )
            item.setToolTip(plain(about))
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._show_state()

    def _show_state(self) -> None:
        problems = self.flow.problems()
        self.show_problems(problems, everywhere=False)
        is_wrong = any(each.severity == "error" for each in problems)
        self.go.setEnabled(self.flow.is_changed and not is_wrong)
        self._show_buttons()

    def _show_buttons(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        self.remove.setEnabled(row >= 0)

    def _move(self, by: int) -> None:
        if self.list.currentRow() >= 0:
            self._show_chain(self.flow.move(self.list.currentRow(), by))

    def _remove(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self.flow.remove(row)
            self._show_chain(row)

    def _complete(self) -> None:
        added = self.flow.complete()
        self.say(
            tr_count("{count} issuer was added.", "{count} issuers were added.", added)
            if added
            else tr("The keystore contains no other issuer of this chain.")
        )
        self._show_chain(self.list.currentRow())

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Choose Certificates"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(each) for each in names]))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def add_files(self, paths: list[Path]) -> None:
        """Read files off the GUI thread, and put their certificates at the end of the chain."""

        def work(progress: Progress) -> list[CertificateSource]:
            return [read_source_file(path, progress=progress) for path in paths]

        def failed(error: HandfastError) -> None:
            if isValid(self):
                self.say(error.problem)

        def done(sources: list[CertificateSource]) -> None:
            if not isValid(self):
                return
            found: list[Certificate] = [each for one in sources for each in one.certificates]
            self.flow.append(found)
            wrong = next((one.error for one in sources if one.error is not None), None)
            self.say(f"{wrong.problem} {wrong.remedy}".strip() if wrong is not None else "")
            self._show_chain(self.list.count())

        job = self._jobs.run(work, done=done, failed=failed)
        self.rejected.connect(job.cancel)

    # --- doing it ------------------------------------------------------------------------

    def try_it(self) -> None:
        if self.flow.is_changed and self.flow.can_leave("chain"):
            store = self.flow.run()
            self.accept()
            self.succeeded.emit(store)

    def forget_secrets(self, _why: str) -> None:
        """The stores were locked: this is about one of them, and closes."""
        self.close()
