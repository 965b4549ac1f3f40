"""Keys in a text and their certificates, where one of the two does not say which is the other's."""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from handfast.core.asn1.ber import OID, SEQUENCE, der, der_integer, der_oid
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair
from handfast.core.errors import Damaged, WouldLose, WrongPassword
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.formats.registry import read_store, unlock_entry
from handfast.services.exchange.converting import convert
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD = Password("pass phrase")


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))


def inherited(alias: str) -> KeyPair:
    """A DSA pair whose certificate leaves the parameters to its issuer (RFC 3279, 2.3.2)."""
    made = issue(CN=f"{alias}.example")
    key = dsa.generate_private_key(1024)
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    value = der(0x03, b"\0" + der_integer(key.public_key().public_numbers().y))
    bare = der(SEQUENCE, der(SEQUENCE, der_oid("1.2.840.10040.4.1")), value)
    before = made.certificate.public_key_der
    body, rest = _split(made.certificate.der)
    assert body.count(before) == 1
    altered = der(SEQUENCE, der(SEQUENCE, body.replace(before, bare)), rest)
    return KeyPair(alias=alias, chain=(Certificate(altered),), key=PrivateKey(pkcs8))


def unknown(alias: str) -> KeyPair:
    """A pair of an algorithm that no library knows."""
    number = sum(alias.encode()) % 256
    algorithm = der(SEQUENCE, der_oid("1.3.6.1.4.1.99999.1"))
    pkcs8 = der(SEQUENCE, der_integer(0), algorithm, der(0x04, bytes([number] * 40)))
    return KeyPair(
        alias=alias,
        chain=(issue(CN=f"{alias}.example").certificate,),
        key=PrivateKey(pkcs8),
    )


def swapped(alias: str) -> KeyPair:
    """A key with the certificate of another one, as hand-made Java stores have it."""
    key = ec.generate_private_key(ec.SECP256R1())
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return dataclasses.replace(unknown(alias), key=PrivateKey(pkcs8))


def _split(certificate: bytes) -> tuple[bytes, bytes]:
    """What is signed, without its header, and what follows it."""
    from handfast.core.certificates.summary import span

    _, outer, end = span(certificate, 0)
    _, inside, after = span(certificate, outer)
    return certificate[inside:after], certificate[after:end]


@pytest.mark.parametrize("make", [inherited, unknown, swapped])
@pytest.mark.parametrize("password", [None, PASSWORD], ids=["clear", "encrypted"])
def test_pairs_that_only_the_file_ties_together_come_back(
    make: Callable[[str], KeyPair], password: Password | None, tmp_path: Path
) -> None:
    pairs = [make("first"), make("second")]
    store = new_store(Format.JKS, PASSWORD).with_entries(pairs)
    conversion = convert(store, Format.PEM, password)
    assert conversion.losses == ()
    path = tmp_path / "made.pem"
    save_store(conversion.store, path)
    again = read_store(path.read_bytes(), password)
    assert [(e.alias, e.chain, e.key) for e in again.key_pairs] == [
        (e.alias, e.chain, e.key) for e in pairs
    ]
    assert again.trusted == ()
    # And with one gone, the other's certificate is still its own.
    left = again.without([again.get("first")])
    save_store(left, tmp_path / "left.pem")
    (one,) = read_store((tmp_path / "left.pem").read_bytes(), password).entries
    assert (one.alias, one.chain) == ("second", pairs[1].chain)
    if password is None:
        return
    locked = read_store(path.read_bytes())
    opened = unlock_entry(locked, locked.key_pairs[0], password)
    assert isinstance(opened, KeyPair)
    assert opened.chain == pairs[0].chain


def test_a_name_alone_does_not_give_a_key_the_certificate_of_another(pair: KeyPair) -> None:
    other = swapped("own")
    assert other.key is not None
    assert pair.key is not None
    key = other.key.load().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    name = "Bag Attributes\n    friendlyName: same\n"
    text = name + pair.chain[0].pem() + name + key.decode()
    store = read_store(text.encode())
    assert store.key_pairs[0].chain == ()
    assert [each.certificate for each in store.trusted] == list(pair.chain)


