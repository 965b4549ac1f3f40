"""What a new key pair and a new certificate are where nobody chooses otherwise."""

from __future__ import annotations

from typing import Final

#: Supported everywhere, and advised for use beyond 2030 (NIST SP 800-57, Part 1).
DEFAULT_KEY: Final = "rsa:3072"
DEFAULT_DAYS: Final = 365
#: Of the pairs of a test setup, which is made while somebody waits.
DEFAULT_TEST_KEY: Final = "ec:P-256"
