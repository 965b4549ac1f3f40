"""Tomcat’s connector that asks callers for a certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.handshake.recipes.quoting import file_uri, xml
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
    java_stores,
    java_warnings,
    password_note,
)

if TYPE_CHECKING:
    from handfast.handshake.recipes.facts import RecipeFacts

KIND: Final = RecipeKind(
    id="tomcat",
    title="Tomcat",
    summary=tr("a connector in server.xml that requires client certificates"),
    roles=("server",),
    formats=JAVA,
    trust_formats=JAVA,
    server_port=8443,
)


def make(facts: RecipeFacts) -> Recipe:
    """A ``Connector`` with ``SSLHostConfig``, as Tomcat 8.5 and later take it."""
    keys, trust, secrets = java_stores(facts, "xml")
    connector = {
        "port": str(facts.port or KIND.server_port),
        "protocol": "org.apache.coyote.http11.Http11NioProtocol",
        "SSLEnabled": "true",
        "scheme": "https",
        "secure": "true",
    }
    if facts.address:
        connector["address"] = facts.address
    host_config = {
        "certificateVerification": "required",
        "truststoreFile": _path(trust.path),
        "truststoreType": trust.format.value,
        "truststorePassword": secrets[1].text,
    }
    certificate = {
        "certificateKeystoreFile": _path(keys.path),
        "certificateKeystoreType": keys.format.value,
        "certificateKeystorePassword": secrets[0].text,
    }
    if facts.alias:
        certificate["certificateKeyAlias"] = facts.alias
    text = (
        f"{_element('Connector', connector, '')}>\n"
        f"{_element('SSLHostConfig', host_config, '    ')}>\n"
        f"{_element('Certificate', certificate, '        ')} />\n"
        "    </SSLHostConfig>\n"
        "</Connector>\n"
    )
    return Recipe(
        id=KIND.id,
        title=KIND.title,
        introduction=tr(
            "A connector presents the key pair, and accepts only clients with a certificate that "
            "the trust store trusts."
        ),
        steps=(
            *conversions(keys, trust),
            RecipeStep(
                title=tr("Add the connector to conf/server.xml"),
                blocks=(
                    Paragraph(
                        text=tr(
                            "It belongs inside the Service element, next to the other connectors."
                        )
                    ),
                    Snippet(
                        text=text,
                        language="xml",
                        file_name="conf/server.xml",
                        placeholders=secrets,
                    ),
                ),
            ),
            RecipeStep(
                title=tr("Restart Tomcat"),
                blocks=(
                    Paragraph(
                        text=tr(
                            "A wrong password or a missing file is reported in "
                            "logs/catalina.out; the other connectors start anyway."
                        )
                    ),
                ),
            ),
        ),
        warnings=java_warnings(facts),
        notes=(
            (
                tr(
                    "“required” applies to the whole connector. To ask only for some paths, "
                    "leave certificateVerification at its default and use CLIENT-CERT in the "
                    "application’s web.xml; TLS 1.3 does not allow asking later, so limit "
                    "the connector to TLS 1.2."
                )
            ),
            password_note("xml", "conf/server.xml"),
            tr(
                "Only the user that runs Tomcat should be able to read server.xml and the keystore."
            ),
        ),
    )


def _path(path: str) -> str:
    """As it is, unless Tomcat would take a part of it for one of its variables."""
    return file_uri(path) if "${" in path else path


def _element(name: str, attributes: dict[str, str], indent: str) -> str:
    margin = f"\n{indent}{' ' * (len(name) + 2)}"
    return f"{indent}<{name} " + margin.join(
        f"{key}={xml(value)}" for key, value in attributes.items()
    )
