"""``handfast`` and ``python -m handfast``: a verb for the console, anything else for the window."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program and return its exit code."""
    arguments = sys.argv[1:]
    if arguments and _is_for_the_console(arguments[0]):
        from handfast.cli.main import main as console

        return console(arguments)
    from pathlib import Path

    from handfast.ui.app import run

    return run([Path(argument) for argument in arguments])


def _is_for_the_console(first: str) -> bool:
    from handfast.cli.main import VERBS

    return first in VERBS or first.startswith("-")


if __name__ == "__main__":
    sys.exit(main())
