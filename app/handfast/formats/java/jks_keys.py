"""How JKS and JCEKS seal a private key: two algorithms of the JDK's own.

Both are in an EncryptedPrivateKeyInfo (RFC 5958): the algorithm, then what it made.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import field
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import OCTET_STRING, OID, SEQUENCE, der, take
from handfast.core.frozen import dataclass
from handfast.formats.java import modified_utf8

if TYPE_CHECKING:
    from handfast.core.password import Password
    from handfast.formats.java.key_context import KeyContext

#: JavaSoft's proprietary key protector, 1.3.6.1.4.1.42.2.17.1.1
#: (`sun.security.provider.KeyProtector`), as DER.
JKS_ALGORITHM = bytes.fromhex("060a2b060104012a02110101")
#: PBEWithMD5AndTripleDES, 1.3.6.1.4.1.42.2.19.1 (`com.sun.crypto.provider.KeyProtector`).
JCE_ALGORITHM = bytes.fromhex("06092b060104012a021301")

#: The largest keys in use take some kilobytes. Recovering cannot be interrupted.
MAX_SEALED_KEY_BYTES = 1024 * 1024
_SHA1_BYTES = 20


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
    outer = take(blob, 0, SEQUENCE)
    if outer is None:
        return None
    identifier = take(outer[0], 0, SEQUENCE)
    if identifier is None:
        return None
    content = take(outer[0], identifier[1], OCTET_STRING)
    oid = take(identifier[0], 0, OID)
    if content is None or oid is None:
        return None
    return Sealed(identifier[0][: oid[1]], identifier[0][oid[1] :], content[0])


def seal_key(pkcs8: bytes, password: Password, _work: KeyContext) -> bytes:
    """A private key sealed as `sun.security.provider.KeyProtector.protect` does.

    A key stream is made by SHA-1 over password and the previous block, starting with a random
    salt; the key is added to it; SHA-1 over password and key says later whether it was right.
    """
    word = modified_utf8.utf16(password.reveal())
    salt = os.urandom(_SHA1_BYTES)
    hidden = _with_key_stream(pkcs8, word, salt)
    return wrap(JKS_ALGORITHM + b"\x05\x00", salt + hidden + _check(word, pkcs8))


def open_key(sealed: Sealed, password: Password, _work: KeyContext) -> bytes | None:
    """The key that :func:`seal_key` hid; None where the password does not fit."""
    if len(sealed.content) < 2 * _SHA1_BYTES:
        return None
    word = modified_utf8.utf16(password.reveal())
    salt, hidden = sealed.content[:_SHA1_BYTES], sealed.content[_SHA1_BYTES:-_SHA1_BYTES]
    found = _with_key_stream(hidden, word, salt)
    fits = hmac.compare_digest(_check(word, found), sealed.content[-_SHA1_BYTES:])
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


def wrap(identifier: bytes, content: bytes) -> bytes:
    """An EncryptedPrivateKeyInfo out of the algorithm's inside and what it made."""
    return der(SEQUENCE, der(SEQUENCE, identifier), der(OCTET_STRING, content))
