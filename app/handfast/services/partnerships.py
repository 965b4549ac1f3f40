"""What is agreed with a partner and how far it is: a small file without any secret."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from handfast.core.dates import day_text
from handfast.core.errors import Cancelled, Damaged, HandfastError, InvalidInput, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.services.describe.validity import EXPIRY_DAYS, is_near
from handfast.services.files.store_files import check_ordinary, read_file, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from handfast.core.progress import Progress

Role: TypeAlias = Literal["client", "server"]
#: Where our pair comes from: it is made for this, or is there already.
PairOrigin: TypeAlias = Literal["new", "existing"]
#: How the partner gets our certificate: from a folder that is made for them, or they have it.
Handing: TypeAlias = Literal["folder", "known"]
#: Who signs our certificate: the pair itself, or a CA that gets a request.
Signing: TypeAlias = Literal["self", "ca"]
#: How far the change to a new certificate of ours is; empty while none is under way.
RolloverStage: TypeAlias = Literal["", "prepared", "sent", "trusted", "switched", "dropped"]
ROLLOVER_STAGES: Final[tuple[RolloverStage, ...]] = get_args(RolloverStage)
#: How far the partner’s change to a new certificate is, as far as it is ours to follow.
PartnerStage: TypeAlias = Literal["", "trusted", "switched", "dropped"]
PARTNER_STAGES: Final[tuple[PartnerStage, ...]] = get_args(PartnerStage)
#: How a partnership is known again among other JSON files.
_KIND: Final = "handfast-partnership"
_VERSION: Final = 1
ENDING: Final = ".partnership.json"
#: Far more than any has; a file that is larger is something else.
_MAX_PARTNERSHIP_BYTES: Final = 100_000
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "role": get_args(Role),
    "pair": get_args(PairOrigin),
    "handing": get_args(Handing),
    "signing": get_args(Signing),
    "rollover": ROLLOVER_STAGES,
    "partner_rollover": PARTNER_STAGES,
}
#: A partnership is a page of text with some certificates.
_MAX_READ_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """Two parties, our side of it: paths, aliases, fingerprints and dates. No passwords."""

    #: What we call the partner.
    partner: str
    #: Whether we call them (client) or they call us (server).
    role: Role = "client"
    our_name: str = ""
    preset: str = ""
    #: The host that the client connects to, and its port; 0 for the one usual with the program.
    host: str = ""
    port: int = 0
    #: Where what is made for this goes, this file too.
    folder: str = ""
    pair: PairOrigin = "new"
    #: What was answered of a pair that is not made yet, so that nobody types it twice.
    answers: dict[str, str] = dataclasses.field(default_factory=dict)
    keystore: str = ""
    alias: str = ""
    our_sha256: str = ""
    our_end: datetime | None = None
    signing: Signing = "self"
    #: When the request for the CA was created, and the file that it is in.
    requested_at: datetime | None = None
    request_file: str = ""
    #: When the reply of the CA was put on our pair.
    replied_at: datetime | None = None
    truststore: str = ""
    handing: Handing = "folder"
    handover_folder: str = ""
    #: When the handover was made, or said to have been sent.
    sent_at: datetime | None = None
    partner_alias: str = ""
    partner_sha256: str = ""
    partner_end: datetime | None = None
    #: Their certificate with its issuers, leaf first, in PEM: public, and needed to rehearse.
    partner_chain: str = ""
    #: The file that it came in, where it holds that one alone; and whether that is DER.
    partner_file: str = ""
    partner_file_is_der: bool = False
    #: Whether the partner’s fingerprint was compared with what they read out.
    fingerprint_checked: bool = False
    rehearsed_at: datetime | None = None
    rehearsed_ok: bool = False
    #: The page at which it was left.
    page: str = ""
    rollover: RolloverStage = ""
    #: When that stage was reached.
    rollover_at: datetime | None = None
    #: The pair that is replaced, and the one that replaces it, in our keystore.
    rollover_old_alias: str = ""
    rollover_old_sha256: str = ""
    rollover_new_alias: str = ""
    rollover_new_sha256: str = ""
    #: The last safe moment to switch, as it was proven.
    rollover_by: datetime | None = None
    partner_rollover: PartnerStage = ""
    #: When that stage was reached.
    partner_rollover_at: datetime | None = None
    #: The certificate that the partner replaces, and the chain of the one that replaces it, in PEM.
    partner_old_sha256: str = ""
    partner_next_sha256: str = ""
    partner_next_chain: str = ""


def read_partnership(path: Path) -> Partnership:
    """A partnership from its file.

    :raises Damaged: it is none, or something in it is not what it must be
    :raises Unsupported: it was written by a later version
    :raises FileProblem: it cannot be read, or is a pipe or a device
    """
    check_ordinary(path)
    data, _stamp = read_file(path, max_bytes=_MAX_READ_BYTES)
    name = shorten(path.name)
    if len(data) > _MAX_PARTNERSHIP_BYTES:
        raise Damaged(tr("“{name}” is too large to be a partnership.", name=name))
    try:
        record = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged(
            tr("“{name}” is not a partnership: it is not JSON.", name=name),
            remedy=tr("Set up the partnership again; the keystores are not affected."),
        ) from error
    if not isinstance(record, dict) or record.get("kind") != _KIND:
        raise Damaged(tr("“{name}” is not a Handfast partnership.", name=name))
    version = record.get("version")
    # For Python, true and 1.0 are the number 1 as well.
    if type(version) is not int or version != _VERSION:
        raise Unsupported(
            tr("“{name}” was written by another version of Handfast.", name=name),
            remedy=tr("Open it with that version."),
        )
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Partnership):
        if field.name in record and record[field.name] is not None:
            values[field.name] = _checked(field.name, str(field.type), record[field.name], name)
    if not str(values.get("partner", "")).strip():
        raise Damaged(tr("“{name}” does not name the partner.", name=name))
    return Partnership(**values)


def _checked(field: str, kind: str, value: object, name: str) -> object:
    wrong = Damaged(
        tr("“{field}” of “{name}” cannot be used.", field=field, name=name),
        causes=(tr("The file was changed by hand."),),
        remedy=tr("Correct it, or set up the partnership again; the keystores are not affected."),
    )
    if kind.startswith("datetime"):
        if not isinstance(value, str):
            raise wrong
        try:
            at = datetime.fromisoformat(value)
        except ValueError as error:
            raise wrong from error
        return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    if kind.startswith("dict"):
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise wrong
        if not all(_is_text(each) for each in (*value, *value.values())):
            raise wrong
        return value
    expected = {"bool": bool, "int": int}.get(kind, str)
    # For Python, true is a number as well.
    if type(value) is not expected:
        raise wrong
    if isinstance(value, str) and not _is_text(value):
        raise wrong
    if field == "port" and value not in range(65_536):
        raise wrong
    if field in _CHOICES and value not in _CHOICES[field]:
        raise wrong
    if field.endswith("sha256") and value and not _is_fingerprint(str(value)):
        raise wrong
    return value


def _is_text(text: str) -> bool:
    """Whether it can be written to a file again, or be the name of one.

    JSON can escape NUL and half of a surrogate pair.
    """
    return not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in text)


def _is_fingerprint(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def awaits_ca(partnership: Partnership) -> bool:
    """Whether a CA was asked for our certificate, and its reply is not on our pair yet."""
    is_asked = partnership.signing == "ca" and partnership.requested_at is not None
    return is_asked and partnership.replied_at is None


def write_partnership(partnership: Partnership, path: Path) -> None:
    """Write it whole or not at all; an earlier one is replaced."""
    if not partnership.partner.strip():
        raise InvalidInput(tr("Enter the name of the partner."), field="partner")
    record: dict[str, Any] = {"kind": _KIND, "version": _VERSION}
    for field in dataclasses.fields(partnership):
        value = getattr(partnership, field.name)
        record[field.name] = value.isoformat() if isinstance(value, datetime) else value
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    write_file(path, text.encode(), overwrite=True)


def find_partnerships(folder: Path) -> list[tuple[Path, Partnership | HandfastError]]:
    """Those in a folder by name; what cannot be read is told, not left out."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
    except OSError:
        return []
    found: list[tuple[Path, Partnership | HandfastError]] = []
    for path in paths:
        try:
            found.append((path, read_partnership(path)))
        except HandfastError as error:
            found.append((path, error.without_frames()))
    return found


