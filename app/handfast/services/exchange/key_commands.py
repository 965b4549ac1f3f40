"""The export of a key as ``keytool``, ``openssl``, and ``kubectl`` commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.services.exchange.key_export import kubernetes_name
from handfast.services.exchange.key_files import file_stems
from handfast.services.exchange.keytool_commands import CommandStore, copy_command, quote
from handfast.services.files.new_encoding import KeyEncoding

if TYPE_CHECKING:
    from collections.abc import Sequence


def export_key_command(
    aliases: Sequence[str],
    encoding: KeyEncoding,
    *,
    store: CommandStore,
    out: str,
    encrypts: bool,
    compatible: bool = False,
) -> str:
    """The commands; empty where no program that everybody has writes this form.

    openssl reads PKCS#12 and chooses no alias, so that keytool puts the entries into a file of
    their own first.
    """
    if encoding is KeyEncoding.PUBLIC_JWK or not aliases:
        return ""
    if encoding is KeyEncoding.PKCS12:
        return _as_pkcs12(aliases, store, out, compatible=compatible)
    quoted = quote(out)
    if encoding.is_public:
        read = _certificate_of(aliases[0], store)
        public = f"{read} | openssl x509 -pubkey -noout"
        if encoding is KeyEncoding.PUBLIC_PEM:
            return f"{public} > {quoted}"
        if encoding is KeyEncoding.PUBLIC_DER:
            return f"{public} | openssl pkey -pubin -outform DER -out {quoted}"
        between = quote(f"{out}.pem")
        return f"{public} > {between}\nssh-keygen -i -m PKCS8 -f {between} > {quoted}"
    stem = file_stems(aliases[:1])[0]
    between = f"{stem}-alone.p12"
    lines = [_as_pkcs12(aliases, store, between, compatible=False)]
    source = f"openssl pkcs12 -in {quote(between)}"
    clear = "" if encrypts else " -noenc"
    match encoding:
        case KeyEncoding.PEM:
            lines.append(f"{source}{clear} -out {quoted}")
        case KeyEncoding.PEM_KEY:
            lines.append(f"{source} -nocerts{clear} -out {quoted}")
        case KeyEncoding.PEM_FILES:
            lines += _separate(source, clear, out)
        case KeyEncoding.PKCS8:
            how = "" if encrypts else " -nocrypt"
            lines.append(
                f"{source} -nocerts -noenc | openssl pkcs8 -topk8{how} -outform DER -out {quoted}"
            )
        case KeyEncoding.TRADITIONAL:
            lines.append(f"{source} -nocerts -noenc | openssl pkey -traditional -out {quoted}")
        case KeyEncoding.KUBERNETES:
            lines += _separate(source, " -noenc", stem)
            lines.append(
                f"kubectl create secret tls {kubernetes_name(aliases[0])} "
                f"--cert={quote(f'{stem}-fullchain.crt')} --key={quote(f'{stem}.key')} "
                f"--dry-run=client -o yaml > {quoted}"
            )
        case _:
            lines.append(
                f"kubectl create secret generic {kubernetes_name(aliases[0])} "
                f"--from-file=keystore.p12={quote(between)} --dry-run=client -o yaml > {quoted}"
            )
    return "\n".join(lines)


def _as_pkcs12(aliases: Sequence[str], store: CommandStore, out: str, *, compatible: bool) -> str:
    target = CommandStore(path=out, format="PKCS12")
    text = "\n".join(copy_command([alias], source=store, target=target) for alias in aliases)
    if not compatible:
        return text
    return text.replace("keytool -importkeystore", "keytool -J-Dkeystore.pkcs12.legacy "
                        "-importkeystore")  # fmt: skip


def _certificate_of(alias: str, store: CommandStore) -> str:
    options = f"-keystore {quote(store.path)} -storetype {store.format}"
    return f"keytool -exportcert -rfc -alias {quote(alias)} {options}"


def _separate(source: str, clear: str, out: str) -> list[str]:
    return [
        f"{source} -nocerts{clear} -out {quote(f'{out}.key')}",
        f"{source} -nokeys -clcerts -out {quote(f'{out}.crt')}",
        f"{source} -nokeys -cacerts -out {quote(f'{out}-chain.crt')}",
        f"{source} -nokeys -out {quote(f'{out}-fullchain.crt')}",
    ]
