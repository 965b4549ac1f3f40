"""The verbs that make something: generate, export, import."""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.answer import Result
from handfast.cli.console import safe
from handfast.cli.encoding import certificate_json, entry_json
from handfast.cli.passwords import (
    costly,
    from_option,
    given,
    limits,
    new_password,
    open_store,
    open_to_change,
)
from handfast.cli.text import certificate_text, naming
from handfast.core.errors import (
    AlreadyExists,
    FileProblem,
    FingerprintDiffers,
    HandfastError,
    InvalidInput,
    NotAKeystore,
    PasswordNeeded,
    Refused,
    TooCostly,
    Unsupported,
    WrongPassword,
)
from handfast.core.password import EMPTY, WELL_KNOWN
from handfast.core.store import Format, Store, Strength, shorten

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from handfast.core.certificate import Certificate
    from handfast.core.password import Password
    from handfast.services.exchange.certificate_files import CertificateFile
    from handfast.services.files.opening import OpenedFile
    from handfast.services.files.store_files import FileStamp


STANDARD_INPUT = STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The store that is added to; ``stamp`` is None for a new one."""

    path: Path
    store: Store
    stamp: FileStamp | None

    def save(self, store: Store) -> tuple[OpenedFile, list[str]]:
        """The store as it was saved, and what else happened to the file."""
        from handfast.services.files.saving import save_store

        saved = save_store(store, self.path, expected=self.stamp, before=self.store)
        return saved, list(saved.notes)

    def facts(self) -> dict[str, object]:
        return {
            "path": str(self.path),
            "format": self.store.format.value,
            "new_store": self.stamp is None,
        }


def _target(options: Namespace) -> Target:
    """The store that is there, or a new one that is not on disk yet."""
    path = Path(options.store)
    wanted: str | None = options.format
    if os.path.lexists(path):
        opened = open_to_change(path, options)
        if wanted is not None and opened.store.format.value != wanted.upper():
            raise Refused(
                f"“{path.name}” is a {opened.store.format.title} store and stays one.",
                causes=("--format is for a new store.",),
                remedy="Leave --format out to add to it, or name another file.",
            )
        return Target(path=path, store=opened.store, stamp=opened.stamp)
    from handfast.formats.registry import module_for
    from handfast.services.files.saving import new_store

    if not path.parent.is_dir():
        raise FileProblem(
            f"“{path}” could not be made: there is no folder “{path.parent}”.",
            remedy="Make the folder first, or name another.",
        )
    chosen = Format((wanted or "pkcs12").upper())
    if not module_for(chosen).CAPABILITIES.can_write:
        raise Unsupported(f"{chosen.title} stores are not written.", remedy="Choose pkcs12 or jks.")
    strength = Strength.COMPATIBLE if options.compatible else Strength.MODERN
    return Target(path=path, store=new_store(chosen, new_password(options), strength), stamp=None)


def generate(options: Namespace) -> Result:
    from handfast.services.exchange.generating import PairRequest, check_request, make_pair

    request = PairRequest(
        alias=options.alias,
        name=options.dname,
        key=options.key,
        days=options.days,
        sans=tuple(options.san),
        purpose=options.purpose,
    )
    # What was typed is judged before a password is asked for.
    check_request(request)
    target = _target(options)
    _must_be_free(target.store, request.alias)
    # Before the key is made, which may take a while.
    password = _key_password(target, options)
    pair = dataclasses.replace(make_pair(request), password=password)
    saved, notes = target.save(target.store.with_entries([pair]))
    entry = saved.store.get(request.alias)
    if options.json:
        return Result(data={**target.facts(), "entry": entry_json(entry), "notes": notes})
    return Result(
        text=f"Made the key pair “{safe(entry.alias)}” in {safe(str(target.path))}.\n"
        + certificate_text(entry.chain[0])
        + "".join(f"Note: {safe(note)}\n" for note in notes)
    )


def _key_password(target: Target, options: Namespace) -> Password | None:
    """The password for a new key in a store that has none, as a text of certificates; else None.

    Without, the key would lie in the clear. Others that do so already are left as they are.
    """
    if target.store.password is not None:
        return None
    name = target.path.name
    if any(each.is_locked and not each.trouble for each in target.store.entries):
        raise PasswordNeeded(
            f"“{name}” needs its password: the new key is to have the same.",
            causes=("There are keys in it under a password that is not known.",),
            remedy="Give it with --password-file FILE.",
        )
    return new_password(
        options,
        what=f"The new key in “{name}”",
        remedy="Give the one that is to protect it with --password-file FILE.",
        prompt="Password for the new key: ",
    )


def _must_be_free(store: Store, alias: str) -> None:
    entry = store.find(alias)
    if entry is None:
        return
    if entry.kind == "key-pair":
        cause = "It names a key pair; another certificate under it would hide that."
    else:
        cause = f"It names a {entry.kind.replace('-', ' ')}, which would be replaced."
    raise AlreadyExists(
        f"The alias “{shorten(entry.alias)}” is taken.",
        causes=(cause,),
        remedy=f"Choose another alias; “{shorten(store.free_alias(alias))}” is free.",
    )


# --- export --------------------------------------------------------------------------------------


def export(options: Namespace) -> Result:
    from handfast.services.exchange.exporting import encode_certificates

    to_output = options.out == STANDARD_OUTPUT
    if to_output and options.json:
        raise InvalidInput(
            "Standard output takes the certificate or the JSON, not both.",
            remedy="Name a file with --out.",
        )
    source, out = Path(options.store), Path(options.out)
    entry = open_store(source, options).store.get(options.alias)
    if not entry.chain:
        raise InvalidInput(
            f"“{shorten(entry.alias)}” has no certificate.",
            field="alias",
            causes=("It is a secret key: there is nothing public in it.",)
            if entry.kind == "secret-key"
            else ("Its private key stands alone in the store.",),
            remedy="List the store to see which entries have one.",
        )
    chosen = entry.chain if options.chain else entry.chain[:1]
    data = encode_certificates(chosen, options.encoding)
    if to_output:
        return Result(text=data)
    _write_certificate(out, data, source, replace=options.force)
    certificates = [certificate_json(certificate) for certificate in chosen]
    if options.json:
        return Result(
            data={
                "path": str(out),
                "store": str(source),
                "alias": entry.alias,
                "encoding": options.encoding,
                "certificates": certificates,
            }
        )
    count = "the certificate" if len(chosen) == 1 else f"{len(chosen):,} certificates"
    return Result(
        text=f"Wrote {count} of “{safe(entry.alias)}” to {safe(str(out))}.\n"
        + certificate_text(chosen[0])
    )


def _write_certificate(out: Path, data: bytes, source: Path, *, replace: bool) -> None:
    from handfast.services.files.store_files import write_file

    if replace and out.is_file():
        _must_not_be_a_keystore(out, source)
    try:
        write_file(out, data, overwrite=replace, new_mode=0o644)
    except AlreadyExists as error:
        raise AlreadyExists(
            error.problem, remedy="Name another file, or replace it with --force."
        ) from error


def _must_not_be_a_keystore(out: Path, source: Path) -> None:
    """``--force`` is for an older certificate; a keystore in its place is a slip of the hand."""
    from handfast.formats.detect import detect, holds_certificates_only
    from handfast.services.files.store_files import read_file

    try:
        same = out.samefile(source)
        data = read_file(out)[0]
        detect(data)
        if holds_certificates_only(data) and not same:
            return
    except NotAKeystore:
        if not same:
            return
    except OSError as error:
        raise FileProblem(f"“{out}” could not be read: {error.strerror}.") from error
    except Unsupported:
        # A keystore of a kind that is not read here is one all the same.
        pass
    raise Refused(
        f"“{out.name}” is a keystore; a certificate is not written over it, even with --force.",
        remedy="Name another file with --out.",
    )


# --- import --------------------------------------------------------------------------------------


def import_certificates(options: Namespace) -> Result:
    from handfast.core.store import check_alias
    from handfast.services.exchange import importing

    if options.alias is not None:
        check_alias(options.alias)
    expected = [_fingerprint(text) for text in options.expect_sha256 or ()]
    found = _read(options)
    _must_be_expected(found.certificates, expected)
    target = _target(options)
    notes = list(found.remarks)
    chosen = _not_there_yet(found.certificates, target.store, options.alias, notes)
    store = target.store
    pairs: list[tuple[Certificate, str]] = []
    for number, certificate in enumerate(chosen, 1):
        if options.alias is None:
            alias = importing.suggest_alias(certificate, store)
        else:
            alias = options.alias if number == 1 else f"{options.alias}-{number}"
            _must_be_free(store, alias)
        warnings = importing.warnings_for(certificate, target.store)
        notes += [f"{certificate.common_name or alias}: {text}" for text in warnings]
        store = importing.import_certificates(store, [(certificate, alias)])
        pairs.append((certificate, alias))
    saved, saying = target.save(store)
    notes += saying
    entries = [saved.store.get(alias) for _, alias in pairs]
    if options.json:
        entries_json = [entry_json(entry) for entry in entries]
        return Result(data={**target.facts(), "entries": entries_json, "notes": notes})
    text = "".join(
        f"Imported “{safe(entry.alias)}” into {safe(str(target.path))}.\n"
        + certificate_text(entry.chain[0])
        for entry in entries
    )
    text += "".join(f"Note: {safe(note)}\n" for note in notes)
    if not expected:
        text += "Before it is relied on, compare the SHA-256 fingerprint with the partner.\n"
    return Result(text=text)


def _fingerprint(text: str) -> str:
    digits = re.sub(r"^\s*sha-?256\s*(fingerprint)?\s*[:=]", "", text, flags=re.IGNORECASE)
    digits = re.sub(r"[\s:.\-]", "", digits).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise InvalidInput(
            "What --expect-sha256 was given is not a SHA-256 fingerprint.",
            field="expect-sha256",
            causes=(f"It has {len(digits)} digits; 64 are needed, of 0 to 9 and A to F.",),
            remedy="Ask the partner for the SHA-256 fingerprint in full.",
        )
    return digits


def _must_be_expected(certificates: Sequence[Certificate], expected: list[str]) -> None:
    if not expected:
        return
    strangers = [each for each in certificates if each.sha256 not in expected]
    missing = set(expected) - {each.sha256 for each in certificates}
    if strangers:
        one = strangers[0]
        subject = "The certificate" if len(certificates) == 1 else f"“{one.common_name}”"
        raise FingerprintDiffers(
            f"{subject} has another fingerprint than expected; nothing was imported.",
            causes=(
                f"Its SHA-256 fingerprint is {one.sha256}.",
                "It is another certificate than the partner meant, or it was exchanged on its way.",
            ),
            remedy="Ask the partner to read the fingerprint out again, or to send the file again.",
        )
    if missing:
        raise FingerprintDiffers(
            "A certificate that was expected is not in the file; nothing was imported.",
            causes=(f"None has the SHA-256 fingerprint {min(missing)}.",),
            remedy="Ask the partner to send all of them.",
        )


def _read(options: Namespace) -> CertificateFile:
    """The certificates in FILE; where that is a keystore, with the password that opens it."""
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.files.store_files import read_file

    if options.file == STANDARD_INPUT:
        if options.password_file == STANDARD_INPUT or sys.stdin is None:
            raise InvalidInput("Standard input cannot be both the certificate and the password.")
        data = sys.stdin.buffer.read()
    else:
        data = read_file(Path(options.file))[0]

    name = "Standard input" if options.file == STANDARD_INPUT else options.file

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
    for attempt in (EMPTY, WELL_KNOWN, given(options)):
        if attempt is not None:
            try:
                return read(attempt)
            except WrongPassword:
                continue
    raise PasswordNeeded(
        needed.problem,
        causes=needed.causes,
        remedy="Give it with --file-password-file FILE, or ask for the certificate alone.",
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
            f"“{shorten(first.common_name)}” is trusted already, as “{shorten(known)}”."
            if len(there) == 1
            else f"All {len(there):,} certificates are trusted already.",
            causes=("The store holds the very same certificate.",),
            remedy="There is nothing to do. To have it twice, name another alias with --alias.",
        )
    notes += [
        f"{each.common_name or each.sha256[:16]}: passed over, trusted already as “{known}”."
        for each, known in there
    ]
    return chosen
