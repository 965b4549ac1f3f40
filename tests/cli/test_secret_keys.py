"""Secret keys at the console: generated, imported, exported; keytool has the second opinion."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import json_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD = "changeit"


@pytest.fixture
def console(capsys: Any, monkeypatch: Any) -> Callable[..., tuple[int, dict[str, Any]]]:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)

    return json_of(capsys)


@pytest.mark.parametrize(
    ("kind", "algorithm", "bits"), [("aes:256", "AES", 256), ("hmac:sha512", "HmacSHA512", 512)]
)
@pytest.mark.parametrize("name", ["keys.p12", "keys.jceks"])
def test_a_generated_key_is_read_by_keytool_and_comes_out_the_same(
    console: Any, keytool: Tool, tmp_path: Path, name: str, kind: str, algorithm: str, bits: int
) -> None:
    store = tmp_path / name
    code, told = console("generate", store, "--alias", "session", "--key", kind)
    assert code == 0, told
    assert (told["entry"]["kind"], told["entry"]["algorithm"]) == ("secret-key", algorithm)
    assert told["entry"]["bits"] == bits
    listing = keytool("-list", "-keystore", store, "-storepass", PASSWORD).stdout
    assert "SecretKeyEntry" in listing
    found = {}
    for encoding in ("secret-raw", "secret-hex", "secret-base64"):
        out = tmp_path / encoding
        code, told = console("export-key", store, "--alias", "session", "--out", out, "--encoding",
                             encoding, "--unencrypted")  # fmt: skip
        assert (code, told["encrypted"]) == (0, False), told
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        found[encoding] = out.read_bytes()
    raw = found["secret-raw"]
    assert len(raw) == bits // 8
    assert bytes.fromhex(found["secret-hex"].decode()) == raw
    assert base64.b64decode(found["secret-base64"]) == raw
    for number, encoding in enumerate(found):
        again = tmp_path / f"again-{number}.p12"
        code, told = console("import-key", again, tmp_path / encoding, "--secret", algorithm,
                             "--alias", "session")  # fmt: skip
        assert code == 0, told
        code, told = console("compare", store, again)
        wheres = {each["where"] for each in told["differences"]}
        assert not any("key" in where for where in wheres), told


def test_a_secret_key_leaves_only_in_the_clear_and_only_when_that_is_said(
    console: Any, tmp_path: Path
) -> None:
    store = tmp_path / "keys.p12"
    console("generate", store, "--alias", "session", "--key", "aes:128")
    out = tmp_path / "out"
    code, told = console("export-key", store, "--alias", "session", "--out", out, "--encoding",
                         "secret-hex")  # fmt: skip
    assert (code, told["error"]["kind"]) == (2, "usage")
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("generate", "new.jks", "--alias", "a", "--key", "aes:256"), 5),
        (("generate", "new.p12", "--alias", "a", "--key", "aes:256", "--dname", "CN=a"), 2),
        (("generate", "new.p12", "--alias", "a", "--key", "aes:129"), 2),
        (("generate", "new.p12", "--alias", "a"), 2),
        (("import-key", "new.p12", "key.bin", "--secret", "AES"), 2),
        (("import-key", "new.p12", "short.bin", "--secret", "AES", "--alias", "a"), 2),
        (("import-key", "new.p12", "empty.bin", "--secret", "AES", "--alias", "a"), 4),
        (("import-key", "new.p12", "missing.bin", "--secret", "AES", "--alias", "a"), 7),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    console: Any, tmp_path: Path, monkeypatch: Any, arguments: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.bin").write_bytes(bytes(range(16)))
    (tmp_path / "short.bin").write_bytes(b"\xff" * 9)
    (tmp_path / "empty.bin").write_bytes(b"")
    found, told = console(*arguments)
    assert found == code, told
    assert not (tmp_path / arguments[1]).exists()


def test_the_kubernetes_secret_with_a_keystore(console: Any, keytool: Tool, tmp_path: Path) -> None:
    import yaml

    store, out = tmp_path / "own.p12", tmp_path / "secret.yaml"
    console("generate", store, "--alias", "Own Pair", "--dname", "CN=own.example", "--key",
            "ec:P-256")  # fmt: skip
    code, told = console("export-key", store, "--alias", "Own Pair", "--out", out, "--encoding",
                         "kubernetes-keystore")  # fmt: skip
    assert (code, told["encrypted"]) == (0, True), told
    manifest = yaml.safe_load(out.read_text(encoding="ascii"))
    assert (manifest["kind"], manifest["metadata"]["name"]) == ("Secret", "own-pair")
    inner = tmp_path / "inner.p12"
    inner.write_bytes(base64.b64decode(manifest["data"]["keystore.p12"]))
    listing = keytool("-list", "-keystore", inner, "-storepass", PASSWORD).stdout
    assert "PrivateKeyEntry" in listing
    code, told = console("export-key", store, "--alias", "Own Pair", "--out", tmp_path / "no",
                         "--encoding", "kubernetes-keystore", "--unencrypted")  # fmt: skip
    assert code == 2
