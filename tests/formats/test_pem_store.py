"""PEM as a store: keys of every form, whose certificates find them, and nothing lost on saving."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Damaged, HandfastError, InvalidInput, WouldLose, WrongPassword
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format, Integrity, Store
from handfast.formats.registry import read_store, unlock_entry, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import save_store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from tests.support.samples import Sample
    from tests.support.tools import Tool

PASSWORD = Password("pass phrase")
OTHER = Password("another one")


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="own", name="CN=own.example", key="rsa:2048"))


@pytest.fixture(scope="module")
def second() -> KeyPair:
    return make_pair(PairRequest(alias="second", name="CN=second.example", key="ec:P-256"))


def leaf(pair: KeyPair) -> Certificate:
    return pair.chain[0]


def key_text(
    pair: KeyPair, form: PrivateFormat = PrivateFormat.PKCS8, password: Password | None = None
) -> str:
    assert pair.key is not None
    how: Any = NoEncryption()
    if password is not None:
        how = BestAvailableEncryption(password.reveal().encode())
    return pair.key.load().private_bytes(Encoding.PEM, form, how).decode()


def read(text: str, password: Password | None = None, **own: Password) -> Store:
    return read_store(text.encode(), password, entry_passwords=own)


def saved(store: Store, tmp_path: Path, name: str = "saved.pem") -> tuple[Store, str]:
    path = tmp_path / name
    again = save_store(store, path, overwrite=True).store
    return again, path.read_bytes().decode()


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("password", [None, PASSWORD])
@pytest.mark.parametrize("which", ["pair", "second"])
def test_keys_of_every_form_find_their_certificate(
    form: PrivateFormat, password: Password | None, which: str, request: pytest.FixtureRequest
) -> None:
    wanted: KeyPair = request.getfixturevalue(which)
    other = request.getfixturevalue("second" if which == "pair" else "pair")
    text = leaf(other).pem() + leaf(wanted).pem() + key_text(wanted, form, password)
    store = read(text, password)
    assert (store.format, store.integrity) == (Format.PEM, Integrity.NONE)
    (found,) = store.key_pairs
    assert found.key is not None
    assert found.key.load().private_numbers() == wanted.key.load().private_numbers()  # type: ignore[union-attr]
    assert found.chain == wanted.chain
    assert found.alias == leaf(wanted).common_name
    assert [each.certificate for each in store.trusted] == [leaf(other)]
    assert any("unencrypted" in each for each in store.remarks) == (password is None)


@pytest.mark.parametrize(
    "arguments",
    [
        ("-des3",), ("-aes128",), ("-aes256",), ("-camellia192",), ("-aria256",),
    ],
)  # fmt: skip
def test_openssl_s_traditional_ciphers(
    pair: KeyPair, openssl: Tool, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    source = tmp_path / "key.pem"
    source.write_text(key_text(pair))
    made = openssl("rsa", "-in", source, "-traditional", *arguments,
                   "-passout", f"pass:{PASSWORD.reveal()}").stdout  # fmt: skip
    assert "DEK-Info" in made
    if arguments == ("-aria256",):
        # Not every cipher is known: the key is shown for what it is, and kept.
        (entry,) = read(made, PASSWORD).key_pairs
        assert entry.is_locked
        assert "ARIA-256" in entry.trouble
        return
    (entry,) = read(made, PASSWORD).key_pairs
    assert entry.key is not None
    assert entry.key.fits(leaf(pair).public_key_der)
    with pytest.raises(WrongPassword):
        read(made, OTHER)


@pytest.mark.parametrize(
    "arguments",
    [
        ("-v1", "PBE-MD5-DES", "-provider", "legacy", "-provider", "default"),
        ("-v1", "PBE-SHA1-3DES"),
        ("-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"),
        ("-v2", "des3"),
        ("-v2", "rc2", "-provider", "legacy", "-provider", "default"),
        ("-scrypt",),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_openssl_s_pkcs8_ciphers(
    pair: KeyPair, openssl: Tool, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    source = tmp_path / "key.pem"
    source.write_text(key_text(pair))
    made = openssl("pkcs8", "-topk8", "-in", source, *arguments,
                   "-passout", f"pass:{PASSWORD.reveal()}").stdout  # fmt: skip
    (entry,) = read(made, PASSWORD).key_pairs
    assert entry.key is not None
    assert entry.key.fits(leaf(pair).public_key_der)
    with pytest.raises(WrongPassword):
        read(made, OTHER)


def test_what_openssl_makes_of_a_pkcs12_file(
    sample_pkcs12: Sample, openssl: Tool, tmp_path: Path
) -> None:
    made = openssl("pkcs12", "-in", sample_pkcs12.path, "-passin", "pass:changeit",
                   "-passout", "pass:another one", check=False).stdout  # fmt: skip
    store = read(made, OTHER)
    source = read_store(sample_pkcs12.path.read_bytes(), Password("changeit"))
    assert {each.alias: each.chain for each in store.key_pairs} == {
        each.alias: each.chain for each in source.key_pairs
    }
    assert "partner" in {each.alias for each in store.trusted}
    assert all(not each.is_locked for each in store.key_pairs)
    # Without the password, the names in the comments say what belongs together.
    locked = read(made)
    assert {each.alias: each.chain for each in locked.key_pairs} == {
        each.alias: each.chain for each in source.key_pairs
    }
    again, _ = saved(store.without([store.get("old")]), tmp_path)
    assert {each.alias for each in again.key_pairs} == {"ca", "leaf", "edwards"}


def test_a_locked_key_keeps_the_only_leaf(pair: KeyPair, second: KeyPair) -> None:
    store = read(leaf(pair).pem() + key_text(pair, password=PASSWORD))
    (locked,) = store.key_pairs
    assert (locked.is_locked, locked.chain) == (True, pair.chain)
    opened = unlock_entry(store, locked, PASSWORD)
    assert (opened.is_locked, opened.password) == (False, PASSWORD)
    with pytest.raises(WrongPassword):
        unlock_entry(store, locked, OTHER)
    # Where the only certificate turns out to be another's, the key is shown without one.
    (guessed,) = read(leaf(second).pem() + key_text(pair, password=PASSWORD)).key_pairs
    assert unlock_entry(store, guessed, PASSWORD).chain == ()


def test_each_key_may_have_its_own_password(pair: KeyPair, second: KeyPair) -> None:
    text = "".join((
        leaf(pair).pem(), key_text(pair, password=PASSWORD),
        leaf(second).pem(), key_text(second, password=OTHER),
    ))  # fmt: skip
    store = read(text, PASSWORD)
    assert [each.is_locked for each in store.key_pairs] == [False, True]
    store = read(text, PASSWORD, any=OTHER)
    assert [each.password for each in store.key_pairs] == [None, OTHER]
    assert [each.chain for each in store.key_pairs] == [pair.chain, second.chain]


def test_chains_are_built_by_issuer(sample_jks: Sample, pair: KeyPair) -> None:
    source = read_store(sample_jks.path.read_bytes(), Password("changeit"))
    chained = source.get("leaf")
    assert isinstance(chained, KeyPair)
    issuer = chained.chain[1]
    store = read(issuer.pem() + leaf(pair).pem() + leaf(chained).pem() + key_text(chained))
    assert [each.chain for each in store.key_pairs] == [chained.chain]
    assert [each.certificate for each in store.trusted] == [leaf(pair)]


def test_one_name_for_several_is_made_unique(pair: KeyPair) -> None:
    store = read(3 * leaf(pair).pem())
    names = [each.alias for each in store.entries]
    assert names == ["own.example", "own.example-2", "own.example-3"]


def test_a_damaged_block_does_not_hide_the_rest(pair: KeyPair) -> None:
    broken = leaf(pair).pem()[:400] + "\n-----END CERTIFICATE-----\n"
    store = read(broken + leaf(pair).pem())
    assert [each.certificate.is_readable for each in store.trusted] == [False, True]
    with pytest.raises(Damaged) as alone:
        read("before\n" + broken)
    assert alone.value.offset == len("before\n")
    with pytest.raises(Damaged):
        read("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")


# --- writing -------------------------------------------------------------------------------------

MESSY = """Some words of the sender.

