"""Work that somebody agreed to, and has enough of: it ends within a second."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import Cancelled, HandfastError, TooCostly
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.formats.base import AGREED_LIMITS, Limits
from handfast.formats.crypto import key_derivation
from handfast.formats.registry import read_store, write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store
from tests.hostile.packed import CASES as CASES_OF_NAMES
from tests.support import bouncy_samples as bouncy
from tests.support import pfx
from tests.support.costly import ABSURD

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = Password("changeit")
SHA512 = "1.2.840.113549.2.11"


def _jceks() -> bytes:
    pair = make_pair(PairRequest(alias="a", name="CN=a", key="ec:P-256"))
    data = write_store(new_store(Format.JCEKS, PASSWORD).with_entries([pair]))
    rounds = b"\x02\x03" + (200_000).to_bytes(3, "big")
    assert data.count(rounds) == 1
    body = data[:-20].replace(rounds, b"\x02\x03\x7f\xff\xff")
    from tests.fuzz.repair import repair

    return repair(body + bytes(20), "JCEKS")


CASES: dict[str, Callable[[], bytes]] = {
    "pkcs12 mac": lambda: pfx.pfx(pfx.part(), mac=pfx.mac(ABSURD)),
    "pkcs12 pbes1": lambda: pfx.pfx(pfx.sealed_part(pfx.pbes1(ABSURD), bytes(64))),
    "pkcs12 pbkdf1": lambda: pfx.pfx(
        pfx.sealed_part(pfx.pbes1(ABSURD, "1.2.840.113549.1.5.3"), bytes(64))
    ),
    "pkcs12 pbkdf2, hours": lambda: pfx.pfx(pfx.sealed_part(pfx.pbes2(ABSURD), bytes(64))),
    "pkcs12 pbkdf2, seconds": lambda: pfx.pfx(
        pfx.sealed_part(pfx.pbes2(9_900_000, SHA512), bytes(64))
    ),
    "pkcs12 scrypt": lambda: pfx.pfx(pfx.sealed_part(pfx.scrypt(2**15, 8, 30), bytes(64))),
    "jceks key": _jceks,
    "bks": lambda: bouncy.bks([], "changeit", iterations=ABSURD),
    "uber": lambda: (
        struct.pack(">I", 1) + bouncy.sized(bytes(20)) + struct.pack(">I", ABSURD) + bytes(64)
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_unless_agreed_to_and_then_stopped(name: str) -> None:
    data = CASES[name]()
    if name == "jceks key":
        # The rest of the store is read; this key waits until it is asked for.
        assert read_store(data, PASSWORD).entries[0].is_locked
    else:
        with pytest.raises(TooCostly) as refused:
            read_store(data, PASSWORD)
        assert refused.value.remedy
    stopped_at = 0.0
    started = time.monotonic()

    def progress(_done: int, _total: int) -> None:
        nonlocal stopped_at
        if time.monotonic() - started > 0.2:
            stopped_at = stopped_at or time.monotonic()
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        read_store(data, PASSWORD, limits=AGREED_LIMITS, progress=progress)
    # It asked within a second whether to go on, and ended at once.
    assert stopped_at - started < 1.2
    assert time.monotonic() - stopped_at < 0.5


@pytest.mark.parametrize("iterations", [1, 1000, 60_000])
def test_the_ways_of_deriving_agree(iterations: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    expected = hashlib.pbkdf2_hmac("sha256", b"word", b"salt", iterations, 48)
    seen: list[tuple[int, int]] = []

    def made() -> bytes:
        return key_derivation.pbkdf2(
            "sha256", b"word", b"salt", iterations, 48, lambda *at: seen.append(at)
        )

    assert made() == expected
    monkeypatch.setattr(key_derivation, "_AT_ONCE", 0)
    monkeypatch.setattr(key_derivation, "_SHORT_ROUNDS", 0)
    assert made() == expected
    assert seen


def test_what_fails_beside_is_told() -> None:
    def fail() -> bytes:
        raise HandfastError("It failed.")

    with pytest.raises(HandfastError, match="It failed"):
        key_derivation._listening(fail, lambda *_: None)


def test_scrypt_is_the_same_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = key_derivation.scrypt(b"word", b"salt", (1024, 8, 1), 32)
    monkeypatch.setattr(key_derivation, "_SMALL_BYTES", 0)
    assert key_derivation.scrypt(b"word", b"salt", (1024, 8, 1), 32) == at_once
    # RFC 7914, 12.
    known = key_derivation.scrypt(b"password", b"NaCl", (1024, 8, 16), 64)
    assert known.hex().startswith("fdbabe1c9d3472007856e7190d01e9fe")


def test_more_memory_than_anybody_has_is_refused_though_agreed() -> None:
    data = pfx.pfx(pfx.sealed_part(pfx.scrypt(2**25, 8, 1), bytes(64)))
    with pytest.raises(TooCostly, match="memory"):
        read_store(data, PASSWORD, limits=AGREED_LIMITS)
    with pytest.raises(TooCostly, match="memory"):
        read_store(data, PASSWORD, limits=Limits())


def test_certificates_packed_with_names_are_read_once_agreed_to() -> None:
    few = CASES_OF_NAMES["jks 5 certificates of 80,000 names"].make()
    assert len(read_store(few, PASSWORD).entries) == 5
    many = CASES_OF_NAMES["jks 90 certificates of 80,000 names"].make()
    with pytest.raises(TooCostly, match="names and identifiers") as refused:
        read_store(many, PASSWORD)
    assert refused.value.remedy
    assert len(read_store(many, PASSWORD, limits=AGREED_LIMITS).entries) == 90
