"""Twofish (Schneier et al., 1998), decryption in CBC mode with a 256-bit key, for UBER stores.

No library that is kept up offers it: `cryptography` and pycryptodome never had it, and the
`twofish` package imports a module that left Python with 3.12. The cipher is the published one;
the key-dependent tables are worked out once, so that a block costs 64 look-ups.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.progress import Progress

BLOCK = 16
_MASK = 0xFFFFFFFF

# The nibble permutations from which q0 and q1 are built (section 4.3.5 of the paper).
_Q0 = (
    (0x8, 0x1, 0x7, 0xD, 0x6, 0xF, 0x3, 0x2, 0x0, 0xB, 0x5, 0x9, 0xE, 0xC, 0xA, 0x4),
    (0xE, 0xC, 0xB, 0x8, 0x1, 0x2, 0x3, 0x5, 0xF, 0x4, 0xA, 0x6, 0x7, 0x0, 0x9, 0xD),
    (0xB, 0xA, 0x5, 0xE, 0x6, 0xD, 0x9, 0x0, 0xC, 0x8, 0xF, 0x3, 0x2, 0x4, 0x7, 0x1),
    (0xD, 0x7, 0xF, 0x4, 0x1, 0x2, 0x6, 0xE, 0x9, 0xB, 0x3, 0x0, 0x8, 0x5, 0xC, 0xA),
)
_Q1 = (
    (0x2, 0x8, 0xB, 0xD, 0xF, 0x7, 0x6, 0xE, 0x3, 0x1, 0x9, 0x4, 0x0, 0xA, 0xC, 0x5),
    (0x1, 0xE, 0x2, 0xB, 0x4, 0xC, 0x3, 0x7, 0x6, 0xD, 0xA, 0x5, 0xF, 0x9, 0x0, 0x8),
    (0x4, 0xC, 0x7, 0x5, 0x1, 0x6, 0x9, 0xA, 0x0, 0xE, 0xD, 0x8, 0x2, 0xB, 0x3, 0xF),
    (0xB, 0x9, 0x5, 0x1, 0xC, 0x3, 0xD, 0xE, 0x6, 0x4, 0x7, 0xF, 0x2, 0x0, 0x8, 0xA),
)
_MDS = (
    (0x01, 0xEF, 0x5B, 0x5B),
    (0x5B, 0xEF, 0xEF, 0x01),
    (0xEF, 0x5B, 0x01, 0xEF),
    (0xEF, 0x01, 0xEF, 0x5B),
)
_RS = (
    (0x01, 0xA4, 0x55, 0x87, 0x5A, 0x58, 0xDB, 0x9E),
    (0xA4, 0x56, 0x82, 0xF3, 0x1E, 0xC6, 0x68, 0xE5),
    (0x02, 0xA1, 0xFC, 0xC1, 0x47, 0xAE, 0x3D, 0x19),
    (0xA4, 0x55, 0x87, 0x5A, 0x58, 0xDB, 0x9E, 0x03),
)
_MDS_POLYNOMIAL = 0x169
_RS_POLYNOMIAL = 0x14D

# Which of q0 (0) and q1 (1) each byte goes through, innermost first, for a 256-bit key.
_BOX_ORDER = ((1, 1, 0, 0, 1), (0, 1, 1, 0, 0), (0, 0, 0, 1, 1), (1, 0, 1, 1, 0))


def _multiply(a: int, b: int, polynomial: int) -> int:
    product = 0
    while a:
        if a & 1:
            product ^= b
        b <<= 1
        if b & 0x100:
            b ^= polynomial
        a >>= 1
    return product


def _permutation(tables: tuple[tuple[int, ...], ...]) -> bytes:
    def one(x: int) -> int:
        a, b = x >> 4, x & 15
        for first, second in ((0, 1), (2, 3)):
            mixed = a ^ b
            turned = a ^ ((b >> 1) | ((b & 1) << 3)) ^ ((8 * a) & 15)
            a, b = tables[first][mixed], tables[second][turned]
        return 16 * b + a

    return bytes(one(x) for x in range(256))


@cache
def _fixed_tables() -> tuple[tuple[bytes, bytes], tuple[tuple[int, ...], ...]]:
    """q0 and q1, and the columns of the MDS matrix multiplied out for every byte."""
    columns = tuple(
        tuple(
            sum(_multiply(_MDS[row][column], x, _MDS_POLYNOMIAL) << (8 * row) for row in range(4))
            for x in range(256)
        )
        for column in range(4)
    )
    return (_permutation(_Q0), _permutation(_Q1)), columns


def _h_byte(x: int, position: int, words: tuple[int, ...]) -> int:
    """One byte of the function h before the matrix, for a list of four key words."""
    boxes, _ = _fixed_tables()
    order = _BOX_ORDER[position]
    shift = 8 * position
    y = boxes[order[0]][x] ^ ((words[3] >> shift) & 255)
    y = boxes[order[1]][y] ^ ((words[2] >> shift) & 255)
    y = boxes[order[2]][y] ^ ((words[1] >> shift) & 255)
    y = boxes[order[3]][y] ^ ((words[0] >> shift) & 255)
    return boxes[order[4]][y]


def _h(x: int, words: tuple[int, ...]) -> int:
    _, columns = _fixed_tables()
    result = 0
    for position in range(4):
        result ^= columns[position][_h_byte(x, position, words)]
    return result


def _rotate_left(x: int, bits: int) -> int:
    return ((x << bits) | (x >> (32 - bits))) & _MASK


class Twofish256:
    """The cipher under one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("a 256-bit key is needed")
        words = struct.unpack("<8I", key)
        even, odd = words[0::2], words[1::2]
        subkeys: list[int] = []
        for i in range(20):
            a = _h(2 * i, even)
            b = _rotate_left(_h(2 * i + 1, odd), 8)
            subkeys.append((a + b) & _MASK)
            subkeys.append(_rotate_left((a + 2 * b) & _MASK, 9))
        self._subkeys = tuple(subkeys)
        sbox_words = tuple(_reed_solomon(key[8 * i : 8 * i + 8]) for i in (3, 2, 1, 0))
        _, columns = _fixed_tables()
        self._tables = tuple(
            tuple(columns[position][_h_byte(x, position, sbox_words)] for x in range(256))
            for position in range(4)
        )

    def decrypt_block(self, block: bytes) -> bytes:
        keys = self._subkeys
        s0, s1, s2, s3 = self._tables
        a, b, c, d = struct.unpack("<4I", block)
        a, b, c, d = a ^ keys[4], b ^ keys[5], c ^ keys[6], d ^ keys[7]
        for r in range(14, -1, -2):
            for k in (10 + 2 * r, 8 + 2 * r):
                t0 = s0[a & 255] ^ s1[(a >> 8) & 255] ^ s2[(a >> 16) & 255] ^ s3[a >> 24]
                t1 = s0[b >> 24] ^ s1[b & 255] ^ s2[(b >> 8) & 255] ^ s3[(b >> 16) & 255]
                c = (((c << 1) | (c >> 31)) & _MASK) ^ ((t0 + t1 + keys[k]) & _MASK)
                d ^= (t0 + 2 * t1 + keys[k + 1]) & _MASK
                d = (d >> 1) | ((d & 1) << 31)
                a, b, c, d = c, d, a, b
        return struct.pack("<4I", c ^ keys[0], d ^ keys[1], a ^ keys[2], b ^ keys[3])


def _reed_solomon(part: bytes) -> int:
    return sum(
        _xor_all(_multiply(_RS[row][i], part[i], _RS_POLYNOMIAL) for i in range(8)) << (8 * row)
        for row in range(4)
    )


def _xor_all(values: Iterable[int]) -> int:
    result = 0
    for value in values:
        result ^= value
    return result


def decrypt_cbc(key: bytes, iv: bytes, data: bytes, *, progress: Progress) -> bytes:
    """The plain text with its padding; ``data`` is a whole number of 16-byte blocks."""
    cipher = Twofish256(key)
    previous = int.from_bytes(iv, "big")
    out: list[bytes] = []
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        plain = int.from_bytes(cipher.decrypt_block(block), "big") ^ previous
        out.append(plain.to_bytes(BLOCK, "big"))
        previous = int.from_bytes(block, "big")
        if start % 4096 == 0:
            progress(start, len(data))
    return b"".join(out)
