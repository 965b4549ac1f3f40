"""What expires first below a folder: the rows of the window, and the same answer as the console."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.errors import Cancelled, HandfastError
from handfast.core.password import Password
from handfast.flows.inventory.finding import (
    Found,
    InventorySearch,
    KnownKeystore,
    Order,
    Shown,
    Source,
    skip_words,
)
from handfast.flows.inventory.rows import RowState, state_words, why_words
from handfast.services.checks.inventory import SkipReason, StoreState
from handfast.services.files.opening import open_file
from tests.support.issued import issue
from tests.support.stores import save_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


OTHER = Password("another one")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What a colleague leaves behind."""
    root = tmp_path / "left behind"
    (root / "archive" / "deep").mkdir(parents=True)
    save_to(root / "trust.jks", [issue(CN="Old Root", ends=-40).trusted("old"),
                              issue(CN="New Root", ends=900).trusted("new")])  # fmt: skip
    save_to(root / "batch.jks", [issue(CN="batch.example", ends=5).pair("batch")])
    save_to(root / "api.p12", [issue(CN="api.example", ends=20).pair("api"),
                            issue(CN="partner.example", ends=200).trusted("partner")])  # fmt: skip
    save_to(root / "mail.jks", [issue(CN="mail.example", ends=60).pair("mail")], password=OTHER)
    save_to(root / "archive" / "deep" / "vpn.p12", [issue(CN="vpn").pair("vpn")], password=OTHER)
    (root / "cut.p12").write_bytes((root / "api.p12").read_bytes()[:-50])
    (root / "notes.txt").write_text("nothing\n", encoding="utf-8")
    (root / "loop").symlink_to(root, target_is_directory=True)
    return root


def searched(
    flow: InventorySearch, known: Sequence[KnownKeystore] = (), *, slices: int = 1
) -> InventorySearch:
    """What a flow has found, taken over as the window does it."""
    found: list[Found] = []
    skips = flow.prepared(known, found.append)(lambda _done, _total: None)
    for at in range(0, len(found), slices):
        flow.take(found[at : at + slices])
    flow.finish(skips)
    return flow


def below(*folders: Path, days: int = 30) -> InventorySearch:
    flow = InventorySearch(expiry_days=days)
    flow.update(folders=folders)
    return searched(flow)


def names(flow: InventorySearch) -> list[tuple[str, str, RowState]]:
    return [(row.path.name, row.alias, row.state) for row in flow.shown_rows]


def test_what_ends_first_comes_first(tree: Path) -> None:
    flow = below(tree)
    assert names(flow) == [
        ("trust.jks", "old", RowState.EXPIRED),
        ("batch.jks", "batch", RowState.EXPIRING),
        ("api.p12", "api", RowState.EXPIRING),
        ("mail.jks", "mail", RowState.VALID),
        ("api.p12", "partner", RowState.VALID),
        ("trust.jks", "new", RowState.VALID),
        ("vpn.p12", "", RowState.LOCKED),
        ("cut.p12", "", RowState.DAMAGED),
    ]
    now = flow.moment.at
    words = [state_words(row, now) for row in flow.shown_rows]
    assert words[0] == "expired 40 days ago"
    assert words[1] == "in 5 days"
    assert words[-2:] == ["locked", "damaged"]
    assert why_words(flow.shown_rows[-1])
    # Its dates are readable without its password, which a person should know.
    assert "not verified" in why_words(flow.shown_rows[3])
    assert flow.headline().startswith("Next: “batch” in batch.jks expires in 5 days, on ")
    assert flow.count_words() == [
        "6 keystores", "1 expired", "2 expire within 30 days", "1 locked", "1 not readable",
    ]  # fmt: skip


def test_the_threshold_decides_what_is_expiring(tree: Path) -> None:
    states = {row.alias: row.state for row in below(tree, days=10).rows}
    assert (states["batch"], states["api"]) == (RowState.EXPIRING, RowState.VALID)


def test_the_console_gives_the_same_answer(tree: Path, capsys: Any) -> None:
    main(["scan", str(tree), "--json"])
    told = json.loads(capsys.readouterr().out)
    inventory = below(tree).inventory
    assert [str(each.path) for each in inventory.stores] == [
        each["path"] for each in told["stores"]
    ]
    assert [each.state.value for each in inventory.stores] == [
        each["state"] for each in told["stores"]
    ]
    assert inventory.skipped == told["skipped"] == 2
    # The first row that is still ahead is what the console calls the next expiry.
    ahead: dict[str, str] = {}
    for row in below(tree).rows:
        if row.end is not None and row.state is not RowState.EXPIRED:
            ahead.setdefault(str(row.path), f"{row.end:%Y-%m-%dT%H:%M:%SZ}")
    assert ahead == {
        each["path"]: each["next_expiry"] for each in told["stores"] if each["next_expiry"]
    }


