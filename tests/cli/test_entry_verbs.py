"""rename, delete, copy, password, compare at the console, with keytool as the second opinion."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from handfast.services.demo import make_demo
from tests.support.console import json_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.samples import Sample
    from tests.support.tools import Tool


@pytest.fixture
def console(capsys: Any) -> Callable[..., tuple[int, dict[str, Any]]]:
    return json_of(capsys)


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    make_demo(tmp_path)
    return tmp_path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    file = tmp_path / "new.txt"
    file.write_text("new secret\n", encoding="utf-8")
    return file


def by_keytool(keytool: Tool, path: Path, password: str = "changeit") -> dict[str, str]:
    """The aliases and kinds that keytool sees."""
    told = keytool("-list", "-keystore", path, "-storepass", password).stdout
    return dict(re.findall(r"^(\S+), .*?, (\w+), ?$", told, re.MULTILINE))


ALL = ["acme-keystore.p12", "acme-truststore.p12", "globex-keystore.jks", "globex-truststore.jks"]


@pytest.mark.parametrize("name", ALL)
def test_rename(console: Any, demo: Path, keytool: Tool, name: str) -> None:
    path = demo / name
    (old, kind), *_ = by_keytool(keytool, path).items()
    code, data = console("rename", path, old.upper(), "other")
    assert (code, data["old"], data["entry"]["alias"]) == (0, old, "other")
    assert by_keytool(keytool, path) == {"other": kind}
    if kind == "PrivateKeyEntry":
        # The key goes with its name.
        keytool(
            "-certreq", "-keystore", path, "-storepass", "changeit", "-alias", "other",
        )  # fmt: skip
    assert console("rename", path, old, "third")[1]["error"]["kind"] == "no-such-alias"
    assert console("rename", path, "other", " ")[0] == 2
    assert console("rename", path, "other", "OTHER")[0] == 0


def test_rename_takes_no_alias_that_is_taken(console: Any, demo: Path) -> None:
    path = demo / "acme-keystore.p12"
    assert console("import", path, demo / "globex.cer", "--alias", "them")[0] == 0
    before = path.read_bytes()
    assert console("rename", path, "acme", "THEM")[1]["error"]["kind"] == "already-exists"
    assert path.read_bytes() == before


def test_delete(console: Any, demo: Path, keytool: Tool) -> None:
    path = demo / "globex-keystore.jks"
    assert console("import", path, demo / "acme.cer", "--alias", "them")[0] == 0
    before = path.read_bytes()
    # One that is absent keeps the others.
    code, data = console("delete", path, "them", "absent")
    assert (code, data["error"]["kind"]) == (2, "no-such-alias")
    assert path.read_bytes() == before
    code, data = console("delete", path, "THEM", "them")
    assert (code, data["deleted"], data["entries_left"]) == (0, ["them"], 1)
    assert list(by_keytool(keytool, path)) == ["globex"]
    assert path.with_name(path.name + ".bak").read_bytes() == before
    assert console("delete", path, "globex")[0] == 0
    assert by_keytool(keytool, path) == {}


@pytest.mark.parametrize("name", ALL)
def test_password_of_a_keystore(
    console: Any, demo: Path, keytool: Tool, new: Path, name: str
) -> None:
    path = demo / name
    before = by_keytool(keytool, path)
    code, data = console("password", path, "--new-password-file", new)
    assert (code, data["alias"]) == (0, None)
    assert by_keytool(keytool, path, "new secret") == before
    assert keytool("-list", "-keystore", path, "-storepass", "changeit", check=False).returncode
    if "keystore" in name:
        keytool(
            "-importkeystore", "-srckeystore", path, "-srcstorepass", "new secret",
            "-destkeystore", demo / "copy.p12", "-deststorepass", "changeit", "-noprompt",
        )  # fmt: skip


def test_password_is_judged_before_anything_changes(
    console: Any, demo: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = demo / "acme-keystore.p12"
    before = path.read_bytes()
    # None was named, and that of the environment is the present one.
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    assert console("password", path)[1]["error"]["kind"] == "password-needed"
    for text, code in (("", 3), ("abc", 2), ("пароль", 2)):
        new.write_text(f"{text}\n", encoding="utf-8")
        assert console("password", path, "--new-password-file", new)[0] == code, text
    monkeypatch.setenv("HANDFAST_PASSWORD", "wrong one")
    new.write_text("new secret\n", encoding="utf-8")
    assert console("password", path, "--new-password-file", new)[0] == 3
    assert path.read_bytes() == before


def test_password_of_a_key(console: Any, demo: Path, keytool: Tool, new: Path) -> None:
    path = demo / "globex-keystore.jks"

    def take_out(password: str) -> int:
        return keytool(
            "-importkeystore", "-srckeystore", path, "-srcstorepass", "changeit",
            "-srcalias", "globex", "-srckeypass", password,
            "-destkeystore", demo / f"by-{password.replace(' ', '-')}.p12",
            "-deststorepass", "changeit", "-noprompt", check=False,
        ).returncode  # fmt: skip

    code, data = console("password", path, "--alias", "GLOBEX", "--new-password-file", new)
    assert (code, data["alias"], len(data["notes"])) == (0, "globex", 1)
    assert (take_out("new secret"), take_out("changeit")) == (0, 1)
    # Locked now, so that its present password is needed.
    equal = demo / "equal.txt"
    equal.write_text("changeit\n", encoding="utf-8")
    change = ("password", path, "--alias", "globex", "--new-password-file", equal)
    assert console(*change)[1]["error"]["kind"] == "password-needed"
    assert console(*change, "--key-password-file", new)[0] == 0
    assert take_out("changeit") == 0
    assert console("check", path)[1]["findings"]
    codes = {each["code"] for each in console("check", path)[1]["findings"]}
    assert "entry-password-differs" not in codes


def test_a_key_that_can_have_no_password_of_its_own(console: Any, demo: Path, new: Path) -> None:
    file = ("--new-password-file", new)
    pkcs12, trust = demo / "acme-keystore.p12", demo / "acme-truststore.p12"
    assert console("password", pkcs12, "--alias", "acme", *file)[0] == 5
    assert console("password", trust, "--alias", "globex", *file)[0] == 2
    assert console("password", pkcs12, "--alias", "absent", *file)[0] == 2


def test_copy_into_a_new_keystore(
    console: Any, sample_pkcs12: Sample, sample_jks: Sample, tmp_path: Path, keytool: Tool,
    new: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What comes over is what keytool itself brings over."""
    for sample in (sample_pkcs12, sample_jks):
        source = sample.path
        monkeypatch.setenv("HANDFAST_PASSWORD", sample.password)
        for ending in ("p12", "jceks", "jks"):
            target = tmp_path / f"{source.stem}-{source.suffix[1:]}.{ending}"
            own = [
                part
                for number, text in enumerate(getattr(sample, "key_passwords", {}).values())
                for part in ("--key-password-file", _file(tmp_path, f"{number}", text))
            ]
            code, data = console(
                "copy", source, target, "--dest-password-file", new, "--allow-loss", *own
            )
            assert code == 0, data
            kinds = by_keytool(keytool, target, "new secret")
            losses = len(data["losses"])
            expected = by_keytool(keytool, source, sample.password)
            assert len(kinds) == len(expected) - losses
            assert {alias: expected[alias] for alias in kinds} == kinds
            assert (losses == 0) == (ending != "jks" or "SecretKeyEntry" not in expected.values())


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / f"key-{name}.txt"
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def test_the_dates_and_chains_come_over(console: Any, demo: Path, tmp_path: Path) -> None:
    source, target = demo / "globex-keystore.jks", tmp_path / "copy.jks"
    before = console("list", source)[1]["entries"]
    assert (
        console("copy", source, target, "--dest-password-file", _file(demo, "d", "other1"))[0] == 0
    )
    assert target.stat().st_mode & 0o777 == 0o600
    monkey = _file(demo, "d", "other1")
    assert console("list", target, "--password-file", monkey)[1]["entries"] == before


