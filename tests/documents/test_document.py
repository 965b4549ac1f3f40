"""A keystore that is open, through each of its states, without a display."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from handfast.core.errors import (
    Cancelled,
    ChangedOnDisk,
    Damaged,
    HandfastError,
    NotAKeystore,
    NotFound,
    TooCostly,
    WrongPassword,
)
from handfast.core.password import Password
from handfast.core.store import Format, Integrity, Store
from handfast.documents.document import Document, State
from handfast.documents.problem import Remedy
from handfast.formats.base import Limits
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.store_files import stamp_of
from tests.support import pfx
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.entry import Entry, KeyPair
    from handfast.core.progress import Progress

SECRET = Password("not the usual")
WRONG = Password("certainly wrong")


class Work:
    """Work that was started; it is done when the test says so."""

    def __init__(
        self,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[HandfastError], None],
    ) -> None:
        self._work, self._done, self._failed = work, done, failed
        self.is_running = True
        self.is_stop_asked = False
        self.at = (0, 0)

    def cancel(self) -> None:
        self.is_running = False

    def ask_to_stop(self) -> None:
        self.is_stop_asked = True

    def progress(self, done: int, total: int) -> None:
        self.at = (done, total)
        if self.is_stop_asked:
            raise Cancelled("Stopped.")

    def do(self) -> None:
        try:
            result = self._work(self.progress)
        except HandfastError as error:
            if self.is_running:
                self.is_running = False
                self._failed(error)
            return
        if self.is_running:
            self.is_running = False
            self._done(result)


class Runner:
    """Runs nothing before it is told to."""

    def __init__(self) -> None:
        self.waiting: list[Work] = []

    def run(
        self,
        work: Callable[[Progress], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[HandfastError], None],
    ) -> Work:
        made = Work(work, done, failed)
        self.waiting.append(made)
        return made

    def finish(self) -> None:
        """Do everything that was started, and what that starts."""
        while self.waiting:
            self.waiting.pop(0).do()


class AtOnce(Runner):
    """Runs everything before :meth:`run` returns."""

    def run(
        self,
        work: Callable[[Progress], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[HandfastError], None],
    ) -> Work:
        made = Work(work, done, failed)
        made.do()
        return made


@pytest.fixture(scope="module")
def pairs() -> list[KeyPair]:
    return [
        make_pair(PairRequest(alias=name, name=f"CN={name}", key="ec:P-256"))
        for name in ("one", "two")
    ]


@pytest.fixture
def path(tmp_path: Path, pairs: list[KeyPair]) -> Path:
    made = tmp_path / "keys.p12"
    save_store(new_store(Format.PKCS12, SECRET).with_entries(pairs), made)
    return made


@pytest.fixture
def runner() -> Runner:
    return Runner()


@pytest.fixture
def document(path: Path, runner: Runner) -> Document:
    """Open, by its password."""
    made = Document(path, runner)
    made.open(SECRET)
    runner.finish()
    assert made.state is State.OPEN
    return made


def aliases(document: Document) -> list[str]:
    return [entry.alias for entry in document.store.entries] if document.store else []


def delete_one(document: Document) -> None:
    assert document.store is not None
    document.delete([document.store.get("one")])


# --- opening -----------------------------------------------------------------------------


def test_it_is_opening_then_open(path: Path, runner: Runner) -> None:
    document = Document(path, runner)
    seen: list[State] = []
    document.listen(lambda: seen.append(document.state))
    document.open(SECRET)
    assert document.state is State.OPENING
    assert document.store is None
    assert document.reading_job is not None
    runner.finish()
    assert seen == [State.OPENING, State.OPEN]
    assert aliases(document) == ["one", "two"]
    assert not document.is_dirty
    assert document.error is None


def test_a_runner_that_does_it_at_once_is_good_as_well(path: Path) -> None:
    document = Document(path, AtOnce())
    document.open(SECRET)
    assert document.state is State.OPEN
    delete_one(document)
    document.lock("Away.")
    assert not document.holds_secrets
    document.unlock(SECRET)
    assert aliases(document) == ["two"]


def test_it_needs_a_password_and_says_whether_one_was_wrong(path: Path, runner: Runner) -> None:
    document = Document(path, runner)
    document.open()
    runner.finish()
    assert document.state is State.NEEDS_PASSWORD
    assert document.error is not None
    assert not isinstance(document.error, WrongPassword)
    document.enter(WRONG)
    runner.finish()
    assert document.state is State.NEEDS_PASSWORD
    assert isinstance(document.error, WrongPassword)
    document.enter(SECRET)
    runner.finish()
    assert document.state is State.OPEN


@pytest.mark.parametrize(
    ("data", "kind"), [(b"no keystore at all", NotAKeystore), (b"\xfe\xed\xfe\xed\0", Damaged)]
)
def test_what_cannot_be_read_has_failed(
    tmp_path: Path, runner: Runner, data: bytes, kind: type[HandfastError]
) -> None:
    path = tmp_path / "bad.jks"
    path.write_bytes(data)
    document = Document(path, runner)
    document.open()
    runner.finish()
    assert document.state is State.FAILED
    assert isinstance(document.error, kind)
    assert not document.may_agree
    # A second try finds what is there then.
    save_store(new_store(Format.JKS, Password("changeit")), path, overwrite=True)
    document.open()
    runner.finish()
    assert document.state is State.OPEN


def test_what_costs_too_much_is_agreed_to(
    path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Limits(iterations=10)
    monkeypatch.setattr("handfast.documents.document.DEFAULT_LIMITS", few)
    document = Document(path, runner)
    document.open(SECRET)
    runner.finish()
    assert document.state is State.FAILED
    assert isinstance(document.error, TooCostly)
    assert document.may_agree
    document.agree()
    runner.finish()
    assert aliases(document) == ["one", "two"]


def test_a_second_opening_replaces_the_first(path: Path, runner: Runner) -> None:
    document = Document(path, runner)
    document.open(WRONG)
    document.open(SECRET)
    runner.finish()
    assert document.state is State.OPEN


# --- editing ------------------------------------------------------------------------------


def test_what_was_written_just_before_is_shown_without_reading_it(
    path: Path, runner: Runner, pairs: list[KeyPair]
) -> None:
    saved = save_store(new_store(Format.PKCS12, SECRET).with_entries(pairs), path, overwrite=True)
    document = Document(path, runner)
    document.show(saved)
    assert document.state is State.OPEN
    assert document.store is saved.store
    assert not document.is_dirty
    assert runner.waiting == []
    # It is saved over what was written then, and over nothing else.
    delete_one(document)
    document.save()
    runner.finish()
    assert not document.is_dirty
    assert aliases(document) == [each.alias for each in open_file(path, SECRET).store.entries]


def test_what_is_shown_without_reading_takes_no_edits_and_opens_no_lock(
    document: Document, runner: Runner, path: Path
) -> None:
    read = open_file(path, SECRET)
    delete_one(document)
    edited = document.store
    document.show(read)
    assert document.store is edited
    document.undo()
    document.lock("Nobody was there.")
    runner.finish()
    other = dataclasses.replace(read, store=read.store.with_password(WRONG))
    document.show(other)
    runner.finish()
    assert document.state is State.LOCKED
    document.show(read)
    runner.finish()
    assert document.state is State.OPEN


def test_edits_are_undone_and_redone(document: Document) -> None:
    delete_one(document)
    assert aliases(document) == ["two"]
    assert document.is_dirty
    document.undo()
    assert aliases(document) == ["one", "two"]
    assert not document.is_dirty
    document.redo()
    assert aliases(document) == ["two"]


def test_what_is_not_open_takes_no_edit(path: Path, runner: Runner, pairs: list[KeyPair]) -> None:
    document = Document(path, runner)
    with pytest.raises(NotFound):
        document.apply("Import", new_store(Format.PKCS12, SECRET).with_entries(pairs))
    document.undo()
    document.save()
    assert document.store is None


def test_whoever_listens_is_told_until_it_stops(document: Document) -> None:
    told: list[int] = []
    stop = document.listen(lambda: told.append(1))
    delete_one(document)
    assert len(told) == 1
    stop()
    stop()
    document.undo()
    assert len(told) == 1


def test_a_change_of_the_password_is_an_edit(
    document: Document, runner: Runner, path: Path
) -> None:
    document.change_password(Password("another one"))
    assert document.is_dirty
    document.save()
    runner.finish()
    assert len(open_file(path, Password("another one")).store.key_pairs) == 2
    with pytest.raises(WrongPassword):
        open_file(path, SECRET)


# --- saving -------------------------------------------------------------------------------


def test_saving_writes_and_tells(document: Document, runner: Runner, path: Path) -> None:
    delete_one(document)
    ended: list[str] = []
    document.save(lambda: ended.append("saved"))
    assert document.is_saving
    # A second one beside it would find the file changed, by the first.
    document.save(lambda: ended.append("twice"))
    runner.finish()
    assert ended == ["saved"]
    assert not document.is_dirty
    assert [entry.alias for entry in open_file(path, SECRET).store.entries] == ["two"]


def test_an_edit_made_while_it_is_written_stays_an_edit(document: Document, runner: Runner) -> None:
    delete_one(document)
    document.save()
    document.undo()
    runner.finish()
    assert document.is_dirty
    document.redo()
    assert not document.is_dirty


def test_a_save_that_is_stopped_loses_nothing(
    document: Document, runner: Runner, path: Path
) -> None:
    before = path.read_bytes()
    delete_one(document)
    failed: list[HandfastError] = []
    document.save(failed=failed.append)
    document.stop_saving()
    runner.finish()
    assert isinstance(failed[0], Cancelled)
    # Who stopped it needs not to be told.
    assert document.problem is None
    assert document.is_dirty
    assert path.read_bytes() == before


def test_what_another_program_wrote_is_not_overwritten_unasked(
    document: Document, runner: Runner, path: Path, pairs: list[KeyPair]
) -> None:
    delete_one(document)
    theirs = new_store(Format.PKCS12, SECRET).with_entries(pairs[:1])
    save_store(theirs, path, overwrite=True, backup=False)
    document.save()
    runner.finish()
    problem = document.problem
    assert problem is not None
    assert isinstance(problem.error, ChangedOnDisk)
    assert problem.remedies == (Remedy.SAVE_AS, Remedy.RELOAD, Remedy.OVERWRITE)
    assert [entry.alias for entry in open_file(path, SECRET).store.entries] == ["one"]
    document.overwrite()
    runner.finish()
    assert document.problem is None
    assert [entry.alias for entry in open_file(path, SECRET).store.entries] == ["two"]


def test_a_new_password_is_told_once_it_is_written(path: Path, runner: Runner) -> None:
    told: list[Password | None] = []
    document = Document(path, runner, password_saved=told.append)
    document.open(SECRET)
    runner.finish()
    document.change_password(Password("another one"))
    assert told == []
    document.save()
    runner.finish()
    assert told == [Password("another one")]
    delete_one(document)
    document.save()
    runner.finish()
    assert len(told) == 1


def test_it_goes_on_with_the_file_that_it_was_saved_as(
    document: Document, runner: Runner, tmp_path: Path
) -> None:
    delete_one(document)
    written = document.store
    assert written is not None
    saved = save_store(written, tmp_path / "other.p12")
    document.move_to(saved, written, lambda store: store)
    assert document.path == tmp_path / "other.p12"
    assert not document.is_dirty
    document.undo()
    document.save()
    runner.finish()
    assert len(open_file(tmp_path / "other.p12", SECRET).store.entries) == 2


# --- the file on disk ---------------------------------------------------------------------


def rewrite(path: Path, *entries: KeyPair, password: Password = SECRET) -> None:
    store = new_store(Format.PKCS12, password).with_entries(entries)
    save_store(store, path, overwrite=True, backup=False)


def test_what_another_program_wrote_is_shown_at_once(
    document: Document, runner: Runner, path: Path, pairs: list[KeyPair]
) -> None:
    rewrite(path, pairs[1])
    document.compare_with_disk()
    runner.finish()
    assert aliases(document) == ["two"]
    assert not document.is_dirty
    document.undo()
    assert aliases(document) == ["one", "two"]


def test_edits_are_not_lost_to_what_another_program_wrote(
    document: Document, runner: Runner, path: Path, pairs: list[KeyPair]
) -> None:
    delete_one(document)
    rewrite(path, pairs[0])
    document.compare_with_disk()
    runner.finish()
    problem = document.problem
    assert problem is not None
    assert problem.remedies == (Remedy.RELOAD, Remedy.KEEP_MINE, Remedy.SAVE_AS)
    assert aliases(document) == ["two"]
    # It is told once, and kept.
    document.compare_with_disk()
    runner.finish()
    assert document.problem is problem
    document.keep_edits()
    assert document.problem is None
    document.save()
    runner.finish()
    assert document.problem is None
    assert [entry.alias for entry in open_file(path, SECRET).store.entries] == ["two"]


def test_a_file_that_is_gone_is_told_and_stays_shown(
    document: Document, runner: Runner, path: Path
) -> None:
    path.unlink()
    document.compare_with_disk()
    runner.finish()
    assert document.problem is not None
    assert document.problem.remedies == (Remedy.SAVE_AS,)
    assert aliases(document) == ["one", "two"]


def test_the_same_file_is_no_news(document: Document, runner: Runner) -> None:
    document.compare_with_disk()
    runner.finish()
    assert document.problem is None
    assert document.opened is not None
    assert document.opened.stamp == stamp_of(document.path)


def test_a_reload_asks_for_a_password_that_was_changed(
    document: Document, runner: Runner, path: Path, pairs: list[KeyPair]
) -> None:
    rewrite(path, pairs[0], password=Password("quite another"))
    document.reload()
    runner.finish()
    assert document.problem is not None
    assert document.problem.remedies == (Remedy.ENTER_PASSWORD,)
    assert aliases(document) == ["one", "two"]
    document.reload(WRONG)
    runner.finish()
    assert document.problem is not None
    document.reload(Password("quite another"))
    runner.finish()
    assert document.problem is None
    assert aliases(document) == ["one"]


# --- keys that are locked -----------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path, runner: Runner, pairs: list[KeyPair]) -> Document:
    """A keystore that everybody can open, with a key that they cannot."""
    path = tmp_path / "own.p12"
    locked = dataclasses.replace(pairs[0], password=Password("its own"))
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([locked]), path)
    document = Document(path, runner)
    document.open()
    runner.finish()
    assert document.state is State.OPEN
    return document


def the_key(document: Document) -> KeyPair:
    assert document.store is not None
    return document.store.key_pairs[0]


def test_a_key_is_unlocked_which_is_no_edit(own: Document, runner: Runner) -> None:
    failed: list[HandfastError] = []
    own.unlock_key(the_key(own), WRONG, failed=failed.append)
    runner.finish()
    assert isinstance(failed[0], WrongPassword)
    assert the_key(own).is_locked
    own.unlock_key(the_key(own), Password("its own"), failed=failed.append)
    runner.finish()
    assert len(failed) == 1
    assert not the_key(own).is_locked
    assert not own.is_dirty


def test_a_key_that_is_unlocked_comes_to_its_own_certificate(
    tmp_path: Path, runner: Runner
) -> None:
    root = issue(CN="Root", is_ca=True)
    one, two = issue(CN="one", issuer=root), issue(CN="two", issuer=root)
    path = tmp_path / "swapped.p12"
    sealed = one.key.private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"its own")
    )
    path.write_bytes(
        pfx.pfx(
            pfx.part(
                pfx.bag(pfx.SHROUDED, sealed, pfx.name("key"), pfx.key_id(b"1")),
                pfx.certificate(two.certificate.der, pfx.key_id(b"1")),
                pfx.certificate(one.certificate.der, pfx.name("other")),
                pfx.certificate(root.certificate.der),
            )
        )
    )
    document = Document(path, runner)
    document.open()
    runner.finish()
    assert the_key(document).certificate == two.certificate
    told: list[Entry] = []
    document.unlock_key(
        the_key(document), Password("its own"), then=told.append, failed=pytest.fail
    )
    runner.finish()
    assert the_key(document).chain == (one.certificate, root.certificate)
    assert told == [the_key(document)]
    assert document.store is not None
    assert [each.certificate for each in document.store.trusted] == [two.certificate]
    assert not document.is_dirty
    document.undo()
    assert the_key(document).chain == (one.certificate, root.certificate)


def test_a_store_that_everybody_opens_stays_open_but_for_such_keys(
    own: Document, runner: Runner
) -> None:
    own.unlock_key(the_key(own), Password("its own"), failed=pytest.fail)
    runner.finish()
    own.lock("Away.")
    assert own.state is State.OPEN
    assert the_key(own).is_locked
    assert not own.is_dirty


def test_a_password_that_is_being_tried_opens_nothing_after_a_lock(
    own: Document, runner: Runner
) -> None:
    own.unlock_key(the_key(own), Password("its own"), failed=pytest.fail)
    assert own.learning_job is not None
    own.lock("Away.")
    assert own.learning_job is None
    runner.finish()
    assert the_key(own).is_locked


def test_a_store_that_is_shown_unverified_is_verified_without_losing_edits(
    tmp_path: Path, runner: Runner, pairs: list[KeyPair]
) -> None:
    path = tmp_path / "trust.jks"
    save_store(new_store(Format.JKS, SECRET).with_entries(pairs), path)
    document = Document(path, runner)
    document.open()
    runner.finish()
    store = document.store
    assert store is not None
    assert store.integrity is Integrity.UNVERIFIED
    delete_one(document)
    failed: list[HandfastError] = []
    document.verify(WRONG, failed=failed.append)
    runner.finish()
    assert isinstance(failed[0], WrongPassword)
    document.verify(SECRET, failed=failed.append)
    runner.finish()
    assert document.store.integrity is Integrity.VERIFIED
    assert aliases(document) == ["two"]
    assert document.is_dirty
    document.undo()
    assert not the_key(document).is_locked


# --- locking ------------------------------------------------------------------------------


def test_a_locked_document_holds_nothing_and_gives_everything_back(
    document: Document, runner: Runner
) -> None:
    delete_one(document)
    document.lock("You locked the stores.")
    assert document.state is State.LOCKED
    assert document.why_locked == "You locked the stores."
    assert document.store is None
    assert document.history is None
    assert document.is_dirty
    assert document.holds_secrets
    runner.finish()
    assert not document.holds_secrets
    document.unlock(WRONG)
    runner.finish()
    assert document.state is State.LOCKED
    assert isinstance(document.error, WrongPassword)
    document.unlock(SECRET)
    assert document.state is State.OPENING
    runner.finish()
    assert aliases(document) == ["two"]
    assert document.is_dirty
    document.undo()
    assert not document.is_dirty


def test_it_needs_no_file_to_be_unlocked(document: Document, runner: Runner, path: Path) -> None:
    document.lock("Away.")
    runner.finish()
    path.unlink()
    document.unlock(SECRET)
    runner.finish()
    assert aliases(document) == ["one", "two"]


def test_it_is_unlocked_while_it_is_still_being_put_away(
    document: Document, runner: Runner
) -> None:
    document.lock("Away.")
    document.unlock(SECRET)
    runner.finish()
    assert document.state is State.OPEN
    assert aliases(document) == ["one", "two"]


def test_what_is_being_opened_or_unlocked_stays_locked(
    path: Path, document: Document, runner: Runner
) -> None:
    opening = Document(path, runner)
    opening.open(SECRET)
    opening.lock("Away.")
    document.lock("Away.")
    runner.finish()
    document.unlock(SECRET)
    document.lock("Away again.")
    runner.finish()
    assert (opening.state, document.state) == (State.LOCKED, State.LOCKED)
    assert document.why_locked == "Away again."
    for each in (opening, document):
        each.unlock(SECRET)
        runner.finish()
        assert each.state is State.OPEN


def test_what_is_read_without_a_password_is_read_on(path: Path, runner: Runner) -> None:
    document = Document(path, runner)
    document.open()
    document.lock("Away.")
    runner.finish()
    assert document.state is State.NEEDS_PASSWORD


def test_what_is_being_saved_is_locked_the_next_time(document: Document, runner: Runner) -> None:
    delete_one(document)
    document.save()
    document.lock("Away.")
    assert document.state is State.OPEN
    runner.finish()
    document.lock("Away.")
    assert document.state is State.LOCKED


def test_what_cannot_be_put_away_stays_behind_the_lock(
    document: Document, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_given: object) -> None:
        raise HandfastError("It cannot.")

    monkeypatch.setattr("handfast.services.files.sealing.seal", cannot)
    delete_one(document)
    document.lock("Away.")
    runner.finish()
    assert document.holds_secrets
    assert document.store is None
    document.unlock(WRONG)
    runner.finish()
    assert document.state is State.LOCKED
    document.unlock(SECRET)
    runner.finish()
    assert aliases(document) == ["two"]


# --- closing ------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["open", "opening", "locked", "saving"])
def test_a_closed_document_holds_nothing(
    path: Path, document: Document, runner: Runner, before: str
) -> None:
    told: list[State] = []
    document.listen(lambda: told.append(document.state))
    if before == "opening":
        document.open(SECRET)
    elif before == "locked":
        document.lock("Away.")
    elif before == "saving":
        delete_one(document)
        document.save()
    document.close()
    assert told[-1] is State.CLOSED
    told.clear()
    runner.finish()
    # Nobody hears of it again, and nothing comes back.
    assert told == []
    assert document.state is State.CLOSED
    assert document.store is None
    assert document.opened is None
    assert document.error is None
    assert not document.holds_secrets
    assert not document.is_dirty
    assert path.exists()


def test_a_document_is_of_one_store_only(document: Document) -> None:
    assert isinstance(document.store, Store)
