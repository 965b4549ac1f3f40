"""The verb rehearse: four stores in, a story and its causes out."""

from __future__ import annotations

import dataclasses
import os
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.answer import Result
from handfast.cli.console import BOLD, FAINT, RED, is_coloured, paint, safe, width_of
from handfast.cli.passwords import key_passwords, open_store
from handfast.cli.text import naming
from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput, NotAKeystore, PasswordNeeded
from handfast.core.store import Format, shorten
from handfast.handshake.report.party import TLS_VERSIONS, Party, PartyStore

if TYPE_CHECKING:
    from argparse import Namespace

    from handfast.core.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.store import Store
    from handfast.handshake.report.party import Side, Tls
    from handfast.handshake.report.report import Report, Step

_WIDEST = 100


def rehearse(options: Namespace) -> Result:
    from handfast.handshake.engine.endpoint import host_of
    from handfast.handshake.rehearsal import rehearse as run
    from handfast.handshake.report.report import report_json

    host, at = host_of(options.hostname or ""), _moment(options.at)
    shared = Shared(options)
    client = _party("client", options, shared)
    server = _party("server", options, shared)
    report = name_options(run(client, server, host=host, at=at), client="client", server="server")
    code = 0 if report.ok else 1
    if options.json:
        return Result(data=report_json(report), code=code)
    coloured = is_coloured(sys.stdout)
    width = min(width_of(sys.stdout) or _WIDEST, _WIDEST)
    return Result(text=story_text(report, width=width, coloured=coloured), code=code)


# --- what was asked for ------------------------------------------------------------------------


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"“{shorten(text)}” is not a time.",
            field="at",
            remedy="Write it like 2027-01-31 or 2027-01-31T12:00:00Z.",
        ) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


class Shared:
    """Opens a store in its role, with the password of that role or else the common one."""

    def __init__(self, options: Namespace) -> None:
        self._options = options

    def open(self, path: Path, role: str) -> Store:
        return open_store(path, self._options, f"{role}_password_file").store

    def keys(self, path: Path, role: str, alias: str | None) -> Store:
        """The same, with the keys opened that may be presented.

        One that opens with a password of its own, where that is given, is as good as any: the
        program that is rehearsed is told both.
        """
        from handfast.services.files.unlocking import with_all_tried, with_passwords

        store = self.open(path, role)

        def wanted(entry: Entry) -> bool:
            return is_candidate(entry, alias)

        passwords = key_passwords(self._options, f"{role}_key_password_file")
        opened = with_passwords(with_all_tried(store, wanted=wanted), passwords, wanted=wanted)
        entries = [
            dataclasses.replace(new, password=None)
            if old.is_locked and isinstance(new, KeyPair)
            else new
            for old, new in zip(store.entries, opened.entries, strict=True)
        ]
        return dataclasses.replace(opened, entries=tuple(entries))


def name_options(report: Report, **roles: str) -> Report:
    """The report, its remedies saying how a key’s own password is given here."""
    causes = [
        dataclasses.replace(
            each,
            remedy=f"{each.remedy} Here its own is given with "
            f"--{roles[each.side]}-key-password-file FILE.",
        )
        if each.code == "key-password" and each.side in roles
        else each
        for each in report.causes
    ]
    return dataclasses.replace(report, causes=tuple(causes))


def split_alias(text: str) -> tuple[Path, str | None]:
    """``STORE#ALIAS``; a file whose very name has that character is found all the same."""
    if os.path.lexists(text) or "#" not in text:
        return Path(text), None
    at = len(text)
    while (at := text.rfind("#", 0, at)) > 0:
        if os.path.lexists(text[:at]):
            return Path(text[:at]), text[at + 1 :] or None
    name, _, alias = text.partition("#")
    return Path(name), alias or None


def is_candidate(entry: Entry, alias: str | None) -> bool:
    """Whether an entry may be what is presented."""
    named = alias is None or entry.alias.casefold() == alias.casefold()
    return named and entry.kind == "key-pair"


