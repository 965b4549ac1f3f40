"""A CA's reply that is brought in with import, as people do who know no other verb."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import json_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.tools import Tool

FORMATS = ("p12", "jks", "jceks", "pem")


@pytest.fixture
def console(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    monkeypatch.chdir(tmp_path)

    return json_of(capsys)


def with_reply(console: Any, ending: str = "p12") -> str:
    """A keystore with the pairs “acme” and “other”; reply.pem is for the first."""
    store = f"client.{ending}"
    new = ("generate", "--key", "ec:P-256")
    assert console(*new, "ca.p12", "--alias", "ca", "--dname", "CN=CA", "--purpose", "ca")[0] == 0
    for alias in ("acme", "other"):
        assert console(*new, store, "--alias", alias, "--dname", f"CN={alias}")[0] == 0
    assert console("request", store, "--alias", "acme", "--out", "acme.csr")[0] == 0
    assert console("sign", "ca.p12", "--alias", "ca", "--request", "acme.csr",
                   "--out", "reply.pem", "--chain")[0] == 0  # fmt: skip
    return store


def entries(console: Any, store: str) -> dict[str, tuple[str, int]]:
    listed = console("list", store)[1]["entries"]
    return {each["alias"]: (each["kind"], len(each["chain"])) for each in listed}


BEFORE = {"acme": ("key-pair", 1), "other": ("key-pair", 1)}
AFTER = {"acme": ("key-pair", 2), "other": ("key-pair", 1)}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("alias", [(), ("--alias", "acme"), ("--alias", "ACME")])
def test_a_reply_goes_onto_the_pair_that_it_is_for(
    ending: str, alias: tuple[str, ...], console: Any
) -> None:
    store = with_reply(console, ending)
    code, data = console("import", store, "reply.pem", *alias)
    assert code == 0, data
    assert [each["alias"] for each in data["entries"]] == ["acme"]
    assert data["root_sha256"] == data["entries"][0]["chain"][1]["sha256"]
    assert entries(console, store) == AFTER


def test_keytool_agrees(console: Any, keytool: Tool) -> None:
    store = with_reply(console)
    assert console("import", store, "reply.pem")[0] == 0
    told = keytool("-list", "-v", "-keystore", store, "-storepass", "changeit", "-alias", "acme")
    assert "Certificate chain length: 2" in told.stdout


def test_another_alias_imports_it_as_trusted(console: Any) -> None:
    store = with_reply(console)
    assert console("import", store, "reply.pem", "--alias", "partner")[0] == 0
    assert entries(console, store) == BEFORE | {
        "partner": ("trusted-certificate", 1), "partner-2": ("trusted-certificate", 1),
    }  # fmt: skip


def test_the_alias_of_another_pair_is_refused(console: Any) -> None:
    store = with_reply(console)
    before = Path(store).read_bytes()
    code, data = console("import", store, "reply.pem", "--alias", "other")
    assert (code, data["error"]["problem"]) == (6, "The reply is for “acme”, not for “other”.")
    assert Path(store).read_bytes() == before


def test_a_strangers_certificate_does_not_take_the_alias_of_a_pair(console: Any) -> None:
    store = with_reply(console)
    assert console("export", "ca.p12", "--alias", "ca", "--out", "ca.cer")[0] == 0
    code, data = console("import", store, "ca.cer", "--alias", "acme")
    assert (code, data["error"]["problem"]) == (6, "The alias “acme” is taken.")
    assert console("import", store, "ca.cer")[0] == 0
    assert entries(console, store)["ca"] == ("trusted-certificate", 1)


@pytest.mark.parametrize("verb", ["import", "reply"])
def test_the_same_reply_twice_changes_nothing(verb: str, console: Any) -> None:
    store = with_reply(console)
    assert console("import", store, "reply.pem")[0] == 0
    before = Path(store).read_bytes()
    code, data = console(verb, store, "reply.pem")
    assert (code, data["error"]["kind"]) == (6, "already-exists")
    assert Path(store).read_bytes() == before


def test_a_bundle_that_only_mentions_us_is_imported_as_trusted(console: Any) -> None:
    store = with_reply(console)
    assert console("import", store, "reply.pem")[0] == 0
    console("generate", "partner.p12", "--alias", "p", "--dname", "CN=Partner", "--key", "ed25519")
    console("export", "partner.p12", "--alias", "p", "--out", "partner.pem", "--encoding", "pem")
    bundle = Path("bundle.pem")
    bundle.write_text(Path("reply.pem").read_text() + Path("partner.pem").read_text())
    assert console("import", store, "bundle.pem")[0] == 0
    assert entries(console, store)["partner"] == ("trusted-certificate", 1)


def test_a_fingerprint_that_differs_keeps_the_pair_as_it_is(console: Any) -> None:
    store = with_reply(console)
    before = Path(store).read_bytes()
    assert console("import", store, "reply.pem", "--expect-sha256", "ab" * 32)[0] == 1
    assert Path(store).read_bytes() == before
