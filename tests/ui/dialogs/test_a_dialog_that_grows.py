"""A dialog that is given more to say stays on the screen, whatever sizes it takes on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit

from handfast.ui.dialogs.form_dialog import FormDialog
from handfast.ui.widgets.window_layout import frame_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_LONG = "The file cannot be written, and here is why, in many words. "


class _Dialog(FormDialog):
    def try_it(self) -> None:
        self.say(_LONG * 12)


def test_it_stays_on_the_screen(qtbot: QtBot) -> None:
    dialog = _Dialog("growing", "Growing", "Try")
    for number in range(4):
        dialog.form.add(f"field{number}", f"Field {number}", QLineEdit())
    dialog.finish()
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    room = dialog.screen().availableGeometry()
    dialog.move(room.right() - dialog.width() - 10, room.bottom() - dialog.height() - 10)
    qtbot.waitUntil(lambda: room.contains(frame_of(dialog)))
    before = frame_of(dialog)
    dialog.go.click()
    qtbot.waitUntil(lambda: frame_of(dialog).height() > before.height())
    qtbot.waitUntil(lambda: room.contains(frame_of(dialog)))
    # And with each further size that the layout and a window manager agree on later.
    dialog.resize(dialog.width(), dialog.height() + 60)
    qtbot.waitUntil(lambda: room.contains(frame_of(dialog)))


def test_it_stays_where_a_person_put_it(qtbot: QtBot) -> None:
    dialog = _Dialog("growing", "Growing", "Try")
    dialog.finish()
    qtbot.addWidget(dialog)
    dialog.show()
    room = dialog.screen().availableGeometry()
    dialog.move(room.right() - dialog.width() // 2, room.top() + 50)
    at = dialog.pos()
    dialog.resize(dialog.width() + 20, dialog.height() + 20)
    for _ in range(3):
        QCoreApplication.processEvents()
    qtbot.wait(20)
    assert dialog.pos() == at


def test_its_title_bar_does_not_stay_above_the_screen(qtbot: QtBot) -> None:
    dialog = _Dialog("growing", "Growing", "Try")
    dialog.finish()
    qtbot.addWidget(dialog)
    dialog.show()
    top = dialog.screen().availableGeometry().top()
    dialog.move(dialog.x(), top - 20)
    assert dialog.y() < top
    qtbot.waitUntil(lambda: dialog.y() >= top)
