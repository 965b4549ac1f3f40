"""The options that several verbs have in common."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.errors import NotAKeystore
from handfast.core.language import tr
from handfast.services.describe.validity import EXPIRY_DAYS
from handfast.services.policy.formats import WRITABLE_FORMATS

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence


#: What ``--format`` takes.
FORMAT_CHOICES = tuple(each.value.lower() for each in WRITABLE_FORMATS)


def add_keystore(parser: ArgumentParser) -> None:
    """The keystore, and the passwords for it and for keys in it."""
    parser.add_argument("store", metavar="STORE", help=tr("the keystore file"))
    _add_passwords(parser)


def add_keystores(parser: ArgumentParser) -> None:
    """One or more keystores, and the passwords for them and for keys in them."""
    parser.add_argument("stores", nargs="+", metavar="STORE", help=tr("a keystore file"))
    _add_passwords(parser)


def _add_passwords(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--password-file", metavar="F", help=tr("a file whose first line is the password")
    )
    add_key_passwords(parser, "--key-password-file", tr("a key"))


def add_key_passwords(parser: ArgumentParser, option: str, whose: str) -> None:
    """The password of a single key, where it differs from that of its keystore."""
    parser.add_argument(
        option,
        action="append",
        metavar="F",
        help=tr(
            "a file with the password of {whose}, if it has its own; may be repeated", whose=whose
        ),
    )


def add_new_keystore(parser: ArgumentParser) -> None:
    """How a keystore is created that does not exist yet."""
    parser.add_argument(
        "--format",
        type=str.lower,
        choices=FORMAT_CHOICES,
        help=tr(
            "format of a new keystore (default: chosen by the extension of its name, else pkcs12)"
        ),
    )
    parser.add_argument(
        "--compatible",
        action="store_true",
        help=tr("protect a new PKCS#12 keystore so that Java 8 and other old programs can read it"),
    )


def add_own_keystores(parser: ArgumentParser, *, required: bool) -> None:
    """The two keystores of one side of a handshake."""
    add = parser.add_argument
    add(
        "--identity", required=required, metavar="STORE[#ALIAS]", help=tr("the key pair to present")
    )
    add("--trust", required=required, metavar="STORE", help=tr("the trust store"))
    add("--password-file", metavar="F", help=tr("a file whose first line is the password of both"))
    add("--identity-password-file", metavar="F", help=tr("the same, for --identity only"))
    add("--trust-password-file", metavar="F", help=tr("the same, for --trust only"))
    add_key_passwords(parser, "--identity-key-password-file", tr("the key pair"))
    add_key_passwords(parser, "--key-password-file", tr("the key pair"))


def add_passwords_of_sides(parser: ArgumentParser, roles: Sequence[str]) -> None:
    """The password of each keystore by its role, and of each key pair that has its own."""
    add = parser.add_argument
    add(
        "--password-file",
        metavar="F",
        help=tr("a file whose first line is the password of all keystores"),
    )
    for role in roles:
        add(
            f"--{role}-password-file",
            metavar="F",
            help=tr("the same, for the --{role} keystore only", role=role),
        )
    for side in ("client", "server"):
        add_key_passwords(
            parser, f"--{side}-key-password-file", tr("the key pair of the {side}", side=side)
        )
    add_key_passwords(parser, "--key-password-file", tr("the key pair of either side"))


def add_validity_days(parser: ArgumentParser, default: int) -> None:
    """For how long what is created is valid."""
    parser.add_argument(
        "--days",
        type=int,
        default=default,
        metavar="N",
        help=tr("valid for N days (default: {days})", days=default),
    )


def add_expiry_days(parser: ArgumentParser) -> None:
    """From how many days before its end a certificate is called expiring."""
    parser.add_argument(
        "--days",
        type=int,
        default=EXPIRY_DAYS,
        metavar="N",
        help=tr(
            "report a certificate as expiring N days before it expires (default: {days})",
            days=EXPIRY_DAYS,
        ),
    )


def revocation_lists(names: Sequence[str]) -> tuple[bytes, ...]:
    """The revocation lists in files, each in DER.

    :raises NotAKeystore: there is none in one of them
    """
    from handfast.services.files.store_files import read_named_file
    from handfast.services.paths.revocation import read_revocation_lists

    found: list[bytes] = []
    for name in names:
        lists = read_revocation_lists(read_named_file(Path(name))[0])
        if not lists:
            raise NotAKeystore(
                tr("“{name}” contains no revocation list that can be read.", name=name),
                remedy=tr("Name a CRL in PEM or DER."),
            )
        found += lists
    return tuple(found)


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
