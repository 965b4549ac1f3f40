"""PKCS#11: tokens, smart cards, and HSMs, by name, by number, and in the words of libp11.

Origins: section 4 of the PKCS #11 Base Specification 2.40 and 3.0 (CKR_*); the errors of libp11
and OpenSC's pkcs11-tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.handshake.explanations.rule import EXACT, LIKELY, Rule, known, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RESULTS: Final[Mapping[str, Mapping[int, str]]] = {
    "wrong-password": {
        0xA0: "CKR_PIN_INCORRECT",
        0xA1: "CKR_PIN_INVALID",
        0xA2: "CKR_PIN_LEN_RANGE",
        0xA3: "CKR_PIN_EXPIRED",
        0xA4: "CKR_PIN_LOCKED",
        0x101: "CKR_USER_NOT_LOGGED_IN",
        0x102: "CKR_USER_PIN_NOT_INITIALIZED",
    },
    "no-identity": {
        0x03: "CKR_SLOT_ID_INVALID",
        0x11: "CKR_ATTRIBUTE_SENSITIVE",
        0x30: "CKR_DEVICE_ERROR",
        0x32: "CKR_DEVICE_REMOVED",
        0x60: "CKR_KEY_HANDLE_INVALID",
        0x68: "CKR_KEY_FUNCTION_NOT_PERMITTED",
        0x82: "CKR_OBJECT_HANDLE_INVALID",
        0xE0: "CKR_TOKEN_NOT_PRESENT",
        0xE1: "CKR_TOKEN_NOT_RECOGNIZED",
    },
    "no-shared-algorithm": {
        0x63: "CKR_KEY_TYPE_INCONSISTENT",
        0x70: "CKR_MECHANISM_INVALID",
        0x71: "CKR_MECHANISM_PARAM_INVALID",
    },
    "weak-key no-shared-algorithm": {0x62: "CKR_KEY_SIZE_RANGE"},
    "wrong-format": {
        0x12: "CKR_ATTRIBUTE_TYPE_INVALID",
        0x13: "CKR_ATTRIBUTE_VALUE_INVALID",
        0xD0: "CKR_TEMPLATE_INCOMPLETE",
        0xD1: "CKR_TEMPLATE_INCONSISTENT",
        0x110: "CKR_WRAPPED_KEY_INVALID",
    },
    "key-mismatch stale-certificate": {0xC0: "CKR_SIGNATURE_INVALID"},
}


def _results() -> Iterator[Rule]:
    for codes, results in _RESULTS.items():
        yield from known(codes, "\n".join(results.values()), weight=EXACT - 2)
        hexes = "|".join(f"{number:x}" for number in results)
        line = rf"(?:rv|returned|error|result|ckr)[^\n]{{0,40}}\b0x0{{0,8}}(?:{hexes})(?![0-9a-f])"
        for place in ("pkcs11", "pkcs#11", "c_login", "c_sign", "c_opensession", "c_initialize"):
            yield from rules(codes, (place, line), weight=LIKELY + 5)


PKCS11: Final = (
    *_results(),
    *known(
        "wrong-password",
        """
        PKCS#11 module * PIN incorrect
        PKCS#11 module * PIN invalid
        PKCS#11 module * PIN locked
        PKCS#11 module * PIN expired
        PKCS#11 module * User not logged in
        PKCS#11 module * User PIN not initialized
        PKCS#11 * login failed
        PKCS11 login failed
        Login to token failed
        Failed to log in to token
        PIN is invalid or locked
        """,
    ),
    *known(
        "no-identity",
        """
        PKCS11_get_private_key returned NULL
        PKCS11_get_public_key returned NULL
        PKCS11_load_public_key returned NULL
        PKCS11_get_certificate returned NULL
        PKCS#11 module * Token not present
        PKCS#11 module * Token not recognized
        PKCS#11 module * Slot ID invalid
        No PKCS#11 token
        No PKCS#11 slot
        No PKCS11 token
        No matching PKCS#11
        Failed to enumerate slots
        Failed to find a PKCS#11 key
        """,
    ),
)
