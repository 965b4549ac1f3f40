"""An X.509 certificate as a value: its bytes, and what they say (RFC 5280).

Construction never fails: a store may hold a certificate that no library parses, and it must be
shown as unreadable and written back untouched. Everything is decoded on first use, because a
trust store of ten thousand is listed without looking into most of what each one says.
"""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from handfast.core.glance import glance
from handfast.core.keys import describe_public_key
from handfast.core.lenient import UNREADABLE, parse_leniently

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")

#: Extended key usages by the short names used in ``--purpose`` and in JSON.
PURPOSES: dict[x509.ObjectIdentifier, str] = {
    ExtendedKeyUsageOID.SERVER_AUTH: "server",
    ExtendedKeyUsageOID.CLIENT_AUTH: "client",
    ExtendedKeyUsageOID.CODE_SIGNING: "code-signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "email",
    ExtendedKeyUsageOID.TIME_STAMPING: "time-stamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "ocsp-signing",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "any",
}

_SIGNATURES = {
    "1.2.840.113549.1.1.2": "MD2withRSA",
    "1.2.840.113549.1.1.4": "MD5withRSA",
    "1.2.840.113549.1.1.5": "SHA1withRSA",
    "1.3.14.3.2.29": "SHA1withRSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "SHA256withRSA",
    "1.2.840.113549.1.1.12": "SHA384withRSA",
    "1.2.840.113549.1.1.13": "SHA512withRSA",
    "1.2.840.113549.1.1.14": "SHA224withRSA",
    "1.2.840.10040.4.3": "SHA1withDSA",
    "2.16.840.1.101.3.4.3.1": "SHA224withDSA",
    "2.16.840.1.101.3.4.3.2": "SHA256withDSA",
    "2.16.840.1.101.3.4.3.3": "SHA384withDSA",
    "2.16.840.1.101.3.4.3.4": "SHA512withDSA",
    "1.2.840.10045.4.1": "SHA1withECDSA",
    "1.2.840.10045.4.3.1": "SHA224withECDSA",
    "1.2.840.10045.4.3.2": "SHA256withECDSA",
    "1.2.840.10045.4.3.3": "SHA384withECDSA",
    "1.2.840.10045.4.3.4": "SHA512withECDSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
}


