"""How hard a new password is to guess, and passwords that nobody has to think up."""

from __future__ import annotations

import math
import secrets
from enum import Enum
from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.password import Password
from handfast.services.policy.passwords import is_well_known

if TYPE_CHECKING:
    from collections.abc import Callable

#: Without those that look alike in print (0 O o, 1 l I), and without what a shell, a properties
#: file, or an XML file would read as something else. All are printable ASCII, as Java’s PKCS#12
#: demands.
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789-_"
#: 24 of 58 characters are some 140 bits: more than the 128 of the ciphers that a keystore uses.
GENERATED_CHARS: Final = 24
#: An attacker with a copy of the file tries some 10^4 passwords a second on each graphics card at
#: 10,000 rounds: 45 bits take years, 65 bits more than anybody has.
_FAIR_BITS, _STRONG_BITS = 45.0, 65.0
#: Walks over a keyboard and the alphabet, which are guessed first.
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_MIN_RUN_CHARS: Final = 3
_CLASSES: Final[tuple[tuple[Callable[[str], bool], int], ...]] = (
    (str.islower, 26), (str.isupper, 26), (str.isdigit, 10),
)  # fmt: skip
_OTHER_CHARACTERS: Final = 33


class PasswordStrength(Enum):
    """How long a password withstands somebody who has a copy of the keystore."""

    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthEstimate:
    """A cautious estimate: what is not known of a password does not count for it."""

    strength: PasswordStrength
    #: The binary logarithm of the guesses that it takes.
    bits: float


def generate_password() -> Password:
    """A new password of letters, digits, hyphens, and underscores, from the system’s random."""
    # Brings the module random along, which nothing else at the start needs.
    return Password("".join(secrets.choice(_ALPHABET) for _ in range(GENERATED_CHARS)))


def estimate_strength(password: Password) -> StrengthEstimate:
    """How hard a password is to guess; zero for one that is in manuals."""
    text = password.reveal()
    if not text or is_well_known(password):
        return StrengthEstimate(strength=PasswordStrength.WEAK, bits=0.0)
    size = sum(count for is_one, count in _CLASSES if any(map(is_one, text)))
    if any(not (each.isascii() and each.isalnum()) for each in text):
        size += _OTHER_CHARACTERS
    bits = _counted(text.casefold()) * math.log2(max(size, 2))
    if bits < _FAIR_BITS:
        strength = PasswordStrength.WEAK
    else:
        strength = PasswordStrength.FAIR if bits < _STRONG_BITS else PasswordStrength.STRONG
    return StrengthEstimate(strength=strength, bits=bits)


def _counted(text: str) -> float:
    """The characters that say something new: of runs and repetitions, one in three."""
    counted = 0.0
    for at, character in enumerate(text):
        before = text[max(0, at - 2) : at]
        repeats = character in before or text.find(text[max(0, at - 2) : at + 1]) < at - 2
        follows = len(before) == _MIN_RUN_CHARS - 1 and any(
            before + character in run or (before + character)[::-1] in run for run in _RUNS
        )
        counted += 1 / 3 if repeats or follows else 1.0
    return counted
