"""A quick look with a few thousand changed files; :mod:`tests.fuzz.run` looks for longer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handfast.core.errors import WrongPassword
from handfast.core.password import EMPTY
from handfast.core.store import Format
from handfast.formats.registry import read_store
from tests.fuzz.property import RIGHT, examine
from tests.fuzz.repair import around, inside, repair
from tests.fuzz.seeds import FILES, TARGETS, seeds

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store

QUICKLY = settings(
    max_examples=120,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
#: Numbers that stand at the edge of something.
EDGES = (b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff\xff\xff", b"\x30\x80", b"\0")
#: What the regression files are named after; each is tried as everything.
REGRESSIONS = {path.name: path for path in sorted(FILES.glob("*.bin"))}


@cache
def _seeds(target: str) -> list[bytes]:
    return [each for each in seeds(target, with_corpus=False) if each]


@st.composite
def changed(draw: st.DrawFn, target: str) -> bytes:
    """A good file with a few bytes exchanged, left out, put in, or doubled."""
    whole = draw(st.sampled_from(_seeds(target)))
    body = inside(whole, target) if draw(st.booleans()) else b""
    data = body or whole
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 40))
        new = draw(st.sampled_from(EDGES) | st.binary(max_size=8))
        kind = draw(st.sampled_from(("overwrite", "insert", "remove", "double", "cut")))
        if kind == "overwrite":
            data = data[:at] + new + data[at + len(new) :]
        elif kind == "insert":
            data = data[:at] + new + data[at:]
        elif kind == "remove":
            data = data[:at] + data[at + size :]
        elif kind == "double":
            data = data[: at + size] + data[at:]
        else:
            data = data[:at]
    if body:
        return around(data, target)
    return repair(data, target) if draw(st.booleans()) else data


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_is_changed_it_is_a_store_or_a_typed_error(target: str) -> None:
    @QUICKLY
    @given(changed(target))
    def look(data: bytes) -> None:
        examine(data, target)

    look()


@QUICKLY
@given(st.binary(max_size=300))
def test_bytes_of_no_kind_are_answered_as_well(data: bytes) -> None:
    for start in (b"", b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce\0\0\0\2", b"0\x82", b"\0\0\0\2"):
        examine(start + data, "JKS")
    examine(data, "CERTIFICATES")
    examine(data, "BER")
    examine(data, "DETECTION")


@pytest.mark.parametrize("wanted", list(Format))
def test_what_is_started_from_opens(wanted: Format) -> None:
    opened = [_open(each) for each in _seeds(wanted.value) if each not in _finds()]
    assert opened
    assert {store.format for store in opened} >= {wanted}
    assert any(entry.chain for store in opened for entry in store.entries)


def _open(data: bytes) -> Store:
    try:
        return read_store(data, RIGHT)
    except WrongPassword:
        # One without encryption, whose integrity check is under the empty password.
        return read_store(data, EMPTY)


@cache
def _finds() -> frozenset[bytes]:
    return frozenset(path.read_bytes() for path in REGRESSIONS.values())


@pytest.mark.parametrize("path", REGRESSIONS.values(), ids=REGRESSIONS)
def test_what_was_found_once_is_answered_since(path: Path) -> None:
    data = path.read_bytes()
    for target in ("JKS", "CERTIFICATES", "BER", "DETECTION"):
        examine(data, target)
