"""What is wrong on the steps of setting up that no other flow asks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.host_names import HOST
from handfast.core.store import shorten
from handfast.flows.base import FieldProblem
from handfast.flows.setup.saved_setup import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handfast.core.entry import KeyPair
    from handfast.flows.open_store import OpenStore
    from handfast.services.partnerships import Partnership

#: Longer than any name of a company; what is longer was pasted by mistake.
_LONGEST = 200
_LAST_PORT = 65_535


def unlock_problems(closed: Iterable[tuple[str, Path]]) -> tuple[FieldProblem, ...]:
    """Stores that are still to be opened."""
    return tuple(
        FieldProblem(field=field, message=f"“{shorten(path.name, 60)}” is not open yet.")
        for field, path in closed
    )


def partner_problems(draft: Partnership, *, kept_at: Path | None) -> tuple[FieldProblem, ...]:
    """Names, host and folder."""
    found: list[FieldProblem] = []
    for field, what in (("our_name", "Say who you are."), ("partner", "Name your partner.")):
        text = getattr(draft, field).strip()
        if not text:
            found.append(FieldProblem(field=field, message=what))
        elif len(text) > _LONGEST:
            found.append(FieldProblem(field=field, message=f"At most {_LONGEST} characters."))
    found += _host_problems(draft)
    if kept_at is None:
        found += _folder_problems(draft)
    return tuple(found)


def _host_problems(draft: Partnership) -> list[FieldProblem]:
    import ipaddress

    host = draft.host.strip()
    if not host and not draft.partner.strip():
        # Nobody has come to it yet.
        return []
    if not host:
        message = (
            "Without it nobody can check whether their certificate is for the host that you call."
            if draft.role == "client"
            else "Without it nobody can check whether your certificate is for the host that they "
            "call."
        )
        return [FieldProblem(field="host", message=message, severity="warning")]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if HOST.fullmatch(host) and "*" not in host:
            return []
    else:
        return []
    message = "The name alone, such as api.example.com: without https://, a port or a path."
    return [FieldProblem(field="host", message=message)]


def _folder_problems(draft: Partnership) -> list[FieldProblem]:
    def wrong(message: str) -> list[FieldProblem]:
        return [FieldProblem(field="folder", message=message)]

    text = draft.folder.strip()
    if not text:
        return wrong("Choose a folder.")
    if "\0" in text:
        return wrong("This cannot be the name of a folder.")
    try:
        folder = Path(text).expanduser()
        if not folder.is_absolute():
            return wrong("Write the whole path of the folder.")
        there = next(each for each in (folder, *folder.parents) if each.exists())
        if not there.is_dir():
            return wrong(f"“{shorten(str(there))}” is a file, not a folder.")
        if not os.access(there, os.W_OK):
            return wrong(f"You may not write to “{shorten(str(there))}”.")
        if draft.partner.strip() and place_of(draft).exists():
            return wrong(
                f"“{place_of(draft).name}” is there already. Take that up from the start page, or "
                "choose another folder."
            )
    except (OSError, ValueError, RuntimeError, StopIteration):
        return wrong("This cannot be the name of a folder.")
    return []


def pair_problems(
    draft: Partnership, keystore: OpenStore | None, pair: KeyPair | None
) -> tuple[FieldProblem, ...]:
    """Whether the chosen pair can be used, and is of use."""
    if draft.pair == "new":
        return ()
    if not draft.keystore:
        return (FieldProblem(field="keystore", message="Choose the store that it is in."),)
    if keystore is None:
        return (FieldProblem(field="keystore", message="This store is not open yet."),)
    if not keystore.store.key_pairs:
        return (FieldProblem(field="keystore", message="There is no key pair in this store."),)
    if pair is None:
        return (FieldProblem(field="alias", message="Choose a key pair."),)

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
        return about("This key comes without a certificate. Choose another pair.")
    if pair.is_locked:
        return about("Its key has a password of its own. Unlock it in the tab of the store first.")
    if leaf.is_expired():
        return about(f"It expired on {leaf.not_after:%Y-%m-%d}. Your partner will refuse it.", "")
    if not leaf.allows(draft.role):
        return about(f"It is not for a TLS {draft.role}. Most partners will refuse it.", "")
    return ()


def handover_problems(draft: Partnership, *, has_pair: bool) -> tuple[FieldProblem, ...]:
    """Whether the folder can be written."""
    if draft.handing == "known" or draft.sent_at is not None:
        return ()
    if not has_pair:
        message = "Our key pair is not at hand: choose it, or open its store."
        return (FieldProblem(field="handover_folder", message=message),)
    text = draft.handover_folder.strip()
    if not text:
        return (FieldProblem(field="handover_folder", message="Choose a folder."),)
    try:
        folder = Path(text).expanduser()
        if folder.exists() and not folder.is_dir():
            message = "This is a file. Name a folder that is to be made."
            return (FieldProblem(field="handover_folder", message=message),)
    except (OSError, ValueError, RuntimeError):
        message = "This cannot be the name of a folder."
        return (FieldProblem(field="handover_folder", message=message),)
    return ()


def port_problems(text: str) -> tuple[FieldProblem, ...]:
    """Whether it is a port, or nothing, which is the usual one."""
    text = text.strip()
    # Digits of every script are decimal, but a file of settings takes those of ASCII only.
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(_LAST_PORT))
    if not text or (is_number and 0 < int(text) <= _LAST_PORT):
        return ()
    message = f"A port is a number from 1 to {_LAST_PORT:,}."
    return (FieldProblem(field="port", message=message),)
