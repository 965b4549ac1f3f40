"""What a keystore of each format can be: what every face offers, asks for, and refuses by it."""

from __future__ import annotations

from typing import Final

from handfast.core.errors import Unsupported
from handfast.core.language import tr
from handfast.core.store import Format

#: The formats that are written, in the order in which they are offered. The first is what Java has
#: created by default since version 9.
WRITABLE_FORMATS: Final = (Format.PKCS12, Format.JKS, Format.JCEKS, Format.PEM)
DEFAULT_FORMAT: Final = WRITABLE_FORMATS[0]


def check_format(wanted: Format) -> None:
    """Let a keystore of a format be written.

    :raises Unsupported: keystores of this format are only read
    """
    if wanted not in WRITABLE_FORMATS:
        raise Unsupported(
            tr("{title} keystores are read, but not written.", title=wanted.title),
            remedy=tr("Choose PKCS#12, JKS, JCEKS, or PEM."),
        )


def needs_password(wanted: Format, *, holds_keys: bool) -> bool:
    """Whether a new keystore is put under a password: PEM protects keys, and nothing else."""
    return holds_keys or wanted is not Format.PEM


def has_strengths(wanted: Format) -> bool:
    """Whether one can choose how it is encrypted; each other format has one way."""
    return wanted is Format.PKCS12


def key_may_differ(wanted: Format) -> bool:
    """Whether a key can have a password other than that of its keystore.

    keytool takes no key out of a PKCS#12 file under another password, and makes no such file.
    """
    return wanted is not Format.PKCS12


def can_hold_key_twice(wanted: Format) -> bool:
    """Whether two entries can have one key: a PEM file has one certificate for each."""
    return wanted is not Format.PEM
