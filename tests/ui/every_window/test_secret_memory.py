"""What was closed or locked is gone: no object of it is alive, and nothing is left in memory."""

from __future__ import annotations

import base64
import gc
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.documents.document import State
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.requests import create_request
from handfast.services.files.saving import new_store, save_store
from handfast.ui.window.locking import lock_everything
from tests.support import bcfks_samples, bouncy_samples
from tests.support.process_memory import in_memory_of
from tests.support.ui.helpers import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

ROOT = Path(__file__).parents[3]
CHILD = ROOT / "tests" / "support" / "ui" / "memory_child.py"
#: The same while pairs are renewed, used to sign, rolled over, and merged.
ISSUING_CHILD = CHILD.with_name("issuing_child.py")


@pytest.fixture
def password() -> str:
    """A password that is nowhere else in this process or any other."""
    return f"Zq{secrets.token_hex(9)}"


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="pair", name="CN=Pair", key="rsa:2048"))


@pytest.fixture
def path(tmp_path: Path, pair: KeyPair, password: str) -> Path:
    made = tmp_path / "secret.p12"
    save_store(new_store(Format.PKCS12, Password(password)).with_entries([pair]), made)
    return made


def alive(pair: KeyPair, password: str) -> list[str]:
    """The kinds of objects of this keystore that are alive, in circles too: nothing is freed here.

    The pair of this test itself is not counted.
    """
    gc.unfreeze()
    found = []
    for each in gc.get_objects():
        is_password = isinstance(each, Password) and each.reveal() == password
        is_key = isinstance(each, PrivateKey) and each == pair.key and each is not pair.key
        # Other tests have stores with an entry of this name.
        is_store = isinstance(each, Store) and any(
            isinstance(entry, KeyPair) and entry.chain == pair.chain for entry in each.entries
        )
        if is_password or is_key or is_store:
            found.append(type(each).__name__)
    return found


@pytest.fixture
def view(
    window: MainWindow, qtbot: QtBot, path: Path, pair: KeyPair, password: str
) -> Iterator[StoreView]:
    made = opened(window, qtbot, path, Password(password))
    made.select("pair")
    qtbot.waitUntil(lambda: "Checking" not in made.findings.text())
    assert {"Password", "PrivateKey", "Store"} <= set(alive(pair, password))
    yield made
    made.document.close()


def test_no_object_of_a_closed_store_is_alive(
    window: MainWindow, view: StoreView, qtbot: QtBot, pair: KeyPair, password: str
) -> None:
    view.document.apply("Rename", view.store.without(view.store.entries))
    view.document.undo()
    window.remove(view)
    qtbot.waitUntil(lambda: not window.is_collecting)
    assert alive(pair, password) == []


def test_no_object_of_a_locked_store_is_alive(
    window: MainWindow, view: StoreView, qtbot: QtBot, pair: KeyPair, password: str
) -> None:
    view.document.apply("Rename", view.store.without(view.store.entries))
    lock_everything(window, "Locked by a test.")
    qtbot.waitUntil(lambda: not view.document.holds_secrets and not window.is_collecting)
    assert alive(pair, password) == []
    # And all of it comes back.
    view.document.enter(Password(password))
    qtbot.waitUntil(lambda: view.document.state is State.OPEN)
    view.document.undo()
    assert view.store.key_pairs[0].key == pair.key


def test_a_wrong_password_is_not_kept(
    window: MainWindow, qtbot: QtBot, path: Path, pair: KeyPair
) -> None:
    wrong = f"Wrong{secrets.token_hex(8)}"
    window.open_path(path, password=Password(wrong))
    view = window.current()
    assert view is not None
    qtbot.waitUntil(lambda: view.document.state is State.NEEDS_PASSWORD)
    # That it was tried is known until the tab is locked or closed.
    window.remove(view)
    qtbot.waitUntil(lambda: not window.is_collecting)
    assert "Password" not in alive(pair, wrong)