def test_collisions(console: Any, demo: Path, keytool: Tool) -> None:
    source, target = demo / "globex-keystore.jks", demo / "acme-truststore.p12"
    assert list(by_keytool(keytool, target)) == ["globex"]
    before = target.read_bytes()
    assert console("copy", source, target)[1]["error"]["kind"] == "already-exists"
    assert target.read_bytes() == before
    code, data = console("copy", source, target, "--on-collision", "skip")
    assert (code, data["skipped"], data["copied"]) == (0, ["globex"], [])
    assert target.read_bytes() == before
    code, data = console("copy", source, target, "--on-collision", "rename")
    assert data["copied"] == [{"from": "globex", "to": "globex-2", "replaced": False}]
    assert by_keytool(keytool, target) == {
        "globex": "trustedCertEntry", "globex-2": "PrivateKeyEntry",
    }  # fmt: skip
    code, data = console("copy", source, target, "GLOBEX", "--on-collision", "replace")
    assert data["copied"] == [{"from": "globex", "to": "globex", "replaced": True}]
    assert set(by_keytool(keytool, target).values()) == {"PrivateKeyEntry"}


def test_a_key_of_its_own_goes_with_it_where_it_can(
    console: Any, demo: Path, keytool: Tool, new: Path
) -> None:
    source = demo / "globex-keystore.jks"
    assert console("password", source, "--alias", "globex", "--new-password-file", new)[0] == 0
    common = _file(demo, "common", "changeit")
    into = ("--dest-password-file", common)
    refused = console("copy", source, demo / "a.jks", *into)
    assert (refused[0], refused[1]["error"]["kind"]) == (6, "would-lose")
    assert not (demo / "a.jks").exists()
    own = ("--key-password-file", new)
    assert console("copy", source, demo / "a.jks", *into, *own)[1]["notes"] == []
    assert len(console("copy", source, demo / "a.p12", *into, *own)[1]["notes"]) == 1

    def take_out(path: Path, *password: str) -> int:
        return keytool(
            "-importkeystore", "-srckeystore", path, "-srcstorepass", "changeit", *password,
            "-destkeystore", demo / f"out-{path.suffix[1:]}-{len(password)}.p12",
            "-deststorepass", "changeit", "-srcalias", "globex", "-noprompt", check=False,
        ).returncode  # fmt: skip

    assert take_out(demo / "a.jks", "-srckeypass", "new secret") == 0
    assert take_out(demo / "a.p12") == 0


