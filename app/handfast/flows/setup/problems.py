"""What is wrong on the steps of setting up that no other flow asks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.dates import day_text
from handfast.core.language import tr, tr_count
from handfast.core.network import port_of
from handfast.core.store import shorten
from handfast.flows.base import FieldProblem, problem_of_reading
from handfast.flows.setup.saved_setup import place_of
from handfast.handshake.engine.endpoint import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.entry import KeyPair
    from handfast.flows.open_store import OpenStore
    from handfast.services.partnerships import Partnership

#: Longer than any name of a company; what is longer was pasted by mistake.
_LONGEST = 200


def unlock_problems(closed: Iterable[tuple[str, Path]]) -> tuple[FieldProblem, ...]:
    """Stores that are still to be opened."""
    return tuple(
        FieldProblem(
            field=field, message=tr("“{name}” is not open yet.", name=shorten(path.name, 60))
        )
        for field, path in closed
    )


def partner_problems(draft: Partnership, *, kept_at: Path | None) -> tuple[FieldProblem, ...]:
    """Names, host and folder."""
    found: list[FieldProblem] = []
    for field, what in (
        ("our_name", tr("Enter your name.")),
        ("partner", tr("Enter the name of your partner.")),
    ):
        text = getattr(draft, field).strip()
        if not text:
            found.append(FieldProblem(field=field, message=what))
        elif len(text) > _LONGEST:
            found.append(
                FieldProblem(
                    field=field,
                    message=tr_count(
                        "Use at most {count} character.",
                        "Use at most {count} characters.",
                        _LONGEST,
                    ),
                )
            )
    found += _host_problems(draft)
    if kept_at is None:
        found += _folder_problems(draft)
    return tuple(found)


def _host_problems(draft: Partnership) -> list[FieldProblem]:
    host = draft.host.strip()
    if not host and not draft.partner.strip():
        # Nobody has come to it yet.
        return []
    if not host:
        message = (
            tr(
                "Without it, Handfast cannot check whether their certificate matches the host that "
                "you connect to."
            )
            if draft.role == "client"
            else tr(
                "Without it, Handfast cannot check whether your certificate matches the host that "
                "they connect to."
            )
        )
        return [FieldProblem(field="host", message=message, severity="warning")]
    return problem_of_reading("host", lambda: host_of(host))


def _folder_problems(draft: Partnership) -> list[FieldProblem]:
    def wrong(message: str) -> list[FieldProblem]:
        return [FieldProblem(field="folder", message=message)]

    text = draft.folder.strip()
    if not text:
        return wrong(tr("Choose a folder."))
    if "\0" in text:
        return wrong(tr("This is not a valid folder name."))
    try:
        folder = Path(text).expanduser()
        if not folder.is_absolute():
            return wrong(tr("Enter the full path of the folder."))
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if not there.is_dir():
            return wrong(tr("“{there}” is a file, not a folder.", there=shorten(str(there))))
        if not os.access(there, os.W_OK):
            return wrong(
                tr("You do not have permission to write to “{there}”.", there=shorten(str(there)))
            )
        if draft.partner.strip() and place_of(draft).exists():
            return wrong(
                tr(
                    "“{name}” already exists. Continue it from the start page, or choose "
                    "another folder.",
                    name=place_of(draft).name,
                )
            )
    except (OSError, ValueError, RuntimeError, StopIteration):
        return wrong(tr("This is not a valid folder name."))
    return []


def pair_problems(
    draft: Partnership, keystore: OpenStore | None, pair: KeyPair | None
) -> tuple[FieldProblem, ...]:
    """Whether the chosen pair can be used, and is of use."""
    if draft.pair == "new":
        return ()
    if not draft.keystore:
        return (
            FieldProblem(field="keystore", message=tr("Choose the keystore that contains it.")),
        )
    if keystore is None:
        return (FieldProblem(field="keystore", message=tr("This keystore is not open yet.")),)
    if not keystore.store.key_pairs:
        return (
            FieldProblem(field="keystore", message=tr("There is no key pair in this keystore.")),
        )
    if pair is None:
        return (FieldProblem(field="alias", message=tr("Choose a key pair.")),)

    def about(message: str, severity: str = "error") -> tuple[FieldProblem, ...]:
        return (
            FieldProblem(
                field="alias",
                message=message,
                severity="error" if severity == "error" else "warning",
            ),
        )

    leaf = pair.certificate
    if leaf is None:
        return about(tr("This key has no certificate. Choose another pair."))
    if pair.is_locked:
        return about(
            tr("Its key has its own password. Unlock it in the tab of the keystore first.")
        )
    if leaf.is_expired():
        return about(
            tr(
                "It expired on {not_after}. Your partner will reject it.",
                not_after=day_text(leaf.not_after) if leaf.not_after is not None else "",
            ),
            "",
        )
    if not leaf.allows(draft.role):
        return about(
            tr("It is not for a TLS client. Most partners will reject it.")
            if draft.role == "client"
            else tr("It is not for a TLS server. Most partners will reject it."),
            "",
        )
    return ()


def request_problems(draft: Partnership, pair: KeyPair | None) -> tuple[FieldProblem, ...]:
    """Whether the request for the CA can be created."""
    if draft.requested_at is not None:
        return ()
    if pair is None or pair.is_locked:
        message = tr("Your private key is not available: open its keystore, and unlock the key.")
        return (FieldProblem(field="handover_folder", message=message),)
    return folder_problems(draft.handover_folder)


def folder_problems(text: str) -> tuple[FieldProblem, ...]:
    """Whether a folder for what is sent can be created."""
    text = text.strip()
    if not text:
        return (FieldProblem(field="handover_folder", message=tr("Choose a folder.")),)
    try:
        folder = Path(text).expanduser()
        if folder.exists() and not folder.is_dir():
            message = tr("This is a file. Enter the name of a new folder.")
            return (FieldProblem(field="handover_folder", message=message),)
    except (OSError, ValueError, RuntimeError):
        message = tr("This is not a valid folder name.")
        return (FieldProblem(field="handover_folder", message=message),)
    return ()


def handover_problems(draft: Partnership, *, has_pair: bool) -> tuple[FieldProblem, ...]:
    """Whether the folder can be written."""
    if draft.handing == "known" or draft.sent_at is not None:
        return ()
    if not has_pair:
        message = tr("Your key pair is not available: choose it, or open its keystore.")
        return (FieldProblem(field="handover_folder", message=message),)
    return folder_problems(draft.handover_folder)


def port_problems(text: str) -> tuple[FieldProblem, ...]:
    """Whether it is a port, or nothing, which is the usual one."""
    return tuple(problem_of_reading("port", lambda: port_of(text)))
