"""A roll-over planned without a screen: stages, risks, what is handed over, and reminders."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import NotFound
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.open_store import OpenStore
from handfast.flows.renewal.rolling_over import RolloverFlow, write_calendar
from handfast.handshake.rollover import RiskKind, StepKind
from handfast.services.authority.issuer import issuer_of
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store
from handfast.services.partnerships import (
    Partnership,
    needs_rollover,
    read_partnership,
    rollover_words,
    write_partnership,
)
from handfast.services.reminders import Reminder, calendar

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
CA = make_pair(PairRequest(alias="ca", name="CN=Our CA", key="ec:P-256", days=2000, purpose="ca"))
OTHER_CA = make_pair(
    PairRequest(alias="ca2", name="CN=Their new CA", key="ec:P-256", days=2000, purpose="ca")
)


def pair(
    alias: str, name: str, *, starts: int = -30, days: int = 50, ca: KeyPair | None = None
) -> KeyPair:
    request = PairRequest(
        alias=alias, name=f"CN={name}", key="ec:P-256", days=days,
        not_before=NOW + dt.timedelta(days=starts), sans=(f"dns:{name}",),
    )  # fmt: skip
    return make_pair(request, issuer=issuer_of(ca) if ca is not None else None)


def opened(path: Path, *entries: Any) -> OpenStore:
    store = new_store(Format.PKCS12, Password("changeit")).with_entries(entries)
    return OpenStore.of_file(path, store)


def trusting(path: Path, *pairs: KeyPair) -> OpenStore:
    store = new_store(Format.PKCS12, Password("changeit"))
    chosen = [(each.chain[-1], f"t{at}") for at, each in enumerate(pairs)]
    return OpenStore.of_file(path, import_certificates(store, chosen))


SERVER = pair("api", "api.example", days=700)


def known(tmp_path: Path, old: KeyPair) -> Partnership:
    return Partnership(
        partner="Globex", our_name="Acme", role="client", host="api.example",
        folder=str(tmp_path), keystore=str(tmp_path / "own.p12"), alias=old.alias,
        truststore=str(tmp_path / "trust.p12"), our_sha256=old.chain[0].sha256,
        our_end=old.chain[0].not_after, partner_chain=SERVER.chain[0].public_pem(),
    )  # fmt: skip


def flow_of(tmp_path: Path, old: KeyPair, *more: KeyPair) -> RolloverFlow:
    stores = [opened(tmp_path / "own.p12", old, *more), trusting(tmp_path / "trust.p12", SERVER)]
    return RolloverFlow(stores, partnership=known(tmp_path, old), now=NOW)


def test_a_partnership_leads_from_begin_to_end(tmp_path: Path) -> None:
    old, new = pair("old", "acme"), pair("new", "acme", starts=0, days=400)
    flow = flow_of(tmp_path, old, new)
    assert (flow.draft.old_alias, flow.draft.new_alias) == ("old", "new")
    assert flow.problems() == ()
    plan = flow.run()
    assert plan.ok
    (times,) = plan.switches
    assert times.side == "client"
    assert times.latest is not None
    assert abs(times.latest - (NOW + dt.timedelta(days=20))) < dt.timedelta(minutes=5)
    assert [each.kind for each in plan.risks] == [RiskKind.PINNED_LEAF]
    assert [(each.kind, each.side) for each in plan.steps] == [
        (StepKind.TRUST_NEW, "server"), (StepKind.SWITCH, "client"), (StepKind.DROP_OLD, "server"),
    ]  # fmt: skip
    path = tmp_path / "globex.partnership.json"
    stages = []
    while (stage := flow.next_stage) is not None and "dropped" not in stages:
        stages.append(stage)
        write_partnership(flow.at_stage(stage, plan), path)
        again = read_partnership(path)
        assert again == flow.partnership
        assert (rollover_words(again) == "") is (stage == "dropped")
    assert stages == ["prepared", "sent", "trusted", "switched", "dropped"]
    assert again.our_sha256 == new.chain[0].sha256
    assert again.alias == "new"
    assert not needs_rollover(again, NOW)
    before, after, _label = flow.without_old() if flow.old is not None else (None, None, "")
    if before is not None and after is not None:
        assert [each.alias for each in after.entries] == ["new"]


def test_the_old_pair_goes_at_the_end_and_only_once(tmp_path: Path) -> None:
    old, new = pair("old", "acme"), pair("new", "acme", starts=0, days=400)
    flow = flow_of(tmp_path, old, new)
    flow.at_stage("prepared", flow.run())
    before, after, _label = flow.without_old()
    assert [each.alias for each in after.entries] == ["new"]
    assert [each.alias for each in before.entries] == ["old", "new"]
    flow.set_stores([OpenStore.of_file(tmp_path / "own.p12", after)])
    with pytest.raises(NotFound):
        flow.without_old()


def test_without_a_new_pair_it_says_so(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, pair("old", "acme"))
    assert [each.field for each in flow.problems()] == ["new_alias"]
    assert flow.next_stage is None
    # A pair of another name is not taken for its successor.
    flow = flow_of(tmp_path, pair("old", "acme"), pair("x", "other", days=900))
    assert flow.new is None


@pytest.mark.parametrize(
    ("issuer", "trusting_", "risks", "learns"),
    [
        (CA, "ca", [], False),
        (CA, "leaf", [RiskKind.PINNED_LEAF], True),
        (OTHER_CA, "ca", [RiskKind.NEW_INTERMEDIATE, RiskKind.NEW_CA], True),
    ],
)
def test_what_would_break_it(
    tmp_path: Path, issuer: KeyPair, trusting_: Any, risks: list[RiskKind], learns: bool
) -> None:
    old = pair("old", "acme", ca=CA)
    new = pair("new", "acme", starts=0, days=400, ca=issuer)
    flow = flow_of(tmp_path, old, new)
    flow.update(trusting=trusting_)
    plan = flow.run()
    assert plan.ok
    found = [each.kind for each in plan.risks if each.kind is not RiskKind.CA_LIST]
    assert found == risks
    assert (plan.steps[0].kind is StepKind.TRUST_NEW) is learns


def test_a_name_that_gets_lost_is_told(tmp_path: Path) -> None:
    import dataclasses

    old = pair("old", "acme")
    new = pair("new", "other", starts=0, days=400)
    flow = flow_of(tmp_path, old, dataclasses.replace(new, alias="new"))
    flow.update(new_alias="new")
    assert RiskKind.NAMES in [each.kind for each in flow.run().risks]


def test_the_handover_says_what_to_do_and_by_when(tmp_path: Path) -> None:
    old, new = pair("old", "acme"), pair("new", "acme", starts=0, days=400)
    flow = flow_of(tmp_path, old, new)
    plan = flow.run()
    folder = flow.handover_folder()
    assert folder is not None
    flow.prepared_handover(folder, plan)(lambda _done, _total: None)
    page = (folder / "README.txt").read_text(encoding="utf-8")
    last = (NOW + dt.timedelta(days=19)).date()
    assert f"{last:%Y-%m-%d}. Until then, we present the old one." in page
    assert f"By {last - dt.timedelta(days=7):%Y-%m-%d}" in page
    assert "keep the old certificate" in page
    for each in folder.iterdir():
        assert b"PRIVATE KEY" not in each.read_bytes()


def test_both_sides_change_and_each_has_its_own_last_day(tmp_path: Path) -> None:
    old, new = pair("old", "acme"), pair("new", "acme", starts=0, days=400)
    theirs = pair("api", "api.example", days=70)
    coming = pair("api2", "api.example", starts=0, days=500)
    stores = [
        opened(tmp_path / "own.p12", old, new),
        trusting(tmp_path / "trust.p12", theirs),
        opened(tmp_path / "theirs.p12", theirs),
        opened(tmp_path / "coming.p12", coming),
    ]
    flow = RolloverFlow(stores, now=NOW)
    flow.update(
        ours=stores[0].key, old_alias="old", new_alias="new", trust=stores[1].key,
        partner=stores[2].key, partner_next=stores[3].key, host="api.example",
    )  # fmt: skip
    plan = flow.run()
    assert plan.ok
    latest = {each.side: each.latest for each in plan.switches}
    assert latest["client"] is not None
    assert latest["server"] is not None
    assert (latest["server"] - latest["client"]).days == 20
    assert len(flow.spans) == 4


# --- reminders ------------------------------------------------------------------------------


def test_reminders_are_a_calendar(tmp_path: Path) -> None:
    old, new = pair("old", "acme"), pair("new", "acme", starts=0, days=400)
    flow = flow_of(tmp_path, old, new)
    data = flow.calendar(flow.run())
    events = data.decode().replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    assert len(events) == 3
    assert f"DTSTART;VALUE=DATE:{NOW + dt.timedelta(days=19):%Y%m%d}" in events[1]
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    out = tmp_path / "a.ics"
    write_calendar(out, data, replace=False)
    assert out.read_bytes() == data


def test_a_calendar_folds_and_escapes() -> None:
    day = dt.date(2027, 1, 31)
    text = "Größe; a, b\\c\n" + "ü" * 100
    data = calendar([Reminder(day=day, title=text, text=text)], now=NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    whole = data.decode().replace("\r\n ", "")
    assert "SUMMARY:Größe\\; a\\, b\\\\c\\n" + "ü" * 100 in whole
    assert "DTEND;VALUE=DATE:20270201" in whole
    # The same reminder keeps its identity, so that a calendar does not hold it twice.
    uid = [line for line in whole.splitlines() if line.startswith("UID:")]
    again = calendar([Reminder(day=day, title=text)], now=NOW + dt.timedelta(days=1)).decode()
    assert uid[0] in again.replace("\r\n ", "")
