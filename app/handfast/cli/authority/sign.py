"""The verb sign: a certificate for a request, issued by a CA of a keystore."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.json_documents import certificate_json
from handfast.cli.output.messages import certificate_text, naming
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import open_store
from handfast.core.errors import InvalidInput

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast sign ca.p12 --alias ca --request client.csr --out client.pem
  handfast sign ca.p12 --alias ca --request sub.csr --out sub.p7b --encoding pkcs7 \\
      --purpose ca --chain
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="CA", help="the CA’s key pair")
    add("--request", required=True, metavar="FILE", help="the request, PKCS#10 in PEM or DER")
    add("--out", required=True, metavar="FILE", help="the certificate file to create")
    add("--days", type=int, default=365, metavar="N", help="valid for N days (default: 365)")
    add(
        "--purpose",
        type=str.lower,
        choices=("client", "server", "both", "ca", "code-signing"),
        help="what the certificate is for (default: what the request asks for)",
    )
    add(
        "--path-length",
        type=int,
        metavar="N",
        help="how many CAs may stand below, with --purpose ca (default: any number)",
    )
    add(
        "--without",
        action="append",
        default=[],
        type=str.lower,
        choices=("san", "key-usage", "extended-key-usage"),
        help="an extension of the request that is not taken over; may be repeated",
    )
    add(
        "--encoding",
        type=str.lower,
        choices=("der", "pem", "pkcs7"),
        default="pem",
        help="how it is written (default: pem)",
    )
    add("--chain", action="store_true", help="the whole chain, in PEM or PKCS#7")
    add("--force", action="store_true", help="replace FILE if it exists; never a keystore")


def run(options: Namespace) -> Result:
    from handfast.services.authority.issuer import issuer_of
    from handfast.services.authority.journal import journal_path, read_journal, record_issued
    from handfast.services.authority.profiles import Profile
    from handfast.services.authority.signing import (
        EXTENSION_NAMES,
        SigningPlan,
        read_request,
        sign_request,
    )
    from handfast.services.exchange.exporting import encode_certificates
    from handfast.services.files.store_files import read_named_file
    from handfast.services.policy.overwriting import check_output

    if options.path_length is not None and options.purpose != "ca":
        raise InvalidInput("--path-length goes with --purpose ca.", field="path_length")
    source, out = Path(options.store), Path(options.out)
    with naming(options.request):
        request = read_request(read_named_file(Path(options.request))[0])
    issuer = issuer_of(open_store(source, options).store.get(options.alias))
    check_output(out, replace=options.force, sources=(source,))
    journal = read_journal(journal_path(source))
    now = dt.datetime.now(dt.UTC)
    signed = sign_request(
        request,
        issuer,
        SigningPlan(
            days=options.days,
            profile=Profile(options.purpose) if options.purpose is not None else None,
            path_length=options.path_length,
            refused=frozenset(EXTENSION_NAMES[each] for each in options.without),
        ),
        used_serials=journal.serials(),
        now=now,
    )
    chosen = signed.chain if options.chain else signed.chain[:1]
    data = encode_certificates(chosen, options.encoding)
    # The journal first: should the file then not be written, a number is used for nothing, which
    # harms nobody; the other way round it could be used twice.
    record_issued(source, issuer.certificate, signed.certificate, now)
    _write(out, data, replace=options.force)
    notes = [f"The request’s {each} was not taken over." for each in signed.refused]
    if signed.is_shortened:
        notes.append("The certificate ends with that of the CA, which expires earlier.")
    if options.json:
        return Result(
            data={
                "path": str(out),
                "store": str(source),
                "alias": options.alias,
                "journal": str(journal_path(source)),
                "certificates": [certificate_json(each) for each in chosen],
                "taken": list(signed.taken),
                "refused": list(signed.refused),
                "notes": notes,
            }
        )
    taken = ", ".join(signed.taken) or "nothing"
    return Result(
        text=f"Issued a certificate in {safe(str(out))}.\n"
        + certificate_text(signed.certificate)
        + f"  taken over from the request: {safe(taken)}\n"
        + "".join(f"Note: {safe(note)}\n" for note in notes)
    )


def _write(out: Path, data: bytes, *, replace: bool) -> None:
    from handfast.services.files.store_files import write_file

    write_file(out, data, overwrite=replace, new_mode=0o644)