# --- how far it is --------------------------------------------------------------------


def partner_names(paths: Iterable[Path], progress: Progress) -> dict[Path, str]:
    """What the partners of these files are called; those that cannot be read are left out."""
    found: dict[Path, str] = {}
    for number, path in enumerate(paths):
        progress(number, 0)
        try:
            found[path] = read_partnership(path).partner
        except HandfastError as error:
            if isinstance(error, Cancelled):
                raise
    return found


def state_words(partnership: Partnership, now: datetime, expiry_days: int = EXPIRY_DAYS) -> str:
    """The state in a line: what is missing first, then what expires, then the rehearsal."""
    return " · ".join(_parts(partnership, now, expiry_days))


def is_troubled(partnership: Partnership, now: datetime, expiry_days: int = EXPIRY_DAYS) -> bool:
    """Whether something expired, expires soon, or failed when it was tried."""
    ends = (partnership.our_end, partnership.partner_end)
    failed = partnership.rehearsed_at is not None and not partnership.rehearsed_ok
    return failed or any(end is not None and is_near(end, now, expiry_days) for end in ends)


def is_expired(partnership: Partnership, now: datetime) -> bool:
    """Whether one of the two certificates has expired."""
    ends = (partnership.our_end, partnership.partner_end)
    return any(end is not None and end <= now for end in ends)


