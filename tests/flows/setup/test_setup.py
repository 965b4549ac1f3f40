"""Setting mutual TLS up without a screen: with a partner on keytool, to a handshake that works."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.errors import AlreadyExists, FingerprintDiffers, InvalidInput
from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.flows.handshake.remedies import apply_remedy
from handfast.flows.open_store import OpenStore
from handfast.flows.setup.flow import SetUpFlow
from handfast.flows.setup.parties import chain_from
from handfast.flows.setup.presets import PRESETS
from handfast.flows.setup.recipes import recipe_for
from handfast.flows.setup.saved_setup import changes_from, keep
from handfast.flows.target import StoreDefaults
from handfast.handshake.recipes import recipe_text
from handfast.handshake.rehearsal import rehearse
from handfast.services.exchange.certificate_sources import read_source_file
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.partnerships import next_step, read_partnership
from tests.handshake.making import make
from tests.support.issued import issue
from tests.support.partner import PASSWORD, Partner

if TYPE_CHECKING:
    from handfast.handshake.report.report import Report
    from tests.handshake.making import Made
    from tests.support.tools import Tool

OURS = "correct horse"
HOST = "api.globex.example"


@pytest.fixture(scope="module")
def partner(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Partner:
    made = Partner(keytool, tmp_path_factory.mktemp("globex"))
    made.make_pair("good")
    made.make_pair("over", more="-startdate -400d -validity 30")
    return made


def errors(flow: SetUpFlow, step: str) -> dict[str, str]:
    return {each.field: each.message for each in flow.problems(step) if each.severity == "error"}


def begun(base: Path, **changes: object) -> SetUpFlow:
    flow = SetUpFlow(base=base)
    flow.update(preset="java-client")
    flow.update(our_name="Acme", partner="Globex & Co", host=HOST, **changes)
    return flow


def opened(path: str, password: str = OURS) -> OpenStore:
    found = open_file(Path(path), Password(password))
    return OpenStore(key=path, title=found.path.name, path=found.path, store=found.store)


def with_pair(base: Path, **changes: object) -> SetUpFlow:
    """As far as our pair being made, as the window does it."""
    flow = begun(base, **changes)
    flow.path = keep(flow.kept("partner"), flow.place)
    flow.generating.suggest_path(flow.draft.folder)
    flow.generating.update(password=Password(OURS), password_again=Password(OURS))
    for step in ("partner", "pair", "name", "key", "names", "keystore"):
        assert flow.can_leave(step), (step, flow.problems(step))
    outcome = flow.generating.run()
    assert outcome.opened is not None
    key = str(outcome.opened.path)
    flow.pair_made(key, outcome.entries[0])
    flow.set_stores([*flow.stores, opened(key)])
    return flow


def take(flow: SetUpFlow, partner: Partner, alias: str, fingerprint: str = "") -> None:
    """The partner's file, as far as being trusted."""
    take_file(flow, partner.folder / f"{alias}.cer", fingerprint=fingerprint)


def take_file(flow: SetUpFlow, *files: Path, fingerprint: str = "") -> None:
    flow.importing.update(sources=())
    flow.importing.add_sources([read_source_file(each) for each in files])
    flow.sources_changed()
    flow.importing.suggest_path(flow.draft.folder)
    flow.importing.update(password=Password(OURS), password_again=Password(OURS))
    flow.importing.change_candidate(0, fingerprint=fingerprint)
    outcome = flow.importing.run()
    if outcome.opened is not None:
        key = str(outcome.opened.path)
        flow.set_stores([*flow.stores, opened(key)])
    else:
        key = outcome.existing
        replaced = [
            dataclasses.replace(each, store=outcome.store) if each.key == key else each
            for each in flow.stores
        ]
        flow.set_stores(replaced)
    flow.imported(key, outcome.entries)


def rehearsed(flow: SetUpFlow) -> Report:
    report = flow.rehearse()
    flow.rehearsed(report, datetime.now(UTC))
    return report


