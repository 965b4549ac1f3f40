"""The verb revoke: take a certificate back that a CA of a keystore issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore
from handfast.cli.output.messages import naming
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import open_store
from handfast.core.errors import InvalidInput, Refused
from handfast.core.language import tr
from handfast.core.store import shorten

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.certificates.certificate import Certificate

EXAMPLES = """  handfast revoke ca.p12 --alias ca client.pem --reason keyCompromise
  handfast revoke ca.p12 --alias ca --serial 3f0a99
"""

_REASONS = (
    "unspecified", "keyCompromise", "CACompromise", "affiliationChanged", "superseded",
    "cessationOfOperation",
)  # fmt: skip


#: RFC 5280, 4.1.2.2 allows 20 bytes; some CAs use more.
_MAX_SERIAL_DIGITS = 128


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="CA", help=tr("the key pair of the CA"))
    add("file", nargs="?", metavar="FILE", help=tr("the certificate to revoke"))
    add("--serial", metavar="HEX", help=tr("its serial number, if you have no file"))
    add(
        "--reason",
        choices=_REASONS,
        default="unspecified",
        help=tr("why (default: unspecified)"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.authority.issuer import authority_of
    from handfast.services.authority.journal import (
        Journal,
        RevocationReason,
        journal_path,
        key_id,
        revoke,
        update_journal,
    )

    if (options.file is None) == (options.serial is None):
        raise InvalidInput(
            tr("Name either a certificate file or a serial number."),
            field="serial",
            remedy=tr("Use FILE, or --serial HEX."),
        )
    source = Path(options.store)
    entry = open_store(source, options).store.get(options.alias)
    issuer = authority_of(entry)
    serial = _serial(options, issuer)
    reason = RevocationReason(options.reason)

    def take_back(journal: Journal) -> Journal:
        if options.file is None and journal.find(key_id(issuer), serial) is None:
            raise Refused(
                tr(
                    "The journal has no certificate with the serial number {serial}.",
                    serial=f"{serial:x}",
                ),
                causes=(tr("It was issued elsewhere, or the number is mistyped."),),
                remedy=tr("Name the certificate file instead; its signature shows who issued it."),
            )
        return revoke(journal, issuer, serial, reason=reason)

    known = update_journal(source, take_back).find(key_id(issuer), serial)
    note = tr(
        "Create a new revocation list with crl, and send it to everyone who verifies certificates."
    )
    subject = known.subject if known is not None else ""
    if options.json:
        return Result(
            data={
                "store": str(source),
                "alias": entry.alias,
                "journal": str(journal_path(source)),
                "serial": f"{serial:x}",
                "subject": subject or None,
                "reason": reason.value,
                "notes": [note],
            }
        )
    return Result(text=_told(serial, subject, note))


def _told(serial: int, subject: str, note: str) -> str:
    number = f"{serial:x}"
    if subject:
        told = tr(
            "Revoked the certificate {serial} ({subject}).", serial=number, subject=safe(subject)
        )
    else:
        told = tr("Revoked the certificate {serial}.", serial=number)
    return f"{told}\n{note}\n"


def _serial(options: Namespace, issuer: Certificate) -> int:
    if options.file is None:
        digits = options.serial.replace(":", "").replace(" ", "").lower().removeprefix("0x")
        if not 0 < len(digits) <= _MAX_SERIAL_DIGITS or not set(digits) <= set("0123456789abcdef"):
            raise InvalidInput(
                tr(
                    "“{serial}” is not a serial number in hexadecimal.",
                    serial=shorten(options.serial),
                ),
                field="serial",
                remedy=tr("Enter it as show prints it, with or without colons."),
            )
        return int(digits, 16)
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.files.store_files import read_named_file

    with naming(options.file):
        found = read_certificates(read_named_file(Path(options.file))[0]).certificates
    for certificate in found:
        if certificate != issuer and certificate.is_issued_by(issuer):
            return int(certificate.serial, 16)
    raise Refused(
        tr(
            "“{alias}” did not issue the certificate in “{file}”.",
            alias=options.alias,
            file=options.file,
        ),
        causes=(tr("Its issuer or its signature belongs to another CA."),),
        remedy=tr("Name the CA that issued it."),
    )
