"""A CA's certificate that became trusted beside the pair that it is for."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.services.checks.store_checks import check_store
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import Issued, issue

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = Password("changeit")


@pytest.fixture(scope="module")
def root() -> Issued:
    return issue(CN="Root CA", is_ca=True)


@pytest.fixture(scope="module")
def own() -> Issued:
    return issue(CN="own.example")


@pytest.fixture(scope="module")
def signed(own: Issued, root: Issued) -> Issued:
    return issue(CN="own.example", issuer=root, key=own.key, starts=-200)


def found(*entries: Any) -> list[str]:
    store = new_store(Format.PKCS12, PASSWORD, Strength.MODERN).with_entries(entries)
    return [each.alias for each in check_store(store) if each.code == "reply-not-on-pair"]


def test_it_is_found(own: Issued, signed: Issued, root: Issued) -> None:
    assert found(own.pair("own"), signed.trusted("own-2"), root.trusted("root")) == ["own"]
    # A newer one of the CA than the pair has.
    newer = issue(CN="own.example", issuer=root, key=own.key, starts=-10)
    pair = dataclasses.replace(signed.pair("own"), chain=(signed.certificate, root.certificate))
    assert found(pair, newer.trusted("new")) == ["own"]


@pytest.mark.parametrize("kind", ["own", "older", "expired", "partner", "on the pair"])
def test_what_is_no_reply_is_not(kind: str, own: Issued, signed: Issued, root: Issued) -> None:
    older = issue(CN="own.example", issuer=root, key=own.key, starts=-290)
    expired = issue(CN="own.example", issuer=root, key=own.key, ends=-5)
    with_reply = dataclasses.replace(own.pair("own"), chain=(signed.certificate,))
    entries = {
        "own": (own.pair("own"), own.trusted("same")),
        "older": (with_reply, older.trusted("older")),
        "expired": (own.pair("own"), expired.trusted("expired")),
        "partner": (own.pair("own"), issue(CN="partner", issuer=root).trusted("partner")),
        "on the pair": (with_reply, signed.trusted("own-2")),
    }[kind]
    assert found(*entries) == []


@pytest.fixture
def keystore(own: Issued, signed: Issued, root: Issued, tmp_path: Path) -> Path:
    path = tmp_path / "own.p12"
    store = new_store(Format.PKCS12, PASSWORD, Strength.MODERN)
    entries = [own.pair("own"), signed.trusted("own-2"), root.trusted("root")]
    save_store(store.with_entries(entries), path, backup=False)
    return path


def test_the_console_finds_it_and_mends_it(
    keystore: Path,
    signed: Issued,
    root: Issued,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    main(["check", str(keystore), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert "reply-not-on-pair" in {each["code"] for each in told["findings"]}
    assert main(["reply", str(keystore), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["missing_issuer"] is None
    chain = open_file(keystore, PASSWORD).store.get("own").chain
    assert chain == (signed.certificate, root.certificate)
    main(["check", str(keystore), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert "reply-not-on-pair" not in {each["code"] for each in told["findings"]}
    before = keystore.read_bytes()
    assert main(["reply", str(keystore), "--json"]) == 2
    assert "Name the file" in json.loads(capsys.readouterr().out)["error"]["remedy"]
    assert keystore.read_bytes() == before
