"""The details pane: what is shown of each kind of entry, and that every value can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.keys import SecretMaterial
from handfast.core.store import Format, Integrity, Store
from handfast.ui.details.fields import FieldsTree
from handfast.ui.details.pane import DetailsPane
from handfast.ui.details.validity_bar import ValidityBar
from handfast.ui.widgets.value_rows import Facts, Mark
from handfast.ui.widgets.values import CopyableValue, CopyButton
from handfast.ui.widgets.wrap_label import FingerprintLabel
from tests.support.issued import Issued, damaged, issue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytestqt.qtbot import QtBot

    Show = Callable[..., DetailsPane]

MANY = tuple(f"node-{number:03}.payments.acme.example" for number in range(100))


@pytest.fixture(scope="module")
def issuer() -> Issued:
    return issue(CN="Acme Root CA", O="Acme Pty Ltd", is_ca=True)


@pytest.fixture(scope="module")
def partner(issuer: Issued) -> Issued:
    return issue(
        issuer=issuer,
        CN="api.acme.example",
        O="Acme Pty Ltd",
        sans=("api.acme.example", "www.acme.example"),
    )


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    def shown(*entries: Entry, width: int = 560) -> DetailsPane:
        pane = DetailsPane()
        qtbot.addWidget(pane)
        pane.resize(width, 900)
        pane.show()
        store = Store(format=Format.PKCS12, entries=tuple(entries), integrity=Integrity.VERIFIED)
        pane.show_entries(store, entries)
        QApplication.processEvents()
        return pane

    return shown


def values(pane: DetailsPane) -> dict[str, list[str]]:
    """What each label offers to copy."""
    found: dict[str, list[str]] = {}
    for each in pane.findChildren(CopyableValue):
        label = each.button.accessibleName().removeprefix("Copy ")
        found.setdefault(label, []).append(each.content)
    return found


def marks(pane: DetailsPane) -> list[str]:
    return [each.kind for each in pane.findChildren(Mark) if each.isVisible()]


def is_there(pane: DetailsPane, name: str) -> bool:
    return any(each.isVisible() for each in pane.findChildren(QWidget, name))


# --- what is shown -----------------------------------------------------------------------


def test_a_key_pair_shows_its_chain_and_whose_it_is(show: Show, partner: Issued) -> None:
    pane = show(partner.pair("acme"))
    said = pane.text()
    assert "Key pair · acme" in said
    assert "Issued by Acme Root CA" in said
    assert "Own: api.acme.example" in said
    assert "Root: Acme Root CA" in said
    assert is_there(pane, "detailsChain")
    assert not is_there(pane, "detailsLock")
    assert not is_there(pane, "detailsUnlock")


def test_a_trusted_certificate_shows_no_chain(show: Show, partner: Issued) -> None:
    pane = show(partner.trusted("acme"))
    assert "Trusted certificate · acme" in pane.text()
    assert not is_there(pane, "detailsChain")
    assert is_there(pane, "detailsValidity")


def test_choosing_in_the_chain_shows_that_certificate(
    show: Show, qtbot: QtBot, partner: Issued, issuer: Issued
) -> None:
    pane = show(partner.pair("acme"))
    chain: Any = pane.findChild(QWidget, "detailsChain")
    with qtbot.waitSignal(pane.certificate_chosen) as chosen:
        qtbot.keyClick(chain, Qt.Key.Key_Down)
    assert chosen.args == [issuer.certificate]
    assert "Chain certificate 2 of 2 · acme" in pane.text()
    assert values(pane)["SHA-256"] == [group_fingerprint(issuer.certificate.sha256)]


def test_the_page_before_outlives_the_key_that_turned_it(show: Show, partner: Issued) -> None:
    pane = show(partner.pair("acme"))
    chain: Any = pane.findChild(QWidget, "detailsChain")
    shown = pane.text()
    chain.setCurrentRow(1)
    # Qt is still in it, and would read what is gone.
    assert isValid(chain)
    assert pane.text() != shown
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(chain)


def test_pages_do_not_pile_up_before_events_are_processed(show: Show, partner: Issued) -> None:
    pane = show(partner.pair("acme"))
    first: Any = pane.findChild(QWidget, "detailsChain")
    pair = partner.pair("acme")
    store = Store(format=Format.PKCS12, entries=(pair,), integrity=Integrity.VERIFIED)
    for _ in range(20):
        pane.show_entries(store, (pair,))
    assert not isValid(first)


def test_a_locked_key_asks_to_be_unlocked(show: Show, qtbot: QtBot, partner: Issued) -> None:
    entry = partner.pair("acme", locked=True)
    pane = show(entry)
    assert "Private key locked" in pane.text()
    assert "locked" in marks(pane)
    button: Any = pane.findChild(QAbstractButton, "detailsUnlock")
    with qtbot.assertNotEmitted(pane.unlock_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(pane.findChild(QLineEdit, "unlockPassword"), "its own")
    with qtbot.waitSignal(pane.unlock_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args[:2] == [entry, "its own"]


def test_a_secret_key_shows_what_it_is_and_never_its_value(show: Show) -> None:
    material = SecretMaterial(b"sixteen bytes!!!")
    pane = show(SecretKey(alias="cookies", algorithm="AES", material=material))
    assert values(pane) == {"Alias": ["cookies"], "Algorithm": ["AES"], "Size": ["128 bits"]}
    assert "Unlocked" in pane.text()
    assert "sixteen" not in pane.text()
    assert material.reveal().hex() not in pane.text()
    assert not is_there(pane, "detailsUnlock")
    assert not is_there(pane, "detailsFieldsFold")


def test_a_locked_secret_key_knows_only_its_alias(show: Show) -> None:
    pane = show(SecretKey(alias="cookies", algorithm="", material=None))
    assert values(pane) == {"Alias": ["cookies"]}
    assert is_there(pane, "detailsUnlock")


def test_a_private_key_alone_is_said_to_be_useless_in_a_handshake(show: Show) -> None:
    pane = show(KeyPair(alias="bare", chain=(), key=None))
    assert "cannot be used in a handshake" in pane.text()
    assert "error" in marks(pane)


def test_a_damaged_certificate_is_said_to_be_so_and_can_still_be_copied(show: Show) -> None:
    certificate = damaged()
    pane = show(TrustedCertificate(alias="cut", certificate=certificate))
    assert "This certificate cannot be read" in pane.text()
    assert "written back unchanged" in pane.text()
    assert marks(pane) == ["error"]
    assert not is_there(pane, "detailsValidity")
    assert values(pane)["SHA-256"] == [group_fingerprint(certificate.sha256)]
    assert "Subject" not in values(pane)


@pytest.mark.parametrize(
    ("starts", "ends", "words", "mark"),
    [
        (-300, 400, "Valid, expires in 13 months", "ok"),
        (-300, 10, "Expires soon: in 10 days", "warning"),
        (-300, -10, "Expired 10 days ago", "error"),
        (10, 400, "Not valid yet, starts in 10 days", "warning"),
    ],
)
def test_a_state_is_told_in_words_and_by_a_sign(
    show: Show, starts: int, ends: int, words: str, mark: str
) -> None:
    pane = show(issue(CN="state.example", starts=starts, ends=ends).trusted("state"))
    state: Any = pane.findChild(QWidget, "detailsState")
    assert state.text() == words
    assert marks(pane) == [mark]
    bar: Any = pane.findChild(ValidityBar)
    assert bar.accessibleName() == "Validity"
    assert bar.accessibleDescription().startswith("Valid from ")


def test_several_are_summed_up(show: Show, partner: Issued) -> None:
    ended = issue(CN="ended.example", ends=-10)
    pane = show(partner.pair("acme", locked=True), ended.trusted("ended"))
    said = pane.text()
    assert "2 entries" in said
    assert "1 key pair, 1 trusted certificate" in said
    assert {"1 expired", "1 valid", "1 locked"} <= set(said.split("\n"))
    assert values(pane) == {"Aliases": ["acme\nended"]}


def test_nothing_selected_shows_the_store(show: Show) -> None:
    pane = show()
    assert "PKCS#12 keystore" in pane.text()
    assert "Empty" in pane.text()


# --- copying -----------------------------------------------------------------------------


def test_every_value_can_be_copied_with_its_button_and_with_the_keyboard(
    show: Show, qtbot: QtBot, partner: Issued
) -> None:
    certificate = partner.certificate
    pane = show(partner.pair("acme"))
    expected = {
        "Alias": ["acme"],
        "Common name": ["api.acme.example"],
        "DNS name": ["api.acme.example", "www.acme.example"],
        "Subject": [certificate.subject],
        "Issuer": [certificate.issuer],
        "Serial number": [certificate.serial],
        "Key": ["EC, P-256"],
        "Purposes": ["TLS client"],
        "SHA-256": [group_fingerprint(certificate.sha256)],
        "SHA-1": [group_fingerprint(certificate.sha1)],
    }
    offered = values(pane)
    assert {label: offered[label] for label in expected} == expected
    clipboard = QApplication.clipboard()
    for each in pane.findChildren(CopyableValue):
        clipboard.setText("something else")
        qtbot.mouseClick(each.button, Qt.MouseButton.LeftButton)
        assert clipboard.text() == each.content
        clipboard.setText("something else")
        each.setFocus()
        qtbot.keyClick(each, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert clipboard.text() == each.content
        clipboard.setText("something else")
        qtbot.keyClick(each.button, Qt.Key.Key_Return)
        assert clipboard.text() == each.content


def test_the_menu_copies_a_value_its_name_and_all_names(
    show: Show, qtbot: QtBot, partner: Issued
) -> None:
    pane = show(partner.trusted("acme"))
    name = next(
        each for each in pane.findChildren(CopyableValue) if each.content == "www.acme.example"
    )
    menu = name.menu()
    qtbot.addWidget(menu)
    copied = []
    for action in menu.actions():
        action.trigger()
        copied.append(QApplication.clipboard().text())
    assert copied == [
        "www.acme.example",
        "DNS name: www.acme.example",
        "api.acme.example\nwww.acme.example",
    ]


def test_the_button_stands_right_behind_its_value(show: Show, partner: Issued) -> None:
    pane = show(partner.trusted("acme"), width=700)
    key = next(each for each in pane.findChildren(CopyableValue) if each.content == "EC, P-256")
    text = key.fontMetrics().horizontalAdvance("EC, P-256")
    assert 0 < key.button.x() - text < 12
    assert key.width() > 3 * text


def test_the_dates_are_copied_from_the_bar(show: Show, qtbot: QtBot, partner: Issued) -> None:
    pane = show(partner.trusted("acme"))
    bar: Any = pane.findChild(ValidityBar)
    menu = bar.menu()
    qtbot.addWidget(menu)
    menu.actions()[1].trigger()
    end = partner.certificate.not_after
    assert end is not None
    assert f"{end:%Y}" in QApplication.clipboard().text()
    assert f"{end:%H:%M:%S}" in QApplication.clipboard().text()


def unfold(pane: DetailsPane, qtbot: QtBot, name: str) -> None:
    button: Any = pane.findChild(QAbstractButton, name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_pem_is_made_when_it_is_unfolded_and_copied_whole(
    show: Show, qtbot: QtBot, partner: Issued
) -> None:
    pane = show(partner.trusted("acme"))
    assert pane.findChild(QPlainTextEdit, "detailsPem") is None
    unfold(pane, qtbot, "detailsPemFold")
    text: Any = pane.findChild(QPlainTextEdit, "detailsPem")
    assert text.toPlainText() == partner.certificate.pem()
    copy: Any = pane.findChild(QAbstractButton, "detailsCopyPem")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == partner.certificate.pem()


def test_each_field_of_the_tree_is_copied(show: Show, qtbot: QtBot, partner: Issued) -> None:
    pane = show(partner.trusted("acme"))
    assert pane.findChild(FieldsTree) is None
    unfold(pane, qtbot, "detailsFieldsFold")
    tree: Any = pane.findChild(FieldsTree)
    wanted = group_fingerprint(partner.certificate.sha256)
    copied = []
    for index in range(tree.topLevelItemCount()):
        section = tree.topLevelItem(index)
        section.setExpanded(True)
        for row in range(section.childCount()):
            QApplication.clipboard().setText("")
            tree.setCurrentItem(section.child(row))
            qtbot.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
            copied.append(QApplication.clipboard().text())
    assert all(copied)
    assert wanted in copied
    assert "api.acme.example" in copied


def test_the_fields_stay_unfolded_for_the_next_certificate(
    show: Show, qtbot: QtBot, partner: Issued, issuer: Issued
) -> None:
    pane = show(partner.trusted("acme"))
    unfold(pane, qtbot, "detailsFieldsFold")
    store = Store(format=Format.PKCS12, entries=(issuer.trusted("root"),))
    pane.show_entry(store, store.entries[0])
    assert pane.findChild(FieldsTree) is not None


# --- room --------------------------------------------------------------------------------


def widest(pane: DetailsPane) -> int:
    """How far to the right anything reaches."""
    return max(
        each.mapTo(pane, QPoint(each.width(), 0)).x()
        for each in pane.findChildren(QWidget)
        if each.isVisible()
    )


@pytest.mark.parametrize("width", [240, 320, 560])
def test_everything_fits_whatever_the_width(show: Show, width: int) -> None:
    long = issue(CN="very-long-" * 20, O="x" * 60, sans=MANY)
    pane = show(long.pair("alias-" * 40), width=width)
    assert widest(pane) <= pane.width()


@pytest.mark.parametrize(("width", "narrow"), [(320, True), (700, False)])
def test_labels_stand_above_their_values_where_it_is_narrow(
    show: Show, partner: Issued, width: int, *, narrow: bool
) -> None:
    pane = show(partner.trusted("acme"), width=width)
    assert {each.is_narrow for each in pane.findChildren(Facts)} == {narrow}
    # Each line of the fingerprint whole: its height is that of all its lines.
    view: Any = pane.findChild(FingerprintLabel)
    assert view.height() >= view.heightForWidth(view.width())
    shown = view.shown_text(view.width()).split("\n")
    assert all(view.fontMetrics().horizontalAdvance(line) <= view.width() for line in shown)
    assert "".join("".join(shown).split()).lower() == partner.certificate.sha256


def test_a_hundred_names_are_folded_and_unfold_to_all(show: Show, qtbot: QtBot) -> None:
    pane = show(issue(CN="payments", sans=MANY).trusted("payments"))
    more: Any = pane.findChild(QAbstractButton, "detailsMoreNames")
    assert more.text() == "and 92 more"
    assert MANY[7] in pane.text()
    assert MANY[8] not in pane.text()
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert MANY[99] in pane.text()
    assert not more.isVisible()


def test_few_names_are_not_folded(show: Show, partner: Issued) -> None:
    pane = show(partner.trusted("acme"))
    assert not is_there(pane, "detailsMoreNames")


def test_a_name_too_long_for_its_lines_is_whole_in_its_tool_tip(show: Show) -> None:
    name = "very-long-" * 20
    pane = show(issue(CN=name).trusted("long"), width=320)
    title: Any = pane.findChild(QWidget, "detailsTitle")
    # In lines that fit on a screen.
    assert title.toolTip().replace("\n", "") == name
    assert title.height() < 8 * title.fontMetrics().lineSpacing()


def tree_rows(tree: FieldsTree) -> int:
    items: Sequence[Any] = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return len(items) + sum(item.childCount() for item in items if item.isExpanded())


def test_the_tree_of_fields_is_as_high_as_its_rows(
    show: Show, qtbot: QtBot, partner: Issued
) -> None:
    pane = show(partner.trusted("acme"))
    unfold(pane, qtbot, "detailsFieldsFold")
    tree: Any = pane.findChild(FieldsTree)
    for expanded in (0, 1):
        tree.topLevelItem(0).setExpanded(bool(expanded))
        row = tree.visualItemRect(tree.topLevelItem(0)).height()
        assert tree.viewport().height() == tree_rows(tree) * row


def test_copying_is_confirmed_and_every_button_has_a_name(
    show: Show, qtbot: QtBot, partner: Issued
) -> None:
    pane = show(partner.pair("acme"))
    buttons = pane.findChildren(CopyButton)
    assert all(each.accessibleName() for each in buttons)
    assert buttons[0].accessibleDescription() == ""
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert buttons[0].accessibleDescription() == "Copied"
