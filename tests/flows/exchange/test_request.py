"""Creating a request, without a display; openssl and keytool confirm each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import HandfastError, PasswordNeeded
from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.flows.exchange.request import RequestFlow
from handfast.flows.open_store import OpenStore
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import Issued, issue

if TYPE_CHECKING:
    from tests.support.tools import Tool

PASSWORD = Password("changeit")


@pytest.fixture(scope="module")
def own() -> Issued:
    return issue(CN="own.example", O="Acme", sans=("own.example", "two.example"))


def opened(tmp_path: Path, *entries: object, name: str = "own.p12") -> OpenStore:
    store = new_store(Format.PKCS12, PASSWORD, Strength.MODERN)
    return OpenStore.of_file(tmp_path / name, store.with_entries(entries))  # type: ignore[arg-type]


def read(openssl: Tool, path: Path) -> str:
    form = "PEM" if path.read_bytes().startswith(b"-----") else "DER"
    seen = openssl("req", "-inform", form, "-in", path, "-verify", "-noout", "-text")
    text = str(seen.stdout + seen.stderr)
    assert re.search(r"verify OK", text)
    return text


def test_everything_is_taken_over(
    own: Issued, tmp_path: Path, openssl: Tool, keytool: Tool
) -> None:
    flow = RequestFlow(stores=[opened(tmp_path, own.pair("own"))], folder=str(tmp_path))
    assert flow.draft.alias == "own"
    assert not flow.applies("keystore")
    assert flow.draft.sans == ("dns:own.example", "dns:two.example")
    assert all(flow.can_leave(step.id) for step in flow.steps)
    outcome = flow.run()
    assert outcome.path == tmp_path / "own.csr"
    assert outcome.created is None
    text = read(openssl, outcome.path)
    assert "DNS:own.example, DNS:two.example" in text
    assert "TLS Web Client Authentication" in text
    assert "CN=own.example" in keytool("-printcertreq", "-file", outcome.path).stdout
    assert outcome.request.pem.strip() in outcome.mail
    assert "Alternative names: dns:own.example, dns:two.example" in outcome.mail


def test_everything_can_be_edited(own: Issued, tmp_path: Path, openssl: Tool) -> None:
    flow = RequestFlow(stores=[opened(tmp_path, own.pair("own"))], folder=str(tmp_path))
    flow.update(
        name="CN=other.example, C=AU",
        sans=("ip:192.0.2.7",),
        purpose="server",
        key_usage=("digitalSignature", "keyAgreement"),
        challenge=Password("let me in"),
    )
    flow.update(path=str(tmp_path / "binary.der"))
    assert flow.draft.encoding == "der"
    outcome = flow.run()
    assert outcome.path is not None
    text = read(openssl, outcome.path)
    assert re.search(r"Subject: ?C ?= ?AU, CN ?= ?other.example", text)
    assert "IP Address:192.0.2.7" in text
    assert "own.example" not in text
    assert "TLS Web Server Authentication" in text
    assert "TLS Web Client Authentication" not in text
    assert "Digital Signature, Key Agreement" in text
    assert "let me in" in text
    assert flow.forget_secrets()
    assert flow.draft.challenge.is_empty


def test_the_shown_command_makes_the_same_request(
    own: Issued, tmp_path: Path, openssl: Tool, keytool: Tool
) -> None:
    found = opened(tmp_path, own.pair("own"))
    assert found.path is not None
    save_store(found.store, found.path, backup=False)
    flow = RequestFlow(stores=[found], folder=str(tmp_path))
    flow.update(sans=("dns:new.example",), key_usage=("digitalSignature",), purpose="both")
    command = flow.keytool_command()
    ours = read(openssl, flow.run().path or Path())
    (tmp_path / "own.csr").unlink()
    import shlex

    words = shlex.split(command.replace("\\\n", " ").replace("<password>", "changeit"))
    assert words[0] == "keytool"
    keytool(*words[1:])
    theirs = read(openssl, tmp_path / "own.csr")
    for line in ("DNS:new.example", "TLS Web Server Authentication, TLS Web Client Authentication"):
        assert line in ours
        assert line in theirs
    usage = r"Key Usage: critical\s+Digital Signature\n"
    assert re.search(usage, ours)
    assert re.search(usage, theirs)


@pytest.mark.parametrize("delivery", ["file", "clipboard"])
def test_with_a_new_pair_in_one_go(delivery: str, tmp_path: Path, openssl: Tool) -> None:
    flow = RequestFlow(folder=str(tmp_path))
    assert flow.is_new
    assert flow.applies("keystore")
    generating = flow.generating
    generating.update(
        common_name="new.example",
        key="ec:P-256",
        purpose="server",
        new_path=str(tmp_path / "new.p12"),
        password=PASSWORD,
        password_again=PASSWORD,
    )
    flow.update(delivery="file" if delivery == "file" else "clipboard")
    assert all(flow.can_leave(step.id) for step in flow.steps if flow.applies(step.id))
    assert "-certreq" in flow.keytool_command()
    assert "-genkeypair" in flow.keytool_command()
    outcome = flow.run()
    assert outcome.created is not None
    assert (tmp_path / "new.p12").exists()
    written = tmp_path / "written.csr"
    written.write_text(outcome.request.pem)
    assert "DNS:new.example" in read(openssl, written)
    assert (outcome.path is not None) is (delivery == "file")


def test_a_keystore_that_cannot_be_written_leaves_no_request(tmp_path: Path) -> None:
    flow = RequestFlow(folder=str(tmp_path))
    flow.generating.update(
        common_name="new.example", key="ec:P-256", new_path=str(tmp_path / "no" / "new.p12"),
        password=PASSWORD, password_again=PASSWORD,
    )  # fmt: skip
    flow.suggest_path()
    with pytest.raises(HandfastError):
        flow.run()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "step", "field"),
    [
        ({"alias": ""}, "pair", "alias"),
        ({"store": "gone"}, "pair", "store"),
        ({"name": "nonsense"}, "request", "name"),
        ({"name": "C=Germany"}, "request", "name"),
        ({"sans": ("dns:",)}, "request", "sans"),
        ({"sans": ("ip:nowhere",)}, "request", "sans"),
        ({"challenge": Password("x" * 256)}, "request", "challenge"),
        ({"path": ""}, "file", "path"),
        ({"path": "/nowhere/at/all.csr"}, "file", "path"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    changes: dict[str, object], step: str, field: str, own: Issued, tmp_path: Path
) -> None:
    flow = RequestFlow(stores=[opened(tmp_path, own.pair("own"))], folder=str(tmp_path))
    assert flow.can_leave(step)
    flow.update(**changes)  # type: ignore[arg-type]
    assert not flow.can_leave(step)
    assert field in {each.field for each in flow.problems(step)}


def test_a_file_that_exists_needs_consent(own: Issued, tmp_path: Path) -> None:
    (tmp_path / "own.csr").write_text("of yesterday")
    flow = RequestFlow(stores=[opened(tmp_path, own.pair("own"))], folder=str(tmp_path))
    assert not flow.can_leave("file")
    flow.update(replace=True)
    assert flow.can_leave("file")
    flow.run()
    assert "REQUEST" in (tmp_path / "own.csr").read_text()
    # Consent is for one file.
    flow.update(path=str(tmp_path / "other.csr"))
    assert not flow.draft.replace


def test_a_locked_key_is_told(own: Issued, tmp_path: Path) -> None:
    flow = RequestFlow(
        stores=[opened(tmp_path, own.pair("own", locked=True))], folder=str(tmp_path)
    )
    (problem,) = flow.problems("pair")
    assert "locked" in problem.message
    with pytest.raises(PasswordNeeded):
        flow.run()
    assert not (tmp_path / "own.csr").exists()
