"""Qt's enumerations in a fifth of their time: with all members but the first added at once.

PySide has Python create an enumeration for each of Qt as soon as the class that it belongs to is
used: 220 with 3,200 members before the first rows are seen. Python defines the class with a
descriptor for each member, which replaces itself by the member, and looks for each name in all
classes above: 5 µs for each, where to note the member takes half of one.

Only what PySide asks for is done otherwise: an ``Enum`` or ``IntEnum`` from a list of names and
whole numbers. How Python keeps the members is its own affair, so both ways are compared before this
is used, and a Python that keeps them otherwise goes on as ever.
"""

from __future__ import annotations

import contextlib
import enum
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: The kinds that PySide makes of Qt's enumerations, except for flags, which are few; and how an
#: instance of each is created.
_KINDS: dict[type, Callable[..., Any]] = {
    enum.Enum: lambda kind, _value: object.__new__(kind),
    enum.IntEnum: int.__new__,
}
#: Names that a member cannot have, or that make Python put something else in its place.
_TAKEN = {
    kind: frozenset(name for each in kind.__mro__ for name in vars(each)) | {"mro"}
    for kind in _KINDS
}
#: Below this it does not pay.
_LEAST_MEMBERS = 3
_create: Callable[..., Any] = vars(enum.EnumType)["_create_"]


def create_quickly() -> bool:
    """Have PySide's enumerations created quickly from now on; whether they are as they would be."""
    if not all(map(_is_as_ever, _KINDS)):
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
    if named.get("type") is not None or not _is_of_qt(kind, members):
        return _create(kind, name, members, **named)
    made = _create(kind, name, members[:1], **named)
    create = _KINDS[kind]
    by_name, by_value, order = made._member_map_, made._value2member_map_, made._member_names_
    #: Python 3.13 keeps a list of the values, too.
    values = getattr(made, "_hashable_values_", [])
    for title, value in members[1:]:
        member = by_value.get(value)
        if member is None:
            member = create(made, value)
            member.__dict__.update(
                _value_=value, _name_=title, __objclass__=made, _sort_order_=len(order)
            )
            by_value[value] = member
            order.append(title)
            values.append(value)
        by_name[title] = member
        # An enumeration refuses to have a member set.
        type.__setattr__(made, title, member)
    return made


def _is_of_qt(kind: type, members: object) -> bool:
    if kind not in _KINDS or type(members) is not list or len(members) < _LEAST_MEMBERS:
        return False
    names = set()
    for each in members:
        # A pair of other things could need what Python does with them.
        if type(each) is not tuple or type(each[1]) is not int or each[0][:1] == "_":
            return False
        names.add(each[0])
    return len(names) == len(members) and names.isdisjoint(_TAKEN[kind])


def _is_as_ever(kind: type) -> bool:
    """Whether an enumeration is the same in both ways, with a second name for a value."""
    members = [("FIRST", 1), ("SECOND", 2), ("ALSO_FIRST", 1)]
    quick, usual = (
        way(kind, "Sample", members, module=__name__, boundary=enum.KEEP)
        for way in (created, _create)
    )
    return _record(quick) == _record(usual)


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
