"""The command line: its verbs, what each takes, and the help. Only what is asked for is built."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from handfast import __version__
from handfast.cli.output.terminal import width_of, write
from handfast.cli.verbs import VERBS
from handfast.core.errors import InvalidInput
from handfast.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXITS = (
    tr(
        "exit codes:\n"
        "  0 done                             4 damaged, or not a keystore\n"
        "  1 the answer is no                 5 recognized, but not supported\n"
        "  2 usage                            6 refused, so that nothing is lost\n"
        "  3 wrong or missing password        7 a file could not be read or written"
    )
    + "\n"
)
PASSWORDS = (
    tr(
        "passwords:\n"
        "  Passwords are never part of the command line. Each comes from --password-file (the "
        "first line\n"
        "  of the file; use - for standard input, of which each option reads a line), else from "
        "the\n"
        "  variable HANDFAST_PASSWORD. Otherwise, Handfast tries an existing keystore with no "
        "password, an\n"
        "  empty one, and “changeit”, and then asks for it on a terminal."
    )
    + "\n"
)


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        # The library creates one for each option, and asks ``shutil`` for the width.
        super().__init__(prog, width=(width_of(sys.__stdout__) or 80) - 2)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or tr("usage:") + " ")


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of ending the program, and writes in any encoding."""

    def __init__(self, *, prog: str, description: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            formatter_class=_HelpFormatter,
            allow_abbrev=False,
            # Its own texts are those of another catalog.
            add_help=False,
        )
        self._positionals.title = tr("positional arguments")
        self._optionals.title = tr("options")
        self.add_argument("-h", "--help", action="help", help=tr("show this help message and exit"))

    def error(self, message: str) -> NoReturn:
        from handfast.cli.usage import in_words, remedy_for

        raise InvalidInput(in_words(message), remedy=remedy_for(message, self.prog))

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002 - of argparse
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
            _overview("\n".join(lines)),
        )
        raise SystemExit(0)
    if first in {"-V", "--version"}:
        write(sys.stdout, f"handfast {__version__}\n")
        raise SystemExit(0)
    if first not in VERBS:
        raise InvalidInput(
            tr("There is no verb “{name}”.", name=first)
            if first.startswith("-")
            else tr("There is no verb “{name}”, and no file of that name.", name=first),
            causes=_meant(first),
            remedy=tr("See handfast --help."),
        )
    parser = verb_parser(first)
    if not any(each.startswith("-h") or each == "--help" for each in argv):
        # The library puts it together for errors, which do not show it here; that takes 3 ms.
        parser.usage = ""
    # Files may stand before and behind options, also where a verb takes any number of them.
    options = parser.parse_intermixed_args(argv[1:])
    options.verb = first
    return options


def _overview(verbs: str) -> str:
    return tr(
        "handfast: a keystore manager for JKS and PKCS#12\n"
        "\n"
        "usage:\n"
        "  handfast [FILE...]             open the window with these keystores, or add them to "
        "an open one\n"
        "  handfast --new-instance [FILE...]   open a separate window\n"
        "  handfast VERB ...              answer on the console\n"
        "\n"
        "verbs:\n"
        "{verbs}\n"
        "\n"
        "  handfast VERB --help           the options of a verb, with examples\n"
        "  handfast --version\n"
        "\n"
        "{passwords}\n"
        "{exits}",
        verbs=verbs,
        passwords=PASSWORDS,
        exits=EXITS,
    )


def verb_parser(name: str) -> Parser:
    """What a verb takes, with its help. The completions and the manual are made from it too."""
    verb = VERBS[name]
    parser = Parser(
        prog=f"handfast {name}",
        description=f"{verb.help[:1].upper()}{verb.help[1:]}.",
    )
    verb.options(parser)
    parser.add_argument("--json", action="store_true", help=tr("answer in JSON, for scripts"))
    passwords = ""
    if verb.opens_keystores:
        passwords = f"\n{PASSWORDS}"
        parser.add_argument(
            "--allow-cost",
            action="store_true",
            help=tr("open a keystore even if that takes far more work than usual; Ctrl-C stops it"),
        )
    examples = tr("examples:")
    parser.epilog = f"{examples}\n{verb.examples}{passwords}\n{EXITS}"
    return parser


def _meant(first: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    close = get_close_matches(first, VERBS, n=1)
    return (tr("Did you mean “{close}”?", close=close[0]),) if close else ()
