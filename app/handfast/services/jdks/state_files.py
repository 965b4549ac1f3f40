"""Where is kept which CAs were added to the JDKs, and what their trust stores were before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.services.files.own_files import state_folder

if TYPE_CHECKING:
    from pathlib import Path


def journal_path() -> Path | None:
    """The file that lists them; None where programs keep no state."""
    folder = state_folder()
    return folder / "jdk-trust.json" if folder is not None else None


def backup_folder() -> Path | None:
    """The folder of the trust stores as they were; None where programs keep no state."""
    folder = state_folder()
    return folder / "jdk-trust" if folder is not None else None
