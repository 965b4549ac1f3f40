"""What is wrong with the certificates of a path, one by one, by the rules of RFC 5280."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handfast.core.decoding import ask
from handfast.services.describe.oid_names import named
from handfast.services.paths.name_constraints import forbidden_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cryptography import x509

    from handfast.core.certificate import Certificate
    from handfast.services.paths.building import Path
    from handfast.services.paths.peers import Role

JAVA: Final = "Java"
OPENSSL: Final = "OpenSSL"
#: Extensions that OpenSSL and Java both process (RFC 5280, 4.2).
_UNDERSTOOD: Final = frozenset(
    ("2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.30", "2.5.29.31",
     "2.5.29.32", "2.5.29.33", "2.5.29.35", "2.5.29.36", "2.5.29.37", "2.5.29.54",
     "1.3.6.1.5.5.7.1.1", "2.16.840.1.113730.1.1")
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing: its cause code, which certificate, and in words what exactly."""

    code: str
    certificate: Certificate
    #: How far above the leaf.
    depth: int
    detail: str = ""
    #: Whose opinion it is, where not everybody’s.
    opinion: str = ""


def judge(
    path: Path,
    *,
    purpose: Role,
    at: datetime,
    revocation_lists: Sequence[x509.CertificateRevocationList] = (),
) -> tuple[Fault, ...]:
    """Every fault of a path, the gravest kind first, and the one nearest to the leaf."""
    return (
        *_revoked(path, revocation_lists),
        *_dates(path, at),
        *_not_a_ca(path),
        *_path_length(path),
        *_names(path),
        *_critical(path),
        *_purpose(path, purpose),
        *_weak(path),
    )


def _dates(path: Path, at: datetime) -> Iterator[Fault]:
    last = len(path.links) - 1
    for depth, link in enumerate(path.links):
        certificate = link.certificate
        # Java never looks at the dates of what it trusts.
        opinion = OPENSSL if link.anchor_alias and depth == last else ""
        if certificate.is_expired(at):
            yield Fault(code="expired", certificate=certificate, depth=depth, opinion=opinion)
        elif certificate.is_not_yet_valid(at):
            yield Fault(code="not-yet-valid", certificate=certificate, depth=depth, opinion=opinion)


def _not_a_ca(path: Path) -> Iterator[Fault]:
    from cryptography import x509

    for depth, certificate in enumerate(path.certificates):
        if not depth or certificate.parsed is None:
            continue
        usage = certificate.extension(x509.KeyUsage.oid)
        if not certificate.is_ca:
            if certificate.parsed.version is x509.Version.v1 and path.links[depth].anchor_alias:
                # From before there were extensions; both sides take it as a root.
                continue
            yield Fault(code="not-a-ca", certificate=certificate, depth=depth)
        elif isinstance(usage, x509.KeyUsage) and not usage.key_cert_sign:
            yield Fault(
                code="not-a-ca",
                certificate=certificate,
                depth=depth,
                detail="Its key usage does not allow it to sign certificates.",
            )


def _path_length(path: Path) -> Iterator[Fault]:
    from cryptography import x509

    between = 0
    for depth, certificate in enumerate(path.certificates):
        if not depth:
            continue
        limits = certificate.extension(x509.BasicConstraints.oid)
        limit = limits.path_length if isinstance(limits, x509.BasicConstraints) else None
        if limit is not None and between > limit:
            yield Fault(
                code="path-length",
                certificate=certificate,
                depth=depth,
                detail=f"It allows {limit} below it, and there "
                f"{'is' if between == 1 else 'are'} {between}.",
            )
        if not certificate.is_self_issued:
            between += 1


def _names(path: Path) -> Iterator[Fault]:
    for depth, certificate in enumerate(path.certificates):
        if not depth:
            continue
        for below in path.certificates[:depth]:
            name = forbidden_name(certificate, below)
            if name:
                yield Fault(
                    code="name-constraint", certificate=certificate, depth=depth, detail=name
                )
                break