def needles(pair: KeyPair, password: str) -> dict[str, bytes]:
    """What would be found of the secrets, in each form that they may have in memory."""
    assert pair.key is not None
    found = {
        "password": password.encode(),
        "password in UTF-16": password.encode("utf-16-le"),
        "password in PKCS#12": password.encode("utf-16-be"),
        "half the password": password[:10].encode(),
    }
    for name, number in _numbers(pair.key).items():
        # In PKCS#8, and as OpenSSL holds it.
        found[name] = number[4:28]
        found[f"{name}, the last byte first"] = number[::-1][4:28]
    armored = base64.b64encode(pair.key.pkcs8)
    if isinstance(pair.key.load(), rsa.RSAPrivateKey):
        # That of the others ends with what is public.
        found["the key in PKCS#8"] = pair.key.pkcs8[-60:-20]
        found["the key in PEM"] = armored[-80:-40]
    return found


def _numbers(key: PrivateKey) -> dict[str, bytes]:
    """What is secret in a key, the highest byte first."""
    loaded = key.load()
    if isinstance(loaded, ed25519.Ed25519PrivateKey):
        return {"d": loaded.private_bytes_raw()}
    if isinstance(loaded, ec.EllipticCurvePrivateKey):
        return {"d": loaded.private_numbers().private_value.to_bytes(32, "big")}
    assert isinstance(loaded, rsa.RSAPrivateKey)
    numbers = loaded.private_numbers()
    parts = {"d": numbers.d, "p": numbers.p, "q": numbers.q}
    return {
        name: number.to_bytes((number.bit_length() + 7) // 8, "big")
        for name, number in parts.items()
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize(
    ("doing", "is_gone"),
    [("stay", False), ("close", True), ("lock", True), ("edit-and-close", True),
     ("edit-and-lock", True)],
)  # fmt: skip
def test_nothing_secret_is_left_in_the_memory_of_the_process(
    tmp_path: Path, path: Path, pair: KeyPair, password: str, doing: str, is_gone: bool
) -> None:
    found = _found_after(
        tmp_path, path, needles(pair, password), password, doing, is_awaited=is_gone
    )
    if is_gone:
        assert found == set()
    else:
        assert {"password", "the key in PKCS#8"} <= found


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize("doing", [
    "stay-wizard", "cancel-wizard", "stay-cancel-password", "cancel-password", "cancel-save-as",
    "cancel-export", "cancel-key-password",
])  # fmt: skip
def test_what_was_typed_into_a_wizard_or_dialog_is_gone_once_it_is_canceled(
    tmp_path: Path, pair: KeyPair, password: str, doing: str
) -> None:
    path = tmp_path / "open.jks"
    save_store(new_store(Format.JKS, Password("changeit")).with_entries([pair]), path)
    sought = {name: value for name, value in needles(pair, password).items() if "password" in name}
    is_gone = not doing.startswith("stay-")
    found = _found_after(tmp_path, path, sought, password, doing, is_awaited=is_gone)
    assert bool(found) is not is_gone, found


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize("end", ["stay", "close", "lock"])
@pytest.mark.parametrize("flow", ["renew", "sign", "rollover", "merge"])
def test_nothing_is_left_after_a_pair_was_used_or_moved(
    tmp_path: Path, password: str, flow: str, end: str
) -> None:
    ca = make_pair(PairRequest(alias="pair", name="CN=Pair", key="rsa:2048", purpose="ca"))
    plain = make_pair(PairRequest(alias="pair", name="CN=Pair", key="rsa:2048"))
    own = ca if flow == "sign" else plain
    path = tmp_path / "secret.p12"
    save_store(new_store(Format.PKCS12, Password(password)).with_entries([own]), path)
    other = make_pair(PairRequest(alias="other", name="CN=other.example", key="ec:P-256"))
    (tmp_path / "their.csr").write_bytes(create_request(other).encoded("pem"))
    is_gone = end != "stay"
    found = _found_after(
        tmp_path, path, needles(own, password), password, f"{flow}-{end}",
        is_awaited=is_gone, child=ISSUING_CHILD,
    )  # fmt: skip
    assert found == set() if is_gone else "the key in PKCS#8" in found, found


#: These are read and not written.
BOUNCY = (Format.BKS, Format.UBER, Format.BCFKS)
#: In each format, each kind of key somewhere.
KINDS = (
    (Format.JKS, "rsa:2048"),
    (Format.JKS, "ed25519"),
    (Format.JCEKS, "ec:P-256"),
    (Format.JCEKS, "rsa:2048"),
    (Format.PKCS12, "ec:P-256"),
    (Format.PKCS12, "ed25519"),
    (Format.BKS, "rsa:2048"),
    (Format.BKS, "ec:P-256"),
    (Format.UBER, "rsa:2048"),
    (Format.UBER, "ed25519"),
    (Format.BCFKS, "ec:P-256"),
    (Format.BCFKS, "rsa:2048"),
    (Format.PEM, "rsa:2048"),
    (Format.PEM, "ed25519"),
)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize("doing", ["edit-and-close", "edit-and-lock"])
@pytest.mark.parametrize(("wanted", "key"), KINDS)
def test_the_same_of_every_format_and_kind_of_key(
    tmp_path: Path, password: str, wanted: Format, key: str, doing: str
) -> None:
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key=key))
    path = tmp_path / "secret.keystore"
    if wanted in BOUNCY:
        path.write_bytes(_as_bouncy(wanted, pair, password))
    else:
        save_store(new_store(wanted, Password(password)).with_entries([pair]), path)
    assert _found_after(tmp_path, path, needles(pair, password), password, doing) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
