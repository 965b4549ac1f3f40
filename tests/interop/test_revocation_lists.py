"""Revocation lists of every kind: what verify says of each, beside openssl and Java.

A list that does not name a certificate says that it is good only where it is complete, current,
and about it. Where openssl and Java both cannot use a list, verify does not either.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.support.console import json_console

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.support.tools import JavaPeer, Tool

_NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
_DAY = dt.timedelta(days=1)
_POINT = x509.UniformResourceIdentifier("http://ca.example/a.crl")
_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
Extensions = tuple[tuple[x509.ExtensionType, bool], ...]


def _scope(**chosen: Any) -> Extensions:
    plain: dict[str, Any] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }  # fmt: skip
    return ((x509.IssuingDistributionPoint(**{**plain, **chosen}), True),)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
    *,
    may_sign_lists: bool = True,
    has_point: bool = False,
) -> x509.Certificate:
    is_ca = issuer is None
    above, signer = issuer if issuer is not None else (None, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(above.subject if above is not None else _name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - 30 * _DAY)
        .not_valid_after(_NOW + 300 * _DAY)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_ca, key_encipherment=False, content_commitment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=is_ca,
                crl_sign=is_ca and may_sign_lists, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )  # fmt: skip
    if has_point:
        point = x509.DistributionPoint([_POINT], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _list(
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    revoked: Sequence[int],
    *,
    starts: int = -1,
    ends: int = 10,
    extensions: Extensions = (),
    of_entry: Extensions = (),
) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(_NOW + starts * _DAY)
        .next_update(_NOW + ends * _DAY)
        .add_extension(x509.CRLNumber(7), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
    )
    for serial in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(_NOW + min(starts, -1) * _DAY)
        )
        for value, is_critical in of_entry:
            entry = entry.add_extension(value, critical=is_critical)
        builder = builder.add_revoked_certificate(entry.build())
    for value, is_critical in extensions:
        builder = builder.add_extension(value, critical=is_critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


_DELTA: Extensions = ((x509.DeltaCRLIndicator(1), True),)
_SOME_REASONS = frozenset([x509.ReasonFlags.key_compromise])
_OF_ANOTHER = ((x509.CertificateIssuer([x509.DirectoryName(_name("Other"))]), True),)
#: What is special about the list, and what verify says where the list does not name the
#: certificate: the state, and a word of the reason. Where it names it, the state is revoked.
KINDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "complete": ({}, "good", ""),
    "for users": ({"extensions": _scope(only_contains_user_certs=True)}, "good", ""),
    "of its point": ({"extensions": _scope(full_name=[_POINT])}, "good", ""),
    "out of date": ({"starts": -20, "ends": -1}, "unknown", "out of date"),
    "not yet valid": ({"starts": 1, "ends": 3}, "unknown", "not valid yet"),
    "changes only": ({"extensions": _DELTA}, "unknown", "only the changes"),
    "for CAs": ({"extensions": _scope(only_contains_ca_certs=True)}, "unknown", "other"),
    "for attributes": (
        {"extensions": _scope(only_contains_attribute_certs=True)}, "unknown", "other"
    ),
    "some reasons": ({"extensions": _scope(only_some_reasons=_SOME_REASONS)}, "unknown", "other"),
    "indirect": ({"extensions": _scope(indirect_crl=True)}, "unknown", "other"),
    "of another point": (
        {"extensions": _scope(full_name=[x509.UniformResourceIdentifier("http://b.example/b")])},
        "unknown", "other",
    ),
    "unknown critical": ({"extensions": ((_UNKNOWN, True),)}, "unknown", "critical extension"),
}  # fmt: skip


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    return json_console(capsys, monkeypatch, tmp_path, "changeit")


class Judges:
    """What openssl and Java say of leaf.pem under root.pem with list.crl."""

    def __init__(self, openssl: Tool, java: JavaPeer, folder: Path) -> None:
        self._openssl, self._java, self._folder = openssl, java, folder

    def __call__(self) -> tuple[str, str]:
        folder = self._folder
        done = self._openssl("verify", "-x509_strict", "-crl_check", "-CAfile", folder / "root.pem",
                             "-CRLfile", folder / "list.crl", folder / "leaf.pem",
                             check=False)  # fmt: skip
        by_openssl = "good" if done.returncode == 0 else "unknown"
        if "certificate revoked" in done.stderr:
            by_openssl = "revoked"
        answer = self._java("validate", folder / "root.pem", folder / "leaf.pem",
                            folder / "list.crl")[0]  # fmt: skip
        by_java = "good" if answer[0] == "yes" else "unknown"
        if answer[0] == "no" and answer[1] == "REVOKED":
            by_java = "revoked"
        return by_openssl, by_java


@pytest.fixture
def judges(openssl: Tool, java: JavaPeer, tmp_path: Path) -> Judges:
    return Judges(openssl, java, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_list_says_of_a_certificate(
    kind: str, run: Any, judges: Judges, tmp_path: Path
) -> None:
    options, state, word = KINDS[kind]
    key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Root", key)
    # Java takes other liberties with a certificate that names a distribution point.
    leaf = _certificate("leaf", leaf_key, (root, key), has_point="point" in kind)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (tmp_path / "list.crl").write_bytes(_list(root, key, [leaf.serial_number + 1], **options))
    verify = ("verify", "leaf.pem", "--trust", "root.pem", "--crl", "list.crl")
    code, told = run(*verify)
    assert (code, told["ok"], told["revocation"], told["causes"]) == (0, True, state, [])
    assert word in told["revocation_details"][0]["detail"]
    # A list for several CAs is used by Java, and by OpenSSL only where a program asks for it.
    assert judges() == (state, "good" if kind == "indirect" else state)
    # The CA itself says that it revoked it: that counts whatever else the list leaves open.
    (tmp_path / "list.crl").write_bytes(_list(root, key, [leaf.serial_number], **options))
    code, told = run(*verify)
    assert (code, told["ok"], told["revocation"]) == (1, False, "revoked")
    assert [each["code"] for each in told["causes"]] == ["revoked"]
    if state == "good":
        assert judges() == ("revoked", "revoked")
    else:
        assert "good" not in judges()


def test_what_is_not_a_revocation(run: Any, tmp_path: Path) -> None:
    key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Root", key)
    leaf = _certificate("leaf", leaf_key, (root, key))
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    removed = ((x509.CRLReason(x509.ReasonFlags.remove_from_crl), False),)
    for name, data in {
        # The same number of another CA, in a list for several of them.
        "another.crl": _list(root, key, [leaf.serial_number], of_entry=_OF_ANOTHER,
                             extensions=_scope(indirect_crl=True)),
        # A list of changes that takes it off the list again.
        "removed.crl": _list(root, key, [leaf.serial_number], of_entry=removed, extensions=_DELTA),
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
        code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--crl", name)
        assert (name, code, told["revocation"]) == (name, 0, "unknown")
    # In the same list, an entry that names its own CA counts.
    own = ((x509.CertificateIssuer([x509.DirectoryName(_name("Root"))]), True),)
    (tmp_path / "own.crl").write_bytes(
        _list(root, key, [leaf.serial_number], of_entry=own, extensions=_scope(indirect_crl=True))
    )
    code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--crl", "own.crl")
    assert (code, told["revocation"]) == (1, "revoked")


def test_a_ca_that_may_not_sign_lists(run: Any, openssl: Tool, tmp_path: Path) -> None:
    key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Root", key, may_sign_lists=False)
    leaf = _certificate("leaf", leaf_key, (root, key))
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (tmp_path / "list.crl").write_bytes(_list(root, key, []))
    code, told = run("verify", "leaf.pem", "--trust", "root.pem", "--crl", "list.crl")
    assert (code, told["revocation"]) == (0, "unknown")
    assert "cRLSign" in told["revocation_details"][0]["detail"]
    # RFC 5280, 6.3.3 (f). Java does not look at it.
    done = openssl("verify", "-crl_check", "-CAfile", tmp_path / "root.pem", "-CRLfile",
                   tmp_path / "list.crl", tmp_path / "leaf.pem", check=False)  # fmt: skip
    assert "key usage does not include CRL signing" in done.stderr


@pytest.mark.parametrize("name", ["garbled.crl", "cut.crl", "version.crl"])
def test_a_damaged_list_is_no_list(name: str, run: Any, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Root", key)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    whole = x509.load_pem_x509_crl(_list(root, key, [5])).public_bytes(Encoding.DER)
    version = whole.index(b"\x02\x01\x01")
    damaged = {
        "garbled.crl": whole[:5] + bytes(byte ^ 0x55 for byte in whole[5:]),
        "cut.crl": whole[: len(whole) // 2],
        # Of a version that nobody has heard of.
        "version.crl": whole[: version + 2] + b"\x41" + whole[version + 3 :],
    }[name]
    (tmp_path / name).write_bytes(damaged)
    code, told = run("verify", "root.pem", "--trust", "root.pem", "--crl", name)
    assert (code, told["error"]["code"]) == (4, 4)
    assert name in told["error"]["problem"]
    code, told = run("show", name)
    assert code in {4, 5}, told
