# ruff: noqa: ARG005, E501
# fmt: off
# A row a failure: they are read as tables.
"""Handshakes of real programs with each other that fail, and what either of them says."""

from __future__ import annotations

import functools
import socket
from typing import TYPE_CHECKING

from tests.handshake.failures.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.handshake.failures.peers import Stage

HANDSHAKES: list[Failure] = []
#: What is wrong with the server's certificate, and what a client's words may leave open.
OF_SERVER = {
    "untrusted": "untrusted missing-intermediate",
    "self-signed": "untrusted",
    "missing-intermediate": "missing-intermediate untrusted",
    "expired": "expired",
    "expired-above": "expired",
    "not-yet-valid": "not-yet-valid",
    "host-mismatch": "host-mismatch",
    "wrong-purpose": "wrong-purpose",
    "weak-key": "weak-key",
    "weak-signature": "weak-signature",
    "name-constraint": "name-constraint",
    "path-length": "path-length",
    "not-a-ca": "not-a-ca",
    "unknown-critical-extension": "unknown-critical-extension",
    "stale-certificate": "stale-certificate untrusted missing-intermediate",
}
#: The same of the client's, with what it may be for a server.
OF_CLIENT = {
    "none": "no-identity",
    "untrusted": "untrusted missing-intermediate",
    "self-signed": "untrusted",
    "missing-intermediate": "missing-intermediate untrusted",
    "expired": "expired",
    "not-yet-valid": "not-yet-valid",
    "wrong-purpose": "wrong-purpose",
}
#: What an alert alone leaves open to whoever receives it.
_HEARD = ("refused-by-peer",)


def _add(name: str, causes: str, make: Callable[[Stage], str], *, later: bool = False,
         heard: bool = False) -> None:
    cause, *also = causes.split()
    more = (*also, *(_HEARD if heard else ()))
    HANDSHAKES.append(Failure(name=name, cause=cause, also=more, is_later=later, make=make))


def calling(stage: Stage, program: str, port: int, own: str = "") -> list[str]:
    """The command by which a program calls https://localhost:port, trusting both our roots."""
    url = f"https://localhost:{port}/"
    pem, key = (f"{own}.pem", f"{own}.key") if own else ("", "")
    store = f"{own}.p12" if own else ""
    match program:
        case "openssl":
            more = stage.pair(own) if own else []
            return ["openssl", "s_client", "-connect", f"localhost:{port}", "-CAfile",
                    "trusted.pem", "-verify_return_error", "-verify_hostname", "localhost",
                    *more]
        case "curl":
            return ["curl", "-sS", "--cacert", "trusted.pem", url,
                    *(["--cert", pem, "--key", key] if own else [])]
        case "wget":
            return ["wget", "-O", "-", "-T", "3", "-t", "1", "--no-config",
                    "--ca-certificate=trusted.pem", url,
                    *([f"--certificate={pem}", f"--private-key={key}"] if own else [])]
        case "git":
            return ["git", "-c", "http.sslCAInfo=trusted.pem", "ls-remote", url]
        case "python":
            return stage.python("get", url, "trusted.pem", pem, key)
        case "requests":
            return [stage.requests, *stage.python("requests", url, "trusted.pem", pem, key)[1:]]
        case "node":
            return stage.node("get", url, "trusted.pem", pem, key)
        case "java-https":
            return stage.java("https", url, trust="trust.p12", keys=store)
        case "java-httpclient":
            return stage.java("httpclient", url, trust="trust.p12", keys=store)
        case _:
            return stage.java("socket", "localhost", str(port), "", trust="trust.p12", keys=store)


_CLIENTS = ("openssl", "curl", "java-https", "wget", "python", "java-socket", "node", "git",
            "requests", "java-httpclient")
#: What only some refuse; the others say nothing.
REFUSED_BY = {
    "weak-key": {"openssl", "curl", "python", "requests"},
    "weak-signature": {"openssl", "curl", "python", "requests", "wget"},
    "not-a-ca": {"openssl", "curl", "python", "requests", "java-https", "java-socket",
                 "java-httpclient"},
}
#: GnuTLS says of most that it does not trust it, and git not even that.
_TERSE = {"wget": {"path-length", "name-constraint", "unknown-critical-extension", "wrong-purpose"},
          "git": set(OF_SERVER) - {"untrusted", "self-signed"}}


