"""Clients that must be refused call nginx, Java, and openssl, each set up rightly and too lax."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.handshake.live.negative_tests import (
    Evidence,
    NegativePlan,
    NegativeReport,
    Outcome,
    run_negative_tests,
)
from handfast.handshake.live.probing import Target
from handfast.services.authority.issuer import Issuer, issuer_of
from handfast.services.authority.issuing import write_revocation_list
from handfast.services.authority.journal import journal_path, read_journal
from handfast.services.authority.negative_clients import (
    NegativeCase,
    NegativeClients,
    make_negative_clients,
    record_negative_clients,
)
from handfast.services.files.opening import open_file
from tests.support.console import json_console
from tests.support.nginx import nginx, reserved
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.tools import JavaPeer

PASSWORD = "changeit"
#: What every server must refuse without a list of the revoked and without knowing any names.
ALWAYS = {
    "none", "expired", "not-yet-valid", "foreign-ca", "forged-signature", "wrong-purpose",
    "broken-chain", "not-a-ca",
}  # fmt: skip


@dataclass(frozen=True)
class Setup:
    """A CA with a server of its own, the clients of a test, and the list with the revoked one."""

    folder: Path
    issuer: Issuer
    clients: NegativeClients
    crl: Path

    def run(
        self, port: int, *, knows_list: bool = True, seconds: float = 10.0, **more: Any
    ) -> NegativeReport:
        target = Target(host="localhost", port=port, seconds=seconds)
        return run_negative_tests(
            NegativePlan(target=target, clients=self.clients, knows_list=knows_list, **more)
        )


#: What is strict must be so for either kind of key; one is enough to find out what is lax.
both_keys = pytest.mark.parametrize("setup", ["ec:P-256", "rsa:2048"], indirect=True)


@pytest.fixture(scope="module")
def setup(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Setup:
    folder = tmp_path_factory.mktemp("negative")
    make_stores(folder, key=getattr(request, "param", "ec:P-256"))
    keystore = folder / "ca.p12"
    issuer = issuer_of(open_file(keystore, Password(PASSWORD)).store.get("ca"))
    clients = make_negative_clients(issuer)
    record_negative_clients(keystore, issuer, clients)
    crl = folder / "ca.crl"
    write_revocation_list(keystore, issuer, out=crl)
    return Setup(folder, issuer, clients, crl)


def make_stores(folder: Path, *, key: str = "ec:P-256") -> None:
    """ca.p12, server.p12, trust.p12, and what programs on OpenSSL read of them."""
    os.environ["HANDFAST_PASSWORD"] = PASSWORD
    try:
        at = [str(folder / name) for name in ("ca.p12", "server.p12", "trust.p12")]
        of_key = ("--key", key)
        calls: list[tuple[str, ...]] = [
            ("generate", at[0], "--alias", "ca", "--dname", "CN=Test CA", "--purpose", "ca",
             *of_key),
            ("generate", at[1], "--alias", "s", "--dname", "CN=localhost", "--san",
             "dns:localhost", "--issuer", f"{at[0]}#ca", *of_key),
            ("export", at[0], "--alias", "ca", "--out", f"{folder}/ca.pem"),
            ("import", at[2], f"{folder}/ca.pem", "--alias", "ca"),
            ("export-key", at[1], "--alias", "s", "--out", f"{folder}/s.pem", "--encoding",
             "pem", "--unencrypted"),
        ]  # fmt: skip
        for each in calls:
            assert main([*each, "--json"]) == 0, each
    finally:
        del os.environ["HANDFAST_PASSWORD"]


def outcomes(report: NegativeReport) -> dict[str, str]:
    return {each.case.value: each.outcome.value for each in report.results}


def accepted(report: NegativeReport) -> set[str]:
    return {name for name, outcome in outcomes(report).items() if outcome == "accepted"}


def assert_strict(report: NegativeReport, *more: str) -> None:
    """It refuses all that it must, and accepts the good one before and after."""
    assert report.ok, [(each.case, each.outcome, each.evidence, each.words)
                       for each in report.results]  # fmt: skip
    assert accepted(report) == {"good", "wrong-name", "good-again"} - set(more)
    assert report.lax == ()


def assert_lax(report: NegativeReport, expected: set[str]) -> None:
    assert not report.ok
    assert report.is_proven
    assert {each.case.value for each in report.lax} == expected, outcomes(report)


# --- nginx --------------------------------------------------------------------------------------


def served_by_nginx(setup: Setup, folder: Path, *lines: str) -> Any:
    @contextlib.contextmanager
    def serving() -> Iterator[int]:
        with reserved() as listening:
            port = listening.getsockname()[1]
            http = "\n".join([
                "server {", f"listen 127.0.0.1:{port} ssl;", "server_name localhost;",
                f'ssl_certificate "{setup.folder}/s.pem";',
                f'ssl_certificate_key "{setup.folder}/s.pem";',
                f'ssl_client_certificate "{setup.folder}/ca.pem";', *lines,
                'location / { return 200 "come in"; }', "}",
            ])  # fmt: skip
            with nginx(folder, listening, http):
                yield port

    return serving()


@both_keys
def test_nginx_that_is_strict(setup: Setup, tmp_path: Path) -> None:
    lines = ("ssl_verify_client on;", f'ssl_crl "{setup.crl}";')
    with served_by_nginx(setup, tmp_path / "nginx", *lines) as port:
        report = setup.run(port)
    assert_strict(report)
    # It finishes the handshake, and says no in HTTP.
    told = {each.evidence for each in report.refused}
    assert told == {Evidence.HTTP}
    assert report.server[0].subject == "CN=localhost"


@pytest.mark.parametrize(("lines", "expected"), [
    (("ssl_verify_client optional;",), {"none", "revoked"}),
    (("ssl_verify_client optional_no_ca;",),
     {"none", "foreign-ca", "broken-chain", "not-a-ca", "revoked"}),
    (("ssl_verify_client off;",), {*ALWAYS, "revoked"}),
    (("ssl_verify_client on;",), {"revoked"}),
])  # fmt: skip
def test_nginx_that_is_too_lax(
    setup: Setup, tmp_path: Path, lines: tuple[str, ...], expected: set[str]
) -> None:
    with served_by_nginx(setup, tmp_path / "nginx", *lines) as port:
        report = setup.run(port)
    assert_lax(report, expected)


def test_a_refusal_of_the_program_behind_counts_by_its_path(setup: Setup, tmp_path: Path) -> None:
    guarded = 'if ($ssl_client_verify != SUCCESS) { return 403; } return 200 "come in";'
    lines = ("ssl_verify_client optional;", f'ssl_crl "{setup.crl}";',
             f"location /api {{ {guarded} }}")  # fmt: skip
    with served_by_nginx(setup, tmp_path / "nginx", *lines) as port:
        assert_lax(setup.run(port), {"none"})
        assert_strict(setup.run(port, path="/api"))


def test_names_count_where_the_server_is_to_check_them(setup: Setup, tmp_path: Path) -> None:
    checked = ('if ($ssl_client_s_dn !~ "Handfast test client") { return 403; }',)
    lines = ("ssl_verify_client on;", f'ssl_crl "{setup.crl}";')
    with served_by_nginx(setup, tmp_path / "checked", *lines, *checked) as port:
        assert_strict(setup.run(port, checks_names=True), "wrong-name")
    with served_by_nginx(setup, tmp_path / "unchecked", *lines) as port:
        assert_lax(setup.run(port, checks_names=True), {"wrong-name"})


# --- openssl ------------------------------------------------------------------------------------


@contextlib.contextmanager
def served_by_openssl(setup: Setup, *options: str) -> Iterator[int]:
    own = ["-cert", f"{setup.folder}/s.pem", "-key", f"{setup.folder}/s.pem",
           "-CAfile", f"{setup.folder}/ca.pem", "-no-CApath", "-no-CAstore"]  # fmt: skip
    command = [program("openssl"), "s_server", "-accept", "localhost:0", "-rev", *own, *options]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        accept = next(line for line in process.stdout if line.startswith("ACCEPT"))
        # Whoever writes to a pipe that nobody reads would stand still.
        reader = threading.Thread(target=process.stdout.read, daemon=True)
        reader.start()
        try:
            yield int(accept.rsplit(":")[-1])
        finally:
            process.kill()
            reader.join(10)


@both_keys
@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl_that_is_strict(setup: Setup, version: str) -> None:
    options = ("-Verify", "5", "-verify_return_error", "-crl_check", "-CRL", str(setup.crl))
    with served_by_openssl(setup, *options, version) as port:
        report = setup.run(port)
    assert_strict(report)
    assert {each.evidence for each in report.refused} == {Evidence.ALERT}
    assert {each.tls for each in report.results} == {version[4:].replace("_", ".")}


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(("options", "expected"), [
    # The trap: without -verify_return_error it goes on after each error.
    (("-Verify", "5"), {*(ALWAYS - {"none"}), "revoked"}),
    (("-verify", "5", "-verify_return_error"), {"none", "revoked"}),
    (("-Verify", "5", "-verify_return_error"), {"revoked"}),
    (("-Verify", "5", "-verify_return_error", "-purpose", "any"), {"wrong-purpose", "revoked"}),
    (("-Verify", "5", "-verify_return_error", "-no_check_time"),
     {"expired", "not-yet-valid", "revoked"}),
    ((), {*ALWAYS, "revoked"}),
])  # fmt: skip
def test_openssl_that_is_too_lax(
    setup: Setup, version: str, options: tuple[str, ...], expected: set[str]
) -> None:
    with served_by_openssl(setup, *options, version) as port:
        assert_lax(setup.run(port), expected)


# --- Java ---------------------------------------------------------------------------------------


def served_by_java(java: JavaPeer, setup: Setup, mode: str) -> int:
    stores = ("PKCS12", setup.folder / "server.p12", PASSWORD, PASSWORD,
              "PKCS12", setup.folder / "trust.p12", PASSWORD)  # fmt: skip
    return int(java("gate", mode, setup.crl, *stores)[0][0])


@both_keys
def test_java_that_is_strict(setup: Setup, java: JavaPeer) -> None:
    assert_strict(setup.run(served_by_java(java, setup, "strict")))


@pytest.mark.parametrize(("mode", "expected"), [
    ("all", {*(ALWAYS - {"none"}), "revoked"}),
    ("no-purpose", {"wrong-purpose", "revoked"}),
    ("no-list", {"revoked"}),
    ("want", {"none", "revoked"}),
])  # fmt: skip
def test_java_that_is_too_lax(setup: Setup, java: JavaPeer, mode: str, expected: set[str]) -> None:
    assert_lax(setup.run(served_by_java(java, setup, mode)), expected)


# --- what cannot be asked, and servers that misbehave -------------------------------------------


def test_what_cannot_be_asked_is_not_held_against_the_server(setup: Setup, tmp_path: Path) -> None:
    with served_by_nginx(setup, tmp_path / "nginx", "ssl_verify_client on;") as port:
        report = setup.run(port, knows_list=False)
    found = {each.case: each for each in report.results}
    assert report.ok
    assert found[NegativeCase.REVOKED].outcome is Outcome.NOT_RUN
    assert found[NegativeCase.REVOKED].evidence is Evidence.NO_LIST
    assert (found[NegativeCase.REVOKED].ok, found[NegativeCase.WRONG_NAME].ok) == (None, None)


@contextlib.contextmanager
def misbehaving(act: Callable[[socket.socket], None]) -> Iterator[tuple[int, list[int]]]:
    """A server of plain sockets; how often it was called."""
    calls: list[int] = []
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            try:
                plain = listening.accept()[0]
            except OSError:
                continue
            calls.append(1)
            with plain:
                act(plain)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1], calls
        finally:
            stopped.set()
            thread.join(10)


@pytest.mark.parametrize("act", [
    lambda _plain: None,
    lambda _plain: time.sleep(1.5),
    lambda plain: plain.sendall(b"220 no TLS here\r\n"),
], ids=["closes", "hangs", "speaks"])  # fmt: skip
def test_a_server_that_misbehaves_proves_nothing(
    setup: Setup, act: Callable[[socket.socket], None]
) -> None:
    with misbehaving(act) as (port, calls):
        report = setup.run(port, seconds=0.5)
    assert not report.ok
    assert report.results[0].outcome is Outcome.UNCLEAR
    assert {each.outcome for each in report.results[1:]} == {Outcome.NOT_RUN}
    # Without the good one nobody else calls.
    assert calls == [1]


def test_a_server_that_refuses_everybody_proves_nothing(setup: Setup, java: JavaPeer) -> None:
    # It trusts its own certificate alone, and so nobody else.
    stores = ("PKCS12", setup.folder / "server.p12", PASSWORD, PASSWORD,
              "PKCS12", stranger_trust(setup), PASSWORD)  # fmt: skip
    report = setup.run(int(java("gate", "no-list", setup.crl, *stores)[0][0]))
    assert not report.ok
    assert report.results[0].outcome is Outcome.REFUSED
    assert {each.outcome for each in report.results[1:]} == {Outcome.NOT_RUN}


def stranger_trust(setup: Setup) -> Path:
    folder = setup.folder / "stranger"
    if not folder.exists():
        folder.mkdir()
        make_stores(folder)
    return folder / "trust.p12"


# --- the certificates ---------------------------------------------------------------------------


def test_what_the_ca_signed_is_in_its_journal_and_nothing_else_is_written(setup: Setup) -> None:
    journal = read_journal(journal_path(setup.folder / "ca.p12"))
    serials = {int(each.serial, 16) for each in setup.clients.issued}
    assert len(serials) == len(setup.clients.issued)
    assert serials <= journal.serials()
    revoked = setup.clients.find(NegativeCase.REVOKED).certificate
    assert revoked is not None
    assert [each.serial for each in journal.revoked] == [int(revoked.serial, 16)]
    pairs = [each.pair for each in setup.clients.clients if each.pair is not None]
    for path in setup.folder.iterdir():
        data = path.read_bytes() if path.is_file() else b""
        assert not any(pair.key is not None and pair.key.pkcs8 in data for pair in pairs)
    assert "pkcs8" not in repr(setup.clients)
    # None of what it signed for a test may sign anything.
    assert not any(each.is_ca for each in setup.clients.issued)


# --- the console --------------------------------------------------------------------------------


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console in a folder with the keystores of a CA; code and JSON."""
    make_stores(tmp_path)
    return json_console(capsys, monkeypatch, tmp_path, PASSWORD)


