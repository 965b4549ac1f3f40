"""Keys that reading a store leaves for later, and who opens them then."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.entry import KeyPair
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS, Limits, WorkBudget
from handfast.formats.java import jceks
from handfast.formats.registry import read_store, write_store
from handfast.services.checks.store_checks import check_store
from handfast.services.exchange.converting import convert
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store
from handfast.services.files.unlocking import with_all_tried

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store

PASSWORD, OTHER = Password("storepass-1"), Password("its own one")
#: Not enough for a single key of JCEKS, in whichever implementation of MD5.
_TIGHT = Limits(rounds=199_999)


@pytest.fixture(scope="module")
def data() -> bytes:
    """Two pairs in JCEKS, the second under a password of its own."""
    pair = make_pair(PairRequest(alias="fits", name="CN=a", key="ec:P-256"))
    other = dataclasses.replace(pair, alias="differs", password=OTHER)
    made = write_store(new_store(Format.JCEKS, PASSWORD).with_entries([pair, other]))
    # What was derived for writing is used up by this.
    read_store(made, PASSWORD, entry_passwords={"differs": OTHER}, limits=AGREED_LIMITS)
    return made


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a store of many keys: nothing is left to open these with, unless it was agreed."""
    agreed = AGREED_LIMITS.rounds
    monkeypatch.setattr(
        Limits,
        "budget",
        lambda limits: WorkBudget(limits.rounds if limits.rounds == agreed else _TIGHT.rounds),
    )


def states(store: Store) -> dict[str, tuple[bool, bool]]:
    return {each.alias: (each.is_locked, each.is_untried) for each in store.key_pairs}


def test_a_key_that_was_not_tried_is_told_from_one_that_does_not_open(data: bytes) -> None:
    store = read_store(data, PASSWORD, limits=_TIGHT)
    assert states(store) == {"fits": (True, True), "differs": (True, True)}
    assert states(with_all_tried(store)) == {"fits": (False, False), "differs": (True, False)}
    only = with_all_tried(store, wanted=lambda each: each.alias == "fits")
    assert states(only) == {"fits": (False, False), "differs": (True, True)}
    assert states(read_store(data, PASSWORD)) == {"fits": (False, False), "differs": (True, False)}
    # Without a password nothing could have been tried.
    assert states(read_store(data)) == {"fits": (True, False), "differs": (True, False)}


def test_what_was_derived_for_writing_serves_to_read_it_back_and_no_more() -> None:
    pair = make_pair(PairRequest(alias="fits", name="CN=a", key="ec:P-256"))
    made = write_store(new_store(Format.JCEKS, PASSWORD).with_entries([pair]))
    assert states(read_store(made, PASSWORD, limits=_TIGHT)) == {"fits": (False, False)}
    assert states(read_store(made, PASSWORD, limits=_TIGHT)) == {"fits": (True, True)}
    # Only for the very password.
    other = dataclasses.replace(pair, password=OTHER)
    made = write_store(new_store(Format.JCEKS, PASSWORD).with_entries([other]))
    assert states(read_store(made, PASSWORD)) == {"fits": (True, False)}


def test_the_budget_holds_the_keys_of_an_ordinary_store() -> None:
    """A dozen pairs and some secret keys open at once, where Python has an MD5 of its own."""
    cost = 2 * 200_000 // jceks.jceks_keys._md5()[1]
    assert DEFAULT_LIMITS.rounds // cost in {11, 22}


def test_only_a_key_that_was_tried_is_said_to_differ(data: bytes) -> None:
    store = read_store(data, PASSWORD, limits=_TIGHT)
    found = {each.code: each.alias for each in check_store(store)}
    assert found["keys-not-tried"] == "fits"
    assert "entry-password-differs" not in found
    found = {each.code: each.alias for each in check_store(with_all_tried(store))}
    assert found["entry-password-differs"] == "differs"
    assert "keys-not-tried" not in found


def test_keys_that_were_not_tried_come_along_into_another_format(data: bytes) -> None:
    store = read_store(data, PASSWORD, limits=_TIGHT)
    found = convert(store, Format.PKCS12, Password("a new one"))
    assert [each.alias for each in found.store.entries] == ["fits"]
    assert len(found.losses) == 1
    assert "“differs”" in found.losses[0]


def test_a_new_password_is_for_the_keys_that_were_not_tried_too(data: bytes) -> None:
    store = read_store(data, PASSWORD, limits=_TIGHT)
    again = convert(store, Format.JCEKS, Password("a new one")).store
    read = read_store(write_store(again), Password("a new one"))
    assert states(read) == {"fits": (False, False), "differs": (True, False)}


@pytest.mark.usefixtures("scarce")
def test_the_console_says_which_and_opens_what_it_needs(
    data: bytes, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, trust = tmp_path / "many.jceks", tmp_path / "trust.p12"
    path.write_bytes(data)
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD.reveal())

    def run(*arguments: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        return main([*map(str, arguments)]), capsys.readouterr().out

    code, out = run("list", path, "--json")
    assert code == 0
    assert [(e["locked"], e["untried"]) for e in json.loads(out)["entries"]] == [(True, True)] * 2
    code, out = run("list", path)
    assert (code, out.count(" not tried\n"), out.count("locked")) == (0, 2, 0)
    certificate = tmp_path / "fits.cer"
    assert run("export", path, "--alias", "fits", "--out", certificate)[0] == 0
    assert run("import", trust, certificate)[0] == 0
    sides = ("--client-trust", trust, "--server-trust", trust)
    code, out = run("rehearse", "--client", f"{path}#fits", "--server", f"{path}#fits", *sides)
    assert code == 0, out
    code, out = run("rehearse", "--client", f"{path}#differs", "--server", f"{path}#fits", *sides)
    assert code == 1
    assert "[key-password]" in out
    monkeypatch.undo()
    store = read_store(path.read_bytes(), PASSWORD)
    (fits,) = [each for each in store.entries if not each.is_locked]
    assert isinstance(fits, KeyPair)
