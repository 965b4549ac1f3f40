"""An alias that is taken, offered to every face that adds an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import AlreadyExists
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.target import alias_problems
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store
from handfast.services.policy.aliases import check_free
from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.store import Store

PASSWORD = "of the store"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    pair = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    made = new_store(Format.PKCS12, Password(PASSWORD)).with_entries([pair])
    save_store(made, tmp_path / "own.p12")
    other = make_pair(PairRequest(alias="other", name="CN=other.example", key="ec:P-256"))
    (tmp_path / "other.cer").write_bytes(other.chain[0].der)
    return made


@pytest.mark.parametrize("alias", ["own", "OWN"])
def test_one_that_is_taken(
    store: Store, alias: str, capsys: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    with pytest.raises(AlreadyExists) as error:
        check_free(store, alias)
    (problem,) = alias_problems(alias, store)
    assert problem.message == f"{error.value.problem} {error.value.remedy}"
    call: Callable[..., tuple[int, dict[str, Any]]] = json_console(
        capsys, monkeypatch, tmp_path, PASSWORD
    )
    for verb in (
        ("generate", "own.p12", "--dname", "CN=new.example", "--key", "ec:P-256"),
        ("import", "own.p12", "other.cer"),
    ):
        code, answer = call(*verb, "--alias", alias)
        assert (code, answer["error"]["problem"]) == (6, error.value.problem)


def test_one_that_is_free(store: Store) -> None:
    check_free(store, "another")
    assert not alias_problems("another", store)
    assert not alias_problems("own", None)
