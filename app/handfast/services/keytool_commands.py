"""The same as a ``keytool`` line, for those who compare it with their own instructions.

Passwords are placeholders. Quoted for the shell of the system that this runs on.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

PLACEHOLDER = "<password>"
_CURVES = {"P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1"}


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


def _store_options(path: str, store_format: str) -> list[tuple[str, ...]]:
    return [
        ("-keystore", path),
        ("-storetype", store_format),
        ("-storepass", PLACEHOLDER),
    ]


def generate_command(
    *,
    alias: str,
    name: str,
    key: str,
    days: int,
    starts: dt.date | None,
    sans: Sequence[str],
    purpose: str,
    path: str,
    store_format: str,
) -> str:
    """``keytool -genkeypair`` with the same name, key, validity and extensions."""
    kind, _, parameter = key.partition(":")
    options: list[tuple[str, ...]] = [("-genkeypair",), ("-alias", alias)]
    if kind == "rsa":
        options += [("-keyalg", "RSA"), ("-keysize", parameter)]
    elif kind == "ec":
        options += [("-keyalg", "EC"), ("-groupname", _CURVES[parameter])]
    else:
        options.append(("-keyalg", "Ed25519"))
    options += [("-dname", name), ("-validity", str(days))]
    if starts is not None:
        options.append(("-startdate", f"{starts:%Y/%m/%d}"))
    usage = "digitalSignature" + (",keyEncipherment" if kind == "rsa" else "")
    options.append(("-ext", f"KU:c={usage}"))
    purposes = {"client": "clientAuth", "server": "serverAuth", "both": "serverAuth,clientAuth"}
    options.append(("-ext", f"EKU={purposes[purpose]}"))
    if sans:
        options.append(("-ext", f"SAN={','.join(sans)}"))
    return _line("keytool", options + _store_options(path, store_format))


def export_command(
    *, alias: str, out: str, path: str, store_format: str, encoding: str, chain: bool
) -> str:
    """``keytool -exportcert``; and what stands in for it where keytool has no way."""
    store = _store_options(path, store_format)
    if encoding == "pkcs7":
        pem = f"{out}.pem"
        listing = _line("keytool", [("-list",), ("-rfc",), ("-alias", alias), *store])
        return (
            "# keytool does not write PKCS#7: openssl makes it from the PEM.\n"
            f"{listing} > {quote(pem)}\n"
            + _line(
                "openssl",
                [
                    ("crl2pkcs7",),
                    ("-nocrl",),
                    ("-certfile", pem),
                    ("-outform", "DER"),
                    ("-out", out),
                ],
            )
        )
    if chain:
        return (
            "# keytool exports one certificate; its listing gives the whole chain.\n"
            + _line("keytool", [("-list",), ("-rfc",), ("-alias", alias), *store])
            + f" > {quote(out)}"
        )
    rfc: list[tuple[str, ...]] = [("-rfc",)] if encoding == "pem" else []
    return _line("keytool", [("-exportcert",), *rfc, ("-alias", alias), ("-file", out), *store])


def import_command(*, alias: str, file: str, path: str, store_format: str) -> str:
    """``keytool -importcert`` of one certificate as trusted."""
    return _line(
        "keytool",
        [
            ("-importcert",),
            ("-noprompt",),
            ("-alias", alias),
            ("-file", file),
            *_store_options(path, store_format),
        ],
    )
