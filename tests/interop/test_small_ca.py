"""What a small CA issues, signs, revokes, and renews, as openssl, Java, and nginx judge it."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.password import Password
from handfast.services.files.opening import open_file
from tests.support.console import json_console
from tests.support.nginx import nginx, reserved
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORD = "changeit"
KEYS = ("ec:P-256", "rsa:2048", "ed25519")


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console in a folder of its own; code and JSON."""
    return json_console(capsys, monkeypatch, tmp_path, PASSWORD)


@pytest.fixture
def ca(run: Any, tmp_path: Path) -> Path:
    """A root with an intermediate below it, both in ca.p12, and their certificates as PEM."""
    generate = ("generate", "ca.p12", "--key", "ec:P-256", "--purpose", "ca", "--days", "3650")
    assert run(*generate, "--alias", "root", "--dname", "CN=Test Root, O=Acme")[0] == 0
    code, _ = run(*generate, "--alias", "issuing", "--dname", "CN=Test Issuing, O=Acme",
                  "--path-length", "0", "--issuer", "ca.p12#root")  # fmt: skip
    assert code == 0
    for alias in ("root", "issuing"):
        assert run("export", "ca.p12", "--alias", alias, "--out", f"{alias}.pem",
                   "--encoding", "pem")[0] == 0  # fmt: skip
    return tmp_path / "ca.p12"


def verify(
    openssl: Tool, leaf: Path, folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    return openssl("verify", "-x509_strict", *options, "-CAfile", folder / "root.pem",
                   "-untrusted", folder / "issuing.pem", leaf, check=False)  # fmt: skip


def java_says(java: JavaPeer, keytool: Tool, folder: Path, chain: Path, role: str) -> str:
    trust = folder / "trust.p12"
    if not trust.exists():
        keytool("-importcert", "-noprompt", "-alias", "root", "-file", folder / "root.pem",
                "-keystore", trust, "-storepass", PASSWORD)  # fmt: skip
    return java("accepts", "PKCS12", trust, PASSWORD, role, chain)[0][0]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("purpose", "sides"), [
    ("client", {"client"}), ("server", {"server"}), ("both", {"client", "server"}),
    ("code-signing", set()),
])  # fmt: skip
def test_issued_pairs_are_good_for_what_they_are_for_and_nothing_else(
    key: str, purpose: str, sides: set[str], ca: Path, run: Any, openssl: Tool, keytool: Tool,
    java: JavaPeer, tmp_path: Path,
) -> None:  # fmt: skip
    code, told = run("generate", "own.p12", "--alias", "own", "--dname", "CN=own.example",
                     "--key", key, "--san", "dns:own.example", "--purpose", purpose,
                     "--issuer", f"{ca.name}#issuing")  # fmt: skip
    assert code == 0, told
    assert len(told["entry"]["chain"]) == 3
    assert run("export", "own.p12", "--alias", "own", "--out", "own.pem", "--encoding", "pem",
               "--chain")[0] == 0  # fmt: skip
    leaf = tmp_path / "own.pem"
    for side in ("client", "server"):
        by_openssl = verify(openssl, leaf, tmp_path, "-purpose", f"ssl{side}").returncode == 0
        by_java = java_says(java, keytool, tmp_path, leaf, side) == "yes"
        assert (by_openssl, by_java) == (side in sides, side in sides)
    text = openssl("x509", "-in", leaf, "-noout", "-ext",
                   "authorityKeyIdentifier,subjectKeyIdentifier").stdout  # fmt: skip
    above = openssl("x509", "-in", tmp_path / "issuing.pem", "-noout", "-ext",
                    "subjectKeyIdentifier").stdout  # fmt: skip
    issuer_id = re.findall(r"(?:[0-9A-F]{2}:){19}[0-9A-F]{2}", above)[0]
    assert issuer_id in text


def request_by_openssl(
    openssl: Tool, folder: Path, *extensions: str, name: str = "/CN=them"
) -> Path:
    out = folder / "their.csr"
    added = [word for each in extensions for word in ("-addext", each)]
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder / "their.key", "-out", out, "-subj", name, *added)  # fmt: skip
    return out


