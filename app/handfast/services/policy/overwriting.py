"""Which files a certificate or a request may replace, once a person has agreed to replace one.

Replacing is meant for an older certificate. A keystore, or a private key in whatever form, is
never overwritten with what is public: losing it cannot be undone, and asking for it is a slip.
"""

from __future__ import annotations

import functools
import os
import re
import stat
from typing import TYPE_CHECKING

from handfast.core.errors import AlreadyExists, FileProblem, HandfastError, InvalidInput, Refused
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.formats.content import Content, classify_block
from handfast.formats.content_words import WORDS
from handfast.formats.identify import identify
from handfast.formats.pem.armor import as_text, find_blocks
from handfast.services.files.store_files import check_ordinary, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

#: What a certificate may replace: other things that are public, and what is nothing in particular.
#: Whatever else is told apart, now or later, stays.
_REPLACEABLE = frozenset(
    {
        Content.EMPTY,
        Content.CERTIFICATE,
        Content.ATTRIBUTE_CERTIFICATE,
        Content.REQUEST,
        Content.REVOCATION_LIST,
        Content.PKCS7,
        Content.PKCS7_OTHER,
        Content.PUBLIC_KEY,
        Content.PARAMETERS,
        Content.OCSP_RESPONSE,
        Content.OPENSSH_PUBLIC_KEY,
        Content.HTML,
        Content.XML,
        Content.JSON,
        Content.MAIL,
        Content.TEXT,
        Content.UNKNOWN,
    }
)
#: Private keys in texts that are not PEM: JWK, XML signatures, Kubernetes, age, WireGuard, and PEM
#: whose lines are damaged or quoted.
_KEY_IN_TEXT = re.compile(
    r"PRIVATE KEY|AGE-SECRET-KEY-|\bPrivateKey\s*=|<D>[A-Za-z0-9+/=\s]{16,}</D>"
    r'|"(?:d|k)"\s*:\s*"[A-Za-z0-9_-]{16,}'
    r"|\btls\.key[\"']?\s*:|\bkind[\"']?\s*:\s*[\"']?Secret\b|client-key-data",
)
#: The journal of a CA, without which serial numbers could be used twice, and a partnership.
_OWN_RECORD = re.compile(rb'"kind"\s*:\s*"handfast-')
#: A larger file is nothing that a certificate replaces.
_MAX_LOOKED_INTO_BYTES = 64 * 2**20
#: Bytes in which a key in a text is looked for.
_MAX_TEXT_BYTES = 8 * 2**20
#: A file is looked into while its name is typed only where that takes no time.
_MAX_GLANCED_AT_BYTES = 256 * 2**10
#: Names that are tried until one is free.
_MAX_NUMBERED = 1000
_MAX_STEM_LENGTH = 80


def check_replaceable(
    path: Path,
    *,
    sources: Sequence[Path] = (),
    read: Sequence[Path] = (),
    others: frozenset[Content] = frozenset(),
) -> None:
    """Let public data be written over a file, or say why not; a file that is absent is fine.

    ``sources`` are the keystores that the certificate comes from, and ``read`` what else is read
    on the way, as a request: these stay whatever they are, and under whatever name they are
    reached. ``others`` may be replaced as well, as a report in PDF by another.

    :raises Refused: it is a keystore, holds a private key, or is read to write it
    :raises FileProblem: it cannot be looked into
    """
    if any(_is_same(path, each) for each in read):
        raise _reads_it(path)
    if not os.path.exists(path):  # noqa: PTH110 - as in check_output
        return
    check_ordinary(path)
    if any(_is_same(path, source) for source in sources):
        raise _refused(path, tr("the keystore that this comes from"))
    data = read_file(path, max_bytes=_MAX_LOOKED_INTO_BYTES)[0]
    noun = _protected(data, _REPLACEABLE | others)
    if noun:
        raise _refused(path, noun)


def check_output(
    path: Path, *, replace: bool, sources: Sequence[Path] = (), read: Sequence[Path] = ()
) -> None:
    """Let a file be created, or an older one be replaced where a person agreed to that.

    :param sources: as in :func:`check_replaceable`
    :param read: as there; one of them may be a name that nothing has yet, as that of a journal
    :raises InvalidInput: the name is not a file name
    :raises AlreadyExists: something has that name, and is not to be replaced
    :raises Refused: as :func:`check_replaceable`
    :raises FileProblem: it is a folder or cannot be looked into
    """
    if not path.name:
        raise InvalidInput(
            tr("The name of the file to create is missing."),
            field="out",
            remedy=tr("Name a file in an existing folder."),
        )
    # Earlier than whether it exists: no consent to replace it helps.
    if any(_is_same(path, each) for each in read):
        raise _reads_it(path)
    # Asked so, a name that the system does not take is none that exists; writing says why.
    if not os.path.exists(path):  # noqa: PTH110
        return
    if not replace:
        raise exists_error(path, sources=sources)
    check_replaceable(path, sources=sources)


