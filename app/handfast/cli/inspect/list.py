"""The verb list: the entries of one or more keystores."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.options import add_keystores
from handfast.cli.output.json_documents import error_json, store_json
from handfast.cli.output.messages import write_errors
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import is_coloured, width_of
from handfast.cli.passwords import open_store
from handfast.core.errors import HandfastError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.store import Store

EXAMPLES = """  handfast list truststore.jks
  handfast list *.jks *.p12
  handfast list client.p12 --password-file secret.txt
  handfast list client.p12 --json | jq -r '.entries[].alias'
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystores(parser)


def run(options: Namespace) -> Result:
    if len(options.stores) > 1:
        return _list_several(options)
    path = Path(options.stores[0])
    store = open_store(path, options).store
    if options.json:
        return Result(data=store_json(path, store, store.entries))
    return Result(text=_listing_text(path, store))


def _list_several(options: Namespace) -> Result:
    """One store after the other; one that cannot be opened leaves the others their say."""
    told: list[dict[str, Any]] = []
    texts: list[str] = []
    troubles: list[HandfastError] = []
    for name in options.stores:
        path = Path(name)
        try:
            store = open_store(path, options).store
        except HandfastError as error:
            troubles.append(error)
            if options.json:
                told.append({"path": name, **error_json(error)})
            continue
        if options.json:
            told.append(store_json(path, store, store.entries))
        else:
            texts.append(_listing_text(path, store))
    code = write_errors(troubles)
    if options.json:
        first_error = error_json(troubles[0]) if troubles else {}
        return Result(data={"stores": told, **first_error}, code=code)
    return Result(text="\n".join(texts), code=code)


def _listing_text(path: Path, store: Store) -> str:
    from handfast.cli.output.entry_table import listing

    return listing(path, store, width=width_of(sys.stdout), coloured=is_coloured(sys.stdout))
