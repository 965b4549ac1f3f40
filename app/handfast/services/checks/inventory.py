"""An inventory of the keystores below some folders: what each is, when it ends, what is wrong."""

from __future__ import annotations

import os
import stat
from collections import Counter, deque
from dataclasses import field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handfast.core.errors import (
    Damaged,
    FileProblem,
    HandfastError,
    NotAKeystore,
    PasswordNeeded,
    Unsupported,
    WrongPassword,
)
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity
from handfast.formats.base import DEFAULT_LIMITS, Limits
from handfast.formats.content import Content
from handfast.formats.identify import identify
from handfast.services.checks.findings import Finding
from handfast.services.checks.store_checks import check_store
from handfast.services.describe.store_summary import summarise
from handfast.services.describe.validity import EXPIRY_DAYS
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store

#: Up to here every file is read, since a keystore may have any name; most are far smaller.
MAX_ANY_FILE_BYTES: Final = 2**20
#: Up to here a file is read that begins like a keystore or is named like one.
MAX_KEYSTORE_BYTES: Final = 64 * 2**20
#: A tree with more files than this is more than one inventory.
MAX_FILES: Final = 2_000_000
#: So many of the files that were skipped for one reason are named.
MAX_SKIP_EXAMPLES: Final = 20
_HEAD_BYTES: Final = 4096

#: Who has such a name and is not a keystore was one, or was to become one.
_KEYSTORE_ENDINGS: Final = frozenset(
    {
        ".jks", ".jceks", ".p12", ".pfx", ".pkcs12", ".keystore", ".truststore", ".ks", ".bks",
        ".bcfks", ".uber", ".ubr", ".kdb", ".sst",
    }
)  # fmt: skip
#: A text with such a name is meant as PEM; other texts may only speak of it.
_PEM_ENDINGS: Final = frozenset({".pem", ".crt", ".cer", ".key", ".p7b", ".p7c", ".chain"})
#: How the formats begin that are not text.
_MAGICS: Final = (
    b"\xfe\xed\xfe\xed",
    b"\xce\xce\xce\xce",
    b"\x00\x00\x00\x01\x00\x00\x00",
    b"\x00\x00\x00\x02\x00\x00\x00",
)
#: Recognized, but more often something else: any SQLite database looks like one of NSS.
_NOT_LISTED: Final = frozenset({Content.NSS_DATABASE, Content.PASSWORD_SAFE})
_NSS_NAMES: Final = frozenset({"cert8.db", "cert9.db", "key3.db", "key4.db"})


class StoreState(Enum):
    """What came of opening a keystore, by the names that it has in JSON."""

    OPEN = "open"
    #: No password at hand fits; what is unencrypted is read all the same.
    LOCKED = "locked"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"
    #: The system does not let it be read.
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCertificate:
    """A certificate in a keystore, as far as its end is watched."""

    alias: str
    #: What names it: a key pair has a certificate of its own, which can be renewed.
    is_pair: bool
    #: 0 for the certificate of the entry itself, then along its chain.
    position: int
    common_name: str
    not_after: datetime
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReport:
    """One keystore of an inventory."""

    path: Path
    state: StoreState
    #: None where it could not be told.
    format: Format | None = None
    entries: int = 0
    #: The earliest end that is still ahead; None where there is none.
    next_expiry: datetime | None = None
    findings: tuple[Finding, ...] = ()
    certificates: tuple[ListedCertificate, ...] = field(default=(), repr=False)
    #: Why it could not be opened, in a sentence; empty where it was.
    problem: str = ""


