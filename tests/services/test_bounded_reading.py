"""What is read is a regular file or named standard input, and never more than is agreed to."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import FileProblem, HandfastError, NotAKeystore, TooCostly
from handfast.formats.base import AGREED_LIMITS, DEFAULT_LIMITS
from handfast.services.exchange.certificate_sources import read_source_file
from handfast.services.files.file_kinds import FileKind, kind_of_file
from handfast.services.files.opening import open_file
from handfast.services.files.store_files import read_file, read_head, read_stream, size_of
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Callable

linux = pytest.mark.skipif(sys.platform != "linux", reason="these files are Linux’s")

ENDLESS = ("/dev/zero", "/dev/urandom", "/dev/full", "/dev/tty0", "/dev/null")
#: Files of /proc say that they are empty and give what they like, or wait for it.
ODD = ("/proc/kmsg", "/proc/self/pagemap", "/proc/kcore", "/sys/kernel/debug/tracing/trace_pipe")


@linux
@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("read", [read_file, read_head, open_file])
def test_a_device_is_refused_by_whoever_reads(read: Callable[[Path], object], name: str) -> None:
    if not Path(name).exists():
        pytest.skip(f"there is no {name} here")
    with pytest.raises(FileProblem, match="not a regular file"):
        read(Path(name))


@linux
@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_ends_soon(name: str) -> None:
    if not Path(name).exists():
        pytest.skip(f"there is no {name} here")
    script = (
        "import sys, pathlib\n"
        "from handfast.core.errors import HandfastError\n"
        "from handfast.services.files.opening import open_file\n"
        "try:\n    open_file(pathlib.Path(sys.argv[1]))\n"
        "except HandfastError as error:\n    print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, name], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() in {"4", "5", "7"}


@linux
def test_a_small_file_of_proc_is_read_although_it_says_that_it_is_empty() -> None:
    path = Path("/proc/self/status")
    assert path.stat().st_size == 0
    data, stamp = read_file(path)
    assert b"Name:" in data
    assert stamp.size == len(data)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for read in (read_head, open_file):
        with pytest.raises(FileProblem, match="a named pipe"):
            read(pipe)


@linux
def test_what_the_shell_pipes_in_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pem"
    path.write_text(issue(CN="piped").certificate.pem())
    command = f"{sys.executable} -m handfast list <(sleep 0.3; cat {path}) --json"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "CN=piped" in done.stdout


def sparse(path: Path, head: bytes = b"", size: int = 400 * 2**20) -> Path:
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


@linux
@pytest.mark.parametrize(
    ("head", "error"),
    [
        (b"", NotAKeystore),
        (b"%PDF-1.7", NotAKeystore),
        (b"\xfe\xed\xfe\xed\0\0\0\2", TooCostly),
        (issue(CN="large").certificate.pem().encode(), TooCostly),
    ],
    ids=["zeros", "PDF", "JKS", "PEM"],
)
def test_a_sparse_file_takes_no_memory(
    head: bytes, error: type[HandfastError], tmp_path: Path
) -> None:
    path = sparse(tmp_path / "large", head)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(error):
        open_file(path)
    assert read_source_file(path).error is not None
    assert kind_of_file(path) is FileKind.OTHER
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert taken < 100 * 1024


def test_what_somebody_agreed_to_is_read(tmp_path: Path) -> None:
    path = sparse(tmp_path / "large", issue(CN="large").certificate.pem().encode(), 30 * 2**20)
    with pytest.raises(TooCostly):
        open_file(path, limits=DEFAULT_LIMITS)
    store = open_file(path, limits=AGREED_LIMITS).store
    assert len(store.entries) == 1


def test_a_file_that_grows_while_it_is_read_is_read_no_further(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(1000))
    with pytest.raises(FileProblem, match="too large"):
        read_file(path, max_bytes=999)
    assert len(read_file(path, max_bytes=1000)[0]) == 1000
    assert size_of(path) == 1000
    assert read_head(path, 10) == bytes(10)


def test_standard_input_has_an_end() -> None:
    assert read_stream(io.BytesIO(b"abc"), "Standard input") == b"abc"
    assert read_stream(io.BytesIO(b"abc"), "Standard input", max_bytes=3) == b"abc"
    with pytest.raises(FileProblem, match="Standard input contains more than"):
        read_stream(io.BytesIO(b"abcd"), "Standard input", max_bytes=3)


@linux
def test_import_reads_no_more_of_an_endless_input_than_is_agreed_to(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "handfast", "import", str(tmp_path / "trust.p12"), "-"]
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(
            command,
            stdin=endless,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "HANDFAST_PASSWORD": "long enough"},
            check=False,
        )
    assert done.returncode == 7
    assert "Standard input contains more than 24 MiB" in done.stderr
    assert not list(tmp_path.iterdir())
