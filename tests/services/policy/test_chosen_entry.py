"""The only entry that can be meant, asked of each verb that lets a person leave it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import InvalidInput
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.services.policy.chosen_entry import authorities, only_authority, only_pair
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.store import Store

PASSWORD = "of the store"
CA = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", purpose="ca"))
OTHER = make_pair(PairRequest(alias="other", name="CN=Other", key="ec:P-256", purpose="ca"))
LEAF = make_pair(PairRequest(alias="leaf", name="CN=leaf", key="ec:P-256"))
#: Pairs of a keystore; what is the only pair, and what the only CA.
CASES = [
    ((CA,), "ca", "ca"),
    ((LEAF,), "leaf", "leaf"),
    ((LEAF, CA), None, "ca"),
    ((CA, OTHER), None, None),
    ((), None, None),
]


def stored(pairs: Sequence[object]) -> Store:
    return new_store(Format.PKCS12, Password(PASSWORD)).with_entries(pairs)


@pytest.mark.parametrize(("pairs", "pair", "authority"), CASES)
def test_the_rule(pairs: Sequence[object], pair: str | None, authority: str | None) -> None:
    store = stored(pairs)
    for wanted, only in ((pair, only_pair), (authority, only_authority)):
        if wanted is None:
            with pytest.raises(InvalidInput, match=r"“own\.p12” does not contain exactly one"):
                only(store, name="own.p12", field="alias", remedy="Name it.")
        else:
            assert only(store, name="own.p12", field="alias", remedy="").alias == wanted
    assert set(authorities(store)) == {each for each in pairs if each in {CA, OTHER}}


@pytest.mark.parametrize(("pairs", "pair", "authority"), CASES)
def test_the_console(
    pairs: Sequence[object],
    pair: str | None,
    authority: str | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save_store(stored(pairs), tmp_path / "own.p12")
    call = json_console(capsys, monkeypatch, tmp_path, PASSWORD)
    code, answer = call("complete", "own.p12")
    assert (code == 2) is (pair is None)
    assert pair is not None or "exactly one key pair" in answer["error"]["problem"]
    new = ("--alias", "new", "--dname", "CN=new", "--key", "ec:P-256")
    code, answer = call("generate", "new.p12", *new, "--issuer", "own.p12")
    if authority == "ca":
        assert code == 0
        assert answer["entry"]["chain"][0]["issuer"] == "CN=CA"
    elif authority == "leaf":
        # It is meant, and it is told why it cannot issue.
        assert "not a CA" in answer["error"]["problem"]
    else:
        assert "exactly one CA" in answer["error"]["problem"]
