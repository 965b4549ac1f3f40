"""A certificate belongs to the key whose public half it holds, whatever the file says."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from handfast.core.asn1.ber import NULL, children, content, der, der_oid, encoded
from handfast.core.asn1.ber import read as read_value
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Strength
from handfast.flows.entries.key_export import KeyExportFlow
from handfast.flows.entries.key_password import EntryPasswordFlow
from handfast.formats.issuers import Issuers
from handfast.formats.key_matching import private_mark, public_mark, quick_mark
from handfast.formats.registry import pair_again, read_store, write_store
from handfast.services.exchange.changing_passwords import (
    change_key_password,
    change_store_password,
)
from handfast.services.files.opening import open_file
from handfast.services.files.unlocking import with_passwords
from tests.support import pfx
from tests.support.issued import Issued, issue

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.store import Store

FILES = Path(__file__).parents[1] / "data" / "failing"
WORD = Password("changeme1")


def length(store: Store) -> list[int]:
    return [len(pair.chain) for pair in store.key_pairs]


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("no-lkid-no-friendly.p12", 3),
        ("key-friendly-cert-none.p12", 2),
        ("lkid-on-all-certs.p12", 3),
    ],
)
def test_files_that_programs_wrote(name: str, chain: int) -> None:
    store = open_file(FILES / name, WORD).store
    assert length(store) == [chain]
    (pair,) = store.key_pairs
    assert pair.certificate is not None
    assert pair.certificate.common_name == "api.example"
    assert pair.key is not None
    assert pair.key.fits(pair.certificate.public_key_der)
    assert store.trusted == ()


def key_of(who: Issued) -> bytes:
    key = who.pair("x").key
    assert key is not None
    return key.pkcs8


@pytest.fixture(scope="module")
def people() -> tuple[Issued, Issued, Issued]:
    root = issue(CN="Root", is_ca=True)
    return issue(CN="one", issuer=root), issue(CN="two", issuer=root), root


#: Attributes of the first key, the second, and the certificates of the first, second and root.
Attributes = tuple[tuple[bytes, ...], ...]
CASES: dict[str, Attributes] = {
    "none at all": ((), (), (), (), ()),
    "names swapped": (
        (pfx.name("one"),), (pfx.name("two"),), (pfx.name("two"),), (pfx.name("one"),), ()
    ),
    "identifiers swapped": (
        (pfx.key_id(b"1"),), (pfx.key_id(b"2"),), (pfx.key_id(b"2"),), (pfx.key_id(b"1"),), ()
    ),
    "one identifier for all": (
        (pfx.key_id(b"1"),), (pfx.key_id(b"1"),), (pfx.key_id(b"1"),), (pfx.key_id(b"1"),),
        (pfx.key_id(b"1"),),
    ),
    "one name for all": tuple((pfx.name("same"),) for _ in range(5)),
    "identifier of the root": ((pfx.key_id(b"r"),), (), (), (), (pfx.key_id(b"r"),)),
    "keys alone are named": ((pfx.name("a"),), (pfx.name("b"),), (), (), ()),
    "marked as trusted": ((), (), (pfx.TRUSTED,), (pfx.TRUSTED,), (pfx.TRUSTED,)),
}  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("case", CASES)
def test_whatever_the_attributes_and_the_order(
    case: str, order: tuple[int, ...], people: tuple[Issued, Issued, Issued]
) -> None:
    one, two, root = people
    first, second, *others = CASES[case]
    certificates = [
        pfx.certificate(who.certificate.der, *attributes)
        for who, attributes in zip((one, two, root), others, strict=True)
    ]
    data = pfx.pfx(
        pfx.part(pfx.bag(pfx.KEY, key_of(one), *first), pfx.bag(pfx.KEY, key_of(two), *second)),
        pfx.part(*(certificates[each] for each in order)),
    )
    pairs = read_store(data).key_pairs
    assert [pair.chain for pair in pairs] == [
        (one.certificate, root.certificate),
        (two.certificate, root.certificate),
    ]


def test_among_certificates_of_one_key_the_identifier_decides(
    people: tuple[Issued, Issued, Issued],
) -> None:
    one, _, root = people
    renewed = issue_again(one, root)
    for wanted in (one.certificate, renewed):
        bags = [
            pfx.certificate(each.der, *([pfx.key_id(b"1")] if each is wanted else ()))
            for each in (one.certificate, renewed)
        ]
        key = pfx.bag(pfx.KEY, key_of(one), pfx.key_id(b"1"))
        (pair,) = read_store(pfx.pfx(pfx.part(key, *bags))).key_pairs
        assert pair.certificate == wanted


def issue_again(who: Issued, root: Issued) -> Any:
    """Another certificate of the same key."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    from handfast.core.certificates.certificate import Certificate

    old = x509.load_der_x509_certificate(who.certificate.der)
    made = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.issuer)
        .public_key(old.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2036, 1, 1, tzinfo=dt.UTC))
        .sign(root.key, SHA256())
    )
    return Certificate(made.public_bytes(Encoding.DER))


