"""In which format a keystore is created that does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.errors import Unsupported
from handfast.core.language import tr
from handfast.core.store import Format
from handfast.formats.registry import module_for

if TYPE_CHECKING:
    from pathlib import Path

#: What the ending of a file name says about its format. Java and people use ``.keystore`` and
#: ``.ks`` for any format, so these say nothing.
FORMATS_BY_ENDING: Final = {
    ".jks": Format.JKS,
    ".jceks": Format.JCEKS,
    ".pem": Format.PEM,
    ".p12": Format.PKCS12,
    ".pfx": Format.PKCS12,
}
#: What Java has created by default since version 9.
DEFAULT_FORMAT: Final = Format.PKCS12


def format_for(path: Path, wanted: Format | None = None) -> Format:
    """The format that was asked for, else the one that the name's ending says, else PKCS#12.

    :raises Unsupported: keystores of the format that was asked for are only read
    """
    chosen = wanted or FORMATS_BY_ENDING.get(path.suffix.lower(), DEFAULT_FORMAT)
    if not module_for(chosen).CAPABILITIES.can_write:
        raise Unsupported(
            tr("{title} keystores are read, but not written.", title=chosen.title),
            remedy=tr("Choose PKCS#12, JKS, JCEKS, or PEM."),
        )
    return chosen
