"""Stores whose password takes far more work to check than anybody needs."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import der
from handfast.core.password import Password
from handfast.formats.base import DEFAULT_LIMITS
from handfast.formats.crypto.protection import MODERN, seal
from handfast.services.exchange.generating import PairRequest, make_pair
from tests.support import pfx

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "costly"
#: One more than Java takes: some seconds, for whoever agrees.
MANY = DEFAULT_LIMITS.iterations + 1
#: What takes hours.
ABSURD = 2**31 - 1


@cache
def _certificate() -> bytes:
    pair = make_pair(PairRequest(alias="a", name="CN=costly", key="ec:P-256"))
    return pfx.certificate(pair.chain[0].der, pfx.name("costly"), pfx.TRUSTED)


@cache
def dear() -> bytes:
    """A store that opens under :data:`PASSWORD`, once somebody has agreed."""
    scheme = dataclasses.replace(MODERN, iterations=MANY)
    return pfx.pfx(pfx.sealed_part(*seal(scheme, der(0x30, _certificate()), Password(PASSWORD))))


def absurd() -> bytes:
    """One that nobody waits for."""
    return pfx.pfx(pfx.sealed_part(pfx.pbes2(ABSURD), bytes(64)))


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
