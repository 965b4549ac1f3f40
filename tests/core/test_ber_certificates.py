"""Certificates in BER: read, fingerprinted as openssl does, and kept byte for byte."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from handfast.core.asn1 import ber
from handfast.core.errors import Damaged
from handfast.core.store import Format
from handfast.services.files.saving import written
from tests.handshake.making import HOST, PASSWORD, store, trusting
from tests.handshake.peers.encodings import ENCODED

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from tests.support.tools import Tool

#: Those in which bytes follow inside a value, which nobody reads.
_NOT_READ = frozenset(("encoding: whole, trailing value", "encoding: body, trailing value"))
#: openssl writes what is beside the signed part again in DER as well, which Java leaves as it is.
_FINGERPRINTS_DIFFER = frozenset(
    ("encoding: algorithm, indefinite", "encoding: signature, padded length",
     "encoding: signature, segments")
)  # fmt: skip
_LEAVES = {
    name: build for name, build in ENCODED.items() if name.startswith("encoding") or "leaf" in name
}


def leaf_of(name: str) -> Certificate:
    case = _LEAVES[name]()
    keys = (case.server if case.side == "server" else case.client).keys
    assert keys is not None
    return keys.store.key_pairs[0].chain[0]


@pytest.mark.parametrize("name", sorted(set(_LEAVES) - _NOT_READ))
def test_it_is_read(name: str, openssl: Tool, tmp_path: Path) -> None:
    certificate = leaf_of(name)
    assert certificate.is_readable
    assert certificate.common_name == HOST
    assert certificate.san == (f"dns:{HOST}",)
    assert certificate.key_bits == 256
    assert certificate.not_after is not None
    if name in _FINGERPRINTS_DIFFER:
        return
    path = tmp_path / "made.cer"
    path.write_bytes(certificate.der)
    shown = openssl("x509", "-inform", "der", "-in", path, "-noout", "-fingerprint", "-sha256")
    assert shown.stdout.partition("=")[2].strip().replace(":", "").lower() == certificate.sha256


@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12, Format.PEM])
@pytest.mark.parametrize("name", sorted(_LEAVES))
def test_it_is_kept_byte_for_byte(name: str, wanted: Format) -> None:
    certificate = leaf_of(name)
    if wanted is Format.PEM and not certificate.is_sound:
        # In PEM it would be a block that is no certificate.
        return
    _, again = written(dataclasses.replace(trusting(certificate), format=wanted))
    assert [each.certificate.der for each in again.trusted] == [certificate.der]


def test_so_is_a_chain() -> None:
    case = _LEAVES["encoding: body, indefinite"]()
    assert case.server.keys is not None
    (pair,) = case.server.keys.store.key_pairs
    again = written(store(pair))[1]
    assert again.password == PASSWORD
    assert again.key_pairs[0].chain == pair.chain


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ("3080020105 0000", "3003020105"),
        ("308103020105", "3003020105"),
        ("30840000000302010500", "3003020105"),
        ("2c06 0c0161 0c0162 0000", "0c026162"),
        ("2480 040161 24030401620000", "04026162"),
        ("2308 03020001 03020402", "0303040102"),
        ("a080 3080 0000 0000", "a0023000"),
    ],
)
def test_lengths_and_segments(data: str, wanted: str) -> None:
    assert ber.in_der(bytes.fromhex(data), most=10) == bytes.fromhex(wanted)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80\x02\x01",
        b"\x30\x80\x02\x01\x05\x00",
        b"\x04\x80\x00\x00",
        b"\x30\x80" * 100 + b"\0\0" * 100,
        b"\x30\x0c" + b"\5\0" * 6,
    ],
)
def test_what_is_malformed_deep_or_long_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        ber.in_der(data, most=6)
