"""BCFKS, the keystore of Bouncy Castle for FIPS 140: ASN.1, AES and HMAC throughout; read only.

The structures are those of `org.bouncycastle.asn1.bc`, the derivation that of
`org.bouncycastle.jcajce.provider.keystore.bcfks.BcFKSKeyStoreSpi`:

    ObjectStore ::= SEQUENCE { CHOICE { EncryptedObjectStoreData, ObjectStoreData },
                               CHOICE { PbkdMacIntegrityCheck, [0] SignatureCheck } }
    ObjectStoreData ::= SEQUENCE { version, integrityAlgorithm, creationDate, lastModifiedDate,
                                   SEQUENCE OF ObjectData, comment UTF8String OPTIONAL }
    ObjectData ::= SEQUENCE { type INTEGER, identifier UTF8String, creationDate,
                              lastModifiedDate, data OCTET STRING, comment UTF8String OPTIONAL }
"""

from __future__ import annotations

import dataclasses
import hmac
from dataclasses import field
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

from handfast.core.asn1.ber import (
    CONTEXT_0,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    MalformedAsn1,
    Span,
    children,
    content,
    damaged,
    encoded,
    expect,
    integer,
    octets,
    oid_text,
)
from handfast.core.asn1.ber import (
    read as read_value,
)
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import (
    Damaged,
    HandfastError,
    PasswordNeeded,
    Unsupported,
    WrongPassword,
)
from handfast.core.frozen import dataclass
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.language import grouped, tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, Store, shorten
from handfast.formats.base import (
    AGREED_LIMITS,
    BudgetExceeded,
    Capabilities,
    WorkBudget,
    too_many,
    too_many_certificates,
    untried_remark,
    wrong_password,
)
from handfast.formats.bouncy.reading import refuse_writing, spelling
from handfast.formats.crypto.key_derivation import pbkdf2, scrypt
from handfast.formats.crypto.protection import (
    PBKDF2,
    PRFS,
    check_cost,
    pbkdf2_cost,
    too_costly,
)
from handfast.formats.crypto.secret_algorithms import algorithm_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

CAPABILITIES = Capabilities(
    format=Format.BCFKS,
    summary=tr("Bouncy Castle’s format for FIPS 140; read only"),
    endings=("bcfks", "bcf"),
    can_write=False,
    kinds=frozenset({"key-pair", "trusted-certificate", "secret-key"}),
    entry_passwords=True,
    passwordless=False,
    creation_dates=True,
)
_PBES2 = "1.2.840.113549.1.5.13"
_SCRYPT = "1.3.6.1.4.1.11591.4.11"
#: AES with 128, 192 and 256 bits (NIST), in CCM (RFC 5084) and as key wrap with padding (RFC 5649).
_CCM = {
    "2.16.840.1.101.3.4.1.7": 16,
    "2.16.840.1.101.3.4.1.27": 24,
    "2.16.840.1.101.3.4.1.47": 32,
}
_WRAP = {
    "2.16.840.1.101.3.4.1.8": 16,
    "2.16.840.1.101.3.4.1.28": 24,
    "2.16.840.1.101.3.4.1.48": 32,
}
_DIGESTS = PRFS | {
    "2.16.840.1.101.3.4.2.13": "sha3_224",
    "2.16.840.1.101.3.4.2.14": "sha3_256",
    "2.16.840.1.101.3.4.2.15": "sha3_384",
    "2.16.840.1.101.3.4.2.16": "sha3_512",
}
_UTF8_STRING = 0x0C
_LARGEST_KEY = 512
_ENTRIES_PER_PROGRESS = 256


