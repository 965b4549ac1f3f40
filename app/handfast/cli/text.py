"""What the console prints: JSON for scripts (DESIGN of the console contract), text for people."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from handfast.core.certificate import Certificate, group_fingerprint
from handfast.core.store import shorten

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.errors import HandfastError
    from handfast.core.store import Store

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MARKS = {"key-pair": "key pair", "trusted-certificate": "trusted", "secret-key": "secret key"}


def safe(text: str) -> str:
    """The text without characters that would drive a terminal."""
    return _UNSAFE.sub("\ufffd", text)


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "not_before": iso(certificate.not_before),
        "not_after": iso(certificate.not_after),
        "sha256": certificate.sha256,
        "algorithm": certificate.key_algorithm,
        "bits": certificate.key_bits,
        "signature": certificate.signature_algorithm,
        "san": list(certificate.san),
        "is_ca": certificate.is_ca,
        "purposes": list(certificate.purposes),
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "alias": entry.alias,
        "kind": entry.kind,
        "created": iso(entry.created),
        "algorithm": entry.algorithm,
        "bits": entry.bits,
        "locked": entry.is_locked,
        "chain": [certificate_json(certificate) for certificate in entry.chain],
    }


def store_json(path: Path, store: Store) -> dict[str, Any]:
    return {
        "path": str(path),
        "format": store.format.value,
        "integrity": store.integrity.value,
        "entries": [entry_json(entry) for entry in store.entries],
    }


def error_json(error: HandfastError) -> dict[str, Any]:
    return {
        "error": {
            "code": error.code,
            "kind": error.kind,
            "problem": error.problem,
            "causes": list(error.causes),
            "remedy": error.remedy,
        }
    }


def error_text(error: HandfastError) -> str:
    lines = [f"handfast: {error.problem}"]
    lines += [f"  cause: {cause}" for cause in error.causes if cause]
    if error.remedy:
        lines.append(f"  remedy: {error.remedy}")
    return "\n".join(safe(line) for line in lines) + "\n"


def expiry(end: datetime | None, now: datetime) -> str:
    """``in 42 days (2027-01-05)``."""
    if end is None:
        return "unknown"
    seconds = (end - now).total_seconds()
    days = round(abs(seconds) / 86_400)
    span = "1 day" if days == 1 else f"{days:,} days"
    if days > 730:
        span = f"{days // 365} years"
    elif days == 0:
        return f"today ({end:%Y-%m-%d})"
    words = f"in {span}" if seconds > 0 else f"expired {span} ago"
    return f"{words} ({end:%Y-%m-%d})"


def listing(path: Path, store: Store, *, width: int) -> str:
    """The entries for a person: one a line, in file order, under a line on the store."""
    now = datetime.now(UTC)
    integrity = {
        "verified": "integrity verified",
        "unverified": "integrity not verified: no password given",
        "none": "without an integrity check",
    }[store.integrity.value]
    count = len(store.entries)
    entries = "1 entry" if count == 1 else f"{count:,} entries"
    lines = [f"{safe(str(path))}: {store.format.title}, {entries}, {integrity}"]
    lines += [f"  note: {safe(remark)}" for remark in store.remarks]
    room = max(16, min(40, width - 56))
    rows: list[tuple[str, str, str, str]] = []
    for entry in store.entries:
        chain = entry.chain
        name = chain[0].common_name if chain else entry.algorithm
        until = expiry(chain[0].not_after, now) if chain else ""
        kind = _MARKS[entry.kind] + (" (locked)" if entry.is_locked else "")
        rows.append((entry.alias, kind, name, until))
    if rows:
        lines.append("")
        widest = min(room, max(len(row[0]) for row in rows))
        kinds = max(len(row[1]) for row in rows)
        names = min(32, max(len(row[2]) for row in rows))
        for alias, kind, name, until in rows:
            lines.append(
                f"{safe(shorten(alias, widest)):<{widest}}  {kind:<{kinds}}  "
                f"{safe(shorten(name, names)):<{names}}  {until}".rstrip()
            )
    return "\n".join(lines) + "\n"


def certificate_text(certificate: Certificate, indent: str = "  ") -> str:
    """One certificate in full, for a person."""
    now = datetime.now(UTC)
    if not certificate.is_readable:
        return f"{indent}This certificate cannot be read: {safe(certificate.trouble)}\n"
    bits = f", {certificate.key_bits} bits" if certificate.key_bits else ""
    rows = [
        ("Subject", certificate.subject),
        ("Issuer", certificate.issuer + (" (itself)" if certificate.is_self_issued else "")),
        ("Serial number", certificate.serial),
        ("Valid from", iso(certificate.not_before) or ""),
        ("Valid until", f"{iso(certificate.not_after)}, {expiry(certificate.not_after, now)}"),
        ("Public key", f"{certificate.key_algorithm}{bits}"),
        ("Signature", certificate.signature_algorithm),
        ("Names", ", ".join(certificate.san)),
        ("Purposes", ", ".join(certificate.purposes) or "not restricted"),
        ("Authority", "yes, it may issue certificates" if certificate.is_ca else "no"),
        ("SHA-256", group_fingerprint(certificate.sha256)),
        ("SHA-1", group_fingerprint(certificate.sha1)),
    ]
    return "".join(f"{indent}{label + ':':<15} {safe(text)}\n" for label, text in rows if text)
