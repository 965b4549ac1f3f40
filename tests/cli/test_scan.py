"""An inventory of a tree: every keystore once, whatever stands between them."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from handfast.cli.main import main
from handfast.core.errors import HandfastError
from handfast.core.password import WELL_KNOWN, Password
from handfast.core.store import Format
from handfast.services.checks.inventory import TooManyFiles, scan
from handfast.services.demo import make_demo
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

OTHER = Password("another one")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Open, locked, damaged and unsupported keystores, and much that is no keystore."""
    root = tmp_path / "tree"
    make_demo(root / "demo")
    pair = make_pair(PairRequest(alias="me", name="CN=me", key="ec:P-256", days=5))
    for name, kind in (
        ("locked.p12", Format.PKCS12), ("guarded.jks", Format.JKS), ("keys.pem", Format.PEM),
    ):  # fmt: skip
        save_store(new_store(kind, OTHER).with_entries([pair]), root / name)
    (root / "deep" / "er").mkdir(parents=True)
    whole = (root / "demo" / "acme-keystore.p12").read_bytes()
    (root / "deep" / "er" / "no-ending").write_bytes(whole)
    (root / "cut.p12").write_bytes(whole[:-50])
    (root / "empty.jks").touch()
    (root / "notes.keystore").write_text("to do\n", encoding="utf-8")
    (root / "db.kdb").write_bytes(b"-\x00\x00\x01" + bytes(100))
    (root / "text.txt").write_text("nothing\n", encoding="utf-8")
    (root / "large.bin").write_bytes(bytes(2 * 2**20))
    (root / "empty.txt").touch()
    os.mkfifo(root / "pipe.p12")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root / "socket.p12"))
    (root / "up").symlink_to(root, target_is_directory=True)
    (root / "alias.p12").symlink_to(root / "demo" / "acme-keystore.p12")
    (root / "nowhere.p12").symlink_to(root / "absent")
    return root