class _Type(IntEnum):
    """What an entry is. The protected ones were encrypted by whoever put them there."""

    CERTIFICATE = 0
    PRIVATE_KEY = 1
    SECRET_KEY = 2
    PROTECTED_PRIVATE_KEY = 3
    PROTECTED_SECRET_KEY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Derivation:
    """How a key comes from a password: PBKDF2, or scrypt with its three costs."""

    salt: bytes
    size: int
    digest: str = ""
    iterations: int = 0
    scrypt: tuple[int, int, int] | None = None

    @property
    def cost(self) -> int:
        """In rounds, as :class:`~handfast.formats.base.WorkBudget` counts them."""
        if self.scrypt is not None:
            n, r, p = self.scrypt
            return sum(n * r * each + 8 * r * each for each in {r, p})
        return pbkdf2_cost(self.digest, self.iterations, self.size)

    @property
    def title(self) -> str:
        if self.scrypt is not None:
            return f"scrypt, N {grouped(self.scrypt[0])}"
        return tr("{iterations} iterations", iterations=grouped(self.iterations))

    def keys(self, password: Password, purpose: str, progress: Progress) -> Iterator[bytes]:
        """The key for a purpose, which is mixed in behind the password.

        There are two with scrypt: Bouncy Castle takes the size of a block for the parallelization
        as well, whatever the file says of the latter; other programs may go by the file.
        """
        word = spelling(password).bmp + purpose.encode("utf-16-be") + b"\0\0"
        if self.scrypt is None:
            yield pbkdf2(self.digest, word, self.salt, self.iterations, self.size, progress)
            return
        n, r, p = self.scrypt
        for each in dict.fromkeys((r, p)):
            yield scrypt(word, self.salt, (n, r, each), self.size, progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealing:
    """How something is encrypted: the key's derivation, then AES."""

    derivation: _Derivation
    #: None for key wrap; the nonce and the size of the tag in bytes for CCM.
    ccm: tuple[bytes, int] | None

    def open(
        self, sealed: bytes, password: Password, purpose: str, progress: Progress
    ) -> bytes | None:
        """The plain text; None where password or content is not right: both modes check that."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESCCM
        from cryptography.hazmat.primitives.keywrap import (
            InvalidUnwrap,
            aes_key_unwrap_with_padding,
        )

        for key in self.derivation.keys(password, purpose, progress):
            try:
                if self.ccm is None:
                    return aes_key_unwrap_with_padding(key, sealed)
                nonce, tag = self.ccm
                return AESCCM(key, tag_length=tag).decrypt(nonce, sealed, None)
            except (InvalidTag, InvalidUnwrap, ValueError):
                continue
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What an entry was in the file: the encrypted key with its parameters."""

    sealed: bytes = field(repr=False)
    is_private: bool = True

    def without_open_key(self) -> Self:
        return self


# --- the structures ----------------------------------------------------------------------


def _algorithm(data: bytes, span: Span | None, offset: int) -> tuple[str, Span | None]:
    """The identifier and the parameters of an AlgorithmIdentifier."""
    span = expect(span, SEQUENCE, tr("an algorithm"), offset)
    parts = list(children(data, span))
    named = expect(parts[0] if parts else None, OID, tr("an algorithm"), span.begin)
    return oid_text(content(data, named)), parts[1] if len(parts) > 1 else None


def _unknown(oid: str) -> Unsupported:
    return Unsupported(
        tr(
            "This BCFKS keystore uses an algorithm that Handfast does not support ({oid}).", oid=oid
        ),
        remedy=tr("Convert it to PKCS#12 with keytool and Bouncy Castle’s provider."),
    )


def _derivation(data: bytes, span: Span, size: int, limits: Limits) -> _Derivation:
    """A KeyDerivationFunc (RFC 8018, A.2; RFC 7914, 7); ``size`` where it names none itself."""
    oid, parameters = _algorithm(data, span, span.begin)
    if parameters is None:
        raise damaged(tr("the parameters of a key derivation are missing"), span.begin)
    parts = list(children(data, parameters))
    salt = octets(
        data, expect(parts[0] if parts else None, OCTET_STRING, tr("a salt"), parameters.begin)
    )
    if oid == PBKDF2:
        iterations = integer(
            data, parts[1] if len(parts) > 1 else None, tr("an iteration count"), span.begin
        )
        check_cost(iterations, limits, span.begin)
        digest = "sha1"
        for part in parts[2:]:
            if part.tag == INTEGER:
                size = integer(data, part, tr("a key size"), span.begin)
            elif part.tag == SEQUENCE:
                named, _ = _algorithm(data, part, part.begin)
                if named not in _DIGESTS:
                    raise _unknown(named)
                digest = _DIGESTS[named]
        found = _Derivation(salt=salt, size=size, digest=digest, iterations=iterations)
    elif oid == _SCRYPT:
        if len(parts) < 4:
            raise damaged(tr("the parameters of scrypt are incomplete"), span.begin)
        n, r, p = (integer(data, part, tr("a cost"), part.begin) for part in parts[1:4])
        if n < 2 or n & (n - 1) or r < 1 or p < 1:
            raise damaged(tr("a cost is invalid"), span.begin)
        memory = 128 * n * r * max(r, p)
        if memory > limits.memory:
            raise too_costly(tr("{size} MiB of memory", size=grouped(memory // 2**20)), span.begin)
        if len(parts) > 4:
            size = integer(data, parts[4], tr("a key size"), span.begin)
        found = _Derivation(salt=salt, size=size, scrypt=(n, r, p))
    else:
        raise _unknown(oid)
    if not 1 <= found.size <= _LARGEST_KEY:
        raise damaged(tr("a key size is invalid"), span.begin)
    return found


def _sealing(data: bytes, span: Span | None, limits: Limits, offset: int) -> _Sealing:
    """An encryption algorithm: PBES2 with one of the two modes of AES."""
    oid, parameters = _algorithm(data, span, offset)
    if oid != _PBES2:
        raise _unknown(oid)
    parts = list(children(data, parameters)) if parameters is not None else []
    if len(parts) < 2:
        raise damaged(tr("the parameters of an encryption are incomplete"), offset)
    cipher, cipher_parameters = _algorithm(data, parts[1], offset)
    size = _CCM.get(cipher) or _WRAP.get(cipher)
    if size is None:
        raise _unknown(cipher)
    derivation = dataclasses.replace(_derivation(data, parts[0], size, limits), size=size)
    if cipher in _WRAP:
        return _Sealing(derivation=derivation, ccm=None)
    fields = list(children(data, cipher_parameters)) if cipher_parameters is not None else []
    nonce = octets(data, expect(fields[0] if fields else None, OCTET_STRING, tr("a nonce"), offset))
    # RFC 5084: twelve where it is not said.
    tag = integer(data, fields[1], tr("a tag size"), offset) if len(fields) > 1 else 12
    if not 7 <= len(nonce) <= 13 or tag not in {4, 6, 8, 10, 12, 14, 16}:
        raise damaged(tr("the parameters of an encryption are invalid"), offset)
    return _Sealing(derivation=derivation, ccm=(nonce, tag))


# --- the file ----------------------------------------------------------------------------


def read(
    data: bytes,
    password: Password | None,
    *,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    """See :meth:`handfast.formats.base.FormatModule.read`."""
    outer = expect(read_value(data, 0, len(data)), SEQUENCE, tr("the outer structure"), 0)
    fields = list(children(data, outer))
    if len(fields) < 2:
        raise damaged(tr("the integrity check is missing"), outer.end)
    budget = limits.budget()
    remarks: list[str] = []
    integrity = Integrity.UNVERIFIED
    if fields[1].tag == CONTEXT_0:
        remarks.append(
            tr(
                "It is signed with a key instead of protected by its password; the signature "
                "was not verified."
            )
        )
        words = tr("a signature")
    else:
        words = _check(data, fields, password, limits, budget, progress)
        if password is not None:
            integrity = Integrity.VERIFIED
    is_verified = integrity is Integrity.VERIFIED
    plain, sealing = _contents(
        data, fields[0], password, limits, budget, progress, is_verified=is_verified
    )
    entries, postponed = _entries(plain, password, entry_passwords, limits, budget, progress)
    if postponed:
        remarks.append(untried_remark(postponed))
    if outer.end < len(data):
        remarks.append(
            tr_count(
                "{count} byte follows the end of the keystore.",
                "{count} bytes follow the end of the keystore.",
                len(data) - outer.end,
            )
        )
    return Store(
        format=Format.BCFKS,
        entries=entries,
        integrity=integrity,
        password=password,
        protection=tr("{sealing}; integrity by {words}", sealing=sealing, words=words),
        remarks=tuple(remarks),
    )


def _check(
    data: bytes,
    fields: list[Span],
    password: Password | None,
    limits: Limits,
    budget: WorkBudget,
    progress: Progress,
) -> str:
    """Compare the HMAC over the contents; gives how it is made, in words.

    :raises WrongPassword: it differs
    """
    parts = list(children(data, expect(fields[1], SEQUENCE, tr("the integrity check"), 0)))
    if len(parts) < 3:
        raise damaged(tr("the integrity check is incomplete"), fields[1].begin)
    oid, _ = _algorithm(data, parts[0], fields[1].begin)
    if oid not in _DIGESTS:
        raise _unknown(oid)
    digest = _DIGESTS[oid]
    derivation = _derivation(data, parts[1], 64, limits)
    wanted = octets(data, expect(parts[2], OCTET_STRING, tr("the integrity check"), 0))
    words = f"Hmac{digest.upper().replace('_', '-')}, {derivation.title}"
    if password is None:
        return words
    _spend(budget, derivation)
    for key in derivation.keys(password, "INTEGRITY_CHECK", progress):
        if hmac.compare_digest(hmac.digest(key, encoded(data, fields[0]), digest), wanted):
            return words
    raise wrong_password(Format.BCFKS)


def _spend(budget: WorkBudget, derivation: _Derivation) -> None:
    try:
        budget.spend(derivation.cost)
    except BudgetExceeded as error:
        raise too_costly(derivation.title) from error


def _contents(
    data: bytes,
    span: Span,
    password: Password | None,
    limits: Limits,
    budget: WorkBudget,
    progress: Progress,
    *,
    is_verified: bool,
) -> tuple[bytes, str]:
    """ObjectStoreData, and how it was encrypted in words."""
    span = expect(span, SEQUENCE, tr("the contents"), span.begin)
    parts = list(children(data, span))
    if parts and parts[0].tag == INTEGER:
        return encoded(data, span), tr("Not encrypted")
    if len(parts) < 2:
        raise damaged(tr("the contents are incomplete"), span.begin)
    sealing = _sealing(data, parts[0], limits, span.begin)
    sealed = octets(data, expect(parts[1], OCTET_STRING, tr("the contents"), span.begin))
    if password is None:
        raise PasswordNeeded(
            tr(
                "This BCFKS keystore is encrypted as a whole: nothing can be read without its "
                "password."
            ),
            remedy=tr("Enter the keystore’s password."),
        )
    _spend(budget, sealing.derivation)
    plain = sealing.open(sealed, password, "STORE_ENCRYPTION", progress)
    if plain is None and not is_verified:
        raise wrong_password(Format.BCFKS)
    if plain is None:
        raise Damaged(
            tr(
                "The password is correct, but the encrypted contents of this BCFKS keystore were "
                "changed."
            ),
            causes=(tr("They were changed, or another password protects them."),),
            remedy=tr("Get the file again in binary mode, or restore it from a backup."),
            offset=parts[1].begin,
        )
    size = sealing.derivation.size * 8
    return plain, f"AES-{size}, {sealing.derivation.title}"


def _entries(
    plain: bytes,
    password: Password | None,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    budget: WorkBudget,
    progress: Progress,
) -> tuple[tuple[Entry, ...], int]:
    try:
        outer = expect(read_value(plain, 0, len(plain)), SEQUENCE, tr("the contents"), 0)
        fields = list(children(plain, outer))
        if len(fields) < 5:
            raise damaged(tr("the list of entries is missing"), 0)
        version = integer(plain, fields[0], tr("a version"), 0)
        listed = expect(fields[4], SEQUENCE, tr("the list of entries"), 0)
        if version != 1:
            raise Unsupported(
                tr(
                    "This BCFKS keystore has version {version}, which Handfast does not support.",
                    version=version,
                ),
                remedy=tr("Convert it to PKCS#12 with keytool and Bouncy Castle’s provider."),
            )
        entries: list[Entry] = []
        certificates = postponed = 0
        for span in children(plain, listed):
            if len(entries) % _ENTRIES_PER_PROGRESS == 0:
                progress(len(entries), 0)
            if len(entries) >= limits.entries:
                raise too_many(limits)
            entry = _entry(plain, span)
            certificates += len(entry.chain)
            if certificates > limits.certificates:
                raise too_many_certificates(limits, 0)
            if not isinstance(entry, TrustedCertificate) and not entry.trouble:
                own = entry_passwords.get(entry.alias)
                try:
                    entry = _opened(entry, (own, password), password, limits, budget, progress)
                except BudgetExceeded:
                    postponed += 1
                    entry = dataclasses.replace(entry, is_untried=True)
            entries.append(entry)
    except Damaged as error:
        # Where it is in what was encrypted says nothing about the file.
        raise Damaged(
            tr("The file is damaged: {what}.", what=error.what)
            if isinstance(error, MalformedAsn1)
            else error.problem,
            causes=error.causes,
            remedy=error.remedy,
        ) from error
    return tuple(entries), postponed


def _entry(data: bytes, span: Span) -> KeyPair | SecretKey | TrustedCertificate:
    parts = list(children(data, expect(span, SEQUENCE, tr("an entry"), span.begin)))
    if len(parts) < 5:
        raise damaged(tr("an entry is incomplete"), span.begin)
    number = integer(data, parts[0], tr("the type of an entry"), span.begin)
    if number not in set(_Type):
        raise Unsupported(
            tr(
                "This BCFKS keystore contains an entry of a type that Handfast does not support "
                "({number}).",
                number=number,
            ),
            remedy=tr("Convert it to PKCS#12 with keytool and Bouncy Castle’s provider."),
        )
    kind = _Type(number)
    alias = content(data, expect(parts[1], _UTF8_STRING, tr("an alias"), span.begin))
    name = alias.decode("utf-8", "replace")
    # Java gives the later of the two as the date of an entry.
    created = _moment(content(data, parts[3]))
    held = octets(data, expect(parts[4], OCTET_STRING, tr("an entry’s content"), span.begin))
    if kind is _Type.CERTIFICATE:
        return TrustedCertificate(alias=name, certificate=Certificate(held), created=created)
    if kind in {_Type.SECRET_KEY, _Type.PROTECTED_SECRET_KEY}:
        return SecretKey(
            alias=name,
            algorithm="",
            material=None,
            created=created,
            native=Stored(sealed=held, is_private=False),
        )
    inner = list(children(held, expect(read_value(held, 0, len(held)), SEQUENCE, tr("a key"), 0)))
    if len(inner) < 2:
        raise damaged(tr("a key is incomplete"), span.begin)
    chain = tuple(Certificate(encoded(held, each)) for each in children(held, inner[1]))
    return KeyPair(
        alias=name,
        chain=chain,
        key=None,
        created=created,
        native=Stored(sealed=encoded(held, inner[0])),
    )


def _moment(text: bytes) -> datetime | None:
    """A GeneralizedTime in UTC, with or without a fraction."""
    try:
        return datetime.strptime(text[:14].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


# --- keys --------------------------------------------------------------------------------


def _opened(
    entry: KeyPair | SecretKey,
    candidates: tuple[Password | None, ...],
    store_password: Password | None,
    limits: Limits,
    budget: WorkBudget,
    progress: Progress,
) -> KeyPair | SecretKey:
    """The entry with its key, where one of the passwords opens it; else as it was.

    :raises BudgetExceeded: trying takes more than may be spent
    """
    stored = entry.native
    assert isinstance(stored, Stored)  # noqa: S101 - both kinds were made here
    try:
        span = expect(read_value(stored.sealed, 0, len(stored.sealed)), SEQUENCE, tr("a key"), 0)
        parts = list(children(stored.sealed, span))
        sealing = _sealing(stored.sealed, parts[0] if parts else None, limits, 0)
        sealed = octets(
            stored.sealed,
            expect(parts[1] if len(parts) > 1 else None, OCTET_STRING, tr("a key"), 0),
        )
    except Damaged:
        return dataclasses.replace(
            entry, trouble=tr("The key is damaged: it is incomplete."), is_damaged=True
        )
    except HandfastError as problem:
        return dataclasses.replace(entry, trouble=problem.problem)
    purpose = "PRIVATE_KEY_ENCRYPTION" if stored.is_private else "SECRET_KEY_ENCRYPTION"
    for password in dict.fromkeys(candidates):
        if password is None:
            continue
        budget.spend(sealing.derivation.cost)
        plain = sealing.open(sealed, password, purpose, progress)
        if plain is None:
            continue
        own = password if password != store_password else None
        if isinstance(entry, KeyPair):
            return dataclasses.replace(entry, key=PrivateKey(plain), password=own)
        algorithm, material = _secret(plain)
        return dataclasses.replace(
            entry, algorithm=algorithm, material=SecretMaterial(material), password=own
        )
    return entry


def _secret(plain: bytes) -> tuple[str, bytes]:
    """SecretKeyData ::= SEQUENCE { OBJECT IDENTIFIER, OCTET STRING }; what is odd comes whole."""
    try:
        parts = list(children(plain, expect(read_value(plain, 0, len(plain)), SEQUENCE, "", 0)))
        oid = oid_text(content(plain, expect(parts[0], OID, "", 0)))
        return algorithm_name(oid), octets(plain, expect(parts[1], OCTET_STRING, "", 0))
    except (Damaged, IndexError):
        return "", plain


def write(_store: Store, *, progress: Progress = no_progress) -> NoReturn:
    """BCFKS is not written."""
    del progress
    raise refuse_writing(Format.BCFKS)


def unlock(
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """See :meth:`handfast.formats.base.FormatModule.unlock`."""
    if not entry.is_locked or not isinstance(entry.native, Stored):
        return entry
    if entry.trouble:
        raise Unsupported(entry.trouble, remedy=tr("The key stays in the file unchanged."))
    budget = WorkBudget(AGREED_LIMITS.rounds)
    opened = _opened(entry, (password,), store.password, AGREED_LIMITS, budget, progress)
    if opened.trouble:
        raise Unsupported(opened.trouble, remedy=tr("The key stays in the file unchanged."))
    if opened.is_locked:
        raise WrongPassword(
            tr("Wrong password for the key “{alias}”.", alias=shorten(entry.alias)),
            causes=(tr("A key can have a password of its own, other than the keystore’s."),),
            remedy=tr("Try again with the password that was set when the key was created."),
        )
    return opened
