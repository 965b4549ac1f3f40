"""Drives a wizard as a person does: clicks on what can be seen, types into what has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QToolBar, QWidget

from handfast.ui.widgets.form import FieldNote
from handfast.ui.wizards.frame import WizardWindow
from handfast.ui.wizards.steps import StepButton
from tests.support.ui.drops import drop, files

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow


class Driver:
    """One wizard, opened from the tool bar of the real window."""

    def __init__(self, qtbot: QtBot, window: MainWindow, action: str = "") -> None:
        """Without an action, the wizard that is open already."""
        self.qtbot = qtbot
        self.window = window
        if action:
            self._press(action)
        self.wizard: WizardWindow = self._only_wizard()
        # The platform of tests gives the keyboard to a new window only when it is asked to.
        self.wizard.activateWindow()
        qtbot.waitUntil(self.wizard.isActiveWindow)

    def _press(self, action: str) -> None:
        window, qtbot = self.window, self.qtbot
        found = window.findChild(QAction, action)
        assert found is not None
        assert found.isEnabled()
        bar = window.findChild(QToolBar)
        button = bar.widgetForAction(found)
        # A tool that does not fit the bar is in its overflow menu.
        if button is not None and button.isVisible():
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            found.trigger()

    def _only_wizard(self) -> WizardWindow:
        shown = [each for each in self.window.findChildren(WizardWindow) if each.isVisible()]
        assert len(shown) == 1
        return shown[0]

    def find(self, name: str) -> Any:
        """The visible widget of that name, scrolled into view as a person would."""
        found = [each for each in self.wizard.findChildren(QWidget, name) if each.isVisible()]
        assert len(found) == 1, f"{len(found)} widgets called {name} are visible"
        scroller = self.wizard.page.scroller
        if scroller.widget().isAncestorOf(found[0]):
            QApplication.processEvents()
            scroller.ensureWidgetVisible(found[0])
        return found[0]

    def is_visible(self, name: str) -> bool:
        return any(each.isVisible() for each in self.wizard.findChildren(QWidget, name))

    def has_keyboard(self, name: str) -> bool:
        """Whether typing goes there, once the window is in front."""
        return self.wizard.focusWidget() is self.find(name)

    def click(self, name: str) -> None:
        widget = self.find(name)
        assert widget.isEnabled(), f"{name} is disabled"
        # The left edge, where the box of a check box and the circle of a choice are.
        at = QPoint(8, widget.height() // 2)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)

    def type(self, name: str, text: str) -> None:
        """Replace what stands in a field."""
        widget = self.find(name)
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
        assert self.has_keyboard(name)
        self.qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClick(widget, Qt.Key.Key_Delete)
        self.qtbot.keyClicks(widget, text)

    def choose(self, name: str, value: str) -> None:
        """Choose in a combo box, with the keyboard."""
        box = self.find(name)
        assert isinstance(box, QComboBox)
        box.setFocus()
        wanted = box.findData(value)
        assert wanted >= 0
        while box.currentIndex() != wanted:
            key = Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up
            self.qtbot.keyClick(box, key)

    def drop(self, name: str, *paths: Path) -> None:
        """Drop files on the area that is there for it."""
        assert drop(self.find(name), files(*paths))

    def said_of_source(self, number: int) -> str:
        """What the import wizard says of the n-th thing that was given."""
        name = f"import.source.{number}.said"
        self.qtbot.waitUntil(lambda: self.is_visible(name), timeout=10_000)
        return str(self.find(name).text())

    def next(self) -> None:
        self.click("wizardNext")

    def finish(self) -> None:
        self.click("wizardFinish")
        self.qtbot.waitUntil(lambda: self.wizard.stage != "running", timeout=30_000)

    def note(self, field: str) -> tuple[str, str]:
        """State and words beneath a field; it must be inside what can be seen."""
        note = self.find(f"{field}.note")
        assert isinstance(note, FieldNote)
        return note.state, note.text

    def assert_in_view(self, name: str) -> None:
        widget = self.find(name)
        page = self.wizard.page.scroller.viewport()
        place = QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())
        assert page.rect().intersects(place)

    @property
    def step(self) -> str:
        return self.wizard.page.step

    @property
    def heading(self) -> str:
        return str(self.find("wizardHeading").text())

    def steps(self) -> list[tuple[str, str]]:
        """Each step at the side with its state."""
        return [
            (each.text(), each.state.name.lower()) for each in self.wizard.findChildren(StepButton)
        ]

    def said(self) -> str:
        """Everything that is written on what can be seen."""
        # What was just put into a layout is shown when Qt next comes round to it.
        QApplication.processEvents()
        labels = [each for each in self.wizard.findChildren(QLabel) if each.isVisible()]
        buttons = [each for each in self.wizard.findChildren(QAbstractButton) if each.isVisible()]
        text = "\n".join(each.text() for each in (*labels, *buttons))
        return text.replace("\u200b", "").replace("&", "")
