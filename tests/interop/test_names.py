"""Names of every standard attribute, as keytool and openssl write them and read them."""

from __future__ import annotations

import json
import re
import ssl
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.core.distinguished_name import parse_name, with_keytool_keywords
from handfast.core.entry import KeyPair
from handfast.core.name_attributes import ATTRIBUTES, NameAttribute
from handfast.core.password import WELL_KNOWN
from handfast.core.rfc4514 import name_text
from handfast.core.store import Format
from handfast.services.describe.oid_names import NAME_ATTRIBUTES
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509

    from tests.support.tools import Tool

JAVA = [each for each in ATTRIBUTES if each.is_of_keytool]


def value(attribute: NameAttribute) -> str:
    return "AU" if attribute.longest == 2 else f"a {attribute.keyword}"


def owner(listed: str) -> str:
    found = re.search(r"^Owner: (.*)$", listed, re.MULTILINE)
    assert found is not None, listed
    return found[1]


def test_every_attribute_of_keytool_is_written_as_keytool_writes_it(
    keytool: Tool, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "made.p12"
    dname = ", ".join(f"{each.keyword}={value(each)}" for each in JAVA)
    common = ("-keystore", path, "-storepass", "changeit")
    keytool("-genkeypair", "-alias", "all", "-keyalg", "EC", "-dname", dname, *common)
    theirs = owner(keytool("-list", "-v", *common).stdout)
    assert len(theirs.split(", ")) == len(JAVA)
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    assert main(["list", str(path), "--json"]) == 0
    (certificate,) = json.loads(capsys.readouterr().out)["entries"][0]["chain"]
    assert certificate["subject"] == theirs.replace(", ", ",")
    assert certificate["issuer"] == certificate["subject"]
    # People are shown the same, and what either writes is the same name.
    shown = open_file(path).store.key_pairs[0].chain[0]
    assert shown.subject == certificate["subject"]
    library = shown.subject_name
    assert library is not None
    assert parse_name(theirs).rdns == parse_name(certificate["subject"]).rdns
    assert values(parse_name(theirs)) == values(library)


def values(name: x509.Name) -> list[tuple[str, str | bytes]]:
    """Without the kinds of string, of which keytool and we prefer others."""
    return [(each.oid.dotted_string, each.value) for each in name]


def name_with(attribute: NameAttribute) -> str:
    return f"CN=a, {attribute.keyword}={value(attribute)}, O=b"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A keystore with a pair for each attribute, its keyword being the alias."""
    store = new_store(Format.PKCS12, WELL_KNOWN)
    for each in ATTRIBUTES:
        request = PairRequest(alias=each.keyword.lower(), name=name_with(each), key="ec:P-256")
        store = store.with_entries([make_pair(request)])
    path = tmp_path_factory.mktemp("names") / "made.p12"
    save_store(store, path)
    return path


@pytest.fixture(scope="module")
def owners(made: Path, keytool: Tool) -> dict[str, str]:
    """What keytool calls the owner of each, by alias."""
    listed = keytool("-list", "-v", "-keystore", made, "-storepass", "changeit").stdout
    return dict(re.findall(r"^Alias name: (.*)\n(?:.*\n)*?Owner: (.*)$", listed, re.MULTILINE))


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda each: each.keyword)
def test_openssl_and_keytool_write_what_is_read_as_the_same_name(
    attribute: NameAttribute, made: Path, owners: dict[str, str], openssl: Tool
) -> None:
    alias = attribute.keyword.lower()
    entry = open_file(made).store.get(alias)
    assert isinstance(entry, KeyPair)
    ours = entry.chain[0]
    assert ours.subject == name_with(attribute).replace(", ", ",")
    assert owners[alias] == with_keytool_keywords(name_with(attribute))
    pem = ssl.DER_cert_to_PEM_cert(ours.der)
    told = openssl("x509", "-noout", "-subject", "-nameopt", "RFC2253", stdin=pem).stdout
    openssls = told.strip().removeprefix("subject=")
    for text in (ours.subject, owners[alias], openssls):
        assert parse_name(text).public_bytes() == ours.subject_der
    if not attribute.is_of_keytool:
        assert openssls == ours.subject


def test_each_synonym_is_read_in_any_case() -> None:
    for attribute in ATTRIBUTES:
        wanted = parse_name(f"CN=a, {attribute.keyword}={value(attribute)}").public_bytes()
        assert name_text(wanted) == f"CN=a,{attribute.keyword}={value(attribute)}"
        for word in (attribute.keyword, *attribute.synonyms, f"OID.{attribute.oid}", attribute.oid):
            for spelled in (word, word.upper(), word.lower()):
                read = parse_name(f"CN=a, {spelled}={value(attribute)}")
                assert read.public_bytes() == wanted


def test_each_attribute_is_shown_in_words() -> None:
    assert {each.oid for each in ATTRIBUTES} <= NAME_ATTRIBUTES.keys()
