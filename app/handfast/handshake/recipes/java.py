"""Java’s system properties: a keystore and a trust store for all that a program does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.handshake.recipes.quoting import java_argument, shell
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
    several_pairs,
)

if TYPE_CHECKING:
    from handfast.handshake.recipes.facts import RecipeFacts

KIND: Final = RecipeKind(
    id="java",
    title=tr("Java system properties"),
    summary=tr("any Java program without TLS settings of its own"),
    roles=("client", "server"),
    formats=JAVA,
    trust_formats=JAVA,
)
ARGUMENTS_FILE: Final = "mutual-tls.args"


def make(facts: RecipeFacts) -> Recipe:
    """The properties of JSSE, in a file for the launcher and as one command."""
    keys, trust, secrets = java_stores(facts)
    values = {
        "javax.net.ssl.keyStore": keys.path,
        "javax.net.ssl.keyStoreType": keys.format.value,
        "javax.net.ssl.keyStorePassword": secrets[0].text,
        "javax.net.ssl.trustStore": trust.path,
        "javax.net.ssl.trustStoreType": trust.format.value,
        "javax.net.ssl.trustStorePassword": secrets[1].text,
    }
    options = [f"-D{name}={value}" for name, value in values.items()]
    lines = "".join(f"{java_argument(each)}\n" for each in options)
    steps = (
        *conversions(keys, trust),
        RecipeStep(
            title=tr("Write “{arguments_file}”", arguments_file=ARGUMENTS_FILE),
            blocks=(
                Paragraph(
                    text=tr(
                        "The launcher of Java 9 and later reads its options from a file. "
                        "Unlike on a command line, other users of the computer cannot see the "
                        "passwords if only the program’s user may read the file."
                    )
                ),
                Snippet(
                    text=lines,
                    language="arguments",
                    file_name=ARGUMENTS_FILE,
                    placeholders=secrets,
                ),
            ),
        ),
        RecipeStep(
            title=tr("Start the program with the file"),
            blocks=(
                Snippet(text=f"java @{ARGUMENTS_FILE} -jar your-program.jar", language="shell"),
                Paragraph(text=tr("Java 8 accepts the same options on its command line:")),
                Snippet(
                    text=" ".join(["java", *map(shell, options), "-jar your-program.jar"]),
                    language="shell",
                    placeholders=secrets,
                ),
            ),
        ),
    )
    notes = [
        (
            tr(
                "The trust store replaces Java’s own, “cacerts”, for the whole program: it "
                "must also contain everything else that the program connects to."
            )
        ),
        tr("Programs that create their own SSLContext ignore these properties."),
        password_note("arguments", ARGUMENTS_FILE),
        tr("To see what happens in a handshake, add -Djavax.net.debug=ssl,handshake."),
    ]
    if facts.role == "server":
        notes.insert(
            0,
            tr(
                "No property makes a server ask for a certificate: the program must call "
                "setNeedClientAuth(true), or have a setting that does."
            ),
        )
    return Recipe(
        id=KIND.id,
        title=KIND.title,
        introduction=tr(
            "Java reads the key pair to present, and the trust store, from six system properties."
        ),
        steps=steps,
        warnings=(
            *several_pairs(facts, "Java"),
            *java_warnings(facts),
        ),
        notes=tuple(notes),
    )
