"""What saving does to other names of a file and to its mode, and that it is told."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.errors import FileProblem
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.checks.store_checks import check_store
from handfast.services.exchange.certificate_sources import read_source_file
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.file_kinds import FileKind, kind_of_file
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.store_files import stamp_of
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="modes and links are told of elsewhere")

SECRET = Password("not a usual one")


def trust() -> Store:
    return new_store(Format.PKCS12, SECRET).with_entries([issue(CN="one").trusted("one")])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "store.p12"
    save_store(trust(), made)
    return made


def codes(path: Path) -> list[str]:
    return [each.code for each in check_store(trust(), path=path)]


@pytest.mark.parametrize(("count", "said"), [(1, "another name"), (2, "2 other names")])
def test_other_names_of_the_file_are_found_and_told(path: Path, count: int, said: str) -> None:
    assert "other-names" not in codes(path)
    others = [path.with_name(f"other-{number}.p12") for number in range(count)]
    for other in others:
        other.hardlink_to(path)
    (found,) = [each for each in check_store(trust(), path=path) if each.code == "other-names"]
    assert found.severity == "info"
    assert said in found.message
    before = path.read_bytes()
    saved = save_store(trust(), path, overwrite=True)
    (note,) = saved.notes
    assert "the previous version" in note
    # It is so.
    assert all(other.read_bytes() == before for other in others)
    assert path.read_bytes() != before
    # Our own .bak is not one of them, however often it is saved.
    assert "other-names" not in codes(path)
    assert save_store(trust(), path, overwrite=True).notes == ()
    assert "other-names" not in codes(path)


def test_a_symbolic_link_is_followed_and_nothing_is_said(path: Path) -> None:
    link = path.with_name("link.p12")
    link.symlink_to(path)
    assert save_store(trust(), link, overwrite=True).notes == ()
    assert link.is_symlink()
    assert "other-names" not in codes(link)


def test_a_new_file_is_its_owners_and_a_mode_that_is_there_stays(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert save_store(trust(), path, overwrite=True, before=trust()).notes == ()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_first_key_makes_it_its_owners_and_that_is_told(path: Path) -> None:
    path.chmod(0o644)
    pair = make_pair(PairRequest(alias="pair", name="CN=Pair", key="ec:P-256"))
    saved = save_store(trust().with_entries([pair]), path, overwrite=True, before=trust())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (note,) = saved.notes
    assert note.startswith("Permissions of store.p12 changed from 0644 to 0600")
    assert note.endswith("because it contains a private key.")


def test_the_console_tells_of_the_other_name(
    path: Path, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "not a usual one")
    certificate = tmp_path / "two.cer"
    certificate.write_bytes(issue(CN="two").certificate.der)
    path.with_name("other.p12").hardlink_to(path)
    assert main(["check", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "other-names" in [each["code"] for each in found]
    assert main(["import", str(path), str(certificate), "--alias", "two"]) == 0
    told = capsys.readouterr()
    assert "Another name of store.p12 (a hard link) keeps the previous version." in (
        told.out + told.err
    )


def test_a_pipe_is_no_store_and_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.p12"
    os.mkfifo(pipe)
    with pytest.raises(FileProblem, match="a named pipe"):
        open_file(pipe)


def test_a_pipe_where_the_version_before_goes_is_not_waited_for(path: Path) -> None:
    pipe = path.with_name("store.p12.bak")
    os.mkfifo(pipe)
    before = path.read_bytes()
    save_store(trust(), path, overwrite=True)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert path.with_name("store.p12.bak1").read_bytes() == before


def test_a_pipe_is_looked_into_by_nothing_that_reads_a_file_unasked(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.cer"
    os.mkfifo(pipe)
    assert kind_of_file(pipe) is FileKind.OTHER
    with pytest.raises(FileProblem, match="a named pipe"):
        stamp_of(pipe)
    assert isinstance(read_source_file(pipe).error, FileProblem)
