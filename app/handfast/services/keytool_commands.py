"""The same as a ``keytool`` line, for those who compare it with their own instructions.

Passwords are placeholders. Quoted for the shell of the system that this runs on.
"""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

PLACEHOLDER = "<password>"
_CURVES = {"P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1"}
#: keytool divides names at commas, and takes no underscores or letters beyond ASCII in a host.
_PLAIN_NAME = re.compile(
    r"dns:(\*\.)?[A-Za-z0-9.-]+|ip:[0-9A-Fa-f.:]+|uri:[!-+\--~]+|email:[!-+\--~]+"
)


def quote(text: str, *, windows: bool | None = None) -> str:
    """One argument as the shell takes it."""
    if sys.platform == "win32" if windows is None else windows:
        # In cmd.exe an empty or blank-holding argument is quoted; angle brackets redirect.
        quoted = subprocess.list2cmdline([text])
        needs = any(character in text for character in "<>|&^%") and not quoted.startswith('"')
        return f'"{quoted}"' if needs else quoted
    return shlex.quote(text)


def _line(program: str, options: Sequence[tuple[str, ...]]) -> str:
    """A command over several lines, an option on each."""
    join = " ^\n    " if sys.platform == "win32" else " \\\n    "
    parts = [" ".join((option[0], *(quote(value) for value in option[1:]))) for option in options]
    return join.join([f"{program} {parts[0]}", *parts[1:]])


def _note(text: str) -> str:
    return f"{'rem' if sys.platform == 'win32' else '#'} {text}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandStore:
    """The store that a command works on."""

    path: str
    #: As ``-storetype`` has it.
    format: str
    #: Whether it is a new one that Java 8 shall read.
    compatible: bool = False

    def options(self) -> list[tuple[str, ...]]:
        options: list[tuple[str, ...]] = [
            ("-keystore", self.path),
            ("-storetype", self.format),
            ("-storepass", PLACEHOLDER),
        ]
        if self.compatible and self.format == "PKCS12":
            options.append(("-J-Dkeystore.pkcs12.legacy",))
        return options


def _without_pem(store: CommandStore) -> tuple[str, CommandStore, str]:
    """A note, a store that keytool can write, and the command that makes PEM of it.

    Both texts are empty where the store is not PEM.
    """
    if store.format != "PEM":
        return "", store, ""
    stem, _, ending = store.path.rpartition(".")
    kept = dataclasses.replace(
        store, path=f"{stem if ending.lower() == 'pem' else store.path}.p12", format="PKCS12"
    )
    made = _line("openssl", [("pkcs12",), ("-in", kept.path), ("-out", store.path)])
    return _note("keytool does not write PEM: openssl makes it from a PKCS#12."), kept, f"\n{made}"


def generate_command(
    *,
    alias: str,
    name: str,
    key: str,
    days: int,
    starts: dt.date | None,
    sans: Sequence[str],
    purpose: str,
    store: CommandStore,
) -> str:
    """``keytool -genkeypair`` with the same name, key, validity and extensions."""
    kind, _, parameter = key.partition(":")
    options: list[tuple[str, ...]] = [("-genkeypair",), ("-alias", alias)]
    # keytool would choose other hashes than we do for some sizes.
    if kind == "rsa":
        digest = "SHA384" if parameter == "8192" else "SHA256"
        options += [("-keyalg", "RSA"), ("-keysize", parameter), ("-sigalg", f"{digest}withRSA")]
    elif kind == "ec":
        digest = {"P-256": "SHA256", "P-384": "SHA384", "P-521": "SHA512"}[parameter]
        options += [("-keyalg", "EC"), ("-groupname", _CURVES[parameter])]
        options.append(("-sigalg", f"{digest}withECDSA"))
    else:
        options.append(("-keyalg", "Ed25519"))
    options += [("-dname", name), ("-validity", str(days))]
    if starts is not None:
        # Without a time it takes the present one, and without a zone that of the machine.
        midnight = f"{starts.year:04}/{starts:%m/%d} 00:00:00"
        options += [("-startdate", midnight), ("-J-Duser.timezone=UTC",)]
    usage = "digitalSignature" + (",keyEncipherment" if kind == "rsa" else "")
    purposes = {"client": "clientAuth", "server": "serverAuth", "both": "serverAuth,clientAuth"}
    options += [
        ("-ext", "BC:c=ca:false"),
        ("-ext", f"KU:c={usage}"),
        ("-ext", f"EKU={purposes[purpose]}"),
    ]
    if sans:
        options.append(("-ext", _san_extension(sans)))
    note, store, conversion = _without_pem(store)
    options += store.options()
    if store.format != "PKCS12":
        # In these formats a key has a password of its own, and keytool would ask for it.
        options.append(("-keypass", PLACEHOLDER))
    return note + _line("keytool", options) + conversion


def _san_extension(sans: Sequence[str]) -> str:
    """The names as keytool reads them; those it would refuse or misread as bytes."""
    if all(_PLAIN_NAME.fullmatch(text) for text in sans):
        return f"SAN={','.join(sans)}"
    from cryptography import x509

    from handfast.services.generating import parse_san

    names = x509.SubjectAlternativeName([parse_san(text) for text in sans])
    return f"{names.oid.dotted_string}={names.public_bytes().hex(':')}"


def export_command(
    *, aliases: Sequence[str], out: str, store: CommandStore, encoding: str, chain: bool
) -> str:
    """The certificates of some aliases into one file; openssl does what keytool cannot."""
    if encoding == "der":
        return _line(
            "keytool",
            [("-exportcert",), ("-alias", aliases[0]), ("-file", out), *store.options()],
        )
    pem = out if encoding == "pem" else f"{out}.pem"
    what: list[tuple[str, ...]] = [("-list",)] if chain else [("-exportcert",)]
    lines = [
        _line("keytool", [*what, ("-rfc",), ("-alias", alias), *store.options()])
        # The first makes the file, the others go behind.
        + f" {'>>' if number else '>'} {quote(pem)}\n"
        for number, alias in enumerate(aliases)
    ]
    text = "".join(lines)
    if chain:
        text = _note("keytool exports one certificate; its listing has the whole chain.") + text
    if encoding == "pkcs7":
        text = _note("keytool does not write PKCS#7: openssl makes it from the PEM.") + text
        text += _line(
            "openssl",
            [("crl2pkcs7",), ("-nocrl",), ("-certfile", pem), ("-outform", "DER"), ("-out", out)],
        )
    return text.rstrip("\n")


def import_command(*, alias: str, file: str, is_alone: bool, store: CommandStore) -> str:
    """``keytool -importcert`` of one certificate as trusted.

    ``is_alone`` says that keytool finds this very certificate in the file; else it has to be put
    there first.
    """
    note = (
        "" if is_alone else _note(f"First put this certificate alone into {file}, as PEM or DER.")
    )
    about_pem, store, conversion = _without_pem(store)
    command = _line(
        "keytool",
        [
            ("-importcert",),
            ("-noprompt",),
            ("-alias", alias),
            ("-file", file),
            *store.options(),
        ],
    )
    return about_pem + note + command + conversion
