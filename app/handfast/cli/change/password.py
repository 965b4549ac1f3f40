"""The verb password: another password for a keystore, or for a single key in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.messages import notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import chosen_password
from handfast.cli.target import existing_target
from handfast.core.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast password client.p12 --new-password-file secret.txt
  handfast password server.jks --alias api --new-password-file secret.txt
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add(
        "--alias", metavar="A", help=tr("change the password of this key (default: the keystore’s)")
    )
    add(
        "--new-password-file",
        metavar="F",
        help=tr("a file whose first line is the new password (default: asked for on a terminal)"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.exchange.changing_passwords import (
        change_key_password,
        change_store_password,
    )

    target = existing_target(Path(options.store), options)
    alias = None if options.alias is None else target.store.get(options.alias).alias
    whose = tr("the key “{alias}”", alias=alias) if alias is not None else target.path.name
    new = chosen_password(options, "new_password_file", whose)
    change = (
        change_store_password(target.store, new)
        if alias is None
        else change_key_password(target.store, alias, new)
    )
    _, notes = target.save(change.store)
    notes = [*change.notes, *notes]
    if options.json:
        return Result(
            warnings=change.warnings,
            data={
                **target.facts(),
                "alias": alias,
                "warnings": list(change.warnings),
                "notes": notes,
            },
        )
    path = safe(str(target.path))
    told = (
        tr("Changed the password of “{alias}” in {path}.", alias=safe(alias), path=path)
        if alias
        else tr("Changed the password of {path}.", path=path)
    )
    return Result(warnings=change.warnings, text=f"{told}\n" + notes_text(notes))
