"""A roll-over in the real window, from “expires in 20 days” to “old one dropped”."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from handfast.core.dates import day_text
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.partnerships import Partnership, read_partnership, write_partnership
from handfast.ui.program.known_partnerships import KnownPartnerships
from handfast.ui.renewal.renew_wizard import RenewWizard
from handfast.ui.renewal.roll_over_window import RollOverWindow
from tests.support.ui.helpers import action, button

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.entry import KeyPair
    from handfast.ui.window.main_window import MainWindow

PASSWORD = Password("changeit")


def pair(alias: str, days: int) -> KeyPair:
    return make_pair(
        PairRequest(
            alias=alias, name=f"CN={alias}.example", key="ec:P-256", days=days,
            sans=(f"dns:{alias}.example",),
        )
    )  # fmt: skip


def saved(path: Path, *entries: Any) -> None:
    save_store(new_store(Format.PKCS12, PASSWORD).with_entries(entries), path)


def trusting(path: Path, *pairs: KeyPair) -> None:
    chosen = [(each.chain[0], each.alias) for each in pairs]
    save_store(import_certificates(new_store(Format.PKCS12, PASSWORD), chosen), path)


@pytest.fixture
def parties(tmp_path: Path) -> dict[str, Path]:
    """Our folder with a pair that expires in 20 days, and the partner's folder."""
    ours, theirs = tmp_path / "acme", tmp_path / "globex"
    ours.mkdir()
    theirs.mkdir()
    client, server = pair("client", 20), pair("api", 700)
    saved(ours / "client.p12", client)
    trusting(ours / "trust.p12", server)
    saved(theirs / "server.p12", server)
    trusting(theirs / "trust.p12", client)
    known = Partnership(
        partner="Globex", our_name="Acme", role="client", host="api.example", folder=str(ours),
        keystore=str(ours / "client.p12"), alias="client", truststore=str(ours / "trust.p12"),
        our_sha256=client.chain[0].sha256, our_end=client.chain[0].not_after,
        partner_chain=server.chain[0].public_pem(), partner_sha256=server.chain[0].sha256,
        partner_end=server.chain[0].not_after, fingerprint_checked=True,
    )  # fmt: skip
    path = ours / "globex.partnership.json"
    write_partnership(known, path)
    return {"ours": ours, "theirs": theirs, "file": path}


def works(ours: Path, theirs: Path, sha256: str, at: dt.datetime | None = None) -> bool:
    """Whether the handshake works with what is on both disks, presenting that certificate."""
    stores = {
        name: PartyStore(store=open_file(path, PASSWORD).store, path=path)
        for name, path in (
            ("own", ours / "client.p12"), ("trust", ours / "trust.p12"),
            ("server", theirs / "server.p12"), ("server_trust", theirs / "trust.p12"),
        )
    }  # fmt: skip
    alias = next(e.alias for e in stores["own"].store.key_pairs if e.chain[0].sha256 == sha256)
    client = Party(side="client", keys=stores["own"], alias=alias, trust=stores["trust"])
    server = Party(side="server", keys=stores["server"], trust=stores["server_trust"])
    return rehearse(client, server, host="api.example", at=at).ok


def stage_of(path: Path) -> str:
    return read_partnership(path).rollover


