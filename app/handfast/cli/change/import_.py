"""The verb import: the certificates in a file, as trusted, or as a reply on the pair it is for."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.inputs import name_of_input, read_input
from handfast.cli.options import add_keystore, add_new_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import certificate_text, naming, notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import STANDARD_INPUT, costly, from_option, given, limits
from handfast.cli.target import target_of
from handfast.core.errors import (
    AlreadyExists,
    FingerprintDiffers,
    HandfastError,
    InvalidInput,
    PasswordNeeded,
    TooCostly,
    WrongPassword,
)
from handfast.core.language import tr, tr_count
from handfast.core.password import TRIED_UNASKED
from handfast.core.store import Store, check_alias, shorten
from handfast.services.policy.aliases import check_free
from handfast.services.policy.certificate_warnings import warning_about_mixing

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from handfast.cli.target import Target
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.services.exchange.certificate_files import CertificateFile
    from handfast.services.exchange.replies import Reply
    from handfast.services.policy.fingerprints import Fingerprint

EXAMPLES = """  handfast import truststore.p12 partner.cer --alias partner
  handfast import truststore.jks partner.cer --expect-sha256 "3F:0A:…"
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("file", metavar="FILE", help=tr("the certificates, in any encoding; - for standard input"))
    add(
        "--alias",
        metavar="A",
        help=tr(
            "their alias in the keystore, numbered from the second on (default: the common name). "
            "A CA's reply is imported onto the key pair that it matches, unless you choose "
            "another alias"
        ),
    )
    add(
        "--expect-sha256",
        action="append",
        metavar="HEX",
        help=tr(
            "the fingerprint that your partner read out, in any spacing; may be repeated. Nothing "
            "is imported unless every certificate in FILE matches one"
        ),
    )
    add(
        "--file-password-file",
        metavar="F",
        help=tr("a file with the password of FILE, if FILE is a keystore"),
    )
    add_new_keystore(parser)


def run(options: Namespace) -> Result:
    from handfast.services.exchange import importing
    from handfast.services.exchange.replies import reply_among

    if options.alias is not None:
        check_alias(options.alias)
    expected = _expected(options.expect_sha256 or ())
    found = _read(options)
    _must_be_expected(found.certificates, expected)
    target = target_of(options)
    notes = list(found.remarks)
    reply = reply_among(found.certificates, target.store, alias=options.alias)
    if reply is not None:
        return _put_on_pair(reply, target, notes, options)
    chosen = _not_there_yet(found.certificates, target.store, options.alias, notes)
    pairs: list[tuple[Certificate, str]] = []
    free = importing.FreeAliases(entry.alias for entry in target.store.entries)
    known = importing.KnownEntries(target.store)
    for number, certificate in enumerate(chosen, 1):
        if options.alias is None:
            alias = free.take(importing.suggest_alias(certificate))
        else:
            alias = options.alias if number == 1 else f"{options.alias}-{number}"
            check_free(target.store, alias)
        warnings = importing.warnings_for(certificate, known)
        notes += [f"{certificate.common_name or alias}: {text}" for text in warnings]
        pairs.append((certificate, alias))
    store = importing.import_certificates(target.store, pairs)
    saved, saying = target.save(store)
    notes += saying
    by_alias = {entry.alias.casefold(): entry for entry in saved.store.entries}
    entries = [by_alias[alias.casefold()] for _, alias in pairs]
    warnings = (warning_about_mixing(target.store), *target.warnings)
    if options.json:
        entries_json = [entry_json(entry) for entry in entries]
        return Result(
            data={**target.facts(), "entries": entries_json, "notes": notes}, warnings=warnings
        )
    text = "".join(
        tr("Imported “{alias}” into {path}.", alias=safe(entry.alias), path=safe(str(target.path)))
        + "\n"
        + certificate_text(entry.chain[0])
        for entry in entries
    )
    text += notes_text(notes)
    if not expected:
        text += (
            tr(
                "Compare the SHA-256 fingerprint with your partner before you rely on the "
                "certificate."
            )
            + "\n"
        )
    return Result(text=text, warnings=warnings)


def _put_on_pair(reply: Reply, target: Target, notes: list[str], options: Namespace) -> Result:
    """A CA's reply, brought in like any certificate: trusted by itself, it would help nobody."""
    from handfast.cli.change.reply import reply_notes, reply_text
    from handfast.services.exchange.replies import put_reply

    saved, saying = target.save(put_reply(target.store, reply))
    notes += [*reply_notes(reply), *saying]
    entry = saved.store.get(reply.pair.alias)
    if not options.json:
        return Result(warnings=target.warnings, text=reply_text(reply, entry, target.path, notes))
    root = reply.root
    return Result(
        data={
            **target.facts(),
            "entries": [entry_json(entry)],
            "root_sha256": root.sha256 if root is not None else None,
            "missing_issuer": reply.missing_issuer or None,
            "notes": notes,
        }
    )


