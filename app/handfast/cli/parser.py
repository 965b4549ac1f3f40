"""The command line: its verbs, what each takes, and the help. Only what is asked for is built."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from handfast import __version__
from handfast.cli.output.terminal import write
from handfast.cli.usage import in_words, remedy_for
from handfast.cli.verbs import VERBS
from handfast.core.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

EXITS = """exit codes:
  0 done                             4 damaged, or not a keystore
  1 the answer is no                 5 recognised, but not supported
  2 usage                            6 refused, so that nothing is lost
  3 wrong or missing password        7 a file could not be read or written
"""
PASSWORDS = """passwords:
  They never stand on the command line. Each comes from --password-file (the first line of the
  file; - for standard input, of which each option takes a line), else from the variable
  HANDFAST_PASSWORD, else an existing store is tried with none, the empty one and “changeit”,
  else it is asked for on a terminal.
"""
_OVERVIEW = """handfast: a keystore manager for JKS and PKCS#12

usage:
  handfast [FILE...]             open the window, with these stores; where it is open, there
  handfast --new-instance [FILE...]   open a window of its own
  handfast VERB ...              answer on the console

verbs:
{verbs}

  handfast VERB --help           what a verb takes, with examples
  handfast --version

{passwords}
{exits}"""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of ending the program, and writes in any encoding."""

    def error(self, message: str) -> NoReturn:
        text = in_words(message)
        raise InvalidInput(f"{text[:1].upper()}{text[1:]}.", remedy=remedy_for(message, self.prog))

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002
        # Help and version only: errors are raised, so nothing here is for stderr.
        write(sys.stdout, message)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of one verb, with its name as ``verb``.

    :raises InvalidInput: what was typed makes no sense
    :raises SystemExit: help or the version was asked for, and has been given
    """
    first = argv[0] if argv else "--help"
    if first in {"-h", "--help", "help"}:
        width = max(len(name) for name in VERBS)
        lines = [f"  {verb.name:<{width}}  {verb.help}" for verb in VERBS.values()]
        write(
            sys.stdout,
            _OVERVIEW.format(verbs="\n".join(lines), passwords=PASSWORDS, exits=EXITS),
        )
        raise SystemExit(0)
    if first in {"-V", "--version"}:
        write(sys.stdout, f"handfast {__version__}\n")
        raise SystemExit(0)
    if first not in VERBS:
        raise InvalidInput(
            f"There is no verb “{first}”"
            + (", and no file of that name." if not first.startswith("-") else "."),
            causes=_meant(first),
            remedy="See handfast --help.",
        )
    parser = verb_parser(first)
    # Files may stand before and behind options, also where a verb takes any number of them.
    options = parser.parse_intermixed_args(argv[1:])
    options.verb = first
    return options


def verb_parser(name: str) -> Parser:
    """What a verb takes, with its help. The completions and the manual are made from it too."""
    verb = VERBS[name]
    parser = Parser(
        prog=f"handfast {name}",
        description=f"{verb.help[:1].upper()}{verb.help[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verb.options(parser)
    parser.add_argument("--json", action="store_true", help="answer in JSON, for scripts")
    passwords = ""
    if verb.opens_keystores:
        passwords = f"\n{PASSWORDS}"
        parser.add_argument(
            "--allow-cost",
            action="store_true",
            help="open a store even if that takes far more work than usual; Ctrl-C stops it",
        )
    parser.epilog = f"examples:\n{verb.examples}{passwords}\n{EXITS}"
    return parser


def _meant(first: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    close = get_close_matches(first, VERBS, n=1)
    return (f"Perhaps “{close[0]}” was meant.",) if close else ()
