"""jdks at the console: the list, what differs, a CA in all of them, and undo."""

from __future__ import annotations

import json
import shutil
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.services.jdks.installations import Jdk
from tests.support.issued import issue
from tests.support.jdks import MARK, fake_jdk, trust_store
from tests.support.tools import program

if TYPE_CHECKING:
    from tests.support.tools import Tool

COMPANY = issue(CN="Company Root", is_ca=True).certificate
PUBLIC = issue(CN="Public Root", is_ca=True).certificate


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def console(capsys: Any) -> Any:
    def run(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main(["jdks", *map(str, arguments), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def company(tmp_path: Path) -> Path:
    path = tmp_path / "company.crt"
    path.write_text(ssl.DER_cert_to_PEM_cert(COMPANY.der), encoding="ascii")
    return path


@pytest.fixture
def homes(tmp_path: Path) -> list[str | Path]:
    """Two JDKs, named as the verb takes them."""
    fake_jdk(tmp_path / "a", trust_store([("public", PUBLIC)]), version="17.0.1")
    fake_jdk(tmp_path / "b", trust_store([]), version="21.0.2", vendor="Acme")
    return ["--jdk", tmp_path / "a", "--jdk", tmp_path / "b"]


def test_the_list(console: Any, homes: list[Any], tmp_path: Path) -> None:
    code, data = console(*homes)
    assert code == 0
    assert [each["version"] for each in data["jdks"]] == ["17.0.1", "21.0.2"]
    assert data["jdks"][1]["vendor"] == "Acme"
    assert data["jdks"][0]["cacerts"] == str(tmp_path / "a/lib/security/cacerts")
    assert [each["certificates"] for each in data["jdks"]] == [1, 0]
    (uneven,) = data["uneven"]
    assert (uneven["alias"], uneven["sha256"]) == ("public", PUBLIC.sha256)
    assert uneven["missing_in"] == [str(tmp_path / "b/lib/security/cacerts")]
    assert not any(tmp_path.rglob(MARK))


def test_the_list_as_text(homes: list[Any], capsys: Any) -> None:
    assert main(["jdks", *map(str, homes)]) == 0
    told = capsys.readouterr().out
    assert "Java 21.0.2, Acme" in told
    assert "1 certificate is missing from Java 21.0.2, Acme:\n  public\n" in told


def test_two_of_one_version_are_told_apart_by_their_paths(tmp_path: Path, capsys: Any) -> None:
    fake_jdk(tmp_path / "a", trust_store([("public", PUBLIC)]))
    other = fake_jdk(tmp_path / "b", trust_store([]))
    assert main(["jdks", "--jdk", str(tmp_path / "a"), "--jdk", str(tmp_path / "b")]) == 0
    assert f"Java 21.0.4, Example in {other}:" in capsys.readouterr().out


def test_the_jdk_of_this_machine(console: Any) -> None:
    home = Path(program("keytool")).resolve().parent.parent
    code, data = console()
    assert code == 0
    (found,) = [each for each in data["jdks"] if Path(each["home"]).resolve() == home]
    assert found["certificates"] > 50
    assert found["version"]


def test_added_and_undone(
    console: Any, homes: list[Any], company: Path, tmp_path: Path, keytool: Tool
) -> None:
    path = tmp_path / "b/lib/security/cacerts"
    before = path.read_bytes()
    code, data = console(*homes, "--add", company, "--dry-run")
    assert (code, path.read_bytes()) == (0, before)
    assert [each["outcome"] for each in data["trust_stores"]] == ["add", "add"]
    code, data = console(*homes, "--add", company, "--alias", "company")
    assert code == 0
    assert [each["outcome"] for each in data["trust_stores"]] == ["added", "added"]
    told = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert "company, " in told
    code, data = console(*homes, "--add", company)
    assert [each["outcome"] for each in data["trust_stores"]] == ["present", "present"]
    code, data = console("--undo")
    assert (code, path.read_bytes()) == (0, before)
    assert [each["outcome"] for each in data["trust_stores"]] == ["restored", "restored"]
    assert console("--undo")[0] == 2


def test_the_cacerts_of_a_real_jdk(
    console: Any, company: Path, tmp_path: Path, keytool: Tool
) -> None:
    home = Path(program("keytool")).resolve().parent.parent
    copied = fake_jdk(tmp_path / "copy", (home / "lib/security/cacerts").read_bytes())
    before = keytool("-list", "-keystore", copied, "-storepass", "changeit").stdout
    assert console("--jdk", tmp_path / "copy", "--add", company)[0] == 0
    after = keytool("-list", "-keystore", copied, "-storepass", "changeit").stdout
    # Every line that keytool showed is still there, and the new one is besides.
    old, new = set(before.splitlines()), set(after.splitlines())
    assert {line for line in old - new if "trustedCertEntry" in line} == set()
    assert any(line.startswith("company-root, ") for line in new - old)
    shutil.rmtree(tmp_path / "copy")
    code, data = console("--undo")
    assert (code, data["trust_stores"][0]["outcome"]) == (0, "not-there")


def test_the_fingerprint_decides(
    console: Any, homes: list[Any], company: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a/lib/security/cacerts"
    before = path.read_bytes()
    code, data = console(*homes, "--add", company, "--expect-sha256", PUBLIC.sha256)
    assert (code, path.read_bytes()) == (1, before)
    assert "different fingerprint" in data["error"]["problem"]
    assert console(*homes, "--add", company, "--expect-sha256", "12:34")[0] == 2
    assert console(*homes, "--add", company, "--expect-sha256", COMPANY.sha256)[0] == 0


def test_a_lost_ca_is_the_answer_no(
    console: Any, homes: list[Any], company: Path, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "a/lib/security/cacerts"
    console(*homes, "--add", company)
    path.write_bytes(trust_store([]))
    code, data = console(*homes)
    assert code == 1
    (finding,) = data["findings"]
    assert (finding["code"], finding["cacerts"]) == ("trust-lost", str(path))
    assert main(["check", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "trust-lost" in {each["code"] for each in found}
    console(*homes, "--add", company)
    assert console(*homes)[0] == 0


def test_a_password_of_their_own(console: Any, company: Path, tmp_path: Path) -> None:
    home = tmp_path / "jdk"
    path = fake_jdk(home, trust_store([], password="own secret"))
    code, data = console("--jdk", home, "--add", company)
    assert (code, data["trust_stores"][0]["outcome"]) == (7, "locked")
    word = tmp_path / "word"
    word.write_text("wrong\n", encoding="utf-8")
    code, data = console("--jdk", home, "--add", company, "--password-file", word)
    assert (code, data["trust_stores"][0]["outcome"]) == (7, "locked")
    word.write_text("own secret\n", encoding="utf-8")
    code, data = console("--jdk", home, "--add", company, "--password-file", word)
    assert (code, data["trust_stores"][0]["outcome"]) == (0, "added")
    path.write_bytes(path.read_bytes())
    assert console("--undo")[0] == 0


def test_one_that_is_read_only(
    console: Any, homes: list[Any], company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = tmp_path / "b/lib/security/cacerts"
    monkeypatch.setattr(Jdk, "is_writable", property(lambda jdk: jdk.cacerts != sealed))
    code, data = console(*homes, "--add", company)
    assert code == 7
    assert [each["outcome"] for each in data["trust_stores"]] == ["added", "read-only"]
    assert data["trust_stores"][1]["remedy"]


@pytest.mark.parametrize(
    "options", [["--undo", "--add", "x"], ["--dry-run"], ["--alias", "a"], ["--undo", "--jdk", "."]]
)
def test_options_that_do_not_go_together(console: Any, options: list[str]) -> None:
    assert console(*options)[0] == 2


def test_what_is_no_certificate_or_no_jdk(
    console: Any, homes: list[Any], company: Path, tmp_path: Path
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("nothing\n", encoding="utf-8")
    assert console(*homes, "--add", text)[0] == 4
    assert console(*homes, "--add", tmp_path / "gone.crt")[0] == 7
    assert console("--jdk", tmp_path, "--add", company)[0] == 2
