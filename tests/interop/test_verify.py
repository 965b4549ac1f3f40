"""What verify says of a chain, beside openssl verify and Java's PKIX, and of its revocation."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from handfast.cli.main import main
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORD = "changeit"
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
MAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION


class Made:
    """A certificate and its key."""

    def __init__(self, certificate: x509.Certificate, key: Any) -> None:
        self.certificate, self.key = certificate, key

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        data: bytes = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return data.decode()


def make(
    name: str,
    issuer: Made | None = None,
    *,
    ca: bool = False,
    path_length: int | None = None,
    starts: int = -30,
    ends: int = 300,
    usages: tuple[x509.ObjectIdentifier, ...] = (CLIENT, SERVER),
    constraint: str = "",
    excluded: str = "",
    ca_usages: tuple[x509.ObjectIdentifier, ...] = (),
    is_odd: bool = False,
    address: str = "",
    crl_address: str = "",
    issuer_address: str = "",
    key_cert_sign: bool | None = None,
) -> Made:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = issuer.certificate.subject if issuer is not None else subject
    signs = ca if key_cert_sign is None else key_cert_sign
    signer = issuer.key if issuer is not None else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + dt.timedelta(days=starts))
        .not_valid_after(NOW + dt.timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not signs, key_encipherment=False, content_commitment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=signs,
                crl_sign=signs, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )  # fmt: skip
    if not ca:
        names = [x509.DNSName("api.example")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if ca_usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(ca_usages), critical=False)
    if constraint or excluded:
        limits = x509.NameConstraints(
            [x509.DNSName(constraint)] if constraint else None,
            [x509.DNSName(excluded)] if excluded else None,
        )
        builder = builder.add_extension(limits, critical=True)
    if is_odd:
        odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        builder = builder.add_extension(odd, critical=True)
    access = [
        x509.AccessDescription(method, x509.UniformResourceIdentifier(where))
        for method, where in (
            (AuthorityInformationAccessOID.OCSP, address),
            (AuthorityInformationAccessOID.CA_ISSUERS, issuer_address),
        )
        if where
    ]
    if access:
        builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
    if crl_address:
        point = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(crl_address)], None, None, None
        )
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return Made(builder.sign(signer, hashes.SHA256()), key)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call


#: A fault of one kind, as what it changes at the root, the intermediate, and the leaf.
FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "none": ({}, {}, {}),
    "expired leaf": ({}, {}, {"ends": -1}),
    "future leaf": ({}, {}, {"starts": 1}),
    "expired intermediate": ({}, {"ends": -1}, {}),
    "future intermediate": ({}, {"starts": 1}, {}),
    "intermediate is no CA": ({}, {"ca": False, "usages": ()}, {}),
    "intermediate may not sign": ({}, {"key_cert_sign": False}, {}),
    "path length": ({"path_length": 0}, {}, {}),
    "mail only": ({}, {}, {"usages": (MAIL,)}),
    "client only": ({}, {}, {"usages": (CLIENT,)}),
    "server only": ({}, {}, {"usages": (SERVER,)}),
    "no usages": ({}, {}, {"usages": ()}),
    "names excluded": ({}, {"constraint": "other.example"}, {}),
    "names permitted": ({}, {"constraint": "example"}, {}),
    "names below permitted": ({}, {"constraint": ".api.example"}, {}),
    "other names excluded": ({}, {"excluded": ".api.example"}, {}),
    "its name excluded": ({}, {"excluded": "example"}, {}),
    "excluded by the root": ({"excluded": "api.example"}, {}, {}),
    "short path": ({}, {"path_length": 0}, {}),
    "expired root": ({"ends": -1}, {}, {}),
    "CA for clients": ({}, {"ca_usages": (CLIENT,)}, {}),
    "unknown critical": ({}, {}, {"is_odd": True}),
}
SENT = ("whole", "without intermediate", "without root", "leaf twice", "reversed")
TRUSTED = ("root", "stranger", "same name")


def test_two_hundred_chains_as_openssl_and_java_have_them(
    openssl: Tool, keytool: Tool, java: JavaPeer, tmp_path: Path, run: Any,
    record_property: pytest.RecordProperty,
) -> None:  # fmt: skip
    stranger = make("Stranger", ca=True)
    differences: list[str] = []
    total = 0
    for fault, (at_root, at_middle, at_leaf) in FAULTS.items():
        root = make("Root", ca=True, **at_root)
        if fault == "path length":
            between = make("Between", root, ca=True)
        middle = make("Issuing", between if fault == "path length" else root,
                      **{"ca": True, **at_middle})  # fmt: skip
        leaf = make("api.example", middle, **at_leaf)
        same_name = make("Root", ca=True)
        above = [middle, between, root] if fault == "path length" else [middle, root]
        trust_of = {"root": root, "stranger": stranger, "same name": same_name}
        stores = {}
        for name, made in trust_of.items():
            stores[name] = tmp_path / f"{total}-{name}.p12"
            pem = stores[name].with_suffix(".pem")
            pem.write_text(made.pem)
            keytool("-importcert", "-noprompt", "-alias", "a", "-file", pem, "-keystore",
                    stores[name], "-storepass", PASSWORD)  # fmt: skip
        for sent, trusted, side in itertools.product(SENT, TRUSTED, ("client", "server")):
            if trusted != "root" and (sent != "whole" or fault not in {"none", "mail only"}):
                continue
            chain = {
                "whole": [leaf, *above],
                "without intermediate": [leaf, root],
                "without root": [leaf, *above[:-1]],
                "leaf twice": [leaf, leaf, *above],
                "reversed": [leaf, *reversed(above)],
            }[sent]
            total += 1
            file = tmp_path / "chain.pem"
            file.write_text("".join(each.pem for each in chain))
            untrusted = tmp_path / "untrusted.pem"
            untrusted.write_text("".join(each.pem for each in chain[1:]) or leaf.pem)
            by_openssl = openssl(
                "verify", "-x509_strict", "-purpose", f"ssl{side}",
                "-CAfile", stores[trusted].with_suffix(".pem"),
                "-untrusted", untrusted, file, check=False,
            ).returncode == 0  # fmt: skip
            by_java = (
                java("accepts", "PKCS12", stores[trusted], PASSWORD, side, file)[0][0] == "yes"
            )
            code, told = run("verify", str(file), "--trust", str(stores[trusted]),
                             "--purpose", side)  # fmt: skip
            assert code in {0, 1}, told
            assert told["ok"] is (code == 0)
            assert told["ok"] or told["causes"]
            if by_openssl == by_java and told["ok"] is not by_openssl:
                differences.append(f"{fault}, {sent}, {trusted}, {side}: we say {told['ok']}")
            if by_openssl != by_java and told["ok"] not in {by_openssl, by_java}:
                differences.append(f"{fault}, {sent}, {trusted}, {side}: nobody says so")
    record_property("chains", total)
    assert total >= 200
    assert not differences, differences


def test_a_host_a_pinned_leaf_and_another_moment(run: Any, tmp_path: Path) -> None:
    root = make("Root", ca=True, ends=900)
    leaf = make("api.example", root, ends=10)
    (tmp_path / "chain.pem").write_text(leaf.pem + root.pem)
    (tmp_path / "root.pem").write_text(root.pem)
    (tmp_path / "leaf.der").write_bytes(leaf.certificate.public_bytes(Encoding.DER))
    base = ("verify", "chain.pem", "--trust", "root.pem")
    code, told = run(*base, "--hostname", "api.example")
    assert (code, len(told["path"]), told["revocation"]) == (0, 2, "not-checked")
    assert told["anchor"]
    code, told = run(*base, "--hostname", "other.example")
    assert (code, told["causes"][0]["code"]) == (1, "host-mismatch")
    later = (NOW + dt.timedelta(days=20)).date().isoformat()
    code, told = run(*base, "--at", later)
    assert (code, told["causes"][0]["code"]) == (1, "expired")
    earlier = (NOW - dt.timedelta(days=60)).isoformat()
    assert run(*base, "--at", earlier)[1]["causes"][0]["code"] == "not-yet-valid"
    assert run(*base, "--at", "soon")[0] == 2
    # The leaf itself is an anchor where exactly it is trusted.
    code, told = run("verify", "chain.pem", "--trust", "leaf.der")
    assert (code, len(told["path"])) == (0, 1)
    code, told = run("verify", "leaf.der", "--trust", "root.pem")
    assert code == 0


def test_an_entry_and_the_stores_of_the_machine(
    run: Any, keytool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    keytool("-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=own", "-keystore",
            tmp_path / "own.p12", "-storepass", PASSWORD)  # fmt: skip
    code, told = run("verify", "own.p12", "--trust", "jdk")
    assert (code, told["causes"][0]["code"]) == (1, "untrusted")
    code, told = run("verify", "own.p12", "--alias", "own", "--trust", "own.p12")
    assert code == 0
    assert run("verify", "own.p12", "--alias", "no", "--trust", "jdk")[0] == 2
    assert run("verify", "no.p12", "--trust", "jdk")[0] == 7
    assert run("verify", "own.p12", "--trust", "no.p12")[0] == 7
    (tmp_path / "nonsense").write_bytes(b"\x00\x01nonsense")
    assert run("verify", "own.p12", "--trust", "nonsense")[0] == 4
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    (tmp_path / "lib" / "security").mkdir(parents=True)
    (tmp_path / "own.p12").rename(tmp_path / "lib" / "security" / "cacerts")
    (tmp_path / "lib" / "security" / "cacerts").write_bytes(
        (tmp_path / "lib" / "security" / "cacerts").read_bytes()
    )
    code, told = run("verify", "lib/security/cacerts", "--trust", "jdk")
    assert (code, told["anchor"]) == (0, "own")


# --- revocation -----------------------------------------------------------------------------------


def revocation_list(issuer: Made, *revoked: Made, starts: int = -1, ends: int = 5) -> str:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(NOW + dt.timedelta(days=starts))
        .next_update(NOW + dt.timedelta(days=ends))
    )
    for each in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(each.certificate.serial_number)
            .revocation_date(NOW - dt.timedelta(days=1))
            .build()
        )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def test_revocation_lists_in_files(run: Any, openssl: Tool, tmp_path: Path) -> None:
    root = make("Root", ca=True)
    leaf = make("api.example", root)
    other = make("other.example", root)
    (tmp_path / "leaf.pem").write_text(leaf.pem)
    (tmp_path / "root.pem").write_text(root.pem)
    forger = make("Root", ca=True)
    for name, text, state, ok in (
        ("good", revocation_list(root, other), "good", True),
        ("revoked", revocation_list(root, leaf), "revoked", False),
        ("outdated", revocation_list(root, other, starts=-9, ends=-2), "unknown", True),
        ("forged", revocation_list(forger, leaf), "unknown", True),
    ):
        (tmp_path / name).write_text(text)
        code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--crl", name)
        assert (name, told["revocation"], told["ok"], code) == (name, state, ok, int(not ok))
        by_openssl = openssl("verify", "-crl_check", "-CAfile", tmp_path / "root.pem", "-CRLfile",
                             tmp_path / name, tmp_path / "leaf.pem", check=False)  # fmt: skip
        assert (by_openssl.returncode == 0) is (state == "good")
    assert told["revocation_details"][0]["detail"]
    assert run("verify", "leaf.pem", "--trust", "root.pem", "--crl", "root.pem")[0] == 4


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextlib.contextmanager
def responder(folder: Path, port: int, ca: Made, signer: Made, *options: str) -> Iterator[None]:
    """openssl's own OCSP responder over an index of the certificates that a CA issued."""
    (folder / "ca.pem").write_text(ca.pem)
    (folder / "signer.pem").write_text(signer.pem)
    (folder / "signer.key").write_text(signer.key_pem)
    command = [program("openssl"), "ocsp", "-index", "index.txt", "-port", str(port), "-CA",
               "ca.pem",
               "-rsigner", "signer.pem", "-rkey", "signer.key", *options]  # fmt: skip
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            assert process.stdout is not None
            said = b""
            while b"waiting for" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            yield
        finally:
            process.terminate()
            process.wait(20)


