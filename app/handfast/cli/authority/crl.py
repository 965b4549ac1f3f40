"""The verb crl: the list of what a CA of a keystore revoked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.inputs import files_read
from handfast.cli.options import add_keystore, add_validity_days
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import open_store
from handfast.core.language import tr, tr_count
from handfast.services.files.new_encoding import SINGLE_ENCODINGS
from handfast.services.policy.validity_days import DEFAULT_LIST_DAYS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast crl ca.p12 --alias ca --out new.crl
  handfast crl ca.p12 --alias ca --out ca.crl --days 7 --force
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="CA", help=tr("the key pair of the CA"))
    add("--out", required=True, metavar="FILE", help=tr("the list to create"))
    add_validity_days(parser, DEFAULT_LIST_DAYS)
    add(
        "--encoding",
        type=str.lower,
        choices=SINGLE_ENCODINGS,
        help=tr(
            "the encoding (default: what the name of FILE says, else pem, which nginx and openssl "
            "read)"
        ),
    )
    add("--force", action="store_true", help=tr("replace FILE if it exists; never a keystore"))


def run(options: Namespace) -> Result:
    from handfast.services.authority.issuer import issuer_of
    from handfast.services.authority.issuing import write_revocation_list
    from handfast.services.authority.journal import key_id

    source, out = Path(options.store), Path(options.out)
    issuer = issuer_of(open_store(source, options).store.get(options.alias))
    numbered = write_revocation_list(
        source,
        issuer,
        out=out,
        days=options.days,
        encoding=options.encoding,
        replace=options.force,
        read=files_read(options),
    )
    key = key_id(issuer.certificate)
    count = sum(each.issuer_key == key for each in numbered.revoked)
    if options.json:
        return Result(
            data={
                "path": str(out),
                "store": str(source),
                "alias": options.alias,
                "number": numbered.crl_number(key),
                "revoked": count,
                "days": options.days,
            }
        )
    return Result(
        text=tr_count(
            "Created list number {number} in {out}, with {count} revoked certificate, valid "
            "for {days} days.",
            "Created list number {number} in {out}, with {count} revoked certificates, valid "
            "for {days} days.",
            count,
            number=numbered.crl_number(key),
            out=safe(str(out)),
            days=options.days,
        )
        + "\n"
    )
