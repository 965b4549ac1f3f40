"""Which programs refuse a signature or a key: as too weak, or as a kind that they do not know.

Asked of Java 17 and 25 (``jdk.certpath.disabledAlgorithms``, and the signature schemes of JSSE, of
which a certificate must have one), of OpenSSL 3 at its security level 2, the default of Debian and
Ubuntu and since 3.2 of OpenSSL itself, and of Node.js, which brings an OpenSSL at level 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.keys import curve_of
from handfast.core.language import grouped, tr
from handfast.services.describe.oid_names import named
from handfast.services.paths.peers import EVERYONE, JAVA, NOBODY, OPENSSL, Peer

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.services.paths.peers import Peers

#: The curves that TLS signs with (RFC 8446, 4.2.3) and that every program has. Java has had no
#: others since JDK 16: it cannot even read a certificate with another.
TLS_CURVES: Final = frozenset(("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"))
EXPLICIT_CURVE: Final = "explicit"
_BROKEN: Final = frozenset(("MD2", "MD5"))
_FORGEABLE: Final = _BROKEN | {"SHA1"}
#: What JSSE has signature schemes for: in any version of TLS, and in TLS 1.2 besides.
_SCHEMES: Final = frozenset(("SHA1", "SHA256", "SHA384", "SHA512"))
_SCHEMES_OF_TLS_1_2: Final = _SCHEMES | {"SHA224"}
_DSA_SCHEMES_OF_TLS_1_2: Final = frozenset(("SHA1", "SHA224", "SHA256"))
#: Known to OpenSSL by name, but of no use to it in a certificate.
_NOT_IN_CERTIFICATES: Final = frozenset(("SHA512/224", "SHA512/256"))
_PSS: Final = "RSASSA-PSS"
#: Bits of a key below which no program accepts it, and below which OpenSSL at level 2 does not.
_FLOORS: Final = {"RSA": (1024, 2048), _PSS: (1024, 2048), "DSA": (1024, 2048), "EC": (160, 224)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """What exactly, as a sentence, and who refuses it."""

    detail: str
    refused_by: Peers
    #: Whether it is not weak at all but of a kind that some programs do not have.
    is_of_kind: bool = False
    #: Whether what OpenSSL says of it here is not what most would say: a later one accepts it, or
    #: one that is told to end the path there.
    is_beyond_verification: bool = False


def weakness_of_signature(
    certificate: Certificate, tls: str = "1.3", *, is_top: bool = False
) -> Weakness | None:
    """What programs have against the signature on a certificate; None where they have nothing.

    ``is_top``: it ends the path, trusted or self-signed, so that nobody verifies its signature;
    OpenSSL must know its kind all the same, to see that it is self-signed.
    """
    name, digest = certificate.signature_algorithm, certificate.signature_hash
    told = tr("It is signed with {name}.", name=signature_words(certificate))
    is_new = digest.startswith("SHA3-") and name.endswith("ECDSA")
    if not is_top and name[:1].isdecimal():
        # A number: nobody here has a name for it.
        told = tr("It is signed with the algorithm {name}, which programs do not know.", name=name)
        return Weakness(detail=told, refused_by=EVERYONE, is_of_kind=True)
    if digest in _NOT_IN_CERTIFICATES or is_new:
        told = tr(
            "It is signed with {name}, which few programs support in certificates.",
            name=signature_words(certificate),
        )
        # OpenSSL 3.0 does not have SHA-3 with ECDSA, and a later one does.
        refused = OPENSSL if is_top else EVERYONE
        return Weakness(
            detail=told, refused_by=refused, is_of_kind=True, is_beyond_verification=True
        )
    if is_top:
        return None
    if digest in _BROKEN:
        return Weakness(detail=told, refused_by=EVERYONE)
    of_java = NOBODY if _has_scheme(name, digest, tls) else JAVA
    if digest == "SHA1":
        told = tr(
            "It is signed with {name}, which OpenSSL rejects from security level 1 on.",
            name=signature_words(certificate),
        )
        return Weakness(detail=told, refused_by=OPENSSL | of_java)
    if not of_java:
        return None
    told = tr(
        "It is signed with {name}, which Java does not accept in TLS {tls}.",
        name=signature_words(certificate),
        tls=tls,
    )
    return Weakness(detail=told, refused_by=JAVA, is_of_kind=True)


def signature_words(certificate: Certificate) -> str:
    """The algorithm as Java names it; for RSASSA-PSS, whose name does not tell, with its hash."""
    name, digest = certificate.signature_algorithm, certificate.signature_hash
    return f"{name} ({digest})" if name == _PSS and digest else name


def is_forgeable(certificate: Certificate) -> bool:
    """Whether it is signed with a hash for which collisions can be computed: MD2, MD5, SHA-1."""
    return certificate.signature_hash in _FORGEABLE


def _has_scheme(name: str, digest: str, tls: str) -> bool:
    """Whether JSSE has a signature scheme for it (sun.security.ssl.SignatureScheme)."""
    if name == _PSS or not digest:
        # Of the parameters of RSASSA-PSS nothing is asked; Ed25519 and Ed448 have no hash.
        return True
    if name.endswith("DSA") and not name.endswith("ECDSA"):
        return tls == "1.2" and digest in _DSA_SCHEMES_OF_TLS_1_2
    return digest in (_SCHEMES_OF_TLS_1_2 if tls == "1.2" else _SCHEMES)


def weakness_of_key(certificate: Certificate) -> Weakness | None:
    """What programs have against its key, whatever it signs; None where they have nothing."""
    algorithm, bits = certificate.key_algorithm, certificate.key_bits or 0
    least, floor = _FLOORS.get(algorithm, (0, 0))
    told = tr("Its {algorithm} key has {bits} bits.", algorithm=algorithm, bits=grouped(bits))
    of_java = _of_java(certificate)
    if bits and bits < least:
        return Weakness(detail=told, refused_by=EVERYONE)
    if bits and bits < floor:
        told = tr(
            "Its {algorithm} key has {bits} bits, and OpenSSL requires {floor} at security "
            "level 2.",
            algorithm=algorithm,
            bits=grouped(bits),
            floor=grouped(floor),
        )
        # Node.js brings its own OpenSSL, at the level of security that is the library's default.
        return Weakness(detail=told, refused_by=OPENSSL - {Peer.NODE} | of_java)
    curve = curve_of(certificate.raw_public_key_der)
    if curve == EXPLICIT_CURVE:
        told = tr(
            "The curve of its key is specified by numbers instead of a name (explicit EC "
            "parameters)."
        )
        return Weakness(detail=told, refused_by=EVERYONE, is_of_kind=True)
    if not of_java:
        return None
    told = tr(
        "Its key is on the curve {name}, which Java supports only before version 16.",
        name=named(curve),
    )
    return Weakness(detail=told, refused_by=JAVA, is_of_kind=True)


def _of_java(certificate: Certificate) -> Peers:
    """Java alone, where it does not have the curve of a key."""
    is_odd = certificate.key_algorithm == "EC" and unusual_curve(certificate)
    return JAVA if is_odd else NOBODY


def unusual_curve(certificate: Certificate) -> str:
    """The curve of a key by its identifier, where it is one that Java does not have."""
    curve = curve_of(certificate.raw_public_key_der)
    return curve if curve and curve not in {*TLS_CURVES, EXPLICIT_CURVE} else ""
