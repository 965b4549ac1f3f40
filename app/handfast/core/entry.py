"""What an alias names: a key pair, a trusted certificate or a secret key.

``native`` belongs to the format module that read the entry: the bytes and attributes as they
stood in the file, so that what was not touched is written back as it was. It takes no part in
equality, and survives ``dataclasses.replace``; the format module compares it with the entry to
see what a person changed. It must be immutable and its repr must not show a secret.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.keys import PrivateKey, SecretMaterial
    from handfast.core.password import Password


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A private key with its certificate chain, leaf first."""

    alias: str
    chain: tuple[Certificate, ...]
    #: None while locked: the password that opens it has not been given.
    key: PrivateKey | None
    created: datetime | None = None
    #: The key's own password where it is not the store's; None means the store's.
    password: Password | None = None
    #: Why the key cannot be read, where the reason is not a password; empty otherwise.
    trouble: str = ""
    #: Whether the trouble is that its bytes do not hold together, rather than that they are
    #: protected by something that is not supported.
    is_damaged: bool = field(default=False, compare=False)
    #: Locked only because trying takes a while and nobody has asked for this key yet.
    is_untried: bool = field(default=False, compare=False)
    #: False where Java passes over the entry, or does not find it under its alias.
    is_visible_to_java: bool = field(default=True, compare=False)
    native: object = field(default=None, compare=False, repr=False)

    kind = "key-pair"

    @property
    def is_locked(self) -> bool:
        return self.key is None

    @property
    def certificate(self) -> Certificate | None:
        """The leaf: the certificate of this very key."""
        return self.chain[0] if self.chain else None

    @property
    def algorithm(self) -> str:
        leaf = self.certificate
        if leaf is not None:
            return leaf.key_algorithm
        return self.key.algorithm if self.key is not None else ""

    @property
    def bits(self) -> int | None:
        leaf = self.certificate
        if leaf is not None:
            return leaf.key_bits
        return self.key.bits if self.key is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedCertificate:
    """A certificate that this store trusts."""

    alias: str
    certificate: Certificate
    created: datetime | None = None
    #: False for a PKCS#12 certificate without Java's trust attribute: Java does not see it. False
    #: as well where Java does not find the entry under its alias.
    is_visible_to_java: bool = True
    trouble: str = ""
    native: object = field(default=None, compare=False, repr=False)

    kind = "trusted-certificate"

    @property
    def is_locked(self) -> bool:
        return False

    @property
    def is_untried(self) -> bool:
        return False

    @property
    def chain(self) -> tuple[Certificate, ...]:
        return (self.certificate,)

    @property
    def algorithm(self) -> str:
        return self.certificate.key_algorithm

    @property
    def bits(self) -> int | None:
        return self.certificate.key_bits


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey:
    """A symmetric key."""

    alias: str
    #: The name Java gives it: ``AES``, ``HmacSHA256``; a dotted OID or empty where unknown.
    algorithm: str
    #: None while locked.
    material: SecretMaterial | None
    created: datetime | None = None
    password: Password | None = None
    trouble: str = ""
    is_damaged: bool = field(default=False, compare=False)
    #: Locked only because trying takes a while and nobody has asked for this key yet.
    is_untried: bool = field(default=False, compare=False)
    #: False where Java passes over the entry, or does not find it under its alias.
    is_visible_to_java: bool = field(default=True, compare=False)
    native: object = field(default=None, compare=False, repr=False)

    kind = "secret-key"

    @property
    def is_locked(self) -> bool:
        return self.material is None

    @property
    def certificate(self) -> None:
        return None

    @property
    def chain(self) -> tuple[Certificate, ...]:
        return ()

    @property
    def bits(self) -> int | None:
        return self.material.bits if self.material is not None else None


Entry: TypeAlias = KeyPair | TrustedCertificate | SecretKey
