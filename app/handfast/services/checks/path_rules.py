"""What the rules of certificate paths say of the chain of a key pair, whoever verifies it.

The rules are those of a rehearsal (:mod:`handfast.services.paths.judging`). A chain that ends with
a self-signed certificate is judged as if that were trusted; one that ends before it, as far as it
goes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from handfast.core.keys import curve_of
from handfast.core.language import tr
from handfast.core.store import quoted, shorten
from handfast.core.visible_text import visible
from handfast.services.checks.findings import Finding, Part, Severity
from handfast.services.paths.building import Link, Path
from handfast.services.paths.judging import JAVA_MAX_MESSAGE_BYTES, Aspect, Fault, judge_by_role
from handfast.services.paths.peers import EVERYONE, who_differs
from handfast.services.paths.strength import EXPLICIT_CURVE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair
    from handfast.services.paths.peers import Role

_ROLES: Final[tuple[Role, ...]] = ("client", "server")
#: The faults that are told here; dates, weak keys and signatures have checks of their own, which
#: look at certificates beside the path as well.
_TOLD: Final = frozenset(
    ("path-length", "name-constraint", "unknown-critical-extension", "no-shared-algorithm",
     "not-a-ca", "wrong-purpose", "untrusted", "wrong-format")
)  # fmt: skip
#: What is told in other words by other checks.
_TOLD_ELSEWHERE: Final = frozenset((Aspect.KEY_USAGE,))
_CODES: Final = {
    "not-a-ca": "wrong-purpose",
    "untrusted": "chain-broken",
    "wrong-format": "unreadable-certificate",
}


def check_path_rules(
    entry: KeyPair, path: tuple[Certificate, ...], at: datetime
) -> Iterator[Finding]:
    """A finding for each rule that the path of a pair breaks; ``path`` runs from the leaf up."""
    told: set[tuple[str, Certificate, Aspect, str]] = set()
    for fault, role in _faults(entry, path, at):
        key = (fault.code, fault.certificate, fault.aspect, fault.detail)
        if key not in told:
            told.add(key)
            yield _finding(fault, role, entry)


def _faults(
    entry: KeyPair, path: tuple[Certificate, ...], at: datetime
) -> Iterator[tuple[Fault, Role]]:
    leaf = path[0]
    links = [Link(certificate=each, was_sent=True) for each in path]
    if path[-1].is_self_signed:
        links[-1] = replace(links[-1], anchor_alias=entry.alias)
    judged = Path(links=tuple(links))
    named = [role for role in _ROLES if role in leaf.purposes]
    roles = named or list(_ROLES)
    by_role = judge_by_role(judged, roles, at=at, sent=entry.chain)
    for role, faults in by_role.items():
        for fault in faults:
            if fault.code not in _TOLD or fault.aspect in _TOLD_ELSEWHERE:
                continue
            if fault.code == "wrong-purpose":
                if fault.aspect is Aspect.PLAIN or leaf.is_ca:
                    # Of a leaf it is told elsewhere, and the key of a CA signs.
                    continue
                # One that may be both is narrowed by a CA that is for one of them, not barred.
                if not named and not all(_has(faults, fault) for faults in by_role.values()):
                    continue
            if fault.code == "no-shared-algorithm" and leaf.is_ca:
                continue
            if fault.aspect is Aspect.ISSUER_IDENTIFIER and (
                fault.certificate.signature_fits(path[fault.depth + 1]) is False
            ):
                # That another made the signature says it all.
                continue
            yield fault, role
    yield from ((each, roles[0]) for each in _too_deep(path))


def _has(faults: tuple[Fault, ...], wanted: Fault) -> bool:
    return any(
        (each.certificate, each.aspect) == (wanted.certificate, wanted.aspect) for each in faults
    )


def _too_deep(path: tuple[Certificate, ...]) -> Iterator[Fault]:
    """A CA's own pair that stands lower than a CA above it allows: what it issues is refused."""
    from cryptography import x509

    if not path[0].is_ca:
        return
    below = 0
    for depth, certificate in enumerate(path):
        limits = certificate.extension(x509.BasicConstraints.oid)
        limit = limits.path_length if isinstance(limits, x509.BasicConstraints) else None
        if depth and limit is not None and below > limit:
            yield Fault(
                code="path-length",
                certificate=certificate,
                depth=depth,
                detail=tr(
                    "It allows {limit} below it, and there are {below}, including this CA.",
                    limit=limit,
                    below=below,
                ),
            )
            return
        if not certificate.is_self_issued:
            below += 1


# --- words ---------------------------------------------------------------------------------------


def _finding(fault: Fault, role: Role, entry: KeyPair) -> Finding:
    message, why, remedy = _words(fault, role, entry)
    differ = who_differs(fault.refused_by, role)
    severity: Severity = "error" if fault.refused_by == EVERYONE else "warning"
    return Finding(
        severity=severity,
        code=_code(fault),
        alias=entry.alias,
        message=message,
        why=f"{why} {differ}".strip(),
        remedy=remedy,
        part=_part(fault, entry),
    )


def _part(fault: Fault, entry: KeyPair) -> Part:
    if fault.aspect is Aspect.CHAIN_SIZE:
        # Where the first certificate alone is too large, to send fewer of them is no remedy.
        alone = len(entry.chain[0].der) > JAVA_MAX_MESSAGE_BYTES
        return Part.CERTIFICATE if alone else Part.ITSELF
    return Part.ABOVE if fault.depth else Part.ITSELF


