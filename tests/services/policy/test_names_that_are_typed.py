"""E-mail addresses and alternative names: one rule each, asked through every face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import InvalidInput
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.exchange.request import RequestFlow
from handfast.flows.open_store import OpenStore
from handfast.services.authority.extension_plan import ExtensionPlan
from handfast.services.authority.general_names import parse_sans
from handfast.services.files.opening import open_file
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADDRESSES = {"team@acme.example": True, "a@b": True, "acme": False, "a b@c": False, "@": False}
NAMES = {
    ("dns:a.example", "dns:b.example"): True,
    ("dns:a.example", "ip:192.0.2.1"): True,
    ("dns:a.example", "dns:a.example"): False,
    ("dns:a.example", "DNS:A.example"): False,
    ("email:a@b.example", "dns:a.example", "email:a@b.example"): False,
}


def refused(check: Callable[[], object]) -> bool:
    try:
        check()
    except InvalidInput:
        return True
    return False


@pytest.fixture
def console(
    demo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, dict[str, object]]]:
    return json_console(capsys, monkeypatch, demo, "changeit")


@pytest.mark.parametrize(("address", "fits"), ADDRESSES.items())
def test_an_email_address(
    address: str, fits: bool, console: Callable[..., tuple[int, dict[str, object]]], tmp_path: Path
) -> None:
    name = f"CN=a, EMAILADDRESS={address}"
    options = ("--alias=a", f"--dname={name}", "--key=ec:P-256")
    # A name takes any text there, as with keytool; the field in the window asks for an address.
    assert console("generate", tmp_path / "new.p12", *options)[0] == 0
    request = ("--alias=acme", f"--dname={name}", "--out", tmp_path / "a.csr")
    assert console("request", "acme-keystore.p12", *request)[0] == 0
    flow = GenerateFlow()
    flow.update(common_name="a", email=address)
    assert [each.field for each in flow.problems("name")] == ([] if fits else ["email"])


@pytest.mark.parametrize(("names", "fits"), NAMES.items())
def test_alternative_names_that_stand_there_once(
    names: tuple[str, ...],
    fits: bool,
    console: Callable[..., tuple[int, dict[str, object]]],
    tmp_path: Path,
    demo: Path,
) -> None:
    assert refused(lambda: parse_sans(names)) is not fits
    sans = [f"--san={each}" for each in names]
    code = 0 if fits else 2
    generate = ("--alias=a", "--dname=CN=a", "--key=ec:P-256")
    assert console("generate", tmp_path / "new.p12", *generate, *sans)[0] == code
    request = ("--alias=acme", "--out", tmp_path / "a.csr")
    assert console("request", "acme-keystore.p12", *request, *sans)[0] == code
    plan = ExtensionPlan(title="one's own", san=names)
    assert (list(plan.problems()) == []) is fits
    generating = GenerateFlow()
    generating.update(common_name="a", sans=names)
    assert [each for each in generating.problems("sans") if each.severity == "error"] == [] or (
        not fits
    )
    opened = open_file(demo / "acme-keystore.p12")
    asking = RequestFlow(stores=[OpenStore.of_file(opened.path, opened.store)])
    asking.update(sans=names)
    found = [each.field for step in asking.steps for each in asking.problems(step.id)]
    assert ("sans" in found) is not fits
