"""From a command line to an exit code."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.completion import COMPLETE_ALIASES, aliases_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import abandon, write
from handfast.cli.verbs import VERBS
from handfast.core.errors import HandfastError, KeyLocked
from handfast.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: What a shell reports of a program that was stopped with Ctrl-C.
INTERRUPTED = 130


def main(argv: Sequence[str], *, open_window: Callable[[list[Path]], int] | None = None) -> int:
    """Carry out one verb and return its exit code.

    ``open_window`` opens stores in the window: the console itself knows nothing of Qt.
    """
    try:
        return _main(argv, open_window)
    except KeyboardInterrupt:
        return INTERRUPTED


def _main(argv: Sequence[str], open_window: Callable[[list[Path]], int] | None) -> int:
    try:
        answer = _answer(argv)
        code = _give(answer)
        if answer.open_after and open_window is not None:
            return open_window(list(answer.open_after))
    except HandfastError as error:
        return _tell(error, in_json="--json" in argv)
    except SystemExit as done:
        # argparse ends the program after it has printed help.
        return int(done.code or 0)
    except BrokenPipeError:
        abandon(sys.stdout)
        return 0
    except Exception as fault:  # noqa: BLE001 - the exit code 1 of a traceback would mean “no”
        return _tell(_internal(fault), in_json="--json" in argv)
    return code


def _internal(fault: Exception) -> HandfastError:
    """A fault of the program, by its place alone: what it says may hold a secret."""
    import traceback

    from handfast import __version__
    from handfast.core.errors import InternalFault

    frames = traceback.extract_tb(fault.__traceback__)
    own = next((each for each in reversed(frames) if "handfast" in each.filename), None)
    kind = type(fault).__name__
    if own is None:
        cause = tr("{kind}, version {version}.", kind=kind, version=__version__)
    else:
        cause = tr(
            "{kind} in {function}, line {line} of {file}, version {version}.",
            kind=kind,
            function=own.name,
            line=own.lineno,
            file=Path(own.filename).name,
            version=__version__,
        )
    return InternalFault(
        tr("This is a bug in Handfast; your files are not the cause."),
        causes=(cause,),
        remedy=tr("Report it with these lines and, if possible, with the file."),
    )


def _answer(argv: Sequence[str]) -> Result:
    if argv[:1] == [COMPLETE_ALIASES]:
        return Result(text=aliases_text(argv[1:]))
    from handfast.cli.parser import parse

    options = parse(argv)
    try:
        return VERBS[options.verb].run(options)
    except KeyLocked as error:
        from handfast.cli.passwords import about_locked_key

        raise about_locked_key(error, options) from error


def _give(answer: Result) -> int:
    """Print an answer, in one piece. A reader who has gone does not change what it is."""
    try:
        if answer.data is not None:
            from handfast.cli.output.json_text import json_text

            write(sys.stdout, json_text(answer.data))
        else:
            write(sys.stdout, answer.text)
    except BrokenPipeError:
        abandon(sys.stdout)
    if any(answer.warnings):
        from handfast.cli.output.messages import warnings_text

        with contextlib.suppress(BrokenPipeError, HandfastError):
            write(sys.stderr, warnings_text(answer.warnings))
    return answer.code


def _tell(error: HandfastError, *, in_json: bool) -> int:
    from handfast.cli.output.messages import error_text

    if in_json:
        from handfast.cli.output.json_documents import error_json
        from handfast.cli.output.json_text import json_text

        try:
            write(sys.stdout, json_text(error_json(error)))
        except BrokenPipeError:
            abandon(sys.stdout)
        except HandfastError:
            # The output itself is what failed: it is told below.
            abandon(sys.stdout)
    with contextlib.suppress(BrokenPipeError, HandfastError):
        write(sys.stderr, error_text(error))
    return error.code
