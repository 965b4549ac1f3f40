"""The verb delete: entries out of a keystore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.messages import notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.target import existing_target
from handfast.core.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast delete truststore.jks trusted
  handfast delete client.p12 acme client --json
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    parser.add_argument(
        "aliases",
        nargs="+",
        metavar="ALIAS",
        help=tr("an entry; either all of them are deleted or none"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.exchange.deleting import delete_entries

    target = existing_target(Path(options.store), options)
    store, removed = delete_entries(target.store, options.aliases)
    saved, notes = target.save(store)
    aliases = [entry.alias for entry in removed]
    if options.json:
        return Result(
            data={
                **target.facts(),
                "deleted": aliases,
                "entries_left": len(saved.store.entries),
                "notes": notes,
            }
        )
    names = ", ".join(f"“{safe(alias)}”" for alias in aliases)
    path = safe(str(target.path))
    return Result(
        text=tr(
            "Deleted {aliases} from {path}. The previous version is kept as a .bak file.",
            aliases=names,
            path=path,
        )
        + "\n"
        + notes_text(notes)
    )
