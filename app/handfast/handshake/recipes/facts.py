"""What a recipe is filled in with: paths, aliases and names, and what is known of the pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.core.store import Format
from handfast.formats.registry import usual_ending

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.handshake.report.party import PartyStore, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFacts:
    """What is known of our key pair, for the warnings."""

    algorithm: str
    bits: int
    is_self_signed: bool
    #: How many certificates its chain has.
    chain_length: int
    #: Whether the chain goes up to its root.
    has_root: bool
    #: How many key pairs there are in the store, this one among them.
    pairs: int = 1
    #: Whether the key has a password of its own.
    own_password: bool = False
    #: How many trusted certificates there are in the store beside it.
    trusted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFacts:
    """What is known of our trust store."""

    #: The aliases of what it trusts.
    aliases: tuple[str, ...]
    #: Aliases of those that a CA issued which is not in the store.
    without_issuer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeFacts:
    """Our side of a connection. There is no password in it."""

    #: Whether we call them (client) or they call us (server).
    role: Side
    #: The path of the store with our pair, as the program will find it.
    keystore: str
    keystore_format: Format = Format.PKCS12
    alias: str = ""
    truststore: str
    truststore_format: Format = Format.PKCS12
    #: What we call the partner.
    partner: str = ""
    #: What the client connects to: theirs where we are the client, else ours.
    host: str = ""
    #: 0 for the one that is usual with the program.
    port: int = 0
    #: Where our server listens; empty for every address of its computer.
    address: str = ""
    #: The file with the partner’s certificate as they sent it, where it holds that one alone.
    partner_certificate: str = ""
    #: Whether that is DER, and no text.
    partner_certificate_is_der: bool = False
    #: None where the stores were not looked into.
    pair: PairFacts | None = None
    trust: TrustFacts | None = None


def facts_of(
    *,
    role: Side,
    keys: PartyStore,
    alias: str | None,
    trust: PartyStore,
    partner: str = "",
    host: str = "",
    port: int = 0,
    address: str = "",
    partner_certificate: str = "",
    partner_certificate_is_der: bool = False,
) -> RecipeFacts:
    """The facts that open stores tell; the first pair, where no alias is given."""
    pairs = keys.store.key_pairs
    pair = next((each for each in pairs if alias in {None, each.alias}), None)
    return RecipeFacts(
        role=role,
        keystore=_path(keys, "keystore"),
        keystore_format=keys.store.format,
        alias=pair.alias if pair is not None else alias or "",
        truststore=_path(trust, "truststore"),
        truststore_format=trust.store.format,
        partner=partner,
        host=host,
        port=port,
        address=address,
        partner_certificate=partner_certificate,
        partner_certificate_is_der=partner_certificate_is_der,
        pair=_pair_facts(pair, keys.store) if pair is not None else None,
        trust=_trust_facts(trust.store),
    )


def _path(store: PartyStore, stem: str) -> str:
    if store.path is not None:
        # Programs are started in other folders than this one.
        return str(store.path.absolute())
    return f"{stem}.{usual_ending(store.store.format)}"


def _pair_facts(pair: KeyPair, store: Store) -> PairFacts:
    leaf = pair.certificate
    return PairFacts(
        algorithm=pair.algorithm,
        bits=pair.bits or 0,
        is_self_signed=leaf is not None and leaf.is_self_signed,
        chain_length=len(pair.chain),
        has_root=bool(pair.chain) and pair.chain[-1].is_self_signed,
        pairs=len(store.key_pairs),
        own_password=pair.password is not None,
        trusted=len(store.trusted),
    )


def _trust_facts(store: Store) -> TrustFacts:
    trusted = store.trusted
    subjects = {each.certificate.subject_key for each in trusted}
    return TrustFacts(
        aliases=tuple(each.alias for each in trusted),
        without_issuer=tuple(
            each.alias
            for each in trusted
            if not each.certificate.is_self_signed and each.certificate.issuer_key not in subjects
        ),
    )