@pytest.mark.usefixtures("ca")
def test_a_request_is_signed_with_what_it_may_decide(
    run: Any, openssl: Tool, keytool: Tool, java: JavaPeer, tmp_path: Path
) -> None:
    request_by_openssl(openssl, tmp_path, "subjectAltName=DNS:them.example",
                       "extendedKeyUsage=clientAuth", "basicConstraints=critical,CA:TRUE",
                       "1.2.3.4.5=DER:0500")  # fmt: skip
    code, told = run("sign", "ca.p12", "--alias", "issuing", "--request", "their.csr", "--out",
                     "their.pem", "--chain")  # fmt: skip
    assert code == 0, told
    assert told["taken"] == ["san", "extended-key-usage"]
    assert set(told["refused"]) == {"basic-constraints", "1.2.3.4.5"}
    assert told["certificates"][0]["san"] == ["dns:them.example"]
    assert told["certificates"][0]["is_ca"] is False
    assert (
        verify(openssl, tmp_path / "their.pem", tmp_path, "-purpose", "sslclient").returncode == 0
    )
    assert (
        verify(openssl, tmp_path / "their.pem", tmp_path, "-purpose", "sslserver").returncode != 0
    )
    assert java_says(java, keytool, tmp_path, tmp_path / "their.pem", "client") == "yes"
    assert java_says(java, keytool, tmp_path, tmp_path / "their.pem", "server") == "no"
    # What the CA states outweighs it, and names can be left out.
    code, told = run("sign", "ca.p12", "--alias", "issuing", "--request", "their.csr", "--out",
                     "other.pem", "--purpose", "server", "--without", "san")  # fmt: skip
    assert (code, told["taken"]) == (0, [])
    assert told["certificates"][0]["purposes"] == ["server"]
    assert told["certificates"][0]["san"] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--alias", "issuing", "--purpose", "ca"), 6),
        (("--alias", "issuing", "--days", "0"), 2),
        (("--alias", "issuing", "--path-length", "1"), 2),
        (("--alias", "nobody"), 2),
        (("--alias", "issuing", "--request", "root.pem"), 4),
        (("--alias", "issuing", "--request", "damaged.csr"), 4),
        (("--alias", "issuing", "--request", "no.csr"), 7),
        (("--alias", "issuing", "--out", "ca.p12", "--force"), 6),
        (("--alias", "issuing", "--out", "root.pem"), 6),
    ],
)
@pytest.mark.usefixtures("ca")
def test_what_is_not_signed_leaves_the_journal_alone(
    arguments: tuple[str, ...], code: int, run: Any, openssl: Tool, tmp_path: Path
) -> None:
    request = request_by_openssl(openssl, tmp_path)
    der = tmp_path / "their.der"
    openssl("req", "-in", request, "-outform", "DER", "-out", der)
    changed = bytearray(der.read_bytes())
    changed[-3] ^= 1
    (tmp_path / "damaged.csr").write_bytes(changed)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    given = dict(zip(arguments[::2], arguments[1::2], strict=False))
    rest = [] if "--request" in given else ["--request", "their.csr"]
    rest += [] if "--out" in given else ["--out", "their.pem"]
    got, told = run("sign", "ca.p12", *arguments, *rest)
    assert got == code, told
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.usefixtures("ca")
def test_no_ca_no_certificate(run: Any, openssl: Tool, tmp_path: Path) -> None:
    request_by_openssl(openssl, tmp_path)
    assert run("generate", "own.p12", "--alias", "own", "--dname", "CN=own", "--key",
               "ec:P-256")[0] == 0  # fmt: skip
    code, told = run("sign", "own.p12", "--alias", "own", "--request", "their.csr", "--out", "x")
    assert code == 2
    assert "is not a CA" in told["error"]["problem"]
    code, _ = run("generate", "more.p12", "--alias", "more", "--dname", "CN=more", "--issuer",
                  "own.p12")  # fmt: skip
    assert code == 2
    assert not (tmp_path / "more.p12").exists()


