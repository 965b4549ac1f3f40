"""curl, with its options in a file so that no password stands on a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.core.store import Format
from handfast.handshake.recipes.quoting import curl
from handfast.handshake.recipes.recipe import (
    Paragraph,
    Recipe,
    RecipeKind,
    RecipeStep,
    Snippet,
)
from handfast.handshake.recipes.stores import (
    chain_warning,
    conversions,
    empty_trust_warning,
    host_of,
    keystore_password,
    password_note,
    several_pairs,
    strangers_in_pem,
    usable,
)

if TYPE_CHECKING:
    from handfast.handshake.recipes.facts import RecipeFacts

KIND: Final = RecipeKind(
    id="curl",
    title="curl",
    summary=tr("one request from a shell or a script"),
    roles=("client",),
    formats=(Format.PEM, Format.PKCS12),
    trust_formats=(Format.PEM,),
    client_port=443,
)
OPTIONS_FILE: Final = "mutual-tls.curl"


def make(facts: RecipeFacts) -> Recipe:
    """A file of options, and the command that reads it."""
    keys = usable(facts, "keystore", KIND.formats)
    trust = usable(facts, "truststore", KIND.trust_formats)
    secret = keystore_password(keys)
    host, unknown = host_of(facts)
    port = f":{facts.port}" if facts.port not in {0, KIND.client_port} else ""
    is_pem = keys.format is Format.PEM
    # A colon would begin a password, so it is escaped, before the whole is quoted.
    path = keys.path.replace("\\", "\\\\").replace(":", "\\:")
    lines = [
        f"url = {curl(f'https://{host}{port}/')}",
        f'cert-type = "{"PEM" if is_pem else "P12"}"',
        f"cert = {curl(path)}",
        f"pass = {curl(secret.text)}",
        f"cacert = {curl(trust.path)}",
    ]
    notes = [
        password_note("curl", OPTIONS_FILE),
        tr("With cacert set, curl trusts nothing else; with --insecure, it would trust anyone."),
        (
            tr(
                "curl on Windows and older versions on macOS use the system’s TLS, which "
                "reads only PKCS#12 and has its own trust stores."
            )
        ),
    ]
    if not is_pem:
        notes.insert(
            1,
            tr(
                "A PKCS#12 file created by an old Java may be encrypted with RC2, which OpenSSL 3 "
                "rejects (“unsupported”, “RC2-40-CBC”): convert it with handfast, and use the copy."
            ),
        )
    warnings = strangers_in_pem(facts, "curl") if is_pem else several_pairs(facts, "curl")
    return Recipe(
        id=KIND.id,
        title=KIND.title,
        introduction=tr("curl presents the key pair for one request, and trusts only the partner."),
        steps=(
            *conversions(keys, trust),
            RecipeStep(
                title=tr("Write “{options_file}”", options_file=OPTIONS_FILE),
                blocks=(
                    Paragraph(
                        text=tr(
                            "On a command line, everyone on the computer could see the "
                            "password. Make sure that only you can read this file."
                        )
                    ),
                    Snippet(
                        text="\n".join(lines) + "\n",
                        language="curl",
                        file_name=OPTIONS_FILE,
                        placeholders=(*unknown, secret),
                    ),
                ),
            ),
            RecipeStep(
                title=tr("Send the request"),
                blocks=(
                    Snippet(
                        text=f"curl --verbose --fail --config {OPTIONS_FILE}", language="shell"
                    ),
                ),
            ),
        ),
        warnings=(*warnings, *chain_warning(facts.pair), *empty_trust_warning(facts)),
        notes=tuple(notes),
    )
