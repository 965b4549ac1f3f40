"""Looking a store over for what will fail, what will hurt, and what is good to know."""

from __future__ import annotations

import dataclasses
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.certificate import Certificate
from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, shorten
from handfast.services.checks.anchor_checks import TrustedRoots, check_anchor
from handfast.services.checks.certificate_checks import Moment, check_trusted
from handfast.services.checks.findings import Finding, Severity, most_severe_first, summary_text
from handfast.services.checks.hidden_entries import check_undecrypted, hidden, is_all_hidden
from handfast.services.checks.pair_checks import KnownIssuers, check_pair, check_reply_beside
from handfast.services.describe.validity import expiry_days as usual_expiry_days
from handfast.services.exchange.replies import RepliesBeside
from handfast.services.policy.passwords import is_well_known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.core.store import Store

__all__ = ["Finding", "Severity", "check_store", "most_severe_first", "summary_text"]

#: A file with this many trusted certificates, apart from its own chains, is a trust store.
_MIN_TRUSTED_CERTIFICATES = 10
_ENTRIES_PER_PROGRESS = 64
#: In a larger store nothing that is found out about a certificate is kept.
_MAX_ENTRIES_REMEMBERED = 20_000
#: NIST SP 800-132, 5.2.
_MIN_ITERATIONS = 1_000


def check_store(
    store: Store,
    *,
    path: Path | None = None,
    at: datetime | None = None,
    expiry_days: int | None = None,
    progress: Progress = no_progress,
) -> tuple[Finding, ...]:
    """Everything noticed about a store, the most severe first.

    With ``path`` the file's name and permissions are looked at too. ``at`` is the moment to judge
    dates by, now where none is given; ``expiry_days`` before its end a certificate is called
    expiring, what was chosen for the program where none is given.
    """
    days = usual_expiry_days() if expiry_days is None else expiry_days
    moment = Moment(at=at or datetime.now(UTC), expiry_days=days)
    findings: list[Finding] = []
    # Once for all rather than for each of ten thousand: the library warns of odd certificates.
    findings.extend(_check_file(store, path))
    findings.extend(_check_store_itself(store, path))
    findings.extend(_check_aliases(store))
    findings.extend(_check_entries(store, moment, progress))
    return most_severe_first(findings)


def _check_entries(store: Store, moment: Moment, progress: Progress) -> Iterator[Finding]:
    total = len(store.entries)
    first_with: dict[Certificate, str] = {}
    issuers = KnownIssuers(store)
    replies = RepliesBeside(store)
    is_all_hidden_to_java = is_all_hidden(store)
    fallback = _valid_anchors(store, moment)
    roots = TrustedRoots(store)
    holds_keys = _holds_keys(store)
    stray = _stray(store)
    for number, entry in enumerate(store.entries):
        if number % _ENTRIES_PER_PROGRESS == 0:
            progress(number, total)
        if entry.trouble:
            yield _unreadable(entry.alias, entry.trouble)
        match entry:
            case TrustedCertificate():
                looked_at = entry
                if total > _MAX_ENTRIES_REMEMBERED:
                    # What is found out about a certificate stays with it, some kilobytes each.
                    again = Certificate(entry.certificate.der)
                    looked_at = dataclasses.replace(entry, certificate=again)
                yield from check_trusted(looked_at, moment, others_valid=fallback)
                yield from check_anchor(looked_at, roots, beside_keys=holds_keys)
                first = first_with.setdefault(entry.certificate, entry.alias)
                if first != entry.alias:
                    yield _duplicate(entry.alias, first)
            case KeyPair():
                # Its certificate may be in a part that nobody can read yet.
                if entry.chain or not store.locked_parts:
                    beside = None if entry.chain or entry.key is None else stray
                    yield from check_pair(entry, issuers, moment, beside)
                yield from check_reply_beside(entry, replies)
                yield from _check_entry_password(entry, store)
            case SecretKey():
                yield from _check_entry_password(entry, store)
        if not entry.is_visible_to_java:
            yield hidden(entry, store, is_all=is_all_hidden_to_java)
    progress(total, total)


def _stray(store: Store) -> Certificate | None:
    """A certificate that was probably meant for a key that has none, and is of another key.

    One that is marked as trusted is not meant so, nor is a CA’s, unless it is the only one.
    """
    if not any(not pair.chain and pair.key is not None for pair in store.key_pairs):
        return None
    free = [
        entry.certificate
        for entry in store.trusted
        if store.format is Format.PEM or not entry.is_visible_to_java
    ]
    own = [each for each in free if not each.is_ca]
    return next(iter(own or (free if len(free) == 1 else ())), None)


