"""Stores of certificates that are made of as many names as go into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.asn1.ber import der, der_integer, der_oid
from tests.hostile import certificates as made
from tests.hostile.files import CASES, SAN, add, java_store, trusted

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ("CASES", "PACKED")
#: What stood there before.
_OTHERS = frozenset(CASES)


def _packed(count: int, make: Callable[[int], bytes]) -> bytes:
    """A store of certificates that are each as large as is looked into, or nearly."""
    return java_store(
        b"\xfe\xed\xfe\xed", count, b"".join(trusted(b"%d" % n, make(n)) for n in range(count))
    )


def _of_parts(count: int) -> Callable[[int], bytes]:
    """Certificates whose names, other than those of their issuers, have that many parts."""
    first, second = (
        der(0x30, *(made.part("2.5.4.11", f"{n + m}") for m in range(count))) for n in (0, 1)
    )
    return lambda n: made.certificate(first, issuer=second, serial=der_integer(n + 1))


def _of_names(count: int, each: bytes) -> Callable[[int], bytes]:
    names = (made.extension(SAN, der(0x30, each * count)),)
    return lambda n: made.certificate(serial=der_integer(n + 1), extensions=names)


for count, parts in ((24, 5000), (60, 2500), (600, 200), (1200, 80)):
    add(f"jks {count:,} certificates of {parts:,} parts", "opened",
        lambda count=count, parts=parts: _packed(count, _of_parts(parts)))  # fmt: skip
add("jks 100 certificates of 5,000 parts", "too-costly", lambda: _packed(100, _of_parts(5000)))
add("jks 5 certificates of 80,000 names", "opened",
    lambda: _packed(5, _of_names(80_000, b"\x82\x01a")))  # fmt: skip
add("jks 90 certificates of 80,000 names", "too-costly",
    lambda: _packed(90, _of_names(80_000, b"\x82\x01a")))  # fmt: skip
add("jks 10,000 certificates of 200 names", "too-costly",
    lambda: _packed(10_000, _of_names(200, b"\x82\x01a")))  # fmt: skip


def _of_open_values(count: int, depth: int, inside: int) -> Callable[[int], bytes]:
    """Certificates in BER: values without a written length in each other, with many in the last."""
    core = b"\x05\x81\x00" * inside
    # Parameters of the key may be anything.
    odd = b"\x30\x80" * depth + core + b"\x00\x00" * depth
    key = der(0x30, der(0x30, der_oid("1.2.3.4"), odd), made.bits(b"x" * count))
    # A date in another form keeps the library from reading it.
    return lambda n: made.certificate(
        key=key, serial=b"\x02\x04\x00\x00" + (n + 1).to_bytes(2, "big")
    )


for count, depth, inside in ((4, 55, 80_000), (4, 1, 80_000), (300, 10, 180), (4, 5_000, 100)):
    add(f"jks {count} certificates of {inside:,} values {depth:,} deep in BER", "opened|too-costly",
        lambda count=count, depth=depth, inside=inside: _packed(
            count, _of_open_values(count, depth, inside)))  # fmt: skip

#: The names of those made here.
PACKED = [name for name in CASES if name not in _OTHERS]
