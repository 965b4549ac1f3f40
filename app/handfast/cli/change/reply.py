"""The verb reply: a CA's certificates, put onto the key pair that they answer for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.inputs import name_of_input, read_input
from handfast.cli.options import add_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import certificate_text, naming, notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import open_to_change
from handfast.cli.target import Target
from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.services.exchange.replies import Reply

EXAMPLES = """  handfast reply client.p12 client.p7b
  handfast reply server.p12 server.crt intermediate.crt root.crt --alias server
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add(
        "files",
        nargs="*",
        metavar="FILE",
        help=tr(
            "the reply: certificates in any encoding and order, or a zip of them; - for standard "
            "input (default: a trusted certificate in the keystore that a CA issued for one of "
            "its key pairs)"
        ),
    )
    add("--alias", metavar="A", help=tr("the key pair (default: the one that the reply matches)"))
    add(
        "--from",
        dest="pool",
        action="append",
        default=[],
        metavar="FILE",
        help=tr("certificates or a keystore with issuers that the reply lacks; may be repeated"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.exchange.replies import find_reply, put_reply, replies_beside

    notes: list[str] = []
    certificates = _read(options.files, notes, options)
    pool = _read(options.pool, [], options)
    path = Path(options.store)
    opened = open_to_change(path, options)
    target = Target(path=path, store=opened.store, stamp=opened.stamp)
    if not options.files:
        certificates = list(replies_beside(opened.store))
    reply = find_reply(certificates, opened.store, alias=options.alias, pool=pool)
    saved, saying = target.save(put_reply(opened.store, reply))
    notes += [*reply_notes(reply), *saying]
    entry = saved.store.get(reply.pair.alias)
    if options.json:
        root = reply.root
        return Result(
            data={
                "path": str(path),
                "format": saved.store.format.value,
                "entry": entry_json(entry),
                "root_sha256": root.sha256 if root is not None else None,
                "missing_issuer": reply.missing_issuer or None,
                "notes": notes,
            }
        )
    return Result(text=reply_text(reply, entry, path, notes))


def reply_text(reply: Reply, entry: Entry, path: Path, notes: Sequence[str]) -> str:
    """What was put on a pair, for people."""
    return (
        tr_count(
            "Imported the reply onto “{alias}” in {path}: a chain of {count} certificate.",
            "Imported the reply onto “{alias}” in {path}: a chain of {count} certificates.",
            len(reply.chain),
            alias=safe(entry.alias),
            path=safe(str(path)),
        )
        + "\n"
        + certificate_text(entry.chain[0])
        + _root_text(reply)
        + notes_text(notes)
    )


def _read(names: list[str], notes: list[str], options: Namespace) -> list[Certificate]:
    from handfast.formats.base import DEFAULT_LIMITS
    from handfast.services.exchange.certificate_sources import read_source

    found: list[Certificate] = []
    for name in names:
        with naming(name_of_input(name)):
            data = read_input(name, options, max_bytes=DEFAULT_LIMITS.size)
            file = read_source(data, name=name_of_input(name))
            if file.error is not None:
                raise file.error
        found += file.certificates
        notes += file.remarks
    return found


def reply_notes(reply: Reply) -> list[str]:
    """What is missing in a reply, what completed it, and what was left out."""
    notes = []
    if reply.missing_issuer:
        notes.append(
            tr(
                "The chain lacks its root: no certificate of the issuer {issuer} was found. Use "
                "--from to name a file that contains it.",
                issuer=shorten(reply.missing_issuer, 120),
            )
        )
    if reply.added:
        names = ", ".join(shorten(each.common_name or each.subject) for each in reply.added)
        notes.append(
            tr("The chain was completed from the keystore or --from: {names}.", names=names)
        )
    notes += [
        tr(
            "{name} is not part of the chain and was not imported.",
            name=shorten(each.common_name or each.subject),
        )
        for each in reply.strangers
    ]
    return notes


def _count(certificates: int) -> str:
    return "a chain of 1 certificate" if certificates == 1 else f"a chain of {certificates}"


def _root_text(reply: Reply) -> str:
    root = reply.root
    if root is None:
        return ""
    return (
        "  "
        + tr("root: {name}", name=safe(root.common_name or root.subject))
        + f"\n    SHA-256 {group_fingerprint(root.sha256)}\n"
    )
