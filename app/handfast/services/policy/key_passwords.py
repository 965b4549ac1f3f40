"""Which formats want their keys under the password of the store itself."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.language import tr
from handfast.core.store import Format, shorten

if TYPE_CHECKING:
    from handfast.core.entry import Entry
    from handfast.core.store import Store

#: keytool takes no key out of a PKCS#12 file whose password is not that of the file, and makes no
#: such file. In a PEM file each key has a password, but nothing says that they differ.
FORMATS_OF_ONE_PASSWORD = frozenset({Format.PKCS12, Format.PEM})


def with_one_password(store: Store, wanted: Format) -> tuple[Store, tuple[str, ...]]:
    """The store with its open keys under its own password where a format wants that.

    Also a note for each key whose own password is given up. A key that is locked keeps its
    password, as nothing else opens it.
    """
    if wanted not in FORMATS_OF_ONE_PASSWORD:
        return store, ()
    entries: list[Entry] = []
    notes: list[str] = []
    for entry in store.entries:
        found: Entry = entry
        if isinstance(entry, KeyPair | SecretKey) and entry.password is not None:
            found = dataclasses.replace(entry, password=None)
            notes.append(
                tr(
                    "The key “{alias}” now has the password of the keystore.",
                    alias=shorten(entry.alias),
                )
            )
        entries.append(found)
    return (dataclasses.replace(store, entries=tuple(entries)) if notes else store), tuple(notes)
