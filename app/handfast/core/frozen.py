"""The decorator ``dataclass(frozen=True, slots=True)`` of the library, in a tenth of its time.

For each class, the library writes the source of six methods and compiles each by itself: half a
millisecond a class, of which a process of the console loads some fifty. Five of the six differ in
nothing but the names of the fields, so they are written once, here; the sixth, ``__init__``, is
compiled when the first instance is created, since many classes have none. The fields are those of
the library, so ``dataclasses.replace`` and ``dataclasses.fields`` work as ever, and the type
checker sees the decorator of the library.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Literal

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import dataclass

    from _typeshed import DataclassInstance
else:

    def dataclass(
        *,
        frozen: Literal[True],
        slots: Literal[True],
        kw_only: bool = False,
        eq: bool = True,
    ) -> Callable[[type], type]:
        """Make a class a dataclass whose instances never change.

        :raises TypeError: another kind is meant, which :mod:`dataclasses` has
        """
        if not (frozen and slots):
            raise TypeError("this decorator is for dataclasses that are frozen and have slots")
        process = dataclasses.dataclass(
            init=False, repr=False, eq=False, slots=True, kw_only=kw_only
        )
        return lambda plain: _complete(process(plain), eq=eq)


def _complete(made: type[DataclassInstance], *, eq: bool) -> type[DataclassInstance]:
    """Give a class that has its fields the methods that it does not define itself."""
    own = made.__dict__
    fields = dataclasses.fields(made)
    methods: dict[str, object] = {
        "__init__": _first_init(made),
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
        "__getstate__": _state,
        "__setstate__": _restore,
    }
    if "__repr__" not in own:
        methods["__repr__"] = _representation
    if eq and "__eq__" not in own:
        compared = _reader([each.name for each in fields if each.compare])
        methods["__eq__"] = _equality(compared)
        if own.get("__hash__") is None:
            methods["__hash__"] = _hashing(compared)
    for name, method in methods.items():
        setattr(made, name, method)
    return made


def _first_init(made: type[DataclassInstance]) -> Callable[..., None]:
    """What initializes the first instance, and writes for the others what does so faster."""

    # Put into a class, of which it takes whatever the fields take.
    def __init__(self: DataclassInstance, /, *values: Any, **named: Any) -> None:  # noqa: ANN401, N807
        init = _compiled_init(made)
        # mypy cannot know a method that is exchanged while the program runs; its signature is the
        # one that the decorator declares.
        made.__init__ = init  # type: ignore[method-assign]
        init(self, *values, **named)

    return __init__


def _compiled_init(made: type[DataclassInstance]) -> Callable[..., None]:
    """``__init__``, with the parameters of the library's own."""
    known: dict[str, Any] = {"_MISSING": MISSING}
    positional = ["self"]
    by_name: list[str] = []
    lines: list[str] = []
    for each in dataclasses.fields(made):
        name = each.name
        # The slot itself: the instance refuses to have it set in any other way.
        known[f"_set_{name}"] = getattr(made, name).__set__
        parameter = value = name
        if each.default is not MISSING:
            known[f"_default_{name}"] = each.default
            parameter = f"{name}=_default_{name}"
            if not each.init:
                value = f"_default_{name}"
        elif each.default_factory is not MISSING:
            known[f"_create_{name}"] = each.default_factory
            parameter = f"{name}=_MISSING"
            value = f"_create_{name}()"
            if each.init:
                value += f" if {name} is _MISSING else {name}"
        elif not each.init:
            continue
        lines.append(f"  _set_{name}(self, {value})")
        if each.init:
            (by_name if each.kw_only else positional).append(parameter)
    if hasattr(made, "__post_init__"):
        lines.append("  self.__post_init__()")
    parameters = ", ".join([*positional, "*", *by_name] if by_name else positional)
    source = f"def __init__({parameters}):\n" + "\n".join(lines or ["  pass"])
    exec(source, known)  # noqa: S102 - as the library does it
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _reader(names: Sequence[str]) -> Callable[[Any], object]:
    """What reads those attributes, as one value to compare."""
    return attrgetter(*names) if names else lambda _: ()


def _equality(compared: Callable[[Any], object]) -> Callable[[object, object], bool]:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - put into a class
        if other.__class__ is self.__class__:
            return compared(self) == compared(other)
        return NotImplemented

    return __eq__


def _hashing(compared: Callable[[Any], object]) -> Callable[[object], int]:
    def __hash__(self: object) -> int:  # noqa: N807 - put into a class
        return hash(compared(self))

    return __hash__


@recursive_repr()
def _representation(self: DataclassInstance) -> str:
    shown = (each.name for each in dataclasses.fields(self) if each.repr)
    values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{self.__class__.__qualname__}({values})"


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: DataclassInstance) -> list[Any]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restore(self: DataclassInstance, state: list[Any]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
