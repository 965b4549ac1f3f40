"""Presets of extensions at the console: saved by one verb, taken by another and by the editor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.flows.authority.extension_editing import ExtensionFlow
from handfast.services.authority.extension_files import PRESETS, read_plan
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAIR = ("--dname", "CN=a", "--key", "ec:P-256")
CHOSEN = ("--extensions", "tls-client", "--ext", "crl=http://ca.example/ca.crl", "--ext",
          "eku=clientAuth,1.3.6.1.4.1.99999.7", "--ext", "1.2.3.4.5=0500")  # fmt: skip


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    return json_console(capsys, monkeypatch, tmp_path, "changeit")


def _extensions(run: Any, store: str, alias: str) -> set[str]:
    code, told = run("show", store, "--alias", alias)
    assert code == 0
    text = json.dumps(told)
    return {each for each in ("ca.example/ca.crl", "1.3.6.1.4.1.99999.7", "1.2.3.4.5")
            if each in text}  # fmt: skip


def test_each_verb_saves_one_that_all_of_them_take(run: Any, tmp_path: Path) -> None:
    code, told = run("generate", "a.p12", "--alias", "a", *PAIR, *CHOSEN, "--san", "dns:a.example",
                     "--save-preset", "by-generate.json")  # fmt: skip
    assert code == 0, told
    assert any("by-generate.json" in each for each in told["notes"])
    code, told = run("request", "a.p12", "--alias", "a", "--out", "a.csr", *CHOSEN,
                     "--save-preset", "by-request.json")  # fmt: skip
    assert code == 0, told
    assert run("generate", "ca.p12", "--alias", "ca", *PAIR, "--purpose", "ca", "--path-length",
               "0", "--save-preset", "sub.json")[0] == 0  # fmt: skip
    code, told = run("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out", "a.pem",
                     *CHOSEN, "--save-preset", "by-sign.json")  # fmt: skip
    assert code == 0, told
    plans = {name: read_plan(tmp_path / f"by-{name}.json") for name in
             ("generate", "request", "sign")}  # fmt: skip
    assert {name: each.title for name, each in plans.items()} == {
        name: f"by-{name}" for name in plans
    }
    assert len({(each.crl_points, each.extended_key_usage, each.raw, each.key_usage)
                for each in plans.values()}) == 1  # fmt: skip
    # The names belong to one certificate.
    assert plans["generate"].san == ()
    sub = read_plan(tmp_path / "sub.json")
    assert (sub.is_ca, sub.path_length, sub.title) == (True, 0, "sub")
    for name in plans:
        assert run("generate", "b.p12", "--alias", name, *PAIR, "--extensions",
                   f"by-{name}.json")[0] == 0  # fmt: skip
        assert _extensions(run, "b.p12", name) == _extensions(run, "a.p12", "a")
        assert len(_extensions(run, "b.p12", name)) == 3


def test_the_console_and_the_editor_read_each_others_files(run: Any, tmp_path: Path) -> None:
    assert run("generate", "a.p12", "--alias", "a", *PAIR, *CHOSEN, "--save-preset",
               "console.json")[0] == 0  # fmt: skip
    editor = ExtensionFlow()
    editor.load(tmp_path / "console.json")
    assert editor.draft == read_plan(tmp_path / "console.json")
    assert not editor.problems()
    editor.update(policies=("1.2.3.4",))
    editor.save(tmp_path / "editor.json")
    code, told = run("generate", "a.p12", "--alias", "b", *PAIR, "--extensions", "editor.json",
                     "--save-preset", "again.json")  # fmt: skip
    assert code == 0, told
    assert read_plan(tmp_path / "again.json") == editor.draft


def test_a_preset_as_it_is_keeps_its_name(run: Any, tmp_path: Path) -> None:
    assert run("generate", "a.p12", "--alias", "a", *PAIR, "--extensions", "smime",
               "--save-preset", "mail.json")[0] == 0  # fmt: skip
    assert read_plan(tmp_path / "mail.json") == PRESETS["smime"]


def test_what_is_there_is_not_replaced_and_nothing_is_done(run: Any, tmp_path: Path) -> None:
    save = ("generate", "a.p12", *PAIR, "--save-preset", "p.json")
    assert run(*save, "--alias", "a", *CHOSEN)[0] == 0
    before = (tmp_path / "p.json").read_bytes()
    # The same once more is no loss.
    assert run(*save, "--alias", "b", *CHOSEN)[0] == 0
    code, told = run(*save, "--alias", "c", "--extensions", "smime")
    assert (code, told["error"]["kind"]) == (6, "already-exists")
    assert (tmp_path / "p.json").read_bytes() == before
    assert run("show", "a.p12", "--alias", "c")[0] == 2
    # A keystore least of all.
    code, told = run("generate", "a.p12", *PAIR, "--save-preset", "a.p12", "--alias", "c", *CHOSEN)
    assert code == 6
    assert run("show", "a.p12", "--alias", "b")[0] == 0
    assert run("request", "a.p12", "--alias", "a", "--out", "a.csr", "--save-preset", "p.json",
               "--extensions", "smime")[0] == 6  # fmt: skip
    assert not (tmp_path / "a.csr").exists()


@pytest.mark.parametrize("options", [
    ("--out", "a.csr", "--save-preset", "p.json"),
    ("--out", "a.csr", "--ext", "eku=nonsense", "--save-preset", "p.json"),
])  # fmt: skip
def test_nothing_to_save(run: Any, tmp_path: Path, options: tuple[str, ...]) -> None:
    assert run("generate", "a.p12", "--alias", "a", *PAIR)[0] == 0
    assert run("request", "a.p12", "--alias", "a", *options)[0] == 2
    assert not (tmp_path / "p.json").exists()
    assert not (tmp_path / "a.csr").exists()


def test_a_folder_that_cannot_be_written(run: Any, tmp_path: Path) -> None:
    code, told = run("generate", "a.p12", "--alias", "a", *PAIR, *CHOSEN, "--save-preset",
                     "no/such/p.json")  # fmt: skip
    assert (code, told["error"]["kind"]) == (7, "file")
    assert not (tmp_path / "a.p12").exists()


def test_a_secret_key_has_no_extensions(run: Any, tmp_path: Path) -> None:
    for more in (("--save-preset", "p.json"), ("--ext", "eku=clientAuth"), ("--extensions", "ca")):
        assert run("generate", "a.p12", "--alias", "a", "--key", "aes:256", *more)[0] == 2
    assert not list(tmp_path.iterdir())
