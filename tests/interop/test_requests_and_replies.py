"""Requests that openssl and keytool confirm, and replies of a real CA put onto their pairs."""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.services.files.opening import open_file
from tests.support.authority import Authority
from tests.support.console import json_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD = "changeit"
KEYS = {
    "rsa": ("-keyalg", "RSA", "-keysize", "2048"),
    "rsa-pss": ("-keyalg", "RSASSA-PSS", "-keysize", "2048"),
    "ec": ("-keyalg", "EC", "-groupname", "secp256r1"),
    "ec-521": ("-keyalg", "EC", "-groupname", "secp521r1"),
    "ed25519": ("-keyalg", "Ed25519"),
}


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)

    return json_of(capsys)


def make_pair(keytool: Tool, store: Path, kind: str, stored_as: str = "PKCS12") -> None:
    keytool("-genkeypair", "-alias", "own", *KEYS[kind], "-dname", "CN=own.example, O=Acme",
            "-ext", "san=dns:own.example,ip:192.0.2.9", "-ext", "eku=clientAuth",
            "-keystore", store, "-storetype", stored_as, "-storepass", PASSWORD)  # fmt: skip


@pytest.mark.parametrize("stored_as", ["PKCS12", "JKS", "JCEKS", "PEM"])
@pytest.mark.parametrize("kind", KEYS)
def test_openssl_and_keytool_confirm_a_request(
    kind: str, stored_as: str, keytool: Tool, openssl: Tool, tmp_path: Path, console: Any
) -> None:
    store, out = tmp_path / "own.ks", tmp_path / "own.csr"
    made = tmp_path / "made.p12" if stored_as == "PEM" else store
    make_pair(keytool, made, kind, "PKCS12" if stored_as == "PEM" else stored_as)
    if stored_as == "PEM":
        assert console("convert", made, store, "--format", "pem")[0] == 0
    code, told = console("request", store, "--alias", "own", "--out", out)
    assert (code, told["alias"]) == (0, "own")
    seen = openssl("req", "-in", out, "-verify", "-noout", "-text")
    text = seen.stdout + seen.stderr
    assert re.search(r"verify OK", text)
    assert "DNS:own.example, IP Address:192.0.2.9" in text
    assert "TLS Web Client Authentication" in text
    assert "rsassaPss" in text if kind == "rsa-pss" else "rsassaPss" not in text
    printed = keytool("-printcertreq", "-file", out).stdout
    assert "CN=own.example, O=Acme" in printed
    assert "DNSName: own.example" in printed


def test_a_pem_keystore_and_other_details(
    keytool: Tool, openssl: Tool, tmp_path: Path, console: Any
) -> None:
    source, store, out = (tmp_path / name for name in ("own.p12", "own.pem", "own.p10"))
    make_pair(keytool, source, "ec")
    assert main(["convert", str(source), str(store), "--format", "pem"]) == 0
    challenge = tmp_path / "challenge"
    challenge.write_text("let me in!\n")
    code, _ = console(
        "request", store, "--alias", "own", "--out", out, "--encoding", "der",
        "--dname", "CN=other.example, C=AU", "--san", "dns:a.example", "--san", "email:a@b.example",
        "--purpose", "server", "--challenge-password-file", challenge,
    )  # fmt: skip
    assert code == 0
    seen = openssl("req", "-inform", "DER", "-in", out, "-verify", "-noout", "-text").stdout
    assert "C = AU" in seen or "C=AU" in seen
    assert "DNS:a.example, email:a@b.example" in seen
    assert "TLS Web Server Authentication" in seen
    assert "TLS Web Client Authentication" not in seen
    assert re.search(r"challengePassword\s*:\s*let me in!", seen)


