"""Twofish against the answers published with the cipher."""

from __future__ import annotations

import pytest

from handfast.core.progress import no_progress
from handfast.formats.crypto.twofish import Twofish256, decrypt_cbc

KEY = bytes.fromhex("0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff")
ANSWER = bytes.fromhex("37527be0052334b89f0cfccae87cfa20")


def test_the_published_answer_for_256_bits() -> None:
    assert Twofish256(KEY).decrypt_block(ANSWER) == bytes(16)


def test_blocks_are_chained() -> None:
    iv = bytes(range(16))
    first = decrypt_cbc(KEY, iv, ANSWER, progress=no_progress)
    assert first == iv
    both = decrypt_cbc(KEY, bytes(16), ANSWER + ANSWER, progress=no_progress)
    assert both == bytes(16) + ANSWER


def test_another_key_gives_something_else() -> None:
    assert Twofish256(KEY[::-1]).decrypt_block(ANSWER) != bytes(16)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="256"):
        Twofish256(KEY[:16])
