"""Certificate signing requests (PKCS#10, RFC 2986) for key pairs of a keystore."""

from __future__ import annotations

import base64
import hashlib
import textwrap
from typing import TYPE_CHECKING, Any, Final

from handfast.core.asn1.ber import der, der_integer, der_oid
from handfast.core.distinguished_name import parse_name
from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.keys import public_key_info
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.authority.signatures import is_for_pss, public_key_as_written, sign_body
from handfast.services.describe.certificate_der import RawExtension, read_parts
from handfast.services.describe.oid_names import KEY_USAGE_NAMES
from handfast.services.policy.key_passwords import locked_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.password import Password
    from handfast.services.authority.extension_plan import ExtensionPlan

_SUBJECT_ALT_NAME = "2.5.29.17"
_KEY_USAGE = "2.5.29.15"
_EXTENDED_KEY_USAGE = "2.5.29.37"
_BASIC_CONSTRAINTS = "2.5.29.19"
#: What a CA decides for itself is not asked for: identifiers of keys, CRL points, policies.
_TAKEN_OVER: Final = (_SUBJECT_ALT_NAME, _KEY_USAGE, _EXTENDED_KEY_USAGE, _BASIC_CONSTRAINTS)
_EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
_CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7"  # noqa: S105 - an object identifier
_SEQUENCE, _SET, _BITS, _OCTETS, _TRUE = 0x30, 0x31, 0x03, 0x04, b"\x01\x01\xff"
_UTF8, _PRINTABLE = 0x0C, 0x13
#: RFC 2985, 5.4.1 leaves the length open; CAs take no more than this.
MAX_CHALLENGE_CHARACTERS = 255


#: What a key may be used for. The last two mean something with key agreement only (RFC 5280,
#: 4.2.1.3), and nobody asks a CA for them.
KEY_USAGES: Final = KEY_USAGE_NAMES[:-2]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDetails:
    """What a request asks for. What is None is taken over from the pair's certificate."""

    #: A distinguished name as :func:`handfast.core.distinguished_name.parse_name` reads it.
    name: str | None = None
    #: ``dns:…``, ``ip:…``, ``uri:…``, ``email:…``; empty for none.
    sans: tuple[str, ...] | None = None
    #: ``client``, ``server`` or ``both``.
    purpose: str | None = None
    #: Names of :data:`KEY_USAGES`; empty for no key usage at all.
    key_usage: tuple[str, ...] | None = None
    #: Some CAs ask for it when a certificate is to be revoked (RFC 2985, 5.4.1).
    challenge: Password | None = None
    #: All extensions, in the place of those of the certificate; None for those.
    extensions: ExtensionPlan | None = None


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """A signed request in DER."""

    der: bytes

    @property
    def pem(self) -> str:
        """The request as text (RFC 7468, section 7), with lines of 64 characters."""
        lines = textwrap.wrap(base64.b64encode(self.der).decode("ascii"), 64)
        head, foot = "-----BEGIN CERTIFICATE REQUEST-----", "-----END CERTIFICATE REQUEST-----"
        return "\n".join((head, *lines, foot, ""))

    @property
    def sha256(self) -> str:
        """The SHA-256 of the DER, in hexadecimal without colons."""
        return hashlib.sha256(self.der).hexdigest()

    def encoded(self, encoding: str) -> bytes:
        """The request as ``pem`` or ``der``."""
        return self.der if encoding == "der" else self.pem.encode("ascii")


def create_request(pair: Entry, details: RequestDetails | None = None) -> CertificateRequest:
    """Create a request that is signed with the key of ``pair``.

    Subject and public key are the certificate's own bytes where it is of this key, so that a CA
    answers for exactly them; an RSASSA-PSS key keeps its algorithm (RFC 4055).

    :raises InvalidInput: the entry is not a key pair, or a name or purpose is wrong
    :raises PasswordNeeded: the key is locked
    :raises Unsupported: the key cannot sign
    """
    details = details or RequestDetails()
    if not isinstance(pair, KeyPair):
        raise InvalidInput(
            tr("“{alias}” is not a key pair.", alias=shorten(pair.alias)),
            field="alias",
            causes=(tr("Only the owner of a private key can request a certificate for it."),),
            remedy=tr("Name the alias of a key pair."),
        )
    if pair.key is None:
        raise locked_error(pair)
    key = pair.key.load()
    public = _public_key(pair, key)
    attributes = b"".join(sorted(_attributes(pair.certificate, details)))
    body = der(
        _SEQUENCE,
        der_integer(0),
        _subject(pair, details),
        public,
        der(0xA0, attributes),
    )
    algorithm, signature = sign_body(key, body, is_pss=is_for_pss(public))
    return CertificateRequest(der(_SEQUENCE, body, algorithm, der(_BITS, b"\0", signature)))


def _subject(pair: KeyPair, details: RequestDetails) -> bytes:
    if details.name is not None:
        return parse_name(details.name).public_bytes()
    leaf = pair.certificate
    if leaf is None or not leaf.subject_der:
        raise InvalidInput(
            tr("“{alias}” has no certificate that provides a name.", alias=shorten(pair.alias)),
            field="dname",
            remedy=tr("Enter a name; on the console, use --dname."),
        )
    return leaf.subject_der


def _public_key(pair: KeyPair, key: Any) -> bytes:  # noqa: ANN401 - one of many key classes
    leaf = pair.certificate
    public = public_key_info(key.public_key())
    if leaf is not None and leaf.public_key_der == public:
        # Its own bytes: decoded and encoded again, an RSASSA-PSS key would become a plain one.
        return public_key_as_written(leaf.der)
    # The certificate of another key stands there, and the CA must hear of this one.
    return public


