"""Private keys as programs other than keystores write them: DER, PVK, JWK, and OpenSSH."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from typing import TYPE_CHECKING, Any, Final

from handfast.core.errors import Damaged, KeyLocked, Unsupported, WrongPassword
from handfast.core.keys import PrivateKey
from handfast.core.language import tr
from handfast.formats.base import AGREED_LIMITS, WorkBudget
from handfast.formats.pem.armor import Block
from handfast.formats.pem.keys import normalise, open_envelope, unwrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.core.password import Password

#: PVK: magic, reserved, key type, encrypted, salt length, key length; all little-endian.
_PVK_HEAD: Final = struct.Struct("<IIIIII")
_PVK_MAGIC: Final = 0xB0B5F11E
#: BLOBHEADER and RSAPUBKEY of CryptoAPI: type, version, reserved, algorithm, magic, bits, exponent.
_BLOB_HEAD: Final = struct.Struct("<BBHIIII")
_PRIVATE_BLOB: Final = 7
_RSA2: Final = 0x32415352
_MAX_PVK_BITS: Final = 16_384
#: The RC4 key of weak export builds: five bytes of it, the rest zero.
_WEAK_KEY_BYTES: Final = 5
_RC4_KEY_BYTES: Final = 16


def read_der_key(data: bytes, passwords: Sequence[Password]) -> PrivateKey:
    """A key in PKCS#8, PKCS#1, SEC 1, or OpenSSL's DSA form, encrypted or not.

    :raises PasswordNeeded: it is encrypted, and no password was given
    :raises WrongPassword: none of the passwords opens it
    """
    plain = normalise(data, b"")
    if plain is not None:
        return PrivateKey(plain)
    block = Block(label="ENCRYPTED PRIVATE KEY", data=data, offset=0, end=len(data))
    envelope = unwrap(block, b"", AGREED_LIMITS)
    if envelope.trouble:
        raise Unsupported(envelope.trouble)
    for password in passwords:
        opened = open_envelope(envelope, password, WorkBudget(AGREED_LIMITS.rounds))
        if opened is not None:
            return PrivateKey(opened)
    raise _locked(passwords)


def read_openssh_key(data: bytes, passwords: Sequence[Password]) -> PrivateKey:
    """A key as ssh-keygen writes it (PROTOCOL.key of OpenSSH)."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    for password in (None, *passwords):
        secret = None if password is None else password.reveal().encode("utf-8")
        if secret == b"":
            continue
        try:
            return _pkcs8(load_ssh_private_key(data, secret))
        except TypeError:
            # It is encrypted and there is no password, or the other way round.
            continue
        except UnsupportedAlgorithm as error:
            raise Unsupported(tr("This kind of OpenSSH key is not supported.")) from error
        except ValueError as error:
            if password is None and b"aes" not in _openssh_cipher(data):
                raise Damaged(tr("This OpenSSH key is damaged."), offset=0) from error
            continue
    raise _locked(passwords)


def _openssh_cipher(data: bytes) -> bytes:
    """The beginning of the decoded key, in which the name of the cipher stands."""
    body = b"".join(line for line in data.splitlines() if b"-----" not in line)
    try:
        return base64.b64decode(body)[:64]
    except ValueError:
        return b""


def read_jwk(text: str) -> list[PrivateKey]:
    """The private keys of a JSON Web Key or a set of them (RFC 7517, RFC 7518, RFC 8037)."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    records = document.get("keys", [document]) if isinstance(document, dict) else []
    found = []
    for record in records if isinstance(records, list) else []:
        if isinstance(record, dict) and "d" in record and record.get("kty") in _JWK:
            try:
                found.append(_pkcs8(_JWK[record["kty"]](record)))
            except (KeyError, ValueError, TypeError) as error:
                raise Damaged(tr("A JSON Web Key in the input is damaged."), offset=0) from error
    return found


def read_jwk_chain(text: str) -> list[bytes]:
    """The certificates beside keys in a JSON Web Key or a set of them (``x5c``), in DER."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    records = document.get("keys", [document]) if isinstance(document, dict) else []
    found: list[bytes] = []
    for record in records if isinstance(records, list) else []:
        chain = record.get("x5c") if isinstance(record, dict) else None
        for each in chain if isinstance(chain, list) else []:
            try:
                found.append(base64.b64decode(each, validate=True))
            except (ValueError, TypeError):
                continue
    return found


def _integer(record: dict[str, Any], name: str) -> int:
    return int.from_bytes(_raw(record, name), "big")


