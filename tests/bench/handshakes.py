"""What a rehearsal costs, beside the same handshake of two openssl programs on the loopback."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from typing import TYPE_CHECKING

from handfast.core.entry import TrustedCertificate
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format, Store
from handfast.handshake.party import Party, PartyStore
from handfast.handshake.rehearsal import rehearse
from handfast.services.generating import PairRequest, make_pair

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair

TIMES = 200


def rehearsals() -> tuple[float, float]:
    """Milliseconds of one of 200 rehearsals of mutual TLS: the median, and the longest."""
    server, client = _pairs()
    parties = (
        Party(side="client", keys=_held(client), trust=_trusting(server)),
        Party(side="server", keys=_held(server), trust=_trusting(client)),
    )
    taken = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        report = rehearse(*parties, host="localhost")
        taken.append((time.perf_counter() - begin) * 1000)
        assert report.ok
    return statistics.median(taken), max(taken)


def openssl_pairs(folder: Path, times: int = 20) -> float | None:
    """Milliseconds of s_client with s_server, mutual, from its start to its end: the median."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    for name, pair in zip(("server", "client"), _pairs(), strict=True):
        assert pair.key is not None
        (folder / f"{name}.pem").write_text(_pem(pair))
    command = [openssl, "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-Verify",
               "1", "-CAfile", "client.pem", "-rev"]  # fmt: skip
    call = [openssl, "s_client", "-cert", "client.pem", "-CAfile", "server.pem",
            "-verify_return_error", "-quiet"]  # fmt: skip
    taken = []
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    ) as serving:  # fmt: skip
        assert serving.stdout is not None
        accept = next(line for line in serving.stdout if line.startswith("ACCEPT"))
        where = f"localhost:{accept.strip().rsplit(':', 1)[1]}"
        for _ in range(times):
            begin = time.perf_counter()
            done = subprocess.run(
                [*call, "-connect", where], cwd=folder, input="abc\nCLOSE\n", check=True,
                capture_output=True, text=True,
            )  # fmt: skip
            taken.append((time.perf_counter() - begin) * 1000)
            assert "cba" in done.stdout
        serving.kill()
    return statistics.median(taken)


def _pairs() -> tuple[KeyPair, KeyPair]:
    wanted = {"server": ("dns:localhost",), "client": ()}
    server, client = (
        make_pair(
            PairRequest(
                alias=name,
                name=f"CN={name}",
                key="ec:P-256",
                sans=sans,
                purpose="server" if name == "server" else "client",
            )
        )
        for name, sans in wanted.items()
    )
    return server, client


def _pem(pair: KeyPair) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    assert pair.key is not None
    key = pair.key.load().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pair.chain[0].pem() + key.decode("ascii")


def _held(pair: KeyPair) -> PartyStore:
    return PartyStore(store=Store(format=Format.PKCS12, entries=(pair,), password=WELL_KNOWN))


def _trusting(pair: KeyPair) -> PartyStore:
    entry = TrustedCertificate(alias="partner", certificate=pair.chain[0])
    return PartyStore(store=Store(format=Format.PKCS12, entries=(entry,), password=WELL_KNOWN))
