"""Java is asked which passwords it takes: what it would call wrong is refused before it is used."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import InvalidInput
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.formats.registry import read_store, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store
from handfast.services.policy.passwords import judge_kept_password
from tests.support.tools import JavaProblem

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from tests.support.tools import JavaPeer

PASSWORDS = ("changeit", " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "x" * 300, "pässword", "ключ 🔑")


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))


@pytest.mark.parametrize("wanted", [Format.JKS, Format.JCEKS, Format.PKCS12])
@pytest.mark.parametrize("text", PASSWORDS)
def test_java_opens_what_is_not_refused(
    wanted: Format, text: str, pair: KeyPair, java: JavaPeer, tmp_path: Path
) -> None:
    password = Password(text)
    path = tmp_path / "store"
    if judge_kept_password(password, wanted):
        with pytest.raises(InvalidInput) as caught:
            new_store(wanted, password)
        assert caught.value.field == "password"
        if wanted is Format.JCEKS:
            # There is nothing to open: not even Java has sealed a key with it.
            return
    # Whoever has such a store already can still read and write it.
    store = dataclasses.replace(new_store(wanted, Password("changeit")), password=password)
    path.write_bytes(write_store(store.with_entries([pair])))
    assert not read_store(path.read_bytes(), password).key_pairs[0].is_locked
    if judge_kept_password(password, wanted):
        with pytest.raises(JavaProblem):
            java("dump", wanted.value, path, text, text)
    else:
        ((*_, opened),) = java("dump", wanted.value, path, text, text)
        assert opened == text