OWN = ("listen", "--identity", "server.p12", "--trust", "trust.p12", "--negative", "--ca",
       "ca.p12#ca")  # fmt: skip


def test_our_own_server_refuses_them_all_and_says_why(run: Any, tmp_path: Path) -> None:
    code, told = run(*OWN, "--report", "report.html")
    assert (code, told["ok"], told["schema"]) == (0, True, 1)
    found = {each["case"]: each for each in told["cases"]}
    assert {name for name, each in found.items() if each["outcome"] == "refused"} == {
        *ALWAYS, "revoked",
    }  # fmt: skip
    causes = {name: each["server_cause"] for name, each in found.items()}
    assert causes["expired"] == "expired"
    assert causes["revoked"] == "revoked"
    assert causes["wrong-purpose"] == "wrong-purpose"
    assert causes["none"] == "no-identity"
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert found["expired"]["serial"] in page
    assert "PRIVATE KEY" not in page
    assert PASSWORD not in page
    # A second one does not replace the first, unless it is told to.
    assert run(*OWN, "--report", "report.html")[0] == 6
    assert run(*OWN, "--report", "report.html", "--force")[0] == 0
    assert run(*OWN, "--report", "ca.p12", "--force")[0] == 6


def test_a_file_without_a_list_is_no_list(run: Any) -> None:
    code, told = run("listen", "--identity", "server.p12", "--trust", "trust.p12", "--crl",
                     "ca.pem")  # fmt: skip
    assert (code, told["error"]["kind"]) == (4, "not-a-keystore")


