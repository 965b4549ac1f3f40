"""For how long a certificate may be issued, asked of every face that issues one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import InvalidInput
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.exchange.generate import GenerateFlow
from handfast.services.authority.renewing import RenewalPlan, renew
from handfast.services.exchange.generating import PairRequest, make_pair, validity
from handfast.services.files.saving import new_store, save_store
from handfast.services.policy.validity_days import (
    MAX_DAYS,
    MAX_SERVER_DAYS,
    check_days,
    warning_about_days,
)
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WRONG = (-1, 0, MAX_DAYS + 1)
PASSWORD = "of the store"


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console beside a keystore with a CA and a pair."""
    ca = make_pair(PairRequest(alias="ca", name="CN=Acme CA", key="ec:P-256", purpose="ca"))
    own = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    store = new_store(Format.PKCS12, Password(PASSWORD)).with_entries([ca, own])
    save_store(store, tmp_path / "own.p12")
    return json_console(capsys, monkeypatch, tmp_path, PASSWORD)


@pytest.mark.parametrize("days", WRONG)
def test_the_console(call: Callable[..., tuple[int, dict[str, Any]]], days: int) -> None:
    assert call("request", "own.p12", "--alias", "own", "--out", "own.csr")[0] == 0
    issuing = (
        ("generate", "new.p12", "--alias", "new", "--dname", "CN=new.example", "--key", "ec:P-256"),
        ("sign", "own.p12", "--alias", "ca", "--request", "own.csr", "--out", "own.crt"),
        ("renew", "own.p12", "--alias", "own"),
    )
    for verb in issuing:
        code, answer = call(*verb, f"--days={days}")
        assert (code, answer["error"]["kind"]) == (2, "usage")
        assert call(*verb, "--days=400")[0] == 0


@pytest.mark.parametrize("days", WRONG)
def test_the_wizard(days: int) -> None:
    flow = GenerateFlow()
    flow.update(common_name="own.example", days=days)
    problems = [each for each in flow.problems("key") if each.field == "ends"]
    assert [each.severity for each in problems] == ["error"]
    flow.update(days=400)
    assert not [each for each in flow.problems("key") if each.field == "ends"]


@pytest.mark.parametrize("days", WRONG)
def test_below_the_faces(days: int) -> None:
    with pytest.raises(InvalidInput):
        check_days(days)
    with pytest.raises(InvalidInput):
        validity(PairRequest(alias="own", name="CN=own.example", days=days))
    pair = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    store = new_store(Format.PKCS12, Password(PASSWORD)).with_entries([pair])
    with pytest.raises(InvalidInput):
        renew(store, pair, RenewalPlan(days=days))


def test_a_long_time_is_unwise_for_a_server_alone() -> None:
    assert not warning_about_days(MAX_SERVER_DAYS, is_for_servers=True)
    assert "825 days" in warning_about_days(MAX_SERVER_DAYS + 1, is_for_servers=True)
    assert not warning_about_days(MAX_DAYS, is_for_servers=False)


@pytest.mark.parametrize(("purpose", "warns"), [("client", False), ("server", True), ("ca", False)])
def test_the_wizard_warns(purpose: str, warns: bool) -> None:
    flow = GenerateFlow()
    flow.update(common_name="own.example", purpose=purpose, days=MAX_SERVER_DAYS + 1)
    problems = [each for each in flow.problems("key") if each.field == "ends"]
    assert [each.severity for each in problems] == ["warning"] * warns
