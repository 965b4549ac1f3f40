"""From a password to a key: PKCS#12's own way, PBKDF1, PBKDF2 and scrypt.

What takes long tells how far it is, so that a person who agreed to it can still stop it.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from functools import partial
from typing import TYPE_CHECKING

from handfast.core.progress import no_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.progress import Progress

#: Rounds between two reports: some hundredths of a second.
_ROUNDS_PER_PROGRESS = 50_000
#: Rounds beyond which PBKDF2 is done step by step: three times slower than in C, but saying how
#: far it is.
_AT_ONCE = 10_000_000
#: Rounds in C, and bytes of scrypt, that are over sooner than anybody could wish to stop them.
_SHORT_ROUNDS, _SMALL_BYTES = 300_000, 2**25
#: Rounds in C, and bytes of scrypt, that are over in half a second and may end by themselves.
_BRIEF_ROUNDS, _MODEST_BYTES = 1_500_000, 2**26
#: Seconds between two chances to stop what runs in C.
_POLL_SECONDS = 0.1


def derive(
    digest: str,
    purpose: int,
    password: bytes,
    salt: bytes,
    iterations: int,
    size: int,
    progress: Progress = no_progress,
) -> bytes:
    """RFC 7292 appendix B.2: key (1), IV (2) or MAC key (3)."""
    if size == 0:
        return b""
    # The function by name where there is one: looking it up takes as long as a round.
    new = getattr(hashlib, digest, None) or partial(hashlib.new, digest)
    block = hashlib.new(digest).block_size

    def fill(part: bytes) -> bytes:
        wanted = -(-len(part) // block) * block
        return (part * (wanted // len(part) + 1))[:wanted] if part else b""

    mixed = bytearray(fill(salt) + fill(password))
    diversifier = bytes((purpose,)) * block
    out = b""
    while len(out) < size:
        value: bytes = new(diversifier + bytes(mixed)).digest()
        for start in range(1, iterations, _ROUNDS_PER_PROGRESS):
            progress(start, iterations)
            for _ in range(min(_ROUNDS_PER_PROGRESS, iterations - start)):
                value = new(value).digest()
        out += value
        if len(out) >= size:
            # What follows would only prepare another digest, which takes long for a long salt.
            break
        addend = int.from_bytes((value * (block // len(value) + 1))[:block], "big") + 1
        for at in range(0, len(mixed), block):
            total = int.from_bytes(mixed[at : at + block], "big") + addend
            mixed[at : at + block] = (total % (1 << (8 * block))).to_bytes(block, "big")
    return out[:size]


def salt_cost(salt: bytes, times: int) -> int:
    """What :func:`derive` takes for a salt, over and above its iterations, in rounds."""
    return 4 * times * (len(salt) // 64)


def weight(digest: str) -> int:
    """How much longer a round with it takes than one with SHA-1 or SHA-256, rounded up."""
    return 1 if digest in {"sha1", "sha224", "sha256"} else 2


def derivations(digest: str, size: int) -> int:
    """How often :func:`derive` goes through all its iterations for a key of that size."""
    return -(-size // hashlib.new(digest).digest_size)


def pbkdf1(digest: str, password: bytes, salt: bytes, iterations: int, progress: Progress) -> bytes:
    """RFC 8018, 5.1: the whole digest."""
    value = password + salt
    new = getattr(hashlib, digest)
    for start in range(0, iterations, _ROUNDS_PER_PROGRESS):
        progress(start, iterations)
        for _ in range(min(_ROUNDS_PER_PROGRESS, iterations - start)):
            value = new(value, usedforsecurity=False).digest()
    return value


def pbkdf2(
    digest: str, password: bytes, salt: bytes, iterations: int, size: int, progress: Progress
) -> bytes:
    """RFC 8018, 5.2."""
    progress(0, iterations)
    at_once = partial(hashlib.pbkdf2_hmac, digest, password, salt, iterations, size)
    rounds = iterations * derivations(digest, size)
    if rounds <= _SHORT_ROUNDS:
        return at_once()
    if rounds * weight(digest) <= _BRIEF_ROUNDS:
        return _listening(at_once, progress)
    if rounds <= _AT_ONCE:
        costs: dict[str, str | int] = {"digest": digest, "rounds": iterations}
        return _apart(at_once, password, salt, size, costs, progress)
    out = b""
    start = hmac.new(password, digestmod=digest)
    number = 0
    while len(out) < size:
        number += 1
        keyed = start.copy()
        keyed.update(salt + number.to_bytes(4, "big"))
        value = keyed.digest()
        mixed = int.from_bytes(value, "big")
        for done in range(1, iterations, _ROUNDS_PER_PROGRESS):
            progress(done, iterations)
            for _ in range(min(_ROUNDS_PER_PROGRESS, iterations - done)):
                keyed = start.copy()
                keyed.update(value)
                value = keyed.digest()
                mixed ^= int.from_bytes(value, "big")
        out += mixed.to_bytes(len(value), "big")
    return out[:size]


def scrypt(
    password: bytes,
    salt: bytes,
    costs: tuple[int, int, int],
    size: int,
    progress: Progress = no_progress,
) -> bytes:
    """RFC 7914, with the costs N, r and p."""
    n, r, p = costs
    memory = 256 * (n + p) * r + 2**20
    at_once = partial(hashlib.scrypt, password, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=size)
    if 128 * n * r * p <= _SMALL_BYTES:
        return at_once()
    if 128 * n * r * p <= _MODEST_BYTES:
        return _listening(at_once, progress)
    told: dict[str, str | int] = {"n": n, "r": r, "p": p, "memory": memory}
    return _apart(at_once, password, salt, size, told, progress)


def _apart(
    at_once: Callable[[], bytes],
    password: bytes,
    salt: bytes,
    size: int,
    costs: dict[str, str | int],
    progress: Progress,
) -> bytes:
    """Derive in another process, which ends when it is canceled; in this one where none starts."""
    from handfast.formats.crypto.subprocess_derivation import derive_in_subprocess

    made = derive_in_subprocess(password, salt, size, costs, progress)
    return made if made is not None else _listening(at_once, progress)


def _listening(work: Callable[[], bytes], progress: Progress) -> bytes:
    """What C computes without the interpreter, while somebody may say that they had enough.

    It cannot be stopped itself: given up, it ends by itself soon after.
    """
    made: list[bytes] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            made.append(work())
        except Exception as fault:  # noqa: BLE001 - raised where it is waited for
            failed.append(fault)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        progress(0, 0)
        thread.join(_POLL_SECONDS)
    if failed:
        raise failed[0]
    return made[0]
