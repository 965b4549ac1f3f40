"""A certificate in DER is taken wherever the same one in PEM is, by every verb and field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "long enough"
#: What is done with a certificate, by the name of its file.
READING = (("list",), ("show",), ("check",), ("show", "--alias", "partner.example"))
REHEARSING = {
    "both trust it": ("--client-trust", "FILE", "--server-trust", "FILE"),
    "the client trusts it": ("--client-trust", "FILE", "--server-trust", "KEYS"),
    "the server trusts it": ("--client-trust", "KEYS", "--server-trust", "FILE"),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One certificate in DER and in PEM, and the keystore that it is from."""
    folder = tmp_path_factory.mktemp("der")
    request = PairRequest(
        alias="partner", name="CN=partner.example", key="ec:P-256", sans=("dns:partner.example",)
    )
    pair = make_pair(request)
    found = {name: folder / f"partner.{name}" for name in ("der", "pem", "p12", "two.der")}
    found["der"].write_bytes(pair.chain[0].der)
    found["pem"].write_text(pair.chain[0].pem())
    found["two.der"].write_bytes(pair.chain[0].der + make_pair(request).chain[0].der)
    save_store(new_store(Format.PKCS12, Password(PASSWORD)).with_entries([pair]), found["p12"])
    return found


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)

    def run(*words: object) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([*map(str, words), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def without_path(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        key: [{**each, "path": ""} for each in value] if key == "stores" else value
        for key, value in answer.items()
        if key not in {"path", "notes"}
    }


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_reading_verbs_say_the_same(
    words: tuple[str, ...], files: dict[str, Path], ask: Any
) -> None:
    verb, *options = words
    of_pem, of_der = (ask(verb, files[name], *options) for name in ("pem", "der"))
    assert of_der[0] == of_pem[0] == 0
    assert without_path(of_der[1]) == without_path(of_pem[1])


@pytest.mark.parametrize("who", REHEARSING)
@pytest.mark.parametrize("name", ["pem", "der", "two.der"])
def test_a_rehearsal_trusts_it(who: str, name: str, files: dict[str, Path], ask: Any) -> None:
    trusts = [
        {"FILE": files[name], "KEYS": files["pem"]}.get(each, each) for each in REHEARSING[who]
    ]
    code, answer = ask(
        "rehearse", "--client", files["p12"], "--server", files["p12"], *trusts,
        "--hostname", "partner.example",
    )  # fmt: skip
    assert (code, answer["ok"]) == (0, True)


@pytest.mark.parametrize("name", ["pem", "der"])
def test_a_conversion_takes_it(name: str, files: dict[str, Path], ask: Any, tmp_path: Path) -> None:
    code, answer = ask("convert", files[name], tmp_path / "made.jks", "--format", "jks")
    assert code == 0
    assert [each["alias"] for each in answer["entries"]] == ["partner.example"]


@pytest.mark.parametrize("name", ["pem", "der"])
def test_an_import_takes_it(name: str, files: dict[str, Path], ask: Any, tmp_path: Path) -> None:
    assert ask("import", tmp_path / "trust.p12", files[name])[0] == 0


@pytest.mark.parametrize("name", ["pem", "der"])
def test_what_the_fields_of_the_window_read(name: str, files: dict[str, Path]) -> None:
    store = open_file(files[name], certificates_too=True).store
    assert [entry.alias for entry in store.entries] == ["partner.example"]


def test_one_that_is_cut_short_is_damaged_in_both(
    files: dict[str, Path], ask: Any, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.der"
    cut.write_bytes(files["der"].read_bytes()[:-30])
    assert ask("show", cut)[0] == 4
    assert ask("check", cut)[0] == 4


def test_a_key_in_der_is_still_no_keystore(
    files: dict[str, Path], ask: Any, tmp_path: Path
) -> None:
    key = open_file(files["p12"], Password(PASSWORD)).store.key_pairs[0].key
    assert key is not None
    path = tmp_path / "key.der"
    path.write_bytes(key.pkcs8)
    code, answer = ask("list", path)
    assert (code, answer["error"]["kind"]) == (4, "not-a-keystore")
