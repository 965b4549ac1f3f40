"""The openssl program as a client or a server for a test by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.host_names import is_address
from handfast.core.language import tr
from handfast.core.store import Format
from handfast.handshake.engine.endpoint import bracketed
from handfast.handshake.recipes.quoting import command, shell
from handfast.handshake.recipes.recipe import (
    Paragraph,
    Placeholder,
    Recipe,
    RecipeKind,
    RecipeStep,
    Snippet,
)
from handfast.handshake.recipes.stores import (
    base_name,
    beside,
    chain_warning,
    conversions,
    empty_trust_warning,
    host_of,
    stem,
    strangers_in_pem,
    usable,
)

if TYPE_CHECKING:
    from handfast.handshake.recipes.facts import RecipeFacts
    from handfast.handshake.recipes.stores import UsableStore

_PEM: Final = (Format.PEM,)
KIND: Final = RecipeKind(
    id="openssl",
    title="openssl s_client and s_server",
    summary=tr("a manual connection, to see what happens"),
    roles=("client", "server"),
    formats=_PEM,
    trust_formats=_PEM,
    client_port=443,
    server_port=8443,
)
_DEPTH: Final = "4"


def make(facts: RecipeFacts) -> Recipe:
    """``s_client`` for a client, ``s_server`` for a server; each asks for the password itself."""
    keys, trust = usable(facts, "keystore", _PEM), usable(facts, "truststore", _PEM)
    host, unknown = host_of(facts)
    if facts.role == "client":
        title, text = "Connect", _client(facts, keys, trust, host)
        after = tr(
            "It asks for the password of the key. After “Verify return code: 0 (ok)”, type “GET / "
            "HTTP/1.0” and press Enter twice: under TLS 1.3, the server rejects your certificate "
            "only then."
        )
        introduction = tr(
            "The client shows each step of the handshake, and the certificates that the server "
            "presents."
        )
    else:
        title, text = "Listen", _server(facts, keys, trust)
        after = tr(
            "It asks for the password of the key, and prints each connection; it answers a "
            "browser or curl with a page about the connection. Press Ctrl+C to stop."
        )
        introduction = tr(
            "The server accepts only clients with a certificate, and shows the certificates that "
            "they send."
        )
        unknown = ()
    notes = [tr("Both are for tests: no service should depend on them.")]
    if facts.trust is not None and facts.trust.without_issuer:
        notes.insert(
            0,
            tr(
                "-partial_chain accepts a trusted certificate as it is, as Java and curl do; "
                "without it, openssl, like nginx, also requires the CA above it."
            ),
        )
    return Recipe(
        id=KIND.id,
        title=KIND.title,
        introduction=introduction,
        steps=(
            *conversions(keys, trust),
            _export(facts, keys),
            RecipeStep(
                title=title,
                blocks=(
                    Snippet(text=text, language="shell", placeholders=unknown),
                    Paragraph(text=after),
                ),
            ),
        ),
        warnings=(
            *strangers_in_pem(facts, "openssl"),
            *chain_warning(facts.pair),
            *empty_trust_warning(facts),
        ),
        notes=tuple(notes),
    )


def _client(facts: RecipeFacts, keys: UsableStore, trust: UsableStore, host: str) -> str:
    name = facts.host or host
    checked = (
        [("-noservername",), ("-verify_ip", name)]
        if is_address(name)
        else [("-servername", name), ("-verify_hostname", name)]
    )
    return command(
        "openssl s_client",
        [
            ("-connect", f"{host}:{facts.port or KIND.client_port}"),
            *checked,
            *_stores(facts, keys, trust),
            ("-verify_return_error",),
        ],
    )


def _server(facts: RecipeFacts, keys: UsableStore, trust: UsableStore) -> str:
    port = str(facts.port or KIND.server_port)
    address = bracketed(facts.address)
    return command(
        "openssl s_server",
        [
            ("-accept", f"{address}:{port}" if address else port),
            *_stores(facts, keys, trust),
            ("-Verify", _DEPTH),
            ("-verify_return_error",),
            ("-www",),
        ],
    )


def _stores(facts: RecipeFacts, keys: UsableStore, trust: UsableStore) -> list[tuple[str, ...]]:
    chain = _chain_file(keys)
    found: list[tuple[str, ...]] = [
        # The key alone is in the file with the password: asked for once, then.
        ("-cert", chain),
        ("-key", keys.path),
        # Of the first file it takes one certificate only, and sends those above it from here.
        ("-chainCAfile", chain),
        ("-CAfile", trust.path),
        ("-no-CApath",),
        ("-no-CAstore",),
    ]
    if facts.trust is not None and facts.trust.without_issuer:
        found.append(("-partial_chain",))
    return found


def _chain_file(keys: UsableStore) -> str:
    return beside(keys.path, f"{stem(keys.path)}-chain.pem")


def _export(facts: RecipeFacts, keys: UsableStore) -> RecipeStep:
    out = _chain_file(keys)
    text = (
        f"handfast export {shell(facts.keystore)} --alias {shell(facts.alias or '<alias>')} "
        f"--out {shell(out)} --encoding pem --chain"
    )
    unknown = (
        () if facts.alias else (Placeholder(text="<alias>", meaning=tr("the alias of the pair")),)
    )
    return RecipeStep(
        title=tr("Export the certificates as “{out}”", out=base_name(out)),
        blocks=(Snippet(text=text, language="shell", placeholders=unknown),),
    )
