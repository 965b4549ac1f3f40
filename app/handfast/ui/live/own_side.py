"""Our side of a live handshake: the keystore, the pair in it, and whom we trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QSizePolicy, QWidget

from handfast.core.language import tr
from handfast.ui.widgets.fields.store_field import StoreField
from handfast.ui.widgets.shrinking import NameBox
from handfast.ui.widgets.style import GRID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.flows.base import FieldProblem
    from handfast.flows.handshake.probing import LiveFlow, OwnSideEdits
    from handfast.services.files.opening import OpenedFile
    from handfast.ui.widgets.window_services import Runner


class OwnSideForm(QWidget):
    """Three rows. Object names begin with the prefix that it is given."""

    edited = Signal()

    def __init__(
        self,
        flow: LiveFlow[Any, Any],
        prefix: str,
        jobs: Runner,
        parent: QWidget | None = None,
        *,
        is_optional: bool,
    ) -> None:
        super().__init__(parent)
        self._flow = flow
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        # Tab goes through them in the order in which they are made.
        self.keys = StoreField(
            f"{prefix}Keys", tr("Keystore with your key pair"), jobs, self,
            without=tr("None: present no certificate") if is_optional else "",
        )  # fmt: skip
        self.alias = NameBox(self)
        self.alias.setObjectName(f"{prefix}Alias")
        self.alias.setAccessibleName(tr("Key pair to present"))
        self.alias.activated.connect(lambda at: self._choose(alias=self.alias.itemData(at)))
        self.trust = StoreField(
            f"{prefix}Trust", tr("Trust store"), jobs, self,
            without=tr("None: trust is not checked") if is_optional else "",
        )  # fmt: skip
        self.keys.chosen.connect(lambda key: self._choose(keys=key))
        self.trust.chosen.connect(lambda key: self._choose(trust=key))
        self.keys.opened.connect(lambda opened: self._take("keys", opened))
        self.trust.opened.connect(lambda opened: self._take("trust", opened))
        # Boxes with icons are higher than others.
        self.alias.setMinimumHeight(self.row_height)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Your keystore"), self.keys)
        form.addRow(tr("Key pair"), self.alias)
        form.addRow(tr("Trust store"), self.trust)
        self.refresh()

    @property
    def row_height(self) -> int:
        """How high a field beside this form is where its rows are level with these."""
        return self.keys.box.sizeHint().height()

    def _take(self, what: Literal["keys", "trust"], opened: OpenedFile) -> None:
        key = self._flow.take_file(opened)
        if what == "keys":
            self._choose(keys=key)
        else:
            self._choose(trust=key)

    def _choose(self, **changes: Unpack[OwnSideEdits]) -> None:
        self._flow.choose(**changes)
        self.refresh()
        self.edited.emit()

    def refresh(self) -> None:
        """Show what the flow knows."""
        own = self._flow.own
        self.keys.show_stores(self._flow.catalogue.stores, own.keys)
        self.trust.show_stores(self._flow.catalogue.stores, own.trust)
        self.alias.clear()
        self.alias.addItem(tr("Automatic"), "")
        for pair in self._flow.catalogue.pairs(own.keys):
            self.alias.add_name(pair.alias)
        self.alias.setCurrentIndex(max(0, self.alias.findData(own.alias)))
        self.alias.setEnabled(bool(own.keys))

    def show_problems(self, problems: Sequence[FieldProblem]) -> bool:
        """Say beneath a field what is wrong with it; whether it was one of these."""
        told = {problem.field: problem.message for problem in problems}
        fields = {"keys": self.keys, "trust": self.trust}
        for name, field in fields.items():
            field.note.show_note("error" if name in told else "", told.get(name, ""))
        first = next((field for name, field in fields.items() if name in told), None)
        if first is not None:
            first.setFocus()
        return first is not None

    def closing(self) -> None:
        """Nobody waits for files any more."""
        self.keys.closing()
        self.trust.closing()
