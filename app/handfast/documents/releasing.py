"""Frees a large keystore in slices, so that the window does not stall.

To free a hundred thousand entries in one go takes a tenth of a second, in which no other thread of
Python runs, whichever thread frees them.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from handfast.core.entry import TrustedCertificate
from handfast.core.history import History

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.entry import Entry
    from handfast.core.progress import Progress
    from handfast.core.store import Store

#: Fewer entries are freed where they are.
_MANY_ENTRIES = 2_000
#: So many take about a millisecond.
_ENTRIES_IN_ONE_GO = 500
#: How long to wait for others to drop their references, such as the function that handed it over.
_MAX_WAIT_SECONDS = 0.5
_BETWEEN_LOOKS_SECONDS = 0.001
#: Of a keystore that nobody else holds: the list that it is in, the loop over it, and the question.
_OWN_REFERENCES = 3


class Released:
    """What nobody uses any more: the last reference to it, until :meth:`release` was called."""

    def __init__(self, *values: History | Store | None) -> None:
        self._values: list[History | Store] = [each for each in values if each is not None]

    @property
    def is_large(self) -> bool:
        """Whether it takes so long to free that it is worth a thread."""
        return any(len(store.entries) > _MANY_ENTRIES for store in self._stores())

    def release(self, progress: Progress) -> None:
        """Free all of it, what is secret first; in a worker, beside which others get their turn.

        ``progress`` is the point at which the worker lets others run; it must not end the work.
        """
        entries: dict[int, Entry] = {}
        # A history and the file that it began with share their first value.
        stores = list({id(store): store for store in self._stores()}.values())
        self._values.clear()
        _wait_for_others(stores)
        while stores:
            # The last reference to each, with its passwords, is here.
            store = stores.pop()
            entries.update(zip(map(id, store.entries), store.entries, strict=True))
            del store
            progress(0, 0)
        held = list(entries.values())
        entries.clear()
        # The end of the list is freed first.
        held.sort(key=lambda entry: not isinstance(entry, TrustedCertificate))
        while held:
            del held[-_ENTRIES_IN_ONE_GO:]
            progress(0, 0)

    def _stores(self) -> Iterator[Store]:
        for value in self._values:
            if isinstance(value, History):
                for step in value.steps:
                    yield step.store
            else:
                yield value


def _wait_for_others(stores: list[Store]) -> None:
    """Wait until nobody else holds any of them, or it is clear that somebody goes on doing so."""
    until = time.monotonic() + _MAX_WAIT_SECONDS
    while time.monotonic() < until and any(
        sys.getrefcount(store) > _OWN_REFERENCES for store in stores
    ):
        time.sleep(_BETWEEN_LOOKS_SECONDS)
