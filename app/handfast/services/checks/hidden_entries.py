"""What is in a file and is not seen: by Java, or by anybody without another password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.entry import TrustedCertificate
from handfast.core.store import Format, shorten
from handfast.services.checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.entry import Entry
    from handfast.core.store import Store


def check_undecrypted(store: Store) -> Iterator[Finding]:
    """Parts of a PKCS#12 file that were not decrypted."""
    if store.locked_parts:
        many = "A part" if store.locked_parts == 1 else f"{store.locked_parts:,} parts"
        yield Finding(
            severity="warning",
            code="undecrypted-part",
            message=f"{many} of this file cannot be decrypted with the keystore’s password.",
            why="Certificates or keys may be in it that are not shown here. Java and OpenSSL use "
            "one password for the whole file and refuse it.",
            remedy="Unlock it with its own password (--key-password-file), and save the keystore: "
            "everything in it is then under one password.",
        )
    if store.foreign_parts:
        many = "A part" if store.foreign_parts == 1 else f"{store.foreign_parts:,} parts"
        yield Finding(
            severity="warning",
            code="undecrypted-part",
            message=f"{many} of this file is encrypted for the holder of a certificate.",
            why="No password opens it, and what is in it is not shown here.",
            remedy="Decrypt it with the program that holds the certificate’s key, and export it "
            "under a password.",
        )


def is_all_hidden(store: Store) -> bool:
    """Whether Java sees nothing in a store that holds something."""
    return not any(entry.is_visible_to_java for entry in store.entries)


def hidden(entry: Entry, store: Store, *, is_all: bool) -> Finding:
    """An entry that Java does not see, or does not find under its alias."""
    why, remedy = _reason(entry, store)
    if is_all:
        why += " For Java this keystore is empty" + (
            ": “the trustAnchors parameter must be non-empty”."
            if isinstance(entry, TrustedCertificate)
            else "."
        )
    verb = "find" if store.format in {Format.JKS, Format.JCEKS} else "see"
    return Finding(
        severity="error" if is_all else "warning",
        code="invisible-to-java",
        alias=entry.alias,
        message=f"Java does not {verb} “{shorten(entry.alias)}”.",
        why=why,
        remedy=remedy,
    )


def _reason(entry: Entry, store: Store) -> tuple[str, str]:
    if store.format in {Format.JKS, Format.JCEKS}:
        return (
            (
                f"Its alias has capital letters. Java’s {store.format.title} looks for aliases in "
                "small letters only; the program that wrote this file did not keep to that."
            ),
            (
                "Convert the keystore, to the same format or to PKCS#12: Java then finds it under "
                "that alias."
            ),
        )
    if not isinstance(entry, TrustedCertificate):
        return (
            (
                "Its key is in the file without encryption of its own, and Java passes over such "
                "a key. Whoever can read the file may have the key."
            ),
            "Convert the keystore, or change its password: the key is then encrypted.",
        )
    return (
        (
            "In PKCS#12 Java takes a certificate for trusted only if it is marked so, and OpenSSL "
            "does not set this mark."
        ),
        (
            "Convert the keystore to PKCS#12, or import the certificate again as trusted and save: "
            "Handfast sets the mark."
        ),
    )