def test_a_key_that_fits_none_keeps_what_the_file_gives_it(
    people: tuple[Issued, Issued, Issued],
) -> None:
    # As Java pairs them; that they do not fit is a finding.
    one, two, _ = people
    data = pfx.pfx(
        pfx.part(
            pfx.bag(pfx.KEY, key_of(one), pfx.key_id(b"1")),
            pfx.certificate(two.certificate.der, pfx.key_id(b"1")),
        )
    )
    (pair,) = read_store(data).key_pairs
    assert pair.certificate == two.certificate


def sealed_key(who: Issued, password: str) -> bytes:
    made: bytes = who.key.private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    )
    return made


@pytest.mark.parametrize("case", CASES)
def test_keys_that_are_unlocked_later_are_paired_then(
    case: str, people: tuple[Issued, Issued, Issued]
) -> None:
    """Whatever the file says, and whatever it looked like while they were locked."""
    one, two, root = people
    first, second, *others = CASES[case]
    data = pfx.pfx(
        pfx.part(
            pfx.bag(pfx.SHROUDED, sealed_key(one, "first"), *first),
            pfx.bag(pfx.SHROUDED, sealed_key(two, "second"), *second),
        ),
        pfx.part(
            *(
                pfx.certificate(who.certificate.der, *attributes)
                for who, attributes in zip((one, two, root), others, strict=True)
            )
        ),
    )
    store = read_store(data)
    assert all(pair.is_locked for pair in store.key_pairs)
    half = pair_again(with_passwords(store, [Password("first")]))
    shown = {each.der for entry in half.entries for each in certificates_of(entry)}
    assert shown == {who.certificate.der for who in people}, "no certificate goes missing"
    opened = pair_again(with_passwords(half, [Password("second")]))
    whole = [(one.certificate, root.certificate), (two.certificate, root.certificate)]
    assert [pair.chain for pair in opened.key_pairs] == whole
    unmarked = [each for each in opened.trusted if not each.is_visible_to_java]
    assert unmarked == []
    # Opened one after the other in the other order, or together, it is the same.
    for passwords in (["second", "first"], ["first second"]):
        again = store
        for each in passwords:
            again = pair_again(with_passwords(again, [Password(word) for word in each.split()]))
        assert [pair.chain for pair in again.key_pairs] == whole
    # And so does the file that is saved with them under the password of the file.
    saved = write_store(
        replace(
            opened,
            entries=tuple(replace(entry, password=None) for entry in opened.key_pairs),
            password=WORD,
            strength=Strength.MODERN,
        )
    )
    assert [pair.chain for pair in read_store(saved, WORD).key_pairs] == whole


def certificates_of(entry: Entry) -> tuple[Certificate, ...]:
    if isinstance(entry, KeyPair):
        return entry.chain
    assert isinstance(entry, TrustedCertificate)
    return (entry.certificate,)


def test_a_chain_that_was_edited_stays_when_its_key_is_unlocked(
    people: tuple[Issued, Issued, Issued],
) -> None:
    one, two, root = people
    data = pfx.pfx(
        pfx.part(
            pfx.bag(pfx.SHROUDED, sealed_key(one, "first"), pfx.key_id(b"1")),
            pfx.certificate(two.certificate.der, pfx.key_id(b"1")),
            pfx.certificate(one.certificate.der),
        )
    )
    store = read_store(data)
    edited = tuple(
        replace(entry, chain=(two.certificate, root.certificate))
        if isinstance(entry, KeyPair)
        else entry
        for entry in store.entries
    )
    opened = with_passwords(replace(store, entries=edited), [Password("first")])
    (pair,) = pair_again(opened).key_pairs
    assert pair.chain == (two.certificate, root.certificate)


def test_in_pem_the_key_decides_over_names(people: tuple[Issued, Issued, Issued]) -> None:
    one, two, root = people
    text = "".join(
        f"Bag Attributes\n    friendlyName: {name}\n{block}"
        for name, block in (
            ("a", one.private_pem().decode()),
            ("b", two.private_pem().decode()),
            ("a", two.certificate.pem()),
            ("b", one.certificate.pem()),
            ("root", root.certificate.pem()),
        )
    )
    pairs = read_store(text.encode()).key_pairs
    assert [pair.certificate for pair in pairs] == [one.certificate, two.certificate]


# --- marks of keys -----------------------------------------------------------------------

KEYS: dict[str, Any] = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "EC": ec.generate_private_key(ec.SECP256R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "DSA": dsa.generate_private_key(1024),
}


