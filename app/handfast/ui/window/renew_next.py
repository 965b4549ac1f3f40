"""Opening a keystore from the start page for the pair in it that expires first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from handfast.documents.document import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.store import Store
    from handfast.documents.document import Document
    from handfast.ui.window.tabbed_window import TabbedWindow

_LATEST = dt.datetime.max.replace(tzinfo=dt.UTC)


def first_to_expire(store: Store) -> str:
    """The alias of the key pair whose certificate ends first; empty where there is none."""
    ends = [
        (leaf.not_after or _LATEST, pair.alias)
        for pair in store.key_pairs
        if (leaf := pair.certificate) is not None
    ]
    return min(ends, default=(_LATEST, ""))[1]


def renew_next(window: TabbedWindow, path: Path, renew: Callable[[Document, str], object]) -> None:
    """Open a keystore, and begin the renewal once it is open; nothing where it is given up."""
    window.open_path(path)
    document = window.current_document
    if document is None:
        return

    def look() -> None:
        if document.state is State.OPEN and document.store is not None:
            stop()
            if alias := first_to_expire(document.store):
                renew(document, alias)
        elif document.state in {State.FAILED, State.CLOSED}:
            stop()

    stop = document.listen(look)
    look()
