"""Outbound mutual authentication of ServiceNow: the records that it takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

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
    title="ServiceNow records",
    summary="outbound REST and SOAP messages with mutual authentication",
    roles=("client",),
    formats=(Format.PKCS12, Format.JKS),
    # Its certificates are copied out one by one, whatever it is.
    trust_formats=tuple(Format),
    client_port=443,
)
_TYPES: Final = {Format.PKCS12: "PKCS12 Key Store", Format.JKS: "Java Key Store"}
#: Schemes that are there already, and must not be named again.
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
    partner = facts.partner or facts.host or "the partner"
    name = scheme(facts.partner or facts.host)
    host = facts.host or "host"
    port = facts.port or KIND.client_port
    secret = keystore_password(keys)
    address = f"{name}://{host}" + (f":{port}" if port != KIND.client_port else "") + "/"
    steps = (
        *conversions(keys),
        RecipeStep(
            title="Create the keystore’s record",
            blocks=(
                Paragraph(
                    text="Under System Definition > Certificates, choose New; attach the file to "
                    "the record, save it, and choose Validate Stores/Certificates."
                ),
                Fields(
                    rows=(
                        ("Name", f"Key pair for {partner}"),
                        ("Type", _TYPES[keys.format]),
                        ("Key store password", secret.text),
                        ("Attachment", keys.path),
                        ("Active", "yes"),
                    ),
                    placeholders=(secret,),
                ),
            ),
        ),
        RecipeStep(title="Create the record of whom you trust", blocks=_trust_blocks(facts)),
        RecipeStep(
            title="Create the protocol profile",
            blocks=(
                Paragraph(
                    text="Under System Security > Protocol Profiles, choose New. The name becomes "
                    "the scheme of the address."
                ),
                Fields(
                    rows=(
                        ("Protocol", name),
                        ("Default port", str(port)),
                        ("Keystore", f"Key pair for {partner}"),
                    )
                ),
            ),
        ),
        RecipeStep(
            title="Use it in the REST or SOAP message",
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
        introduction="An outbound message presents our key pair when its protocol profile names "
        "the keystore.",
        steps=steps,
        warnings=(*_pair_warnings(facts.pair), *empty_trust_warning(facts)),
        notes=(
            "It works for outbound HTTPS from the instance only, not through a MID Server.",
            (
                "One active certificate record that is damaged or expired can disturb connections "
                "that have nothing to do with it: validate each, and switch off what is not used."
            ),
            (
                "The safest is RSA with 2048 bits, one pair in the store, its complete chain with "
                "the root, and one password for store and key."
            ),
        ),
    )


def _trust_blocks(facts: RecipeFacts) -> tuple[Block, ...]:
    aliases = facts.trust.aliases if facts.trust is not None else ()
    who = facts.partner or facts.host or "the partner"
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
            Paragraph(text="This takes the certificates out of the trust store:"),
            Snippet(text="\n".join(commands), language="shell"),
        ]
    blocks.append(
        Paragraph(
            text="A record for each certificate: paste its text into PEM Certificate, or attach it "
            "where it is DER."
        )
    )
    shown = ", ".join(base_name(each) for each in files) or "the partner’s certificate"
    content = (("Format", "PEM"), ("PEM Certificate", f"the text of {shown}"))
    if facts.partner_certificate and facts.partner_certificate_is_der:
        content = (("Format", "DER"), ("Attachment", facts.partner_certificate))
    blocks.append(
        Fields(
            rows=(
                ("Name", f"Certificate of {who}"),
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
            f"The key is {pair.algorithm}. ServiceNow tells of RSA keys only: make a pair with "
            "RSA, 2048 bits."
        )
    elif not 2048 <= pair.bits <= 4096:
        found.append(
            f"The key has {pair.bits} bits. Between 2048 and 4096 are taken, and 2048 is safest."
        )
    elif pair.bits > 2048:
        found.append(
            f"The key has {pair.bits} bits. One page of ServiceNow allows up to 2048 bits, another "
            "up to 4096: 2048 is safest."
        )
    if pair.pairs > 1:
        found.append(
            f"The store holds {pair.pairs} key pairs. Keep the one to be presented alone in a "
            "store of its own."
        )
    if pair.own_password:
        found.append("The key has a password of its own. It must be that of the store.")
    if pair.is_self_signed:
        found.append(
            "The certificate is self-signed. ServiceNow advises one of a CA; a self-signed one "
            "works where the partner trusts this very certificate."
        )
    elif not pair.has_root:
        found.append(
            "The chain does not go up to its root. Import the CA’s complete chain onto the pair."
        )
    return tuple(found)
