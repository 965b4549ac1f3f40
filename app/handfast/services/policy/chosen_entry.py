"""Which entry is meant where nobody named one: the only one that can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput
from handfast.core.language import tr

if TYPE_CHECKING:
    from handfast.core.entry import Entry
    from handfast.core.store import Store


def authorities(store: Store) -> tuple[KeyPair, ...]:
    """The CAs among the key pairs of a keystore."""
    return tuple(each for each in store.key_pairs if is_authority(each))


def is_authority(entry: Entry) -> bool:
    """Whether an entry is the key pair of a CA."""
    return isinstance(entry, KeyPair) and bool(entry.certificate and entry.certificate.is_ca)


def only_pair(store: Store, *, name: str, field: str, remedy: str) -> KeyPair:
    """The key pair of a keystore that has one.

    :param name: the keystore, as the person knows it
    :param remedy: how to name the one that is meant
    :raises InvalidInput: there is none, or there are several
    """
    if len(store.key_pairs) == 1:
        return store.key_pairs[0]
    raise InvalidInput(
        tr("“{name}” does not contain exactly one key pair; specify which one.", name=name),
        field=field,
        remedy=remedy,
    )


def only_authority(store: Store, *, name: str, field: str, remedy: str) -> KeyPair:
    """The CA of a keystore that has one.

    A single key pair is meant even if it is not a CA; the issuing itself then says why it cannot.

    :param name: the keystore, as the person knows it
    :param remedy: how to name the one that is meant
    :raises InvalidInput: there is none, or there are several
    """
    found = authorities(store)
    if len(found) == 1:
        return found[0]
    if not found and len(store.key_pairs) == 1:
        return store.key_pairs[0]
    raise InvalidInput(
        tr("“{name}” does not contain exactly one CA; specify which one.", name=name),
        field=field,
        remedy=remedy,
    )
