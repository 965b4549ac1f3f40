"""Outbound mutual authentication of ServiceNow: the records that it takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from handfast.core.language import tr, tr_count
from handfast.core.store import Format
from handfast.handshake.recipes.quoting import shell
from handfast.handshake.recipes.recipe import (
    Fields,
    Paragraph,
    Recipe,
    RecipeKind,
    RecipeStep,
    Snippet,
)
from handfast.handshake.recipes.stores import (
    base_name,
    beside,
    conversions,
    empty_trust_warning,
    keystore_password,
    usable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.handshake.recipes.facts import PairFacts, RecipeFacts
    from handfast.handshake.recipes.recipe import Block

KIND: Final = RecipeKind(
    id="servicenow",
    title=tr("ServiceNow records"),
    summary=tr("outbound REST and SOAP messages with mutual authentication"),
    roles=("client",),
    formats=(Format.PKCS12, Format.JKS),
    # Its certificates are copied out one by one, whatever it is.
    trust_formats=tuple(Format),
    client_port=443,
)
_TYPES: Final = {Format.PKCS12: "PKCS12 Key Store", Format.JKS: "Java Key Store"}
#: Schemes that already exist, and must not be named again.
_TAKEN: Final = frozenset(("http", "https", "ftp", "ftps", "sftp", "ldap", "ldaps", "mauth"))


def scheme(partner: str) -> str:
    """A name for the protocol profile: lower case, no special characters, not there yet."""
    name = re.sub(r"[^a-z0-9]", "", partner.lower())[:24]
    if not name or not name[0].isalpha() or name in _TAKEN:
        name = f"mauth{name.removeprefix('mauth')}" if name else "mauthpartner"
    return name


def make(facts: RecipeFacts) -> Recipe:
    """The three records, and the message that uses them."""
    keys = usable(facts, "keystore", KIND.formats)
    partner = facts.partner or facts.host or tr("the partner")
    name = scheme(facts.partner or facts.host)
    host = facts.host or "host"
    port = facts.port or KIND.client_port
    secret = keystore_password(keys)
    address = f"{name}://{host}" + (f":{port}" if port != KIND.client_port else "") + "/"
    steps = (
        *conversions(keys),
        RecipeStep(
            title=tr("Create the keystore record"),
            blocks=(
                Paragraph(
                    text=tr(
                        "Under System Definition > Certificates, choose New; attach the file "
                        "to the record, save it, and choose Validate Stores/Certificates."
                    )
                ),
                Fields(
                    rows=(
                        ("Name", tr("Key pair for {partner}", partner=partner)),
                        ("Type", _TYPES[keys.format]),
                        ("Key store password", secret.text),
                        ("Attachment", keys.path),
                        ("Active", "yes"),
                    ),
                    placeholders=(secret,),
                ),
            ),
        ),
        RecipeStep(title=tr("Create the trusted certificate record"), blocks=_trust_blocks(facts)),
        RecipeStep(
            title=tr("Create the protocol profile"),
            blocks=(
                Paragraph(
                    text=tr(
                        "Under System Security > Protocol Profiles, choose New. The name "
                        "becomes the scheme of the address."
                    )
                ),
                Fields(
                    rows=(
                        ("Protocol", name),
                        ("Default port", str(port)),
                        ("Keystore", tr("Key pair for {partner}", partner=partner)),
                    )
                ),
            ),
        ),
        RecipeStep(
            title=tr("Use it in the REST or SOAP message"),
            blocks=(
                Fields(
                    rows=(
                        ("Endpoint", address),
                        ("Use mutual authentication", "yes"),
                        ("Protocol profile", name),
                    )
                ),
            ),
        ),
    )
    return Recipe(
        id=KIND.id,
        title=KIND.title,
        introduction=tr(
            "An outbound message presents your key pair when its protocol profile names the "
            "keystore."
        ),
        steps=steps,
        warnings=(*_pair_warnings(facts.pair), *empty_trust_warning(facts)),
        notes=(
            tr("It works only for outbound HTTPS from the instance, not through a MID Server."),
            (
                tr(
                    "One active certificate record that is damaged or expired can break unrelated "
                    "connections: validate each record, and deactivate those that you do not use."
                )
            ),
            (
                tr(
                    "The safest choice is RSA with 2048 bits, one pair in the keystore, its "
                    "full chain with the root, and one password for keystore and key."
                )
            ),
        ),
    )


def _trust_blocks(facts: RecipeFacts) -> tuple[Block, ...]:
    aliases = facts.trust.aliases if facts.trust is not None else ()
    who = facts.partner or facts.host or tr("the partner")
    blocks: list[Block] = []
    files = [facts.partner_certificate] if facts.partner_certificate else []
    if not files and aliases:
        # The instance takes one certificate a record, and in PEM.
        files = [beside(facts.truststore, name) for name in _file_names(aliases[:8])]
        commands = [
            f"handfast export {shell(facts.truststore)} --alias {shell(alias)} "
            f"--out {shell(file)} --encoding pem"
            for alias, file in zip(aliases, files, strict=False)
        ]
        blocks += [
            Paragraph(text=tr("This exports the certificates from the trust store:")),
            Snippet(text="\n".join(commands), language="shell"),
        ]
    blocks.append(
        Paragraph(
            text=tr(
                "Create a record for each certificate: paste its text into PEM Certificate, "
                "or attach it if it is DER."
            )
        )
    )
    shown = ", ".join(base_name(each) for each in files) or tr("the partner’s certificate")
    content = (("Format", "PEM"), ("PEM Certificate", tr("the text of {name}", name=shown)))
    if facts.partner_certificate and facts.partner_certificate_is_der:
        content = (("Format", "DER"), ("Attachment", facts.partner_certificate))
    blocks.append(
        Fields(
            rows=(
                ("Name", tr("Certificate of {who}", who=who)),
                ("Type", "Trust Store Cert"),
                *content,
                ("Active", "yes"),
            )
        )
    )
    return tuple(blocks)


def _file_names(aliases: Sequence[str]) -> list[str]:
    """A name for each, none twice: an export replaces no file."""
    names: list[str] = []
    for number, alias in enumerate(aliases, 1):
        stem = re.sub(r"[^\w.-]+", "-", alias).strip("-.")[:60] or "partner"
        name = f"{stem}.pem"
        names.append(f"{stem}-{number}.pem" if name in names else name)
    return names


def _pair_warnings(pair: PairFacts | None) -> tuple[str, ...]:
    if pair is None:
        return ()
    found: list[str] = []
    if pair.algorithm != "RSA":
        found.append(
            tr(
                "The key is {algorithm}. ServiceNow documents only RSA keys: generate a pair with "
                "RSA, 2048 bits.",
                algorithm=pair.algorithm,
            )
        )
    elif not 2048 <= pair.bits <= 4096:
        found.append(
            tr(
                "The key has {bits} bits. ServiceNow accepts between 2048 and 4096, and 2048 is "
                "safest.",
                bits=pair.bits,
            )
        )
    elif pair.bits > 2048:
        found.append(
            tr(
                "The key has {bits} bits. One page of ServiceNow allows up to 2048 bits, "
                "another up to 4096: 2048 is safest.",
                bits=pair.bits,
            )
        )
    if pair.pairs > 1:
        found.append(
            tr_count(
                "The keystore contains {count} key pair. Keep the one to present alone in a "
                "separate keystore.",
                "The keystore contains {count} key pairs. Keep the one to present alone in a "
                "separate keystore.",
                pair.pairs,
            )
        )
    if pair.own_password:
        found.append(
            tr("The key has a password of its own. It must be the same as that of the keystore.")
        )
    if pair.is_self_signed:
        found.append(
            tr(
                "The certificate is self-signed. ServiceNow recommends one from a CA; a "
                "self-signed one works if the partner trusts this very certificate."
            )
        )
    elif not pair.has_root:
        found.append(
            tr("The chain does not reach its root. Import the CA’s full chain onto the pair.")
        )
    return tuple(found)
