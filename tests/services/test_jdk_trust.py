"""A CA in the trust stores of all JDKs: planned, added, lost by an update, and taken out again."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.errors import Damaged, FileProblem, InvalidInput, NotFound, Unsupported
from handfast.core.store import Format
from handfast.services.checks.jdk_trust_checks import lost_authorities
from handfast.services.checks.store_checks import check_store
from handfast.services.files.opening import open_file
from handfast.services.files.own_files import state_folder
from handfast.services.files.store_files import FileSystem
from handfast.services.jdks.authorities import (
    Outcome,
    Removal,
    add_authority,
    plan_addition,
    the_authority_among,
    undo_addition,
    warnings_about,
)
from handfast.services.jdks.installations import Jdk, jdks_in
from handfast.services.jdks.journal import read_journal
from handfast.services.jdks.trust_stores import read_trust_stores, uneven_trust
from tests.support.issued import issue
from tests.support.jdks import fake_jdk, trust_store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.services.jdks.trust_stores import JavaTrustStore

COMPANY = issue(CN="Company Root", is_ca=True).certificate
OTHER = issue(CN="Other Root", is_ca=True).certificate
PUBLIC = issue(CN="Public Root", is_ca=True).certificate
LEAF = issue(CN="host.example").certificate
PLAIN = trust_store([("public", PUBLIC)])


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def homes(tmp_path: Path) -> list[Path]:
    """Three JDKs: a JKS, a PKCS#12 without a password, and one with one."""
    homes = [tmp_path / name for name in ("jdk8", "jdk21", "jdk17")]
    fake_jdk(homes[0], PLAIN, version="1.8.0", inner="jre/lib/security")
    fake_jdk(homes[1], trust_store([("public", PUBLIC)], Format.PKCS12, None))
    fake_jdk(homes[2], trust_store([("p", PUBLIC), ("other", OTHER)], Format.PKCS12))
    return homes


def stores_of(homes: list[Path]) -> tuple[JavaTrustStore, ...]:
    return read_trust_stores(jdk for home in homes for jdk in jdks_in(home))


def codes(path: Path) -> list[tuple[str, str]]:
    found = check_store(open_file(path).store, path=path)
    return [(each.severity, each.code) for each in found if each.code == "trust-lost"]


def test_compared(homes: list[Path]) -> None:
    stores = stores_of(homes)
    (uneven,) = uneven_trust(stores)
    assert (uneven.alias, uneven.certificate) == ("other", OTHER)
    assert uneven.held_by == (stores[2],)
    assert uneven.missing_in == stores[:2]
    assert uneven_trust(stores[:1]) == ()


def test_one_file_of_two_jdks_is_one_trust_store(tmp_path: Path) -> None:
    shared = fake_jdk(tmp_path / "a", PLAIN)
    other = fake_jdk(tmp_path / "b", PLAIN)
    other.unlink()
    other.symlink_to(shared)
    (store,) = stores_of([tmp_path / "a", tmp_path / "b"])
    assert [jdk.home.name for jdk in store.jdks] == ["a", "b"]


def test_added_everywhere_and_restored(homes: list[Path]) -> None:
    stores = stores_of(homes)
    before = [each.path.read_bytes() for each in stores]
    plan = plan_addition(COMPANY, stores)
    assert [(each.outcome, each.alias) for each in plan] == [(Outcome.ADD, "company-root")] * 3
    assert [each.path.read_bytes() for each in stores] == before
    done = add_authority(COMPANY, plan)
    assert {each.outcome for each in done} == {Outcome.ADDED}
    for each in stores_of(homes):
        assert each.alias_of(COMPANY) == "company-root"
        assert each.alias_of(PUBLIC) is not None
        assert list(each.path.parent.iterdir()) == [each.path]
    undone = undo_addition()
    assert undone[0] == COMPANY
    assert {each.removal for each in undone[1]} == {Removal.RESTORED}
    assert [each.path.read_bytes() for each in stores] == before
    assert read_journal() == ()
    state = state_folder()
    assert state is not None
    assert not any((state / "jdk-trust").iterdir())


