"""What a CA issued and revoked, kept in a file beside its keystore.

The file is JSON and holds nothing secret. It is written whole or not at all, before what it
reports is handed out: a serial number that is in it is never used again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from handfast.core.errors import (
    AlreadyExists,
    ChangedOnDisk,
    Damaged,
    FileProblem,
    Refused,
    Unsupported,
)
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.files.store_files import SYSTEM, FileStamp, read_named_file, write_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.certificates.certificate import Certificate

#: Added to the name of the keystore.
JOURNAL_ENDING: Final = ".ca.json"
_KIND: Final = "handfast-ca-journal"
_VERSION: Final = 1
#: How often a change is made again, where other programs write the journal at the same time.
_MAX_ATTEMPTS: Final = 50
#: 20 bytes, of which the first bit is the sign (RFC 5280, 4.1.2.2).
_SERIAL_LIMIT: Final = 2**159
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]{1,200}")
#: The first year that a time in a certificate can have (RFC 5280, 4.1.2.5).
_FIRST_YEAR: Final = 1950


class RevocationReason(Enum):
    """Why a certificate was revoked (RFC 5280, 5.3.1), by the names that openssl ca has."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "CACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """One line of the journal."""

    #: The SHA-256 of the issuer’s public key, so that several CAs can share a keystore.
    issuer_key: str
    serial: int
    subject: str
    sha256: str
    issued_at: dt.datetime
    not_after: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedCertificate:
    """A certificate that its CA took back."""

    issuer_key: str
    serial: int
    revoked_at: dt.datetime
    reason: RevocationReason = RevocationReason.UNSPECIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The journal as a value; ``stamp`` is None while there is no file."""

    issued: tuple[IssuedCertificate, ...] = ()
    revoked: tuple[RevokedCertificate, ...] = ()
    #: The number of the last revocation list of each CA (RFC 5280, 5.2.3), by its key.
    crl_numbers: tuple[tuple[str, int], ...] = ()
    stamp: FileStamp | None = dataclasses.field(default=None, compare=False, repr=False)

    def serials(self) -> frozenset[int]:
        """Every serial number that was ever used."""
        return frozenset(each.serial for each in self.issued) | frozenset(
            each.serial for each in self.revoked
        )

    def find(self, issuer_key: str, serial: int) -> IssuedCertificate | None:
        """The certificate with that serial number of that CA."""
        for each in self.issued:
            if each.serial == serial and each.issuer_key == issuer_key:
                return each
        return None

    def revocation(self, issuer_key: str, serial: int) -> RevokedCertificate | None:
        """The revocation of that serial number of that CA; None while it is good."""
        for each in self.revoked:
            if each.serial == serial and each.issuer_key == issuer_key:
                return each
        return None

    def with_issued(
        self, issuer: Certificate, certificate: Certificate, now: dt.datetime
    ) -> Journal:
        """The journal with one certificate more."""
        line = IssuedCertificate(
            issuer_key=key_id(issuer),
            serial=int(certificate.serial, 16),
            subject=certificate.subject,
            sha256=certificate.sha256,
            issued_at=now,
            not_after=certificate.not_after,
        )
        return dataclasses.replace(self, issued=(*self.issued, line))

    def with_revoked(self, revoked: RevokedCertificate) -> Journal:
        """The journal with one revocation more."""
        return dataclasses.replace(self, revoked=(*self.revoked, revoked))

    def crl_number(self, issuer_key: str) -> int:
        """The number of the CA's last revocation list; 0 before the first."""
        return dict(self.crl_numbers).get(issuer_key, 0)

    def with_crl_number(self, issuer_key: str, number: int) -> Journal:
        """The journal after a revocation list was numbered."""
        numbers = {**dict(self.crl_numbers), issuer_key: number}
        return dataclasses.replace(self, crl_numbers=tuple(numbers.items()))


def key_id(issuer: Certificate) -> str:
    """The SHA-256 of a CA's public key, in hexadecimal."""
    return hashlib.sha256(issuer.public_key_der).hexdigest()