@pytest.mark.usefixtures("ca")
def test_openssl_and_nginx_refuse_whom_the_list_names(
    run: Any, openssl: Tool, tmp_path: Path
) -> None:
    for name, purpose in (("good", "client"), ("bad", "client"), ("site", "server")):
        code, _ = run("generate", f"{name}.p12", "--alias", name, "--dname", f"CN={name}",
                      "--key", "ec:P-256", "--san", "dns:localhost", "--purpose", purpose,
                      "--issuer", "ca.p12#issuing")  # fmt: skip
        assert code == 0
        assert run("export-key", f"{name}.p12", "--alias", name, "--out", name, "--encoding",
                   "pem-files", "--unencrypted")[0] == 0  # fmt: skip
    code, told = run("revoke", "ca.p12", "--alias", "issuing", "bad.crt", "--reason",
                     "keyCompromise")  # fmt: skip
    assert (code, told["subject"]) == (0, "CN=bad")
    assert run("revoke", "ca.p12", "--alias", "issuing", "bad.crt")[0] == 6
    assert run("revoke", "ca.p12", "--alias", "issuing", "root.pem")[0] == 6
    assert run("revoke", "ca.p12", "--alias", "issuing", "--serial", "12")[0] == 6
    assert run("revoke", "ca.p12", "--alias", "issuing", "--serial", "xyz")[0] == 2
    assert run("revoke", "ca.p12", "--alias", "issuing")[0] == 2
    for alias in ("issuing", "root"):
        code, told = run("crl", "ca.p12", "--alias", alias, "--out", f"{alias}.crl")
        assert (code, told["number"], told["revoked"]) == (0, 1, int(alias == "issuing"))
    assert run("crl", "ca.p12", "--alias", "issuing", "--out", "issuing.crl", "--force")[1][
        "number"] == 2  # fmt: skip
    text = openssl("crl", "-in", tmp_path / "issuing.crl", "-noout", "-text",
                   "-CAfile", tmp_path / "issuing.pem")  # fmt: skip
    assert "verify OK" in text.stdout + text.stderr
    assert "Key Compromise" in text.stdout
    both = tmp_path / "both.crl"
    both.write_text((tmp_path / "issuing.crl").read_text() + (tmp_path / "root.crl").read_text())
    for name, good in (("good", True), ("bad", False)):
        told_by = verify(openssl, tmp_path / f"{name}.crt", tmp_path, "-crl_check_all", "-CRLfile",
                         str(both))  # fmt: skip
        assert (told_by.returncode == 0) is good
    anchors = tmp_path / "anchors.pem"
    anchors.write_text((tmp_path / "root.pem").read_text() + (tmp_path / "issuing.pem").read_text())
    with reserved() as listening:
        port = listening.getsockname()[1]
        block = f"""server {{
            listen 127.0.0.1:{port} ssl;
            ssl_certificate {tmp_path}/site-fullchain.crt;
            ssl_certificate_key {tmp_path}/site.key;
            ssl_client_certificate {anchors};
            ssl_crl {both};
            ssl_verify_client on;
            location / {{ return 200 "hello"; }}
        }}"""
        with nginx(tmp_path / "nginx", listening, block):
            answers = {
                name: subprocess.run(
                    [program("curl"), "-s", "--cacert", tmp_path / "root.pem", "--cert",
                     tmp_path / f"{name}-fullchain.crt", "--key", tmp_path / f"{name}.key",
                     f"https://localhost:{port}/"],
                    check=False, capture_output=True, text=True, timeout=30,
                ).stdout
                for name in ("good", "bad")
            }  # fmt: skip
    assert answers["good"] == "hello"
    assert "400" in answers["bad"]


@pytest.mark.usefixtures("ca")
def test_serial_numbers_are_random_and_in_the_journal(run: Any, tmp_path: Path) -> None:
    serials = set()
    for number in range(5):
        _, told = run("generate", f"{number}.p12", "--alias", "x", "--dname", f"CN={number}",
                      "--key", "ec:P-256", "--issuer", "ca.p12#issuing")  # fmt: skip
        serials.add(told["entry"]["chain"][0]["serial"].lstrip("0"))
    journal = json.loads((tmp_path / "ca.p12.ca.json").read_text())
    assert serials <= {each["serial"] for each in journal["issued"]}
    assert len(serials) == 5
    (tmp_path / "ca.p12.ca.json").write_text("{}")
    code, _ = run("generate", "6.p12", "--alias", "x", "--dname", "CN=6", "--key", "ec:P-256",
                  "--issuer", "ca.p12#issuing")  # fmt: skip
    assert code == 4
    assert not (tmp_path / "6.p12").exists()
    assert (tmp_path / "ca.p12.ca.json").read_text() == "{}"


def test_a_ca_issues_only_what_its_name_constraints_allow(
    run: Any, openssl: Tool, tmp_path: Path
) -> None:
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", tmp_path / "nc.key", "-out", tmp_path / "nc.pem", "-subj", "/CN=nc",
            "-days", "100", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign", "-addext",
            "nameConstraints=critical,permitted;DNS:good.example")  # fmt: skip
    openssl("pkcs12", "-export", "-inkey", tmp_path / "nc.key", "-in", tmp_path / "nc.pem", "-out",
            tmp_path / "nc.p12", "-passout", f"pass:{PASSWORD}", "-name", "nc")  # fmt: skip
    wanted = ("--alias", "x", "--dname", "CN=x", "--key", "ec:P-256", "--issuer", "nc.p12#nc")
    assert run("generate", "a.p12", *wanted, "--san", "dns:www.good.example")[0] == 0
    code, told = run("generate", "b.p12", *wanted, "--san", "dns:www.bad.example")
    assert code == 6
    assert "bad.example" in told["error"]["problem"]


# --- renewing -------------------------------------------------------------------------------------


def text_of(openssl: Tool, store: Path, alias: str) -> str:
    certificate = open_file(store, Password(PASSWORD)).store.get(alias).chain[0]
    return openssl("x509", "-noout", "-text", stdin=certificate.pem()).stdout


