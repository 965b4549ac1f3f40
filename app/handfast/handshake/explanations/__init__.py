"""The rules behind ``explain``, as data; the order decides between messages that tell as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.handshake.explanations.certificates import CERTIFICATES
from handfast.handshake.explanations.codes import CODES
from handfast.handshake.explanations.connections import CONNECTION
from handfast.handshake.explanations.families import FAMILIES
from handfast.handshake.explanations.files import FILES
from handfast.handshake.explanations.handshakes import ALERTS, ALGORITHMS, IDENTITY
from handfast.handshake.explanations.libraries import LIBRARIES
from handfast.handshake.explanations.products import SERVERS, VENDORS, WINDOWS
from handfast.handshake.explanations.readers import READERS
from handfast.handshake.explanations.sentences import SENTENCES
from handfast.handshake.explanations.stores import STORES
from handfast.handshake.explanations.trust import TRUST

if TYPE_CHECKING:
    from handfast.handshake.explanations.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *STORES,
    *CERTIFICATES,
    *TRUST,
    *ALGORITHMS,
    *IDENTITY,
    *ALERTS,
    *CONNECTION,
    *FILES,
    *READERS,
    *LIBRARIES,
    *WINDOWS,
    *VENDORS,
    *SERVERS,
    *SENTENCES,
    *CODES,
    *FAMILIES,
)
