"""Deserialising does no more than build the values of a sealed key, whatever the stream holds."""

from __future__ import annotations

import contextlib
import hashlib
import struct
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfast.core.entry import SecretKey
from handfast.core.errors import HandfastError
from handfast.core.password import Password
from handfast.core.progress import no_progress
from handfast.formats.base import DEFAULT_LIMITS, WorkBudget
from handfast.formats.java import jceks_keys, objects
from handfast.formats.java.key_context import KeyContext
from handfast.formats.registry import read_store

if TYPE_CHECKING:
    from handfast.core.store import Store

PASSWORD = Password("changeit")
SPEC, SEALED = "javax.crypto.spec.SecretKeySpec", "javax.crypto.SealedObject"
CLASSES = frozenset({SPEC, SEALED, "A"})
NULL, REFERENCE, CLASS, OBJECT, STRING, ARRAY, CLASS_ITSELF, BLOCK, END = range(0x70, 0x79)
RESET, LONG_BLOCK, EXCEPTION, LONG_STRING, PROXY, ENUM = range(0x79, 0x7F)


def described(name: str, *fields: bytes, flags: int = 2, parent: bytes = b"\x70") -> bytes:
    head = bytes((CLASS,)) + objects.write_text(name) + bytes(8) + bytes((flags,))
    return head + struct.pack(">H", len(fields)) + b"".join(fields) + b"\x78" + parent


def referring(name: str) -> bytes:
    return b"L" + objects.write_text(name) + bytes((STRING,)) + objects.write_text("LA;")


def handle(number: int) -> bytes:
    return bytes((REFERENCE,)) + struct.pack(">I", 0x7E0000 + number)


MOST = struct.pack(">I", 2**31 - 1)
#: What a stream may hold beside the few things that a key is made of, after its head.
STREAMS = {
    "a foreign class": b"\x73" + described("java.rmi.server.UnicastRemoteObject"),
    "a class that gadgets start from": b"\x73" + described("java.util.HashMap", flags=3),
    "a foreign class as a parent": b"\x73"
    + described(SPEC, parent=described("sun.reflect.annotation.AnnotationInvocationHandler")),
    "a foreign class in a field": b"\x73"
    + described(SPEC, referring("key")) + b"\x73" + described("java.net.URL"),
    "an array of objects": b"\x75" + described("[Ljava.lang.Object;") + MOST,
    "an array of arrays": b"\x75" + described("[[B") + MOST,
    "bytes that are not there": b"\x73" + described(SPEC, referring("key"))
    + b"\x75" + described("[B") + MOST,
    "an object that is its own field": b"\x73" + described("A", referring("f")) + handle(3),
    "an object that is its own class": b"\x73" + handle(0),
    "a class that is its own parent": b"\x73" + described("A", parent=handle(0)),
    "an array of itself": b"\x75" + handle(0) + bytes(4),
    "a reference to nothing yet": b"\x73" + described("A", referring("f")) + handle(40),
    "a reference below all": b"\x71\x00\x00\x00\x00",
    "a proxy": b"\x73\x7d\0\0\0\1" + objects.write_text("java.lang.Runnable") + b"\x78\x70",
    "a proxy of 2**31 interfaces": b"\x73\x7d\x7f\xff\xff\xff",
    "an exception": b"\x7b\x73" + described("java.lang.Error"),
    "a text of 2**63": b"\x7c\x7f" + b"\xff" * 7,
    "a reset": b"\x79\x73" + described("A"),
    "a class as a value": b"\x76" + described("A"),
    "a form of its own": b"\x73" + described("A", flags=4) + b"\x77\x04code\x78",
    "a form of its own, the old one": b"\x73" + described("A", flags=12) + b"\x77\x04code\x78",
    "an object among notes": b"\x73"
    + described("A", flags=3) + b"\x73" + described("java.net.URL"),
    "notes on a class": b"\x73\x72"
    + objects.write_text("A") + bytes(8) + b"\x02\0\0\x77\x01x\x78\x70",
    "objects without end": b"\x73"
    + described("A", referring("f")) + (b"\x73" + handle(0)) * 50_000,
    "parents without end": b"\x73"
    + (b"\x72" + objects.write_text("A") + bytes(8) + b"\2\0\0\x78") * 50_000,
    "values without end": b"\x73"
    + described("A", *[referring("f")] * 16) + b"\x74\0\0" * 50_000,
    "a constant of a foreign kind": b"\x7e" + described("java.util.Locale", flags=18),
}  # fmt: skip


