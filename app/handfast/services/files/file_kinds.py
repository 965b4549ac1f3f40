"""What a file is good for: to be opened as a store, or to be imported from."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from handfast.core.errors import HandfastError
from handfast.core.progress import no_progress
from handfast.formats.base import DEFAULT_LIMITS
from handfast.formats.content import Content
from handfast.formats.identify import Identity, identify
from handfast.formats.pem.armor import as_text
from handfast.services.files.store_files import check_ordinary, read_file
from handfast.services.heap.loose_keys import read_jwk

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.progress import Progress

_CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----"


class FileKind(Enum):
    """By content, never by name."""

    STORE = "store"
    CERTIFICATES = "certificates"
    #: A private key that is to become a key pair: loose, in an archive, or in a document.
    KEY = "key"
    #: Neither, or it cannot be read: opening it says why.
    OTHER = "other"

    @property
    def is_certificates(self) -> bool:
        return self is FileKind.CERTIFICATES

    @property
    def is_key(self) -> bool:
        return self is FileKind.KEY


def kind_of_file(path: Path, *, progress: Progress = no_progress) -> FileKind:
    """Look into a file; reads all of it."""
    try:
        check_ordinary(path)
        data, _ = read_file(path, max_bytes=DEFAULT_LIMITS.size)
    except HandfastError:
        return FileKind.OTHER
    identity = identify(data)
    if _holds_loose_key(identity, data):
        return FileKind.KEY
    # A text of certificates can be opened as well, but it is what a partner sends to be imported.
    if identity.format is not None and not identity.is_certificates_only:
        return FileKind.STORE
    # Loaded only for what is not a keystore, which is what people drop less often.
    from handfast.services.exchange.certificate_sources import read_source

    source = read_source(data, name=path.name, path=path, progress=progress)
    return FileKind.CERTIFICATES if source.certificates else FileKind.OTHER


def _holds_loose_key(identity: Identity, data: bytes) -> bool:
    """Whether a private key is in it that does not make a keystore by itself."""
    content = identity.content
    if content in {Content.OPENSSH_PRIVATE_KEY, Content.MICROSOFT_KEY}:
        return True
    if content in {Content.PRIVATE_KEY, Content.ENCRYPTED_PRIVATE_KEY}:
        # A PEM with its certificate opens as a keystore; a Secret is nothing to be saved to.
        return identity.format is None or identity.wrapping is not None or _CERTIFICATE not in data
    if content is Content.JSON:
        return identity.format is None and bool(read_jwk(as_text(data) or ""))
    if content is Content.ZIP:
        return _archive_has_key(data)
    return False


def _archive_has_key(data: bytes) -> bool:
    from handfast.services.heap.collecting import collect

    try:
        heap = collect([("archive", data)])
    except HandfastError:
        return False
    return bool(heap.keys) or any(error.code == 3 for _name, error in heap.troubles)
