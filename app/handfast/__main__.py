"""``handfast`` and ``python -m handfast``: a verb for the console, anything else for the window."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from handfast.core.language import tr

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.ui.program.single_instance.message import FirstPlace

#: Before the files: open a window of its own, whatever runs already.
NEW_INSTANCE = "--new-instance"
#: Alone: the frozen program derives a key (:mod:`handfast.formats.crypto.derivation_worker`).
DERIVE = "--derive-one-key"


def start() -> NoReturn:
    """Run the program as a process of its own, and end it."""
    # What that saves is told in handfast.cli.process; the window has it on again after its start.
    gc.disable()
    code = main()
    if "PySide6" in sys.modules:
        # Qt and its objects are taken apart in their own order.
        sys.exit(code)
    from handfast.cli.process import end

    end(code)


def main() -> int:
    """Run the program and return its exit code."""
    arguments = sys.argv[1:]
    if arguments == [DERIVE]:
        from handfast.formats.crypto.derivation_worker import main as derive

        derive()
    # First of all: tables of texts are evaluated in the language when their modules are imported.
    from handfast import language_choice

    if "--json" in arguments:
        # Scripts read it, and the same everywhere.
        language_choice.choose_english()
    else:
        language_choice.choose()
    is_apart = arguments[:1] == [NEW_INSTANCE]
    if is_apart:
        del arguments[0]
    elif arguments and _is_for_the_console(arguments[0]):
        from handfast.cli.main import main as console

        return console(arguments, open_window=_open_window)
    from pathlib import Path

    names = arguments[1:] if arguments[:1] == ["--"] else arguments
    return _open_window([Path(name) for name in names], is_apart=is_apart)


def _is_for_the_console(first: str) -> bool:
    if first == "--":
        return False
    if not first.startswith("-") and not first.replace("-", "").isalpha():
        # No verb looks like that. Not loading them halves the time to hand a file over.
        return False
    from handfast.cli.verbs import VERBS

    if first in VERBS or first.startswith("-"):
        return True
    # Words that are no file are a verb mistyped, or one of a later version.
    return not os.path.lexists(first)


def _open_window(paths: list[Path], *, is_apart: bool = False) -> int:
    from handfast import language_choice
    from handfast.cli.screen import has_screen

    if not has_screen():
        return _no_window(
            tr("No screen is available to open the window on."),
            tr("Handfast opens its window only on a desktop."),
        )
    instance: FirstPlace | None = None
    if not is_apart:
        if sys.platform == "win32":
            from handfast.ui.program.single_instance.pipe import begin
        else:
            from handfast.ui.program.single_instance.instance import begin

        instance, is_done = begin(paths)
        if is_done:
            return 0
    from handfast.ui.program import gc_pauses

    # Until the window says that it stands: what is loaded now stays, so nothing is garbage.
    gc_pauses.pause()
    try:
        from handfast.ui.program.startup import import_qt_core

        import_qt_core()
        if language_choice.available():
            # Qt reads the preference, and nothing with texts may be imported before it is known.
            from handfast.ui.program.language_preference import choose_language

            choose_language()
        from handfast.ui.app import run
    except ImportError as error:
        # Qt is there but a library of the system is not, as on a machine without a desktop.
        return _no_window(tr("The window cannot open here."), f"{error}.")
    return run(paths, instance, is_apart=is_apart)


def _no_window(problem: str, cause: str) -> int:
    from handfast.cli.output.messages import error_text
    from handfast.core.errors import Unsupported

    error = Unsupported(
        problem,
        causes=(cause,),
        remedy=tr("Use the console: handfast list FILE, or handfast --help for an overview."),
    )
    sys.stderr.write(error_text(error))
    return error.code


if __name__ == "__main__":
    start()
