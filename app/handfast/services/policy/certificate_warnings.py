"""What is unwise about a certificate that is created, renewed, exported, or trusted.

Each face gives them: the window beside the field, the console on standard error. None of them
refuses anything. Those about a long validity are in
:mod:`handfast.services.policy.validity_days`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import grouped, tr, tr_count
from handfast.core.store import shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.services.authority.extension_plan import ExtensionPlan

#: RSA keys below this are replaced, not kept.
MIN_RSA_BITS: Final = 2048
#: Extended key usages with which a server may present a certificate (RFC 5280, 4.2.1.12).
_SERVER_USAGES: Final = frozenset({"serverAuth", "anyExtendedKeyUsage"})
_KINDS: Final = {
    "rsa:2048": tr("Sufficient for now; many authorities advise 3072 bits for use after 2030."),
    "rsa:8192": tr(
        "Generating it takes about a minute, every handshake is slow, and some "
        "systems reject it. 3072 or 4096 bits are safe for decades."
    ),
    "ed25519": tr(
        "Java before 15 and many gateways do not support Ed25519. Ask your partner first."
    ),
    "ec:P-521": tr("Some systems do not support P-521; P-256 and P-384 work everywhere."),
}


def warning_about_kind(kind: str) -> str:
    """What speaks against a kind of key, such as ``rsa:2048``; empty where nothing does."""
    return {each.lower(): text for each, text in _KINDS.items()}.get(kind.lower(), "")


def is_for_servers(certificate: Certificate) -> bool:
    """Whether a server may present a certificate, as far as its purposes say."""
    return not certificate.is_ca and (not certificate.purposes or "server" in certificate.purposes)


def serves(purpose: str, extensions: ExtensionPlan | None) -> bool:
    """The same of a certificate that is only planned: its purpose, or all of its extensions."""
    if extensions is None:
        return purpose in {"server", "both"}
    usages = extensions.extended_key_usage
    return not extensions.is_ca and (not usages or not _SERVER_USAGES.isdisjoint(usages))


def warning_about_names(names: Collection[str], *, is_for_servers: bool) -> str:
    """What a server’s certificate lacks without an alternative name; empty where it has one."""
    if names or not is_for_servers:
        return ""
    return tr(
        "Clients compare the host name they connect to with these names, and "
        "reject a server certificate that has none."
    )


def has_weak_key(certificate: Certificate) -> bool:
    """Whether its key is one that is replaced rather than kept."""
    return certificate.key_algorithm == "RSA" and (certificate.key_bits or 0) < MIN_RSA_BITS


def warning_about_renewal(pair: KeyPair, *, new_key: bool) -> str:
    """What speaks against keeping the key of a pair, or against a new one."""
    leaf = pair.certificate
    if leaf is None:
        return ""
    if not new_key and has_weak_key(leaf):
        return tr(
            "The key has {bits} bits, which many programs reject. Choose a new key.",
            bits=grouped(leaf.key_bits or 0),
        )
    if new_key and leaf.is_ca:
        return tr(
            "The certificates that this CA issued do not verify against a new key. "
            "Keep the key, or issue them again."
        )
    return ""


def warning_about_expired(chosen: Sequence[tuple[str, Certificate]]) -> str:
    """That certificates for a partner, by their aliases, have expired; empty where none has."""
    expired = [alias for alias, certificate in chosen if certificate.is_expired()]
    if not expired:
        return ""
    name = shorten(expired[0], 40)
    if len(expired) == 1:
        return tr("“{name}” has expired. Your partner will not accept it.", name=name)
    return tr_count(
        "“{name}” and {count} more have expired. Your partner will not accept them.",
        "“{name}” and {count} more have expired. Your partner will not accept them.",
        len(expired) - 1,
        name=name,
    )


def warning_about_mixing(store: Store) -> str:
    """That certificates to trust come beside a private key; empty where there is none."""
    if not store.key_pairs:
        return ""
    return tr(
        "This keystore contains a private key. Keep trusted certificates in a "
        "separate trust store: programs are configured with both."
    )
