"""From the container to the store, for JKS and JCEKS alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import Entry, KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import Unsupported, WrongPassword
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.language import tr, tr_count
from handfast.core.password import EMPTY, TRIED_UNASKED
from handfast.core.store import Integrity, Store, shorten
from handfast.formats.base import BudgetExceeded, untried_remark
from handfast.formats.java import container
from handfast.formats.java.container import CERTIFICATE_TAG, KEY_TAG, X509, RawEntry
from handfast.formats.java.dialect import Dialect, Stored, StoredFile
from handfast.formats.java.jks_keys import parse_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.core.password import Password
    from handfast.formats.java.key_context import KeyContext

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Keys tried when the check sum does not fit, to tell a key's password from a wrong one.
_MAX_PROBED_KEYS = 2


def read(
    dialect: Dialect,
    data: bytes,
    password: Password | None,
    entry_passwords: Mapping[str, Password],
    work: KeyContext,
) -> Store:
    raw = container.walk(
        data,
        title=dialect.format.title,
        skip_secret=dialect.secrets.skip if dialect.secrets is not None else None,
        limits=work.limits,
        progress=work.progress,
    )
    if password is not None and not container.fits(password.reveal(), data, raw.end):
        raise _does_not_fit(dialect, raw.entries, password, work)
    own = {alias.casefold(): each for alias, each in entry_passwords.items()}
    entries: list[Entry] = []
    total = len(raw.entries)
    postponed = 0
    for number, each in enumerate(raw.entries):
        if each.tag != CERTIFICATE_TAG or number % container.ENTRIES_PER_PROGRESS == 0:
            work.progress(number, total)
        alias = container.decode_alias(each)
        stored = Stored(each, alias, _created(each.date))
        if each.tag == CERTIFICATE_TAG:
            entries.append(_trusted(stored))
            continue
        locked = _key_pair(dialect, stored) if each.tag == KEY_TAG else _secret(stored)
        mine = own.get(alias.casefold()) if own else None
        try:
            entry = _try(dialect, locked, (mine, password), work)
            if entry.is_locked and not entry.trouble and password is not None:
                entry = _try_empty(dialect, entry, password, work)
            entries.append(entry)
        except BudgetExceeded:
            entries.append(replace(locked, is_untried=True))
            postponed += 1
    work.progress(total, total)
    remarks: list[str] = []
    if postponed:
        remarks.append(untried_remark(postponed))
    tail = data[raw.end + container.DIGEST_LENGTH :]
    return Store(
        format=dialect.format,
        entries=tuple(entries),
        integrity=Integrity.UNVERIFIED if password is None else Integrity.VERIFIED,
        password=password,
        protection=dialect.protection,
        remarks=(*remarks, *_remarks(dialect, entries, tail)),
        native=StoredFile(tail),
    )


def _created(date: int) -> datetime | None:
    try:
        return EPOCH + timedelta(milliseconds=date)
    except OverflowError:
        # Before the year 1 or after 9999: kept in the file, not shown.
        return None


def _trusted(stored: Stored) -> TrustedCertificate:
    kind, encoded = stored.raw.chain[0]
    return TrustedCertificate(
        alias=stored.alias,
        certificate=Certificate(encoded),
        created=stored.created,
        trouble="" if kind == X509 else _odd_kind(kind),
        is_visible_to_java=stored.is_found_by_java,
        native=stored,
    )


def _odd_kind(kind: bytes) -> str:
    name = shorten(kind.decode("utf-8", "replace"), 30)
    return tr("The certificate is of type “{name}”; Handfast supports only X.509.", name=name)


def _key_pair(dialect: Dialect, stored: Stored) -> KeyPair:
    trouble = ""
    trouble = dialect.trouble_with(stored.raw.sealed)
    odd = [kind for kind, _ in stored.raw.chain if kind != X509]
    if odd and not trouble:
        trouble = _odd_kind(odd[0])
    return KeyPair(
        alias=stored.alias,
        chain=tuple(Certificate(encoded) for _, encoded in stored.raw.chain),
        key=None,
        created=stored.created,
        trouble=trouble,
        is_visible_to_java=stored.is_found_by_java,
        native=stored,
    )


def _secret(stored: Stored) -> SecretKey:
    return SecretKey(
        alias=stored.alias,
        algorithm="",
        material=None,
        created=stored.created,
        is_visible_to_java=stored.is_found_by_java,
        native=stored,
    )


def _try(
    dialect: Dialect,
    locked: KeyPair | SecretKey,
    candidates: tuple[Password | None, ...],
    work: KeyContext,
) -> KeyPair | SecretKey:
    """The entry opened with the first password that fits, or as it is. The last is the store's."""
    store_password = candidates[-1]
    tried: list[Password] = []
    for candidate in candidates:
        if candidate is None or candidate in tried:
            continue
        tried.append(candidate)
        try:
            opened = _open(dialect, locked, candidate, store_password, work)
        except Unsupported as problem:
            return replace(locked, trouble=problem.problem)
        if opened is not None:
            return opened
    return locked


def _try_empty(
    dialect: Dialect, locked: KeyPair | SecretKey, store_password: Password, work: KeyContext
) -> KeyPair | SecretKey:
    """The entry opened without a password, as some programs leave keys in a protected store."""
    try:
        return _open(dialect, locked, EMPTY, store_password, work) or locked
    except (BudgetExceeded, Unsupported):
        # What was likely to open it was tried.
        return locked


