"""What is typed of a server, and how many days: one rule each, asked through every face."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from handfast.cli.main import main
from handfast.core.errors import InvalidInput
from handfast.core.network import VARIABLE, check_port, check_timeout, port_of
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.authority.revoking import ListFlow
from handfast.flows.handshake.probing import ProbeFlow
from handfast.flows.handshake.rehearsal import RehearsalFlow
from handfast.flows.negative.testing import NegativeFlow
from handfast.flows.open_store import OpenStore
from handfast.flows.renewal.rolling_over import RolloverFlow
from handfast.flows.setup.problems import partner_problems, port_problems
from handfast.flows.verification.verifying import VerifyFlow
from handfast.handshake.engine.endpoint import host_of, http_path_of
from handfast.handshake.verifying import check_host_for
from handfast.services.describe.validity import check_expiry_days
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.partnerships import Partnership
from handfast.services.policy.validity_days import check_list_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.flows.base import FieldProblem
    from handfast.handshake.report.party import Side

HOSTS = {
    "api.example": True,
    "a_b.example": True,
    "bücher.example": True,
    "192.0.2.1": True,
    "::1": True,
    "api.example.": True,
    "https://api.example": False,
    "api.example/x": False,
    "api.example:443": False,
    "api example": False,
    "user@api.example": False,
    "*.api.example": False,
    "a..b": False,
    f"{'x' * 64}.example": False,
    "-x.example": False,
}
PATHS = {
    "": True,
    "/": True,
    "/api?x=1": True,
    "api": False,
    "/a b": False,
    "/a\tb": False,
    "/a\r\nX: y": False,
    "/\x7f": False,
    "/ü": False,
}
PORTS = {1: True, 443: True, 65_535: True, 65_536: False, -1: False}
TYPED_PORTS = {"": True, " 443 ": True, "0": False, "65536": False, "x": False, "٤٤٣": False}
SECONDS = {0.5: True, 600: True, 601: False, 0: False, -1: False}
LIST_DAYS = {1: True, 3_650: True, 3_651: False, 0: False}
EXPIRY_DAYS = {0: True, 36_525: True, 36_526: False, -1: False}


def refused(check: Callable[[], object]) -> str:
    """What a rule says; empty where it lets it pass."""
    try:
        check()
    except InvalidInput as error:
        return error.problem
    return ""


def said(problems: Iterable[FieldProblem], field: str) -> str:
    return "".join(each.message for each in problems if each.field == field)


def new_store_of(pair: KeyPair) -> Store:
    return new_store(Format.PKCS12, Password("changeit")).with_entries([pair])


@pytest.fixture
def asked(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a verb in the folder of the demo; what is wrong with its arguments, or nothing."""
    monkeypatch.chdir(demo)
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    monkeypatch.setenv(VARIABLE, "1")

    def ask(*arguments: str) -> str:
        code = main([*arguments, "--json"])
        answer = json.loads(capsys.readouterr().out)
        return str(answer["error"]["problem"]) if code == 2 else ""

    return ask


SIDES = (
    "--client", "acme-keystore.p12", "--client-trust", "acme-truststore.p12",
    "--server", "globex-keystore.jks", "--server-trust", "globex-truststore.jks",
)  # fmt: skip
OWN = ("--identity", "acme-keystore.p12", "--trust", "acme-truststore.p12")


@pytest.mark.parametrize(("host", "fits"), HOSTS.items())
def test_a_host(host: str, fits: bool, asked: Callable[..., str]) -> None:
    rule = refused(lambda: host_of(host))
    assert (rule == "") is fits
    assert asked("rehearse", *SIDES, f"--hostname={host}") == rule
    assert asked("rollover", *SIDES, "--client-next", SIDES[1], f"--hostname={host}") == rule
    assert asked("recipe", "curl", *OWN, f"--host={host}") == rule
    assert asked("probe", "api.example:443", *OWN, f"--hostname={host}") == rule
    verify = ("verify", "globex.cer", "--trust", "acme-truststore.p12")
    assert asked(*verify, f"--hostname={host}") == rule
    rehearsal, rollover, verification = RehearsalFlow(), RolloverFlow(), VerifyFlow()
    probe, negative = ProbeFlow(), NegativeFlow()
    rehearsal.update(host=host)
    rollover.update(host=host)
    verification.update(host=host)
    probe.update(hostname=host)
    negative.update(hostname=host)
    for problems, field in (
        (rehearsal.problems(), "host"),
        (rollover.problems(), "host"),
        (verification.problems(), "host"),
        (probe.problems(), "hostname"),
        (negative.problems(), "hostname"),
        (partner_problems(Partnership(host=host, partner="P"), kept_at=None), "host"),
    ):
        told = said(problems, field)
        assert told.startswith(rule) if rule else told == ""


