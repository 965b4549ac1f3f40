"""Texts that are no proper PEM, opened all the same, and added to."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from handfast.core.password import Password
from handfast.formats.registry import read_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store
    from tests.support.tools import Tool

PASSWORD = Password("pass phrase")
PAIR = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
OTHER = make_pair(PairRequest(alias="other", name="CN=other.example", key="ec:P-256"))
TRADITIONAL, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8


def added_to(store: Store, path: Path) -> Store:
    more = import_certificates(store, [(OTHER.chain[0], "one-more")])
    save_store(more, path)
    again = open_file(path, PASSWORD).store
    assert again.get("one-more").chain == OTHER.chain
    return again.without([again.get("one-more")])


@pytest.mark.parametrize(
    ("form", "password"),
    [(PKCS8, None), (TRADITIONAL, None), (PKCS8, PASSWORD)],
    ids=["PKCS#8", "SEC 1", "encrypted"],
)
def test_a_key_in_base64_that_stands_alone_is_armoured_when_something_is_added(
    form: PrivateFormat, password: Password | None, openssl: Tool, tmp_path: Path
) -> None:
    how: Any = NoEncryption()
    if password is not None:
        how = BestAvailableEncryption(password.reveal().encode())
    assert PAIR.key is not None
    raw = PAIR.key.load().private_bytes(Encoding.DER, form, how)
    data = base64.b64encode(raw)
    path = tmp_path / "key.txt"
    path.write_bytes(data)
    store = open_file(path, PASSWORD).store
    (pair,) = store.key_pairs
    assert pair.key is not None
    assert pair.key.fits(PAIR.chain[0].public_key_der)
    save_store(store, tmp_path / "same.txt")
    assert (tmp_path / "same.txt").read_bytes() == data
    again = added_to(store, tmp_path / "more.txt")
    assert again.key_pairs[0].key == pair.key
    shown = openssl("pkey", "-in", tmp_path / "more.txt", "-passin", "pass:pass phrase").stdout
    assert shown == PAIR.key.load().private_bytes(Encoding.PEM, PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("odd", [b"\0", b"\xff", b"\xff\xff\xff\0", b"\0\xfe"], ids=repr)
@pytest.mark.parametrize("ended", [True, False], ids=["ended", "cut short"])
@pytest.mark.parametrize("length", [0, 1], ids=["even", "odd"])
def test_bytes_that_are_no_text_are_kept_when_something_is_added(
    odd: bytes, length: int, tmp_path: Path, *, ended: bool
) -> None:
    text = PAIR.chain[0].pem().encode()
    if not ended:
        text = text[: text.index(b"-----END")]
    data = b"#" * length + text[:90] + odd + text[90:]
    store = read_store(data + b"." * ((len(data) + length) % 2), None)
    assert [entry.chain for entry in store.entries] == [PAIR.chain]
    again = added_to(store, tmp_path / "more.pem")
    assert again.entries == store.entries
    assert odd in (tmp_path / "more.pem").read_bytes()


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_text_of_two_bytes_without_a_mark_stays_so(codec: str, tmp_path: Path) -> None:
    data = f"# Zertifikat für grüne\n{PAIR.chain[0].pem()}".encode(codec)
    path = tmp_path / "more.pem"
    added_to(read_store(data, None), path)
    assert path.read_bytes().decode(codec).startswith("# Zertifikat für grüne\n")
