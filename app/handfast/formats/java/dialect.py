"""What JKS and JCEKS differ in, and what both remember of a file."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

from handfast.core.asn1.ber import oid_text
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr
from handfast.formats.java.jks_keys import MAX_SEALED_KEY_BYTES, Sealed, parse_sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Self

    from handfast.core.keys import PrivateKey, SecretMaterial
    from handfast.core.password import Password
    from handfast.core.store import Format
    from handfast.formats.java.container import RawEntry
    from handfast.formats.java.key_context import KeyContext


#: Gives the PKCS#8 key, or None where the password does not fit.
OpenKey: TypeAlias = "Callable[[Sealed, Password, KeyContext], bytes | None]"
#: Gives an EncryptedPrivateKeyInfo.
SealKey: TypeAlias = "Callable[[bytes, Password, KeyContext], bytes]"


class SecretSealing(Protocol):
    """How a format keeps secret keys."""

    def skip(self, data: bytes, start: int) -> int:
        """Where a sealed secret key ends; Damaged where it does not hold together."""

    def open(self, blob: bytes, password: Password, work: KeyContext) -> tuple[str, bytes] | None:
        """Algorithm and bytes of a secret key; None where the password does not fit."""

    def seal(self, algorithm: str, material: bytes, password: Password, work: KeyContext) -> bytes:
        """The secret key as it is in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """JKS or JCEKS."""

    format: Format
    magic: bytes
    #: How it protects what it holds, in words.
    protection: str
    #: How sealed private keys are opened, by the object identifier in DER.
    openers: Mapping[bytes, OpenKey]
    seal_key: SealKey
    secrets: SecretSealing | None

    def trouble_with(self, blob: bytes) -> str:
        """Why a sealed private key cannot be opened whatever the password; empty if it can."""
        sealed = parse_sealed(blob)
        if sealed is None:
            return tr("The private key is damaged: it does not have the form of a protected key.")
        if sealed.algorithm not in self.openers:
            return tr(
                "The private key is protected with an algorithm that Handfast does not support: "
                "{algorithm}.",
                algorithm=oid_text(sealed.algorithm[2:]),
            )
        if len(blob) > MAX_SEALED_KEY_BYTES:
            return tr(
                "The private key has {count} bytes, more than any genuine one.",
                count=grouped(len(blob)),
            )
        return ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What an entry was in the file, so that what nobody touched is written back as it was."""

    #: See :func:`handfast.formats.base.stands_alone`.
    stands_alone: ClassVar[bool] = True

    raw: RawEntry
    alias: str
    created: datetime | None
    #: What the sealed key opened to, and with what; None while locked.
    key: PrivateKey | SecretMaterial | None = None
    opened_with: Password | None = None
    #: The name of the secret key's algorithm.
    algorithm: str = ""

    @property
    def sealed(self) -> bytes:
        return self.raw.sealed

    def without_open_key(self) -> Self:
        return replace(self, key=None, opened_with=None)

    @property
    def is_found_by_java(self) -> bool:
        """Whether Java looks for this very alias: it asks for small letters only."""
        return self.alias == self.alias.lower()


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a file had beside its entries."""

    #: What followed the check sum.
    tail: bytes = field(repr=False)