def test_from_twenty_days_to_old_one_dropped(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path]
) -> None:
    ours, theirs, path = parties["ours"], parties["theirs"], parties["file"]
    old = read_partnership(path).our_sha256
    KnownPartnerships(window.settings).put_first(path)
    window.refresh()
    start = window.findChild(QWidget, "startPage")
    qtbot.waitUntil(lambda: bool(start.findChildren(QPushButton, "partnerRollOver")))
    qtbot.mouseClick(button(start, "partnerRollOver"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.findChildren(RollOverWindow)))
    (rolling,) = window.findChildren(RollOverWindow)
    # The keystores open in tabs, and the new pair is missing still.
    renew = rolling.findChild(QPushButton, "rollOver.renew")
    qtbot.waitUntil(renew.isVisible)
    rolling.run()
    assert "Renew the old one first" in rolling.said.text()
    renew.click()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(RenewWizard)))
    (wizard,) = window.findChildren(RenewWizard)
    button(wizard, "renew.days.365").click()
    button(wizard, "wizardNext").click()
    button(wizard, "wizardFinish").click()
    qtbot.waitUntil(lambda: wizard.stage == "finished")
    button(wizard, "resultSave").click()
    view = next(each for each in window.views if each.path == ours / "client.p12")
    qtbot.waitUntil(lambda: not view.is_dirty)
    wizard.close()
    # The plan is made by itself, and holds.
    qtbot.waitUntil(lambda: rolling.shown is not None, timeout=10_000)
    assert "The roll-over works" in rolling.findChild(QLabel, "rollOverVerdict").text()
    new = rolling.flow.new.chain[0].sha256
    assert new != old
    assert works(ours, theirs, old)
    assert not works(ours, theirs, new)
    go = rolling.findChild(QPushButton, "rollOver.go")
    go.click()
    qtbot.waitUntil(lambda: stage_of(path) == "prepared")
    go.click()
    qtbot.waitUntil(lambda: stage_of(path) == "sent")
    folder = rolling.flow.handover_folder()
    assert "keep the old certificate" in (folder / "README.txt").read_text(encoding="utf-8")
    rolling.save_reminders(ours / "roll-over.ics")
    assert (ours / "roll-over.ics").read_bytes().count(b"BEGIN:VEVENT") == 3
    # The partner imports what lies in the folder, and keeps the old one.
    sent = next(each for each in folder.iterdir() if each.suffix == ".pem")
    theirs_trust = open_file(theirs / "trust.p12", PASSWORD).store
    (fresh,) = read_certificates(sent.read_bytes()).certificates
    save_store(import_certificates(theirs_trust, [(fresh, "client-new")]), theirs / "trust.p12",
               overwrite=True)  # fmt: skip
    assert works(ours, theirs, old)
    assert works(ours, theirs, new)
    go.click()
    qtbot.waitUntil(lambda: stage_of(path) == "trusted")
    go.click()
    qtbot.waitUntil(lambda: stage_of(path) == "switched")
    assert read_partnership(path).our_sha256 == new
    go.click()
    qtbot.waitUntil(lambda: stage_of(path) == "dropped")
    # The plan is of the past, and the partner has the certificate.
    assert read_partnership(path).sent_at is not None
    qtbot.waitUntil(lambda: rolling.shown is None)
    assert any("is complete" in each.text() for each in rolling.findChildren(QLabel))
    assert [each.chain[0].sha256 for each in view.store.key_pairs] == [new]
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=60)
    assert works(ours, theirs, new, later)
    # Nothing that was written beside the keystores holds a key.
    for each in (path, ours / "roll-over.ics", *folder.iterdir()):
        assert b"PRIVATE KEY" not in each.read_bytes()
    rolling.close()
    window.show_partnerships()
    window.go_home()
    row = next(each for each in start.partners._rows if each.path == path)
    qtbot.waitUntil(lambda: "roll-over" not in row.button.line())


def test_the_start_page_leads_on(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path]
) -> None:
    import dataclasses

    path = parties["file"]
    known = read_partnership(path)
    by = dt.datetime(2027, 1, 31, tzinfo=dt.UTC)
    write_partnership(dataclasses.replace(known, rollover="sent", rollover_by=by), path)
    KnownPartnerships(window.settings).put_first(path)
    window.refresh()
    start = window.findChild(QWidget, "startPage")
    qtbot.waitUntil(lambda: bool(start.partners._rows))
    row = start.partners._rows[0]
    qtbot.waitUntil(
        lambda: f"must trust the new certificate by {day_text(by)}" in row.button.line()
    )


def test_without_a_partnership_it_is_planned_all_the_same(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path]
) -> None:
    action(window, "actionRollOver").trigger()
    (rolling,) = window.findChildren(RollOverWindow)
    rolling.run()
    assert rolling.fields["ours"].note.state == "error"
    assert not rolling.findChild(QPushButton, "rollOver.go").isVisible()
    assert not rolling.findChild(QPushButton, "rollOver.reminders").isEnabled()
    action(window, "actionLock").trigger()
    qtbot.waitUntil(lambda: not window.findChildren(RollOverWindow))
    assert stage_of(parties["file"]) == ""


def test_a_file_that_cannot_be_written_leaves_the_stage(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path]
) -> None:
    ours, path = parties["ours"], parties["file"]
    store = open_file(ours / "client.p12", PASSWORD).store
    fresh = make_pair(PairRequest(alias="new", name="CN=client.example", key="ec:P-256", days=400))
    save_store(store.with_entries([fresh]), ours / "client.p12", overwrite=True)
    window.dialogs.validity.roll_over_partner(path)
    qtbot.waitUntil(lambda: bool(window.findChildren(RollOverWindow)))
    (rolling,) = window.findChildren(RollOverWindow)
    qtbot.waitUntil(lambda: rolling.shown is not None, timeout=10_000)
    path.unlink()
    path.mkdir()
    rolling.go_on()
    qtbot.waitUntil(rolling.problem.isVisible)
    assert rolling.flow.stage == ""
    rolling.close()


def rolling_with(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path], theirs: KeyPair
) -> RollOverWindow:
    """The roll-over of the partner, with their new certificate chosen and planned."""
    certificate = parties["ours"] / "globex-new.pem"
    certificate.write_text(theirs.chain[0].public_pem(), encoding="ascii")
    window.dialogs.validity.roll_over_partner(parties["file"])
    qtbot.waitUntil(lambda: bool(window.findChildren(RollOverWindow)))
    (rolling,) = window.findChildren(RollOverWindow)
    qtbot.waitUntil(lambda: rolling.flow.old is not None and bool(rolling.flow.stores[1:]))
    rolling._take("partner_next", open_file(certificate))
    rolling.run()
    qtbot.waitUntil(lambda: rolling.shown is not None, timeout=10_000)
    return rolling


