"""The verbs that only look: list, show, check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.answer import Result
from handfast.cli.console import BOLD, RED, YELLOW, is_coloured, paint, safe, width_of
from handfast.cli.passwords import open_store

if TYPE_CHECKING:
    from argparse import Namespace

    from handfast.core.entry import Entry
    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.services.checks.findings import Finding


def list_entries(options: Namespace) -> Result:
    if len(options.stores) > 1:
        return _list_several(options)
    path = Path(options.stores[0])
    store = open_store(path, options).store
    if options.json:
        from handfast.cli.encoding import store_json

        return Result(data=store_json(path, store, store.entries))
    return Result(text=_listing_text(path, store))


def _list_several(options: Namespace) -> Result:
    """One store after the other; one that cannot be opened leaves the others their say."""
    from handfast.core.errors import HandfastError

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
                from handfast.cli.encoding import error_json

                told.append({"path": name, **error_json(error)})
            continue
        if options.json:
            from handfast.cli.encoding import store_json

            told.append(store_json(path, store, store.entries))
        else:
            texts.append(_listing_text(path, store))
    code = _tell_troubles(troubles)
    if options.json:
        return Result(data={"stores": told}, code=code)
    return Result(text="\n".join(texts), code=code)


def _listing_text(path: Path, store: Store) -> str:
    from handfast.cli.listing import listing

    return listing(path, store, width=width_of(sys.stdout), coloured=is_coloured(sys.stdout))


def _tell_troubles(troubles: list[HandfastError]) -> int:
    """Say what could not be opened; the first of them decides the exit code."""
    if not troubles:
        return 0
    from handfast.cli.console import write
    from handfast.cli.text import error_text

    write(sys.stderr, "".join(map(error_text, troubles)))
    return troubles[0].code


def show(options: Namespace) -> Result:
    path = Path(options.store)
    store = open_store(path, options).store
    entries = store.entries if options.alias is None else (store.get(options.alias),)
    if options.json:
        from handfast.cli.encoding import store_json

        return Result(data=store_json(path, store, entries, in_full=True))
    coloured = is_coloured(sys.stdout)
    blocks = [_entry_text(entry, with_pem=options.pem, coloured=coloured) for entry in entries]
    return Result(text="\n".join(blocks) or "There are no entries in it.\n")


def _entry_text(entry: Entry, *, with_pem: bool, coloured: bool) -> str:
    from handfast.cli.text import full_certificate_text
    from handfast.services.describe.validity import moment_text

    facts = [entry.kind.replace("-", " ")]
    if entry.kind == "secret-key":
        facts.append(f"{entry.algorithm} {f'{entry.bits} bits' if entry.bits else ''}".strip())
    if entry.is_locked:
        facts.append("not tried" if entry.is_untried else "locked")
    if entry.created is not None:
        facts.append(f"entered {moment_text(entry.created)}")
    text = (
        f"{paint(safe(entry.alias) or '“”', BOLD, coloured=coloured)}: {safe(', '.join(facts))}\n"
    )
    if entry.trouble:
        text += f"  {safe(entry.trouble)}\n"
    for number, certificate in enumerate(entry.chain, 1):
        if len(entry.chain) > 1:
            title = f"Certificate {number} of {len(entry.chain)}"
            text += f"  {paint(title, BOLD, coloured=coloured)}\n"
        text += full_certificate_text(certificate, "  ")
        if with_pem:
            text += certificate.pem()
    return text


def check(options: Namespace) -> Result:
    from handfast.core.errors import HandfastError, InvalidInput
    from handfast.services.checks.store_checks import check_store

    if options.days < 0:
        raise InvalidInput("The number of days cannot be negative.", field="days")
    checked: list[tuple[str, tuple[Finding, ...]]] = []
    troubles: list[HandfastError] = []
    for name in options.stores:
        path = Path(name)
        try:
            store = open_store(path, options).store
        except HandfastError as error:
            # The others are still worth looking at; this one decides the exit code.
            if len(options.stores) == 1:
                raise
            troubles.append(error)
            continue
        checked.append((name, check_store(store, path=path, expiry_days=options.days)))
    found_error = any(each.severity == "error" for _, found in checked for each in found)
    code = _tell_troubles(troubles) or int(found_error)
    if options.json:
        return Result(data=_findings_json(checked, troubles), code=code)
    coloured = is_coloured(sys.stdout)
    blocks = [_findings_text(name, found, coloured=coloured) for name, found in checked]
    return Result(text="\n".join(blocks), code=code)


def _findings_json(
    checked: list[tuple[str, tuple[Finding, ...]]], troubles: list[HandfastError]
) -> dict[str, Any]:
    """The findings of all stores, one store after the other, and how many each has."""
    from handfast.cli.encoding import error_json, finding_json

    return {
        "findings": [finding_json(each) for _, found in checked for each in found],
        "stores": [{"path": name, "findings": len(found)} for name, found in checked],
        **(error_json(troubles[0]) if troubles else {}),
    }


def _findings_text(name: str, found: tuple[Finding, ...], *, coloured: bool) -> str:
    from handfast.services.checks.findings import summary_text

    head = f"{paint(safe(name), BOLD, coloured=coloured)}: {summary_text(found) or 'nothing found'}"
    lines = [head]
    colours = {"error": RED, "warning": YELLOW, "info": ""}
    for each in found:
        word = paint(
            {"info": "note"}.get(each.severity, each.severity),
            colours[each.severity],
            coloured=coloured,
        )
        alias = f"{safe(each.alias)}: " if each.alias else ""
        lines.append(f"  {word}: {alias}{safe(each.message)} [{each.code}]")
        lines += [
            f"    {label} {safe(text)}"
            for label, text in (("why:", each.why), ("remedy:", each.remedy))
            if text
        ]
    return "\n".join(lines) + "\n"