def _client_says(fault: str, program: str, stage: Stage) -> str:
    weak = ("-cipher", "DEFAULT:@SECLEVEL=0") if fault.startswith("weak") else ()
    with stage.serving(stage.s_server(f"server-{fault}", *weak)) as (port, _):
        return stage.say(*calling(stage, program, port))


for _row, _fault in enumerate(OF_SERVER):
    for _column, _program in enumerate(_CLIENTS):
        if _program not in REFUSED_BY.get(_fault, {_program}) or _fault in _TERSE.get(_program, ()):
            continue
        if (_row + _column) % 2 == 0:
            _add(f"{_program}-server-{_fault}", OF_SERVER[_fault],
                 functools.partial(_client_says, _fault, _program),
                 later=(_row * len(_CLIENTS) + _column) % 3 == 1)


# --- a server that checks its client -------------------------------------------------------------


def _listening(stage: Stage, program: str) -> list[str]:
    match program:
        case "openssl":
            return stage.s_server("server-good", "-Verify", "3", "-verify_return_error",
                                  "-CAfile", "root.pem")
        case "python":
            return stage.python("serve", "server-good.pem", "server-good.key", "root.pem")
        case "node":
            return stage.node("serve", "server-good.pem", "server-good.key", "root.pem")
        case _:
            return stage.java("serve", "", keys="server-good.p12", trust="trust.p12")


def _both_say(program: str, client: str, fault: str, stage: Stage) -> tuple[str, str]:
    """What the server and what the client says of a client's certificate."""
    own = "" if fault == "none" else f"client-{fault}"
    if program == "nginx":
        settings = ("ssl_client_certificate root.pem", "ssl_verify_client on", "ssl_verify_depth 3")
        with stage.nginx("server-good", *settings) as (port, said):
            answer = stage.say(*calling(stage, client, port, own))
        return "".join(said), answer
    with stage.serving(_listening(stage, program)) as (port, said):
        answer = stage.say(*calling(stage, client, port, own))
    return "".join(each for each in said if not each.startswith(("PORT", "ACCEPT"))), answer


def _server_says(program: str, client: str, fault: str, stage: Stage) -> str:
    return _both_say(program, client, fault, stage)[0]


def _answer_says(program: str, client: str, fault: str, stage: Stage) -> str:
    return _both_say(program, client, fault, stage)[1]


for _row, _fault in enumerate(OF_CLIENT):
    for _column, _program in enumerate(("openssl", "nginx", "java", "python", "node")):
        if (_program, _fault) == ("node", "missing-intermediate"):
            continue
        _which = _row * 5 + _column
        # Node calls a certificate that was not sent one whose issuer it cannot get.
        _quirk = " untrusted" if (_program, _fault) == ("node", "none") else ""
        _add(f"{_program}-as-server-client-{_fault}", OF_CLIENT[_fault] + _quirk,
             functools.partial(_server_says, _program, "curl", _fault),
             later=_which % 3 == 1)
        if _which % 4 == 0 and _program not in {"nginx", "node"}:
            _client = ("curl", "java-https", "node", "python", "java-socket")[_which % 5]
            _add(f"{_client}-refused-by-{_program}-{_fault}", OF_CLIENT[_fault],
                 functools.partial(_answer_says, _program, _client, _fault),
                 later=_which % 3 == 2, heard=True)
_add("curl-refused-by-nginx-none", "no-identity",
     functools.partial(_answer_says, "nginx", "curl", "none"))
_add("curl-refused-by-nginx-untrusted", "untrusted refused-by-peer no-identity",
     functools.partial(_answer_says, "nginx", "curl", "untrusted"))


# --- a server whose client refuses it ------------------------------------------------------------


def _refused(program: str, client: str, stage: Stage) -> str:
    """What a server says whose certificate the client does not trust."""
    match program:
        case "openssl":
            command = stage.s_server("server-untrusted")
        case "java":
            command = stage.java("serve", "", keys="server-untrusted.p12", trust="trust.p12")
        case _:
            command = stage.node("serve", "server-untrusted.pem", "server-untrusted.key",
                                 "root.pem")
    with stage.serving(command) as (port, said):
        stage.say(*calling(stage, client, port))
    return "".join(each for each in said if not each.startswith(("PORT", "ACCEPT")))


