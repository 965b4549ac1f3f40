"""Plans of extensions: what is wrong with one is said by field; files keep them as they are."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from handfast.core.errors import AlreadyExists, Damaged, InvalidInput, Refused, Unsupported
from handfast.services.authority.extension_files import (
    OF_PURPOSE,
    PRESETS,
    parse_plan,
    plan_json,
    plan_named,
    read_plan,
    write_plan,
)
from handfast.services.authority.extension_plan import ExtensionPlan
from handfast.services.authority.profiles import Profile, profile_extensions

if TYPE_CHECKING:
    from pathlib import Path

FULL = ExtensionPlan(
    title="all of it – ä",
    is_ca=True,
    path_length=2,
    key_usage=("keyCertSign", "cRLSign", "digitalSignature"),
    extended_key_usage=("clientAuth", "1.3.6.1.4.1.99999.7"),
    san=("dns:ca.example", "ip:2001:db8::1", "uri:https://ca.example/", "email:ca@example.com",
         "dn:CN=Another,O=Acme", "rid:1.2.3.4", "upn:ca@ad.example", "other:1.2.3=0C0161"),
    ocsp=("http://ocsp.example/",),
    ca_issuers=("http://ca.example/root.cer",),
    crl_points=("http://ca.example/ca.crl", "ldap://ca.example/cn=ca"),
    policies=("1.2.3.4", "anyPolicy http://ca.example/cps"),
    permitted=("dns:example.com", "ip:192.0.2.0/24", "email:example.com", "uri:.example.com",
               "dn:O=Acme"),
    excluded=("dns:bad.example.com", "ip:2001:db8::/32"),
    raw=("1.2.3.4.5=0500", "1.2.3.4.6:critical=0c 02 68:69"),
    critical=("key-usage", "policies"),
)  # fmt: skip


def test_everything_at_once_becomes_extensions() -> None:
    found = {each.value.oid.dotted_string: each for each in FULL.extensions(is_rsa=True)}
    assert len(found) == 10
    constraints = found["2.5.29.19"].value
    assert isinstance(constraints, x509.BasicConstraints)
    assert (constraints.ca, constraints.path_length) == (True, 2)
    assert len(list(found["2.5.29.17"].value)) == 8  # type: ignore[call-overload]
    assert found["1.2.3.4.6"].critical
    assert not found["1.2.3.4.5"].critical
    assert found["2.5.29.32"].critical
    assert found["2.5.29.30"].critical


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("is_rsa", [True, False])
def test_the_presets_say_what_the_purposes_say(profile: Profile, is_rsa: bool) -> None:
    plan = PRESETS[OF_PURPOSE[profile.value]]
    assert plan.extensions(is_rsa=is_rsa) == profile_extensions(profile, is_rsa=is_rsa)


@pytest.mark.parametrize(("changes", "field"), [
    ({"path_length": 1}, "path_length"),
    ({"is_ca": True, "key_usage": ("keyCertSign",), "path_length": -1}, "path_length"),
    ({"key_usage": ("keyCertSign",)}, "key_usage"),
    ({"key_usage": ("signEverything",)}, "key_usage"),
    ({"is_ca": True, "key_usage": ("digitalSignature",)}, "key_usage"),
    ({"key_usage": ("encipherOnly",)}, "key_usage"),
    ({"extended_key_usage": ("client auth",)}, "extended_key_usage"),
    ({"extended_key_usage": ("1.2.3..4",)}, "extended_key_usage"),
    ({"extended_key_usage": ("clientAuth", "1.3.6.1.5.5.7.3.2")}, "extended_key_usage"),
    ({"extended_key_usage": ("3.2.1",)}, "extended_key_usage"),
    ({"san": ("dns:a b",)}, "san"),
    ({"san": ("dns:a", "DNS:A")}, "san"),
    ({"san": ("rid:x",)}, "san"),
    ({"san": ("other:1.2.3=zz",)}, "san"),
    ({"san": ("dn:nonsense",)}, "san"),
    ({"san": ("nothing",)}, "san"),
    ({"ocsp": ("ocsp.example",)}, "ocsp"),
    ({"ca_issuers": ("file:///etc/passwd",)}, "ca_issuers"),
    ({"crl_points": ("http://a b",)}, "crl_points"),
    ({"policies": ("a policy",)}, "policies"),
    ({"policies": ("1.2.3", "1.2.3")}, "policies"),
    ({"policies": ("1.2.3 no address",)}, "policies"),
    ({"permitted": ("dns:example.com",)}, "permitted"),
    ({"excluded": ("dns:example.com",)}, "excluded"),
    ({"is_ca": True, "permitted": ("ip:192.0.2.7/24",)}, "permitted"),
    ({"is_ca": True, "excluded": ("dns:",)}, "excluded"),
    ({"raw": ("1.2.3",)}, "raw"),
    ({"raw": ("1.2.3=",)}, "raw"),
    ({"raw": ("1.2.3=0501",)}, "raw"),
    ({"raw": ("1.2.3=050000",)}, "raw"),
    ({"raw": ("1.2.3:maybe=0500",)}, "raw"),
    ({"raw": ("2.5.29.19=30030101ff",)}, "raw"),
    ({"raw": ("2.5.29.35=3000",)}, "raw"),
    ({"raw": ("1.2.3=0500", "1.2.3=0500")}, "raw"),
    ({"critical": ("aia",)}, "critical"),
    ({"san": ("dns:a",) * 1001}, "san"),
    ({"title": "x", "policies": ("1." + "2" * 5000,)}, "policies"),
])  # fmt: skip
def test_what_is_wrong_is_said_by_field(changes: dict[str, Any], field: str) -> None:
    plan = dataclasses.replace(ExtensionPlan(), **changes)
    assert [each.field for each in plan.problems()] == [field]
    with pytest.raises(InvalidInput):
        plan.extensions(is_rsa=True)


def test_several_faults_are_said_at_once() -> None:
    plan = ExtensionPlan(san=("x",), raw=("y",), policies=("z",))
    assert {each.field for each in plan.problems()} == {"san", "raw", "policies"}


@pytest.mark.parametrize("plan", [FULL, ExtensionPlan(), *PRESETS.values()])
def test_a_file_keeps_it(plan: ExtensionPlan, tmp_path: Path) -> None:
    path = tmp_path / "preset.json"
    write_plan(plan, path)
    assert read_plan(path) == plan
    assert plan_named(str(path)) == plan
    assert json.loads(path.read_text(encoding="utf-8"))["kind"] == "handfast-extensions"
    with pytest.raises(AlreadyExists):
        write_plan(plan, path)
    write_plan(plan, path, replace=True)
    other = tmp_path / "ca.json"
    other.write_text('{"kind": "handfast-ca-journal"}')
    with pytest.raises(Refused):
        write_plan(plan, other, replace=True)


def record(**changes: Any) -> bytes:
    made = {**json.loads(plan_json(PRESETS["tls-client"])), **changes}
    return json.dumps(made).encode()


@pytest.mark.parametrize("data", [
    b"", b"{", b"[]", b"\xff\xfe", b'"text"', b"[" * 100_000, b'{"kind": "handfast-ca-journal"}',
    record(surprise=1), record(san="dns:a"), record(san=[1]), record(is_ca="yes"),
    record(path_length=True), record(path_length="1"), record(title=3), b" " * (5 << 20),
])  # fmt: skip
def test_a_file_that_is_no_preset_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        parse_plan(data, "preset.json")


def test_a_newer_preset_is_unsupported_and_a_wrong_value_is_named() -> None:
    with pytest.raises(Unsupported):
        parse_plan(record(version=2), "preset.json")
    with pytest.raises(InvalidInput) as caught:
        parse_plan(record(crl_points=["nowhere"]), "preset.json")
    assert caught.value.field == "crl_points"
    with pytest.raises(InvalidInput):
        plan_named("tls-nothing")