def test_undo_keeps_what_came_later(homes: list[Path]) -> None:
    add_authority(COMPANY, plan_addition(COMPANY, stores_of(homes)))
    add_authority(OTHER, plan_addition(OTHER, stores_of(homes)))
    removals = [each.removal for each in undo_addition(COMPANY)[1]]
    # The third had the other one before, so that nothing came later there.
    assert removals == [Removal.REMOVED, Removal.REMOVED, Removal.RESTORED]
    for each in stores_of(homes):
        assert each.alias_of(COMPANY) is None
        assert each.alias_of(OTHER) is not None
    undone = undo_addition()[1]
    assert [each.removal for each in undone] == [Removal.REMOVED] * 2
    assert [each.alias_of(OTHER) for each in stores_of(homes)] == [None, None, "other"]


def test_undo_after_a_jdk_has_gone(homes: list[Path]) -> None:
    add_authority(COMPANY, plan_addition(COMPANY, stores_of(homes)))
    jdks_in(homes[0])[0].cacerts.unlink()
    jdks_in(homes[1])[0].cacerts.write_bytes(PLAIN)
    removals = [each.removal for each in undo_addition()[1]]
    assert removals == [Removal.NOT_THERE, Removal.NOT_THERE, Removal.RESTORED]


def test_nothing_to_undo() -> None:
    with pytest.raises(NotFound):
        undo_addition()
    with pytest.raises(NotFound):
        undo_addition(COMPANY)


def test_an_alias_that_is_taken(homes: list[Path]) -> None:
    plan = plan_addition(COMPANY, stores_of(homes), alias="public")
    assert [each.alias for each in plan] == ["public-2", "public-2", "public"]


def test_twice_is_once(homes: list[Path]) -> None:
    add_authority(COMPANY, plan_addition(COMPANY, stores_of(homes)))
    plan = plan_addition(COMPANY, stores_of(homes))
    assert {each.outcome for each in plan} == {Outcome.PRESENT}
    before = read_journal()
    add_authority(COMPANY, plan)
    assert read_journal() == before


