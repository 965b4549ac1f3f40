"""Qt's enumerations created quickly: the same as Python creates them, for all of Qt."""

from __future__ import annotations

import enum
import itertools
import json
import operator
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from handfast.ui.program import quick_enums

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMBERS = [("Left", 1), ("Right", 2), ("Both", 3), ("Links", 1), ("Nowhere", -1), ("Far", 1 << 40)]
KINDS = (enum.Enum, enum.IntEnum)


@pytest.fixture(autouse=True, scope="module")
def known() -> Iterator[None]:
    """What enumerations have in common is known, and Python creates them in its own way."""
    usual = vars(enum.EnumType)["_create_"]
    assert quick_enums.create_quickly()
    type.__setattr__(enum.EnumType, "_create_", usual)
    yield
    quick_enums._common.clear()


#: Tells what is in each enumeration of a module, and what PySide says of a wrong call.
_TOLD = """
import enum, json, sys
if sys.argv[1] == "quick":
    from handfast.ui.program.startup import import_qt_core
    import_qt_core()
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.support import signature
def enumerations(of, seen):
    for name in sorted(vars(of)) if isinstance(of, type) else dir(of):
        # Where something is added twice, as with aliases of a module, once is enough.
        found = getattr(of, name, None)
        if isinstance(found, enum.EnumType):
            yield found
        elif isinstance(found, type) and "PySide6" in found.__module__ and found not in seen:
            seen.add(found)
            yield from enumerations(found, seen)
def answer(ask):
    # Some flags of Qt have values that Python cannot take apart, and says so.
    try:
        return repr(ask())
    except Exception as error:
        return repr(error)
told = {}
for module in (QtCore, QtGui, QtWidgets):
    for each in enumerations(module, set()):
        told[f"{each.__module__}.{each.__qualname__}"] = [
            [type(each).__name__, each.__mro__[1].__name__, list(each._member_names_)],
            [[name, member.name, member.value, repr(member), member._sort_order_,
              each(member.value) is member, getattr(each, name) is member]
             for name, member in each.__members__.items()],
            sorted(vars(each)),
            [repr(getattr(each, bits)) for bits in ("_flag_mask_", "_singles_mask_", "_all_bits_")
             ] + [answer(lambda: ~one) for one in each] + [
                 answer(lambda: each(3)), answer(lambda: list(each(5)))]
            if issubclass(each, enum.Flag) and each.__members__ else repr(list(each)),
        ]
try:
    QtCore.QTimer("wrong")
except TypeError as error:
    said = str(error)
print(json.dumps({"enumerations": told, "said": said,
                  "signature": str(signature.get_signature(QtCore.QTimer.setInterval))}))
"""


def as_usual(kind: type, members: object, **named: Any) -> Any:
    return quick_enums._create(kind, "Side", members, module=__name__, **named)


def quickly(kind: type, members: object, **named: Any) -> Any:
    return quick_enums.created(kind, "Side", members, module=__name__, **named)


@pytest.mark.parametrize("kind", KINDS)
def test_an_enumeration_is_the_same_in_both_ways(kind: type) -> None:
    usual, quick = (way(kind, MEMBERS, boundary=enum.KEEP) for way in (as_usual, quickly))
    # With what Python compares its own two ways.
    enum._test_simple_enum(usual, quick)
    assert [each.name for each in quick] == ["Left", "Right", "Both", "Nowhere", "Far"]
    assert quick(1) is quick.Left is quick.Links is quick["Links"]
    assert list(quick.__members__) == [name for name, _value in MEMBERS]
    assert [repr(each) for each in quick] == [repr(each) for each in usual]
    assert quick.Right in quick
    assert hash(quick.Right) == hash(usual.Right)
    with pytest.raises(ValueError, match="4"):
        quick(4)
    with pytest.raises(AttributeError):
        quick.Left = 5
    assert (quick.Far > quick.Left) if kind is enum.IntEnum else quick.Far.value == 1 << 40


