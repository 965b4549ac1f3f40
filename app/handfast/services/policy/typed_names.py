"""What counts as an e-mail address where one is asked for.

A distinguished name takes any text as its ``EMAILADDRESS``, as with keytool and OpenSSL: what
others wrote there must be possible in a request or a renewal, too.
"""

from __future__ import annotations

import re
from typing import Final

from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.store import shorten

#: What everybody reads as one; which of them exist is for others to say.
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


def check_email(text: str) -> None:
    """Let a text be an e-mail address.

    :raises InvalidInput: the text is not an e-mail address; the field is ``email``
    """
    if not EMAIL.fullmatch(text):
        raise InvalidInput(
            tr("“{text}” is not an e-mail address.", text=shorten(text)), field="email"
        )
