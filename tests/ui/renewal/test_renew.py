"""Renewing a pair in the real window: from every place that offers it, undone, saved, and read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTreeWidget

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.authority.issuer import issuer_of
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.ui.renewal.renew_wizard import RenewWizard
from tests.support.ui.helpers import action, button, opened
from tests.support.ui.wizard_driver import Driver

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

PASSWORD = Password("changeit")
TODAY = dt.datetime.now(dt.UTC).date()


def pair(alias: str, days: int = 20) -> Any:
    return make_pair(
        PairRequest(
            alias=alias, name=f"CN={alias}.example", key="ec:P-256", days=days,
            sans=(f"dns:{alias}.example",),
        )
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "client.p12"
    entries = [pair("later", 800), pair("client")]
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries(entries), path)
    return path


def wizard_of(qtbot: QtBot, window: MainWindow) -> Driver:
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(RenewWizard)))
    return Driver(qtbot, window)


def aliases(view: StoreView) -> list[str]:
    assert view.store is not None
    return [entry.alias for entry in view.store.entries]


def test_the_action_renews_and_undo_takes_it_back(
    window: MainWindow, qtbot: QtBot, store: Path, keytool: Any
) -> None:
    view = opened(window, qtbot, store)
    assert not action(window, "actionRenew").isEnabled()
    view.select("client")
    assert view.store is not None
    before = view.store
    driver = Driver(qtbot, window, "actionRenew")
    assert "client.example" in driver.find("renew.now").text()
    driver.click("renew.days.365")
    driver.next()
    driver.finish()
    old = f"client-{TODAY:%Y-%m-%d}"
    assert aliases(view) == ["later", "client", old]
    assert old in driver.find("wizardResultText").text()
    renewed = view.store.get("client")
    assert renewed.chain[0] != before.get("client").chain[0]
    driver.click("resultSave")
    qtbot.waitUntil(lambda: not view.is_dirty)
    listing = keytool("-list", "-v", "-alias", "client", "-keystore", store,
                      "-storepass", "changeit").stdout  # fmt: skip
    assert renewed.chain[0].sha256[:6].upper() in listing.replace(":", "")
    driver.wizard.close()
    window.undo()
    assert view.store.entries == before.entries


def test_every_place_offers_it(window: MainWindow, qtbot: QtBot, store: Path) -> None:
    view = opened(window, qtbot, store)
    # The overview, for what expires next.
    qtbot.waitUntil(lambda: bool(view.findChildren(QPushButton, "detailsRenewNext")))
    next_one = view.findChild(QPushButton, "detailsRenewNext")
    assert "client" in next_one.text()
    next_one.click()
    driver = wizard_of(qtbot, window)
    assert driver.wizard.flow.alias == "client"
    driver.wizard.close()
    qtbot.waitUntil(lambda: not window.findChildren(RenewWizard))
    # The details of an entry.
    view.select("later")
    button(view.details, "detailsRenew").click()
    driver = wizard_of(qtbot, window)
    assert driver.wizard.flow.alias == "later"
    driver.wizard.close()
    qtbot.waitUntil(lambda: not window.findChildren(RenewWizard))
    # The finding, as its remedy.
    findings = view.findChild(QTreeWidget, "findingsList")
    qtbot.waitUntil(lambda: findings.topLevelItemCount() > 0)
    view.go_to_findings()
    rows = [findings.topLevelItem(at) for at in range(findings.topLevelItemCount())]
    row = next(each for each in rows if "expires" in each.text(1))
    row.setExpanded(True)
    findings.scrollToItem(row.child(row.childCount() - 1))
    qtbot.waitUntil(lambda: any(map(QPushButton.isVisible, findings.findChildren(QPushButton))))
    button(findings, "findingRenew").click()
    driver = wizard_of(qtbot, window)
    assert driver.wizard.flow.alias == "client"
    driver.wizard.close()
    qtbot.waitUntil(lambda: not window.findChildren(RenewWizard))
    # The menu of the row.
    view.select("client")
    menu = view.tree.make_menu(view.tree, view.tree.currentIndex())
    assert action(window, "actionRenew") in menu.actions()
    menu.close()


def test_the_start_page_leads_to_it(window: MainWindow, qtbot: QtBot, store: Path) -> None:
    view = opened(window, qtbot, store)
    qtbot.waitUntil(lambda: window.recent.stores()[0].summary is not None)
    window.remove(view)
    start = window.findChild(object, "startPage")
    qtbot.waitUntil(lambda: bool(start.findChildren(QPushButton, "recentRenew")))
    qtbot.mouseClick(button(start, "recentRenew"), Qt.MouseButton.LeftButton)
    driver = wizard_of(qtbot, window)
    assert driver.wizard.flow.alias == "client"


def test_a_keystore_without_an_expiring_pair_offers_nothing(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "good.p12"
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries([pair("good", 800)]), path)
    view = opened(window, qtbot, path)
    qtbot.waitUntil(lambda: window.recent.stores()[0].summary is not None)
    window.remove(view)
    start = window.findChild(object, "startPage")
    assert start.findChildren(QPushButton, "recentRenew") == []


def test_what_another_ca_issued_becomes_a_request(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, openssl: Any
) -> None:
    ca = make_pair(PairRequest(alias="ca", name="CN=Their CA", key="ec:P-256", purpose="ca"))
    request = PairRequest(alias="client", name="CN=client.example", key="ec:P-256", days=20)
    path = tmp_path / "client.p12"
    entries = [make_pair(request, issuer=issuer_of(ca))]
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries(entries), path)
    view = opened(window, qtbot, path)
    view.select("client")
    driver = Driver(qtbot, window, "actionRenew")
    out = tmp_path / "out.csr"
    driver.type("renew.request_path", str(out))
    driver.next()
    driver.finish()
    assert "out.csr" in driver.find("wizardResultText").text().replace("\u200b", "")
    assert "verify OK" in str(openssl("req", "-in", out, "-noout", "-verify"))
    assert not view.is_dirty


def test_a_keystore_that_changed_meanwhile_stays_as_it_is(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    view = opened(window, qtbot, store)
    view.select("client")
    driver = Driver(qtbot, window, "actionRenew")
    driver.next()
    wizard = driver.wizard
    outcome = wizard.flow.run()
    view.document.delete([view.store.get("later")])
    after = view.store
    wizard._done(outcome)
    assert view.store is after
    assert wizard.error_panel.isVisible()


def test_locked_meanwhile_it_holds_no_key(window: MainWindow, qtbot: QtBot, store: Path) -> None:
    path = store.with_name("secret.p12")
    secret = Password("known to one")
    save_store(new_store(Format.PKCS12, secret).with_entries([pair("client")]), path)
    view = opened(window, qtbot, path, secret)
    view.select("client")
    driver = Driver(qtbot, window, "actionRenew")
    action(window, "actionLock").trigger()
    qtbot.waitUntil(lambda: view.store is None)
    qtbot.waitUntil(lambda: driver.wizard.flow.pair is None)
    assert driver.wizard.foot.next.isEnabled()
    driver.next()
    assert driver.step == "renewal"
