"""A pair's self-signed certificate, which is no CA, is accepted as what to trust by everyone.

Partners put it into a trust store as it is. OpenSSL, Java and Python differ in what they ask of a
trust anchor, and each is stricter in some setting; the certificate has to pass in all of them.
"""

from __future__ import annotations

import itertools
import ssl
from typing import TYPE_CHECKING

import pytest

from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.authority.profiles import PURPOSES
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from tests.support.tools import JavaPeer, Tool

KEY_CHOICES = ("rsa:2048", "ec:P-256", "ec:P-384", "ec:P-521", "ed25519")
STRICTNESS = ((), ("-partial_chain",), ("-x509_strict",), ("-x509_strict", "-partial_chain"))


@pytest.fixture(scope="module")
def pairs() -> dict[str, KeyPair]:
    """One of each key and purpose."""
    return {
        f"{key} {purpose}".lower(): make_pair(
            PairRequest(
                alias=f"{key} {purpose}".lower(),
                name="CN=localhost, O=Acme, C=AU",
                key=key,
                purpose=purpose,
                sans=("dns:localhost",),
            )
        )
        for key, purpose in itertools.product(KEY_CHOICES, PURPOSES)
    }


@pytest.mark.parametrize("strictness", STRICTNESS, ids=" ".join)
def test_openssl_accepts_it_for_what_it_is_for(
    pairs: dict[str, KeyPair], strictness: tuple[str, ...], openssl: Tool, tmp_path: Path
) -> None:
    files: dict[str, list[Path]] = {purpose: [] for purpose in PURPOSES}
    for number, (alias, pair) in enumerate(pairs.items()):
        path = tmp_path / f"{number}.pem"
        path.write_text(pair.chain[0].pem())
        files[alias.split()[1]].append(path)
    # All of one name, as a partner has two of them while a key is being renewed: without a key
    # identifier of the issuer OpenSSL would take the first for the issuer of each.
    anchors = tmp_path / "anchors.pem"
    anchors.write_text("".join(pair.chain[0].pem() for pair in pairs.values()))
    verify = ("verify", "-CAfile", anchors, *strictness, "-purpose")
    openssl(*verify, "sslserver", *files["server"], *files["both"])
    openssl(*verify, "sslclient", *files["client"], *files["both"])
    for purpose, wrong in (("sslserver", "client"), ("sslclient", "server")):
        refused = openssl(*verify, purpose, *files[wrong], check=False)
        assert refused.returncode != 0
        assert refused.stderr.count("unsuitable certificate purpose") + refused.stderr.count(
            "unsupported certificate purpose"
        ) >= len(files[wrong])


@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12], ids=lambda each: each.value)
def test_java_accepts_it(
    pairs: dict[str, KeyPair], wanted: Format, java: JavaPeer, tmp_path: Path
) -> None:
    path = tmp_path / "trust"
    chosen = [(pair.chain[0], alias) for alias, pair in pairs.items()]
    save_store(import_certificates(new_store(wanted, WELL_KNOWN), chosen), path)
    # Java does not ask what a certificate is for that is itself among those trusted.
    told = dict(java("trusts", wanted.value, path, "changeit"))
    assert told == dict.fromkeys(pairs, "client server")


@pytest.mark.parametrize("key", KEY_CHOICES)
@pytest.mark.parametrize(
    "flags",
    [
        ssl.VerifyFlags.VERIFY_DEFAULT,
        # What Python 3.13 sets by default.
        ssl.VerifyFlags.VERIFY_X509_STRICT | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN,
        ssl.VerifyFlags.VERIFY_X509_STRICT,
    ],
    ids=["default", "strict-partial-chain", "strict"],
)
def test_python_accepts_it(
    pairs: dict[str, KeyPair], key: str, flags: ssl.VerifyFlags, tmp_path: Path
) -> None:
    server, client = pairs[f"{key} server".lower()], pairs[f"{key} client".lower()]
    assert shake_hands(
        context(tmp_path, server, client, flags, is_server=True),
        context(tmp_path, client, server, flags, is_server=False),
    ) == (client.chain[0].der, server.chain[0].der)
    # The one that is trusted is another of the same name.
    other = make_pair(PairRequest(alias="other", name="CN=localhost, O=Acme, C=AU", key=key))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(
            context(tmp_path, server, other, flags, is_server=True),
            context(tmp_path, client, server, flags, is_server=False),
        )


def context(
    folder: Path, own: KeyPair, trusted: KeyPair, flags: ssl.VerifyFlags, *, is_server: bool
) -> ssl.SSLContext:
    """One side, which insists on the other's certificate."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    assert own.key is not None
    key = own.key.load().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "own.pem"
    path.write_bytes(key + own.chain[0].pem().encode())
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
    made.load_cert_chain(path)
    made.load_verify_locations(cadata=trusted.chain[0].pem())
    made.verify_mode = ssl.VerifyMode.CERT_REQUIRED
    made.verify_flags = flags
    return made


def shake_hands(serving: ssl.SSLContext, calling: ssl.SSLContext) -> tuple[object, object]:
    """The certificates that the server and the client got, after a byte each way."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(up, down, server_side=True)
    client = calling.wrap_bio(down, up, server_hostname="localhost")
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            done.add(side)
    client.write(b"c")
    server.write(b"s")
    assert (server.read(1), client.read(1)) == (b"c", b"s")
    return server.getpeercert(binary_form=True), client.getpeercert(binary_form=True)
