"""What each step that writes says once it has written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.collation import sort_key
from handfast.core.dates import day_text
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.services.files.shown_path import shown_path
from handfast.ui.program.file_places import show_folder
from handfast.ui.widgets.command_fold import CopyButton
from handfast.ui.widgets.fingerprint_view import FingerprintView
from handfast.ui.widgets.style import TextLabel
from handfast.ui.wizards.ending import ResultPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.services.partnerships import Partnership
    from handfast.ui.widgets.window_services import Document


_TO_READ_OUT = tr("SHA-256 fingerprint of the certificate; read it out to your partner")


def pair_result(draft: Partnership, command: str, document: Document | None) -> ResultPage:
    """Our pair is there. ``document`` is the open store that it went into, if it did."""
    page = ResultPage()
    page.show_result(
        tr("The key pair is ready"),
        tr(
            "“{alias}” is in the new keystore {path}.",
            alias=shorten(draft.alias),
            path=shown_path(draft.keystore),
        )
        if document is None
        else tr(
            "“{alias}” is in {path}. Unsaved changes that were open there are saved with it.",
            alias=shorten(draft.alias),
            path=shown_path(draft.keystore),
        ),
    )
    _add_fingerprint(page, draft, _TO_READ_OUT)
    page.command.set_command(command)
    return page


def handover_result(draft: Partnership, again: Callable[[], None]) -> ResultPage:
    """The folder is there, with these files."""
    page = ResultPage()
    page.setObjectName("setup.handover.result")
    folder = Path(draft.handover_folder).expanduser()
    try:
        names = sorted((each.name for each in folder.iterdir()), key=sort_key)
    except OSError:
        names = []
    if names:
        page.show_result(
            tr("The folder is ready to be sent"),
            tr("Written to {folder}:", folder=shown_path(folder))
            if draft.sent_at is None
            else tr(
                "Written on {date} to {folder}:",
                date=day_text(draft.sent_at),
                folder=shown_path(folder),
            ),
        )
        page.add_extra(TextLabel("\n".join(names), shade="plain"))
    else:
        page.show_result(
            tr("The folder was created"),
            tr("Written to {folder}, which no longer exists.", folder=shown_path(folder))
            if draft.sent_at is None
            else tr(
                "Written on {date} to {folder}, which no longer exists.",
                date=day_text(draft.sent_at),
                folder=shown_path(folder),
            ),
        )
    _add_fingerprint(
        page, draft, tr("SHA-256 fingerprint of your certificate; read it out when they call")
    )
    if names:
        page.add_action(
            tr("&Open the Folder"),
            tr("Zip it and mail it, or send it in your usual way."),
            lambda: show_folder(folder),
            object_name="setup.handover.open",
        )
    page.add_action(
        tr("&Create It Again…"),
        tr("In another folder, or because files were lost."),
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
            "arrives, you can close this window.",
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
        tr("The CA signed your certificate"),
        tr(
            "Its reply was imported onto “{alias}” on {date}, and is saved in {keystore}.",
            alias=shorten(draft.alias),
            date=date,
            keystore=shown_path(Path(draft.keystore)),
        ),
    )
    _add_fingerprint(page, draft, _TO_READ_OUT)
    page.command.set_command(command)
    page.command.setVisible(bool(command))
    return page


def import_result(
    draft: Partnership, aliases: Sequence[str], command: str, document: Document | None
) -> ResultPage:
    """Their certificates are trusted."""
    page = ResultPage()
    count = len(aliases)
    path = shown_path(draft.truststore)
    where = (
        tr_count(
            "It is in the new trust store {path}.",
            "They are in the new trust store {path}.",
            count,
            path=path,
        )
        if document is None
        else tr_count(
            "It is in {path}. Unsaved changes that were open there are saved with it.",
            "They are in {path}. Unsaved changes that were open there are saved with them.",
            count,
            path=path,
        )
    )
    said = (
        tr("The fingerprint matches what your partner read out.")
        if draft.fingerprint_checked
        else tr("You have not compared the fingerprint with your partner yet.")
    )
    page.show_result(
        tr_count(
            "“{alias}” is trusted",
            "{count} certificates are trusted",
            count,
            alias=shorten(aliases[0]),
        ),
        f"{where} {said}",
    )
    page.command.set_command(command)
    return page


def _add_fingerprint(page: ResultPage, draft: Partnership, words: str) -> None:
    view = FingerprintView(large=True)
    view.setObjectName("setup.result.fingerprint")
    view.set_fingerprint(draft.our_sha256)
    copy = CopyButton(tr("Copy Fin&gerprint"))
    copy.setObjectName("setup.result.copy")
    copy.set_content(group_fingerprint(draft.our_sha256))
    page.add_extra(TextLabel(words), view, copy)
