"""Handfast: a keystore manager that proves mutual TLS before it goes live.

As a library it opens keystores and shows what is in them; ``docs/LIBRARY.md`` has an example.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
    from handfast.core.errors import (
        Damaged,
        FileProblem,
        HandfastError,
        NotAKeystore,
        NotFound,
        PasswordNeeded,
        TooCostly,
        Unsupported,
        WrongPassword,
    )
    from handfast.core.password import Password
    from handfast.core.store import Format, Integrity, Store

__version__ = "0.1.0"

#: Where each name stands. They are loaded when they are first asked for, since every start of the
#: program loads this module.
_PLACES = {
    "Certificate": "certificates.certificate",
    "Damaged": "errors",
    "FileProblem": "errors",
    "Format": "store",
    "HandfastError": "errors",
    "Integrity": "store",
    "KeyPair": "entry",
    "NotAKeystore": "errors",
    "NotFound": "errors",
    "Password": "password",
    "PasswordNeeded": "errors",
    "SecretKey": "entry",
    "Store": "store",
    "TooCostly": "errors",
    "TrustedCertificate": "entry",
    "Unsupported": "errors",
    "WrongPassword": "errors",
}

__all__ = [
    "Certificate",
    "Damaged",
    "FileProblem",
    "Format",
    "HandfastError",
    "Integrity",
    "KeyPair",
    "NotAKeystore",
    "NotFound",
    "Password",
    "PasswordNeeded",
    "SecretKey",
    "Store",
    "TooCostly",
    "TrustedCertificate",
    "Unsupported",
    "WrongPassword",
    "open_store",
]


def open_store(path: Path | str, password: Password | str | None = None) -> Store:
    """The keystore in a file, of whatever format it is.

    A password that is given must fit. Where none is given, none, the empty one, and ``changeit``
    are tried; where none of them fits, what can be read without it is returned, with its keys
    locked and its ``integrity`` unverified.

    :raises WrongPassword: the password that was given does not fit
    :raises PasswordNeeded: nothing can be read without a password
    :raises Damaged: the bytes do not hold together
    :raises NotAKeystore: the file holds something else
    :raises Unsupported: it uses something that Handfast does not read
    :raises FileProblem: the file cannot be read
    """
    from pathlib import Path

    from handfast.core.password import Password
    from handfast.services.files.opening import open_file

    given = Password(password) if isinstance(password, str) else password
    return open_file(Path(path), given).store


def __getattr__(name: str) -> object:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"handfast.core.{place}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
