"""What a rehearsal costs, beside the same handshake of two openssl programs on the loopback.

``python tests/bench/handshakes.py`` prints it alone. Wall time is what a person waits; the time of
the processor beside it tells what was the machine’s other work.
"""

from __future__ import annotations

import dataclasses
import gc
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import TrustedCertificate
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format, Store
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.party import TLS_VERSIONS, Party, PartyStore
from handfast.services.exchange.generating import PairRequest, make_pair

if TYPE_CHECKING:
    from handfast.core.entry import KeyPair
    from handfast.handshake.report.party import Tls

TIMES = 200
#: Milliseconds that none of them may exceed.
AT_MOST = 15.0
KEYS = ("ec:P-256", "rsa:2048")
#: What has been loaded by the time that somebody who has opened stores rehearses; then the rest.
LOADING = """
import time
import cryptography.x509, handfast.services.files.opening, handfast.handshake.report.party
begin = time.perf_counter()
import handfast.handshake.rehearsal
print((time.perf_counter() - begin) * 1000)
"""


class Rehearsed(NamedTuple):
    """Many rehearsals with keys of a kind and in a version, in milliseconds."""

    key: str
    tls: Tls
    median: float
    percentile_99: float
    longest: float
    #: How many took more than :data:`AT_MOST`.
    over: int
    #: The longest in time of the processor, and how many took too much of that.
    longest_cpu: float
    over_cpu: int
    first: float

    @property
    def said(self) -> str:
        return (
            f"median {self.median:.1f}, 99 % {self.percentile_99:.1f}, longest {self.longest:.1f} "
            f"(cpu {self.longest_cpu:.1f}), first {self.first:.1f} ms, "
            f"{self.over} of {TIMES} over {AT_MOST:.0f} ms (cpu {self.over_cpu})"
        )


def rehearsals(key: str = KEYS[0], tls: Tls = "1.3") -> Rehearsed:
    """200 rehearsals of mutual TLS, the very first with them; nothing is known from the last."""
    server, client = _pairs(key)
    taken, worked = [], []
    for _ in range(TIMES):
        parties = _parties(_unread(server), _unread(client), tls)
        # As in the program: the window collects garbage between jobs, the console does not at all.
        gc.disable()
        begin, begin_cpu = time.perf_counter(), time.process_time()
        report = rehearse(*parties, host="localhost")
        worked.append((time.process_time() - begin_cpu) * 1000)
        taken.append((time.perf_counter() - begin) * 1000)
        gc.enable()
        assert report.ok
        assert report.tls == tls
    return Rehearsed(
        key=key,
        tls=tls,
        median=statistics.median(taken),
        percentile_99=statistics.quantiles(taken, n=100)[-1],
        longest=max(taken),
        over=sum(each > AT_MOST for each in taken),
        longest_cpu=max(worked),
        over_cpu=sum(each > AT_MOST for each in worked),
        first=taken[0],
    )


def loading(times: int = 5) -> float:
    """Milliseconds to load what only a rehearsal needs, once in a process: the median."""
    command = [sys.executable, "-c", LOADING]
    said = [
        subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(times)
    ]
    return statistics.median(float(each.stdout) for each in said)


def openssl_pairs(
    folder: Path, key: str = KEYS[0], tls: Tls = "1.3", times: int = 20
) -> float | None:
    """Milliseconds of s_client with s_server, mutual, from its start to its end: the median."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    for name, pair in zip(("server", "client"), _pairs(key), strict=True):
        (folder / f"{name}.pem").write_text(_pem(pair))
    command = [openssl, "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-Verify",
               "1", "-CAfile", "client.pem", "-rev"]  # fmt: skip
    call = [openssl, "s_client", "-cert", "client.pem", "-CAfile", "server.pem",
            "-verify_return_error", "-quiet", f"-tls{tls.replace('.', '_')}"]  # fmt: skip
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


def _pairs(key: str) -> tuple[KeyPair, KeyPair]:
    wanted = {"server": ("dns:localhost",), "client": ()}
    server, client = (
        make_pair(
            PairRequest(
                alias=name,
                name=f"CN={name}",
                key=key,
                sans=sans,
                purpose="server" if name == "server" else "client",
            )
        )
        for name, sans in wanted.items()
    )
    return server, client


def _unread(pair: KeyPair) -> KeyPair:
    """The same with nothing decoded yet, as from a file that has just been read."""
    return dataclasses.replace(pair, chain=tuple(Certificate(each.der) for each in pair.chain))


def _parties(server: KeyPair, client: KeyPair, tls: Tls) -> tuple[Party, Party]:
    return (
        Party(side="client", keys=_held(client), trust=_trusting(server), tls=(tls,)),
        Party(side="server", keys=_held(server), trust=_trusting(client), tls=(tls,)),
    )


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


def main() -> int:
    """Print the figures; 1 where one took too much of the processor itself."""
    print(f"loading what a rehearsal needs {loading():.1f} ms, once")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for key in KEYS:
            for tls in TLS_VERSIONS:
                ours = rehearsals(key, tls)
                theirs = openssl_pairs(Path(folder), key, tls)
                beside = "" if theirs is None else f"; openssl pair {theirs:.1f} ms"
                print(f"{key:<9} TLS {tls}  {ours.said}{beside}")
                missed |= bool(ours.over_cpu)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
