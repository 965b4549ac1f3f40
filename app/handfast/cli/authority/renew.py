"""The verb renew: a new certificate for a pair, with its names and purposes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.inputs import files_read
from handfast.cli.options import add_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import certificate_text, notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import open_to_change
from handfast.cli.target import Target
from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.services.policy.certificate_warnings import is_for_servers, warning_about_renewal
from handfast.services.policy.validity_days import (
    warning_about_days,
    warning_about_earlier_end,
    warning_about_issuer_end,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.store import Store
    from handfast.services.authority.renewing import Renewal

EXAMPLES = """  handfast renew client.p12 --alias client --keep-old
  handfast renew server.p12 --alias server --days 730 --new-key
  handfast renew client.p12 --alias client --request renewal.csr
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="A", help=tr("the pair to renew"))
    add(
        "--days",
        type=int,
        metavar="N",
        help=tr("valid for N days (default: as long as the current certificate)"),
    )
    add("--new-key", action="store_true", help=tr("create a new key of the same kind"))
    add("--keep-old", action="store_true", help=tr("keep the old entry under a dated alias"))
    add(
        "--request",
        metavar="FILE",
        help=tr(
            "create a request for renewal instead, for another CA; with --new-key, the new pair "
            "waits for the reply under a dated alias"
        ),
    )
    add("--force", action="store_true", help=tr("replace FILE if it exists; never a keystore"))


def run(options: Namespace) -> Result:
    from handfast.services.authority.journal import journal_path, read_journal, record_issued
    from handfast.services.authority.renewing import RenewalPlan, renew

    path = Path(options.store)
    opened = open_to_change(path, options)
    target = Target(path=path, store=opened.store, stamp=opened.stamp)
    if options.request is not None:
        return _request(target, journal_path(path), options)
    journal = read_journal(journal_path(path))
    now = dt.datetime.now(dt.UTC)
    renewal = renew(
        opened.store,
        opened.store.get(options.alias),
        RenewalPlan(days=options.days, new_key=options.new_key, keep_old=options.keep_old),
        used_serials=journal.serials(),
        now=now,
    )
    if renewal.issuer is not None:
        record_issued(path, renewal.issuer.chain[0], renewal.pair.chain[0], now)
    saved, notes = target.save(renewal.store)
    entry = saved.store.get(options.alias)
    if renewal.issuer is None:
        notes.append(
            tr("Partners that trust the old certificate must trust the new one before you use it.")
        )
    warnings = _warnings(opened.store, renewal, options)
    if options.json:
        return Result(
            warnings=warnings,
            data={
                **target.facts(),
                "entry": entry_json(entry),
                "old_alias": renewal.old_alias or None,
                "notes": notes,
            },
        )
    kept = (
        tr("The old entry stays as “{alias}”.", alias=safe(renewal.old_alias)) + "\n"
        if renewal.old_alias
        else ""
    )
    return Result(
        warnings=warnings,
        text=tr("Renewed “{alias}” in {path}.", alias=safe(entry.alias), path=safe(str(path)))
        + "\n"
        + certificate_text(entry.chain[0])
        + kept
        + notes_text(notes),
    )


def _warnings(store: Store, renewal: Renewal, options: Namespace) -> tuple[str, ...]:
    """What the wizard says beside its fields."""
    leaf = renewal.pair.chain[0]
    found = []
    old = store.get(options.alias)
    if isinstance(old, KeyPair):
        found.append(warning_about_renewal(old, new_key=options.new_key))
    earlier = ""
    if isinstance(old, KeyPair) and old.certificate is not None and leaf.not_after is not None:
        earlier = warning_about_earlier_end(old.certificate, leaf.not_after)
    if leaf.not_before is not None and options.days is not None:
        end = leaf.not_before + dt.timedelta(days=options.days)
        shortened = warning_about_issuer_end(renewal.issuer.chain[0], end) if renewal.issuer else ""
        found.append(
            shortened
            or earlier
            or warning_about_days(options.days, is_for_servers=is_for_servers(leaf))
        )
    else:
        found.append(earlier)
    return tuple(found)


def _request(target: Target, journal: Path, options: Namespace) -> Result:
    """Write a request; the keystore is saved where a new key waits in it for the reply."""
    from handfast.services.authority.renewing import request_renewal
    from handfast.services.files.store_files import write_file
    from handfast.services.policy.overwriting import check_output

    if options.days is not None or options.keep_old:
        raise InvalidInput(
            tr(
                "The CA decides how long the new certificate is valid, and the old entry "
                "stays in any case."
            ),
            field="request",
            remedy=tr("Omit --days and --keep-old."),
        )
    out = Path(options.request)
    check_output(
        out,
        replace=options.force,
        sources=[target.path],
        read=[journal, *files_read(options)],
    )
    asked = request_renewal(target.store, target.store.get(options.alias), new_key=options.new_key)
    notes: list[str] = []
    if options.new_key:
        # First the key, without which a reply would be of no use.
        _, notes = target.save(asked.store)
    write_file(out, asked.request.encoded("pem"), overwrite=options.force, new_mode=0o644)
    if options.json:
        return Result(
            data={
                **target.facts(),
                "alias": asked.pair.alias,
                "request": str(out),
                "sha256": asked.request.sha256,
                "notes": notes,
            }
        )
    return Result(
        text=tr(
            "Created the request of “{alias}” in {out}.",
            alias=safe(asked.pair.alias),
            out=safe(str(out)),
        )
        + "\n"
        + tr("Send it to the CA. Import the reply with: handfast reply STORE FILE")
        + "\n"
        + notes_text(notes)
    )
