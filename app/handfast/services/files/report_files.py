"""Writing reports, of which an earlier one may be replaced, and never a keystore."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from handfast.core.errors import AlreadyExists
from handfast.core.language import tr
from handfast.services.files.store_files import check_ordinary, read_file, write_file
from handfast.services.policy.overwriting import check_output

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: Other users read reports: a collector of metrics runs as its own.
REPORT_MODE: Final = 0o644


def write_report(path: Path, text: str, *, head: str) -> None:
    """Write a report in one step, so that readers see either the old or the new one.

    A file that exists is replaced only where it begins with ``head``, as every report of its kind
    does, or is empty: a slip of the hand must not cost a keystore.

    :raises AlreadyExists: another file has that name
    """
    check_replaceable(path, head=head)
    write_file(path, text.encode(), overwrite=True, new_mode=REPORT_MODE)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) != REPORT_MODE:
        # The file before may have been for its owner alone.
        path.chmod(REPORT_MODE)


def check_replaceable(path: Path, *, head: str) -> None:
    """Raise :class:`AlreadyExists` where something other than an earlier report has that name."""
    # Asked so, a name that the system does not take is none that exists; writing says why.
    if not os.path.exists(path):  # noqa: PTH110
        return
    check_ordinary(path)
    data = read_file(path)[0]
    if data and not data.startswith(head.encode()):
        raise AlreadyExists(
            tr("“{name}” already exists and is not an earlier report.", name=path.name),
            remedy=tr("Choose another name for the report."),
        )


def write_chosen_report(
    path: Path, data: bytes, *, replace: bool, read: Sequence[Path] = ()
) -> None:
    """Write a report under a name that a person chose, readable by everyone.

    :param replace: whether they agreed that a file of that name is replaced
    :param read: the files that the report was made from, which stay whatever they are

    :raises AlreadyExists: something has that name, and is not to be replaced
    :raises Refused: it is a keystore or holds a private key
    """
    check_output(path, replace=replace, read=read)
    write_file(path, data, overwrite=replace, new_mode=REPORT_MODE)