@pytest.mark.usefixtures("run")
def test_the_console_writes_the_list_and_waits(tmp_path: Path) -> None:
    with reserved() as listening:
        port = listening.getsockname()[1]
        command = [sys.executable, "-m", "handfast", "probe", f"localhost:{port}", "--negative",
                   "--ca", "ca.p12", "--crl-out", "test.crl", "--crl-wait", "0.5",
                   "--json"]  # fmt: skip
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert "test.crl" in process.stderr.readline()
            issuer = issuer_of(open_file(tmp_path / "ca.p12", Password(PASSWORD)).store.get("ca"))
            placed = Setup(tmp_path, issuer, None, tmp_path / "test.crl")  # type: ignore[arg-type]
            http = ("ssl_verify_client on;", f'ssl_crl "{placed.crl}";')
            lines = "\n".join([
                "server {", f"listen 127.0.0.1:{port} ssl;",
                f'ssl_certificate "{tmp_path}/s.pem";',
                f'ssl_certificate_key "{tmp_path}/s.pem";',
                f'ssl_client_certificate "{tmp_path}/ca.pem";', *http,
                'location / { return 200 "come in"; }', "}",
            ])  # fmt: skip
            with nginx(tmp_path / "nginx", listening, lines):
                out, _ = process.communicate(timeout=120)
    told = json.loads(out)
    assert (process.returncode, told["ok"]) == (0, True)
    assert {each["case"] for each in told["cases"] if each["outcome"] == "refused"} == {
        *ALWAYS, "revoked",
    }  # fmt: skip


