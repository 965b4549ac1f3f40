"""The verb import-key: a heap of files becomes the key pairs that are in it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.cli.inputs import name_of_input, read_input
from handfast.cli.options import add_keystore, add_new_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import certificate_text, notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import KEYS, given, key_passwords
from handfast.cli.target import protection_of_new_key, target_of
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.store import check_alias
from handfast.services.policy.aliases import check_free

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

EXAMPLES = """  handfast import-key server.p12 privkey.pem fullchain.pem --alias server
  handfast import-key server.p12 from-the-ca.zip server.key
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add(
        "files",
        nargs="+",
        metavar="FILE",
        help=tr(
            "keys, certificates, keystores, archives, and Kubernetes Secrets, in any order; - for "
            "standard input"
        ),
    )
    add(
        "--alias",
        metavar="A",
        help=tr("the alias of the pair, numbered from the second on (default: its name)"),
    )
    add(
        "--secret",
        metavar="ALGORITHM",
        help=tr(
            "FILE is one secret key for this algorithm, such as AES or HmacSHA256: as bytes, "
            "hexadecimal digits, or Base64"
        ),
    )
    add_new_keystore(parser)


def run(options: Namespace) -> Result:
    from handfast.cli.passwords import limits
    from handfast.services.heap.collecting import collect
    from handfast.services.heap.pairing import assemble

    if options.secret is not None:
        return _import_secret(options)
    if options.alias is not None:
        check_alias(options.alias)
    passwords = [*key_passwords(options, KEYS)]
    common = given(options)
    if common is not None:
        passwords.append(common)
    heap = collect(_read(options), passwords=passwords, limits=limits(may_cost=options.allow_cost))
    target = target_of(options)
    if options.alias is not None:
        check_free(target.store, options.alias)
    assembled = assemble(heap, target.store, alias=options.alias)
    password, target = protection_of_new_key(target, options)
    pairs = [dataclasses.replace(each, password=password) for each in assembled.pairs]
    saved, saying = target.save(target.store.with_entries(pairs))
    notes = [*assembled.notes, *saying]
    entries = [saved.store.get(each.alias) for each in assembled.pairs]
    if options.json:
        return Result(
            warnings=target.warnings,
            data={
                **target.facts(),
                "entries": [entry_json(entry) for entry in entries],
                "notes": notes,
            },
        )
    return Result(
        warnings=target.warnings,
        text="".join(
            tr(
                "Imported the key pair “{alias}” into {path}.",
                alias=safe(entry.alias),
                path=safe(str(target.path)),
            )
            + "\n"
            + certificate_text(entry.chain[0])
            for entry in entries
        )
        + notes_text(notes),
    )


def _read(options: Namespace) -> Iterator[tuple[str, bytes]]:
    for name in options.files:
        yield name_of_input(name), read_input(name, options)


def _import_secret(options: Namespace) -> Result:
    from handfast.services.exchange.secret_keys import put_secret, read_secret

    if len(options.files) != 1 or options.alias is None:
        raise InvalidInput(
            tr("A secret key is imported from one file, under an alias."),
            field="files",
            remedy=tr("Name one FILE, and the alias with --alias."),
        )
    data = read_input(options.files[0], options)
    key = read_secret(data, alias=options.alias, algorithm=options.secret)
    target = target_of(options)
    check_free(target.store, options.alias)
    password, target = protection_of_new_key(target, options)
    key = dataclasses.replace(key, password=password)
    saved, notes = target.save(put_secret(target.store, key))
    entry = saved.store.get(options.alias)
    if options.json:
        return Result(
            warnings=target.warnings,
            data={**target.facts(), "entries": [entry_json(entry)], "notes": notes},
        )
    text = tr(
        "Imported the secret key “{alias}” into {path}.",
        alias=safe(entry.alias),
        path=safe(str(target.path)),
    )
    return Result(warnings=target.warnings, text=f"{text}\n" + notes_text(notes))
