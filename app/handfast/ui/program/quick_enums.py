"""Qt's enumerations in a tenth of their time: as copies of one, with their members added at once.

PySide has Python create an enumeration for each of Qt as soon as the class that it belongs to is
used: 220 with 3,200 members before the first rows are seen. Python finds out for each what it finds
out for all, and defines the class with a descriptor for each member, which looks for the name in
all classes above and replaces itself by the member: 35 µs for a class and 5 for a member.

Only what PySide asks for is done otherwise: an enumeration from a list of names and whole numbers.
How Python keeps the members is its own affair, so both ways are compared before this is used, and a
Python that keeps them otherwise goes on as ever.
"""

from __future__ import annotations

import contextlib
import enum
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_create: Callable[..., Any] = vars(enum.EnumType)["_create_"]
#: By these the two ways are compared: with a second name for a value, out of order, two bits, none.
_SAMPLE = [("SECOND", 2), ("FIRST", 1), ("ALSO_FIRST", 1), ("BOTH", 3), ("NONE", 0)]
#: What is of each enumeration its own, and not copied.
_OWN = {"__dict__", "__weakref__", "__module__"}
#: What an enumeration of each kind has beside its members, as PySide asks for it.
_common: dict[type, dict[str, Any]] = {}
#: Names that a member cannot have, or that make Python put something else in its place.
_taken: dict[type, frozenset[str]] = {}


def create_quickly() -> bool:
    """Have PySide's enumerations created quickly from now on; whether they are as they would be."""
    for kind in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag):
        empty = _create(kind, "Sample", [], module=__name__, boundary=enum.KEEP)
        _common[kind] = {key: each for key, each in vars(empty).items() if key not in _OWN}
        _taken[kind] = frozenset(name for each in kind.__mro__ for name in vars(each)) | {"mro"}
    # The other two keep their members as these do.
    for kind in (enum.Enum, enum.Flag):
        quick, usual = (
            way(kind, "Sample", _SAMPLE, module=__name__, boundary=enum.KEEP)
            for way in (created, _create)
        )
        if _record(quick) != _record(usual):
            _common.clear()
            return False
    type.__setattr__(enum.EnumType, "_create_", created)
    return True


def created(kind: type, class_name: str, names: Any = None, **named: Any) -> Any:  # noqa: ANN401 - as Python's
    """An enumeration, as ``EnumType._create_`` returns it.

    From Python 3.12 on, ``Enum(…)`` names all that it hands over, by the names here.
    """
    name, members = class_name, names
    if named.get("module") is None:
        # As Python does, which looks as many calls up and would find this module.
        with contextlib.suppress(ValueError):
            named["module"] = sys._getframe(2).f_globals.get("__name__")
    if not _is_of_qt(kind, members, **named):
        return _create(kind, name, members, **named)
    made = _copied(kind, name, named["module"])
    if issubclass(kind, enum.Flag):
        _add_flags(made, members)
    else:
        _add(made, members, lambda _value: True)
    return made


def _is_of_qt(
    kind: type,
    members: object,
    *,
    module: str | None,
    qualname: str | None = None,
    type: type | None = None,  # noqa: A002 - as Python calls it
    boundary: enum.FlagBoundary | None = None,
    start: int = 1,
) -> bool:
    """Whether it is an enumeration as PySide asks for them, in which nothing is out of the way."""
    if kind not in _common or boundary is not enum.KEEP or not isinstance(members, list):
        return False
    if module is None or qualname is not None or type is not None or start != 1:
        return False
    is_flag = issubclass(kind, enum.Flag)
    names = set()
    for each in members:
        # Python could do something with a pair of other things, and inverts a negative flag.
        if not isinstance(each, tuple) or each[1].__class__ is not int or each[0][:1] == "_":
            return False
        if is_flag and each[1] < 0:
            return False
        names.add(each[0])
    return len(names) == len(members) and names.isdisjoint(_taken[kind])


def _copied(kind: type, name: str, module: str) -> Any:  # noqa: ANN401 - an enumeration
    """An enumeration without members."""
    content = {
        key: type(each)() if isinstance(each, list | dict) else each
        for key, each in _common[kind].items()
    }
    content["__module__"] = module
    return type.__new__(enum.EnumType, name, (kind,), content)


def _add(made: Any, members: list[tuple[str, int]], is_listed: Callable[[int], bool]) -> None:  # noqa: ANN401 - an enumeration that is being created
    """Add members as Python keeps them; ``is_listed`` says whether it counts one among them."""
    by_name, by_value, order = made._member_map_, made._value2member_map_, made._member_names_
    create, with_value = made._new_member_, made._use_args_
    #: Python 3.13 keeps a list of the values, too.
    values = getattr(made, "_hashable_values_", [])
    for title, value in members:
        member = by_value.get(value)
        if member is None:
            member = create(made, value) if with_value else create(made)
            member.__dict__.update(
                _value_=value, _name_=title, __objclass__=made, _sort_order_=len(order)
            )
            by_value[value] = member
            values.append(value)
            if is_listed(value):
                order.append(title)
        by_name[title] = member
        # An enumeration refuses to have a member set.
        type.__setattr__(made, title, member)


def _add_flags(made: Any, members: list[tuple[str, int]]) -> None:  # noqa: ANN401 - an enumeration
    every = single = 0
    for _title, value in members:
        every |= value
        if _is_single(value):
            single |= value
    for key, bits in (
        ("_flag_mask_", every),
        ("_singles_mask_", single),
        ("_all_bits_", 2 ** every.bit_length() - 1),
    ):
        type.__setattr__(made, key, bits)
    _add(made, members, _is_single)
    listed = [made._member_map_[title]._value_ for title in made._member_names_]
    if listed != sorted(listed):
        type.__setattr__(made, "_iter_member_", made._iter_member_by_def_)


def _is_single(value: int) -> bool:
    return value > 0 and not value & (value - 1)


def _record(made: type) -> dict[str, object]:
    """What is in an enumeration, with its members told by what is in them."""

    def told(value: object) -> object:
        if isinstance(value, made):
            return [(key, told(each)) for key, each in sorted(vars(value).items())]
        if isinstance(value, dict):
            return [(key, told(each)) for key, each in value.items()]
        # A static method is another object each time.
        return "the enumeration" if value is made else getattr(value, "__func__", value)

    return {key: told(value) for key, value in vars(made).items()}
