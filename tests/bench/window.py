"""What the window costs: from process start to rows, and how long it ever stands still.

Run by ``tests/bench/run.py``. Each measurement is a process of its own, told what to do by name.
It imports nothing at its top that an empty window does without: that would count for the window.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.ui.window.main_window import MainWindow

#: How long the window is watched after the work is done, for what it still does on its own.
_AFTERWARDS = 1.5


def empty() -> None:
    """An empty PySide6 window, to its first paint; what the start is measured against."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])

    class Window(QMainWindow):
        def paintEvent(self, _event: object) -> None:
            QTimer.singleShot(0, lambda: os._exit(0))

    window = Window()
    window.resize(1120, 720)
    window.show()
    application.exec()


def rows(path: str) -> None:
    """Handfast as a double click starts it, to the first paint of the store's rows."""
    from handfast.__main__ import main
    from handfast.ui.program import startup

    def watch() -> None:
        from PySide6.QtCore import QTimer

        from handfast.ui.store_tab.entry_tree import EntryTree

        paint = EntryTree.paintEvent

        def painted(self: EntryTree, event: object) -> None:
            paint(self, event)
            if self.model().rowCount():
                QTimer.singleShot(0, lambda: os._exit(0))

        EntryTree.paintEvent = painted

    # The last thing done before the window is loaded: the way in for the watcher.
    import_qt_core = startup.import_qt_core

    def imported() -> None:
        import_qt_core()
        watch()

    startup.import_qt_core = imported
    sys.argv = ["handfast", path]
    main()


def stall_opening(path: str) -> float:
    """The longest time, in milliseconds, for which the window stands still over a store."""
    from pathlib import Path

    def begin(window: MainWindow, done: Callable[[], None]) -> None:
        window.open_path(Path(path))
        view = window.current()
        assert view is not None
        view.summarised.connect(lambda *_: done())

    return _longest_stall(begin)


def stall_generating() -> float:
    """The same while an RSA key of 8192 bits is made."""
    from handfast.core.entry import KeyPair
    from handfast.services.exchange.generating import PairRequest, make_pair

    request = PairRequest(alias="bench", name="CN=bench", key="rsa:8192")

    def begin(window: MainWindow, done: Callable[[], None]) -> None:
        def made(pair: object) -> None:
            assert isinstance(pair, KeyPair)
            done()

        def failed(error: Exception) -> None:
            raise error

        window.jobs.run(
            lambda progress: make_pair(request, progress),
            done=made,
            failed=failed,
        )

    return _longest_stall(begin)


def stall_probing() -> float:
    """The same while a probe hangs at a server that says nothing, until its time is up."""
    import socket

    from PySide6.QtCore import QTimer

    from handfast.ui.window.loaded_ahead import preload_for

    silent = socket.create_server(("127.0.0.1", 0))

    def begin(window: MainWindow, done: Callable[[], None]) -> None:
        # As in the program, which loads windows step by step before anybody probes. To wait for all
        # of them at once would be the longest stall, and the program does not do that.
        loading = preload_for(window)
        loading.start()

        def probe() -> None:
            if loading.is_running:
                return
            waiting.stop()
            from handfast.ui.live.probe_window import ProbeWindow

            made = ProbeWindow(window, window)
            made.show()
            made.flow.update(endpoint=f"127.0.0.1:{silent.getsockname()[1]}", seconds=3)
            tell = made.show_report

            def told(report: object) -> None:
                tell(report)
                done()

            made.show_report = told
            made.run()

        waiting = QTimer(window)
        waiting.timeout.connect(probe)
        waiting.start(50)

    return _longest_stall(begin)


def stall_windows() -> float:
    """The same while every other window is opened for the first time, once all is loaded ahead."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QApplication

    from handfast.ui.window.loaded_ahead import preload_for

    def begin(window: MainWindow, done: Callable[[], None]) -> None:
        loading = preload_for(window)
        loading.start()
        left = [
            "actionNew", "actionGenerateKeyPair", "actionExportCertificate",
            "actionImportCertificate", "actionSetUpMutualTls", "actionRehearse", "actionProbe",
            "actionListen", "actionExplain", "actionPreferences", "actionUserGuide",
        ]  # fmt: skip

        def go_on() -> None:
            others = [each for each in QApplication.topLevelWidgets() if each is not window]
            if any(each.isVisible() for each in others):
                for each in others:
                    each.close()
            elif not left:
                ticking.stop()
                done()
            elif not loading.is_running:
                action = window.findChild(QAction, left.pop())
                assert isinstance(action, QAction)
                action.trigger()

        ticking = QTimer(window)
        ticking.timeout.connect(go_on)
        ticking.start(200)

    return _longest_stall(begin)


def _longest_stall(begin: Callable[[MainWindow, Callable[[], None]], None]) -> float:
    import gc
    import tempfile
    from pathlib import Path

    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from handfast.ui.program.settings import Settings
    from handfast.ui.window.main_window import MainWindow

    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Settings(settings))
        window.show()
        application.processEvents()
        # As the start of the program does when it is over.
        gc.freeze()
        last = time.perf_counter()
        longest = 0.0

        def beat() -> None:
            nonlocal last, longest
            now = time.perf_counter()
            longest = max(longest, now - last)
            last = now

        pulse = QTimer()
        pulse.setInterval(1)
        pulse.timeout.connect(beat)
        pulse.start()
        begin(window, lambda: QTimer.singleShot(int(_AFTERWARDS * 1000), application.quit))
        application.exec()
        return longest * 1000


def measure(
    what: str, *arguments: str, program: tuple[str, ...] = (sys.executable, __file__)
) -> tuple[float, float]:
    """Seconds that the process took, and what it said (milliseconds of a stall, else 0)."""
    import subprocess
    import tempfile

    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # People start what has been compiled once.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as own:
        # Settings and a place for one window of its own, whatever is open on this screen.
        environment |= {"XDG_RUNTIME_DIR": own, "XDG_CONFIG_HOME": own}
        begin = time.perf_counter()
        done = subprocess.run(
            [*program, what, *arguments],
            check=True,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        took = time.perf_counter() - begin
    return took, float(done.stdout) if done.stdout.strip() else 0.0


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    known = {
        "empty": empty,
        "rows": rows,
        "stall-opening": stall_opening,
        "stall-generating": stall_generating,
        "stall-probing": stall_probing,
        "stall-windows": stall_windows,
    }
    if name.startswith("stall"):
        from handfast.ui.program.startup import import_qt_core

        # As the program does; an empty window does not.
        import_qt_core()
    result = known[name](*rest)
    if result is not None:
        print(float(result))
        sys.stdout.flush()
    # Threads that still look at the store are not waited for.
    os._exit(0)