def test_copy_needs_what_protects_the_key(console: Any, demo: Path) -> None:
    source = demo / "acme-keystore.p12"
    for name in ("a.p12", "a.pem"):
        assert console("copy", source, demo / name)[1]["error"]["kind"] == "password-needed"
        assert not (demo / name).exists()
    # Certificates need no protection in a text.
    assert console("copy", demo / "acme-truststore.p12", demo / "b.pem")[0] == 0
    assert console("copy", source, demo / "b.p12", "absent")[0] in {2, 3}
    assert console("copy", demo / "absent.p12", demo / "c.p12")[0] == 7


def test_compare_certificates(console: Any, demo: Path) -> None:
    ours, theirs = demo / "acme.cer", demo / "globex.cer"
    same = (0, {"schema": 1, "same": True, "differences": []})
    assert console("compare", ours, ours) == same
    assert console("compare", ours, f"{demo / 'acme-keystore.p12'}#acme") == same
    assert console("export", demo / "acme-keystore.p12", "--alias", "acme", "--encoding", "pem",
                   "--out", demo / "acme.pem")[0] == 0  # fmt: skip
    assert console("compare", ours, demo / "acme.pem") == same
    code, data = console("compare", ours, theirs)
    assert (code, data["same"]) == (1, False)
    found = {each["where"]: (each["a"], each["b"]) for each in data["differences"]}
    assert found["subject"][0].startswith("CN=Acme")
    assert found["purposes"] == ("client", "server")
    assert "sha256" in found
    assert "algorithm" not in found
    assert {frozenset(each) for each in data["differences"]} == {frozenset({"where", "a", "b"})}


def test_compare_keystores(console: Any, demo: Path, tmp_path: Path, new: Path) -> None:
    jks, pkcs12 = demo / "globex-keystore.jks", tmp_path / "converted.p12"
    made = ("--format", "pkcs12", "--dest-password-file", new)
    assert console("convert", jks, pkcs12, *made)[0] == 0
    known = ("--b-password-file", new)
    assert console("compare", jks, pkcs12, *known)[0] == 0
    assert console("compare", jks, pkcs12)[0] == 3
    shutil.copy(demo / "acme-truststore.p12", tmp_path / "trust.p12")
    assert console("rename", tmp_path / "trust.p12", "globex", "them")[0] == 0
    code, data = console("compare", demo / "acme-truststore.p12", tmp_path / "trust.p12")
    assert (code, data["differences"]) == (1, [{"where": "alias", "a": "globex", "b": "them"}])
    assert console("import", tmp_path / "trust.p12", demo / "acme.cer", "--alias", "globex")[0] == 0
    _, data = console("compare", demo / "acme-truststore.p12", tmp_path / "trust.p12")
    where = [each["where"] for each in data["differences"]]
    assert "globex: certificate: subject" in where
    assert where[-1] == "them"
    assert data["differences"][-1]["a"] is None


def test_what_cannot_be_compared(console: Any, demo: Path) -> None:
    store, certificate = demo / "acme-keystore.p12", demo / "acme.cer"
    assert console("compare", store, certificate)[1]["error"]["kind"] == "usage"
    assert console("compare", store, demo / "absent")[0] == 7
    assert console("compare", demo / "README.txt", certificate)[0] == 4
    assert console("compare", f"{store}#absent", certificate)[1]["error"]["kind"] == "no-such-alias"
