"""How JCEKS seals keys: PBEWithMD5AndTripleDES, as the JDK's own provider has it.

Written after `com.sun.crypto.provider.PBES1Core`, `KeyProtector` and `SealedObjectForKeyProtector`.
Private keys are in an EncryptedPrivateKeyInfo; secret keys are Java objects, sealed in another
Java object, the `javax.crypto.SealedObject`.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from handfast.core.asn1.ber import INTEGER, OCTET_STRING, SEQUENCE, der, der_integer, take
from handfast.core.errors import Damaged, InvalidInput, TooCostly, Unsupported
from handfast.core.language import grouped, tr
from handfast.core.store import shorten
from handfast.formats.java import objects
from handfast.formats.java.jks_keys import JCE_ALGORITHM, Sealed, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.password import Password
    from handfast.formats.java.key_context import KeyContext

#: What Java 17 takes (`jdk.jceKeyStore.iterationCount`).
ROUNDS = 200_000
_ALGORITHM = "PBEWithMD5AndTripleDES"
#: Rounds between two chances to stop.
_ROUNDS_PER_PROGRESS = 50_000
_BLOCK_BYTES = 8
_MAX_NAME_BYTES = 200
#: Key and vector of what was sealed and not opened again so far. A store is read back before it
#: is saved, and the work of deriving them would be done twice.
_just_sealed: dict[bytes, tuple[bytes, bytes]] = {}
_MOST_KEPT = 1_000

_SEALED = "javax.crypto.SealedObject"
_SEALED_BY_PROTECTOR = "com.sun.crypto.provider.SealedObjectForKeyProtector"
#: IBM's Java had a provider of its own that wrote the same.
_SEALED_BY_IBM = "com.ibm.crypto.provider.SealedObjectForKeyProtector"
_SEALED_CLASSES = frozenset({_SEALED, _SEALED_BY_PROTECTOR, _SEALED_BY_IBM})
_KEY_SPEC = "javax.crypto.spec.SecretKeySpec"
_KEY_REP = "java.security.KeyRep"
_KEY_TYPE = "java.security.KeyRep$Type"
#: Java 1.4 and before wrote its keys as they were.
_OLD_KEYS = {
    "com.sun.crypto.provider.DESKey": "DES",
    "com.sun.crypto.provider.DESedeKey": "DESede",
}
# Java's own filter (`jceks.key.serialFilter`) names the same, but for the old ones.
_KEY_CLASSES = frozenset({_KEY_SPEC, _KEY_REP, _KEY_TYPE, "java.lang.Enum", *_OLD_KEYS})


def open_key(sealed: Sealed, password: Password, work: KeyContext) -> bytes | None:
    """A private key in PKCS#8; None where the password does not fit."""
    plain = _decrypt(sealed.parameters, sealed.content, password, work)
    if plain is None:
        return None
    whole = take(plain, 0, SEQUENCE)
    # One wrong password in 256 leaves a padding that looks right.
    return plain if whole is not None and whole[1] == len(plain) else None


def seal_key(pkcs8: bytes, password: Password, work: KeyContext) -> bytes:
    """A private key as `com.sun.crypto.provider.KeyProtector.protect` seals it."""
    parameters, content = _encrypt(pkcs8, password, work)
    return wrap(JCE_ALGORITHM + parameters, content)


class SealedSecrets:
    """Secret keys as sealed Java objects; its methods are those of `SecretSealing`."""

    def skip(self, data: bytes, start: int) -> int:
        return _read_sealed(data, start)[1]

    def open(self, blob: bytes, password: Password, work: KeyContext) -> tuple[str, bytes] | None:
        fields = _read_sealed(blob, 0)[0].fields
        parameters, content = fields.get("encodedParams"), fields.get("encryptedContent")
        algorithm = fields.get("sealAlg")
        if algorithm != _ALGORITHM:
            name = shorten(algorithm, 40) if isinstance(algorithm, str) else "none"
            raise Unsupported(
                tr(
                    "The key is encrypted with an algorithm that Java does not use for it: "
                    "“{name}”.",
                    name=name,
                )
            )
        if not isinstance(parameters, bytes) or not isinstance(content, bytes):
            raise Unsupported(tr("The key is damaged: the sealed object is incomplete."))
        plain = _decrypt(parameters, content, password, work)
        if plain is None or not plain.startswith(objects.HEAD):
            return None
        return _read_key(plain)

    def seal(self, algorithm: str, material: bytes, password: Password, work: KeyContext) -> bytes:
        return _write_sealed(*_encrypt(_write_key(algorithm, material), password, work))


# --- the cipher ----------------------------------------------------------------------------------


