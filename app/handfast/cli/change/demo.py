"""The verb that makes the two-party example and opens it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.screen import has_screen
from handfast.core.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


EXAMPLES = """  handfast demo
  handfast demo /tmp/example --no-window
"""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        default="handfast-demo",
        metavar="DIR",
        help=tr("where (default: ./handfast-demo); an existing demo there is recreated"),
    )
    parser.add_argument("--no-window", action="store_true", help=tr("only create the files"))


def run(options: Namespace) -> Result:
    from handfast.services.demo import PASSWORD_TEXT, make_demo

    folder = Path(options.folder)
    made = make_demo(folder)
    stores = tuple(path for path in made if path.suffix in {".p12", ".jks"})
    if options.json:
        files = [{"path": str(path), "what": what} for path, what in made.items()]
        return Result(data={"folder": str(folder), "password": PASSWORD_TEXT, "files": files})
    lines = [
        tr(
            "Two example parties, Acme (client) and Globex (server), in {folder}:",
            folder=safe(str(folder)),
        ),
        *(f"  {path.name:<22} {what}" for path, what in made.items()),
        tr("The password of every keystore is “{password}”.", password=PASSWORD_TEXT),
        "",
    ]
    opens = not options.no_window and has_screen()
    if opens:
        lines.append(tr("Opening them in the window."))
    else:
        if not options.no_window:
            lines += [
                tr(
                    "No screen is available, so the window does not open. Run this again on "
                    "a desktop, over “ssh -X”, or on a virtual screen: xvfb-run handfast "
                    "demo"
                ),
                "desktop or over “ssh -X”, or on a virtual screen: xvfb-run handfast demo",
            ]
        lines.append(tr("To see the same on the console:"))
        lines += [f"  {_program()} list {_quoted(path)}" for path in stores]
    return Result(text="\n".join(lines) + "\n", open_after=stores if opens else ())


def _program() -> str:
    """By what the shell finds this program; the short name is not always enough."""
    import shutil

    called = sys.argv[0]
    is_command = Path(called).name == "handfast" and shutil.which(called) is not None
    if not is_command or shutil.which("handfast") == shutil.which(called):
        return "handfast"
    return _quoted(Path(called))


def _quoted(path: Path) -> str:
    """The path as a shell reads it, whatever bytes are in it."""
    import shlex

    text = str(path)
    if text.isprintable():
        return shlex.quote(text)
    plain = "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b"'\\" else f"\\x{byte:02x}"
        for byte in os.fsencode(text)
    )
    # What bash, zsh and ksh read back as the same bytes.
    return f"$'{plain}'"