def exists_error(
    path: Path, *, sources: Sequence[Path] = (), may_be_replaced: bool = False
) -> AlreadyExists:
    """That a file exists; replacing it is not offered where that would be refused.

    ``may_be_replaced`` is for who knows better than the general rule that it may be.
    """
    problem = tr("“{name}” already exists.", name=path.name)
    if not may_be_replaced:
        try:
            check_replaceable(path, sources=sources)
        except Refused as error:
            return AlreadyExists(
                problem,
                causes=(error.problem,),
                remedy=tr("Name another file."),
                may_be_replaced=False,
            )
    return AlreadyExists(problem, remedy=tr("Name another file, or replace it with --force."))


def why_never_overwritten(path: Path, *, sources: Sequence[Path] = ()) -> str:
    """Why a file stays whatever a person agrees to, for the form that names it; empty else.

    Quick enough for each letter that is typed: of a large file, only writing it says so.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_GLANCED_AT_BYTES:
            return ""
        return _why_never(path, found.st_mtime_ns, found.st_size, tuple(sources))
    except (OSError, ValueError):
        return ""


@functools.lru_cache(maxsize=16)
def _why_never(path: Path, _changed: int, _size: int, sources: tuple[Path, ...]) -> str:
    try:
        check_replaceable(path, sources=sources)
    except HandfastError as error:
        return error.problem
    return ""


def free_path(path: Path, suffixes: Sequence[str] = ("",)) -> Path:
    """The first of ``name.p12``, ``name-2.p12``, … that nothing has yet.

    ``suffixes`` are put behind it for each of several files, none of which may be there.
    """
    return _numbered(
        path, lambda each: any(os.path.lexists(f"{each}{suffix}") for suffix in suffixes)
    )


def proposed_path(folders: Sequence[Path], name: str) -> Path:
    """A free name in the first of these folders that can be written to, else in the last.

    ``name`` is made one that every system takes.
    """
    folder = next(
        (each for each in folders[:-1] if each.is_dir() and os.access(each, os.W_OK)), folders[-1]
    )
    stem, _dot, ending = name.rpartition(".")
    clean = re.sub(r"[^\w.]+", "-", stem).strip("-.")[:_MAX_STEM_LENGTH]
    return free_path(folder / f"{clean or 'report'}.{ending}")


def replaceable_path(path: Path, *, sources: Sequence[Path] = ()) -> Path:
    """The first of such names that is free, or may be replaced by a newer file of its kind."""
    return _numbered(path, lambda each: bool(why_never_overwritten(each, sources=sources)))


def _numbered(path: Path, is_taken: Callable[[Path], bool]) -> Path:
    stem, ending = path.stem, path.suffix
    for number in range(2, _MAX_NUMBERED):
        if not is_taken(path):
            break
        path = path.with_name(f"{stem}-{number}{ending}")
    return path


def check_different(paths: Sequence[Path]) -> None:
    """Let several files be written, none of which replaces another.

    :raises InvalidInput: two of the names lead to the same file
    """
    for number, path in enumerate(paths):
        if any(_is_same(path, each) for each in paths[:number]):
            raise InvalidInput(
                tr("“{name}” is named for two different files.", name=shorten(path.name)),
                field="out",
                remedy=tr("Choose different names."),
            )


def _is_same(path: Path, source: Path) -> bool:
    """Whether two names lead to one file, through links too; or would, where neither exists."""
    try:
        return path.samefile(source)
    except FileNotFoundError:
        return os.path.realpath(path) == os.path.realpath(source)
    except ValueError:
        # A name that no system takes, of which writing says so.
        return False
    except OSError as error:
        raise FileProblem(
            tr("“{path}” could not be read: {reason}.", path=path, reason=error.strerror)
        ) from error


def _protected(data: bytes, replaceable: frozenset[Content]) -> str:
    """What keeps these bytes from being replaced by a certificate; empty where nothing does."""
    if _OWN_RECORD.search(data[:_MAX_TEXT_BYTES]):
        return tr("a record that Handfast keeps, of a CA or a partnership")
    # Of a document it says what is in it.
    identity = identify(data)
    content = identity.content
    if content not in replaceable:
        return WORDS[content][0] if content in WORDS else tr("a keystore")
    if identity.wrapping is not None and not identity.is_certificates_only:
        return tr("a file with a keystore or a private key")
    # Wherever in a text it stands: the first block need not be the key.
    head = data[:_MAX_TEXT_BYTES]
    if any(classify_block(block) not in _REPLACEABLE for block in find_blocks(head)):
        return tr("a file with a private key")
    text = as_text(head)
    if text is not None and _KEY_IN_TEXT.search(text):
        return tr("a file with a private key")
    return ""


def _reads_it(path: Path) -> Refused:
    return Refused(
        tr(
            "“{name}” is one of the files to read, so it is not overwritten.",
            name=shorten(path.name),
        ),
        causes=(tr("The same file is named as input and as output."),),
        remedy=tr("Choose another name for the output."),
    )


def _refused(path: Path, noun: str) -> Refused:
    return Refused(
        tr(
            "“{name}” is {noun}, which is never overwritten.",
            name=shorten(path.name),
            noun=noun,
        ),
        causes=(tr("What is in it might exist nowhere else."),),
        remedy=tr("Choose another name, or delete the file yourself first."),
    )
