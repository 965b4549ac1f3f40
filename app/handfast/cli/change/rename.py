"""The verb rename: another alias for an entry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.target import existing_target
from handfast.core.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast rename client.p12 client acme-client
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    parser.add_argument("old", metavar="OLD", help=tr("the current alias"))
    parser.add_argument("new", metavar="NEW", help=tr("the new alias"))


def run(options: Namespace) -> Result:
    from handfast.services.exchange.renaming import rename_entry

    target = existing_target(Path(options.store), options)
    entry = target.store.get(options.old)
    old = entry.alias
    saved, notes = target.save(rename_entry(target.store, entry, options.new))
    entry = saved.store.get(options.new)
    if options.json:
        return Result(
            data={**target.facts(), "old": old, "entry": entry_json(entry), "notes": notes}
        )
    return Result(
        text=tr(
            "Renamed “{old}” to “{new}” in {path}.",
            old=safe(old),
            new=safe(entry.alias),
            path=safe(str(target.path)),
        )
        + "\n"
        + notes_text(notes)
    )
