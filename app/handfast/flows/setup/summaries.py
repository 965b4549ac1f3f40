"""What the steps of setting up are going to write, line by line."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.dates import day_text
from handfast.core.language import tr, tr_count
from handfast.core.store import quoted, shorten
from handfast.flows.base import SummaryLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.entry import KeyPair, TrustedCertificate
    from handfast.services.partnerships import Partnership


def saved_at_once(lines: Sequence[SummaryLine]) -> tuple[SummaryLine, ...]:
    """The lines of a flow whose store is saved right after: a partner waits for what is in it."""
    said = tr("now, with all other changes in its tab")
    return tuple(
        dataclasses.replace(line, value=said) if line.is_about_saving else line for line in lines
    )


def outdated_summary(outdated: TrustedCertificate | None) -> tuple[SummaryLine, ...]:
    """What of theirs is taken out, as a new one comes in."""
    if outdated is None:
        return ()
    end = outdated.certificate.not_after
    when = day_text(end) if end is not None else ""
    said = tr("“{alias}”, which expired on {when}", alias=shorten(outdated.alias, 80), when=when)
    return (SummaryLine(label=tr("Removes"), value=said),)


def handover_summary(
    draft: Partnership, pair: KeyPair | None, names: Sequence[str]
) -> tuple[SummaryLine, ...]:
    """The files for the partner."""
    if pair is None or pair.certificate is None:
        return ()
    fingerprint = group_fingerprint(pair.certificate.sha256)
    return (
        SummaryLine(label=tr("Certificate"), value=quoted(pair.alias, 80)),
        SummaryLine(label=tr("SHA-256"), value=f"{fingerprint[:47]}\n{fingerprint[48:]}"),
        SummaryLine(
            label=tr_count("{count} file", "{count} files", len(names)), value="\n".join(names)
        ),
        SummaryLine(label=tr("For"), value=shorten(draft.partner, 120)),
        SummaryLine(label=tr("Private keys"), value=tr("not sent")),
    )


def request_summary(draft: Partnership, pair: KeyPair | None) -> tuple[SummaryLine, ...]:
    """The request for the CA."""
    if pair is None or pair.certificate is None:
        return ()
    leaf = pair.certificate
    return (
        SummaryLine(label=tr("Key pair"), value=quoted(pair.alias, 80)),
        SummaryLine(label=tr("Name"), value=leaf.subject),
        SummaryLine(label=tr("Alternative names"), value="\n".join(leaf.san) or tr("none")),
        SummaryLine(label=tr("Folder"), value=draft.handover_folder),
        SummaryLine(label=tr("Private key"), value=tr("stays in the keystore")),
    )
