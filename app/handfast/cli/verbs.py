"""What each verb does. Each returns its exit code and what it prints."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.passwords import new_password, open_store
from handfast.cli.text import (
    certificate_json,
    certificate_text,
    entry_json,
    listing,
    safe,
    store_json,
)
from handfast.core.errors import FingerprintDiffers, InvalidInput, Refused
from handfast.core.store import Format, Store

if TYPE_CHECKING:
    from argparse import Namespace

    from handfast.services.files import FileStamp

#: What a verb gives: the data for ``--json`` and the text for a person, made when asked for.
Answer = tuple[Any, str]


def list_entries(arguments: Namespace) -> Answer:
    path = Path(arguments.store)
    store = open_store(path, arguments).store
    if arguments.json:
        return store_json(path, store), ""
    return None, listing(path, store, width=shutil.get_terminal_size((100, 24)).columns)


def show(arguments: Namespace) -> Answer:
    path = Path(arguments.store)
    store = open_store(path, arguments).store
    entries = [store.get(arguments.alias)] if arguments.alias is not None else store.entries
    if arguments.json:
        return {**store_json(path, store), "entries": [entry_json(e) for e in entries]}, ""
    blocks = []
    for entry in entries:
        text = f"{safe(entry.alias)}: {entry.kind.replace('-', ' ')}"
        text += ", locked\n" if entry.is_locked else "\n"
        if entry.trouble:
            text += f"  {safe(entry.trouble)}\n"
        for number, certificate in enumerate(entry.chain, 1):
            if len(entry.chain) > 1:
                text += f"  Certificate {number} of {len(entry.chain)}\n"
            text += certificate_text(certificate)
        if entry.kind == "secret-key":
            text += f"  {entry.algorithm}, {entry.bits or 'unknown'} bits\n"
        blocks.append(text)
    return None, "\n".join(blocks) or "The store is empty.\n"


def check(arguments: Namespace) -> Answer:
    from handfast.services.checking import check_store

    findings: list[dict[str, str]] = []
    text = ""
    for name in arguments.stores:
        path = Path(name)
        found = check_store(open_store(path, arguments).store, path=path)
        text += f"{safe(str(path))}: " + ("nothing to note\n" if not found else "\n")
        for each in found:
            keys = ("severity", "code", "alias", "message", "why", "remedy")
            words: dict[str, str] = {key: getattr(each, key) for key in keys}
            findings.append(words)
            alias = f" {words['alias']}:" if words["alias"] else ""
            text += f"  {words['severity']}:{safe(alias)} {safe(words['message'])}\n"
            text += f"      {safe(words['remedy'])}\n" if words["remedy"] else ""
    arguments.exit_code = int(any(each["severity"] == "error" for each in findings))
    return {"findings": findings}, text


def _target(arguments: Namespace) -> tuple[Path, Store, FileStamp | None]:
    """The store to add to: the one that is there, or a new one."""
    path = Path(arguments.store)
    if os.path.lexists(path):
        opened = open_store(path, arguments)
        wanted = arguments.format
        if wanted is not None and opened.store.format.value != wanted.upper():
            raise Refused(
                f"“{path.name}” is {opened.store.format.title}, not {wanted.upper()}.",
                remedy="Leave --format out to add to it, or name another file.",
            )
        return path, opened.store, opened.stamp
    from handfast.services.saving import new_store

    chosen = Format((arguments.format or "pkcs12").upper())
    return path, new_store(chosen, new_password(arguments)), None


def generate(arguments: Namespace) -> Answer:
    from handfast.services.generating import PairRequest, make_pair
    from handfast.services.saving import save_store

    path, store, stamp = _target(arguments)
    if store.find(arguments.alias) is not None:
        from handfast.core.errors import AlreadyExists

        raise AlreadyExists(
            f"The alias “{arguments.alias}” is taken.", remedy="Choose another alias."
        )
    pair = make_pair(
        PairRequest(
            alias=arguments.alias,
            name=arguments.dname,
            key=arguments.key,
            days=arguments.days,
            sans=tuple(arguments.san),
            purpose=arguments.purpose,
        )
    )
    saved = save_store(store.with_entries([pair]), path, expected=stamp)
    entry = saved.store.get(arguments.alias)
    text = f"Made the key pair “{safe(entry.alias)}” in {safe(str(path))}.\n"
    return (
        {"path": str(path), "entry": entry_json(entry)},
        text + certificate_text(entry.chain[0]),
    )


def export(arguments: Namespace) -> Answer:
    from handfast.services.exporting import encode_certificates
    from handfast.services.files import write_file

    entry = open_store(Path(arguments.store), arguments).store.get(arguments.alias)
    if not entry.chain:
        raise InvalidInput(
            f"“{entry.alias}” has no certificate to export.",
            field="alias",
            causes=("Keys are never exported here.",),
        )
    chosen = entry.chain if arguments.chain else entry.chain[:1]
    data = encode_certificates(chosen, arguments.encoding)
    out = Path(arguments.out)
    write_file(out, data, overwrite=arguments.force, new_mode=0o644)
    count = "1 certificate" if len(chosen) == 1 else f"{len(chosen)} certificates"
    text = f"Wrote {count} to {safe(str(out))}.\n" + certificate_text(chosen[0])
    certificates = [certificate_json(certificate) for certificate in chosen]
    return {"path": str(out), "certificates": certificates}, text


def import_(arguments: Namespace) -> Answer:
    from handfast.services.certificate_files import read_certificates
    from handfast.services.files import read_file
    from handfast.services.importing import (
        FingerprintMatch,
        import_certificates,
        match_fingerprint,
        suggest_alias,
        warnings_for,
    )
    from handfast.services.saving import save_store

    data, _ = read_file(Path(arguments.file))
    found = read_certificates(data)
    chosen = found.certificates
    if arguments.expect_sha256 is not None:
        expected = arguments.expect_sha256
        chosen = tuple(
            certificate
            for certificate in chosen
            if match_fingerprint(expected, certificate) is FingerprintMatch.MATCH
            and len([c for c in expected.lower() if c in "0123456789abcdef"]) >= 64
        )
        if not chosen:
            seen = ", ".join(certificate.sha256 for certificate in found.certificates[:3])
            raise FingerprintDiffers(
                "The certificate is not the one that was expected; nothing was imported.",
                causes=(f"Its SHA-256 fingerprint is {seen}.",),
                remedy="Ask the partner to read out the fingerprint again, or to send it again.",
            )
    path, store, stamp = _target(arguments)
    notes = list(found.remarks)
    pairs = []
    taken = store
    for number, certificate in enumerate(chosen, 1):
        notes += warnings_for(certificate, store)
        if arguments.alias is None:
            alias = suggest_alias(certificate, taken)
        else:
            alias = arguments.alias if number == 1 else f"{arguments.alias}-{number}"
        taken = import_certificates(taken, [(certificate, alias)])
        pairs.append((certificate, alias))
    saved = save_store(taken, path, expected=stamp)
    entries = [saved.store.get(alias) for _, alias in pairs]
    text = "".join(
        f"Imported “{safe(entry.alias)}” into {safe(str(path))}.\n"
        + certificate_text(entry.chain[0])
        for entry in entries
    ) + "".join(f"  note: {safe(note)}\n" for note in notes)
    return (
        {"path": str(path), "entries": [entry_json(entry) for entry in entries], "notes": notes},
        text,
    )


def demo(arguments: Namespace) -> Answer:
    from handfast.services.demo import make_demo

    folder = Path(arguments.folder)
    made = make_demo(folder)
    lines = [
        f"Two parties, Acme and Globex, are ready for mutual TLS in {safe(str(folder))}:",
        *(f"  {path.name:<24} {what}" for path, what in made.items()),
        "The password of every store is “changeit”.",
    ]
    stores = [path for path in made if path.suffix in {".p12", ".jks"}]
    if arguments.no_window or arguments.json or not _has_screen():
        if not (arguments.no_window or arguments.json):
            lines += [
                "There is no screen here, so no window opens. On a desktop, run this again;",
                "over SSH use ssh -X; without any screen, use the console:",
            ]
        lines += [f"  handfast list {safe(str(path))}" for path in stores]
    else:
        arguments.open_after = stores
    return {"folder": str(folder), "files": [str(path) for path in made]}, "\n".join(lines) + "\n"


def _has_screen() -> bool:
    import sys

    if sys.platform in {"win32", "darwin"}:
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    return any(os.environ.get(name) for name in names) or bool(os.environ.get("QT_QPA_PLATFORM"))
