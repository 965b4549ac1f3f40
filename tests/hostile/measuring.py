"""Opens files as the program does, each in a fork of this process, and says what that cost.

``python -m tests.hostile.measuring`` reads a line of JSON for each file, ``{"path", "password"}``,
and answers with one: ``{"outcome", "seconds", "bytes"}``, of processor time and of memory beyond
what the program takes anyway. The outcome is ``opened``, or the kind of the error.
"""

from __future__ import annotations

import json
import mmap
import os
import resource
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.output.entry_table import listing
from handfast.cli.output.json_documents import store_json
from handfast.cli.output.json_text import json_text
from handfast.cli.output.messages import entry_text
from handfast.core.errors import HandfastError
from handfast.core.password import Password
from handfast.services.checks.store_checks import check_store
from handfast.services.demo import make_demo
from handfast.services.describe.certificate import describe_certificate
from handfast.services.describe.store_summary import summarise
from handfast.services.exchange.certificate_sources import read_source_file
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds of processor time that :func:`yardstick` takes where the limits were set.
YARD = 0.055
#: The same of :func:`memory_yardstick`, by how much longer all of these tests take where it is
#: slow.
MEMORY_YARD = 0.0175
#: Seconds after which a file is given up.
PATIENCE = 60


def yardstick() -> float:
    """What a fixed piece of work takes here, of the kind that reading a file is."""
    before = time.process_time()
    data, found = bytes(range(256)) * 40, 0
    for _ in range(60):
        for at in range(10_000):
            found += data[at]
            if data[at : at + 2] == b"\x06\x03":
                found += 1
    return time.process_time() - before


def memory_yardstick() -> float:
    """What it takes to be given fresh memory, at which virtual machines are slow at times.

    Whatever opens a file in a fork of a process meets as many pages for the first time.
    """
    before = time.process_time()
    with mmap.mmap(-1, 16_384 * mmap.PAGESIZE) as fresh:
        for at in range(0, len(fresh), mmap.PAGESIZE):
            fresh[at] = 1
    return time.process_time() - before


def look(path: Path, password: Password | None) -> str:
    """What is shown when somebody opens a file: its entries, or the certificates in it."""
    try:
        store = open_file(path, password).store
    except HandfastError as error:
        if error.kind != "not-a-keystore":
            return error.kind
        source = read_source_file(path, password=password)
        for certificate in source.certificates[:1]:
            describe_certificate(certificate)
        return "opened" if source.certificates else error.kind
    listing(path, store)
    json_text(store_json(path, store, store.entries, in_full=False))
    summarise(store)
    check_store(store)
    for entry in store.entries[:1]:
        for certificate in entry.chain[:1]:
            describe_certificate(certificate)
    return "opened"


def look_in_full(path: Path, password: Password | None) -> str:
    """What ``show`` prints of all entries."""
    try:
        store = open_file(path, password).store
    except HandfastError as error:
        return error.kind
    for entry in store.entries:
        entry_text(entry, with_pem=False, coloured=False)
    return "opened"


def _measured(
    path: Path, password: Password | None, looking: Callable[[Path, Password | None], str]
) -> dict[str, object]:
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        before = _resident()
        try:
            outcome = looking(path, password)
        except BaseException as fault:  # noqa: BLE001 - told, and judged by the test
            outcome = f"{type(fault).__name__}: {str(fault)[:200]}"
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Keys that take long are derived in a process of their own.
        helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = {
            "outcome": outcome,
            "seconds": sum(each.ru_utime + each.ru_stime for each in (used, helpers)),
            "bytes": max(0, used.ru_maxrss * 1024 - before, helpers.ru_maxrss * 1024),
        }
        os.write(sending, json.dumps(answer).encode())
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as answers:
        told = answers.read()
    _, status = os.waitpid(child, 0)
    if not told:
        return {"outcome": f"ended by {status}", "seconds": PATIENCE, "bytes": 0}
    answered: dict[str, object] = json.loads(told)
    return answered


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    make_demo(folder)
    # Everything that is needed is loaded before it is measured.
    for path in sorted(folder.glob("*")):
        if path.is_file():
            look(path, None)
    for line in sys.stdin:
        asked = json.loads(line)
        password = None if asked["password"] is None else Password(asked["password"])
        looking = look_in_full if asked.get("in_full") else look
        sys.stdout.write(json.dumps(_measured(Path(asked["path"]), password, looking)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
