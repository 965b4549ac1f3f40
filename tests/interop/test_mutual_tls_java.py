"""A Java program serves and calls mutual TLS with the stores that Handfast makes."""

from __future__ import annotations

import dataclasses
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.exporting import encode_certificates
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.tools import JavaProblem, program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

KEYS_PASSWORD, TRUST_PASSWORD = "keys of ours", "trust of ours"
KINDS = {
    "jks": (Format.JKS, Strength.MODERN),
    "pkcs12": (Format.PKCS12, Strength.MODERN),
    "pkcs12-java-8": (Format.PKCS12, Strength.COMPATIBLE),
}
KEY_CHOICES = ("rsa:2048", "ec:P-256", "ed25519")
PROTOCOLS = ("TLSv1.2", "TLSv1.3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side: its two stores, and the SHA-256 fingerprint of its certificate."""

    keys: Path
    trust: Path
    wanted: Format
    key_password: str
    sha256: str

    def fields(self) -> tuple[str | Path, ...]:
        """As the Java program takes them."""
        kind = self.wanted.value
        return (
            *(kind, self.keys, KEYS_PASSWORD, self.key_password),
            *(kind, self.trust, TRUST_PASSWORD),
        )


def make_parties(
    folder: Path, kind: str, key: str, *, key_password: str = ""
) -> tuple[Party, Party]:
    """Server and client as two people make them: generate, export, send, import, save."""
    wanted, strength = KINDS[kind]
    sent: dict[str, bytes] = {}
    for name, request in {
        "server": PairRequest(
            alias="server", name="CN=localhost", key=key, sans=("dns:localhost",), purpose="server"
        ),
        "client": PairRequest(alias="client", name="CN=Acme, C=AU", key=key, purpose="client"),
    }.items():
        pair = make_pair(request)
        if key_password:
            pair = dataclasses.replace(pair, password=Password(key_password))
        keys = new_store(wanted, Password(KEYS_PASSWORD), strength).with_entries([pair])
        saved = save_store(keys, folder / f"{name}-keys")
        sent[name] = encode_certificates(saved.store.get(name).chain, "pem")
    parties = []
    for name, partner in (("server", "client"), ("client", "server")):
        (own,) = read_certificates(sent[name]).certificates
        parties.append(
            Party(
                keys=folder / f"{name}-keys",
                trust=trusting(folder / f"{name}-trust", kind, sent[partner]),
                wanted=wanted,
                key_password=key_password or KEYS_PASSWORD,
                sha256=own.sha256,
            )
        )
    return parties[0], parties[1]


def trusting(path: Path, kind: str, sent: bytes) -> Path:
    """A trust store with one certificate, as a partner sent it."""
    wanted, strength = KINDS[kind]
    save_store(new_store(wanted, Password(TRUST_PASSWORD), strength), path)
    opened = open_file(path, Password(TRUST_PASSWORD))
    received = read_certificates(sent).certificates
    edited = import_certificates(opened.store, [(each, "partner") for each in received])
    save_store(edited, path, expected=opened.stamp)
    return path


@pytest.mark.parametrize(
    ("kind", "key"),
    # Java 8 knows no Ed25519.
    [
        (kind, key)
        for kind in KINDS
        for key in KEY_CHOICES
        if (kind, key) != ("pkcs12-java-8", "ed25519")
    ],
)
def test_both_sides_talk(kind: str, key: str, java: JavaPeer, tmp_path: Path) -> None:
    server, client = make_parties(tmp_path, kind, key)
    for protocol in PROTOCOLS:
        assert java("mutual", protocol, *server.fields(), *client.fields()) == [
            ["ok", "from the client", protocol, client.sha256],
            ["ok", "from the server", protocol, server.sha256],
        ]


@pytest.mark.parametrize("kind", ["jks", "pkcs12"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_partner_that_was_not_imported_is_refused(
    kind: str, protocol: str, java: JavaPeer, tmp_path: Path
) -> None:
    server, client = make_parties(tmp_path, kind, "ec:P-256")
    # Somebody is trusted, only not the one who calls; of the same name, with another key.
    other = make_pair(PairRequest(alias="other", name="CN=Acme, C=AU", key="ec:P-256"))
    wrong = trusting(tmp_path / "wrong", kind, encode_certificates(other.chain, "pem"))
    for one, two, refusing in (
        (dataclasses.replace(server, trust=wrong), client, 0),
        (server, dataclasses.replace(client, trust=wrong), 1),
    ):
        said = java("mutual", protocol, *one.fields(), *two.fields())
        assert said[refusing][:2] in (
            ["error", "SunCertPathBuilderException"],
            ["error", "CertPathValidatorException"],
            ["error", "SignatureException"],
        )
        assert said[1 - refusing][0] == "error"


def test_a_key_of_a_jks_may_have_a_password_of_its_own(java: JavaPeer, tmp_path: Path) -> None:
    server, client = make_parties(tmp_path, "jks", "ec:P-256", key_password="the key’s own")
    said = java("mutual", "TLSv1.3", *server.fields(), *client.fields())
    assert [each[0] for each in said] == ["ok", "ok"]
    wrong = dataclasses.replace(server, key_password=KEYS_PASSWORD)
    with pytest.raises(JavaProblem) as caught:
        java("mutual", "TLSv1.3", *wrong.fields(), *client.fields())
    assert caught.value.name == "UnrecoverableKeyException"


@pytest.mark.parametrize("kind", ["jks", "pkcs12"])
def test_a_wrong_password_opens_nothing(kind: str, java: JavaPeer, tmp_path: Path) -> None:
    server, _ = make_parties(tmp_path, kind, "ec:P-256")
    assert java("dump", server.wanted.value, server.keys, KEYS_PASSWORD, KEYS_PASSWORD)
    with pytest.raises(JavaProblem):
        java("dump", server.wanted.value, server.keys, "wrong", KEYS_PASSWORD)
    ((*_, opened),) = java("dump", server.wanted.value, server.keys, KEYS_PASSWORD, "wrong")
    assert opened == "UnrecoverableKeyException"


# --- Java on one side, OpenSSL on the other ------------------------------------------------------


def pem_files(openssl: Tool, party: Party) -> tuple[str | Path, ...]:
    """Options that give OpenSSL the key, its certificate and whom to trust, out of our stores."""
    own, trusted = party.keys.with_suffix(".pem"), party.trust.with_suffix(".pem")
    secret = f"pass:{KEYS_PASSWORD}"
    openssl("pkcs12", "-in", party.keys, "-passin", secret, "-nodes", "-out", own)
    trust = ("-in", party.trust, "-passin", f"pass:{TRUST_PASSWORD}")
    openssl("pkcs12", *trust, "-nokeys", "-out", trusted)
    return "-cert", own, "-key", own, "-CAfile", trusted, "-verify_return_error"


@pytest.mark.parametrize(("protocol", "option"), [("TLSv1.2", "-tls1_2"), ("TLSv1.3", "-tls1_3")])
def test_java_serves_openssl(
    protocol: str, option: str, java: JavaPeer, openssl: Tool, tmp_path: Path
) -> None:
    server, client = make_parties(tmp_path, "pkcs12", "ec:P-256")
    other, _ = make_parties_in(tmp_path / "other")
    files = pem_files(openssl, client)
    for serving in (server, dataclasses.replace(server, trust=other.trust)):
        ((port,),) = java("serve", protocol, *serving.fields())
        called = openssl(
            "s_client", "-connect", f"localhost:{port}", "-verify_hostname", "localhost",
            "-quiet", option, *files, stdin="from openssl\n", check=False,
        )  # fmt: skip
        ((outcome, heard, *rest),) = java("served")
        if serving is server:
            assert (outcome, heard, *rest) == ("ok", "from openssl", protocol, client.sha256)
            assert called.stdout == "from the server\n"
        else:
            assert outcome == "error"
            assert "from the server" not in called.stdout


@pytest.mark.parametrize(("protocol", "option"), [("TLSv1.2", "-tls1_2"), ("TLSv1.3", "-tls1_3")])
def test_java_calls_openssl(
    protocol: str, option: str, java: JavaPeer, openssl: Tool, tmp_path: Path
) -> None:
    server, client = make_parties(tmp_path, "pkcs12", "rsa:2048")
    _, other = make_parties_in(tmp_path / "other")
    command = [
        program("openssl"), "s_server", "-accept", "localhost:0", "-naccept", "2", "-Verify", "1",
        # What comes is sent back with its letters in reverse.
        "-rev", option, *map(str, pem_files(openssl, server)),
    ]  # fmt: skip
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        port = next(line for line in serving.stdout if line.startswith("ACCEPT")).rsplit(":")[-1]
        refused = java("connect", protocol, *with_keys(client, other).fields(), port.strip())
        called = java("connect", protocol, *client.fields(), port.strip())
        serving.terminate()
    assert called == [["ok", "from the client"[::-1], protocol, server.sha256]]
    assert refused[0][0] == "error"


def make_parties_in(folder: Path) -> tuple[Party, Party]:
    """Two who know each other, and nobody else."""
    folder.mkdir()
    return make_parties(folder, "pkcs12", "ec:P-256")


def with_keys(party: Party, other: Party) -> Party:
    """The party with the key pair of another, as an impostor or after an unannounced renewal."""
    return dataclasses.replace(party, keys=other.keys, sha256=other.sha256)