def index(*lines: tuple[str, Made]) -> str:
    """The database of openssl ca."""
    text = ""
    end = (NOW + dt.timedelta(days=300)).strftime("%y%m%d%H%M%SZ")
    when = (NOW - dt.timedelta(days=1)).strftime("%y%m%d%H%M%SZ")
    for state, made in lines:
        serial = f"{made.certificate.serial_number:X}"
        serial = serial if len(serial) % 2 == 0 else "0" + serial
        revoked = when if state == "R" else ""
        text += f"{state}\t{end}\t{revoked}\t{serial}\tunknown\t/CN=x\n"
    return text


@pytest.mark.parametrize(
    ("state", "signed_by", "options", "expected", "word"),
    [
        ("V", "ca", (), "good", ""),
        ("R", "ca", (), "revoked", ""),
        ("", "ca", (), "unknown", "does not know"),
        ("V", "delegate", (), "good", ""),
        ("R", "delegate", (), "revoked", ""),
        ("V", "stranger", (), "unknown", "not signed by the issuer"),
        ("V", "plain", (), "unknown", "not signed by the issuer"),
    ],
)
def test_an_ocsp_responder(
    state: str, signed_by: str, options: tuple[str, ...], expected: str, word: str, run: Any,
    openssl: Tool, tmp_path: Path,
) -> None:  # fmt: skip
    assert openssl("version").returncode == 0
    port = free_port()
    root = make("Root", ca=True)
    leaf = make("api.example", root, address=f"http://127.0.0.1:{port}/")
    signers = {
        "ca": root,
        "delegate": make("Responder", root, usages=(ExtendedKeyUsageOID.OCSP_SIGNING,)),
        "plain": make("Responder", root, usages=(CLIENT,)),
        "stranger": make("Stranger", ca=True),
    }
    (tmp_path / "leaf.pem").write_text(leaf.pem)
    (tmp_path / "root.pem").write_text(root.pem)
    (tmp_path / "index.txt").write_text(index((state, leaf)) if state else "")
    with responder(tmp_path, port, root, signers[signed_by], *options):
        code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--online")
    assert told["revocation"] == expected, told
    assert code == int(expected == "revoked")
    assert word in " ".join(each["detail"] for each in told["revocation_details"])
    if expected == "revoked":
        assert told["causes"][0]["code"] == "revoked"


