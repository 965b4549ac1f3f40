"""A file that turned out to be no keystore: what it is, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.services.describe.loose_files import LooseFile, look_at
from handfast.services.files.file_kinds import FileKind, kind_of_file
from handfast.services.files.store_files import read_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.documents.work import Runner, RunningJob


def look_closer(
    path: Path,
    runner: Runner,
    *,
    expiry_days: int,
    show: Callable[[LooseFile], None],
    has_certificates: Callable[[], None],
    has_key: Callable[[], None],
) -> RunningJob:
    """See what a file is off the GUI thread; one of the three is called, or none."""

    def work(progress: Progress) -> LooseFile | FileKind:
        return look_at(read_file(path)[0], expiry_days=expiry_days) or kind_of_file(
            path, progress=progress
        )

    def done(found: LooseFile | FileKind) -> None:
        if not isinstance(found, FileKind):
            show(found)
        elif found.is_certificates:
            has_certificates()
        elif found.is_key:
            has_key()

    return runner.run(work, done=done, failed=lambda _error: None)
