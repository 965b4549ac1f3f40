"""``handfast recipe`` as a script and a person see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.handshake.recipes import RECIPES

if TYPE_CHECKING:
    from pathlib import Path


def arguments(demo: Path, name: str, *more: str) -> list[str]:
    keys, trust = str(demo / "acme-keystore.p12"), str(demo / "acme-truststore.p12")
    return ["recipe", name, "--identity", keys, "--trust", trust, *more]


def test_all_that_there_are(capsys: Any) -> None:
    assert main(["recipe"]) == 0
    text = capsys.readouterr().out
    assert [line.split()[0] for line in text.splitlines()] == [each.id for each in RECIPES]
    assert main(["recipe", "--role", "server", "--json"]) == 0
    recipes = json.loads(capsys.readouterr().out)["recipes"]
    assert {"id", "title", "summary", "roles"} == set(recipes[0])
    assert "curl" not in [each["id"] for each in recipes]


@pytest.mark.parametrize("name", [each.id for each in RECIPES])
def test_each_is_filled_in(name: str, demo: Path, capsys: Any) -> None:
    assert main(arguments(demo, name, "--host", "api.example", "--partner", "Globex")) == 0
    text = capsys.readouterr().out
    assert str(demo) in text
    assert "changeit" not in text
    assert main(arguments(demo, name, "--host", "api.example", "--json")) == 0
    data = json.loads(capsys.readouterr().out)
    assert set(data) == {
        "schema", "id", "title", "introduction", "warnings", "steps", "placeholders", "notes",
    }  # fmt: skip
    assert data["id"] == name
    kinds = {block["kind"] for step in data["steps"] for block in step["blocks"]}
    assert kinds <= {"text", "fields", "snippet"}


def test_relative_paths_become_absolute(
    demo: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    stores = ("--identity", "acme-keystore.p12#acme", "--trust", "acme-truststore.p12")
    assert main(["recipe", "java", *stores]) == 0
    assert f"keyStore={demo / 'acme-keystore.p12'}" in capsys.readouterr().out


def test_to_a_file_which_is_not_replaced(demo: Path, capsys: Any, tmp_path: Path) -> None:
    out = tmp_path / "recipe.md"
    assert main(arguments(demo, "tomcat", "--out", str(out))) == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("# Tomcat\n")
    assert main(arguments(demo, "java", "--out", str(out))) == 6
    assert out.read_text(encoding="utf-8") == text
    capsys.readouterr()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["nothing"], 2),
        (["tomcat"], 2),
        (["tomcat", "--role", "client"], 2),
        (["java", "--port", "70000"], 2),
        (["java", "--host", "a b"], 2),
    ],
)
def test_what_makes_no_sense(more: list[str], code: int, demo: Path, capsys: Any) -> None:
    words = ["recipe", *more] if more == ["tomcat"] else arguments(demo, *more)
    assert main([*words, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "usage"


def test_a_trust_store_is_no_identity(demo: Path, capsys: Any) -> None:
    trust = str(demo / "acme-truststore.p12")
    assert main(["recipe", "java", "--identity", trust, "--trust", trust, "--json"]) == 2
    assert "no key pair" in json.loads(capsys.readouterr().out)["error"]["problem"]
