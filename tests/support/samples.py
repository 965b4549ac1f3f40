"""Stores as keytool makes them and certificates by the thousand, for tests that read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import Certificate
from handfast.services.exchange.generating import PairRequest, make_pair

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

PAIRS = {
    "ca": ("-keyalg", "RSA", "-keysize", "2048", "-ext", "bc:c", "-dname", "CN=Root, O=Acme, C=AU"),
    "leaf": ("-keyalg", "EC", "-groupname", "secp256r1", "-signer", "ca", "-dname",
             "CN=leaf.example, O=Acme, C=AU", "-ext", "san=dns:leaf.example,ip:127.0.0.1"),
    "edwards": ("-keyalg", "Ed25519", "-dname", "CN=Edwards"),
    "old": ("-keyalg", "DSA", "-keysize", "2048", "-dname", "CN=Old"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A store made by keytool: where it is, what opens it, and how many of what it holds."""

    path: Path
    password: str
    #: Kinds by alias, as ``list --json`` names them.
    kinds: dict[str, str]


def make_jks(keytool: Tool, path: Path, password: str = "changeit") -> Sample:
    """Pairs of four algorithms, one of them with a chain, and a trusted certificate."""
    return _make(keytool, path, password, "-storetype", "JKS")


def make_pkcs12(keytool: Tool, path: Path, password: str = "changeit", *options: str) -> Sample:
    """The same and an AES key; ``-J-Dkeystore.pkcs12.legacy`` makes it as Java 8 did."""
    sample = _make(keytool, path, password, "-storetype", "PKCS12", *options)
    keytool("-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "256",
            "-keystore", path, "-storepass", password, *options)  # fmt: skip
    return Sample(path=path, password=password, kinds={**sample.kinds, "secret": "secret-key"})


def _make(keytool: Tool, path: Path, password: str, *options: str) -> Sample:
    common = ("-keystore", path, "-storepass", password, *options)
    keypass = ("-keypass", password)
    for alias, how in PAIRS.items():
        keytool("-genkeypair", "-alias", alias, "-validity", "800", *how, *keypass, *common)
    certificate = path.with_suffix(".cer")
    keytool("-exportcert", "-alias", "leaf", "-file", certificate, *common)
    keytool("-importcert", "-noprompt", "-alias", "partner", "-file", certificate, *common)
    kinds = dict.fromkeys(PAIRS, "key-pair") | {"partner": "trusted-certificate"}
    return Sample(path=path, password=password, kinds=kinds)


def many_certificates(count: int) -> list[Certificate]:
    """Certificates that differ in their name, ``host00000.example`` and so on.

    Only the first is really signed: stores do not verify signatures, and signing ten thousand
    would take longer than all that is tried with them.
    """
    pair = make_pair(PairRequest(alias="many", name="CN=host00000.example", key="ec:P-256"))
    first = pair.chain[0].der
    return [Certificate(first.replace(b"host00000", b"host%05d" % each)) for each in range(count)]
