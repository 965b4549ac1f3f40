"""Names as people type them: what they say is what is put in the certificate, or an error."""

from __future__ import annotations

import pytest

from handfast.core.distinguished_name import parse_name
from handfast.core.errors import InvalidInput


def values(text: str) -> list[str]:
    """The values of a name, the first one typed first."""
    return [str(attribute.value) for attribute in reversed(list(parse_name(text)))]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("CN=Acme, O=Acme Pty Ltd, C=au", ["Acme", "Acme Pty Ltd", "AU"]),
        ("CN=a\\ ", ["a "]),
        ("CN=a\\ , C=AU", ["a ", "AU"]),
        ("CN=a\\\\ ", ["a\\"]),
        ("CN=\\ a", [" a"]),
        ('CN=" a, b "', [" a, b "]),
        ('CN="say \\"hi\\""', ['say "hi"']),
        ("CN=\\E2\\82\\AC 5", ["€ 5"]),
        ("CN=O'Brien \\+ Sons\\, Inc.", ["O'Brien + Sons, Inc."]),
        ("CN=\\#1", ["#1"]),
        ("CN=a=b", ["a=b"]),
        ("CN=a, OU=, C=AU", ["a", "AU"]),
        ("CN=#0C0161, 2.5.4.5=#13023137, OID.1.2.3.4=free", ["a", "17", "free"]),
        ("CN=a, 1.2.840.113549.1.9.1=#1605614062632e", ["a", "a@bc."]),
    ],
)
def test_what_is_typed_is_what_is_meant(text: str, meant: list[str]) -> None:
    assert values(text) == meant


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("CN=\\C3\\28", "common_name"),
        ("OU=\\FF", "unit"),
        ("CN=\\zz", "common_name"),
        ("CN=#0C01", "common_name"),
        ("CN=#0C016161", "common_name"),
        ("CN=#1", "common_name"),
        ("CN=#020101", "common_name"),
        ("CN=#0C01FF", "common_name"),
        ("9.9.9=a", "dname"),
        ("CN=a, 2.5.4.6=#1303415553", "country"),
        ('CN="a"b', "common_name"),
        ("CN=a\\00b", "common_name"),
        ("CN=\udcff", "common_name"),
        ("CN=a, C=61", "country"),
        ("CN=a, C=AUS", "country"),
        ("CN=a, E=jürgen@acme.example", "email"),
        ("CN=a, DC=münchen", "dname"),
        ("CN=a, what", "dname"),
        ("CN=a, X=1", "dname"),
        ('CN="a', "dname"),
        ("CN=a\\", "dname"),
        ("", "dname"),
        ("CN=", "dname"),
    ],
)
def test_what_cannot_be_meant_is_told_beside_its_field(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_name(text)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("key", "longest", "field"),
    [
        ("CN", 64, "common_name"),
        ("OU", 64, "unit"),
        ("O", 64, "organisation"),
        ("L", 128, "locality"),
        ("ST", 128, "state"),
        ("EMAILADDRESS", 255, "email"),
    ],
)
def test_a_part_is_as_long_as_x509_allows_and_no_longer(key: str, longest: int, field: str) -> None:
    # Characters count, not the two bytes that each of them takes; but for a common name.
    letter = "x" if key in {"CN", "EMAILADDRESS"} else "ü"
    assert values(f"{key}={letter * longest}") == [letter * longest]
    with pytest.raises(InvalidInput) as caught:
        parse_name(f"{key}={letter * (longest + 1)}")
    assert caught.value.field == field


def test_the_bytes_of_a_common_name_count() -> None:
    assert values(f"CN={'ü' * 32}") == ["ü" * 32]
    with pytest.raises(InvalidInput, match="accents count double"):
        parse_name(f"CN={'ü' * 33}")
