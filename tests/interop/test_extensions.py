"""Certificates with chosen extensions, as openssl and Java judge them: the good and the bad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

PASSWORD = "changeit"
CA = ("--purpose", "ca", "--days", "3650", "--key", "ec:P-256")


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """The console in a folder of its own; code and JSON."""
    return json_console(capsys, monkeypatch, tmp_path, PASSWORD)


@pytest.fixture
def root(run: Any) -> None:
    """A root in ca.p12."""
    assert run("generate", "ca.p12", "--alias", "root", "--dname", "CN=Root", *CA)[0] == 0
    assert run("export", "ca.p12", "--alias", "root", "--out", "root.pem")[0] == 0


class Judges:
    """What openssl in its strictest mode and Java say of the chain of a pair."""

    def __init__(self, run: Any, openssl: Tool, java: JavaPeer, folder: Path) -> None:
        self._run, self._openssl, self._java, self._folder = run, openssl, java, folder

    def __call__(self, store: str, alias: str, side: str = "client") -> tuple[bool, bool]:
        folder = self._folder
        trust = folder / "trust.p12"
        if not trust.exists():
            assert self._run("import", "trust.p12", "root.pem", "--alias", "root")[0] == 0
        out = f"{alias}-chain.pem"
        assert self._run("export", store, "--alias", alias, "--out", out, "--chain",
                         "--encoding", "pem", "--force")[0] == 0  # fmt: skip
        by_openssl = self._openssl("verify", "-x509_strict", "-purpose", f"ssl{side}", "-CAfile",
                                   folder / "root.pem", "-untrusted", folder / out,
                                   folder / out, check=False).returncode == 0  # fmt: skip
        by_java = self._java("accepts", "PKCS12", trust, PASSWORD, side, folder / out)[0][0]
        return by_openssl, by_java == "yes"


@pytest.fixture
def judges(run: Any, openssl: Tool, java: JavaPeer, tmp_path: Path) -> Judges:
    return Judges(run, openssl, java, tmp_path)


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(("preset", "sides"), [
    ("tls-client", {"client"}), ("tls-server", {"server"}), ("tls-both", {"client", "server"}),
    ("code-signing", set()), ("smime", set()),
])  # fmt: skip
@pytest.mark.parametrize("key", ["ec:P-256", "rsa:2048"])
def test_presets_are_good_for_what_they_are_for(
    run: Any, judges: Judges, preset: str, sides: set[str], key: str
) -> None:
    code, told = run("generate", "own.p12", "--alias", "own", "--dname", "CN=own.example",
                     "--san", "dns:own.example", "--key", key, "--extensions", preset,
                     "--issuer", "ca.p12#root")  # fmt: skip
    assert code == 0, told
    for side in ("client", "server"):
        assert judges("own.p12", "own", side) == (side in sides, side in sides)


EVERYTHING = (
    "--ext", "eku=clientAuth,serverAuth,1.3.6.1.4.1.99999.7",
    "--ext", "ku=digitalSignature,keyAgreement",
    "--ext", "san=dns:own.example,ip:192.0.2.7,uri:https://own.example/,email:a@own.example",
    "--ext", "san=dn:CN=Own,O=Acme", "--ext", "san=rid:1.2.3.4",
    "--ext", "san=upn:a@ad.example",
    "--ext", "aia=ocsp:http://ocsp.example/,caIssuers:uri:http://ca.example/root.cer",
    "--ext", "crl=uri:http://ca.example/ca.crl",
    "--ext", "policies=1.2.3.4", "--ext", "1.2.3.4.5=0500",
)  # fmt: skip


@pytest.mark.usefixtures("root")
def test_every_kind_of_extension_is_accepted_and_read(
    run: Any, judges: Judges, openssl: Tool, keytool: Tool, tmp_path: Path
) -> None:
    code, told = run("generate", "own.p12", "--alias", "own", "--dname", "CN=own.example",
                     "--key", "ec:P-256", "--issuer", "ca.p12#root", *EVERYTHING)  # fmt: skip
    assert code == 0, told
    assert judges("own.p12", "own", "client") == (True, True)
    assert judges("own.p12", "own", "server") == (True, True)
    text = openssl("x509", "-in", tmp_path / "own-chain.pem", "-noout", "-text").stdout
    for said in (
        "TLS Web Client Authentication, TLS Web Server Authentication, 1.3.6.1.4.1.99999.7",
        "Digital Signature, Key Agreement", "DNS:own.example, IP Address:192.0.2.7",
        "URI:https://own.example/, email:a@own.example", "DirName:O=Acme, CN=Own"[:8],
        "Registered ID:1.2.3.4", "OCSP - URI:http://ocsp.example/",
        "CA Issuers - URI:http://ca.example/root.cer", "URI:http://ca.example/ca.crl",
        "Policy: 1.2.3.4", "1.2.3.4.5:", "CA:FALSE",
    ):  # fmt: skip
        assert said in text, said
    assert "1.2.3.4.5" in keytool("-printcert", "-file", tmp_path / "own-chain.pem").stdout


@pytest.mark.usefixtures("root")
def test_a_request_asks_for_them_and_a_ca_decides_them(
    run: Any, openssl: Tool, tmp_path: Path
) -> None:
    assert run("generate", "own.p12", "--alias", "own", "--dname", "CN=own.example",
               "--san", "dns:own.example", "--key", "ec:P-256")[0] == 0  # fmt: skip
    code, told = run("request", "own.p12", "--alias", "own", "--out", "own.csr", "--extensions",
                     "tls-client", "--ext", "1.2.3.4.5=0500")  # fmt: skip
    assert code == 0, told
    text = openssl("req", "-in", tmp_path / "own.csr", "-noout", "-text", "-verify").stdout
    assert "DNS:own.example" in text
    assert "TLS Web Client Authentication" in text
    assert "1.2.3.4.5" in text
    code, told = run("sign", "ca.p12", "--alias", "root", "--request", "own.csr", "--out",
                     "own.pem", "--extensions", "tls-server", "--ext",
                     "crl=http://ca.example/ca.crl")  # fmt: skip
    assert code == 0, told
    assert (told["taken"], told["certificates"][0]["purposes"]) == (["san"], ["server"])
    text = openssl("x509", "-in", tmp_path / "own.pem", "-noout", "-text").stdout
    assert "http://ca.example/ca.crl" in text
    assert "1.2.3.4.5" not in text


# --- what both must refuse ----------------------------------------------------------------------


def issue_below(run: Any, issuer: str, alias: str, *more: str) -> None:
    code, told = run("generate", "ca.p12", "--alias", alias, "--dname", f"CN={alias}.example.com",
                     "--key", "ec:P-256", "--issuer", f"ca.p12#{issuer}", *more)  # fmt: skip
    assert code == 0, told


@pytest.mark.usefixtures("root")
def test_name_constraints_and_path_length_hold(run: Any, judges: Judges) -> None:
    issue_below(run, "root", "limited", "--ext", "bc=ca:true,pathlen:0", "--ext",
                "ku=keyCertSign,cRLSign", "--ext", "eku=", "--ext", "permitted=dns:example.com",
                "--days", "3650")  # fmt: skip
    issue_below(run, "limited", "inside", "--purpose", "client", "--san", "dns:inside.example.com")
    assert judges("ca.p12", "inside") == (True, True)
    for refused, code in (
        (("--san", "dns:outside.example.org"), 6),
        (("--purpose", "ca"), 6),
        (("--extensions", "ca"), 6),
    ):
        found, told = run("generate", "ca.p12", "--alias", "no", "--dname", "CN=no", "--key",
                          "ec:P-256", "--issuer", "ca.p12#limited", *refused)  # fmt: skip
        assert found == code, told


def forged(run: Any, openssl: Tool, folder: Path, issuer: str, extensions: str) -> None:
    """A leaf under a CA of ours, by openssl, which forbids nothing."""
    assert run("export-key", "ca.p12", "--alias", issuer, "--out", f"{issuer}.key.pem",
               "--encoding", "pem", "--unencrypted")[0] == 0  # fmt: skip
    (folder / "leaf.ext").write_text(extensions)
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder / "leaf.key", "-out", folder / "leaf.csr", "-subj",
            "/CN=leaf")  # fmt: skip
    openssl("x509", "-req", "-in", folder / "leaf.csr", "-CA", folder / f"{issuer}.key.pem",
            "-CAkey", folder / f"{issuer}.key.pem", "-CAcreateserial", "-out",
            folder / "leaf.pem", "-days", "30", "-extfile", folder / "leaf.ext")  # fmt: skip


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(("limits", "leaf", "accepted"), [
    (("bc=ca:true", "permitted=dns:example.com"), "dns:a.example.com", True),
    (("bc=ca:true", "permitted=dns:example.com"), "dns:a.example.org", False),
    (("bc=ca:true", "excluded=dns:bad.example.com"), "dns:a.example.com", True),
    (("bc=ca:true", "excluded=dns:bad.example.com"), "dns:a.bad.example.com", False),
    (("bc=ca:true", "permitted=ip:192.0.2.0/24"), "ip:192.0.2.9", True),
    (("bc=ca:true", "permitted=ip:192.0.2.0/24"), "ip:198.51.100.1", False),
    (("bc=ca:true", "permitted=email:example.com"), "email:a@example.com", True),
    (("bc=ca:true", "permitted=email:example.com"), "email:a@example.org", False),
    (("bc=ca:true", "eku=clientAuth"), "dns:a.example.com", True),
])  # fmt: skip
def test_what_a_ca_may_not_certify_is_refused_by_both(
    run: Any, openssl: Tool, java: JavaPeer, tmp_path: Path, limits: tuple[str, ...], leaf: str,
    accepted: bool,
) -> None:  # fmt: skip
    issue_below(run, "root", "limited", "--extensions", "ca", "--days", "3650",
                *(word for each in limits for word in ("--ext", each)))  # fmt: skip
    kind, _, value = leaf.partition(":")
    san = {"dns": "DNS", "ip": "IP", "email": "email"}[kind]
    forged(run, openssl, tmp_path, "limited", "basicConstraints=critical,CA:FALSE\n"
           f"keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
           f"subjectAltName={san}:{value}\nsubjectKeyIdentifier=hash\n"
           "authorityKeyIdentifier=keyid\n")  # fmt: skip
    assert run("export", "ca.p12", "--alias", "limited", "--out", "limited.pem")[0] == 0
    chain = tmp_path / "chain.pem"
    chain.write_text("".join((tmp_path / name).read_text()
                             for name in ("leaf.pem", "limited.pem")))  # fmt: skip
    by_openssl = openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile",
                         tmp_path / "root.pem", "-untrusted", tmp_path / "limited.pem",
                         tmp_path / "leaf.pem", check=False).returncode == 0  # fmt: skip
    assert run("import", "trust.p12", "root.pem", "--alias", "root")[0] == 0
    by_java = java("accepts", "PKCS12", tmp_path / "trust.p12", PASSWORD, "client", chain)
    assert (by_openssl, by_java[0][0] == "yes") == (accepted, accepted)


@pytest.mark.usefixtures("root")
def test_a_chain_longer_than_the_path_length_is_refused_by_both(
    run: Any, judges: Judges, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_below(run, "root", "one", "--extensions", "ca", "--ext", "bc=ca:true,pathlen:0")
    # Our own rule is taken away, so that others are asked.
    from handfast.services.authority import signing

    monkeypatch.setattr(signing, "check_room_below", lambda *_: None)
    issue_below(run, "one", "two", "--extensions", "ca")
    issue_below(run, "two", "leaf", "--purpose", "client")
    assert judges("ca.p12", "leaf") == (False, False)


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(("more", "code"), [
    (("--extensions", "nothing"), 2),
    (("--extensions", "absent.json"), 7),
    (("--extensions", "root.pem"), 4),
    (("--ext", "nonsense"), 2),
    (("--ext", "ku=everything"), 2),
    (("--ext", "ku=keyCertSign"), 2),
    (("--ext", "1.2.3=zz"), 2),
    (("--ext", "bc=ca:maybe"), 2),
    (("--ext", "aia=somewhere:http://x"), 2),
    (("--ext", "permitted=dns:x"), 2),
    (("--ext", "bc=ca:true,pathlen:999"), 2),
])  # fmt: skip
def test_what_cannot_be_in_a_certificate_is_refused_and_nothing_is_issued(
    run: Any, tmp_path: Path, more: tuple[str, ...], code: int
) -> None:
    found, told = run("generate", "own.p12", "--alias", "own", "--dname", "CN=own", "--issuer",
                      "ca.p12#root", *more)  # fmt: skip
    assert found == code, told
    assert not (tmp_path / "own.p12").exists()
    assert not (tmp_path / "ca.p12.ca.json").exists()
