"""A program that is told to end while it saves leaves no temporary file, and the old keystore."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from handfast.services.files import termination
from handfast.services.files.store_files import write_file

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

#: A save that says when it is in a step, and stays there until it is ended.
STUCK = """
import os, sys, threading, time
from pathlib import Path
from handfast.services.files.file_system import FileSystem
from handfast.services.files.store_files import write_file
step, where, path = sys.argv[1], sys.argv[2], Path(sys.argv[3])
real = getattr(FileSystem, step)
def stuck(*arguments, **options):
    result = real(*arguments, **options)
    print("there", flush=True)
    while True:
        time.sleep(0.01)
setattr(FileSystem, step, stuck)
write = lambda: write_file(path, b"new" * 1000, overwrite=True, backup=True)
write()
"""
STEPS = ("write", "take_over", "set_mode", "sync", "keep")


def end(command: list[str], number: int, environment: dict[str, str] | None = None) -> int:
    running = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert running.stdout is not None
    assert running.stdout.readline() == b"there\n"
    running.send_signal(number)
    code = running.wait(30)
    running.stdout.close()
    return code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("step", STEPS)
def test_no_temporary_file_is_left(step: str, number: int, tmp_path: Path) -> None:
    target = tmp_path / "store.jks"
    target.write_bytes(b"old")
    code = end([sys.executable, "-c", STUCK, step, "main", str(target)], number)
    # Ended by the signal itself, as who sent it expects.
    assert code == -number
    assert target.read_bytes() == b"old"
    left = {each.name for each in tmp_path.iterdir()}
    assert left <= {"store.jks", "store.jks.bak"}


def test_the_console_ends_so_too(tmp_path: Path) -> None:
    target = tmp_path / "store.p12"
    script = STUCK.split("write = lambda", maxsplit=1)[0] + (
        "from handfast.cli.main import main\n"
        "main(['generate', str(path), '--alias', 'a', '--dname', 'CN=a', '--key', 'ec:P-256'])\n"
    )
    environment = {**os.environ, "HANDFAST_PASSWORD": "long enough"}
    command = [sys.executable, "-c", script, "sync", "main", str(target)]
    assert end(command, signal.SIGTERM, environment) == -signal.SIGTERM
    assert not list(tmp_path.iterdir())


def test_a_handler_of_the_program_stays_in_charge(tmp_path: Path) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        ours = signal.getsignal(signal.SIGTERM)
        write_file(tmp_path / "file", b"new")
        assert signal.getsignal(signal.SIGTERM) is ours
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_afterwards_signals_do_what_they_did(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    write_file(tmp_path / "file", b"new")
    assert signal.getsignal(signal.SIGTERM) is before
    assert not any(each.parent == tmp_path for each in termination._unfinished)


def test_another_thread_can_save_and_its_file_is_known(tmp_path: Path) -> None:
    seen: list[set[Path]] = []
    before = set(termination._unfinished)

    def save() -> None:
        from handfast.services.files.file_system import FileSystem

        class Watching(FileSystem):
            def sync(self, handle: int) -> None:
                super().sync(handle)
                seen.append(termination._unfinished - before)

        write_file(tmp_path / "file", b"new", system=Watching())

    thread = threading.Thread(target=save)
    thread.start()
    thread.join()
    assert [len(each) for each in seen] == [1]
    assert termination._unfinished == before


def test_what_is_unfinished_is_removed_and_nothing_else(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for path in (ours, theirs):
        path.write_bytes(b"x")
    with termination.unfinished(ours):
        pass
    termination.remove_unfinished()
    assert [each.name for each in tmp_path.iterdir()] == ["theirs"]
