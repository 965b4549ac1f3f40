"""What the help of each verb gives as an example is one: it is understood, and it does it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from handfast.cli.parser import parse, verb_parser
from handfast.cli.verbs import VERBS
from handfast.core.errors import InvalidInput
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.exchange.exporting import encode_certificates
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.exchange.requests import create_request
from handfast.services.exchange.secret_keys import generate_secret
from handfast.services.files.saving import new_store, save_store
from tests.support.tools import program

if TYPE_CHECKING:
    from pathlib import Path

#: Run here; of the others one needs a network, one a partner who calls, and one may be new.
_RUN = (
    "list", "show", "check", "generate", "export", "import", "convert", "rehearse", "recipe",
    "explain", "demo", "rename", "delete", "copy", "password", "compare",
    "request", "export-key", "renew", "sign", "crl",
)  # fmt: skip


def examples(verb: str) -> list[str]:
    """Each whole, as it would be typed."""
    told = str(verb_parser(verb).epilog)
    block = re.match(r"examples:\n(.*?)\n\n", told, re.DOTALL)
    assert block is not None, verb
    joined = block[1].replace("\\\n", " ")
    return [" ".join(line.split()) for line in joined.splitlines()]


def understood(example: str) -> str:
    """The verb of a line."""
    words = shlex.split(re.sub(r" [<|] .*", "", example))
    assert words[0] == "handfast", example
    return str(parse(words[1:]).verb)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_examples_that_it_understands(verb: str) -> None:
    assert examples(verb)
    assert {understood(example) for example in examples(verb)} == {verb}


@pytest.mark.parametrize(
    "example", ["handfast list", "handfast generate x --dname CN=a", "handfast check x --dayz 3"]
)
def test_one_that_is_wrong_is_not_understood(example: str) -> None:
    with pytest.raises(InvalidInput):
        understood(example)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    client = make_pair(PairRequest(alias="client", name="CN=client", key="ec:P-256"))
    server = make_pair(
        PairRequest(alias="api", name="CN=api.example", key="ec:P-256", sans=("dns:api.example",))
    )
    aliased = make_pair(PairRequest(alias="server", name="CN=api.example", key="ec:P-256"))
    acme = make_pair(PairRequest(alias="acme", name="CN=Acme", key="ec:P-256"))
    for name, wanted, pairs in (
        ("client.p12", Format.PKCS12, [client, acme]),
        ("server.p12", Format.PKCS12, [server, aliased]),
        ("server.jks", Format.JKS, [server]),
    ):
        save_store(new_store(wanted, WELL_KNOWN).with_entries(pairs), folder / name)
    session = generate_secret("session", "aes:256")
    keys = new_store(Format.PKCS12, WELL_KNOWN).with_entries([session])
    save_store(keys, folder / "keys.p12")
    (folder / "partner.cer").write_bytes(encode_certificates(server.chain[:1], "der"))
    for name, wanted, trusted in (
        ("truststore.jks", Format.JKS, server),
        ("truststore.p12", Format.PKCS12, server),
        ("client-trust.p12", Format.PKCS12, server),
        ("server-trust.jks", Format.JKS, client),
    ):
        chosen = [(trusted.chain[0], "trusted")]
        save_store(import_certificates(new_store(wanted, WELL_KNOWN), chosen), folder / name)
    ca = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", purpose="ca"))
    save_store(new_store(Format.PKCS12, WELL_KNOWN).with_entries([ca]), folder / "ca.p12")
    for name, pair in (("client", client), ("sub", server)):
        (folder / f"{name}.csr").write_bytes(create_request(pair).encoded("pem"))
    (folder / "secret.txt").write_text("changeit\n", encoding="utf-8")
    (folder / "server.log").write_text("alert unknown ca\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("verb", _RUN)
def test_each_can_be_run_as_it_stands(verb: str, prepared: Path, tmp_path: Path) -> None:
    bash = program("bash")
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"  # noqa: PTH120
    environment = {
        **{name: value for name, value in os.environ.items() if name != "HANDFAST_PASSWORD"},
        "PATH": path,
    }
    tried = 0
    for number, example in enumerate(examples(verb)):
        # A fingerprint that is not written out, and the one that would open the window.
        if "…" in example or example == "handfast demo":
            continue
        folder = tmp_path / str(number)
        shutil.copytree(prepared, folder)
        # What it is to make is not there yet.
        if verb == "generate":
            (folder / shlex.split(example)[2]).unlink(missing_ok=True)
            environment["HANDFAST_PASSWORD"] = "changeit"
        elif verb == "export-key":
            environment["HANDFAST_PASSWORD"] = "changeit"
        elif verb == "request":
            (folder / "client.csr").unlink()
        elif verb == "crl":
            (folder / "ca.crl").touch()
        elif verb in {"convert", "copy"}:
            if verb == "convert":
                (folder / shlex.split(example)[3]).unlink(missing_ok=True)
            environment["HANDFAST_PASSWORD"] = "changeit"
        command = re.sub(r" \| .*", "", example).replace("/tmp/example", "example")
        done = subprocess.run(
            [bash, "--norc", "-c", command],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, timeout=60,
        )  # fmt: skip
        # A finding or a failed rehearsal is an answer too.
        answers = {0, 1} if verb in {"check", "rehearse", "compare"} else {0}
        assert done.returncode in answers, f"{command}\n{done.stdout}{done.stderr}"
        tried += 1
    assert tried
