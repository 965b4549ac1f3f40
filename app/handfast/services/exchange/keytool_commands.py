"""An operation as a ``keytool`` line, for those who compare it with their own instructions.

Passwords are placeholders. Quoted for the shell of the system that this runs on.
"""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import Format

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

PLACEHOLDER = "<password>"
KEY_PLACEHOLDER = "<key password>"
_FOR_KEYTOOL = frozenset(each.value for each in (Format.PKCS12, Format.JKS, Format.JCEKS))
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
    #: A :class:`Format` by its name in JSON, which for Java’s own is that of ``-storetype``.
    format: str
    #: Whether it is there already.
    exists: bool = False
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workable:
    """A store that keytool can work on, what makes it of another, and what brings it back."""

    store: CommandStore
    before: str = ""
    after: str = ""


def _workable(store: CommandStore) -> _Workable:
    """The store itself where it is one of Java’s, else a PKCS#12 beside it."""
    if store.format in _FOR_KEYTOOL:
        return _Workable(store=store)
    stem, dot, _ = store.path.rpartition(".")
    # A dot in a folder’s name is not that of an ending.
    stem = store.path if not dot or any(each in store.path[len(stem) :] for each in "/\\") else stem
    path = f"{stem}.p12" if f"{stem}.p12" != store.path else f"{stem}-copy.p12"
    kept = dataclasses.replace(store, path=path, format="PKCS12")
    title = Format(store.format).title
    after = "\n" + (
        _line("openssl", [("pkcs12",), ("-in", kept.path), ("-out", store.path)])
        if store.format == Format.PEM.value
        else _note(
            tr("No program creates {title} from it: continue with the PKCS#12 file.", title=title)
        ).rstrip("\n")
    )
    if not store.exists:
        before = _note(
            tr("keytool does not write {title}: openssl creates it from a PKCS#12.", title=title)
        )
        return _Workable(store=kept, before=before, after=after)
    before = _note(tr("keytool does not know {title}: it works on a copy in PKCS#12.", title=title))
    options = [("convert", store.path, kept.path), ("--format", "pkcs12")]
    return _Workable(store=kept, before=f"{before}{_line('handfast', options)}\n", after=after)


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
    has_key_password: bool = False,
) -> str:
    """``keytool -genkeypair`` with the same name, key, validity and extensions."""
    # Loads a library that somebody who only looks at a keystore need not wait for.
    from handfast.core.distinguished_name import with_keytool_keywords

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
    options += [("-dname", with_keytool_keywords(name)), ("-validity", str(days))]
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
    workable = _workable(store)
    options += workable.store.options()
    if workable.store.format != "PKCS12":
        # In these formats a key has a password of its own, and keytool would ask for it.
        options.append(("-keypass", KEY_PLACEHOLDER if has_key_password else PLACEHOLDER))
    return workable.before + _line("keytool", options) + workable.after


def _san_extension(sans: Sequence[str]) -> str:
    """The names as keytool reads them; those it would refuse or misread as bytes."""
    if all(_PLAIN_NAME.fullmatch(text) for text in sans):
        return f"SAN={','.join(sans)}"
    from cryptography import x509

    from handfast.services.authority.general_names import parse_san

    names = x509.SubjectAlternativeName([parse_san(text) for text in sans])
    return f"{names.oid.dotted_string}={names.public_bytes().hex(':')}"


def renew_command(
    alias: str, *, store: CommandStore, days: int, old_alias: str = "", request: str = ""
) -> str:
    """The same renewal with the present key; keytool keeps the extensions of a certificate.

    :param old_alias: where the old entry stays; empty where it is replaced
    :param request: the file of a request, where a CA elsewhere renews the certificate
    """
    workable = _workable(store)
    options = workable.store.options()
    if request:
        asked = [("-certreq",), ("-alias", alias), ("-file", request), *options]
        return workable.before + _line("keytool", asked)
    lines = []
    if old_alias:
        # An option of keytool that its help does not list, as the other one.
        keys: list[tuple[str, ...]] = [("-keypass", PLACEHOLDER), ("-new", PLACEHOLDER)]
        if workable.store.format == "PKCS12":
            keys = []
        clone = [("-keyclone",), ("-alias", alias), ("-dest", old_alias), *keys, *options]
        lines.append(_line("keytool", clone))
    signed = [("-selfcert",), ("-alias", alias), ("-validity", str(days)), *options]
    lines.append(_line("keytool", signed))
    return workable.before + "\n".join(lines) + workable.after


