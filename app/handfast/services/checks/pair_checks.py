"""What is wrong with a key pair: its chain, its purpose, and whether key and certificate fit."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from handfast.core.errors import Unsupported
from handfast.core.keys import public_key_info
from handfast.core.language import enumerated, tr
from handfast.core.store import quoted, shorten
from handfast.core.visible_text import visible
from handfast.services.checks.certificate_checks import (
    check_dates,
    check_key,
    check_signature,
    client_auth_ending,
    ends_client_auth,
    unreadable,
)
from handfast.services.checks.findings import Finding, Part
from handfast.services.checks.java_reading import unreadable_for_java
from handfast.services.checks.path_rules import check_path_rules
from handfast.services.paths.building import chain_in_order
from handfast.services.paths.java_reading import java_refusal
from handfast.services.paths.strength import unusual_curve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.services.describe.validity import Moment
    from handfast.services.exchange.replies import RepliesBeside
    from handfast.services.paths.peers import Role


#: Certificates of one name that are tried as an issuer.
_MAX_CANDIDATES = 20
#: A key on a shorter curve is weak, whatever else is to be said of it.
_LEAST_USUAL_BITS = 256


class KnownIssuers:
    """Under which alias an issuer is in a store; looked through when it is first asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_subject: dict[bytes, dict[Certificate, str]] = {}

    def alias_of(self, certificate: Certificate) -> str:
        """The alias of what issued it; empty where that is not there."""
        if not self._by_subject:
            for entry in self._store.entries:
                for each in entry.chain:
                    known = self._by_subject.setdefault(each.subject_key, {})
                    known.setdefault(each, entry.alias)
        candidates = self._by_subject.get(certificate.issuer_key, {})
        for candidate, alias in islice(candidates.items(), _MAX_CANDIDATES):
            if certificate.is_issued_by(candidate):
                return alias
        return ""


def check_reply_beside(entry: KeyPair, replies: RepliesBeside) -> Iterator[Finding]:
    """Whether a CA's reply for a pair was imported as a trusted certificate beside it."""
    beside = replies.of(entry)
    leaf = entry.certificate
    if beside is None or leaf is None:
        return
    has = (
        tr("a self-signed certificate")
        if leaf.is_self_signed
        else tr("an older certificate of the key")
    )
    yield Finding(
        severity="warning",
        code="reply-not-on-pair",
        alias=entry.alias,
        message=tr(
            "A CA’s certificate for the key pair {entry} is in this keystore as the trusted "
            "certificate “{alias}”.",
            entry=quoted(entry.alias),
            alias=shorten(beside.alias),
        ),
        why=tr(
            "The pair itself still has {has}, and that is what a peer is shown. As a trusted "
            "certificate, the CA’s has no effect.",
            has=has,
        ),
        remedy=tr(
            "Import the certificate onto the key pair; on the console, use handfast reply KEYSTORE."
        ),
    )


def check_pair(
    entry: KeyPair, issuers: KnownIssuers, moment: Moment, beside: Certificate | None = None
) -> Iterator[Finding]:
    """Everything about one key pair but its password.

    ``beside``: the certificate of another key that stands beside one that has none.
    """
    alias = entry.alias
    if not entry.chain and beside is not None:
        name = shorten(visible(beside.common_name) or visible(beside.subject))
        yield Finding(
            severity="error",
            code="key-mismatch",
            alias=alias,
            message=tr(
                "The private key of {entry} does not match the certificate “{name}” in the "
                "same file.",
                entry=quoted(entry.alias),
                name=name,
            ),
            why=tr("A program that loads both rejects them: “key values mismatch”."),
            remedy=tr(
                "Find the key for which this certificate was requested, or have a new certificate "
                "issued for this key."
            ),
        )
        return
    if not entry.chain:
        yield Finding(
            severity="error",
            code="chain-incomplete",
            alias=alias,
            message=tr(
                "{entry} is a private key without any certificate.", entry=quoted(entry.alias)
            ),
            why=tr("A handshake requires the certificate; the key alone cannot be presented."),
            remedy=tr("Import the certificate that belongs to this key onto this alias."),
            part=Part.ABSENT,
        )
        return
    for index, certificate in enumerate(entry.chain):
        for finding in _check_link(certificate, index, entry, moment):
            yield finding if not index else _above(finding)
    leaf = entry.chain[0]
    position = _position_of_own(entry)
    if position != 0:
        yield _misfit(entry, position)
    if leaf.is_readable:
        yield from _check_purpose(leaf, entry)
    if position == 0 and all(certificate.is_readable for certificate in entry.chain):
        yield from _check_chain(entry, issuers, moment.at)


