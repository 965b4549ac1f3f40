"""Looking a store over for what will fail, what will hurt, and what is good to know."""

from __future__ import annotations

import dataclasses
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.language import listed, tr, tr_count
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, quoted
from handfast.services.checks.anchor_checks import TrustedRoots, check_anchor
from handfast.services.checks.certificate_checks import check_trusted
from handfast.services.checks.findings import Finding, Severity, most_severe_first, summary_text
from handfast.services.checks.hidden_entries import check_undecrypted, hidden, is_all_hidden
from handfast.services.checks.jdk_trust_checks import check_jdk_trust
from handfast.services.checks.pair_checks import KnownIssuers, check_pair, check_reply_beside
from handfast.services.describe.validity import EXPIRY_DAYS, Moment
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
    expiry_days: int = EXPIRY_DAYS,
    progress: Progress = no_progress,
) -> tuple[Finding, ...]:
    """Everything noticed about a store, the most severe first.

    With ``path`` the file's name and permissions are looked at too. ``at`` is the moment to judge
    dates by, now where none is given; ``expiry_days`` before its end a certificate is called
    expiring.
    """
    moment = Moment(at=at or datetime.now(UTC), expiry_days=expiry_days)
    findings: list[Finding] = []
    # Once for all rather than for each of ten thousand: the library warns of odd certificates.
    findings.extend(_check_file(store, path))
    findings.extend(_check_store_itself(store, path))
    findings.extend(check_jdk_trust(store, path))
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
        yield Finding(
            severity="info",
            code="other-names",
            message=tr_count(
                "This file has another name on this disk (a hard link).",
                "This file has {count} other names on this disk (hard links).",
                others,
            ),
            why=tr(
                "Saving creates a new file under this name, so that a failure loses nothing. The "
                "other name then keeps the previous version, and the two files will differ."
            ),
            remedy=tr(
                "Use a symbolic link, which Handfast follows, or create the link again after "
                "saving: find -samefile lists the names."
            ),
        )
    holds_keys = _holds_keys(store)
    if mode & stat.S_IWOTH:
        yield Finding(
            severity="warning",
            code="open-permissions",
            message=tr("All users of this computer can change this file."),
            why=tr("Anyone who can write to it can add a trusted certificate."),
            remedy=tr("Remove the write permission of others: chmod o-w on the file."),
        )
    elif holds_keys and mode & stat.S_IROTH:
        yield Finding(
            severity="warning",
            code="open-permissions",
            message=tr(
                "The file contains private keys and is readable by all users of this computer."
            ),
            why=tr("Anyone who copies it can try passwords against it without limit."),
            remedy=tr(
                "Let only its owner, and the group that needs it, read it: chmod 640 or 600."
            ),
        )


def _check_store_itself(store: Store, path: Path | None) -> Iterator[Finding]:
    holds_keys = _holds_keys(store)
    password = store.password
    if password is not None and is_well_known(password):
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="well-known-password",
            message=tr("This keystore has an empty password.")
            if password.is_empty
            else tr("This keystore uses a well-known password."),
            why=(
                tr("Anyone who gets the file has its private keys.")
                if holds_keys
                else tr(
                    "The password does not prevent anyone from changing the trusted "
                    "certificates. Java’s own cacerts has always been like this."
                )
            ),
            remedy=tr("Change the keystore’s password, and the configuration that uses it."),
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
        yield Finding(
            severity="info",
            code="keys-not-tried",
            alias=untried[0].alias,
            message=tr_count(
                "{count} key was not opened, the first being {alias}.",
                "{count} keys were not opened, the first being {alias}.",
                len(untried),
                alias=quoted(untried[0].alias),
            ),
            why=tr(
                "Opening each takes a while, and there are many. Whether the keystore’s password "
                "matches them is not known."
            ),
            remedy=tr("Open one on its own, or convert the keystore, which opens all of them."),
        )


def _check_unprotected(store: Store) -> Iterator[Finding]:
    for entry in store.entries:
        if isinstance(entry, TrustedCertificate) or entry.is_locked or entry.password is not None:
            continue
        yield Finding(
            severity="warning",
            code="unprotected-key",
            alias=entry.alias,
            message=tr(
                "The key of {alias} is stored in this file unencrypted.", alias=quoted(entry.alias)
            ),
            why=tr("Anyone who can read the file has the key."),
            remedy=tr("Save the keystore with a password."),
        )


def _check_format(store: Store, *, holds_keys: bool) -> Iterator[Finding]:
    if store.format in (Format.JKS, Format.JCEKS):
        name = store.format.title
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="legacy-format",
            message=tr("This keystore is in {name}, Java’s old format.", name=name),
            why=(
                tr(
                    "{name} protects private keys so weakly that a password can be guessed "
                    "very fast.",
                    name=name,
                )
                if holds_keys
                else tr(
                    "It still works everywhere in Java, but keytool warns about {name}, and other "
                    "programs do not read it.",
                    name=name,
                )
            ),
            remedy=tr("Save it as PKCS#12, unless a program older than Java 8 must read it."),
        )
    yield from _check_derivation(store, holds_keys=holds_keys)
    yield from _check_java(store)
    if store.format is Format.PKCS12 and store.has_legacy_protection:
        yield Finding(
            severity="info",
            code="legacy-format",
            message=tr("This keystore is protected with algorithms from before Java 16."),
            why=(
                tr(
                    "Its encryption or its integrity check uses RC2, triple DES, or SHA-1. "
                    "Programs with a strict policy, such as OpenSSL 3, reject some of these "
                    "by default."
                )
            ),
            remedy=tr("Save it with current algorithms, unless Java 8 or older must read it."),
        )


