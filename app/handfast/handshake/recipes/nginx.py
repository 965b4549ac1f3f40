"""nginx: a server that asks callers for a certificate, or a proxy that presents one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.core.store import Format
from handfast.handshake.engine.endpoint import bracketed
from handfast.handshake.recipes.quoting import nginx
from handfast.handshake.recipes.recipe import (
    Paragraph,
    Recipe,
    RecipeKind,
    RecipeStep,
    Snippet,
)
from handfast.handshake.recipes.stores import (
    base_name,
    chain_warning,
    conversions,
    empty_trust_warning,
    host_of,
    issuers_warning,
    keystore_password,
    strangers_in_pem,
    usable,
    with_ending,
)

if TYPE_CHECKING:
    from handfast.handshake.recipes.facts import RecipeFacts

_PEM: Final = (Format.PEM,)
KIND: Final = RecipeKind(
    id="nginx",
    title="nginx",
    summary=tr("a server block that requires client certificates, or a location that presents one"),
    roles=("client", "server"),
    formats=_PEM,
    trust_formats=_PEM,
    client_port=443,
    server_port=443,
)
#: Enough for two intermediates; the default of 1 refuses whoever has one.
_VERIFY_DEPTH: Final = 4


def make(facts: RecipeFacts) -> Recipe:
    """A ``server`` block, or a ``location`` for one."""
    keys, trust = usable(facts, "keystore", _PEM), usable(facts, "truststore", _PEM)
    secret = keystore_password(keys)
    password_file = with_ending(keys.path, "password")
    host, unknown = host_of(facts)
    if facts.role == "server":
        port = facts.port or KIND.server_port
        address = bracketed(facts.address)
        listen = f"{address}:{port}" if address else str(port)
        file_name, title = "mutual-tls.conf", tr("Add the server block")
        lines = [
            "server {",
            f"    listen {listen} ssl;",
            f"    server_name {nginx(facts.host or '<host>')};",
            "",
            f"    ssl_certificate {nginx(keys.path)};",
            f"    ssl_certificate_key {nginx(keys.path)};",
            f"    ssl_password_file {nginx(password_file)};",
            "    ssl_protocols TLSv1.2 TLSv1.3;",
            "",
            f"    ssl_client_certificate {nginx(trust.path)};",
            "    ssl_verify_client on;",
            f"    ssl_verify_depth {_VERIFY_DEPTH};",
            "",
            "    location / {",
            "        # Your own configuration goes here. This answers with the caller’s name.",
            "        default_type text/plain;",
            '        return 200 "$ssl_client_s_dn\\n";',
            "    }",
            "}",
        ]
        text = tr(
            "It belongs inside the http block, or in a file of conf.d, which that block includes."
        )
        introduction = tr(
            "A server block presents the key pair, and serves only clients with a certificate "
            "that the trust store trusts."
        )
        notes = (
            (
                tr(
                    "A client without a certificate still completes the handshake, and gets "
                    "the HTTP answer “400 No required SSL certificate was sent”. A client "
                    "that nginx does not trust gets “400 The SSL certificate error”."
                )
            ),
            (
                tr(
                    "The application behind it reads the client’s name from $ssl_client_s_dn and "
                    "$ssl_client_verify, in a header that you set with proxy_set_header."
                )
            ),
        )
    else:
        port = facts.port or KIND.client_port
        file_name, title = "", tr("Add the location")
        lines = [
            "location / {",
            f"    proxy_pass https://{host}:{port};",
            "    proxy_ssl_server_name on;",
            f"    proxy_ssl_name {nginx(facts.host or '<host>')};",
            "    proxy_ssl_protocols TLSv1.2 TLSv1.3;",
            "",
            f"    proxy_ssl_certificate {nginx(keys.path)};",
            f"    proxy_ssl_certificate_key {nginx(keys.path)};",
            f"    proxy_ssl_password_file {nginx(password_file)};",
            "",
            f"    proxy_ssl_trusted_certificate {nginx(trust.path)};",
            "    proxy_ssl_verify on;",
            f"    proxy_ssl_verify_depth {_VERIFY_DEPTH};",
            "}",
        ]
        text = tr("It belongs inside the server block that your own programs connect to.")
        introduction = tr(
            "A location forwards requests to the partner, presents the key pair, and checks the "
            "partner’s certificate."
        )
        notes = (
            (
                tr(
                    "Without proxy_ssl_verify, nginx accepts any server as the partner; it "
                    "is off by default."
                )
            ),
            tr("Anyone who can reach this location acts in your name: restrict access to it."),
        )
    return Recipe(
        id=KIND.id,
        title=KIND.title,
        introduction=introduction,
        steps=(
            *conversions(keys, trust),
            RecipeStep(
                title=tr(
                    "Write the password to “{password_file}”",
                    password_file=base_name(password_file),
                ),
                blocks=(
                    Paragraph(
                        text=tr(
                            "The key in the file is encrypted. nginx reads its password from "
                            "another file, in one line, which only root may read."
                        )
                    ),
                    Snippet(
                        text=f"{secret.text}\n",
                        language="text",
                        file_name=password_file,
                        placeholders=(secret,),
                    ),
                ),
            ),
            RecipeStep(
                title=title,
                blocks=(
                    Paragraph(text=text),
                    Snippet(
                        text="\n".join(lines) + "\n",
                        language="nginx",
                        file_name=file_name,
                        placeholders=unknown,
                    ),
                ),
            ),
            RecipeStep(
                title=tr("Check and load the configuration"),
                blocks=(Snippet(text="nginx -t && nginx -s reload", language="shell"),),
            ),
        ),
        warnings=(
            *_dollar_warning(keys.path, trust.path),
            *strangers_in_pem(facts, "nginx"),
            *chain_warning(facts.pair),
            *empty_trust_warning(facts),
            *issuers_warning(facts, "nginx"),
        ),
        notes=notes,
    )


def _dollar_warning(*paths: str) -> tuple[str, ...]:
    if not any("$" in each for each in paths):
        return ()
    return (
        (
            tr(
                "A path contains a $, which nginx reads as the beginning of a variable. Move the "
                "files to a path without one."
            )
        ),
    )
