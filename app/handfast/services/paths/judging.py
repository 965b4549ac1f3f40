"""What is wrong with the certificates of a path, one by one, by the rules of RFC 5280.

Each fault says which programs refuse it, as far as that is known of them: Java does not look into
what it trusts itself, OpenSSL takes more key usages, and both have limits of their own.
"""

from __future__ import annotations

from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.keys import curve_of
from handfast.core.language import tr, tr_count
from handfast.core.name_matching import java_name_key
from handfast.services.describe.oid_names import named
from handfast.services.paths.building import Link, Path, hints_agree
from handfast.services.paths.encoding import (
    bytes_follow,
    refused_for_tail,
    signature_over_ber,
    signature_over_der,
)
from handfast.services.paths.java_constraints import (
    java_ignores_constraints,
    java_objection,
    java_reads_constraints,
    java_takes_for_host,
)
from handfast.services.paths.java_reading import (
    differing_signature,
    has_two_signature_algorithms,
    java_refusal,
)
from handfast.services.paths.name_constraints import forbidden_name, is_constrained
from handfast.services.paths.peers import EVERYONE, JAVA, OPENSSL, Peer
from handfast.services.paths.policies import unmet_requirement
from handfast.services.paths.strength import (
    EXPLICIT_CURVE,
    TLS_CURVES,
    weakness_of_key,
    weakness_of_signature,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cryptography import x509

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.certificates.revocation_list import RevocationList
    from handfast.services.paths.peers import Peers, Role

#: Extensions that OpenSSL and Java both process, so that they may be critical.
_UNDERSTOOD: Final = frozenset(
    ("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.32", "2.5.29.33",
     "2.5.29.36", "2.5.29.37", "2.5.29.54", "2.16.840.1.113730.1.1")
)  # fmt: skip
_NETSCAPE_TYPE: Final = "2.16.840.1.113730.1.1"
_CONSTRAINTS: Final = "2.5.29.30"
_PURPOSES: Final = "2.5.29.37"
#: That extension with an empty list, in DER.
_NO_PURPOSES: Final = bytes.fromhex("0603551d2504023000")
#: Of those, the ones that Java’s PKIX processes only where revocation is checked, or not at all.
_UNKNOWN_TO_JAVA: Final = frozenset(("2.5.29.31", _NETSCAPE_TYPE))
_NETSCAPE_BITS: Final[dict[Role, int]] = {"client": 0x80, "server": 0x40}
#: Java takes a chain of so many certificates at most, and a message of so many bytes
#: (``jdk.tls.maxCertificateChainLength``, ``jdk.tls.maxHandshakeMessageSize``).
_JAVA_MAX_INTERMEDIATES: Final = 10
JAVA_MAX_MESSAGE_BYTES: Final = 32 * 1024


class Aspect(Enum):
    """Which of several things a cause code stands for."""

    PLAIN = "plain"
    KEY_USAGE = "key usage"
    ANY_PURPOSE = "any purpose"
    NETSCAPE_TYPE = "Netscape certificate type"
    CA_PURPOSE = "purpose of a CA"
    CURVE = "curve"
    ISSUER_IDENTIFIER = "authority key identifier"
    ISSUER_NAME = "name of the issuer"
    CHAIN_LENGTH = "length of the chain"
    CHAIN_SIZE = "size of the chain"
    POLICY = "policy"
    TAIL = "bytes behind the certificate"
    #: Constraints on names as Java alone compares them; the detail says which.
    JAVA_NAMES = "names as Java compares them"
    #: Of a kind that some programs do not have, and not weak.
    KIND = "kind of key or signature"
    #: An expired certificate beside a valid one of the same name and key.
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing: its cause code, which certificate, and in words what exactly."""

    code: str
    certificate: Certificate
    #: How far above the leaf.
    depth: int
    detail: str = ""
    #: The programs that refuse it.
    refused_by: Peers = EVERYONE
    #: What exactly, where what helps depends on it.
    aspect: Aspect = Aspect.PLAIN
    #: Whether the verification of the chain here does not show it: only what the key signs does,
    #: or an OpenSSL of another version.
    is_beyond_verification: bool = False
    #: Whether it is a limit of one program that others do not have: told beside a yes.
    is_limit: bool = False
    #: Whether Java's answer is not known and taken to be OpenSSL's.
    follows_openssl: bool = False


def judge(
    path: Path,
    *,
    purpose: Role,
    at: datetime,
    revocation_lists: Sequence[RevocationList] = (),
    sent: Sequence[Certificate] = (),
    tls: str = "1.3",
) -> tuple[Fault, ...]:
    """Every fault of a path, the gravest kind first, and the one nearest to the leaf.

    ``sent`` is the whole chain as it is presented, and ``tls`` the version that is spoken.
    """
    by_role = judge_by_role(
        path, (purpose,), at=at, revocation_lists=revocation_lists, sent=sent, tls=tls
    )
    return by_role[purpose]


def judge_by_role(
    path: Path,
    roles: Sequence[Role],
    *,
    at: datetime,
    revocation_lists: Sequence[RevocationList] = (),
    sent: Sequence[Certificate] = (),
    tls: str = "1.3",
) -> dict[Role, tuple[Fault, ...]]:
    """What :func:`judge` says of a path for each role; what is the same for all is found once."""
    graver = (
        *_unreadable(path),
        *_signed_in_der(path),
        *_revoked(path, revocation_lists),
        *_dates(path, at),
        *_not_a_ca(path),
        *_identifiers(path),
        *_path_length(path),
        *_names(path),
        *unknown_critical(path),
    )
    lesser = (
        *_key_kind(path.certificates[0]),
        *_weak(path, tls),
        *_java_limits(path, sent or path.certificates),
        *_tails(path),
    )
    return {role: (*graver, *_purpose(path, role, tls), *lesser) for role in roles}


def plain_faults(chain: Sequence[Certificate], purpose: Role, at: datetime) -> tuple[Fault, ...]:
    """What is wrong with a chain whoever verifies it, and whomever that trusts."""
    path = Path(links=tuple(Link(certificate=each, was_sent=True) for each in chain))
    found = (
        *_unreadable(path),
        *_dates(path, at),
        *_purpose(path, purpose, "1.3"),
        *_key_kind(chain[0]),
    )
    return tuple(each for each in found if each.refused_by == EVERYONE)


def _is_anchor(path: Path, depth: int) -> bool:
    return bool(path.links[depth].anchor_alias)


def _unreadable(path: Path) -> Iterator[Fault]:
    for depth, certificate in enumerate(path.certificates):
        if has_two_signature_algorithms(certificate):
            yield Fault(
                code="wrong-format",
                certificate=certificate,
                depth=depth,
                detail=differing_signature(),
            )
        if not certificate.is_readable and not java_refusal(certificate):
            yield Fault(
                code="wrong-format",
                certificate=certificate,
                depth=depth,
                detail=tr("It cannot be read in full."),
            )
        for trouble in certificate.extension_troubles:
            if trouble.is_duplicate:
                yield Fault(
                    code="wrong-format",
                    certificate=certificate,
                    depth=depth,
                    detail=tr("It contains the extension {name} twice.", name=named(trouble.oid)),
                )
            else:
                # Of those that are not critical, OpenSSL reads some all the same: its own answer
                # says whether it refuses. Java takes purposes that it cannot read for none that
                # restrict, and an empty list of them for one that permits nothing.
                everyone = trouble.is_critical or (
                    trouble.oid == _PURPOSES and _NO_PURPOSES in certificate.der
                )
                is_open = trouble.oid == _CONSTRAINTS and java_reads_constraints(certificate)
                yield Fault(
                    code="wrong-format",
                    certificate=certificate,
                    depth=depth,
                    detail=tr(
                        "Some of its extension {name} cannot be read.", name=named(trouble.oid)
                    )
                    if trouble.is_partial
                    else tr("Its extension {name} cannot be read.", name=named(trouble.oid)),
                    refused_by=EVERYONE if everyone else OPENSSL,
                    follows_openssl=is_open,
                )


def _signed_in_der(path: Path) -> Iterator[Fault]:
    for depth, (certificate, above) in enumerate(pairwise(path.certificates)):
        to_openssl, to_java = certificate.signature_readings(above)
        if to_java is True and to_openssl is False:
            yield Fault(
                code="wrong-format",
                certificate=certificate,
                depth=depth,
                detail=signature_over_der(),
                refused_by=OPENSSL,
            )


def _dates(path: Path, at: datetime) -> Iterator[Fault]:
    for depth, certificate in enumerate(path.certificates):
        # Java never looks at the dates of what it trusts.
        refused = OPENSSL if _is_anchor(path, depth) else EVERYONE
        code = "expired" if certificate.is_expired(at) else ""
        code = "not-yet-valid" if certificate.is_not_yet_valid(at) else code
        if code:
            yield Fault(code=code, certificate=certificate, depth=depth, refused_by=refused)
    last = path.anchor.certificate if path.anchor is not None else None
    is_other = path.is_same_key_only and len(path.links) > 1
    if last is not None and is_other and last.is_expired(at):
        # What was sent in its place is valid, and has its name and key: enough for Java.
        depth = len(path.links) - 1
        yield Fault(code="expired", certificate=last, depth=depth, refused_by=OPENSSL)


def _not_a_ca(path: Path) -> Iterator[Fault]:
    from cryptography import x509

    for depth, certificate in enumerate(path.certificates):
        if not depth or certificate.parsed is None:
            continue
        usage = certificate.extension(x509.KeyUsage.oid)
        if not certificate.is_ca:
            if certificate.parsed.version is x509.Version.v1 and _is_anchor(path, depth):
                # From before there were extensions; both sides take it as a root.
                continue
            yield Fault(code="not-a-ca", certificate=certificate, depth=depth)
        elif isinstance(usage, x509.KeyUsage) and not usage.key_cert_sign:
            yield Fault(
                code="not-a-ca",
                certificate=certificate,
                depth=depth,
                detail=tr("Its key usage does not allow it to sign certificates."),
            )


def _identifiers(path: Path) -> Iterator[Fault]:
    """An issuer whose signature fits, and that is not the one that the certificate names."""
    for depth, certificate in enumerate(path.certificates[:-1]):
        above = path.certificates[depth + 1]
        if not hints_agree(certificate, above):
            # Java compares it with an anchor, and in the rest of a chain that is in order not.
            refused = EVERYONE if _is_anchor(path, depth + 1) else OPENSSL
            yield Fault(
                code="untrusted",
                certificate=certificate,
                depth=depth,
                detail=tr(
                    "Its authority key identifier names a different issuer than the "
                    "one of the same name and key that is available here."
                ),
                refused_by=refused,
                aspect=Aspect.ISSUER_IDENTIFIER,
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
                detail=tr_count(
                    "It allows {limit} below it, and there is {count}.",
                    "It allows {limit} below it, and there are {count}.",
                    between,
                    limit=limit,
                ),
                refused_by=OPENSSL if _is_anchor(path, depth) else EVERYONE,
            )
        if not certificate.is_self_issued:
            between += 1


def _names(path: Path) -> Iterator[Fault]:
    for depth, certificate in enumerate(path.certificates):
        if not depth or not is_constrained(certificate):
            continue
        for place, below in enumerate(path.certificates[:depth]):
            if place and below.is_self_issued:
                # RFC 5280, 6.1.4 (b).
                continue
            # Java does not look at an anchor’s.
            refused = OPENSSL if _is_anchor(path, depth) else EVERYONE
            name = forbidden_name(certificate, below, is_leaf=not place)
            if name and (
                java_ignores_constraints(certificate)
                or (name == f"dns:{below.common_name}" and _is_no_host_to_java(below, name))
            ):
                refused = OPENSSL
            if name:
                yield Fault(
                    code="name-constraint",
                    certificate=certificate,
                    depth=depth,
                    detail=name,
                    refused_by=refused,
                )
                break
            told = java_objection(certificate, below, is_leaf=not place)
            if told and Peer.JAVA in refused:
                yield Fault(
                    code="name-constraint",
                    certificate=certificate,
                    depth=depth,
                    detail=told,
                    refused_by=JAVA,
                    aspect=Aspect.JAVA_NAMES,
                    is_limit=True,
                )
                break


def _is_no_host_to_java(below: Certificate, name: str) -> bool:
    """Whether a name is the common name alone, in which Java sees no host."""
    return name not in below.san and not java_takes_for_host(below.common_name)


def unknown_critical(path: Path) -> Iterator[Fault]:
    """Critical extensions that not every program knows."""
    for depth, certificate in enumerate(path.certificates):
        for oid, extension in certificate.extensions.items():
            if not extension.critical:
                continue
            if oid in _UNKNOWN_TO_JAVA and not _is_anchor(path, depth):
                yield Fault(
                    code="unknown-critical-extension",
                    certificate=certificate,
                    depth=depth,
                    detail=named(oid),
                    refused_by=JAVA,
                    aspect=Aspect.KIND,
                )
            elif oid not in _UNDERSTOOD:
                yield Fault(
                    code="unknown-critical-extension",
                    certificate=certificate,
                    depth=depth,
                    detail=named(oid),
                    # Java does not look into what it trusts.
                    refused_by=OPENSSL if _is_anchor(path, depth) else EVERYONE,
                )


def _purpose(path: Path, purpose: Role, tls: str) -> Iterator[Fault]:
    leaf = path.certificates[0]
    # Java asks for no purpose of a certificate that it trusts itself.
    all_of_them = OPENSSL if _is_anchor(path, 0) else EVERYONE
    only_java = frozenset(JAVA & all_of_them)
    if not leaf.allows(purpose):
        yield Fault(code="wrong-purpose", certificate=leaf, depth=0, refused_by=all_of_them)
        return
    if leaf.purposes and not leaf.names_purpose(purpose):
        yield Fault(
            code="wrong-purpose",
            certificate=leaf,
            depth=0,
            detail=tr("Its extended key usage allows any purpose, and does not name this one."),
            refused_by=OPENSSL,
            aspect=Aspect.ANY_PURPOSE,
        )
    yield from _key_usage(leaf, purpose, tls, all_of_them, only_java)
    kind = leaf.extensions.get(_NETSCAPE_TYPE)
    if kind is not None and not _netscape_bits(kind) & _NETSCAPE_BITS[purpose]:
        yield Fault(
            code="wrong-purpose",
            certificate=leaf,
            depth=0,
            detail=tr("Its Netscape certificate type (nsCertType) names only other uses."),
            refused_by=all_of_them,
            aspect=Aspect.NETSCAPE_TYPE,
        )
    for depth, certificate in enumerate(path.certificates):
        if depth and certificate.purposes and not certificate.names_purpose(purpose):
            yield Fault(
                code="wrong-purpose",
                certificate=certificate,
                depth=depth,
                detail=tr("It is a CA certificate that is not for this purpose."),
                refused_by=OPENSSL,
                aspect=Aspect.CA_PURPOSE,
            )


def _key_usage(
    leaf: Certificate, purpose: Role, tls: str, all_of_them: Peers, only_java: Peers
) -> Iterator[Fault]:
    from cryptography import x509

    usage = leaf.extension(x509.KeyUsage.oid)
    if not isinstance(usage, x509.KeyUsage) or usage.digital_signature:
        return
    # OpenSSL takes whatever was once of use to either side (X509_check_purpose).
    enough = usage.key_agreement or (purpose == "server" and usage.key_encipherment)
    # Under TLS 1.2 it wants the signature all the same of a server's key on a curve.
    if tls == "1.2" and purpose == "server" and leaf.key_algorithm == "EC":
        enough = False
    refused = only_java if enough else all_of_them
    if refused:
        yield Fault(
            code="wrong-purpose",
            certificate=leaf,
            depth=0,
            detail=tr("Its key usage does not allow digital signatures."),
            refused_by=refused,
            aspect=Aspect.KEY_USAGE,
            is_beyond_verification=not usage.digital_signature and tls == "1.2" and not enough,
        )


def _netscape_bits(extension: x509.Extension[x509.ExtensionType]) -> int:
    raw = getattr(extension.value, "value", b"")
    return raw[3] if isinstance(raw, bytes) and len(raw) >= 4 and raw[0] == 0x03 else 0


def curve_trouble(leaf: Certificate) -> str:
    """Why no program signs with the curve of its key in TLS; empty where there is no reason."""
    return next((each.detail for each in _key_kind(leaf)), "")


def _key_kind(leaf: Certificate) -> Iterator[Fault]:
    """A key that no program signs with in TLS today."""
    if leaf.key_algorithm == "DSA":
        # Of old programs TLS 1.2 has still such: see what is said of the key pair.
        return
    curve = curve_of(leaf.raw_public_key_der)
    if not curve or curve in TLS_CURVES:
        return
    told = (
        tr(
            "The curve of its key is specified by numbers instead of a name (explicit EC "
            "parameters)."
        )
        if curve == EXPLICIT_CURVE
        else tr("Its key is on the curve {name}, which TLS does not sign with.", name=named(curve))
    )
    yield Fault(
        code="no-shared-algorithm",
        certificate=leaf,
        depth=0,
        detail=told,
        aspect=Aspect.CURVE,
        is_beyond_verification=True,
    )


def _weak(path: Path, tls: str) -> Iterator[Fault]:
    last = len(path.links) - 1
    for depth, certificate in enumerate(path.certificates):
        is_top = depth == last and (_is_anchor(path, depth) or certificate.is_self_signed)
        # What a leaf's key cannot sign in TLS is reported for the key: see above.
        curve = curve_of(certificate.raw_public_key_der)
        has_own_fault = curve not in {"", *TLS_CURVES}
        of_key = weakness_of_key(certificate) if depth or not has_own_fault else None
        of_signature = weakness_of_signature(certificate, tls, is_top=is_top)
        for code, found in (("weak-key", of_key), ("weak-signature", of_signature)):
            if found is not None:
                yield Fault(
                    code=code,
                    certificate=certificate,
                    depth=depth,
                    detail=found.detail,
                    refused_by=found.refused_by,
                    aspect=Aspect.KIND if found.is_of_kind else Aspect.PLAIN,
                    is_beyond_verification=found.is_beyond_verification,
                )


def _java_limits(path: Path, sent: Sequence[Certificate]) -> Iterator[Fault]:
    """What Java alone refuses; each is told beside a yes."""
    leaf = path.certificates[0]

    def limit(
        code: str, certificate: Certificate, depth: int, detail: str, aspect: Aspect = Aspect.PLAIN
    ) -> Fault:
        return Fault(
            code=code,
            certificate=certificate,
            depth=depth,
            detail=detail,
            refused_by=JAVA,
            aspect=aspect,
            is_limit=True,
        )

    if len(sent) > _JAVA_MAX_INTERMEDIATES:
        told = tr(
            "Java accepts at most {max} certificates, and {count} are sent.",
            max=_JAVA_MAX_INTERMEDIATES,
            count=len(sent),
        )
        yield limit("path-length", leaf, 0, told, Aspect.CHAIN_LENGTH)
    if sum(len(each.der) + 5 for each in sent) > JAVA_MAX_MESSAGE_BYTES:
        told = tr("Java accepts a message of at most 32 KiB, and the certificates take more.")
        yield limit("wrong-format", leaf, 0, told, Aspect.CHAIN_SIZE)
    for depth, (certificate, above) in enumerate(pairwise(path.certificates)):
        issuer, subject = certificate.issuer_der, above.subject_der
        if issuer != subject and java_name_key(issuer) != java_name_key(subject):
            told = tr("Java does not consider the two names equal: their string types differ.")
            yield limit("untrusted", certificate, depth, told, Aspect.ISSUER_NAME)
        to_openssl, to_java = certificate.signature_readings(above)
        if to_openssl is True and to_java is False:
            yield limit("wrong-format", certificate, depth, signature_over_ber())
    for depth, certificate in enumerate(path.certificates):
        told = java_refusal(certificate)
        if not told or told == differing_signature() or certificate.extension_troubles:
            # The last two are told on their own.
            continue
        if curve_of(certificate.raw_public_key_der) != EXPLICIT_CURVE:
            yield limit("wrong-format", certificate, depth, told)
    untrusted = [each.certificate for each in path.links if not each.anchor_alias]
    requiring = unmet_requirement(untrusted)
    if requiring is not None:
        told = tr("It requires a certificate policy, and no policy is valid for the whole chain.")
        yield limit("wrong-purpose", untrusted[requiring], requiring, told, Aspect.POLICY)


def _tails(path: Path) -> Iterator[Fault]:
    """Bytes behind a certificate, which keep some programs from loading the file."""
    for depth, certificate in enumerate(path.certificates):
        refused = refused_for_tail(
            certificate, is_own=not depth, is_trusted=_is_anchor(path, depth)
        )
        if refused:
            yield Fault(
                code="wrong-format",
                certificate=certificate,
                depth=depth,
                detail=bytes_follow(),
                refused_by=refused,
                aspect=Aspect.TAIL,
                is_beyond_verification=True,
                is_limit=True,
            )


def _revoked(path: Path, revocation_lists: Sequence[RevocationList]) -> Iterator[Fault]:
    if not revocation_lists:
        return
    from handfast.services.paths.revocation import is_list_of, revoked_entry

    for depth, certificate in enumerate(path.certificates):
        above = path.certificates[min(depth + 1, len(path.links) - 1)]
        for each in revocation_lists:
            if certificate.parsed is None or certificate.issuer_key != above.subject_key:
                continue
            found = revoked_entry(each, certificate)
            if found is None or not is_list_of(each, above):
                continue
            yield Fault(
                code="revoked",
                certificate=certificate,
                depth=depth,
                detail=tr(
                    "Its CA revoked it on {date}.", date=f"{found.revocation_date_utc:%Y-%m-%d}"
                ),
            )
            break
