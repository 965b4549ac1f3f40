"""What the libraries warn of while odd certificates are read, and what stays as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import handfast

#: Reads the same odd certificate in four threads, over and over, as jobs do; then warns itself.
_PROGRAM = r"""
import threading, warnings
import handfast.core
from handfast.core.certificates.certificate import Certificate
from handfast.core.certificates.decoding import parse
from handfast.services.exchange.generating import PairRequest, make_pair

pair = make_pair(PairRequest(alias="a", name="CN=a", key="ec:P-256"))
der = pair.chain[0].der
# A serial number of zero, which cryptography warns of.
at = der.index(b"\xa0\x03\x02\x01\x02\x02") + 6
length = der[at]
odd = der[: at + 1] + bytes(length) + der[at + 1 + length :]
filters = list(warnings.filters)

def read():
    for _ in range(300):
        certificate = Certificate(odd)
        assert (certificate.subject, certificate.not_after, certificate.san)

threads = [threading.Thread(target=read) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
assert warnings.filters == filters, "the filters of the process are others now"
warnings.warn("still heard", UserWarning, stacklevel=1)
"""


def test_reading_in_threads_leaves_the_warnings_of_the_process_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=120
    )
    assert "still heard" in done.stderr
    assert "cryptography" not in done.stderr
    assert "serial" not in done.stderr


def test_no_module_exchanges_the_filters_of_the_process() -> None:
    package = Path(handfast.__file__).parent
    found = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "catch_warnings(" in path.read_text(encoding="utf-8")
    ]
    assert found == []
