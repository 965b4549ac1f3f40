"""What is selected, in full: certificate facts that can be copied, and the PEM."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from handfast.cli.text import expiry, iso
from handfast.core.certificate import Certificate, group_fingerprint

if TYPE_CHECKING:
    from handfast.core.entry import Entry
    from handfast.core.store import Store

_KINDS = {
    "key-pair": "Key pair",
    "trusted-certificate": "Trusted certificate",
    "secret-key": "Secret key",
}


class DetailsPane(QWidget):
    """Shows a store, an entry or a certificate; every value can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detailsPane")
        self._browser = QTextBrowser(self)
        self._browser.setOpenLinks(False)
        self._browser.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._browser.document().setDocumentMargin(16)
        self._browser.setAccessibleName("Details")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._browser)

    def text(self) -> str:
        """What is shown, as plain text."""
        return self._browser.toPlainText()

    def show_store(self, store: Store) -> None:
        integrity = {
            "verified": "verified with the password",
            "unverified": "not verified: opened without its password",
            "none": "this file has no integrity check",
        }[store.integrity.value]
        rows = [
            ("Format", store.format.title),
            ("Integrity", integrity),
            ("Protection", store.protection),
            ("Key pairs", f"{len(store.key_pairs):,}"),
            ("Trusted certificates", f"{len(store.trusted):,}"),
            ("Secret keys", f"{len(store.secret_keys):,}"),
        ]
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in store.remarks)
        head = "This store is empty" if not store.entries else "Store"
        self._browser.setHtml(f"<h2>{head}</h2>{_table(rows)}{remarks}")

    def show_entry(self, entry: Entry, certificate: Certificate | None) -> None:
        chosen = certificate or entry.certificate
        title = chosen.common_name if chosen is not None else entry.alias
        kind = _KINDS[entry.kind] + (", locked" if entry.is_locked else "")
        parts = [
            f"<h2>{escape(title or entry.alias)}</h2>",
            f"<p style='margin-bottom: 16px'>{kind} “{escape(entry.alias)}”</p>",
        ]
        if entry.trouble:
            parts.append(f"<p><b>{escape(entry.trouble)}</b></p>")
        if chosen is None:
            size = f"{entry.bits} bits" if entry.bits else "unknown while locked"
            parts.append(_table([("Algorithm", entry.algorithm), ("Size", size)]))
        else:
            parts.append(_certificate(chosen))
        self._browser.setHtml("".join(parts))


def _certificate(certificate: Certificate) -> str:
    from datetime import UTC, datetime

    if not certificate.is_readable:
        return f"<p>This certificate cannot be read: {escape(certificate.trouble)}</p>"
    bits = f", {certificate.key_bits} bits" if certificate.key_bits else ""
    until = expiry(certificate.not_after, datetime.now(UTC))
    rows = [
        ("Expires", until.removeprefix("expired ")),
        ("From", iso(certificate.not_before) or ""),
        ("Until", iso(certificate.not_after) or ""),
        ("Subject", certificate.subject),
        ("Issuer", "itself" if certificate.is_self_issued else certificate.issuer),
        ("Names", "\n".join(certificate.san)),
        ("Purposes", ", ".join(certificate.purposes) or "not restricted"),
        ("May issue others", "yes" if certificate.is_ca else "no"),
        ("Public key", f"{certificate.key_algorithm}{bits}"),
        ("Signature", certificate.signature_algorithm),
        ("Serial number", certificate.serial),
    ]
    prints = [
        ("SHA-256", _lines(group_fingerprint(certificate.sha256), 8)),
        ("SHA-1", _lines(group_fingerprint(certificate.sha1), 10)),
    ]
    return (
        _table(rows)
        + "<h4>Fingerprints</h4>"
        + _table(prints, is_code=True)
        + f"<h4>PEM</h4><pre>{escape(certificate.pem())}</pre>"
    )


def _lines(fingerprint: str, octets: int) -> str:
    """A fingerprint in lines short enough to be read out on the telephone."""
    size = 3 * octets
    starts = range(0, len(fingerprint), size)
    return "\n".join(fingerprint[start : start + size].rstrip(":") for start in starts)


def _table(rows: list[tuple[str, str]], *, is_code: bool = False) -> str:
    tag, line = "code" if is_code else "span", "\n"
    body = "".join(
        f"<tr><td style='padding: 2px 16px 2px 0'>{label}</td>"
        f"<td style='padding: 2px 0'><{tag}>{escape(text).replace(line, '<br>')}</{tag}></td></tr>"
        for label, text in rows
        if text
    )
    return f"<table cellspacing='0'>{body}</table>"
