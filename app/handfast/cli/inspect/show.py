"""The verb show: certificates in full; and a lone request, revocation list, or public key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.json_documents import store_json
from handfast.cli.output.messages import entry_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import is_coloured, safe
from handfast.cli.passwords import open_store
from handfast.core.errors import NotAKeystore
from handfast.core.language import tr

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.services.describe.loose_files import LooseFile

EXAMPLES = """  handfast show truststore.jks
  handfast show client.p12 --alias client --pem
  handfast show client.csr
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    parser.add_argument("--alias", metavar="A", help=tr("only this entry (default: all)"))
    parser.add_argument("--pem", action="store_true", help=tr("also show each certificate in PEM"))


def run(options: Namespace) -> Result:
    path = Path(options.store)
    try:
        store = open_store(path, options).store
    except NotAKeystore:
        loose = _look_at(path) if options.alias is None else None
        if loose is None:
            raise
        return _shown(path, loose, in_json=options.json)
    entries = store.entries if options.alias is None else (store.get(options.alias),)
    if options.json:
        return Result(data=store_json(path, store, entries, in_full=True))
    coloured = is_coloured(sys.stdout)
    blocks = [entry_text(entry, with_pem=options.pem, coloured=coloured) for entry in entries]
    return Result(text="\n".join(blocks) or tr("Empty.") + "\n")


def _look_at(path: Path) -> LooseFile | None:
    """A request, a revocation list, or a public key by itself; None for what is none of these."""
    from handfast.services.describe.loose_files import look_at
    from handfast.services.files.store_files import read_named_file

    return look_at(read_named_file(path)[0])


def _shown(path: Path, loose: LooseFile, *, in_json: bool) -> Result:
    if in_json:
        return Result(
            data={
                "path": str(path),
                "kind": loose.kind,
                "title": loose.title,
                "states": [{"state": state, "message": said} for state, said in loose.states],
                "sections": [
                    {
                        "title": section.title,
                        "rows": [{"label": row.label, "value": row.value} for row in section.rows],
                    }
                    for section in loose.sections
                ],
            }
        )
    lines = [f"{loose.kind}: {loose.title}", *(f"  {said}" for _state, said in loose.states)]
    for section in loose.sections:
        lines += ["", section.title]
        for row in section.rows:
            first, *more = row.value.splitlines() or [""]
            lines.append(f"  {row.label + ':' if row.label else '':<24} {first}".rstrip())
            lines += [f"{'':<27}{line}" for line in more]
    return Result(text="".join(safe(line) + "\n" for line in lines))
