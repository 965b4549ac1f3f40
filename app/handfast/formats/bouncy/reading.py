"""From Bouncy Castle's entries to ours, for BKS and UBER alike."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Damaged, TooCostly, Unsupported, WrongPassword
from handfast.core.frozen import dataclass
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.language import grouped, tr
from handfast.core.progress import no_progress
from handfast.core.store import Store, shorten
from handfast.formats.base import (
    AGREED_LIMITS,
    DEFAULT_LIMITS,
    ONLY_IF_KNOWN,
    BudgetExceeded,
    WorkBudget,
    untried_remark,
)
from handfast.formats.bouncy.container import (
    Cursor,
    KeyKind,
    Kind,
    RawEntry,
    RawKey,
    open_sealed,
    read_key,
)
from handfast.formats.crypto.protection import (
    COMPATIBLE,
    Decryption,
    DoesNotFit,
    Spelling,
    password_encodings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Format

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Key and vector of triple DES take two and one runs of SHA-1 per iteration.
_RUNS = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """What an entry was in the file."""

    raw: RawEntry


def make_entries(
    raw: Sequence[RawEntry],
    password: Password | None,
    own: Mapping[str, Password],
    budget: WorkBudget,
    progress: Progress,
) -> tuple[list[Entry], int]:
    """The entries, and how many of them were left locked to save time."""
    passwords = {alias.casefold(): each for alias, each in own.items()}
    entries: list[Entry] = []
    postponed = 0
    for number, each in enumerate(raw):
        entry = _entry(each)
        if isinstance(entry, TrustedCertificate) or each.kind is not Kind.SEALED:
            entries.append(entry)
            continue
        progress(number, len(raw))
        mine = passwords.get(each.alias.casefold())
        for candidate in dict.fromkeys((mine, password)):
            if candidate is None or not entry.is_locked or entry.trouble:
                continue
            try:
                opened = _open(entry, candidate, password, budget, progress)
            except BudgetExceeded:
                postponed += 1
                entry = dataclasses.replace(entry, is_untried=_is_reasonable(each))
                break
            except Unsupported as problem:
                entry = dataclasses.replace(entry, trouble=problem.problem)
            else:
                entry = opened or entry
        entries.append(entry)
    return entries, postponed


def _is_reasonable(raw: RawEntry) -> bool:
    """Whether a key could be opened unasked, were it the only one."""
    parts = open_sealed(raw.content)
    return parts is not None and parts[1] <= DEFAULT_LIMITS.iterations


def remarks(entries: Sequence[Entry], postponed: int) -> tuple[str, ...]:
    """What a person should know of them."""
    found: list[str] = []
    if postponed:
        found.append(untried_remark(postponed))
    counts = Counter(entry.alias for entry in entries)
    twice = [alias for alias, count in counts.items() if count > 1]
    if twice:
        found.append(
            tr(
                "The alias “{twice}” appears twice in the file; Java uses only the last one.",
                twice=shorten(twice[0]),
            )
        )
    return tuple(found)


def _entry(raw: RawEntry) -> KeyPair | SecretKey | TrustedCertificate:
    created = _created(raw.date)
    chain = tuple(Certificate(encoded) for _, encoded in raw.chain)
    trouble = next((_odd_type(kind) for kind, _ in raw.chain if kind != "X.509"), "")
    native = Stored(raw)
    if raw.kind is Kind.CERTIFICATE:
        return TrustedCertificate(
            alias=raw.alias,
            certificate=chain[-1],
            created=created,
            trouble=trouble,
            native=native,
        )
    if raw.kind is Kind.KEY:
        return _with_key(_locked(raw, chain, created, trouble), read_key(Cursor(raw.content)))
    if raw.kind is Kind.OPAQUE:
        own = tr("The key is protected by a method that only the program that added it supports.")
        if chain:
            return _locked(raw, chain, created, own)
        return SecretKey(
            alias=raw.alias,
            algorithm="",
            material=SecretMaterial(raw.content),
            created=created,
            trouble=own,
            native=native,
        )
    if open_sealed(raw.content) is None:
        trouble = tr("The key is damaged: its protected content is inconsistent.")
    return _locked(raw, chain, created, trouble)


def _locked(
    raw: RawEntry, chain: tuple[Certificate, ...], created: datetime | None, trouble: str
) -> KeyPair | SecretKey:
    """What kind of key is sealed is known once it is open; until then, its chain decides."""
    native = Stored(raw)
    if chain:
        return KeyPair(
            alias=raw.alias, chain=chain, key=None, created=created, trouble=trouble, native=native
        )
    return SecretKey(
        alias=raw.alias,
        algorithm="",
        material=None,
        created=created,
        trouble=trouble,
        native=native,
    )


def _with_key(
    entry: KeyPair | SecretKey, key: RawKey, own: Password | None = None
) -> KeyPair | SecretKey:
    if key.kind is KeyKind.PUBLIC:
        return dataclasses.replace(
            entry,
            trouble=tr(
                "It is a public key ({algorithm}) without a certificate; other formats cannot hold "
                "it.",
                algorithm=shorten(key.algorithm, 30),
            ),
        )
    if key.kind is KeyKind.PRIVATE:
        return KeyPair(
            alias=entry.alias,
            chain=entry.chain,
            key=PrivateKey(key.content),
            created=entry.created,
            password=own,
            trouble=entry.trouble,
            native=entry.native,
        )
    return SecretKey(
        alias=entry.alias,
        algorithm=key.algorithm,
        material=SecretMaterial(key.content),
        created=entry.created,
        password=own,
        native=entry.native,
    )


def _odd_type(kind: str) -> str:
    return tr(
        "The certificate is of type “{kind}”; Handfast supports only X.509.", kind=shorten(kind, 30)
    )


def _created(date: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=date)
    except OverflowError:
        return None


# --- opening sealed keys -------------------------------------------------------------------------


def _open(
    entry: KeyPair | SecretKey,
    password: Password,
    store_password: Password | None,
    budget: WorkBudget,
    progress: Progress,
) -> KeyPair | SecretKey | None:
    """The entry with its key; None where the password does not fit."""
    key = _unseal(entry, password, budget, progress)
    if key is None:
        return None
    return _with_key(entry, key, None if password == store_password else password)


def _unseal(
    entry: KeyPair | SecretKey, password: Password, budget: WorkBudget, progress: Progress
) -> RawKey | None:
    stored = entry.native
    parts = open_sealed(stored.raw.content) if isinstance(stored, Stored) else None
    if parts is None:
        raise Unsupported(entry.trouble or tr("The key is damaged."))
    salt, iterations, sealed = parts
    budget.spend(_RUNS * iterations)
    scheme = dataclasses.replace(COMPATIBLE, iterations=iterations)
    try:
        plain = Decryption(scheme, salt).open(sealed, spelling(password), progress)
        cursor = Cursor(plain)
        key = read_key(cursor)
    except (DoesNotFit, Damaged):
        # One wrong password in 256 leaves a padding that looks right, but no key.
        return None
    return key if cursor.left == 0 else None


def spelling(password: Password) -> Spelling:
    """The password as Bouncy Castle derives from it: the empty one is no bytes at all."""
    return Spelling(b"", b"") if password.is_empty else password_encodings(password)[0]


def check_cost(iterations: int, budget: WorkBudget, title: str) -> None:
    """Refuse an absurd number of iterations before any of them is spent."""
    try:
        budget.spend(_RUNS * iterations)
    except BudgetExceeded as error:
        raise TooCostly(
            tr(
                "Opening this {title} file takes {iterations} iterations for its password, "
                "more than is reasonable.",
                title=title,
                iterations=grouped(iterations),
            ),
            causes=(tr("It was created to keep a program busy."),),
            remedy=ONLY_IF_KNOWN,
        ) from error


def unlock(
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """See :meth:`handfast.formats.base.FormatModule.unlock`."""
    if not entry.is_locked:
        return entry
    if entry.trouble:
        raise Unsupported(entry.trouble, remedy=tr("The key stays in the file unchanged."))
    opened = _open(entry, password, store.password, WorkBudget(AGREED_LIMITS.rounds), progress)
    if opened is None:
        raise WrongPassword(
            tr("Wrong password for the key “{alias}”.", alias=shorten(entry.alias)),
            causes=(tr("A key can have a password of its own, other than the keystore’s."),),
            remedy=tr("Try again with the password that was set when the key was created."),
        )
    return opened


def refuse_writing(wanted: Format) -> Unsupported:
    """The error for saving in a format that is only read."""
    return Unsupported(
        tr("Handfast reads {title} keystores but does not write them.", title=wanted.title),
        remedy=tr("Save it as PKCS#12 instead: Java, Bouncy Castle, and OpenSSL read that."),
    )
