"""Heaps of files become pairs that keytool, openssl, and nginx open."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from tests.support.nginx import nginx, reserved
from tests.support.tools import program, tool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD, KEY_PASSWORD = "changeit", "of-the-key"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pw").write_text(KEY_PASSWORD + "\n")

    def call(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call


@pytest.fixture(params=["rsa", "ec"])
def made(request: pytest.FixtureRequest, openssl: Tool, tmp_path: Path) -> dict[str, Path]:
    """Key, leaf, issuing and root certificate, as PEM files made by openssl."""
    kind = str(request.param)
    options = {
        "rsa": ("-newkey", "rsa:2048"),
        "ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    }[kind]
    (tmp_path / "ca.ext").write_text("basicConstraints=critical,CA:TRUE\n")
    (tmp_path / "leaf.ext").write_text("subjectAltName=DNS:localhost\n")
    files = {}
    for name, issuer, extension in (
        ("root", None, "ca.ext"), ("issuing", "root", "ca.ext"), ("leaf", "issuing", "leaf.ext"),
    ):  # fmt: skip
        key, request_file, pem = (tmp_path / f"{name}.{each}" for each in ("key", "csr", "pem"))
        openssl("req", "-new", *options, "-nodes", "-keyout", key, "-out", request_file, "-subj",
                f"/CN={name}.example")  # fmt: skip
        signer = ["-signkey", key] if issuer is None else [
            "-CA", tmp_path / f"{issuer}.pem", "-CAkey", tmp_path / f"{issuer}.key",
            "-CAcreateserial",
        ]  # fmt: skip
        openssl("x509", "-req", "-in", request_file, "-days", "100", "-out", pem, "-extfile",
                tmp_path / extension, *signer)  # fmt: skip
        files[name] = pem
    files["key"] = tmp_path / "leaf.key"
    return files


def check(told: dict[str, Any], store: Path, keytool: Tool, length: int = 3) -> None:
    assert len(told["entries"]) == 1, told
    assert len(told["entries"][0]["chain"]) == length
    listed = keytool("-list", "-v", "-keystore", store, "-storepass", PASSWORD).stdout
    assert f"Certificate chain length: {length}" in listed
    assert "PrivateKeyEntry" in listed


def forms(openssl: Tool, folder: Path, key: Path) -> dict[str, tuple[bytes, bool]]:
    """The key in each form that openssl writes, and whether it has a password of its own."""
    made: dict[str, tuple[bytes, bool]] = {}
    out = folder / "form"

    def add(name: str, sealed: bool, *command: str | Path) -> None:
        done = openssl(*command, "-in", key, "-out", out, check=False)
        if done.returncode == 0:
            made[name] = (out.read_bytes(), sealed)

    seal = ("-aes256", "-passout", f"pass:{KEY_PASSWORD}")
    add("PKCS#8 PEM", False, "pkey")
    add("PKCS#8 DER", False, "pkcs8", "-topk8", "-nocrypt", "-outform", "DER")
    add("PKCS#8 PEM sealed", True, "pkcs8", "-topk8", "-passout", f"pass:{KEY_PASSWORD}")
    add("PKCS#8 DER sealed", True, "pkcs8", "-topk8", "-outform", "DER", "-passout",
        f"pass:{KEY_PASSWORD}")  # fmt: skip
    add("traditional PEM", False, "pkey", "-traditional")
    add("traditional DER", False, "pkey", "-traditional", "-outform", "DER")
    for algorithm in ("rsa", "ec"):
        add(f"{algorithm} PEM sealed", True, algorithm, *seal,
            *(("-traditional",) if algorithm == "rsa" else ()))  # fmt: skip
    for level, sealed in (("none", False), ("weak", True), ("strong", True)):
        add(f"PVK {level}", sealed, "rsa", "-outform", "PVK", f"-pvk-{level}", "-passout",
            f"pass:{KEY_PASSWORD}", "-provider", "default", "-provider", "legacy")  # fmt: skip
    return made


def test_every_form_of_a_key(
    made: dict[str, Path], openssl: Tool, keytool: Tool, run: Any, tmp_path: Path
) -> None:
    found = forms(openssl, tmp_path, made["key"])
    assert len(found) >= 7
    ssh = tmp_path / "ssh"
    for name, passphrase in (("OpenSSH", ""), ("OpenSSH sealed", KEY_PASSWORD)):
        ssh.write_bytes(made["key"].read_bytes())
        ssh.chmod(0o600)
        tool("ssh-keygen")("-p", "-f", ssh, "-N", passphrase, "-P", "")
        found[name] = (ssh.read_bytes(), bool(passphrase))
    for number, (name, (data, sealed)) in enumerate(found.items()):
        file, store = tmp_path / f"key-{number}", tmp_path / f"own-{number}.p12"
        file.write_bytes(data)
        heap = (str(made["root"]), str(made["leaf"]), str(file), str(made["issuing"]))
        if sealed:
            code, _ = run("import-key", str(store), *heap)
            assert code == 3, name
            assert not store.exists()
            code, told = run("import-key", str(store), *heap, "--key-password-file", "pw")
        else:
            code, told = run("import-key", str(store), *heap)
        assert code == 0, (name, told)
        check(told, store, keytool)
        cut = tmp_path / f"cut-{number}"
        cut.write_bytes(data[: len(data) // 2])
        code, _ = run("import-key", str(tmp_path / "cut.p12"), *heap[:2], str(cut),
                      "--key-password-file", "pw")  # fmt: skip
        assert code in {3, 4, 5, 6}, name
        assert not (tmp_path / "cut.p12").exists()


def test_a_json_web_key(
    made: dict[str, Path], openssl: Tool, keytool: Tool, run: Any, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    assert openssl("version").returncode == 0
    key = load_pem_private_key(made["key"].read_bytes(), None)

    def text(number: int) -> str:
        raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        public = numbers.public_numbers
        jwk = {"kty": "RSA", "n": text(public.n), "e": text(public.e), "d": text(numbers.d)}
    else:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        point = key.private_numbers()
        jwk = {"kty": "EC", "crv": "P-256", "d": text(point.private_value),
               "x": text(point.public_numbers.x), "y": text(point.public_numbers.y)}  # fmt: skip
    (tmp_path / "key.jwk").write_text(json.dumps({"keys": [jwk]}))
    code, told = run("import-key", "own.p12", "key.jwk", "leaf.pem", "issuing.pem", "root.pem")
    assert code == 0, told
    check(told, tmp_path / "own.p12", keytool)


def secret(values: dict[str, bytes], *, as_json: bool) -> str:
    encoded = {name: base64.b64encode(data).decode() for name, data in values.items()}
    document = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "data": encoded}
    if as_json:
        return json.dumps(document)
    lines = "".join(f"  {name}: {text}\n" for name, text in encoded.items())
    return f"apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\ndata:\n{lines}"


HEAPS: dict[str, Callable[[dict[str, Path]], list[tuple[str, bytes]]]] = {
    "certbot": lambda made: [
        ("cert.pem", made["leaf"].read_bytes()),
        ("chain.pem", made["issuing"].read_bytes() + made["root"].read_bytes()),
        ("fullchain.pem", made["leaf"].read_bytes() + made["issuing"].read_bytes()),
        ("privkey.pem", made["key"].read_bytes()),
    ],
    "one text": lambda made: [
        ("all.pem", b"".join(made[each].read_bytes() for each in ("root", "key", "issuing",
                                                                  "leaf"))),
    ],
    "Secret in YAML": lambda made: [
        ("tls.yaml", secret({
            "tls.crt": made["leaf"].read_bytes() + made["issuing"].read_bytes()
            + made["root"].read_bytes(), "tls.key": made["key"].read_bytes(),
        }, as_json=False).encode()),
    ],
    "Secret in JSON": lambda made: [
        ("tls.json", secret({
            "ca.crt": made["root"].read_bytes(), "tls.key": made["key"].read_bytes(),
            "tls.crt": made["leaf"].read_bytes() + made["issuing"].read_bytes(),
        }, as_json=True).encode()),
    ],
    "a reseller's zip": lambda made: [
        ("order.zip", zipped({
            "readme.txt": b"Thank you for your order.", "leaf.crt": made["leaf"].read_bytes(),
            "bundle/issuing.crt": made["issuing"].read_bytes(),
            "bundle/root.crt": made["root"].read_bytes(), "__MACOSX/._leaf.crt": b"\0\5\26\7",
        })),
        ("my.key", made["key"].read_bytes()),
    ],
    "a zip in a zip with CRLF": lambda made: [
        ("outer.zip", zipped({"inner.zip": zipped({
            "a": made["leaf"].read_bytes().replace(b"\n", b"\r\n"),
            "b": made["key"].read_bytes().replace(b"\n", b"\r\n"),
            "../../c": made["issuing"].read_bytes() + made["root"].read_bytes(),
        })})),
    ],
}  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", HEAPS)
@pytest.mark.parametrize("made", ["ec"], indirect=True)
def test_heaps_that_people_have(
    name: str, made: dict[str, Path], keytool: Tool, openssl: Tool, run: Any, tmp_path: Path
) -> None:
    heap = tmp_path / "heap"
    heap.mkdir()
    files = []
    for file, data in HEAPS[name](made):
        (heap / file).write_bytes(data)
        files.append(str(heap / file))
    before = set(tmp_path.rglob("*"))
    code, told = run("import-key", "own.p12", *files, "--alias", "mine")
    assert code == 0, told
    assert told["entries"][0]["alias"] == "mine"
    check(told, tmp_path / "own.p12", keytool)
    assert set(tmp_path.rglob("*")) == before | {tmp_path / "own.p12"}
    opened = openssl("pkcs12", "-in", tmp_path / "own.p12", "-passin", f"pass:{PASSWORD}", "-nodes")
    assert opened.stdout.count("BEGIN CERTIFICATE") == 3
    # Once more: the alias is taken, and nothing changes.
    stored = (tmp_path / "own.p12").read_bytes()
    assert run("import-key", "own.p12", *files, "--alias", "mine")[0] == 6
    assert (tmp_path / "own.p12").read_bytes() == stored


@pytest.mark.parametrize("made", ["rsa"], indirect=True)
def test_keystores_in_a_heap_and_nginx_at_its_end(
    made: dict[str, Path], keytool: Tool, openssl: Tool, run: Any, tmp_path: Path
) -> None:
    """A JKS with the key, and the CA's files beside it, to what nginx serves."""
    openssl("pkcs12", "-export", "-inkey", made["key"], "-in", made["leaf"], "-out", "/dev/null",
            "-passout", "pass:x")  # fmt: skip
    openssl("pkcs12", "-export", "-inkey", made["key"], "-in", made["leaf"], "-name", "old",
            "-out", tmp_path / "key.p12", "-passout", f"pass:{KEY_PASSWORD}")  # fmt: skip
    assert run("import-key", "own.p12", "key.p12", "issuing.pem", "root.pem")[0] == 3
    code, told = run("import-key", "own.p12", "key.p12", "issuing.pem", "root.pem",
                     "--key-password-file", "pw")  # fmt: skip
    assert code == 0, told
    assert told["entries"][0]["alias"] == "old"
    check(told, tmp_path / "own.p12", keytool)
    code, _ = run("export-key", "own.p12", "--alias", "old", "--out", "site", "--encoding",
                  "pem-files", "--unencrypted")  # fmt: skip
    assert code == 0
    with reserved() as listening:
        port = listening.getsockname()[1]
        block = f"""server {{
            listen 127.0.0.1:{port} ssl;
            ssl_certificate {tmp_path}/site-fullchain.crt;
            ssl_certificate_key {tmp_path}/site.key;
            location / {{ return 200 "hello"; }}
        }}"""
        with nginx(tmp_path / "nginx", listening, block):
            done = subprocess.run(
                [program("curl"), "-s", "--cacert", made["root"], f"https://localhost:{port}/"],
                check=False, capture_output=True, text=True, timeout=30,
            )  # fmt: skip
    assert done.stdout == "hello"


