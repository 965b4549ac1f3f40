"""What is in a file and is not seen: by Java, or by anybody without another password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.entry import TrustedCertificate
from handfast.core.language import tr, tr_count
from handfast.core.store import Format, shorten
from handfast.services.checks.findings import Finding, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.entry import Entry
    from handfast.core.store import Store


def check_undecrypted(store: Store) -> Iterator[Finding]:
    """Parts of a PKCS#12 file that were not decrypted."""
    if store.locked_parts:
        yield Finding(
            severity="warning",
            code="undecrypted-part",
            message=tr_count(
                "{count} part of this file cannot be decrypted with the keystore’s password.",
                "{count} parts of this file cannot be decrypted with the keystore’s password.",
                store.locked_parts,
            ),
            why=tr(
                "It may contain certificates or keys that are not shown here. Java and OpenSSL use "
                "one password for the whole file and reject it."
            ),
            remedy=tr(
                "Unlock it with its own password (--key-password-file), and save the keystore: "
                "everything in it is then under one password."
            ),
        )
    if store.foreign_parts:
        yield Finding(
            severity="warning",
            code="undecrypted-part",
            message=tr_count(
                "{count} part of this file is encrypted for the holder of a certificate.",
                "{count} parts of this file are encrypted for the holder of a certificate.",
                store.foreign_parts,
            ),
            why=tr("No password opens it, and its contents are not shown here."),
            remedy=tr(
                "Decrypt it with the program that has the certificate’s key, and export it under a "
                "password."
            ),
            part=Part.SEALED,
        )


def is_all_hidden(store: Store) -> bool:
    """Whether Java sees nothing in a store that holds something."""
    return not any(entry.is_visible_to_java for entry in store.entries)


def hidden(entry: Entry, store: Store, *, is_all: bool) -> Finding:
    """An entry that Java does not see, or does not find under its alias."""
    why, remedy = _reason(entry, store)
    if is_all:
        why += " " + (
            tr("For Java, this keystore is empty: “the trustAnchors parameter must be non-empty”.")
            if isinstance(entry, TrustedCertificate)
            else tr("For Java, this keystore is empty.")
        )
    return Finding(
        severity="error" if is_all else "warning",
        code="invisible-to-java",
        alias=entry.alias,
        message=tr("Java does not find “{alias}”.", alias=shorten(entry.alias))
        if store.format in {Format.JKS, Format.JCEKS}
        else tr("Java does not see “{alias}”.", alias=shorten(entry.alias)),
        why=why,
        remedy=remedy,
    )


def _reason(entry: Entry, store: Store) -> tuple[str, str]:
    if store.format in {Format.JKS, Format.JCEKS}:
        return (
            (
                tr(
                    "Its alias contains capital letters. Java’s {title} looks up aliases in "
                    "lower case; the program that wrote this file did not follow that.",
                    title=store.format.title,
                )
            ),
            (
                tr(
                    "Convert the keystore, to the same format or to PKCS#12: Java then finds "
                    "it under that alias."
                )
            ),
        )
    if not isinstance(entry, TrustedCertificate):
        return (
            (
                tr(
                    "Its key is not encrypted in the file, and Java ignores such a key. "
                    "Anyone who can read the file may have the key."
                )
            ),
            tr("Convert the keystore, or change its password: the key is then encrypted."),
        )
    return (
        (
            tr(
                "In PKCS#12, Java trusts a certificate only if it has a special attribute, which "
                "OpenSSL does not set."
            )
        ),
        (
            tr(
                "Convert the keystore to PKCS#12, or import the certificate again as trusted and "
                "save: Handfast sets the attribute."
            )
        ),
    )
