"""A store is a value: edits give a new one and leave the old as it was."""

from __future__ import annotations

import dataclasses

import pytest

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import TrustedCertificate
from handfast.core.errors import AlreadyExists, InvalidInput, NotFound
from handfast.core.history import History
from handfast.core.store import MAX_ALIAS_LENGTH, Format, Store, shorten


def trusted(alias: str) -> TrustedCertificate:
    return TrustedCertificate(alias=alias, certificate=Certificate(alias.encode()))


def store_of(*aliases: str) -> Store:
    return Store(format=Format.PKCS12, entries=tuple(trusted(alias) for alias in aliases))


def aliases(store: Store) -> list[str]:
    return [entry.alias for entry in store.entries]


class TestFinding:
    def test_exact_case_wins_over_any_case(self) -> None:
        store = store_of("Acme", "acme")
        assert store.get("acme") is store.entries[1]
        assert store.get("Acme") is store.entries[0]

    def test_any_case_will_do_where_there_is_no_exact_one(self) -> None:
        store = store_of("acme")
        assert store.get("ACME") is store.entries[0]

    def test_an_unknown_alias_says_what_there_is(self) -> None:
        with pytest.raises(NotFound) as caught:
            store_of("one", "two").get("three")
        assert "three" in caught.value.problem
        assert "one, two" in caught.value.causes[0]
        assert caught.value.code == 2

    def test_a_free_alias_is_numbered(self) -> None:
        store = store_of("acme", "ACME-2")
        assert store.free_alias("other") == "other"
        assert store.free_alias("Acme") == "Acme-3"


class TestEditing:
    def test_entries_are_added_at_the_end(self) -> None:
        before = store_of("one")
        after = before.with_entries([trusted("two"), trusted("three")])
        assert aliases(after) == ["one", "two", "three"]
        assert aliases(before) == ["one"]

    @pytest.mark.parametrize("taken", ["one", "ONE"])
    def test_a_taken_alias_is_refused_in_any_case(self, taken: str) -> None:
        with pytest.raises(AlreadyExists) as caught:
            store_of("one").with_entries([trusted(taken)])
        assert caught.value.code == 6

    def test_two_of_the_same_alias_at_once_are_refused(self) -> None:
        with pytest.raises(AlreadyExists):
            store_of().with_entries([trusted("a"), trusted("A")])

    @pytest.mark.parametrize(
        "alias", ["", "   ", "a\nb", "a\x1b[31m", "x" * (MAX_ALIAS_LENGTH + 1)]
    )
    def test_an_alias_that_would_do_harm_is_refused(self, alias: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            store_of().with_entries([trusted(alias)])
        assert caught.value.field == "alias"

    def test_an_entry_is_replaced_at_its_place(self) -> None:
        store = store_of("one", "two", "three")
        after = store.with_replaced(store.entries[1], trusted("zwei"))
        assert aliases(after) == ["one", "zwei", "three"]

    def test_renaming_onto_another_entry_is_refused(self) -> None:
        store = store_of("one", "two")
        with pytest.raises(AlreadyExists):
            store.with_replaced(store.entries[1], trusted("ONE"))

    def test_renaming_to_another_case_of_itself_is_allowed(self) -> None:
        store = store_of("one", "two")
        assert aliases(store.with_replaced(store.entries[0], trusted("ONE"))) == ["ONE", "two"]

    def test_of_two_equal_entries_only_the_one_that_is_meant_goes(self) -> None:
        first, second = trusted("same"), trusted("same")
        store = Store(format=Format.JKS, entries=(first, second))
        after = store.without([second])
        assert len(after.entries) == 1
        assert after.entries[0] is first

    def test_what_is_not_there_cannot_be_removed(self) -> None:
        with pytest.raises(NotFound):
            store_of("one").without([trusted("one")])


class TestHistory:
    def test_a_store_from_disk_is_clean_until_edited(self) -> None:
        history = History.opened(store_of("one"))
        assert not history.is_dirty
        edited = history.apply("Add two", store_of("one", "two"))
        assert edited.is_dirty
        assert edited.undo_label == "Add two"
        assert not edited.undo().is_dirty
        assert edited.undo().redo_label == "Add two"

    def test_a_new_store_is_dirty_until_saved(self) -> None:
        history = History.created(store_of())
        assert history.is_dirty
        assert not history.mark_saved().is_dirty

    def test_undo_past_a_save_is_dirty_and_redo_is_clean_again(self) -> None:
        history = History.opened(store_of("a")).apply("b", store_of("a", "b")).mark_saved()
        assert history.undo().is_dirty
        assert not history.undo().redo().is_dirty

    def test_a_saved_value_that_was_edited_away_cannot_come_back(self) -> None:
        history = History.opened(store_of("a")).apply("b", store_of("a", "b")).mark_saved()
        other = history.undo().apply("c", store_of("a", "c"))
        assert other.is_dirty
        assert other.undo().is_dirty
        assert not other.can_redo

    def test_undo_and_redo_stop_at_the_ends(self) -> None:
        history = History.opened(store_of("a"))
        assert history.undo() == history
        assert history.redo() == history
        assert history.undo_label == history.redo_label == ""

    def test_saving_puts_what_was_read_back_in_its_place(self) -> None:
        again = store_of("a", "b")
        history = History.opened(store_of("a")).apply("b", store_of("a", "b")).mark_saved(again)
        assert history.store is again
        assert aliases(history.undo().store) == ["a"]

    def test_another_format_is_for_every_step_and_the_mark_stays(self) -> None:
        history = History.opened(store_of("a")).apply("b", store_of("a", "b")).mark_saved().undo()
        moved = history.mapped(lambda store: dataclasses.replace(store, format=Format.JCEKS))
        assert [step.store.format for step in moved.steps] == [Format.JCEKS] * 2
        assert [step.label for step in moved.steps] == ["", "b"]
        assert moved.is_dirty
        assert not moved.redo().is_dirty
        assert history.store.format is not Format.JCEKS


def test_a_long_text_is_shortened_in_the_middle() -> None:
    assert shorten("short") == "short"
    assert shorten("x" * 30 + "y" * 30 + "z" * 30, 21) == "x" * 10 + "…" + "z" * 10
