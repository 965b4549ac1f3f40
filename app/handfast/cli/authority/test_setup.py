"""The verb test-setup: a CA, a server, and a client, with the trust stores of both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_validity_days
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import new_password
from handfast.cli.target import password_warnings
from handfast.core.language import tr
from handfast.core.store import Format
from handfast.services.authority.both_sides import ENDINGS
from handfast.services.policy.new_pairs import DEFAULT_DAYS, DEFAULT_TEST_KEY

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast test-setup lab --host localhost --host 127.0.0.1 --password-file secret.txt
  handfast test-setup lab-jks --host api.test --client billing --format jks \\
      --password-file secret.txt
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", metavar="DIR", help=tr("where the keystores go; nothing there is replaced"))
    add(
        "--host",
        action="append",
        metavar="H",
        help=tr("a name or address of the server; may be repeated (default: localhost)"),
    )
    add(
        "--client",
        default="test-client",
        metavar="NAME",
        help=tr("the name of the client (default: test-client)"),
    )
    add(
        "--key",
        default=DEFAULT_TEST_KEY,
        metavar="KEY",
        help=tr("as generate has it (default: {key})", key=DEFAULT_TEST_KEY),
    )
    add_validity_days(parser, DEFAULT_DAYS)
    add(
        "--format",
        type=str.lower,
        choices=[each.value.lower() for each in ENDINGS],
        default="pkcs12",
        help=tr("the format of the keystores (default: pkcs12)"),
    )
    add(
        "--password-file",
        metavar="F",
        help=tr("a file whose first line is the password of all keystores"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.authority.both_sides import BothSides, make_both_sides

    plan = BothSides(
        hosts=tuple(options.host or ("localhost",)),
        client=options.client,
        key=options.key,
        days=options.days,
        format=Format(options.format.upper()),
    )
    folder = Path(options.folder)
    password = new_password(options, what=tr("A test setup"))
    warnings = password_warnings(password, plan.format)
    made = make_both_sides(folder, plan, password)
    if options.json:
        files = [{"path": str(path), "what": what} for path, what in made.items()]
        return Result(warnings=warnings, data={"folder": str(folder), "files": files})
    lines = [
        tr("A CA, a server, and a client in {folder}:", folder=safe(str(folder))),
        *(f"  {path.name:<20} {what}" for path, what in made.items()),
    ]
    return Result(warnings=warnings, text="\n".join(lines) + "\n")
