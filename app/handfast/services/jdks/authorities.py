"""A CA that every JDK of a machine is to trust: planned first, then added, and taken out again."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import sys
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from handfast.core.errors import (
    Cancelled,
    FileProblem,
    HandfastError,
    InvalidInput,
    NotFound,
)
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, Integrity, Store, shorten
from handfast.services.exchange.importing import (
    import_certificates,
    suggest_alias,
    warnings_for,
)
from handfast.services.files.opening import open_file
from handfast.services.files.saving import written
from handfast.services.files.store_files import SYSTEM, read_file, read_named_file, write_file
from handfast.services.jdks.journal import AddedAuthority, Addition, read_journal, update_journal
from handfast.services.jdks.state_files import backup_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.services.files.store_files import FileSystem
    from handfast.services.jdks.trust_stores import JavaTrustStore

#: Trust stores that a tool of the system writes again, and what to do so that a CA stays in them.
_WRITTEN_BY_THE_SYSTEM: Final = {
    "/etc/ssl/certs/java/cacerts": tr(
        "The system writes this file again when its certificates change. To keep the CA, copy it "
        "to /usr/local/share/ca-certificates as a .crt file in PEM, and run update-ca-certificates."
    ),
    "/etc/pki/ca-trust/extracted/java/cacerts": tr(
        "The system writes this file again when its certificates change. To keep the CA, copy it "
        "to /etc/pki/ca-trust/source/anchors, and run update-ca-trust."
    ),
}
#: Disks that are read-only for every user.
_SEALED: Final = ("/snap/", "/nix/store/")


class Outcome(Enum):
    """What adding a CA to one trust store comes to, by the names that it has in JSON."""

    #: It is to be added; once that was done, it was.
    ADD = "add"
    ADDED = "added"
    PRESENT = "present"
    READ_ONLY = "read-only"
    #: Its password is not known.
    LOCKED = "locked"
    UNREADABLE = "unreadable"
    LEFT_OUT = "left-out"
    #: It was tried, and could not be written.
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAddition:
    """What happens to one trust store."""

    store: JavaTrustStore
    outcome: Outcome
    #: The alias that the CA has or gets there; empty where it does not.
    alias: str = ""
    #: Why not, and what to do; empty where it is added or present.
    problem: str = ""
    remedy: str = ""
    #: What a person should know besides.
    note: str = ""


class Removal(Enum):
    """What taking a CA out of one trust store came to, by the names that it has in JSON."""

    #: The file is byte for byte what it was before.
    RESTORED = "restored"
    #: The file was changed since; the CA alone was taken out of it.
    REMOVED = "removed"
    NOT_THERE = "not-there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of one trust store when an addition was undone."""

    place: str
    removal: Removal
    problem: str = ""
    remedy: str = ""


def plan_addition(
    authority: Certificate,
    stores: Iterable[JavaTrustStore],
    *,
    alias: str = "",
    left_out: frozenset[str] = frozenset(),
) -> tuple[PlannedAddition, ...]:
    """What adding a CA would do to each trust store; nothing is written.

    ``left_out`` are those that a person does not want to be changed, by their places.
    """
    return tuple(_planned(authority, each, alias, left_out) for each in stores)


def _planned(
    authority: Certificate, each: JavaTrustStore, alias: str, left_out: frozenset[str]
) -> PlannedAddition:
    if each.opened is None:
        error = each.error
        return PlannedAddition(
            store=each,
            outcome=Outcome.UNREADABLE,
            problem=error.problem if error is not None else "",
            remedy=error.remedy if error is not None else "",
        )
    present = each.alias_of(authority)
    if present is not None:
        return PlannedAddition(store=each, outcome=Outcome.PRESENT, alias=present)
    if each.place in left_out:
        return PlannedAddition(store=each, outcome=Outcome.LEFT_OUT)
    if each.is_locked:
        return PlannedAddition(
            store=each,
            outcome=Outcome.LOCKED,
            problem=tr("It requires its password, which is not the usual one."),
            remedy=tr("Open it with its password, and import the CA there."),
        )
    if not each.is_writable:
        return PlannedAddition(
            store=each,
            outcome=Outcome.READ_ONLY,
            problem=tr("You do not have permission to change it."),
            remedy=_remedy_of_read_only(each.place),
        )
    store = each.opened.store
    return PlannedAddition(
        store=each,
        outcome=Outcome.ADD,
        alias=store.free_alias(alias) if alias else suggest_alias(authority, store),
        note=_WRITTEN_BY_THE_SYSTEM.get(each.place, ""),
    )


def _remedy_of_read_only(place: str) -> str:
    if place.startswith(_SEALED):
        return tr(
            "Its files cannot be changed by anyone. Add the CA in the settings of that program, "
            "or start it with -Djavax.net.ssl.trustStore and a trust store of your own."
        )
    if sys.platform == "win32":
        return tr("Start Handfast as an administrator, and add the CA again.")
    return tr("Add the CA as an administrator: sudo handfast jdks --add FILE.")


