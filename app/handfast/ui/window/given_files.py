"""Files that are given together: opened, or imported from, by what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.services.partnerships import ENDING as PARTNERSHIP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.services.files.file_kinds import FileKind
    from handfast.ui.window.tabbed_window import TabbedWindow


def take_given(window: TabbedWindow, given: Sequence[Path], *, shows_one: bool = True) -> None:
    """Open keystores, import from certificates and loose keys, look into folders; all at once.

    A certificate alone is shown first, with its import one press away, unless ``shows_one`` is
    false.
    """
    # There is a certificate in a partnership, too, but that is not what it is for.
    for path in given:
        if path.name.endswith(PARTNERSHIP):
            window.open_path(path)
    paths = [path for path in given if not path.name.endswith(PARTNERSHIP)]

    def look(progress: Progress) -> tuple[list[Path], list[tuple[Path, FileKind]]]:
        from handfast.services.files.file_kinds import kind_of_file

        folders = [path for path in paths if path.is_dir()]
        kinds = [
            (path, kind_of_file(path, progress=progress)) for path in paths if path not in folders
        ]
        return folders, kinds

    def take(seen: tuple[list[Path], list[tuple[Path, FileKind]]]) -> None:
        folders, found = seen
        if folders:
            window.folders_given.emit(folders)
        loose = [path for path, kind in found if kind.is_certificates or kind.is_key]
        if shows_one and len(loose) == 1 and not any(kind.is_key for _path, kind in found):
            loose = []
        # What is neither is opened too: its tab says what is wrong with it.
        for path, _kind in found:
            if path not in loose:
                window.open_path(path)
        if any(kind.is_key for _path, kind in found):
            # Certificates beside a private key are its chain, or are named as foreign.
            window.import_pair_requested.emit(loose)
        elif loose:
            window.import_requested.emit(loose)

    def open_all(_error: Exception) -> None:
        for path in paths:
            window.open_path(path)

    window.jobs.run(look, done=take, failed=open_all)
