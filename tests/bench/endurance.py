"""What a long day costs: memory for good, and stalls of the window over much and over many.

Each scenario is a process of its own, told by name what to do, and prints one line of JSON. Run by
``tests/bench/run.py``, or by itself: ``python tests/bench/endurance.py NAME FOLDER``.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.store import Store
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

#: Nobody tries this one unasked.
SECRET = "not the usual"
MANY = 100_000
#: Seconds to wait for anything that a scenario waits for.
_MAX_WAIT = 300
_MIB = 1 << 20


def rss() -> float:
    """The memory of this process that is in use now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


class Watched:
    """A window whose stalls are watched while something is done to it."""

    def __init__(self) -> None:
        #: Milliseconds of the processor in the longest stall of all that was measured.
        self.worked = 0.0
        from PySide6.QtCore import QSettings, QTimer
        from PySide6.QtWidgets import QApplication

        from handfast.ui.program import gc_pauses, secret_memory
        from handfast.ui.program.settings import Settings
        from handfast.ui.window.main_window import MainWindow

        # As the program does at its start.
        secret_memory.wipe_what_is_freed()
        secret_memory.keep_few_arenas()
        self.application = QApplication.instance() or QApplication([])
        self.folder = tempfile.TemporaryDirectory()
        path = str(Path(self.folder.name) / "settings.ini")
        self.window: MainWindow = MainWindow(Settings(QSettings(path, QSettings.Format.IniFormat)))
        self.window.show()
        self.application.processEvents()
        gc_pauses.collect()
        self._last = time.perf_counter()
        self._longest = 0.0
        #: The same in time of the processor that this thread took: what the machine does besides
        #: adds nothing to that.
        self._worked = time.thread_time()
        self._longest_worked = 0.0
        self._peak = rss()
        self._pulse = QTimer()
        self._pulse.setInterval(1)
        self._pulse.timeout.connect(self._beat)
        self._pulse.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        worked = time.thread_time()
        self._longest = max(self._longest, now - self._last)
        self._longest_worked = max(self._longest_worked, worked - self._worked)
        self._last, self._worked = now, worked

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live, in an event loop as in the program, until something is so."""
        from PySide6.QtCore import QEventLoop, QTimer

        end = time.monotonic() + _MAX_WAIT
        loop = QEventLoop()

        def look() -> None:
            self._peak = max(self._peak, rss())
            if until() or time.monotonic() > end:
                loop.quit()

        looking = QTimer()
        looking.setInterval(2)
        looking.timeout.connect(look)
        looking.start()
        loop.exec()
        looking.stop()
        if time.monotonic() > end:
            raise TimeoutError(f"waited for {until}")

    def rest(self, seconds: float) -> None:
        """Let it do what it still does on its own."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end)

    def measured(self, act: Callable[[], object], until: Callable[[], bool]) -> float:
        """The longest stall in milliseconds while something is done, and a while after."""
        self.rest(0.1)
        self._longest = self._longest_worked = 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        act()
        # An act that is over before the next beat is a stall too.
        self._beat()
        self.wait(until)
        self.rest(0.3)
        self.worked = max(self.worked, self._longest_worked * 1000)
        if "-v" in sys.argv:
            told = f"{self._longest * 1000:.0f} ms, cpu {self._longest_worked * 1000:.0f} ms"
            print(f"{told}, {rss():.0f} MiB", file=sys.stderr, flush=True)
        return self._longest * 1000

    @property
    def peak(self) -> float:
        return self._peak

    def opened(self, path: Path, password: str = SECRET) -> StoreView:
        """The tab of a keystore, once it is shown."""
        from handfast.core.password import Password

        self.window.open_path(path, password=Password(password))
        view = self.window.current()
        assert view is not None
        self.wait(lambda: view.store is not None)
        return view


def stores(folder: Path, count: int) -> list[Path]:
    """Small keystores, each with a key pair, under a password that nobody guesses."""
    from handfast.core.password import Password
    from handfast.core.store import Format
    from handfast.services.exchange.generating import PairRequest, make_pair
    from handfast.services.files.saving import new_store, save_store

    pair = make_pair(PairRequest(alias="pair", name="CN=Bench", key="ec:P-256"))
    store = new_store(Format.JKS, Password(SECRET)).with_entries([pair])
    first = folder / "store0.jks"
    save_store(store, first)
    paths = [first]
    for number in range(1, count):
        paths.append(folder / f"store{number}.jks")
        paths[-1].write_bytes(first.read_bytes())
    return paths


def edits(store: Store, count: int) -> list[Store]:
    """As many values of a store, each with one entry replaced by one of the same alias."""
    import dataclasses

    values = []
    for number in range(count):
        (entry,) = store.entries[:1]
        renamed = dataclasses.replace(entry, alias=f"pair-{number}")
        store = store.with_replaced(entry, renamed)
        values.append(store)
    return values


def open_and_close(folder: Path) -> dict[str, float]:
    """300 times: what it costs for good, after the first few have warmed everything up."""
    watched = Watched()
    (path,) = stores(folder, 1)

    def once() -> None:
        watched.opened(path)
        watched.rest(0.02)
        watched.window.close_current()
        watched.rest(0.01)

    for _ in range(20):
        once()
    watched.rest(1)
    before = rss()
    for _ in range(300):
        once()
    watched.rest(2)
    return {"mib": rss() - before}


def lock_tabs(folder: Path) -> dict[str, float]:
    """Fifty tabs are locked at once."""
    from handfast.ui.window.locking import lock_everything

    watched = Watched()
    views = [watched.opened(path) for path in stores(folder, 50)]
    watched.rest(2)
    begin = time.perf_counter()
    stall = watched.measured(
        lambda: lock_everything(watched.window, "Locked by the bench."),
        lambda: not any(view.document.holds_secrets for view in views),
    )
    took = time.perf_counter() - begin - 0.4
    return {"ms": stall, "cpu": watched.worked, "seconds": took, "mib": watched.peak}


