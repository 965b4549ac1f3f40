"""Whatever is put into a store by Handfast, Java and keytool find it there."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from tests.support.tools import JavaProblem

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORDS = ("changeit", "of its own")
KEYS = ("rsa:2048", "ec:P-256", "ed25519")
POOL = {
    key: make_pair(PairRequest(alias=key.lower(), name="CN=Acme, C=AU", key=key)) for key in KEYS
}
#: Java folds aliases to lower case; letters whose case it and Python see differently are left out.
aliases = st.text(
    st.one_of(
        st.characters(min_codepoint=33, max_codepoint=126),
        st.sampled_from("äöüßñçж字한あ🔑é ·–“"),
    ),
    min_size=1,
    max_size=20,
).map(str.strip)
kinds = st.sampled_from([*KEYS, "trusted", "secret"])
drafts = st.lists(
    st.tuples(aliases.filter(bool), kinds, st.booleans()),
    max_size=6,
    unique_by=lambda each: each[0].casefold(),
)


def entry(alias: str, kind: str, wanted: Format, *, has_own: bool) -> Entry | None:
    """What a draft stands for; None where the format has no such thing."""
    own = Password(PASSWORDS[1]) if has_own else None
    if kind == "trusted":
        return TrustedCertificate(alias=alias, certificate=POOL["ec:P-256"].chain[0])
    if kind != "secret":
        return dataclasses.replace(POOL[kind], alias=alias, password=own)
    if wanted is Format.JKS:
        return None
    material = SecretMaterial(hashlib.sha256(alias.encode()).digest())
    return SecretKey(alias=alias, algorithm="AES", material=material, password=own)


@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12], ids=lambda each: each.value)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drafts=drafts)
def test_java_finds_every_entry(
    wanted: Format,
    java: JavaPeer,
    tmp_path: Path,
    drafts: list[tuple[str, str, bool]],
) -> None:
    made = [entry(alias, kind, wanted, has_own=own) for alias, kind, own in drafts]
    entries = [each for each in made if each is not None]
    path = tmp_path / "store"
    store = new_store(wanted, Password(PASSWORDS[0])).with_entries(entries)
    save_store(store, path, overwrite=True, backup=False)
    told = java("dump", wanted.value, path, PASSWORDS[0], *PASSWORDS)
    found = {
        alias: (kind, chain, digest, opened) for alias, kind, _, chain, _, digest, opened in told
    }
    assert found == {each.alias.lower(): expected(each) for each in entries}
    with pytest.raises(JavaProblem):
        java("dump", wanted.value, path, PASSWORDS[1])


def expected(each: Entry) -> tuple[str, str, str, str]:
    chain = ",".join(certificate.sha256 for certificate in each.chain)
    if isinstance(each, TrustedCertificate):
        return each.kind, chain, "", ""
    if isinstance(each, KeyPair):
        assert each.key is not None
        plain = each.key.pkcs8
    else:
        assert each.material is not None
        plain = each.material.reveal()
    opened = PASSWORDS[0] if each.password is None else PASSWORDS[1]
    return each.kind, chain, hashlib.sha256(plain).hexdigest(), opened


@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12])
def test_keytool_lists_the_same_and_opens_every_key(
    wanted: Format, keytool: Tool, openssl: Tool, tmp_path: Path
) -> None:
    path = tmp_path / "store"
    made = [
        entry(f"{kind} grüße 🔑", kind, wanted, has_own=False)
        for kind in (*KEYS, "trusted", "secret")
    ]
    entries = [each for each in made if each is not None]
    save_store(new_store(wanted, Password(PASSWORDS[0])).with_entries(entries), path)
    said = keytool("-list", "-keystore", path, "-storepass", PASSWORDS[0]).stdout
    assert f"contains {len(entries)} entries" in said
    for each in entries:
        assert f"\n{each.alias.lower()}, " in said
        for certificate in each.chain[:1]:
            pairs = certificate.sha256.upper()
            assert ":".join(pairs[at : at + 2] for at in range(0, 64, 2)) in said
    # Copying makes keytool open every key.
    keytool(
        "-importkeystore", "-srckeystore", path, "-srcstorepass", PASSWORDS[0], "-noprompt",
        "-destkeystore", tmp_path / "copy", "-deststorepass", "changeit",
    )  # fmt: skip
    if wanted is Format.PKCS12:
        # OpenSSL writes the names that it finds in an encoding of its own.
        out = tmp_path / "out.pem"
        secret = ("-passin", "pass:changeit")
        openssl("pkcs12", "-in", path, *secret, "-nodes", "-info", "-out", out)
        assert out.read_bytes().count(b"BEGIN PRIVATE KEY") == len(KEYS)
        assert out.read_bytes().count(b"BEGIN CERTIFICATE") == len(KEYS) + 1
        wrong = openssl("pkcs12", "-in", path, "-passin", "pass:wrong", "-nodes", check=False)
        assert wrong.returncode != 0
