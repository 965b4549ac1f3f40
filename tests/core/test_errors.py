"""Errors are values: each can be copied, whatever it is created with."""

from __future__ import annotations

import copy

import pytest

from handfast.core.errors import HandfastError, InvalidInput


def classes_below(kind: type[HandfastError]) -> list[type[HandfastError]]:
    return [kind, *(each for below in kind.__subclasses__() for each in classes_below(below))]


@pytest.mark.parametrize("kind", classes_below(HandfastError), ids=lambda kind: kind.__name__)
def test_a_copy_says_the_same_and_changes_alone(kind: type[HandfastError]) -> None:
    error = kind.__new__(kind, "The problem.")
    HandfastError.__init__(error, "The problem.", causes=("a cause",), remedy="A remedy.", offset=7)
    copied = copy.copy(error)
    assert type(copied) is kind
    assert vars(copied) == vars(error)
    assert str(copied) == "The problem."
    copied.problem = "x: The problem."
    assert error.problem == "The problem."


def test_what_one_class_has_beside_it_is_copied_too() -> None:
    assert copy.copy(InvalidInput("It is none.", field="alias")).field == "alias"