def _critical(path: Path) -> Iterator[Fault]:
    for depth, certificate in enumerate(path.certificates):
        # Java does not look into what it trusts.
        is_anchor = bool(path.links[depth].anchor_alias)
        extensions: list[x509.Extension[x509.ExtensionType]] = []
        for extension in ask(certificate.parsed, lambda each: list(each.extensions), extensions):
            oid = extension.oid.dotted_string
            if extension.critical and oid not in _UNDERSTOOD:
                yield Fault(
                    code="unknown-critical-extension",
                    certificate=certificate,
                    depth=depth,
                    detail=named(oid),
                    opinion=OPENSSL if is_anchor else "",
                )


def _purpose(path: Path, purpose: Role) -> Iterator[Fault]:
    from cryptography import x509

    leaf = path.certificates[0]
    # Java asks for no purpose of a certificate that it trusts itself.
    opinion = OPENSSL if path.links[0].anchor_alias else ""
    if not leaf.allows(purpose):
        yield Fault(code="wrong-purpose", certificate=leaf, depth=0, opinion=opinion)
        return
    usage = leaf.extension(x509.KeyUsage.oid)
    if isinstance(usage, x509.KeyUsage) and not usage.digital_signature:
        yield Fault(
            code="wrong-purpose",
            certificate=leaf,
            depth=0,
            detail="Its key usage does not allow digital signatures.",
            opinion=opinion,
        )
    for depth, certificate in enumerate(path.certificates):
        if depth and not path.links[depth].anchor_alias and not certificate.allows(purpose):
            yield Fault(
                code="wrong-purpose",
                certificate=certificate,
                depth=depth,
                detail="It is a CA’s that is not for this purpose.",
                opinion=OPENSSL,
            )


def _weak(path: Path) -> Iterator[Fault]:
    last = len(path.links) - 1
    for depth, certificate in enumerate(path.certificates):
        algorithm, bits = certificate.key_algorithm, certificate.key_bits or 0
        floor, java_floor = {"RSA": (2048, 1024), "DSA": (2048, 1024), "EC": (224, 224)}.get(
            algorithm, (0, 0)
        )
        if bits and bits < floor:
            yield Fault(
                code="weak-key",
                certificate=certificate,
                depth=depth,
                detail=f"Its {algorithm} key has {bits:,} bits.",
                opinion=OPENSSL if bits >= java_floor else "",
            )
        if depth == last and (path.links[depth].anchor_alias or certificate.is_self_signed):
            # Nobody verifies the signature of what is trusted itself.
            continue
        name = certificate.signature_algorithm
        if name.startswith(("MD2", "MD5", "SHA1")):
            yield Fault(
                code="weak-signature",
                certificate=certificate,
                depth=depth,
                detail=f"It is signed with {name}.",
                # Java’s ban on SHA-1 is for the chains of public CAs only.
                opinion=OPENSSL if name.startswith("SHA1") else "",
            )


def _revoked(
    path: Path, revocation_lists: Sequence[x509.CertificateRevocationList]
) -> Iterator[Fault]:
    for depth, certificate in enumerate(path.certificates):
        for each in revocation_lists:
            if certificate.parsed is None or each.issuer != certificate.issuer_name:
                continue
            above = path.certificates[min(depth + 1, len(path.links) - 1)]
            if not is_signed_by(each, above):
                # Somebody else’s, of the same name: anybody can write one.
                continue
            found = each.get_revoked_certificate_by_serial_number(certificate.parsed.serial_number)
            if found is not None:
                yield Fault(
                    code="revoked",
                    certificate=certificate,
                    depth=depth,
                    detail=f"Its CA revoked it on {found.revocation_date_utc:%Y-%m-%d}.",
                )
                break


def is_signed_by(revoked: x509.CertificateRevocationList, issuer: Certificate) -> bool:
    """Whether a list of revoked certificates is the issuer’s own."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return revoked.is_signature_valid(issuer.public_key)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
