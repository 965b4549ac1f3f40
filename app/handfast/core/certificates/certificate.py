"""An X.509 certificate as a value: its bytes, and what they say (RFC 5280).

Construction never fails: a store may hold a certificate that no library parses, and it must be
shown as unreadable and written back untouched. Everything is decoded on first use, because a
trust store of ten thousand is listed without looking into most of what each one says.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, final

from handfast.core.asn1.certificate_frame import framed, in_der
from handfast.core.asn1.certificate_shape import has_certificate_shape
from handfast.core.certificates.summary import (
    has_plain_frame,
    key_identifier,
    names,
    read_fields,
    summarize,
)
from handfast.core.keys import algorithm_name, describe_public_key, load_public_key, public_key_info

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography import x509

    from handfast.core.certificates.lenient import ExtensionTrouble
    from handfast.core.certificates.summary import CertificateFields, CertificateSummary

_T = TypeVar("_T")
#: Netscape's and Microsoft's usages for Server Gated Cryptography.
_STEP_UP = frozenset(("2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.10.3.3"))
#: A SEQUENCE of nothing, its length written in as many bytes as anybody might.
_MAX_EMPTY_NAME_BYTES = 6


@final
class Certificate:
    """One certificate; equal to another of the same bytes."""

    __slots__ = ("_cache", "der")

    #: The certificate exactly as it stood in the file: in DER, but for a few in BER.
    der: bytes
    _cache: dict[str, Any]

    def __init__(self, der: bytes) -> None:
        object.__setattr__(self, "der", der)
        object.__setattr__(self, "_cache", {})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a certificate is a value: {name} cannot be set")

    def _once(self, name: str, compute: Callable[[], _T]) -> _T:
        if name not in self._cache:
            self._cache[name] = compute()
        value: _T = self._cache[name]
        return value

    @property
    def summary(self) -> CertificateSummary | None:
        """What a list shows of it, read without a full parse; None to look properly."""
        cache = self._cache
        if "summary" not in cache:
            cache["summary"] = summarize(self.der)
        found: CertificateSummary | None = cache["summary"]
        return found

    @property
    def parsed(self) -> x509.Certificate | None:
        """The library's view of it, or None where it cannot be parsed."""
        cache = self._cache
        if "parsed" not in cache:
            from handfast.core.certificates.decoding import parse

            cache["parsed"], cache["trouble"] = parse(self.der)
        found: x509.Certificate | None = cache["parsed"]
        return found

    @property
    def strictly_parsed(self) -> x509.Certificate | None:
        """The library's view of the very bytes; None where they had to be altered for it."""
        found = self.parsed
        return found if found is not None and not self._cache.get("trouble") else None

    @property
    def in_der(self) -> bytes:
        """The bytes in DER, without what is behind the certificate: nearly always ``der`` itself.

        Java and OpenSSL read a certificate in BER too (X.690), and pass over bytes behind its end.
        """
        if self.strictly_parsed is not None:
            return self.der
        return self._once("in DER", lambda: in_der(self.der))

    @property
    def presented(self) -> bytes:
        """The bytes as programs present, export, and fingerprint them: nearly always ``der``.

        Java and OpenSSL write the outermost length again in DER, and leave out what is behind the
        end. What the issuer signed stays as it is.
        """
        if has_plain_frame(self.der):
            return self.der
        return self._once("presented", lambda: framed(self.der))

    @property
    def is_readable(self) -> bool:
        return self.parsed is not None

    @property
    def trouble(self) -> str:
        """Why it cannot be read; empty where it can."""
        return "" if self.parsed is not None else str(self._cache.get("trouble", ""))

    def _ask(self, question: Callable[[x509.Certificate], _T], default: _T) -> _T:
        from handfast.core.certificates.decoding import ask

        parsed = self.parsed
        is_lenient = bool(self._cache.get("trouble"))
        return ask(parsed, self.der, question, default, is_lenient=is_lenient)

    @property
    def fields(self) -> CertificateFields:
        """What is had from the bytes alone; each part is None where the library must read it."""
        found: CertificateFields | None = self._cache.get("fields")
        if found is None:
            found = self._cache["fields"] = read_fields(self.der)
        return found

    # --- names -----------------------------------------------------------------

    @property
    def subject_name(self) -> x509.Name | None:
        return self._once("subject_name", lambda: self._ask(lambda c: c.subject, None))

    @property
    def issuer_name(self) -> x509.Name | None:
        return self._once("issuer_name", lambda: self._ask(lambda c: c.issuer, None))

    @property
    def subject_rfc4514(self) -> str:
        """The subject as RFC 4514 has it, for programs; empty where it cannot be read."""
        return self._once("subject_rfc4514", lambda: self._rfc4514(1))

    @property
    def issuer_rfc4514(self) -> str:
        return self._once("issuer_rfc4514", self._issuer_rfc4514)

    def _issuer_rfc4514(self) -> str:
        # Trust anchors name themselves: a long name is written out once.
        try:
            issuer, subject = self._names()
        except IndexError:
            return ""
        return self.subject_rfc4514 if issuer == subject else self._rfc4514(0)

    def _rfc4514(self, which: int) -> str:
        from handfast.core.rfc4514 import name_text

        try:
            return name_text(self._names()[which])
        except IndexError:
            pass
        try:
            return name_text(names(self.in_der)[which])
        except IndexError:
            return ""

    def _names(self) -> tuple[bytes, bytes]:
        found: tuple[bytes, bytes] | None = self._cache.get("names")
        if found is None:
            try:
                found = names(self.der)
            except IndexError:
                found = names(self.in_der)
            self._cache["names"] = found
        return found

    @property
    def subject(self) -> str:
        """The subject for people: most specific part first, all values as they read."""
        return self.subject_rfc4514 if self.subject_name is not None else ""

    @property
    def issuer(self) -> str:
        return self.issuer_rfc4514 if self.issuer_name is not None else ""

    @property
    def common_name(self) -> str:
        """The last CN of the subject, else what names it best, else ``""``."""
        return self.fields.name or self._once("common_name", lambda: self._best(self.subject_name))

    @property
    def issuer_common_name(self) -> str:
        return self.fields.issuer or self._once("issuer_cn", lambda: self._best(self.issuer_name))

    @staticmethod
    def _best(name: x509.Name | None) -> str:
        from handfast.core.certificates.decoding import best_name

        return best_name(name)

    @property
    def subject_der(self) -> bytes:
        """The subject's DER as it stands there; empty where it cannot be told."""
        return self._name_der(1)

    @property
    def issuer_der(self) -> bytes:
        """The issuer's DER as it stands there; empty where it cannot be told."""
        return self._name_der(0)

    def _name_der(self, which: int) -> bytes:
        try:
            return self._names()[which]
        except IndexError:
            return b""

    def _name_key(self, kept_as: str, which: int) -> bytes:
        cache = self._cache
        if kept_as not in cache:
            from handfast.core.name_matching import name_key

            cache[kept_as] = name_key(self._name_der(which))
        found: bytes = cache[kept_as]
        return found

    @property
    def subject_key(self) -> bytes:
        """Equal for subjects that are the same name (RFC 5280, 7.1); empty for none."""
        return self._name_key("subject_key", 1)

    @property
    def issuer_key(self) -> bytes:
        """Equal for issuers that are the same name (RFC 5280, 7.1); empty for none."""
        return self._name_key("issuer_key", 0)

    @property
    def san(self) -> tuple[str, ...]:
        """Subject alternative names as ``kind:value``: dns, ip, uri, email, dn, other."""
        from handfast.core.certificates.decoding import alternative_names

        return self._once("san", lambda: alternative_names(self._value("2.5.29.17")))

    # --- dates and numbers -------------------------------------------------------

    @property
    def not_before(self) -> datetime | None:
        """Start of validity, UTC."""
        return self.fields.not_before or self._ask(lambda c: c.not_valid_before_utc, None)

    @property
    def not_after(self) -> datetime | None:
        """End of validity, UTC; the certificate is still valid at this very second."""
        return self.fields.not_after or self._ask(lambda c: c.not_valid_after_utc, None)

    def is_expired(self, at: datetime | None = None) -> bool:
        end = self.not_after
        return end is not None and (at or datetime.now(UTC)) > end

    def is_not_yet_valid(self, at: datetime | None = None) -> bool:
        start = self.not_before
        return start is not None and (at or datetime.now(UTC)) < start

    @property
    def serial(self) -> str:
        """The serial number in lower-case hex without separators, ``-`` first if negative."""
        return self.fields.serial or self._once(
            "serial", lambda: self._ask(lambda c: f"{c.serial_number:x}", "")
        )

    @property
    def sha256(self) -> str:
        """SHA-256 of what is presented: 64 lower-case hex digits, no colons."""
        return self._once("sha256", lambda: hashlib.sha256(self.presented).hexdigest())

    @property
    def sha1(self) -> str:
        """SHA-1 of the same, for people whose partner reads that one out."""
        return self._once(
            "sha1", lambda: hashlib.sha1(self.presented, usedforsecurity=False).hexdigest()
        )

    @property
    def version(self) -> int:
        """1, 2, or 3, which alone has extensions (RFC 5280, 4.1.2.1); 0 where it is cut short."""
        from handfast.core.certificates.summary import version_of

        try:
            return self._once("version", lambda: version_of(self.in_der))
        except IndexError:
            return 0

    # --- key and signature ---------------------------------------------------------

    @property
    def public_key(self) -> Any:  # noqa: ANN401 - one of the library's many key classes
        """The public key as `cryptography` has it; None where its algorithm is unknown."""
        return self._once("public_key", self._read_public_key)

    def _read_public_key(self) -> Any:  # noqa: ANN401 - one of the library's many key classes
        if self.parsed is not None:
            return self._ask(lambda c: c.public_key(), None)
        # What a key belongs to is told by its public half, whatever else cannot be read.
        return load_public_key(self.raw_public_key_der)

    @property
    def public_key_der(self) -> bytes:
        """SubjectPublicKeyInfo in DER; empty where it cannot be had."""
        return self._once("public_key_der", self._read_public_key_der)

    def _read_public_key_der(self) -> bytes:
        key = self.public_key
        return public_key_info(key) if key is not None else b""

    @property
    def raw_public_key_der(self) -> bytes:
        """SubjectPublicKeyInfo as it stands there, whatever its algorithm; empty if cut short."""
        from handfast.core.certificates.summary import key_info

        try:
            return self._once("raw_public_key_der", lambda: key_info(self.in_der))
        except IndexError:
            return b""

    @property
    def key_algorithm(self) -> str:
        """``RSA``, ``EC``, ``DSA``, ``Ed25519`` …; a dotted OID where unknown."""
        return self._describe_key()[0]

    @property
    def key_bits(self) -> int | None:
        """Size of the public key in bits; None where it is not known."""
        return self._describe_key()[1]

    def _describe_key(self) -> tuple[str, int | None]:
        kept: tuple[str, int | None] | None = self._cache.get("key")
        if kept is not None:
            return kept

        def describe() -> tuple[str, int | None]:
            seen = self.fields.key
            if seen is not None:
                return seen
            key = self.public_key
            if key is not None:
                name, bits = describe_public_key(key)
                return name, bits or None
            try:
                return algorithm_name(key_identifier(self.in_der)), None
            except IndexError:
                return "", None

        return self._once("key", describe)

    @property
    def signature_algorithm(self) -> str:
        """The signature's algorithm as Java names it: ``SHA256withRSA``; else a dotted OID."""
        from handfast.core.certificates.decoding import signature_name

        return self._once(
            "signature",
            lambda: signature_name(
                self._ask(lambda c: c.signature_algorithm_oid.dotted_string, "")
            ),
        )

    @property
    def signature_hash(self) -> str:
        """The hash that is signed, as Java names it: ``SHA1``, ``SHA3-256``; empty if none."""
        from handfast.core.certificates.decoding import signature_hash

        return self._once("signature hash", lambda: self._ask(signature_hash, ""))

    @property
    def is_self_signed(self) -> bool:
        """Whether the name of the issuer is its own and its own key made the signature."""
        return self._once("is_self_signed", lambda: self.is_issued_by(self))

    @property
    def is_self_issued(self) -> bool:
        """Whether issuer and subject are the same name; says nothing of the signature."""
        subject = self.subject_der
        if subject == self.issuer_der and len(subject) > _MAX_EMPTY_NAME_BYTES:
            # As in nearly every root: there is nothing to compare.
            return True
        return bool(self.subject_key) and self.subject_key == self.issuer_key

    def is_issued_by(self, issuer: Certificate) -> bool:
        """Whether the issuer's name and key both fit; algorithms unknown here count as no."""
        return self.issuer_key == issuer.subject_key and self.signature_fits(issuer) is True

    def signature_fits(self, issuer: Certificate) -> bool | None:
        """Whether the issuer's key made the signature; None where that cannot be told."""
        readings = self.signature_readings(issuer)
        return True if True in readings else readings[0]

    def signature_readings(self, issuer: Certificate) -> tuple[bool | None, bool | None]:
        """The same as OpenSSL has it, and as Java does; they differ for some in BER alone."""
        parsed, key = self.parsed, issuer.public_key
        if parsed is None or key is None:
            return None, None
        from handfast.core.certificates.decoding import signature_readings

        # A thousand pairs may have the same chain.
        return self._once(
            f"signed by {issuer.sha256}",
            lambda: signature_readings(parsed, key, issuer.parsed, self.der),
        )

    # --- extensions ------------------------------------------------------------------

    @property
    def extensions(self) -> dict[str, x509.Extension[x509.ExtensionType]]:
        """The extensions that can be read, by their dotted identifiers."""
        return self._read_extensions()[0]

    @property
    def extension_troubles(self) -> tuple[ExtensionTrouble, ...]:
        """Extensions that cannot be read, or stand there twice; nearly always none."""
        return self._read_extensions()[1]

    def _read_extensions(
        self,
    ) -> tuple[
        dict[str, x509.Extension[x509.ExtensionType]],
        tuple[ExtensionTrouble, ...],
    ]:
        cache = self._cache
        if "extensions" not in cache:
            from handfast.core.certificates.decoding import read_extensions

            cache["extensions"] = read_extensions(self.parsed, self.der)
        found: tuple[
            dict[str, x509.Extension[x509.ExtensionType]], tuple[ExtensionTrouble, ...]
        ] = cache["extensions"]
        return found

    def extension(self, oid: x509.ObjectIdentifier) -> x509.ExtensionType | None:
        """The value of one extension; None where it is absent or not readable."""
        found = self.extensions.get(oid.dotted_string)
        return found.value if found is not None else None

    def _value(self, dotted: str) -> x509.ExtensionType | None:
        found = self.extensions.get(dotted)
        return found.value if found is not None else None

    @property
    def is_ca(self) -> bool:
        """Whether basic constraints say CA:true. A version 1 certificate says nothing: False."""
        from handfast.core.certificates.decoding import says_ca

        return says_ca(self._value("2.5.29.19"))

    @property
    def purposes(self) -> tuple[str, ...]:
        """What the extended key usage names; empty where there is none and nothing is barred."""
        from handfast.core.certificates.decoding import purposes

        return purposes(self._value("2.5.29.37"))

    def allows(self, purpose: str) -> bool:
        """Whether it may be used as ``client`` or ``server`` (RFC 5280, 4.2.1.12)."""
        purposes = self.purposes
        return not purposes or self.names_purpose(purpose) or "any" in purposes

    def names_purpose(self, purpose: str) -> bool:
        """Whether its extended key usage names ``client`` or ``server``.

        The two usages that Netscape and Microsoft had for stronger ciphers (SGC) are to Java,
        OpenSSL and all that build on it the purpose of a server.
        """
        purposes = self.purposes
        return purpose in purposes or (purpose == "server" and not _STEP_UP.isdisjoint(purposes))

    @property
    def is_sound(self) -> bool:
        """Whether it is a certificate at all, even one that no library reads.

        Anything can be in a keystore in the place of a certificate, a private key too.
        """
        return self._once("is_sound", lambda: has_certificate_shape(self.der) or self.is_readable)

    def pem(self) -> str:
        """What is presented in PEM (RFC 7468), 64 characters a line, ending in a line feed."""
        import base64

        text = base64.b64encode(self.presented).decode("ascii")
        lines = [text[i : i + 64] for i in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])

    def public_pem(self) -> str:
        """The certificate in PEM, to be shown, copied and sent; empty for what is none."""
        return self.pem() if self.is_sound else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and other.der == self.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<certificate {self.sha256[:16]}>"


def group_fingerprint(hexadecimal: str) -> str:
    """A fingerprint as keytool and browsers print it: ``AB:CD:…``, upper case."""
    upper = hexadecimal.upper()
    return ":".join(upper[i : i + 2] for i in range(0, len(upper), 2))
