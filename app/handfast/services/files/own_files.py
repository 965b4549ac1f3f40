"""Which files beside a keystore Handfast itself has put there: backups and temporary files.

A file that is overwritten or deleted must be ours, and a name proves nothing: a person may have
a keystore called ``store.jks.bak``. So each file that a save creates is noted in the folder in
which programs keep their state, and only what is noted there, and is as it was noted, is ours.
Where notes cannot be kept, an extended attribute of the backup stands for its note; where there
are none of those either, files are left alone.

A note is a file of its own, so that programs running at once do not lose each other's. Its name
is a hash of the path, its content a hash of what the file held; neither tells anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A note of a file whose content does not matter, because nobody else creates one of its name.
_ANY_CONTENT = "any"
#: Where notes cannot be kept, as for a service without a home, the backup carries its own.
_ATTRIBUTE = "user.handfast.backup"
#: Notes that are kept; of more than that the oldest go.
_MAX_NOTES = 4096


def state_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """Where programs of this person keep their state; None where there is no such place."""
    environment = os.environ if environment is None else environment
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA", str(home / "AppData/Local"))) / "Handfast"
    if sys.platform == "darwin":
        return home / "Library/Application Support/Handfast"
    # The XDG base directory specification: a path that is not absolute does not count.
    named = environment.get("XDG_STATE_HOME", "")
    return (Path(named) if named.startswith("/") else home / ".local/state") / "handfast"


class OwnFiles:
    """The notes of one person, in a folder that is created with the first of them."""

    @property
    def _folder(self) -> Path | None:
        state = state_folder()
        return state / "own-files" if state is not None else None

    def note_temporary(self, path: Path) -> None:
        """Note a file of a random name before it is created."""
        self._write(path, _ANY_CONTENT)

    def note_backup(self, path: Path) -> None:
        """Note a backup as it is now."""
        with contextlib.suppress(OSError):
            digest = digest_of(path)
            if not self._write(path, digest) and sys.platform == "linux":
                os.setxattr(path, _ATTRIBUTE, _attribute_of(path, digest))

    def forget(self, path: Path) -> None:
        """Remove the note of a file that is no longer there."""
        note = self._note(path)
        if note is not None:
            with contextlib.suppress(OSError):
                note.unlink()

    def is_our_temporary(self, path: Path) -> bool:
        return self._read(path) == _ANY_CONTENT

    def is_our_backup(self, path: Path) -> bool:
        """Whether a save put the file there, and it is still the same."""
        if path.is_symlink():
            return False
        try:
            digest = digest_of(path)
            if self._read(path) == digest:
                return True
            return sys.platform == "linux" and (
                os.getxattr(path, _ATTRIBUTE) == _attribute_of(path, digest)
            )
        except OSError:
            return False

    def _note(self, path: Path) -> Path | None:
        folder = self._folder
        if folder is None:
            return None
        name = os.fsencode(os.path.realpath(path.parent) + os.sep + path.name)
        return folder / hashlib.sha256(name).hexdigest()

    def _read(self, path: Path) -> str:
        note = self._note(path)
        try:
            return note.read_text("ascii") if note is not None else ""
        except (OSError, UnicodeDecodeError):
            return ""

    def _write(self, path: Path, content: str) -> bool:
        """Write a note; False where notes cannot be kept."""
        note = self._note(path)
        if note is None:
            return False
        try:
            try:
                note.write_text(content, "ascii")
            except FileNotFoundError:
                note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                note.write_text(content, "ascii")
            self._prune(note.parent)
        except OSError:
            return False
        return True

    def _prune(self, folder: Path) -> None:
        with os.scandir(folder) as listed:
            notes = [each.path for each in listed]
        if len(notes) > _MAX_NOTES:
            notes.sort(key=os.path.getmtime)
            for each in notes[: len(notes) - _MAX_NOTES // 2]:
                with contextlib.suppress(OSError):
                    Path(each).unlink()


def _attribute_of(path: Path, digest: str) -> bytes:
    # With its name, so that a copy of a backup under another name is not one.
    return os.fsencode(f"{path.name}:{digest}")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


OWN_FILES = OwnFiles()
