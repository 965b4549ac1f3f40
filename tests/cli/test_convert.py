"""Stores written anew in another format, and what the peers then read of them."""

from __future__ import annotations

import hashlib
import json
import struct
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import SecretKey
from handfast.core.errors import Refused
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support import bouncy_samples as bouncy
from tests.support import pfx
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store

PASSWORD = "changeit"
WRITABLE = ("pkcs12", "jks", "jceks", "pem")


@pytest.fixture(scope="module")
def full() -> Store:
    """A pair and a partner's certificate."""
    pair = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    store = new_store(Format.PKCS12, Password(PASSWORD)).with_entries([pair])
    return import_certificates(store, [(issue(CN="partner.example").certificate, "partner")])


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)

    def run(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main(["convert", *map(str, arguments), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def in_format(store: Store, wanted: str, folder: Path) -> Path:
    """The same entries in a file of a format."""
    import dataclasses

    path = folder / f"source.{wanted}"
    entries = [dataclasses.replace(entry, native=None) for entry in store.entries]
    empty = new_store(Format(wanted.upper()), Password(PASSWORD))
    save_store(empty.with_entries(entries), path)
    return path


def parts(path: Path) -> list[Any]:
    """What matters of each entry: alias, kind, certificates, key."""
    found = open_file(path, Password(PASSWORD)).store.entries
    return sorted(
        (each.alias, each.kind, [c.sha256 for c in each.chain], getattr(each, "key", None) is None)
        for each in found
    )


@pytest.mark.parametrize("target", WRITABLE)
@pytest.mark.parametrize("source", WRITABLE)
def test_each_pair_of_formats(
    console: Any, full: Store, tmp_path: Path, source: str, target: str
) -> None:
    path, made = in_format(full, source, tmp_path), tmp_path / f"made.{target}"
    before = path.read_bytes()
    code, answer = console(path, made, "--format", target)
    assert (code, answer["format"], answer["losses"]) == (0, target.upper(), [])
    assert parts(made) == parts(path)
    assert (made.stat().st_mode & 0o777) == 0o600
    assert path.read_bytes() == before
    # What is there is never written over.
    code, answer = console(path, made, "--format", target)
    assert (code, answer["error"]["code"]) == (6, 6)


def test_keytool_and_openssl_read_what_was_made(
    console: Any, full: Store, tmp_path: Path, keytool: Any, openssl: Any
) -> None:
    path = in_format(full, "pem", tmp_path)
    for target in ("pkcs12", "jks", "jceks"):
        made = tmp_path / f"made.{target}"
        assert console(path, made, "--format", target)[0] == 0
        listing = keytool("-list", "-keystore", made, "-storepass", PASSWORD).stdout
        assert "own, " in listing
        assert "partner, " in listing
        assert "PrivateKeyEntry" in listing
    text = openssl(
        "pkcs12", "-in", tmp_path / "made.pkcs12", "-passin", f"pass:{PASSWORD}", "-nodes"
    ).stdout
    assert "PRIVATE KEY" in text


def test_what_the_target_cannot_hold_is_listed_and_nothing_is_written(
    console: Any, full: Store, tmp_path: Path
) -> None:
    secret = SecretKey(alias="cookies", algorithm="AES", material=SecretMaterial(bytes(16)))
    path, made = tmp_path / "with-secret.p12", tmp_path / "made.jks"
    save_store(full.with_entries([secret]), path)
    code, answer = console(path, made, "--format", "jks")
    assert (code, answer["error"]["kind"]) == (6, "would-lose")
    assert any("cookies" in cause for cause in answer["error"]["causes"])
    assert "--allow-loss" in answer["error"]["remedy"]
    assert not made.exists()
    code, answer = console(path, made, "--format", "jks", "--allow-loss")
    assert code == 0
    assert [each["alias"] for each in answer["entries"]] == ["own", "partner"]
    assert len(answer["losses"]) == 1
    # JCEKS has a place for it.
    assert console(path, tmp_path / "made.jceks", "--format", "jceks")[0] == 0


def test_a_locked_key_is_not_left_behind_silently(
    console: Any, full: Store, tmp_path: Path
) -> None:
    import dataclasses

    own = dataclasses.replace(full.key_pairs[0], alias="other", password=Password("its own"))
    path, made = tmp_path / "own.p12", tmp_path / "made.jks"
    save_store(full.with_entries([own]), path)
    code, answer = console(path, made, "--format", "jks")
    assert code == 6
    assert "locked" in " ".join(answer["error"]["causes"])


def test_an_entry_without_a_name_gets_one(console: Any, tmp_path: Path, keytool: Any) -> None:
    """An empty friendly name is a name for PKCS#12 and for Java, but nobody can type it."""
    pair = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    assert pair.key is not None
    path = tmp_path / "nameless.p12"
    path.write_bytes(
        pfx.pfx(
            pfx.part(
                pfx.bag(pfx.KEY, pair.key.pkcs8, pfx.name(""), pfx.key_id(b"1")),
                pfx.certificate(pair.chain[0].der, pfx.name(""), pfx.key_id(b"1")),
                pfx.certificate(issue(CN="partner").certificate.der, pfx.name("own.example")),
            )
        )
    )
    assert [entry.alias for entry in open_file(path).store.entries] == ["", "own.example"]
    for target in ("jks", "pem"):
        made = tmp_path / f"made.{target}"
        code, answer = console(path, made, "--format", target)
        assert (code, answer["losses"]) == (0, [])
        assert any("own.example-2" in note for note in answer["notes"])
        assert {each["alias"] for each in answer["entries"]} == {"own.example-2", "own.example"}
    listing = keytool("-list", "-keystore", tmp_path / "made.jks", "-storepass", PASSWORD).stdout
    assert "own.example-2, " in listing
    # The same format keeps it as it is.
    code, answer = console(path, tmp_path / "same.p12", "--format", "pkcs12")
    assert [each["alias"] for each in answer["entries"]] == ["", "own.example"]


def test_a_certificate_that_java_chokes_on_is_told(
    console: Any, full: Store, tmp_path: Path, keytool: Any
) -> None:
    good = full.trusted[0].certificate
    ruined = Certificate(good.der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07"))
    path = tmp_path / "ruined.pem"
    path.write_text(good.pem() + ruined.pem())
    code, answer = console(path, tmp_path / "made.jks", "--format", "jks")
    assert (code, answer["losses"]) == (0, [])
    assert any("reject the whole keystore" in note for note in answer["notes"])
    listing = ("-list", "-keystore", tmp_path / "made.jks", "-storepass", PASSWORD)
    assert keytool(*listing, check=False).returncode != 0
    path.write_text(good.pem())
    assert console(path, tmp_path / "good.jks", "--format", "jks")[1]["notes"] == []


def test_the_new_store_has_a_password_of_its_own(console: Any, full: Store, tmp_path: Path) -> None:
    path, made = in_format(full, "jks", tmp_path), tmp_path / "made.p12"
    secret = tmp_path / "secret.txt"
    secret.write_text("another one\n")
    assert console(path, made, "--format", "pkcs12", "--dest-password-file", secret)[0] == 0
    assert not open_file(made, Password("another one")).store.key_pairs[0].is_locked


def test_what_is_only_read_can_be_converted_from_and_not_to(
    console: Any, full: Store, tmp_path: Path
) -> None:
    certificate = full.trusted[0].certificate
    entry = bouncy.Entry(kind=1, alias="partner", content=bouncy.certificate(certificate.der))
    for name, data in (
        ("bks", bouncy.bks([entry], PASSWORD)),
        ("uber", bouncy.uber([entry], PASSWORD)),
    ):
        path, made = tmp_path / f"source.{name}", tmp_path / f"{name}.p12"
        path.write_bytes(data)
        assert console(path, made, "--format", "pkcs12")[0] == 0
        assert open_file(made).store.trusted[0].certificate == certificate
        assert main(["convert", str(made), str(tmp_path / "x"), "--format", name]) == 2


def test_a_revocation_list_in_a_text_is_no_entry_and_is_told(
    console: Any, full: Store, tmp_path: Path
) -> None:
    path, made = in_format(full, "pem", tmp_path), tmp_path / "made.p12"
    request = "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"
    path.write_text(path.read_text() + request)
    code, answer = console(path, made, "--format", "pkcs12")
    assert code == 6
    assert "another kind" in " ".join(answer["error"]["causes"])
    assert console(path, made, "--format", "pkcs12", "--allow-loss")[0] == 0


def test_a_text_cannot_hold_an_empty_store(console: Any, full: Store, tmp_path: Path) -> None:
    path = tmp_path / "empty.jks"
    save_store(new_store(Format.JKS, Password(PASSWORD)), path)
    code, answer = console(path, tmp_path / "empty.pem", "--format", "pem")
    assert (code, answer["error"]["kind"]) == (6, "refused")
    assert answer["error"]["problem"] == "A PEM file cannot hold an empty keystore."
    assert not (tmp_path / "empty.pem").exists()
    # Neither is one emptied, and what is on disk stays.
    text = in_format(full, "pem", tmp_path)
    opened, before = open_file(text, Password(PASSWORD)), text.read_bytes()
    with pytest.raises(Refused, match="cannot hold an empty keystore"):
        save_store(opened.store.without(opened.store.entries), text, expected=opened.stamp)
    assert text.read_bytes() == before
    # The others can be empty.
    code, answer = console(path, tmp_path / "empty.p12", "--format", "pkcs12")
    assert (code, answer["entries"]) == (0, [])


def jks_of(path: Path, *certificates: bytes) -> Path:
    """A JKS with trusted entries of these bytes (sun.security.provider.JavaKeyStore)."""
    body = struct.pack(">III", 0xFEEDFEED, 2, len(certificates))
    for number, each in enumerate(certificates):
        alias = f"ca{number}".encode()
        body += struct.pack(">IH", 2, len(alias)) + alias + struct.pack(">Q", 1_700_000_000_000)
        body += struct.pack(">H", 5) + b"X.509" + struct.pack(">I", len(each)) + each
    key = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite"
    path.write_bytes(body + hashlib.sha1(key + body, usedforsecurity=False).digest())
    return path


NONSENSE = {"text": b"no certificate at all", "nothing": b"", "a number": b"\x30\x03\x02\x01\x01"}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize("wanted", WRITABLE)
def test_what_nobody_can_read_is_kept_beside_what_can_be_read(
    wanted: str, nonsense: bytes, console: Any, tmp_path: Path
) -> None:
    readable = issue(CN="readable.example").certificate.der
    source = jks_of(tmp_path / "mixed.jks", readable, nonsense)
    target = tmp_path / "out"
    code, _ = console(source, target, "--format", wanted)
    if wanted == "pkcs12" and not nonsense:
        assert code == 6
        assert not target.exists()
        return
    assert code == 0
    kept = [e.chain[0].der for e in open_file(target, password=Password(PASSWORD)).store.entries]
    assert kept == [readable, nonsense]


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_a_text_of_which_nothing_can_be_read_is_refused_with_its_reason(
    nonsense: bytes, console: Any, tmp_path: Path
) -> None:
    source = jks_of(tmp_path / "nonsense.jks", nonsense)
    code, answer = console(source, tmp_path / "out.pem")
    assert code == 6
    assert "report this" not in json.dumps(answer)
    assert not (tmp_path / "out.pem").exists()
    code, _ = console(source, tmp_path / "out.jceks")
    assert code == 0