def _check_java(store: Store) -> Iterator[Finding]:
    """Whether Java has the algorithms that protect the file, and its keys."""
    if store.closed_to_java:
        yield Finding(
            severity="warning",
            code="invisible-to-java",
            message=tr("Java cannot open this keystore."),
            why=tr(
                "It is protected with {algorithms}, which Java does not support. Java then "
                "reports a wrong password, an algorithm that is not available, or a parsing error.",
                algorithms=listed(store.closed_to_java),
            ),
            remedy=tr("Save it with current algorithms."),
        )
    elif store.keys_closed_to_java:
        yield Finding(
            severity="warning",
            code="invisible-to-java",
            message=tr("Java opens this keystore, but not its private keys."),
            why=tr(
                "They are encrypted with {algorithms}, which Java does not support. It then "
                "reports that it cannot recover the key.",
                algorithms=listed(store.keys_closed_to_java),
            ),
            remedy=tr("Save it with current algorithms."),
        )


def _check_derivation(store: Store, *, holds_keys: bool) -> Iterator[Finding]:
    """How hard a password of this file is to guess, and whether anything checks the file."""
    count = store.fewest_iterations
    if count is not None and count < _MIN_ITERATIONS:
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="legacy-format",
            message=tr_count(
                "Only {count} iteration protects the password of this file against guessing.",
                "Only {count} iterations protect the password of this file against guessing.",
                count,
            ),
            why=tr(
                "Anyone who gets the file can try passwords very fast. NIST SP 800-132 requires at "
                "least a thousand iterations; Java and OpenSSL use many more."
            ),
            remedy=tr("Save it with current algorithms."),
        )
    if store.lacks_mac:
        yield Finding(
            severity="warning" if holds_keys else "info",
            code="legacy-format",
            message=tr("This file has no integrity check (MAC), though it is encrypted."),
            why=tr(
                "Changes and damage go unnoticed, and Handfast can only guess whether a "
                "password is wrong or the file is damaged. Some programs reject such a file."
            ),
            remedy=tr("Save it with a password: Handfast writes an integrity check."),
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
            message=tr(
                "{alias} is a private key in what looks like a trust store.",
                alias=quoted(pair.alias),
            ),
            why=(
                tr(
                    "Trust stores are shared and copied to many machines with weak "
                    "passwords. A private key should be in one place only."
                )
            ),
            remedy=tr("Move the key pair to a separate keystore and delete it here."),
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
                    tr("Two entries have the alias {alias}.", alias=quoted(entry.alias))
                    if same
                    else tr(
                        "{alias} and {other} differ only in upper and lower case.",
                        alias=quoted(entry.alias),
                        other=quoted(other),
                    )
                ),
                why=tr(
                    "Java does not distinguish them: it sees one of the two, and drops the "
                    "other when it saves."
                ),
                remedy=tr("Rename one of them."),
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
            message=tr(
                "{alias} has a password of its own, not the keystore’s.", alias=quoted(entry.alias)
            ),
            why=(
                tr(
                    "Most programs ask for one password and use it for both. Java then "
                    "reports “Cannot recover key” or presents no certificate at all."
                )
            ),
            remedy=tr(
                "Set the password of the key to that of the keystore, or configure both passwords."
            ),
        )
    elif is_well_known(entry.password):
        yield Finding(
            severity="warning",
            code="well-known-password",
            alias=entry.alias,
            message=tr("{alias} has a well-known password.", alias=quoted(entry.alias)),
            why=tr("Anyone who gets the file has this key."),
            remedy=tr("Change the password of this entry."),
        )


def _unreadable(alias: str, trouble: str) -> Finding:
    return Finding(
        severity="error",
        code="unreadable-entry",
        alias=alias,
        message=tr(
            "{alias} cannot be read in full: {trouble}", alias=quoted(alias), trouble=trouble
        ),
        why=tr("Programs that use it will probably fail as well."),
        remedy=tr("It stays unchanged. Get a new copy of it, or delete it."),
    )


def _duplicate(alias: str, first: str) -> Finding:
    return Finding(
        severity="info",
        code="duplicate-certificate",
        alias=alias,
        message=tr(
            "{alias} is the same certificate as {first}.",
            alias=quoted(alias),
            first=quoted(first),
        ),
        why=tr(
            "It does no harm, but if you delete only one of them, the certificate is still trusted."
        ),
        remedy=tr("Delete the entry with the less descriptive alias."),
    )
