"""What ``--json`` prints: the shapes that scripts rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handfast.core.dates import iso_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry
    from handfast.core.errors import HandfastError
    from handfast.core.store import Store
    from handfast.services.checks.findings import Finding


def iso(moment: datetime | None) -> str | None:
    """``2026-11-24T05:34:20Z``; None stays None."""
    if moment is None:
        return None
    return iso_text(moment)


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject_rfc4514,
        "issuer": certificate.issuer_rfc4514,
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


def certificate_json_in_full(certificate: Certificate) -> dict[str, Any]:
    """The same, with every field as text and the certificate itself."""
    from handfast.services.describe.certificate import describe_certificate

    return {
        **certificate_json(certificate),
        "sha1": certificate.sha1,
        "sections": [
            {
                "title": section.title,
                "rows": [{"label": row.label, "value": row.value} for row in section.rows],
            }
            for section in describe_certificate(certificate)
        ],
        "pem": certificate.public_pem(),
    }


def entry_json(entry: Entry, *, in_full: bool = False) -> dict[str, Any]:
    encode = certificate_json_in_full if in_full else certificate_json
    return {
        "alias": entry.alias,
        "kind": entry.kind,
        "created": iso(entry.created),
        "algorithm": entry.algorithm,
        "bits": entry.bits,
        "locked": entry.is_locked,
        # Only where it says something: locked to save time, not because the password differs.
        **({"untried": True} if entry.is_untried else {}),
        "chain": [encode(certificate) for certificate in entry.chain],
    }


def store_json(
    path: Path, store: Store, entries: Iterable[Entry], *, in_full: bool = False
) -> dict[str, Any]:
    told = [entry_json(entry, in_full=in_full) for entry in entries]
    return {
        "path": str(path),
        "format": store.format.value,
        "integrity": store.integrity.value,
        "notes": list(store.remarks),
        "entries": told,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "alias": finding.alias,
        "message": finding.message,
        "why": finding.why,
        "remedy": finding.remedy,
    }


def error_json(error: HandfastError) -> dict[str, Any]:
    return {
        "error": {
            "code": error.code,
            "kind": error.kind,
            "problem": error.problem,
            "causes": [cause for cause in error.causes if cause],
            "remedy": error.remedy,
        }
    }