def _raw(record: dict[str, Any], name: str) -> bytes:
    text = str(record[name])
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _jwk_rsa(record: dict[str, Any]) -> Any:  # noqa: ANN401 - one of several key classes
    from cryptography.hazmat.primitives.asymmetric import rsa

    public = rsa.RSAPublicNumbers(_integer(record, "e"), _integer(record, "n"))
    d = _integer(record, "d")
    if "p" in record and "q" in record:
        p, q = _integer(record, "p"), _integer(record, "q")
    else:
        p, q = rsa.rsa_recover_prime_factors(public.n, public.e, d)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return numbers.private_key()


def _jwk_ec(record: dict[str, Any]) -> Any:  # noqa: ANN401 - one of several key classes
    from cryptography.hazmat.primitives.asymmetric import ec

    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    return ec.derive_private_key(_integer(record, "d"), curves[record["crv"]])


def _jwk_okp(record: dict[str, Any]) -> Any:  # noqa: ANN401 - one of several key classes
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519

    if record["crv"] == "Ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(_raw(record, "d"))
    if record["crv"] == "Ed448":
        return ed448.Ed448PrivateKey.from_private_bytes(_raw(record, "d"))
    raise ValueError("a curve for key agreement")


_JWK: Final[dict[str, Callable[[dict[str, Any]], Any]]] = {
    "RSA": _jwk_rsa,
    "EC": _jwk_ec,
    "OKP": _jwk_okp,
}


def read_pvk(data: bytes, passwords: Sequence[Password]) -> PrivateKey:
    """A key file of Microsoft's older tools (MakeCert, SignTool): PVK, of an RSA key.

    The layout is that of OpenSSL's ``pvkfmt.c`` documentation and of CryptoAPI's PRIVATEKEYBLOB.
    """
    try:
        magic, _, _, is_sealed, salt_size, key_size = _PVK_HEAD.unpack_from(data)
    except struct.error as error:
        raise Damaged(tr("The PVK file is truncated."), offset=len(data)) from error
    start = _PVK_HEAD.size
    salt, blob = data[start : start + salt_size], data[start + salt_size :]
    if magic != _PVK_MAGIC or len(salt) != salt_size or len(blob) < key_size:
        raise Damaged(tr("The PVK file is damaged."), offset=0)
    blob = blob[:key_size]
    if not is_sealed:
        return _from_blob(blob)
    for password in passwords:
        secret = password.reveal().encode("utf-8")
        for key_bytes in (_RC4_KEY_BYTES, _WEAK_KEY_BYTES):
            opened = _open_pvk(blob, salt, secret, key_bytes)
            if opened is not None:
                return _from_blob(opened)
    raise _locked(passwords)


def _open_pvk(blob: bytes, salt: bytes, secret: bytes, key_bytes: int) -> bytes | None:
    from Cryptodome.Cipher import ARC4

    key = hashlib.sha1(salt + secret, usedforsecurity=False).digest()[:key_bytes]
    key = key.ljust(_RC4_KEY_BYTES, b"\0")
    # The header of the blob is unencrypted.
    opened = blob[:8] + ARC4.new(key).decrypt(blob[8:])
    return opened if opened[8:12] == struct.pack("<I", _RSA2) else None


def _from_blob(blob: bytes) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa

    try:
        kind, _, _, _, magic, bits, exponent = _BLOB_HEAD.unpack_from(blob)
    except struct.error as error:
        raise Damaged(tr("The key in the PVK file is truncated."), offset=len(blob)) from error
    if kind != _PRIVATE_BLOB or magic != _RSA2 or not 384 <= bits <= _MAX_PVK_BITS:
        raise Unsupported(
            tr("The PVK file contains a key that is not RSA."),
            remedy=tr("Convert it with the program that created it."),
        )
    size, half = bits // 8, bits // 16
    position = _BLOB_HEAD.size
    numbers = []
    for length in (size, half, half, half, half, half, size):
        piece = blob[position : position + length]
        if len(piece) != length:
            raise Damaged(tr("The key in the PVK file is truncated."), offset=len(blob))
        numbers.append(int.from_bytes(piece, "little"))
        position += length
    n, p, q, dmp1, dmq1, iqmp, d = numbers
    try:
        private = rsa.RSAPrivateNumbers(
            p, q, d, dmp1, dmq1, iqmp, rsa.RSAPublicNumbers(exponent, n)
        ).private_key()
    except ValueError as error:
        raise Damaged(
            tr("The numbers of the key in the PVK file are inconsistent."), offset=0
        ) from error
    return _pkcs8(private)


def _pkcs8(key: Any) -> PrivateKey:  # noqa: ANN401 - one of several key classes
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return PrivateKey(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _locked(passwords: Sequence[Password]) -> KeyLocked | WrongPassword:
    if passwords:
        return WrongPassword(
            tr("The password does not open this private key."),
            remedy=tr("Enter its own password."),
        )
    return KeyLocked(tr("This private key is encrypted."), remedy=tr("Enter its password."))
