"""A planned roll-over, beside what openssl verify says of each pair at each moment."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from tests.support.tools import Tool

PASSWORD = "changeit"
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main(["rollover", *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call


def pair(alias: str, *, starts: int = -30, days: int = 50) -> KeyPair:
    return make_pair(
        PairRequest(
            alias=alias,
            name=f"CN={alias.split('-', maxsplit=1)[0]}.example",
            key="ec:P-256",
            days=days,
            not_before=NOW + dt.timedelta(days=starts),
            sans=(f"dns:{alias.split('-', maxsplit=1)[0]}.example",),
        )
    )


def stored(path: Path, *pairs: KeyPair) -> None:
    save_store(new_store(Format.PKCS12, Password(PASSWORD)).with_entries(pairs), path)


def trusting(path: Path, *pairs: KeyPair) -> None:
    store = new_store(Format.PKCS12, Password(PASSWORD))
    chosen = [(each.chain[0], each.alias) for each in pairs]
    save_store(import_certificates(store, chosen), path)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, KeyPair]:
    """A client whose pair ends in 20 days, its new one, and a server that stays."""
    old, new = pair("client-old"), pair("client-new", starts=0, days=400)
    server = pair("server", days=700)
    stored(tmp_path / "client.p12", old, new)
    stored(tmp_path / "server.p12", server)
    trusting(tmp_path / "client-trust.p12", server)
    trusting(tmp_path / "server-trust.p12", old)
    trusting(tmp_path / "server-trust-both.p12", old, new)
    return {"old": old, "new": new, "server": server}


BASE = (
    "--client", "client.p12#client-old", "--client-next", "client.p12#client-new",
    "--client-trust", "client-trust.p12", "--server", "server.p12", "--server-trust",
    "server-trust.p12", "--hostname", "server.example",
)  # fmt: skip


@pytest.mark.usefixtures("files")
def test_a_plan_that_works(run: Any) -> None:
    code, told = run(*BASE, "--server-trust-next", "server-trust-both.p12")
    assert (code, told["ok"]) == (0, True)
    until = dt.datetime.fromisoformat(told["window"]["until"])
    assert abs(until - (NOW + dt.timedelta(days=20))) < dt.timedelta(minutes=5)
    assert [(step["kind"], step["side"]) for step in told["steps"]] == [
        ("trust-new", "server"), ("switch", "client"), ("drop-old", "server"),
    ]  # fmt: skip
    assert told["steps"][1]["by"] == told["window"]["until"]
    # After the old one has ended only the new one works.
    last = max(cell["at"] for cell in told["matrix"])
    assert {(cell["client"], cell["ok"]) for cell in told["matrix"] if cell["at"] == last} == {
        ("old", False), ("new", True),
    }  # fmt: skip
    expired = next(cell for cell in told["matrix"] if cell["at"] == last and not cell["ok"])
    assert expired["causes"][0]["code"] == "expired"


@pytest.mark.usefixtures("files")
def test_reminders_are_written_once(run: Any, tmp_path: Path) -> None:
    again = (*BASE, "--server-trust-next", "server-trust-both.p12", "--ics", "r.ics")
    code, told = run(*again)
    assert (code, told["switches"][0]["side"]) == (0, "client")
    assert "pinned-leaf" in [each["kind"] for each in told["risks"]]
    assert (tmp_path / "r.ics").read_bytes().count(b"BEGIN:VEVENT") == 3
    assert run(*again)[0] == 6
    assert run(*again, "--force")[0] == 0
    before = (tmp_path / "client.p12").read_bytes()
    assert run(*again[:-1], "client.p12", "--force")[0] == 6
    assert (tmp_path / "client.p12").read_bytes() == before


@pytest.mark.usefixtures("files")
def test_a_partner_who_pins_the_leaf_breaks_it(run: Any) -> None:
    code, told = run(*BASE)
    assert (code, told["ok"], told["window"]) == (1, False, None)
    broken = next(cell for cell in told["matrix"] if cell["client"] == "new")
    assert broken["causes"][0]["code"] in {"untrusted", "stale-certificate"}


def test_a_gap_between_old_and_new_leaves_no_window(run: Any, tmp_path: Path) -> None:
    old, late = pair("client-old"), pair("client-new", starts=30, days=400)
    server = pair("server", days=700)
    stored(tmp_path / "client.p12", old, late)
    stored(tmp_path / "server.p12", server)
    trusting(tmp_path / "client-trust.p12", server)
    trusting(tmp_path / "server-trust.p12", old, late)
    code, told = run(*BASE)
    assert (code, told["window"]) == (1, None)


@pytest.mark.usefixtures("files")
def test_what_cannot_be_planned(run: Any) -> None:
    assert run(*BASE[:2], *BASE[4:])[0] == 2
    assert run("--client", "no.p12", *BASE[2:])[0] == 7
    assert run("--client", "client.p12#ghost", *BASE[2:])[0] == 2


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("starts", "overlap"), [(-5, True), (10, True), (40, False)])
def test_each_cell_is_what_openssl_says_at_that_moment(
    both: bool, starts: int, overlap: bool, run: Any, openssl: Tool, tmp_path: Path
) -> None:
    pairs = {
        ("client", "old"): pair("client-old"),
        ("client", "new"): pair("client-new", starts=starts, days=300),
        ("server", "old"): pair("server-old", days=60),
        ("server", "new"): pair("server-new", starts=starts, days=300),
    }
    for side, other in (("client", "server"), ("server", "client")):
        stored(tmp_path / f"{side}.p12", pairs[side, "old"], pairs[side, "new"])
        trusting(tmp_path / f"{other}-trust.p12", pairs[side, "old"], pairs[side, "new"])
    options = ["--client", "client.p12#client-old", "--client-next", "client.p12#client-new",
               "--server", "server.p12#server-old", "--client-trust", "client-trust.p12",
               "--server-trust", "server-trust.p12"]  # fmt: skip
    if both:
        options += ["--server-next", "server.p12#server-new"]
    _, told = run(*options)
    assert (told["window"] is not None) is overlap
    for (side, generation), each in pairs.items():
        (tmp_path / f"{side}-{generation}.pem").write_text(each.chain[0].pem())
    for cell in told["matrix"]:
        at = str(int(dt.datetime.fromisoformat(cell["at"]).timestamp()))
        good = True
        for side in ("client", "server"):
            pem = tmp_path / f"{side}-{cell[side]}.pem"
            done = openssl("verify", "-attime", at, "-purpose", f"ssl{side}", "-CAfile", pem, pem,
                           check=False)  # fmt: skip
            good = good and done.returncode == 0
        assert cell["ok"] is good, cell


def test_the_key_of_the_new_pair_must_fit(run: Any, tmp_path: Path, openssl: Tool) -> None:
    """A new pair whose key is locked, or absent, is told before anything is rehearsed."""
    server, old = pair("server", days=700), pair("client-old")
    stored(tmp_path / "client.p12", old)
    stored(tmp_path / "server.p12", server)
    trusting(tmp_path / "client-trust.p12", server)
    trusting(tmp_path / "server-trust.p12", old)
    assert old.key is not None
    key = load_der_private_key(old.key.pkcs8, None)
    (tmp_path / "next.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    fresh = pair("client-new", starts=0, days=300)
    (tmp_path / "next.pem").write_text(fresh.chain[0].pem())
    (tmp_path / "both.pem").write_text(
        (tmp_path / "next.key").read_text() + (tmp_path / "next.pem").read_text()
    )
    assert openssl("x509", "-in", tmp_path / "next.pem", "-noout").returncode == 0
    code, told = run("--client", "client.p12", "--client-next", "both.pem", "--client-trust",
                     "client-trust.p12", "--server", "server.p12", "--server-trust",
                     "server-trust.p12")  # fmt: skip
    assert code in {1, 2}, told
