"""What recipes say: the right keys in each syntax, no password, and warnings where they are due."""

from __future__ import annotations

import base64
import dataclasses
import re
import xml.etree.ElementTree as ET
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from handfast.core.errors import InvalidInput
from handfast.core.store import Format
from handfast.handshake.recipes import (
    RECIPES,
    PairFacts,
    Recipe,
    RecipeFacts,
    Snippet,
    TrustFacts,
    make_recipe,
    needs_conversion,
    recipe_text,
    recipes_for,
)
from handfast.handshake.recipes.servicenow import scheme
from handfast.handshake.recipes.spring import bundle_name
from tests.support.tools import QUICK_JVM, tool

NASTY = '/srv/it\'s "our" #1: 50% & <b> \\ ü 漢 🔑/'
GOOD = PairFacts(algorithm="RSA", bits=2048, is_self_signed=False, chain_length=2, has_root=True)
FACTS = RecipeFacts(
    role="client",
    keystore=f"{NASTY}keys.p12",
    alias='the "best" alias & more',
    truststore=f"{NASTY}trust.jks",
    truststore_format=Format.JKS,
    partner="Globex Corp.",
    host="api.globex.example",
    port=9443,
    pair=GOOD,
    trust=TrustFacts(aliases=("globex",)),
)
SERVER = dataclasses.replace(FACTS, role="server", address="127.0.0.1")
ALL = [(kind.id, role) for kind in RECIPES for role in kind.roles]


def facts(role: str) -> RecipeFacts:
    return FACTS if role == "client" else SERVER


def snippet(recipe: Recipe, language: str) -> Snippet:
    (found,) = (each for each in recipe.snippets if each.language == language)
    return found


@pytest.mark.parametrize(("recipe_id", "role"), ALL)
def test_placeholders_are_all_listed(recipe_id: str, role: str) -> None:
    recipe = make_recipe(recipe_id, facts(role))
    for each in recipe.snippets:
        text = each.text
        for placeholder in each.placeholders:
            assert placeholder.text in text
            assert placeholder.meaning
            text = text.replace(placeholder.text, "")
        assert not re.search(r"[<\[](key|trust )store password[>\]]|<host>|<alias>", text)
    assert recipe.introduction.endswith(".")
    assert recipe.introduction.count(". ") == 0


@pytest.mark.parametrize(("recipe_id", "role"), ALL)
def test_text_has_everything(recipe_id: str, role: str) -> None:
    recipe = make_recipe(recipe_id, facts(role))
    text = recipe_text(recipe)
    for part in (
        recipe.title,
        recipe.introduction,
        *recipe.notes,
        *recipe.warnings,
        *(each.text.rstrip() for each in recipe.snippets),
        *(each.title for each in recipe.steps),
        *(each.text for each in recipe.placeholders),
    ):
        assert part in text


@pytest.mark.parametrize(("recipe_id", "role"), ALL)
def test_without_a_host_a_placeholder_stands_for_it(recipe_id: str, role: str) -> None:
    bare = RecipeFacts(role=facts(role).role, keystore="keys.bks", truststore="trust.bks",
                       keystore_format=Format.BKS, truststore_format=Format.UBER)  # fmt: skip
    recipe = make_recipe(recipe_id, bare)
    for each in recipe.snippets:
        for name in ("<host>", "<alias>"):
            assert (name in each.text) == (name in [p.text for p in each.placeholders])
    # Both are of formats that nothing but Handfast reads.
    expected = 0 if recipe_id == "servicenow" else 1
    copies = [each for each in recipe.snippets if each.text.startswith("handfast convert")]
    assert len(copies) == expected + 1


# --- each syntax, read by what reads it ------------------------------------------------------