def add_authority(
    authority: Certificate,
    plan: Sequence[PlannedAddition],
    *,
    progress: Progress = no_progress,
    system: FileSystem = SYSTEM,
) -> tuple[PlannedAddition, ...]:
    """Carry a plan out; what became of each trust store.

    Each file is noted and kept as it was before it is replaced, so that whatever stops the work
    can be undone. One that cannot be written does not keep the others from it.

    :raises FileProblem: nothing could be noted, and nothing was changed
    :raises Damaged: what was noted before cannot be read
    """
    known = _noted_about(authority, read_journal())
    places = known.places if known is not None else frozenset()
    untouched = frozenset(
        each.store.place
        for each in plan
        if each.outcome not in {Outcome.ADD, Outcome.PRESENT} and each.store.place not in places
    )
    done = []
    for number, each in enumerate(plan):
        progress(number, len(plan))
        if each.outcome is not Outcome.ADD or each.store.opened is None:
            done.append(each)
            continue
        opened, place = each.store.opened, each.store.place
        earlier: Addition | None = None
        is_noted = False
        try:
            data, _again = written(
                import_certificates(opened.store, [(authority, each.alias)]), progress=progress
            )
            before = opened.stamp.sha256
            addition = Addition(
                place=place,
                alias=each.alias,
                before=before,
                after=hashlib.sha256(data).hexdigest(),
                backup=_keep(Path(place), before),
            )
            earlier = _note(authority, addition, untouched)
            is_noted = True
            write_file(opened.path, data, expected=opened.stamp, backup=False, system=system)
        except Cancelled:
            raise
        except HandfastError as error:
            done.append(
                dataclasses.replace(
                    each, outcome=Outcome.FAILED, problem=error.problem, remedy=error.remedy
                )
            )
            if is_noted:
                _forget(authority, addition, earlier)
        else:
            done.append(dataclasses.replace(each, outcome=Outcome.ADDED))
    return tuple(done)


def _noted_about(authority: Certificate, noted: Iterable[AddedAuthority]) -> AddedAuthority | None:
    return next((each for each in noted if each.certificate == authority), None)


def _note(authority: Certificate, addition: Addition, untouched: frozenset[str]) -> Addition | None:
    """Note an addition; what was noted of that trust store before."""
    earlier: Addition | None = None

    def add(noted: tuple[AddedAuthority, ...]) -> tuple[AddedAuthority, ...]:
        nonlocal earlier
        known = _noted_about(authority, noted)
        additions = {each.place: each for each in known.additions} if known is not None else {}
        earlier = additions.get(addition.place)
        left_out = untouched | (known.left_out if known is not None else frozenset())
        now = AddedAuthority(
            certificate=authority,
            at=datetime.now(UTC).replace(microsecond=0),
            additions=tuple({**additions, addition.place: addition}.values()),
            left_out=left_out - {addition.place},
        )
        # The one of last goes last: that is what is undone first.
        return (*(each for each in noted if each is not known), now)

    update_journal(add)
    return earlier


def _forget(authority: Certificate, addition: Addition, earlier: Addition | None) -> None:
    """Note that an addition did not come about; what was there once is missed still."""

    def take_back(noted: tuple[AddedAuthority, ...]) -> tuple[AddedAuthority, ...]:
        known = _noted_about(authority, noted)
        if known is None:
            return noted
        kept = tuple(
            dict.fromkeys(earlier if each == addition else each for each in known.additions)
        )
        now = dataclasses.replace(
            known,
            additions=tuple(each for each in kept if each is not None),
            left_out=known.left_out | ({addition.place} if earlier is None else frozenset()),
        )
        return tuple(
            now if each is known else each for each in noted if each is not known or now.additions
        )

    with contextlib.suppress(HandfastError):
        # An addition too many does no harm: it is not in the file, so that nothing is undone.
        update_journal(take_back)


def undo_addition(
    authority: Certificate | None = None,
    *,
    passwords: Sequence[Password] = (),
    system: FileSystem = SYSTEM,
) -> tuple[Certificate, tuple[Undone, ...]]:
    """Take a CA out of every trust store that it was added to; the last one by default.

    A file that nobody changed since becomes byte for byte what it was; from any other the CA
    alone is taken out. What cannot be undone stays noted.

    :raises NotFound: no CA was added, or not this one
    """
    journal = list(read_journal())
    wanted = [each for each in journal if authority is None or each.certificate == authority]
    if not wanted:
        raise NotFound(
            tr("No CA was added to the JDKs of this machine.")
            if authority is None
            else tr("This CA was not added to the JDKs of this machine."),
            remedy=tr("To remove a certificate, open the trust store and delete the entry."),
        )
    chosen = wanted[-1]
    undone = []
    remaining = []
    for addition in chosen.additions:
        result = _undo(chosen.certificate, addition, passwords, system)
        undone.append(result)
        if result.removal is Removal.FAILED:
            remaining.append(addition)
    gone = frozenset(chosen.additions) - frozenset(remaining)

    def take_out(noted: tuple[AddedAuthority, ...]) -> tuple[AddedAuthority, ...]:
        # What another program added in the meantime stays.
        found = []
        for each in noted:
            kept = tuple(addition for addition in each.additions if addition not in gone)
            if each.certificate != chosen.certificate:
                found.append(each)
            elif kept:
                found.append(dataclasses.replace(each, additions=kept))
        return tuple(found)

    _drop_backups(chosen.additions, update_journal(take_out))
    return chosen.certificate, tuple(undone)


