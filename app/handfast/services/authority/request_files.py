"""A request that somebody sent, as a file or a text: what it asks for, and what may be granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography import x509

from handfast.core.certificates.decoding import alternative_names
from handfast.core.errors import HandfastError
from handfast.core.frozen import dataclass
from handfast.core.keys import describe_public_key, public_key_info
from handfast.core.language import tr
from handfast.core.rfc4514 import name_text
from handfast.core.store import shorten
from handfast.formats.base import DEFAULT_LIMITS
from handfast.services.authority.signing import EXTENSION_NAMES, is_takeable, read_request
from handfast.services.describe.certificate_der import RawExtension
from handfast.services.describe.description import RowKind
from handfast.services.describe.extensions import describe_extension
from handfast.services.files.store_files import check_ordinary, read_file

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.formats.base import Limits

#: A request with thousands of names has less.
MAX_REQUEST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedExtension:
    """One extension that a request asks for, in words."""

    oid: x509.ObjectIdentifier
    #: What it is called, as in the details of a certificate.
    title: str
    value: str
    #: Whether a CA can take it over; all else is the CA’s own word.
    is_takeable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """What a request says. Its signature is good."""

    request: x509.CertificateSigningRequest
    subject: str
    #: The key in a few words, such as ``EC, 256 bits``.
    key: str
    public_key_der: bytes
    #: The alternative names as ``kind:value``.
    names: tuple[str, ...]
    #: The other extensions.
    extensions: tuple[AskedExtension, ...]

    @property
    def usages(self) -> tuple[str, ...]:
        """The object identifiers of the extended key usage that it asks for."""
        for each in self.request.extensions:
            if isinstance(each.value, x509.ExtendedKeyUsage):
                return tuple(oid.dotted_string for oid in each.value)
        return ()

    @property
    def general_names(self) -> tuple[x509.GeneralName, ...]:
        """The alternative names, in the order of :attr:`names`."""
        for each in self.request.extensions:
            if isinstance(each.value, x509.SubjectAlternativeName):
                return tuple(each.value)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSource:
    """One file or one pasted text, and the request in it, or why there is none."""

    name: str
    data: bytes = b""
    path: Path | None = None
    received: ReceivedRequest | None = None
    error: HandfastError | None = None
    certificates: tuple[Certificate, ...] = ()
    remarks: tuple[str, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    needs_password: bool = False
    may_cost: bool = False


def read_request_source(data: bytes, *, name: str, path: Path | None = None) -> RequestSource:
    """Look into some bytes. What is wrong with them is in ``error``; nothing is raised."""
    try:
        received = receive(read_request(data))
    except HandfastError as error:
        return RequestSource(name=name, path=path, error=error.without_frames())
    return RequestSource(name=name, path=path, received=received)


def read_request_file(path: Path) -> RequestSource:
    """Look into a file. What is wrong with it is in ``error``; nothing is raised."""
    try:
        check_ordinary(path)
        data, _ = read_file(path, max_bytes=MAX_REQUEST_BYTES)
    except HandfastError as error:
        return RequestSource(name=path.name, path=path, error=error.without_frames())
    return read_request_source(data, name=path.name, path=path)


def receive(request: x509.CertificateSigningRequest) -> ReceivedRequest:
    """What a request says, in words."""
    key = request.public_key()
    algorithm, bits = describe_public_key(key)
    names: tuple[str, ...] = ()
    asked = []
    for each in request.extensions:
        if each.oid == EXTENSION_NAMES["san"]:
            names = alternative_names(each.value)
            continue
        section = describe_extension(
            RawExtension(
                oid=each.oid.dotted_string,
                critical=each.critical,
                value=each.value.public_bytes(),
            )
        )
        rows = [row for row in section.rows if row.kind is not RowKind.OF_ANY_EXTENSION]
        asked.append(
            AskedExtension(
                oid=each.oid,
                title=section.title,
                value=shorten(", ".join(row.value for row in rows), 200),
                is_takeable=is_takeable(each),
            )
        )
    return ReceivedRequest(
        request=request,
        subject=name_text(request.subject.public_bytes()),
        key=tr("{algorithm}, {bits} bits", algorithm=algorithm, bits=bits) if bits else algorithm,
        public_key_der=public_key_info(key),
        names=names,
        extensions=tuple(asked),
    )
