"""``handfast`` and ``python -m handfast``: a verb for the console, anything else for the window."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def main() -> int:
    """Run the program and return its exit code."""
    arguments = sys.argv[1:]
    if arguments and _is_for_the_console(arguments[0]):
        from handfast.cli.main import main as console

        return console(arguments, open_window=_open_window)
    from pathlib import Path

    return _open_window([Path(argument) for argument in arguments])


def _open_window(paths: list[Path]) -> int:
    try:
        from handfast.ui.app import run
    except ImportError as error:
        # Qt is there but a library of the system is not, as on a machine without a desktop.
        sys.stderr.write(
            f"handfast: The window cannot open here: {error}\n"
            "  remedy: Install the libraries that the README names, or use handfast list FILE.\n"
        )
        return 7
    return run(paths)


def _is_for_the_console(first: str) -> bool:
    from handfast.cli.main import VERBS

    return first in VERBS or first.startswith("-")


if __name__ == "__main__":
    sys.exit(main())