@pytest.mark.parametrize("new_key", [False, True])
@pytest.mark.parametrize("stored_as", ["PKCS12", "JKS"])
def test_renewing_keeps_names_and_purposes(
    stored_as: str, new_key: bool, keytool: Tool, openssl: Tool, run: Any, tmp_path: Path
) -> None:
    store = tmp_path / "own.ks"
    keytool("-genkeypair", "-alias", "own", "-keyalg", "EC", "-groupname", "secp384r1", "-dname",
            "CN=own.example, O=Acme", "-ext", "san=dns:own.example,ip:192.0.2.9", "-ext",
            "eku=clientAuth", "-ext", "ku:c=digitalSignature", "-validity", "30", "-keystore",
            store, "-storetype", stored_as, "-storepass", PASSWORD)  # fmt: skip
    before = text_of(openssl, store, "own")
    old = open_file(store, Password(PASSWORD)).store.get("own").chain[0]
    extra = ["--new-key"] if new_key else []
    code, told = run("renew", "own.ks", "--alias", "own", "--keep-old", "--days", "400", *extra)
    assert code == 0, told
    after = text_of(openssl, store, "own")
    for wanted in ("DNS:own.example, IP Address:192.0.2.9", "TLS Web Client Authentication",
                   "secp384r1", "O = Acme" if "O = Acme" in before else "O=Acme"):  # fmt: skip
        assert wanted in after
    fresh = open_file(store, Password(PASSWORD)).store
    new = fresh.get("own").chain[0]
    assert (new.public_key_der == old.public_key_der) is not new_key
    assert new.not_after is not None
    assert old.not_after is not None
    assert (new.not_after - old.not_after).days >= 360
    assert fresh.get(told["old_alias"]).chain[0] == old
    listed = keytool("-list", "-keystore", store, "-storepass", PASSWORD).stdout
    assert listed.count("PrivateKeyEntry") == 2
    # A second renewal on the same day finds another alias for the one before.
    assert run("renew", "own.ks", "--alias", "own", "--keep-old")[0] == 0


@pytest.mark.usefixtures("ca")
def test_renewing_what_a_ca_issued(run: Any, openssl: Tool, tmp_path: Path) -> None:
    # The CA renews what it issued from the same keystore, and itself.
    code, told = run("renew", "ca.p12", "--alias", "issuing", "--days", "100")
    assert code == 0, told
    assert told["entry"]["chain"][0]["is_ca"] is True
    assert run("export", "ca.p12", "--alias", "issuing", "--out", "new.pem", "--encoding",
               "pem")[0] == 0  # fmt: skip
    assert verify(openssl, tmp_path / "new.pem", tmp_path).returncode == 0
    # Whose CA is elsewhere is told to ask it.
    assert run("generate", "own.p12", "--alias", "own", "--dname", "CN=own", "--key", "ec:P-256",
               "--issuer", "ca.p12#issuing")[0] == 0  # fmt: skip
    before = (tmp_path / "own.p12").read_bytes()
    code, told = run("renew", "own.p12", "--alias", "own")
    assert code == 6
    assert "request" in told["error"]["remedy"].lower()
    assert (tmp_path / "own.p12").read_bytes() == before


@pytest.mark.usefixtures("ca")
@pytest.mark.parametrize("new_key", [False, True])
def test_a_request_for_renewal_is_signed_and_put_back(
    run: Any, openssl: Tool, tmp_path: Path, new_key: bool
) -> None:
    assert run("generate", "own.p12", "--alias", "own", "--dname", "CN=own", "--key", "ec:P-256",
               "--san", "dns:own.example", "--issuer", "ca.p12#issuing")[0] == 0  # fmt: skip
    before = (tmp_path / "own.p12").read_bytes()
    more = ("--new-key",) if new_key else ()
    code, told = run("renew", "own.p12", "--alias", "own", "--request", "own.csr", *more)
    assert code == 0, told
    assert ((tmp_path / "own.p12").read_bytes() == before) is not new_key
    shown = openssl("req", "-in", tmp_path / "own.csr", "-noout", "-verify", "-text")
    assert "DNS:own.example" in shown.stdout
    code, signed = run("sign", "ca.p12", "--alias", "issuing", "--request", "own.csr", "--out",
                       "own.crt", "--chain")  # fmt: skip
    assert code == 0, signed
    code, replied = run("reply", "own.p12", "own.crt")
    assert (code, replied["entry"]["alias"]) == (0, told["alias"])
    # Nothing is replaced unasked, and the CA decides about dates.
    assert run("renew", "own.p12", "--alias", "own", "--request", "own.csr")[0] == 6
    assert run("renew", "own.p12", "--alias", "own", "--request", "b.csr", "--days", "9")[0] == 2
    assert not (tmp_path / "b.csr").exists()
