"""Keeping a partnership in its file, and what was answered of a pair that is not made yet."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from handfast.core.errors import FileProblem
from handfast.core.language import tr
from handfast.flows.target import NEW_FORMATS
from handfast.services.partnerships import ENDING, write_partnership
from handfast.services.policy.validity_days import MAX_DAYS

if TYPE_CHECKING:
    from handfast.flows.exchange.generate import GenerateDraft, GenerateEdits
    from handfast.services.partnerships import Partnership

#: No password is among them.
_ANSWERS: Final = (
    "common_name", "unit", "organisation", "locality", "state", "country", "email", "alias",
    "key", "purpose", "new_path", "new_format",
)  # fmt: skip


def answers_of(draft: GenerateDraft) -> dict[str, str]:
    """What was typed so far, to be kept."""
    answers = {field: str(getattr(draft, field)) for field in _ANSWERS}
    return answers | {"days": str(draft.days), "sans": "\n".join(draft.sans)}


def changes_from(answers: dict[str, str]) -> GenerateEdits:
    """The same as changes of a draft; what cannot be is left out."""
    from handfast.services.authority.profiles import PURPOSES
    from handfast.services.exchange.generating import KEY_CHOICES

    allowed: dict[str, tuple[str, ...]] = {
        "key": tuple(KEY_CHOICES),
        "purpose": PURPOSES,
        "new_format": tuple(dict(NEW_FORMATS)),
    }
    texts = {
        field: answers[field]
        for field in _ANSWERS
        if answers.get(field) and answers[field] in allowed.get(field, (answers[field],))
    }
    # All of these are texts in the draft too.
    changes = cast("GenerateEdits", texts)
    days = answers.get("days", "")
    if days.isdecimal() and int(days) <= MAX_DAYS:
        changes["days"] = int(days)
    if "sans" in answers:
        changes["sans"] = tuple(filter(None, answers["sans"].split("\n")))
    return changes


def place_of(partnership: Partnership) -> Path:
    """The file that it will be kept in."""
    folder = Path(partnership.folder).expanduser()
    return folder / f"{slug(partnership.partner)}{ENDING}"


def keep(partnership: Partnership, path: Path, *, instead_of: Path | None = None) -> Path:
    """Write a partnership, its folder first; the path that it has.

    ``instead_of`` is the file that it was kept in before, which goes once the new one is there,
    with the folder that was created for it, where nothing else is in that.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(
            tr(
                "The folder “{parent}” could not be created: {reason}.",
                parent=path.parent,
                reason=error.strerror,
            ),
            remedy=tr("Choose another folder."),
        ) from error
    write_partnership(partnership, path)
    if instead_of is not None and instead_of.absolute() != path.absolute():
        with contextlib.suppress(OSError):
            instead_of.unlink()
            if instead_of.parent.name == instead_of.name.removesuffix(ENDING):
                # It was suggested and created for this alone.
                instead_of.parent.rmdir()
    return path.absolute()


def slug(name: str) -> str:
    """A name as every system takes it for a file."""
    return re.sub(r"[^\w.-]+", "-", name.strip().lower()).strip("-.")[:60] or "partner"
