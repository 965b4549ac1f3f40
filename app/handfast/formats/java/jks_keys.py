"""How JKS and JCEKS seal a private key: two algorithms of the JDK's own.

Both stand in an EncryptedPrivateKeyInfo (RFC 5958): the algorithm, then what it made.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handfast.formats.java import modified_utf8

if TYPE_CHECKING:
    from handfast.core.password import Password
    from handfast.formats.java.dialect import KeyContext

#: JavaSoft's proprietary key protector, 1.3.6.1.4.1.42.2.17.1.1
#: (`sun.security.provider.KeyProtector`), as DER.
JKS_ALGORITHM = bytes.fromhex("060a2b060104012a02110101")
#: PBEWithMD5AndTripleDES, 1.3.6.1.4.1.42.2.19.1 (`com.sun.crypto.provider.KeyProtector`).
JCE_ALGORITHM = bytes.fromhex("06092b060104012a021301")

#: The largest keys in use take some kilobytes. Recovering cannot be interrupted.
MAX_SEALED = 1024 * 1024
_HASH = 20


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed private key taken apart, not yet opened."""

    #: The algorithm's object identifier in DER.
    algorithm: bytes
    #: Its parameters in DER; empty where there are none.
    parameters: bytes
    content: bytes = field(repr=False)


def parse_sealed(blob: bytes) -> Sealed | None:
    """The parts of an EncryptedPrivateKeyInfo; None where it is not one."""
    outer = take(blob, 0, 0x30)
    if outer is None:
        return None
    identifier = take(outer[0], 0, 0x30)
    if identifier is None:
        return None
    content = take(outer[0], identifier[1], 0x04)
    oid = take(identifier[0], 0, 0x06)
    if content is None or oid is None:
        return None
    return Sealed(identifier[0][: oid[1]], identifier[0][oid[1] :], content[0])


def algorithm_name(oid: bytes) -> str:
    """The dotted form of an object identifier in DER."""
    numbers: list[int] = []
    value = 0
    for byte in oid[2:]:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    if not numbers:
        return "?"
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def seal_key(pkcs8: bytes, password: Password, _work: KeyContext) -> bytes:
    """A private key sealed as `sun.security.provider.KeyProtector.protect` does.

    A key stream is made by SHA-1 over password and the block before, starting with a random
    salt; the key is added to it; SHA-1 over password and key says later whether it was right.
    """
    word = modified_utf8.utf16(password.reveal())
    salt = secrets.token_bytes(_HASH)
    hidden = _with_key_stream(pkcs8, word, salt)
    return wrap(JKS_ALGORITHM + b"\x05\x00", salt + hidden + _check(word, pkcs8))


def open_key(sealed: Sealed, password: Password, _work: KeyContext) -> bytes | None:
    """The key that :func:`seal_key` hid; None where the password does not fit."""
    if len(sealed.content) < 2 * _HASH:
        return None
    word = modified_utf8.utf16(password.reveal())
    salt, hidden = sealed.content[:_HASH], sealed.content[_HASH:-_HASH]
    found = _with_key_stream(hidden, word, salt)
    fits = hmac.compare_digest(_check(word, found), sealed.content[-_HASH:])
    return found if fits else None


def _with_key_stream(text: bytes, word: bytes, salt: bytes) -> bytes:
    """The text with the key stream added to it bit by bit, which hides a key and shows it again."""
    stream = bytearray()
    block = salt
    while len(stream) < len(text):
        block = hashlib.sha1(word + block, usedforsecurity=False).digest()
        stream += block
    size = len(text)
    mixed = int.from_bytes(text, "big") ^ int.from_bytes(stream[:size], "big")
    return mixed.to_bytes(size, "big")


def _check(word: bytes, pkcs8: bytes) -> bytes:
    """What says later whether the password was the right one."""
    return hashlib.sha1(word + pkcs8, usedforsecurity=False).digest()


# --- as much DER as this needs -------------------------------------------------------------------


def take(data: bytes, position: int, tag: int) -> tuple[bytes, int] | None:
    """The content of the DER value of this tag at ``position``, and where the next one starts."""
    if position + 2 > len(data) or data[position] != tag:
        return None
    length = data[position + 1]
    start = position + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            return None
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > len(data):
        return None
    return data[start : start + length], start + length


def put(tag: int, content: bytes) -> bytes:
    """A DER value."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    count = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | count)) + size.to_bytes(count, "big") + content


def wrap(identifier: bytes, content: bytes) -> bytes:
    """An EncryptedPrivateKeyInfo out of the algorithm's inside and what it made."""
    return put(0x30, put(0x30, identifier) + put(0x04, content))