class SkipReason(Enum):
    """Why a file is not in an inventory."""

    #: It was read, and is something else.
    OTHER = auto()
    #: It is empty, and not named like a keystore.
    EMPTY = auto()
    #: A symbolic link that is not followed, or leads nowhere.
    LINK = auto()
    #: Another name of a file that was looked at.
    SEEN = auto()
    TOO_LARGE = auto()
    #: A pipe, a socket, or a device.
    SPECIAL = auto()
    #: A file that may not be read, and is not named like a keystore.
    UNREADABLE = auto()
    #: A folder that cannot be listed.
    FOLDER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """The files that were skipped for one reason."""

    reason: SkipReason
    count: int
    #: The first of them.
    examples: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The keystores that were found, by path, and which other files there are."""

    stores: tuple[StoreReport, ...]
    skips: tuple[Skip, ...] = ()

    @property
    def skipped(self) -> int:
        """How many files are not keystores, or were not looked into; and folders likewise."""
        return sum(each.count for each in self.skips)

    @property
    def has_error(self) -> bool:
        return any(each.severity == "error" for store in self.stores for each in store.findings)


def _unheard(_report: object) -> None:
    """Nobody waits for the keystores one by one."""


def scan(
    folders: Sequence[Path],
    *,
    passwords: Sequence[Password] = (),
    expiry_days: int = EXPIRY_DAYS,
    follow_symlinks: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    max_files: int = MAX_FILES,
    progress: Progress = no_progress,
    found: Callable[[StoreReport], object] = _unheard,
) -> Inventory:
    """Look into every regular file below the folders, and report each keystore.

    ``passwords`` are tried in turn, then the usual ones. Each file and folder is looked at once,
    however many links lead to it. ``found`` is called with each keystore at once.

    :raises FileProblem: a folder that was named cannot be listed
    :raises TooManyFiles: there are more than ``max_files`` files
    """
    stores: list[StoreReport] = []
    walk = _Walk(follow_symlinks=follow_symlinks, max_files=max_files)
    for number, path in enumerate(walk.files(folders)):
        progress(number, 0)
        report = _look_at(path, passwords, expiry_days, limits, progress)
        if isinstance(report, SkipReason):
            walk.skip(report, path)
        else:
            stores.append(report)
            found(report)
    stores.sort(key=lambda each: str(each.path))
    return Inventory(stores=tuple(stores), skips=walk.skips())


def look_at_file(
    path: Path,
    *,
    expiry_days: int = EXPIRY_DAYS,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> StoreReport:
    """The report of one file that is known to be meant as a keystore; it may be gone."""
    return _open(path, None, (), expiry_days, limits, progress)


class TooManyFiles(Unsupported):
    """There are more files below the folders than one inventory looks at."""

    kind = "too-many-files"


class _Walk:
    """Goes through folders without recursion, and through each of them once."""

    def __init__(self, *, follow_symlinks: bool, max_files: int) -> None:
        self._skipped: Counter[SkipReason] = Counter()
        self._examples: dict[SkipReason, list[Path]] = {}
        self._follow = follow_symlinks
        self._left = max_files
        self._seen: set[tuple[int, int]] = set()

    def skip(self, reason: SkipReason, path: Path | str) -> None:
        """Count a file that is not in the inventory."""
        self._skipped[reason] += 1
        examples = self._examples.setdefault(reason, [])
        if len(examples) < MAX_SKIP_EXAMPLES:
            examples.append(Path(path))

    def skips(self) -> tuple[Skip, ...]:
        """What was skipped, the reasons in one order."""
        return tuple(
            Skip(
                reason=reason,
                count=self._skipped[reason],
                examples=tuple(self._examples[reason]),
            )
            for reason in SkipReason
            if self._skipped[reason]
        )

    def files(self, folders: Sequence[Path]) -> Iterator[Path]:
        """The regular files below the folders, folder by folder."""
        waiting: deque[str] = deque()
        for folder in folders:
            # Whoever names a link means the folder behind it.
            self._enter_named(folder)
            waiting.append(str(folder))
        while waiting:
            folder_name = waiting.popleft()
            try:
                with os.scandir(folder_name) as listing:
                    entries = sorted(listing, key=lambda each: each.name)
            except OSError:
                self.skip(SkipReason.FOLDER, folder_name)
                continue
            for entry in entries:
                status = self._status(entry)
                if status is None:
                    self.skip(SkipReason.LINK, entry.path)
                elif stat.S_ISDIR(status.st_mode):
                    if self._is_new(status):
                        waiting.append(entry.path)
                elif (reason := self._why_not(entry, status)) is not None:
                    self.skip(reason, entry.path)
                else:
                    self._count()
                    yield Path(entry.path)

    def _enter_named(self, folder: Path) -> None:
        try:
            # Listing it now tells a name that is mistyped from a tree without keystores.
            with os.scandir(folder):
                status = folder.stat()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or tr("this is not a valid name")
            raise FileProblem(
                tr(
                    "The folder “{folder}” could not be listed: {reason}.",
                    folder=folder,
                    reason=reason,
                ),
                remedy=tr("Check its name, and whether you have permission to list it."),
            ) from error
        self._is_new(status)

    def _status(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        """What an entry is; None for a link that is not followed or leads nowhere."""
        try:
            if entry.is_symlink() and not self._follow:
                return None
            return entry.stat(follow_symlinks=self._follow)
        except OSError:
            return None

    def _is_new(self, status: os.stat_result) -> bool:
        """Whether this file or folder has not been met before, by another name or link."""
        # Windows tells no numbers here; it has no links that anybody makes by accident.
        key = (status.st_dev, status.st_ino)
        if not status.st_ino:
            return True
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _why_not(self, entry: os.DirEntry[str], status: os.stat_result) -> SkipReason | None:
        """Why a file is not read; None where it is."""
        if not stat.S_ISREG(status.st_mode):
            return SkipReason.SPECIAL
        if status.st_size > MAX_KEYSTORE_BYTES:
            return SkipReason.TOO_LARGE
        if status.st_size == 0 and not _is_named_like_one(entry.name):
            # Among them the files of /proc, of which some never end.
            return SkipReason.EMPTY
        # A link and the file that it leads to are one keystore; two hard links are two names.
        if self._follow and entry.is_symlink() and not self._is_new(status):
            return SkipReason.SEEN
        return None

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooManyFiles(
                tr("There are too many files below these folders for one inventory."),
                remedy=tr("Name folders further down, such as those of single programs."),
            )


def _is_named_like_one(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in _KEYSTORE_ENDINGS  # noqa: PTH122 - no Path is built


def _look_at(
    path: Path,
    passwords: Sequence[Password],
    expiry_days: int,
    limits: Limits,
    progress: Progress,
) -> StoreReport | SkipReason:
    """What a file is in an inventory, or why it is in none."""
    is_named = _is_named_like_one(path.name)
    try:
        data = _content(path, is_named=is_named)
    except OSError as error:
        # Whoever names a file like a keystore wants to know that it cannot be read.
        if not is_named:
            return SkipReason.UNREADABLE
        reason = error.strerror or tr("the system reported an error")
        return StoreReport(path=path, state=StoreState.UNREADABLE, problem=f"{reason}.")
    if data is None:
        return SkipReason.TOO_LARGE
    identity = identify(data)
    found = identity.format
    if found is None:
        refusal = identity.refusal()
        if not isinstance(refusal, Unsupported):
            return _damaged(path, None, refusal) if is_named else SkipReason.OTHER
        if identity.content in _NOT_LISTED and path.name not in _NSS_NAMES and not is_named:
            return SkipReason.OTHER
        return StoreReport(path=path, state=StoreState.UNSUPPORTED, problem=refusal.problem)
    report = _open(path, found, passwords, expiry_days, limits, progress)
    is_text = found is Format.PEM and path.suffix.lower() not in _PEM_ENDINGS
    return SkipReason.OTHER if is_text and report.state is StoreState.DAMAGED else report


def _content(path: Path, *, is_named: bool) -> bytes | None:
    """The bytes of a file that may be a keystore; None for one that is too large to be one."""
    # A pipe that has come in the place of a file since it was listed does not hold us up.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        head = file.read(_HEAD_BYTES)
        may_be_large = is_named or b"-----BEGIN" in head or _begins_like_one(head)
        most = MAX_KEYSTORE_BYTES if may_be_large else MAX_ANY_FILE_BYTES
        data = head + file.read(most + 1 - len(head))
    return data if len(data) <= most else None


def _begins_like_one(head: bytes) -> bool:
    # DER and BER with a length of two bytes and more, or without one.
    is_sequence = head[:1] == b"0" and head[1:2] in (b"\x80", b"\x82", b"\x83", b"\x84")
    return is_sequence or head.startswith(_MAGICS)


def _open(
    path: Path,
    found: Format | None,
    passwords: Sequence[Password],
    expiry_days: int,
    limits: Limits,
    progress: Progress,
) -> StoreReport:
    store: Store | None = None
    try:
        for password in passwords:
            try:
                store = open_file(path, password, limits=limits, progress=progress).store
                break
            except WrongPassword:
                continue
        if store is None:
            store = open_file(path, limits=limits, progress=progress).store
    except HandfastError as error:
        return report_of_error(path, error, found)
    return report_of(path, store, expiry_days=expiry_days, progress=progress)


def report_of(
    path: Path,
    store: Store,
    *,
    expiry_days: int = EXPIRY_DAYS,
    progress: Progress = no_progress,
) -> StoreReport:
    """The report of a keystore that is open."""
    findings = check_store(store, path=path, expiry_days=expiry_days, progress=progress)
    # A text shows its certificates without a password, as JKS does, and keeps its keys locked.
    is_open = store.integrity is not Integrity.UNVERIFIED and not (
        store.password is None
        and any(entry.is_locked and not entry.trouble for entry in store.entries)
    )
    certificates = tuple(
        ListedCertificate(
            alias=entry.alias,
            is_pair=entry.kind == "key-pair",
            position=position,
            common_name=certificate.common_name,
            not_after=certificate.not_after,
            sha256=certificate.sha256,
        )
        for entry in store.entries
        for position, certificate in enumerate(entry.chain)
        if certificate.not_after is not None
    )
    return StoreReport(
        path=path,
        state=StoreState.OPEN if is_open else StoreState.LOCKED,
        format=store.format,
        entries=len(store.entries),
        next_expiry=summarise(store).next_end,
        findings=findings,
        certificates=certificates,
        problem="" if is_open else tr("No known password matches; its keys stay locked."),
    )


def report_of_error(path: Path, error: HandfastError, found: Format | None = None) -> StoreReport:
    """The report of a keystore that could not be opened.

    Whatever is neither a password nor the content, such as work that was cancelled, is raised.
    """
    match error:
        case PasswordNeeded() | WrongPassword():
            state = StoreState.LOCKED
        case Unsupported():
            state = StoreState.UNSUPPORTED
        case FileProblem():
            state = StoreState.UNREADABLE
        case Damaged() | NotAKeystore():
            return _damaged(path, found, error)
        case _:
            raise error
    return StoreReport(path=path, state=state, format=found, problem=error.problem)


def _damaged(path: Path, found: Format | None, error: HandfastError) -> StoreReport:
    finding = Finding(
        severity="error",
        code="damaged",
        message=error.problem,
        why=tr("No program can read this keystore."),
        remedy=tr("Restore it from a backup, or delete it if nothing uses it."),
    )
    return StoreReport(
        path=path,
        state=StoreState.DAMAGED,
        format=found,
        findings=(finding,),
        problem=error.problem,
    )