for _program, _client, _later in (
    ("openssl", "curl", False), ("openssl", "java-https", True), ("java", "curl", True),
    ("java", "java-socket", False), ("node", "python", False),
):
    _add(f"{_program}-server-not-trusted-by-{_client}", "untrusted missing-intermediate",
         functools.partial(_refused, _program, _client), later=_later, heard=True)


# --- versions, algorithms and connections --------------------------------------------------------


def _with(command: Callable[[Stage], list[str]], call: Callable[[Stage, int], list[str]],
          stage: Stage, *, of_server: bool = False) -> str:
    with stage.serving(command(stage)) as (port, said):
        answer = stage.say(*call(stage, port))
    return "".join(each for each in said if "ACCEPT" not in each) if of_server else answer


_OLD = "DEFAULT:@SECLEVEL=0"


def _old(stage: Stage) -> list[str]:
    return stage.s_server("server-rsa", "-tls1", "-cipher", _OLD)


def _only(*more: str) -> Callable[[Stage], list[str]]:
    return lambda stage: stage.s_server("server-good", *more)


for _program, _later in (("curl", False), ("java-https", False), ("python", False), ("requests", True),
                         ("node", True)):
    _add(f"{_program}-old-server", "tls-version no-shared-algorithm",
         functools.partial(_with, _old, functools.partial(
             lambda program, stage, port: calling(stage, program, port), _program)), later=_later)
_add("openssl-server-old-client", "tls-version",
     lambda stage: _with(_only("-tls1_3"), lambda stage, port: [
         "curl", "-sS", "--cacert", "root.pem", "--tls-max", "1.2", f"https://localhost:{port}/"],
         stage, of_server=True))
_add("curl-too-old-for-server", "tls-version",
     lambda stage: _with(_only("-tls1_3"), lambda stage, port: [
         "curl", "-sS", "--cacert", "root.pem", "--tls-max", "1.2", f"https://localhost:{port}/"],
         stage))
_add("java-no-protocol-in-common", "tls-version",
     lambda stage: _with(_only("-tls1_3"), lambda stage, port: stage.java(
         "socket", "localhost", str(port), "TLSv1.2", trust="trust.p12"), stage))
_add("java-server-old-client", "tls-version",
     lambda stage: _with(lambda stage: stage.java("serve", "TLSv1.3", keys="server-good.p12",
         trust="trust.p12"), lambda stage, port: ["openssl", "s_client", "-connect",
         f"localhost:{port}", "-tls1_2"], stage, of_server=True), later=True)
_add("java-server-no-key", "no-shared-algorithm no-identity",
     lambda stage: _with(lambda stage: stage.java("serve", "", trust="trust.p12"),
         lambda stage, port: calling(stage, "curl", port), stage, of_server=True))
_add("openssl-no-cipher", "no-shared-algorithm",
     lambda stage: _with(_only("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"),
         lambda stage, port: ["curl", "-sS", "--cacert", "root.pem", "--ciphers",
         "ECDHE-RSA-AES256-GCM-SHA384", "--tls-max", "1.2", f"https://localhost:{port}/"],
         stage, of_server=True))
_add("curl-no-cipher", "no-shared-algorithm",
     lambda stage: _with(_only("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"),
         lambda stage, port: ["curl", "-sS", "--cacert", "root.pem", "--ciphers",
         "ECDHE-RSA-AES256-GCM-SHA384", "--tls-max", "1.2", f"https://localhost:{port}/"],
         stage), later=True)
_add("openssl-client-revoked-server", "revoked",
     lambda stage: _with(_only(), lambda stage, port: ["openssl", "s_client", "-connect",
         f"localhost:{port}", "-CAfile", "root.pem", "-CRL", "revoked.pem", "-crl_check",
         "-verify_return_error"], stage))
_add("curl-revoked-server", "revoked",
     lambda stage: _with(_only(), lambda stage, port: ["curl", "-sS", "--cacert", "root.pem",
         "--crlfile", "revoked.pem", f"https://localhost:{port}/"], stage), later=True)


def _revoked_at_nginx(stage: Stage) -> str:
    (stage.folder / "client-revoked.pem").write_bytes(
        (stage.folder / "revoked.pem").read_bytes()
    )
    stage.files.run("openssl", "crl", "-inform", "DER", "-in", "revoked.crl", "-out", "one.pem")
    root_list = (stage.folder / "revoked.pem").read_text().split("-----END X509 CRL-----\n")[1]
    joined = (stage.folder / "one.pem").read_text() + root_list + "-----END X509 CRL-----\n"
    (stage.folder / "joined.pem").write_text(joined)
    settings = ("ssl_client_certificate root.pem", "ssl_verify_client on", "ssl_verify_depth 3",
                "ssl_crl joined.pem")
    with stage.nginx("server-good", *settings) as (port, said):
        stage.say(*calling(stage, "curl", port, "client-good"))
    return "".join(said)


