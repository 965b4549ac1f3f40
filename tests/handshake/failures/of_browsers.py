# ruff: noqa: E501
# fmt: off
# A row a failure: they are read as tables.
"""What browsers say: Chromium on the console, and Firefox on the page that it shows instead."""

from __future__ import annotations

import functools
import socket
from typing import TYPE_CHECKING

from tests.handshake.failures.failure import Failure
from tests.handshake.failures.of_handshakes import OF_SERVER, plain_http, reset
from tests.handshake.failures.peers import HERE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.handshake.failures.peers import Stage

BROWSERS: list[Failure] = []
_NAMES = ("chromium", "firefox")


def _add(name: str, causes: str, make: Callable[[Stage], str]) -> None:
    cause, *also = causes.split()
    BROWSERS.append(Failure(name=name, cause=cause, also=tuple(also), is_later=True, make=make))


def _opens(stage: Stage, browser: str, port: int) -> str:
    """What it says of https://localhost:port, with our two roots among those that it trusts."""
    folder = stage.folder / (".pki/nssdb" if browser == "chromium" else "firefox")
    if not folder.exists():
        folder.mkdir(parents=True)
        stage.say("certutil", "-d", f"sql:{folder}", "-N", "--empty-password")
        for name in ("root", "old"):
            stage.say("certutil", "-d", f"sql:{folder}", "-A", "-n", name, "-t", "C,,", "-i", f"{name}.pem")
    url = f"https://localhost:{port}/"
    if browser == "firefox":
        return stage.say(*stage.isolated(HERE / "browsing.py"), url, folder)
    said = stage.say("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
                     f"--user-data-dir={stage.folder / 'chromium'}", url)
    # The page is a program of its own; what went wrong stands in the log before it.
    return "\n".join(line for line in said.splitlines() if "ERROR" in line and "dbus" not in line)


def _server(stage: Stage, name: str, *more: str) -> list[str]:
    # A browser calls more than once.
    return ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", *stage.pair(name), *more]


def _of_server(browser: str, fault: str, stage: Stage) -> str:
    weak = ("-cipher", "DEFAULT:@SECLEVEL=0") if fault.startswith("weak") else ()
    with stage.serving(_server(stage, f"server-{fault}", *weak)) as (port, _):
        return _opens(stage, browser, port)


def _of_client(browser: str, version: str, stage: Stage) -> str:
    wants = ("-Verify", "3", "-verify_return_error", "-CAfile", "root.pem", version)
    with stage.serving(_server(stage, "server-good", *wants)) as (port, _):
        return _opens(stage, browser, port)


def _of_version(browser: str, stage: Stage) -> str:
    with stage.serving(_server(stage, "server-good", "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0")) as (port, _):
        return _opens(stage, browser, port)


def _to(browser: str, behave: Callable[[socket.socket], object], stage: Stage) -> str:
    with stage.plain(behave) as port:
        return _opens(stage, browser, port)


def _nobody(browser: str, stage: Stage) -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return _opens(stage, browser, port)


#: What both pass over in certificates under a root that was trusted by hand, and what takes long.
_PASSED = {"path-length", "unknown-critical-extension", "expired-above", "stale-certificate", "weak-key"}
#: Chrome has one word for several.
_LIKE = {"expired": "not-yet-valid", "not-yet-valid": "expired"}
for _fault in ("wrong-purpose", "weak-signature", "name-constraint", "not-a-ca"):
    _LIKE[_fault] = "wrong-purpose not-a-ca name-constraint weak-signature unknown-critical-extension"
for _browser in _NAMES:
    for _fault in OF_SERVER:
        if _fault not in _PASSED:
            _also = _LIKE.get(_fault, "") if _browser == "chromium" else ""
            _add(f"{_browser}-server-{_fault}", f"{OF_SERVER[_fault]} {_also}", functools.partial(_of_server, _browser, _fault))
    for _version in ("-tls1_2", "-tls1_3"):
        _add(f"{_browser}-asked-for-certificate{_version.replace('-tls1_', '-1.')}", "no-identity refused-by-peer no-shared-algorithm",
             functools.partial(_of_client, _browser, _version))
    _add(f"{_browser}-old-version", "tls-version", functools.partial(_of_version, _browser))
    _add(f"{_browser}-plain-http", "not-tls", functools.partial(_to, _browser, plain_http))
    _add(f"{_browser}-reset", "refused-by-peer", functools.partial(_to, _browser, reset))
    _add(f"{_browser}-nobody-there", "unreachable", functools.partial(_nobody, _browser))
