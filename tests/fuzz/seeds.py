"""What the fuzzers start from: stores made here, and the corpus of other projects' where it is."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

from handfast.core.entry import SecretKey
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.formats.java import jceks_keys
from handfast.formats.registry import write_store
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store
from tests.corpus.answers import rows
from tests.fuzz.repair import ROUNDS
from tests.support import bcfks_samples as bcfks
from tests.support import bouncy_samples as bouncy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handfast.core.entry import KeyPair
    from handfast.core.store import Store

TARGETS = (
    "JKS",
    "JCEKS",
    "PKCS12",
    "BKS",
    "UBER",
    "BCFKS",
    "PEM",
    "PKCS7",
    "CERTIFICATES",
    "BER",
    "EMBEDDED",
    "DETECTION",
)
_PASSWORD = "changeit"
#: Of which formats in the corpus each target is made.
_CORPUS = {
    "JKS": ("jks",),
    "JCEKS": ("jceks",),
    "PKCS12": ("pkcs12",),
    "BKS": ("bks",),
    "UBER": ("uber",),
    "BCFKS": ("bcfks",),
    "EMBEDDED": (),
    "PEM": ("pem", "x509-pem", "x509-trusted", "pkcs8", "key-trad", "openssh"),
    "PKCS7": ("pkcs7",),
    "CERTIFICATES": ("x509", "pkcs7"),
    "BER": ("x509-der", "pkcs12", "pkcs7-der", "other"),
    "DETECTION": ("",),
}
_LARGEST = 8192
FILES = Path(__file__).parents[1] / "data" / "fuzz"


@cache
def pairs() -> tuple[KeyPair, ...]:
    """An RSA and an EC key, made once."""
    names = ("dns:a.example", "ip:192.0.2.1", "uri:urn:x", "email:a@example.com")
    return (
        make_pair(PairRequest(alias="one", name="CN=Öne, O=Acme, C=AU", key="rsa:2048")),
        make_pair(PairRequest(alias="two", name="CN=two", key="ec:P-256", sans=names)),
    )


def store(wanted: Format, strength: Strength = Strength.MODERN) -> Store:
    """A store with all that a format holds."""
    one, two = pairs()
    made = new_store(wanted, Password(_PASSWORD), strength)
    made = import_certificates(made.with_entries([two]), [(one.chain[0], "partner")])
    if wanted in {Format.JCEKS, Format.PKCS12}:
        made = made.with_entries(
            [SecretKey(alias="key", algorithm="AES", material=SecretMaterial(bytes(16)))]
        )
    if wanted is not Format.PEM:
        own = dataclasses.replace(two, alias="own", password=Password("another one"))
        made = made.with_entries([own])
    return made


def seeds(target: str, *, with_corpus: bool = True) -> list[bytes]:
    """Files of a target, small ones, none twice."""
    found = [*_made(target), *(path.read_bytes() for path in sorted(FILES.glob("*")))]
    if with_corpus:
        wanted = _CORPUS[target]
        found += [row.data for row in rows() if row.format.startswith(wanted)]
    small = {hashlib.sha1(each).digest(): each for each in found if len(each) <= _LARGEST}
    return list(small.values())


def _made(target: str) -> Iterator[bytes]:
    one, two = pairs()
    if target in {"JKS", "JCEKS", "PEM"}:
        with mock.patch.object(jceks_keys, "ROUNDS", ROUNDS):
            yield write_store(store(Format(target)))
    elif target == "PKCS12":
        yield from _pkcs12()
    elif target in {"BKS", "UBER"}:
        yield from _bouncy(target)
    elif target == "BCFKS":
        yield _bcfks()
    elif target == "EMBEDDED":
        yield from _embedded()
    elif target == "DETECTION":
        for each in TARGETS:
            if each != target:
                yield from _made(each)
    if target in {"PKCS7", "CERTIFICATES", "PEM"}:
        chain = [x509.load_der_x509_certificate(each.chain[0].der) for each in (one, two)]
        yield pkcs7.serialize_certificates(chain, serialization.Encoding.DER)
        yield pkcs7.serialize_certificates(chain, serialization.Encoding.PEM)
    if target in {"CERTIFICATES", "BER"}:
        yield one.chain[0].der
        yield two.chain[0].der
        yield one.chain[0].pem().encode()


def _pkcs12() -> Iterator[bytes]:
    one, two = pairs()
    # In the clear as far as possible, so that a changed byte is not only a wrong check sum.
    yield write_store(store(Format.PKCS12, Strength.NONE))
    yield write_store(dataclasses.replace(store(Format.PKCS12), entries=(two,)))
    assert two.key is not None
    key = serialization.load_der_private_key(two.key.pkcs8, None)
    own = x509.load_der_x509_certificate(two.chain[0].der)
    other = x509.load_der_x509_certificate(one.chain[0].der)
    for scheme in (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(1)
        .key_cert_algorithm(algorithm)
        .hmac_hash(digest)
        .build(_PASSWORD.encode())
        for algorithm, digest in (
            (pkcs12.PBES.PBESv2SHA256AndAES256CBC, hashes.SHA256()),
            (pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC, hashes.SHA1()),
        )
    ):
        yield pkcs12.serialize_key_and_certificates(
            b"two",
            key,  # type: ignore[arg-type]
            own,
            [pkcs12.PKCS12Certificate(other, b"other")],
            scheme,
        )
    yield pkcs12.serialize_key_and_certificates(
        None,
        key,  # type: ignore[arg-type]
        own,
        None,
        serialization.NoEncryption(),
    )


def _bcfks() -> bytes:
    one, two = pairs()
    assert two.key is not None
    chain = two.chain[0].der
    return bcfks.around(
        bcfks.contents(
            bcfks.entry(bcfks.CERTIFICATE, "partner", one.chain[0].der),
            bcfks.private("two", two.key.pkcs8, chain),
            bcfks.private("own", two.key.pkcs8, chain, password="another one"),
            bcfks.secret("secret", bytes(16)),
        )
    )


def _embedded() -> Iterator[bytes]:
    """Base64 of a store by itself, and values in documents of each kind."""
    one, two = pairs()
    small = dataclasses.replace(store(Format.PKCS12), entries=(two,))
    binary = base64.b64encode(write_store(small)).decode()
    assert two.key is not None
    label = "PRIVATE KEY"
    body = base64.encodebytes(two.key.pkcs8).decode()
    key = f"-----BEGIN {label}-----\n{body}-----END {label}-----\n"
    pem = base64.b64encode((one.chain[0].pem() + key).encode()).decode()
    yield "\r\n".join(binary[at : at + 76] for at in range(0, len(binary), 76)).encode()
    yield base64.b64encode(pem.encode())
    yield f"-----BEGIN PKCS12-----\n{binary}\n-----END PKCS12-----\n".encode()
    yield f"apiVersion: v1\nkind: Secret\ndata:\n  tls: {pem}\n  store.p12: {binary}\n".encode()
    yield f"kind: ConfigMap\ndata:\n  ca: |\n    {one.chain[0].pem().strip()}\n".encode()
    yield json.dumps({"keys": [{"kty": "RSA", "x5c": [binary, pem]}], "pem": key}).encode()
    certificate = base64.b64encode(one.chain[0].der).decode()
    yield f"<a><X509Certificate>\n{certificate}\n</X509Certificate></a>".encode()


def _bouncy(target: str) -> Iterator[bytes]:
    one, two = pairs()
    assert two.key is not None
    plain = bouncy.key(0, "PKCS#8", "EC", two.key.pkcs8)
    entries = [
        bouncy.Entry(kind=1, alias="partner", content=bouncy.certificate(one.chain[0].der)),
        bouncy.Entry(kind=2, alias="plain", content=plain, chain=(two.chain[0].der,)),
        bouncy.Entry(kind=3, alias="opaque", content=b"whatever"),
        bouncy.Entry(
            kind=4,
            alias="sealed",
            content=bouncy.seal(plain, _PASSWORD, ROUNDS),
            chain=(two.chain[0].der,),
        ),
        bouncy.Entry(
            kind=4,
            alias="secret",
            content=bouncy.seal(bouncy.key(2, "RAW", "AES", bytes(16)), _PASSWORD, ROUNDS),
        ),
    ]
    for chosen in (entries, entries[:1], entries[1:2], []):
        if target == "BKS":
            yield bouncy.bks(chosen, _PASSWORD)
            yield bouncy.bks(chosen, _PASSWORD, version=1)
        else:
            yield bouncy.uber(chosen, _PASSWORD, iterations=ROUNDS)
