"""Passwords of stores in the system's keyring, through the ``keyring`` library where it is there.

Whatever a keyring does is an answer here, never a crash: it may be missing, locked, or broken. It
may also take as long as the person needs for its own question, so none of this is for the GUI
thread.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, TypeAlias

from handfast.core.errors import HandfastError
from handfast.core.language import tr
from handfast.core.password import Password

if TYPE_CHECKING:
    from pathlib import Path

    from keyring.backend import KeyringBackend

#: Under which the system's own tools list them; the account is the path of the store.
SERVICE = "Handfast"
#: By the library's own scale, from which a keyring keeps what it is given encrypted.
_RECOMMENDED = 1

State: TypeAlias = Literal["ready", "no-library", "no-keyring"]


class KeyringProblem(HandfastError):
    """The keyring did not do it."""

    kind = "keyring"
    code = 7


def state() -> State:
    """Whether passwords can be kept, and what is missing where they cannot."""
    if find_spec("keyring") is None:
        return "no-library"
    try:
        return "no-keyring" if _backend() is None else "ready"
    except Exception:  # noqa: BLE001 - each backend has faults of its own
        return "no-keyring"


def find(path: Path) -> Password | None:
    """The password of a store; None where the keyring has none, or does not say."""
    try:
        backend = _backend()
        text = None if backend is None else backend.get_password(SERVICE, _account(path))
    except Exception:  # noqa: BLE001 - then it is asked for, as without a keyring
        return None
    return Password(text) if isinstance(text, str) else None


def keep(path: Path, password: Password) -> None:
    """Put it in, in place of an existing one; KeyringProblem where that fails."""
    try:
        backend = _backend()
        if backend is not None:
            backend.set_password(SERVICE, _account(path), password.reveal())
            return
    except Exception as error:  # noqa: BLE001 - each backend has faults of its own
        raise _problem(tr("The system keyring did not save the password."), error) from None
    raise _problem(tr("The system keyring did not save the password."), None)


def forget(path: Path) -> None:
    """Take it out; KeyringProblem where it is still there afterwards."""
    try:
        backend = _backend()
        if backend is None or backend.get_password(SERVICE, _account(path)) is None:
            return
        backend.delete_password(SERVICE, _account(path))
    except Exception as error:  # noqa: BLE001 - each backend has faults of its own
        raise _problem(tr("The system keyring did not delete the password."), error) from None


def _backend() -> KeyringBackend | None:
    """The keyring of this system; None for one that keeps nothing, or keeps it unencrypted."""
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    if isinstance(backend, fail.Keyring | null.Keyring):
        return None
    return backend if backend.priority >= _RECOMMENDED else None


def _account(path: Path) -> str:
    return str(path.resolve())


def _problem(problem: str, error: Exception | None) -> KeyringProblem:
    # What a backend says may hold anything: only the kind of its fault is told.
    cause = (
        tr("It reports {name}.", name=type(error).__name__)
        if error is not None
        else tr("No keyring is available.")
    )
    return KeyringProblem(
        problem,
        causes=(cause,),
        remedy=tr("Nothing else depends on it. Unlock the keyring of your desktop, and try again."),
    )
