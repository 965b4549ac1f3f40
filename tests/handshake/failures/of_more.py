# ruff: noqa: E501
# fmt: off
# A row a failure: they are read as tables.
"""The same faults told by yet other programs: none of what they say was known to the rules."""

from __future__ import annotations

import contextlib
import functools
import socket
import subprocess
import threading
from typing import TYPE_CHECKING

from tests.handshake.failures.failure import Failure
from tests.handshake.failures.files import PASSWORD
from tests.handshake.failures.of_handshakes import OF_CLIENT, OF_SERVER, plain_http, reset, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.handshake.failures.peers import Stage

MORE: list[Failure] = []


def _add(name: str, causes: str, make: Callable[[Stage], str]) -> None:
    cause, *also = causes.split()
    MORE.append(Failure(name=name, cause=cause, also=tuple(also), is_later=True, make=make))


_RUBY = ("require 'net/http'; h = Net::HTTP.new('localhost', {port}); h.use_ssl = true; h.open_timeout = 2; h.read_timeout = 2; "
         "h.ca_file = 'trusted.pem'; puts h.get('/').code")
_PERL = ("use LWP::UserAgent; my $a = LWP::UserAgent->new(timeout => 2, ssl_opts => {{ SSL_ca_file => 'trusted.pem', verify_hostname => 1 }}); "
         "my $r = $a->get('https://localhost:{port}/'); print $r->status_line, \"\\n\", $r->content;")
_PHP = ("$c = stream_context_create(['ssl' => ['cafile' => 'trusted.pem'], 'http' => ['timeout' => 2]]); "
        "echo file_get_contents('https://localhost:{port}/', false, $c);")
_PHP_CURL = ("$c = curl_init('https://localhost:{port}/'); curl_setopt($c, CURLOPT_CAINFO, 'trusted.pem'); curl_setopt($c, CURLOPT_TIMEOUT, 2); "
             "if (curl_exec($c) === false) {{ error_log('order sync failed: ' . curl_errno($c) . ' ' . curl_error($c)); }}")


def calls(stage: Stage, program: str, port: int, own: str = "") -> str:
    """What a program says that calls a port of this computer by TLS, trusting both our roots."""
    pem, key = f"{own}.pem", f"{own}.key"
    match program:
        case "gnutls-cli":
            mine = ["--x509certfile", pem, "--x509keyfile", key] if own else []
            return stage.say("timeout", "4", "gnutls-cli", "-p", str(port), "--x509cafile", "trusted.pem", "localhost", *mine, stdin="GET / HTTP/1.0\r\n\r\n")
        case "ruby":
            return stage.say("ruby", "-e", _RUBY.format(port=port))
        case "perl-lwp":
            return stage.say("perl", "-e", _PERL.format(port=port))
        case "php":
            return stage.say("php", "-r", _PHP.format(port=port))
        case "php-curl":
            return stage.say("php", "-r", _PHP_CURL.format(port=port))
        case "ldapsearch":
            return stage.say("ldapsearch", "-H", f"ldaps://localhost:{port}", "-x", "-b", "dc=acme", "-o", "nettimeout=2", "-d", "1", LDAPTLS_CACERT="trusted.pem")
        case "redis-cli":
            return stage.say("timeout", "4", "redis-cli", "-h", "localhost", "-p", str(port), "--tls", "--cacert", "trusted.pem", "ping")
        case "socat":
            mine = f",certificate={pem},key={key}" if own else ""
            return stage.say("socat", "-T2", "-", f"OPENSSL:localhost:{port},cafile=trusted.pem,connect-timeout=2{mine}", stdin="hello\n")
        case "lftp":
            return stage.say("lftp", "-c", f"set ssl:ca-file trusted.pem; set net:max-retries 1; set net:timeout 2; open https://localhost:{port}; ls")
        case "stunnel":
            return _tunnel(stage, port, own)
        case "swaks":
            return stage.say("swaks", "--server", "localhost", "--port", str(port), "--tlsc", "--tls-verify", "--tls-ca-path", "trusted.pem", "--to", "a@acme.example", "--from", "b@acme.example", "--timeout", "2", "-q", "EHLO")
        case "curl-verbose":
            return stage.say("curl", "-v", "-m", "2", "--cacert", "trusted.pem", f"https://localhost:{port}/", *(["--cert", pem, "--key", key] if own else []))
        case _:
            return stage.say(*stage.java("https", f"https://localhost:{port}/", trust="trust.p12", keys=f"{own}.p12" if own else "", javax_net_debug="ssl:handshake:verbose"))


