"""The flows under the wizards, without a screen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shlex
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import AlreadyExists, FileProblem, FingerprintDiffers
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.exchange.export import ExportFlow
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.exchange.import_ import ImportFlow
from handfast.flows.exchange.naming import suggest_sans
from handfast.flows.open_store import OpenStore
from handfast.services.exchange.certificate_sources import read_source
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.exchange.keytool_commands import quote
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair

TODAY = dt.date(2026, 3, 1)


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="acme", name="CN=acme", key="ec:P-256"))


def stored(pair: KeyPair) -> OpenStore:
    store = new_store(Format.PKCS12, Password("changeit")).with_entries([pair])
    return OpenStore(key="one", title="one.p12", path=None, store=store)


def errors(flow: GenerateFlow | ImportFlow | ExportFlow, step: str) -> dict[str, str]:
    return {each.field: each.message for each in flow.problems(step) if each.severity == "error"}


def ready(path: Path) -> GenerateFlow:
    flow = GenerateFlow(today=dt.datetime.now(dt.UTC).date())
    flow.update(common_name="api.acme.example", key="ec:P-256", new_path=str(path))
    flow.update(password=Password("correct"), password_again=Password("correct"))
    return flow


def test_a_key_pair_is_not_put_into_a_trust_store_by_default(pair: KeyPair) -> None:
    empty = new_store(Format.PKCS12, Password("changeit"))
    trusting = import_certificates(empty, [(pair.chain[0], "partner")])
    trust_store = OpenStore(key="trust", title="trust.p12", path=None, store=trusting)
    assert GenerateFlow(stores=[trust_store]).draft.target == "new"
    assert GenerateFlow(stores=[stored(pair)]).draft.target == "existing"
    assert ImportFlow(stores=[trust_store]).draft.target == "existing"


def test_a_password_that_java_calls_wrong_is_refused_beside_the_field(tmp_path: Path) -> None:
    flow = ready(tmp_path / "a.p12")
    flow.update(password=Password("pässword"), password_again=Password("pässword"))
    assert "printable ASCII" in errors(flow, "target")["password"]
    flow.update(new_format="JKS")
    assert "password" not in errors(flow, "target")


def test_a_finished_draft_has_no_errors_and_makes_the_file(tmp_path: Path) -> None:
    flow = ready(tmp_path / "a.p12")
    assert all(flow.can_leave(step.id) for step in flow.steps)
    outcome = flow.run()
    assert outcome.opened is not None
    assert outcome.opened.store.entries[0].alias == "api.acme.example"


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    flow = ready(tmp_path / "a.p12")
    (tmp_path / "a.p12").write_bytes(b"not ours")
    with pytest.raises(AlreadyExists):
        flow.run()
    assert (tmp_path / "a.p12").read_bytes() == b"not ours"


def test_a_folder_that_vanishes_meanwhile_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    flow = ready(folder / "a.p12")
    folder.rmdir()
    with pytest.raises(FileProblem):
        flow.run()


def test_no_secret_is_in_what_a_draft_shows(tmp_path: Path) -> None:
    flow = ready(tmp_path / "a.p12")
    shown = repr(flow.draft) + flow.keytool_command() + repr(flow.summary())
    assert "correct" not in shown


def test_dates_and_days_agree() -> None:
    flow = GenerateFlow(today=TODAY)
    flow.set_end(dt.date(2026, 3, 31))
    assert flow.draft.days == 30
    flow.update(starts=dt.date(2026, 3, 11))
    assert flow.draft.ends == dt.date(2026, 4, 10)
    flow.set_end(dt.date(2026, 3, 1))
    assert "ends" in errors(flow, "key")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts": dt.date(1900, 1, 1)}, "starts"),
        ({"starts": dt.date(9990, 1, 1), "days": 36_525}, "ends"),
        ({"days": 36_526}, "ends"),
        ({"days": 10**12}, "ends"),
    ],
)
def test_dates_that_no_certificate_can_have_are_told_beside_them(
    changes: dict[str, object], field: str
) -> None:
    flow = GenerateFlow(today=TODAY)
    assert errors(flow, "key") == {}
    flow.update(**changes)
    assert set(errors(flow, "key")) == {field}
    assert flow.summary()


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("common_name", "x" * 64, "x" * 65),
        ("unit", "x" * 64, "x" * 200),
        ("organisation", "ü" * 64, "ü" * 65),
        ("locality", "x" * 128, "x" * 129),
        ("state", "x" * 128, "x" * 129),
        ("country", "AU", "61"),
        ("email", "team@acme.example", "jürgen@acme.example"),
        ("email", "", "nobody"),
        ("unit", 'a, b + "c" \\', "a\x07"),
    ],
)
def test_a_part_of_the_name_that_does_not_fit_is_told_beside_it(
    field: str, good: str, bad: str
) -> None:
    flow = GenerateFlow(today=TODAY)
    flow.update(common_name="Acme")
    flow.update(**{field: good})
    assert errors(flow, "name") == {}
    flow.update(**{field: bad})
    assert set(errors(flow, "name")) == {field}


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("api.acme.example", ("dns:api.acme.example",)),
        ("*.acme.example", ("dns:*.acme.example",)),
        ("192.0.2.7", ("ip:192.0.2.7",)),
        ("2001:db8::1", ("ip:2001:db8::1",)),
        ("Acme Batch", ()),
        ("999.1.1.1", ()),
    ],
)
def test_host_names_are_suggested_from_what_looks_like_one(
    name: str, names: tuple[str, ...]
) -> None:
    assert suggest_sans(name) == names


def test_suggestions_stop_where_the_person_decides(pair: KeyPair) -> None:
    flow = GenerateFlow(stores=[stored(pair)], today=TODAY)
    flow.update(common_name="acme")
    assert flow.draft.alias == "acme-2"
    flow.update(alias="mine", sans=("dns:other.example",))
    flow.update(common_name="elsewhere.example")
    assert flow.draft.alias == "mine"
    assert flow.draft.sans == ("dns:other.example",)


def test_a_taken_alias_is_an_error_in_any_case(pair: KeyPair) -> None:
    flow = GenerateFlow(stores=[stored(pair)], today=TODAY)
    flow.update(common_name="x", alias="ACME")
    assert "alias" in errors(flow, "target")
    flow.update(alias="free")
    assert not errors(flow, "target")


def test_der_holds_one_certificate(pair: KeyPair, tmp_path: Path) -> None:
    other = make_pair(PairRequest(alias="other", name="CN=other", key="ec:P-256"))
    both = OpenStore(
        key="b",
        title="b.p12",
        path=None,
        store=stored(pair).store.with_entries([other]),
    )
    flow = ExportFlow(stores=[both], chosen=("acme",), folder=str(tmp_path))
    assert flow.draft.encoding == "der"
    flow.update(chosen=("acme", "other"))
    assert flow.draft.encoding == "pem"
    flow.update(encoding="der")
    assert flow.draft.separate
    assert {path.name for path in flow.run().paths} == {"acme.cer", "other.cer"}


def test_leave_to_replace_ends_with_the_name_it_was_given_for(
    pair: KeyPair, tmp_path: Path
) -> None:
    for name in ("a.cer", "b.cer"):
        (tmp_path / name).write_text("there")
    flow = ExportFlow(stores=[stored(pair)], chosen=("acme",), folder=str(tmp_path))
    flow.update(path=str(tmp_path / "a.cer"))
    assert "path" in errors(flow, "file")
    flow.update(replace=True)
    assert not errors(flow, "file")
    flow.update(path=str(tmp_path / "b.cer"))
    assert "path" in errors(flow, "file")


def test_a_fingerprint_that_differs_stops_the_import_itself(pair: KeyPair, tmp_path: Path) -> None:
    flow = ImportFlow()
    flow.add_sources([read_source(pair.chain[0].der, name="acme.cer")])
    flow.update(new_path=str(tmp_path / "t.p12"))
    flow.update(password=Password("correct"), password_again=Password("correct"))
    flow.change_candidate(0, fingerprint="00" * 32)
    assert not flow.can_leave("check")
    with pytest.raises(FingerprintDiffers):
        flow.run()
    assert not (tmp_path / "t.p12").exists()
    flow.change_candidate(0, fingerprint=pair.chain[0].sha256)
    assert flow.can_leave("check")
    assert flow.run().opened is not None


def test_two_certificates_of_one_alias_are_an_error(pair: KeyPair) -> None:
    other = make_pair(PairRequest(alias="x", name="CN=acme", key="ec:P-256"))
    text = pair.chain[0].pem() + other.chain[0].pem()
    flow = ImportFlow()
    flow.add_sources([read_source(text.encode(), name="both.pem")])
    # Suggested aliases never collide; those that people type may.
    assert flow.can_leave("check")
    flow.change_candidate(1, alias="ACME")
    assert not flow.can_leave("check")
    flow.change_candidate(0, chosen=False)
    assert flow.can_leave("check")


@pytest.mark.parametrize("text", ["plain", "a b", "it's", '"x"', "$HOME `id` \\", "", "<password>"])
def test_quoting_survives_the_shell(text: str) -> None:
    assert shlex.split(quote(text, windows=False)) == [text]


def test_quoting_for_windows_keeps_redirections_inside() -> None:
    assert quote("<password>", windows=True) == '"<password>"'
    assert quote("a b", windows=True) == '"a b"'
    assert quote("plain", windows=True) == "plain"


def test_a_certificate_replaces_an_older_one_and_never_a_keystore(
    pair: KeyPair, tmp_path: Path
) -> None:
    from handfast.core.errors import Refused
    from handfast.services.files.saving import save_store

    opened = stored(pair)
    older, keys = tmp_path / "older.cer", tmp_path / "keys.cer"
    older.write_bytes(b"an older one")
    save_store(opened.store, keys)
    before = keys.read_bytes()
    for path, refused in ((older, False), (keys, True)):
        flow = ExportFlow(stores=(opened,), chosen=("acme",))
        flow.update(path=str(path))
        flow.update(replace=True)
        if refused:
            with pytest.raises(Refused):
                flow.run()
        else:
            flow.run()
    assert older.read_bytes() == pair.chain[0].der
    assert keys.read_bytes() == before


def test_a_key_does_not_go_in_the_clear_into_an_open_store_without_a_password(
    pair: KeyPair, tmp_path: Path
) -> None:
    certificate = pair.certificate
    assert certificate is not None
    text = tmp_path / "trusted.pem"
    text.write_text(certificate.pem())
    store = open_file(text).store
    one = OpenStore(key="text", title="trusted.pem", path=text, store=store)
    flow = GenerateFlow(stores=[one], today=TODAY)
    flow.update(common_name="me", alias="me", target="existing", existing="text")
    assert "no password" in errors(flow, "target")["existing"]
    protected = dataclasses.replace(one, store=store.with_password(Password("a pass phrase")))
    flow.set_stores([protected])
    assert errors(flow, "target") == {}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("x.jks", "JKS"),
        ("x.JCEKS", "JCEKS"),
        ("x.pem", "PEM"),
        ("x.pfx", "PKCS12"),
        ("x", "PKCS12"),
    ],
)
def test_the_ending_of_a_new_keystore_chooses_its_format(
    tmp_path: Path, name: str, wanted: str
) -> None:
    flow = ready(tmp_path / name)
    assert flow.draft.new_format == wanted
    outcome = flow.run()
    assert outcome.opened is not None
    assert open_file(tmp_path / name, Password("correct")).store.format.value == wanted
    importing = ImportFlow()
    importing.update(new_path=name)
    assert importing.draft.new_format == wanted
    importing.update(new_path="x.jks")
    importing.update(new_format="PKCS12")
    assert importing.draft.new_path == "x.p12"


def test_the_ending_of_an_exported_file_chooses_its_encoding(pair: KeyPair, tmp_path: Path) -> None:
    flow = ExportFlow(stores=[stored(pair)], chosen=["acme"], folder=str(tmp_path))
    for name, encoding in (("a.pem", "pem"), ("a.p7b", "pkcs7"), ("a.cer", "der")):
        flow.update(path=str(tmp_path / name))
        assert flow.draft.encoding == encoding
    flow.update(encoding="pem")
    assert flow.draft.path == str(tmp_path / "a.pem")
    flow.run()
    assert (tmp_path / "a.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_key_gets_a_password_of_its_own_where_the_format_has_one(tmp_path: Path) -> None:
    flow = ready(tmp_path / "a.jks")
    flow.update(has_key_password=True, key_password=Password("of the key"))
    assert set(errors(flow, "target")) == {"key_password_again"}
    flow.update(key_password_again=Password("of the key"))
    assert flow.can_leave("target")
    assert "-keypass '<key password>'" in flow.keytool_command()
    flow.run()
    (entry,) = open_file(tmp_path / "a.jks", Password("correct")).store.key_pairs
    assert entry.is_locked
    # PKCS#12 has none: what was typed before is not used.
    flow.update(new_path=str(tmp_path / "a.p12"))
    assert flow.key_password is None
    flow.run()
    (entry,) = open_file(tmp_path / "a.p12", Password("correct")).store.key_pairs
    assert not entry.is_locked
    assert flow.forget_secrets()
    assert flow.draft.key_password.is_empty


def test_a_partner_s_certificate_is_not_suggested_to_go_beside_a_key(pair: KeyPair) -> None:
    flow = ImportFlow(stores=[stored(pair)])
    assert flow.draft.target == "new"
    flow.update(target="existing", existing="one")
    (problem,) = flow.problems("target")
    assert (problem.field, problem.severity) == ("existing", "warning")


def test_a_keystore_that_is_not_open_takes_the_pair_once_it_was_read(
    pair: KeyPair, tmp_path: Path
) -> None:
    flow = ready(tmp_path / "unused.p12")
    closed = dataclasses.replace(stored(pair), key=str(tmp_path / "closed.p12"))
    flow.take_store(closed)
    assert (flow.draft.target, flow.target_store) == ("existing", closed.store)
    # Until the window has it in a tab.
    flow.set_stores([])
    assert flow.target_store is closed.store
    flow.set_stores([closed])
    flow.set_stores([])
    assert flow.target_store is None


@pytest.mark.parametrize(
    ("starts", "years", "ends"),
    [
        (dt.date(2026, 11, 29), 1, dt.date(2027, 11, 29)),
        (dt.date(2026, 11, 29), 2, dt.date(2028, 11, 29)),
        (dt.date(2026, 11, 29), 5, dt.date(2031, 11, 29)),
        (dt.date(2028, 2, 29), 1, dt.date(2029, 3, 1)),
    ],
)
def test_a_year_is_a_year(starts: dt.date, years: int, ends: dt.date) -> None:
    flow = GenerateFlow(today=starts)
    flow.set_years(years)
    assert flow.draft.ends == ends