def test_without_alternative_names(
    keytool: Tool, openssl: Tool, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    store = tmp_path / "own.p12"
    keytool("-genkeypair", "-alias", "own", *KEYS["ec"], "-dname", "CN=plain", "-keystore", store,
            "-storepass", PASSWORD)  # fmt: skip
    assert main(["request", str(store), "--alias", "own", "--out", "-"]) == 0
    text = capsysbinary.readouterr().out.decode()
    assert text.startswith("-----BEGIN CERTIFICATE REQUEST-----\n")
    seen = openssl("req", "-verify", "-noout", "-text", stdin=text).stdout
    assert "Alternative Name" not in seen


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        (("--alias", "ghost"), 2, "alias"),
        (("--alias", "partner"), 2, "alias"),
        (("--alias", "own", "--san", "dns:"), 2, "san"),
        (("--alias", "own", "--dname", "nonsense"), 2, "dname"),
        (("--alias", "own", "--out", "own.p12", "--force"), 6, ""),
    ],
)
def test_what_cannot_be_requested(
    arguments: tuple[str, ...], code: int, field: str, keytool: Tool, tmp_path: Path, console: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    store = tmp_path / "own.p12"
    make_pair(keytool, store, "ec")
    keytool("-exportcert", "-alias", "own", "-keystore", store, "-storepass", PASSWORD,
            "-file", tmp_path / "own.cer")  # fmt: skip
    keytool("-importcert", "-noprompt", "-alias", "partner", "-keystore", store, "-storepass",
            PASSWORD, "-file", tmp_path / "own.cer")  # fmt: skip
    before = store.read_bytes()
    given = ("--out", "out.csr") if "--out" not in arguments else ()
    got, told = console("request", store, *given, *arguments)
    assert got == code, told
    assert store.read_bytes() == before
    assert not (tmp_path / "out.csr").exists()
    assert field == "" or told["error"]["kind"]


def test_a_locked_key_needs_its_password(keytool: Tool, tmp_path: Path, console: Any) -> None:
    store = tmp_path / "own.jks"
    keytool("-genkeypair", "-alias", "own", *KEYS["ec"], "-dname", "CN=x", "-keystore", store,
            "-storetype", "JKS", "-storepass", PASSWORD, "-keypass", "another")  # fmt: skip
    out = tmp_path / "out.csr"
    assert console("request", store, "--alias", "own", "--out", out)[0] == 3
    (tmp_path / "key").write_text("another\n")
    with_key = ("--key-password-file", tmp_path / "key")
    assert console("request", store, "--alias", "own", "--out", out, *with_key)[0] == 0


# --- replies --------------------------------------------------------------------------------------


@pytest.fixture
def authority(openssl: Tool, tmp_path: Path) -> Authority:
    folder = tmp_path / "authority"
    folder.mkdir()
    return Authority(openssl, folder)


@pytest.fixture
def signed(keytool: Tool, authority: Authority, tmp_path: Path, console: Any) -> tuple[Path, str]:
    """A keystore with a pair, and the leaf that the CA issued for its request."""
    store, out = tmp_path / "own.p12", tmp_path / "own.csr"
    make_pair(keytool, store, "rsa")
    assert console("request", store, "--alias", "own", "--out", out)[0] == 0
    return store, authority.sign(out)


def chain_by_keytool(keytool: Tool, store: Path) -> list[str]:
    told = keytool("-list", "-v", "-alias", "own", "-keystore", store, "-storepass", PASSWORD)
    return re.findall(r"SHA256: ([0-9A-F:]+)", told.stdout)


def chain_by_us(store: Path) -> list[str]:
    entry = open_file(store, Password(PASSWORD)).store.get("own")
    return [":".join(re.findall("..", each.sha256.upper())) for each in entry.chain]


def variants(leaf: str, authority: Authority) -> list[tuple[str, bytes]]:
    """More than fifty forms of one reply: order, encoding, strangers, and what is missing."""
    forms: list[tuple[str, bytes]] = []
    for order in itertools.permutations([leaf, authority.issuing, authority.root]):
        text = "".join(order)
        forms.append(("pem", text.encode()))
        forms.append(("crlf", text.replace("\n", "\r\n").encode()))
        forms.append(("mail", f"Dear customer,\n\n{text}\nRegards\n".encode()))
        forms.append(("p7b", authority.pkcs7(*order)))
        forms.append(("stranger", (authority.stranger + text).encode()))
        forms.append(("bom", b"\xef\xbb\xbf" + text.encode()))
        forms.append(("twice", (text + text).encode()))
        forms.append(("utf-16", text.encode("utf-16")))
    for order in itertools.permutations([leaf, authority.issuing]):
        # The root is in the keystore already.
        forms.append(("pem", "".join(order).encode()))
        forms.append(("p7b", authority.pkcs7(*order)))
        forms.append(("stranger", (authority.stranger + "".join(order)).encode()))
    return forms


def test_replies_in_every_order_and_form_give_keytools_chain(
    signed: tuple[Path, str], authority: Authority, keytool: Tool, tmp_path: Path, console: Any
) -> None:
    """keytool imports each form that it can itself, and reads what we made of every one."""
    store, leaf = signed
    forms = variants(leaf, authority)
    assert len({data for _form, data in forms}) == len(forms) == 54
    root = tmp_path / "root.pem"
    root.write_text(authority.root)
    keytool("-importcert", "-noprompt", "-alias", "root", "-file", root, "-keystore", store,
            "-storepass", PASSWORD)  # fmt: skip
    reference, reply = tmp_path / "keytool.p12", tmp_path / "reference.p7b"
    original = store.read_bytes()
    reference.write_bytes(original)
    reply.write_bytes(authority.pkcs7(leaf, authority.issuing, authority.root))
    keytool("-importcert", "-noprompt", "-alias", "own", "-file", reply, "-keystore", reference,
            "-storepass", PASSWORD)  # fmt: skip
    expected = chain_by_keytool(keytool, reference)
    assert len(expected) == 3
    taken_by_keytool = 0
    for number, (form, data) in enumerate(forms):
        store.write_bytes(original)
        sent = tmp_path / f"reply-{number}.{form}"
        sent.write_bytes(data)
        code, told = console("reply", store, sent)
        assert code == 0, (form, told)
        assert chain_by_us(store) == expected, form
        assert chain_by_keytool(keytool, store) == expected, form
        assert told["root_sha256"] == expected[-1].replace(":", "").lower()
        assert any("stranger" in note for note in told["notes"]) == (form == "stranger")
        reference.write_bytes(original)
        theirs = keytool("-importcert", "-noprompt", "-alias", "own", "-file", sent, "-keystore",
                         reference, "-storepass", PASSWORD, check=False)  # fmt: skip
        if theirs.returncode == 0:
            taken_by_keytool += 1
            assert chain_by_keytool(keytool, reference) == expected, form
    assert taken_by_keytool >= 20


def test_a_reply_for_a_foreign_key_is_refused_as_by_keytool(
    signed: tuple[Path, str], authority: Authority, keytool: Tool, tmp_path: Path, console: Any
) -> None:
    store, _leaf = signed
    other, request = tmp_path / "other.p12", tmp_path / "other.csr"
    make_pair(keytool, other, "rsa")
    assert console("request", other, "--alias", "own", "--out", request)[0] == 0
    foreign = authority.sign(request)
    before = store.read_bytes()
    for form, data in variants(foreign, authority)[::8]:
        sent = tmp_path / f"foreign.{form}"
        sent.write_bytes(data)
        theirs = keytool("-importcert", "-noprompt", "-alias", "own", "-file", sent, "-keystore",
                         store, "-storepass", PASSWORD, check=False)  # fmt: skip
        assert theirs.returncode != 0
        code, told = console("reply", store, sent, "--alias", "own")
        assert code != 0
        assert "error" in told
        assert store.read_bytes() == before


def test_a_leaf_alone_is_completed_from_the_keystore_or_a_file(
    signed: tuple[Path, str], authority: Authority, keytool: Tool, tmp_path: Path, console: Any
) -> None:
    store, leaf = signed
    sent, above = tmp_path / "leaf.pem", tmp_path / "above.pem"
    sent.write_text(leaf)
    above.write_text(authority.issuing + authority.root)
    original = store.read_bytes()
    code, told = console("reply", store, sent)
    assert code == 0
    assert told["missing_issuer"] == "CN=issuing CA"
    assert len(chain_by_us(store)) == 1
    store.write_bytes(original)
    code, told = console("reply", store, sent, "--from", above)
    assert (code, told["missing_issuer"], len(chain_by_us(store))) == (0, None, 3)
    store.write_bytes(original)
    assert main(["import", str(store), str(above)]) == 0
    code, told = console("reply", store, sent)
    assert (code, told["missing_issuer"]) == (0, None)
    assert len(chain_by_keytool(keytool, store)) == 3


def test_openssl_verifies_the_pair_after_the_reply(
    signed: tuple[Path, str], authority: Authority, openssl: Tool, tmp_path: Path, console: Any
) -> None:
    store, leaf = signed
    sent, root = tmp_path / "reply.pem", tmp_path / "root.pem"
    sent.write_text(authority.root + leaf + authority.issuing)
    root.write_text(authority.root)
    assert console("reply", store, sent)[0] == 0
    out = tmp_path / "out.pem"
    openssl("pkcs12", "-in", store, "-passin", f"pass:{PASSWORD}", "-nodes", "-out", out)
    openssl("verify", "-CAfile", root, "-untrusted", out, out)
    key = openssl("pkey", "-in", out, "-pubout").stdout
    assert openssl("x509", "-in", out, "-pubkey", "-noout").stdout == key


def test_a_reply_for_another_key_is_refused_and_nothing_changes(
    signed: tuple[Path, str], authority: Authority, keytool: Tool, tmp_path: Path, console: Any
) -> None:
    store, leaf = signed
    other = tmp_path / "other.p12"
    make_pair(keytool, other, "ec")
    sent = tmp_path / "reply.pem"
    sent.write_text(leaf + authority.issuing)
    before = other.read_bytes()
    code, told = console("reply", other, sent)
    assert code == 6
    assert "does not match any key pair" in told["error"]["problem"]
    assert other.read_bytes() == before
    keytool("-genkeypair", "-alias", "second", *KEYS["ec"], "-dname", "CN=2", "-keystore", store,
            "-storepass", PASSWORD)  # fmt: skip
    code, told = console("reply", store, sent, "--alias", "second")
    assert code == 6
    assert "“own”" in told["error"]["problem"]
    # Without a word about which, it finds the right one of the two.
    code, told = console("reply", store, sent)
    assert (code, told["entry"]["alias"]) == (0, "own")
    # And once more: it is there.
    assert console("reply", store, sent)[0] == 6


@pytest.mark.parametrize("damage", ["cut", "text", "key"])
def test_what_is_no_reply_is_told(
    damage: str, signed: tuple[Path, str], authority: Authority, tmp_path: Path, console: Any
) -> None:
    store, leaf = signed
    sent = tmp_path / "reply"
    if damage == "cut":
        sent.write_bytes(authority.pkcs7(leaf)[:300])
    elif damage == "text":
        sent.write_text("Your certificate will be ready on Monday.\n")
    else:
        sent.write_bytes((tmp_path / "authority" / "root.key").read_bytes())
    before = store.read_bytes()
    code, told = console("reply", store, sent)
    assert code in {4, 5}, told
    assert "PRIVATE KEY" not in json.dumps(told)
    assert store.read_bytes() == before


def test_java_takes_the_pair_after_the_reply(
    signed: tuple[Path, str], authority: Authority, keytool: Tool, tmp_path: Path, console: Any
) -> None:
    """What ServiceNow's guide does with keytool: pair, request, root, intermediate, reply."""
    store, leaf = signed
    root, issuing, sent = (tmp_path / name for name in ("root.cer", "issuing.cer", "leaf.cer"))
    root.write_text(authority.root)
    issuing.write_text(authority.issuing)
    sent.write_text(leaf)
    for file, alias in ((root, "root"), (issuing, "issuing")):
        assert main(["import", str(store), str(file), "--alias", alias]) == 0
    assert console("reply", store, sent, "--alias", "own")[0] == 0
    told = keytool("-list", "-v", "-keystore", store, "-storepass", PASSWORD).stdout
    assert "Certificate chain length: 3" in told
    assert told.count("Entry type: trustedCertEntry") == 2


def test_a_request_into_a_folder_that_is_not_there(keytool: Tool, tmp_path: Path) -> None:
    store = tmp_path / "own.p12"
    make_pair(keytool, store, "ec")
    assert main(["request", str(store), "--alias", "own", "--out", str(tmp_path / "no" / "x")]) == 7