def trusted_by_us(ours: Path) -> set[str]:
    return {
        each.certificate.sha256 for each in open_file(ours / "trust.p12", PASSWORD).store.trusted
    }


def test_the_partner_changes_and_our_trust_store_follows(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path]
) -> None:
    ours, theirs, path = parties["ours"], parties["theirs"], parties["file"]
    known = read_partnership(path)
    fresh = pair("api", 1200)
    new = fresh.chain[0].sha256
    rolling = rolling_with(window, qtbot, parties, fresh)
    go = rolling.findChild(QPushButton, "rollOver.goPartner")
    assert go.isVisible()
    # Not before the fingerprint was compared.
    assert not go.isEnabled()
    assert new[:8].upper() in rolling.fingerprint.text().replace(" ", "").replace("\n", "")
    rolling.compared.click()
    go.click()
    qtbot.waitUntil(lambda: read_partnership(path).partner_rollover == "trusted")
    view = next(each for each in window.views if each.path == ours / "trust.p12")
    assert view.is_dirty
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert trusted_by_us(ours) == {known.partner_sha256, new}
    assert works(ours, theirs, known.our_sha256)
    saved(theirs / "server.p12.new", fresh)
    (theirs / "server.p12.new").replace(theirs / "server.p12")
    assert works(ours, theirs, known.our_sha256)
    go.click()
    qtbot.waitUntil(lambda: read_partnership(path).partner_rollover == "switched")
    now = read_partnership(path)
    assert (now.partner_sha256, now.partner_end) == (new, fresh.chain[0].not_after)
    assert now.partner_old_sha256 == known.partner_sha256
    go.click()
    qtbot.waitUntil(lambda: read_partnership(path).partner_rollover == "dropped")
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    assert trusted_by_us(ours) == {new}
    assert works(ours, theirs, known.our_sha256)
    done = read_partnership(path)
    assert (done.partner_old_sha256, done.partner_next_chain, done.rollover) == ("", "", "")
    assert not go.isVisible()
    rolling.close()


def test_the_partners_change_goes_on_in_another_sitting(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path]
) -> None:
    path = parties["file"]
    fresh = pair("api", 1200)
    rolling = rolling_with(window, qtbot, parties, fresh)
    rolling.compared.click()
    rolling.go_partner.click()
    qtbot.waitUntil(lambda: read_partnership(path).partner_rollover == "trusted")
    view = next(each for each in window.views if each.path == parties["ours"] / "trust.p12")
    view.document.save()
    qtbot.waitUntil(lambda: not view.is_dirty)
    rolling.close()
    qtbot.waitUntil(lambda: not window.findChildren(RollOverWindow))
    KnownPartnerships(window.settings).put_first(path)
    window.go_home()
    window.refresh()
    start = window.findChild(QWidget, "startPage")
    qtbot.waitUntil(lambda: bool(start.partners._rows))
    row = start.partners._rows[0]
    qtbot.waitUntil(lambda: "can switch to their new certificate" in row.button.line())
    window.dialogs.validity.roll_over_partner(path)
    qtbot.waitUntil(lambda: bool(window.findChildren(RollOverWindow)))
    (again,) = window.findChildren(RollOverWindow)
    qtbot.waitUntil(lambda: again.flow.old is not None)
    # Without the file of their new certificate: the partnership keeps it.
    assert again.flow.partner_next.sha256 == fresh.chain[0].sha256
    qtbot.waitUntil(again.go_partner.isEnabled, timeout=10_000)
    again.go_partner.click()
    qtbot.waitUntil(lambda: read_partnership(path).partner_rollover == "switched")
    again.close()


def test_a_trust_store_that_is_not_open_keeps_the_partners_stage(
    window: MainWindow, qtbot: QtBot, parties: dict[str, Path]
) -> None:
    rolling = rolling_with(window, qtbot, parties, pair("api", 1200))
    view = next(each for each in window.views if each.path == parties["ours"] / "trust.p12")
    rolling.compared.click()
    rolling.flow.take_file(open_file(view.path, PASSWORD))
    window.close_tab(window.tabs.indexOf(view))
    rolling._take("trust", open_file(parties["ours"] / "trust.p12", PASSWORD))
    rolling.go_on_partner()
    qtbot.waitUntil(rolling.problem.isVisible)
    assert read_partnership(parties["file"]).partner_rollover == ""
    assert rolling.flow.partner_stage == ""
    rolling.close()


def test_the_rows_of_both_columns_are_level(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "actionRollOver").trigger()
    shown = window.findChild(RollOverWindow)
    qtbot.waitUntil(shown.isVisible)

    def top(name: str) -> int:
        field = shown.findChild(QWidget, f"rollOver.{name}")
        return int(field.mapTo(shown, field.rect().topLeft()).y())

    left = ("role", "ours", "old", "new", "trust")
    right = ("partner", "partner_next", "partner_trust", "trusting", "host")
    assert [top(name) for name in left] == [top(name) for name in right]
