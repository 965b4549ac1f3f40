"""The verb that writes a store anew in another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.answer import Answer
from handfast.cli.console import safe
from handfast.cli.encoding import entry_json
from handfast.cli.passwords import from_file, given, open_to_change
from handfast.core.errors import PasswordNeeded
from handfast.core.store import Format, Strength

if TYPE_CHECKING:
    from argparse import Namespace

    from handfast.core.password import Password
    from handfast.core.store import Store


def convert(options: Namespace) -> Answer:
    from handfast.services.converting import convert as converted
    from handfast.services.saving import save_store

    source, target = Path(options.store), Path(options.target)
    wanted = Format(options.format.upper())
    store = open_to_change(source, options).store
    strength = Strength.COMPATIBLE if options.java_8 else Strength.MODERN
    conversion = converted(store, wanted, _password(options, store, wanted), strength=strength)
    if not options.allow_loss:
        conversion.check()
    saved = save_store(conversion.store, target)
    if options.json:
        return Answer(
            data={
                "path": str(target),
                "format": wanted.value,
                "entries": [entry_json(entry) for entry in saved.store.entries],
                "losses": list(conversion.losses),
                "notes": list(conversion.notes),
            }
        )
    count = len(saved.store.entries)
    text = (
        f"Wrote {count:,} {'entry' if count == 1 else 'entries'} of {safe(str(source))} to "
        f"{safe(str(target))} as {wanted.title}.\n"
    )
    text += "".join(f"Left out: {safe(loss)}\n" for loss in conversion.losses)
    text += "".join(f"Note: {safe(note)}\n" for note in conversion.notes)
    return Answer(text=text)


def _password(options: Namespace, store: Store, wanted: Format) -> Password | None:
    """That of the new store: its own, else the common one, else the old store's."""
    if options.dest_password_file is not None:
        return from_file(options.dest_password_file)
    password = given(options) or store.password
    has_secrets = bool(store.key_pairs or store.secret_keys)
    if password is None and (wanted is not Format.PEM or has_secrets):
        raise PasswordNeeded(
            "The new store needs a password.",
            remedy="Give it with --dest-password-file FILE.",
        )
    return password
