# ruff: noqa: E501
# fmt: off
# A row a failure: they are read as tables.
"""The same faults told by programs that were not among the first, all made later."""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
from typing import TYPE_CHECKING

from tests.handshake.failures.failure import Failure
from tests.handshake.failures.of_handshakes import (
    OF_SERVER,
    REFUSED_BY,
    plain_http,
    reset,
    silent,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.handshake.failures.peers import Stage

OTHERS: list[Failure] = []


def _add(name: str, causes: str, make: Callable[[Stage], str]) -> None:
    cause, *also = causes.split()
    OTHERS.append(Failure(name=name, cause=cause, also=tuple(also), is_later=True, make=make))


def _relayed(onward: int, greeting: Callable[[socket.socket], None], taken: socket.socket) -> None:
    """Say what goes before TLS, then carry bytes to a server of it."""
    greeting(taken)
    with socket.create_connection(("127.0.0.1", onward)) as there:

        def back() -> None:
            with contextlib.suppress(OSError):
                while data := there.recv(65_536):
                    taken.sendall(data)

        threading.Thread(target=back, daemon=True).start()
        with contextlib.suppress(OSError):
            while data := taken.recv(65_536):
                there.sendall(data)


def _postgres(taken: socket.socket) -> None:
    taken.recv(8)
    taken.sendall(b"S")


def _smtp(taken: socket.socket) -> None:
    taken.sendall(b"220 mail.example ESMTP\r\n")
    taken.recv(1000)
    taken.sendall(b"250-mail.example\r\n250 STARTTLS\r\n")
    taken.recv(1000)
    taken.sendall(b"220 go ahead\r\n")


def _psql(stage: Stage, port: int, mode: str = "verify-full", **more: str) -> str:
    return stage.say("psql", f"host=localhost port={port} dbname=orders user=billing sslmode={mode} gssencmode=disable connect_timeout=2 sslrootcert=trusted.pem",
                     PGPASSWORD="x", **more)


def _calls(stage: Stage, program: str, port: int) -> str:
    url = f"https://localhost:{port}/"
    match program:
        case "httpx" | "aiohttp":
            return stage.say(stage.requests, *stage.python(program, url, "trusted.pem", "", "")[1:])
        case "node-fetch":
            return stage.say(*stage.node("fetch", url), NODE_EXTRA_CA_CERTS="trusted.pem")
        case "java-ldaps":
            return stage.say(*stage.java("ldaps", f"ldaps://localhost:{port}", trust="trust.p12"))
        case "keytool-sslserver":
            return stage.say("keytool", "-J-Duser.language=en", "-printcert", "-sslserver", f"localhost:{port}")
        case _:
            return _psql(stage, port)


def _of_server(program: str, fault: str, stage: Stage) -> str:
    weak = ("-cipher", "DEFAULT:@SECLEVEL=0") if fault.startswith("weak") else ()
    with stage.serving(stage.s_server(f"server-{fault}", *weak)) as (port, _):
        if program == "psql":
            with stage.plain(functools.partial(_relayed, port, _postgres)) as front:
                return _calls(stage, program, front)
        if program == "python-smtp":
            with stage.plain(functools.partial(_relayed, port, _smtp)) as front:
                return stage.say(*stage.python("smtp", str(front), "trusted.pem"))
        return _calls(stage, program, port)


_PROGRAMS = ("psql", "httpx", "node-fetch", "aiohttp", "java-ldaps", "python-smtp")
_LIKE = {"psql": "openssl", "httpx": "python", "aiohttp": "python", "python-smtp": "python",
         "node-fetch": "node", "java-ldaps": "java-https"}
#: What psql says of all that is wrong with a certificate but its name.
_SUMMARY = "untrusted"
for _row, (_fault, _causes) in enumerate(OF_SERVER.items()):
    for _column, _program in enumerate(_PROGRAMS):
        if (_row + _column) % 3 or _LIKE[_program] not in REFUSED_BY.get(_fault, {_LIKE[_program]}):
            continue
        _vague = f" {_SUMMARY}" if _program == "psql" and _fault != "host-mismatch" else ""
        _add(f"{_program}-server-{_fault}", _causes + _vague, functools.partial(_of_server, _program, _fault))


def _to(program: str, behave: Callable[[socket.socket], object], stage: Stage) -> str:
    with stage.plain(behave) as port:
        return _calls(stage, program, port)


def _nobody(program: str, stage: Stage) -> str:
    # Port 1 is one that browsers and their like refuse to call at all.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return _calls(stage, program, port)


for _program in ("psql", "httpx", "node-fetch", "aiohttp", "java-ldaps", "keytool-sslserver"):
    # keytool says of all three that it got no certificate.
    _same = "not-tls refused-by-peer unreachable" if _program == "keytool-sslserver" else ""
    _add(f"{_program}-nobody-there", f"unreachable {_same}", functools.partial(_nobody, _program))
    if _program != "psql":
        _add(f"{_program}-plain-http", f"not-tls {_same}", functools.partial(_to, _program, plain_http))
        _add(f"{_program}-reset", f"refused-by-peer {_same}", functools.partial(_to, _program, reset))
for _program in ("httpx", "node-fetch", "aiohttp", "java-ldaps"):
    _add(f"{_program}-silence", "timeout", functools.partial(_to, _program, silent))
_add("psql-no-tls", "not-tls", functools.partial(_to, "psql", lambda taken: (taken.recv(8), taken.sendall(b"N"), taken.recv(10))))


def _psql_own(own: str, key: str, stage: Stage) -> str:
    with stage.serving(stage.s_server("server-good", "-Verify", "3", "-verify_return_error", "-CAfile", "root.pem")) as (port, _), \
            stage.plain(functools.partial(_relayed, port, _postgres)) as front:
        (stage.folder / key).chmod(0o600)
        return _psql(stage, front, PGSSLCERT=own, PGSSLKEY=key)


_add("psql-no-certificate", "no-identity", functools.partial(_psql_own, "nothing.pem", "client-good.key"))
_add("psql-untrusted-certificate", "untrusted missing-intermediate", functools.partial(_psql_own, "client-untrusted.pem", "client-untrusted.key"))
_add("psql-other-key", "key-mismatch", functools.partial(_psql_own, "client-good.pem", "client-untrusted.key"))
_add("psql-expired-certificate", "expired", functools.partial(_psql_own, "client-expired.pem", "client-expired.key"))
_add("psql-der-certificate", "wrong-format", functools.partial(_psql_own, "client-good.der", "client-good.key"))