def _undo(
    authority: Certificate, addition: Addition, passwords: Sequence[Password], system: FileSystem
) -> Undone:
    place = Path(addition.place)
    if not place.exists():
        return Undone(place=addition.place, removal=Removal.NOT_THERE)
    try:
        data, stamp = read_named_file(place)
        if hashlib.sha256(data).hexdigest() == addition.after:
            earlier = _kept(addition)
            if earlier is not None:
                write_file(place, earlier, expected=stamp, backup=False, system=system)
                return Undone(place=addition.place, removal=Removal.RESTORED)
        return _take_out(authority, place, passwords, system)
    except Cancelled:
        raise
    except HandfastError as error:
        return Undone(
            place=addition.place,
            removal=Removal.FAILED,
            problem=error.problem,
            remedy=error.remedy,
        )


def _take_out(
    authority: Certificate, place: Path, passwords: Sequence[Password], system: FileSystem
) -> Undone:
    opened = open_file(place)
    for password in passwords:
        if opened.store.integrity is Integrity.UNVERIFIED:
            opened = open_file(place, password)
    entries = [each for each in opened.store.trusted if each.certificate == authority]
    if not entries:
        return Undone(place=str(place), removal=Removal.NOT_THERE)
    data, _again = written(opened.store.without(entries))
    write_file(place, data, expected=opened.stamp, backup=False, system=system)
    return Undone(place=str(place), removal=Removal.REMOVED)


# --- what the files were before ---------------------------------------------------------


def _keep(place: Path, digest: str) -> str:
    """Keep a trust store as it is; where. Not beside it: an update removes that folder."""
    folder = backup_folder()
    if folder is None:
        raise FileProblem(
            tr("There is no place for a backup, so nothing was changed."),
            remedy=tr("Set HOME to your folder."),
        )
    path = folder / f"{digest}.cacerts"
    if path.exists() and hashlib.sha256(read_file(path)[0]).hexdigest() == digest:
        return str(path)
    data, _stamp = read_named_file(place)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise FileProblem(
            tr("“{path}” could not be created: {reason}.", path=folder, reason=error.strerror),
            remedy=tr("Check the permissions of your own folder."),
        ) from error
    write_file(path, data, overwrite=True, backup=False)
    return str(path)


def _kept(addition: Addition) -> bytes | None:
    """What a file was before; None where that is not known any more."""
    if not addition.backup:
        return None
    try:
        data, _stamp = read_named_file(Path(addition.backup))
    except HandfastError:
        return None
    return data if hashlib.sha256(data).hexdigest() == addition.before else None


def _drop_backups(additions: Iterable[Addition], journal: Iterable[AddedAuthority]) -> None:
    """Delete the backups that no addition needs any more."""
    needed = {each.backup for authority in journal for each in authority.additions}
    folder = backup_folder()
    for addition in additions:
        path = Path(addition.backup) if addition.backup else None
        if path is not None and addition.backup not in needed and path.parent == folder:
            with contextlib.suppress(OSError):
                path.unlink()


def name_of(authority: Certificate) -> str:
    """What a CA is called in a sentence."""
    return shorten(authority.common_name or authority.subject)


def the_authority_among(certificates: Sequence[Certificate]) -> Certificate:
    """The CA that a file is for: its only certificate, or the only root in it.

    :raises InvalidInput: it has several, and none of them stands out
    """
    if len(certificates) == 1:
        return certificates[0]
    roots = [each for each in certificates if each.is_self_issued and each.is_ca]
    if len(roots) == 1:
        return roots[0]
    raise InvalidInput(
        tr("The file contains several certificates."),
        field="add",
        causes=tuple(name_of(each) for each in certificates[:10]),
        remedy=tr("Add one CA at a time, the root first. Save it to a separate file."),
    )


def warnings_about(authority: Certificate) -> tuple[str, ...]:
    """What a person should know before every JDK trusts it, a sentence each."""
    found = list(warnings_for(authority, Store(format=Format.PKCS12)))
    if authority.is_readable and not authority.is_ca:
        found.insert(
            0,
            tr(
                "It is not a CA certificate: Java trusts it only for its own server, not for "
                "certificates that it signed."
            ),
        )
    return tuple(found)