def test_a_damaged_key_does_not_hide_its_certificate(pair: KeyPair) -> None:
    ruined = "-----BEGIN PRIVATE KEY-----\nbm8ga2V5IGF0IGFsbA==\n-----END PRIVATE KEY-----\n"
    store = read_store((pair.chain[0].pem() + ruined).encode())
    assert pair.chain[0] in [each for entry in store.entries for each in entry.chain]
    (found,) = store.key_pairs
    assert found.is_locked
    assert "damaged" in found.trouble
    with pytest.raises(Damaged):
        read_store(ruined.encode())


@pytest.mark.parametrize("arguments", [("-des3", "-traditional"), ("-aes256",)])
def test_a_key_that_is_cut_short_is_damaged_and_not_of_another_password(
    pair: KeyPair, openssl: Tool, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    assert pair.key is not None
    plain = tmp_path / "plain.pem"
    plain.write_bytes(
        pair.key.load().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    how = [*arguments, "-passout", f"pass:{PASSWORD.reveal()}"]
    text = openssl(
        "pkey" if len(arguments) == 1 else "ec", "-in", plain, *how[:1], *how[-2:]
    ).stdout
    assert read_store(text.encode(), PASSWORD).key_pairs[0].key is not None
    with pytest.raises(WrongPassword):
        read_store(text.encode(), Password("another"))
    lines = text.splitlines()
    for count in (4, 8):
        lines[-2] = lines[-2].rstrip("=")[:-count]
        with pytest.raises(Damaged):
            read_store("\n".join(lines).encode(), PASSWORD)


@pytest.mark.parametrize("kind", ["EC", "DSA"])
def test_parameters_that_a_key_repeats_are_no_loss(
    kind: str, openssl: Tool, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    if kind == "EC":
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", path)
    else:
        openssl("dsaparam", "-genkey", "-out", path, "1024")
    text = path.read_text()
    assert f"BEGIN {kind} PARAMETERS" in text
    store = read_store(text.encode())
    assert any("set of parameters" in each for each in store.remarks)
    conversion = convert(store, Format.PKCS12, PASSWORD)
    assert conversion.losses == ()
    assert conversion.store.key_pairs[0].key == store.key_pairs[0].key
    # Of another curve, or a group of Diffie-Hellman, nothing else in the file says the same.
    for label, block in (
        ("EC", der(OID, der_oid("1.3.132.0.34")[2:])),
        ("DH", der(SEQUENCE, der_integer(23), der_integer(5))),
    ):
        more = f"-----BEGIN {label} PARAMETERS-----\n{base64.b64encode(block).decode()}\n"
        data = (text + more + f"-----END {label} PARAMETERS-----\n").encode()
        with pytest.raises(WouldLose):
            convert(read_store(data), Format.PKCS12, PASSWORD).check()


def test_a_key_without_a_certificate_says_its_size() -> None:
    for request, bits in (("rsa:2048", 2048), ("ec:P-384", 384), ("ed25519", 256)):
        made = make_pair(PairRequest(alias="own", name="CN=own.example", key=request))
        assert dataclasses.replace(made, chain=()).bits == bits
    assert dataclasses.replace(unknown("odd"), chain=()).bits is None
    assert dataclasses.replace(made, chain=(), key=None).bits is None


def test_a_key_of_a_standard_that_no_library_here_knows_has_its_name() -> None:
    """FIPS 205, whose keys OpenSSL 3.5 and Erlang write."""
    algorithm = der(SEQUENCE, der_oid("2.16.840.1.101.3.4.3.20"))
    block = base64.b64encode(der(SEQUENCE, der_integer(0), algorithm, der(0x04, bytes(64))))
    text = f"-----BEGIN PRIVATE KEY-----\n{block.decode()}\n-----END PRIVATE KEY-----\n"
    (found,) = read_store(text.encode()).key_pairs
    assert (found.algorithm, found.bits) == ("SLH-DSA-SHA2-128S", None)
    assert unknown("odd").key is not None
    assert dataclasses.replace(unknown("odd"), chain=()).algorithm == "1.3.6.1.4.1.99999.1"


def test_a_store_of_none_of_these_is_as_before(pair: KeyPair, tmp_path: Path) -> None:
    store = Store(format=Format.PEM, entries=(pair,))
    save_store(store, tmp_path / "plain.pem")
    assert "localKeyID" not in (tmp_path / "plain.pem").read_text()