def _check_link(
    certificate: Certificate, index: int, entry: KeyPair, moment: Moment
) -> Iterator[Finding]:
    alias = entry.alias
    what = quoted(entry.alias)
    if index:
        name = visible(certificate.common_name) or tr("certificate {number}", number=index + 1)
        what = tr("“{name}”, in the chain of {entry},", name=shorten(name), entry=what)
    if certificate.parsed is None:
        yield unreadable(certificate, alias, what)
        return
    reason = java_refusal(certificate)
    if reason:
        yield unreadable_for_java(reason, alias, what.rstrip(","))
    yield from check_dates(certificate, moment, alias, what)
    is_told = not index and not certificate.is_ca and bool(unusual_curve(certificate))
    if not is_told or (certificate.key_bits or 0) < _LEAST_USUAL_BITS:
        # That TLS does not sign with the curve of a leaf is reported for the path.
        yield from check_key(certificate, alias, what.rstrip(","))
    leaf = entry.chain[0]
    role: Role = "client" if leaf.allows("client") and not leaf.allows("server") else "server"
    yield from check_signature(certificate, alias, what, role)


def _above(finding: Finding) -> Finding:
    """A finding about a CA's certificate in a chain: the CA replaces that, not the pair's owner."""
    remedies = {
        "expired": tr("Get the CA’s current certificate, and import the chain again with it."),
        "expiring": tr(
            "Get the CA’s next certificate before that date, and import the chain again with it."
        ),
        "invisible-to-java": tr(
            "Ask the CA for a certificate of its own without this fault, and import the chain "
            "again with it."
        ),
        "not-yet-valid": finding.remedy,
        "unreadable-certificate": tr(
            "Ask the CA for a new copy of its certificate, and import the chain again with it."
        ),
    }
    remedy = remedies.get(finding.code)
    if remedy is None:
        # Its key or the signature on it is too weak.
        remedy = tr("Have the certificate issued again, by a CA whose own certificates are strong.")
    return replace(finding, remedy=remedy, part=Part.ABOVE)


def _position_of_own(entry: KeyPair) -> int | None:
    """Where in the chain the certificate of the key is; 0 too where that cannot be told."""
    keys = [certificate.public_key_der for certificate in entry.chain]
    if entry.key is not None and keys[0]:
        try:
            public = entry.key.load().public_key()
        except Unsupported:
            return 0
        own = public_key_info(public)
        return keys.index(own) if own in keys else None
    # A locked key says nothing; a chain that runs from the root down does.
    chain = entry.chain
    backwards = len(chain) > 1 and all(
        below.issuer_key == above.subject_key != b"" for above, below in pairwise(chain)
    )
    if backwards and not chain[-1].is_self_issued:
        return len(chain) - 1
    return 0


def _misfit(entry: KeyPair, position: int | None) -> Finding:
    if position is None:
        return Finding(
            severity="error",
            code="key-mismatch",
            alias=entry.alias,
            message=tr(
                "The private key of {entry} does not match its certificate.",
                entry=quoted(entry.alias),
            ),
            why=tr(
                "The handshake fails, because the key cannot prove that the certificate is yours."
            ),
            remedy=tr(
                "Find the key pair for which this certificate was requested, or have a new "
                "certificate issued for this key."
            ),
        )
    return Finding(
        severity="error",
        code="chain-order",
        alias=entry.alias,
        message=tr(
            "The certificate of {entry} is at position {position} of its chain, not at the first.",
            entry=quoted(entry.alias),
            position=position + 1,
        ),
        why=tr(
            "Programs use the first certificate of a chain as their own; here, that is a CA "
            "certificate."
        ),
        remedy=tr(
            "Import the chain again in the right order: your own certificate, intermediates, root."
        ),
    )


# --- purpose -----------------------------------------------------------------------------


def _check_purpose(leaf: Certificate, entry: KeyPair) -> Iterator[Finding]:
    if leaf.is_ca:
        # The key of a CA signs; nobody presents it in a handshake.
        return
    what = quoted(entry.alias)
    if not leaf.allows("client") and not leaf.allows("server"):
        yield Finding(
            severity="warning",
            code="wrong-purpose",
            alias=entry.alias,
            message=tr(
                "{what} is not for TLS: its certificate allows only other purposes.", what=what
            ),
            why=tr("A peer rejects it in a handshake: “Extended key usage does not permit use”."),
            remedy=tr(
                "For mutual TLS, have a certificate issued with the purposes TLS server, TLS "
                "client, or both."
            ),
        )
    elif not _may_sign(leaf):
        yield Finding(
            severity="warning",
            code="wrong-purpose",
            alias=entry.alias,
            message=tr("The key usage of {what} does not allow digital signatures.", what=what),
            why=tr("TLS 1.3, and every TLS client, proves possession of the key by signing."),
            remedy=tr("Have the certificate issued again with the key usage “digital signature”."),
        )
    if leaf.allows("server") and not _names_a_host(leaf):
        yield Finding(
            severity="warning",
            code="no-san",
            alias=entry.alias,
            message=tr(
                "The certificate of {what} has no host name in its subject alternative names.",
                what=what,
            ),
            why=tr(
                "Browsers and most clients reject it as a server, because they look for the "
                "host name only there: “No subject alternative names present”. A client does "
                "not need one."
            ),
            remedy=tr(
                "If it is for a server, generate a new one with the host name as a DNS name."
            ),
        )
    if ends_client_auth(leaf):
        yield client_auth_ending(entry.alias, what)


