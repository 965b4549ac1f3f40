"""What protects a PKCS#12 file of OpenSSL, what Java makes of it, and what a check says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD = "secret12"
_KEYS: Final = "Java opens this keystore, but not its private keys."
_ALL: Final = "Java cannot open this keystore."
#: How openssl protects a file, and what is told of Java.
PROTECTIONS = {
    "its defaults": ((), ""),
    "AES-128": (("-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC"), ""),
    "AES-192": (("-keypbe", "AES-192-CBC", "-certpbe", "AES-256-CBC"), _KEYS),
    "AES-192 for the certificates": (("-certpbe", "AES-192-CBC"), _ALL),
    "Camellia-128": (("-keypbe", "CAMELLIA-128-CBC", "-certpbe", "CAMELLIA-128-CBC"), _ALL),
    "Camellia-256": (("-keypbe", "CAMELLIA-256-CBC", "-certpbe", "CAMELLIA-256-CBC"), _ALL),
    "SM4": (("-keypbe", "SM4-CBC", "-certpbe", "SM4-CBC"), _ALL),
    "3DES with PBES2": (("-keypbe", "DES-EDE3-CBC", "-certpbe", "DES-EDE3-CBC"), _ALL),
    "3DES with two keys": (("-legacy", "-keypbe", "PBE-SHA1-2DES"), _KEYS),
    "3DES": (("-legacy", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"), ""),
    "RC2-128": (("-legacy", "-certpbe", "PBE-SHA1-RC2-128"), ""),
    "RC4-128": (("-legacy", "-certpbe", "PBE-SHA1-RC4-128"), ""),
    "DES with MD5": (("-legacy", "-keypbe", "PBE-MD5-DES"), ""),
    "a MAC with MD5": (("-macalg", "md5"), _ALL),
    "a MAC with SHA-512": (("-macalg", "sha512"), ""),
    "a MAC with SHA-512/256": (("-macalg", "sha512-256"), ""),
    "a MAC with SHA3-256": (("-macalg", "sha3-256"), _ALL),
    "no MAC": (("-nomac",), ""),
}


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    return path


def exported(openssl: Tool, folder: Path, *options: str) -> Path:
    made = issue(CN="server", sans=["server.example"])
    pair = made.pair("server")
    assert pair.key is not None
    key, chain, path = folder / "key.der", folder / "chain.pem", folder / "made.p12"
    key.write_bytes(pair.key.pkcs8)
    openssl("pkey", "-inform", "der", "-in", key, "-out", folder / "key.pem")
    chain.write_text("".join(each.pem() for each in pair.chain))
    openssl("pkcs12", "-export", "-inkey", folder / "key.pem", "-in", chain, "-name", "server",
            "-out", path, "-passout", f"pass:{PASSWORD}", *options)  # fmt: skip
    return path


@pytest.mark.parametrize("name", PROTECTIONS)
def test_the_check_says_what_java_does(
    name: str, openssl: Tool, keytool: Tool, tmp_path: Path, password: Path, capsys: Any
) -> None:
    options, wanted = PROTECTIONS[name]
    path = exported(openssl, tmp_path, *options)
    access = ("-keystore", path, "-storepass", PASSWORD)
    listed = keytool("-list", *access, check=False)
    assert (listed.returncode != 0) is (wanted == _ALL), listed.stdout
    signed = keytool("-certreq", "-alias", "server", *access, check=False)
    assert (signed.returncode != 0) is bool(wanted), signed.stdout
    main(["check", str(path), "--password-file", str(password), "--json"])
    found = json.loads(capsys.readouterr().out)["findings"]
    told = [each["message"] for each in found if each["code"] == "invisible-to-java"]
    assert told == ([wanted] if wanted else [])


@pytest.mark.parametrize("name", PROTECTIONS)
def test_it_is_read_and_saved_as_it_was(
    name: str, openssl: Tool, tmp_path: Path, password: Path, capsys: Any
) -> None:
    path = exported(openssl, tmp_path, *PROTECTIONS[name][0])
    (entry,) = open_file(path, Password(PASSWORD)).store.key_pairs
    assert entry.key is not None
    alias = "other"
    assert main(["rename", str(path), entry.alias, alias, "--password-file", str(password)]) == 0
    shown = openssl("pkcs12", "-in", path, "-passin", f"pass:{PASSWORD}", "-nodes", "-legacy")
    assert "friendlyName: other" in shown.stdout
    assert shown.stdout.count("BEGIN PRIVATE KEY") == 1
    capsys.readouterr()


@pytest.mark.parametrize("name", [each for each, (_, told) in PROTECTIONS.items() if told])
def test_saved_with_current_algorithms_java_opens_it(
    name: str, openssl: Tool, keytool: Tool, tmp_path: Path, password: Path
) -> None:
    path = exported(openssl, tmp_path, *PROTECTIONS[name][0])
    out = tmp_path / "out.p12"
    done = main(["convert", str(path), str(out), "--format", "pkcs12", "--password-file",
                 str(password)])  # fmt: skip
    assert done == 0
    keytool("-list", "-keystore", out, "-storepass", PASSWORD)
    saved = open_file(out, Password(PASSWORD)).store
    assert (saved.closed_to_java, saved.keys_closed_to_java) == ((), ())
    save_store(saved, tmp_path / "again.p12")
