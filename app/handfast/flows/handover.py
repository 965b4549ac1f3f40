"""The folder for a partner: our public certificate in every usual form, and a page about it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.errors import AlreadyExists, FileProblem, InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.exchange.exporting import encode_certificates, suggest_file_name
from handfast.services.files.store_files import write_file
from handfast.services.policy.overwriting import check_replaceable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.services.exchange.requests import CertificateRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverNotice:
    """What the partner must do by when, where the certificate replaces an earlier one."""

    #: Of the certificate that is replaced.
    old_sha256: str
    old_end: dt.datetime | None
    #: The day by which they must trust the new one.
    trust_by: dt.date | None
    #: From when until when we switch.
    switch_from: dt.date | None
    switch_by: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What is handed over. Only certificates enter here, so no private key leaves."""

    our_name: str
    partner: str
    alias: str
    #: Leaf first.
    chain: tuple[Certificate, ...]
    #: What ours is in the connection, for the sentence that says so.
    role: str
    #: None for a first certificate.
    rollover: RolloverNotice | None = None


def handover_files(handover: Handover) -> dict[str, bytes]:
    """Every file by its name."""
    chain = handover.chain
    if not chain:
        raise InvalidInput(tr("There is no certificate to hand over."), field="alias")
    der = suggest_file_name(handover.alias, "der")
    pem = suggest_file_name(handover.alias, "pem")
    files = {
        der: encode_certificates(chain[:1], "der"),
        pem: encode_certificates(chain[:1], "pem"),
    }
    what = {der: "the certificate, in DER", pem: "the same, in PEM"}
    if len(chain) > 1:
        name = suggest_file_name(f"{handover.alias}-chain", "pem")
        files[name] = encode_certificates(chain, "pem")
        what[name] = f"with its issuers, {len(chain)} certificates in PEM"
    lines = _lines(handover, what)
    files["README.txt"] = _text(lines).encode()
    files["README.html"] = _page(lines).encode()
    return files


def write_handover(
    handover: Handover, folder: Path, *, beside: Sequence[str] = ()
) -> tuple[Path, ...]:
    """Write the folder; it must be new, empty, or an earlier handover’s with the same names.

    :param beside: names of files that may be there as well, such as the request for a CA
    :raises AlreadyExists: there are other files in it
    :raises Refused: a keystore or a private key has the name of one of the files
    :raises FileProblem: it cannot be written
    """
    files = handover_files(handover)
    try:
        present = {path.name for path in folder.iterdir()} if folder.exists() else set()
        strangers = present - files.keys() - set(beside)
        if strangers:
            raise AlreadyExists(
                tr(
                    "“{folder}” contains other files, such as “{file}”.",
                    folder=shorten(str(folder)),
                    file=min(strangers),
                ),
                causes=(tr("The folder that you send should contain only what you mean to send."),),
                remedy=tr("Choose another folder."),
            )
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(
            tr(
                "“{folder}” cannot be used: {strerror}.",
                folder=shorten(str(folder)),
                strerror=error.strerror,
            ),
            remedy=tr("Choose another folder."),
        ) from error
    # All are looked at before the first is written: a key may have the name of a certificate.
    for name in files:
        check_replaceable(folder / name)
    for name, data in files.items():
        write_file(folder / name, data, overwrite=True, new_mode=0o644)
    return tuple(folder / name for name in files)


def write_request(request: CertificateRequest, alias: str, folder: Path) -> Path:
    """Write the request for a CA into the folder, over one that was created before; its file.

    :raises Refused: a keystore or a private key has its name
    :raises FileProblem: it cannot be written
    """
    path = folder / f"{suggest_file_name(alias, 'pem').removesuffix('.pem')}.csr"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(
            tr(
                "“{folder}” cannot be used: {reason}.",
                folder=shorten(str(folder)),
                reason=error.strerror,
            ),
            remedy=tr("Choose another folder."),
        ) from error
    check_replaceable(path)
    write_file(path, request.encoded("pem"), overwrite=True, new_mode=0o644)
    return path


_ONLY_PUBLIC = "This folder contains only public certificates, no private key, and no password."
#: A heading and its lines of name and value.
_Part = tuple[str, list[tuple[str, str]]]