class Answering:
    """A small HTTP server that answers each request in the same way, or never."""

    def __init__(self, body: bytes | None, *, status: str = "200 OK") -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.asked = 0
        self._answer = None
        if body is not None:
            head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n"
            self._answer = head.encode() + body
        self._kept: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.asked += 1
            self._kept.append(connection)
            if self._answer is not None:
                connection.recv(65_536)
                connection.sendall(self._answer)
                connection.close()

    def close(self) -> None:
        self._socket.close()
        for each in self._kept:
            each.close()


@pytest.mark.parametrize(
    "case", ["replayed", "expired", "nonsense", "error", "unreachable", "none"]
)
def test_ocsp_answers_that_do_not_count(case: str, run: Any, tmp_path: Path) -> None:
    from cryptography.x509 import ocsp

    root = make("Root", ca=True)
    (tmp_path / "root.pem").write_text(root.pem)
    stored: dict[str, Any] = {}
    server = Answering(b"", status="500 Oops") if case == "error" else None
    if case == "unreachable":
        address = f"http://127.0.0.1:{free_port()}/"
    elif case == "none":
        address = ""
    elif server is not None:
        address = f"http://127.0.0.1:{server.port}/"
    else:
        holder = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{holder.getsockname()[1]}/"
        stored["socket"] = holder
    leaf = make("api.example", root, address=address)
    (tmp_path / "leaf.pem").write_text(leaf.pem)
    if case in {"replayed", "expired", "nonsense"}:
        days = -9 if case == "expired" else -1
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=leaf.certificate, issuer=root.certificate, algorithm=hashes.SHA1(),
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=NOW + dt.timedelta(days=days),
            next_update=NOW + dt.timedelta(days=days + 3),
            revocation_time=None, revocation_reason=None,
        ).responder_id(ocsp.OCSPResponderEncoding.HASH, root.certificate)  # fmt: skip
        if case == "replayed":
            builder = builder.add_extension(x509.OCSPNonce(b"another one"), critical=False)
        body = builder.sign(root.key, hashes.SHA256()).public_bytes(Encoding.DER)
        body = b"<html>" if case == "nonsense" else body
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()

        def serve() -> None:
            connection, _ = stored["socket"].accept()
            connection.recv(65_536)
            connection.sendall(head + body)
            connection.close()

        threading.Thread(target=serve, daemon=True).start()
    code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--online")
    words = {
        "replayed": "another request", "expired": "has expired", "nonsense": "did not answer with",
        "error": "HTTP status 500", "unreachable": "could not be reached",
        "none": "names neither",
    }  # fmt: skip
    assert (code, told["ok"], told["revocation"]) == (0, True, "unknown")
    assert words[case] in told["revocation_details"][0]["detail"]
    if server is not None:
        server.close()
    if "socket" in stored:
        stored["socket"].close()


