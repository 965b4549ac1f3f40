"""The named pipe of Windows, over a local socket here: what is said through it is the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Client, answer_challenge, deliver_challenge
from typing import TYPE_CHECKING, Any

import pytest

from handfast.services.demo import make_demo
from handfast.ui.program.external_open import HandedOver
from handfast.ui.program.single_instance import pipe as instance_pipe
from handfast.ui.program.single_instance.message import GREETING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.ui.program.external_open import Application
    from handfast.ui.window.main_window import MainWindow

_KEY = b"k" * 32
_FAMILY = "AF_UNIX"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "pipe")


@pytest.fixture
def first(address: str) -> Iterator[instance_pipe.PipeInstance]:
    taken = instance_pipe.take(address, _FAMILY, _KEY)
    assert taken is not None
    yield taken
    taken.close()


def handed(address: str, *paths: Path, key: bytes = _KEY) -> bool:
    return instance_pipe.hand_over(address, _FAMILY, key, paths)


def test_the_second_start_finds_the_place_taken_and_hands_its_files_over(
    first: instance_pipe.PipeInstance, address: str, tmp_path: Path
) -> None:
    assert instance_pipe.take(address, _FAMILY, _KEY) is None
    files = [tmp_path / "one.jks", tmp_path / "zwei ö.p12"]
    assert handed(address, *files)
    request = first.receive()
    assert request is not None
    assert request.paths == files
    assert first.receive() is None


def test_another_process_hands_over_too(
    first: instance_pipe.PipeInstance, address: str, tmp_path: Path
) -> None:
    code = (
        "import sys, pathlib; from handfast.ui.program.single_instance.pipe import hand_over; "
        f"print(hand_over({address!r}, {_FAMILY!r}, {_KEY!r}, [pathlib.Path('relative.p12')]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout == "True\n"
    request = first.receive()
    assert request is not None
    # The first has a working folder of its own.
    assert request.paths == [tmp_path / "relative.p12"]


def test_who_does_not_know_the_key_hands_nothing_over(
    first: instance_pipe.PipeInstance, address: str, tmp_path: Path
) -> None:
    assert not handed(address, tmp_path / "one.jks", key=b"x" * 32)
    assert first.receive() is None
    assert handed(address, tmp_path / "one.jks")


def test_a_first_that_does_not_know_the_key_gets_no_files(
    first: instance_pipe.PipeInstance, address: str, tmp_path: Path
) -> None:
    # Somebody else listens under this name: they learn nothing, and the files get their own window.
    first._key = b"y" * 32
    assert not handed(address, tmp_path / "one.jks")
    assert first.receive() is None


def let_in(address: str) -> Any:
    connection = Client(address, _FAMILY)
    answer_challenge(connection, _KEY)
    deliver_challenge(connection, _KEY)
    return connection


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"\xff", b"[]", b'{"paths": [1]}', b'{"paths": "x"}', b"[" * 100_000, b" " * (2 << 20)],
    ids=["empty", "bytes", "list", "number", "text", "deep", "long"],
)
def test_nonsense_harms_nothing(
    first: instance_pipe.PipeInstance, address: str, tmp_path: Path, nonsense: bytes
) -> None:
    connection = let_in(address)
    with contextlib.suppress(OSError):
        connection.send_bytes(nonsense)
        connection.send_bytes(b"go\n")
    connection.close()
    assert handed(address, tmp_path / "one.jks")
    request = first.receive()
    assert request is not None
    assert request.paths == [tmp_path / "one.jks"]


def test_who_hangs_up_before_the_last_word_opens_nothing(
    first: instance_pipe.PipeInstance, address: str, tmp_path: Path
) -> None:
    connection = let_in(address)
    connection.send_bytes(b'{"paths": ["/late.p12"]}')
    assert connection.recv_bytes() == GREETING
    connection.close()
    assert handed(address, tmp_path / "one.jks")
    request = first.receive()
    assert request is not None
    assert request.paths == [tmp_path / "one.jks"]


def test_callers_that_say_nothing_keep_nobody_waiting(
    first: instance_pipe.PipeInstance, address: str, tmp_path: Path
) -> None:
    silent = [Client(address, _FAMILY) for _ in range(8)]
    assert handed(address, tmp_path / "one.jks")
    assert first.receive() is not None
    for each in silent:
        each.close()


def test_a_first_that_hangs_is_not_waited_for_long(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_pipe, "PATIENCE", 0.3)
    hanging = instance_pipe.take(address, _FAMILY, _KEY)
    assert hanging is not None
    kept: list[object] = []
    monkeypatch.setattr(
        instance_pipe.PipeInstance, "_hear", lambda _self, connection: kept.append(connection)
    )
    begun = time.monotonic()
    assert not handed(address, tmp_path / "one.jks")
    assert time.monotonic() - begun < 5
    hanging.close()


def test_nobody_there_takes_nothing(address: str, tmp_path: Path) -> None:
    assert not handed(address, tmp_path / "one.jks")


def test_requests_reach_the_window_from_the_threads(
    first: instance_pipe.PipeInstance,
    address: str,
    window: MainWindow,
    qapp: Application,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    make_demo(tmp_path / "demo")
    stores = sorted((tmp_path / "demo").glob("*.jks"))[:2]
    # One comes while the window is still loading, one later.
    assert handed(address, stores[0])
    over = HandedOver(qapp, first)
    over.show_in(window, window.open_path)
    qtbot.waitUntil(lambda: [view.path for view in window.documents] == stores[:1])
    threading.Thread(target=handed, args=(address, stores[1])).start()
    qtbot.waitUntil(lambda: [view.path for view in window.documents] == stores)
    qtbot.waitUntil(lambda: all(view.history is not None for view in window.documents))
    qapp.opens = None
    over.deleteLater()


def test_the_key_is_made_once_and_is_for_this_person_alone(tmp_path: Path) -> None:
    keys: list[bytes] = []
    starts = [
        threading.Thread(target=lambda: keys.append(instance_pipe.key_in(tmp_path / "Handfast")))
        for _ in range(8)
    ]
    for each in starts:
        each.start()
    for each in starts:
        each.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    path = tmp_path / "Handfast" / "instance.key"
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0


def test_a_key_that_is_cut_off_gives_each_start_its_own_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_pipe, "SHORT", 0.05)
    (tmp_path / "Handfast").mkdir()
    (tmp_path / "Handfast" / "instance.key").write_bytes(b"short")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert instance_pipe.begin([]) == (None, False)


def test_each_person_and_session_has_a_pipe_of_its_own(tmp_path: Path) -> None:
    def name(person: str, session: str) -> str:
        place = {"LOCALAPPDATA": str(tmp_path / person), "SESSIONNAME": session}
        return instance_pipe.place(place)[0]

    names = [name(*each) for each in (("a", "Console"), ("b", "Console"), ("a", "RDP-Tcp#1"))]
    assert len(set(names)) == 3
    assert name("a", "Console") == names[0]
    assert all(each.startswith("\\\\.\\pipe\\handfast-") for each in names)
    # The key cannot be read off the name.
    assert instance_pipe.key_in(tmp_path / "a" / "Handfast").hex() not in names[0]


def test_without_a_folder_of_the_persons_own_each_start_has_its_own_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert instance_pipe.begin([]) == (None, False)
