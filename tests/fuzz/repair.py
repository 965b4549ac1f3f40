"""Check sums made right after a change, so that it is not only the check sum that is tried."""

from __future__ import annotations

import hashlib
import hmac
import struct

from handfast.core.errors import HandfastError
from handfast.core.progress import no_progress
from handfast.formats.bouncy.container import read_head
from handfast.formats.crypto import twofish
from handfast.formats.crypto.protection import derive
from tests.support import bcfks_samples as bcfks
from tests.support import bouncy_samples as bouncy

_PASSWORD = "changeit"
_DIGEST = 20
#: So that a derivation in Python takes no time; whatever the file says is replaced by it.
ROUNDS = 2


def repair(data: bytes, target: str) -> bytes:
    """The same with a check sum that fits, where the format has one that is simply there."""
    if target in {"JKS", "JCEKS"}:
        return _java(data)
    if target == "BKS":
        return _bouncy(data)
    return data


def _java(data: bytes) -> bytes:
    body = data[:-_DIGEST]
    phrase = _PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite"
    return body + hashlib.sha1(phrase + body).digest()


def _bouncy(data: bytes) -> bytes:
    if len(data) < 12 + _DIGEST:
        return data
    version, size = struct.unpack_from(">II", data)
    start = 8 + size + 4
    if size > 64 or start + _DIGEST > len(data):
        return data
    head = data[: start - 4] + struct.pack(">I", ROUNDS)
    body = data[start:-_DIGEST]
    key_size = _DIGEST if version == 2 else _DIGEST // 8
    word = _PASSWORD.encode("utf-16-be") + b"\0\0"
    key = derive("sha1", 3, word, data[8 : 8 + size], ROUNDS, key_size)
    return head + body + hmac.digest(key, body, "sha1")


def inside(data: bytes, target: str) -> bytes:
    """What is to be changed in a file that is encrypted as a whole (UBER, BCFKS): its inside.

    Empty where there is no such thing.
    """
    if target == "BCFKS":
        return bcfks.inside(data, _PASSWORD)
    if target != "UBER":
        return b""
    try:
        head = read_head(data, "UBER", (1, 2))
    except HandfastError:
        return b""
    sealed = data[head.end :]
    if head.iterations > ROUNDS or not sealed or len(sealed) % twofish.BLOCK:
        return b""
    word = bouncy.secret(_PASSWORD)
    key = derive("sha1", 1, word, head.salt, head.iterations, 32)
    vector = derive("sha1", 2, word, head.salt, head.iterations, twofish.BLOCK)
    padded = twofish.decrypt_cbc(key, vector, sealed, progress=no_progress)
    return padded[: -_DIGEST - padded[-1]]


def around(body: bytes, target: str) -> bytes:
    """A file with that inside, its check sum right."""
    if target == "BCFKS":
        return bcfks.around(body, _PASSWORD)
    assert target == "UBER"
    return bouncy.uber_around(body, _PASSWORD, iterations=ROUNDS)