def test_from_nothing_to_a_handshake_that_works(
    tmp_path: Path, partner: Partner, keytool: Tool
) -> None:
    flow = with_pair(tmp_path)
    folder = tmp_path / "globex-co"
    assert flow.path == folder / "globex-co.partnership.json"
    assert flow.has_work("handover")
    sent = flow.hand_over()
    flow.handed_over(datetime.now(UTC))
    assert not flow.has_work("handover")
    assert {path.name for path in sent} == {"acme.cer", "acme.pem", "README.txt", "README.html"}
    assert sent[0].parent == folder / "for-globex-co"
    partner.trust.unlink(missing_ok=True)
    partner.trust_us(sent[0])
    assert flow.first_open() == "certificates"
    take(flow, partner, "good", partner.fingerprint("good"))
    assert flow.first_open() == "rehearsal"
    # Who goes past it now has passed it by.
    assert flow.is_skipped("rehearsal")
    report = rehearsed(flow)
    assert report.ok
    assert not flow.is_skipped("rehearsal")
    assert flow.first_open() == "recipe"
    # Of the other side only the certificate is known, and that is said.
    assert any("private key" in each for each in report.unknown)
    done = flow.kept("rehearsal")
    assert next_step(done) == ""
    assert done.fingerprint_checked
    assert (
        keytool("-list", "-keystore", folder / "truststore.p12", "-storepass", OURS).stdout.count(
            "trustedCertEntry"
        )
        == 1
    )
    # With the stores of both it is a real handshake.
    flow.their_keys = opened(str(partner.keys), PASSWORD)
    flow.their_trust = opened(str(partner.trust), PASSWORD)
    whole = rehearsed(flow)
    assert (whole.ok, whole.tls, whole.unknown) == (True, "1.3", ())


def test_an_expired_certificate_fails_and_the_new_one_works(
    tmp_path: Path, partner: Partner
) -> None:
    flow = with_pair(tmp_path)
    take(flow, partner, "over")
    report = rehearsed(flow)
    assert (report.causes[0].code, report.causes[0].side) == ("expired", "server")
    assert not flow.draft.rehearsed_ok
    assert not flow.draft.fingerprint_checked
    take(flow, partner, "good")
    assert rehearsed(flow).ok


def test_a_certificate_for_another_host_fails(tmp_path: Path, partner: Partner) -> None:
    flow = with_pair(tmp_path)
    flow.update(host="other.globex.example")
    take(flow, partner, "good")
    assert rehearsed(flow).causes[0].code == "host-mismatch"
    flow.update(host=HOST)
    assert rehearsed(flow).ok


def test_what_left_the_trust_store_comes_back_by_the_remedy(
    tmp_path: Path, partner: Partner
) -> None:
    flow = with_pair(tmp_path)
    take(flow, partner, "good")
    trust = flow.truststore
    assert trust is not None
    emptied = trust.store.without(trust.store.entries)
    others = [each for each in flow.stores if each.key != trust.key]
    flow.set_stores([*others, dataclasses.replace(trust, store=emptied)])
    report = rehearsed(flow)
    action = report.causes[0].action
    assert action is not None
    assert (action.kind, action.path) == ("trust", trust.path)
    mended = apply_remedy(emptied, action)
    flow.set_stores([*others, dataclasses.replace(trust, store=mended)])
    assert rehearsed(flow).ok


def test_a_fingerprint_that_differs_stands_in_the_way(tmp_path: Path, partner: Partner) -> None:
    flow = with_pair(tmp_path)
    wrong = group_fingerprint(flow.draft.our_sha256)
    with pytest.raises(FingerprintDiffers):
        take(flow, partner, "good", wrong)
    assert not flow.can_leave("check")
    assert flow.draft.partner_sha256 == ""
    take(flow, partner, "good", partner.fingerprint("good"))
    assert flow.draft.fingerprint_checked


def test_it_is_taken_up_from_its_file_at_each_step(tmp_path: Path, partner: Partner) -> None:
    flow = begun(tmp_path)
    flow.generating.update(organisation="Acme Pty Ltd", country="AU")
    flow.generating.update(sans=("dns:a.example", "ip:192.0.2.1"))
    path = keep(flow.kept("names"), flow.place)
    again = SetUpFlow(base=tmp_path, known=read_partnership(path), path=path)
    draft = again.generating.draft
    assert (draft.organisation, draft.country, draft.sans) == (
        "Acme Pty Ltd", "AU", ("dns:a.example", "ip:192.0.2.1")
    )  # fmt: skip
    assert (again.draft.page, again.first_open()) == ("names", "keystore")
    assert again.draft.folder == flow.draft.folder

    flow = with_pair(tmp_path / "2")
    key = flow.draft.keystore
    known = read_partnership(keep(flow.kept("handover"), flow.place))
    again = SetUpFlow(base=tmp_path, known=known, path=flow.path)
    assert again.closed == (("keystore", Path(key)),)
    assert again.first_open() == "unlock"
    assert "not open" in errors(again, "unlock")["keystore"]
    again.set_stores([opened(key)])
    assert (again.closed, again.first_open()) == ((), "handover")

    take(flow, partner, "good")
    known = read_partnership(keep(flow.kept("rehearsal"), flow.place))
    again = SetUpFlow(base=tmp_path, known=known, path=flow.path)
    assert len(again.closed) == 2
    again.set_stores(flow.stores)
    assert rehearsed(again).ok


