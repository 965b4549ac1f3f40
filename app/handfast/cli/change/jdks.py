"""The verb jdks: the JDKs of this machine, what each trusts, and a CA that all of them trust."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.output.json_documents import finding_json
from handfast.cli.output.messages import certificate_text, naming
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import from_option, from_variable
from handfast.core.errors import FingerprintDiffers, InvalidInput, NotFound
from handfast.core.language import tr
from handfast.core.store import check_alias

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.services.checks.findings import Finding
    from handfast.services.jdks.authorities import PlannedAddition, Undone
    from handfast.services.jdks.installations import Jdk
    from handfast.services.jdks.trust_stores import JavaTrustStore, UnevenTrust

EXAMPLES = """  handfast jdks
  handfast jdks --add company-root.crt --dry-run
  handfast jdks --add company-root.crt --expect-sha256 "3F:0A:…"
  handfast jdks --undo
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--jdk",
        action="append",
        metavar="DIR",
        help=tr("only this JDK, wherever it is; may be repeated (default: all that are found)"),
    )
    add("--add", metavar="FILE", help=tr("have all of them trust the CA certificate in FILE"))
    add("--alias", metavar="A", help=tr("its alias in the trust stores (default: its common name)"))
    add(
        "--expect-sha256",
        metavar="HEX",
        help=tr("the fingerprint of the CA, in any spacing; nothing is added if it differs"),
    )
    add(
        "--dry-run",
        action="store_true",
        help=tr("show what --add would change, without changing it"),
    )
    add(
        "--undo",
        action="store_true",
        help=tr("restore the trust stores as they were before the last CA was added"),
    )
    add(
        "--password-file",
        metavar="F",
        help=tr("a file whose first line is the password of the trust stores, if it was changed"),
    )


def run(options: Namespace) -> Result:
    _check(options)
    if options.undo:
        return _undo(options)
    if options.add is not None:
        return _add(options)
    return _list(options)


def _check(options: Namespace) -> None:
    if options.undo and (options.add is not None or options.jdk):
        raise InvalidInput(tr("--undo restores every trust store that was changed; use it alone."))
    if options.add is None:
        for name in ("alias", "expect_sha256", "dry_run"):
            if getattr(options, name):
                raise InvalidInput(
                    tr("--{option} is for --add.", option=name.replace("_", "-")),
                    field=name.replace("_", "-"),
                )


def _passwords(options: Namespace) -> list[Password]:
    if options.password_file is not None:
        return [from_option(options, "password_file")]
    password = from_variable()
    return [password] if password is not None else []


def _jdks(options: Namespace) -> tuple[Jdk, ...]:
    from handfast.services.jdks.installations import find_jdks, jdks_in

    if not options.jdk:
        return find_jdks()
    found: list[Jdk] = []
    for name in options.jdk:
        these = jdks_in(Path(name))
        if not these:
            raise NotFound(
                tr("“{name}” does not contain a JDK.", name=name),
                field="jdk",
                causes=(tr("It has no lib/security/cacerts."),),
                remedy=tr("Name the home of a JDK, as in JAVA_HOME."),
            )
        found += these
    return tuple(found)


def _stores(options: Namespace) -> tuple[JavaTrustStore, ...]:
    from handfast.services.jdks.trust_stores import read_trust_stores

    return read_trust_stores(_jdks(options), passwords=_passwords(options))


# --- the list -----------------------------------------------------------------------------


def _list(options: Namespace) -> Result:
    from handfast.services.checks.jdk_trust_checks import lost_authorities, lost_finding
    from handfast.services.jdks.journal import read_journal
    from handfast.services.jdks.trust_stores import uneven_trust

    stores = _stores(options)
    uneven = uneven_trust(stores)
    findings: list[tuple[JavaTrustStore, Finding]] = []
    for each in lost_authorities(read_journal(), stores):
        findings += [(s, lost_finding(each.authority, is_replaced=True)) for s in each.replaced]
        findings += [(s, lost_finding(each.authority, is_replaced=False)) for s in each.new]
    code = int(any(finding.severity == "error" for _store, finding in findings))
    if options.json:
        data = {
            "jdks": [_jdk_json(each, jdk) for each in stores for jdk in each.jdks],
            "uneven": [_uneven_json(each) for each in uneven],
            "findings": [
                {**finding_json(finding), "cacerts": str(store.path)} for store, finding in findings
            ],
        }
        return Result(data=data, code=code)
    return Result(text=_list_text(stores, uneven, findings), code=code)


def _jdk_json(store: JavaTrustStore, jdk: Jdk) -> dict[str, Any]:
    error = store.error
    return {
        "home": str(jdk.home),
        "version": jdk.version,
        "vendor": jdk.vendor,
        "found_by": jdk.origin.value,
        "cacerts": str(jdk.cacerts),
        "file": store.place,
        "certificates": len(store.trusted) if store.opened is not None else None,
        "integrity": store.opened.store.integrity.value if store.opened is not None else None,
        "writable": store.is_writable,
        "problem": error.problem if error is not None else None,
    }


def _uneven_json(each: UnevenTrust) -> dict[str, Any]:
    return {
        "alias": each.alias,
        "subject": each.certificate.subject,
        "sha256": each.certificate.sha256,
        "in": [str(store.path) for store in each.held_by],
        "missing_in": [str(store.path) for store in each.missing_in],
    }


