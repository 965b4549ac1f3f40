"""Spring Boot: its embedded server, and bundles for what it calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.handshake.recipes.quoting import file_uri, yaml
from handfast.handshake.recipes.recipe import (
    Paragraph,
    Recipe,
    RecipeKind,
    RecipeStep,
    Snippet,
)
from handfast.handshake.recipes.stores import (
    JAVA,
    conversions,
    host_of,
    java_stores,
    java_warnings,
    password_note,
)

if TYPE_CHECKING:
    from handfast.handshake.recipes.facts import RecipeFacts
    from handfast.handshake.recipes.recipe import Placeholder
    from handfast.handshake.recipes.stores import UsableStore

KIND: Final = RecipeKind(
    id="spring-boot",
    title=tr("Spring Boot"),
    summary=tr("application.yml of a service that accepts connections, or makes them"),
    roles=("client", "server"),
    formats=JAVA,
    trust_formats=JAVA,
    client_port=443,
    server_port=8443,
)
_FILE: Final = "application.yml"


def bundle_name(partner: str) -> str:
    """A name for the bundle that needs no quotes in YAML and no brackets in Spring."""
    name = re.sub(r"[^a-z0-9]+", "-", partner.lower()).strip("-")[:40].strip("-")
    return name if name and name[0].isalpha() else f"partner-{name}".strip("-")


def make(facts: RecipeFacts) -> Recipe:
    """``server.ssl`` for a server, an SSL bundle for a client."""
    keys, trust, secrets = java_stores(facts, "yaml")
    steps = _server(facts, keys, trust, secrets)
    introduction = tr("The embedded server presents the key pair, and asks clients for theirs.")
    notes = [
        tr("“need” rejects clients without a certificate; “want” admits them anyway."),
        password_note("yaml", _FILE),
    ]
    if facts.role == "client":
        steps = _client(facts, keys, trust, secrets)
        introduction = tr(
            "A bundle holds the key pair and the trust store; each client that should use it "
            "names it."
        )
        notes[0] = tr(
            "Bundles were introduced in Spring Boot 3.1. A program that does not use one of "
            "Spring’s clients uses the SSLContext that the bundle creates."
        )
    notes.append(
        tr(
            "Instead of the password, the file can contain a variable such as "
            "${KEYSTORE_PASSWORD}, with the password in the environment of the service."
        )
    )
    return Recipe(
        id=KIND.id,
        title=KIND.title,
        introduction=introduction,
        steps=(*conversions(keys, trust), *steps),
        warnings=java_warnings(facts),
        notes=tuple(notes),
    )


def _server(
    facts: RecipeFacts, keys: UsableStore, trust: UsableStore, secrets: tuple[Placeholder, ...]
) -> tuple[RecipeStep, ...]:
    lines = ["server:", f"  port: {facts.port or KIND.server_port}"]
    if facts.address:
        lines.append(f"  address: {yaml(facts.address)}")
    lines += [
        "  ssl:",
        "    client-auth: need",
        f"    key-store: {yaml(file_uri(keys.path))}",
        f"    key-store-type: {keys.format.value}",
        f"    key-store-password: {yaml(secrets[0].text)}",
    ]
    if facts.alias:
        lines.append(f"    key-alias: {yaml(facts.alias)}")
    lines += [
        f"    trust-store: {yaml(file_uri(trust.path))}",
        f"    trust-store-type: {trust.format.value}",
        f"    trust-store-password: {yaml(secrets[1].text)}",
    ]
    return (
        RecipeStep(
            title=tr("Add this to “{file}”", file=_FILE),
            blocks=(
                Snippet(
                    text="\n".join(lines) + "\n",
                    language="yaml",
                    file_name=_FILE,
                    placeholders=secrets,
                ),
            ),
        ),
    )


def _client(
    facts: RecipeFacts, keys: UsableStore, trust: UsableStore, secrets: tuple[Placeholder, ...]
) -> tuple[RecipeStep, ...]:
    name = bundle_name(facts.partner or facts.host)
    host, unknown = host_of(facts)
    port = f":{facts.port}" if facts.port not in {0, KIND.client_port} else ""
    lines = ["spring:", "  ssl:", "    bundle:", "      jks:", f"        {name}:"]
    if facts.alias:
        lines += ["          key:", f"            alias: {yaml(facts.alias)}"]
    for what, store, secret in (
        ("keystore", keys, secrets[0]),
        ("truststore", trust, secrets[1]),
    ):
        lines += [
            f"          {what}:",
            f"            location: {yaml(file_uri(store.path))}",
            f"            type: {store.format.value}",
            f"            password: {yaml(secret.text)}",
        ]
    code = (
        "@Bean\n"
        "RestClient partnerClient(RestClient.Builder builder, RestClientSsl ssl) {\n"
        f'    return builder.baseUrl("https://{host}{port}")\n'
        f'            .apply(ssl.fromBundle("{name}")).build();\n'
        "}\n"
    )
    return (
        RecipeStep(
            title=tr("Add the bundle to “{file}”", file=_FILE),
            blocks=(
                Snippet(
                    text="\n".join(lines) + "\n",
                    language="yaml",
                    file_name=_FILE,
                    placeholders=secrets,
                ),
            ),
        ),
        RecipeStep(
            title=tr("Use it in the client"),
            blocks=(
                Paragraph(
                    text=tr(
                        "RestClient has it from Spring Boot 3.2 on; for WebClient, use "
                        "WebClientSsl in the same way."
                    )
                ),
                Snippet(text=code, language="java", placeholders=unknown),
            ),
        ),
    )