def test_a_chain_that_somebody_exchanged_in_the_file_is_not_believed(
    tmp_path: Path, partner: Partner
) -> None:
    flow = with_pair(tmp_path)
    take(flow, partner, "good")
    path = keep(flow.kept("rehearsal"), flow.place)
    record = json.loads(path.read_text(encoding="utf-8"))
    other = issue(CN="mallory").certificate
    path.write_text(json.dumps({**record, "partner_chain": other.pem()}), encoding="utf-8")
    again = SetUpFlow(base=tmp_path, known=read_partnership(path), path=path)
    assert again.chain == ()
    path.write_text(json.dumps({**record, "partner_chain": "rubbish"}), encoding="utf-8")
    assert SetUpFlow(base=tmp_path, known=read_partnership(path), path=path).chain == ()
    path.write_text(json.dumps(record), encoding="utf-8")
    assert SetUpFlow(base=tmp_path, known=read_partnership(path), path=path).chain == flow.chain


def recipe_of(flow: SetUpFlow, recipe: str) -> str:
    return recipe_text(recipe_for(flow, recipe))


def test_a_recipe_names_the_port_that_was_typed_last(tmp_path: Path, partner: Partner) -> None:
    flow = with_pair(tmp_path)
    take(flow, partner, "good")
    assert f"https://{HOST}/" in recipe_of(flow, "curl")
    flow.set_port(" 65535 ")
    assert flow.can_leave("recipe")
    assert f"https://{HOST}:65535/" in recipe_of(flow, "curl")
    for wrong in ("0", "65536", "99999999999", "-1", "443x", "8 443", "٤٤٣", "²"):
        flow.set_port(wrong)
        assert "port" in errors(flow, "recipe"), wrong
        assert flow.kept("recipe").port == 0
    flow.set_port("65535")
    again = SetUpFlow(base=tmp_path, known=flow.kept("recipe"), path=flow.path)
    assert (again.port, again.can_leave("recipe")) == ("65535", True)
    flow.set_port("")
    assert flow.kept("recipe").port == 0


def test_a_recipe_names_the_partner_s_own_file_while_it_is_there(
    tmp_path: Path, partner: Partner
) -> None:
    flow = with_pair(tmp_path)
    take(flow, partner, "good")
    sent = partner.folder / "good.cer"
    told = recipe_of(flow, "servicenow")
    # keytool exports DER, which the record takes as an attachment only.
    assert str(sent) in told
    assert "DER" in told
    assert "the text of" not in told
    again = SetUpFlow(base=tmp_path, known=flow.kept("recipe"), path=flow.path, stores=flow.stores)
    assert recipe_of(again, "servicenow") == told

    in_pem = tmp_path / "globex.pem"
    certificate = x509.load_der_x509_certificate(sent.read_bytes())
    in_pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    take_file(flow, in_pem)
    assert "the text of globex.pem" in recipe_of(flow, "servicenow")
    in_pem.unlink()
    told = recipe_of(flow, "servicenow")
    assert "globex.pem" not in told
    assert "handfast export" in told


def test_of_several_files_the_recipe_takes_what_is_trusted(
    tmp_path: Path, partner: Partner
) -> None:
    flow = with_pair(tmp_path)
    take_file(flow, partner.folder / "good.cer", partner.folder / "over.cer")
    assert flow.draft.partner_file == ""
    assert "handfast export" in recipe_of(flow, "servicenow")


def test_no_password_is_kept(tmp_path: Path, partner: Partner) -> None:
    flow = begun(tmp_path)
    flow.generating.update(password=Password(OURS), password_again=Password(OURS))
    assert OURS not in keep(flow.kept("keystore"), flow.place).read_text(encoding="utf-8")
    flow = with_pair(tmp_path / "2")
    take(flow, partner, "good")
    assert OURS not in keep(flow.kept("recipe"), flow.place).read_text(encoding="utf-8")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: each.id)