@pytest.mark.parametrize("doing", ["stay", "edit-and-close", "edit-and-lock"])
@pytest.mark.parametrize("wanted", [Format.JCEKS, Format.PKCS12, *BOUNCY])
def test_the_same_of_secret_keys(tmp_path: Path, password: str, wanted: Format, doing: str) -> None:
    material = secrets.token_bytes(32)
    path = tmp_path / "secret.keystore"
    if wanted in BOUNCY:
        path.write_bytes(_as_bouncy(wanted, material, password))
    else:
        entry = SecretKey(alias="secret", algorithm="AES", material=SecretMaterial(material))
        save_store(new_store(wanted, Password(password)).with_entries([entry]), path)
    sought = {"password": password.encode(), "material": material[2:-2], "half": material[:12]}
    found = _found_after(tmp_path, path, sought, password, doing, is_awaited=doing != "stay")
    assert found == (set(sought) if doing == "stay" else set())


def _as_bouncy(wanted: Format, held: KeyPair | bytes, password: str) -> bytes:
    """What only Bouncy Castle writes, with a key pair or with the material of a secret key."""
    if isinstance(held, KeyPair):
        assert held.key is not None
        alias, chain = "pair", tuple(each.der for each in held.chain)
        if wanted is Format.BCFKS:
            entry = bcfks_samples.private(alias, held.key.pkcs8, *chain, password=password)
            return bcfks_samples.around(bcfks_samples.contents(entry), password)
        key = bouncy_samples.key(0, "PKCS#8", held.key.algorithm, held.key.pkcs8)
    else:
        alias, chain = "secret", ()
        if wanted is Format.BCFKS:
            entry = bcfks_samples.secret(alias, held, password)
            return bcfks_samples.around(bcfks_samples.contents(entry), password)
        key = bouncy_samples.key(2, "RAW", "AES", held)
    sealed = bouncy_samples.Entry(
        kind=4, alias=alias, content=bouncy_samples.seal(key, password), chain=chain
    )
    make = bouncy_samples.uber if wanted is Format.UBER else bouncy_samples.bks
    return make([sealed], password)


def _found_after(
    folder: Path,
    path: Path,
    wanted: dict[str, bytes],
    password: str,
    doing: str,
    *,
    is_awaited: bool = True,
    child: Path = CHILD,
) -> set[str]:
    """What is found of the secrets once a window of its own has done something to a keystore.

    Where it ``is_awaited`` that they go, a busy machine has some seconds for it.
    """
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    with subprocess.Popen(
        [sys.executable, child, folder, path, doing],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(password.encode() + b"\n")
        process.stdin.flush()
        # It gives up by itself, and its standard error says where it waited.
        assert process.stdout.readline() == b"done\n"
        try:
            found = in_memory_of(process.pid, wanted)
            for _ in range(20 if is_awaited else 0):
                if not found:
                    break
                time.sleep(0.5)
                found = in_memory_of(process.pid, wanted)
        except PermissionError:
            pytest.skip("this system lets nobody read the memory of a process")
        else:
            return found
        finally:
            process.stdin.close()
            process.wait(60)
