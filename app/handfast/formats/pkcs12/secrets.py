"""Secret keys in PKCS#12: the secret bag as Java writes it (`sun.security.pkcs12`)."""

from __future__ import annotations

from handfast.core.asn1.ber import (
    CONTEXT_0,
    NULL,
    OCTET_STRING,
    SEQUENCE,
    children,
    content,
    der,
    der_integer,
    der_oid,
    octets,
    oid_text,
    read,
)
from handfast.core.errors import Damaged, WouldLose
from handfast.core.language import tr
from handfast.formats.crypto.secret_algorithms import algorithm_name, algorithm_oid
from handfast.formats.pkcs12.model import SHROUDED_BAG


def read_secret(value: bytes) -> bytes | None:
    """The EncryptedPrivateKeyInfo in a secret bag; None where it holds something else."""
    try:
        fields = list(children(value, read(value, 0, len(value))))
        if len(fields) < 2 or oid_text(content(value, fields[0])) != SHROUDED_BAG:
            return None
        holder = next(children(value, fields[1]), None)
        return octets(value, holder) if holder is not None else None
    except Damaged:
        return None


def wrap_secret(sealed: bytes) -> bytes:
    """The value of a secret bag around an EncryptedPrivateKeyInfo."""
    return der(SEQUENCE, der_oid(SHROUDED_BAG), der(CONTEXT_0, der(OCTET_STRING, sealed)))


def unwrap(plain: bytes) -> tuple[str, bytes]:
    """Algorithm and bytes of the key; what is malformed comes back whole and nameless."""
    try:
        fields = list(children(plain, read(plain, 0, len(plain))))
        named = next(children(plain, fields[1]))
        oid = oid_text(content(plain, named))
        return algorithm_name(oid), octets(plain, fields[2])
    except (Damaged, IndexError, StopIteration):
        return "", plain


def rewrap(algorithm: str, material: bytes) -> bytes:
    """The PrivateKeyInfo in which Java puts a secret key."""
    oid = algorithm_oid(algorithm)
    if not oid:
        raise WouldLose(
            tr(
                "PKCS#12 has no name for a secret key of the algorithm “{algorithm}”.",
                algorithm=algorithm,
            ),
            remedy=tr("Keep it in its current keystore."),
        )
    # Java gives no parameters to AES and a NULL to the others; both are read.
    return der(
        SEQUENCE,
        der_integer(0),
        der(SEQUENCE, der_oid(oid), *(() if algorithm == "AES" else (NULL,))),
        der(OCTET_STRING, material),
    )