def test_what_a_responder_says_besides_an_answer(run: Any, tmp_path: Path) -> None:
    """A redirection is not followed, and each trouble has its own words."""
    root = make("Root", ca=True)
    (tmp_path / "root.pem").write_text(root.pem)
    elsewhere = Answering(b"")
    for status, head, word in (
        ("302 Found", f"Location: http://127.0.0.1:{elsewhere.port}/", "redirects"),
        ("404 Not Found", "X: y", "HTTP status 404"),
    ):
        server = Answering(b"", status=f"{status}\r\n{head}")
        leaf = make("api.example", root, address=f"http://127.0.0.1:{server.port}/")
        (tmp_path / "leaf.pem").write_text(leaf.pem)
        code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--online")
        assert (code, told["revocation"]) == (0, "unknown")
        assert word in told["revocation_details"][0]["detail"]
        assert server.asked == 1
        server.close()
    assert not elsewhere.asked
    elsewhere.close()


@pytest.mark.parametrize("where", ["before the head", "in the head", "in the body"])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(where: str) -> None:
    """The timeout of a socket begins again with each byte."""
    from handfast.core.network import ALLOWED
    from handfast.handshake.live.fetching import FetchError, FetchTrouble, fetch

    begun = {
        "before the head": b"",
        "in the head": b"HTTP/1.1 200 OK\r\nX: ",
        "in the body": b"HTTP/1.1 200 OK\r\n\r\n",
    }[where]
    stopped = threading.Event()
    holder = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = holder.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            connection.sendall(begun)
            while not stopped.wait(0.05):
                connection.sendall(b"H" if where != "before the head" else b"")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        with pytest.raises(FetchError) as error:
            fetch(f"http://127.0.0.1:{holder.getsockname()[1]}/", permission=ALLOWED, timeout=0.5)
        assert error.value.trouble is FetchTrouble.TIMEOUT
    finally:
        stopped.set()
        thread.join(10)
        holder.close()


