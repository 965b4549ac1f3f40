"""The verb rehearse: four keystores in, the steps of a handshake and its causes of failure out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.mutual_tls.parties import Shared, name_options
from handfast.cli.options import add_passwords_of_sides, split_alias
from handfast.cli.output.handshake_text import WIDEST, story_text
from handfast.cli.output.messages import naming
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import is_coloured, width_of
from handfast.core.errors import InvalidInput, NotAKeystore, PasswordNeeded
from handfast.core.language import tr
from handfast.core.store import Format, shorten
from handfast.handshake.report.party import TLS_VERSIONS, Party, PartyStore, certificates_alone
from handfast.services.policy.moments import parse_moment

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.party import Side, Tls

EXAMPLES = """  handfast rehearse --client client.p12 --client-trust client-trust.p12 \\
      --server server.jks#api --server-trust server-trust.jks --hostname api.example
  handfast rehearse --client client.p12 --client-trust client-trust.p12 \\
      --server partner.cer --at 2027-06-01 --json
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    for side in ("client", "server"):
        add(
            f"--{side}",
            required=True,
            metavar="STORE[#ALIAS]",
            help=tr(
                "the keystore of the {side}, and which of its pairs to present; for a partner, a "
                "certificate is enough",
                side=side,
            ),
        )
        add(f"--{side}-trust", metavar="STORE", help=tr("the trust store of the {side}", side=side))
    add(
        "--hostname",
        metavar="H",
        help=tr("the host name that the client connects to (default: not checked)"),
    )
    add("--tls", choices=("1.2", "1.3"), help=tr("only this version (default: the best in common)"))
    add(
        "--at",
        metavar="TIME",
        help=tr("rehearse at this time: 2027-01-31T12:00:00Z (default: now)"),
    )
    add(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        help=tr("a revocation list to use; may be repeated"),
    )
    add_passwords_of_sides(parser, ("client", "client-trust", "server", "server-trust"))


def run(options: Namespace) -> Result:
    from handfast.handshake.engine.endpoint import host_of
    from handfast.handshake.rehearsal import rehearse
    from handfast.handshake.report.report import report_json

    host = host_of(options.hostname or "")
    at = parse_moment(options.at) if options.at is not None else None
    shared = Shared(options)
    client = _party("client", options, shared)
    server = _party("server", options, shared)
    report = name_options(
        rehearse(client, server, host=host, at=at), client="client", server="server"
    )
    code = 0 if report.ok else 1
    if options.json:
        return Result(data=report_json(report), code=code)
    coloured = is_coloured(sys.stdout)
    width = min(width_of(sys.stdout) or WIDEST, WIDEST)
    return Result(text=story_text(report, width=width, coloured=coloured), code=code)


def _party(side: Side, options: Namespace, shared: Shared) -> Party:
    from handfast.services.files.store_files import read_named_file
    from handfast.services.paths.revocation import read_revocation_lists

    path, alias = split_alias(getattr(options, side))
    keys, known = keys_of(path, alias, side, shared)
    trust_name: str | None = getattr(options, f"{side}_trust")
    trust: PartyStore | None = None
    if trust_name is not None:
        trust_path = Path(trust_name)
        trust = PartyStore(store=shared.open(trust_path, f"{side}_trust"), path=trust_path)
    elif keys is not None:
        raise InvalidInput(
            tr("--{side}-trust is required.", side=side),
            field=f"{side}_trust",
            remedy=tr("You can omit it only for a partner if you have only their certificate."),
        )
    files = [Path(name) for name in options.crl]
    if trust is not None and trust.store.format is Format.PEM and trust.path is not None:
        files.append(trust.path)
    lists: list[bytes] = []
    for each in files:
        with naming(str(each)):
            found = read_revocation_lists(read_named_file(each)[0])
        if not found and each != (trust.path if trust else None):
            raise InvalidInput(
                tr("“{name}” is not a revocation list.", name=each.name), field="crl"
            )
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


def keys_of(
    path: Path, alias: str | None, role: str, shared: Shared
) -> tuple[PartyStore | None, tuple[Certificate, ...]]:
    """The keystore of a party; or, of a partner, the certificates alone."""
    from handfast.formats.base import DEFAULT_LIMITS
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.files.store_files import read_named_file

    try:
        store = shared.keys(path, role, alias)
    except NotAKeystore:
        with naming(str(path)):
            certificates = read_certificates(
                read_named_file(path, max_bytes=DEFAULT_LIMITS.size)[0]
            ).certificates
        if not certificates:
            raise
        return None, certificates
    if alias is not None:
        entry = store.get(alias)
        if entry.kind == "secret-key":
            raise InvalidInput(
                tr("“{alias}” is a secret key, not a key pair.", alias=shorten(alias)),
                field="alias",
            )
        if entry.kind == "trusted-certificate":
            return None, entry.chain
    elif partner := certificates_alone(store):
        return None, partner
    pairs = store.key_pairs
    if store.password is None and any(each.is_locked and not each.trouble for each in pairs):
        raise PasswordNeeded(
            tr("“{name}” requires its password, because its private key is used.", name=path.name),
            remedy=tr(
                "Use --{role}-password-file FILE or --password-file FILE.",
                role=role.replace("_", "-"),
            ),
        )
    return PartyStore(store=store, path=path), ()
