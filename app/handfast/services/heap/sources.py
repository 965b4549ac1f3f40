"""One file or text of a heap by itself: the keys and certificates in it, or why there are none."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from handfast.core.errors import HandfastError, PasswordNeeded, TooCostly, WrongPassword
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.formats.base import DEFAULT_LIMITS, Limits
from handfast.formats.content import Content
from handfast.formats.identify import identify
from handfast.formats.pem.armor import as_text
from handfast.services.files.store_files import MAX_FILE_BYTES, check_ordinary, read_file
from handfast.services.heap.collecting import Heap, collect
from handfast.services.heap.loose_keys import read_jwk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.services.heap.collecting import FoundCertificate, FoundKey


#: What a private key stands in, whether or not certificates stand beside it.
_KEYS: Final = frozenset(
    {
        Content.PRIVATE_KEY,
        Content.ENCRYPTED_PRIVATE_KEY,
        Content.OPENSSH_PRIVATE_KEY,
        Content.MICROSOFT_KEY,
    }
)
_ARMOR: Final = b"PRIVATE KEY-----"


def holds_private_key(data: bytes) -> bool:
    """Whether a file or text is a private key, or holds one; archives and keystores aside."""
    identity = identify(data)
    if identity.content in _KEYS or _ARMOR in data or _ARMOR in identity.payload:
        return True
    return identity.content is Content.JSON and bool(read_jwk(as_text(data) or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeapSource:
    """What was found in one file or one pasted text."""

    #: The name that is shown: that of the file, or where the text came from.
    name: str
    #: Kept only of a text that needs a password, or an agreement to its cost.
    data: bytes = field(default=b"", repr=False)
    path: Path | None = None
    keys: tuple[FoundKey, ...] = field(default=(), repr=False)
    found: tuple[FoundCertificate, ...] = ()
    remarks: tuple[str, ...] = ()
    error: HandfastError | None = None
    #: What reading it was allowed to cost.
    limits: Limits = DEFAULT_LIMITS

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates in it, each once."""
        return tuple(each.certificate for each in self.found)

    @property
    def needs_password(self) -> bool:
        """Whether a password, or another one, might show what is in it."""
        return isinstance(self.error, PasswordNeeded | WrongPassword)

    @property
    def may_cost(self) -> bool:
        """Whether it takes far more work than usual, which nobody has agreed to so far."""
        return isinstance(self.error, TooCostly) and self.limits is DEFAULT_LIMITS


def read_heap_source(
    data: bytes,
    *,
    name: str,
    path: Path | None = None,
    passwords: Sequence[Password] = (),
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> HeapSource:
    """Look into some bytes. What is wrong with them is in ``error``; nothing is raised."""
    try:
        heap = collect([(name, data)], passwords=passwords, limits=limits, progress=progress)
    except HandfastError as error:
        if error.kind == "cancelled":
            raise
        kept = data if path is None and isinstance(error, TooCostly) else b""
        return HeapSource(
            name=name, data=kept, path=path, error=error.without_frames(), limits=limits
        )
    for number, each in enumerate(heap.certificates):
        # Decoded here, off the GUI thread, so that showing many does not stall it.
        progress(number, len(heap.certificates))
        certificate = each.certificate
        _ = certificate.common_name, certificate.not_after, certificate.public_key_der
        _ = certificate.subject_der, certificate.issuer_der, certificate.is_self_signed
    trouble, remarks = _trouble(heap, name)
    if passwords and isinstance(trouble, PasswordNeeded):
        trouble = WrongPassword(tr("The password does not open the private key in this input."))
    needs_it_again = isinstance(trouble, PasswordNeeded | WrongPassword) and path is None
    return HeapSource(
        name=name,
        data=data if needs_it_again else b"",
        path=path,
        keys=tuple(heap.keys),
        found=tuple(heap.certificates),
        remarks=remarks,
        error=trouble,
        limits=limits,
    )


def _trouble(heap: Heap, name: str) -> tuple[HandfastError | None, tuple[str, ...]]:
    """What stands in the way of the whole, and what is only to be said of parts."""
    remarks = list(heap.notes)
    first: HandfastError | None = None
    for member, error in heap.troubles:
        asks = isinstance(error, PasswordNeeded | WrongPassword)
        if first is None and (asks or not (heap.keys or heap.certificates)):
            first = error
        else:
            remarks.append(
                error.problem if member == name else f"{shorten(member)}: {error.problem}"
            )
    return first, tuple(remarks)


def read_heap_file(
    path: Path,
    *,
    passwords: Sequence[Password] = (),
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> HeapSource:
    """Look into a file. What is wrong with it is in ``error``; nothing is raised."""
    try:
        check_ordinary(path)
        data, _ = read_file(path, max_bytes=MAX_FILE_BYTES)
    except HandfastError as error:
        return HeapSource(name=path.name, path=path, error=error.without_frames(), limits=limits)
    return read_heap_source(
        data, name=path.name, path=path, passwords=passwords, limits=limits, progress=progress
    )


def heap_of(sources: Iterable[HeapSource]) -> Heap:
    """The heap of several sources, each thing once; nothing is read again."""
    heap = Heap()
    for source in sources:
        for key in source.keys:
            heap.add_found_key(key)
        for each in source.found:
            heap.add_certificate(each.certificate, each.source, each.name)
        if source.error is not None:
            heap.troubles.append((source.name, source.error))
    return heap
