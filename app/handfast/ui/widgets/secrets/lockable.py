"""What holds a secret, and how it is told to let go of it: the one way in which Handfast locks."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Lockable(Protocol):
    """A tab, a window or a field that can hold a password, a key, or a keystore."""

    def forget_secrets(self, why: str) -> None:
        """Let go of every secret; ``why`` is a sentence for whoever comes back to it.

        Edits, and what a person has filled in otherwise, are kept. What shows nothing but secrets
        closes.
        """
