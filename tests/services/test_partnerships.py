"""Partnerships on disk: what is kept comes back, what somebody spoilt is told."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import Damaged, FileProblem, InvalidInput, Unsupported
from handfast.services.partnerships import (
    ENDING,
    Partnership,
    find_partnerships,
    is_expired,
    is_troubled,
    read_partnership,
    state_words,
    write_partnership,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DONE = Partnership(
    partner="Globex & Söhne",
    role="server",
    host="api.example",
    answers={"common_name": "Müller & Co", "sans": "dns:a\nip:192.0.2.1"},
    keystore="/stores/ours.p12",
    alias="ours",
    our_sha256="ab" * 32,
    our_end=NOW + timedelta(days=400),
    sent_at=NOW,
    partner_sha256="cd" * 32,
    partner_end=NOW + timedelta(days=300),
    fingerprint_checked=True,
    rehearsed_at=NOW,
    rehearsed_ok=True,
    page="rehearsal",
)


#: What stands behind a partnership of which nothing expires soon.
OUR_END = "your certificate expires on 8 Jun 2027"
LATER = "the partner’s certificate expires on 28 Feb 2027"
ENDLESS: dict[str, Any] = {"our_end": None, "partner_end": None}


def test_it_comes_back_as_it_was_written_and_again(tmp_path: Path) -> None:
    path = tmp_path / f"globex{ENDING}"
    write_partnership(DONE, path)
    assert read_partnership(path) == DONE
    later = dataclasses.replace(DONE, rehearsed_ok=False)
    write_partnership(later, path)
    assert read_partnership(path) == later


def test_one_without_a_partner_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        write_partnership(Partnership(partner="  "), tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "something else"},
        {"partner": " "},
        {"partner": 5},
        {"role": "both"},
        {"pair": "borrowed"},
        {"handing": "pigeon"},
        {"answers": ["a", "list"]},
        {"answers": {"days": 365}},
        {"our_sha256": "AB" * 32},
        {"port": "443"},
        {"port": True},
        {"port": -1},
        {"port": 65_536},
        {"partner_sha256": "ab"},
        {"sent_at": "yesterday"},
        {"sent_at": 3},
        {"rehearsed_ok": "yes"},
        {"keystore": ["a", "list"]},
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / f"bad{ENDING}"
    write_partnership(DONE, path)
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, **changes}), encoding="utf-8")
    with pytest.raises(Damaged):
        read_partnership(path)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[]", b"{", b"[" * 50_000, b'"' + b"x" * 200_000 + b'"']
)
def test_other_files_are_no_partnerships(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other").write_bytes(data)
    with pytest.raises(Damaged):
        read_partnership(tmp_path / "other")


def test_a_later_version_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / f"later{ENDING}"
    path.write_text(json.dumps({"kind": "handfast-partnership", "version": 2, "partner": "x"}))
    with pytest.raises(Unsupported):
        read_partnership(path)


@pytest.mark.parametrize("text", ["/stores/\0ours.p12", "/stores/\ud800ours.p12"])
@pytest.mark.parametrize("field", ["partner", "keystore", "folder", "answers"])
def test_what_no_file_can_be_called_is_told(tmp_path: Path, field: str, text: str) -> None:
    path = tmp_path / f"globex{ENDING}"
    write_partnership(DONE, path)
    record = json.loads(path.read_bytes())
    record[field] = {"common_name": text} if field == "answers" else text
    # JSON escapes what the encoding of the file does not have.
    path.write_text(json.dumps(record), encoding="ascii")
    with pytest.raises(Damaged):
        read_partnership(path)


@pytest.mark.parametrize("version", [True, 1.0, "1", None, 2])
def test_a_version_is_a_whole_number(tmp_path: Path, version: Any) -> None:
    path = tmp_path / f"globex{ENDING}"
    write_partnership(DONE, path)
    record = {**json.loads(path.read_bytes()), "version": version}
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(Unsupported):
        read_partnership(path)


def test_a_folder_lists_good_and_bad_ones(tmp_path: Path) -> None:
    write_partnership(DONE, tmp_path / f"good{ENDING}")
    (tmp_path / f"bad{ENDING}").write_text("no")
    (tmp_path / "unrelated.json").write_text("{}")
    (_bad, error), (_good, partnership) = find_partnerships(tmp_path)
    assert isinstance(error, Damaged)
    assert partnership == DONE
    assert find_partnerships(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, f"rehearsed successfully on 4 May 2026 · {LATER}"),
        ({"rehearsed_ok": False}, f"rehearsal of 4 May 2026 failed · {LATER}"),
        ({"our_sha256": "", "rehearsed_at": None, **ENDLESS}, "key pair not created yet"),
        (
            {"sent_at": None, "rehearsed_at": None},
            f"your certificate is not sent yet · {LATER}",
        ),
        ({"sent_at": None, "handing": "known"}, f"rehearsed successfully on 4 May 2026 · {LATER}"),
        (
            {"partner_sha256": "", "rehearsed_at": None, "partner_end": None},
            (
                "waiting for the partner’s certificate · your certificate was sent on 4 May 2026 · "
                f"{OUR_END}"
            ),
        ),
        (
            {"fingerprint_checked": False, "rehearsed_at": None},
            f"fingerprint of the partner’s certificate not compared yet · {LATER}",
        ),
        (
            {"our_end": NOW + timedelta(days=1), "rehearsed_at": None},
            "not rehearsed yet · your certificate expires in 1 day",
        ),
        (
            {"partner_end": NOW - timedelta(days=1), "rehearsed_at": None},
            "not rehearsed yet · the partner’s certificate expired on 3 May 2026",
        ),
    ],
)
def test_the_state_in_words(changes: dict[str, Any], words: str) -> None:
    partnership = dataclasses.replace(DONE, **changes)
    assert state_words(partnership, NOW) == words
    troubled = ("expired on", "expires in", "failed")
    assert is_troubled(partnership, NOW) == any(each in words for each in troubled)
    assert is_expired(partnership, NOW) == ("expired on" in words)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_of_such_a_name_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"a{ENDING}")
    write_partnership(DONE, tmp_path / f"b{ENDING}")
    (_, pipe), (_, found) = find_partnerships(tmp_path)
    assert isinstance(pipe, FileProblem)
    assert found == DONE