def journal_path(keystore: Path) -> Path:
    """Where the journal of the CAs of a keystore is; a link leads to that of its target."""
    target = Path(os.path.realpath(keystore))
    return target.with_name(target.name + JOURNAL_ENDING)


def read_journal(path: Path) -> Journal:
    """The journal in a file; an empty one where there is none yet.

    :raises Damaged: the file is not a journal, or it records what no CA can issue or revoke
    :raises Unsupported: another version of the program wrote it
    """
    try:
        data, stamp = read_named_file(path)
    except FileProblem as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise _unusable(path, error) from error
        return Journal()
    try:
        record = json.loads(data)
        if record["kind"] != _KIND:
            raise ValueError("it is of another kind")
        if type(record["version"]) is int and record["version"] > _VERSION:
            raise Unsupported(
                tr("“{name}” was written by another version of Handfast.", name=path.name),
                remedy=tr("Open it with that version."),
            )
        if record["version"] != _VERSION:
            raise ValueError("it is of no version")
        return Journal(
            issued=tuple(_issued(each) for each in record["issued"]),
            revoked=tuple(_revoked(each) for each in record["revoked"]),
            crl_numbers=tuple(
                (str(key), _number(number)) for key, number in record["crl_numbers"].items()
            ),
            stamp=stamp,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(
            tr("“{name}” is not a CA journal that Handfast can read.", name=shorten(path.name)),
            causes=(
                (
                    tr(
                        "It records which certificates this CA issued and revoked; without "
                        "it, serial numbers could be used twice."
                    )
                ),
            ),
            remedy=tr("Restore it from a backup. Nothing was issued."),
        ) from error


def write_journal(journal: Journal, path: Path) -> Journal:
    """Write the journal whole or not at all.

    :raises ChangedOnDisk: another program wrote it since it was read
    :raises FileProblem: it cannot be written there
    """
    record: dict[str, Any] = {
        "kind": _KIND,
        "version": _VERSION,
        "issued": [_plain(each) for each in journal.issued],
        "revoked": [_plain(each) for each in journal.revoked],
        "crl_numbers": dict(journal.crl_numbers),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    try:
        stamp = write_file(path, text.encode("utf-8"), expected=journal.stamp, new_mode=0o644)
    except FileProblem as error:
        raise _unusable(path, error) from error
    return dataclasses.replace(journal, stamp=stamp)


def _unusable(path: Path, error: FileProblem) -> FileProblem:
    """The same trouble, saying what the file is for, and what helps a CA."""
    if path.exists() and not path.is_file():
        remedy = tr("Rename “{name}”: the journal needs this name.", name=path.name)
    elif path.is_symlink() and not path.exists():
        remedy = tr("Delete the link “{name}”, or restore what it leads to.", name=path.name)
    elif not os.access(path.parent, os.W_OK):
        remedy = tr(
            "Copy the keystore, and the journal if there is one, to a folder that you may write "
            "to, and use the CA there."
        )
    else:
        remedy = error.remedy
    return FileProblem(
        error.problem,
        causes=(
            *error.causes,
            tr(
                "It is the journal of the CA, where each certificate is recorded before it is "
                "issued. Nothing was issued or revoked."
            ),
        ),
        remedy=remedy,
    )


def update_journal(
    keystore: Path,
    change: Callable[[Journal], Journal],
    *,
    then: Callable[[], object] = lambda: None,
) -> Journal:
    """Change the journal of a keystore so that no line that others write in the meantime is lost.

    :param change: makes the new journal of the one on disk; called again for each attempt
    :param then: what is done once it is written, before others may change it again
    :raises ChangedOnDisk: others kept writing it
    """
    path = journal_path(keystore)
    with SYSTEM.alone_with(keystore):
        for remaining in reversed(range(_MAX_ATTEMPTS)):
            journal = change(read_journal(path))
            try:
                written = write_journal(journal, path)
            except (ChangedOnDisk, AlreadyExists):
                # Where there are no locks, somebody was faster; or the first line was written.
                if not remaining:
                    raise
            else:
                then()
                return written
    raise AssertionError("the last attempt returns or raises")


def record_issued(
    keystore: Path, issuer: Certificate, certificate: Certificate, now: dt.datetime
) -> Journal:
    """Add the line of a certificate to the journal before the certificate is handed out.

    :raises Refused: another certificate was issued with its serial number in the meantime
    """

    def add(journal: Journal) -> Journal:
        if int(certificate.serial, 16) in journal.serials():
            raise Refused(
                tr(
                    "Another program used the serial number {serial} in the meantime.",
                    serial=certificate.serial,
                ),
                remedy=tr("Issue the certificate again. Nothing was issued."),
            )
        return journal.with_issued(issuer, certificate, now)

    return update_journal(keystore, add)


def revoke(
    journal: Journal,
    issuer: Certificate,
    serial: int,
    *,
    reason: RevocationReason = RevocationReason.UNSPECIFIED,
    now: dt.datetime | None = None,
) -> Journal:
    """The journal in which a serial number of the CA is revoked.

    :raises Refused: it is revoked already, or no revocation list can name it
    """
    if not 0 < serial < _SERIAL_LIMIT:
        raise Refused(
            tr(
                "A revocation list cannot contain the serial number {serial}.", serial=f"{serial:x}"
            ),
            causes=(tr("It must be positive and have at most 20 bytes (RFC 5280, 4.1.2.2)."),),
            remedy=tr("Ask everyone who trusts the certificate to delete it, or replace the CA."),
        )
    key = key_id(issuer)
    earlier = journal.revocation(key, serial)
    if earlier is not None:
        raise Refused(
            tr(
                "The certificate with the serial number {serial} is already revoked.",
                serial=f"{serial:x}",
            ),
            causes=(
                tr(
                    "It was revoked on {revoked_at}: {reason}.",
                    revoked_at=f"{earlier.revoked_at:%Y-%m-%d}",
                    reason=earlier.reason.value,
                ),
            ),
            remedy=tr("Nothing needs to be done."),
        )
    moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    return journal.with_revoked(
        RevokedCertificate(issuer_key=key, serial=serial, revoked_at=moment, reason=reason)
    )


def _plain(line: IssuedCertificate | RevokedCertificate) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in dataclasses.fields(line):
        value = getattr(line, field.name)
        if isinstance(value, dt.datetime):
            value = value.isoformat()
        elif isinstance(value, RevocationReason):
            value = value.value
        elif field.name == "serial":
            value = f"{value:x}"
        found[field.name] = value
    return found


def _moment(text: object) -> dt.datetime:
    found = dt.datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found


def _serial(text: object) -> int:
    """A serial number in hexadecimal, as large as it may be in what others issued."""
    if not isinstance(text, str) or not _HEXADECIMAL.fullmatch(text):
        raise ValueError("not a serial number")
    return int(text, 16)


def _number(value: object) -> int:
    """The number of a revocation list: at most 20 bytes (RFC 5280, 5.2.3), and room for more."""
    if type(value) is not int or not 0 <= value < _SERIAL_LIMIT - 1:
        raise ValueError("not the number of a list")
    return value


def _issued(record: dict[str, Any]) -> IssuedCertificate:
    end = record["not_after"]
    return IssuedCertificate(
        issuer_key=str(record["issuer_key"]),
        serial=_serial(record["serial"]),
        subject=str(record["subject"]),
        sha256=str(record["sha256"]),
        issued_at=_moment(record["issued_at"]),
        not_after=None if end is None else _moment(end),
    )


def _revoked(record: dict[str, Any]) -> RevokedCertificate:
    serial, moment = _serial(record["serial"]), _moment(record["revoked_at"])
    if not 0 < serial < _SERIAL_LIMIT or moment.year < _FIRST_YEAR:
        raise ValueError("no revocation list can contain it")
    return RevokedCertificate(
        issuer_key=str(record["issuer_key"]),
        serial=serial,
        revoked_at=moment,
        reason=RevocationReason(record["reason"]),
    )
