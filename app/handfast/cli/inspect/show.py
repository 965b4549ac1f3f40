"""The verb show: certificates in full."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.messages import entry_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import is_coloured
from handfast.cli.passwords import open_store
from handfast.core.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast show truststore.jks
  handfast show client.p12 --alias client --pem
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    parser.add_argument("--alias", metavar="A", help=tr("only this entry (default: all)"))
    parser.add_argument("--pem", action="store_true", help=tr("also show each certificate in PEM"))


def run(options: Namespace) -> Result:
    path = Path(options.store)
    store = open_store(path, options).store
    entries = store.entries if options.alias is None else (store.get(options.alias),)
    if options.json:
        from handfast.cli.output.json_documents import store_json

        return Result(data=store_json(path, store, entries, in_full=True))
    coloured = is_coloured(sys.stdout)
    blocks = [entry_text(entry, with_pem=options.pem, coloured=coloured) for entry in entries]
    return Result(text="\n".join(blocks) or tr("Empty.") + "\n")
