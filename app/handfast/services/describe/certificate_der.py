"""The parts of a certificate as they are in its DER (RFC 5280, 4.1), read without judging them.

Handfast shows certificates that no library accepts, and single extensions that are malformed. So
what is described is taken from the bytes here, and a library is asked about one piece at a time.
"""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import field
from itertools import islice
from typing import TYPE_CHECKING

from handfast.core.asn1 import ber
from handfast.core.certificates.summary import MAX_CERTIFICATE_BYTES
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.services.describe.der import Value, children, oid_text, read_value, string_text

if TYPE_CHECKING:
    from cryptography import x509


#: Parts of a name that are shown; a real one has ten.
MAX_NAME_PARTS = 50
#: Extensions that are shown of a certificate that is absurdly large.
_MAX_EXTENSIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExtension:
    """One extension: its identifier, whether it is critical, and its value undecoded."""

    oid: str
    critical: bool
    value: bytes


@dataclasses.dataclass(slots=True, kw_only=True)
class CertificateParts:
    """What could be read, up to where the bytes stop making sense; ``trouble`` says why."""

    version: int | None = None
    serial: int | None = None
    signature_oid: str = ""
    #: Issuer and subject: for each part of the name its OID, its text, and whether it belongs
    #: to the same relative name as the previous part.
    issuer: tuple[NamePart, ...] | None = None
    subject: tuple[NamePart, ...] | None = None
    not_before: str = ""
    not_after: str = ""
    public_key_oid: str = ""
    public_key: bytes = b""
    extensions: list[RawExtension] = field(default_factory=list)
    signature_parameters: bytes = b""
    signature: bytes = b""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class NamePart:
    """One attribute of a distinguished name."""

    oid: str
    text: str
    joined: bool = False


def read_parts(der: bytes, *, names: int = MAX_NAME_PARTS + 1) -> CertificateParts:
    """The parts of a certificate. Never fails: it stops where the bytes do.

    ``names`` is how many parts of a name are read.
    """
    parts = CertificateParts()
    try:
        certificate = read_value(der)
        if not certificate.is_universal(16):
            raise ValueError("it does not begin as a certificate does")
        outer = children(certificate)
        to_be_signed = next(outer, None)
        if to_be_signed is None or not to_be_signed.is_universal(16):
            raise ValueError("it does not begin as a certificate does")
        trouble = ""
        try:
            _read_fields(to_be_signed, parts, names)
        except ValueError as error:
            trouble = str(error)
        algorithm, signature = next(outer, None), next(outer, None)
        if algorithm is not None:
            found = list(children(algorithm))
            parts.signature_oid = oid_text(found[0].content) if found else ""
            parts.signature_parameters = found[1].encoded if len(found) > 1 else b""
        if signature is not None and signature.is_universal(3):
            parts.signature = signature.content[1:]
        parts.trouble = trouble
    except ValueError as error:
        parts.trouble = parts.trouble or str(error)
    return parts


def _read_fields(to_be_signed: Value, parts: CertificateParts, few: int) -> None:
    # One that is not looked into otherwise is shown by its beginning alone.
    most = _MAX_EXTENSIONS if len(to_be_signed.content) > MAX_CERTIFICATE_BYTES else None
    rest = list(_until_broken(to_be_signed))
    at = 0
    parts.version = 1
    if rest and rest[0].is_context(0):
        parts.version = _small(_only_child(rest[0], tr("its version"))) + 1
        at = 1
    names = ("serial", "signature", "issuer", "validity", "subject", "public_key")
    fields = dict(zip(names, rest[at : at + len(names)], strict=False))
    if "serial" in fields:
        parts.serial = int.from_bytes(fields["serial"].content, "big", signed=True)
    if "signature" in fields:
        found = next(children(fields["signature"]), None)
        parts.signature_oid = oid_text(found.content) if found is not None else ""
    if "issuer" in fields:
        parts.issuer = read_name(fields["issuer"], few)
    if "validity" in fields:
        dates = [each.content.decode("latin-1") for each in children(fields["validity"])]
        parts.not_before, parts.not_after = (*dates, "", "")[:2]
    if "subject" in fields:
        parts.subject = read_name(fields["subject"], few)
    if "public_key" in fields:
        key = fields["public_key"]
        parts.public_key = key.encoded
        algorithm = next(children(key), None)
        found = next(children(algorithm), None) if algorithm is not None else None
        parts.public_key_oid = oid_text(found.content) if found is not None else ""
    for value in rest[at + len(names) :]:
        if value.is_context(3):
            listed = _only_child(value, tr("its list of extensions"))
            every = islice(children(listed), most)
            parts.extensions = [read_extension(each) for each in every]
    if len(fields) < len(names):
        raise ValueError(f"it ends before its {names[len(fields)].replace('_', ' ')}")


