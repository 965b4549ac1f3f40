"""A store as a program can read it: as it is, or a copy in another format."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import Format
from handfast.formats.registry import usual_ending
from handfast.handshake.engine.endpoint import bracketed
from handfast.handshake.recipes.quoting import is_windows_path, shell
from handfast.handshake.recipes.recipe import Paragraph, Placeholder, RecipeStep, Snippet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.handshake.recipes.facts import PairFacts, RecipeFacts, TrustFacts
    from handfast.handshake.recipes.recipe import Language

What: TypeAlias = Literal["keystore", "truststore"]
#: What Java opens without further libraries.
JAVA: Final = (Format.PKCS12, Format.JKS, Format.JCEKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsableStore:
    """A store in a format that the program reads, and how it comes to be so."""

    path: str
    format: Format
    #: None where the store is used as it is.
    conversion: RecipeStep | None = None

    @property
    def name(self) -> str:
        """The file’s name alone."""
        return base_name(self.path)


def usable(facts: RecipeFacts, what: What, formats: Sequence[Format]) -> UsableStore:
    """One of our stores, or its copy in the first of ``formats``."""
    if what == "keystore":
        path, present = facts.keystore, facts.keystore_format
    else:
        path, present = facts.truststore, facts.truststore_format
    if present in formats:
        return UsableStore(path=path, format=present)
    wanted = formats[0]
    copy = with_ending(path, usual_ending(wanted))
    command = f"handfast convert {shell(path)} {shell(copy)} --format {wanted.value.lower()}"
    name = base_name(path)
    words = tr(
        "“{name}” is {title}, which that program cannot read. This creates a copy; it asks "
        "for passwords.",
        name=name,
        title=present.title,
    )
    step = RecipeStep(
        title=tr("Create “{copy}”, in {title}", copy=base_name(copy), title=wanted.title),
        blocks=(Paragraph(text=words), Snippet(text=command, language="shell")),
    )
    return UsableStore(path=copy, format=wanted, conversion=step)


def java_stores(
    facts: RecipeFacts, language: Language = "text"
) -> tuple[UsableStore, UsableStore, tuple[Placeholder, Placeholder]]:
    """Both of our stores for a program on Java, and where their passwords belong."""
    keys, trust = usable(facts, "keystore", JAVA), usable(facts, "truststore", JAVA)
    return keys, trust, (keystore_password(keys, language), truststore_password(trust, language))


def conversions(*stores: UsableStore) -> tuple[RecipeStep, ...]:
    """The steps that come first, none twice."""
    return tuple(dict.fromkeys(each.conversion for each in stores if each.conversion is not None))


def base_name(path: str) -> str:
    return _pure(path).name or path


def stem(path: str) -> str:
    """The file’s name without its ending."""
    return _pure(path).stem or path


def beside(path: str, name: str) -> str:
    """A file in the same folder."""
    return str(_pure(path).with_name(name)) if _pure(path).name else name


def with_ending(path: str, ending: str) -> str:
    """A path with another ending, which is never the path itself."""
    pure = _pure(path)
    stem = pure.stem if pure.suffix.lower() != f".{ending}" else f"{pure.stem}-{ending}"
    return str(pure.with_name(f"{stem}.{ending}")) if pure.name else f"{path}.{ending}"


def _pure(path: str) -> PurePosixPath | PureWindowsPath:
    return PureWindowsPath(path) if is_windows_path(path) else PurePosixPath(path)


# --- passwords ----------------------------------------------------------------------------


def placeholder(name: str, meaning: str, language: Language = "text") -> Placeholder:
    """Where a password belongs; in XML an angle bracket would begin an element."""
    text = f"[{name}]" if language == "xml" else f"<{name}>"
    return Placeholder(text=text, meaning=meaning)


def keystore_password(store: UsableStore, language: Language = "text") -> Placeholder:
    return placeholder(
        tr("keystore password"), tr("the password of “{name}”", name=store.name), language
    )


def truststore_password(store: UsableStore, language: Language = "text") -> Placeholder:
    return placeholder(
        tr("trust store password"), tr("the password of “{name}”", name=store.name), language
    )


def password_note(language: Language, file_name: str) -> str:
    """How a password is written in a file where some letters mean something else."""
    match language:
        case "properties":
            return tr("In “{file}”, write a backslash in a password twice.", file=file_name)
        case "xml":
            return tr(
                'In “{file}”, write the characters &, < and " of a password as &amp;, &lt; and '
                "&quot;.",
                file=file_name,
            )
        case _:
            return tr(
                "In “{file}”, write a backslash before a backslash or a double quote in a "
                "password.",
                file=file_name,
            )


def host_of(facts: RecipeFacts) -> tuple[str, tuple[Placeholder, ...]]:
    """The host, an address of IPv6 in brackets; a placeholder where none is known."""
    if not facts.host:
        whose = (
            tr("the name of the partner’s server")
            if facts.role == "client"
            else tr("the name of this server")
        )
        return "<host>", (Placeholder(text="<host>", meaning=whose),)
    return bracketed(facts.host), ()


# --- what is wrong with them -------------------------------------------------------------


def several_pairs(facts: RecipeFacts, program: str) -> tuple[str, ...]:
    """A warning where the program cannot be told which pair to take."""
    pair = facts.pair
    if pair is None or pair.pairs <= 1:
        return ()
    return (
        (
            tr(
                "“{keystore}” contains {pairs} key pairs, and {program} cannot be configured "
                "to use “{alias}”. Keep this pair alone in a separate keystore.",
                keystore=base_name(facts.keystore),
                pairs=pair.pairs,
                program=program,
                alias=facts.alias,
            )
        ),
    )


def strangers_in_pem(facts: RecipeFacts, program: str) -> tuple[str, ...]:
    """A warning where the file has more in it than the pair that is to be presented."""
    pair = facts.pair
    if pair is None or (pair.pairs <= 1 and not pair.trusted):
        return ()
    return (
        (
            tr(
                "“{keystore}” contains more than this key pair. {program} uses the first key and "
                "certificate of the file and sends the others along: keep “{alias}” alone in a "
                "separate keystore.",
                keystore=base_name(facts.keystore),
                program=program,
                alias=facts.alias,
            )
        ),
    )


def issuers_warning(facts: RecipeFacts, program: str) -> tuple[str, ...]:
    """A warning where a trusted certificate is not enough without the CA above it."""
    missing = facts.trust.without_issuer if facts.trust is not None else ()
    if not missing:
        return ()
    names = ", ".join(f"“{each}”" for each in missing[:3])
    return (
        (
            tr(
                "{names}: the CA that issued it is not in “{truststore}”. Java and curl "
                "accept that; {program}, HAProxy, OpenSSL, Node.js, and Python trust a "
                "certificate only up to its root: import the CA as well.",
                names=names,
                truststore=base_name(facts.truststore),
                program=program,
            )
        ),
    )


def key_password_warning(pair: PairFacts | None) -> tuple[str, ...]:
    """A warning where the key does not open with the password of the store."""
    if pair is None or not pair.own_password:
        return ()
    return (
        (
            tr(
                "The key has a password of its own. Set it to the password of the keystore: "
                "only one password can be configured."
            )
        ),
    )


def chain_warning(pair: PairFacts | None) -> tuple[str, ...]:
    """A warning where the issuers of our certificate would not be sent."""
    if pair is None or pair.is_self_signed or pair.chain_length > 1 or pair.has_root:
        return ()
    return (
        (
            tr(
                "The pair lacks the certificates of its issuers. Import the CA’s full chain "
                "onto it: a partner who trusts the root needs the certificates in between."
            )
        ),
    )


def java_warnings(facts: RecipeFacts) -> tuple[str, ...]:
    """What no program on Java can be configured around."""
    return (
        *key_password_warning(facts.pair),
        *chain_warning(facts.pair),
        *empty_trust_warning(facts),
    )


def empty_trust_warning(facts: RecipeFacts) -> tuple[str, ...]:
    """A warning where the trust store trusts nobody."""
    trust: TrustFacts | None = facts.trust
    if trust is None or trust.aliases:
        return ()
    return (
        (
            tr(
                "“{truststore}” contains no trusted certificate. Import the partner’s "
                "certificate, or that of its CA, first.",
                truststore=base_name(facts.truststore),
            )
        ),
    )
