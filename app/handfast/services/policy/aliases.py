"""When an alias can be given to a new entry of a keystore."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.errors import AlreadyExists
from handfast.core.language import tr
from handfast.core.store import shorten

if TYPE_CHECKING:
    from handfast.core.store import Store


def check_free(store: Store, alias: str) -> None:
    """Let a new entry have an alias, or name one that is free.

    :raises AlreadyExists: an entry has it, in whatever case of letters Java compares it
    """
    entry = store.find(alias)
    if entry is None:
        return
    if entry.kind == "key-pair":
        cause = tr("It names a key pair, which another certificate with this alias would hide.")
    else:
        cause = (
            tr("It names a trusted certificate, which would be replaced.")
            if entry.kind == "trusted-certificate"
            else tr("It names a secret key, which would be replaced.")
        )
    raise AlreadyExists(
        tr("The alias “{alias}” is taken.", alias=shorten(entry.alias)),
        causes=(cause,),
        remedy=tr("Choose another alias; “{free}” is free.", free=shorten(store.free_alias(alias))),
    )