@pytest.mark.parametrize("recipe_id", ["kafka-client", "kafka-broker"])
def test_kafka(recipe_id: str, tmp_path: Path) -> None:
    role = "client" if recipe_id == "kafka-client" else "server"
    found = snippet(make_recipe(recipe_id, facts(role)), "properties")
    path = tmp_path / found.file_name
    path.write_text(found.text, encoding="ascii")
    source = Path(__file__).parents[2] / "data" / "recipes" / "ReadProperties.java"
    lines = tool("java", *QUICK_JVM)(source, path).stdout.split("\n")
    values = {
        key: base64.b64decode(value).decode()
        for key, _, value in (line.partition(" ") for line in lines if line)
    }
    # The names are of org.apache.kafka.common.config.SslConfigs and CommonClientConfigs.
    stores = {
        "ssl.keystore.location": FACTS.keystore,
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.password": "<keystore password>",
        "ssl.key.password": "<keystore password>",
        "ssl.truststore.location": FACTS.truststore,
        "ssl.truststore.type": "JKS",
        "ssl.truststore.password": "<trust store password>",
    }
    own = {
        "client": {
            "bootstrap.servers": "api.globex.example:9443",
            "security.protocol": "SSL",
            "ssl.endpoint.identification.algorithm": "https",
        },
        "server": {
            "listeners": "SSL://127.0.0.1:9443",
            "advertised.listeners": "SSL://api.globex.example:9443",
            "ssl.client.auth": "required",
        },
    }
    assert values == {**stores, **own[role]}


def test_tomcat() -> None:
    recipe = make_recipe("tomcat", SERVER)
    connector = ET.fromstring(snippet(recipe, "xml").text)
    assert connector.tag == "Connector"
    assert connector.attrib == {
        "port": "9443",
        "protocol": "org.apache.coyote.http11.Http11NioProtocol",
        "SSLEnabled": "true",
        "scheme": "https",
        "secure": "true",
        "address": "127.0.0.1",
    }
    (host,) = connector
    (certificate,) = host
    assert (host.tag, certificate.tag) == ("SSLHostConfig", "Certificate")
    assert host.attrib == {
        "certificateVerification": "required",
        "truststoreFile": FACTS.truststore,
        "truststoreType": "JKS",
        "truststorePassword": "[trust store password]",
    }
    assert certificate.attrib == {
        "certificateKeystoreFile": FACTS.keystore,
        "certificateKeystoreType": "PKCS12",
        "certificateKeystorePassword": "[keystore password]",
        "certificateKeyAlias": FACTS.alias,
    }


def test_tomcat_takes_no_part_of_a_path_for_a_variable() -> None:
    odd = dataclasses.replace(SERVER, keystore="/srv/${home}/keys.p12")
    text = snippet(make_recipe("tomcat", odd), "xml").text
    assert "${" not in text
    assert "file:///srv/%24%7Bhome%7D/keys.p12" in text


def _path(uri: str) -> str:
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("file", "", "", "")
    return unquote(parts.path)


def test_spring_server() -> None:
    data: Any = yaml.safe_load(snippet(make_recipe("spring-boot", SERVER), "yaml").text)
    ssl = data["server"].pop("ssl")
    assert data == {"server": {"port": 9443, "address": "127.0.0.1"}}
    assert _path(ssl.pop("key-store")) == FACTS.keystore
    assert _path(ssl.pop("trust-store")) == FACTS.truststore
    assert ssl == {
        "client-auth": "need",
        "key-store-type": "PKCS12",
        "key-store-password": "<keystore password>",
        "key-alias": FACTS.alias,
        "trust-store-type": "JKS",
        "trust-store-password": "<trust store password>",
    }


def test_spring_client() -> None:
    recipe = make_recipe("spring-boot", FACTS)
    data: Any = yaml.safe_load(snippet(recipe, "yaml").text)
    bundle = data["spring"]["ssl"]["bundle"]["jks"]["globex-corp"]
    assert _path(bundle["keystore"].pop("location")) == FACTS.keystore
    assert _path(bundle["truststore"].pop("location")) == FACTS.truststore
    assert bundle == {
        "key": {"alias": FACTS.alias},
        "keystore": {"type": "PKCS12", "password": "<keystore password>"},
        "truststore": {"type": "JKS", "password": "<trust store password>"},
    }
    assert 'fromBundle("globex-corp")' in snippet(recipe, "java").text


def test_windows_paths() -> None:
    windows = dataclasses.replace(
        SERVER, keystore="C:\\Program Files\\our keys.bks", keystore_format=Format.BKS
    )
    data: Any = yaml.safe_load(snippet(make_recipe("spring-boot", windows), "yaml").text)
    assert data["server"]["ssl"]["key-store"] == "file:///C:/Program%20Files/our%20keys.p12"
    text = snippet(make_recipe("kafka-broker", windows), "properties").text
    assert "ssl.keystore.location=C:\\\\Program Files\\\\our keys.p12\n" in text