def _attributes(leaf: Certificate | None, details: RequestDetails) -> Iterable[bytes]:
    extensions = _extensions(leaf, details)
    if extensions:
        values = b"".join(_extension(each) for each in extensions)
        yield der(_SEQUENCE, der_oid(_EXTENSION_REQUEST), der(_SET, der(_SEQUENCE, values)))
    if details.challenge is not None:
        text = details.challenge.reveal()
        if not 1 <= len(text) <= MAX_CHALLENGE_CHARACTERS:
            raise InvalidInput(
                tr(
                    "A challenge password has 1 to {max_challenge_characters} characters.",
                    max_challenge_characters=MAX_CHALLENGE_CHARACTERS,
                ),
                field="challenge",
            )
        tag = _PRINTABLE if _is_printable(text) else _UTF8
        value = der(_SET, der(tag, text.encode("utf-8")))
        yield der(_SEQUENCE, der_oid(_CHALLENGE_PASSWORD), value)


def _is_printable(text: str) -> bool:
    """Whether a text fits into a PrintableString (X.680, 41.4)."""
    return text.isascii() and all(each.isalnum() or each in " '()+,-./:=?" for each in text)


def _extensions(leaf: Certificate | None, details: RequestDetails) -> list[RawExtension]:
    if details.extensions is not None:
        return _planned(leaf, details.extensions, details)
    kept = read_parts(leaf.der).extensions if leaf is not None else []
    found = {each.oid: each for each in kept if each.oid in _TAKEN_OVER}
    if not (leaf is not None and leaf.is_ca):
        # That it is not a CA goes without saying, and some CAs refuse to be told.
        found.pop(_BASIC_CONSTRAINTS, None)
    if details.sans is not None:
        found.pop(_SUBJECT_ALT_NAME, None)
        if details.sans:
            # Without a subject, the names are all that says whose it is (RFC 5280, 4.2.1.6).
            value = _alternative_names(details.sans)
            is_alone = details.name is not None and not details.name.strip()
            found[_SUBJECT_ALT_NAME] = RawExtension(
                oid=_SUBJECT_ALT_NAME, critical=is_alone, value=value
            )
    if details.purpose is not None:
        found[_EXTENDED_KEY_USAGE] = RawExtension(
            oid=_EXTENDED_KEY_USAGE, critical=False, value=_usages(details.purpose)
        )
    if details.key_usage is not None:
        found.pop(_KEY_USAGE, None)
        if details.key_usage:
            found[_KEY_USAGE] = RawExtension(
                oid=_KEY_USAGE, critical=True, value=_key_usage(details.key_usage)
            )
    return [found[oid] for oid in _TAKEN_OVER if oid in found]


def _planned(
    leaf: Certificate | None, plan: ExtensionPlan, details: RequestDetails
) -> list[RawExtension]:
    """What a plan says; the names are those of the details, else those of the certificate."""
    sans = details.sans
    if sans is None and not plan.san and leaf is not None:
        kept = [each for each in read_parts(leaf.der).extensions if each.oid == _SUBJECT_ALT_NAME]
    else:
        plan, kept = plan.with_names(sans or ()), []
    is_rsa = leaf is None or leaf.key_algorithm.startswith("RSA")
    return [
        *(
            RawExtension(
                oid=each.value.oid.dotted_string,
                critical=each.critical,
                value=each.value.public_bytes(),
            )
            for each in plan.extensions(is_rsa=is_rsa)
        ),
        *kept,
    ]


def _key_usage(names: Sequence[str]) -> bytes:
    """The key usage as a BIT STRING, without its trailing zero bits (X.690, 11.2.2)."""
    bits = 0
    for name in names:
        wanted = next((each for each in KEY_USAGES if each.lower() == name.strip().lower()), None)
        if wanted is None:
            raise InvalidInput(
                tr("“{name}” is not a key usage.", name=shorten(name)),
                field="key-usage",
                remedy=tr("Choose from {key_usages}.", key_usages=", ".join(KEY_USAGES)),
            )
        bits |= 0x80 >> KEY_USAGES.index(wanted)
    unused = (bits & -bits).bit_length() - 1
    return der(_BITS, bytes((unused, bits)))


def key_usage_of(certificate: Certificate) -> tuple[str, ...]:
    """The key usages of a certificate, by their names in :data:`KEY_USAGES`."""
    for each in read_parts(certificate.der).extensions:
        if each.oid == _KEY_USAGE and len(each.value) > 3 and each.value[0] == _BITS:
            bits = each.value[3]
            return tuple(name for at, name in enumerate(KEY_USAGES) if bits & (0x80 >> at))
    return ()


def usages_of(certificate: Certificate) -> tuple[str, ...]:
    """The object identifiers of the extended key usage of a certificate."""
    from cryptography import x509

    usage = certificate.extension(x509.ExtendedKeyUsage.oid)
    if not isinstance(usage, x509.ExtendedKeyUsage):
        return ()
    return tuple(each.dotted_string for each in usage)


def _alternative_names(sans: Sequence[str]) -> bytes:
    from cryptography import x509

    from handfast.services.authority.general_names import parse_sans

    return x509.SubjectAlternativeName(parse_sans(sans)).public_bytes()


def _usages(purpose: str) -> bytes:
    """The extended key usage of a side of TLS, from the one table of purposes."""
    from cryptography import x509

    from handfast.services.authority.profiles import PURPOSES, Profile

    if purpose not in PURPOSES:
        raise InvalidInput(tr("“{purpose}” is not a purpose.", purpose=purpose), field="purpose")
    return x509.ExtendedKeyUsage(Profile(purpose).usages).public_bytes()


def _extension(raw: RawExtension) -> bytes:
    critical = _TRUE if raw.critical else b""
    return der(_SEQUENCE, der_oid(raw.oid), critical, der(_OCTETS, raw.value))
