"""The fields that wizards share, where no window shows all that they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.ui.widgets.fields.days_field import DaysField

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_one_day_is_not_called_days(qtbot: QtBot) -> None:
    field = DaysField(1, 5000)
    qtbot.addWidget(field)
    assert field.text() == "1 day"
    field.setValue(2)
    assert field.text() == "2 days"
    # As a page shows a draft, which is no edit of a person's.
    field.blockSignals(True)
    field.setValue(1)
    assert field.text() == "1 day"
    field.blockSignals(False)
    field.stepUp()
    assert field.text() == "2 days"
    field.selectAll()
    qtbot.keyClicks(field, "1234")
    assert field.value() == 1234
    assert field.text().replace(field.locale().groupSeparator(), "") == "1234 days"


def test_the_unit_may_be_longer(qtbot: QtBot) -> None:
    field = DaysField(0, 400, unit=lambda days: "day before" if days == 1 else "days before")
    qtbot.addWidget(field)
    assert field.text() == "0 days before"
    field.setValue(1)
    assert field.text() == "1 day before"
