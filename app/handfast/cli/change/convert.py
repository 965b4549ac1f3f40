"""The verb that writes a store anew in another format."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import WRITABLE_FORMATS, add_key_passwords
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import given, new_password, open_to_change
from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import WouldLose
from handfast.core.store import Format, Strength, shorten

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.entry import Entry
    from handfast.core.password import Password
    from handfast.core.store import Store
    from handfast.services.exchange.converting import Conversion

EXAMPLES = """  handfast convert truststore.jks truststore.p12 --format pkcs12
  handfast convert client.p12 client.pem --format pem --dest-password-file secret.txt
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("store", metavar="SRC", help="the keystore file")
    add("target", metavar="DST", help="the new keystore file")
    add(
        "--format",
        type=str.lower,
        choices=WRITABLE_FORMATS,
        help="of DST (default: by the ending of its name, else pkcs12)",
    )
    add("--password-file", metavar="F", help="a file whose first line is the password of SRC")
    add(
        "--dest-password-file",
        metavar="F",
        help="a file with the password of DST (default: the one that was given for SRC)",
    )
    add_key_passwords(parser, "--key-password-file", "a key in SRC")
    add("--java-8", action="store_true", help="protect PKCS#12 so that Java 8 reads it")
    add("--allow-loss", action="store_true", help="leave out what the format cannot hold")


#: The option for the password of the new store.
_OWN = "dest_password_file"


def run(options: Namespace) -> Result:
    from handfast.services.exchange.converting import convert as converted
    from handfast.services.files.new_format import format_for
    from handfast.services.files.saving import save_store
    from handfast.services.files.unlocking import with_all_tried

    source, target = Path(options.store), Path(options.target)
    wanted = format_for(target, Format(options.format.upper()) if options.format else None)
    store = with_all_tried(open_to_change(source, options).store)
    notes: list[str] = []
    if wanted is Format.PKCS12 and store.format is not wanted:
        store = _under_one_password(store, notes)
    strength = Strength.COMPATIBLE if options.java_8 else Strength.MODERN
    conversion = converted(store, wanted, _password(options, store, wanted), strength=strength)
    notes += conversion.notes
    if not options.allow_loss:
        _check(conversion, store)
    saved = save_store(conversion.store, target)
    if options.json:
        return Result(
            data={
                "path": str(target),
                "format": wanted.value,
                "entries": [entry_json(entry) for entry in saved.store.entries],
                "losses": list(conversion.losses),
                "notes": notes,
            }
        )
    count = len(saved.store.entries)
    text = (
        f"Wrote {count:,} {'entry' if count == 1 else 'entries'} of {safe(str(source))} to "
        f"{safe(str(target))} as {wanted.title}.\n"
    )
    text += "".join(f"Left out: {safe(loss)}\n" for loss in conversion.losses)
    text += "".join(f"Note: {safe(note)}\n" for note in notes)
    return Result(text=text)


def _password(options: Namespace, store: Store, wanted: Format) -> Password | None:
    """That of the new store: its own, else the common one; one merely tried is nobody’s choice."""
    if wanted is Format.PEM and not (store.key_pairs or store.secret_keys):
        return given(options, _OWN)
    return new_password(
        options,
        _OWN,
        what="The new store",
        remedy="Give it with --dest-password-file FILE.",
    )


def _under_one_password(store: Store, notes: list[str]) -> Store:
    """The store with its keys under its password, as keytool insists for PKCS#12."""
    entries: list[Entry] = []
    for entry in store.entries:
        found: Entry = entry
        if isinstance(entry, KeyPair | SecretKey) and entry.password is not None:
            found = dataclasses.replace(entry, password=None)
            notes.append(f"The key “{shorten(entry.alias)}” has the password of the new store now.")
        entries.append(found)
    return dataclasses.replace(store, entries=tuple(entries))


def _check(conversion: Conversion, store: Store) -> None:
    """Refuse to leave anything out, saying how a key that is locked would come along."""
    try:
        conversion.check()
    except WouldLose as error:
        is_locked = any(each.is_locked and not each.trouble for each in store.entries)
        first = (
            "Give the passwords of the locked keys with --key-password-file FILE"
            if is_locked
            else "Choose another format"
        )
        error.remedy = f"{first}, or leave out what cannot come along with --allow-loss."
        raise