def test_every_preset_makes_a_pair_as_it_says(
    tmp_path: Path, preset: object, keytool: Tool, partner: Partner
) -> None:
    (wanted,) = [each for each in PRESETS if each is preset]
    flow = SetUpFlow(base=tmp_path)
    flow.update(preset=wanted.id, our_name="Acme", partner="Globex", host=HOST)
    assert flow.draft.role == wanted.role
    draft = flow.generating.draft
    assert (draft.key, draft.purpose, draft.days) == (wanted.key, wanted.purpose, wanted.days)
    assert draft.compatible == (wanted.strength is Strength.COMPATIBLE)
    keep(flow.kept("partner"), flow.place)
    flow.generating.suggest_path(flow.draft.folder)
    flow.generating.update(password=Password(OURS), password_again=Password(OURS))
    made = flow.generating.run().opened
    assert made is not None
    assert made.store.format is wanted.format
    # The trust store is of the same kind; PEM protects no certificates, so it has no password.
    flow.importing.add_sources([read_source_file(partner.folder / "good.cer")])
    flow.importing.suggest_path(flow.draft.folder)
    assert flow.importing.asks_password == (wanted.format is not Format.PEM)
    if flow.importing.asks_password:
        assert "password" in errors(flow, "truststore")
        flow.importing.update(password=Password(OURS), password_again=Password(OURS))
    trust = flow.importing.run().opened
    assert trust is not None
    assert trust.store.format is wanted.format
    if wanted.format is Format.PEM:
        assert "does not write PEM" in flow.command_of("make")
        assert "BEGIN CERTIFICATE" in trust.path.read_text(encoding="utf-8")
    else:
        assert (
            "PrivateKeyEntry" in keytool("-list", "-keystore", made.path, "-storepass", OURS).stdout
        )


def test_a_program_that_nobody_knows_gets_what_the_person_prefers(tmp_path: Path) -> None:
    flow = SetUpFlow(base=tmp_path, usual=StoreDefaults(format=Format.JKS))
    assert flow.generating.draft.new_format == flow.importing.draft.new_format == "JKS"
    flow.update(preset="nginx")
    assert flow.generating.draft.new_format == "PEM"
    flow.update(preset="other")
    assert flow.generating.draft.new_format == "JKS"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"partner": " "}, "partner"),
        ({"our_name": ""}, "our_name"),
        ({"partner": "x" * 201}, "partner"),
        ({"host": "https://api.example/"}, "host"),
        ({"host": "api.example:443"}, "host"),
        ({"host": "*.example"}, "host"),
        ({"folder": "relative/path"}, "folder"),
        ({"folder": ""}, "folder"),
        ({"folder": "/etc/hostname/x"}, "folder"),
        ({"folder": "/\0"}, "folder"),
    ],
)
def test_what_is_wrong_on_the_first_step_is_said(
    tmp_path: Path, changes: dict[str, str], field: str
) -> None:
    flow = begun(tmp_path)
    assert errors(flow, "partner") == {}
    flow.update(**changes)
    assert list(errors(flow, "partner")) == [field]


def test_a_second_set_up_does_not_overwrite_the_first(tmp_path: Path) -> None:
    flow = begun(tmp_path)
    keep(flow.kept("pair"), flow.place)
    assert "already exists" in errors(begun(tmp_path), "partner")["folder"]
    assert errors(begun(tmp_path / "elsewhere"), "partner") == {}


def test_an_existing_pair_is_taken_or_told_why_not(tmp_path: Path) -> None:
    good, over, other = issue(CN="acme"), issue(CN="over", ends=-1), issue(CN="third")
    store = new_store(Format.PKCS12, Password(OURS)).with_entries(
        [good.pair("good"), over.pair("over"), other.pair("locked", locked=True)]
    )
    found = OpenStore(key="k", title="k.p12", path=tmp_path / "k.p12", store=store)
    flow = begun(tmp_path, pair="existing")
    assert list(errors(flow, "pair")) == ["keystore"]
    flow.set_stores([found])
    flow.update(keystore="k")
    assert list(errors(flow, "pair")) == ["alias"]
    flow.update(alias="locked")
    assert "Unlock it" in errors(flow, "pair")["alias"]
    flow.update(alias="over")
    (problem,) = flow.problems("pair")
    assert problem.severity == "warning"
    flow.update(alias="good")
    assert flow.problems("pair") == ()
    assert flow.draft.our_sha256 == good.certificate.sha256
    assert not flow.applies("name")
    # Another pair has not been sent.
    flow.handed_over(datetime.now(UTC))
    flow.update(alias="over")
    assert flow.draft.sent_at is None
    flow.update(pair="new")
    assert (flow.draft.keystore, flow.draft.our_sha256) == ("", "")
    assert flow.applies("name")


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    flow = with_pair(tmp_path)
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    flow.update(handover_folder=str(folder))
    with pytest.raises(AlreadyExists):
        flow.hand_over()
    flow.update(handing="known")
    assert not flow.has_work("handover")


