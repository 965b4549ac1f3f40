"""The setup with a certificate of a CA: request, wait, reply, handover, rehearsal; no keytool."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.password import Password
from handfast.services.files.opening import open_file
from handfast.services.partnerships import read_partnership
from tests.support.authority import Authority
from tests.support.partner import Partner
from tests.support.ui.setup_driver import OURS, begin, listed, restarted, take_up, unlock

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.window.main_window import MainWindow
    from tests.support.tools import Tool


@pytest.fixture(scope="module")
def partner(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Partner:
    made = Partner(keytool, tmp_path_factory.mktemp("globex"))
    made.make_pair("good")
    return made


@pytest.fixture
def authority(openssl: Tool, tmp_path: Path) -> Authority:
    folder = tmp_path / "authority"
    folder.mkdir()
    return Authority(openssl, folder)


def with_a_ca(made: Any) -> None:
    """Choose a CA, and create the pair."""
    made.click("setup.signing")
    made.make_pair()
    made.to("request")


def test_the_steps_of_servicenows_guide(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    partner: Partner,
    authority: Authority,
    openssl: Tool,
) -> None:
    """KB1648222: the pair, the request, root, intermediate, and signed certificate, the record."""
    folder = tmp_path / "globex"
    made = begin(qtbot, window)
    made.name_partner(folder, preset="servicenow")
    with_a_ca(made)
    made.do("request")
    place = folder / "globex.partnership.json"
    qtbot.waitUntil(lambda: place.exists() and read_partnership(place).requested_at is not None)
    (request,) = (folder / "for-globex").iterdir()
    seen = openssl("req", "-in", request, "-verify", "-noout", "-text")
    assert re.search(r"verify OK", seen.stdout + seen.stderr)
    made.to("reply")
    made.next()
    assert made.step == "reply"
    assert made.note("reply.sources")[0] == "error"
    made.close()

    # Days later.
    window = restarted(qtbot, window)
    qtbot.waitUntil(
        lambda: ["waiting for the CA since" in row.line() for row in listed(window)] == [True]
    )
    made = take_up(qtbot, window)
    unlock(made, "keystore")
    made.wait_for("reply")
    reply = tmp_path / "signed.pem"
    reply.write_text(authority.root + authority.sign(request) + authority.issuing)
    made.page.files_given.emit([reply])
    qtbot.waitUntil(lambda: bool(made.flow.replying.sources))
    made.to("chain")
    shown = "".join(made.find("reply.root.fingerprint").text().split())
    assert len(shown) == 64
    made.do("chain")
    (view,) = [each for each in window.documents if str(each.path) == made.flow.draft.keystore]
    qtbot.waitUntil(lambda: not view.is_dirty)
    pair = open_file(view.path, Password(OURS)).store.get(made.flow.draft.alias)
    assert [each.common_name for each in pair.chain][1:] == ["issuing CA", "root CA"]
    assert made.flow.draft.our_sha256 == pair.chain[0].sha256
    made.to("handover")
    made.do("handover")
    # The request may stay there; the certificate is the one that the CA signed.
    names = {each.name for each in (folder / "for-globex").iterdir()}
    assert request.name in names
    der = next(each for each in (folder / "for-globex").iterdir() if each.suffix == ".cer")
    assert der.read_bytes() == pair.chain[0].der
    made.to("certificates")
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.next()
    report = made.rehearsed()
    assert report.ok, report.causes
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix in {".csr", ".json", ".cer", ".pem", ".txt", ".html"}:
            assert b"PRIVATE KEY" not in file.read_bytes()
            assert OURS.encode() not in file.read_bytes()


def test_a_reply_for_another_pair_is_refused_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, authority: Authority
) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    with_a_ca(made)
    made.do("request")
    made.to("reply")
    foreign = tmp_path / "foreign.pem"
    foreign.write_text(authority.issuing)
    made.page.files_given.emit([foreign])
    qtbot.waitUntil(lambda: made.is_visible("reply.sources.note"))
    assert made.note("reply.sources")[0] == "error"
    made.next()
    assert made.step == "reply"


def test_a_reply_that_was_imported_elsewhere_is_noticed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, authority: Authority
) -> None:
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.exchange.replies import find_reply, put_reply

    folder = tmp_path / "globex"
    made = begin(qtbot, window)
    made.name_partner(folder)
    with_a_ca(made)
    made.do("request")
    (request,) = (folder / "for-globex").iterdir()
    signed = read_certificates(authority.sign(request).encode()).certificates
    view = window.documents[0]
    view.apply("Import CA reply", put_reply(view.store, find_reply(signed, view.store)))
    qtbot.waitUntil(lambda: made.flow.draft.replied_at is not None)
    made.to("chain")
    assert made.is_visible("setup.reply.result")
    made.to("handover")


def test_without_a_ca_nothing_is_asked(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    made = begin(qtbot, window)
    made.name_partner(tmp_path / "globex")
    made.make_pair()
    made.to("handover")
    assert made.flow.draft.signing == "self"


def test_waiting_for_the_ca_blocks_no_later_step(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, authority: Authority, partner: Partner
) -> None:
    """The partner's certificate is imported while the CA takes its time, and the reply later."""
    folder = tmp_path / "globex"
    made = begin(qtbot, window)
    made.name_partner(folder)
    with_a_ca(made)
    # Nothing is waited for before it was asked for.
    made.do("request")
    (request,) = (folder / "for-globex").iterdir()
    made.to("reply")
    made.click("reply.later")
    made.wait_for("certificates")
    assert ("CA reply", "skipped") in made.steps()
    made.give(partner.folder / "good.cer")
    made.trust(partner.fingerprint("good"))
    made.next()
    made.rehearsed()
    assert "reply is still missing" in made.find("setup.rehearse.said").text()
    made.close()

    # Taken up again, it is the reply that is asked for.
    window = restarted(qtbot, window)
    qtbot.waitUntil(
        lambda: ["waiting for the CA since" in row.line() for row in listed(window)] == [True]
    )
    made = take_up(qtbot, window)
    unlock(made, "keystore", "truststore")
    made.wait_for("reply")
    assert made.is_visible("reply.later")
    reply = tmp_path / "signed.pem"
    reply.write_text(authority.sign(request) + authority.issuing + authority.root)
    made.page.files_given.emit([reply])
    qtbot.waitUntil(lambda: bool(made.flow.replying.sources))
    assert not made.is_visible("reply.later")
    made.to("chain")
    made.do("chain")
    # What the partner is to get is still to be handed over.
    made.to("handover")
    made.do("handover")
    made.to("certificates")
    # It is trusted already.
    made.next()
    assert made.rehearsed().ok
    assert "still missing" not in made.find("setup.rehearse.said").text()
