"""The keystore that a verb writes to: one that exists, or a new one."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.passwords import given, new_password, open_to_change
from handfast.core.errors import FileProblem, PasswordNeeded, Refused
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import Format, Store, Strength
from handfast.services.policy.formats import needs_password

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from handfast.core.password import Password
    from handfast.services.files.opening import OpenedFile
    from handfast.services.files.store_files import FileStamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The store that is written; ``stamp`` is None for a new one."""

    path: Path
    store: Store
    stamp: FileStamp | None
    #: What is unwise about a password that was chosen for it or for a key in it, a sentence each.
    warnings: tuple[str, ...] = ()

    def with_warnings(self, more: Sequence[str]) -> Target:
        """The same, with what is unwise about another password, each sentence once."""
        return dataclasses.replace(self, warnings=tuple(dict.fromkeys((*self.warnings, *more))))

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
            "warnings": list(self.warnings),
        }


def password_warnings(password: Password | None, wanted: Format) -> tuple[str, ...]:
    """What is unwise about a password that was chosen, a sentence each.

    :raises InvalidInput: the policy of passwords refuses it
    """
    from handfast.services.policy.passwords import check_password

    return check_password(password, wanted)


def target_of(options: Namespace) -> Target:
    """The keystore that ``STORE`` names, or a new one that is not on disk yet."""
    path = Path(options.store)
    return existing_target(path, options) if os.path.lexists(path) else new_target(path, options)


def existing_target(path: Path, options: Namespace, *own: str) -> Target:
    """A keystore that exists, opened so that it can be written again.

    :raises Refused: ``--format`` names another format than it has
    """
    wanted: str | None = getattr(options, "format", None)
    opened = open_to_change(path, options, *own)
    if wanted is not None and opened.store.format.value != wanted.upper():
        raise Refused(
            tr(
                "“{name}” is a {title} keystore and keeps its format.",
                name=path.name,
                title=opened.store.format.title,
            ),
            causes=(tr("--format is only for new keystores."),),
            remedy=tr("Omit --format to add to it, or name another file."),
        )
    return Target(path=path, store=opened.store, stamp=opened.stamp)


def new_target(path: Path, options: Namespace, *own: str) -> Target:
    """A keystore that does not exist yet, under the password that was given or is typed."""
    from handfast.services.files.new_format import format_for
    from handfast.services.files.saving import new_store

    if not os.path.isdir(path.parent):  # noqa: PTH112 - raises nothing
        raise FileProblem(
            tr(
                "“{path}” could not be created: the folder “{parent}” does not exist.",
                path=path,
                parent=path.parent,
            ),
            remedy=tr("Create the folder first, or name another."),
        )
    chosen = format_for(path, Format(options.format.upper()) if options.format else None)
    strength = Strength.COMPATIBLE if options.compatible else Strength.MODERN
    if not needs_password(chosen, holds_keys=False):
        # Only keys need a password there, and who adds one asks for it.
        store = Store(format=chosen, password=given(options, *own), strength=strength)
        return Target(path=path, store=store, stamp=None)
    password = new_password(options, *own)
    warnings = password_warnings(password, chosen)
    store = new_store(chosen, password, strength)
    return Target(path=path, store=store, stamp=None, warnings=warnings)


def protection_of_new_key(target: Target, options: Namespace) -> tuple[Password | None, Target]:
    """The password of a key that is put into a keystore; None where it has the keystore’s.

    Beside it the keystore, with what is unwise about that password.

    In a keystore without a password, as a text of certificates, the key needs one, or it would be
    stored unencrypted.

    :raises PasswordNeeded: no password was given, and there is no terminal to prompt on
    :raises InvalidInput: the policy of passwords refuses it
    """
    if target.store.password is not None:
        if target.stamp is None:
            target = target.with_warnings(
                password_warnings(target.store.password, target.store.format)
            )
        return None, target
    name = target.path.name
    if any(each.is_locked and not each.trouble for each in target.store.entries):
        raise PasswordNeeded(
            tr("“{name}” requires its password, because the new key gets the same.", name=name),
            causes=(tr("It contains keys under a password that is not known."),),
            remedy=tr("Use --password-file FILE."),
        )
    password = new_password(
        options,
        what=tr("The new key in “{name}”", name=name),
        remedy=tr("Use --password-file FILE for the password that protects it."),
        prompt=tr("Password for the new key:") + " ",
    )
    return password, target.with_warnings(password_warnings(password, target.store.format))
