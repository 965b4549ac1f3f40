"""In which encoding a certificate, a request, or a key is written to a file of a given name."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

#: What the ending of a file name says. ``.crt``, ``.csr`` and ``.key`` are used for PEM and DER
#: alike, so these say nothing.
ENCODINGS_BY_ENDING: Final = {
    ".cer": "der",
    ".der": "der",
    ".pem": "pem",
    ".p7b": "pkcs7",
    ".p7c": "pkcs7",
    ".p12": "pkcs12",
    ".pfx": "pkcs12",
    ".p8": "pkcs8",
    ".pk8": "pkcs8",
}


def encoding_of_name(name: str | PurePath) -> str | None:
    """The encoding that the ending of a name says, if it says one."""
    return ENCODINGS_BY_ENDING.get(PurePath(name).suffix.lower())


def encoding_for(
    name: str | PurePath,
    wanted: str | None,
    *,
    choices: Collection[str],
    default: str,
    holds_several: bool = False,
) -> str:
    """The encoding that was asked for, else the one that the name says, else the default.

    What a name says counts only where it is one of the ``choices``; DER has no room for several
    certificates.
    """
    if wanted is not None:
        return wanted
    said = encoding_of_name(name)
    if said is None or said not in choices or (said == "der" and holds_several):
        return default
    return said
