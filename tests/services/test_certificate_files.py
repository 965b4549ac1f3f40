"""Certificates as people send them: each form is read, and what is none is named."""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING

import pytest

from handfast.core.certificates.certificate import Certificate
from handfast.core.errors import Damaged, HandfastError, NotAKeystore, PasswordNeeded, WrongPassword
from handfast.core.password import Password
from handfast.services.describe.certificate import describe_certificate
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.certificate_sources import read_source
from handfast.services.exchange.importing import warnings_for
from handfast.services.files.saving import new_store

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool


class Sent:
    """A partner's key and two certificates, and whatever openssl makes of them."""

    def __init__(self, openssl: Tool, folder: Path) -> None:
        self.openssl, self.folder = openssl, folder
        for name in ("one", "two"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "400", "-subj",
                    f"/CN={name}.example/O=Acme", "-keyout", self.path(f"{name}.key"),
                    "-out", self.path(f"{name}.pem"))  # fmt: skip
            openssl("x509", "-in", self.path(f"{name}.pem"), "-outform", "DER", "-out",
                    self.path(f"{name}.der"))  # fmt: skip
        self.one, self.two = (self.read(f"{name}.der") for name in ("one", "two"))
        self.pem, self.pem_two, self.key = map(self.read, ("one.pem", "two.pem", "one.key"))

    def path(self, name: str) -> Path:
        return self.folder / name

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def made(self, *arguments: str | Path) -> bytes:
        """What an openssl command writes into its ``-out``."""
        self.openssl(*arguments, "-out", self.path("made"))
        return self.read("made")


