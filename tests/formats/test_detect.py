"""What is not read is named all the same, with what to do."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from handfast.core.asn1.ber import OCTET_STRING, SEQUENCE, der, der_integer, der_oid
from handfast.core.errors import HandfastError, NotAKeystore, Unsupported
from handfast.formats.content import Content, classify
from handfast.formats.registry import read_store


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("store.jks", b"inside")
    return made.getvalue()


def bcfks() -> bytes:
    """The shape of Bouncy Castle's FIPS store: encrypted data, then an integrity check."""
    algorithm = der(SEQUENCE, der_oid("1.2.840.113549.1.5.99"), der(SEQUENCE))
    check = der(SEQUENCE, algorithm, algorithm, der(OCTET_STRING, bytes(64)))
    return der(SEQUENCE, der(SEQUENCE, algorithm, der(OCTET_STRING, bytes(200))), check)


def ssh_key() -> bytes:
    text = base64.encodebytes(b"openssh-key-v1\0" + bytes(100)).decode()
    label = "OPENSSH PRIVATE KEY"
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()


PGP = (
    b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFz=\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n"
)
HARDWARE = b"# our HSM\nname = Token\nlibrary = /usr/lib/softhsm/libsofthsm2.so\nslot = 0\n"
CASES: dict[str, tuple[bytes, type[HandfastError], str, str]] = {
    "bcfks": (bcfks(), Unsupported, "BCFKS", "PKCS#12"),
    "kdb-cms": (b"\0\0\0\5\x9e\0\0\0\0\x37\0" + bytes(80), Unsupported, "IBM", "runmqakm"),
    "oracle-wallet": (b"\xa1\xf8\x4e\x36" + bytes(80), Unsupported, "Oracle", "ewallet.p12"),
    "elasticsearch": (
        b"\x3f\xd7\x6c\x17\x16elasticsearch.keystore\0\0\0\4",
        Unsupported,
        "Elasticsearch",
        "elasticsearch-keystore",
    ),
    "git-lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
        NotAKeystore,
        "Git LFS",
        "git lfs pull",
    ),
    "kdb": (b"7\0\0\1\0\0\0\x01X509KEY" + bytes(80), Unsupported, "IBM", "runmqakm"),
    "pkcs11": (HARDWARE, Unsupported, "PKCS#11", "keytool"),
    "sst": (b"\0\0\0\0CERT" + bytes(60), Unsupported, "Windows", "PKCS#7"),
    "gnupg": (PGP, NotAKeystore, "GnuPG", "X.509"),
    "gnupg-keybox": (b"\0\0\0 \1\1\0\2KBXf" + bytes(40), NotAKeystore, "GnuPG", "X.509"),
    "openssh": (ssh_key(), NotAKeystore, "OpenSSH", "TLS"),
    "openssh-public": (b"ssh-ed25519 AAAAC3NzaC1 me@host\n", NotAKeystore, "OpenSSH", "TLS"),
    "putty": (b"PuTTY-User-Key-File-3: ssh-rsa\n", NotAKeystore, "PuTTY", "TLS"),
    "java": (b"\xac\xed\0\5sr\0\x10java.lang.String", NotAKeystore, "Java object", "keystore"),
    "zip": (archive(), NotAKeystore, "ZIP", "Unpack"),
    "html": (b"<!DOCTYPE html>\n<html><title>Log in</title>", NotAKeystore, "web page", "browser"),
    "html-late": (b"\n\n  <HTML><BODY>404</BODY></HTML>", NotAKeystore, "web page", "browser"),
    "json": (b'{"error": "no such file"}', NotAKeystore, "JSON", "keystore file"),
    "json-list": (b"[\n  1, 2]", NotAKeystore, "JSON", "keystore file"),
    "settings": (b"[server]\nport = 8443\n", NotAKeystore, "text file", "keystore file"),
    "empty": (b"", NotAKeystore, "empty", "again"),
    "blank": (b" \r\n\t\n", NotAKeystore, "white space", "again"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_named_with_what_to_do(name: str) -> None:
    data, kind, word, remedy = CASES[name]
    with pytest.raises(HandfastError) as told:
        read_store(data)
    assert type(told.value) is kind
    assert word in told.value.problem
    assert remedy in told.value.remedy


@pytest.mark.parametrize("name", CASES)
def test_cut_short_it_is_still_no_crash(name: str) -> None:
    data = CASES[name][0]
    for size in range(min(len(data), 120)):
        with pytest.raises(HandfastError):
            read_store(data[:size])


@pytest.mark.parametrize("generator", [2, 5])
def test_a_group_for_diffie_hellman_is_no_public_key(generator: int) -> None:
    # Modulus and exponent of an RSA key are two numbers as well.
    block = base64.b64encode(der(0x30, der_integer(2**64 + 13), der_integer(generator))).decode()
    for label, wanted in (
        ("DH PARAMETERS", Content.PARAMETERS),
        ("RSA PUBLIC KEY", Content.PUBLIC_KEY),
    ):
        text = f"-----BEGIN {label}-----\n{block}\n-----END {label}-----\n"
        assert classify(text.encode()) is wanted
