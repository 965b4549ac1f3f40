"""Revocation lists as CAs write them: what OpenSSL reads counts, though the library refuses it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from handfast.core.asn1.ber import der
from handfast.core.certificates.revocation_list import parse_list
from handfast.formats.pem.keys import armour
from tests.support.console import json_console

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

CA_KEY, LEAF_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
ALGORITHM = bytes.fromhex("300a06082a8648ce3d040302")
NOW = dt.datetime.now(dt.UTC)
LEAF_SERIAL = b"\x09"


def name(tag: int, value: bytes) -> bytes:
    """A common name."""
    return der(0x30, der(0x31, der(0x30, bytes.fromhex("0603550403") + der(tag, value))))


def moment(days: int, form: str = "%y%m%d%H%M%SZ", tag: int = 0x17) -> bytes:
    return der(tag, (NOW + dt.timedelta(days=days)).strftime(form).encode())


def signed(body: bytes) -> bytes:
    signature = CA_KEY.sign(der(0x30, body), ec.ECDSA(hashes.SHA256()))
    return der(0x30, der(0x30, body) + ALGORITHM + der(3, b"\0" + signature))


def certificate(subject: bytes, issuer: bytes, serial: bytes, key: Any, extension: bytes) -> bytes:
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    dates = der(0x30, moment(-1) + moment(90))
    head = bytes.fromhex("a003020102") + der(2, serial) + ALGORITHM + issuer + dates
    return signed(head + subject + public + der(0xA3, der(0x30, extension)))


def revocation_list(issuer: bytes, serial: bytes, dates: bytes) -> bytes:
    entry = der(0x30, der(2, serial) + moment(-1))
    return signed(bytes.fromhex("020101") + ALGORITHM + issuer + dates + der(0x30, entry))


CA_TRUE = der(0x30, bytes.fromhex("0603551d130101ff") + der(4, bytes.fromhex("30030101ff")))
FOR_HOST = der(0x30, bytes.fromhex("0603551d11") + der(4, der(0x30, der(0x82, b"odd.example"))))
DATES = moment(-1) + moment(30)
NAMES = {
    "as it should be": name(0x0C, b"Odd Root"),
    "characters that PrintableString does not have": name(0x13, "Wurzel_Ä*".encode("latin-1")),
    "a character that IA5String does not have": name(0x16, "Wurzel Ä".encode("latin-1")),
    "T61String": name(0x14, "Wurzel Ä".encode("latin-1")),
}


@pytest.fixture
def verify(tmp_path: Path, capsys: Any, monkeypatch: Any) -> Any:
    """Verify the leaf of a root of that name against a list; the JSON."""
    call = json_console(capsys, monkeypatch, tmp_path, "not needed")

    def run(issuer: bytes, listed: bytes) -> dict[str, Any]:
        leaf = certificate(name(0x0C, b"odd"), issuer, LEAF_SERIAL, LEAF_KEY, FOR_HOST)
        root = certificate(issuer, issuer, b"\x07", CA_KEY, CA_TRUE)
        for file, label, data in (
            ("leaf.pem", "CERTIFICATE", leaf),
            ("root.pem", "CERTIFICATE", root),
            ("list.crl", "X509 CRL", listed),
        ):
            (tmp_path / file).write_text(armour(label, data, "\n") + "\n", encoding="ascii")
        answer: dict[str, Any] = call(
            "verify", "leaf.pem", "--trust", "root.pem", "--hostname", "odd.example", "--crl",
            "list.crl",
        )[1]  # fmt: skip
        return answer

    return run


@pytest.mark.parametrize("what", NAMES)
def test_an_issuer_that_is_written_oddly(
    what: str, verify: Any, openssl: Tool, tmp_path: Path
) -> None:
    issuer = NAMES[what]
    for serial, ok, state in ((b"\x04", True, "good"), (LEAF_SERIAL, False, "revoked")):
        answer = verify(issuer, revocation_list(issuer, serial, DATES))
        assert (answer["ok"], answer["revocation"]) == (ok, state)
        # OpenSSL is of the same opinion.
        done = openssl(
            "verify", "-crl_check", "-CAfile", tmp_path / "root.pem", "-CRLfile",
            tmp_path / "list.crl", tmp_path / "leaf.pem", check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is ok, done.stderr


def test_a_list_of_another_name_or_key_says_nothing(verify: Any) -> None:
    issuer = NAMES["characters that PrintableString does not have"]
    other = revocation_list(name(0x13, "Anders_Ä".encode("latin-1")), LEAF_SERIAL, DATES)
    assert verify(issuer, other)["revocation"] == "unknown"
    listed = revocation_list(issuer, LEAF_SERIAL, DATES)
    forged = listed[:-1] + bytes((listed[-1] ^ 1,))
    answer = verify(issuer, forged)
    assert (answer["ok"], answer["revocation"]) == (True, "unknown")


def test_times_that_are_not_in_the_form_of_der(verify: Any) -> None:
    issuer = NAMES["as it should be"]
    dates = moment(-1, "%y%m%d%H%MZ") + moment(30, "%y%m%d%H%M%S+0000")
    answer = verify(issuer, revocation_list(issuer, LEAF_SERIAL, dates))
    assert (answer["ok"], answer["revocation"]) == (False, "revoked")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x00", b"\x30\x02\x30\x00", b"\x30\x80\x00\x00", bytes(range(40))],
)
def test_what_is_no_list(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_list(data)


def test_a_list_that_is_cut_off() -> None:
    whole = revocation_list(NAMES["T61String"], b"\x04", DATES)
    parse_list(whole)
    for length in range(len(whole)):
        with pytest.raises(ValueError, match=r".|"):
            parse_list(whole[:length])
