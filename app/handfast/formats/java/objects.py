"""As much of Java's object serialisation as the secret keys in JCEKS are made of.

The grammar is that of the Java Object Serialization Specification, chapter 6. Reading gives
plain values (texts, bytes, names of classes) and never makes an object of a class named in the
file. Only objects of the few classes that a caller lists are read: anything else is refused at
its name, before any of it is looked at.

Why the javaobj package is not used (tried with 0.6.1): it builds objects of
whatever classes it is given, follows nested ones without a limit until Python's stack ends,
takes an array that is cut short for a whole one, does not say where the object ended, and writes
what it read to its log when it fails, which may be a key.
"""

from __future__ import annotations

import struct
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.formats.java import modified_utf8

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Magic number and version of a stream.
HEAD = b"\xac\xed\x00\x05"

_NULL, _REFERENCE, _CLASS, _OBJECT, _STRING, _ARRAY = 0x70, 0x71, 0x72, 0x73, 0x74, 0x75
_BLOCK, _END_BLOCK, _ENUM = 0x77, 0x78, 0x7E
_FIRST_HANDLE = 0x7E0000
_HAS_OWN_WRITER, _IS_SERIALISABLE, _IS_ENUM = 0x01, 0x02, 0x10

#: A sealed key takes about ten values of a depth of four.
_MAX_VALUES = 64
_MAX_DEPTH = 8
_MAX_FIELDS = 16
_BYTES = "[B"
#: Sizes of the fields that are not objects.
_PRIMITIVES = {"B": 1, "C": 2, "D": 8, "F": 4, "I": 4, "J": 8, "S": 2, "Z": 1}


