"""A password that does not leak by being printed."""

from __future__ import annotations

import hmac
from typing import final


@final
class Password:
    """A password; its text comes out only through :meth:`reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the code that derives a key from it."""
        return self._text

    @property
    def is_empty(self) -> bool:
        return not self._text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Password):
            return NotImplemented
        # surrogatepass: a password typed on a console may hold an undecodable byte.
        return hmac.compare_digest(
            self._text.encode("utf-8", "surrogatepass"),
            other._text.encode("utf-8", "surrogatepass"),
        )

    def __hash__(self) -> int:
        return hash((Password, self._text))

    def __repr__(self) -> str:
        return "<password>"

    def __reduce__(self) -> str:
        # Neither pickle nor copy-to-disk may take it along.
        raise TypeError("a password is never serialised")

    def __copy__(self) -> Password:
        return self

    def __deepcopy__(self, _memo: object) -> Password:
        return self


#: What Java's own tools ship with and what its documentation uses.
WELL_KNOWN = Password("changeit")
EMPTY = Password("")
#: What a store is tried with before anybody is asked, the likeliest first. Such a password keeps
#: nobody out.
TRIED_UNASKED = (WELL_KNOWN, EMPTY)
