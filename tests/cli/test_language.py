"""Every verb in the language of the tests: what it says to people comes from the catalog."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from handfast.cli.verbs import VERBS
from tests.support.pseudo_language import write_pseudo_catalog

if TYPE_CHECKING:
    from pathlib import Path

#: What stands between the brackets of the pseudo-language, innermost first.
_TRANSLATED = re.compile(r"⟦[^⟦⟧]*⟧")
#: Three words of small letters in a row: English that somebody should read in their language.
_ENGLISH = re.compile(r"\b[A-Z]?[a-z]{2,}(?:,? [a-z]{2,}){2,}\b")


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("language") / "pseudo.mo"
    write_pseudo_catalog(path)
    return path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    run(folder.parent, None, "demo", str(folder), "--no-window")
    return folder


def run(folder: Path, language: Path | None, *arguments: str) -> str:
    """What a run says, on both outputs where it is for people."""
    environment = {
        **os.environ,
        "HANDFAST_LANGUAGE": "en" if language is None else str(language),
        "COLUMNS": "200",
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "handfast", *arguments], cwd=folder, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.stdout if "--json" in arguments else done.stdout + done.stderr


def english_in(text: str) -> list[str]:
    """What of a text no catalog has translated."""
    before = ""
    while before != text:
        before, text = text, _TRANSLATED.sub("", text)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("handfast ")]
    return [each for line in lines for each in _ENGLISH.findall(line)]


def test_english_is_found_and_what_is_translated_is_not() -> None:
    assert english_in("⟦Thé ⟦kéý päir⟧ ïs⟧: the store is locked") == ["the store is locked"]
    assert english_in("⟦Thé whölé ⟦kéý päir⟧ ïs löckéd⟧ RSA 2048 x.p12") == []


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_the_help_is_translated(verb: str, catalog: Path, tmp_path: Path) -> None:
    told = run(tmp_path, catalog, *([verb] if verb else []), "--help")
    assert "⟦" in told
    assert english_in(told) == []


#: Each verb once as it succeeds and once as it fails, in a folder with the two-party example.
_RUNS = (
    ("list", "acme-keystore.p12"),
    ("list", "missing.p12"),
    ("list", "acme-keystore.p12", "--password-file", "wrong.txt"),
    ("list", "--nonsense"),
    ("lizt",),
    ("show", "acme-keystore.p12"),
    ("show", "acme-keystore.p12", "--alias", "nobody"),
    ("check", "acme-keystore.p12", "acme-truststore.p12"),
    ("check", "acme-keystore.p12", "--days", "x"),
    ("check", "acme-keystore.p12", "--fail-on", "nonsense"),
    ("scan", "."),
    ("scan", "missing"),
    ("compare", "acme-keystore.p12", "globex-keystore.jks"),
    ("generate", "new.p12", "--alias", "a", "--dname", "CN=A", "--days", "900"),
    ("generate", "new.p12", "--alias", "a", "--dname", "C=XXX"),
    ("generate", "new.jks", "--alias", "a", "--dname", "CN=A", "--san", "ip:nonsense"),
    ("request", "acme-keystore.p12", "--alias", "acme", "--out", "a.csr"),
    ("export", "acme-keystore.p12", "--alias", "acme", "--out", "a.cer"),
    ("export", "acme-keystore.p12", "--alias", "acme", "--out", "globex-keystore.jks", "--force"),
    ("import", "acme-truststore.p12", "acme.cer", "--alias", "new"),
    ("import", "acme-truststore.p12", "globex-keystore.jks"),
    ("import", "acme-truststore.p12", "acme.cer", "--expect-sha256", "00"),
    ("reply", "acme-keystore.p12", "globex.cer"),
    ("export-key", "acme-keystore.p12", "--alias", "acme", "--out", "k.p12"),
    ("import-key", "heap.p12", "k.p12"),
    ("rename", "acme-keystore.p12", "acme", "other"),
    ("copy", "acme-keystore.p12", "all.p12"),
    ("copy", "acme-keystore.p12", "all.p12"),
    ("convert", "acme-keystore.p12", "c.jks", "--format", "jks"),
    ("convert", "acme-keystore.p12", "c.jks", "--format", "jks"),
    ("password", "all.p12"),
    ("complete", "acme-keystore.p12"),
    ("renew", "acme-keystore.p12", "--alias", "other", "--keep-old"),
    ("delete", "acme-keystore.p12", "nobody"),
    ("generate", "ca.p12", "--alias", "ca", "--dname", "CN=CA", "--purpose", "ca"),
    ("sign", "ca.p12", "--alias", "ca", "--request", "a.csr", "--out", "s.pem"),
    ("revoke", "ca.p12", "--alias", "ca", "s.pem"),
    ("crl", "ca.p12", "--alias", "ca", "--out", "ca.crl"),
    ("rehearse", "--client", "acme-keystore.p12", "--client-trust", "acme-truststore.p12",
     "--server", "globex-keystore.jks", "--server-trust", "globex-truststore.jks",
     "--hostname", "127.0.0.1"),
    ("rehearse", "--client", "acme-keystore.p12", "--client-trust", "ca.p12", "--server",
     "globex-keystore.jks", "--server-trust", "globex-truststore.jks", "--hostname", "x.example"),
    ("rollover", "--client", "acme-keystore.p12#other", "--client-trust", "acme-truststore.p12",
     "--server", "globex-keystore.jks", "--server-trust", "globex-truststore.jks"),
    ("probe", "127.0.0.1:1", "--trust", "acme-truststore.p12"),
    ("listen", "--identity", "globex-keystore.jks", "--trust", "globex-truststore.jks",
     "--port", "99999"),
    ("verify", "acme.cer", "--trust", "globex-truststore.jks"),
    ("verify", "acme.cer", "--trust", "ca.p12"),
    ("recipe",),
    ("recipe", "nginx", "--identity", "globex-keystore.jks", "--trust", "globex-truststore.jks"),
    ("recipe", "tomcat", "--identity", "globex-keystore.jks", "--trust", "globex-truststore.jks"),
    ("explain", "nothing of the kind"),
    ("demo", "."),
)  # fmt: skip


@pytest.fixture(scope="session")
def sessions(catalog: Path, tmp_path_factory: pytest.TempPathFactory, demo: Path) -> dict[int, str]:
    """What each of the runs says, one after the other in one folder."""
    import shutil

    folder = tmp_path_factory.mktemp("runs") / "runs"
    shutil.copytree(demo, folder)
    folder.joinpath("wrong.txt").write_text("guessed\n", encoding="utf-8")
    folder.joinpath("password.txt").write_text("changeit\n", encoding="utf-8")
    os.environ["HANDFAST_PASSWORD"] = "changeit"
    try:
        return {number: run(folder, catalog, *words) for number, words in enumerate(_RUNS)}
    finally:
        del os.environ["HANDFAST_PASSWORD"]


@pytest.mark.parametrize(
    "number", range(len(_RUNS)), ids=lambda number: " ".join(_RUNS[number])[:60]
)
def test_what_a_verb_says_is_translated(number: int, sessions: dict[int, str]) -> None:
    told = sessions[number]
    assert "⟦" in told
    assert english_in(told) == []


def test_json_is_the_same_in_every_language(catalog: Path, demo: Path) -> None:
    recipe = ("recipe", "nginx", "--identity", "globex-keystore.jks",
              "--trust", "globex-truststore.jks")  # fmt: skip
    for words in (("check", "acme-keystore.p12"), recipe, ("list", "missing.p12")):
        told = run(demo, catalog, *words, "--json")
        json.loads(told)
        assert told == run(demo, None, *words, "--json")
        assert "⟦" not in told