def lock_edited(folder: Path) -> dict[str, float]:
    """A tab with 2,000 undo steps is locked, and unlocked again."""
    from handfast.core.password import Password

    watched = Watched()
    (path,) = stores(folder, 1)
    view = watched.opened(path)
    assert view.store is not None
    for store in edits(view.store, 2_000):
        view.document.apply("Rename", store)
    watched.rest(2)
    begin = time.perf_counter()
    stall = watched.measured(
        lambda: view.forget_secrets("Locked by the bench."),
        lambda: not view.document.holds_secrets,
    )
    took = time.perf_counter() - begin - 0.4
    stall = max(
        stall,
        watched.measured(
            lambda: view.document.enter(Password(SECRET)), lambda: view.store is not None
        ),
    )
    assert view.history is not None
    assert len(view.history.steps) == 2_001
    return {"ms": stall, "cpu": watched.worked, "seconds": took, "mib": watched.peak}


def edit_and_undo(folder: Path) -> dict[str, float]:
    """2,000 edits, as many undone and redone, each as a person sees it."""
    watched = Watched()
    (path,) = stores(folder, 1)
    view = watched.opened(path)
    watched.rest(2)
    assert view.store is not None
    longest = longest_worked = 0.0
    document = view.document

    def each(act: Callable[[], object]) -> None:
        nonlocal longest, longest_worked
        begin, begin_worked = time.perf_counter(), time.thread_time()
        act()
        watched.application.processEvents()
        longest = max(longest, time.perf_counter() - begin)
        longest_worked = max(longest_worked, time.thread_time() - begin_worked)

    for store in edits(view.store, 2_000):
        each(lambda store=store: document.apply("Rename", store))
    for _ in range(2_000):
        each(document.undo)
    for _ in range(2_000):
        each(document.redo)
    return {"ms": longest * 1000, "cpu": longest_worked * 1000, "mib": watched.peak}


def very_many(folder: Path) -> dict[str, Any]:
    """A keystore of 100,000 entries is opened, sorted, filtered, selected, edited and closed."""
    from PySide6.QtCore import Qt

    from handfast.core.password import Password
    from handfast.core.store import Format
    from handfast.services.exchange.importing import import_certificates
    from handfast.services.files.saving import new_store, save_store

    path = folder / "very-many.jks"
    if not path.exists():
        # In another process, which takes its memory with it.
        pid = os.fork()
        if pid == 0:
            from run import certificates

            chosen = [(each, f"entry{n}") for n, each in enumerate(certificates(MANY))]
            save_store(import_certificates(new_store(Format.JKS, Password(SECRET)), chosen), path)
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    watched = Watched()
    window = watched.window
    window.open_path(path, password=Password(SECRET))
    view = window.current()
    assert view is not None
    told: dict[str, float] = {}
    told["open"] = watched.measured(
        lambda: None, lambda: view.store is not None or view.document.may_agree
    )
    if view.document.may_agree:
        told["open"] = max(
            told["open"],
            watched.measured(view.document.agree, lambda: view.store is not None),
        )

    def settled() -> bool:
        return not view.model.waits and "Checking" not in view.findings.text()

    told["settle"] = watched.measured(lambda: None, settled)
    tree, order = view.tree, Qt.SortOrder.DescendingOrder
    told["sort"] = watched.measured(lambda: tree.sortByColumn(2, order), settled)
    told["filter"] = watched.measured(lambda: view.set_filter("host4321"), settled)
    assert 0 < view.model.shown() < MANY
    told["unfilter"] = watched.measured(lambda: view.set_filter(""), settled)
    told["select"] = watched.measured(tree.selectAll, lambda: view.count_chosen() == MANY)

    def delete_one() -> None:
        tree.clearSelection()
        view.select("entry777")
        view.delete_selected()

    told["delete"] = watched.measured(delete_one, settled)
    told["undo"] = watched.measured(window.undo, settled)

    def delete_many() -> None:
        tree.selectAll()
        view.delete_selected()

    told["delete all"] = watched.measured(delete_many, settled)
    told["undo all"] = watched.measured(window.undo, settled)
    told["lock"] = watched.measured(
        lambda: view.forget_secrets("Locked by the bench."),
        lambda: not view.document.holds_secrets,
    )
    told["unlock"] = watched.measured(
        lambda: view.document.enter(Password(SECRET)), lambda: view.store is not None
    )
    watched.wait(settled)
    told["close"] = watched.measured(window.close_current, lambda: True)
    return {"ms": max(told.values()), "cpu": watched.worked, "mib": watched.peak, "each": told}


SCENARIOS = {
    "open-and-close": open_and_close,
    "lock-tabs": lock_tabs,
    "lock-edited": lock_edited,
    "edit-and-undo": edit_and_undo,
    "very-many": very_many,
}


def endure(name: str, folder: Path) -> dict[str, Any]:
    """Run a scenario in a process of its own."""
    import subprocess

    with tempfile.TemporaryDirectory() as own:
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_RUNTIME_DIR": own,
            "XDG_CONFIG_HOME": own,
        }
        done = subprocess.run(
            [sys.executable, __file__, name, str(folder)],
            check=True,
            env=environment,
            stdout=subprocess.PIPE,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    from handfast.ui.program.startup import import_qt_core

    what, where = sys.argv[1:3]
    gc.disable()
    # As the program does at its start.
    import_qt_core()
    print(json.dumps(SCENARIOS[what](Path(where))), flush=True)
    # Threads that still look at a store are not waited for.
    os._exit(0)