def _valid_anchors(store: Store, moment: Moment) -> bool:
    """Whether anything trusted is still within its dates."""
    for entry in store.trusted:
        end = entry.certificate.not_after
        if end is not None and end >= moment.at:
            return True
    return False


# --- the file ----------------------------------------------------------------------------


def _holds_keys(store: Store) -> bool:
    return any(not isinstance(entry, TrustedCertificate) for entry in store.entries)


def _check_file(store: Store, path: Path | None) -> Iterator[Finding]:
    if path is None or os.name != "posix":
        return
    try:
        status = path.stat()
    except OSError:
        return
    mode, others = status.st_mode, status.st_nlink - 1
    if others > 0:
        names = "has another name" if others == 1 else f"has {others:,} other names"
        yield Finding(
            severity="info",
            code="other-names",
            message=f"This file {names} on this disk (a hard link).",
            why="Saving puts a new file in the place of this name, lest a failure lose something. "
            "The other name then keeps the version before, and both go their own ways.",
            remedy="Use a symbolic link, which is followed, or make the link again after saving: "
            "find -samefile lists the names.",
        )
    holds_keys = _holds_keys(store)
    if mode & stat.S_IWOTH:
        yield Finding(
            severity="warning",
            code="open-permissions",
            message="Everybody on this computer may change this file.",
            why="Whoever can write to it can add a certificate of their own to what is trusted.",
            remedy="Take the right to write away from others: chmod o-w on the file.",
        )
    elif holds_keys and mode & stat.S_IROTH:
        yield Finding(
            severity="warning",
            code="open-permissions",
            message="Everybody on this computer may read this file, and it holds private keys.",
            why="Whoever copies it can try passwords against it for as long as they like.",
            remedy="Let only its owner, and the group that needs it, read it: chmod 640 or 600.",
        )


def _check_store_itself(store: Store, path: Path | None) -> Iterator[Finding]:
    holds_keys = _holds_keys(store)
    password = store.password
    if password is not None and is_well_known(password):
        what = "is empty" if password.is_empty else "is one that everybody knows"
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="well-known-password",
            message=f"The password of this store {what}.",
            why=(
                "Whoever gets the file has the private keys in it."
                if holds_keys
                else "The password does not keep anybody from changing what is trusted here. "
                "Java’s own cacerts has been like this for ever."
            ),
            remedy="Change the store’s password, and the configuration that uses it.",
        )
    if password is None and store.integrity is Integrity.NONE:
        yield from _check_unprotected(store)
    yield from _check_untried(store)
    yield from check_undecrypted(store)
    yield from _check_format(store, holds_keys=holds_keys)
    yield from _check_trust_store(store, path)


def _check_untried(store: Store) -> Iterator[Finding]:
    untried = [each for each in store.entries if each.is_untried]
    if untried:
        many = f"{len(untried):,} keys were" if len(untried) > 1 else "One key was"
        yield Finding(
            severity="info",
            code="keys-not-tried",
            alias=untried[0].alias,
            message=f"{many} not opened, the first being {_quoted(untried[0].alias)}.",
            why="Opening each takes a while, and there are many. Whether the store’s password fits "
            "them is not known.",
            remedy="Open one by itself, or convert the store, which opens them all.",
        )


def _check_unprotected(store: Store) -> Iterator[Finding]:
    for entry in store.entries:
        if isinstance(entry, TrustedCertificate) or entry.is_locked or entry.password is not None:
            continue
        yield Finding(
            severity="warning",
            code="unprotected-key",
            alias=entry.alias,
            message=f"The key of {_quoted(entry.alias)} lies in this file without any protection.",
            why="Whoever can read the file has the key.",
            remedy="Save the store with a password.",
        )


def _check_format(store: Store, *, holds_keys: bool) -> Iterator[Finding]:
    if store.format in (Format.JKS, Format.JCEKS):
        name = store.format.title
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="legacy-format",
            message=f"This store is in {name}, Java’s old format.",
            why=(
                f"{name} hides private keys so weakly that a password can be guessed very fast."
                if holds_keys
                else f"It still works everywhere in Java, but keytool warns about {name}, and "
                "other programs do not read it."
            ),
            remedy="Save it as PKCS#12, unless something that must read it is older than Java 8.",
        )
    yield from _check_derivation(store, holds_keys=holds_keys)
    if store.format is Format.PKCS12 and store.has_legacy_protection:
        yield Finding(
            severity="info",
            code="legacy-format",
            message="This store is protected with algorithms from before Java 16.",
            why=(
                "Its encryption or its integrity check uses RC2, triple DES or SHA-1. Programs "
                "with a strict policy, such as OpenSSL 3, refuse some of these by default."
            ),
            remedy="Save it with today’s algorithms, unless Java 8 or older must read it.",
        )