def _tunnel(stage: Stage, port: int, own: str) -> str:
    """The log of an stunnel that a plain client called and that could not go on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        local = free.getsockname()[1]
    mine = f"cert = {own}.pem\nkey = {own}.key\n" if own else ""
    settings = (f"foreground = yes\npid =\nsyslog = no\ndebug = 5\n[orders]\nclient = yes\naccept = 127.0.0.1:{local}\n"
                f"connect = 127.0.0.1:{port}\nCAfile = trusted.pem\nverifyChain = yes\ncheckHost = localhost\nTIMEOUTbusy = 2\nTIMEOUTconnect = 2\n{mine}")
    (stage.folder / "stunnel.conf").write_text(settings)
    with subprocess.Popen(["stunnel4", "stunnel.conf"], cwd=stage.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        _call_plainly(local)
        process.terminate()
        return process.communicate(timeout=10)[0]


def _call_plainly(port: int) -> None:
    """Connect once it listens, say something, and wait until it hangs up."""
    for _ in range(100):
        with contextlib.suppress(OSError):
            plain = socket.create_connection(("127.0.0.1", port), 3)
            break
        threading.Event().wait(0.03)
    with plain, contextlib.suppress(OSError):
        plain.sendall(b"hello\r\n")
        plain.settimeout(4)
        plain.recv(100)


def _of_server(program: str, fault: str, stage: Stage) -> str:
    weak = ("-cipher", "DEFAULT:@SECLEVEL=0") if fault.startswith("weak") else ()
    with stage.serving(stage.s_server(f"server-{fault}", *weak)) as (port, _):
        return calls(stage, program, port)


#: What each says of a server; where it leaves more open than others do, that stands after it.
_TOLD = {
    "gnutls-cli": "untrusted self-signed expired not-yet-valid host-mismatch missing-intermediate wrong-purpose weak-signature path-length",
    "ruby": "untrusted missing-intermediate expired host-mismatch wrong-purpose path-length",
    "perl-lwp": "untrusted self-signed host-mismatch expired name-constraint",
    "php": "host-mismatch expired self-signed weak-signature",
    "php-curl": "not-yet-valid unknown-critical-extension weak-key",
    "ldapsearch": "untrusted expired host-mismatch",
    "socat": "untrusted expired wrong-purpose",
    "lftp": "untrusted expired host-mismatch",
    "stunnel": "untrusted expired host-mismatch missing-intermediate",
    "swaks": "untrusted expired",
    "curl-verbose": "not-a-ca path-length stale-certificate",
    "java-verbose": "stale-certificate wrong-purpose not-a-ca",
}
#: Where a program says no more than that it does not trust the certificate, for whatever reason.
_SUMMED_UP = {"perl-lwp": "expired name-constraint", "php": "expired weak-signature", "ldapsearch": "expired", "socat": "expired wrong-purpose", "swaks": "expired"}
for _program, _faults in _TOLD.items():
    for _fault in _faults.split():
        _vague = " untrusted" if _fault in _SUMMED_UP.get(_program, "").split() else ""
        _add(f"{_program}-server-{_fault}", OF_SERVER[_fault] + _vague, functools.partial(_of_server, _program, _fault))


def _to(program: str, behave: Callable[[socket.socket], object], stage: Stage) -> str:
    with stage.plain(behave) as port:
        return calls(stage, program, port)


def _nobody(program: str, stage: Stage) -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return calls(stage, program, port)


for _program in ("gnutls-cli", "ruby", "perl-lwp", "php", "redis-cli", "socat", "ldapsearch", "stunnel"):
    _add(f"{_program}-nobody-there", "unreachable", functools.partial(_nobody, _program))
for _program in ("gnutls-cli", "ruby", "perl-lwp", "php", "socat", "lftp", "stunnel"):
    _add(f"{_program}-plain-http", "not-tls", functools.partial(_to, _program, plain_http))
for _program in ("ruby", "perl-lwp", "gnutls-cli", "socat"):
    _add(f"{_program}-reset", "refused-by-peer", functools.partial(_to, _program, reset))
for _program in ("ruby", "php-curl"):
    _add(f"{_program}-silence", "timeout", functools.partial(_to, _program, silent))


# --- servers that check their clients --------------------------------------------------------------


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _served(stage: Stage, command: list[str], port: int, fault: str) -> str:
    """What a server prints that curl calls with a client certificate."""
    own = [] if fault == "none" else ["--cert", f"client-{fault}.pem", "--key", f"client-{fault}.key"]
    with subprocess.Popen(command, cwd=stage.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.PIPE, text=True, errors="replace") as process:
        for _ in range(60):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            threading.Event().wait(0.05)
        stage.say("curl", "-sS", "-m", "3", "--cacert", "trusted.pem", f"https://localhost:{port}/", *own)
        threading.Event().wait(0.5)
        process.terminate()
        return process.communicate(timeout=10)[0]


def _serves(program: str, fault: str, stage: Stage) -> str:
    port = _free()
    match program:
        case "gnutls-serv":
            command = ["gnutls-serv", "--http", "-p", str(port), "--x509certfile", "server-good.pem", "--x509keyfile", "server-good.key", "--x509cafile", "root.pem", "-r", "--verify-client-cert"]
        case "socat":
            command = ["socat", "-d", "-d", f"OPENSSL-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork,cert=server-good.pem,key=server-good.key,cafile=root.pem,verify=1", "SYSTEM:echo hello"]
        case "stunnel":
            (stage.folder / "server.conf").write_text(
                f"foreground = yes\npid =\nsyslog = no\ndebug = 5\n[orders]\naccept = 127.0.0.1:{port}\nconnect = 127.0.0.1:1\n"
                "cert = server-good.pem\nkey = server-good.key\nCAfile = root.pem\nverifyChain = yes\n")
            command = ["stunnel4", "server.conf"]
        case _:
            (stage.folder / "both.pem").write_text((stage.folder / "server-good.pem").read_text() + (stage.folder / "server-good.key").read_text())
            (stage.folder / "haproxy.cfg").write_text(
                "global\n  log stdout format raw local0\ndefaults\n  mode http\n  log global\n  option httplog\n  timeout connect 2s\n  timeout client 2s\n  timeout server 2s\n"
                f'frontend orders\n  bind 127.0.0.1:{port} ssl crt both.pem ca-file root.pem verify required\n  error-log-format "%ci:%cp [%tr] %ft %[fc_err_str] / %[ssl_fc_err_str] / ca %[ssl_c_ca_err] crt %[ssl_c_err]"\n  http-request return status 200\n')
            command = ["haproxy", "-db", "-f", "haproxy.cfg"]
    return _served(stage, command, port, fault)


for _program, _faults in {
    "gnutls-serv": "none untrusted expired", "socat": "none untrusted expired wrong-purpose",
    "stunnel": "none untrusted not-yet-valid", "haproxy": "none untrusted expired",
}.items():
    for _fault in _faults.split():
        # The first two and haproxy sum up what was wrong.
        _vague = " untrusted" if _program != "stunnel" and _fault not in {"none", "untrusted"} else ""
        _add(f"{_program}-as-server-client-{_fault}", OF_CLIENT[_fault] + _vague, functools.partial(_serves, _program, _fault))


def _refused(program: str, own: str, stage: Stage) -> str:
    command = stage.s_server("server-good", "-Verify", "3", "-verify_return_error", "-CAfile", "root.pem")
    with stage.serving(command) as (port, _):
        return calls(stage, program, port, own)


for _program, _own, _causes in (
    ("gnutls-cli", "", "no-identity refused-by-peer"), ("gnutls-cli", "client-expired", "expired refused-by-peer"),
    ("perl-lwp", "", "no-identity refused-by-peer"),
    ("php-curl", "", "no-identity refused-by-peer"),
    ("stunnel", "client-untrusted", "untrusted refused-by-peer"), ("curl-verbose", "client-wrong-purpose", "wrong-purpose refused-by-peer"),
    ("java-verbose", "client-untrusted", "untrusted refused-by-peer no-identity"),
):
    _add(f"{_program}-refused-{_own.removeprefix('client-') or 'none'}", _causes, functools.partial(_refused, _program, _own))


# --- files and passwords ---------------------------------------------------------------------------


def _say(name: str, causes: str, *command: str) -> None:
    _add(name, causes, lambda stage: stage.say(*command))


def _configured(program: str, certificate: str, key: str, stage: Stage) -> str:
    folder = stage.folder
    if program == "stunnel":
        (folder / "wrong.conf").write_text(f"foreground = yes\npid =\nsyslog = no\n[orders]\naccept = 127.0.0.1:{_free()}\nconnect = 127.0.0.1:1\ncert = {certificate}\nkey = {key}\n")
        return stage.say("timeout", "3", "stunnel4", "wrong.conf")
    (folder / "joined.pem").write_bytes((folder / certificate).read_bytes() + ((folder / key).read_bytes() if key else b""))
    (folder / "wrong.cfg").write_text("defaults\n  mode http\n  timeout connect 2s\n  timeout client 2s\n  timeout server 2s\nfrontend orders\n  bind 127.0.0.1:1 ssl crt joined.pem\n")
    return stage.say("haproxy", "-c", "-f", "wrong.cfg")


for _program, _name, _causes, _certificate, _key in (
    ("stunnel", "other-key", "key-mismatch", "server-good.pem", "server-rsa.key"),
    ("stunnel", "p12-as-certificate", "wrong-format wrong-password", "page.html", "server-good.key"),
    ("haproxy", "other-key", "key-mismatch", "server-good.pem", "server-rsa.key"),
    ("haproxy", "no-key", "no-identity wrong-format", "server-good.pem", ""),
):
    _add(f"{_program}-{_name}", _causes, functools.partial(_configured, _program, _certificate, _key))


def _jarsigned(*arguments: str) -> Callable[[Stage], str]:
    def make(stage: Stage) -> str:
        stage.say("jar", "--create", "--file", "app.jar", "root.pem")
        return stage.say("jarsigner", "-J-Duser.language=en", *arguments)
    return make


def _verified(own: str, stage: Stage) -> str:
    stage.say("jar", "--create", "--file", "app.jar", "root.pem")
    said = stage.say("jarsigner", "-J-Duser.language=en", "-keystore", f"{own}.p12", "-storepass", PASSWORD, "app.jar", "own")
    return said + stage.say("jarsigner", "-J-Duser.language=en", "-verify", "-keystore", "trust.p12", "-storepass", PASSWORD, "app.jar")


_add("jarsigner-wrong-password", "wrong-password", _jarsigned("-keystore", "server-good.p12", "-storepass", "guessed", "app.jar", "own"))
_add("jarsigner-pem-as-store", "wrong-format", _jarsigned("-keystore", "server-good.pem", "-storepass", PASSWORD, "app.jar", "own"))
_add("jarsigner-no-such-alias", "no-identity", _jarsigned("-keystore", "server-good.p12", "-storepass", PASSWORD, "app.jar", "other"))
_add("jarsigner-key-password", "key-password", _jarsigned("-keystore", "differing.jks", "-storepass", PASSWORD, "-keypass", "guessed", "app.jar", "own"))
_add("jarsigner-expired", "expired", functools.partial(_verified, "server-expired"))
_add("jarsigner-untrusted", "untrusted missing-intermediate", functools.partial(_verified, "server-untrusted"))
_say("certtool-wrong-password", "wrong-password", "certtool", "--p12-info", "--inder", "--infile", "server-good.p12", "--password", "guessed")
_say("certtool-of-jks", "wrong-format", "certtool", "--p12-info", "--inder", "--infile", "server.jks", "--password", PASSWORD)
_say("certtool-verify-expired", "expired", "certtool", "--verify", "--load-ca-certificate", "root.pem", "--infile", "server-expired.pem")
_say("ruby-p12-wrong-password", "wrong-password", "ruby", "-ropenssl", "-e", "OpenSSL::PKCS12.new(File.binread('server-good.p12'), 'guessed')")
_say("ruby-jks-as-p12", "wrong-format wrong-password", "ruby", "-ropenssl", "-e", "OpenSSL::PKCS12.new(File.binread('server.jks'), 'changeit')")
_say("ruby-html-as-certificate", "wrong-format", "ruby", "-ropenssl", "-e", "OpenSSL::X509::Certificate.new(File.read('page.html'))")
_say("ruby-locked-key", "key-password wrong-password", "ruby", "-ropenssl", "-e", "OpenSSL::PKey.read(File.read('locked.key'), 'guessed')")
_say("php-p12-wrong-password", "wrong-password", "php", "-r", "openssl_pkcs12_read(file_get_contents('server-good.p12'), $x, 'guessed') or print(openssl_error_string().PHP_EOL);")
