"""The parties of a handshake, from the keystores that the command line names."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import split_alias
from handfast.cli.passwords import KEYS, key_passwords, open_store
from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput, PasswordNeeded
from handfast.core.language import tr
from handfast.handshake.report.party import Party, PartyStore

if TYPE_CHECKING:
    from argparse import Namespace

    from handfast.core.entry import Entry
    from handfast.core.store import Store
    from handfast.handshake.report.party import Side
    from handfast.handshake.report.report import Report


class Shared:
    """Opens a store in its role, with the password of that role or else the common one."""

    def __init__(self, options: Namespace) -> None:
        self._options = options

    def open(self, path: Path, role: str) -> Store:
        own = f"{role}_password_file"
        return open_store(path, self._options, own, with_keys=False).store

    def keys(self, path: Path, role: str, alias: str | None) -> Store:
        """The same, with the keys opened that may be presented.

        One that opens with a password of its own, where that is given, is as good as any: the
        program that is rehearsed is told both.
        """
        from handfast.formats.registry import pair_again
        from handfast.services.files.unlocking import with_all_tried, with_passwords

        store = self.open(path, role)

        def wanted(entry: Entry) -> bool:
            return is_candidate(entry, alias)

        passwords = [
            *key_passwords(self._options, f"{role}_key_password_file"),
            *key_passwords(self._options, KEYS),
        ]
        opened = with_passwords(with_all_tried(store, wanted=wanted), passwords, wanted=wanted)
        entries = [
            dataclasses.replace(new, password=None)
            if old.is_locked and isinstance(new, KeyPair)
            else new
            for old, new in zip(store.entries, opened.entries, strict=True)
        ]
        return pair_again(dataclasses.replace(opened, entries=tuple(entries)))


def is_candidate(entry: Entry, alias: str | None) -> bool:
    """Whether an entry may be what is presented."""
    named = alias is None or entry.alias.casefold() == alias.casefold()
    return named and entry.kind == "key-pair"


def party_of(side: Side, options: Namespace) -> Party:
    """Our side, from ``--identity`` and ``--trust``."""
    shared = Shared(options)
    keys = trust = alias = None
    if options.identity is not None:
        path, alias = split_alias(options.identity)
        store = shared.keys(path, "identity", alias)
        if alias is not None:
            store.get(alias)
        pairs = [each for each in store.key_pairs if is_candidate(each, alias)]
        if not pairs:
            raise InvalidInput(
                tr("“{name}” has no key pair to present.", name=path.name),
                field="identity",
                remedy=tr(
                    "Use a keystore with a private key, and add the alias of the pair after a #."
                ),
            )
        if all(each.is_locked for each in pairs):
            raise PasswordNeeded(
                tr(
                    "“{name}” requires its password, because its private key is used.",
                    name=path.name,
                ),
                remedy=tr("Use --identity-password-file FILE or --password-file FILE."),
            )
        keys = PartyStore(store=store, path=path)
    if options.trust is not None:
        path = Path(options.trust)
        trust = PartyStore(store=shared.open(path, "trust"), path=path)
    return Party(side=side, keys=keys, alias=alias, trust=trust)


def name_options(report: Report, **roles: str) -> Report:
    """The report, its remedies saying how a key’s own password is given here."""
    causes = [
        dataclasses.replace(
            each,
            remedy=tr(
                "{remedy} Here, use --{role}-key-password-file FILE.",
                remedy=each.remedy,
                role=roles[each.side],
            ),
        )
        if each.code == "key-password" and each.side in roles
        else each
        for each in report.causes
    ]
    return dataclasses.replace(report, causes=tuple(causes))
