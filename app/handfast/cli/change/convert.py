"""The verb that writes a keystore in another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import FORMAT_CHOICES, add_key_passwords
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import given, new_password, open_to_change
from handfast.core.errors import WouldLose
from handfast.core.language import tr, tr_count
from handfast.core.store import Format, Strength
from handfast.services.policy.formats import needs_password

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.password import Password
    from handfast.core.store import Store

EXAMPLES = """  handfast convert truststore.jks truststore.p12 --format pkcs12
  handfast convert client.p12 client.pem --format pem --dest-password-file secret.txt
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("store", metavar="SRC", help=tr("the keystore file"))
    add("target", metavar="DST", help=tr("the new keystore file"))
    add(
        "--format",
        type=str.lower,
        choices=FORMAT_CHOICES,
        help=tr("format of DST (default: chosen by the extension of its name, else pkcs12)"),
    )
    add("--password-file", metavar="F", help=tr("a file whose first line is the password of SRC"))
    add(
        "--dest-password-file",
        metavar="F",
        help=tr("a file with the password of DST (default: the password entered for SRC)"),
    )
    add_key_passwords(parser, "--key-password-file", tr("a key in SRC"))
    add("--java-8", action="store_true", help=tr("protect PKCS#12 so that Java 8 can read it"))
    add("--allow-loss", action="store_true", help=tr("leave out what the format cannot hold"))


#: The option for the password of the new store.
_OWN = "dest_password_file"


def run(options: Namespace) -> Result:
    from handfast.services.exchange.converting import save_converted
    from handfast.services.files.new_format import format_for
    from handfast.services.files.unlocking import with_all_tried

    source, target = Path(options.store), Path(options.target)
    wanted = format_for(target, Format(options.format.upper()) if options.format else None)
    store = with_all_tried(open_to_change(source, options).store)
    try:
        saved, conversion = save_converted(
            store,
            target,
            wanted,
            _password(options, store, wanted),
            strength=Strength.COMPATIBLE if options.java_8 else Strength.MODERN,
            allow_loss=options.allow_loss,
        )
    except WouldLose as error:
        error.remedy = _remedy(store, error)
        raise
    notes = list(saved.notes)
    if options.json:
        return Result(
            warnings=conversion.warnings,
            data={
                "path": str(target),
                "format": wanted.value,
                "entries": [entry_json(entry) for entry in saved.store.entries],
                "losses": list(conversion.losses),
                "notes": notes,
                "warnings": list(conversion.warnings),
            },
        )
    count = len(saved.store.entries)
    text = (
        tr_count(
            "Wrote {count} entry of {source} to {target} as {title}.",
            "Wrote {count} entries of {source} to {target} as {title}.",
            count,
            source=safe(str(source)),
            target=safe(str(target)),
            title=wanted.title,
        )
        + "\n"
    )
    text += "".join(tr("Left out: {loss}", loss=safe(loss)) + "\n" for loss in conversion.losses)
    text += "".join(tr("Note: {note}", note=safe(note)) + "\n" for note in notes)
    return Result(warnings=conversion.warnings, text=text)


def _password(options: Namespace, store: Store, wanted: Format) -> Password | None:
    """That of the new store: its own, else the common one; one merely tried is nobody’s choice."""
    if not needs_password(wanted, holds_keys=bool(store.key_pairs or store.secret_keys)):
        return given(options, _OWN)
    return new_password(
        options,
        _OWN,
        what=tr("The new keystore"),
        remedy=tr("Use --dest-password-file FILE."),
    )


def _remedy(store: Store, error: WouldLose) -> str:
    """What to do where something would be left out: how a key that is locked would come along."""
    if error.locked and error.leaves_nothing:
        return tr(
            "Name the passwords of locked keys with --key-password-file FILE. Without them, "
            "the new keystore would be empty."
        )
    if error.leaves_nothing:
        return tr("Choose another format: in this one, the new keystore would be empty.")
    is_locked = store.locked_parts or any(
        each.is_locked and not each.trouble for each in store.entries
    )
    return (
        tr(
            "Name the passwords of locked keys with --key-password-file FILE, or leave out "
            "what cannot be converted with --allow-loss."
        )
        if is_locked
        else tr("Choose another format, or leave out what cannot be converted with --allow-loss.")
    )