def _check_derivation(store: Store, *, holds_keys: bool) -> Iterator[Finding]:
    """How hard a password of this file is to guess, and whether anything checks the file."""
    count = store.fewest_iterations
    if count is not None and count < _MIN_ITERATIONS:
        rounds = "one iteration" if count == 1 else f"{count:,} iterations"
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="legacy-format",
            message=f"Only {rounds} stand between the password of this file and its key.",
            why="Whoever gets the file can try passwords very fast. A thousand iterations are the "
            "least that NIST SP 800-132 allows; Java and OpenSSL use many more.",
            remedy="Save it with today’s algorithms.",
        )
    if store.lacks_mac:
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="legacy-format",
            message="This file has no integrity check (MAC), though it is encrypted.",
            why="Nobody notices when it was altered or damaged, and a wrong password is told from "
            "a damaged file by guess. Some programs refuse such a file.",
            remedy="Save it with a password: Handfast writes an integrity check.",
        )


def _check_trust_store(store: Store, path: Path | None) -> Iterator[Finding]:
    if not store.key_pairs:
        return
    name = path.name.casefold() if path is not None else ""
    by_name = "trust" in name or "cacerts" in name
    own = {certificate for pair in store.key_pairs for certificate in pair.chain}
    others = sum(entry.certificate not in own for entry in store.trusted)
    if not by_name and others < _MIN_TRUSTED_CERTIFICATES:
        return
    for pair in store.key_pairs:
        yield Finding(
            severity="warning",
            code="private-key-in-trust-store",
            alias=pair.alias,
            message=f"{_quoted(pair.alias)} is a private key in what looks like a trust store.",
            why=(
                "Trust stores are handed round and copied to many machines with weak passwords. "
                "A private key should be in one place only."
            ),
            remedy="Move the key pair to a keystore of its own and delete it here.",
        )


def _check_aliases(store: Store) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for entry in store.entries:
        other = seen.setdefault(entry.alias.casefold(), entry.alias)
        if other is not entry.alias:
            same = other == entry.alias
            yield Finding(
                severity="warning",
                code="alias-case-collision",
                alias=entry.alias,
                message=(
                    f"Two entries have the alias {_quoted(entry.alias)}."
                    if same
                    else f"{_quoted(entry.alias)} and {_quoted(other)} differ only in upper and "
                    "lower case."
                ),
                why="Java does not tell them apart: it sees one of the two, and drops the other "
                "when it saves.",
                remedy="Rename one of them.",
            )


# --- entries -----------------------------------------------------------------------------


def _check_entry_password(entry: KeyPair | SecretKey, store: Store) -> Iterator[Finding]:
    if store.password is None or entry.trouble or entry.is_untried:
        return
    if entry.is_locked:
        # The store's password was right, and does not open this one.
        differs = store.integrity is Integrity.VERIFIED
    else:
        differs = entry.password is not None and entry.password != store.password
    if differs:
        yield Finding(
            severity="warning",
            code="entry-password-differs",
            alias=entry.alias,
            message=f"{_quoted(entry.alias)} has a password of its own, not the store’s.",
            why=(
                "Most programs ask for one password and use it for both. Java then says “Cannot "
                "recover key” or presents no certificate at all."
            ),
            remedy="Give the key the password of the store, or configure both passwords.",
        )
    elif is_well_known(entry.password):
        yield Finding(
            severity="warning",
            code="well-known-password",
            alias=entry.alias,
            message=f"The password of {_quoted(entry.alias)} is one that everybody knows.",
            why="Whoever gets the file has this key.",
            remedy="Change the password of this entry.",
        )


def _unreadable(alias: str, trouble: str) -> Finding:
    return Finding(
        severity="error",
        code="unreadable-entry",
        alias=alias,
        message=f"{_quoted(alias)} cannot be read in full: {trouble}",
        why="Programs that use it will probably fail as well.",
        remedy="It is kept as it is. Get a fresh copy of it, or delete it.",
    )


def _duplicate(alias: str, first: str) -> Finding:
    return Finding(
        severity="info",
        code="duplicate-certificate",
        alias=alias,
        message=f"{_quoted(alias)} is the same certificate as {_quoted(first)}.",
        why="It does no harm, but whoever removes one of them will think that it is gone.",
        remedy="Delete the one whose alias says less.",
    )


def _quoted(alias: str) -> str:
    return f"“{shorten(alias)}”"