def _expected(texts: Sequence[str]) -> list[Fingerprint]:
    from handfast.services.policy.fingerprints import read_fingerprint

    try:
        return [read_fingerprint(text) for text in texts]
    except InvalidInput as error:
        raise InvalidInput(
            tr("The value of --expect-sha256 is not a SHA-256 fingerprint."),
            field="expect-sha256",
            causes=error.causes,
            remedy=error.remedy,
        ) from error


def _must_be_expected(certificates: Sequence[Certificate], expected: list[Fingerprint]) -> None:
    if not expected:
        return
    strangers = [each for each in certificates if not any(one.fits(each) for one in expected)]
    missing = [one for one in expected if not any(one.fits(each) for each in certificates)]
    if strangers:
        one = strangers[0]
        raise FingerprintDiffers(
            tr("The certificate has a different fingerprint than expected; nothing was imported.")
            if len(certificates) == 1
            else tr(
                "“{name}” has a different fingerprint than expected; nothing was imported.",
                name=one.common_name,
            ),
            causes=(
                tr(
                    "Its {algorithm} fingerprint is {digits}.",
                    algorithm=expected[0].algorithm,
                    digits=expected[0].of(one).digits,
                ),
                tr(
                    "It is not the certificate that your partner meant, or it was replaced "
                    "in transit."
                ),
            ),
            remedy=tr(
                "Ask your partner to read the fingerprint out again, or to send the file again."
            ),
        )
    if missing:
        raise FingerprintDiffers(
            tr("An expected certificate is not in the file; nothing was imported."),
            causes=(
                tr(
                    "No certificate has the {algorithm} fingerprint {digits}.",
                    algorithm=missing[0].algorithm,
                    digits=missing[0].digits,
                ),
            ),
            remedy=tr("Ask your partner to send all of them."),
        )


def _read(options: Namespace) -> CertificateFile:
    """The certificates in FILE; where that is a keystore, with the password that opens it."""
    from handfast.services.exchange.certificate_files import (
        read_certificates,
        refuse_large_certificates,
    )
    from handfast.services.files.store_files import (
        MAX_FILE_BYTES,
        read_head,
        read_named_file,
        size_of,
    )

    cost = limits(may_cost=options.allow_cost)
    cost = dataclasses.replace(cost, size=min(cost.size, MAX_FILE_BYTES))
    if options.file == STANDARD_INPUT:
        data = read_input(options.file, options, max_bytes=cost.size)
    else:
        path = Path(options.file)
        if size_of(path) > cost.size:
            with naming(options.file):
                refuse_large_certificates(read_head(path), size_of(path), cost)
        data = read_named_file(path, max_bytes=cost.size)[0]

    name = name_of_input(options.file)

    def read(attempt: Password | None) -> CertificateFile:
        with naming(name):
            try:
                return read_certificates(
                    data, password=attempt, limits=limits(may_cost=options.allow_cost)
                )
            except TooCostly as error:
                raise costly(error) from error

    if options.file_password_file is not None:
        return read(from_option(options, "file_password_file"))
    try:
        return read(None)
    except PasswordNeeded as error:
        needed: HandfastError = error
    for attempt in (*TRIED_UNASKED, given(options)):
        if attempt is not None:
            try:
                return read(attempt)
            except WrongPassword:
                continue
    raise PasswordNeeded(
        needed.problem,
        causes=needed.causes,
        remedy=tr("Use --file-password-file FILE, or ask for the certificate alone."),
    ) from needed


def _not_there_yet(
    certificates: Sequence[Certificate], store: Store, alias: str | None, notes: list[str]
) -> list[Certificate]:
    """Those to import. One that is trusted already is passed over, unless it is given an alias."""
    if alias is not None:
        return list(certificates)
    trusted = {entry.certificate: entry.alias for entry in store.trusted}
    chosen = [each for each in certificates if each not in trusted]
    there = [(each, trusted[each]) for each in certificates if each in trusted]
    if not chosen:
        first, known = there[0]
        raise AlreadyExists(
            tr(
                "“{common_name}” is already trusted, as “{known}”.",
                common_name=shorten(first.common_name),
                known=shorten(known),
            )
            if len(there) == 1
            else tr_count(
                "{count} certificate is already trusted.",
                "All {count} certificates are already trusted.",
                len(there),
            ),
            causes=(tr("The keystore already contains this certificate."),),
            remedy=tr(
                "Nothing needs to be done. To import it twice, choose another alias with --alias."
            ),
        )
    notes += [
        tr(
            "{name}: skipped, already trusted as “{known}”.",
            name=each.common_name or each.sha256[:16],
            known=known,
        )
        for each, known in there
    ]
    return chosen