def _code(fault: Fault) -> str:
    if fault.aspect is Aspect.CHAIN_SIZE:
        return "oversized-chain"
    if fault.aspect is Aspect.CURVE and _is_explicit(fault.certificate):
        return "weak-key"
    return _CODES.get(fault.code, fault.code)


def _is_explicit(certificate: Certificate) -> bool:
    return curve_of(certificate.raw_public_key_der) == EXPLICIT_CURVE


def _words(fault: Fault, role: Role, entry: KeyPair) -> tuple[str, str, str]:
    what = quoted(entry.alias)
    which = _which(fault, entry)
    reissue = tr("Have the certificate issued again, by a CA whose certificate allows it.")
    match fault.code:
        case "path-length" if fault.aspect is Aspect.CHAIN_LENGTH:
            return (
                tr("The chain of {what} is too long for Java.", what=what),
                fault.detail,
                (
                    tr(
                        "Send fewer certificates: omit the root, and cross-signed "
                        "certificates that the partner does not need."
                    )
                ),
            )
        case "path-length":
            return (
                tr("The chain of {what} is longer than {which} allows.", what=what, which=which),
                tr(
                    "{detail} The limit is its path length (pathLenConstraint).",
                    detail=fault.detail,
                ),
                (
                    tr(
                        "Have the certificate issued by a CA that is higher up, or have the "
                        "CA’s own certificate issued again with a greater path length."
                    )
                ),
            )
        case "name-constraint":
            return (
                tr(
                    "Java rejects {what} because of the name constraints of {which}.",
                    what=what,
                    which=which,
                )
                if fault.aspect is Aspect.JAVA_NAMES
                else tr(
                    "{which} may not certify the name {detail} of {what}.",
                    which=which,
                    detail=shorten(visible(fault.detail)),
                    what=what,
                ),
                fault.detail
                if fault.aspect is Aspect.JAVA_NAMES
                else tr("Its name constraints state for which names it may issue certificates."),
                tr("Use a name that the CA may certify, or ask another CA."),
            )
        case "unknown-critical-extension":
            return (
                tr(
                    "{which} has a critical extension that programs do not support: {detail}.",
                    which=which,
                    detail=fault.detail,
                ),
                tr(
                    "A program must reject a critical extension that it does not support "
                    "(RFC 5280, 4.2)."
                ),
                tr(
                    "Have it issued again without the extension, or with it marked as not critical."
                ),
            )
        case "not-a-ca":
            return (
                tr("{which} may not sign certificates.", which=which),
                fault.detail
                or tr(
                    "It is not marked as a CA certificate: its basic constraints are "
                    "missing, as in all certificates of version 1. Only a trusted root may "
                    "be like this."
                ),
                tr(
                    "Ask the CA for a current certificate of its own, and have yours issued "
                    "by that."
                ),
            )
        case "no-shared-algorithm":
            return (
                tr("Not every program can use the key of {what} for TLS.", what=what),
                fault.detail,
                tr("Generate a new key pair on the curve P-256, or with RSA."),
            )
        case "untrusted" if fault.aspect is Aspect.ISSUER_IDENTIFIER:
            return (
                tr(
                    "{which} names a different issuer than the one in the chain of {what}.",
                    which=which,
                    what=what,
                ),
                fault.detail,
                tr("Ask the CA for the matching certificate, or have yours issued again."),
            )
        case "untrusted":
            return (
                tr(
                    "{which} encodes the name of its issuer differently than the issuer does.",
                    which=which,
                ),
                fault.detail,
                reissue,
            )
        case "wrong-format" if fault.aspect is Aspect.CHAIN_SIZE:
            return (
                tr("The certificates of {what} are too large for Java.", what=what),
                fault.detail,
                tr("Have a certificate issued with fewer names, or send fewer certificates."),
            )
        case "wrong-format" if fault.aspect is Aspect.TAIL:
            return (
                tr("{which} is followed by bytes that are not part of it.", which=which),
                fault.detail,
                tr("Export it, which leaves them out, and import the exported file."),
            )
        case "wrong-format":
            return (
                tr("{which} does not follow the rules for certificates.", which=which),
                fault.detail,
                tr("Have it issued again without this fault."),
            )
        case _:
            return _purpose_words(fault, role, what, which)


def _purpose_words(fault: Fault, role: Role, what: str, which: str) -> tuple[str, str, str]:
    if fault.aspect is Aspect.CA_PURPOSE:
        return (
            tr(
                "{which}, a CA certificate, is not for a TLS client, and {what} is below it.",
                which=which,
                what=what,
            )
            if role == "client"
            else tr(
                "{which}, a CA certificate, is not for a TLS server, and {what} is below it.",
                which=which,
                what=what,
            ),
            tr("Its extended key usage restricts what the certificates below it are for."),
            tr("Have the certificate issued by a CA that may issue certificates for a TLS client.")
            if role == "client"
            else tr(
                "Have the certificate issued by a CA that may issue certificates for a TLS server."
            ),
        )
    return (
        tr("The certificate of {what} is not accepted as a TLS client by every program.", what=what)
        if role == "client"
        else tr(
            "The certificate of {what} is not accepted as a TLS server by every program.", what=what
        ),
        fault.detail,
        tr("Have it issued again with the purpose TLS client.")
        if role == "client"
        else tr("Have it issued again with the purpose TLS server."),
    )


def _which(fault: Fault, entry: KeyPair) -> str:
    if not fault.depth:
        return tr("The certificate of “{alias}”", alias=shorten(entry.alias))
    name = visible(fault.certificate.common_name) or tr(
        "certificate {number}", number=fault.depth + 1
    )
    return tr(
        "“{name}”, in the chain of “{alias}”,", name=shorten(name), alias=shorten(entry.alias)
    )
