"""Files that are no store but worth looking at, as openssl makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from handfast.services.describe.loose_files import LooseFile, look_at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(openssl: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA, a request, a list that revokes what was issued, and a public key."""
    made = tmp_path_factory.mktemp("loose")
    key, ca = made / "key.pem", made / "ca.pem"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", ca,
            "-subj", "/O=Acme/CN=Acme CA", "-days", "30")  # fmt: skip
    openssl("req", "-new", "-key", key, "-subj", "/C=AU/O=Acme/CN=req.example",
            "-addext", "subjectAltName=DNS:req.example", "-out", made / "request.pem")  # fmt: skip
    openssl("pkey", "-in", key, "-pubout", "-out", made / "public.pem")
    (made / "index.txt").write_text(
        "R\t300101000000Z\t260101000000Z,keyCompromise\t0A1B\tunknown\t/CN=old.example\n"
    )
    (made / "crlnumber").write_text("1001\n")
    settings = made / "ca.cnf"
    settings.write_text(
        "[ca]\ndefault_ca=own\n[own]\n"
        f"database={made}/index.txt\ncrlnumber={made}/crlnumber\n"
        "default_md=sha256\ndefault_crl_days=30\n"
    )
    openssl("ca", "-gencrl", "-config", settings, "-keyfile", key, "-cert", ca,
            "-out", made / "list.pem")  # fmt: skip
    for name, tool in (("ca", "x509"), ("request", "req"), ("list", "crl")):
        openssl(tool, "-in", made / f"{name}.pem", "-outform", "DER", "-out", made / f"{name}.der")
    openssl("pkey", "-pubin", "-in", made / "public.pem", "-outform", "DER",
            "-out", made / "public.der")  # fmt: skip
    return made


def text_of(found: LooseFile) -> str:
    lines = [f"{row.label}: {row.value}" for part in found.sections for row in part.rows]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "kind", "title", "said"),
    [
        ("ca", "Certificate", "Acme CA", "Common name (CN): Acme CA"),
        ("request", "Certificate signing request", "req.example", "DNS name: req.example"),
        ("list", "Certificate revocation list", "Acme CA", "1 Jan 2026, 00:00:00 UTC, keyCompr"),
        ("public", "Public key", "Public key", "Algorithm: RSA, 2048 bits"),
    ],
)
def test_each_is_shown_from_der_and_from_pem(
    folder: Path, name: str, kind: str, title: str, said: str
) -> None:
    for ending in ("der", "pem"):
        found = look_at((folder / f"{name}.{ending}").read_bytes())
        assert found is not None
        assert (found.kind, found.title) == (kind, title)
        assert said.lower() in text_of(found).lower()
        assert bool(found.certificates) == (name == "ca")
        assert all(mark != "error" for mark, _ in found.states)


def test_a_public_key_on_a_curve_that_no_library_knows_is_shown(
    openssl: Any, tmp_path: Path
) -> None:
    key, public = tmp_path / "key.pem", tmp_path / "public.der"
    openssl("ecparam", "-name", "sect163r2", "-genkey", "-noout", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", public)
    data = public.read_bytes()
    found = look_at(data)
    assert found is not None
    assert found.kind == "Public key"
    assert "Algorithm: EC, which Handfast does not support" in text_of(found)
    assert "Parameters: 06 05 2B 81 04 00 0F" in text_of(found)
    for broken in (data[:-1], data + b"\0", data.replace(b"\x06\x07", b"\x04\x07")):
        assert look_at(broken) is None


def test_a_request_that_was_altered_is_said_to_be(folder: Path) -> None:
    der = (folder / "request.der").read_bytes()
    found = look_at(der.replace(b"req.example", b"REQ.example"))
    assert found is not None
    assert [mark for mark, _ in found.states] == ["error"]


def test_a_list_that_is_old_is_said_to_be(folder: Path) -> None:
    import datetime as dt

    data = (folder / "list.der").read_bytes()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    found = look_at(data, now=later)
    assert found is not None
    assert found.states[0][0] == "warning"
    assert found.states[0][1].startswith("Out of date")
    fresh = look_at(data)
    assert fresh is not None
    assert fresh.states == (("ok", "1 certificate is revoked"),)


def test_what_is_cut_short_or_something_else_is_left_to_the_error(folder: Path) -> None:
    for name in ("ca", "request", "list", "public"):
        assert look_at((folder / f"{name}.der").read_bytes()[:-9]) is None
    for data in (b"", b"hello", b"<html></html>", (folder / "key.pem").read_bytes()):
        assert look_at(data) is None