_quiet_depth = 0


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Silence the library once for many certificates: doing so for each takes most of the time."""
    global _quiet_depth  # noqa: PLW0603 - the warnings module is as global
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _quiet_depth += 1
        try:
            yield
        finally:
            _quiet_depth -= 1


@final
class Certificate:
    """One certificate; equal to another of the same bytes."""

    __slots__ = ("_cache", "der")

    #: The certificate in DER, exactly as it stood in the file.
    der: bytes
    _cache: dict[str, Any]

    def __init__(self, der: bytes) -> None:
        object.__setattr__(self, "der", der)
        object.__setattr__(self, "_cache", {})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a certificate is a value: {name} cannot be set")

    def _once(self, name: str, compute: Callable[[], _T]) -> _T:
        if name not in self._cache:
            # Real stores hold certificates with odd serial numbers and encodings; the library
            # warns of each, which is noise to somebody who only opens a file.
            if _quiet_depth:
                self._cache[name] = compute()
            else:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self._cache[name] = compute()
        value: _T = self._cache[name]
        return value

    @property
    def parsed(self) -> x509.Certificate | None:
        """The library's view of it, or None where it cannot be parsed."""
        cache = self._cache
        if "parsed" not in cache:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    cache["parsed"] = x509.load_der_x509_certificate(self.der)
            except UNREADABLE as error:
                cache["parsed"] = parse_leniently(self.der)
                cache["trouble"] = str(error) or type(error).__name__
        found: x509.Certificate | None = cache["parsed"]
        return found

    @property
    def is_readable(self) -> bool:
        return self.parsed is not None

    @property
    def trouble(self) -> str:
        """Why it cannot be read; empty where it can."""
        return "" if self.parsed is not None else str(self._cache.get("trouble", ""))

    def _ask(self, question: Callable[[x509.Certificate], _T], default: _T) -> _T:
        parsed = self.parsed
        if parsed is None:
            return default
        try:
            return question(parsed)
        except (*UNREADABLE, x509.UnsupportedGeneralNameType, x509.DuplicateExtension):
            return default

    # --- names -----------------------------------------------------------------

    @property
    def subject_name(self) -> x509.Name | None:
        return self._once("subject_name", lambda: self._ask(lambda c: c.subject, None))

    @property
    def issuer_name(self) -> x509.Name | None:
        return self._once("issuer_name", lambda: self._ask(lambda c: c.issuer, None))

    @property
    def subject(self) -> str:
        """The subject as RFC 4514 has it: most specific part first, no spaces between."""
        name = self.subject_name
        return self._once("subject", lambda: name.rfc4514_string() if name is not None else "")

    @property
    def issuer(self) -> str:
        name = self.issuer_name
        return self._once("issuer", lambda: name.rfc4514_string() if name is not None else "")

    @property
    def common_name(self) -> str:
        """The last CN of the subject, else what names it best, else ``""``."""
        cache = self._cache
        if "common_name" not in cache:
            quick = glance(self.der)
            cache["common_name"] = best_name(self.subject_name) if quick is None else quick[0]
        name: str = cache["common_name"]
        return name

    @property
    def issuer_common_name(self) -> str:
        return self._once("issuer_common_name", lambda: best_name(self.issuer_name))

    @property
    def subject_der(self) -> bytes:
        """The subject's DER, for comparing names byte by byte."""
        name = self.subject_name
        return self._once("subject_der", lambda: name.public_bytes() if name is not None else b"")

    @property
    def issuer_der(self) -> bytes:
        name = self.issuer_name
        return self._once("issuer_der", lambda: name.public_bytes() if name is not None else b"")

    @property
    def san(self) -> tuple[str, ...]:
        """Subject alternative names as ``kind:value``: dns, ip, uri, email, dn, other."""
        return self._once("san", self._read_san)

    def _read_san(self) -> tuple[str, ...]:
        extension = self.extension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
        if not isinstance(extension, x509.SubjectAlternativeName):
            return ()
        return tuple(general_name_text(name) for name in extension)

    # --- dates and numbers -------------------------------------------------------

    @property
    def not_before(self) -> datetime | None:
        """Start of validity, UTC."""
        return self._ask(lambda c: c.not_valid_before_utc, None)

    @property
    def not_after(self) -> datetime | None:
        """End of validity, UTC; the certificate is still valid at this very second."""
        return self._ask(lambda c: c.not_valid_after_utc, None)

    def is_expired(self, at: datetime | None = None) -> bool:
        end = self.not_after
        return end is not None and (at or datetime.now(UTC)) > end

    def is_not_yet_valid(self, at: datetime | None = None) -> bool:
        start = self.not_before
        return start is not None and (at or datetime.now(UTC)) < start

    @property
    def serial(self) -> str:
        """The serial number in lower-case hex without separators, ``-`` first if negative."""
        return self._once("serial", lambda: self._ask(lambda c: f"{c.serial_number:x}", ""))

    @property
    def sha256(self) -> str:
        """SHA-256 of the DER: 64 lower-case hex digits, no colons."""
        return self._once("sha256", lambda: hashlib.sha256(self.der).hexdigest())

    @property
    def sha1(self) -> str:
        """SHA-1 of the DER, for people whose partner reads that one out."""
        return self._once("sha1", lambda: hashlib.sha1(self.der, usedforsecurity=False).hexdigest())

    # --- key and signature ---------------------------------------------------------

    @property
    def public_key(self) -> Any:  # noqa: ANN401 - one of the library's many key classes
        """The public key as `cryptography` has it; None where its algorithm is unknown."""
        return self._once("public_key", lambda: self._ask(lambda c: c.public_key(), None))

    @property
    def public_key_der(self) -> bytes:
        """SubjectPublicKeyInfo in DER; empty where it cannot be had."""
        return self._once("public_key_der", self._read_public_key_der)

    def _read_public_key_der(self) -> bytes:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        key = self.public_key
        if key is None:
            return b""
        der: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return der

    @property
    def key_algorithm(self) -> str:
        """``RSA``, ``EC``, ``DSA``, ``Ed25519`` …; a dotted OID where unknown."""
        return self._describe_key()[0]

    @property
    def key_bits(self) -> int | None:
        """Size of the public key in bits; None where it is not known."""
        return self._describe_key()[1]

    def _describe_key(self) -> tuple[str, int | None]:
        def describe() -> tuple[str, int | None]:
            key = self.public_key
            if key is not None:
                name, bits = describe_public_key(key)
                return name, bits or None
            return self._ask(lambda c: c.public_key_algorithm_oid.dotted_string, ""), None

        return self._once("key", describe)

    @property
    def signature_algorithm(self) -> str:
        """The signature's algorithm as Java names it: ``SHA256withRSA``; else a dotted OID."""
        oid = self._ask(lambda c: c.signature_algorithm_oid.dotted_string, "")
        return _SIGNATURES.get(oid, oid)

    @property
    def is_self_signed(self) -> bool:
        """Whether the name of the issuer is its own and its own key made the signature."""
        return self._once("is_self_signed", lambda: self.is_issued_by(self))

    @property
    def is_self_issued(self) -> bool:
        """Whether issuer and subject are the same name; says nothing of the signature."""
        return bool(self.subject_der) and self.subject_der == self.issuer_der

    def is_issued_by(self, issuer: Certificate) -> bool:
        """Whether the issuer's name and key both fit; algorithms unknown here count as no."""
        from cryptography.exceptions import InvalidSignature

        parsed, other = self.parsed, issuer.parsed
        if parsed is None or other is None or self.issuer_der != issuer.subject_der:
            return False
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parsed.verify_directly_issued_by(other)
        except (*UNREADABLE, InvalidSignature):
            return False
        return True

    # --- extensions ------------------------------------------------------------------

    def extension(self, oid: x509.ObjectIdentifier) -> x509.ExtensionType | None:
        """The value of one extension; None where it is absent or not readable."""
        extensions = self._once("extensions", lambda: self._ask(lambda c: c.extensions, None))
        if extensions is None:
            return None
        try:
            return extensions.get_extension_for_oid(oid).value
        except x509.ExtensionNotFound:
            return None

    @property
    def is_ca(self) -> bool:
        """Whether basic constraints say CA:true. A version 1 certificate says nothing: False."""
        value = self.extension(ExtensionOID.BASIC_CONSTRAINTS)
        return isinstance(value, x509.BasicConstraints) and value.ca

    @property
    def purposes(self) -> tuple[str, ...]:
        """What the extended key usage names; empty where there is none and nothing is barred."""
        value = self.extension(ExtensionOID.EXTENDED_KEY_USAGE)
        if not isinstance(value, x509.ExtendedKeyUsage):
            return ()
        return tuple(PURPOSES.get(oid, oid.dotted_string) for oid in value)

    def allows(self, purpose: str) -> bool:
        """Whether it may be used as ``client`` or ``server`` (RFC 5280, 4.2.1.12)."""
        purposes = self.purposes
        return not purposes or purpose in purposes or "any" in purposes

    def pem(self) -> str:
        """The certificate in PEM (RFC 7468), 64 characters a line, ending in a line feed."""
        import base64

        text = base64.b64encode(self.der).decode("ascii")
        lines = [text[i : i + 64] for i in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and other.der == self.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<certificate {self.sha256[:16]}>"


def best_name(name: x509.Name | None) -> str:
    """What a person would call the holder of a name: CN, else e-mail, OU, O, else the whole."""
    if name is None:
        return ""
    for oid in (
        NameOID.COMMON_NAME,
        NameOID.EMAIL_ADDRESS,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
        NameOID.ORGANIZATION_NAME,
    ):
        found = name.get_attributes_for_oid(oid)
        if found:
            value = found[-1].value
            return value if isinstance(value, str) else value.hex()
    return name.rfc4514_string()


def general_name_text(name: x509.GeneralName) -> str:
    """A general name as ``kind:value``."""
    match name:
        case x509.DNSName():
            return f"dns:{name.value}"
        case x509.IPAddress():
            return f"ip:{name.value}"
        case x509.UniformResourceIdentifier():
            return f"uri:{name.value}"
        case x509.RFC822Name():
            return f"email:{name.value}"
        case x509.DirectoryName():
            return f"dn:{name.value.rfc4514_string()}"
        case x509.RegisteredID():
            return f"rid:{name.value.dotted_string}"
        case x509.OtherName():
            return f"other:{name.type_id.dotted_string}"
    return f"other:{name.value}"


def group_fingerprint(hexadecimal: str) -> str:
    """A fingerprint as keytool and browsers print it: ``AB:CD:…``, upper case."""
    upper = hexadecimal.upper()
    return ":".join(upper[i : i + 2] for i in range(0, len(upper), 2))