_add("nginx-client-revoked", "revoked", _revoked_at_nginx)
for _fault, _cause, _later in (
    ("untrusted", "untrusted", False), ("expired", "expired", True),
    ("path-length", "path-length", False), ("name-constraint", "name-constraint", True),
    ("not-a-ca", "not-a-ca", False), ("weak-signature", "weak-signature", True),
    ("stale-certificate", "stale-certificate", False),
    ("unknown-critical-extension", "unknown-critical-extension", False),
    ("missing-intermediate", "missing-intermediate", True),
):
    _vague = " untrusted" if _cause in {"missing-intermediate", "stale-certificate"} else ""
    if _fault != "weak-signature":
        _add(f"java-validate-{_fault}", _cause + _vague,
             functools.partial(lambda fault, stage: stage.say(*stage.java(
                 "validate", "PKCS12", "trust.p12", "changeit", f"server-{fault}.pem")), _fault),
             later=_later)
    _add(f"openssl-verify-{_fault}", _cause + _vague,
         functools.partial(lambda fault, stage: stage.say(
             "openssl", "verify", "-CAfile", "trusted.pem", "-untrusted", f"server-{fault}.pem",
             "-auth_level", "2", f"server-{fault}.pem"), _fault), later=not _later)
_add("java-validate-revoked", "revoked",
     lambda stage: stage.say(*stage.java("validate", "PKCS12", "trust.p12", "changeit",
         "server-good.pem", "revoked.pem")))


def plain_http(taken: socket.socket) -> None:
    taken.recv(1000)
    taken.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _to(behave: Callable[[socket.socket], object], program: str, stage: Stage) -> str:
    with stage.plain(behave) as port:
        command = calling(stage, program, port)
        return stage.say(*command, *(["-m", "1"] if program == "curl" else []))


def silent(taken: socket.socket) -> None:
    taken.settimeout(4)
    while taken.recv(1000):
        pass


def reset(taken: socket.socket) -> None:
    taken.recv(1000)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _close(taken: socket.socket) -> None:
    taken.recv(1000)


for _number, _program in enumerate(("curl", "java-https", "python", "node", "wget", "openssl")):
    _add(f"{_program}-plain-http", "not-tls", functools.partial(_to, plain_http, _program),
         later=_number % 3 == 1)
    _add(f"{_program}-reset", "refused-by-peer", functools.partial(_to, reset, _program),
         later=_number % 3 == 2)
    _add(f"{_program}-hangs-up", "refused-by-peer", functools.partial(_to, _close, _program),
         later=_number % 3 == 0)
    _add(f"{_program}-nobody-there", "unreachable",
         functools.partial(lambda program, stage: stage.say(*calling(stage, program, 1)), _program),
         later=_number % 3 == 1)
for _number, _program in enumerate(("curl", "java-https", "java-socket", "python", "wget")):
    _add(f"{_program}-silence",
         "timeout refused-by-peer" if _program == "wget" else "timeout", functools.partial(_to, silent, _program),
         later=_number % 3 == 2)
_add("curl-no-such-host", "unreachable", lambda stage: stage.say("curl", "-sS", "https://nowhere.invalid/"))
_add("java-no-such-host", "unreachable",
     lambda stage: stage.say(*stage.java("https", "https://nowhere.invalid/", trust="trust.p12")))
_add("git-no-such-host", "unreachable",
     lambda stage: stage.say("git", "ls-remote", "https://nowhere.invalid/"), later=True)


def _http_to_tls(of_server: bool, stage: Stage) -> str:
    with stage.nginx("server-good") as (port, said):
        answer = stage.say("curl", "-sS", f"http://localhost:{port}/")
    return "".join(said) if of_server else answer


_add("nginx-plain-http-page", "not-tls", functools.partial(_http_to_tls, False))
_add("nginx-plain-http-log", "not-tls", functools.partial(_http_to_tls, True))
_add("java-server-plain-http", "not-tls",
     lambda stage: _with(lambda stage: stage.java("serve", "", keys="server-good.p12",
         trust="trust.p12"), lambda stage, port: ["curl", "-sS", f"http://localhost:{port}/"],
         stage, of_server=True))
