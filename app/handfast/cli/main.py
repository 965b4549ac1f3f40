"""The parser, and the way from an error to an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from handfast import __version__
from handfast.core.errors import HandfastError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

VERBS = ("list", "show", "check", "generate", "export", "import", "demo")

_EPILOG = """examples:
  handfast list truststore.jks
  handfast generate client.p12 --alias client --dname "CN=Acme, O=Acme Inc., C=AU"
  handfast export client.p12 --alias client --out client.cer
  handfast import truststore.p12 partner.cer --alias partner
  handfast demo

With no arguments, or with files, the window opens. Passwords come from
--password-file, the variable HANDFAST_PASSWORD or the terminal.
Exit codes: 0 done, 1 the answer is no, 2 usage, 3 password, 4 damaged or not a
keystore, 5 not supported, 6 refused so that nothing is lost, 7 file trouble.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InvalidInput(
            f"{message[:1].upper()}{message[1:]}.", remedy=f"See {self.prog} --help."
        )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="handfast",
        description="A keystore manager for JKS and PKCS#12.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"handfast {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    def add(name: str, text: str, *, store: bool = True) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=text, description=text)
        if store:
            verb.add_argument("store", metavar="STORE", help="the keystore file")
            verb.add_argument(
                "--password-file", metavar="F", help="a file whose first line is the password"
            )
        verb.add_argument("--json", action="store_true", help="answer in JSON")
        return verb

    formats = {"choices": ("pkcs12", "jks"), "help": "of a new store (default: pkcs12)"}
    add("list", "List the entries of a store.")
    one = add("check", "Say what will fail, and what to do.", store=False)
    one.add_argument("stores", nargs="+", metavar="STORE")
    one.add_argument("--password-file", metavar="F", help="a file whose first line is the password")
    one = add("show", "Show certificates in full.")
    one.add_argument("--alias", metavar="A")
    one = add("generate", "Make a key pair with a self-signed certificate.")
    one.add_argument("--alias", required=True, metavar="A")
    one.add_argument("--dname", required=True, metavar="DN", help='"CN=…, OU=…, O=…, C=AU"')
    one.add_argument("--key", default="rsa:3072", help="rsa:2048 … ec:P-256 … ed25519")
    one.add_argument("--days", type=int, default=365, metavar="N")
    one.add_argument("--san", action="append", default=[], metavar="dns:H|ip:A|uri:U")
    one.add_argument("--purpose", choices=("client", "server", "both"), default="both")
    one.add_argument("--format", **formats)  # type: ignore[arg-type]
    one = add("export", "Write the public certificate of an entry; never a private key.")
    one.add_argument("--alias", required=True, metavar="A")
    one.add_argument("--out", required=True, metavar="FILE")
    one.add_argument("--encoding", choices=("der", "pem", "pkcs7"), default="der")
    one.add_argument("--chain", action="store_true", help="its whole chain")
    one.add_argument("--force", action="store_true", help="replace FILE where it exists")
    one = add("import", "Trust the certificates in a file.")
    one.add_argument("file", metavar="FILE")
    one.add_argument("--alias", metavar="A")
    one.add_argument("--expect-sha256", metavar="HEX", help="import nothing but this one")
    one.add_argument("--format", **formats)  # type: ignore[arg-type]
    one = add("demo", "Make the stores of two parties and open them.", store=False)
    one.add_argument("folder", nargs="?", default="handfast-demo", metavar="DIR")
    one.add_argument("--no-window", action="store_true", help="make the files only")
    return parser


def main(argv: Sequence[str], *, open_window: Callable[[list[Path]], int] | None = None) -> int:
    """Carry out one verb and return its exit code.

    ``open_window`` opens stores in the window: the console itself knows nothing of Qt.
    """
    wants_json = "--json" in argv
    try:
        return _run(argv, open_window)
    except HandfastError as error:
        from handfast.cli.text import error_json, error_text

        if wants_json:
            _print_json(error_json(error))
        _write(sys.stderr, error_text(error))
        return error.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone (`| head`): say nothing more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(argv: Sequence[str], open_window: Callable[[list[Path]], int] | None) -> int:
    import gc

    # What a verb makes lives until it ends; collecting it in between finds nothing.
    gc.disable()
    from handfast.cli import verbs

    arguments = _parser().parse_args(argv)
    answer = {
        "list": verbs.list_entries,
        "show": verbs.show,
        "check": verbs.check,
        "generate": verbs.generate,
        "export": verbs.export,
        "import": verbs.import_,
        "demo": verbs.demo,
    }[arguments.verb](arguments)
    data, text = answer
    if arguments.json:
        _print_json(data)
    else:
        _write(sys.stdout, text)
    sys.stdout.flush()
    stores = getattr(arguments, "open_after", None)
    if stores and open_window is not None:
        return open_window(stores)
    return int(getattr(arguments, "exit_code", 0))


def _print_json(data: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    import json

    # ASCII, so that it is the same in every locale.
    _write(sys.stdout, json.dumps(data, indent=2) + "\n")


def _write(stream: Any, text: str) -> None:  # noqa: ANN401 - a text stream, real or captured
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
