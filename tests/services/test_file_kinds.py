"""What a dropped file is taken for: by its content, whatever its name."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from handfast.services.files.file_kinds import FileKind, kind_of_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.samples import Sample


@pytest.fixture(scope="module")
def certificate(sample_jks: Sample, keytool: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kinds") / "partner.der"
    keytool(
        "-exportcert", "-alias", "leaf", "-file", path,
        "-keystore", sample_jks.path, "-storepass", sample_jks.password,
    )  # fmt: skip
    return path


def test_stores_under_any_name(sample_jks: Sample, sample_pkcs12: Sample, tmp_path: Path) -> None:
    for number, sample in enumerate((sample_jks, sample_pkcs12)):
        path = tmp_path / f"{number}.cer"
        path.write_bytes(sample.path.read_bytes())
        assert kind_of_file(path) is FileKind.STORE


def test_certificates_in_every_dress(certificate: Path, openssl: Any, tmp_path: Path) -> None:
    pem = tmp_path / "partner.jks"
    openssl("x509", "-inform", "DER", "-in", certificate, "-out", pem)
    bundle = tmp_path / "partner.p7b"
    openssl("crl2pkcs7", "-nocrl", "-certfile", pem, "-outform", "DER", "-out", bundle)
    mail = tmp_path / "mail.txt"
    mail.write_text("Dear partner,\r\n\r\n" + pem.read_text() + "\r\nRegards\r\n")
    for path in (certificate, pem, bundle, mail):
        assert kind_of_file(path) is FileKind.CERTIFICATES, path


def test_what_is_neither(tmp_path: Path) -> None:
    noise = tmp_path / "noise.cer"
    noise.write_bytes(base64.b64decode("3q2+7w==") * 9)
    for path in (noise, tmp_path, tmp_path / "missing.cer"):
        assert kind_of_file(path) is FileKind.OTHER, path


def test_a_private_key_in_a_text_is_for_a_key_pair_and_never_trusted(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n")
    assert kind_of_file(key) is FileKind.KEY
