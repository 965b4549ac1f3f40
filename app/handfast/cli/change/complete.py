"""The verb complete: the issuers that the chain of a key pair lacks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import naming, notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import open_store, open_to_change
from handfast.cli.target import Target
from handfast.core.errors import NotAKeystore
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.policy.chosen_entry import only_pair

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.store import Store

EXAMPLES = """  handfast complete server.p12 --alias server --from ca-bundle.pem
  handfast complete server.p12 --from jdk
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("--alias", metavar="A", help=tr("the key pair (default: the only one)"))
    add(
        "--from",
        dest="sources",
        action="append",
        default=[],
        metavar="FILE",
        help=tr(
            "certificates or a keystore with issuers; jdk for the trust store of the JDK, system "
            "for that of the system; may be repeated"
        ),
    )
    add(
        "--online",
        action="store_true",
        help=tr("fetch issuers from the addresses that the certificates name"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.exchange.completing import complete_chain, put_completed

    if options.online:
        from handfast.core.network import ALLOWED

        ALLOWED.check("fetch issuers")
    path = Path(options.store)
    opened = open_to_change(path, options)
    target = Target(path=path, store=opened.store, stamp=opened.stamp)
    pool = [each for name in options.sources for each in _certificates(name, options)]
    completed = complete_chain(
        opened.store,
        _entry(opened.store, options.alias, path),
        pool,
        _fetch if options.online else None,
    )
    notes: list[str] = []
    entry: Entry = completed.pair
    if completed.added:
        saved, notes = target.save(put_completed(opened.store, completed))
        entry = saved.store.get(completed.pair.alias)
    if completed.missing_issuer:
        notes.append(
            tr(
                "The issuer {issuer} was not found. Use --from to name a file that contains it.",
                issuer=shorten(completed.missing_issuer, 120),
            )
        )
    code = 0 if completed.is_complete else 1
    if options.json:
        return Result(
            data={
                "path": str(path),
                "entry": entry_json(entry),
                "added": [each.sha256 for each in completed.added],
                "complete": completed.is_complete,
                "missing_issuer": completed.missing_issuer or None,
                "notes": notes,
            },
            code=code,
        )
    added = "".join(
        "  " + tr("added {name}", name=safe(shorten(each.common_name or each.subject))) + "\n"
        for each in completed.added
    )
    return Result(
        text=(
            tr("The chain of “{alias}” is complete.", alias=safe(entry.alias))
            if completed.is_complete
            else tr("The chain of “{alias}” is not complete.", alias=safe(entry.alias))
        )
        + f"\n{added}"
        + notes_text(notes),
        code=code,
    )


def _entry(store: Store, alias: str | None, path: Path) -> Entry:
    if alias is not None:
        return store.get(alias)
    return only_pair(store, name=path.name, field="alias", remedy=tr("Name it with --alias."))


def _certificates(name: str, options: Namespace) -> list[Certificate]:
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.files.store_files import read_named_file
    from handfast.services.files.trust_sources import jdk_trust_store, system_trust_store

    path = {"jdk": jdk_trust_store, "system": system_trust_store}.get(name, lambda: Path(name))()
    with naming(str(path)):
        try:
            store = open_store(path, options).store
        except NotAKeystore:
            return list(read_certificates(read_named_file(path)[0]).certificates)
    return [each for entry in store.entries for each in entry.chain]


def _fetch(certificate: Certificate) -> Iterable[Certificate]:
    from handfast.core.network import ALLOWED
    from handfast.handshake.live.revocation_answers import fetch_issuers

    return fetch_issuers(certificate, permission=ALLOWED)
