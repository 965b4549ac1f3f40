"""One certificate, alone or with the entry that it belongs to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from handfast.core.entry import KeyPair
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.visible_text import visible
from handfast.services.describe.certificate import (
    describe_certificate,
    key_text,
    names_of,
    purposes_text,
    subject_text,
)
from handfast.services.describe.description import Row, RowKind
from handfast.services.describe.validity import Validity, moment_text, validity_of
from handfast.ui.details.fields import FieldsView
from handfast.ui.details.locked_key import LockedKey
from handfast.ui.details.pem import PemView
from handfast.ui.details.validity_bar import ValidityBar
from handfast.ui.widgets.fold import Fold
from handfast.ui.widgets.icons import icon
from handfast.ui.widgets.style import GRID, plain
from handfast.ui.widgets.value_rows import (
    STATE_ICONS,
    STATE_MARKS,
    Facts,
    StateLine,
    caption,
    fit_rows,
    heading,
    kind_line,
    lowered_state_text,
    more_button,
    name_title,
    state_text,
    title,
)
from handfast.ui.widgets.values import CopyableValue, fingerprint_value
from handfast.ui.widgets.wrap_label import WrapLabel

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import TrustedCertificate

_NAMES_SHOWN = 8


class CertificatePage(QWidget):
    """Head, validity, facts, chain and fingerprints; all fields and PEM folded beneath."""

    #: The entry, the password for it, and where to say that it does not fit.
    unlock_requested = Signal(object, str, object)
    #: The entry that the password of the store is to be tried on; None for all.
    try_requested = Signal(object)
    #: A certificate of the chain was chosen.
    certificate_chosen = Signal(object)
    #: The alias of the pair whose certificate is to be renewed.
    renew_requested = Signal(str)

    def __init__(
        self,
        entry: KeyPair | TrustedCertificate,
        certificate: Certificate,
        *,
        expiry_days: int,
        position: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._entry = entry
        self._certificate = certificate
        self._position = position
        self._expiry_days = expiry_days
        self._now = datetime.now(UTC)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self._facts = Facts(self)
        self.chain: QListWidget | None = None
        self._add_head()
        self._add_facts()
        self._add_chain()
        self._add_fingerprints()
        self.fields = Fold(tr("All fields"), self._make_fields, self)
        self.fields.button.setObjectName("detailsFieldsFold")
        self.pem = Fold("PEM", self._make_pem, self)
        self.pem.button.setObjectName("detailsPemFold")
        self._column.addSpacing(GRID)
        self._column.addWidget(self.fields)
        self._column.addWidget(self.pem)
        self._column.addStretch(1)

    def set_narrow(self, narrow: bool) -> None:
        self._facts.set_narrow(narrow)
        self._fingerprints.set_narrow(narrow)

    # --- parts -----------------------------------------------------------------------

    def _add_head(self) -> None:
        entry, certificate = self._entry, self._certificate
        self._column.addWidget(kind_line(self._kind(), visible(entry.alias)))
        name = subject_text(certificate)
        if name:
            self._column.addWidget(name_title(tr("Common name"), name))
        else:
            readable = certificate.is_readable
            said = tr("A certificate without a name") if readable else visible(entry.alias)
            self._column.addWidget(title(said))
        issuer = self._issuer()
        if issuer:
            self._column.addWidget(WrapLabel(issuer, max_lines=3))
        self._column.addSpacing(GRID)
        state = validity_of(certificate, self._now, expiry_days=self._expiry_days)
        line = StateLine(STATE_MARKS[state], state_text(certificate, state, self._now), self)
        line.label.setObjectName("detailsState")
        self._column.addWidget(line)
        if isinstance(entry, KeyPair) and self._position == 0:
            self._add_lock(entry)
        if not certificate.is_readable:
            self._add_explanation()
        if state is not Validity.UNKNOWN:
            bar = ValidityBar(self)
            bar.setObjectName("detailsValidity")
            bar.show_certificate(certificate, self._now, expiry_days=self._expiry_days)
            self._column.addSpacing(GRID)
            self._column.addWidget(bar)
        self._add_ways()
        self._column.addSpacing(GRID)

    def _add_ways(self) -> None:
        """What is done with a certificate whose dates one has just read."""
        alias = self._entry.alias
        if not isinstance(self._entry, KeyPair) or self._position:
            return
        ways = QHBoxLayout()
        ways.setContentsMargins(0, GRID, 0, 0)
        ways.setSpacing(GRID)
        renew = QPushButton(tr("Renew…"), self)
        renew.setObjectName("detailsRenew")
        renew.setAutoDefault(False)
        renew.setAccessibleName(tr("Renew {alias}", alias=visible(alias)))
        renew.clicked.connect(lambda: self.renew_requested.emit(alias))
        ways.addWidget(renew)
        ways.addStretch(1)
        self._column.addLayout(ways)

    def _kind(self) -> str:
        if isinstance(self._entry, KeyPair):
            if self._position:
                return tr(
                    "Chain certificate {number} of {total}",
                    number=self._position + 1,
                    total=len(self._entry.chain),
                )
            return tr("Key pair")
        return tr("Trusted certificate")

    def _issuer(self) -> str:
        certificate = self._certificate
        if not certificate.is_readable:
            return ""
        if certificate.is_self_signed:
            return tr("Self-signed")
        if certificate.is_self_issued and certificate.signature_fits(certificate) is None:
            return tr("Issued by itself; its signature cannot be checked here")
        name = visible(certificate.issuer_common_name or certificate.issuer)
        return tr("Issued by {name}", name=name) if name else tr("The issuer has no name")

    def _add_lock(self, entry: KeyPair) -> None:
        if entry.trouble:
            self._column.addWidget(
                StateLine("error", tr("Private key: {problem}", problem=entry.trouble), self)
            )
        elif entry.is_locked:
            locked = LockedKey(entry, self)
            locked.unlock_requested.connect(self.unlock_requested)
            locked.try_requested.connect(self.try_requested)
            self._column.addWidget(locked)

    def _add_explanation(self) -> None:
        reason = visible(self._certificate.trouble)[:300]
        advice = tr(
            "It stays in the keystore and is written back unchanged. Most programs "
            "reject it. Ask its sender for a new copy."
        )
        lines = [advice]
        if reason:
            lines.append(tr("The library that reads certificates reports: {reason}", reason=reason))
        for line in lines:
            self._column.addWidget(caption(line))

    def _add_facts(self) -> None:
        facts, certificate = self._facts, self._certificate
        purposes = purposes_text(certificate)
        if purposes:
            text = enumerated(purposes)
            facts.add(tr("Purposes"), CopyableValue(tr("Purposes"), text, has_button=False))
        self._add_names()
        key = key_text(certificate)
        if key:
            facts.add(tr("Key"), CopyableValue(tr("Key"), key, has_button=False))
        for label, value, is_copied in (
            (tr("Subject"), visible(certificate.subject), True),
            (tr("Issuer"), "" if certificate.is_self_issued else visible(certificate.issuer), True),
            (tr("Signed with"), certificate.signature_algorithm, False),
        ):
            if value:
                facts.add(label, CopyableValue(label, value, has_button=is_copied))
        if certificate.serial:
            serial = CopyableValue(tr("Serial number"), certificate.serial, monospaced=True)
            facts.add(tr("Serial number"), serial)
        if self._entry.created is not None and self._position == 0:
            created = moment_text(self._entry.created)
            facts.add(tr("Added"), CopyableValue(tr("Added"), created, has_button=False))
        self._column.addWidget(facts)

    def _add_names(self) -> None:
        names = names_of(self._certificate)
        if not names:
            return
        every = "\n".join(name.value for name in names)
        shown = [_name_value(name) for name in names[:_NAMES_SHOWN]]
        if len(names) > 1:
            for value in shown:
                value.offer(
                    tr_count("Copy &all {count} names", "Copy &all {count} names", len(names)),
                    every,
                )
        values: list[QWidget] = [*shown]
        rest = names[_NAMES_SHOWN:]
        if rest:
            more = more_button(tr_count("and {count} more", "and {count} more", len(rest)))
            more.setObjectName("detailsMoreNames")
            values.append(more)
            more.clicked.connect(lambda: _show_rest(more, rest))
        self._facts.add_values(tr("Names"), values)

    def _add_chain(self) -> None:
        chain = self._entry.chain
        if not isinstance(self._entry, KeyPair) or len(chain) < 2:
            return
        self._column.addSpacing(GRID)
        self._column.addWidget(heading(tr("Chain")))
        view = QListWidget(self)
        view.setObjectName("detailsChain")
        view.setAccessibleName(tr("Certificate chain, own certificate first"))
        for index, certificate in enumerate(chain):
            view.addItem(self._chain_item(index, certificate))
        view.setCurrentRow(self._position)
        fit_rows(view, most=8)
        view.currentRowChanged.connect(lambda row: self.certificate_chosen.emit(chain[row]))
        self.chain = view
        self._column.addWidget(view)

    def _chain_item(self, index: int, certificate: Certificate) -> QListWidgetItem:
        name = subject_text(certificate) or tr("(no name)")
        # The role and the state before the name, which may be longer than the row.
        if not certificate.is_readable:
            role = tr("Cannot be read")
        elif index == 0:
            role = tr("Own")
        else:
            role = tr("Root") if certificate.is_self_issued else tr("Intermediate")
        state = validity_of(certificate, self._now, expiry_days=self._expiry_days)
        if state is not Validity.VALID and certificate.is_readable:
            role = enumerated([role, lowered_state_text(certificate, state, self._now)])
        item = QListWidgetItem(icon(STATE_ICONS[state]), f"{role}: {name}")
        item.setToolTip(plain(f"{index + 1}. {role}\n{visible(certificate.subject)}"))
        return item

    def _add_fingerprints(self) -> None:
        self._column.addSpacing(GRID)
        self._column.addWidget(heading(tr("Fingerprints")))
        prints = Facts(self)
        for label, value in (
            ("SHA-256", self._certificate.sha256),
            ("SHA-1", self._certificate.sha1),
        ):
            prints.add(label, fingerprint_value(label, value))
        self._fingerprints = prints
        self._column.addWidget(prints)

    def _make_fields(self) -> QWidget:
        return FieldsView(describe_certificate(self._certificate))

    def _make_pem(self) -> QWidget:
        return PemView(self._certificate.public_pem())


def _name_value(name: Row) -> CopyableValue:
    return CopyableValue(name.label, _name_text(name), content=name.value)


def _name_text(name: Row) -> str:
    return name.value if name.kind is RowKind.HOST else f"{name.value}  ({name.label})"


def _show_rest(button: QToolButton, names: tuple[Row, ...]) -> None:
    """The other names as one value: hundreds of widgets would take their time."""
    holder = button.parentWidget()
    layout = holder.layout() if holder is not None else None
    if layout is None:
        return
    shown = "\n".join(_name_text(name) for name in names)
    content = "\n".join(name.value for name in names)
    value = CopyableValue(tr("Names"), shown, content=content)
    layout.addWidget(value)
    # At once, so that it can be given the keyboard.
    value.show()
    value.setFocus()
    button.hide()