def _decrypt(
    parameters: bytes, content: bytes, password: Password, work: KeyContext
) -> bytes | None:
    drawn = take(parameters, 0, SEQUENCE)
    salt = take(drawn[0], 0, OCTET_STRING) if drawn is not None else None
    number = take(drawn[0], salt[1], INTEGER) if drawn is not None and salt is not None else None
    if salt is None or number is None or len(salt[0]) != 8 or not 1 <= len(number[0]) <= 8:
        raise Unsupported(tr("The key is damaged: the parameters of its protection are invalid."))
    if not content or len(content) % _BLOCK_BYTES:
        raise Unsupported(tr("The key is damaged: its length is impossible."))
    rounds = int.from_bytes(number[0], "big", signed=True)
    if rounds < 1:
        raise Unsupported(tr("The key is damaged: the parameters of its protection are invalid."))
    if rounds > work.limits.iterations:
        raise TooCostly(
            tr(
                "Opening the key takes {rounds} rounds, more than is reasonable; Java "
                "rejects it as well.",
                rounds=grouped(rounds),
            ),
        )
    word = _ascii(password)
    if word is None:
        return None
    derived = _just_sealed.pop(_mark(word, salt[0], rounds), None)
    if derived is None:
        # One run over each half of the salt.
        work.budget.spend(-(-2 * rounds // _md5()[1]))
        derived = _derive(word, salt[0], rounds, work)
    key, vector = derived
    decryptor = _cipher(key, vector).decryptor()
    padded: bytes = decryptor.update(content) + decryptor.finalize()
    count = padded[-1]
    if not 1 <= count <= _BLOCK_BYTES or padded[-count:] != bytes((count,)) * count:
        return None
    return padded[:-count]


def _encrypt(plain: bytes, password: Password, work: KeyContext) -> tuple[bytes, bytes]:
    word = _ascii(password)
    if word is None:
        raise InvalidInput(
            tr("JCEKS protects keys only with passwords of printable ASCII characters."),
            field="password",
            causes=(
                tr("Java rejects all others when it seals or opens a key in such a keystore."),
            ),
            remedy=tr("Choose another password, or save the keystore as JKS, which accepts any."),
        )
    salt = os.urandom(8)
    rounds = work.rounds or ROUNDS
    key, vector = _derive(word, salt, rounds, work)
    if work.rounds is None and len(_just_sealed) < _MOST_KEPT:
        _just_sealed[_mark(word, salt, rounds)] = key, vector
    count = _BLOCK_BYTES - len(plain) % _BLOCK_BYTES
    encryptor = _cipher(key, vector).encryptor()
    content: bytes = encryptor.update(plain + bytes((count,)) * count) + encryptor.finalize()
    return der(SEQUENCE, der(OCTET_STRING, salt), der_integer(rounds)), content


def _ascii(password: Password) -> bytes | None:
    """The bytes of a password that Java would take, else None (`PBEKey` checks each of them)."""
    text = password.reveal()
    return text.encode("ascii") if all(" " <= each <= "~" for each in text) else None


def _mark(word: bytes, salt: bytes, rounds: int) -> bytes:
    return hashlib.sha256(salt + rounds.to_bytes(8, "big") + word).digest()


@cache
def _md5() -> tuple[Callable[[bytes], Any], int]:
    """MD5, and how many calls of it take as long as a round that a work budget counts.

    Most of a call to OpenSSL’s is the way there and back. Python’s own, which some distributions
    leave out, takes half as long.
    """
    try:
        own = import_module("_md5")
    except ImportError:
        return partial(hashlib.md5, usedforsecurity=False), 1
    return own.md5, 2


def _derive(word: bytes, salt: bytes, rounds: int, work: KeyContext) -> tuple[bytes, bytes]:
    """Key and initialisation vector, from MD5 over each half of the salt by itself."""
    halves = [salt[:4], salt[4:]]
    if halves[0] == halves[1]:
        # Meant to turn the half round; a slip of the JDK makes this of it, for all times.
        first = halves[0]
        halves[0] = bytes((first[3], first[0], first[1], first[3]))
    md5 = _md5()[0]
    made = b""
    for half in halves:
        value = half
        for start in range(0, rounds, _ROUNDS_PER_PROGRESS):
            work.progress(0, 0)
            for _ in range(min(_ROUNDS_PER_PROGRESS, rounds - start)):
                value = md5(value + word).digest()
        made += value
    return made[:24], made[24:]


def _cipher(key: bytes, vector: bytes) -> Any:  # noqa: ANN401 - the library's class is a generic
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    return Cipher(TripleDES(key), modes.CBC(vector))


# --- the objects ---------------------------------------------------------------------------------


def _read_sealed(data: bytes, start: int) -> tuple[objects.JavaObject, int]:
    try:
        found, stop = objects.read_object(data, start, _SEALED_CLASSES)
    except objects.Foreign as error:
        raise Unsupported(
            tr(
                "A secret key in this keystore is an object of a Java class that does not belong "
                "there: “{what}”.",
                what=shorten(error.what, 80),
            ),
            causes=(
                tr("Another security provider created the keystore."),
                tr("It was created to make Java programs run code that they should not."),
            ),
            remedy=tr("Java rejects it as well. Export the keys with the program that created it."),
            offset=error.offset,
        ) from error
    except objects.Malformed as error:
        raise Damaged(
            tr(
                "A secret key is damaged: {what} (at byte {offset}).",
                what=error.what,
                offset=grouped(error.offset),
            ),
            causes=(
                tr(
                    "The file was truncated or changed when it was copied, for example by "
                    "sending it as text."
                ),
            ),
            remedy=tr("Get the file again in binary mode, or restore it from a backup."),
            offset=error.offset,
        ) from error
    if found.classes[0] == _SEALED or found.classes[1:] != (_SEALED,):
        # What anybody could seal with anything. Java takes such a store for damaged as well.
        raise Unsupported(
            tr("A secret key in this keystore was not sealed by Java’s own provider."),
            causes=(tr("The program that created the keystore does not follow the format."),),
            remedy=tr("Export the keys with the program that created it."),
            offset=start,
        )
    return found, stop


def _read_key(plain: bytes) -> tuple[str, bytes]:
    """Algorithm and bytes of the key in a decrypted object."""
    try:
        found, _ = objects.read_object(plain, 0, _KEY_CLASSES)
    except objects.Foreign as error:
        raise Unsupported(
            tr(
                "The sealed object is not a secret key but a Java “{what}”.",
                what=shorten(error.what, 80),
            )
        ) from error
    except objects.Malformed as error:
        raise Unsupported(tr("The key is damaged: {what}.", what=error.what)) from error
    fields = found.fields
    algorithm: objects.JavaValue = _OLD_KEYS.get(found.classes[0]) or fields.get("algorithm")
    material = fields.get("encoded") if _KEY_REP in found.classes else fields.get("key")
    kind = fields.get("type")
    if isinstance(kind, objects.JavaEnum) and kind.constant != "SECRET":
        raise Unsupported(
            tr("The sealed object is a public or private key, stored as a secret key.")
        )
    if not isinstance(algorithm, str) or not isinstance(material, bytes):
        raise Unsupported(tr("The key is damaged: the object is incomplete."))
    if len(algorithm) > _MAX_NAME_BYTES:
        raise Unsupported(tr("The key is damaged: no algorithm has a name of that length."))
    return algorithm, material


_STRING_TYPE, _BYTES_TYPE = "Ljava/lang/String;", "[B"


def _write_key(algorithm: str, material: bytes) -> bytes:
    """A SecretKeySpec. Its parts are numbered in the order in which they stand here."""
    return b"".join(
        (
            objects.HEAD + objects.OBJECT,
            objects.class_head(_KEY_SPEC, 0x5B470B66E230614D, 2),  # 0
            objects.object_field(
                "L", "algorithm", objects.STRING + objects.write_text(_STRING_TYPE)
            ),  # 1
            objects.object_field("[", "key", objects.STRING + objects.write_text(_BYTES_TYPE)),  # 2
            objects.END + objects.NULL,
            # The object itself is number 3.
            objects.STRING + objects.write_text(algorithm),
            objects.ARRAY + objects.BYTE_ARRAY_CLASS + objects.sized(material),
        )
    )


def _write_sealed(parameters: bytes, content: bytes) -> bytes:
    """A SealedObjectForKeyProtector, in the very bytes that Java writes."""
    return b"".join(
        (
            objects.HEAD + objects.OBJECT,
            objects.class_head(_SEALED_BY_PROTECTOR, 0xCD57CA59E730BB53, 0) + objects.END,  # 0
            objects.class_head(_SEALED, 0x3E363DA6C3B75470, 4),  # 1
            objects.object_field(
                "[", "encodedParams", objects.STRING + objects.write_text(_BYTES_TYPE)
            ),
            objects.object_field("[", "encryptedContent", objects.reference(2)),
            objects.object_field(
                "L", "paramsAlg", objects.STRING + objects.write_text(_STRING_TYPE)
            ),
            objects.object_field("L", "sealAlg", objects.reference(3)),
            objects.END + objects.NULL,
            # The object itself is number 4, the class of the arrays number 5.
            objects.ARRAY + objects.BYTE_ARRAY_CLASS + objects.sized(parameters),
            objects.ARRAY + objects.reference(5) + objects.sized(content),
            objects.STRING + objects.write_text(_ALGORITHM),
            objects.STRING + objects.write_text(_ALGORITHM),
        )
    )
