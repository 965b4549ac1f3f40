"""Kafka: the properties of a broker and of its clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.handshake.engine.endpoint import bracketed
from handfast.handshake.recipes.quoting import properties, shell
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
    several_pairs,
)

if TYPE_CHECKING:
    from handfast.handshake.recipes.facts import RecipeFacts
    from handfast.handshake.recipes.recipe import Placeholder
    from handfast.handshake.recipes.stores import UsableStore

CLIENT: Final = RecipeKind(
    id="kafka-client",
    title=tr("Kafka client"),
    summary=tr("properties of a producer, a consumer, or a tool"),
    roles=("client",),
    formats=JAVA,
    trust_formats=JAVA,
    client_port=9093,
)
BROKER: Final = RecipeKind(
    id="kafka-broker",
    title=tr("Kafka broker"),
    summary=tr("server.properties of a broker that requires client certificates"),
    roles=("server",),
    formats=JAVA,
    trust_formats=JAVA,
    server_port=9093,
)
_CLIENT_FILE: Final = "client-ssl.properties"
_BROKER_FILE: Final = "server.properties"


def _stores(
    keys: UsableStore, trust: UsableStore, secrets: tuple[Placeholder, Placeholder]
) -> dict[str, str]:
    return {
        "ssl.keystore.location": properties(keys.path),
        "ssl.keystore.type": keys.format.value,
        "ssl.keystore.password": secrets[0].text,
        "ssl.key.password": secrets[0].text,
        "ssl.truststore.location": properties(trust.path),
        "ssl.truststore.type": trust.format.value,
        "ssl.truststore.password": secrets[1].text,
    }


def _text(values: dict[str, str]) -> str:
    return "".join(f"{key}={value}\n" for key, value in values.items())


def _warnings(facts: RecipeFacts) -> tuple[str, ...]:
    return (
        *several_pairs(facts, "Kafka"),
        *java_warnings(facts),
    )


def make_client(facts: RecipeFacts) -> Recipe:
    """What producers, consumers and the tools of Kafka read."""
    keys, trust, secrets = java_stores(facts)
    host, unknown = host_of(facts)
    server = f"{host}:{facts.port or CLIENT.client_port}"
    text = _text(
        {
            "bootstrap.servers": server,
            "security.protocol": "SSL",
            **_stores(keys, trust, secrets),
            "ssl.endpoint.identification.algorithm": "https",
        }
    )
    return Recipe(
        id=CLIENT.id,
        title=CLIENT.title,
        introduction=tr("A Kafka client presents the key pair to each broker that it connects to."),
        steps=(
            *conversions(keys, trust),
            RecipeStep(
                title=tr("Write “{client_file}”", client_file=_CLIENT_FILE),
                blocks=(
                    Snippet(
                        text=text,
                        language="properties",
                        file_name=_CLIENT_FILE,
                        placeholders=(*unknown, *secrets),
                    ),
                ),
            ),
            RecipeStep(
                title=tr("Try it"),
                blocks=(
                    Snippet(
                        text=f"kafka-topics.sh --bootstrap-server {shell(server)} "
                        f"--command-config {_CLIENT_FILE} --list",
                        language="shell",
                        placeholders=unknown,
                    ),
                    Paragraph(
                        text=tr(
                            "“Not authorized” means that the handshake succeeded: the broker "
                            "knows who you are, and its access lists do not admit you."
                        )
                    ),
                ),
            ),
        ),
        warnings=_warnings(facts),
        notes=(
            (
                tr(
                    "The first broker tells the client about the others by the names in its "
                    "advertised.listeners; each name must appear in that broker’s certificate."
                )
            ),
            (
                tr(
                    "An empty ssl.endpoint.identification.algorithm would disable that "
                    "check, and anyone could impersonate the broker."
                )
            ),
            password_note("properties", _CLIENT_FILE),
        ),
    )


def make_broker(facts: RecipeFacts) -> Recipe:
    """What a broker adds to its ``server.properties``."""
    keys, trust, secrets = java_stores(facts)
    host, unknown = host_of(facts)
    port = facts.port or BROKER.server_port
    address = bracketed(facts.address)
    text = _text(
        {
            "listeners": f"SSL://{address}:{port}",
            "advertised.listeners": f"SSL://{host}:{port}",
            **_stores(keys, trust, secrets),
            "ssl.client.auth": "required",
        }
    )
    return Recipe(
        id=BROKER.id,
        title=BROKER.title,
        introduction=tr(
            "A listener of the protocol SSL presents the key pair, and accepts only clients with "
            "a certificate that the trust store trusts."
        ),
        steps=(
            *conversions(keys, trust),
            RecipeStep(
                title=tr("Add this to “{broker_file}”", broker_file=_BROKER_FILE),
                blocks=(
                    Paragraph(
                        text=tr(
                            "If listeners and advertised.listeners already exist, append "
                            "these after a comma."
                        )
                    ),
                    Snippet(
                        text=text,
                        language="properties",
                        file_name=_BROKER_FILE,
                        placeholders=(*unknown, *secrets),
                    ),
                ),
            ),
            RecipeStep(
                title=tr("Restart the broker"),
                blocks=(
                    Paragraph(
                        text=tr(
                            "The name that its access lists see is the subject of the "
                            "client’s certificate, such as User:CN=Acme,O=Acme Pty Ltd,C=AU."
                        )
                    ),
                ),
            ),
        ),
        warnings=_warnings(facts),
        notes=(
            (
                tr(
                    "If brokers also connect to one another over this listener "
                    "(security.inter.broker.protocol=SSL), each must trust the others, and their "
                    "certificates must be for both TLS client and TLS server."
                )
            ),
            tr("The name in advertised.listeners must appear in the certificate."),
            password_note("properties", _BROKER_FILE),
        ),
    )
