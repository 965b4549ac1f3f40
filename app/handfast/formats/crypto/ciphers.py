"""The block ciphers of old and new protections, in CBC mode with the padding of PKCS#5."""

from __future__ import annotations

from typing import Any


class DoesNotFit(Exception):
    """The password did not decrypt this."""


#: Ciphers with blocks of sixteen bytes; the older ones have eight.
_WIDE = frozenset({"AES", "Camellia", "SM4"})


def block_bytes(cipher: str) -> int:
    """The size of a block, and of an IV."""
    return 16 if cipher in _WIDE else 8


def is_whole(cipher: str, data: bytes) -> bool:
    """Whether this can be a cipher text at all: no password fits one that is cut short."""
    if cipher == "RC4":
        return True
    return bool(data) and len(data) % block_bytes(cipher) == 0


def decrypt(cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes:
    """The plain text; :class:`DoesNotFit` where the padding tells that it is not."""
    if cipher == "RC4":
        from Cryptodome.Cipher import ARC4

        plain: bytes = ARC4.new(key).decrypt(data)
        return plain
    if not is_whole(cipher, data):
        raise DoesNotFit
    block = block_bytes(cipher)
    if cipher == "RC2":
        padded: bytes = _rc2(key, iv).decrypt(data)
    else:
        decryptor = _block_cipher(cipher, key, iv).decryptor()
        padded = decryptor.update(data) + decryptor.finalize()
    return unpad(padded, block)


def unpad(padded: bytes, block: int) -> bytes:
    """The text without its padding."""
    count = padded[-1]
    if not 1 <= count <= block or padded[-count:] != bytes((count,)) * count:
        raise DoesNotFit
    return padded[:-count]


def encrypt(cipher: str, key: bytes, iv: bytes, data: bytes) -> bytes:
    """The cipher text."""
    if cipher == "RC4":
        return decrypt(cipher, key, iv, data)
    block = block_bytes(cipher)
    count = block - len(data) % block
    padded = data + bytes((count,)) * count
    if cipher == "RC2":
        sealed: bytes = _rc2(key, iv).encrypt(padded)
        return sealed
    encryptor = _block_cipher(cipher, key, iv).encryptor()
    result: bytes = encryptor.update(padded) + encryptor.finalize()
    return result


def _rc2(key: bytes, iv: bytes) -> Any:  # noqa: ANN401 - the library has no type for it
    from Cryptodome.Cipher import ARC2

    # `cryptography` has RC2 with 128 effective bits only; Java up to 15 used 40.
    new: Any = ARC2.new
    return new(key, ARC2.MODE_CBC, iv=iv, effective_keylen=len(key) * 8)


def _block_cipher(cipher: str, key: bytes, iv: bytes) -> Any:  # noqa: ANN401 - one of several generics
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    if cipher == "AES":
        from cryptography.hazmat.primitives.ciphers.algorithms import AES

        return Cipher(AES(key), modes.CBC(iv))
    if cipher == "Camellia":
        return Cipher(_camellia(key), modes.CBC(iv))
    if cipher == "SM4":
        from cryptography.hazmat.primitives.ciphers.algorithms import SM4

        return Cipher(SM4(key), modes.CBC(iv))
    return Cipher(triple_des(key), modes.CBC(iv))


def _camellia(key: bytes) -> Any:  # noqa: ANN401 - the library's class is of a changing module
    from cryptography.hazmat.decrepit.ciphers import algorithms

    if hasattr(algorithms, "Camellia"):
        return algorithms.Camellia(key)
    from cryptography.hazmat.primitives.ciphers import algorithms as before_49

    return before_49.Camellia(key)


def triple_des(key: bytes) -> Any:  # noqa: ANN401 - the library's class is of a changing module
    """Triple DES under three keys; of two the first comes again, and one thrice is plain DES."""
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES

    return TripleDES({8: key * 3, 16: key + key[:8]}.get(len(key), key))
