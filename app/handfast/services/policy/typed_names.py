"""Names that are typed for something new: what counts as an e-mail address in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cryptography.x509.oid import NameOID

from handfast.core.distinguished_name import parse_name
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.store import shorten

if TYPE_CHECKING:
    from cryptography import x509

#: What everybody reads as one; which of them exist is for others to say.
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


def check_email(text: str) -> None:
    """Let a text be an e-mail address.

    :raises InvalidInput: it is none; the field is ``email``
    """
    if not EMAIL.fullmatch(text):
        raise InvalidInput(
            tr("“{text}” is not an e-mail address.", text=shorten(text)), field="email"
        )


def typed_name(text: str) -> x509.Name:
    """A distinguished name that somebody types for a new certificate or request.

    :raises InvalidInput: :func:`~handfast.core.distinguished_name.parse_name` does, or an e-mail
        address in it is none
    """
    name = parse_name(text)
    for each in name.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
        check_email(str(each.value))
    return name
