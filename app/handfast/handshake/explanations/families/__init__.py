"""What a message says in whatever words: nouns of the field near the word for what is wrong.

Programs word the same failure in thousands of ways. These rules look at the plain words of a line
(see :func:`~handfast.handshake.explanations.rule.plain_words`), each for one meaning, and weigh
less than a message that is known to the letter. All of them need a noun of TLS, certificates, or
keystores in the line, so that an expired session or a wrong password of a person tells nothing.
"""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.families.connection import CONNECTION, NAMED_ONLY
from handfast.handshake.explanations.families.contents import CONTENT
from handfast.handshake.explanations.families.dates_and_names import DATES, NAMES
from handfast.handshake.explanations.families.identity import IDENTITY
from handfast.handshake.explanations.families.protocol import ALERTS, PROTOCOL
from handfast.handshake.explanations.families.stores import STORES
from handfast.handshake.explanations.families.trust import TRUST

FAMILIES: Final = (
    *DATES,
    *NAMES,
    *CONTENT,
    *TRUST,
    *STORES,
    *IDENTITY,
    *PROTOCOL,
    *ALERTS,
    *CONNECTION,
    *NAMED_ONLY,
)