def _list_text(
    stores: Sequence[JavaTrustStore],
    uneven: Sequence[UnevenTrust],
    findings: Sequence[tuple[JavaTrustStore, Finding]],
) -> str:
    from handfast.flows.jdks.words import jdk_title, missing_words, origin_words, store_state

    if not stores:
        return tr("No JDK was found on this machine.") + "\n"
    lines = []
    for store in stores:
        for jdk in store.jdks:
            lines.append(f"{safe(jdk_title(jdk))} ({origin_words(jdk.origin)})")
            lines.append(f"  {safe(str(jdk.home))}")
        lines.append(f"  {safe(str(store.path))}: {safe(store_state(store))}")
    for head, names in missing_words(uneven):
        lines += [safe(head), f"  {safe(names)}"]
    for store, finding in findings:
        lines.append(f"{safe(str(store.path))}: {safe(finding.message)} [{finding.code}]")
        lines.append(f"  {safe(finding.remedy)}")
    return "\n".join(lines) + "\n"


# --- adding -------------------------------------------------------------------------------


def _add(options: Namespace) -> Result:
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.files.store_files import read_named_file
    from handfast.services.jdks.authorities import (
        Outcome,
        add_authority,
        plan_addition,
        the_authority_among,
        warnings_about,
    )

    if options.alias is not None:
        check_alias(options.alias)
    with naming(options.add):
        found = read_certificates(read_named_file(Path(options.add))[0]).certificates
    authority = the_authority_among(found)
    _must_be(authority, options.expect_sha256)
    stores = _stores(options)
    if not stores:
        raise NotFound(
            tr("No JDK was found on this machine."),
            field="jdk",
            remedy=tr("Name the home of a JDK with --jdk."),
        )
    plan = plan_addition(authority, stores, alias=options.alias or "")
    if not options.dry_run:
        plan = add_authority(authority, plan)
    warnings = warnings_about(authority)
    is_done = {Outcome.ADD, Outcome.ADDED, Outcome.PRESENT}
    # Some of the trust stores could not be changed: the answer of a file that cannot be written.
    code = 0 if options.dry_run or all(each.outcome in is_done for each in plan) else 7
    if options.json:
        return Result(
            warnings=warnings,
            data={
                "certificate": {"sha256": authority.sha256, "subject": authority.subject},
                "dry_run": options.dry_run,
                "trust_stores": [_planned_json(each) for each in plan],
                "warnings": list(warnings),
            },
            code=code,
        )
    return Result(warnings=warnings, text=_added_text(authority, plan), code=code)


def _must_be(authority: Certificate, text: str | None) -> None:
    from handfast.services.policy.fingerprints import read_fingerprint

    if text is None:
        return
    expected = read_fingerprint(text)
    if not expected.fits(authority):
        raise FingerprintDiffers(
            tr("The CA certificate has a different fingerprint; nothing was changed."),
            causes=(
                tr(
                    "Its {algorithm} fingerprint is {digits}.",
                    algorithm=expected.algorithm,
                    digits=expected.of(authority).digits,
                ),
            ),
            remedy=tr("Get the file again, and ask your CA for the fingerprint."),
        )


def _planned_json(each: PlannedAddition) -> dict[str, Any]:
    return {
        "cacerts": str(each.store.path),
        "file": each.store.place,
        "outcome": each.outcome.value,
        "alias": each.alias or None,
        "problem": each.problem or None,
        "remedy": each.remedy or None,
        "note": each.note or None,
    }


def _added_text(authority: Certificate, plan: Sequence[PlannedAddition]) -> str:
    from handfast.flows.jdks.words import outcome_words

    lines = [certificate_text(authority)]
    for each in plan:
        lines.append(f"{safe(str(each.store.path))}: {safe(outcome_words(each))}\n")
        lines += [f"  {safe(text)}\n" for text in (each.problem, each.remedy, each.note) if text]
    return "".join(lines)


# --- undo ---------------------------------------------------------------------------------


def _undo(options: Namespace) -> Result:
    from handfast.flows.jdks.words import removal_words
    from handfast.services.jdks.authorities import Removal, name_of, undo_addition

    authority, undone = undo_addition(passwords=_passwords(options))
    code = 7 if any(each.removal is Removal.FAILED for each in undone) else 0
    if options.json:
        return Result(
            data={
                "certificate": {"sha256": authority.sha256, "subject": authority.subject},
                "trust_stores": [_undone_json(each) for each in undone],
            },
            code=code,
        )
    head = tr("Removed “{name}” from the JDKs of this machine.", name=safe(name_of(authority)))
    lines = [head]
    for each in undone:
        lines.append(f"{safe(each.place)}: {safe(removal_words(each.removal))}")
        lines += [f"  {safe(text)}" for text in (each.problem, each.remedy) if text]
    return Result(text="\n".join(lines) + "\n", code=code)


def _undone_json(each: Undone) -> dict[str, Any]:
    return {
        "file": each.place,
        "outcome": each.removal.value,
        "problem": each.problem or None,
        "remedy": each.remedy or None,
    }