def test_many_silent_servers_end_together() -> None:
    """Each certificate of a path names its own; after three, the others are not asked."""
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.network import ALLOWED
    from handfast.handshake.live.revocation_answers import ask_about
    from handfast.handshake.verifying import Revocation

    silent = Answering(None)
    root = make("Root", ca=True)
    leaf = make("api.example", root, address=f"http://127.0.0.1:{silent.port}/")
    ends = [Certificate(each.certificate.public_bytes(Encoding.DER)) for each in (leaf, root)]
    # The same leaf many times over stands for as many certificates.
    found = ask_about([*ends[:1] * 12, ends[1]], at=NOW, permission=ALLOWED, timeout=0.3)
    assert {each.state for each in found} == {Revocation.UNKNOWN}
    assert silent.asked < 12
    silent.close()


def test_a_silent_responder_is_given_up_and_the_list_is_asked(tmp_path: Path) -> None:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.network import ALLOWED
    from handfast.handshake.live.revocation_answers import ask_about
    from handfast.handshake.verifying import Revocation

    silent = Answering(None)
    root = make("Root", ca=True)
    leaf = make("api.example", root, address=f"http://127.0.0.1:{silent.port}/")
    path = [Certificate(each.certificate.public_bytes(Encoding.DER)) for each in (leaf, root)]
    found = ask_about(path, at=NOW, permission=ALLOWED, timeout=0.3)
    assert [each.state for each in found] == [Revocation.UNKNOWN]
    assert "in time" in found[0].detail
    silent.close()
    assert tmp_path.exists()


