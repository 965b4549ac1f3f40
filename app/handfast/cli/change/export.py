"""The verb export: the public certificate of an entry as a file, for a partner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.inputs import files_read
from handfast.cli.options import add_keystore
from handfast.cli.output.json_documents import certificate_json
from handfast.cli.output.messages import certificate_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import STANDARD_OUTPUT, open_store
from handfast.core.errors import InvalidInput
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.services.files.new_encoding import CERTIFICATE_ENCODINGS, encoding_for
from handfast.services.policy.certificate_warnings import warning_about_expired

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast export client.p12 --alias client --out client.cer
  handfast export server.p12 --alias server --out server.pem --encoding pem --chain
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add(
        "--alias",
        required=True,
        metavar="A",
        help=tr("the entry whose certificate to export; never its private key"),
    )
    add(
        "--out", required=True, metavar="FILE", help=tr("the file to create; - for standard output")
    )
    add(
        "--encoding",
        type=str.lower,
        choices=CERTIFICATE_ENCODINGS,
        help=tr("the encoding (default: what the name of FILE says, else der, as keytool does)"),
    )
    add("--chain", action="store_true", help=tr("write the whole chain, in PEM or PKCS#7"))
    add(
        "--force",
        action="store_true",
        help=tr("replace FILE if it exists; never a keystore or a key"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.exchange.exporting import encode_certificates
    from handfast.services.files.store_files import write_file
    from handfast.services.policy.overwriting import check_output

    to_output = options.out == STANDARD_OUTPUT
    if to_output and options.json:
        raise InvalidInput(
            tr("Standard output can contain either the certificate or the JSON, not both."),
            remedy=tr("Name a file with --out."),
        )
    source, out = Path(options.store), Path(options.out)
    entry = open_store(source, options).store.get(options.alias)
    if not entry.chain:
        raise InvalidInput(
            tr("“{alias}” has no certificate.", alias=shorten(entry.alias)),
            field="alias",
            causes=(tr("It is a secret key, which has no public part."),)
            if entry.kind == "secret-key"
            else (tr("It is a private key without a certificate."),),
            remedy=tr("List the keystore to see which entries have one."),
        )
    chosen = entry.chain if options.chain else entry.chain[:1]
    encoding = encoding_for(
        options.out,
        options.encoding,
        choices=CERTIFICATE_ENCODINGS,
        default="der",
        holds_several=len(chosen) > 1,
    )
    data = encode_certificates(chosen, encoding)
    warnings = [warning_about_expired([(entry.alias, chosen[0])])]
    if to_output:
        return Result(text=data, warnings=warnings)
    check_output(out, replace=options.force, sources=[source], read=files_read(options))
    write_file(out, data, overwrite=options.force, new_mode=0o644)
    certificates = [certificate_json(certificate) for certificate in chosen]
    if options.json:
        return Result(
            warnings=warnings,
            data={
                "path": str(out),
                "store": str(source),
                "alias": entry.alias,
                "encoding": encoding,
                "certificates": certificates,
            },
        )
    return Result(
        warnings=warnings,
        text=tr_count(
            "Wrote {count} certificate of “{alias}” to {out}.",
            "Wrote {count} certificates of “{alias}” to {out}.",
            len(chosen),
            alias=safe(entry.alias),
            out=safe(str(out)),
        )
        + "\n"
        + certificate_text(chosen[0]),
    )
