"""What a file is good for: to be opened as a store, or to be imported from."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from handfast.core.errors import HandfastError
from handfast.core.progress import no_progress
from handfast.formats.base import DEFAULT_LIMITS
from handfast.formats.identify import identify
from handfast.services.files.store_files import check_ordinary, read_file

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.progress import Progress


class FileKind(Enum):
    """By content, never by name."""

    STORE = "store"
    CERTIFICATES = "certificates"
    #: Neither, or it cannot be read: opening it says why.
    OTHER = "other"

    @property
    def is_certificates(self) -> bool:
        return self is FileKind.CERTIFICATES


def kind_of_file(path: Path, *, progress: Progress = no_progress) -> FileKind:
    """Look into a file; reads all of it."""
    try:
        check_ordinary(path)
        data, _ = read_file(path, max_bytes=DEFAULT_LIMITS.size)
    except HandfastError:
        return FileKind.OTHER
    identity = identify(data)
    # A text of certificates can be opened as well, but it is what a partner sends to be imported.
    if identity.format is not None and not identity.is_certificates_only:
        return FileKind.STORE
    # Loaded only for what is no keystore, which is what people drop less often.
    from handfast.services.exchange.certificate_sources import read_source

    source = read_source(data, name=path.name, path=path, progress=progress)
    return FileKind.CERTIFICATES if source.certificates else FileKind.OTHER
