"""What OpenSSL’s words for an error mean: who ended the handshake, and why."""

from __future__ import annotations

import re
from typing import Final

#: An alert that was received; others are of alerts that are none.
_HEARD: Final = re.compile(r"\b(?:sslv3|tlsv1[0-9]?|tls) alert\b")
#: Its own reasons to end one, by words in them; what the other side said is an alert.
_OWN: Final = (
    ("unexpected eof", "refused-by-peer"),
    ("unsupported protocol", "tls-version"),
    ("version too low", "tls-version"),
    ("version too high", "tls-version"),
    ("wrong ssl version", "tls-version"),
    ("inappropriate fallback", "tls-version"),
    # Signatures of TLS 1.0 and 1.1 are over SHA-1.
    ("legacy sigalg", "tls-version"),
    ("legacy renegotiation", "tls-version"),
    ("no shared cipher", "no-shared-algorithm"),
    ("no shared signature", "no-shared-algorithm"),
    ("no suitable", "no-shared-algorithm"),
    ("wrong cipher", "no-shared-algorithm"),
    ("unknown cipher", "no-shared-algorithm"),
    ("wrong curve", "no-shared-algorithm"),
    ("wrong signature type", "no-shared-algorithm"),
    ("key too small", "weak-key"),
    ("md too weak", "weak-signature"),
    ("bad signature", "key-mismatch"),
    ("did not return a certificate", "no-identity"),
    # Of what is sent in a handshake, only certificates and names of CAs are in ASN.1.
    ("asn1", "wrong-format"),
)


def code_of(words: str) -> str:
    """A cause code: where we ended it, for what; of anything else that it does not speak TLS."""
    lowered = words.lower()
    if _HEARD.search(lowered):
        return "refused-by-peer"
    return next((code for phrase, code in _OWN if phrase in lowered), "not-tls")
