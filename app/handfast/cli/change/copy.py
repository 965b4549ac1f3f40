"""The verb copy: entries from one keystore into another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_key_passwords, add_new_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import given, open_store
from handfast.cli.target import existing_target, new_target
from handfast.core.entry import TrustedCertificate
from handfast.core.errors import PasswordNeeded, Refused, WouldLose
from handfast.core.language import tr, tr_count
from handfast.core.store import Format, Integrity, shorten

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.cli.target import Target
    from handfast.core.store import Store
    from handfast.services.exchange.copying import Copied, CopyResult

EXAMPLES = """  handfast copy client.p12 truststore.jks acme --on-collision rename
  handfast copy truststore.p12 all-trust.p12
"""

#: The option for the password of DST.
_OWN = "dest_password_file"


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("source", metavar="SRC", help=tr("the source keystore"))
    add("target", metavar="DST", help=tr("the destination keystore; created if it does not exist"))
    add("aliases", nargs="*", metavar="ALIAS", help=tr("the entries (default: all of SRC)"))
    add(
        "--on-collision",
        choices=("refuse", "rename", "skip", "replace"),
        default="refuse",
        help=tr("what to do if an alias exists in DST (default: refuse, and copy nothing)"),
    )
    add("--password-file", metavar="F", help=tr("a file whose first line is the password of SRC"))
    add(
        "--dest-password-file",
        metavar="F",
        help=tr("a file with the password of DST (default: the password entered for SRC)"),
    )
    add_key_passwords(parser, "--key-password-file", tr("a key in SRC"))
    add_new_keystore(parser)
    add("--allow-loss", action="store_true", help=tr("leave out what the format cannot hold"))


def run(options: Namespace) -> Result:
    from handfast.services.exchange.copying import OnCollision, copy_entries

    source, path = Path(options.source), Path(options.target)
    store = _source(source, options)
    target = (
        existing_target(path, options, _OWN)
        if os.path.lexists(path)
        else new_target(path, options, _OWN)
    )
    result = copy_entries(
        store, target.store, options.aliases, on_collision=OnCollision(options.on_collision)
    )
    if not options.allow_loss:
        _check(result)
    saved, notes = _save(target, result)
    notes = [*result.notes, *notes]
    if options.json:
        return Result(
            warnings=target.warnings,
            data={
                **target.facts(),
                "source": str(source),
                "copied": [
                    {
                        "from": each.source_alias,
                        # As it is stored: JKS has aliases in lower case.
                        "to": saved.get(each.alias).alias,
                        "replaced": each.replaced,
                    }
                    for each in result.copied
                ],
                "skipped": list(result.skipped),
                "entries": [entry_json(saved.get(each.alias)) for each in result.copied],
                "losses": list(result.losses),
                "notes": notes,
            },
        )
    lines = [_copied(each) + "\n" for each in result.copied]
    lines += [
        tr("Skipped “{alias}”: the alias is taken.", alias=safe(alias)) + "\n"
        for alias in result.skipped
    ]
    lines += [tr("Left out: {loss}", loss=safe(loss)) + "\n" for loss in result.losses]
    count = len(result.copied)
    lines.append(
        tr_count(
            "Copied {count} entry from {source} to {path}.",
            "Copied {count} entries from {source} to {path}.",
            count,
            source=safe(str(source)),
            path=safe(str(path)),
        )
        + "\n"
    )
    return Result(warnings=target.warnings, text="".join(lines) + notes_text(notes))


def _source(path: Path, options: Namespace) -> Store:
    """The keystore that is copied from; keys in it are no use without its password."""
    store = open_store(path, options).store
    chosen = [store.get(alias) for alias in options.aliases] or list(store.entries)
    keys = [entry for entry in chosen if not isinstance(entry, TrustedCertificate)]
    nothing_given = given(options) is None and not options.key_password_file
    is_locked_text = store.format is Format.PEM and any(
        entry.is_locked and not entry.trouble for entry in keys
    )
    if (store.integrity is Integrity.UNVERIFIED and keys) or (nothing_given and is_locked_text):
        raise PasswordNeeded(
            tr(
                "“{name}” requires its password, because private keys are copied.",
                name=shorten(path.name),
            ),
            remedy=tr("Use --password-file FILE."),
        )
    return store


def _check(result: CopyResult) -> None:
    """Refuse to leave anything out, and say which options would let it come over."""
    try:
        result.check()
    except WouldLose as error:
        if error.locked and len(error.locked) == len(error.losses):
            error.remedy = (
                tr(
                    "Name the passwords of locked keys with --key-password-file FILE. Without "
                    "them, nothing would be copied."
                )
                if error.leaves_nothing
                else tr(
                    "Name the passwords of locked keys with --key-password-file FILE, or leave "
                    "them out with --allow-loss."
                )
            )
            raise
        error.remedy = (
            tr(
                "Name the passwords of locked keys with --key-password-file FILE, choose a "
                "keystore of another format, or leave out what cannot be copied with --allow-loss."
            )
            if error.locked
            else tr(
                "Choose a keystore of another format, or leave out what cannot be copied with "
                "--allow-loss."
            )
        )
        raise


def _save(target: Target, result: CopyResult) -> tuple[Store, list[str]]:
    """The keystore as it was saved; the file is left alone where nothing came over."""
    if result.copied:
        saved, notes = target.save(result.store)
        return saved.store, notes
    if target.stamp is None:
        raise Refused(
            tr("There is nothing to copy, so no keystore was created."),
            remedy=tr("List the source to see its entries."),
        )
    return target.store, []


def _copied(each: Copied) -> str:
    source, alias = safe(each.source_alias), safe(each.alias)
    if each.alias == each.source_alias and not each.replaced:
        return tr("Copied “{source}”.", source=source)
    if each.alias == each.source_alias:
        return tr("Copied “{source}”, which replaced the earlier entry.", source=source)
    if each.replaced:
        return tr(
            "Copied “{source}” as “{alias}”, which replaced the earlier entry.",
            source=source,
            alias=alias,
        )
    return tr("Copied “{source}” as “{alias}”.", source=source, alias=alias)
