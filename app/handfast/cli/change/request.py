"""The verb request: a certificate signing request for a key pair."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.extension_options import add_extension_options, plan_of, preset_of, save_preset
from handfast.cli.inputs import files_read
from handfast.cli.options import add_keystore
from handfast.cli.output.messages import notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import STANDARD_OUTPUT, from_option, open_store
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.services.files.new_encoding import SINGLE_ENCODINGS, encoding_for

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLES = """  handfast request client.p12 --alias client --out client.csr
  handfast request server.p12 --alias server --san dns:api.example --purpose server --out -
"""


def add_options(parser: ArgumentParser) -> None:
    from handfast.services.authority.profiles import PURPOSES

    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="A", help=tr("the key pair that signs the request"))
    add(
        "--out", required=True, metavar="FILE", help=tr("the file to create; - for standard output")
    )
    add("--dname", metavar="DN", help=tr("the name to request (default: that of the certificate)"))
    add(
        "--san",
        action="append",
        metavar="NAME",
        help=tr(
            "an alternative name: dns:HOST, ip:ADDR, uri:URI, or email:ADDR; may be repeated "
            "(default: those of the certificate)"
        ),
    )
    add(
        "--purpose",
        type=str.lower,
        choices=PURPOSES,
        help=tr("the side of TLS to request it for (default: as the certificate)"),
    )
    add(
        "--key-usage",
        action="append",
        metavar="USAGE",
        help=tr(
            "a key usage of RFC 5280, such as digitalSignature; may be repeated (default: those "
            "of the certificate)"
        ),
    )
    add_extension_options(parser)
    add(
        "--encoding",
        type=str.lower,
        choices=SINGLE_ENCODINGS,
        help=tr("the encoding (default: what the name of FILE says, else pem, which CAs expect)"),
    )
    add(
        "--challenge-password-file",
        metavar="F",
        help=tr("a file with a challenge password, if the CA asks for one"),
    )
    add("--force", action="store_true", help=tr("replace FILE if it exists; never a keystore"))


def run(options: Namespace) -> Result:
    from handfast.services.exchange.requests import RequestDetails, create_request
    from handfast.services.files.store_files import write_file
    from handfast.services.policy.overwriting import check_output

    to_output = options.out == STANDARD_OUTPUT
    if to_output and options.json:
        raise InvalidInput(
            tr("Standard output can contain either the request or the JSON, not both."),
            remedy=tr("Name a file with --out."),
        )
    plan = plan_of(options, options.purpose)
    if plan is not None and (options.key_usage or (options.extensions and options.purpose)):
        raise InvalidInput(
            tr("--extensions and --ext replace --purpose and --key-usage."),
            remedy=tr("Use either these or those."),
        )
    preset = preset_of(options, plan, options.purpose)
    source, out = Path(options.store), Path(options.out)
    entry = open_store(source, options).store.get(options.alias)
    challenge = (
        from_option(options, "challenge_password_file")
        if options.challenge_password_file is not None
        else None
    )
    request = create_request(
        entry,
        RequestDetails(
            name=options.dname,
            sans=tuple(options.san) if options.san is not None else None,
            purpose=options.purpose,
            key_usage=tuple(options.key_usage) if options.key_usage is not None else None,
            challenge=challenge,
            extensions=plan,
        ),
    )
    encoding = encoding_for(options.out, options.encoding, choices=SINGLE_ENCODINGS, default="pem")
    data = request.encoded(encoding)
    if not to_output:
        check_output(out, replace=options.force, sources=[source], read=files_read(options))
        write_file(out, data, overwrite=options.force, new_mode=0o644)
    notes = save_preset(options, preset)
    if to_output:
        return Result(text=data)
    if options.json:
        return Result(
            data={
                "path": str(out),
                "store": str(source),
                "alias": entry.alias,
                "encoding": encoding,
                "sha256": request.sha256,
                "notes": list(notes),
            }
        )
    return Result(
        text=tr(
            "Created the request of “{alias}” in {out}.",
            alias=safe(entry.alias),
            out=safe(str(out)),
        )
        + "\n"
        + tr("Send it to the CA. Import the reply with: handfast reply STORE FILE")
        + "\n"
        + notes_text(notes)
    )
