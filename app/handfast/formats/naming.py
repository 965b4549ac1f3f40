"""Aliases for formats that have none: from the common name, each once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

_MAX_NAME_CHARS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Names:
    """Hands out names, none of them twice whatever the case, in time linear in their number."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """``wanted``, or the first of ``wanted-2``, ``wanted-3`` … that is free."""
        name = wanted
        while name.casefold() in self._taken:
            number = self._next.get(wanted.casefold(), 2)
            self._next[wanted.casefold()] = number + 1
            name = f"{wanted}-{number}"
        self._taken.add(name.casefold())
        return name


def clean(text: str) -> str:
    """A text as an alias: of one line, and not too long; empty where nothing is left."""
    return _CONTROL.sub(" ", text).strip()[:_MAX_NAME_CHARS].strip()


def name_for(certificate: Certificate | None, otherwise: str) -> str:
    """What an entry is called where the file does not say."""
    if certificate is None:
        return otherwise
    seen = certificate.summary
    name = seen.common_name if seen is not None else certificate.common_name
    return clean(name) or otherwise
