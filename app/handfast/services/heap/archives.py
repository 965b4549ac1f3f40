"""The members of a ZIP archive, read in memory: nothing is written, whatever they are called."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from handfast.core.errors import Damaged
from handfast.core.language import tr
from handfast.core.store import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Of one member of an archive.
_MAX_MEMBER_BYTES: Final = 16 * 2**20
_MAC_FOLDER: Final = "__MACOSX/"


def members(name: str, data: bytes, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each member; why one is skipped is added to ``notes``.

    :raises Damaged: the archive cannot be read
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                inner = f"{name}: {member.filename}"
                if member.is_dir() or member.filename.startswith(_MAC_FOLDER):
                    continue
                if member.flag_bits & 0x1:
                    notes.append(tr("{inner} is encrypted and was skipped.", inner=shorten(inner)))
                    continue
                if member.file_size > _MAX_MEMBER_BYTES:
                    notes.append(tr("{inner} is too large and was skipped.", inner=shorten(inner)))
                    continue
                with archive.open(member) as stream:
                    content = stream.read(_MAX_MEMBER_BYTES + 1)
                yield inner, content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Damaged(
            tr("The archive is damaged, or of a kind that cannot be read."),
            remedy=tr("Unpack it yourself, and name the files."),
            offset=0,
        ) from error
