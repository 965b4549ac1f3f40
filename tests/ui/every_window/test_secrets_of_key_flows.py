"""Keys and passwords stay where they belong while pairs come in, move, and leave.

Both faces do what people do with pairs: a request with a new pair, the reply, an encrypted key
imported, a pair exported encrypted, copied to another keystore with a password of its own, the
password of the keystore changed, a setup with a partner, and a fault of the program in between.
Then every file that is there, and the memory of the process, are searched.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from handfast.core.entry import KeyPair
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.unlocking import with_passwords
from tests.support.authority import Authority
from tests.support.process_memory import in_memory_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.keys import PrivateKey
    from tests.support.tools import Tool

ROOT = Path(__file__).parents[3]
CHILD = ROOT / "tests" / "support" / "ui" / "key_flows_child.py"
NAMES = ("own", "challenge", "sealed key", "export", "target", "key’s own", "changed", "set-up")


@pytest.fixture
def passwords() -> dict[str, str]:
    """Passwords that are nowhere else in this process or any other."""
    return {name: f"Zq{secrets.token_hex(9)}" for name in NAMES}


@pytest.fixture
def authority(openssl: Tool, tmp_path: Path) -> Authority:
    folder = tmp_path / "authority"
    folder.mkdir()
    return Authority(openssl, folder)


def files_for(folder: Path, passwords: Mapping[str, str]) -> list[PrivateKey]:
    """What there is before; the private keys in it."""
    folder.mkdir()
    own = make_pair(PairRequest(alias="own", name="CN=own.example", key="rsa:2048"))
    store = new_store(Format.PKCS12, Password(passwords["own"]))
    save_store(store.with_entries([own]), folder / "own.p12")
    save_store(new_store(Format.JKS, Password(passwords["target"])), folder / "target.jks")
    sealed = make_pair(PairRequest(alias="sealed", name="CN=sealed.example", key="rsa:2048"))
    assert own.key is not None
    assert sealed.key is not None
    pem = sealed.key.load().private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        BestAvailableEncryption(passwords["sealed key"].encode()),
    )
    (folder / "sealed.key").write_bytes(pem)
    (folder / "sealed.crt").write_text(sealed.chain[0].public_pem())
    return [own.key, sealed.key]


def key_in(path: Path, alias: str, password: str, own: str = "") -> PrivateKey:
    store = open_file(path, Password(password)).store
    pair = store.get(alias) if alias else store.key_pairs[0]
    if own:
        store = with_passwords(store, [Password(own)])
        pair = store.get(alias)
    assert isinstance(pair, KeyPair)
    assert pair.key is not None
    return pair.key


def needles(passwords: Mapping[str, str], keys: list[PrivateKey]) -> dict[str, bytes]:
    """What would be found of the secrets, in each form that they may have."""
    found: dict[str, bytes] = {}
    for name, password in passwords.items():
        found[f"password “{name}”"] = password.encode()
        found[f"password “{name}” in UTF-16"] = password.encode("utf-16-le")
        found[f"password “{name}” in PKCS#12"] = password.encode("utf-16-be")
        found[f"password “{name}” in Base64"] = base64.b64encode(password.encode())[:24]
        found[f"password “{name}” in hexadecimal"] = password.encode().hex().encode()
    for at, key in enumerate(keys):
        loaded = key.load()
        assert isinstance(loaded, rsa.RSAPrivateKey)
        numbers = loaded.private_numbers()
        for name, number in (("d", numbers.d), ("p", numbers.p), ("q", numbers.q)):
            raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
            found[f"{name} of key {at}"] = raw[4:28]
            found[f"{name} of key {at}, the last byte first"] = raw[::-1][4:28]
            found[f"{name} of key {at} in hexadecimal"] = raw[4:28].hex().encode()
        found[f"key {at} in PKCS#8"] = key.pkcs8[-60:-20]
        # Of the second line from the end of a PEM, whatever comes before it.
        for shift in range(3):
            armored = base64.b64encode(key.pkcs8[-200 + shift : -140 + shift])
            found[f"key {at} in Base64 ({shift})"] = armored[4:-4]
    return found


def in_files(folder: Path, wanted: Mapping[str, bytes]) -> set[str]:
    """Which of these is in a file below, whatever its name; with line breaks and without."""
    found = set()
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        data = path.read_bytes()
        joined = re.sub(rb"\s", b"", data)
        found |= {
            f"{name} in {path.relative_to(folder)}"
            for name, needle in wanted.items()
            if needle in data or needle in joined
        }
    return found


def surroundings(folder: Path) -> dict[str, str]:
    """All that a program writes by itself is below one folder."""
    places = {
        "HOME": "home", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state",
        "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run",
        "TMPDIR": "tmp",
    }  # fmt: skip
    for name in places.values():
        (folder / name).mkdir(mode=0o700)
    return {
        **os.environ,
        **{key: str(folder / name) for key, name in places.items()},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize("doing", ["stay", "close", "lock"])
def test_in_the_window(
    tmp_path: Path, passwords: dict[str, str], authority: Authority, doing: str
) -> None:
    work, around = tmp_path / "work", tmp_path / "around"
    keys = files_for(work, passwords)
    around.mkdir()
    log = around / "log.txt"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, CHILD, work, doing],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=surroundings(around),
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        while (line := process.stdout.readline().decode().strip()) not in {"done", ""}:
            answer = ""
            if line.startswith("sign "):
                request = Path(line.removeprefix("sign "))
                reply = authority.sign(request) + authority.issuing + authority.root
                request.with_name(f"{request.stem}-reply.pem").write_text(reply)
            else:
                answer = passwords[line]
            process.stdin.write(answer.encode() + b"\n")
            process.stdin.flush()
        assert line == "done", log.read_text()
        made = work / "globex"
        (setup,) = [each for each in made.iterdir() if each.suffix == ".p12"]
        keys.append(key_in(work / "own.p12", "new.example", passwords["changed"]))
        keys.append(key_in(setup, "", passwords["set-up"]))
        wanted = needles(passwords, keys)
        try:
            in_memory = in_memory_of(process.pid, wanted)
        except PermissionError:
            pytest.skip("this system lets nobody read the memory of a process")
        finally:
            process.stdin.close()
            process.wait(60)
    # A challenge password is for the CA, which reads it in the request (RFC 2985, 5.4.1).
    in_request = "password “challenge” in Base64 in work/new.example.csr"
    assert in_files(tmp_path, wanted) <= {in_request}
    assert "RuntimeError" in (work / "report.txt").read_text()
    # What was to leave did, and only under its password.
    assert key_in(work / "out.p12", "", passwords["export"]) == keys[2]
    assert "ENCRYPTED PRIVATE KEY" in (work / "out.key").read_text()
    own = key_in(work / "target.jks", "new.example", passwords["target"], passwords["key’s own"])
    assert own == keys[2]
    if doing == "stay":
        # The search finds what is there.
        assert {
            "password “changed”",
            "password “target”",
            "key 1 in PKCS#8",
            "key 2 in PKCS#8",
        } <= (in_memory)
    else:
        # The request itself is on the clipboard still.
        assert sorted(in_memory - {"password “challenge” in Base64"}) == []


def test_at_the_console(tmp_path: Path, passwords: dict[str, str], authority: Authority) -> None:
    work, given, around = tmp_path / "work", tmp_path / "passwords", tmp_path / "around"
    keys = files_for(work, passwords)
    given.mkdir()
    around.mkdir()
    for name, password in passwords.items():
        (given / name).write_text(f"{password}\n")
    (given / "wrong").write_text("wrong\n")
    environment = {**surroundings(around), "HANDFAST_PASSWORD": passwords["own"]}
    said: list[bytes] = []

    def run(*words: Any, code: int = 0, **files: str) -> None:
        """One verb, with the names of passwords for its options."""
        line = [str(word) for word in words]
        for option, name in files.items():
            line += [f"--{option.replace('_', '-')}", str(given / name)]
        done = subprocess.run(
            [sys.executable, "-m", "handfast", *line],
            env=environment, cwd=work, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        said.append(done.stdout + done.stderr)
        assert done.returncode == code, (line, done.stderr.decode())

    own, target = work / "own.p12", work / "target.jks"
    run("generate", own, "--alias", "new.example", "--dname", "CN=new.example", "--key", "rsa:2048")
    run("request", own, "--alias", "new.example", "--out", work / "new.example.csr",
        challenge_password_file="challenge")  # fmt: skip
    reply = authority.sign(work / "new.example.csr") + authority.issuing + authority.root
    (work / "reply.pem").write_text(reply)
    run("reply", own, work / "reply.pem", "--json")
    sealed = work / "sealed.key", work / "sealed.crt"
    run("import-key", own, *sealed, code=3, key_password_file="wrong")
    run("import-key", own, *sealed, "--json", code=3, key_password_file="wrong")
    run("import-key", own, *sealed, key_password_file="sealed key")
    for encoding, out in (("pkcs12", "out.p12"), ("pem-files", "out"), ("pkcs8", "out.der"),
                          ("kubernetes-keystore", "out.yaml")):  # fmt: skip
        run("export-key", own, "--alias", "new.example", "--out", work / out,
            "--encoding", encoding, out_password_file="export")  # fmt: skip
    run("copy", own, target, "new.example", "--json", code=3, dest_password_file="wrong")
    run("copy", own, target, "new.example", dest_password_file="target")
    run("password", target, "--alias", "new.example", password_file="target",
        new_password_file="key’s own")  # fmt: skip
    run("password", own, "--json", new_password_file="changed")
    run("check", own, target, "--json", code=3)
    run("list", own, "--json", password_file="changed")
    keys.append(key_in(own, "new.example", passwords["changed"]))
    wanted = needles(passwords, keys)
    (work / "said.txt").write_bytes(b"\n".join(said))
    # What was written out is read by the console alone.
    in_request = "password “challenge” in Base64 in work/new.example.csr"
    found = {each for each in in_files(tmp_path, wanted) if " in passwords/" not in each}
    assert found <= {in_request}
    assert key_in(work / "out.p12", "", passwords["export"]) == keys[2]
    assert key_in(target, "new.example", passwords["target"], passwords["key’s own"]) == keys[2]
    # The search finds what leaves on purpose.
    run("export-key", own, "--alias", "new.example", "--out", work / "clear.pem", "--encoding",
        "pem", "--unencrypted", password_file="changed")  # fmt: skip
    found = {each.split(" in work/")[-1] for each in in_files(work, wanted)}
    assert any("clear.pem" in each for each in found)