@pytest.fixture(scope="module")
def sent(openssl: Tool, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    return Sent(openssl, tmp_path_factory.mktemp("sent"))


def found(data: bytes, password: str | None = None) -> list[bytes]:
    secret = Password(password) if password is not None else None
    return [each.der for each in read_certificates(data, password=secret).certificates]


def one_line(pem: bytes) -> bytes:
    return pem.replace(b"\n", b"")


FORMS = {
    "DER": lambda sent: sent.one,
    "DER with a line feed behind": lambda sent: sent.one + b"\n",
    "PEM": lambda sent: sent.pem,
    "CRLF": lambda sent: sent.pem.replace(b"\n", b"\r\n"),
    "old Mac": lambda sent: sent.pem.replace(b"\n", b"\r"),
    "UTF-8 with BOM": lambda sent: b"\xef\xbb\xbf" + sent.pem,
    "UTF-16": lambda sent: sent.pem.decode().encode("utf-16"),
    "UTF-16 big end first": lambda sent: b"\xfe\xff" + sent.pem.decode().encode("utf-16-be"),
    "UTF-16 without BOM": lambda sent: sent.pem.decode().encode("utf-16-le"),
    "one line": lambda sent: one_line(sent.pem),
    "one line, blanks": lambda sent: sent.pem.replace(b"\n", b" "),
    "one line, \\n in it": lambda sent: sent.pem.replace(b"\n", b"\\n"),
    "quoted mail": lambda sent: b"> " + sent.pem.replace(b"\n", b"\n> "),
    "indented": lambda sent: b"    " + sent.pem.replace(b"\n", b"\n    "),
    "text around": lambda sent: b"Hello,\n\nhere it is:\n\n" + sent.pem + b"\nRegards\n",
    "Bag Attributes": lambda sent: (
        b"Bag Attributes\n    friendlyName: one\n    localKeyID: 54 69 \n"
        b"subject=/CN=one.example\nissuer=/CN=one.example\n" + sent.pem
    ),
    "-text": lambda sent: sent.made("x509", "-in", sent.path("one.pem"), "-text"),
    "TRUSTED": lambda sent: sent.made("x509", "-in", sent.path("one.pem"), "-trustout"),
    "X509": lambda sent: sent.pem.replace(b" CERTIFICATE", b" X509 CERTIFICATE"),
    "bare Base64": lambda sent: base64.encodebytes(sent.one),
    "with its key": lambda sent: sent.key + sent.pem,
    "p7b in DER": lambda sent: sent.made(
        "crl2pkcs7", "-nocrl", "-certfile", sent.path("one.pem"), "-outform", "DER"),
    "p7b in PEM": lambda sent: sent.made("crl2pkcs7", "-nocrl", "-certfile", sent.path("one.pem")),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_is_read_in_each_form(form: str, sent: Sent) -> None:
    assert found(FORMS[form](sent)) == [sent.one]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_cut_short_is_an_error(form: str, sent: Sent) -> None:
    data = FORMS[form](sent)
    kept = data[: data.index(b"PRIVATE KEY-----\n-----BEGIN C") + 600] if b"PRIVATE" in data else (
        data[: len(data) - 700])  # fmt: skip
    with pytest.raises(HandfastError) as caught:
        read_certificates(kept)
    assert caught.value.code == 4
    assert caught.value.remedy


def test_several_are_all_read_each_once(sent: Sent) -> None:
    for data in (
        sent.pem + sent.pem_two,
        sent.pem + b"and the other:\n" + sent.pem_two + sent.pem,
        one_line(sent.pem) + one_line(sent.pem_two),
        (sent.pem + sent.pem_two).decode().encode("utf-16"),
        sent.one + sent.two,
    ):
        read = read_certificates(data)
        assert [each.der for each in read.certificates] == [sent.one, sent.two]
        assert any("keytool would import only the first" in each for each in read.remarks)
    assert read_certificates(sent.pem).remarks == ()
    sent.path("both.pem").write_bytes(sent.pem + sent.pem_two)
    for form in ("DER", "PEM"):
        bundle = sent.made(
            "crl2pkcs7", "-nocrl", "-certfile", sent.path("both.pem"), "-outform", form
        )
        assert set(found(bundle)) == {sent.one, sent.two}


def test_a_key_beside_the_certificate_is_told_of_and_left(sent: Sent) -> None:
    read = read_certificates(sent.key + sent.pem)
    assert any("private key" in each for each in read.remarks)
    assert not any("private key" in each for each in read_certificates(sent.pem).remarks)
    source = read_source(sent.key + sent.pem, name="pasted")
    assert source.data == b""
    assert source.error is None


def test_a_keystore_in_place_of_a_certificate_asks_for_its_password(sent: Sent) -> None:
    store = sent.made("pkcs12", "-export", "-inkey", sent.path("one.key"), "-in",
                      sent.path("one.pem"), "-passout", "pass:secret one")  # fmt: skip
    for data in (store, base64.encodebytes(store)):
        with pytest.raises((PasswordNeeded, NotAKeystore)):
            read_certificates(data)
    assert read_source(store, name="a").needs_password
    with pytest.raises(WrongPassword):
        read_certificates(store, password=Password("other"))
    read = read_certificates(store, password=Password("secret one"))
    assert [each.der for each in read.certificates] == [sent.one]
    assert any("private key" in each for each in read.remarks)


@pytest.mark.parametrize(
    ("what", "word"),
    [
        ("request", "request"),
        ("request in DER", "request"),
        ("key", "private key"),
        ("key in DER", "private key"),
        ("encrypted key", "private key"),
        ("public key", "public key"),
        ("HTML", "web page"),
        ("empty", "empty"),
        ("blanks", "white space"),
        ("prose", "not a certificate"),
        ("noise", "not a certificate"),
        ("gzip", "compressed"),
    ],
)
def test_what_is_no_certificate_is_named(what: str, word: str, sent: Sent) -> None:
    key = sent.path("one.key")
    request = ("req", "-new", "-key", key, "-subj", "/CN=a")
    pkcs8 = ("pkcs8", "-topk8", "-in", key)
    data = {
        "request": lambda: sent.made(*request),
        "request in DER": lambda: sent.made(*request, "-outform", "DER"),
        "key": lambda: sent.key,
        "key in DER": lambda: sent.made(*pkcs8, "-nocrypt", "-outform", "DER"),
        "encrypted key": lambda: sent.made(*pkcs8, "-passout", "pass:x1y2z3"),
        "public key": lambda: sent.made("pkey", "-in", key, "-pubout"),
        "HTML": lambda: b"<!DOCTYPE html>\n<html><body>Please log in</body></html>",
        "empty": lambda: b"",
        "blanks": lambda: b" \r\n\t\n",
        "prose": lambda: b"See attachment.\n",
        "noise": lambda: bytes(range(256)) * 4,
        "gzip": lambda: gzip.compress(sent.pem),
    }[what]()  # fmt: skip
    with pytest.raises(NotAKeystore) as caught:
        read_certificates(data)
    told = f"{caught.value.problem} {' '.join(caught.value.causes)}".lower()
    assert word in told, told
    source = read_source(data, name=what)
    assert source.certificates == ()
    assert source.data == b""


# --- certificates that break a rule -----------------------------------------------------------


def test_a_certificate_that_breaks_a_rule_is_kept_and_told_of(sent: Sent) -> None:
    # A date with fractions of a second in place of a UTCTime: 15 characters, as long as before.
    date = sent.one.index(b"\x17\x0d")
    odd = sent.one[:date] + b"\x17\x0d99.99999999.Z" + sent.one[date + 15 :]
    certificate = Certificate(odd)
    assert not certificate.is_readable
    assert found(odd) == [odd]
    assert found(base64.encodebytes(odd) + b"") == [odd]
    assert set(found(certificate.pem().encode() + sent.pem_two)) == {odd, sent.two}
    from handfast.core.store import Format

    store = new_store(Format.PKCS12, Password("changeit"))
    assert any("breaks a rule" in each for each in warnings_for(certificate, store))
    assert warnings_for(Certificate(sent.one), store) == ()
    rows = [row.value for section in describe_certificate(certificate) for row in section.rows]
    assert any("one.example" in value for value in rows)


def test_bytes_without_the_structure_of_one_are_damaged(sent: Sent) -> None:
    with pytest.raises(Damaged):
        read_certificates(sent.one[:-1])
    # The outer length still fits, and what is inside is cut short.
    inner = bytearray(sent.one)
    inner[6:8] = b"\xff\xff"
    with pytest.raises(HandfastError) as caught:
        read_certificates(bytes(inner))
    assert caught.value.code == 4
    read = read_certificates(Certificate(bytes(inner)).pem().encode() + sent.pem)
    assert [each.der for each in read.certificates] == [sent.one]
    assert any("cannot be read and is left out" in each for each in read.remarks)