def _open(
    dialect: Dialect,
    entry: KeyPair | SecretKey,
    password: Password,
    store_password: Password | None,
    work: KeyContext,
) -> KeyPair | SecretKey | None:
    """The entry with its key; None where the password does not fit.

    :raises Unsupported: it is sealed in a way that is not known, or too costly to open
    """
    stored = entry.native
    if not isinstance(stored, Stored):
        return None
    # Where nobody knows the store's password, the key's is remembered as its own.
    own = None if password == store_password else password
    if isinstance(entry, SecretKey):
        secrets = dialect.secrets
        found = secrets.open(stored.raw.sealed, password, work) if secrets is not None else None
        if found is None:
            return None
        material = SecretMaterial(found[1])
        return replace(
            entry,
            algorithm=found[0],
            material=material,
            password=own,
            native=replace(stored, key=material, opened_with=password, algorithm=found[0]),
        )
    sealed = parse_sealed(stored.raw.sealed)
    trouble = dialect.trouble_with(stored.raw.sealed)
    if sealed is None or trouble:
        raise Unsupported(trouble, remedy=tr("The key stays in the keystore unchanged."))
    pkcs8 = dialect.openers[sealed.algorithm](sealed, password, work)
    if pkcs8 is None:
        return None
    key = PrivateKey(pkcs8)
    return replace(
        entry,
        key=key,
        password=own,
        native=replace(stored, key=key, opened_with=password),
    )


def _does_not_fit(
    dialect: Dialect,
    entries: tuple[RawEntry, ...],
    password: Password,
    work: KeyContext,
) -> WrongPassword:
    """The error for a check sum that is not this password's."""
    causes = [
        tr("This is not the password of the keystore. Passwords are case-sensitive."),
        tr(
            "Or the password is correct and the file was changed: the format cannot distinguish "
            "the two."
        ),
    ]
    keys = [each for each in entries if each.tag == KEY_TAG][:_MAX_PROBED_KEYS]
    if password in TRIED_UNASKED:
        # Nobody said that it is the store’s, so that nobody wonders what else it may open.
        keys = []
    for each in keys:
        alias = container.decode_alias(each)
        locked = _key_pair(dialect, Stored(each, alias, None))
        try:
            opened = _try(dialect, locked, (password,), work)
        except BudgetExceeded:
            break
        if not opened.is_locked:
            causes = [
                tr(
                    "It is the password of the key “{alias}” only; the keystore has another.",
                    alias=shorten(alias),
                ),
                tr(
                    "Or it is the keystore’s password too, and the file was changed after it "
                    "was written."
                ),
            ]
            break
    return WrongPassword(
        tr("Wrong password for this {title} keystore.", title=dialect.format.title),
        causes=tuple(causes),
        remedy=tr("Try again. You can view the certificates without it."),
    )


def _remarks(dialect: Dialect, entries: list[Entry], tail: bytes) -> tuple[str, ...]:
    remarks: list[str] = []
    seen: set[str] = set()
    twice: dict[str, None] = {}
    capitals: list[str] = []
    for entry in entries:
        if entry.alias in seen:
            twice[entry.alias] = None
        seen.add(entry.alias)
        if entry.alias != entry.alias.lower():
            capitals.append(entry.alias)
    if twice:
        remarks.append(_twice(list(twice)))
    if capitals:
        title = dialect.format.title
        remarks.append(_capitals(capitals, is_jks=title == "JKS"))
    if tail:
        remarks.append(
            tr_count(
                "{count} more byte follows the end of the keystore.",
                "{count} more bytes follow the end of the keystore.",
                len(tail),
            )
        )
    return tuple(remarks)


def _twice(aliases: list[str]) -> str:
    alias, rest = shorten(aliases[0]), len(aliases) - 1
    if not rest:
        return tr(
            "The alias “{alias}” appears twice in the file; Java uses only the last one.",
            alias=alias,
        )
    return tr_count(
        "The alias “{alias}” and {count} more appear twice in the file; Java uses only the "
        "last one.",
        "The alias “{alias}” and {count} more appear twice in the file; Java uses only the "
        "last one.",
        rest,
        alias=alias,
    )


def _capitals(aliases: list[str], *, is_jks: bool) -> str:
    alias, rest = shorten(aliases[0]), len(aliases) - 1
    if not rest and is_jks:
        return tr(
            "The alias “{alias}” contains capital letters. Java’s JKS looks up aliases in lower "
            "case, so it does not find it; CaseExactJKS does.",
            alias=alias,
        )
    if not rest:
        return tr(
            "The alias “{alias}” contains capital letters. Java looks up aliases in lower case, so "
            "it does not find it.",
            alias=alias,
        )
    if is_jks:
        return tr_count(
            "The alias “{alias}” and {count} more contain capital letters. Java’s JKS looks up "
            "aliases in lower case, so it does not find them; CaseExactJKS does.",
            "The alias “{alias}” and {count} more contain capital letters. Java’s JKS looks up "
            "aliases in lower case, so it does not find them; CaseExactJKS does.",
            rest,
            alias=alias,
        )
    return tr_count(
        "The alias “{alias}” and {count} more contain capital letters. Java looks up aliases in "
        "lower case, so it does not find them.",
        "The alias “{alias}” and {count} more contain capital letters. Java looks up aliases in "
        "lower case, so it does not find them.",
        rest,
        alias=alias,
    )


def unlock(
    dialect: Dialect,
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    work: KeyContext,
) -> KeyPair | SecretKey:
    if not entry.is_locked:
        return entry
    try:
        opened = _open(dialect, entry, password, store.password, work)
    except Unsupported as problem:
        problem.remedy = problem.remedy or tr("The key stays in the keystore unchanged.")
        raise
    if opened is None:
        raise WrongPassword(
            tr("Wrong password for the key “{alias}”.", alias=shorten(entry.alias)),
            causes=(
                tr("A key can have a password of its own, different from the keystore’s."),
                tr("Or the key’s bytes are damaged: the format cannot distinguish the two."),
            ),
            remedy=tr("Try again with the password that was set when the key was created."),
        )
    return opened
