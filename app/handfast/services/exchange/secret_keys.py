"""Secret keys: generated, and in and out of files as bytes, hexadecimal digits, or Base64."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
import secrets
from typing import TYPE_CHECKING, Final

from handfast.core.entry import SecretKey
from handfast.core.errors import Damaged, InvalidInput, Unsupported
from handfast.core.keys import SecretMaterial
from handfast.core.language import alternatives, grouped, tr
from handfast.core.store import check_alias, shorten
from handfast.formats.registry import module_for
from handfast.services.files.new_encoding import SecretEncoding
from handfast.services.policy.key_passwords import check_protected, locked_error

if TYPE_CHECKING:
    from handfast.core.entry import Entry
    from handfast.core.store import Store

#: What can be generated, as ``--key`` takes it: Java’s name of the algorithm, its size in bits, and
#: the name for people. HMAC keys are as long as the digest (RFC 2104, section 3).
SECRET_KINDS: Final = {
    "aes:128": ("AES", 128, tr("AES, 128 bits")),
    "aes:192": ("AES", 192, tr("AES, 192 bits")),
    "aes:256": ("AES", 256, tr("AES, 256 bits")),
    "hmac:sha1": ("HmacSHA1", 160, tr("HMAC with SHA-1, 160 bits")),
    "hmac:sha256": ("HmacSHA256", 256, tr("HMAC with SHA-256, 256 bits")),
    "hmac:sha384": ("HmacSHA384", 384, tr("HMAC with SHA-384, 384 bits")),
    "hmac:sha512": ("HmacSHA512", 512, tr("HMAC with SHA-512, 512 bits")),
}
#: The algorithms that a key from a file can be for.
SECRET_ALGORITHMS: Final = (
    "AES", "HmacSHA1", "HmacSHA256", "HmacSHA384", "HmacSHA512", "DESede", "ARCFOUR",
)  # fmt: skip
#: Sizes in bytes that an algorithm takes; others take any.
_SIZES: Final = {"AES": (16, 24, 32), "DESede": (16, 24)}
_MAX_KEY_BYTES: Final = 64 * 1024
_HEX = re.compile(rb"(?:0x)?[0-9A-Fa-f]{2}(?:[\s:]?[0-9A-Fa-f]{2})*")


def is_secret_kind(text: str) -> bool:
    """Whether a choice of key is that of a secret key rather than of a key pair."""
    return text.lower() in SECRET_KINDS


def generate_secret(alias: str, kind: str) -> SecretKey:
    """A new secret key from the system’s random numbers.

    :raises InvalidInput: the alias cannot be used, or the kind is not one of ``SECRET_KINDS``
    """
    check_alias(alias)
    if not is_secret_kind(kind):
        raise InvalidInput(
            tr("“{kind}” is not a supported kind of secret key.", kind=shorten(kind)),
            field="key",
            remedy=tr("Use one of {secret_kinds}.", secret_kinds=", ".join(SECRET_KINDS)),
        )
    algorithm, bits, _ = SECRET_KINDS[kind.lower()]
    return _secret(alias, algorithm, secrets.token_bytes(bits // 8))


def _secret(alias: str, algorithm: str, data: bytes) -> SecretKey:
    return SecretKey(
        alias=alias,
        algorithm=algorithm,
        material=SecretMaterial(data),
        created=dt.datetime.now(dt.UTC).replace(microsecond=0),
    )


def read_secret(
    data: bytes, *, alias: str, algorithm: str, encoding: SecretEncoding | None = None
) -> SecretKey:
    """A secret key from a file.

    :param encoding: how the key is in the file; None to tell by its content: hexadecimal
        digits or Base64 where these come to a size that the algorithm takes, else the bytes
    :raises InvalidInput: the alias or the size does not suit
    :raises Damaged: the file is not in that encoding
    """
    check_alias(alias)
    known = {name.lower(): name for name in SECRET_ALGORITHMS}
    name = known.get(algorithm.lower(), algorithm)
    if len(data) > _MAX_KEY_BYTES:
        raise InvalidInput(
            tr(
                "The file has {count} bytes, which is not the size of a secret key.",
                count=grouped(len(data)),
            ),
            field="files",
            remedy=tr("Choose a file that contains only the key."),
        )
    content = _decode(data, encoding) if encoding is not None else _guess(data, name)
    if not content:
        raise Damaged(tr("The file is empty."), remedy=tr("Choose another file."))
    sizes = _SIZES.get(name)
    if sizes is not None and len(content) not in sizes:
        bits = alternatives([str(8 * size) for size in sizes])
        raise InvalidInput(
            tr(
                "The key has {value} bits; a key for {name} has {bits}.",
                value=grouped(8 * len(content)),
                name=name,
                bits=bits,
            ),
            field="files",
            causes=(tr("The file may contain the key in another encoding, or more than the key."),),
            remedy=tr("Choose the encoding and the algorithm that the key is for."),
        )
    return _secret(alias, name, content)


def _decode(data: bytes, encoding: SecretEncoding) -> bytes:
    if encoding is SecretEncoding.RAW:
        return data
    text = data.strip()
    try:
        if encoding is SecretEncoding.HEX:
            if not _HEX.fullmatch(text):
                raise ValueError
            return bytes.fromhex(re.sub(rb"[\s:]|^0x", b"", text).decode("ascii"))
        return base64.b64decode(b"".join(text.split()).replace(b"-", b"+").replace(b"_", b"/"),
                                validate=True)  # fmt: skip
    except (ValueError, binascii.Error) as error:
        what = tr("hexadecimal digits") if encoding is SecretEncoding.HEX else "Base64"
        raise Damaged(
            tr("The file does not contain {what}.", what=what),
            remedy=tr("Choose the encoding of the file."),
        ) from error


def _guess(data: bytes, algorithm: str) -> bytes:
    """The key in whichever encoding gives a size that the algorithm takes."""
    sizes = _SIZES.get(algorithm)
    if sizes is not None and len(data) in sizes:
        # Digits of just this length are the key of half the size at most: bytes are meant.
        is_text = _HEX.fullmatch(data.strip()) is not None and len(data) // 2 in sizes
        if not is_text:
            return data
    for encoding in (SecretEncoding.HEX, SecretEncoding.BASE64):
        try:
            found = _decode(data, encoding)
        except Damaged:
            continue
        if found and (sizes is None or len(found) in sizes):
            return found
    return data


def put_secret(store: Store, key: SecretKey) -> Store:
    """The keystore with a secret key after what it has.

    :raises AlreadyExists: the alias is taken
    :raises Unsupported: the format has no place for secret keys
    :raises PasswordNeeded: the keystore has no password that could protect it
    """
    if "secret-key" not in module_for(store.format).CAPABILITIES.kinds:
        raise Unsupported(
            tr("{title} keystores cannot hold secret keys.", title=store.format.title),
            remedy=tr("Use a PKCS#12 or JCEKS keystore."),
        )
    check_protected(store, [key])
    return store.with_entries([key])


def encode_secret(entry: Entry, encoding: SecretEncoding) -> bytes:
    """An unencrypted secret key, as a file has it.

    :raises InvalidInput: the entry is no secret key
    :raises PasswordNeeded: it is locked
    """
    if not isinstance(entry, SecretKey):
        raise InvalidInput(
            tr("“{alias}” is not a secret key.", alias=shorten(entry.alias)),
            field="alias",
            remedy=tr("For a key pair, choose another format."),
        )
    if entry.material is None:
        raise locked_error(entry)
    data = entry.material.reveal()
    if encoding is SecretEncoding.RAW:
        return data
    if encoding is SecretEncoding.HEX:
        return data.hex().encode("ascii") + b"\n"
    return base64.b64encode(data) + b"\n"