@pytest.mark.parametrize("made", ["ec"], indirect=True)
@pytest.mark.usefixtures("made")
def test_what_does_not_become_a_pair(openssl: Tool, run: Any, tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
            tmp_path / "foreign.key")  # fmt: skip
    (tmp_path / "text.txt").write_text("nothing in here\n")
    (tmp_path / "empty").write_bytes(b"")
    for files, code, word in (
        (("foreign.key", "leaf.pem"), 6, "None of the certificates"),
        (("leaf.pem", "issuing.pem"), 4, "no private key"),
        (("text.txt",), 4, ""),
        (("empty", "leaf.pem"), 4, "no private key"),
        (("absent.key", "leaf.pem"), 7, ""),
    ):
        got, told = run("import-key", "own.p12", *files)
        assert got == code, (files, told)
        assert word in told["error"]["problem"]
        assert not (tmp_path / "own.p12").exists()
    code, told = run("import-key", "own.p12", "foreign.key", "leaf.pem", "leaf.key", "text.txt")
    assert code == 0
    assert any("foreign.key has no certificate" in note for note in told["notes"])
    assert any("lacks its issuer" in note for note in told["notes"])


def bomb() -> bytes:
    """A member that unpacks to 200 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(200 * 2**20))
    return out.getvalue()


@pytest.mark.parametrize("made", ["ec"], indirect=True)
def test_hostile_heaps_are_bounded(made: dict[str, Path], run: Any, tmp_path: Path) -> None:
    pair = (str(made["key"]), str(made["leaf"]))
    (tmp_path / "bomb.zip").write_bytes(bomb())
    code, told = run("import-key", "a.p12", "bomb.zip", *pair)
    assert code == 0
    assert any("too large" in note for note in told["notes"])
    many = zipped({f"{number}": bytes(100) for number in range(5_000)})
    (tmp_path / "many.zip").write_bytes(many)
    assert run("import-key", "b.p12", "many.zip", *pair)[0] == 5
    large = zipped({f"{number}": bytes([number]) * (15 * 2**20) for number in range(6)})
    (tmp_path / "large.zip").write_bytes(large)
    assert run("import-key", "b.p12", "large.zip", *pair)[0] == 5
    nested = b"x"
    for _ in range(20):
        nested = zipped({"inner.zip": nested})
    (tmp_path / "nested.zip").write_bytes(nested)
    code, told = run("import-key", "c.p12", "nested.zip", *pair)
    assert code == 0
    assert any("archive inside an archive" in note for note in told["notes"])
    (tmp_path / "cut.zip").write_bytes(many[:2000])
    code, told = run("import-key", "d.p12", "cut.zip", *pair)
    assert code == 0
    assert any("damaged" in note for note in told["notes"])
    alias_bomb = "a: &a [x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)},*{chr(97 + n)}]\n"
        for n in range(20)
    )
    (tmp_path / "bomb.yaml").write_text("kind: Secret\n" + alias_bomb)
    assert run("import-key", "e.p12", "bomb.yaml", *pair)[0] == 0