def test_the_network_is_asked_only_where_it_may_be(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make("Root", ca=True)
    listing = Answering(b"")
    leaf = make("api.example", root, crl_address=f"http://127.0.0.1:{listing.port}/ca.crl")
    (tmp_path / "leaf.pem").write_text(leaf.pem)
    (tmp_path / "root.pem").write_text(root.pem)
    assert run("verify", "leaf.pem", "--trust", "root.pem")[0] == 0
    monkeypatch.setenv("HANDFAST_NO_NETWORK", "1")
    code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--online")
    assert (code, told["error"]["kind"]) == (6, "network-forbidden")
    assert listing.asked == 0
    listing.close()


@pytest.mark.parametrize("revoked", [False, True])
def test_a_list_at_a_distribution_point(revoked: bool, run: Any, tmp_path: Path) -> None:
    root = make("Root", ca=True)
    other = make("other.example", root)
    port_of = Answering(b"")
    port_of.close()
    holder = socket.create_server(("127.0.0.1", 0))
    leaf = make("api.example", root, crl_address=f"http://127.0.0.1:{holder.getsockname()[1]}/x")
    body = revocation_list(root, leaf if revoked else other).encode()

    def serve() -> None:
        connection, _ = holder.accept()
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + body)
        connection.close()

    threading.Thread(target=serve, daemon=True).start()
    (tmp_path / "leaf.pem").write_text(leaf.pem)
    (tmp_path / "root.pem").write_text(root.pem)
    code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--online")
    assert told["revocation"] == ("revoked" if revoked else "good")
    assert code == int(revoked)
    holder.close()


# --- completing a chain ---------------------------------------------------------------------------


def test_completing_a_chain(
    run: Any, openssl: Tool, keytool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    root = make("Root", ca=True)
    middle = make("Issuing", root, ca=True)
    serving = Answering(middle.certificate.public_bytes(Encoding.DER))
    leaf = make("api.example", middle, issuer_address=f"http://127.0.0.1:{serving.port}/ca.cer")
    (tmp_path / "own.pem").write_text(leaf.key_pem + leaf.pem)
    openssl("pkcs12", "-export", "-in", tmp_path / "own.pem", "-out", tmp_path / "own.p12",
            "-passout", f"pass:{PASSWORD}", "-name", "own")  # fmt: skip
    original = (tmp_path / "own.p12").read_bytes()
    code, told = run("complete", "own.p12")
    assert (code, told["complete"], told["missing_issuer"]) == (1, False, "CN=Issuing")
    assert (tmp_path / "own.p12").read_bytes() == original
    (tmp_path / "bundle.pem").write_text(make("Stranger", ca=True).pem + root.pem + middle.pem)
    code, told = run("complete", "own.p12", "--alias", "own", "--from", "bundle.pem")
    assert (code, told["complete"], len(told["added"])) == (0, True, 2)
    listed = keytool("-list", "-v", "-keystore", tmp_path / "own.p12", "-storepass", PASSWORD)
    assert "Certificate chain length: 3" in listed.stdout
    # It is complete: nothing is written again.
    before = (tmp_path / "own.p12").read_bytes()
    assert run("complete", "own.p12")[0] == 0
    assert (tmp_path / "own.p12").read_bytes() == before
    (tmp_path / "own.p12").write_bytes(original)
    (tmp_path / "root.pem").write_text(root.pem)
    code, told = run("complete", "own.p12", "--from", "root.pem", "--online")
    assert (code, told["complete"], serving.asked) == (0, True, 1)
    (tmp_path / "own.p12").write_bytes(original)
    monkeypatch.setenv("HANDFAST_NO_NETWORK", "1")
    assert run("complete", "own.p12", "--online")[0] == 6
    assert serving.asked == 1
    serving.close()


@pytest.mark.parametrize("digest", ["sha256", "sha384"])
@pytest.mark.parametrize("is_forged", [False, True])
def test_an_ocsp_answer_signed_with_rsassa_pss(
    digest: str, is_forged: bool, run: Any, openssl: Tool, tmp_path: Path
) -> None:
    """As a CA with an RSA key answers that has given up PKCS #1 v1.5."""
    assert openssl("version").returncode == 0
    port = free_port()
    root = with_rsa_key("Root")
    leaf = make("api.example", root, address=f"http://127.0.0.1:{port}/")
    (tmp_path / "leaf.pem").write_text(leaf.pem)
    (tmp_path / "root.pem").write_text(root.pem)
    (tmp_path / "index.txt").write_text(index(("R", leaf)))
    signer = with_rsa_key("Root") if is_forged else root
    options = ("-rmd", digest, "-rsigopt", "rsa_padding_mode:pss")
    with responder(tmp_path, port, root, signer, *options):
        code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--online")
    assert told["revocation"] == ("unknown" if is_forged else "revoked"), told
    assert code == int(not is_forged)


def with_rsa_key(name: str) -> Made:
    """A root whose key is an RSA one."""
    key = rsa.generate_private_key(65537, 2048)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=9))
        .not_valid_after(NOW + dt.timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return Made(builder.sign(key, hashes.SHA256()), key)
