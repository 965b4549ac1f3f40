"""What a heap of files holds: private keys and certificates, from whatever they stand in."""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING, Final

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import (
    Damaged,
    HandfastError,
    KeyLocked,
    NotAKeystore,
    PasswordNeeded,
    TooCostly,
    Unsupported,
    WrongPassword,
)
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr
from handfast.core.password import EMPTY, WELL_KNOWN
from handfast.core.progress import no_progress
from handfast.core.store import shorten
from handfast.formats.base import DEFAULT_LIMITS, Limits
from handfast.formats.content import Content
from handfast.formats.content_words import WORDS
from handfast.formats.identify import identify
from handfast.formats.pem.armor import as_text
from handfast.formats.pem.reading import public_half
from handfast.formats.registry import pair_again, read_store
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.files.unlocking import with_all_tried, with_passwords
from handfast.services.heap.loose_keys import (
    read_der_key,
    read_jwk,
    read_jwk_chain,
    read_openssh_key,
    read_pvk,
)
from handfast.services.policy.key_passwords import unreadable_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.keys import PrivateKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store

#: Of one heap, archives included.
MAX_FILES: Final = 2_000
#: Of all that is taken out of archives, in bytes.
_MAX_UNPACKED_BYTES: Final = 64 * 2**20
#: An archive may hold another, and no deeper.
_MAX_ARCHIVE_DEPTH: Final = 2


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A private key, its public half, and where it was found."""

    key: PrivateKey
    public: bytes
    source: str
    #: The alias or friendly name that it had; empty where it had none.
    name: str = ""


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """A certificate, and where it was found first."""

    certificate: Certificate
    source: str
    name: str = ""


@dataclasses.dataclass(slots=True)
class Heap:
    """What was found, each thing once, and why a file gave nothing."""

    keys: list[FoundKey] = field(default_factory=list)
    certificates: list[FoundCertificate] = field(default_factory=list)
    #: Things a person should know, a sentence each.
    notes: list[str] = field(default_factory=list)
    #: Whether there is anything else in them, such as a secret key.
    has_other_entries: bool = False
    #: Why files gave nothing, by their names.
    troubles: list[tuple[str, HandfastError]] = field(default_factory=list)
    _seen: set[Certificate] = field(default_factory=set)
    _files: int = 0
    _unpacked: int = 0

    def add_key(self, key: PrivateKey, source: str, name: str = "") -> None:
        """Remember a key, unless it is there already."""
        if any(each.key == key for each in self.keys):
            return
        public = public_half(key)
        if not public or all(each.public != public for each in self.keys):
            self.keys.append(FoundKey(key, public, source, name))

    def add_found_key(self, found: FoundKey) -> None:
        """Remember a key that was found before, unless it is there already."""
        if all(each.key != found.key for each in self.keys) and (
            not found.public or all(each.public != found.public for each in self.keys)
        ):
            self.keys.append(found)

    def add_certificate(self, certificate: Certificate, source: str, name: str = "") -> None:
        """Remember a certificate, unless it is there already."""
        if certificate not in self._seen:
            self._seen.add(certificate)
            self.certificates.append(FoundCertificate(certificate, source, name))

    def count_file(self) -> None:
        """Count one file or member.

        :raises Unsupported: there are more than are read
        """
        self._files += 1
        if self._files > MAX_FILES:
            raise Unsupported(
                tr("The input contains more than {max_files} files.", max_files=grouped(MAX_FILES)),
                causes=(tr("A key pair needs only a handful."),),
                remedy=tr("Name the files that belong to the pair."),
            )

    def count_bytes(self, number: int) -> None:
        """Count what was taken out of archives.

        :raises TooCostly: it is more than is unpacked
        """
        self._unpacked += number
        if self._unpacked > _MAX_UNPACKED_BYTES:
            raise TooCostly(
                tr("The archive unpacks to more data than Handfast reads."),
                causes=(tr("It may have been created to exhaust memory."),),
                remedy=tr("Unpack it yourself, and name the files that belong to the pair."),
            )


def collect(
    files: Iterable[tuple[str, bytes]],
    *,
    passwords: Sequence[Password] = (),
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> Heap:
    """Look into files by name and content; a wrong or missing password is told as trouble.

    :param passwords: what may open files and keys, besides none, the empty one, and ``changeit``
    """
    heap = Heap()
    for name, data in files:
        progress(0, 0)
        _look_into(heap, name, data, passwords, limits, depth=0)
    return heap


def _look_into(
    heap: Heap,
    name: str,
    data: bytes,
    passwords: Sequence[Password],
    limits: Limits,
    *,
    depth: int,
) -> None:
    heap.count_file()
    before = len(heap.keys) + len(heap.certificates)
    try:
        if data[:4] == b"PK\x03\x04":
            _unzip(heap, name, data, passwords, limits, depth)
            return
        _read(heap, name, data, passwords, limits)
    except TooCostly:
        raise
    except HandfastError as error:
        if len(heap.keys) + len(heap.certificates) == before:
            heap.troubles.append((name, error.without_frames()))


def _read(
    heap: Heap, name: str, data: bytes, passwords: Sequence[Password], limits: Limits
) -> None:
    identity = identify(data)
    content = identity.content
    tried = (*passwords, EMPTY, WELL_KNOWN)
    if content is Content.OPENSSH_PRIVATE_KEY:
        heap.add_key(read_openssh_key(data, passwords), name)
    elif content is Content.MICROSOFT_KEY:
        heap.add_key(read_pvk(data, passwords), name)
    elif content in {Content.PRIVATE_KEY, Content.ENCRYPTED_PRIVATE_KEY} and data[:1] == b"0":
        heap.add_key(read_der_key(data, passwords), name)
    elif content is Content.JSON and _read_jwk(heap, name, data):
        return
    elif identity.format is not None:
        _from_store(heap, name, data, tried, passwords, limits)
    else:
        try:
            found = read_certificates(data, limits=limits).certificates
        except NotAKeystore as error:
            if content in WORDS or content is Content.UNKNOWN:
                raise _neither(content) from error
            # That it is empty, for one.
            raise
        for each in found:
            heap.add_certificate(each, name)


def _neither(content: Content) -> NotAKeystore:
    """What was given instead of a key or a certificate; here either would do."""
    remedy = tr("Choose the files with the private key and its certificates.")
    if content in WORDS and content is not Content.UNKNOWN:
        what = WORDS[content][0]
        return NotAKeystore(
            tr("This is neither a key nor a certificate but {words}.", words=what), remedy=remedy
        )
    return NotAKeystore(
        tr("This is neither a key nor a certificate."),
        causes=(tr("The file may be damaged at its very beginning."),),
        remedy=remedy,
    )


def _read_jwk(heap: Heap, name: str, data: bytes) -> bool:
    text = as_text(data)
    keys = read_jwk(text) if text is not None else []
    for each in keys:
        heap.add_key(each, name)
    for der in read_jwk_chain(text) if text is not None else []:
        heap.add_certificate(Certificate(der), name)
    return bool(keys)


def _from_store(
    heap: Heap,
    name: str,
    data: bytes,
    tried: Sequence[Password],
    passwords: Sequence[Password],
    limits: Limits,
) -> None:
    opened = with_all_tried(_open(data, tried, limits))
    store = pair_again(with_passwords(opened, list(passwords)))
    locked = 0
    for entry in store.entries:
        if isinstance(entry, KeyPair):
            if entry.key is not None:
                heap.add_key(entry.key, name, entry.alias)
            elif entry.trouble:
                problem = tr("A private key in the input cannot be read.")
                heap.troubles.append((name, unreadable_error(entry, problem)))
            else:
                locked += 1
            for each in entry.chain:
                heap.add_certificate(each, name, entry.alias)
        elif isinstance(entry, TrustedCertificate):
            heap.add_certificate(entry.certificate, name, entry.alias)
        else:
            heap.has_other_entries = True
    if locked:
        locked_key = KeyLocked(
            tr("A private key in the input is locked."),
            causes=(tr("No password that was entered opens it."),) if passwords else (),
            remedy=tr("Enter its password."),
        )
        heap.troubles.append((name, locked_key))


def _open(data: bytes, tried: Sequence[Password], limits: Limits) -> Store:
    """The store in a file, with the first password that opens it."""
    try:
        return read_store(data, limits=limits)
    except (PasswordNeeded, WrongPassword) as error:
        first: HandfastError = error
    for password in tried:
        try:
            return read_store(data, password, limits=limits)
        except (PasswordNeeded, WrongPassword) as error:
            first = error
    raise first


def _unzip(
    heap: Heap,
    name: str,
    data: bytes,
    passwords: Sequence[Password],
    limits: Limits,
    depth: int,
) -> None:
    if depth >= _MAX_ARCHIVE_DEPTH:
        heap.notes.append(
            tr("{name}: an archive inside an archive was skipped.", name=shorten(name))
        )
        return
    from handfast.services.heap.archives import members

    for inner, content in members(name, data, heap.notes):
        heap.count_bytes(len(content))
        _look_into(heap, inner, content, passwords, limits, depth=depth + 1)


def nothing_found(heap: Heap) -> HandfastError:
    """The error of a heap without any key: the trouble of one file, or that there is none."""
    for kind in (WrongPassword, PasswordNeeded):
        for name, error in heap.troubles:
            if isinstance(error, kind):
                return type(error)(
                    f"{shorten(name)}: {error.problem}", causes=error.causes, remedy=error.remedy
                )
    for name, error in heap.troubles:
        if isinstance(error, (Unsupported, Damaged)):
            return _naming(name, error)
    if len(heap.troubles) == 1 and not heap.certificates:
        return _naming(*heap.troubles[0])
    # What was passed over may be where the key is.
    causes = (
        *(f"{shorten(name)}: {error.problem}" for name, error in heap.troubles[:5]),
        *heap.notes[:5],
    )
    if not causes and heap.certificates:
        causes = (tr("The files contain only certificates."),)
    return NotAKeystore(
        tr("The input contains no private key."),
        causes=causes,
        remedy=tr(
            "Add the file with the private key. To import certificates as trusted, use Import."
        ),
    )


def _naming(name: str, error: HandfastError) -> HandfastError:
    """The error, saying which of the files it is about."""
    if error.names_file:
        return error
    # A copy: the file itself shows the error under its name.
    named = copy.copy(error)
    named.problem, named.names_file = f"{shorten(name)}: {error.problem}", True
    return named
