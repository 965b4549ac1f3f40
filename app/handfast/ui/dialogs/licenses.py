"""The licenses of Handfast and of everything that it uses, as a text to read and copy."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout

from handfast.core.language import tr
from handfast.resources_location import resources_path
from handfast.ui.widgets.style import GRID, fixed_font
from handfast.ui.widgets.window_layout import resize_to_fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.ui.widgets.window_services import Runner, RunningJob

#: Written into the frozen program by packaging/third_party.py, of what is really in it.
_SHIPPED = ("notices", "third-party.txt")


class LicensesWindow(QDialog):
    """One text of up to some 6,000 lines, read by a worker."""

    def __init__(self, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("licensesWindow")
        self.setWindowTitle(tr("Licenses"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("licensesText")
        self.text.setAccessibleName(tr("Licenses"))
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setTabChangesFocus(True)
        self.text.setFont(fixed_font(self.font()))
        self.text.setPlaceholderText(tr("Reading the licenses…"))
        self._job: RunningJob | None = jobs.run(_read, done=self._show, failed=self._fail)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        lines.setSpacing(2 * GRID)
        lines.addWidget(self.text)
        lines.addWidget(buttons)
        resize_to_fit(self, (90, 65), least=(50, 30))

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.cancel()
        super().done(result)

    def _show(self, text: str) -> None:
        self._job = None
        self.text.setPlainText(text)

    def _fail(self, error: HandfastError) -> None:
        self._job = None
        self.text.setPlainText(tr("The licenses cannot be read. {problem}", problem=error.problem))


def _read(_progress: Progress) -> str:
    return licenses_text()


def licenses_text() -> str:
    """What the package brought; where pip installed the parts, what each of them says of itself."""
    shipped = resources_path().joinpath(*_SHIPPED)
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    return "\n".join(_installed())


def _installed() -> Iterator[str]:
    """The licenses of Handfast and of the packages that it requires, directly or through others."""
    waiting = ["handfast"]
    seen: set[str] = set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop(0)).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            # Required on another system or by an extra only.
            continue
        waiting += [
            match.group()
            for each in distribution.requires or ()
            if (match := re.match(r"[\w.-]+", each)) and "extra ==" not in each
        ]
        yield from _about(distribution)


def _about(distribution: metadata.Distribution) -> Iterator[str]:
    said = distribution.metadata.json
    name = said.get("license_expression") or said.get("license") or tr("see its license below")
    yield f"{said['name']} {distribution.version}: {name}"
    yield ""
    for each in distribution.files or ():
        if re.search(r"\.dist-info/.*(licen[cs]e|copying|notice)", str(each), re.IGNORECASE):
            try:
                yield each.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                continue
            yield ""
