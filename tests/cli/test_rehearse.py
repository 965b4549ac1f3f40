"""``handfast rehearse`` as a script and a person see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {"schema", "ok", "tls", "cipher", "group", "steps", "client", "server", "causes"}
CAUSE = {"code", "side", "message", "remedy"}


def arguments(demo: Path, *more: str, **changed: str | Path) -> list[str]:
    stores: dict[str, str | Path] = {
        "client": demo / "acme-keystore.p12",
        "client_trust": demo / "acme-truststore.p12",
        "server": demo / "globex-keystore.jks",
        "server_trust": demo / "globex-truststore.jks",
        **changed,
    }
    options = [(f"--{key.replace('_', '-')}", str(each)) for key, each in stores.items() if each]
    return ["rehearse", *(word for option in options for word in option), *more]


def answer(capsys: Any, *words: str) -> tuple[int, Any]:
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_set_up_that_works(version: str, demo: Path, capsys: Any) -> None:
    more = ("--hostname", "localhost", "--tls", version)
    code, data = answer(capsys, *arguments(demo, *more))
    assert code == 0
    assert set(data) == KEYS
    assert (data["ok"], data["tls"], data["causes"]) == (True, version, [])
    assert [step["number"] for step in data["steps"]] == list(range(1, 14))
    assert {step["who"] for step in data["steps"]} == {"client", "server"}
    assert {frozenset(step) for step in data["steps"]} == {
        frozenset(("number", "who", "title", "status", "detail"))
    }
    assert set(data["client"]) == set(data["server"]) == {"sent", "received", "alerts"}
    assert "Certificate (Acme Integration)" in data["server"]["received"]


def test_stores_exchanged_the_wrong_way_round(demo: Path, capsys: Any) -> None:
    changed = {
        "client_trust": demo / "globex-truststore.jks",
        "server_trust": demo / "acme-truststore.p12",
    }
    code, data = answer(capsys, *arguments(demo, **changed))
    assert (code, data["ok"]) == (1, False)
    first = data["causes"][0]
    assert set(first) == CAUSE
    assert (first["code"], first["side"]) == ("untrusted", "client")
    assert "“globex-truststore.jks”" in first["remedy"]
    assert [step["number"] for step in data["steps"] if step["status"] == "failed"] == [6]


def test_a_person_reads_a_story(demo: Path, capsys: Any) -> None:
    assert main(arguments(demo, "--hostname", "localhost")) == 0
    good = capsys.readouterr().out
    assert good.startswith("It works over TLS 1.3")
    assert " 13. ok" in good
    assert main(arguments(demo, "--hostname", "other.example")) == 1
    bad = capsys.readouterr().out
    assert bad.startswith("It fails.")
    assert "7. FAILED" in bad
    assert "[host-mismatch]" in bad


def test_at_another_time(demo: Path, capsys: Any) -> None:
    code, data = answer(capsys, *arguments(demo, "--at", "2060-01-01T00:00:00Z"))
    assert (code, data["causes"][0]["code"]) == (1, "expired")
    code, data = answer(capsys, *arguments(demo, "--at", "2001-01-01"))
    assert (code, data["causes"][0]["code"]) == (1, "not-yet-valid")


def test_an_alias_is_named(demo: Path, capsys: Any) -> None:
    named = {"server": f"{demo / 'globex-keystore.jks'}#globex"}
    assert answer(capsys, *arguments(demo, **named))[0] == 0
    missing = {"server": f"{demo / 'globex-keystore.jks'}#nobody"}
    code, data = answer(capsys, *arguments(demo, **missing))
    assert (code, data["error"]["kind"]) == (2, "no-such-alias")


def test_only_the_partners_certificate(demo: Path, capsys: Any) -> None:
    partner = {"server": demo / "globex.cer", "server_trust": ""}
    code, data = answer(capsys, *arguments(demo, "--hostname", "localhost", **partner))
    assert (code, data["ok"], data["tls"]) == (0, True, None)
    assert data["unknown"]
    status = {step["number"]: step["status"] for step in data["steps"]}
    assert (status[6], status[7], status[4], status[10]) == (
        "ok", "ok", "not-reached", "not-reached",
    )  # fmt: skip
    stranger = {**partner, "client_trust": demo / "globex-truststore.jks"}
    code, data = answer(capsys, *arguments(demo, **stranger))
    assert (code, data["causes"][0]["code"]) == (1, "untrusted")


def test_a_store_without_a_pair(demo: Path, capsys: Any) -> None:
    changed = {"client": demo / "acme-truststore.p12"}
    code, data = answer(capsys, *arguments(demo, **changed))
    assert (code, data["causes"][0]["code"]) == (1, "no-identity")
    assert data["causes"][0]["side"] == "client"


def test_each_store_has_its_password(
    demo: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make_pair(PairRequest(alias="own", name="CN=Own", key="ec:P-256"))
    keys = new_store(Format.PKCS12, Password("only this one")).with_entries([pair])
    save_store(keys, tmp_path / "own.p12")
    (tmp_path / "secret.txt").write_text("only this one\n")
    changed = {"client": tmp_path / "own.p12"}
    code, data = answer(capsys, *arguments(demo, **changed))
    assert (code, data["error"]["kind"]) == (3, "password-needed")
    given = ("--client-password-file", str(tmp_path / "secret.txt"))
    code, data = answer(capsys, *arguments(demo, *given, **changed))
    assert (code, data["causes"][0]["code"]) == (1, "untrusted")
    monkeypatch.setenv("HANDFAST_PASSWORD", "not this")
    code, data = answer(capsys, *arguments(demo, *given, **changed))
    assert (code, data["error"]["kind"]) == (3, "wrong-password")


@pytest.mark.parametrize(
    ("role", "content", "code"),
    [("client_trust", b"no store at all", 4), ("server", b"", 4), ("client", None, 7)],
)
def test_stores_that_cannot_be_opened(
    role: str, content: bytes | None, code: int, demo: Path, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "bad"
    if content is not None:
        path.write_bytes(content)
    assert answer(capsys, *arguments(demo, **{role: path}))[0] == code


@pytest.mark.parametrize(
    "more", [("--at", "tomorrow"), ("--hostname", "a b"), ("--tls", "1.1"), ("--crl", __file__)]
)
def test_what_makes_no_sense(more: tuple[str, ...], demo: Path, capsys: Any) -> None:
    code, data = answer(capsys, *arguments(demo, *more))
    assert (code, data["error"]["code"]) == (2, 2)