@pytest.mark.parametrize("kind", [enum.Flag, enum.IntFlag])
@pytest.mark.parametrize(
    "members",
    [
        [("None_", 0), ("One", 1), ("Two", 2), ("Also", 2), ("Both", 3), ("Far", 1 << 30)],
        [("Far", 8), ("Near", 1), ("Mask", 0xF0), ("Middle", 2)],
        [("Nothing", 0)],
        [("Mask", 6), ("Other", 6)],
    ],
)
def test_flags_are_the_same_in_both_ways(kind: type, members: list[tuple[str, int]]) -> None:
    usual, quick = (way(kind, members, boundary=enum.KEEP) for way in (as_usual, quickly))
    enum._test_simple_enum(usual, quick)
    for each in (usual, quick):
        assert each(0x1F).value == 0x1F
    both = [list(usual), list(quick)]
    for mine, other in itertools.product(range(len(both[0])), repeat=2):
        for operation in (operator.or_, operator.and_, operator.xor):
            told = [operation(listed[mine], listed[other]) for listed in both]
            assert repr(told[0]) == repr(told[1])
            assert [one.name for one in told[0]] == [one.name for one in told[1]]
    for one in range(len(both[0])):
        assert repr(~both[0][one]) == repr(~both[1][one])


def test_a_member_can_be_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quickly(enum.Enum, MEMBERS)
    monkeypatch.setattr(sys.modules[__name__], "Side", made, raising=False)
    assert pickle.loads(pickle.dumps(made.Both)) is made.Both


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (enum.Flag, [("One", 1), ("All", -1), ("Two", 2)]),
        (enum.StrEnum, [("One", "1"), ("Two", "2"), ("Both", "3")]),
        (enum.Enum, [("name", 1), ("value", 2), ("other", 3)]),
        (enum.IntEnum, [("real", 1), ("bit_length", 2), ("other", 3)]),
        (enum.Enum, [("One", "1"), ("Two", "2"), ("Three", "3")]),
        (enum.Enum, [("One", [1]), ("Two", [2]), ("Also", [1])]),
        (enum.Enum, [("One", True), ("Two", 1), ("Three", 0)]),
        (enum.Enum, ["One", "Two", "Three"]),
        (enum.Enum, "One Two Three"),
        (enum.Enum, {"One": 1, "Two": 2, "Three": 3}),
        (enum.Enum, []),
    ],
)
def test_other_enumerations_are_as_python_creates_them(kind: type, members: Any) -> None:
    usual, quick = as_usual(kind, members), quickly(kind, members)
    assert quick_enums._record(usual).keys() == quick_enums._record(quick).keys()
    assert list(map(repr, usual)) == list(map(repr, quick))
    assert [each.value for each in usual] == [each.value for each in quick]


@pytest.mark.parametrize(
    "members", [[("One", 1), ("One", 2), ("Two", 3)], [("mro", 1), ("One", 2), ("Two", 3)]]
)
def test_what_python_refuses_is_refused(members: object) -> None:
    for way in (as_usual, quickly):
        with pytest.raises((TypeError, ValueError)):
            way(enum.Enum, members)


@pytest.fixture
def unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python creates enumerations in its own way again after the test."""
    monkeypatch.setattr(enum.EnumType, "_create_", quick_enums._create)


@pytest.mark.usefixtures("unchanged")
def test_an_enumeration_knows_the_module_that_it_was_created_in() -> None:
    assert quick_enums.create_quickly()
    for members in ("One Two", [("One", 1), ("Two", 2), ("Three", 3)]):
        assert enum.Enum("Side", members).__module__ == __name__


@pytest.mark.usefixtures("unchanged")
def test_a_python_that_keeps_members_otherwise_goes_on_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def with_more(*given: Any, **named: Any) -> Any:
        made = create(*given, **named)
        type.__setattr__(made, "_count_", len(made.__members__))
        return made

    create = quick_enums._create
    monkeypatch.setattr(quick_enums, "_create", with_more)
    monkeypatch.setattr(quick_enums, "_common", {})
    assert not quick_enums.create_quickly()
    assert vars(enum.EnumType)["_create_"] is create
    assert not quick_enums._common


def test_all_of_qt_is_as_without_it() -> None:
    told = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", _TOLD, how],
                check=True,
                capture_output=True,
                text=True,
                timeout=120,
            ).stdout
        )
        for how in ("quick", "as usual")
    ]
    quick, usual = told
    assert len(usual["enumerations"]) > 500
    assert quick == usual
    assert "Supported signatures" in quick["said"]
    assert "int" in quick["signature"]