def answer(capsys: Any, *arguments: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = main(["scan", *map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def by_name(data: Any, root: Path) -> dict[str, Any]:
    return {os.path.relpath(each["path"], root): each for each in data["stores"]}


def test_each_keystore_is_listed_with_its_state(capsys: Any, tree: Path) -> None:
    code, data = answer(capsys, tree)
    assert set(data) == {"schema", "stores", "skipped"}
    found = by_name(data, tree)
    assert {name: each["state"] for name, each in found.items()} == {
        "cut.p12": "damaged",
        "db.kdb": found["db.kdb"]["state"],
        "deep/er/no-ending": "open",
        "demo/acme-keystore.p12": "open",
        "demo/acme-truststore.p12": "open",
        "demo/globex-keystore.jks": "open",
        "demo/globex-truststore.jks": "open",
        "empty.jks": "damaged",
        "guarded.jks": "locked",
        "keys.pem": "locked",
        "locked.p12": "locked",
        "notes.keystore": "damaged",
    }
    assert code == 1
    opened = found["demo/acme-keystore.p12"]
    assert (opened["format"], opened["entries"]) == ("PKCS12", 1)
    assert opened["next_expiry"].endswith("Z")
    assert {"severity", "code", "alias", "message", "why", "remedy"} == set(opened["findings"][0])
    # A JKS keystore shows its certificates without a password, a PKCS#12 file does not.
    assert (found["guarded.jks"]["entries"], found["locked.p12"]["entries"]) == (1, 0)
    assert found["locked.p12"]["next_expiry"] is None
    assert "expiring" in {each["code"] for each in found["guarded.jks"]["findings"]}
    # A pipe, a socket, links, texts, a large file, an empty one, and the text of the example.
    assert data["skipped"] >= 8


def test_without_an_error_the_answer_is_yes(capsys: Any, tree: Path) -> None:
    code, data = answer(capsys, tree / "demo")
    assert (code, len(data["stores"])) == (0, 4)
    assert answer(capsys, tree / "demo", tree / "deep")[0] == 0


def test_days_decide_what_is_expiring(capsys: Any, tree: Path) -> None:
    def is_expiring(*options: str) -> bool:
        found = by_name(answer(capsys, tree, *options)[1], tree)["guarded.jks"]["findings"]
        return "expiring" in {each["code"] for each in found}

    assert is_expiring()
    assert not is_expiring("--days", "3")
    assert answer(capsys, tree, "--days", "-1")[0] == 2


def test_each_password_that_is_given_is_tried(
    capsys: Any, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, right = tmp_path / "wrong", tmp_path / "right"
    wrong.write_text("wrong\n", encoding="utf-8")
    right.write_text(f"{OTHER.reveal()}\n", encoding="utf-8")
    files = ("--password-file", wrong, "--password-file", right)
    found = by_name(answer(capsys, tree, *files)[1], tree)
    guarded = ("locked.p12", "guarded.jks", "keys.pem")
    assert {found[name]["state"] for name in guarded} == {"open"}
    # The usual ones are tried all the same.
    assert found["demo/acme-keystore.p12"]["state"] == "open"
    monkeypatch.setenv("HANDFAST_PASSWORD", OTHER.reveal())
    assert by_name(answer(capsys, tree)[1], tree)["locked.p12"]["state"] == "open"


def test_links_are_followed_when_asked_each_once(capsys: Any, tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    make_demo(outside)
    (tree / "link").symlink_to(outside, target_is_directory=True)
    without = by_name(answer(capsys, tree)[1], tree)
    followed = by_name(answer(capsys, tree, "--follow-symlinks")[1], tree)
    assert not [name for name in without if name.startswith("link")]
    assert len([name for name in followed if name.startswith("link")]) == 4
    # “up” leads back to the folder itself.
    assert not [name for name in followed if name.startswith("up")]
    assert len({os.path.realpath(tree / name) for name in followed}) >= len(followed) - 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(capsys: Any, tree: Path) -> None:
    (tree / "demo" / "acme-keystore.p12").chmod(0)
    found = by_name(answer(capsys, tree)[1], tree)
    assert found["demo/acme-keystore.p12"]["state"] == "unreadable"


def test_a_folder_that_is_absent_is_an_error(capsys: Any, tree: Path) -> None:
    assert answer(capsys, tree / "absent")[0] == 7
    assert answer(capsys, tree / "cut.p12")[0] == 7
    assert answer(capsys)[0] == 2


def test_the_reports(tree: Path, tmp_path: Path, capsys: Any) -> None:
    table, results, metrics = (tmp_path / name for name in ("a.csv", "a.xml", "a.prom"))
    wanted = ["--csv", str(table), "--junit", str(results), "--openmetrics", str(metrics)]
    shutil.copy(tree / "cut.p12", tree / "=cmd.p12")
    code, data = answer(capsys, tree, *wanted)
    assert code == 1
    with table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["path"] for row in rows] == [each["path"] for each in data["stores"]]
    assert {row["state"] for row in rows} >= {"open", "locked", "damaged"}
    root = ET.parse(results).getroot()
    cases = root.findall("testsuite/testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    assert len(cases) == len(rows) == int(root.attrib["tests"])
    assert len(failed) == int(root.attrib["failures"]) >= 3
    assert "handfast_keystore_readable" in metrics.read_text(encoding="utf-8")
    # Again over its own, but not over anything else.
    assert answer(capsys, tree, *wanted)[0] == 1
    table.write_text("a,b\n", encoding="utf-8")
    assert answer(capsys, tree, *wanted)[0] == 6
    assert table.read_text(encoding="utf-8") == "a,b\n"


def test_a_cell_is_no_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "x").write_bytes(b"")
    monkeypatch.chdir(folder)
    (folder / "=1+1").mkdir()
    (folder / "=1+1" / "a.jks").write_bytes(b"no")
    assert main(["scan", "=1+1", "--csv", "out.csv"]) == 1
    assert (folder / "out.csv").read_text(encoding="utf-8").splitlines()[1].startswith("'=1+1")


def test_the_number_of_files_is_bounded(tree: Path) -> None:
    with pytest.raises(TooManyFiles):
        scan([tree], max_files=3)


def test_the_work_can_be_cancelled(tree: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        scan([tree], progress=stop)


def test_whatever_is_in_a_tree_ends_in_an_inventory(tmp_path: Path) -> None:
    """A keystore cut at each tenth byte is damaged or locked, and never stops the others."""
    root = tmp_path / "cuts"
    root.mkdir()
    pair = make_pair(PairRequest(alias="me", name="CN=me", key="ec:P-256"))
    for kind, ending in ((Format.JKS, "jks"), (Format.PKCS12, "p12"), (Format.PEM, "pem")):
        path = root / f"whole.{ending}"
        save_store(new_store(kind, WELL_KNOWN).with_entries([pair]), path)
        data = path.read_bytes()
        for length in range(0, len(data), len(data) // 12):
            (root / f"{length}.{ending}").write_bytes(data[:length])
    try:
        found = scan([root])
    except HandfastError as error:  # pragma: no cover - the failure itself
        pytest.fail(f"stopped by {error!r}")
    assert len([each for each in found.stores if each.path.stem == "whole"]) == 3
    assert sys.getrecursionlimit() >= 1000
