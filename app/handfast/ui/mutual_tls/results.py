"""What each step that writes says once it has written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.certificate import group_fingerprint
from handfast.core.dates import day_text
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.files.shown_path import shown_path
from handfast.ui.program.file_places import show_folder
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.fields import FingerprintView
from handfast.ui.widgets.style import TextLabel
from handfast.ui.wizards.ending import ResultPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.services.partnerships import Partnership
    from handfast.ui.widgets.window_services import Document


def pair_result(draft: Partnership, command: str, document: Document | None) -> ResultPage:
    """Our pair is there. ``document`` is the open store that it went into, if it did."""
    page = ResultPage()
    page.show_result(
        "The key pair is ready",
        f"“{shorten(draft.alias)}” is in {_where(draft.keystore, document)}",
    )
    _add_fingerprint(page, draft, "the certificate, to read to your partner")
    page.command.set_command(command)
    return page


def handover_result(draft: Partnership, again: Callable[[], None]) -> ResultPage:
    """The folder is there, with these files."""
    page = ResultPage()
    page.setObjectName("setup.handover.result")
    folder = Path(draft.handover_folder).expanduser()
    when = f" on {day_text(draft.sent_at)}" if draft.sent_at is not None else ""
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:
        names = []
    if names:
        page.show_result(
            "The folder is ready to be sent", f"Written{when}, in {shown_path(folder)}:"
        )
        page.add_extra(TextLabel("\n".join(names), shade="plain"))
    else:
        page.show_result(
            "The folder was made", f"Written{when}, in {shown_path(folder)}, where it no longer is."
        )
    _add_fingerprint(page, draft, "our certificate; read it out when they call")

    if names:
        page.add_action(
            "&Open the folder",
            "Zip it and mail it, or hand it over by your usual way.",
            lambda: show_folder(folder),
            object_name="setup.handover.open",
        )
    page.add_action(
        "&Make it again…",
        "In another folder, or because files were lost.",
        again,
        object_name="setup.handover.again",
    )
    page.command.hide()
    return page


def request_result(draft: Partnership, again: Callable[[], None]) -> ResultPage:
    """The request is there, and the CA is waited for."""
    page = ResultPage()
    page.setObjectName("setup.request.result")
    path = Path(draft.request_file)
    date = day_text(draft.requested_at) if draft.requested_at is not None else ""
    page.show_result(
        tr("The request is ready to be sent"),
        tr(
            "Created on {date}, in {file}. Send it to the CA. Its reply is the next step; until it "
            "comes, you can close this.",
            date=date,
            file=shown_path(path),
        ),
    )
    page.add_action(
        tr("&Open the Folder"),
        tr("Attach the file, or upload it on the page of the CA."),
        lambda: show_folder(path.parent),
        object_name="setup.request.open",
    )
    page.add_action(
        tr("&Create It Again…"),
        tr("In another folder, or because the file was lost."),
        again,
        object_name="setup.request.again",
    )
    page.command.hide()
    return page


def reply_result(draft: Partnership, command: str) -> ResultPage:
    """The reply of the CA is on our pair."""
    page = ResultPage()
    page.setObjectName("setup.reply.result")
    date = day_text(draft.replied_at) if draft.replied_at is not None else ""
    page.show_result(
        tr("The CA signed our certificate"),
        tr(
            "Its reply was put on “{alias}” on {date}, and is saved in {keystore}.",
            alias=shorten(draft.alias),
            date=date,
            keystore=shown_path(Path(draft.keystore)),
        ),
    )
    _add_fingerprint(page, draft, "the certificate, to read to your partner")
    page.command.set_command(command)
    page.command.setVisible(bool(command))
    return page


def import_result(
    draft: Partnership, aliases: Sequence[str], command: str, document: Document | None
) -> ResultPage:
    """Their certificates are trusted."""
    page = ResultPage()
    count = len(aliases)
    what = f"“{shorten(aliases[0])}” is" if count == 1 else f"{count:,} certificates are"
    said = (
        "Its fingerprint is what your partner read out."
        if draft.fingerprint_checked
        else "Its fingerprint was not compared with your partner yet."
    )
    page.show_result(
        f"{what} trusted",
        f"{'It is' if count == 1 else 'They are'} in {_where(draft.truststore, document)} {said}",
    )
    page.command.set_command(command)
    return page


def _where(path: str, document: Document | None) -> str:
    if document is None:
        return f"the new store {shown_path(path)}."
    return f"{shown_path(path)}. What was open there is saved with it."


def _add_fingerprint(page: ResultPage, draft: Partnership, of: str) -> None:
    view = FingerprintView(large=True)
    view.setObjectName("setup.result.fingerprint")
    view.set_fingerprint(draft.our_sha256)
    copy = CopyButton("Copy fin&gerprint")
    copy.setObjectName("setup.result.copy")
    copy.set_content(group_fingerprint(draft.our_sha256))
    page.add_extra(TextLabel(f"SHA-256 fingerprint of {of}"), view, copy)