def test_those_that_cannot_be_changed(
    homes: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = fake_jdk(tmp_path / "locked", trust_store([], password="of their own"))
    damaged = fake_jdk(tmp_path / "damaged", PLAIN)
    damaged.write_bytes(PLAIN[:40])
    stores = stores_of([*homes[:2], tmp_path / "locked", tmp_path / "damaged"])
    sealed = stores[1].place
    writable = Jdk.is_writable.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(
        Jdk, "is_writable", property(lambda jdk: jdk.place != sealed and writable(jdk))
    )
    plan = plan_addition(COMPANY, stores)
    outcomes = [Outcome.ADD, Outcome.READ_ONLY, Outcome.LOCKED, Outcome.UNREADABLE]
    assert [each.outcome for each in plan] == outcomes
    assert all(each.problem and each.remedy for each in plan[1:])
    done = add_authority(COMPANY, plan)
    assert [each.outcome for each in done] == [Outcome.ADDED, *outcomes[1:]]
    assert locked.read_bytes() == trust_store([], password="of their own")
    # Whoever may not change it was told; it is not a loss.
    assert lost_authorities(read_journal(), stores_of(homes[:2])) == ()


def test_those_that_are_left_out(homes: list[Path]) -> None:
    stores = stores_of(homes)
    plan = plan_addition(COMPANY, stores, left_out=frozenset({stores[0].place}))
    add_authority(COMPANY, plan)
    after = stores_of(homes)
    assert [each.alias_of(COMPANY) is None for each in after] == [True, False, False]
    assert lost_authorities(read_journal(), after) == ()
    assert codes(after[0].path) == []


class _Failing(FileSystem):
    """A disk on which one trust store cannot be replaced."""

    def __init__(self, place: str) -> None:
        self.place = place

    def replace(self, temporary: Path, target: Path) -> None:
        if str(target) == self.place:
            raise PermissionError(13, "Permission denied")
        super().replace(temporary, target)


def test_one_that_fails_keeps_none_of_the_others(homes: list[Path]) -> None:
    stores = stores_of(homes)
    before = stores[1].path.read_bytes()
    done = add_authority(COMPANY, plan_addition(COMPANY, stores), system=_Failing(stores[1].place))
    assert [each.outcome for each in done] == [Outcome.ADDED, Outcome.FAILED, Outcome.ADDED]
    assert "permission" in done[1].problem
    assert stores[1].path.read_bytes() == before
    (noted,) = read_journal()
    assert noted.places == {stores[0].place, stores[2].place}
    undone = undo_addition(system=_Failing(stores[0].place))[1]
    assert [each.removal for each in undone] == [Removal.FAILED, Removal.RESTORED]
    assert [each.removal for each in undo_addition()[1]] == [Removal.RESTORED]


def test_a_loss_that_cannot_be_mended_is_still_told(homes: list[Path]) -> None:
    stores = stores_of(homes[:1])
    add_authority(COMPANY, plan_addition(COMPANY, stores))
    stores[0].path.write_bytes(PLAIN)
    before = read_journal()
    (failed,) = add_authority(
        COMPANY, plan_addition(COMPANY, stores_of(homes[:1])), system=_Failing(stores[0].place)
    )
    assert failed.outcome is Outcome.FAILED
    assert [each.additions for each in read_journal()] == [each.additions for each in before]
    assert codes(stores[0].path) == [("error", "trust-lost")]


def test_a_file_that_changed_since_it_was_read(homes: list[Path]) -> None:
    stores = stores_of(homes)
    changed = trust_store([("late", OTHER)])
    stores[0].path.write_bytes(changed)
    done = add_authority(COMPANY, plan_addition(COMPANY, stores))
    assert done[0].outcome is Outcome.FAILED
    assert stores[0].path.read_bytes() == changed


class _Killed(FileSystem):
    def replace(self, temporary: Path, target: Path) -> None:  # noqa: ARG002
        raise KeyboardInterrupt


def test_killed_while_saving(homes: list[Path]) -> None:
    stores = stores_of(homes)
    before = [each.path.read_bytes() for each in stores]
    with pytest.raises(KeyboardInterrupt):
        add_authority(COMPANY, plan_addition(COMPANY, stores), system=_Killed())
    assert [each.path.read_bytes() for each in stores] == before
    assert [each.removal for each in undo_addition()[1]] == [Removal.NOT_THERE]
    assert [each.path.read_bytes() for each in stores] == before


def test_an_update_is_noticed(homes: list[Path], tmp_path: Path) -> None:
    stores = stores_of(homes)
    add_authority(COMPANY, plan_addition(COMPANY, stores))
    assert all(codes(each.path) == [] for each in stores)
    assert lost_authorities(read_journal(), stores_of(homes)) == ()
    stores[0].path.write_bytes(PLAIN)
    new = fake_jdk(tmp_path / "jdk22", PLAIN)
    now = stores_of([*homes, tmp_path / "jdk22"])
    (lost,) = lost_authorities(read_journal(), now)
    assert (lost.replaced, lost.new) == ((now[0],), (now[3],))
    assert codes(stores[0].path) == [("error", "trust-lost")]
    assert codes(new) == [("warning", "trust-lost")]
    # Another keystore is none of its business, whatever it holds.
    elsewhere = tmp_path / "truststore.jks"
    elsewhere.write_bytes(PLAIN)
    assert codes(elsewhere) == []
    add_authority(COMPANY, plan_addition(COMPANY, now))
    assert codes(stores[0].path) == codes(new) == []
    undo_addition()
    assert all(e.alias_of(COMPANY) is None for e in stores_of([*homes, tmp_path / "jdk22"]))


def test_a_file_that_several_jdks_link_to_is_known_by_its_own_name(tmp_path: Path) -> None:
    shared = tmp_path / "etc" / "java" / "cacerts"
    shared.parent.mkdir(parents=True)
    shared.write_bytes(PLAIN)
    link = fake_jdk(tmp_path / "jdk", PLAIN)
    link.unlink()
    link.symlink_to(shared)
    add_authority(COMPANY, plan_addition(COMPANY, stores_of([tmp_path / "jdk"])))
    assert link.is_symlink()
    shared.write_bytes(PLAIN)
    assert codes(link) == codes(shared) == [("error", "trust-lost")]
    # A copy in a folder of no JDK is a keystore like any other.
    copy = tmp_path / "cacerts"
    copy.write_bytes(PLAIN)
    assert codes(copy) == []


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"kind": "handfast-jdk-trust", "version": "1", "authorities": []}',
     '{"kind": "handfast-jdk-trust", "version": 1, "authorities": [{"certificate": "%%"}]}'],
)  # fmt: skip
def test_a_damaged_journal(homes: list[Path], text: str) -> None:
    state = state_folder()
    assert state is not None
    state.mkdir(parents=True)
    (state / "jdk-trust.json").write_text(text, encoding="utf-8")
    with pytest.raises(Damaged):
        read_journal()
    stores = stores_of(homes)
    before = [each.path.read_bytes() for each in stores]
    with pytest.raises(Damaged):
        add_authority(COMPANY, plan_addition(COMPANY, stores))
    assert [each.path.read_bytes() for each in stores] == before
    # A check is about the keystore; it says nothing of this.
    assert codes(stores[0].path) == []


