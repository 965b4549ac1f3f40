"""Exported keys on disk: which files are written, for whom they are readable, and where never."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

from handfast.core.entry import KeyPair
from handfast.core.errors import HandfastError
from handfast.formats.issuers import Issuers
from handfast.services.exchange.key_export import ExportedFile, must_not_be_a_handover
from handfast.services.files.store_files import read_file, write_file
from handfast.services.heap.collecting import collect
from handfast.services.policy.overwriting import check_output, exists_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.password import Password

_MAX_STEM_CHARS = 80


def file_stems(aliases: Iterable[str]) -> tuple[str, ...]:
    """A file name without ending for each alias that every system takes, none of them twice."""
    taken: set[str] = set()
    stems = []
    for alias in aliases:
        wanted = re.sub(r"[^\w.\-]+", "-", alias).strip("-.")[:_MAX_STEM_CHARS] or "key"
        stem, number = wanted, 2
        while stem.lower() in taken:
            stem, number = f"{wanted}-{number}", number + 1
        taken.add(stem.lower())
        stems.append(stem)
    return tuple(stems)


def write_key_files(
    outputs: Sequence[tuple[Path, Sequence[ExportedFile]]],
    *,
    sources: Sequence[Path] = (),
    read: Sequence[Path] = (),
    replace: bool = False,
    entries: Sequence[Entry] = (),
    password: Password | None = None,
) -> tuple[Path, ...]:
    """Write what was exported, each under its name with the suffix of the file.

    A file with a private key is readable by its owner alone. Nothing is written unless all of it
    may be. A file that is to be replaced may hold a private key only where that is the key of one
    of the ``entries``, so that it is not lost; ``password`` is tried to look into it. What is
    ``read`` for this, as a file with a password, is never replaced.

    :raises AlreadyExists: a file exists, and may not be replaced
    :raises Refused: it is a keystore, or the folder is one that goes to a partner
    :raises FileProblem: the file system said no
    """
    files: list[tuple[Path, ExportedFile]] = []
    for out, exported in outputs:
        if any(file.is_secret for file in exported):
            must_not_be_a_handover(out.parent)
        files += [(out.with_name(out.name + each.suffix) if out.name else out, each)
                  for each in exported]  # fmt: skip
    for path, file in files:
        if file.is_secret and _is_export_of(path, entries, password, sources):
            if replace:
                continue
            raise exists_error(path, may_be_replaced=True)
        check_output(path, replace=replace, sources=sources, read=read)
    former = [_content(path) for path, _ in files]
    for number, (path, file) in enumerate(files):
        mode = 0o600 if file.is_secret else 0o644
        try:
            write_file(path, file.data, overwrite=replace, new_mode=mode, tighten=file.is_secret)
        except HandfastError:
            # A key without its certificate, or beside that of another, is worse than none.
            for (written, _), content in zip(files[:number], former, strict=False):
                _put_back(written, content)
            raise
    return tuple(path for path, _ in files)


def _is_export_of(
    path: Path, entries: Sequence[Entry], password: Password | None, sources: Sequence[Path]
) -> bool:
    """Whether a file holds nothing but keys that are exported again, each with its chain."""
    exported = {
        each.certificate.public_key_der
        for each in entries
        if isinstance(each, KeyPair) and each.certificate is not None
    }
    try:
        if not path.is_file() or any(path.samefile(each) for each in sources):
            return False
        tried = [] if password is None else [password]
        heap = collect([(path.name, read_file(path)[0])], passwords=tried)
    except (OSError, ValueError, HandfastError):
        return False
    certificates = [each.certificate for each in heap.certificates]
    issuers = Issuers(certificates)
    chains = {
        above
        for each in certificates
        if each.public_key_der in exported
        for above in issuers.chain(each)
    }
    return (
        bool(heap.keys)
        and not heap.troubles
        and not heap.has_other_entries
        and all(each.public and each.public in exported for each in heap.keys)
        and all(each in chains for each in certificates)
    )


def _content(path: Path) -> bytes | None:
    """What a file holds that may be replaced; None where there is none."""
    # Asked so, a name that the system does not take is none that exists; writing says why.
    return read_file(path)[0] if os.path.exists(path) else None  # noqa: PTH110


def _put_back(path: Path, content: bytes | None) -> None:
    with contextlib.suppress(OSError, HandfastError):
        if content is None:
            path.unlink()
        else:
            write_file(path, content, overwrite=True)
