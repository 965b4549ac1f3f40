"""A private key in the place of a certificate, in a crafted keystore, leaves by no way out."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from handfast.cli.main import main
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import HandfastError
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.exchange.export import ExportFlow
from handfast.flows.target import OpenStore
from handfast.formats.registry import write_store
from handfast.services.describe.certificate import describe_certificate
from handfast.services.exchange.exporting import encode_certificates
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "long enough"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
GOOD = issue(CN="good").certificate.der


def key(of: Any, form: PrivateFormat, seal: Any = None) -> bytes:
    found: bytes = of.private_bytes(Encoding.DER, form, seal or NoEncryption())
    return found


def sequence(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return b"\x30\x82" + len(body).to_bytes(2, "big") + body


RSA_KEY = key(RSA, PrivateFormat.PKCS8)
SECRETS = {
    "PKCS#8, RSA": RSA_KEY,
    "PKCS#8, EC": key(EC, PrivateFormat.PKCS8),
    "PKCS#1": key(RSA, PrivateFormat.TraditionalOpenSSL),
    "SEC1": key(EC, PrivateFormat.TraditionalOpenSSL),
    "PKCS#8, encrypted": key(RSA, PrivateFormat.PKCS8, BestAvailableEncryption(b"x" * 8)),
    "a key wrapped like a certificate": sequence(RSA_KEY, b"\x30\x00", b"\x03\x01\x00"),
    "a key in a sequence": sequence(RSA_KEY),
    "PEM": RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    "raw bytes": EC.private_numbers().private_value.to_bytes(32, "big"),
    "nothing": b"",
}
ENCODINGS = ("der", "pem", "pkcs7")
EVERY = pytest.mark.parametrize("what", SECRETS)


def crafted(folder: Path, secret: bytes) -> Path:
    """A JKS keystore with the secret as a trusted certificate and as a chain."""
    pair = make_pair(PairRequest(alias="pair", name="CN=pair", key="ec:P-256"))
    wrong = Certificate(secret)
    store = new_store(Format.JKS, Password(PASSWORD)).with_entries(
        [
            TrustedCertificate(alias="trusted", certificate=wrong),
            KeyPair(alias="leaf", chain=(wrong,), key=pair.key),
            KeyPair(alias="issuer", chain=(pair.chain[0], wrong), key=pair.key),
        ]
    )
    path = folder / "crafted.jks"
    path.write_bytes(write_store(store))
    return path


def holds(secret: bytes, text: str) -> bool:
    """Whether any stretch of the secret is in a text, in Base64 or in hexadecimal digits."""
    bare = text.replace("\n", "").replace(" ", "").replace(":", "").lower()
    encoded = base64.b64encode(secret).decode().lower()
    return bool(secret) and (secret.hex()[-40:] in bare or encoded[8:48] in bare)


@EVERY
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_service_refuses(what: str, encoding: str) -> None:
    with pytest.raises(HandfastError, match="not a certificate"):
        encode_certificates([Certificate(SECRETS[what])], encoding)


@EVERY
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_console_writes_nothing(
    what: str, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    path = crafted(tmp_path, SECRETS[what])
    out = tmp_path / "out"
    for alias, chain in (("trusted", ()), ("leaf", ()), ("issuer", ("--chain",))):
        if chain and encoding == "der":
            continue
        export = ("export", str(path), "--alias", alias, "--encoding", encoding, *chain, "--out")
        assert main([*export, str(out)]) == 4
        assert not out.exists()
        assert main([*export, "-"]) == 4
        assert capfdbinary.readouterr().out == b""


@EVERY
def test_show_prints_nothing_of_it(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    path = crafted(tmp_path, SECRETS[what])
    for options in (("--pem",), ("--json",), ()):
        main(["show", str(path), "--alias", "trusted", *options])
        told = capsys.readouterr().out
        assert not holds(SECRETS[what], told)
        if options == ("--json",):
            (entry,) = json.loads(told)["entries"]
            assert entry["chain"][0]["pem"] == ""


@EVERY
def test_the_wizard_writes_nothing(what: str, tmp_path: Path) -> None:
    from handfast.services.files.opening import open_file

    path = crafted(tmp_path, SECRETS[what])
    store = open_file(path, Password(PASSWORD)).store
    out = tmp_path / "out.cer"
    flow = ExportFlow(stores=[OpenStore.of_file(path, store)], chosen=["trusted"])
    flow.update(path=str(out))
    with pytest.raises(HandfastError, match="not a certificate"):
        flow.run()
    assert not out.exists()


@EVERY
def test_nothing_to_copy_is_made_of_it(what: str) -> None:
    wrong = Certificate(SECRETS[what])
    assert wrong.public_pem() == ""
    assert not wrong.is_sound


#: Java and OpenSSL pass over what is behind a certificate, and so do we.
BEHIND = GOOD + RSA_KEY


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_behind_a_certificate_does_not_leave_with_it(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    path, out = crafted(tmp_path, BEHIND), tmp_path / "out"
    alone = encode_certificates([Certificate(GOOD)], encoding)
    assert encode_certificates([Certificate(BEHIND)], encoding) == alone
    for alias in ("trusted", "leaf"):
        export = ("export", str(path), "--alias", alias, "--encoding", encoding, "--force", "--out")
        assert main([*export, str(out)]) == 0
        assert out.read_bytes() == alone


def test_nor_is_it_shown_or_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    path = crafted(tmp_path, BEHIND)
    assert Certificate(BEHIND).public_pem() == Certificate(GOOD).public_pem()
    assert Certificate(BEHIND).sha256 == Certificate(GOOD).sha256
    for options in (("--pem",), ("--json",), ()):
        main(["show", str(path), *options])
        assert not holds(RSA_KEY, capsys.readouterr().out)


def test_what_no_library_reads_but_is_a_certificate_leaves() -> None:
    odd = Certificate(GOOD.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"))
    assert not odd.is_readable
    assert encode_certificates([odd], "der") == odd.der
    assert odd.public_pem().startswith("-----BEGIN CERTIFICATE-----")


def test_a_certificate_that_was_cut_short_is_still_shown_to_be_looked_at() -> None:
    cut = Certificate(GOOD[:-20])
    titles = [section.title for section in describe_certificate(cut)]
    assert "Content as it is in the file" in titles
    with pytest.raises(HandfastError, match="not a certificate"):
        encode_certificates([cut], "der")
