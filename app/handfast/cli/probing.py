"""The verb probe: what a live endpoint makes of us, and we of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from handfast.cli.answer import Answer
from handfast.cli.console import is_coloured, width_of
from handfast.cli.rehearsing import Shared, host_of, split_alias, story_text
from handfast.core.errors import InvalidInput, PasswordNeeded
from handfast.core.store import shorten
from handfast.handshake.party import Party, PartyStore

if TYPE_CHECKING:
    from argparse import Namespace

    from handfast.handshake.party import Side

_WIDEST = 100


def probe(options: Namespace) -> Answer:
    from handfast.handshake.live.probing import Target
    from handfast.handshake.live.probing import probe as run
    from handfast.handshake.report import report_json

    host, port = endpoint(options.endpoint, "HOST:PORT")
    if not 0 < options.timeout <= 600:
        raise InvalidInput("The timeout is from above 0 to 600 seconds.", field="timeout")
    target = Target(
        host=host,
        port=port,
        hostname=host_of(options.hostname),
        seconds=options.timeout,
        proxy=endpoint(options.proxy, "--proxy") if options.proxy is not None else None,
        starttls=options.starttls,
    )
    report = run(target, party_of("client", options))
    code = 0 if report.ok else 1
    if options.json:
        data = report_json(report)
        data["asked_for"] = None if report.asked_for is None else list(report.asked_for)
        return Answer(data=data, code=code)
    width = min(width_of(sys.stdout) or _WIDEST, _WIDEST)
    return Answer(text=story_text(report, width=width, coloured=is_coloured(sys.stdout)), code=code)


def endpoint(text: str, what: str) -> tuple[str, int]:
    """Host and port; an address of IPv6 in brackets."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdecimal() or not 0 < int(port[:6]) < 65_536 or not host:
        raise InvalidInput(
            f"“{shorten(text)}” is no {what}.", remedy="Write it like api.example:443."
        )
    return host_of(host.removeprefix("[").removesuffix("]")), int(port)


def party_of(side: Side, options: Namespace) -> Party:
    """Our side, from ``--identity`` and ``--trust``."""
    from pathlib import Path

    shared = Shared(options)
    keys = trust = alias = None
    if options.identity is not None:
        path, alias = split_alias(options.identity)
        store = shared.open(path, "identity")
        if alias is not None:
            store.get(alias)
        pairs = [each for each in store.key_pairs if alias is None or each.alias == alias]
        if not pairs:
            raise InvalidInput(
                f"“{path.name}” has no key pair to present.",
                field="identity",
                remedy="Name a store with a private key, and the alias of the pair after a #.",
            )
        if all(each.is_locked for each in pairs):
            raise PasswordNeeded(
                f"“{path.name}” needs its password: its private key is to be used.",
                remedy="Give it with --identity-password-file FILE or --password-file FILE.",
            )
        keys = PartyStore(store=store, path=path)
    if options.trust is not None:
        path = Path(options.trust)
        trust = PartyStore(store=shared.open(path, "trust"), path=path)
    return Party(side=side, keys=keys, alias=alias, trust=trust)