def export_command(
    files: Sequence[tuple[Sequence[str], str]], *, store: CommandStore, encoding: str, chain: bool
) -> str:
    """The certificates of some aliases into a file each time; openssl does what keytool cannot."""
    workable = _workable(store)
    lines = [
        _export(aliases, out, store=workable.store, encoding=encoding, chain=chain)
        for aliases, out in files
    ]
    return workable.before + "\n".join(lines)


def _export(
    aliases: Sequence[str], out: str, *, store: CommandStore, encoding: str, chain: bool
) -> str:
    if encoding == "der":
        options = [("-exportcert",), ("-alias", aliases[0]), ("-file", out), *store.options()]
        return _line("keytool", options)
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
        text = _note(tr("keytool exports one certificate; its listing has the whole chain.")) + text
    if encoding == "pkcs7":
        text = _note(tr("keytool does not write PKCS#7: openssl creates it from the PEM.")) + text
        text += _line(
            "openssl",
            [("crl2pkcs7",), ("-nocrl",), ("-certfile", pem), ("-outform", "DER"), ("-out", out)],
        )
    return text.rstrip("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandImport:
    """One certificate that becomes trusted."""

    alias: str
    file: str
    #: Whether keytool finds this very certificate in the file; else it has to be put there first.
    is_alone: bool


def import_command(imports: Sequence[CommandImport], store: CommandStore) -> str:
    """``keytool -importcert`` of each certificate as trusted."""
    workable = _workable(store)
    lines: list[str] = []
    for each in imports:
        if not each.is_alone:
            about = tr(
                "First save this certificate alone to {file}, as PEM or DER.", file=each.file
            )
            lines.append(_note(about).rstrip("\n"))
        lines.append(
            _line(
                "keytool",
                [
                    ("-importcert",),
                    ("-noprompt",),
                    ("-alias", each.alias),
                    ("-file", each.file),
                    *workable.store.options(),
                ],
            )
        )
    return workable.before + "\n".join(lines) + workable.after


def reply_command(
    *, alias: str, files: Sequence[str], store: CommandStore, trusts_cacerts: bool = False
) -> str:
    """``keytool -importcert`` of a CA's reply onto a pair.

    keytool takes one file, in which the chain must be whole, or end at what the keystore or
    ``cacerts`` has.
    """
    workable = _workable(store)
    before, file = workable.before, files[0] if files else "reply.p7b"
    if len(files) > 1:
        file = "reply.pem"
        before += _note(f"keytool takes one file: put these as PEM into {file}, leaf first:")
        before += "".join(_note(f"  {each}") for each in files)
    options: list[tuple[str, ...]] = [("-importcert",), ("-noprompt",), ("-alias", alias)]
    if trusts_cacerts:
        options.append(("-trustcacerts",))
    options += [("-file", file), *workable.store.options()]
    return before + _line("keytool", options) + workable.after


def request_command(
    *,
    alias: str,
    out: str,
    store: CommandStore,
    encoding: str,
    name: str,
    extensions: Sequence[str],
    has_challenge: bool = False,
) -> str:
    """``keytool -certreq`` with the same name and extensions, which it takes over from nowhere.

    :param extensions: as ``-ext`` takes them; see :func:`request_extensions`
    """
    from handfast.core.distinguished_name import with_keytool_keywords

    workable = _workable(store)
    options: list[tuple[str, ...]] = [("-certreq",), ("-alias", alias)]
    if name:
        options.append(("-dname", with_keytool_keywords(name)))
    options += [("-ext", each) for each in extensions]
    pem = out if encoding != "der" else f"{out}.pem"
    options += [("-file", pem), *workable.store.options()]
    text = workable.before + _line("keytool", options)
    if encoding == "der":
        text += "\n" + _line(
            "openssl", [("req",), ("-in", pem), ("-outform", "DER"), ("-out", out)]
        )
    if has_challenge:
        text = _note("keytool writes no challenge password; openssl req asks for one.") + text
    return text


def sign_command(
    *,
    alias: str,
    request: str,
    out: str,
    store: CommandStore,
    days: int,
    extensions: Sequence[str],
    encoding: str = "pem",
) -> str:
    """``keytool -gencert``, which answers a request and takes over only what ``-ext`` says.

    :param extensions: as ``-ext`` takes them; see :func:`request_extensions`
    """
    workable = _workable(store)
    options: list[tuple[str, ...]] = [("-gencert",), ("-alias", alias)]
    options += [("-infile", request), ("-outfile", out)]
    if encoding == "pem":
        options.append(("-rfc",))
    options.append(("-validity", str(days)))
    options += [("-ext", each) for each in extensions]
    return workable.before + _line("keytool", [*options, *workable.store.options()])


def request_extensions(
    *, sans: Sequence[str], key_usage: Sequence[str], usages: Sequence[str]
) -> tuple[str, ...]:
    """The extensions of a request as keytool's ``-ext`` takes them.

    :param key_usage: names of RFC 5280, 4.2.1.3, such as ``digitalSignature``
    :param usages: object identifiers of the extended key usage
    """
    found = []
    if key_usage:
        found.append(f"KU:c={','.join(key_usage)}")
    if usages:
        found.append(f"EKU={','.join(usages)}")
    if sans:
        found.append(_san_extension(sans))
    return tuple(found)


#: More aliases than this are not listed one by one: keytool copies the whole keystore.
_MAX_COPIED_ALIASES = 8


def copy_command(aliases: Sequence[str], *, source: CommandStore, target: CommandStore) -> str:
    """``keytool -importkeystore`` of some entries, or of all where there are many."""
    workable_source, workable = _workable(source), _workable(target)
    common: list[tuple[str, ...]] = [
        ("-importkeystore",),
        ("-srckeystore", workable_source.store.path),
        ("-srcstoretype", workable_source.store.format),
        ("-srcstorepass", PLACEHOLDER),
        ("-destkeystore", workable.store.path),
        ("-deststoretype", workable.store.format),
        ("-deststorepass", PLACEHOLDER),
    ]
    chosen = aliases if len(aliases) <= _MAX_COPIED_ALIASES else ()
    lines = [_line("keytool", [*common, ("-srcalias", alias)]) for alias in chosen]
    text = "\n".join(lines or [_line("keytool", [*common, ("-noprompt",)])])
    return workable_source.before + workable.before + text + workable.after


def key_password_command(aliases: Sequence[str], store: CommandStore) -> str:
    """``keytool -keypasswd`` of some keys; PKCS#12 keys have the password of their keystore."""
    workable = _workable(store)
    lines = [
        _line(
            "keytool",
            [
                ("-keypasswd",),
                ("-alias", alias),
                ("-keypass", KEY_PLACEHOLDER),
                ("-new", "<new key password>"),
                *workable.store.options(),
            ],
        )
        for alias in aliases[:_MAX_COPIED_ALIASES]
    ]
    return workable.before + "\n".join(lines) + workable.after


def secret_key_command(alias: str, algorithm: str, bits: int, store: CommandStore) -> str:
    """``keytool -genseckey`` of a new secret key."""
    workable = _workable(store)
    options = [
        ("-genseckey",),
        ("-alias", alias),
        ("-keyalg", algorithm),
        ("-keysize", str(bits)),
        *workable.store.options(),
    ]
    return workable.before + _line("keytool", options) + workable.after


def import_pair_command(
    *,
    alias: str,
    keys: Sequence[str],
    certificates: Sequence[str],
    store: CommandStore,
    has_key_password: bool = False,
) -> str:
    """``openssl pkcs12 -export`` of loose files, and ``keytool -importkeystore`` of the result.

    :param keys: the files with private keys; openssl takes one
    :param certificates: the files with certificates, that of the pair first
    """
    key = keys[0] if keys else "key.pem"
    leaf = certificates[0] if certificates else key
    workable = _workable(store)
    is_done = workable.store.format == "PKCS12" and not store.exists and not workable.before
    out = store.path if is_done else f"{alias}-for-import.p12"
    options: list[tuple[str, ...]] = [("pkcs12",), ("-export",), ("-name", alias), ("-inkey", key)]
    options.append(("-in", leaf))
    rest = [each for each in certificates[1:] if each != leaf]
    before = workable.before
    if rest:
        options.append(("-certfile", rest[0]))
    if len(rest) > 1:
        before += _note(f"openssl takes one file of issuers: put these into {rest[0]} first:")
        before += "".join(_note(f"  {each}") for each in rest[1:])
    if store.compatible and is_done:
        options.append(("-legacy",))
    options.append(("-out", out))
    text = before + _line("openssl", options)
    if is_done:
        return text
    text += "\n" + _line(
        "keytool",
        [
            ("-importkeystore",),
            ("-srckeystore", out),
            ("-srcstoretype", "PKCS12"),
            ("-srcalias", alias),
            ("-srcstorepass", PLACEHOLDER),
            ("-destkeystore", workable.store.path),
            ("-deststoretype", workable.store.format),
            ("-deststorepass", PLACEHOLDER),
            *((("-destkeypass", KEY_PLACEHOLDER),) if has_key_password else ()),
        ],
    )
    return text + workable.after