def work() -> KeyContext:
    return KeyContext(DEFAULT_LIMITS, no_progress, WorkBudget(DEFAULT_LIMITS.rounds))


def store_with(sealed: bytes) -> bytes:
    """A JCEKS store with one secret key."""
    entry = struct.pack(">IH", 3, 3) + b"key" + bytes(8) + sealed
    data = b"\xce\xce\xce\xce" + struct.pack(">II", 2, 1) + entry
    phrase = PASSWORD.reveal().encode("utf-16-be") + b"Mighty Aphrodite"
    return data + hashlib.sha1(phrase + data).digest()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jceks_keys, "ROUNDS", 2)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    # What reading any store of this kind loads the first time is not what these tests look for.
    with contextlib.suppress(HandfastError):
        read_store(store_with(objects.HEAD), PASSWORD)


def opened(data: bytes) -> Store | None:
    """The store; None where it is refused with a typed error. Nothing is loaded by either."""
    before = set(sys.modules)
    try:
        return read_store(data, PASSWORD)
    except HandfastError as error:
        assert error.problem  # noqa: PT017 - either outcome is right
        return None
    finally:
        assert set(sys.modules) == before


def test_a_key_as_java_makes_it_opens() -> None:
    read_store(
        store_with(jceks_keys.SealedSecrets().seal("AES", b"key", PASSWORD, work())), PASSWORD
    )
    store = opened(store_with(jceks_keys.SealedSecrets().seal("AES", b"key", PASSWORD, work())))
    assert store is not None
    (key,) = store.entries
    assert isinstance(key, SecretKey)
    assert key.material is not None
    assert key.material.reveal() == b"key"


@pytest.mark.parametrize("name", STREAMS)
def test_nothing_else_is_made_of_what_stands_in_the_clear(name: str) -> None:
    assert opened(store_with(objects.HEAD + STREAMS[name])) is None


@pytest.mark.parametrize("name", STREAMS)
def test_nothing_else_is_made_of_what_was_sealed(name: str) -> None:
    sealed = jceks_keys._encrypt(objects.HEAD + STREAMS[name], PASSWORD, work())
    store = opened(store_with(jceks_keys._write_sealed(*sealed)))
    assert store is not None
    # The rest of such a store is read; this key says why it is not.
    (key,) = store.entries
    assert isinstance(key, SecretKey)
    assert key.is_locked
    assert key.trouble


def only_plain(value: object) -> bool:
    if isinstance(value, objects.JavaObject):
        return all(each in CLASSES for each in value.classes) and all(
            only_plain(each) for each in value.fields.values()
        )
    if isinstance(value, objects.JavaEnum):
        return value.class_name in CLASSES
    return value is None or type(value) in {str, bytes}


tokens = st.one_of(
    st.sampled_from([bytes((each,)) for each in range(0x70, 0x7F)]),
    st.sampled_from([described("A"), described(SPEC, referring("key")), described("[B")]),
    st.sampled_from([described("java.net.URL"), described("A", flags=3), described("A", flags=18)]),
    st.integers(0, 6).map(handle),
    st.integers(0, 4).map(lambda size: struct.pack(">I", size) + b"x" * size),
    st.sampled_from([objects.write_text("A"), objects.write_text("SECRET"), b"\x77\x01x", b"\x78"]),
)


@settings(max_examples=1500, deadline=None)
@given(parts=st.lists(tokens, max_size=12))
def test_whatever_the_grammar_gives_it_is_plain_or_refused(parts: list[bytes]) -> None:
    stream = objects.HEAD + b"\x73" + b"".join(parts)
    try:
        found, stop = objects.read_object(stream, 0, CLASSES)
    except objects.Malformed as error:
        assert 0 <= error.offset <= len(stream)  # noqa: PT017 - either outcome is right
        return
    assert stop <= len(stream)
    assert only_plain(found)