def test_a_client_that_the_ca_issued_can_be_the_one_that_is_accepted(
    run: Any, tmp_path: Path
) -> None:
    assert run("generate", "own.p12", "--alias", "own", "--dname", "CN=partner, O=Acme",
               "--issuer", "ca.p12#ca", "--san", "dns:partner.example",
               "--key", "ec:P-256")[0] == 0  # fmt: skip
    with served_by_openssl(
        Setup(tmp_path, None, None, tmp_path),  # type: ignore[arg-type]
        "-Verify", "5", "-verify_return_error",
    ) as port:  # fmt: skip
        code, told = run("probe", f"localhost:{port}", "--negative", "--ca", "ca.p12",
                         "--identity", "own.p12")  # fmt: skip
    assert code == 0, told
    own = run("list", "own.p12")[1]["entries"][0]["chain"][0]
    assert told["cases"][0]["sha256"] == own["sha256"]
    lines = {each.sha256: each for each in
             read_journal(journal_path(tmp_path / "ca.p12")).issued}  # fmt: skip
    expired = next(each for each in told["cases"] if each["case"] == "expired")
    assert lines[expired["sha256"]].subject == "CN=partner,O=Acme"


@pytest.mark.parametrize(("more", "code"), [
    (("--negative",), 2),
    (("--ca", "ca.p12"), 2),
    (("--negative", "--ca", "server.p12#s"), 2),
    (("--negative", "--ca", "trust.p12#ca"), 2),
    (("--negative", "--ca", "ca.p12", "--identity", "server.p12", "--crl-wait", "3"), 2),
    (("--negative", "--ca", "ca.p12", "--crl-out", "list.crl"), 2),
    (("--negative", "--ca", "ca.p12", "--path", "no slash"), 2),
    (("--negative", "--ca", "ca.p12", "--crl-out", "ca.p12", "--crl-wait", "1", "--force"), 6),
    (("--negative", "--ca", "ca.p12", "--ca-password-file", "wrong.txt"), 3),
    (("--negative", "--ca", "short.p12"), 4),
    (("--negative", "--ca", "absent.p12"), 7),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_before_anybody_is_called(
    run: Any, tmp_path: Path, more: tuple[str, ...], code: int
) -> None:
    (tmp_path / "wrong.txt").write_text("not this one\n")
    (tmp_path / "short.p12").write_bytes((tmp_path / "ca.p12").read_bytes()[:200])
    before = read_journal(journal_path(tmp_path / "ca.p12"))
    with misbehaving(lambda _plain: None) as (port, calls):
        assert run("probe", f"127.0.0.1:{port}", *more)[0] == code
    assert calls == []
    assert read_journal(journal_path(tmp_path / "ca.p12")) == before


def test_without_the_network_nothing_is_issued(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_NO_NETWORK", "1")
    before = read_journal(journal_path(tmp_path / "ca.p12"))
    for call in (("probe", "localhost:1", "--negative", "--ca", "ca.p12"), OWN):
        code, told = run(*call)
        assert (code, told["error"]["kind"]) == (6, "network-forbidden")
    assert read_journal(journal_path(tmp_path / "ca.p12")) == before
