"""Which CAs a person had the JDKs of this machine trust: a small file among a program's state.

It is what an update is noticed by that replaced a trust store, and what undo goes by. It holds
public certificates, paths, and digests.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from handfast.core.certificates.certificate import Certificate
from handfast.core.errors import AlreadyExists, ChangedOnDisk, Damaged, FileProblem, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.services.files.store_files import read_named_file, write_file
from handfast.services.jdks.state_files import journal_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.services.files.store_files import FileStamp

_KIND: Final = "handfast-jdk-trust"
_VERSION: Final = 1
_MAX_BYTES: Final = 4 * 2**20
#: How often a change is made again, where other programs write the file at the same time.
_MAX_ATTEMPTS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """One CA in one trust store."""

    #: The file behind its links.
    place: str
    alias: str
    #: SHA-256 of the file before and after, in hexadecimal digits.
    before: str
    after: str
    #: Where the file as it was before is kept; empty where it is not.
    backup: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedAuthority:
    """A CA, where it was put, and where a person decided that it is not needed."""

    certificate: Certificate
    at: datetime
    additions: tuple[Addition, ...]
    #: Trust stores that were there and were left as they are.
    left_out: frozenset[str] = frozenset()

    @property
    def places(self) -> frozenset[str]:
        return frozenset(each.place for each in self.additions)


def read_journal() -> tuple[AddedAuthority, ...]:
    """What was put where, the oldest first; nothing where nothing ever was.

    :raises Damaged: the file was changed by hand
    :raises Unsupported: another version of the program wrote it
    :raises FileProblem: it cannot be read
    """
    return _read(journal_path())[0]


def _read(path: Path | None) -> tuple[tuple[AddedAuthority, ...], FileStamp | None]:
    if path is None:
        return (), None
    try:
        data, stamp = read_named_file(path, max_bytes=_MAX_BYTES)
    except FileProblem as error:
        if not isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError)):
            raise
        return (), None
    try:
        return tuple(_authority(each) for each in _list_in(json.loads(data))), stamp
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise Damaged(
            tr("“{path}” is damaged: it lists the CAs that your JDKs trust.", path=path),
            causes=(tr("The file was changed by hand."),),
            remedy=tr("Delete it. The trust stores of the JDKs are not affected."),
        ) from error


def update_journal(
    change: Callable[[tuple[AddedAuthority, ...]], tuple[AddedAuthority, ...]],
) -> tuple[AddedAuthority, ...]:
    """Change what is noted, whole or not at all, so that no line of another program is lost.

    :param change: makes what is noted of what is on disk; called again for each attempt
    :raises Damaged: the file was changed by hand
    :raises FileProblem: it cannot be written
    :raises ChangedOnDisk: others kept writing it
    """
    path = journal_path()
    if path is None:
        raise FileProblem(
            tr("There is no place to record the change, so nothing was changed."),
            remedy=tr("Set HOME to your folder."),
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FileProblem(
            tr("“{path}” could not be created: {reason}.", path=path.parent, reason=error.strerror),
            remedy=tr("Check the permissions of your own folder."),
        ) from error
    for remaining in reversed(range(_MAX_ATTEMPTS)):
        noted, stamp = _read(path)
        authorities = change(noted)
        text = json.dumps(_record(authorities), indent=2, ensure_ascii=False) + "\n"
        try:
            write_file(path, text.encode(), expected=stamp, backup=False)
        except (ChangedOnDisk, AlreadyExists):
            # Somebody was faster: what they noted is read, and this is noted besides.
            if not remaining:
                raise
        else:
            return authorities
    raise AssertionError("the last attempt returns or raises")


def _record(authorities: tuple[AddedAuthority, ...]) -> dict[str, Any]:
    return {
        "kind": _KIND,
        "version": _VERSION,
        "authorities": [
            {
                "subject": each.certificate.subject,
                "certificate": base64.b64encode(each.certificate.der).decode("ascii"),
                "at": each.at.isoformat(),
                "additions": [
                    {
                        "place": addition.place,
                        "alias": addition.alias,
                        "before": addition.before,
                        "after": addition.after,
                        "backup": addition.backup,
                    }
                    for addition in each.additions
                ],
                "left_out": sorted(each.left_out),
            }
            for each in authorities
        ],
    }


def _list_in(record: Any) -> list[Any]:  # noqa: ANN401 - of JSON anything may come
    version = record["version"]
    if record["kind"] == _KIND and type(version) is int and version > _VERSION:
        raise Unsupported(
            tr("“{name}” was written by another version of Handfast.", name="jdk-trust.json"),
            remedy=tr("Open it with that version."),
        )
    if record["kind"] != _KIND or version != _VERSION:
        raise ValueError(record["kind"])
    found = record["authorities"]
    if not isinstance(found, list):
        raise TypeError(type(found))
    return found


def _authority(record: Any) -> AddedAuthority:  # noqa: ANN401 - of JSON anything may come
    at = datetime.fromisoformat(record["at"])
    return AddedAuthority(
        certificate=Certificate(base64.b64decode(record["certificate"], validate=True)),
        at=at if at.tzinfo is not None else at.replace(tzinfo=UTC),
        additions=tuple(
            Addition(**{name: _text(each[name]) for name in Addition.__dataclass_fields__})
            for each in record["additions"]
        ),
        left_out=frozenset(_text(each) for each in record["left_out"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value))
    return value
