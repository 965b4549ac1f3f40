"""Names for programs: what RFC 4514 says, what Java and cryptography make of the same bytes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cryptography
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from handfast.cli.main import main
from handfast.core.distinguished_name import parse_name
from handfast.core.rfc4514 import name_text
from handfast.services.files.opening import open_file
from tests.support.tools import program

if TYPE_CHECKING:
    from tests.support.tools import JavaPeer

#: What is hard to write, as values of one attribute each.
_ODD = (
    "plain", " leading", "trailing ", " ", "  both  ", "#hash", "in#side", "a,b", "a+b", 'a"b',
    "a\\b", "a<b>c", "a;b", "a=b", "nul\0in it", "café ☃ 🔑", "#", "\\", ",", "\\ ", "x \\",
)  # fmt: skip


def der(*groups: list[tuple[x509.ObjectIdentifier, str]]) -> bytes:
    """A name, the most general part first."""
    return x509.Name(
        [
            x509.RelativeDistinguishedName([x509.NameAttribute(*pair) for pair in group])
            for group in groups
        ]
    ).public_bytes()


def as_few_escapes(text: str) -> str:
    """Java escapes ``=`` and ``#`` wherever they stand, which RFC 4514 allows and does not ask."""
    return re.sub(r"(?<![,=])\\#", "#", text.replace("\\=", "="))


@pytest.mark.parametrize("value", _ODD)
def test_odd_values_are_as_cryptography_has_them_and_are_read_back(value: str) -> None:
    encoded = der([(NameOID.COUNTRY_NAME, "AU")], [(NameOID.ORGANIZATION_NAME, value)])
    text = name_text(encoded)
    library = x509.Name.from_rfc4514_string(text)
    assert [each.value for each in library] == ["AU", value]
    if value != " " or not cryptography.__version__.startswith("46."):
        # Version 46 escapes a lone blank twice, as its first and as its last character.
        assert text == x509.Name(library.rdns).rfc4514_string()
    if "\0" not in value:
        # No certificate gets a control character from us.
        assert parse_name(text).public_bytes() == encoded


def test_odd_values_are_as_java_has_them(java: JavaPeer) -> None:
    # Of several blanks at an end Java escapes each, which is as right as escaping the outermost.
    values = [each for each in _ODD if "  " not in each]
    encoded = [der([(NameOID.ORGANIZATION_NAME, value)]) for value in values]
    answers = [line[0] for line in java("names", *(each.hex() for each in encoded))]
    ours = [name_text(each) for each in encoded]
    assert ours == [as_few_escapes(each) for each in answers]


def test_what_has_no_keyword_is_a_number_with_bytes(java: JavaPeer) -> None:
    encoded = der(
        [(NameOID.COUNTRY_NAME, "AU")],
        [(NameOID.COMMON_NAME, "a"), (x509.ObjectIdentifier("1.2.840.113549.1.9.99"), "17")],
        [(x509.ObjectIdentifier("2.999.1.128"), "x")],
    )
    text = name_text(encoded)
    assert text == "2.999.1.128=#0c0178,CN=a+1.2.840.113549.1.9.99=#0c023137,C=AU"
    assert java("names", encoded.hex()) == [[text]]
    assert parse_name(text).public_bytes() == encoded


def test_each_kind_of_string_is_read_and_what_is_none_is_kept() -> None:
    def name(tag: int, raw: bytes) -> bytes:
        value = bytes((tag, len(raw))) + raw
        pair = b"\x06\x03\x55\x04\x03" + value
        pair = b"\x30" + bytes((len(pair),)) + pair
        one = b"\x31" + bytes((len(pair),)) + pair
        return b"\x30" + bytes((len(one),)) + one

    assert name_text(name(0x1E, "Ω".encode("utf-16-be"))) == "CN=Ω"
    assert name_text(name(0x1C, "Ω".encode("utf-32-be"))) == "CN=Ω"
    assert name_text(name(0x14, b"\xe9")) == "CN=é"
    assert name_text(name(0x13, b"ok")) == "CN=ok"
    # Not what it says it is, and no string at all.
    assert name_text(name(0x0C, b"\xff")) == "CN=#0c01ff"
    assert name_text(name(0x02, b"\x05")) == "CN=#020105"
    assert name_text(b"\x30\x00") == ""
    with pytest.raises(IndexError):
        name_text(name(0x0C, b"cut")[:-1])


def test_the_names_of_cacerts_are_as_java_has_them(java: JavaPeer) -> None:
    home = Path(program("java")).resolve().parent.parent
    store = open_file(home / "lib" / "security" / "cacerts").store
    certificates = [each.certificate for each in store.trusted]
    assert len(certificates) > 50
    encoded = [each.subject_der for each in certificates]
    answers = [line[0] for line in java("names", *(each.hex() for each in encoded))]
    read_alike = [parse_name(as_few_escapes(each)).rdns for each in answers]
    assert [parse_name(each.subject_rfc4514).rdns for each in certificates] == read_alike
    assert all(each.issuer_rfc4514 == each.subject_rfc4514 for each in certificates)
    assert not [each.subject for each in certificates if "=#" in each.subject]


def test_json_and_console_give_names_for_programs(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    path = tmp_path / "store.p12"
    dname = "CN=a, SERIALNUMBER=17, EMAILADDRESS=a@b.example, O=\\#1, C=AU"
    words = ["generate", str(path), "--alias", "a", "--dname", dname, "--key", "ec:P-256"]
    assert main([*words, "--json"]) == 0
    (certificate,) = json.loads(capsys.readouterr().out)["entry"]["chain"]
    named = "CN=a,SERIALNUMBER=17,EMAILADDRESS=a@b.example,O=\\#1,C=AU"
    assert (certificate["subject"], certificate["issuer"]) == (named, named)
    # What was printed may be typed.
    again = [*words[:3], "again", *words[4:]]
    again[5] = named
    assert main(again) == 0
    assert named in capsys.readouterr().out
    first, second = open_file(path).store.key_pairs
    assert first.chain[0].subject_der == second.chain[0].subject_der
