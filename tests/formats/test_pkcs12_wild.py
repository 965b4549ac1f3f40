"""PKCS#12 as it is met in the wild, put together bag by bag, read, changed and read again."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from handfast.core.asn1.ber import children, der, der_integer, der_oid, read
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import Damaged, Unsupported, WrongPassword
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Integrity, Store
from handfast.formats.crypto.protection import COMPATIBLE, MODERN, Scheme, seal, seal_key
from handfast.formats.pkcs12.model import Native
from handfast.formats.registry import read_store, write_store
from handfast.services.checks.store_checks import check_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from tests.support import pfx

PASSWORD = "müller"
RIGHT, WRONG = Password(PASSWORD), Password("muller")
AS_BMP = PASSWORD.encode("utf-16-be") + b"\0\0"
#: What a program makes of it that takes the bytes of UTF-8 for characters.
MISTAKEN = PASSWORD.encode().decode("latin-1")
QUICK = dataclasses.replace(COMPATIBLE, iterations=pfx.ROUNDS)
UNKNOWN = der(0x30, der_integer(0), der(0x30, der_oid("1.3.6.1.4.1.99999.7")), pfx.octets(b"key"))


def made(alias: str, kind: str = "ec:P-256") -> KeyPair:
    return make_pair(PairRequest(alias=alias, name=f"CN={alias}", key=kind))


PAIR, OTHER = made("pair"), made("other")


def key_of(pair: KeyPair) -> bytes:
    assert pair.key is not None
    return pair.key.pkcs8


def leaf_of(pair: KeyPair) -> bytes:
    return pair.chain[0].der


def with_one_more(store: Store) -> Store:
    """Written with another trusted certificate and read again."""
    more = import_certificates(store, [(OTHER.chain[0], "one-more")])
    own = {e.alias: e.password for e in store.key_pairs if e.password is not None}
    again = read_store(write_store(more), store.password, entry_passwords=own)
    assert [e.alias for e in again.entries if e.alias == "one-more"] == ["one-more"]
    return again.without([again.get("one-more")])


def bags_of(store: Store) -> list[bytes]:
    assert isinstance(store.native, Native)
    return [bag.raw for part in store.native.parts for bag in part.bags]


# --- passwords and their spellings ---------------------------------------------------------------


@pytest.mark.parametrize("word", [b"\0\0", b""], ids=["two zero bytes", "no bytes"])
@pytest.mark.parametrize("key_word", [b"\0\0", b""], ids=["the key alike", "the key otherwise"])
def test_the_empty_password_in_both_its_spellings(word: bytes, key_word: bytes) -> None:
    empty = Password("")
    sealed = seal_key(QUICK, key_of(PAIR), empty, encoding_index=0 if key_word else 1)
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.SHROUDED, sealed, pfx.key_id(b"1"))),
        pfx.part(pfx.certificate(leaf_of(PAIR), pfx.key_id(b"1"))),
        mac=pfx.sha1_mac(word),
    )
    store = read_store(data, empty)
    assert store.key_pairs[0].key == PAIR.key
    assert write_store(store) == data
    again = with_one_more(store)
    assert again.entries == store.entries
    assert isinstance(again.native, Native)
    assert again.native.spelling == (0 if word else 1)
    with pytest.raises(WrongPassword):
        read_store(data, RIGHT)


@pytest.mark.parametrize("text", [PASSWORD, MISTAKEN], ids=["right", "mistaken"])
def test_a_password_beyond_ascii_also_as_some_tools_mistake_it(text: str) -> None:
    word = text.encode("utf-16-be") + b"\0\0"
    algorithm, sealed = seal(QUICK, der(0x30, pfx.certificate(leaf_of(OTHER))), Password(text))
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.SHROUDED, seal_key(QUICK, key_of(PAIR), Password(text)))),
        pfx.sealed_part(algorithm, sealed),
        mac=pfx.sha1_mac(word),
    )
    store = read_store(data, RIGHT)
    assert store.integrity is Integrity.VERIFIED
    assert store.key_pairs[0].key == PAIR.key
    # Whoever made it still opens what was changed, spelled as it was.
    assert with_one_more(store).entries == store.entries
    more = import_certificates(store, [(OTHER.chain[0], "one-more")])
    assert len(read_store(write_store(more), Password(text)).entries) == len(more.entries)
    with pytest.raises(WrongPassword):
        read_store(data, WRONG)


def test_another_password_is_spelled_right() -> None:
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.SHROUDED, seal_key(QUICK, key_of(PAIR), Password(MISTAKEN)))),
        mac=pfx.sha1_mac(MISTAKEN.encode("utf-16-be") + b"\0\0"),
    )
    store = read_store(data, RIGHT).with_password(Password("grün"))
    again = read_store(write_store(store), Password("grün"))
    assert again.key_pairs[0].key == PAIR.key
    assert isinstance(again.native, Native)
    assert again.native.spelling == 0


# --- integrity -----------------------------------------------------------------------------------


def test_pbmac1_is_read_and_made_anew() -> None:
    data = pfx.pfx(pfx.part(pfx.bag(pfx.KEY, key_of(PAIR))), mac=pfx.pbmac1(PASSWORD))
    store = read_store(data, RIGHT)
    assert store.integrity is Integrity.VERIFIED
    assert "PBMAC1" in store.protection
    again = with_one_more(store)
    assert "PBMAC1" in again.protection
    with pytest.raises(WrongPassword):
        read_store(data, WRONG)
    short = pfx.pfx(pfx.part(pfx.bag(pfx.KEY, key_of(PAIR))), mac=pfx.pbmac1(PASSWORD, size=16))
    with pytest.raises(Damaged):
        read_store(short, RIGHT)


def test_parts_of_different_protection_stay_as_they_are() -> None:
    def sealed(scheme: Scheme, password: Password, *bags: bytes) -> bytes:
        return pfx.sealed_part(*seal(scheme, der(0x30, *bags), password))

    modern = dataclasses.replace(MODERN, iterations=pfx.ROUNDS)
    data = pfx.pfx(
        sealed(QUICK, RIGHT, pfx.certificate(leaf_of(PAIR), pfx.name("old"))),
        sealed(modern, RIGHT, pfx.certificate(leaf_of(OTHER), pfx.name("new"), pfx.TRUSTED)),
        sealed(QUICK, WRONG, pfx.certificate(leaf_of(OTHER), pfx.name("not ours"))),
        mac=pfx.sha1_mac(AS_BMP),
    )
    store = read_store(data, RIGHT)
    assert [entry.alias for entry in store.entries] == ["old", "new"]
    assert any("another password" in remark for remark in store.remarks)
    assert isinstance(store.native, Native)
    parts = [(part.scheme, part.is_opaque) for part in store.native.parts]
    assert [(scheme and scheme.cipher, opaque) for scheme, opaque in parts] == [
        ("3DES", False),
        ("AES", False),
        (None, True),
    ]
    again = with_one_more(store)
    assert again.entries == store.entries
    assert isinstance(again.native, Native)
    assert [(part.scheme, part.is_opaque) for part in again.native.parts] == parts
    assert again.native.parts[2].raw == store.native.parts[2].raw
    with pytest.raises(WrongPassword):
        read_store(data, WRONG)


def test_ber_of_indefinite_lengths_is_read_and_kept() -> None:
    plain = pfx.pfx(
        pfx.part(pfx.bag(pfx.KEY, key_of(PAIR), pfx.key_id(b"12345678901"))),
        pfx.part(pfx.certificate(leaf_of(PAIR), pfx.key_id(b"12345678901"), pfx.name("pair"))),
    )
    data = pfx.indefinite(plain)
    assert data != plain
    store = read_store(data, RIGHT)
    assert [each.key for each in store.key_pairs] == [PAIR.key]
    assert store.key_pairs[0].chain == PAIR.chain
    assert write_store(store) == data
    assert with_one_more(store).entries == store.entries
    with pytest.raises(Damaged):
        read_store(data[:-3], RIGHT)


# --- bags ----------------------------------------------------------------------------------------


def test_bags_in_bags_are_seen_and_changed_where_they_are() -> None:
    tied = pfx.key_id(b"1")
    data = pfx.pfx(
        pfx.part(
            pfx.nested(
                pfx.bag(pfx.KEY, key_of(PAIR), tied, pfx.name("deep")),
                pfx.nested(pfx.certificate(leaf_of(PAIR), tied)),
            ),
            pfx.nested(pfx.certificate(leaf_of(OTHER), pfx.name("there"), pfx.TRUSTED)),
        )
    )
    store = read_store(data, None)
    deep, there = store.entries
    assert (deep.alias, deep.kind, deep.chain) == ("deep", "key-pair", PAIR.chain)
    assert (there.alias, there.kind) == ("there", "trusted-certificate")
    assert store.carried == 0
    assert write_store(store) == data
    renamed = store.with_replaced(there, dataclasses.replace(there, alias="elsewhere"))
    again = read_store(write_store(renamed), None)
    assert [entry.alias for entry in again.entries] == ["deep", "elsewhere"]
    assert bags_of(again)[0] == bags_of(store)[0]
    assert len(bags_of(again)) == 2
    gone = read_store(write_store(store.without([deep])), None)
    assert [entry.alias for entry in gone.entries] == ["there"]
    assert bags_of(gone) == bags_of(store)[1:]


def test_bags_nested_deeper_than_anybody_does_are_carried_along() -> None:
    deep = pfx.certificate(leaf_of(PAIR))
    for _ in range(9):
        deep = pfx.nested(deep)
    data = pfx.pfx(pfx.part(deep, pfx.certificate(leaf_of(OTHER), pfx.name("seen"))))
    store = read_store(data, None)
    assert [entry.alias for entry in store.entries] == ["seen"]
    assert store.carried == 1
    assert bags_of(with_one_more(store))[0] == deep


def test_what_is_no_entry_is_carried_along_with_its_attributes() -> None:
    odd = pfx.attribute("1.3.6.1.4.1.311.17.1", der(0x1E, "Provider".encode("utf-16-be")))
    revoked = der(0x30, der_oid(pfx.X509_LIST), der(0xA0, pfx.octets(b"0\0")))
    others = [
        pfx.bag(pfx.REVOCATIONS, revoked, pfx.name("crl")),
        pfx.certificate(b"(certificate)", pfx.name("sdsi"), kind=pfx.SDSI),
        pfx.bag(pfx.BAGS + "99", pfx.octets(b"whatever"), odd),
        b"\x30\x03\x02\x01\x07",
    ]
    seen = pfx.certificate(leaf_of(OTHER), odd, pfx.name("seen"), pfx.TRUSTED)
    data = pfx.pfx(pfx.part(*others, seen))
    store = read_store(data, None)
    assert [entry.alias for entry in store.entries] == ["seen"]
    assert store.carried == len(others)
    assert any("4 items" in remark for remark in store.remarks)
    assert bags_of(with_one_more(store))[:5] == [*others, seen]
    # A name that changes takes nothing else along.
    renamed = store.with_replaced(
        store.entries[0], dataclasses.replace(store.entries[0], alias="new")
    )
    written = write_store(renamed)
    assert odd in written
    assert pfx.TRUSTED in written
    assert bags_of(read_store(written, None))[:4] == others


def test_a_certificate_that_java_would_not_show_is_said_so_and_mended() -> None:
    data = pfx.pfx(pfx.part(pfx.certificate(leaf_of(OTHER), pfx.name("unseen"))))
    store = read_store(data, None)
    (entry,) = store.entries
    assert isinstance(entry, TrustedCertificate)
    assert not entry.is_visible_to_java
    assert "invisible-to-java" in {finding.code for finding in check_store(store)}
    mended = store.with_replaced(entry, dataclasses.replace(entry, is_visible_to_java=True))
    written = write_store(mended)
    assert pfx.TRUSTED in written
    again = read_store(written, None)
    assert "invisible-to-java" not in {finding.code for finding in check_store(again)}


def test_names_that_are_missing_or_there_twice() -> None:
    certificates = [made(f"c{number}").chain[0].der for number in range(4)]
    data = pfx.pfx(
        pfx.part(
            pfx.certificate(certificates[0], pfx.name("twice"), pfx.TRUSTED),
            pfx.certificate(certificates[1], pfx.name("twice"), pfx.TRUSTED),
            pfx.certificate(certificates[2], pfx.TRUSTED),
            pfx.certificate(certificates[3], pfx.name(""), pfx.TRUSTED),
        )
    )
    store = read_store(data, None)
    assert [entry.alias for entry in store.entries] == ["twice", "twice", "1", ""]
    assert [entry.chain[0].der for entry in store.entries] == certificates
    again = with_one_more(store)
    assert again.entries == store.entries
    second = store.without([store.entries[1]])
    assert [e.chain[0].der for e in read_store(write_store(second), None).entries] == [
        certificates[0],
        *certificates[2:],
    ]


def test_a_second_copy_of_a_leaf_is_not_dropped() -> None:
    tied = pfx.key_id(b"1")
    copy = pfx.certificate(leaf_of(PAIR), tied, pfx.name("a copy"))
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.KEY, key_of(PAIR), tied)),
        pfx.part(pfx.certificate(leaf_of(PAIR), tied), copy),
    )
    store = read_store(data, None)
    assert len(store.entries) == 1
    assert write_store(store) == data
    assert copy in bags_of(with_one_more(store))
    # With its pair it goes as well, or it would turn up as an entry.
    assert read_store(write_store(store.without(store.entries)), None).entries == ()


@pytest.mark.parametrize("tie", ["by the name", "for want of others"])
def test_a_key_without_an_identifier_keeps_its_certificate(tie: str) -> None:
    names = (pfx.name("Pair"),) if tie == "by the name" else ()
    upper = (pfx.name("PAIR"),) if tie == "by the name" else ()
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.KEY, key_of(PAIR), *names)),
        pfx.part(pfx.certificate(leaf_of(PAIR), *upper)),
    )
    store = read_store(data, RIGHT)
    (pair,) = store.key_pairs
    assert pair.chain == PAIR.chain
    renamed = store.with_replaced(pair, dataclasses.replace(pair, alias="new"))
    # Another pair beside it: no longer is there one key and one certificate only.
    for each, more in itertools.product((store, renamed), ((), (OTHER,))):
        again = read_store(write_store(each.with_entries(more)), RIGHT)
        kept = again.get(each.key_pairs[0].alias)
        assert (kept.kind, kept.chain) == ("key-pair", PAIR.chain)
        assert len(again.entries) == 1 + len(more)


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [pfx.KEY, pfx.SHROUDED])
def test_a_key_of_an_unknown_algorithm_is_shown_as_such_and_kept(kind: str) -> None:
    value = UNKNOWN if kind == pfx.KEY else seal_key(QUICK, UNKNOWN, RIGHT)
    data = pfx.pfx(pfx.part(pfx.bag(kind, value, pfx.name("odd"))), mac=pfx.sha1_mac(AS_BMP))
    store = read_store(data, RIGHT)
    (pair,) = store.key_pairs
    assert pair.key == PrivateKey(UNKNOWN)
    assert pair.algorithm == "1.3.6.1.4.1.99999.7"
    with pytest.raises(Unsupported, match="does not support"):
        pair.key.load()
    assert with_one_more(store).entries == store.entries
    other = store.with_password(Password("another"))
    assert read_store(write_store(other), Password("another")).key_pairs[0].key == pair.key


def test_a_key_sealed_in_an_unknown_way_is_locked_and_kept() -> None:
    algorithm = der(0x30, der_oid("1.3.6.1.4.1.99999.8"), der(0x30))
    sealed = der(0x30, algorithm, pfx.octets(b"sealed"))
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.SHROUDED, sealed, pfx.name("odd"))), mac=pfx.sha1_mac(AS_BMP)
    )
    store = read_store(data, RIGHT)
    (pair,) = store.key_pairs
    assert pair.is_locked
    assert "1.3.6.1.4.1.99999.8" in pair.trouble
    assert bags_of(with_one_more(store))[0] == bags_of(store)[0]


@pytest.mark.parametrize("kind", [44, 65, 87])
def test_ml_dsa(kind: int) -> None:
    secret = getattr(mldsa, f"MLDSA{kind}PrivateKey").generate()
    key = secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pair = KeyPair(alias="pq", chain=(), key=PrivateKey(key))
    sealed = seal_key(QUICK, key, RIGHT)
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.SHROUDED, sealed, pfx.name("pq"))), mac=pfx.sha1_mac(AS_BMP)
    )
    store = read_store(data, RIGHT)
    assert store.key_pairs == (pair,)
    assert store.key_pairs[0].algorithm == f"ML-DSA-{kind}"
    assert with_one_more(store).entries == store.entries


# --- cut short -----------------------------------------------------------------------------------


def test_what_is_cut_short_is_damaged_and_not_of_another_password() -> None:
    """No password opens a cipher text that is no whole number of blocks."""
    algorithm, sealed = seal(QUICK, der(0x30, pfx.certificate(leaf_of(OTHER))), RIGHT)
    assert read_store(pfx.pfx(pfx.sealed_part(algorithm, sealed)), RIGHT).trusted
    with pytest.raises(WrongPassword):
        read_store(pfx.pfx(pfx.sealed_part(algorithm, sealed)), WRONG)
    with pytest.raises(Damaged):
        read_store(pfx.pfx(pfx.sealed_part(algorithm, sealed[:-1])), RIGHT)
    key = seal_key(QUICK, key_of(PAIR), RIGHT)
    with pytest.raises(WrongPassword):
        read_store(pfx.pfx(pfx.part(pfx.bag(pfx.SHROUDED, key))), WRONG)
    span = next(children(key, read(key, 0, len(key))))
    short = der(0x30, key[span.begin : span.end], der(0x04, bytes(31)))
    data = pfx.pfx(pfx.part(pfx.bag(pfx.SHROUDED, short)))
    store = read_store(data, RIGHT)
    assert "damaged" in store.key_pairs[0].trouble
    assert write_store(store) == data