def _may_sign(leaf: Certificate) -> bool:
    from cryptography import x509

    usage = leaf.extension(x509.KeyUsage.oid)
    return not isinstance(usage, x509.KeyUsage) or usage.digital_signature


def _names_a_host(leaf: Certificate) -> bool:
    return any(name.startswith(("dns:", "ip:")) for name in leaf.san)


# --- chain -------------------------------------------------------------------------------


def _check_chain(entry: KeyPair, issuers: KnownIssuers, at: datetime) -> Iterator[Finding]:
    path = chain_in_order(entry.chain)
    rest = [certificate for certificate in entry.chain if certificate not in path]
    what = quoted(entry.alias)
    if rest:
        names = enumerated([quoted(visible(each.common_name), 40) for each in rest[:3]])
        yield Finding(
            severity="warning",
            code="chain-order",
            alias=entry.alias,
            message=tr(
                "The chain of {what} contains certificates that do not belong to it: {names}.",
                what=what,
                names=names,
            ),
            why=tr("They are sent in every handshake, and strict peers reject such a chain."),
            remedy=tr(
                "Import the chain again: your own certificate, intermediates, root, and "
                "nothing else."
            ),
        )
    elif path != entry.chain:
        yield Finding(
            severity="warning",
            code="chain-order",
            alias=entry.alias,
            message=tr("The certificates in the chain of {what} are not in order.", what=what),
            why=tr(
                "Each should be followed by the one that issued it (RFC 5246, 7.4.2). Strict peers "
                "reject another order."
            ),
            remedy=tr(
                "Import the chain again in order: your own certificate, intermediates, root."
            ),
        )
    for below, above in pairwise(path):
        yield from _check_issuer(below, above, entry)
    yield from check_path_rules(entry, path, at)
    if not path[-1].is_self_signed:
        yield _incomplete(entry, path, issuers)


def _check_issuer(below: Certificate, above: Certificate, entry: KeyPair) -> Iterator[Finding]:
    name = quoted(visible(above.common_name))
    if below.signature_fits(above) is False:
        yield Finding(
            severity="error",
            code="chain-broken",
            alias=entry.alias,
            message=tr(
                "{name}, in the chain of {entry}, is not the certificate that signed.",
                name=name,
                entry=quoted(entry.alias),
            ),
            why=tr(
                "It has the issuer’s name but another key, so no peer can verify the chain. It is "
                "usually an older or newer certificate of the same CA."
            ),
            remedy=tr("Ask the CA for the matching certificate, and import the chain again."),
        )


def _incomplete(entry: KeyPair, path: tuple[Certificate, ...], issuers: KnownIssuers) -> Finding:
    last = path[-1]
    issuer = quoted(visible(last.issuer_common_name) or visible(last.issuer))
    alias = issuers.alias_of(last)
    if alias:
        remedy = tr(
            "The issuer is in this keystore as “{alias}”: add it to the chain.",
            alias=shorten(alias),
        )
    else:
        remedy = tr("Ask the CA for its chain file, and import it onto this key pair.")
    alone = len(path) == 1
    return Finding(
        severity="warning" if alone else "info",
        code="chain-incomplete",
        alias=entry.alias,
        message=(
            tr(
                "The chain of {entry} lacks its issuer, {issuer}.",
                entry=quoted(entry.alias),
                issuer=issuer,
            )
            if alone
            else tr(
                "The chain of {entry} ends before its root, {issuer}.",
                entry=quoted(entry.alias),
                issuer=issuer,
            )
        ),
        why=(
            tr(
                "Only the certificates in the chain are sent. A peer that trusts the root "
                "but has no copy of the certificates in between cannot verify it: “unable to "
                "get local issuer certificate”."
            )
            if alone
            else tr(
                "Peers that have the root can still verify it. Some products, such as ServiceNow, "
                "require the full chain."
            )
        ),
        remedy=remedy,
    )