{certificate}# a remark\r
-----BEGIN CERTIFICATE REQUEST-----
MAA=
-----END CERTIFICATE REQUEST-----
{other}
-- the end without a line break"""


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_an_untouched_file_is_written_as_it_was(pair: KeyPair, second: KeyPair, codec: str) -> None:
    text = MESSY.format(certificate=leaf(pair).pem(), other=leaf(second).pem()) + "é"
    data = text.encode(codec)
    store = read_store(data)
    assert len(store.entries) == 2
    assert write_store(store) == data


def test_an_edit_leaves_the_rest_of_the_text_alone(
    pair: KeyPair, second: KeyPair, tmp_path: Path
) -> None:
    text = MESSY.format(certificate=leaf(pair).pem(), other=leaf(second).pem())
    store = read(text)
    again, written = saved(store.without([store.get("own.example")]), tmp_path)
    assert [each.alias for each in again.entries] == ["second.example"]
    assert written == text.replace(leaf(pair).pem().rstrip("\n"), "", 1)
    renamed = dataclasses.replace(store.get("own.example"), alias="müller 1")
    again, written = saved(store.with_replaced(store.get("own.example"), renamed), tmp_path)
    assert [each.alias for each in again.entries] == ["müller 1", "second.example"]
    for part in ("Some words", "# a remark", "MAA=", "-- the end without", leaf(pair).pem()):
        assert part in written


def test_pairs_and_certificates_come_back(
    pair: KeyPair, second: KeyPair, openssl: Tool, tmp_path: Path
) -> None:
    entries = (
        pair,
        dataclasses.replace(second, password=OTHER),
        # What a pair has already is trusted as well, and both are told apart again.
        TrustedCertificate(alias="Partner", certificate=leaf(pair)),
        TrustedCertificate(alias="own.example", certificate=leaf(second)),
    )
    store = Store(format=Format.PEM, entries=entries, password=PASSWORD)
    again, written = saved(store, tmp_path)
    assert [each.alias for each in again.entries] == ["own", "second", "Partner", "own.example"]
    assert written.count("ENCRYPTED PRIVATE KEY") == 4
    assert [each.password for each in again.key_pairs] == [None, OTHER]
    first = openssl("pkey", "-in", tmp_path / "saved.pem", "-passin", "pass:pass phrase", "-pubout")
    assert "PUBLIC KEY" in first.stdout
    # Once more, with a pair less: what only it needed goes with it.
    fewer, _ = saved(again.without([again.get("second")]), tmp_path)
    assert [each.alias for each in fewer.entries] == ["own", "Partner", "own.example"]


def test_a_chain_is_shared_and_not_written_twice(sample_jks: Sample, tmp_path: Path) -> None:
    source = read_store(sample_jks.path.read_bytes(), Password("changeit"))
    wanted = [source.get("leaf"), source.get("ca"), source.get("partner")]
    store = Store(format=Format.PEM, entries=tuple(wanted), password=PASSWORD)
    again, written = saved(store, tmp_path)
    # The leaf, its issuer, and the leaf once more as a certificate that is trusted.
    assert written.count("BEGIN CERTIFICATE") == 3
    assert [each.chain for each in again.entries] == [each.chain for each in wanted]
    fewer, _ = saved(again.without([again.get("leaf")]), tmp_path)
    assert {each.alias: each.kind for each in fewer.entries} == {
        "ca": "key-pair",
        "partner": "trusted-certificate",
    }


def test_a_key_follows_the_password_of_its_store(pair: KeyPair, tmp_path: Path) -> None:
    clear = read(leaf(pair).pem() + key_text(pair))
    sealed, written = saved(clear.with_password(PASSWORD), tmp_path)
    assert "ENCRYPTED" in written
    changed, _ = saved(sealed.with_password(OTHER), tmp_path)
    assert changed.key_pairs[0].key == pair.key
    with pytest.raises(WrongPassword):
        read_store((tmp_path / "saved.pem").read_bytes(), PASSWORD)
    _, written = saved(changed.with_password(None), tmp_path)
    assert "ENCRYPTED" not in written


def test_locked_keys_are_kept_through_an_edit(
    pair: KeyPair, second: KeyPair, tmp_path: Path
) -> None:
    sealed = key_text(pair, PrivateFormat.TraditionalOpenSSL, PASSWORD)
    store = read(leaf(pair).pem() + sealed)
    added = TrustedCertificate(alias="second.example", certificate=leaf(second))
    again, written = saved(store.with_entries([added]), tmp_path)
    assert sealed in written
    assert [(each.alias, each.is_locked) for each in again.entries] == [
        ("own.example", True),
        ("second.example", False),
    ]
    assert again.key_pairs[0].chain == pair.chain


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["clear", "sealed"])
def test_a_certificate_that_is_there_twice_is_kept_through_an_edit(
    pair: KeyPair, second: KeyPair, password: Password | None, tmp_path: Path
) -> None:
    # As in a file for several keys, each followed by its chain.
    text = "".join(
        [leaf(pair).pem(), "# again\n", leaf(pair).pem(), key_text(pair, password=password)]
    )
    store = read(text, password)
    assert [each.alias for each in store.entries] == ["own.example"]
    added = TrustedCertificate(alias="second.example", certificate=leaf(second))
    again, written = saved(store.with_entries([added]), tmp_path)
    assert written.startswith(text)
    assert [each.alias for each in again.entries] == ["own.example", "second.example"]
    # It goes with the pair that it stands behind.
    _, left = saved(again.without([again.get("own.example")]), tmp_path)
    assert leaf(pair).pem() not in left


def test_the_leaf_of_a_locked_key_may_be_trusted_as_well(
    pair: KeyPair, second: KeyPair, tmp_path: Path
) -> None:
    trusted = "Bag Attributes\n    friendlyName: anchor\n    Trusted key usage (Oracle): Any\n"
    named = "Bag Attributes\n    friendlyName: one\n"
    ours = f"{named}{key_text(pair, password=PASSWORD)}{named}{leaf(pair).pem()}"
    theirs = key_text(second, password=OTHER)
    store = read(f"{trusted}{leaf(pair).pem()}{ours}{theirs}")
    assert [each.alias for each in store.entries] == ["anchor", "one", "key"]
    added = TrustedCertificate(alias="more", certificate=leaf(second))
    pair_there = store.get("one")
    renamed = dataclasses.replace(pair_there, alias="other")
    for grown in (store.with_entries([added]), store.with_replaced(pair_there, renamed)):
        again, _ = saved(grown, tmp_path)
        locked = again.key_pairs[0]
        assert locked.is_locked
        assert locked.chain == pair.chain
        assert {each.alias for each in again.entries} == {each.alias for each in grown.entries}
        opened = unlock_entry(again, locked, PASSWORD)
        assert isinstance(opened, KeyPair)
        assert opened.key == pair.key


def test_what_pem_cannot_hold_is_said(pair: KeyPair) -> None:
    secret = SecretKey(alias="aes", algorithm="AES", material=SecretMaterial(bytes(16)))
    with pytest.raises(WouldLose) as lost:
        write_store(Store(format=Format.PEM, entries=(secret,)))
    assert "aes" in lost.value.losses[0]
    odd = dataclasses.replace(pair, alias="-----BEGIN CERTIFICATE-----")
    with pytest.raises(InvalidInput):
        write_store(Store(format=Format.PEM, entries=(odd,)))


def test_a_key_of_an_unknown_algorithm_is_kept(tmp_path: Path) -> None:
    pkcs8 = bytes.fromhex("3012020100300a06082a0304050607080904010a")[:20]
    store = Store(
        format=Format.PEM,
        entries=(KeyPair(alias="odd", chain=(), key=PrivateKey(pkcs8)),),
    )
    again, _ = saved(store, tmp_path)
    assert again.key_pairs[0].key == PrivateKey(pkcs8)
    assert again.key_pairs[0].chain == ()


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_altered_text_gives_a_store_or_a_typed_error(
    data: st.DataObject, pair: KeyPair, second: KeyPair
) -> None:
    text = MESSY.format(
        certificate=leaf(pair).pem() + key_text(pair, PrivateFormat.TraditionalOpenSSL, PASSWORD),
        other=leaf(second).pem() + key_text(second),
    )
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        if data.draw(st.booleans()):
            raw[at] = data.draw(st.integers(0, 255))
        else:
            del raw[at : at + data.draw(st.integers(1, 80))]
    try:
        store = read_store(bytes(raw), data.draw(st.sampled_from([None, PASSWORD])))
    except HandfastError as error:
        assert error.problem  # noqa: PT017 - either outcome is right
    else:
        if store.format is Format.PEM:
            assert write_store(store) == bytes(raw)


# --- PKCS#7 --------------------------------------------------------------------------------------


def bundle(pairs: list[KeyPair], encoding: Encoding) -> bytes:
    from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

    return serialize_certificates(
        [x509.load_der_x509_certificate(leaf(each).der) for each in pairs], encoding
    )


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_pkcs7_bundle_is_a_read_only_store(
    pair: KeyPair, second: KeyPair, encoding: Encoding
) -> None:
    data = bundle([pair, second, pair], encoding)
    store = read_store(data, PASSWORD)
    assert (store.format, store.integrity) == (Format.PKCS7, Integrity.NONE)
    names = {each.alias: each.certificate for each in store.trusted}
    assert set(names.values()) == {leaf(pair), leaf(second)}
    assert "own.example" in names
    with pytest.raises(HandfastError) as refused:
        write_store(store)
    assert refused.value.code == 5
    copied = Store(format=Format.PEM, entries=store.entries)
    assert len(read_store(write_store(copied)).entries) == len(store.entries)


def test_ber_of_indefinite_length_is_read(pair: KeyPair) -> None:
    data = bundle([pair], Encoding.DER)
    # The outermost value with an end mark instead of a length.
    head = 2 + (data[1] & 0x7F)
    assert read_store(b"\x30\x80" + data[head:] + b"\0\0").trusted[0].certificate == leaf(pair)
    with pytest.raises(Damaged):
        read_store(b"\x30\x80" + data[head:-40])


def test_bad_pkcs7_is_told(pair: KeyPair) -> None:
    data = bundle([pair], Encoding.DER)
    for cut in (60, len(data) // 2, len(data) - 1):
        with pytest.raises(HandfastError) as refused:
            read_store(data[:cut])
        assert refused.value.code == 4


CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
ENCRYPTED = (
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
    "DEK-Info: DES-CBC,0011223344556677\n\nAAAAAAAAAAA=\n-----END RSA PRIVATE KEY-----\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "-" * 1_000_000,
        CERTIFICATE + "-" * 1_000_000,
        "-----BEGIN" + " " * 1_000_000,
        "-----BEGIN " + "A " * 500_000,
        "-----BEGIN A" * 80_000,
        "-----BEGIN A-----" + "-----END " * 100_000,
        "A" * 60 + " " * 1_000_000 + "!",
        CERTIFICATE + " " * 1_000_000 + "friendlyName",
        ENCRYPTED * 5_000,
        ("friendlyName: x\n" * 20 + CERTIFICATE) * 2_000,
        "name" + " " * 1_000_000 + "=",
    ],
    ids=range(11),
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    start = time.process_time()
    with pytest.raises(HandfastError):
        read(text, PASSWORD)
    # Unbounded, these expressions would take hours.
    assert time.process_time() - start < 2
