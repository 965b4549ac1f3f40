"""The user guide: its pages as they are shipped, read without a network."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QIcon,
    QImage,
    QKeySequence,
    QPalette,
    QPixmap,
    QShortcut,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from handfast.core.language import tr
from handfast.resources_location import resources_path
from handfast.ui.help.guide_style import lay_out
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import GRID, is_dark
from handfast.ui.widgets.window_layout import resize_to_fit, rule

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

#: A page is no wider than this, in device-independent pixels; pictures are made to fit it.
COLUMN: Final = 96 * GRID
#: Of the titles at the side, so that a page has room beside them on a small screen.
_MAX_CONTENTS_PX: Final = 34 * GRID
#: The margins of a page, and how far a list is indented, in which most pictures stand.
_BESIDE_PICTURES: Final = 8 * GRID
_FIRST: Final = "index.md"
#: Until the page follows what is typed.
_PAUSE_MS: Final = 150
#: Which page F1 shows in which window, by its object name.
_ABOUT: Final = {
    "generateWizard": "generate.md",
    "exportWizard": "export.md",
    "importWizard": "import.md",
    "replyWizard": "sign.md",
    "requestWizard": "sign.md",
    "importPairWizard": "import-pair.md",
    "renewWizard": "renew.md",
    "signWizard": "ca.md",
    "revokeDialog": "ca.md",
    "listDialog": "ca.md",
    "rollOverWindow": "roll-over.md",
    "verifyWindow": "verify.md",
    "jdkWindow": "jdks.md",
    "inventoryWindow": "monitoring.md",
    "remindersDialog": "monitoring.md",
    "completeWizard": "verify.md",
    "setUpWizard": "mutual-tls.md",
    "rehearsalWindow": "rehearse.md",
    "explainWindow": "rehearse.md",
    "probeWindow": "probe.md",
    "listenWindow": "probe.md",
    "negativeWindow": "negative.md",
    "storeDialog": "convert.md",
    "copyDialog": "entries.md",
    "chainDialog": "entries.md",
    "entryPasswordDialog": "entries.md",
    "secretKeyDialog": "entries.md",
    "keyExportDialog": "export-key.md",
    "preferences": "preferences.md",
}


class GuidePage(NamedTuple):
    """A page in the order of the contents."""

    title: str
    path: Path


def guide_folder() -> Path:
    return resources_path() / "guide"


def guide_pages() -> list[GuidePage]:
    """The first page and those that it links to, in that order."""
    folder = guide_folder()
    text = (folder / _FIRST).read_text(encoding="utf-8")
    links = re.findall(r"\[([^\]]+)\]\(([\w-]+\.md)\)", text)
    pages = {name: title for title, name in reversed(links)}
    return [
        GuidePage(tr("Contents"), folder / _FIRST),
        *(GuidePage(title, folder / name) for name, title in reversed(pages.items())),
    ]


class _Browser(QTextBrowser):
    """Pages of Markdown in one column, with the pictures that suit the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guideText")
        self.setAccessibleName(tr("User guide"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportMargins(3 * GRID, 2 * GRID, 2 * GRID, 0)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setLineWrapColumnOrWidth(COLUMN)
        # The ground of the pages is that of the margins.
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(80)
        self._again.timeout.connect(self.draw_again)
        self.sourceChanged.connect(lambda _url: lay_out(self.document(), self.palette()))

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        path = guide_folder() / QUrl(name).path()
        dark = path.with_name(f"{path.stem}-dark{path.suffix}")
        picture = QImage(str(dark if is_dark(self.palette()) and dark.is_file() else path))
        # Made smaller once and well, for as many pixels as the screen has.
        ratio = self.devicePixelRatioF()
        most = round((self.lineWrapColumnOrWidth() - _BESIDE_PICTURES) * ratio)
        if picture.width() > most:
            picture = picture.scaledToWidth(most, Qt.TransformationMode.SmoothTransformation)
            picture.setDevicePixelRatio(ratio)
        return picture

    def draw_again(self) -> None:
        """With pictures and colors for how the window is now."""
        at = self.verticalScrollBar().value()
        self.reload()
        self.verticalScrollBar().setValue(at)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        column = max(32 * GRID, min(COLUMN, self.viewport().width() - GRID))
        if column != self.lineWrapColumnOrWidth():
            self.setLineWrapColumnOrWidth(column)
            self._again.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and not self.source().isEmpty():
            self._again.start()


class GuideWindow(QDialog):
    """The contents at the side, a page beside them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guideWindow")
        self.setWindowTitle(tr("User Guide"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.browser = _Browser(self)
        self._texts = {
            page.path.name: page.path.read_text(encoding="utf-8").casefold()
            for page in guide_pages()
        }
        self.contents = self._make_contents()
        self.words = QLineEdit(self)
        self.words.setObjectName("guideFind")
        self.words.setAccessibleName(tr("Find in the guide"))
        self.words.setPlaceholderText(tr("Find in the guide"))
        self.words.setClearButtonEnabled(True)
        self.words.addAction(icon("find"), QLineEdit.ActionPosition.LeadingPosition)
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(_PAUSE_MS)
        self._follow.timeout.connect(self._show_hit)
        self.words.textChanged.connect(self._find)
        self.words.returnPressed.connect(self.find_next)
        self.back = self._button("guideBack", tr("&Back"), self.browser.backward)
        self.back.setEnabled(False)
        self.browser.backwardAvailable.connect(self.back.setEnabled)
        self.browser.sourceChanged.connect(self._arrived)
        close = self._button("guideClose", tr("Close"), self.close)
        self._build(close)
        parts = (self.words, self.contents, self.browser, self.back, close)
        for before, after in itertools.pairwise(parts):
            self.setTabOrder(before, after)
        QShortcut(QKeySequence.StandardKey.Find, self, self._to_words)
        QShortcut(QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Left), self, self.browser.backward)
        QShortcut(QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Right), self, self.browser.forward)
        self.show_page(_FIRST)

    def _make_contents(self) -> QListWidget:
        contents = QListWidget(self)
        contents.setObjectName("guideContents")
        contents.setAccessibleName(tr("Pages of the guide"))
        contents.setFrameShape(QFrame.Shape.NoFrame)
        # A style has no room at the beginning of a row but for a picture.
        room = QPixmap(GRID // 2, 1)
        room.fill(Qt.GlobalColor.transparent)
        contents.setIconSize(room.size())
        for page in guide_pages():
            row = QListWidgetItem(QIcon(room), page.title, contents)
            row.setData(Qt.ItemDataRole.UserRole, page.path.name)
            row.setSizeHint(QSize(contents.fontMetrics().horizontalAdvance(page.title), 4 * GRID))
        widest = max(contents.sizeHintForColumn(0), 1) + 4 * GRID
        contents.setFixedWidth(min(widest, _MAX_CONTENTS_PX))
        contents.currentItemChanged.connect(
            lambda row, _before: self.show_page(row.data(Qt.ItemDataRole.UserRole))
        )
        return contents

    def _button(self, name: str, text: str, act: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        # Return is for the next place that was looked for.
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _build(self, close: QPushButton) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        side.setSpacing(2 * GRID)
        side.addWidget(self.words)
        side.addWidget(self.contents, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(close)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.browser, 1)
        right.addWidget(rule())
        right.addLayout(foot)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addLayout(side)
        columns.addWidget(rule(QFrame.Shape.VLine))
        columns.addLayout(right, 1)
        resize_to_fit(self, (138, 96), least=(80, 48))
        self.browser.setFocus()

    # --- pages ----------------------------------------------------------------------

    @property
    def page(self) -> str:
        """The name of the file that is shown."""
        return self.browser.source().fileName()

    def show_page(self, name: str) -> None:
        """A page by the name of its file."""
        if name != self.page:
            self.browser.setSource(QUrl.fromLocalFile(str(guide_folder() / name)))

    def _arrived(self, url: QUrl) -> None:
        """A link, too, leads to a page of the contents."""
        # What the browser calls its source is at this moment still the previous page.
        name = url.fileName()
        blocker = QSignalBlocker(self.contents)
        for at in range(self.contents.count()):
            row = self.contents.item(at)
            if row.data(Qt.ItemDataRole.UserRole) == name:
                self.contents.setCurrentItem(row)
        blocker.unblock()
        self._mark()

    # --- finding --------------------------------------------------------------------

    def _to_words(self) -> None:
        self.words.setFocus()
        self.words.selectAll()

    def _find(self) -> None:
        """Leave the pages with these words in the contents, and mark them in the text."""
        words = self.words.text().strip().casefold()
        for at in range(self.contents.count()):
            row = self.contents.item(at)
            row.setHidden(words not in self._texts[row.data(Qt.ItemDataRole.UserRole)])
        self._mark()
        if words:
            # Not while letters follow each other: a page with its pictures takes a moment.
            self._follow.start()
        else:
            self._follow.stop()

    def _show_hit(self) -> None:
        """The page beside the contents has the words too, and shows the first place of them."""
        rows = [self.contents.item(at) for at in range(self.contents.count())]
        names = [row.data(Qt.ItemDataRole.UserRole) for row in rows if not row.isHidden()]
        if names and self.page not in names:
            self.show_page(names[0])
        self._mark()
        if marks := self.browser.extraSelections():
            # Behind it, so that *Return* goes on to the next one.
            cursor = QTextCursor(marks[0].cursor)
            cursor.setPosition(cursor.selectionEnd())
            self.browser.setTextCursor(cursor)
            self.browser.ensureCursorVisible()

    def _mark(self) -> None:
        words = self.words.text().strip()
        found = []
        if words:
            cursor = self.browser.document().find(words, 0)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                colours = self.palette()
                mark.format.setBackground(colours.highlight())
                mark.format.setForeground(colours.highlightedText())
                found.append(mark)
                cursor = self.browser.document().find(words, cursor)
        self.browser.setExtraSelections(found)

    def find_next(self) -> None:
        """To the next place with these words; after the last, to the next page that has them."""
        words = self.words.text().strip()
        if not words or self.browser.find(words):
            return
        rows = [self.contents.item(at) for at in range(self.contents.count())]
        left = [row for row in rows if not row.isHidden()]
        if not left:
            return
        names = [row.data(Qt.ItemDataRole.UserRole) for row in left]
        at = names.index(self.page) + 1 if self.page in names else 0
        if names[at % len(names)] == self.page:
            self.browser.draw_again()
            self._mark()
        self.show_page(names[at % len(names)])
        self.browser.find(words)


def show_guide(parent: QWidget) -> None:
    """Open the guide, or bring it to the front, at the page about the window in use."""
    active = QApplication.activeWindow()
    about = _ABOUT.get(active.objectName() if active is not None else "")
    guide = parent.findChild(GuideWindow) or GuideWindow(parent)
    if about is not None:
        guide.show_page(about)
    guide.show()
    guide.raise_()
    guide.activateWindow()