def _lines(handover: Handover, what: dict[str, str]) -> list[_Part]:
    leaf = handover.chain[0]
    ours = handover.our_name or leaf.common_name or "us"
    shown = "when we connect to you" if handover.role == "client" else "when you connect to us"
    parts: list[_Part] = [
        (
            f"The certificate of {ours}",
            [
                ("For", handover.partner),
                ("Presented", f"{shown}, as the {handover.role}"),
                ("Name", leaf.subject),
                ("Issued by", "itself" if leaf.is_self_issued else leaf.issuer),
                ("Valid", f"{leaf.not_before:%Y-%m-%d} to {leaf.not_after:%Y-%m-%d}"),
                ("SHA-256", group_fingerprint(leaf.sha256)),
                ("SHA-1", group_fingerprint(leaf.sha1)),
            ],
        )
    ]
    for issuer in handover.chain[1:]:
        fingerprint = ("SHA-256", group_fingerprint(issuer.sha256))
        parts.append((f"Issuer: {issuer.common_name}", [("Name", issuer.subject), fingerprint]))
    parts.append(("Files", list(what.items())))
    if handover.rollover is not None:
        parts += _rollover_parts(handover, handover.rollover)
        return parts
    if leaf.is_self_issued:
        advice = "Import the certificate itself as trusted, because it is self-signed."
    else:
        advice = "Import its issuer as trusted. To accept only us, import the certificate itself."
    parts.append(
        (
            "What to do",
            [
                (
                    "1",
                    "Call us, and compare the SHA-256 fingerprint with the one that we read out.",
                ),
                ("2", advice),
                ("3", "Send us your certificate, with its issuers, and its fingerprint."),
            ],
        )
    )
    return parts


def _rollover_parts(handover: Handover, notice: RolloverNotice) -> list[_Part]:
    leaf = handover.chain[0]
    ends = f"{notice.old_end:%Y-%m-%d}" if notice.old_end is not None else "unknown"
    replaced = [
        ("SHA-256", group_fingerprint(notice.old_sha256) if notice.old_sha256 else "unknown"),
        ("Expires", ends),
    ]
    todo = [
        ("1", "Call us, and compare the SHA-256 fingerprint with the one that we read out."),
        ("2", _trust_advice(notice, is_self_issued=leaf.is_self_issued)),
        ("3", "Tell us when that is done."),
        ("4", _switch_advice(notice)),
        ("5", "Delete the old certificate after we tell you that we have switched."),
    ]
    return [("It replaces this certificate", replaced), ("What to do", todo)]


def _trust_advice(notice: RolloverNotice, *, is_self_issued: bool) -> str:
    if notice.trust_by is None:
        if is_self_issued:
            return "Import it as trusted, and keep the old certificate."
        return "Import it, or its issuer, as trusted, and keep the old certificate."
    day = f"{notice.trust_by:%Y-%m-%d}"
    if is_self_issued:
        return f"By {day}, import it as trusted, and keep the old certificate."
    return f"By {day}, import it, or its issuer, as trusted, and keep the old certificate."


def _switch_advice(notice: RolloverNotice) -> str:
    first, last = notice.switch_from, notice.switch_by
    until_then = "Until then, we present the old one."
    if first is not None and last is not None:
        return (
            f"We switch to the new certificate between {first:%Y-%m-%d} and {last:%Y-%m-%d}. "
            f"{until_then}"
        )
    if first is not None:
        return f"We switch to the new certificate on {first:%Y-%m-%d} or later. {until_then}"
    if last is not None:
        return f"We switch to the new certificate by {last:%Y-%m-%d}. {until_then}"
    return f"We switch to the new certificate after you tell us. {until_then}"


def _text(parts: Sequence[_Part]) -> str:
    lines: list[str] = []
    for heading, rows in parts:
        wide = max(len(name) for name, _value in rows)
        lines += [heading, "=" * len(heading)]
        lines += [f"{name:<{wide}}  {value}" for name, value in rows]
        lines.append("")
    lines.append(_ONLY_PUBLIC)
    return "\n".join(lines) + "\n"


def _page(parts: Sequence[_Part]) -> str:
    body: list[str] = []
    for number, (heading, rows) in enumerate(parts):
        level = "h1" if number == 0 else "h2"
        body.append(f"<{level}>{escape(heading)}</{level}>\n<table>")
        body += [
            f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows
        ]
        body.append("</table>")
    style = (
        "body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
        "th{text-align:left;vertical-align:top;padding-right:1em;font-weight:normal}"
        "td{font-family:monospace;overflow-wrap:anywhere}"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(parts[0][0])}</title><style>{style}</style></head><body>\n"
        + "\n".join(body)
        + f"\n<p>{_ONLY_PUBLIC}</p>\n</body></html>\n"
    )
