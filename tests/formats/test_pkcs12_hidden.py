"""What a PKCS#12 file holds and not everybody sees: other passwords, plain keys, odd names."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handfast.core.asn1.ber import der, der_integer, der_oid
from handfast.core.entry import KeyPair
from handfast.core.errors import WrongPassword
from handfast.core.password import EMPTY, Password
from handfast.core.store import Format, Integrity, Store, Strength
from handfast.formats.crypto.protection import MODERN, seal_key
from handfast.formats.registry import read_store, unlock_parts, write_store
from handfast.services.checks.store_checks import check_store
from handfast.services.exchange.converting import convert
from handfast.services.files.opening import open_file
from handfast.services.files.saving import save_store
from handfast.services.files.unlocking import with_passwords
from tests.support import pfx
from tests.support.issued import Issued, issue

if TYPE_CHECKING:
    from tests.support.tools import JavaPeer

FILES = Path(__file__).parents[1] / "data" / "failing"
WORD, OTHER, NEW = Password("changeme1"), Password("otherpw"), Password("quite new")
BMP = "changeme1".encode("utf-16-be") + b"\0\0"
TWO_CERTIFICATES = 2


def opened(name: str, password: Password = WORD) -> Store:
    return open_file(FILES / name, password).store


def codes(store: Store) -> set[str]:
    return {finding.code for finding in check_store(store)}


# --- parts under another password --------------------------------------------------------


def test_a_part_under_another_password_is_counted_told_and_a_loss() -> None:
    store = opened("certs-pw-differs.p12")
    assert store.locked_parts == 1
    assert any("another password" in remark for remark in store.remarks)
    found = codes(store)
    assert "undecrypted-part" in found
    assert "chain-incomplete" not in found
    for wanted in (Format.JKS, Format.JCEKS, Format.PEM):
        assert convert(store, wanted, NEW).losses
    assert convert(store, Format.PKCS12, NEW).losses == ()


def test_it_is_unlocked_and_saved_under_one_password(tmp_path: Path, keytool: Any) -> None:
    store = opened("certs-pw-differs.p12")
    with pytest.raises(WrongPassword):
        unlock_parts(store, Password("not this one"))
    store = with_passwords(store, [Password("nor this"), OTHER])
    assert store.locked_parts == 0
    assert not any("another password" in remark for remark in store.remarks)
    assert "undecrypted-part" not in codes(store)
    (pair,) = store.key_pairs
    assert pair.chain
    assert convert(store, Format.JKS, NEW).losses == ()
    path = tmp_path / "one.p12"
    save_store(store, path)
    again = read_store(path.read_bytes(), WORD)
    assert again.key_pairs[0].chain == pair.chain
    assert again.locked_parts == 0
    told = keytool("-list", "-keystore", path, "-storepass", WORD.reveal()).stdout
    assert "PrivateKeyEntry" in told


def test_a_part_that_stays_locked_is_kept_as_it_is(tmp_path: Path) -> None:
    store = opened("certs-pw-differs.p12")
    pair = store.key_pairs[0]
    renamed = store.with_replaced(pair, dataclasses.replace(pair, alias="renamed"))
    path = tmp_path / "kept.p12"
    save_store(renamed, path)
    again = with_passwords(read_store(path.read_bytes(), WORD), [OTHER])
    assert again.get("renamed").chain


def test_key_and_certificates_under_another_password_than_the_check() -> None:
    store = opened("openssl-twopass.p12", Password("encpass22"))
    assert store.locked_parts == 1
    assert convert(store, Format.PEM, NEW).losses
    whole = with_passwords(store, [Password("macpass1")])
    assert whole.locked_parts == 0
    (pair,) = whole.key_pairs
    assert not pair.is_locked
    assert pair.chain
    for wanted in (Format.PEM, Format.PKCS12):
        conversion = convert(whole, wanted, NEW)
        assert conversion.losses == ()
        again = read_store(write_store(conversion.store), NEW)
        assert again.key_pairs[0].chain == pair.chain
        assert not again.key_pairs[0].is_locked


def test_what_is_under_no_password_opens_by_itself() -> None:
    store = opened("dotnet103929-pw-mac-empty-data.p12")
    (pair,) = store.key_pairs
    assert not pair.is_locked
    assert pair.chain
    assert pair.password == EMPTY
    assert store.locked_parts == 0
    assert not any("without any certificate" in each.message for each in check_store(store))
    data = write_store(convert(store, Format.PKCS12, NEW).store)
    again = read_store(data, NEW)
    assert again.key_pairs[0].password is None
    assert not again.key_pairs[0].is_locked
    assert again.key_pairs[0].chain == pair.chain


def test_a_part_for_a_certificate_is_no_empty_store() -> None:
    store = opened("envelopeddata.p12")
    assert store.foreign_parts == 1
    assert store.remarks
    assert "undecrypted-part" in codes(store)
    for wanted in (Format.JKS, Format.PEM):
        assert convert(store, wanted, NEW).losses
    assert write_store(store) == (FILES / "envelopeddata.p12").read_bytes()


def test_the_console_refuses_the_loss_unless_it_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from handfast.cli.main import main

    monkeypatch.setenv("HANDFAST_PASSWORD", WORD.reveal())
    source = str(FILES / "certs-pw-differs.p12")
    arguments = ["convert", source, str(tmp_path / "x.jks"), "--format", "jks"]
    assert main(arguments) == 6
    assert "--key-password-file" in capsys.readouterr().err
    assert not (tmp_path / "x.jks").exists()
    assert main([*arguments, "--allow-loss"]) == 0
    capsys.readouterr()
    assert main(["list", source, "--json"]) == 0
    assert "another password" in capsys.readouterr().out
    (tmp_path / "other").write_text("otherpw")
    arguments[2] = str(tmp_path / "y.jks")
    assert main([*arguments, "--key-password-file", str(tmp_path / "other")]) == 0


# --- keys in the clear -------------------------------------------------------------------


def plain(who: Issued, alias: str = "plain") -> bytes:
    """A file whose key is not encrypted, under a password that checks it."""
    key = who.pair(alias).key
    assert key is not None
    return pfx.pfx(
        pfx.part(
            pfx.bag(pfx.KEY, key.pkcs8, pfx.name(alias), pfx.key_id(b"1")),
            pfx.certificate(who.certificate.der, pfx.key_id(b"1")),
        ),
        mac=pfx.sha1_mac(BMP),
    )


def test_a_plain_key_is_a_finding_and_is_left_alone_by_edits() -> None:
    data = plain(issue(CN="plain.example"))
    store = read_store(data, WORD)
    assert not store.key_pairs[0].is_visible_to_java
    (found,) = [each for each in check_store(store) if each.code == "invisible-to-java"]
    assert "not encrypted" in found.why
    assert found.severity == "error"
    assert write_store(store) == data


@pytest.mark.parametrize("how", ["password", "convert", "compatible", "jks"])
def test_it_is_sealed_when_the_password_changes_or_the_store_is_converted(
    how: str, tmp_path: Path, java: JavaPeer
) -> None:
    store = read_store(plain(issue(CN="plain.example", rsa_bits=2048)), WORD)
    pair = store.key_pairs[0]
    assert pair.key is not None
    wanted, word = Format.PKCS12, NEW
    if how == "password":
        changed = store.with_password(NEW)
    else:
        wanted = Format.JKS if how == "jks" else wanted
        strength = Strength.COMPATIBLE if how == "compatible" else Strength.MODERN
        word = WORD
        changed = convert(store, wanted, WORD, strength=strength).store
    path = tmp_path / "sealed"
    save_store(changed, path)
    assert pair.key.pkcs8 not in path.read_bytes()
    (line,) = java("dump", wanted.value, path, word.reveal())
    assert line[:2] == ["plain", "key-pair"]
    assert read_store(path.read_bytes(), word).key_pairs[0].is_visible_to_java


def test_an_empty_password_that_is_changed_seals_the_key(tmp_path: Path) -> None:
    store = opened("kse391-keybag-empty-pw.p12", EMPTY)
    assert "invisible-to-java" in codes(store)
    pair = store.key_pairs[0]
    assert pair.key is not None
    path = tmp_path / "changed.p12"
    save_store(store.with_password(NEW), path)
    assert pair.key.pkcs8 not in path.read_bytes()
    assert "invisible-to-java" not in codes(open_file(path, NEW).store)


# --- what Java does not see --------------------------------------------------------------


def test_unmarked_certificates_are_marked_by_a_conversion(tmp_path: Path, java: JavaPeer) -> None:
    who = issue(CN="unmarked.example")
    data = pfx.pfx(pfx.part(pfx.certificate(who.certificate.der)), mac=pfx.sha1_mac(BMP))
    store = read_store(data, WORD)
    assert "invisible-to-java" in codes(store)
    conversion = convert(store, Format.PKCS12, WORD, strength=Strength.COMPATIBLE)
    assert conversion.notes
    path = tmp_path / "marked.p12"
    save_store(conversion.store, path)
    (line,) = java("dump", "PKCS12", path, WORD.reveal())
    assert line[1] == "trusted-certificate"


@pytest.mark.parametrize(
    "name", ["lkid-on-all-certs", "no-lkid-no-friendly", "ossl6665-nested-set"]
)
def test_java_sees_the_right_chain_after_a_conversion(
    name: str, tmp_path: Path, java: JavaPeer
) -> None:
    store = opened(f"{name}.p12")
    path = tmp_path / "converted.p12"
    save_store(convert(store, Format.PKCS12, WORD).store, path)
    seen = {line[0]: line[3].split(",") for line in java("dump", "PKCS12", path, WORD.reveal())}
    for entry in store.entries:
        assert seen[entry.alias.lower()] == [each.sha256 for each in entry.chain]


def test_capital_letters_in_a_java_store_are_a_finding_and_mended(
    tmp_path: Path, java: JavaPeer
) -> None:
    store = opened("pyjks37-mixed-case.jks")
    hidden = [each for each in check_store(store) if each.code == "invisible-to-java"]
    assert len(hidden) == len(store.entries)
    assert all(each.severity == "error" for each in hidden)
    path = tmp_path / "mended.jks"
    save_store(convert(store, Format.JKS, WORD).store, path)
    assert "invisible-to-java" not in codes(open_file(path, WORD).store)
    assert {line[0] for line in java("dump", "JKS", path, WORD.reveal())} == {
        entry.alias.lower() for entry in store.entries
    }
    # Nothing changes by merely saving it.
    assert write_store(store) == (FILES / "pyjks37-mixed-case.jks").read_bytes()


@pytest.mark.parametrize("alias", ["gemfire1\0", "one\ttwo", "\x01start", "bell\x07", "del\x7f"])
@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12, Format.PEM])
def test_an_alias_with_control_characters_is_found_and_converted(
    alias: str, wanted: Format, tmp_path: Path, java: JavaPeer
) -> None:
    who = issue(CN="named.example", rsa_bits=2048)
    key = who.pair("x").key
    assert key is not None
    sealed = seal_key(dataclasses.replace(MODERN, iterations=10), key.pkcs8, WORD)
    data = pfx.pfx(
        pfx.part(
            pfx.bag(pfx.SHROUDED, sealed, pfx.name(alias), pfx.key_id(b"1")),
            pfx.certificate(who.certificate.der, pfx.key_id(b"1")),
        ),
        mac=pfx.sha1_mac(BMP),
    )
    store = read_store(data, WORD)
    assert store.entries[0].alias == alias
    typed = "".join(each for each in alias if each.isprintable())
    assert store.find(typed) is store.entries[0]
    conversion = convert(store, wanted, WORD)
    assert conversion.losses == ()
    assert conversion.notes
    path = tmp_path / "named"
    save_store(conversion.store, path)
    assert open_file(path, WORD).store.entries[0].alias == typed
    if wanted is not Format.PEM:
        (line,) = java("dump", wanted.value, path, WORD.reveal())
        assert line[0] == typed


# --- passwords as programs spell them ----------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("wanted", [Format.JKS, Format.PKCS12])
def test_a_line_break_at_the_end_of_a_password_is_found_out(
    end: str, wanted: Format, tmp_path: Path
) -> None:
    path = tmp_path / "echoed"
    odd = Store(format=wanted, password=Password("changeme1" + end), integrity=Integrity.VERIFIED)
    path.write_bytes(write_store(odd.with_entries([issue(CN="x").pair("x")])))
    store = open_file(path, WORD).store
    assert not store.entries[0].is_locked
    assert store.password == Password("changeme1" + end)
    assert any("line break" in remark for remark in store.remarks)
    with pytest.raises(WrongPassword):
        open_file(path, Password("changeme2"))


@pytest.mark.parametrize(("rounds", "is_tried"), [(9_999, False), (10_000, True)])
def test_a_password_is_tried_again_only_where_that_costs_little(
    rounds: int, is_tried: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The integrity check takes 10,000 rounds for each password.
    path = tmp_path / "echoed.p12"
    odd = Store(
        format=Format.PKCS12, password=Password("changeme1\n"), integrity=Integrity.VERIFIED
    )
    path.write_bytes(write_store(odd.with_entries([issue(CN="x").pair("x")])))
    monkeypatch.setattr("handfast.services.files.opening._MAX_ROUNDS_TO_TRY_AGAIN", rounds)
    if is_tried:
        assert not open_file(path, WORD).store.entries[0].is_locked
    else:
        with pytest.raises(WrongPassword):
            open_file(path, WORD)


def test_the_file_with_a_line_break_in_its_password_opens() -> None:
    store = opened("password-ends-in-newline.p12")
    assert not store.key_pairs[0].is_locked
    assert any("line break" in remark for remark in store.remarks)


def test_a_line_break_that_was_pasted_along_does_no_harm() -> None:
    assert not opened("kse391-keybag-empty-pw.p12", EMPTY).entries[0].is_locked
    store = opened("lkid-on-all-certs.p12", Password("changeme1\n"))
    assert store.password == WORD


def test_old_nss_is_read() -> None:
    store = opened("nss-bmp-pbes2-ascii.p12")
    (pair,) = store.key_pairs
    assert not pair.is_locked
    assert pair.chain
    again = read_store(write_store(convert(store, Format.PKCS12, WORD).store), WORD)
    assert again.key_pairs[0].key == pair.key


@pytest.mark.parametrize("name", ["empty-key-pw.jks"])
def test_a_key_without_a_password_opens_by_itself(name: str) -> None:
    store = opened(name)
    (pair,) = store.key_pairs
    assert not pair.is_locked
    assert pair.password == EMPTY
    assert {"entry-password-differs"} <= codes(store)
    assert write_store(store) == (FILES / name).read_bytes()


def test_an_old_key_password_does_not_survive_in_pem(tmp_path: Path) -> None:
    store = with_passwords(opened("other-key-pw.jks"), [Password("secretkey")])
    path = tmp_path / "made.pem"
    save_store(convert(store, Format.PEM, NEW).store, path)
    (pair,) = open_file(path, NEW).store.key_pairs
    assert not pair.is_locked
    assert pair.password is None


# --- safe contents -----------------------------------------------------------------------


def test_contents_in_a_set_are_read() -> None:
    store = opened("ossl6665-nested-set.p12")
    assert len(store.entries) == TWO_CERTIFICATES
    assert store.carried == 0


def test_a_whole_part_in_a_set_is_read_and_kept() -> None:
    who = issue(CN="set.example")
    bags = der(0x31, pfx.certificate(who.certificate.der, pfx.name("in a set")))
    part = der(0x30, der_oid(pfx.DATA), der(0xA0, pfx.octets(bags)))
    data = pfx.pfx(part, mac=pfx.sha1_mac(BMP))
    store = read_store(data, WORD)
    assert [entry.alias for entry in store.entries] == ["in a set"]
    assert write_store(store) == data
    assert der_integer(3) in data


def test_only_a_pair_is_without_certificates_where_there_are_none() -> None:
    who = issue(CN="alone.example")
    key = who.pair("alone").key
    assert key is not None
    data = pfx.pfx(pfx.part(pfx.bag(pfx.KEY, key.pkcs8)), mac=pfx.sha1_mac(BMP))
    store = read_store(data, WORD)
    assert isinstance(store.entries[0], KeyPair)
    assert "chain-incomplete" in codes(store)