def _party(side: Side, options: Namespace, shared: Shared) -> Party:
    from handfast.handshake.trust.revocation import read_revocation_lists
    from handfast.services.files.store_files import read_file

    path, alias = split_alias(getattr(options, side))
    keys, known = _keys(path, alias, side, shared)
    trust_name: str | None = getattr(options, f"{side}_trust")
    trust: PartyStore | None = None
    if trust_name is not None:
        trust_path = Path(trust_name)
        trust = PartyStore(store=shared.open(trust_path, f"{side}_trust"), path=trust_path)
    elif keys is not None:
        raise InvalidInput(
            f"--{side}-trust is needed.",
            field=f"{side}_trust",
            remedy="It may be left out only for a partner of whom there is nothing but a "
            "certificate.",
        )
    files = [Path(name) for name in options.crl]
    if trust is not None and trust.store.format is Format.PEM and trust.path is not None:
        files.append(trust.path)
    lists: list[bytes] = []
    for each in files:
        with naming(str(each)):
            found = read_revocation_lists(read_file(each)[0])
        if not found and each != (trust.path if trust else None):
            raise InvalidInput(f"“{each.name}” is no list of revoked certificates.", field="crl")
        lists += found
    versions: tuple[Tls, ...] = TLS_VERSIONS if options.tls is None else (options.tls,)
    return Party(
        side=side,
        keys=keys,
        alias=alias if keys is not None else None,
        known_chain=known,
        trust=trust,
        tls=versions,
        revocation_lists=tuple(lists),
    )


def _keys(
    path: Path, alias: str | None, side: Side, shared: Shared
) -> tuple[PartyStore | None, tuple[Certificate, ...]]:
    """The keystore of a party; or, of a partner, the certificates alone."""
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.files.store_files import read_file

    try:
        store = shared.keys(path, side, alias)
    except NotAKeystore:
        with naming(str(path)):
            certificates = read_certificates(read_file(path)[0]).certificates
        if not certificates:
            raise
        return None, certificates
    if alias is not None:
        entry = store.get(alias)
        if entry.kind == "secret-key":
            raise InvalidInput(f"“{shorten(alias)}” is a secret key, not a pair.", field="alias")
        if entry.kind == "trusted-certificate":
            return None, entry.chain
    elif not store.key_pairs and store.trusted and store.format in {Format.PEM, Format.PKCS7}:
        # A plain file of certificates, as a partner sends it.
        return None, tuple(each.certificate for each in store.trusted)
    pairs = store.key_pairs
    if store.password is None and any(each.is_locked and not each.trouble for each in pairs):
        raise PasswordNeeded(
            f"“{path.name}” needs its password: its private key is to be used.",
            remedy=f"Give it with --{side}-password-file FILE or --password-file FILE.",
        )
    return PartyStore(store=store, path=path), ()


# --- for a person ------------------------------------------------------------------------------


def story_text(report: Report, *, width: int, coloured: bool) -> str:
    """The steps in order, the first failure standing out, then the causes with their remedies."""
    verdict = "It works" if report.ok else "It fails"
    if report.ok and report.unknown:
        verdict = "Nothing that can be checked from here speaks against it"
    how = f" with TLS {report.tls}" if report.tls and report.ok else ""
    cipher = f", {report.cipher}" if report.cipher and report.ok else ""
    lines = [paint(f"{verdict}{how}{cipher}.", BOLD, coloured=coloured), ""]
    for step in report.steps:
        lines += _step_lines(step, width, coloured=coloured)
    for view, side in ((report.client, "client"), (report.server, "server")):
        lines += [f"  alert: the {side} {safe(alert.text)}" for alert in view.alerts]
    if report.causes:
        lines += ["", paint("Causes, the likeliest first", BOLD, coloured=coloured)]
    for number, cause in enumerate(report.causes, 1):
        lines += _wrapped(f"{number:>3}. ", f"{safe(cause.message)} [{cause.code}]", width)
        lines += _wrapped("     remedy: ", safe(cause.remedy), width)
        lines.append(f"     whose files: the {cause.side}’s")
    if report.unknown:
        lines += ["", paint("Not known from here", BOLD, coloured=coloured)]
        for each in report.unknown:
            lines += _wrapped("   - ", safe(each), width)
    lines += ["", paint(f"As {report.opinion} sees it.", FAINT, coloured=coloured)]
    return "\n".join(lines) + "\n"


def _step_lines(step: Step, width: int, *, coloured: bool) -> list[str]:
    word = {"ok": "ok", "failed": "FAILED", "not-reached": "-"}[step.status]
    title = f"{step.number:>3}. {word:<6}  {safe(step.title)}"
    if step.status == "failed":
        title = paint(title, RED, coloured=coloured)
    return [title, *(_wrapped(" " * 13, safe(step.detail), width) if step.detail else [])]


def _wrapped(head: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width=max(width, len(head) + 20),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )
