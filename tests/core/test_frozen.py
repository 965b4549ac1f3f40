"""The quick decorator of frozen dataclasses beside the library's: no class may tell them apart."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import pkgutil
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

import handfast
from handfast.core import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

#: Both, at run time; to the type checker they are the same.
QUICK: Callable[..., Any] = frozen.dataclass
LIBRARY: Callable[..., Any] = dataclasses.dataclass
BOTH = pytest.mark.parametrize("decorator", [QUICK, LIBRARY], ids=["quick", "library"])


@frozen.dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """At the top of a module, where pickle finds it."""

    name: str
    number: int = 0


def classes(decorator: Callable[..., Any]) -> tuple[type[Any], type[Any]]:
    """A class with every kind of field that Handfast has, and one that inherits from it."""

    @decorator(frozen=True, slots=True)
    class Base:
        """First."""

        name: str
        number: int = 7
        hidden: str = field(default="secret", repr=False)
        told: str = field(default="", compare=False)
        parts: list[str] = field(default_factory=list, compare=False)
        fixed: int = field(init=False, default=3)
        later: int = field(default=1, kw_only=True)
        kind = "base"

        def __post_init__(self) -> None:
            self.parts.append(self.name)

    @decorator(frozen=True, slots=True, kw_only=True)
    class Derived(Base):
        """Second."""

        number: int = 8
        more: tuple[int, ...] = ()

    return Base, Derived


@BOTH
def test_an_instance_has_what_it_was_given_and_the_defaults(decorator: Callable[..., Any]) -> None:
    base, derived = classes(decorator)
    for number in range(2):
        # The first instance is initialized in another way than the second.
        one = base("a", later=number)
        assert (one.name, one.number, one.hidden, one.parts, one.fixed) == (
            "a", 7, "secret", ["a"], 3,
        )  # fmt: skip
        assert (one.later, one.kind) == (number, "base")
        two = derived("b", parts=["x"], more=(1,), number=9)
        assert (two.number, two.parts, two.more, two.fixed) == (9, ["x", "b"], (1,), 3)
    assert base("a").parts is not base("a").parts


@BOTH
@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("a",), {"unknown": 1}), (("a",), {"name": "b"}), (("a",), {"fixed": 1})],
)
def test_what_does_not_fit_is_refused(
    decorator: Callable[..., Any], values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    base, derived = classes(decorator)
    for _ in range(2):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            base(*values, **named)
    with pytest.raises(TypeError):
        derived("a", 8, "", "", [], 1, (2,))


@BOTH
def test_no_instance_changes(decorator: Callable[..., Any]) -> None:
    base, _ = classes(decorator)
    one = base("a")
    for change in (
        lambda: setattr(one, "name", "b"),
        lambda: delattr(one, "name"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    # Of a name that is no field, the library's own refusal fails.
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
        one.unknown = 1
    assert one.name == "a"
    assert not hasattr(one, "__dict__")


@BOTH
def test_what_takes_part_in_equality(decorator: Callable[..., Any]) -> None:
    base, derived = classes(decorator)
    one = base("a", parts=["x"])
    assert one == base("a", told="else")
    assert hash(one) == hash(base("a", told="else"))
    assert one != base("b")
    assert one != base("a", hidden="other")
    assert one != derived("a", number=7)
    assert one != "a"
    assert len({one, base("a"), base("b")}) == 2


@BOTH
def test_one_field_none_at_all_and_equality_by_identity(decorator: Callable[..., Any]) -> None:
    @decorator(frozen=True, slots=True)
    class One:
        """One field."""

        only: tuple[int, ...]

    @decorator(frozen=True, slots=True)
    class Empty:
        """None."""

    @decorator(frozen=True, slots=True, eq=False)
    class Itself:
        """Equal to itself alone, and with a text of its own."""

        only: int

        def __repr__(self) -> str:
            return "own"

    assert One((1,)) == One((1,)) != One((2,))
    assert hash(One((1,))) == hash(One((1,)))
    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())
    assert Itself(1) != Itself(1)
    assert {Itself(1): "kept"}
    assert repr(Itself(1)) == "own"
    with pytest.raises(TypeError, match="unhashable"):
        hash(One([1]))


def test_the_text_hides_what_the_library_hides() -> None:
    texts = []
    for decorator in (QUICK, LIBRARY):
        base, derived = classes(decorator)
        texts.append((repr(base("a")), repr(derived("b", more=(1,)))))
    assert texts[0] == texts[1]
    assert "secret" not in texts[0][0]


@BOTH
def test_replacing_and_looking_into_it_work(decorator: Callable[..., Any]) -> None:
    base, derived = classes(decorator)
    one = dataclasses.replace(base("a"), number=2, parts=[])
    assert (one.name, one.number, one.parts) == ("a", 2, ["a"])
    names = ["name", "number", "hidden", "told", "parts", "fixed", "later"]
    assert [each.name for each in dataclasses.fields(one)] == names
    assert base.__match_args__ == tuple(names[:5])
    match derived("c"):
        case derived(name=name):
            assert name == "c"


def test_copies_are_equal() -> None:
    one = Kept(name="a", number=2)
    for each in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert each == one
        with pytest.raises(dataclasses.FrozenInstanceError):
            each.name = "b"


def test_other_kinds_are_left_to_the_library() -> None:
    for wanted in ({"frozen": False, "slots": True}, {"frozen": True, "slots": False}):
        with pytest.raises(TypeError, match="frozen"):
            QUICK(**wanted)


def test_every_class_of_handfast_is_initialized_as_the_library_would() -> None:
    """The parameters of each are those that the library would have given it."""
    count = 0
    for module in pkgutil.walk_packages(handfast.__path__, "handfast."):
        if ".ui." in module.name or module.name.endswith("__main__"):
            continue
        for each in vars(import_module(module.name)).values():
            if not (dataclasses.is_dataclass(each) and isinstance(each, type)):
                continue
            if each.__module__ != module.name or each.__setattr__ is not Kept.__setattr__:
                continue
            ours = inspect.signature(frozen._compiled_init(each)).parameters.values()
            fields = [each for each in dataclasses.fields(each) if each.init]
            expected = ["self"]
            expected += [each.name for each in fields if not each.kw_only]
            expected += [each.name for each in fields if each.kw_only]
            assert [each.name for each in ours] == expected
            for parameter in list(ours)[1:]:
                of_field = next(each for each in fields if each.name == parameter.name)
                assert (parameter.kind is inspect.Parameter.KEYWORD_ONLY) is of_field.kw_only
                has_default = (
                    of_field.default is not dataclasses.MISSING
                    or of_field.default_factory is not dataclasses.MISSING
                )
                assert (parameter.default is not inspect.Parameter.empty) is has_default
            count += 1
    assert count > 150