@pytest.mark.parametrize(("path", "fits"), PATHS.items())
def test_a_path_over_http(path: str, fits: bool, asked: Callable[..., str]) -> None:
    rule = refused(lambda: http_path_of(path))
    assert (rule == "") is fits
    flow = NegativeFlow()
    flow.update(path=path)
    assert said(flow.problems(), "path") == rule
    options = ("--negative", "--ca", "acme-keystore.p12", f"--path={path}")
    told = asked("probe", "api.example:443", *OWN, *options)
    # Another keystore than that of a CA is refused next, where the path passes.
    assert told == rule if rule else "is not a CA" in told


@pytest.mark.parametrize(("port", "fits"), PORTS.items())
def test_a_port(port: int, fits: bool, asked: Callable[..., str]) -> None:
    rule = refused(lambda: check_port(port))
    assert (rule == "") is fits
    assert asked("recipe", "curl", *OWN, f"--port={port}") == rule
    assert (asked("listen", *OWN, f"--port={port}") == "") is fits
    assert (asked("probe", f"api.example:{port}", *OWN) == "") is fits


@pytest.mark.parametrize(("text", "fits"), TYPED_PORTS.items())
def test_a_port_that_is_typed(text: str, fits: bool) -> None:
    rule = refused(lambda: port_of(text))
    assert (rule == "") is fits
    assert said(port_problems(text), "port") == rule


@pytest.mark.parametrize(("seconds", "fits"), SECONDS.items())
def test_a_timeout(seconds: float, fits: bool, asked: Callable[..., str]) -> None:
    rule = refused(lambda: check_timeout(seconds))
    assert (rule == "") is fits
    assert asked("probe", "api.example:443", *OWN, f"--timeout={seconds}") == rule
    probe, negative = ProbeFlow(), NegativeFlow()
    if isinstance(seconds, int):
        probe.update(seconds=seconds)
        negative.update(seconds=seconds)
        assert said(probe.problems(), "seconds") == rule
        assert said(negative.problems(), "seconds") == rule


@pytest.mark.parametrize(("days", "fits"), LIST_DAYS.items())
def test_the_days_of_a_revocation_list(
    days: int, fits: bool, asked: Callable[..., str], tmp_path: Path
) -> None:
    rule = refused(lambda: check_list_days(days))
    assert (rule == "") is fits
    ca = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", purpose="ca"))
    path = tmp_path / "ca.p12"
    save_store(new_store_of(ca), path)
    crl = ("crl", str(path), "--alias", "ca", "--out", str(tmp_path / "new.crl"))
    assert asked(*crl, f"--days={days}") == rule
    flow = ListFlow(new_store_of(ca), path)
    flow.update(days=days)
    assert said(flow.problems(), "days") == rule


@pytest.mark.parametrize(("days", "fits"), EXPIRY_DAYS.items())
def test_the_days_before_an_expiry(days: int, fits: bool, asked: Callable[..., str]) -> None:
    rule = refused(lambda: check_expiry_days(days))
    assert (rule == "") is fits
    assert asked("check", "acme-keystore.p12", f"--days={days}") == rule
    assert asked("scan", ".", f"--days={days}") == rule


@pytest.mark.parametrize(("purpose", "fits"), [("server", True), ("client", False)])
def test_a_host_is_that_of_a_server(
    purpose: Side, fits: bool, asked: Callable[..., str], demo: Path
) -> None:
    """A check that is asked for is not left out unseen."""
    rule = refused(lambda: check_host_for(purpose, "api.example"))
    assert (rule == "") is fits
    verify = ("verify", "globex.cer", "--trust", "acme-truststore.p12", f"--purpose={purpose}")
    assert asked(*verify, "--hostname=api.example") == rule
    assert asked(*verify) == ""
    opened = open_file(demo / "globex-keystore.jks", Password("changeit"))
    flow = VerifyFlow([OpenStore.of_file(opened.path, opened.store)])
    flow.update(purpose=purpose, host="api.example")
    told = said(flow.problems(), "host")
    assert told.startswith(rule) if rule else told == ""