def test_without_its_stores_nothing_is_rehearsed(tmp_path: Path, partner: Partner) -> None:
    flow = with_pair(tmp_path)
    with pytest.raises(InvalidInput):
        flow.rehearse()
    take(flow, partner, "good")
    flow.set_stores([])
    with pytest.raises(InvalidInput):
        flow.hand_over()
    assert flow.applies("unlock")


def chains(*made: Made) -> list[str]:
    return [each.common_name for each in chain_from([one.certificate for one in made])]


def test_the_chain_of_what_was_sent_begins_with_who_is_talked_to() -> None:
    signs = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    root = make("root", ca=True, sans=(), extra=((signs, True),))
    between = make("between", ca=True, by=root, sans=())
    leaf = make("leaf", by=between)
    assert chains(root, leaf, between) == ["leaf", "between", "root"]
    assert chains(root, leaf) == ["leaf"]
    # A CA alone talks to nobody; who is self-signed may well.
    assert chains(root) == []
    assert chains(make("alone")) == ["alone"]
    # As ``openssl req -x509`` makes it.
    assert chains(make("openssl", ca=True)) == ["openssl"]


def test_answers_that_cannot_be_are_left_out() -> None:
    assert changes_from({"key": "rsa:1", "purpose": "x", "new_format": "?", "days": "²"}) == {}
    assert changes_from({"days": "9" * 30}) == {}
    assert changes_from({"key": "ec:P-256", "days": "90", "sans": ""}) == {
        "key": "ec:P-256", "days": 90, "sans": (),
    }  # fmt: skip


def test_both_roles_meet(tmp_path: Path, keytool: Tool) -> None:
    """We as the server: the partner calls us, by our host."""
    theirs = Partner(keytool, tmp_path / "caller", purpose="client")
    theirs.make_pair("caller", host="caller.globex.example")
    flow = SetUpFlow(base=tmp_path)
    flow.update(preset="tomcat")
    flow.update(our_name="Acme", partner="Globex", host="api.acme.example")
    assert flow.generating.draft.common_name == "api.acme.example"
    assert flow.generating.draft.sans == ("dns:api.acme.example",)
    flow.path = keep(flow.kept("partner"), flow.place)
    flow.generating.suggest_path(flow.draft.folder)
    flow.generating.update(password=Password(OURS), password_again=Password(OURS))
    outcome = flow.generating.run()
    assert outcome.opened is not None
    flow.pair_made(str(outcome.opened.path), outcome.entries[0])
    flow.set_stores([opened(str(outcome.opened.path))])
    take(flow, theirs, "caller")
    assert rehearsed(flow).ok
    theirs.trust_us(flow.hand_over()[0])
    flow.their_keys = opened(str(theirs.keys), PASSWORD)
    flow.their_trust = opened(str(theirs.trust), PASSWORD)
    client, server = flow.parties()
    assert (client.name, server.name) == ("Globex", "Acme")
    assert rehearse(client, server, host="api.acme.example").ok
    assert not rehearse(client, server, host="api.other.example").ok


def test_a_store_under_another_name_is_not_one_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "s.jks"
    save_store(new_store(Format.JKS, Password(OURS)).with_entries([issue(CN="x").pair("x")]), path)
    flow = begun(tmp_path, pair="existing")
    # Opened without its password, its keys are out of reach.
    seen = open_file(path)
    flow.set_stores([OpenStore(key=str(path), title=path.name, path=path, store=seen.store)])
    flow.update(keystore=str(path))
    assert flow.closed == (("keystore", path),)
    flow.set_stores([opened(str(path))])
    assert flow.closed == ()