def private(key: Any) -> PrivateKey:
    return PrivateKey(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def public(key: Any) -> bytes:
    made: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return made


@pytest.mark.parametrize("one", KEYS)
@pytest.mark.parametrize("other", KEYS)
def test_both_halves_have_one_mark_and_no_two_keys_the_same(one: str, other: str) -> None:
    assert private_mark(private(KEYS[one]))
    same = private_mark(private(KEYS[one])) == public_mark(public(KEYS[other]))
    assert same is (one == other)


def test_a_compressed_point_is_the_same_key() -> None:
    for name in ("EC", "P-521"):
        key = KEYS[name]
        info = public(key)
        algorithm = encoded(info, next(children(info, read_value(info, 0, len(info)))))
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        compressed = der(0x30, algorithm, der(0x03, b"\0" + point))
        assert public_mark(compressed) == private_mark(private(key))


def test_an_rsa_key_for_pss_is_the_same_key() -> None:
    info = public(KEYS["RSA"])
    bits = list(children(info, read_value(info, 0, len(info))))[1]
    pss = der(0x30, der(0x30, der_oid("1.2.840.113549.1.1.10")), der(0x03, content(info, bits)))
    assert public_mark(pss) == private_mark(private(KEYS["RSA"]))
    assert NULL in info


def test_most_keys_say_their_public_half_without_being_loaded() -> None:
    assert all(quick_mark(private(KEYS[name])) for name in ("RSA", "EC", "P-521"))


@pytest.mark.parametrize("data", [b"", b"0\0", b"0\x82", bytes(range(64)), b"0" * 100])
def test_what_is_no_key_has_no_mark(data: bytes) -> None:
    assert public_mark(data) == b""
    assert private_mark(PrivateKey(data)) == b""


def test_a_leaf_with_the_name_of_its_ca_gets_the_ca_into_its_chain() -> None:
    """Self-issued is not self-signed: only the signature tells a root from a leaf of its name."""
    data = (Path(__file__).parents[1] / "data" / "failing" / "same-dn-leaf-and-ca.p12").read_bytes()
    store = read_store(data, Password("changeme1"))
    assert [len(pair.chain) for pair in store.key_pairs] == [2]
    leaf, issuer = store.key_pairs[0].chain
    assert leaf.subject_der == issuer.subject_der
    assert leaf.is_issued_by(issuer)
    # A root keeps to itself, whatever else has its name.
    assert [len(Issuers((leaf, issuer)).chain(each)) for each in (leaf, issuer)] == [2, 1]


def _swapped(people: tuple[Issued, Issued, Issued]) -> Store:
    """A PKCS#12 file of which the identifiers lie, with keys under passwords of their own."""
    one, two, root = people
    data = pfx.pfx(
        pfx.part(
            pfx.bag(pfx.SHROUDED, sealed_key(one, "first1"), pfx.name("a"), pfx.key_id(b"1")),
            pfx.bag(pfx.SHROUDED, sealed_key(two, "second"), pfx.name("b"), pfx.key_id(b"2")),
        ),
        pfx.part(
            pfx.certificate(two.certificate.der, pfx.key_id(b"1")),
            pfx.certificate(one.certificate.der, pfx.key_id(b"2")),
            pfx.certificate(root.certificate.der),
        ),
    )
    store = read_store(data)
    first = store.get("a")
    assert isinstance(first, KeyPair)
    assert first.certificate == two.certificate, "as the file has it, while the key is locked"
    return store


def test_changing_the_password_of_a_key_gives_it_its_own_certificate(
    people: tuple[Issued, Issued, Issued],
) -> None:
    store = replace(_swapped(people), password=WORD)
    flow = EntryPasswordFlow(store, [store.get("a")])
    flow.update(present=Password("first1"), equals_store=True)
    changed = flow.run().store.get("a")
    assert isinstance(changed, KeyPair)
    assert changed.certificate == people[0].certificate
    other = flow.run().store.get("b")
    assert isinstance(other, KeyPair)
    assert other.is_locked


def test_a_key_that_was_left_untried_leaves_with_its_own_certificate(
    people: tuple[Issued, Issued, Issued], tmp_path: Path
) -> None:
    store = _swapped(people)
    store = replace(
        store,
        password=Password("first1"),
        entries=tuple(
            replace(each, is_untried=True) if isinstance(each, KeyPair) else each
            for each in store.entries
        ),
    )
    flow = KeyExportFlow(store, [store.get("a")], source=tmp_path / "source.p12")
    flow.update(
        path=str(tmp_path / "out.p12"),
        password=Password("for the way"),
        password_again=Password("for the way"),
    )
    (out,) = flow.run().paths
    (pair,) = open_file(out, Password("for the way")).store.key_pairs
    assert pair.certificate == people[0].certificate
    assert pair.key is not None
    assert pair.key.fits(people[0].certificate.public_key_der)


def test_a_heap_pairs_what_a_password_unlocks_in_it(
    people: tuple[Issued, Issued, Issued],
) -> None:
    store = _swapped(people)
    changed = change_key_password(
        replace(pair_again(with_passwords(store, [Password("first1")])), password=WORD), "a", WORD
    )
    pair = changed.store.get("a")
    assert isinstance(pair, KeyPair)
    assert pair.certificate == people[0].certificate
    whole = change_store_password(
        replace(with_passwords(store, [Password("first1"), Password("second")]), password=WORD),
        Password("another one"),
    )
    found = {each.alias: each.certificate for each in whole.store.key_pairs}
    assert found == {"a": people[0].certificate, "b": people[1].certificate}
