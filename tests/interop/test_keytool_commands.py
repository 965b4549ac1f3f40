"""The keytool lines that the wizards show: run by a shell, they do what the wizard does."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.exchange.export import ExportFlow
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.exchange.import_ import ImportFlow
from handfast.flows.open_store import OpenStore
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.certificate_sources import read_source_file
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.tools import program

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lines are for cmd.exe there")

SECRET = "it's a secret"
ALIAS = 'acme, o\'brien & "sons" $HOME'
#: What people have in their names, and what X.509 and shells make something of.
NAME = {
    "common_name": "api.acme.example",
    "unit": "R&D, \"East\" + 'West'",
    "organisation": "O'Brien \\ Sons, Inc. <a=b;c> #1",
    "state": "#NSW",
    "locality": "Zürich  am See",
    "country": "au",
    "email": "team@acme.example",
}


def run(command: str, folder: Path) -> str:
    """Run a command with the placeholders filled in, as a person would; nothing is asked."""
    program("keytool")
    filled = command.replace("'<password>'", '"$SECRET"')
    ours = f'HANDFAST_PASSWORD="$SECRET" {sys.executable} -m handfast'
    filled = re.sub(r"^handfast\b", ours, filled, flags=re.MULTILINE)
    assert "<password>" not in filled
    # English, and quicker.
    quick = "-Duser.language=en -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dfile.encoding=UTF-8"
    done = subprocess.run(
        ["bash", "-euc", filled],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "SECRET": SECRET, "JDK_JAVA_OPTIONS": quick},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (filled, done.stdout, done.stderr)
    return done.stdout + done.stderr


def facts(certificate: Certificate) -> dict[str, object]:
    """What two certificates for the same request have in common."""
    from cryptography import x509

    start, end = certificate.not_before, certificate.not_after
    assert start is not None
    assert end is not None
    usage = certificate.extension(x509.KeyUsage.oid)
    constraints = certificate.extension(x509.BasicConstraints.oid)
    return {
        "subject": certificate.subject,
        "san": certificate.san,
        "purposes": set(certificate.purposes),
        "usage": usage.public_bytes() if usage is not None else None,
        "constraints": constraints.public_bytes() if constraints is not None else None,
        "key": (certificate.key_algorithm, certificate.key_bits),
        "signature": certificate.signature_algorithm,
        "days": (end - start).days,
        "start": start.date(),
    }


@pytest.mark.parametrize(
    ("new_format", "changes"),
    [
        ("PKCS12", {"key": "rsa:2048", "purpose": "client", **NAME}),
        ("JKS", {"key": "rsa:3072", "purpose": "server", **NAME}),
        ("JKS", {"key": "ec:P-384", "purpose": "both", "sans": (
            "dns:*.acme.example", "ip:2001:db8::1", "uri:https://acme.example/?a=1",
            "email:team@acme.example")}),
        ("PKCS12", {"key": "ec:P-521", "compatible": True, "days": 42, "sans": (
            "dns:under_score.example", "dns:büro.example", "uri:https://acme.example/?a=1,2")}),
        ("PKCS12", {"key": "ed25519", "starts": dt.date(2031, 2, 3), "days": 800}),
    ],
    ids=["rsa", "jks", "names", "odd-names", "later"],
)  # fmt: skip
def test_a_generate_line_makes_what_the_wizard_makes(
    new_format: str, changes: dict[str, object], tmp_path: Path
) -> None:
    flow = GenerateFlow()
    flow.update(common_name="acme.example", new_format=new_format)
    flow.update(password=Password(SECRET), password_again=Password(SECRET))
    flow.update(new_path=str(tmp_path / "it's one.store"), **{"alias": ALIAS, **changes})
    assert all(flow.can_leave(step.id) for step in flow.steps), flow.problems("name")
    run(flow.keytool_command(), tmp_path)
    made = open_file(tmp_path / "it's one.store", Password(SECRET)).store
    assert made.format is Format(new_format)
    (entry,) = made.entries
    assert entry.alias == ALIAS.lower()
    assert not entry.is_locked
    (tmp_path / "it's one.store").unlink()
    assert facts(entry.chain[0]) == facts(flow.run().entries[0].chain[0])


@pytest.fixture(scope="module")
def pairs() -> tuple[KeyPair, KeyPair]:
    """Two pairs, the second of which has a chain; who signed it does not matter here."""
    first = make_pair(PairRequest(alias="o'one", name="CN=One", key="ec:P-256"))
    other = make_pair(PairRequest(alias="two", name="CN=Two", key="ec:P-256"))
    issuer = make_pair(PairRequest(alias="ca", name="CN=Issuer", key="ec:P-256"))
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    parsed, above = other.chain[0].parsed, issuer.chain[0].parsed
    assert parsed is not None
    assert above is not None
    assert issuer.key is not None
    signed = x509.CertificateBuilder(
        above.subject, parsed.subject, parsed.public_key(), parsed.serial_number,
        parsed.not_valid_before_utc, parsed.not_valid_after_utc,
    ).sign(issuer.key.load(), hashes.SHA256())  # fmt: skip
    from handfast.core.certificates.certificate import Certificate

    leaf = Certificate(signed.public_bytes(Encoding.DER))
    return first, KeyPair(alias="two", chain=(leaf, issuer.chain[0]), key=other.key)


@pytest.mark.parametrize("kind", ["JKS", "PKCS12"])
def test_export_and_import_lines_do_what_the_wizards_do(
    kind: str, pairs: tuple[KeyPair, KeyPair], tmp_path: Path
) -> None:
    path = tmp_path / "my store.it's"
    store = new_store(Format(kind), Password(SECRET)).with_entries(pairs)
    save_store(store, path)
    opened = OpenStore(key="one", title="one", path=path, store=store)
    one, two = (pair.chain for pair in pairs)
    for encoding, chain, separate, chosen, wanted in (
        ("der", False, False, ("two",), [two[:1]]),
        ("der", False, True, ("o'one", "two"), [one, two[:1]]),
        ("pem", False, False, ("o'one", "two"), [(*one, two[0])]),
        ("pem", True, False, ("o'one", "two"), [(*one, *two)]),
        ("pem", True, True, ("o'one", "two"), [one, two]),
        ("pkcs7", False, False, ("two",), [two[:1]]),
        ("pkcs7", True, False, ("o'one", "two"), [(*one, *two)]),
    ):
        out = tmp_path / f"{encoding}-{chain}-{separate}"
        out.mkdir()
        flow = ExportFlow(stores=(opened,), chosen=chosen, folder=str(out))
        flow.update(separate=separate, encoding=encoding, chain=chain)
        draft = flow.draft
        assert (draft.separate, draft.encoding, draft.chain) == (separate, encoding, chain)
        run(flow.keytool_command(), out)
        found = [read_certificates(each.read_bytes()).certificates for each in flow.paths]
        assert [set(each) for each in found] == [set(each) for each in wanted], draft

    flow = ImportFlow()
    sent = tmp_path / "der-False-True"
    flow.add_sources(read_source_file(each) for each in sorted(sent.iterdir()))
    flow.update(new_path=str(tmp_path / "trust 'store'"), new_format=kind)
    flow.change_candidate(0, alias=ALIAS)
    assert "First save" not in flow.keytool_command()
    run(flow.keytool_command(), tmp_path)
    trusted = open_file(tmp_path / "trust 'store'", Password(SECRET)).store
    assert trusted.format is Format(kind)
    assert all(isinstance(entry, TrustedCertificate) for entry in trusted.entries)
    assert {(each.alias.lower(), each.chain) for each in trusted.entries} == {
        (candidate.alias.lower(), (candidate.certificate,)) for candidate in flow.chosen
    }


def test_an_import_line_says_where_keytool_would_take_another_certificate(
    pairs: tuple[KeyPair, KeyPair], tmp_path: Path
) -> None:
    both = tmp_path / "both.pem"
    both.write_text("".join(pair.chain[0].pem() for pair in pairs))
    wide, alone = tmp_path / "wide.pem", tmp_path / "alone.pem"
    wide.write_text(pairs[0].chain[0].pem(), encoding="utf-16")
    alone.write_text(pairs[0].chain[0].pem())
    for path, notes in ((both, 2), (wide, 1), (alone, 0)):
        flow = ImportFlow()
        flow.add_sources([read_source_file(path)])
        command = flow.keytool_command()
        assert command.count("# First save this certificate alone to") == notes
        assert (str(path) in command) == (notes == 0)


def test_a_store_that_keytool_does_not_know_is_copied_first(
    pairs: tuple[KeyPair, KeyPair], tmp_path: Path
) -> None:
    path, copy = tmp_path / "it's both.pem", tmp_path / "it's both.p12"
    store = new_store(Format.PEM, Password(SECRET)).with_entries(pairs)
    save_store(store, path)
    opened = OpenStore(key="one", title="one", path=path, store=store)
    export = ExportFlow(stores=(opened,), chosen=("o'one", "two"), folder=str(tmp_path))
    export.update(separate=True, encoding="der")
    run(export.keytool_command(), tmp_path)
    assert [each.read_bytes() for each in export.paths] == [each.chain[0].der for each in pairs]

    copy.unlink()
    sent = make_pair(PairRequest(alias="sent", name="CN=Sent", key="ec:P-256")).chain[0]
    import_ = ImportFlow(stores=(opened,))
    for number, certificate in enumerate((sent, pairs[0].chain[0])):
        file = tmp_path / f"{number}.cer"
        file.write_bytes(certificate.der)
        import_.add_sources([read_source_file(file)])
    import_.update(target="existing", existing="one")
    command = import_.keytool_command()
    assert command.count("keytool does not know PEM") == command.count("openssl pkcs12") == 1
    # openssl asks for what it needs on a terminal; the rest is run.
    run(command.rpartition("\nopenssl")[0], tmp_path)
    kept = open_file(copy, Password(SECRET)).store
    assert {each.chain for each in kept.key_pairs} == {each.chain for each in pairs}
    assert {each.chain[0] for each in kept.trusted} >= {sent}


def test_no_line_names_a_type_that_keytool_does_not_know(tmp_path: Path) -> None:
    pair = make_pair(PairRequest(alias="one", name="CN=One", key="ec:P-256"))
    for kind in Format:
        store = new_store(Format.PEM, Password(SECRET)).with_entries([pair])
        opened = OpenStore(
            key="one", title="one", path=tmp_path / "dir.d" / "store",
            store=dataclasses.replace(store, format=kind),
        )  # fmt: skip
        flow = ExportFlow(stores=(opened,), chosen=("one",), folder=str(tmp_path))
        command = flow.keytool_command()
        (named,) = re.findall(r"-storetype (\w+)", command)
        is_known = kind in {Format.PKCS12, Format.JKS, Format.JCEKS}
        assert named == (kind.value if is_known else "PKCS12")
        assert (f"does not know {kind.title}" in command) is not is_known
        assert (f"{tmp_path / 'dir.d' / 'store.p12'}" in command) is not is_known


def test_certificates_of_files_with_the_same_name_keep_their_own(
    pairs: tuple[KeyPair, KeyPair], tmp_path: Path
) -> None:
    flow = ImportFlow()
    for number, pair in enumerate(pairs):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "cert.cer").write_bytes(pair.chain[0].der)
        flow.add_sources([read_source_file(folder / "cert.cer")])
    flow.update(new_path=str(tmp_path / "trust.p12"))
    run(flow.keytool_command(), tmp_path)
    trusted = open_file(tmp_path / "trust.p12", Password(SECRET)).store
    assert {each.chain[0] for each in trusted.entries} == {pair.chain[0] for pair in pairs}