def test_a_journal_of_a_later_version(homes: list[Path]) -> None:
    state = state_folder()
    assert state is not None
    state.mkdir(parents=True)
    text = '{"kind": "handfast-jdk-trust", "version": 2, "authorities": []}'
    (state / "jdk-trust.json").write_text(text, encoding="utf-8")
    with pytest.raises(Unsupported):
        add_authority(COMPANY, plan_addition(COMPANY, stores_of(homes)))
    assert (state / "jdk-trust.json").read_text(encoding="utf-8") == text


#: Adds the certificate in a file to one JDK, once it is told to.
_ADD = """
import sys
from pathlib import Path
from handfast.core.certificates.certificate import Certificate
from handfast.services.jdks.authorities import add_authority, plan_addition, undo_addition
from handfast.services.jdks.installations import jdks_in
from handfast.services.jdks.trust_stores import read_trust_stores

authority = Certificate(Path(sys.argv[1]).read_bytes())
plan = plan_addition(authority, read_trust_stores(jdks_in(Path(sys.argv[2]))))
print("ready", flush=True)
sys.stdin.readline()
print(*(each.outcome.value for each in add_authority(authority, plan)), flush=True)
sys.stdin.readline()
undo_addition(authority)
"""


@pytest.mark.parametrize("is_one_authority", [False, True])
def test_several_at_once_lose_nothing(tmp_path: Path, is_one_authority: bool) -> None:
    authorities, running = [], []
    for number in range(4):
        home = tmp_path / f"jdk{number}"
        fake_jdk(home, PLAIN)
        authority = (
            COMPANY if is_one_authority else issue(CN=f"CA {number}", is_ca=True).certificate
        )
        authorities.append(authority)
        file = tmp_path / f"{number}.der"
        file.write_bytes(authority.der)
        running.append(
            subprocess.Popen([sys.executable, "-c", _ADD, str(file), str(home)], text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )  # fmt: skip

    def tell(answer: str) -> None:
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == answer

    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    tell("added\n")
    noted = {each.certificate: len(each.additions) for each in read_journal()}
    assert noted == ({COMPANY: 4} if is_one_authority else dict.fromkeys(authorities, 1))
    if not is_one_authority:
        tell("")
        assert read_journal() == ()
        for number in range(4):
            (store,) = stores_of([tmp_path / f"jdk{number}"])
            assert store.path.read_bytes() == PLAIN
    for process in running:
        process.communicate(timeout=20)


def test_nowhere_to_note_it(
    homes: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    stores = stores_of(homes)
    before = [each.path.read_bytes() for each in stores]
    done = add_authority(COMPANY, plan_addition(COMPANY, stores))
    assert {each.outcome for each in done} == {Outcome.FAILED}
    assert [each.path.read_bytes() for each in stores] == before


def test_which_certificate_of_a_file_is_meant() -> None:
    below = issue(CN="Issuing CA", is_ca=True, issuer=issue(CN="Root", is_ca=True))
    assert the_authority_among([LEAF]) == LEAF
    assert the_authority_among([below.certificate, COMPANY]) == COMPANY
    with pytest.raises(InvalidInput):
        the_authority_among([COMPANY, OTHER])
    with pytest.raises(InvalidInput):
        the_authority_among([LEAF, below.certificate])


def test_what_is_said_of_one_that_is_no_ca() -> None:
    assert warnings_about(COMPANY) == ()
    assert "not a CA" in warnings_about(LEAF)[0]
    expired: Any = issue(CN="Old Root", is_ca=True, ends=-3).certificate
    assert any("expired" in each for each in warnings_about(expired))


def test_a_backup_that_was_tampered_with(homes: list[Path]) -> None:
    add_authority(COMPANY, plan_addition(COMPANY, stores_of(homes)))
    for addition in read_journal()[0].additions:
        os.truncate(addition.backup, 10)
    assert {each.removal for each in undo_addition()[1]} == {Removal.REMOVED}
    assert all(each.alias_of(COMPANY) is None for each in stores_of(homes))


def test_files_too_large_are_refused(homes: list[Path]) -> None:
    state = state_folder()
    assert state is not None
    state.mkdir(parents=True)
    with (state / "jdk-trust.json").open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(FileProblem):
        read_journal()
    assert codes(stores_of(homes)[0].path) == []
