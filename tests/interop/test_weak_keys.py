"""What a finding says that Java and OpenSSL make of a short key is what they make of it here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.services.checks.store_checks import check_store
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.services.checks.findings import Finding
    from tests.support.tools import Tool

PASSWORD = "changeit"


@pytest.fixture
def stored(openssl: Tool, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A PKCS#12 with a pair of the kind that is asked for, and its certificate beside it."""
    kind = str(request.param)
    key, certificate, store = (tmp_path / f"weak.{ending}" for ending in ("key", "pem", "p12"))
    if kind.startswith("rsa"):
        openssl("genrsa", "-out", key, kind.partition(":")[2])
    else:
        openssl("ecparam", "-name", kind, "-genkey", "-noout", "-out", key)
    openssl("req", "-x509", "-key", key, "-out", certificate, "-subj", "/CN=weak", "-days", "300",
            "-addext", "subjectAltName=DNS:weak.example")  # fmt: skip
    openssl("pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", store,
            "-passout", f"pass:{PASSWORD}", "-name", "weak")  # fmt: skip
    return store


def weak_key(store: Path) -> Finding | None:
    found = check_store(open_file(store).store, path=store)
    return next((each for each in found if each.code == "weak-key"), None)


def refused_by_openssl(openssl: Tool, store: Path) -> bool:
    certificate = store.with_suffix(".pem")
    told = openssl("verify", "-auth_level", "2", "-CAfile", certificate, certificate, check=False)
    assert told.returncode == 0 or "too weak" in told.stdout + told.stderr
    return told.returncode != 0


def refused_by_java(keytool: Tool, store: Path) -> bool:
    """What keytool says of it comes from jdk.certpath.disabledAlgorithms."""
    told = keytool("-list", "-v", "-keystore", store, "-storepass", PASSWORD)
    return "is disabled" in told.stdout + told.stderr


@pytest.mark.parametrize("stored", ["rsa:1024"], indirect=True)
def test_rsa_of_1024_bits_is_taken_by_java_and_not_by_openssl(
    stored: Path, openssl: Tool, keytool: Tool
) -> None:
    assert refused_by_openssl(openssl, stored)
    assert not refused_by_java(keytool, stored)
    found = weak_key(stored)
    assert found is not None
    # Some peers refuse it, and some do not.
    assert found.severity == "warning"
    assert "OpenSSL at its security level 2" in found.why
    assert "Java accepts 1,024 bits" in found.why


@pytest.mark.parametrize("stored", ["rsa:768"], indirect=True)
def test_a_shorter_one_is_refused_by_both(stored: Path, openssl: Tool, keytool: Tool) -> None:
    assert refused_by_openssl(openssl, stored)
    assert refused_by_java(keytool, stored)
    found = weak_key(stored)
    assert found is not None
    assert found.severity == "error"
    assert "both Java and OpenSSL reject it" in found.why


@pytest.mark.parametrize("stored", ["secp224r1"], indirect=True)
def test_a_curve_of_224_bits_is_taken_by_openssl_and_is_none_of_javas(
    stored: Path, openssl: Tool, keytool: Tool
) -> None:
    assert not refused_by_openssl(openssl, stored)
    made = keytool(
        "-genkeypair", "-alias", "x", "-keyalg", "EC", "-groupname", "secp224r1", "-dname", "CN=x",
        "-keystore", stored.with_suffix(".new"), "-storepass", PASSWORD, check=False,
    )  # fmt: skip
    assert "Curve not supported" in made.stdout + made.stderr
    found = weak_key(stored)
    assert found is not None
    assert found.severity == "warning"
    assert "Java 16 and later support no curve" in found.why


@pytest.mark.parametrize("stored", ["rsa:2048", "prime256v1"], indirect=True)
def test_what_both_take_is_not_found(stored: Path, openssl: Tool, keytool: Tool) -> None:
    assert not refused_by_openssl(openssl, stored)
    assert not refused_by_java(keytool, stored)
    assert weak_key(stored) is None
