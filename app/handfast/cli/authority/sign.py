"""The verb sign: a certificate for a request, issued by a CA of a keystore."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.extension_options import add_extension_options, plan_of, preset_of, save_preset
from handfast.cli.inputs import files_read, name_of_input, read_input
from handfast.cli.options import add_keystore, add_validity_days
from handfast.cli.output.json_documents import certificate_json
from handfast.cli.output.messages import certificate_text, naming, notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import STANDARD_INPUT, open_store
from handfast.core.language import tr
from handfast.services.files.new_encoding import CERTIFICATE_ENCODINGS
from handfast.services.policy.certificate_warnings import is_for_servers
from handfast.services.policy.new_pairs import DEFAULT_DAYS
from handfast.services.policy.validity_days import warning_about_days, warning_about_issuer_end

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.services.authority.signing import SignedRequest

EXAMPLES = """  handfast sign ca.p12 --alias ca --request client.csr --out client.pem
  handfast sign ca.p12 --alias ca --request sub.csr --out sub.p7b --encoding pkcs7 \\
      --purpose ca --chain
"""


def add_options(parser: ArgumentParser) -> None:
    from handfast.services.authority.profiles import ALL_PURPOSES

    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="CA", help=tr("the key pair of the CA"))
    add("--request", required=True, metavar="FILE", help=tr("the request, PKCS#10 in PEM or DER"))
    add("--out", required=True, metavar="FILE", help=tr("the certificate file to create"))
    add_validity_days(parser, DEFAULT_DAYS)
    add(
        "--purpose",
        type=str.lower,
        choices=ALL_PURPOSES,
        help=tr("what the certificate is for (default: what the request asks for)"),
    )
    add(
        "--path-length",
        type=int,
        metavar="N",
        help=tr("how many CAs may be below it, with --purpose ca (default: any number)"),
    )
    add_extension_options(parser)
    add(
        "--without",
        action="append",
        default=[],
        type=str.lower,
        choices=("san", "key-usage", "extended-key-usage"),
        help=tr("an extension of the request to leave out; may be repeated"),
    )
    add(
        "--encoding",
        type=str.lower,
        choices=CERTIFICATE_ENCODINGS,
        help=tr("the encoding (default: what the name of FILE says, else pem)"),
    )
    add("--chain", action="store_true", help=tr("write the whole chain, in PEM or PKCS#7"))
    add("--force", action="store_true", help=tr("replace FILE if it exists; never a keystore"))


def run(options: Namespace) -> Result:
    from handfast.services.authority.issuer import issuer_of
    from handfast.services.authority.issuing import sign_to_file
    from handfast.services.authority.journal import journal_path
    from handfast.services.authority.profiles import Profile, check_path_length
    from handfast.services.authority.signing import (
        EXTENSION_NAMES,
        SigningPlan,
        read_request,
    )

    extensions = plan_of(options, options.purpose)
    is_ca = options.purpose == "ca" or (extensions is not None and bool(extensions.is_ca))
    if extensions is not None and options.path_length is not None:
        extensions = dataclasses.replace(extensions, path_length=options.path_length)
    check_path_length(options.path_length, is_ca=is_ca)
    preset = preset_of(options, extensions, options.purpose)
    source, out = Path(options.store), Path(options.out)
    with naming(name_of_input(options.request)):
        request = read_request(read_input(options.request, options))
    issuer = issuer_of(open_store(source, options).store.get(options.alias))
    signed = sign_to_file(
        source,
        issuer,
        request,
        SigningPlan(
            days=options.days,
            profile=Profile(options.purpose) if options.purpose is not None else None,
            path_length=options.path_length,
            extensions=extensions,
            refused=frozenset(EXTENSION_NAMES[each] for each in options.without),
        ),
        out=out,
        encoding=options.encoding,
        has_chain=options.chain,
        replace=options.force,
        read=files_read(options, *([] if options.request == STANDARD_INPUT else [options.request])),
    )
    chosen = signed.chain if options.chain else signed.chain[:1]
    notes = [
        tr("The request’s {extension} was left out.", extension=each) for each in signed.refused
    ]
    notes += save_preset(options, preset)
    warnings = _warnings(options.days, signed)
    if options.json:
        return Result(
            warnings=warnings,
            data={
                "path": str(out),
                "store": str(source),
                "alias": options.alias,
                "journal": str(journal_path(source)),
                "certificates": [certificate_json(each) for each in chosen],
                "taken": list(signed.taken),
                "refused": list(signed.refused),
                "notes": [*notes, *filter(None, warnings)],
            },
        )
    taken = ", ".join(signed.taken) or "nothing"
    return Result(
        warnings=warnings,
        text=tr("Issued a certificate in {out}.", out=safe(str(out)))
        + "\n"
        + certificate_text(signed.certificate)
        + "  "
        + tr("copied from the request: {extensions}", extensions=safe(taken))
        + "\n"
        + notes_text(notes),
    )


def _warnings(days: int, signed: SignedRequest) -> tuple[str, ...]:
    """What the wizard says beside its fields."""
    leaf, issuer = signed.chain[0], signed.chain[1]
    start = leaf.not_before
    shortened = (
        warning_about_issuer_end(issuer, start + dt.timedelta(days=days))
        if start is not None
        else ""
    )
    return (
        (shortened,)
        if shortened
        else (warning_about_days(days, is_for_servers=is_for_servers(leaf)),)
    )
