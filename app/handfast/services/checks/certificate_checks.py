"""What is wrong with a certificate itself: dates, key, signature. And with a trusted one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm

from handfast.core.keys import describe_public_key
from handfast.core.language import grouped, tr
from handfast.core.store import quoted, shorten
from handfast.core.visible_text import visible
from handfast.services.checks.findings import Finding, Severity
from handfast.services.checks.java_reading import unreadable_for_java
from handfast.services.describe.oid_names import named
from handfast.services.describe.validity import date_text, span_text
from handfast.services.paths.java_reading import java_refusal
from handfast.services.paths.peers import EVERYONE, who_differs
from handfast.services.paths.strength import (
    is_forgeable,
    signature_words,
    unusual_curve,
    weakness_of_signature,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import TrustedCertificate
    from handfast.services.describe.validity import Moment
    from handfast.services.paths.peers import Role
    from handfast.services.paths.strength import Weakness

#: The signed timestamps and the policies that only public CAs put in (RFC 6962; CA/Browser
#: Forum, Baseline Requirements 7.1.6.1), and the usage "TLS client", each as DER.
_PUBLIC_MARKS = (
    bytes.fromhex("060a2b06010401d679020402"),
    bytes.fromhex("060667810c010201"),
    bytes.fromhex("060667810c010202"),
    bytes.fromhex("060667810c010203"),
    bytes.fromhex("060567810c0101"),
)
_CLIENT_AUTH = bytes.fromhex("06082b06010505070302")


def check_trusted(
    entry: TrustedCertificate, moment: Moment, *, others_valid: bool
) -> Iterator[Finding]:
    """What is wrong with a trusted one. ``others_valid``: there is another that has not ended."""
    certificate, alias = entry.certificate, entry.alias
    if certificate.parsed is None:
        yield unreadable(certificate, alias, quoted(alias))
        return
    what = quoted(alias)
    reason = java_refusal(certificate)
    if reason:
        yield unreadable_for_java(reason, alias, what)
    # Ended anchors lie about in every collection of roots, and Java does not even look at an
    # anchor's dates. A partner's own certificate that has ended is refused by everybody.
    for finding in check_dates(certificate, moment, alias, what):
        if finding.code == "expired" and others_valid and certificate.is_ca:
            yield replace(
                finding,
                severity="warning",
                why=tr("Java still accepts chains that end at it; most other programs do not."),
                remedy=tr("Delete it if nothing needs it anymore, or import its successor."),
            )
        else:
            yield finding
    yield from check_key(certificate, alias, what)
    if certificate.is_self_issued or (is_forgeable(certificate) and not certificate.is_ca):
        # Nobody verifies the signature of what is trusted, but OpenSSL that of a partner's own
        # certificate from a CA, and it must know the kind of a root's.
        for finding in check_signature(certificate, alias, what, "client"):
            yield replace(finding, severity="warning")
    if ends_client_auth(certificate) and not certificate.is_ca:
        yield Finding(
            severity="info",
            code="client-auth-ending",
            alias=alias,
            message=tr(
                "{what}, from a public CA, is valid for TLS clients too; its successor will "
                "not be.",
                what=what,
            ),
            why=_CLIENT_AUTH_WHY,
            remedy=tr("Ask your partner what they will present after their next renewal."),
        )


_CLIENT_AUTH_WHY = tr(
    "Public CAs stop issuing certificates for TLS clients in 2026 and 2027, because "
    "browsers require that they certify only servers."
)


def client_auth_ending(alias: str, what: str) -> Finding:
    """For a key pair whose certificate a public CA made."""
    return Finding(
        severity="warning",
        code="client-auth-ending",
        alias=alias,
        message=tr(
            "{what} can be a TLS client now, but its renewal by this public CA will not.", what=what
        ),
        why=_CLIENT_AUTH_WHY + " " + tr("Mutual TLS with the renewed certificate then fails."),
        remedy=tr(
            "Plan for a private CA, or a self-signed certificate exchanged with the partner."
        ),
    )


def ends_client_auth(certificate: Certificate) -> bool:
    """Whether a public CA made it for TLS clients, among others."""
    der = certificate.der
    if _CLIENT_AUTH not in der or not any(mark in der for mark in _PUBLIC_MARKS):
        return False
    return "client" in certificate.purposes


def check_dates(
    certificate: Certificate,
    moment: Moment,
    alias: str,
    what: str,
) -> Iterator[Finding]:
    """Expired, about to expire, or not valid yet."""
    start, end = certificate.not_before, certificate.not_after
    if start is None or end is None:
        return
    at = moment.at
    if at > end:
        yield Finding(
            severity="error",
            code="expired",
            alias=alias,
            message=tr(
                "{what} expired on {date}, {span} ago.",
                what=what,
                date=date_text(end),
                span=span_text(at - end),
            ),
            why=tr("Handshakes with it fail: the other side rejects it."),
            remedy=tr("Replace it with a new one, and send that to everyone who trusts it."),
        )
    elif at < start:
        yield Finding(
            severity="error",
            code="not-yet-valid",
            alias=alias,
            message=tr(
                "{what} is not valid before {date}, in {span}.",
                what=what,
                date=date_text(start),
                span=span_text(start - at),
            ),
            why=tr("Until then, the other side rejects it."),
            remedy=tr(
                "Wait until then. If it should be valid already, check the clocks of this computer "
                "and of the one that created it."
            ),
        )
    elif end - at <= timedelta(days=moment.expiry_days):
        yield Finding(
            severity="warning",
            code="expiring",
            alias=alias,
            message=tr(
                "{what} expires on {date}, in {span}.",
                what=what,
                date=date_text(end),
                span=span_text(end - at),
            ),
            why=tr("After that, every handshake with it fails."),
            remedy=tr("Renew it now, and give your partner time to import the new one."),
        )


#: OpenSSL: SSL_CTX_set_security_level(3), where level 2 wants 112 bits of security. Java:
#: jdk.certpath.disabledAlgorithms, with “RSA keySize < 1024, DSA keySize < 1024, EC keySize < 224”.
_WHY_WEAK = tr(
    "It is within reach of a well-funded attacker. Browsers reject it, and so does "
    "OpenSSL at its security level 2, the default since 3.2 and earlier on Debian and "
    "Ubuntu: “key too weak” or “key too small”. Java accepts 1,024 bits and rejects less, "
    "so it works with one partner and not with another."
)
#: JDK 16 took the obsolete curves out; secp224r1 is one of them.
_WHY_WEAK_CURVE = tr(
    "Java 16 and later support no curve this short, and neither do browsers. OpenSSL "
    "accepts it, so it works with one partner and not with another."
)
_WHY_ODD_CURVE = tr(
    "Java 16 and later do not support this curve, and neither do browsers: they cannot verify "
    "what it signs. OpenSSL accepts it, so it works with one partner and not with another."
)


def check_key(certificate: Certificate, alias: str, what: str) -> Iterator[Finding]:
    """Public keys that peers refuse or should."""
    if certificate.parsed is None:
        return
    try:
        # Not through the certificate's own properties: this runs ten thousand times.
        name, bits = describe_public_key(certificate.parsed.public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return
    severity: Severity | None = None
    if name in ("RSA", "DSA") and bits:
        severity = "error" if bits < 1024 else "warning" if bits < 2048 else None
    elif name == "EC" and bits:
        severity = "error" if bits < 224 else "warning" if bits < 256 else None
    remedy = tr("Generate a new key pair: RSA with at least 2,048 bits, or EC P-256.")
    if severity is not None:
        yield Finding(
            severity=severity,
            code="weak-key",
            alias=alias,
            message=tr(
                "The {name} key of {what} has only {bits} bits.",
                name=name,
                what=what,
                bits=grouped(bits),
            ),
            why=(
                tr("It can be broken, and both Java and OpenSSL reject it.")
                if severity == "error"
                else _WHY_WEAK_CURVE
                if name == "EC"
                else _WHY_WEAK
            ),
            remedy=remedy,
        )
    elif name == "EC" and (curve := unusual_curve(certificate)):
        yield Finding(
            severity="warning",
            code="weak-key",
            alias=alias,
            message=tr(
                "The key of {what} is on the curve {curve}, which Java does not support.",
                what=what,
                curve=named(curve),
            ),
            why=_WHY_ODD_CURVE,
            remedy=remedy,
        )


def check_signature(
    certificate: Certificate, alias: str, what: str, role: Role = "server"
) -> Iterator[Finding]:
    """What peers say of the signature on a certificate that is presented in that role."""
    weakness = weakness_of_signature(certificate, is_top=certificate.is_self_issued)
    if weakness is not None:
        yield _weak_signature(certificate, weakness, alias, what, role)


def _weak_signature(
    certificate: Certificate, weakness: Weakness, alias: str, what: str, role: Role
) -> Finding:
    name = signature_words(certificate)
    severity: Severity = "error" if weakness.refused_by == EVERYONE else "warning"
    if weakness.is_of_kind:
        return Finding(
            severity=severity,
            code="weak-signature",
            alias=alias,
            message=tr(
                "{what} is signed with {name}, which not every program accepts.",
                what=what,
                name=name,
            ),
            why=f"{weakness.detail} {who_differs(weakness.refused_by, role)}".strip(),
            remedy=tr("Have the certificate issued again, signed with SHA-256."),
        )
    hash_name = "SHA-1" if certificate.signature_hash == "SHA1" else certificate.signature_hash
    return Finding(
        severity=severity,
        code="weak-signature",
        alias=alias,
        message=tr(
            "{what} is signed with {hash_name} ({name}).", what=what, hash_name=hash_name, name=name
        ),
        why=(
            tr(
                "Signatures with {hash_name} can be forged, so OpenSSL 3, browsers, and Java for "
                "public CAs reject them: “Certificates do not conform to algorithm constraints”.",
                hash_name=hash_name,
            )
            if severity == "warning"
            else tr(
                "Signatures with {hash_name} can be forged, so Java, OpenSSL 3, and browsers "
                "reject them: “Certificates do not conform to algorithm constraints”.",
                hash_name=hash_name,
            )
        ),
        remedy=tr("Have the certificate issued again, signed with SHA-256."),
    )


def unreadable(certificate: Certificate, alias: str, what: str) -> Finding:
    """For bytes that should be a certificate."""
    reason = visible(certificate.trouble)
    return Finding(
        severity="error",
        code="unreadable-certificate",
        alias=alias,
        message=tr("{what} cannot be read as a certificate.", what=what),
        why=tr(
            "It does not follow the rules for certificates ({reason}). Most programs reject it, "
            "and some reject the whole keystore.",
            reason=shorten(reason, 120),
        ),
        remedy=tr("Ask its sender for a new copy. It stays unchanged until you delete it."),
    )
