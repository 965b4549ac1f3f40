"""What a partner sent, whatever it is: certificates, or a keystore that has some in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handfast.core.errors import HandfastError, NotAKeystore, TooCostly
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.formats.base import DEFAULT_LIMITS, Limits
from handfast.services.exchange.certificate_files import (
    read_certificates,
    refuse_large_certificates,
)
from handfast.services.files.store_files import (
    MAX_FILE_BYTES,
    check_ordinary,
    read_file,
    read_head,
    size_of,
)
from handfast.services.heap.collecting import collect
from handfast.services.heap.sources import holds_private_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.core.progress import Progress

_ZIP = b"PK\x03\x04"
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/]{64}\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSource:
    """One file or one pasted text: what was found in it, or why nothing was."""

    #: The name that is shown: that of the file, or where the text came from.
    name: str
    data: bytes
    path: Path | None = None
    certificates: tuple[Certificate, ...] = ()
    encoding: str = ""
    #: Whether it is one certificate in a form that every program takes, keytool too.
    is_plain: bool = False
    #: Whether a private key is in it, which may be the person's own.
    has_key: bool = False
    remarks: tuple[str, ...] = ()
    error: HandfastError | None = None
    #: What reading it was allowed to cost.
    limits: Limits = DEFAULT_LIMITS

    @property
    def needs_password(self) -> bool:
        """Whether a password, or another one, might show what is in it."""
        return self.error is not None and self.error.code == 3

    @property
    def may_cost(self) -> bool:
        """Whether it would take far more work than usual, to which nobody has agreed so far."""
        return isinstance(self.error, TooCostly) and self.limits is DEFAULT_LIMITS

    def __repr__(self) -> str:
        # What was pasted may be a private key, by mistake.
        return f"<certificate source {shorten(self.name, 40)}>"


def read_source(
    data: bytes,
    *,
    name: str,
    path: Path | None = None,
    password: Password | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> CertificateSource:
    """Look into some bytes. What is wrong with them is in ``error``; nothing is raised."""
    if data[:4] == _ZIP:
        return _read_archive(data, name=name, path=path, limits=limits, progress=progress)
    has_key = len(data) <= limits.text and holds_private_key(data)
    try:
        found = read_certificates(data, password=password, limits=limits, progress=progress)
    except HandfastError as error:
        if error.kind == "cancelled":
            raise
        # Nothing of a private key that was pasted by mistake is kept any longer than needed.
        kept = data if error.code == 3 or isinstance(error, TooCostly) else b""
        return CertificateSource(
            name=name,
            data=kept,
            path=path,
            has_key=has_key,
            error=error.without_frames(),
            limits=limits,
        )
    _decode(found.certificates, progress)
    return CertificateSource(
        name=name,
        data=b"",
        path=path,
        certificates=found.certificates,
        has_key=has_key,
        encoding=found.encoding,
        is_plain=len(found.certificates) == 1 and _is_plain(data, found.encoding),
        remarks=found.remarks,
    )


def _decode(certificates: Sequence[Certificate], progress: Progress) -> None:
    for number, certificate in enumerate(certificates):
        # Decoded here, off the GUI thread, so that showing thousands does not stall it.
        progress(number, len(certificates))
        _ = certificate.common_name, certificate.not_after, certificate.issuer_common_name
        _ = certificate.subject_der, certificate.issuer_der, certificate.sha256
        _ = certificate.public_key_der


def _read_archive(
    data: bytes, *, name: str, path: Path | None, limits: Limits, progress: Progress
) -> CertificateSource:
    """The certificates of a zip, which is how resellers send a reply. Its keys are passed over."""
    try:
        heap = collect([(name, data)], limits=limits, progress=progress)
    except HandfastError as error:
        if error.kind == "cancelled":
            raise
        return CertificateSource(
            name=name, data=b"", path=path, error=error.without_frames(), limits=limits
        )
    certificates = tuple(each.certificate for each in heap.certificates)
    remarks = list(heap.notes)
    if heap.keys:
        remarks.append(tr("It also contains a private key, which is not imported here."))
    if not certificates:
        missing = NotAKeystore(
            tr("There is no certificate in this archive."),
            remedy=tr("Ask for the certificate, or unpack the archive and choose the file."),
        )
        trouble = heap.troubles[0][1] if heap.troubles else missing
        return CertificateSource(
            name=name,
            data=b"",
            path=path,
            has_key=bool(heap.keys),
            error=trouble,
            limits=limits,
        )
    _decode(certificates, progress)
    return CertificateSource(
        name=name,
        data=b"",
        path=path,
        certificates=certificates,
        has_key=bool(heap.keys),
        encoding="ZIP",
        remarks=tuple(remarks),
    )


def _is_plain(data: bytes, encoding: str) -> bool:
    # On one line, or in UTF-16, it is still read here as PEM.
    return encoding == "DER" or (encoding == "PEM" and _PEM.search(data) is not None)


def read_source_file(
    path: Path,
    *,
    password: Password | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> CertificateSource:
    """Look into a file. What is wrong with it is in ``error``; nothing is raised."""
    try:
        check_ordinary(path)
        if size_of(path) > limits.size:
            refuse_large_certificates(read_head(path), size_of(path), limits)
        data, _ = read_file(path, max_bytes=min(limits.size, MAX_FILE_BYTES))
    except HandfastError as error:
        return CertificateSource(
            name=path.name, data=b"", path=path, error=error.without_frames(), limits=limits
        )
    return read_source(
        data, name=path.name, path=path, password=password, limits=limits, progress=progress
    )
