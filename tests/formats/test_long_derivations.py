"""A key that takes long is derived in a process of its own, which ends with whoever asked."""

from __future__ import annotations

import hashlib
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from handfast.__main__ import DERIVE
from handfast.formats.crypto import derivation_worker, key_derivation, subprocess_derivation
from handfast.formats.crypto.subprocess_derivation import derive_in_subprocess

PBKDF2: dict[str, str | int] = {"digest": "sha256", "rounds": 1000}
SCRYPT: dict[str, str | int] = {"n": 1024, "r": 8, "p": 16, "memory": 2**25}
#: Many seconds of work each.
DEAR = {
    "pbkdf2": 'key_derivation.pbkdf2("sha512", word, b"salt", 9_900_000, 64, progress)',
    "scrypt": 'key_derivation.scrypt(word, b"salt", (2**17, 8, 60), 32, progress)',
}
#: Begins, says so when it waits, and has enough, or is ended.
SCRIPT = """
import json, os, signal, sys, threading, time
# Ignored where the tests run in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
from handfast.core.errors import Cancelled
from handfast.formats.crypto import key_derivation
word = b"certainly a secret"
asked = 0
def progress(*_):
    global asked
    asked += 1
    if asked == 4:
        processes = [each for each in os.listdir("/proc") if each.isdigit()]
        print(*[each for each in processes if parent(each) == os.getpid()])
        sys.stdout.flush()
    if asked == 5 and sys.argv[1] == "stop":
        raise Cancelled("Enough.")
def parent(pid):
    try:
        return int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
    except OSError:
        return 0
try:
    WORK
except Cancelled:
    at = time.monotonic()
    try:
        left = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        left = None
    print(json.dumps({"threads": threading.active_count(), "children": left}))
"""
on_linux = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="other processes are looked at as Linux shows them"
)


def quiet(_done: int, _total: int) -> None:
    """Nobody has enough."""


def begin(name: str, what: str) -> subprocess.Popen[str]:
    code = SCRIPT.replace("WORK", DEAR[name])
    return subprocess.Popen([sys.executable, "-c", code, what], stdout=subprocess.PIPE, text=True)


def test_it_is_the_same_key() -> None:
    expected = hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 1000, 48)
    assert derive_in_subprocess(b"word", b"salt", 48, PBKDF2, quiet) == expected
    assert derive_in_subprocess(b"other", b"salt", 48, PBKDF2, quiet) != expected
    # RFC 7914, 12.
    known = derive_in_subprocess(b"password", b"NaCl", 64, SCRYPT, quiet)
    assert known is not None
    assert known.hex().startswith("fdbabe1c9d3472007856e7190d01e9fe")


def test_the_program_is_its_own_helper_where_it_is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert subprocess_derivation._command() == [sys.executable, DERIVE]
    assert derivation_worker.FLAG == DERIVE
    monkeypatch.setattr(
        subprocess_derivation, "_command", lambda: [sys.executable, "-m", "handfast", DERIVE]
    )
    expected = hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 1000, 48)
    assert derive_in_subprocess(b"word", b"salt", 48, PBKDF2, quiet) == expected


@pytest.mark.parametrize(
    "command",
    [
        None,
        ["/no/such/program"],
        [sys.executable, "-c", ""],
        [sys.executable, "-c", "input(); print('no key')"],
        [sys.executable, "-c", "raise SystemExit(1)"],
    ],
    ids=["none", "missing", "silent", "talking", "failing"],
)
def test_without_a_helper_it_is_done_beside(
    command: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess_derivation, "_command", lambda: command)
    assert derive_in_subprocess(b"word", b"salt", 32, PBKDF2, quiet) is None
    monkeypatch.setattr(key_derivation, "_SHORT_ROUNDS", 0)
    monkeypatch.setattr(key_derivation, "_BRIEF_ROUNDS", 0)
    made = key_derivation.pbkdf2("sha256", b"word", b"salt", 1000, 32, quiet)
    assert made == hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 1000, 32)


def test_what_the_library_refuses_is_refused_in_the_same_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_derivation, "_SMALL_BYTES", 0)
    monkeypatch.setattr(key_derivation, "_MODEST_BYTES", 0)
    with pytest.raises(ValueError, match="power of 2"):
        key_derivation.scrypt(b"word", b"salt", (1000, 8, 1), 32, quiet)


@on_linux
@pytest.mark.parametrize("name", DEAR)
def test_nothing_goes_on_when_somebody_has_enough(name: str) -> None:
    with begin(name, "stop") as process:
        assert process.stdout is not None
        (helper,) = process.stdout.readline().split()
        told = json.loads(process.stdout.readline())
        assert process.wait() == 0
    assert told == {"threads": 1, "children": None}
    assert not Path("/proc", helper).exists()


@on_linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_helper_ends_with_whoever_asked(how: signal.Signals) -> None:
    with begin("pbkdf2", "go on") as process:
        assert process.stdout is not None
        (helper,) = process.stdout.readline().split()
        watched = os.pidfd_open(int(helper))
        # The password is in nobody's list of processes.
        seen = (
            Path("/proc", helper, "cmdline").read_bytes()
            + Path("/proc", helper, "environ").read_bytes()
        )
        assert b"derivation_worker" in seen
        assert b"secret" not in seen
        assert b"certainly a secret".hex().encode() not in seen
        assert not select.select([watched], [], [], 0)[0]
        process.send_signal(how)
        try:
            assert select.select([watched], [], [], 5)[0] == [watched]
        finally:
            os.close(watched)
            process.kill()
