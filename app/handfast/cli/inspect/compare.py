"""The verb compare: how two certificates, or two keystores, differ."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from handfast.cli.options import add_key_passwords, split_alias
from handfast.cli.output.messages import naming
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import BOLD, is_coloured, paint, safe
from handfast.cli.passwords import open_store
from handfast.core.errors import InvalidInput, NotAKeystore
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.services.exchange.comparing import Comparable, Comparison

EXAMPLES = """  handfast compare partner.cer truststore.p12#trusted
  handfast compare truststore.jks truststore.p12 --json
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    for name in ("a", "b"):
        add(
            name,
            metavar=name.upper(),
            help=tr("a certificate, a keystore, or an entry of a keystore: STORE#ALIAS"),
        )
    add("--password-file", metavar="F", help=tr("a file whose first line is the password of both"))
    add("--a-password-file", metavar="F", help=tr("the same, for A only"))
    add("--b-password-file", metavar="F", help=tr("the same, for B only"))
    add_key_passwords(parser, "--key-password-file", tr("a key"))


def run(options: Namespace) -> Result:
    from handfast.services.exchange.comparing import compare

    comparison = compare(_read(options, "a"), _read(options, "b"))
    code = 0 if comparison.is_same else 1
    if options.json:
        differences = [
            {"where": each.where, "a": each.a, "b": each.b} for each in comparison.differences
        ]
        return Result(data={"same": comparison.is_same, "differences": differences}, code=code)
    return Result(text=_text(comparison, options), code=code)


def _read(options: Namespace, side: str) -> Comparable:
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.exchange.comparing import comparable_of
    from handfast.services.files.store_files import read_named_file

    path, alias = split_alias(getattr(options, side))
    try:
        store = open_store(path, options, f"{side}_password_file").store
    except NotAKeystore:
        with naming(str(path)):
            certificates = read_certificates(read_named_file(path)[0]).certificates
        if not certificates or alias is not None:
            raise
        if len(certificates) > 1:
            raise InvalidInput(
                tr_count(
                    "“{name}” contains {count} certificate.",
                    "“{name}” contains {count} certificates.",
                    len(certificates),
                    name=shorten(path.name),
                ),
                remedy=tr("Name a file with one certificate, or import them into a keystore."),
            ) from None
        return certificates[0]
    if alias is not None:
        certificate = store.get(alias).certificate
        if certificate is None:
            raise InvalidInput(
                tr("“{alias}” has no certificate.", alias=shorten(alias)), field=side
            )
        return certificate
    return comparable_of(store)


def _text(comparison: Comparison, options: Namespace) -> str:
    if comparison.is_same:
        return tr("They are the same.") + "\n"
    coloured = is_coloured(sys.stdout)
    lines = []
    for each in comparison.differences:
        lines.append(paint(safe(each.where), BOLD, coloured=coloured))
        for name, text in ((options.a, each.a), (options.b, each.b)):
            lines.append(
                f"  {safe(name)}: {'(absent)' if text is None else safe(text) or '(none)'}"
            )
    count = len(comparison.differences)
    lines.append(tr_count("{count} difference.", "{count} differences.", count))
    return "\n".join(lines) + "\n"