def test_the_table_is_that_of_the_console(tree: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    main(["scan", str(tree), "--csv", str(theirs)])
    assert below(tree).csv() == theirs.read_bytes()


def test_keystores_of_keytool(tmp_path: Path, keytool: Any) -> None:
    for name, kind in (("a.jks", "JKS"), ("b.p12", "PKCS12")):
        keytool("-genkeypair", "-alias", "pair", "-keyalg", "EC", "-dname", f"CN={name}",
                "-validity", "12", "-keystore", tmp_path / name, "-storetype", kind,
                "-storepass", "changeit", "-keypass", "changeit")  # fmt: skip
    found = [(row.alias, row.common_name, row.state) for row in below(tmp_path).rows]
    assert sorted(found) == [
        ("pair", "a.jks", RowState.EXPIRING), ("pair", "b.p12", RowState.EXPIRING),
    ]  # fmt: skip


def test_what_was_skipped_and_why(tree: Path) -> None:
    skips = {each.reason: each for each in below(tree).skips}
    assert set(skips) == {SkipReason.OTHER, SkipReason.LINK}
    assert skips[SkipReason.OTHER].examples == (tree / "notes.txt",)
    assert skips[SkipReason.LINK].examples == (tree / "loop",)
    for reason in SkipReason:
        assert skip_words(reason, 1) != skip_words(reason, 2)


def test_a_folder_that_may_not_be_listed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def refuse(name: str) -> Any:
        if str(name).endswith("archive"):
            raise PermissionError(13, "Permission denied", name)
        return real(name)

    # Whoever runs the tests may be allowed to read everything.
    monkeypatch.setattr(os, "scandir", refuse)
    skips = {each.reason: each for each in below(tree).skips}
    assert skips[SkipReason.FOLDER].examples == (tree / "archive",)


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    flow = InventorySearch(expiry_days=30)
    assert [each.field for each in flow.problems()] == ["folder"]
    flow.update(folders=(tmp_path / "absent",))
    assert flow.problems() == []
    with pytest.raises(HandfastError):
        searched(flow)


def test_an_issuer_that_expires_first_has_a_row(tmp_path: Path) -> None:
    authority = issue(CN="Short CA", is_ca=True, ends=50)
    save_to(tmp_path / "pair.p12", [issue(issuer=authority, CN="leaf", ends=80).pair("leaf")])
    later = issue(CN="Long CA", is_ca=True, ends=900)
    save_to(tmp_path / "usual.p12", [issue(issuer=later, CN="usual", ends=80).pair("usual")])
    rows = below(tmp_path).rows
    assert [(row.common_name, row.is_issuer, row.can_renew) for row in rows] == [
        ("Short CA", True, False), ("leaf", False, True), ("usual", False, True),
    ]  # fmt: skip
    assert rows[0].alias == "leaf"
    assert why_words(rows[0])


def test_only_pairs_can_be_renewed(tree: Path) -> None:
    renewable = {row.alias for row in below(tree).rows if row.can_renew}
    assert renewable == {"batch", "api", "mail"}


def test_words_and_states_narrow_the_rows(tree: Path) -> None:
    flow = below(tree)
    flow.update(words="EXAMPLE api")
    assert {row.path.name for row in flow.shown_rows} == {"api.p12"}
    flow.update(words="", shown=Shown.UNREAD)
    assert [row.path.name for row in flow.shown_rows] == ["vpn.p12", "cut.p12"]
    flow.update(shown=Shown.EXPIRED)
    assert [row.alias for row in flow.shown_rows] == ["old"]
    flow.update(shown=Shown.EXPIRING, words="nothing like it")
    assert flow.shown_rows == []


def test_rows_are_sorted_by_a_column(tree: Path) -> None:
    flow = below(tree)
    flow.update(order=Order.KEYSTORE)
    sorted_names = [row.path.name for row in flow.shown_rows]
    assert sorted_names == sorted(sorted_names)
    flow.update(is_descending=True)
    assert [row.path.name for row in flow.shown_rows] == sorted(sorted_names, reverse=True)
    flow.update(order=Order.EXPIRY)
    assert flow.shown_rows[-1].alias == "old"


def test_slices_give_what_one_piece_gives(tree: Path) -> None:
    flow = InventorySearch(expiry_days=30, now=dt.datetime.now(dt.UTC))
    flow.update(folders=(tree,))
    assert names(searched(flow, slices=1)) == names(below(tree))


def test_open_and_recent_keystores(tree: Path) -> None:
    """One that is open tells what is in the window; one that is gone is not readable."""
    flow = InventorySearch(expiry_days=30)
    flow.update(source=Source.KNOWN)
    vpn = open_file(tree / "archive" / "deep" / "vpn.p12", OTHER).store
    known = [
        KnownKeystore(path=tree / "archive" / "deep" / "vpn.p12", store=vpn),
        KnownKeystore(path=tree / "batch.jks"),
        KnownKeystore(path=tree / "gone.jks"),
    ]
    searched(flow, known)
    assert names(flow) == [
        ("batch.jks", "batch", RowState.EXPIRING),
        ("vpn.p12", "vpn", flow.rows[1].state),
        ("gone.jks", "", RowState.UNREADABLE),
    ]
    assert flow.skips == ()


def test_a_keystore_that_is_open_is_not_locked(tree: Path) -> None:
    path = tree / "archive" / "deep" / "vpn.p12"
    known = KnownKeystore(path=path, store=open_file(path, OTHER).store)
    flow = InventorySearch(expiry_days=30)
    flow.update(folders=(tree,))
    searched(flow, [known])
    assert path not in flow.locked_paths()
    # And one that is opened afterwards is looked at again.
    flow = below(tree)
    assert path in flow.locked_paths()
    flow.take([flow.prepared_again(known)(lambda _done, _total: None)])
    assert path not in flow.locked_paths()
    assert [row.alias for row in flow.rows if row.path == path] == ["vpn"]
    assert {each.state for each in flow.inventory.stores if each.path == path} == {StoreState.OPEN}


def test_it_can_be_canceled(tree: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled("Stopped.")

    flow = InventorySearch(expiry_days=30)
    flow.update(folders=(tree,))
    with pytest.raises(Cancelled):
        flow.prepared([], lambda _found: None)(stop)


def test_beginning_again_forgets_what_was_found(tree: Path) -> None:
    flow = below(tree)
    flow.begin(expiry_days=90)
    assert (flow.rows, flow.shown_rows, flow.count, flow.headline()) == ([], [], 0, "")
