"""A calendar of what expires: read back line by line, as a calendar does it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.inventory.finding import Found, InventorySearch
from handfast.flows.inventory.reminding import ReminderDraft, reminders_file
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(dt.UTC)


def found_below(folder: Path) -> InventorySearch:
    flow = InventorySearch(expiry_days=30, now=NOW)
    flow.update(folders=(folder,))
    found: list[Found] = []
    flow.prepared([], found.append)(lambda _done, _total: None)
    flow.take(found)
    return flow


def unfolded(data: bytes) -> list[str]:
    """Content lines (RFC 5545, 3.1); a line that is too long, or ends otherwise, is an error."""
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    lines: list[bytes] = []
    for line in data.split(b"\r\n")[:-1]:
        assert 0 < len(line) <= 75
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode() for line in lines]


def events(data: bytes) -> list[dict[str, list[str]]]:
    read: list[dict[str, list[str]]] = []
    for line in unfolded(data):
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            read.append({})
        elif read:
            read[-1].setdefault(name, []).append(value)
    return read


def test_one_event_for_each_certificate(tmp_path: Path) -> None:
    soon = issue(CN="Müller; Söhne, api " + "x" * 60, ends=20)
    old, late = issue(CN="old", ends=-3), issue(CN="late", ends=900)
    for name in ("one, two; three.p12", "copy.jks"):
        kind = Format.JKS if name.endswith("jks") else Format.PKCS12
        entries = [soon.pair("a;b,c\\d"), old.trusted("old"), late.trusted("late")]
        save_store(new_store(kind, Password("changeit")).with_entries(entries), tmp_path / name)
    flow = found_below(tmp_path)
    data = reminders_file(flow.rows, ReminderDraft(alarm_days=30), NOW)
    (event,) = events(data)
    end = soon.certificate.not_after
    assert end is not None
    assert event["DTSTART;VALUE=DATE"] == [f"{end:%Y%m%d}"]
    assert event["DTEND;VALUE=DATE"] == [f"{end + dt.timedelta(days=1):%Y%m%d}"]
    assert event["TRIGGER"] == ["-P30D", "-P7D", "-P1D"]
    # Escaped as 3.3.11 has it.
    assert "a\\;b\\,c\\\\d" in event["SUMMARY"][0]
    words = event["DESCRIPTION"][0]
    assert "Müller\\; Söhne\\, api" in words
    # Both keystores that it is in.
    assert "copy.jks" in words
    assert "one\\, two\\; three.p12" in words
    assert soon.certificate.sha256 in words


def test_an_event_stays_the_same_event(tmp_path: Path) -> None:
    """Importing the file again must not double what is in the calendar."""
    pair = issue(CN="x", ends=20)
    path = tmp_path / "x.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([pair.pair("x")]), path)

    def identities(draft: ReminderDraft) -> list[str]:
        data = reminders_file(found_below(tmp_path).rows, draft, NOW)
        return [each["UID"][0] for each in events(data)]

    before = identities(ReminderDraft(alarm_days=30))
    path.rename(tmp_path / "renamed.p12")
    assert identities(ReminderDraft(alarm_days=14)) == before
    other = issue(CN="y", ends=20).pair("y")
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([other]), path)
    assert len(set(identities(ReminderDraft(alarm_days=30)))) == 2


def test_only_what_expires_in_time(tmp_path: Path) -> None:
    entries = [issue(CN=str(days), ends=days).trusted(f"in-{days}") for days in (-5, 5, 100, 700)]
    store = new_store(Format.PKCS12, Password("changeit")).with_entries(entries)
    save_store(store, tmp_path / "x.p12")
    rows = found_below(tmp_path).rows
    for within, count in ((1, 0), (10, 1), (365, 2), (3650, 3)):
        draft = ReminderDraft(within_days=within, alarm_days=3)
        data = reminders_file(rows, draft, NOW)
        assert len(events(data)) == count
        for event in events(data):
            assert event["TRIGGER"] == ["-P3D", "-P1D"]
