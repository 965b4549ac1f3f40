"""What the console says to a person about certificates and errors."""

from __future__ import annotations

import contextlib
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.cli.output.terminal import BOLD, paint, safe
from handfast.core.errors import HandfastError
from handfast.core.language import enumerated, grouped, tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry


@contextlib.contextmanager
def naming(name: str) -> Iterator[None]:
    """Let an error say which file it is about: many verbs are given several."""
    try:
        yield
    except HandfastError as error:
        if not error.names_file:
            error.problem, error.names_file = f"{name}: {error.problem}", True
        raise


def error_text(error: HandfastError) -> str:
    """``handfast: problem``, then a line each for cause and remedy."""
    lines = [f"handfast: {error.problem}"]
    lines += ["  " + tr("cause: {cause}", cause=cause) for cause in error.causes if cause]
    if error.offset is not None:
        lines.append("  " + tr("place: byte {offset} of the file", offset=grouped(error.offset)))
    if error.remedy:
        lines.append("  " + tr("remedy: {remedy}", remedy=error.remedy))
    return "\n".join(safe(line) for line in lines) + "\n"


def write_errors(troubles: Sequence[HandfastError]) -> int:
    """Say what could not be opened; the first of them decides the exit code."""
    if not troubles:
        return 0
    from handfast.cli.output.terminal import write

    write(sys.stderr, "".join(map(error_text, troubles)))
    return troubles[0].code


def notes_text(notes: Sequence[str]) -> str:
    """What a person should know besides, a line each."""
    return "".join(tr("Note: {note}", note=safe(note)) + "\n" for note in notes)


def warnings_text(warnings: Sequence[str]) -> str:
    """What a person should be warned of, a line each; of rules that say nothing, nothing."""
    return "".join(tr("Warning: {warning}", warning=safe(each)) + "\n" for each in warnings if each)


def certificate_text(certificate: Certificate, indent: str = "  ") -> str:
    """What matters of a certificate, in a few lines."""
    from handfast.core.certificates.certificate import group_fingerprint
    from handfast.services.describe.validity import end_text

    if not certificate.is_readable:
        fingerprint = group_fingerprint(certificate.sha256)
        return (
            indent
            + tr(
                "This certificate cannot be read in full: {trouble}",
                trouble=safe(certificate.trouble),
            )
            + f"\n{indent}{'SHA-256':<12} {fingerprint}\n"
        )
    key = certificate.key_algorithm
    if certificate.key_bits:
        key = tr("{algorithm}, {bits} bits", algorithm=key, bits=certificate.key_bits)
    start, end = certificate.not_before, certificate.not_after
    rows = [
        (tr("Subject"), certificate.subject_rfc4514),
        (tr("Issuer"), tr("itself") if certificate.is_self_issued else certificate.issuer_rfc4514),
        (
            tr("Valid from"),
            tr("unknown") if start is None else tr("{time} UTC", time=f"{start:%Y-%m-%d %H:%M}"),
        ),
        (tr("Valid until"), end_text(end, datetime.now(UTC))),
        (tr("Public key"), key),
        (tr("Names"), enumerated(certificate.san)),
        (tr("Purposes"), enumerated(certificate.purposes) or tr("not restricted")),
        ("SHA-256", group_fingerprint(certificate.sha256)),
    ]
    return "".join(f"{indent}{label:<12} {safe(text)}\n" for label, text in rows if text)


def full_certificate_text(certificate: Certificate, indent: str = "  ") -> str:
    """Every field and every extension."""
    from handfast.services.describe.certificate import describe_certificate

    lines: list[str] = []
    for section in describe_certificate(certificate):
        lines.append(f"{indent}{safe(section.title)}")
        widest = max(len(row.label) for row in section.rows)
        column = min(widest, 26)
        for row in section.rows:
            first, *rest = row.value.splitlines() or [""]
            lines.append(f"{indent}  {safe(row.label):<{column}}  {safe(first)}".rstrip())
            lines += [f"{indent}  {'':<{column}}  {safe(line)}".rstrip() for line in rest]
    return "\n".join(lines) + "\n"


def _bits_text(bits: int | None) -> str:
    return tr("{bits} bits", bits=bits) if bits else ""


def kind_text(entry: Entry) -> str:
    """What kind of entry it is, in words."""
    match entry.kind:
        case "key-pair":
            return tr("key pair")
        case "secret-key":
            return tr("secret key")
        case _:
            return tr("trusted certificate")


def entry_text(entry: Entry, *, with_pem: bool, coloured: bool) -> str:
    from handfast.services.describe.validity import moment_text

    facts = [kind_text(entry)]
    if entry.kind == "secret-key":
        facts.append(f"{entry.algorithm} {_bits_text(entry.bits)}".strip())
    if entry.is_locked:
        facts.append(tr("not tried") if entry.is_untried else tr("locked"))
    if entry.created is not None:
        facts.append(tr("added {time}", time=moment_text(entry.created)))
    text = (
        f"{paint(safe(entry.alias) or '“”', BOLD, coloured=coloured)}: {safe(enumerated(facts))}\n"
    )
    if entry.trouble:
        text += f"  {safe(entry.trouble)}\n"
    for number, certificate in enumerate(entry.chain, 1):
        if len(entry.chain) > 1:
            title = tr("Certificate {number} of {count}", number=number, count=len(entry.chain))
            text += f"  {paint(title, BOLD, coloured=coloured)}\n"
        text += full_certificate_text(certificate, "  ")
        if with_pem:
            text += certificate.public_pem()
    return text