def is_rolling_over(partnership: Partnership) -> bool:
    """Whether a change to a new certificate, ours or theirs, was begun and is not over."""
    over = {"", "dropped"}
    return partnership.rollover not in over or partnership.partner_rollover not in over


def needs_rollover(partnership: Partnership, now: datetime, expiry_days: int = EXPIRY_DAYS) -> bool:
    """Whether a roll-over is under way, or a certificate of the two is called expiring."""
    ends = (partnership.our_end, partnership.partner_end)
    return is_rolling_over(partnership) or any(
        end is not None and is_near(end, now, expiry_days) for end in ends
    )


def rollover_words(partnership: Partnership) -> str:
    """What is to be done next in the roll-over; empty where none is under way."""
    by = partnership.rollover_by
    date = day_text(by) if by is not None else ""
    match partnership.rollover:
        case "prepared":
            return tr("roll-over: send the new certificate")
        case "sent":
            return (
                tr("roll-over: the partner must trust the new certificate by {date}", date=date)
                if date
                else tr("roll-over: the partner must trust the new certificate")
            )
        case "trusted":
            return (
                tr("roll-over: switch to the new pair by {date}", date=date)
                if date
                else tr("roll-over: switch to the new pair")
            )
        case "switched":
            return tr("roll-over: delete the old pair")
    return ""


def partner_rollover_words(partnership: Partnership) -> str:
    """What is to be done next in the partner’s roll-over; empty where none is under way."""
    match partnership.partner_rollover:
        case "trusted":
            return tr("roll-over: the partner can switch to their new certificate")
        case "switched":
            return tr("roll-over: delete the partner’s old certificate")
    return ""


def _parts(partnership: Partnership, now: datetime, expiry_days: int) -> Iterable[str]:
    if rolling := rollover_words(partnership):
        yield rolling
    if theirs := partner_rollover_words(partnership):
        yield theirs
    missing = next_step(partnership)
    if missing:
        yield missing
    if partnership.sent_at is not None and not partnership.partner_sha256:
        yield tr("your certificate was sent on {sent_at}", sent_at=day_text(partnership.sent_at))
    ends = ((True, partnership.our_end), (False, partnership.partner_end))
    for is_ours, end in ends:
        if end is None:
            continue
        if end <= now:
            yield _expired(day_text(end), is_ours=is_ours)
        elif is_near(end, now, expiry_days):
            yield _expires_soon((end - now).days, is_ours=is_ours)
    if partnership.rehearsed_at is not None:
        date = day_text(partnership.rehearsed_at)
        yield (
            tr("rehearsed successfully on {date}", date=date)
            if partnership.rehearsed_ok
            else tr("rehearsal of {date} failed", date=date)
        )
    later = min(((end, is_ours) for is_ours, end in ends if end is not None), default=None)
    if later is not None and not is_near(later[0], now, expiry_days):
        yield _expires_on(day_text(later[0]), is_ours=later[1])


def _expired(date: str, *, is_ours: bool) -> str:
    if is_ours:
        return tr("your certificate expired on {date}", date=date)
    return tr("the partner’s certificate expired on {date}", date=date)


def _expires_on(date: str, *, is_ours: bool) -> str:
    if is_ours:
        return tr("your certificate expires on {date}", date=date)
    return tr("the partner’s certificate expires on {date}", date=date)


def _expires_soon(days: int, *, is_ours: bool) -> str:
    if is_ours:
        return tr_count(
            "your certificate expires in {count} day",
            "your certificate expires in {count} days",
            days,
        )
    return tr_count(
        "the partner’s certificate expires in {count} day",
        "the partner’s certificate expires in {count} days",
        days,
    )


def next_step(partnership: Partnership) -> str:
    """What is still to be done, in words; empty where nothing is."""
    if not partnership.our_sha256:
        return tr("key pair not created yet")
    if partnership.signing == "ca" and partnership.replied_at is None:
        if partnership.requested_at is None:
            return tr("the request for the CA is not created yet")
        date = day_text(partnership.requested_at)
        return tr("waiting for the CA since {date}", date=date)
    if partnership.sent_at is None and partnership.handing == "folder":
        return tr("your certificate is not sent yet")
    if not partnership.partner_sha256:
        return tr("waiting for the partner’s certificate")
    if not partnership.fingerprint_checked:
        return tr("fingerprint of the partner’s certificate not compared yet")
    if partnership.rehearsed_at is None:
        return tr("not rehearsed yet")
    return ""
