"""The verb export-key: a key pair, a private key, or a secret key, as a program wants it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from handfast.cli.inputs import files_read
from handfast.cli.options import add_keystore
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import STANDARD_OUTPUT, new_password, open_store
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.store import Strength, shorten
from handfast.services.files.new_encoding import KEY_ENCODINGS, encoding_for

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from handfast.core.entry import Entry
    from handfast.core.password import Password
    from handfast.services.exchange.key_export import ExportedFile
    from handfast.services.files.new_encoding import KeyEncoding, SecretEncoding

    AnyEncoding: TypeAlias = KeyEncoding | SecretEncoding

EXAMPLES = """  handfast export-key server.p12 --alias server --out server.pem --encoding pem
  handfast export-key server.p12 --alias server --out nginx --encoding pem-files --unencrypted
  handfast export-key keys.p12 --alias session --out session.key --encoding secret-base64 \\
      --unencrypted
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add(
        "--alias",
        required=True,
        action="append",
        metavar="A",
        help=tr("the key pair or secret key; may be repeated for PKCS#12 and PEM"),
    )
    add(
        "--out",
        required=True,
        metavar="FILE",
        help=tr(
            "the file to create, which only its owner may read; for pem-files, the beginning of "
            "the names"
        ),
    )
    add(
        "--encoding",
        type=str.lower,
        choices=KEY_ENCODINGS,
        help=tr("the format to write (default: what the name of FILE says, else pkcs12)"),
    )
    add(
        "--out-password-file",
        metavar="F",
        help=tr("a file with the password that encrypts the key (default: the common one)"),
    )
    add("--unencrypted", action="store_true", help=tr("write the private key unencrypted"))
    add(
        "--compatible",
        action="store_true",
        help=tr("protect a PKCS#12 file so that Java 8 and other old programs can read it"),
    )
    add(
        "--force",
        action="store_true",
        help=tr("replace FILE if it exists; one with a private key only if that is the same key"),
    )


def run(options: Namespace) -> Result:
    from handfast.services.exchange.key_export import check_export_password
    from handfast.services.exchange.key_files import write_key_files
    from handfast.services.files.new_encoding import KeyEncoding, SecretEncoding

    chosen = encoding_for(options.out, options.encoding, choices=KEY_ENCODINGS, default="pkcs12")
    is_secret_key = chosen in {each.value for each in SecretEncoding}
    encoding: AnyEncoding = (SecretEncoding if is_secret_key else KeyEncoding)(chosen)
    _check(encoding, options)
    source, out = Path(options.store), Path(options.out)
    store = open_store(source, options).store
    entries = [store.get(alias) for alias in dict.fromkeys(options.alias)]
    password = _password(encoding, options)
    files = _exported(entries, encoding, password, options)
    warnings = (
        check_export_password(password, encoding) if isinstance(encoding, KeyEncoding) else ()
    )
    written = write_key_files(
        [(out, files)],
        sources=[source],
        read=files_read(options),
        replace=options.force,
        entries=entries,
        password=password,
    )
    if options.json:
        return Result(
            warnings=warnings,
            data={
                "path": str(out),
                "store": str(source),
                "aliases": [entry.alias for entry in entries],
                "encoding": encoding.value,
                "encrypted": encoding.can_be_encrypted and not options.unencrypted,
                "files": [str(path) for path in written],
            },
        )
    names = ", ".join(f"“{safe(shorten(entry.alias))}”" for entry in entries)
    text = (
        tr("Exported {aliases}.", aliases=names)
        + "\n"
        + "".join(f"  {safe(str(path))}\n" for path in written)
    )
    if options.unencrypted and not encoding.is_public:
        text += (
            tr("Note: the private key is not encrypted; anyone who reads the file can use it.")
            + "\n"
        )
    return Result(warnings=warnings, text=text)


def _check(encoding: AnyEncoding, options: Namespace) -> None:
    if options.out == STANDARD_OUTPUT:
        raise InvalidInput(
            tr("A private key is written to a file, not to standard output."),
            field="out",
            remedy=tr("Name a file with --out."),
        )
    if encoding.is_public:
        return
    if options.unencrypted and options.out_password_file is not None:
        raise InvalidInput(
            tr("--unencrypted and --out-password-file contradict each other."), field="unencrypted"
        )
    if options.unencrypted and not encoding.can_be_clear:
        raise InvalidInput(
            tr("A PKCS#12 file is always encrypted."),
            field="unencrypted",
            causes=(tr("Java ignores a key in it that is not encrypted."),),
            remedy=tr("To write an unencrypted key, choose pem, pem-files, or pkcs8."),
        )
    if not options.unencrypted and not encoding.can_be_encrypted:
        raise InvalidInput(
            tr("{encoding} cannot be encrypted with a password.", encoding=encoding.value),
            field="encoding",
            remedy=tr("Confirm with --unencrypted that the key may be written unencrypted."),
        )


def _password(encoding: AnyEncoding, options: Namespace) -> Password | None:
    if encoding.is_public or options.unencrypted:
        return None
    return new_password(
        options,
        "out_password_file",
        what=tr("The exported key"),
        remedy=tr("Use --out-password-file FILE, or write it unencrypted with --unencrypted."),
        prompt=tr("Password for the exported key:") + " ",
    )


def _exported(
    entries: Sequence[Entry],
    encoding: AnyEncoding,
    password: Password | None,
    options: Namespace,
) -> tuple[ExportedFile, ...]:
    from handfast.services.exchange.key_export import ExportedFile, export_pairs
    from handfast.services.exchange.secret_keys import encode_secret
    from handfast.services.files.new_encoding import KeyEncoding

    if isinstance(encoding, KeyEncoding):
        return export_pairs(
            entries,
            encoding,
            password=password,
            strength=Strength.COMPATIBLE if options.compatible else Strength.MODERN,
        )
    if len(entries) != 1:
        raise InvalidInput(
            tr("A file holds one secret key."),
            field="alias",
            remedy=tr("Export one secret key at a time."),
        )
    return (ExportedFile("", encode_secret(entries[0], encoding), is_secret=True),)
