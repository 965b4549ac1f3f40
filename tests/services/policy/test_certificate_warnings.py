"""What is unwise about a certificate: both faces say the same, and the console in its own place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.authority.signing import CERTIFICATE, SignFlow
from handfast.flows.exchange.export import ExportFlow
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.exchange.import_ import ImportFlow
from handfast.flows.open_store import OpenStore
from handfast.flows.renewal.renewing import RENEWAL, RenewFlow
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.profiles import Profile
from handfast.services.authority.request_files import read_request_file
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.requests import RequestDetails, create_request
from handfast.services.files.saving import new_store, save_store
from handfast.services.policy.certificate_warnings import serves
from handfast.services.policy.validity_days import MAX_SERVER_DAYS
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store
    from handfast.flows.base import Flow

PASSWORD = "of the store"
LONG = MAX_SERVER_DAYS + 1
NEW = ("--alias", "new", "--dname", "CN=new.example")
SAN = ("--san", "dns:new.example")
EC = ("--key", "ec:P-256")


@pytest.fixture(scope="module")
def store() -> Store:
    ca = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", days=900, purpose="ca"))
    issuer = issuer_of(ca)
    server = make_pair(
        PairRequest(
            alias="server", name="CN=server.example", key="ec:P-256", sans=("dns:server.example",),
            purpose="server",
        ),
        issuer=issuer,
    )  # fmt: skip
    old = issue(CN="old", starts=-9, ends=-2)
    return new_store(Format.PKCS12, Password(PASSWORD)).with_entries([ca, server, old.pair("old")])


@pytest.fixture
def folder(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    save_store(store, tmp_path / "own.p12")
    pair = store.key_pairs[1]
    request = create_request(pair, RequestDetails())
    (tmp_path / "own.csr").write_bytes(request.encoded("pem"))
    (tmp_path / "other.cer").write_bytes(issue(CN="other").certificate.der)
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def warned(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """What the console warns of on standard error; its JSON is whole beside it."""
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["schema"] == 1
    return [line.removeprefix("Warning: ") for line in told.err.splitlines()]


def shown(flow: Flow, step: str, field: str) -> list[str]:
    """What the window warns of beside a field."""
    found = [each for each in flow.problems(step) if each.field == field]
    assert all(each.severity == "warning" for each in found)
    return [each.message for each in found]


@pytest.mark.parametrize(("kind", "count"), [("rsa:2048", 1), ("ed25519", 1), ("ec:P-256", 0)])
def test_a_kind_of_key(
    folder: Path, capsys: pytest.CaptureFixture[str], kind: str, count: int
) -> None:
    flow = GenerateFlow()
    flow.update(common_name="new.example", key=kind)
    told = warned(capsys, "generate", "new.p12", *NEW, *SAN, "--key", kind)
    assert told == shown(flow, "key", "key")
    assert len(told) == count
    assert (folder / "new.p12").exists()


@pytest.mark.parametrize(
    ("purpose", "days", "count"),
    [("server", LONG, 1), ("both", LONG, 1), ("client", LONG, 0), ("code-signing", LONG, 0),
     ("server", MAX_SERVER_DAYS, 0)],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_a_long_validity(
    capsys: pytest.CaptureFixture[str], purpose: str, days: int, count: int
) -> None:
    flow = GenerateFlow()
    flow.update(common_name="new.example", key="ec:P-256", purpose=purpose, days=days)
    told = warned(
        capsys, "generate", "new.p12", *NEW, *SAN, *EC, "--purpose", purpose, f"--days={days}"
    )
    assert told == shown(flow, "key", "ends")
    assert len(told) == count


@pytest.mark.parametrize(("days", "count"), [(LONG, 1), (400, 0)])
def test_a_long_validity_signed_and_renewed(
    folder: Path, store: Store, capsys: pytest.CaptureFixture[str], days: int, count: int
) -> None:
    opened = OpenStore.of_file(folder / "own.p12", store)
    signing = SignFlow([opened], opened.key, "ca", folder=str(folder))
    signing.add_sources([read_request_file(folder / "own.csr")])
    signing.update(days=days, profile=Profile.SERVER)
    renewing = RenewFlow([opened], opened.key, "server")
    renewing.update(days=days)
    sign = ("sign", "own.p12", "--alias", "ca", "--request", "own.csr", "--out", "own.crt")
    told = warned(capsys, *sign, "--purpose", "server", f"--days={days}")
    assert told == shown(signing, CERTIFICATE, "days")
    assert len(told) == count
    told = warned(capsys, "renew", "own.p12", "--alias", "server", f"--days={days}")
    assert told == shown(renewing, RENEWAL, "days")
    assert len(told) == count


@pytest.mark.parametrize(("days", "count"), [(30, 1), (400, 0)])
def test_an_end_before_that_of_the_current_one(
    folder: Path, store: Store, capsys: pytest.CaptureFixture[str], days: int, count: int
) -> None:
    opened = OpenStore.of_file(folder / "own.p12", store)
    flow = RenewFlow([opened], opened.key, "server")
    flow.update(days=days)
    told = warned(capsys, "renew", "own.p12", "--alias", "server", f"--days={days}")
    assert told == shown(flow, RENEWAL, "days")
    assert len(told) == count
    assert all("ends before the current one" in each for each in told)


def test_the_end_of_the_ca(folder: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    opened = OpenStore.of_file(folder / "own.p12", store)
    signing = SignFlow([opened], opened.key, "ca", folder=str(folder))
    signing.add_sources([read_request_file(folder / "own.csr")])
    signing.update(days=2000)
    sign = ("sign", "own.p12", "--alias", "ca", "--request", "own.csr", "--out", "own.crt")
    told = warned(capsys, *sign, "--days=2000")
    assert told == shown(signing, CERTIFICATE, "days")
    assert "certificate of the CA ends" in told[0]
    renewing = RenewFlow([opened], opened.key, "server")
    renewing.update(days=2000)
    assert warned(capsys, "renew", "own.p12", "--alias", "server", "--days=2000") == told
    assert shown(renewing, RENEWAL, "days") == told
    generating = GenerateFlow(stores=[opened])
    generating.update(common_name="new.example", purpose="client", days=2000)
    generating.update(issuer_store=opened.key, issuer="ca")
    assert shown(generating, "names", "issuer") == told
    issued = warned(
        capsys, "generate", "new.p12", *NEW, *EC, "--purpose=client", "--days=2000",
        "--issuer=own.p12#ca",
    )  # fmt: skip
    assert issued == told
    # A validity within that of the CA is not told of.
    assert warned(capsys, *sign, "--days=30", "--force") == []


@pytest.mark.parametrize(("purpose", "count"), [("server", 1), ("both", 1), ("client", 0)])
@pytest.mark.usefixtures("folder")
def test_a_server_without_a_name(
    capsys: pytest.CaptureFixture[str], purpose: str, count: int
) -> None:
    flow = GenerateFlow()
    flow.update(common_name="new.example", key="ec:P-256", purpose=purpose)
    flow.update(sans=())
    told = warned(capsys, "generate", "new.p12", *NEW, *EC, "--purpose", purpose)
    assert told == shown(flow, "names", "sans")
    assert len(told) == count


@pytest.mark.parametrize(("alias", "count"), [("ca", 1), ("server", 0)])
def test_a_new_key_for_a_ca(
    folder: Path, store: Store, capsys: pytest.CaptureFixture[str], alias: str, count: int
) -> None:
    opened = OpenStore.of_file(folder / "own.p12", store)
    flow = RenewFlow([opened], opened.key, alias)
    flow.update(new_key=True)
    told = warned(capsys, "renew", "own.p12", "--alias", alias, "--new-key")
    assert told == shown(flow, RENEWAL, "key")
    assert len(told) == count


@pytest.mark.parametrize(("alias", "count"), [("old", 1), ("server", 0)])
def test_an_expired_certificate_for_a_partner(
    folder: Path, store: Store, capsys: pytest.CaptureFixture[str], alias: str, count: int
) -> None:
    opened = OpenStore.of_file(folder / "own.p12", store)
    flow = ExportFlow(stores=[opened], chosen=(alias,), folder=str(folder))
    told = warned(capsys, "export", "own.p12", "--alias", alias, "--out", "out.cer")
    assert told == shown(flow, flow.steps[0].id, "chosen")
    assert len(told) == count


@pytest.mark.parametrize(("name", "count"), [("own.p12", 1), ("trust.p12", 0)])
def test_trusted_certificates_beside_a_key(
    folder: Path, store: Store, capsys: pytest.CaptureFixture[str], name: str, count: int
) -> None:
    opened = OpenStore.of_file(folder / "own.p12", store)
    flow = ImportFlow(stores=[opened])
    flow.update(
        target="existing" if count else "new", existing=opened.key, new_path=str(folder / "a.p12"),
        password=Password(PASSWORD), password_again=Password(PASSWORD),
    )  # fmt: skip
    told = warned(capsys, "import", name, "other.cer")
    assert told == shown(flow, "target", "existing")
    assert len(told) == count


def test_all_extensions_decide_whom_a_certificate_serves() -> None:
    from handfast.services.authority.extension_plan import ExtensionPlan

    assert serves("client", ExtensionPlan(extended_key_usage=("serverAuth",)))
    assert serves("client", ExtensionPlan())
    assert not serves("server", ExtensionPlan(extended_key_usage=("clientAuth",)))
    assert not serves("server", ExtensionPlan(is_ca=True))