class Malformed(Exception):
    """The bytes are not the object that was expected; with the offset and what is wrong."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


class Foreign(Malformed):
    """It is an object of a class that has no business here; ``what`` names the class."""


@dataclass(frozen=True, slots=True)
class JavaClass:
    """What the stream says of a class."""

    name: str
    flags: int
    #: Type code and name of each field, in the order of their values.
    fields: tuple[tuple[str, str], ...]
    parent: JavaClass | None


@dataclass(frozen=True, slots=True)
class JavaObject:
    """The fields of an object, those of its parent classes included."""

    #: Its class first, then that one's parents.
    classes: tuple[str, ...]
    #: May hold key material: not in repr.
    fields: Mapping[str, JavaValue] = field(repr=False)


@dataclass(frozen=True, slots=True)
class JavaEnum:
    """A constant of an enumeration."""

    class_name: str
    constant: str


JavaValue: TypeAlias = "str | bytes | JavaObject | JavaEnum | None"


def read_object(data: bytes, start: int, classes: frozenset[str]) -> tuple[JavaObject, int]:
    """The object in the stream that starts at ``start``, and where the stream ends.

    :raises Malformed: it is none, or it ends too early
    :raises Foreign: a class in it is not among ``classes``
    """
    if data[start : start + 4] != HEAD:
        raise Malformed(tr("no serialized object starts there"), start)
    reader = _Reader(data, start + 4, classes)
    value = reader.value(0)
    if not isinstance(value, JavaObject):
        raise Malformed(tr("it is not an object"), start + 4)
    return value, reader.position


class _Reader:
    def __init__(self, data: bytes, position: int, classes: frozenset[str]) -> None:
        self.data = data
        self.position = position
        self._classes = classes | {_BYTES}
        #: What later parts of the stream may refer back to. None while it is being read.
        self._handles: list[JavaValue | JavaClass] = []

    def value(self, depth: int) -> JavaValue:
        at = self.position
        if depth > _MAX_DEPTH:
            raise Malformed(tr("objects are nested too deeply"), at)
        tag = self._byte()
        if tag == _NULL:
            return None
        if tag == _REFERENCE:
            found = self._referred(at)
            if isinstance(found, JavaClass):
                raise Malformed(tr("a class appears where a value should be"), at)
            return found
        if tag == _STRING:
            text = self._text()
            self._remember(text)
            return text
        if tag == _ARRAY:
            return self._array(depth)
        if tag == _OBJECT:
            return self._object(depth)
        if tag == _ENUM:
            return self._enum(depth)
        raise Malformed(tr("a value of kind 0x{tag} does not belong there", tag=f"{tag:02x}"), at)

    def _array(self, depth: int) -> bytes:
        at = self.position
        description = self._class(depth)
        if description is None or description.name != _BYTES:
            raise Malformed(tr("an array of something other than bytes does not belong there"), at)
        handle = self._remember(None)
        content = self._take(self._number(4))
        self._handles[handle] = content
        return content

    def _object(self, depth: int) -> JavaObject:
        at = self.position
        description = self._class(depth)
        if description is None or description.name == _BYTES:
            raise Malformed(tr("an object has no class"), at)
        handle = self._remember(None)
        lineage: list[JavaClass] = []
        each: JavaClass | None = description
        while each is not None:
            lineage.append(each)
            each = each.parent
        fields: dict[str, JavaValue] = {}
        # The values of the topmost parent come first.
        for owner in reversed(lineage):
            if not owner.flags & _IS_SERIALISABLE:
                raise Malformed(tr("an object has a custom form"), at)
            for code, name in owner.fields:
                size = _PRIMITIVES.get(code)
                if size is not None:
                    self._take(size)
                else:
                    fields[name] = self.value(depth + 1)
            if owner.flags & _HAS_OWN_WRITER:
                self._skip_block()
        made = JavaObject(tuple(each.name for each in lineage), fields)
        self._handles[handle] = made
        return made

    def _enum(self, depth: int) -> JavaEnum:
        at = self.position
        description = self._class(depth)
        if description is None or not description.flags & _IS_ENUM:
            raise Malformed(tr("an enumeration has no class"), at)
        handle = self._remember(None)
        constant = self.value(depth + 1)
        if not isinstance(constant, str):
            raise Malformed(tr("a constant has no name"), at)
        made = JavaEnum(description.name, constant)
        self._handles[handle] = made
        return made

    def _class(self, depth: int) -> JavaClass | None:
        at = self.position
        if depth > _MAX_DEPTH:
            raise Malformed(tr("classes are nested too deeply"), at)
        tag = self._byte()
        if tag == _NULL:
            return None
        if tag == _REFERENCE:
            found = self._referred(at)
            if not isinstance(found, JavaClass):
                raise Malformed(tr("something else appears where a class should be"), at)
            return found
        if tag != _CLASS:
            raise Malformed(tr("a class is missing"), at)
        name = self._text()
        if name not in self._classes:
            raise Foreign(name, at)
        self._take(8)  # The version of the class, of which nothing here depends.
        handle = self._remember(None)
        flags = self._number(1)
        count = self._number(2)
        if count > _MAX_FIELDS:
            raise Malformed(tr("a class has too many fields"), at)
        fields: list[tuple[str, str]] = []
        for _ in range(count):
            code = chr(self._number(1))
            field_name = self._text()
            if code in "L[":
                self.value(depth + 1)
            elif code not in _PRIMITIVES:
                raise Malformed(tr("a field is of no known type"), self.position)
            fields.append((code, field_name))
        if self._byte() != _END_BLOCK:
            raise Malformed(tr("a class has annotations of its own"), self.position - 1)
        made = JavaClass(name, flags, tuple(fields), self._class(depth + 1))
        self._handles[handle] = made
        return made

    def _skip_block(self) -> None:
        """What a class wrote beside its fields; none of those read here needs it."""
        while (tag := self._byte()) != _END_BLOCK:
            if tag != _BLOCK:
                raise Malformed(tr("an object holds more than its fields"), self.position - 1)
            self._take(self._number(1))

    def _referred(self, at: int) -> JavaValue | JavaClass:
        number = self._number(4) - _FIRST_HANDLE
        if not 0 <= number < len(self._handles) or self._handles[number] is None:
            raise Malformed(tr("a reference points nowhere"), at)
        return self._handles[number]

    def _remember(self, value: JavaValue | JavaClass) -> int:
        if len(self._handles) >= _MAX_VALUES:
            raise Malformed(tr("it has too many parts"), self.position)
        self._handles.append(value)
        return len(self._handles) - 1

    def _text(self) -> str:
        at = self.position
        raw = self._take(self._number(2))
        try:
            return modified_utf8.decode(raw)
        except ValueError as error:
            raise Malformed(tr("a name is not a text"), at) from error

    def _byte(self) -> int:
        return self._take(1)[0]

    def _number(self, size: int) -> int:
        return int.from_bytes(self._take(size), "big")

    def _take(self, size: int) -> bytes:
        stop = self.position + size
        if stop > len(self.data):
            raise Malformed(tr("it ends too early"), self.position)
        found = self.data[self.position : stop]
        self.position = stop
        return found


# --- writing -------------------------------------------------------------------------------------


def write_text(text: str) -> bytes:
    """A text with its length, as it is in names."""
    raw = modified_utf8.encode(text)
    return struct.pack(">H", len(raw)) + raw


def class_head(name: str, version: int, fields: int) -> bytes:
    """The beginning of a class: its name, its version, and how many fields follow."""
    return bytes((_CLASS,)) + write_text(name) + struct.pack(">QBH", version, 2, fields)


BYTE_ARRAY_CLASS = class_head(_BYTES, 0xACF317F8060854E0, 0) + bytes((_END_BLOCK, _NULL))
OBJECT = bytes((_OBJECT,))
ARRAY = bytes((_ARRAY,))
STRING = bytes((_STRING,))
NULL = bytes((_NULL,))
END = bytes((_END_BLOCK,))


def reference(number: int) -> bytes:
    """What was the ``number``-th part of the stream, counted from 0."""
    return bytes((_REFERENCE,)) + struct.pack(">I", _FIRST_HANDLE + number)


def object_field(code: str, name: str, type_name: bytes) -> bytes:
    """A field in a class; ``type_name`` is a string value, or a reference to one."""
    return code.encode("ascii") + write_text(name) + type_name


def sized(content: bytes) -> bytes:
    """The length and the bytes of an array."""
    return struct.pack(">I", len(content)) + content