def _only_child(value: Value, what: str) -> Value:
    child = next(children(value), None)
    if child is None:
        raise ValueError(f"{what} is empty")
    return child


def _until_broken(value: Value) -> list[Value]:
    found: list[Value] = []
    inner = children(value)
    with contextlib.suppress(ValueError):
        for child in inner:
            found.append(child)  # noqa: PERF402 - what came before the break is wanted
    return found


def _small(value: Value) -> int:
    return int.from_bytes(value.content[:4], "big", signed=True)


def read_extension(value: Value) -> RawExtension:
    """An ``Extension`` (RFC 5280, 4.1); ValueError where it is not one."""
    found = list(children(value))
    if len(found) < 2 or not found[0].is_universal(6):
        raise ValueError("an extension has no identifier or no value")
    critical = found[1].is_universal(1) and any(found[1].content)
    return RawExtension(oid=oid_text(found[0].content), critical=critical, value=found[-1].content)


def read_name(value: Value, most: int) -> tuple[NamePart, ...]:
    """A distinguished name's parts in the order in which they are written, or the first few."""
    parts: list[NamePart] = []
    for relative in islice(children(value), most):
        for index, attribute in enumerate(islice(children(relative), most - len(parts))):
            pieces = list(children(attribute))
            if len(pieces) != 2:
                raise ValueError("a part of a name is not a pair")
            text = string_text(pieces[1])
            if text is None:
                text = pieces[1].content.hex(" ").upper()
            parts.append(NamePart(oid_text(pieces[0].content), text, joined=index > 0))
    return tuple(parts)


def decode_extension(raw: RawExtension) -> x509.ExtensionType | None:
    """The extension as the library reads it, on its own; None where it cannot.

    The library decodes all extensions of a certificate or none, so each is put into a small
    certificate of its own. That one is never verified: its key and signature are zeros.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        holder = x509.load_der_x509_certificate(_certificate_with(raw))
        value: x509.ExtensionType = next(iter(holder.extensions)).value
    except (
        ValueError,
        TypeError,
        OverflowError,
        UnsupportedAlgorithm,
        x509.UnsupportedGeneralNameType,
    ):
        return None
    return value


_ED25519 = ber.der(0x30, ber.der_oid("1.3.101.112"))
_NO_NAME = ber.der(0x30)


def _certificate_with(raw: RawExtension) -> bytes:
    critical = ber.der(0x01, b"\xff") if raw.critical else b""
    extension = ber.der(0x30, ber.der_oid(raw.oid), critical, ber.der(0x04, raw.value))
    return ber.der(
        0x30,
        ber.der(
            0x30,
            ber.der(0xA0, ber.der(0x02, b"\x02")),
            ber.der(0x02, b"\x01"),
            _ED25519,
            _NO_NAME,
            ber.der(0x30, ber.der(0x17, b"200101000000Z"), ber.der(0x17, b"300101000000Z")),
            _NO_NAME,
            ber.der(0x30, _ED25519, ber.der(0x03, bytes(33))),
            ber.der(0xA3, ber.der(0x30, extension)),
        ),
        _ED25519,
        ber.der(0x03, bytes(65)),
    )
