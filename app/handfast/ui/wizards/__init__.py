"""The wizards. Each opens as a window of its own over its parent; none blocks the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from handfast.services.exchange.certificate_sources import CertificateSource
    from handfast.ui.widgets.window_services import Document, Workspace
    from handfast.ui.wizards.frame import Half, WizardWindow


def open_generate(
    workspace: Workspace, parent: QWidget | None, *, document: Document | None = None
) -> WizardWindow:
    """Make a key pair; into ``document`` unless the person chooses otherwise."""
    from handfast.ui.wizards.generate import GenerateWizard

    return _shown(GenerateWizard(workspace, parent, document=document), workspace, parent)


def open_export(
    workspace: Workspace,
    parent: QWidget | None,
    *,
    document: Document | None = None,
    aliases: Sequence[str] = (),
) -> WizardWindow:
    """Hand over certificates of ``document``, those of ``aliases`` ticked already."""
    from handfast.ui.wizards.export import ExportWizard

    wizard = ExportWizard(workspace, parent, document=document, aliases=aliases)
    return _shown(wizard, workspace, parent)


def open_import(
    workspace: Workspace,
    parent: QWidget | None,
    *,
    document: Document | None = None,
    files: Sequence[Path] = (),
    text: str = "",
    sources: Sequence[CertificateSource] = (),
) -> WizardWindow:
    """Take a partner's certificates into ``document``; ``files`` and ``text`` are read at once."""
    from handfast.ui.wizards.import_ import ImportWizard

    wizard = ImportWizard(
        workspace, parent, document=document, files=files, text=text, sources=sources
    )

    def take_reply(sources: Sequence[CertificateSource]) -> None:
        open_reply(workspace, parent, document=document, sources=sources)

    def take_key(files: Sequence[Path], text: str) -> None:
        open_import_pair(workspace, parent, document=document, files=files, text=text)

    wizard.goes_on_with_reply = take_reply
    wizard.goes_on_with_key = take_key
    return _shown(wizard, workspace, parent)


def open_reply(
    workspace: Workspace,
    parent: QWidget | None,
    *,
    document: Document | None = None,
    files: Sequence[Path] = (),
    text: str = "",
    sources: Sequence[CertificateSource] = (),
) -> WizardWindow:
    """Put a CA's reply on the pair that it is for; ``sources`` were read already."""
    from handfast.ui.wizards.reply import ReplyWizard

    wizard = ReplyWizard(
        workspace, parent, document=document, files=files, text=text, sources=sources
    )
    return _shown(wizard, workspace, parent)


def open_import_pair(
    workspace: Workspace,
    parent: QWidget | None,
    *,
    document: Document | None = None,
    files: Sequence[Path] = (),
    text: str = "",
) -> WizardWindow:
    """Bring in a key pair from a heap of files; what was given is read at once."""
    from handfast.ui.wizards.import_pair import ImportPairWizard

    wizard = ImportPairWizard(workspace, parent, document=document, files=files, text=text)

    def take_certificates(sources: Sequence[CertificateSource]) -> None:
        open_import(workspace, parent, document=document, sources=sources)

    wizard.goes_on_with_certificates = take_certificates
    return _shown(wizard, workspace, parent)


def open_request(
    workspace: Workspace,
    parent: QWidget | None,
    *,
    document: Document | None = None,
    alias: str = "",
) -> WizardWindow:
    """Create a request for a CA, for the pair ``alias`` of ``document`` unless chosen otherwise."""
    from handfast.ui.wizards.request import RequestWizard

    wizard = RequestWizard(workspace, parent, document=document, alias=alias)
    return _shown(wizard, workspace, parent)


def _shown(wizard: WizardWindow, workspace: Workspace, parent: QWidget | None) -> WizardWindow:
    def go_on(half: Half, *, document: Document | None = None, aliases: Sequence[str] = ()) -> None:
        from handfast.ui.wizards.frame import Half

        if half is Half.EXPORT:
            open_export(workspace, parent, document=document, aliases=aliases)
        elif half is Half.REQUEST:
            open_request(workspace, parent, document=document, alias=next(iter(aliases), ""))
        else:
            open_import(workspace, parent, document=document)

    wizard.goes_on = go_on
    # Not modal: a person may look something up in another tab, or open a store, at any time.
    wizard.show()
    return wizard
