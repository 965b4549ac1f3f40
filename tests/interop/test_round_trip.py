"""Stores of every writable format come back as they were written, and their own tools agree."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import WrongPassword
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Format, Store, Strength
from handfast.formats.java import jceks_keys
from handfast.formats.registry import module_for, read_store, write_store
from handfast.services.files.saving import new_store
from tests.interop.test_any_store_keytool_reads import PASSWORDS, aliases, entry, expected
from tests.support.issued import Issued, issue
from tests.support.tools import JavaProblem

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORD, OWN = map(Password, PASSWORDS)
FORMATS = {
    "jks": (Format.JKS, Strength.MODERN),
    "jceks": (Format.JCEKS, Strength.MODERN),
    "pkcs12": (Format.PKCS12, Strength.MODERN),
    "pkcs12 compatible": (Format.PKCS12, Strength.COMPATIBLE),
    "pem": (Format.PEM, Strength.MODERN),
}
CA = issue(is_ca=True, CN="CA")
QUICKLY = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
#: From before the first Java to long after all of this.
moments = st.integers(0, 2_500_000_000_000).map(
    lambda millis: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
)
drafts = st.lists(
    st.tuples(
        aliases.filter(bool),
        st.sampled_from(["rsa:2048", "ec:P-256", "ed25519", "chained", "trusted", "secret"]),
        st.booleans(),
        moments,
    ),
    max_size=6,
    unique_by=(lambda each: each[0].casefold(), lambda each: each[1]),
)
Drafts = list[tuple[str, str, bool, datetime]]


def chained(alias: str) -> KeyPair:
    leaf: Issued = issue(issuer=CA, CN=f"below {len(alias)}")
    key = leaf.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(alias=alias, chain=(leaf.certificate, CA.certificate), key=PrivateKey(key))


def store_of(name: str, made: Drafts) -> Store:
    """The store that is meant, with all that its format can hold."""
    wanted, strength = FORMATS[name]
    capabilities = module_for(wanted).CAPABILITIES
    entries: list[Entry] = []
    for typed, kind, has_own, created in made:
        # Java looks for lower-case names only in its own formats, so new ones are written so.
        alias = typed.lower() if wanted in {Format.JKS, Format.JCEKS} else typed
        each = chained(alias) if kind == "chained" else entry(alias, kind, wanted, has_own=has_own)
        if each is None or each.kind not in capabilities.kinds:
            continue
        # PKCS#12 has a place for the date of a key only.
        dated = capabilities.creation_dates and (
            wanted is not Format.PKCS12 or not isinstance(each, TrustedCertificate)
        )
        entries.append(dataclasses.replace(each, created=created if dated else None))
    return new_store(wanted, PASSWORD, strength).with_entries(entries)


def own_of(store: Store) -> dict[str, Password]:
    return {
        each.alias: each.password
        for each in store.entries
        if isinstance(each, KeyPair | SecretKey) and each.password is not None
    }


def by_alias(store: Store) -> dict[str, Entry]:
    found = {each.alias: each for each in store.entries}
    assert len(found) == len(store.entries)
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """JCEKS keys as older Java seals them, which takes a tenth of the time."""
    monkeypatch.setattr(jceks_keys, "ROUNDS", 20_000)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", FORMATS)
@QUICKLY
@given(made=drafts)
def test_what_is_read_is_what_was_written(name: str, made: Drafts) -> None:
    store = store_of(name, made)
    if not store.entries and store.format is Format.PEM:
        # A text without anything in it is no store.
        return
    data = write_store(store)
    again = read_store(data, PASSWORD, entry_passwords=own_of(store))
    assert by_alias(again) == by_alias(store)
    assert write_store(again) == data
    # Read and written by its parts, as after an edit, it is the same once more.
    anew = dataclasses.replace(
        store, entries=tuple(dataclasses.replace(e, native=None) for e in again.entries)
    )
    third = read_store(write_store(anew), PASSWORD, entry_passwords=own_of(store))
    assert by_alias(third) == by_alias(store)
    if any(isinstance(each, KeyPair) for each in store.entries):
        with pytest.raises(WrongPassword):
            read_store(data, Password("neither of them"))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["jceks", "pkcs12 compatible"])
@QUICKLY
@given(made=drafts)
def test_java_agrees(name: str, java: JavaPeer, tmp_path: Path, made: Drafts) -> None:
    store = store_of(name, made)
    path = tmp_path / "store"
    path.write_bytes(write_store(store))
    told = java("dump", store.format.value, path, PASSWORDS[0], *PASSWORDS)
    found = {
        alias: (kind, chain, digest, opened) for alias, kind, _, chain, _, digest, opened in told
    }
    assert found == {each.alias.lower(): expected(each) for each in store.entries}
    with pytest.raises(JavaProblem):
        java("dump", store.format.value, path, PASSWORDS[1])


@QUICKLY
@given(made=drafts)
def test_openssl_agrees_on_a_text(openssl: Tool, tmp_path: Path, made: Drafts) -> None:
    # It asks for one password only.
    store = store_of("pem", [(alias, kind, False, date) for alias, kind, _, date in made])
    if not store.entries:
        return
    path = tmp_path / "store.pem"
    path.write_bytes(write_store(store))
    found = openssl("storeutl", "-passin", "pass:changeit", path).stdout
    keys = re.findall(
        r"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----\n", found, re.DOTALL
    )
    assert sorted(keys) == sorted(_pem(pair) for pair in store.key_pairs)
    certificates = re.findall(r"-----BEGIN CERT.*?-----END CERTIFICATE-----\n", found, re.DOTALL)
    wanted = {each.pem() for each_entry in store.entries for each in each_entry.chain}
    assert set(certificates) == wanted
    if store.key_pairs:
        wrong = openssl("storeutl", "-keys", "-passin", "pass:wrong", path, check=False)
        assert "PRIVATE KEY" not in wrong.stdout


def _pem(pair: KeyPair) -> str:
    assert pair.key is not None
    loaded: Any = pair.key.load()
    text: str = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return text