def test_a_copy_never_replaces_its_source() -> None:
    same = dataclasses.replace(FACTS, keystore="/srv/keys.pem", keystore_format=Format.JKS)
    text = recipe_text(make_recipe("nginx", same))
    assert "handfast convert /srv/keys.pem /srv/keys-pem.pem --format pem" in text
    assert PurePosixPath("/srv/keys-pem.pem").name in text


# --- what depends on the facts ----------------------------------------------------------------


def warnings(recipe_id: str, role: str = "client", **changes: Any) -> str:
    pair = {each: changes.pop(each) for each in tuple(changes) if hasattr(GOOD, each)}
    changed = dataclasses.replace(facts(role), pair=dataclasses.replace(GOOD, **pair), **changes)
    return "\n".join(make_recipe(recipe_id, changed).warnings)


@pytest.mark.parametrize(("recipe_id", "role"), ALL)
def test_good_stores_are_not_warned_of(recipe_id: str, role: str) -> None:
    clean = {"keystore": "/srv/keys.p12", "truststore": "/srv/trust.jks"}
    assert warnings(recipe_id, role, **clean) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"algorithm": "EC", "bits": 256}, "only RSA keys"),
        ({"bits": 1024}, "between 2048 and 4096"),
        ({"bits": 8192}, "between 2048 and 4096"),
        ({"bits": 4096}, "2048 is safest"),
        ({"pairs": 3}, "3 key pairs"),
        ({"own_password": True}, "password of its own"),
        ({"is_self_signed": True}, "self-signed"),
        ({"has_root": False}, "reach its root"),
        ({"trust": TrustFacts(aliases=())}, "contains no trusted certificate"),
    ],
)
def test_servicenow_is_particular(changes: dict[str, Any], words: str) -> None:
    assert words in warnings("servicenow", **changes)


def test_servicenow_exports_each_to_a_file_of_its_own() -> None:
    trust = TrustFacts(aliases=("a b", "a-b", "🔑", "a/b"))
    text = snippet(make_recipe("servicenow", dataclasses.replace(FACTS, trust=trust)), "shell").text
    files = re.findall(r"([^/]+\.pem)' --encoding", text)
    assert files == ["a-b.pem", "a-b-2.pem", "partner.pem", "a-b-4.pem"]


@pytest.mark.parametrize("recipe_id", ["java", "kafka-client", "curl", "nginx", "openssl"])
def test_several_pairs(recipe_id: str) -> None:
    assert "alone in a separate keystore" in warnings(recipe_id, pairs=2)


@pytest.mark.parametrize("recipe_id", ["nginx"])
def test_a_leaf_alone_is_not_enough_for_openssl(recipe_id: str) -> None:
    trust = TrustFacts(aliases=("globex",), without_issuer=("globex",))
    assert "import the CA as well" in warnings(recipe_id, "server", trust=trust)
    partial = make_recipe("openssl", dataclasses.replace(FACTS, trust=trust))
    assert "-partial_chain" in recipe_text(partial)
    assert "-partial_chain" not in recipe_text(make_recipe("openssl", FACTS))
    assert "import the CA" not in warnings("java", trust=trust)


def test_nginx_has_no_way_to_write_a_dollar() -> None:
    assert "$" in warnings("nginx", keystore="/srv/$1/keys.p12")


@pytest.mark.parametrize("partner", ["Globex Corp.", "", "https", "42", "Ünïcode", "🔑"])
def test_names_that_are_made(partner: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*", scheme(partner))
    assert scheme(partner) not in {"http", "https", "ftp", "ldap"}
    assert re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", bundle_name(partner))


def test_which_there_are() -> None:
    assert [each.id for each in recipes_for("server")] == [
        "java", "spring-boot", "tomcat", "kafka-broker", "nginx", "openssl",
    ]  # fmt: skip
    ids = [each.id for each in recipes_for("client", Format.PEM, Format.PEM)]
    # Those that read PEM come first.
    assert ids[:3] == ["nginx", "curl", "openssl"]
    assert set(ids) == {each.id for each in recipes_for("client")}
    curl = next(each for each in RECIPES if each.id == "curl")
    assert not needs_conversion(curl, Format.PKCS12, Format.PEM)
    assert needs_conversion(curl, Format.PKCS12, Format.JKS)


@pytest.mark.parametrize(("recipe_id", "role"), [("tomcat", "client"), ("nothing", "client")])
def test_there_is_none(recipe_id: str, role: str) -> None:
    with pytest.raises(InvalidInput):
        make_recipe(recipe_id, facts(role))
