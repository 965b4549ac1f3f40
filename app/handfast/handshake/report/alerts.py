"""The alerts of TLS: their names, and what each says of the certificate that was presented."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.handshake.report.party import Side

#: By number (RFC 8446, 6; RFC 5246, 7.2).
ALERTS: Final[dict[int, str]] = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}


class Whose(Enum):
    """Whose files must change, seen from the certificate that an alert is about."""

    PRESENTER = "presenter"
    VERIFIER = "verifier"


_CAUSES: Final[dict[int, tuple[str, Whose]]] = {
    40: ("no-shared-algorithm", Whose.PRESENTER),
    42: ("refused-by-peer", Whose.PRESENTER),
    43: ("wrong-purpose", Whose.PRESENTER),
    44: ("revoked", Whose.PRESENTER),
    45: ("expired", Whose.PRESENTER),
    46: ("refused-by-peer", Whose.PRESENTER),
    48: ("untrusted", Whose.VERIFIER),
    49: ("refused-by-peer", Whose.VERIFIER),
    51: ("key-mismatch", Whose.PRESENTER),
    70: ("tls-version", Whose.VERIFIER),
    71: ("no-shared-algorithm", Whose.VERIFIER),
    112: ("host-mismatch", Whose.VERIFIER),
    116: ("no-identity", Whose.PRESENTER),
}
#: The alert of a server that has no use for the protocols that were offered.
NO_APPLICATION_PROTOCOL: Final = 120
#: The alerts that leave open what was wrong with a certificate, and that none was heard at all.
UNSPECIFIC: Final = frozenset((None, 40, 42, 46, 48, 49))
ABOUT_CERTIFICATES: Final = frozenset((40, 42, 43, 44, 45, 46, 48, 49, 116))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as one side saw it."""

    direction: Literal["sent", "received"]
    level: Literal["warning", "fatal"]
    number: int

    @property
    def name(self) -> str:
        return ALERTS.get(self.number, "unknown")

    @property
    def text(self) -> str:
        """``received fatal alert unknown_ca (48)``."""
        return f"{self.direction} {self.level} alert {self.name} ({self.number})"


def cause_of_alert(number: int, presenter: Side) -> tuple[str, Side]:
    """The cause that the verifier's alert stands for, and whose files must change."""
    code, whose = _CAUSES.get(number, ("refused-by-peer", Whose.VERIFIER))
    verifier: Side = "client" if presenter == "server" else "server"
    return code, presenter if whose is Whose.PRESENTER else verifier


def fatal_alert(alerts: Sequence[Alert]) -> Alert | None:
    """The last fatal one that was received."""
    heard = [each for each in alerts if each.direction == "received" and each.level == "fatal"]
    return heard[-1] if heard else None