_add("openssl-server-plain-http", "not-tls",
     lambda stage: _with(_only(), lambda stage, port: ["curl", "-sS", f"http://localhost:{port}/"],
         stage, of_server=True), later=True)
# Java takes the store for one without certificates.
_add("java-trust-store-missing", "untrusted",
     lambda stage: _with(_only(), lambda stage, port: stage.java(
         "https", f"https://localhost:{port}/", trust="nothing-here.p12"), stage))
_add("java-trust-store-unmarked", "empty-trust-store",
     lambda stage: _with(_only(), lambda stage, port: stage.java(
         "httpclient", f"https://localhost:{port}/", trust="unmarked.p12"), stage), later=True)


def _upstream(fault: str, stage: Stage) -> str:
    """nginx as the client of another server."""
    with stage.serving(stage.s_server(f"server-{fault}")) as (port, _):
        page = (f"location /up/ {{ proxy_pass https://localhost:{port}/; proxy_ssl_verify on; "
                "proxy_ssl_trusted_certificate trusted.pem; proxy_ssl_verify_depth 3; "
                "proxy_ssl_name localhost; } error_page 599 /x")
        with stage.nginx("server-good", page) as (front, said):
            stage.say("curl", "-sS", "-k", f"https://localhost:{front}/up/")
    return "".join(said)


_add("nginx-upstream-untrusted", "untrusted missing-intermediate",
     functools.partial(_upstream, "untrusted"))
_add("nginx-upstream-host-mismatch", "host-mismatch", functools.partial(_upstream, "host-mismatch"))
_add("nginx-upstream-expired", "expired", functools.partial(_upstream, "expired"), later=True)


def _debug(fault: str, stage: Stage) -> str:
    """All that -Djavax.net.debug=ssl,handshake says of a refused certificate."""
    with stage.serving(stage.s_server(f"server-{fault}")) as (port, _):
        return stage.say(*stage.java("https", f"https://localhost:{port}/", trust="trust.p12",
                                     javax_net_debug="ssl,handshake"))


def _debug_no_identity(stage: Stage) -> str:
    with stage.serving(_listening(stage, "openssl")) as (port, _):
        return stage.say(*stage.java("https", f"https://localhost:{port}/", trust="trust.p12",
                                     javax_net_debug="ssl,handshake"))


_add("java-debug-untrusted", "untrusted missing-intermediate", functools.partial(_debug, "untrusted"))
_add("java-debug-host-mismatch", "host-mismatch", functools.partial(_debug, "host-mismatch"))
_add("java-debug-expired", "expired", functools.partial(_debug, "expired"), later=True)
_add("java-debug-no-identity", "no-identity", _debug_no_identity)


def _debug_well(stage: Stage) -> str:
    with stage.serving(stage.s_server("server-good")) as (port, _):
        return stage.say(*stage.java("https", f"https://localhost:{port}/", trust="trust.p12",
                                     javax_net_debug="ssl,handshake"))


def _nothing(name: str, make: Callable[[Stage], str], *, later: bool = False) -> None:
    HANDSHAKES.append(Failure(name=f"well-{name}", cause="", is_later=later, make=make))


_nothing("java-debug", _debug_well)
_nothing("openssl-s-client", lambda stage: _with(
    _only(), lambda stage, port: calling(stage, "openssl", port), stage))
_nothing("curl-verbose", lambda stage: _with(
    _only(), lambda stage, port: [*calling(stage, "curl", port), "-v"], stage))
_nothing("nginx-log", functools.partial(_server_says, "nginx", "curl", "good"))
_nothing("keytool-list", lambda stage: stage.say(
    "keytool", "-J-Duser.language=en", "-list", "-v", "-keystore", "trust.p12", "-storepass",
    "changeit"))
_nothing("wget", lambda stage: _with(
    _only(), lambda stage, port: calling(stage, "wget", port), stage), later=True)
_nothing("openssl-x509-text", lambda stage: stage.say(
    "openssl", "x509", "-in", "server-good.pem", "-noout", "-text"), later=True)
_nothing("keytool-expired-listed", lambda stage: stage.say(
    "keytool", "-J-Duser.language=en", "-printcert", "-file", "root.pem"), later=True)
