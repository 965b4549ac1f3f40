"""What a shell asks for when Tab is pressed: the aliases in a keystore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from handfast.core.errors import HandfastError, WrongPassword

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.store import Store

#: Before the names of keystores, in place of a verb. It is for the completions, not for people.
COMPLETE_ALIASES: Final = "--complete-aliases"


def aliases_text(names: Sequence[str]) -> str:
    """The aliases in some keystores, one a line; nothing of one that does not open at once.

    Nobody is asked for a password: it would be typed into the middle of a command line.
    """
    lines: list[str] = []
    for name in names:
        try:
            store = _open(Path(name))
        except (HandfastError, OSError, ValueError):
            continue
        # What cannot be typed cannot be completed.
        lines += [entry.alias for entry in store.entries if entry.alias.isprintable()]
    return "".join(f"{alias}\n" for alias in dict.fromkeys(lines) if alias)


def _open(path: Path) -> Store:
    from handfast.cli.passwords import from_variable
    from handfast.services.files.opening import open_file

    password = from_variable()
    if password is not None:
        try:
            return open_file(path, password).store
        except WrongPassword:
            pass
    return open_file(path).store
